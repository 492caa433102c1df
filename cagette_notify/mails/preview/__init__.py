"""Mails to look at."""
