"""Farward: a teaching ward, however far."""

__version__ = "0.1.0"
