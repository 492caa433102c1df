"""Members: their rows, and whom an id, an address or a name means."""
