"""Clips: voice notes between the written messages, kept sealed and played only to their audience."""
