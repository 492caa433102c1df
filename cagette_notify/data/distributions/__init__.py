"""The calendar: distributions, repeated ones spelt out, and which of them a text means."""
