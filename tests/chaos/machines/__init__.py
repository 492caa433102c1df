"""Commands killed, paused or run at once: each mail still leaves once."""
