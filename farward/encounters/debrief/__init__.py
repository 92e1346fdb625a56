"""The debrief: one encounter's journal as a timeline, with figures that say where they come from."""
