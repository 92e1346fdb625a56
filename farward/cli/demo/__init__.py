"""The demo: a made-up school on this machine, and a link for each person in it."""
