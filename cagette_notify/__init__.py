"""Mail the members of Cagette groups: each notice once, in time, and with the proof kept."""

__version__ = "1.0.0"
