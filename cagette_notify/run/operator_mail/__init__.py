"""Mails to whoever runs the service, and to a distribution's contact."""
