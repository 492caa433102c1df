"""Answers to people: one member, the whole service."""
