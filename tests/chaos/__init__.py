"""Attempts to lose a mail, or to send one twice: kills, bad disks, lying servers, odd clocks, odd input.

``pytest`` tries one case of each attempt that is not dear, ``pytest --sample`` every case at some points, for
minutes, ``--full`` at all of them, for hours.
"""
