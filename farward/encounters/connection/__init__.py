"""How people are connected: the rung each device is on, what a visit costs, and the telephone when all else fails."""
