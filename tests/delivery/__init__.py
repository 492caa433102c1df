"""The transports and what drives them."""
