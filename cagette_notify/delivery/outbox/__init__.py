"""Mails as .eml files."""
