"""The journal: appending, reading, chaining, verifying."""
