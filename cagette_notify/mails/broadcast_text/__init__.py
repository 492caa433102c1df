"""A coordinator's Markdown becomes text and HTML."""
