"""Recordings: each device records its own camera and microphone, and uploads them by the tus protocol when it can."""
