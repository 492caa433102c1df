"""Mailjet's two APIs."""
