"""Mail the members of Cagette groups: each notice once, in time, and with the proof kept."""

__version__ = "0.1.0"
