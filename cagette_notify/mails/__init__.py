"""Notices and letters become messages."""
