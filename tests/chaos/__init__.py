"""Attempts to lose a mail, or to send one twice: kills, bad disks, lying servers, odd clocks, odd input.

``pytest`` tries some points of each attempt, ``pytest tests/chaos --full`` all of them.
"""
