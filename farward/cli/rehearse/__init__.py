"""The rehearsal: three browsers with real speech and moving pictures play one whole encounter by themselves."""
