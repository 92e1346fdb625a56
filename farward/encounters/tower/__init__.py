"""The preceptor's tower: every encounter of a preceptor as a light tile, and one tap from one room to another."""
