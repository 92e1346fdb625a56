"""The seat's own pages: opening it by a link, the lobby, waiting to be let in, the room, and the way out."""
