"""Find the unreachable addresses, by the fates of the mails sent to each. Pure."""

from __future__ import annotations

from collections import defaultdict
from itertools import takewhile
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.commands_to_type import command_to_type
from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.mailjet_fates import (
    BAD_CATEGORIES,
    Cause,
    Fate,
    FateCategory,
    cause_of,
    fate_in_words,
    newest_first,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


LASTING_CAUSES = frozenset(
    (
        Cause.ADDRESS_UNKNOWN,
        Cause.DOMAIN_UNKNOWN,
        Cause.BOUNCED_LATELY,
        Cause.ON_BLOCKLIST,
        Cause.SPAM_COMPLAINT,
    )
)
"""What does not pass by itself: the next mail fails too, unless somebody does something."""

_REPEATEDLY = 2


class FailureStreak(Struct, frozen=True):
    """The mails to one address that failed one after the other, up to the newest that has a fate."""

    first: Fate
    newest: Fate

    @property
    def address(self) -> str:
        """The address as it was last written to."""
        return self.newest.address

    @property
    def key(self) -> str:
        """What tells it from an earlier streak of the same address, without naming the address."""
        return f"no more mail {self.first.custom_id}"


class FailingAddress(Struct, frozen=True):
    """An address that failed more than once, the last time included. ``since`` is the first time."""

    address: str
    failures: int
    since: datetime
    newest: Fate


def unreachable_addresses(fates: Iterable[Fate]) -> list[FailureStreak]:
    """Return the addresses that get no more mail: what befell the newest one befalls the next."""
    found = []
    for told in _by_address(fates):
        failed = list(takewhile(_went_wrong, told))
        if failed and cause_of(failed[0]) in LASTING_CAUSES:
            found.append(FailureStreak(first=failed[-1], newest=failed[0]))
    return found


def failing_repeatedly(fates: Iterable[Fate]) -> list[FailingAddress]:
    """Return the addresses to which the newest mail failed, and not only that one; the worst first."""
    found = []
    for told in _by_address(fates):
        bad = list(filter(_went_wrong, told))
        if len(bad) >= _REPEATEDLY and bad[0] is told[0]:
            found.append(FailingAddress(told[0].address, len(bad), bad[-1].at, told[0]))
    return sorted(found, key=lambda one: (-one.failures, one.address))


def unreachable_problem(streak: FailureStreak) -> Problem:
    """Say that an address gets no more mail, why, and what to type."""
    message = _(
        "{address} gets no more mail: the last one {fate}; what to do: {command}",
        address=streak.address,
        fate=fate_in_words(streak.newest),
        command=command_about(streak.address),
    )
    return Problem(message, is_warning=True)


def command_about(address: str) -> str:
    """Return what to type to learn more about an address."""
    return command_to_type("check-member", address)


def _went_wrong(fate: Fate) -> bool:
    """Tell it of a mail; one whose link was used arrived, and what is stopped by that is but its kind."""
    return fate.outlook in BAD_CATEGORIES


def _by_address(fates: Iterable[Fate]) -> list[list[Fate]]:
    """Return the fates of each address, newest first, without those that nobody knows yet."""
    known = (fate for fate in fates if fate.outlook not in {FateCategory.WAITING, FateCategory.UNKNOWN})
    found: dict[str, list[Fate]] = defaultdict(list)
    for fate in newest_first(known):
        if "@" in fate.address:  # what stands for somebody who was forgotten has none
            found[fate.address.casefold()].append(fate)
    return list(found.values())
