"""The shared note: learner and preceptor write one text, offline too, and signed versions never change."""
