"""Gather the evidence about what a member was told of, and will not take place as told, or did not lately."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from cagette_notify.helpdesk.check_member.evidence import TakenBack
from cagette_notify.planning.announced import latest
from cagette_notify.planning.called_off import (
    back_on_key,
    called_off_key,
    command_to_those_told,
    is_of_another_group,
    perhaps_off_key,
    where_perhaps,
    why_off,
)
from cagette_notify.run.back_on import back_on
from cagette_notify.run.not_as_told import announced_ahead, called_off_written_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import datetime

    from cagette_notify.core.model import Member
    from cagette_notify.core.notices import Entry
    from cagette_notify.data.roster import Roster
    from cagette_notify.ledger.ledger import Ledger
    from cagette_notify.run.letters_to_told import Letter


_ASKED_AFTER = timedelta(days=7)


class CalledOffEvidence:
    """What is called off and nobody was told of so far.

    A class because it is read once for all who are asked about.
    """

    def __init__(self, roster: Roster, ledger: Ledger, account: str, now: datetime) -> None:
        """Read what was told of it; of what is over, only a cancellation is no sign of a newer export."""
        self._groups, self._aside = roster.calendar.groups, roster.calendar.aside
        self._distributions = {one.id: one for one in roster.calendar.distributions}
        cancelled = [id_ for id_, one in self._distributions.items() if one.cancelled]
        lately = [
            one for one in ledger.entries(account, cancelled) if now - _ASKED_AFTER < one.starts_at <= now
        ]
        announced = [*announced_ahead(roster.calendar, ledger, account, now), *lately]
        self._written_of = called_off_written_of(roster.calendar, ledger, account, announced)
        self._back_on = back_on(roster.calendar, ledger, account, announced)
        ids = {one.key.distribution_id for one in announced if self._keys(one)}
        self._told: dict[tuple[str, str], list[Entry]] = {}  # by group and id of whom
        # Of what is cancelled once open another finding tells whoever has ordered, too.
        opened = {one.key.distribution_id for one in announced if not one.key.kind.traits.is_corrected}
        opened -= set(cancelled)
        for entry in ledger.entries(account, ids) if ids else ():
            traits = entry.key.kind.traits
            is_told = traits.is_corrected or (traits.told_to_group and entry.key.distribution_id in opened)
            if is_told and entry.may_have_arrived and self._is_untold(entry):
                whose = entry.key.address if traits.told_to_group else entry.key.member_id
                self._told.setdefault((entry.group_id, whose), []).append(entry)

    def of(self, member: Member, known_as: Collection[tuple[str, str]]) -> Iterator[TakenBack]:
        """Yield what the member was told of, ``known_as`` them by group and id; each distribution once.

        Of what a whole group was told, what their addresses of today were.
        """
        group_ids = {group_id for group_id, _id in known_as}
        readers = {(group_id, box.key) for group_id in group_ids for box in member.mailboxes}
        told = [entry for one in sorted(readers | set(known_as)) for entry in self._told.get(one, ())]
        for id_ in dict.fromkeys(entry.key.distribution_id for entry in told):
            mine = tuple(entry for entry in told if entry.key.distribution_id == id_)
            last = latest(mine)
            if self._takes_place_for(member, last):
                continue
            if back_on_key(last) in self._back_on:
                command = command_to_those_told(last, self._distributions, self._groups)
                yield TakenBack(mine, command=command, is_back_on=True)
                continue
            if perhaps := where_perhaps(last, self._distributions, self._groups, self._aside):
                yield TakenBack(mine, perhaps=perhaps)
                continue
            mail = self._perhaps_said_by(mine)
            yield TakenBack(
                mine,
                why_off(last, self._distributions, self._groups, self._aside),
                command_to_those_told(last, self._distributions, self._groups),
                perhaps_said_in=mail.subject if mail else "",
                perhaps_said_at=mail.confirmed_at if mail else None,
            )

    def _takes_place_for(self, member: Member, entry: Entry) -> bool:
        """Tell whether it is another group's now, of which they are, too."""
        one = self._distributions.get(entry.key.distribution_id)
        is_elsewhere = is_of_another_group(entry, self._distributions, self._groups)
        return is_elsewhere and one is not None and one.group_id in member.group_ids

    def _keys(self, entry: Entry) -> list[str]:
        """Return by what is known that an announcement may not hold, or may be thought not to."""
        known = [
            key_of(entry, self._distributions, self._groups) for key_of in (called_off_key, perhaps_off_key)
        ]
        return [
            key for key in (*known, back_on_key(entry)) if key in self._written_of or key in self._back_on
        ]

    def _is_untold(self, entry: Entry) -> bool:
        """Tell whether its address has not heard what is so."""
        address = entry.key.address
        return any(
            address in self._back_on[key].misled
            if key in self._back_on
            else address not in self._written_of[key].reached
            for key in self._keys(entry)
        )

    def _perhaps_said_by(self, told: Iterable[Entry]) -> Letter | None:
        """Return the newest mail to everybody that has reached one of those told since: it may say so."""
        mails = (
            (entry.key.address, self._written_of[key].to_all)
            for entry in told
            for key in self._keys(entry)
            if key in self._written_of
        )
        return next((mail for address, mail in mails if mail and address in mail.reached), None)
