"""Who has looked at what, for those who answer for it and for those whom it concerns."""
