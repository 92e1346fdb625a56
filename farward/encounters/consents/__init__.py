"""Taking consent back once the visit is closed: the wordings promise it at any time, and the room is not open then."""
