"""Name the kinds of mail, and say what each is. Pure."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum


class Kind(str, Enum):
    """What a mail is. Automatic notices can be switched off by a member; a broadcast cannot."""

    OPENING = "opening"
    RECAP_24H = "recap_24h"
    RECAP_4H = "recap_4h"
    BROADCAST = "broadcast"

    __str__ = str.__str__


RECAP_LEAD = {Kind.RECAP_24H: timedelta(hours=24), Kind.RECAP_4H: timedelta(hours=4)}
"""How long before the start of a distribution each recap is due, in elapsed time."""

RECAPS = tuple(RECAP_LEAD)
CORRECTION = "correction"
"""Stands where a kind does for those recaps that tell of another start or place than an earlier one."""

NOTICE_KINDS = (Kind.OPENING, *RECAPS)
