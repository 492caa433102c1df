"""Find what takes place as told after a letter had said that it is off, until those told hear of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.i18n import _
from cagette_notify.core.list_names import TOLD, WITH_ORDER
from cagette_notify.ledger.cancellations import cancellations
from cagette_notify.ledger.run_memory import RunMemory
from cagette_notify.planning.corrections.called_off import (
    back_on_key,
    back_on_line,
    called_off_key,
    command_to_those_told,
    group_to_write_to,
    takes_place_as_told,
)
from cagette_notify.run.as_told.letters_to_told import Letters

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from cagette_notify.core.errors import Problem
    from cagette_notify.core.model import Distribution
    from cagette_notify.core.notices import Entry
    from cagette_notify.data.calendar import Calendar
    from cagette_notify.ledger.ledger import Ledger
    from cagette_notify.run.as_told.letters_to_told import Letter


_KINDS = (TOLD, WITH_ORDER)  # of the lists whose letters call something off


class BackOn(Struct, frozen=True):
    """A distribution that takes place as told after a run, or a letter, had said that it is off.

    ``is_news`` until a run has seen it. ``misled`` are the addresses, casefolded, that heard last that it is
    off; ``is_written_of`` once a letter that is whole has gone since to each list that had heard it, until
    when ``command`` writes to them.
    """

    distribution: Distribution
    problem: Problem
    command: str
    is_news: bool
    misled: frozenset[str]
    is_written_of: bool

    @property
    def is_to_say(self) -> bool:
        """Whether somebody is still to be told."""
        return bool(self.misled) and not self.is_written_of


def back_on(
    calendar: Calendar, ledger: Ledger, account: str, announced: Iterable[Entry]
) -> Mapping[str, BackOn]:
    """Return them by a key to remember them by."""
    distributions, groups = {one.id: one for one in calendar.distributions}, calendar.groups
    on = [one for one in announced if takes_place_as_told(one, distributions, groups, calendar.aside)]
    if not on:
        return {}
    memory, desk = RunMemory(ledger, account), _Desk.of(ledger, account)
    found: dict[str, BackOn] = {}
    for entry in on:
        key = back_on_key(entry)
        off_said = memory.said_at(called_off_key(entry, distributions, groups))
        if not (off_said or entry.key.distribution_id in desk.taken_out):
            continue
        on_since = memory.said_at(key)
        heard = desk.heard(entry, group_to_write_to(entry, distributions, groups), off_said, on_since)
        if off_at := max(filter(None, (off_said, heard.off_at)), default=None):
            command = _("; ").join(
                command_to_those_told(entry, distributions, groups, kinds)
                for kinds in desk.letters_owed(entry, heard.lacking)
            )
            found[key] = BackOn(
                distributions[entry.key.distribution_id],
                back_on_line(entry, command),
                command,
                is_news=on_since is None or on_since < off_at,
                misled=heard.misled,
                is_written_of=not heard.lacking,
            )
    return found


def is_off_anew(ledger: Ledger, account: str, key: str, entry: Entry) -> bool:
    """Tell whether what a run had said to be off was back on since: a run has seen it, or mails have left."""
    memory = RunMemory(ledger, account)
    off = memory.said_at(key)
    if off is None:
        return False
    on = memory.said_at(back_on_key(entry))
    is_seen_on = on is not None and on >= off
    return is_seen_on or any(at > off for at in Letters(ledger, account).told(entry).values())


class _Heard(Struct, frozen=True):
    """When people were last written to that it is off, and who of them heard nothing else since, as above.

    ``lacking`` are the kinds of lists that this went to, and no letter that is whole has since.
    """

    off_at: datetime | None
    misled: frozenset[str]
    lacking: frozenset[str]


class _Desk(Struct, frozen=True):
    """The letters that went to those told."""

    letters: Letters
    taken_out: Mapping[str, tuple[datetime, ...]]  # of calendars, by distribution
    put_back: Mapping[str, tuple[datetime, ...]]

    @classmethod
    def of(cls, ledger: Ledger, account: str) -> _Desk:
        """Read them."""
        methods = (cancellations(ledger, account, method) for method in ("CANCEL", "PUBLISH"))
        return cls(Letters(ledger, account), *methods)

    def heard(
        self, entry: Entry, group_id: str, off_said: datetime | None, on_since: datetime | None
    ) -> _Heard:
        """Return whom a letter told that it is off, and no recap, correction or letter anything since."""
        told, id_ = self.letters.told(entry), entry.key.distribution_id
        first = min(filter(None, (off_said, *self.taken_out.get(id_, ()))))
        letters = self.letters.about(id_, group_id, first)
        off = [one for one in letters if self._says_off(id_, one.confirmed_at, off_said, on_since)]
        on = [one for one in letters if one not in off]
        off_at = max((one.confirmed_at for one in off), default=None)
        said_off, said_on = _newest(off), _newest(on)
        misled = {
            address
            for address, at in said_off.items()
            if max(filter(None, (told.get(address), said_on.get(address))), default=at) <= at
        }
        after = [one for one in on if one.is_whole and off_at and one.confirmed_at > off_at]
        lacking = frozenset(
            kind for kind in _KINDS if _has(off, f"{kind}:{id_}") and not _has(after, f"{kind}:{id_}")
        )
        return _Heard(off_at, frozenset(misled), lacking)

    def letters_owed(self, entry: Entry, lacking: Collection[str]) -> list[tuple[str, ...]]:
        """Return the kinds of lists that each letter is to go to: only one of its own mends calendars."""
        kinds = tuple(kind for kind in _KINDS if kind in lacking)
        return [(kind,) for kind in kinds] if entry.key.distribution_id in self.taken_out else [kinds]

    def _says_off(self, id_: str, at: datetime, off_said: datetime | None, on_since: datetime | None) -> bool:
        """Tell whether a letter says that it is off: it takes it out of calendars, or is of that time."""
        if at in self.taken_out.get(id_, ()) or at in self.put_back.get(id_, ()):
            return at in self.taken_out.get(id_, ())
        is_on = bool(off_said and on_since and off_said <= on_since <= at)
        return bool(off_said and off_said <= at) and not is_on


def _has(letters: Iterable[Letter], name: str) -> bool:
    return any(name in one.lists for one in letters)


def _newest(letters: Iterable[Letter]) -> dict[str, datetime]:
    """Return when the last of these letters reached each address."""
    copies = sorted((at, address) for one in letters for address, at in one.reached.items())
    return {address: at for at, address in copies}
