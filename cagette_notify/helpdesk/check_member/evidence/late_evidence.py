"""Gather the evidence about what has begun, and which a member was told otherwise until it was too late."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from cagette_notify.core.notices import Status
from cagette_notify.helpdesk.check_member.evidence.pieces_of_evidence import LateCorrection
from cagette_notify.planning.announced import latest, told_and_so
from cagette_notify.planning.corrections.late_corrections import is_believed_otherwise

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from datetime import datetime

    from cagette_notify.core.model import Distribution, Member
    from cagette_notify.core.notices import Entry
    from cagette_notify.data.roster import Roster
    from cagette_notify.planning.timeline import TimelineEvent

_MAY_HAVE_ARRIVED = frozenset((Status.SENT.value, Status.CLAIMED.value, Status.IN_DOUBT.value))


def missed_corrections(  # noqa: PLR0913, PLR0917 - where evidence comes from
    roster: Roster,
    now: datetime,
    member: Member,
    history: Sequence[TimelineEvent],
    heard_of: Callable[[Distribution], Iterable[Entry]],
    known_as: Collection[tuple[str, str]],
) -> Iterator[LateCorrection]:
    """Yield for each address what it believes of a distribution that has begun at another hour or place."""
    told = {event.distribution_id for event in history if event.status in _MAY_HAVE_ARRIVED}
    groups = roster.calendar.groups
    for one in roster.calendar.distributions:
        is_theirs = one.group_id in member.group_ids and one.is_on(groups)
        if not is_theirs or one.id not in told or one.starts_at > now:
            continue
        for entries in _by_address(heard_of(one), known_as):
            if is_believed_otherwise(entries, one):
                last = latest(entries)
                what = told_and_so(last, one, groups[one.group_id].timezone)
                yield LateCorrection(one, last, _as_noted(what, last, history))


def _by_address(entries: Iterable[Entry], known_as: Collection[tuple[str, str]]) -> Iterable[list[Entry]]:
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        is_theirs = (entry.group_id, entry.key.member_id) in known_as
        if is_theirs and entry.may_have_arrived and entry.key.kind.traits.needs_order:
            found[entry.key.address].append(entry)
    return found.values()


def _as_noted(what: str, told: Entry, history: Iterable[TimelineEvent]) -> str:
    """Return what a run noted of it, which may say why, too; or what is so, where it has changed since."""
    about = (told.key.distribution_id, told.key.address)
    noted = (
        event.reason
        for event in history
        if event.is_correction and (event.distribution_id, event.address.casefold()) == about
    )
    return next((reason for reason in noted if reason.startswith(what)), what)
