"""Stills: pictures taken in an encounter, kept sealed and shown only to their audience."""
