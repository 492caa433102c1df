"""Compare this machine's clock with Mailjet's, and word what is wrong. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol, runtime_checkable

from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _

TOLERATED = timedelta(minutes=10)


@runtime_checkable
class TellsTime(Protocol):
    """What has heard from elsewhere what time it is there."""

    @property
    def clock_offset(self) -> timedelta | None:
        """That clock minus ours, if it was told."""


def offset_of(source: object) -> timedelta | None:
    """Return Mailjet's clock minus ours; None where nobody told the time."""
    return source.clock_offset if isinstance(source, TellsTime) else None


def clock_error(offset: timedelta | None) -> timedelta:
    """Return by how much our clock is wrong, ahead or behind; nothing if it is good enough."""
    return abs(offset) if offset and abs(offset) > TOLERATED else timedelta(0)


def clock_lead(offset: timedelta | None) -> timedelta:
    """Return by how much our clock is ahead; nothing if it is behind, or good enough."""
    return clock_error(offset) if offset and offset < timedelta(0) else timedelta(0)


def has_jumped_ahead(offset: timedelta | None, before: timedelta | None) -> bool:
    """Tell whether our clock went ahead of Mailjet's since ``before``; a clock that always was, did not."""
    return clock_lead(offset) - clock_lead(before) > TOLERATED


def clock_problems(offset: timedelta | None) -> tuple[Problem, ...] | None:
    """Say that our clock is wrong; None where nobody told the time.

    A warning, and mails leave by our clock all the same: held back for a quarter of an hour's drift,
    a mail would be lost to spare somebody a quarter of an hour. The line names no hour and counts no
    minutes, as a trouble is said anew whenever its line changes.
    """
    if offset is None:
        return None
    error = clock_error(offset)
    if not error:
        return ()
    wrong = _behind(error) if offset > timedelta(0) else _ahead(error)
    message = _("{wrong}; set it, for example: sudo timedatectl set-ntp true", wrong=wrong)
    return (Problem(message, is_warning=True),)


def _behind(error: timedelta) -> str:
    return _(
        "this machine's clock is {much} behind Mailjet's, and notices leave that much too late",
        much=_about(error),
    )


def _ahead(error: timedelta) -> str:
    return _(
        "this machine's clock is {much} ahead of Mailjet's, and notices leave that much too early",
        much=_about(error),
    )


def _about(error: timedelta) -> str:
    if error < timedelta(hours=1):
        return _("more than {count} minutes", count=TOLERATED // timedelta(minutes=1))
    if error < timedelta(hours=2):
        return _("more than an hour")
    if error < timedelta(days=2):
        return _("{count} hours", count=round(error / timedelta(hours=1)))
    return _("{count} days", count=round(error / timedelta(days=1)))
