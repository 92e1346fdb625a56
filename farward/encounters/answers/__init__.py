"""Encounters by messages: questions that wait, by when their answer is expected, and who is told when it is late."""
