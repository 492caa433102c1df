"""The broadcast command."""
