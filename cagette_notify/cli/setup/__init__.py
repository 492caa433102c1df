"""init and demo."""
