"""Plan the past and the next days: what left or will leave when, and what will not. Pure."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from cagette_notify.core.notices import SKIPPED, Notice, Reason, Status
from cagette_notify.planning.announced import announces
from cagette_notify.planning.as_if_sent import as_if_sent
from cagette_notify.planning.due_times import Window, may_have_windows, windows_of
from cagette_notify.planning.plan import Plan, plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cagette_notify.core.kinds import Kind, Spans
    from cagette_notify.core.mailjet_fates import Fate
    from cagette_notify.core.model import Distribution
    from cagette_notify.core.notices import Entry
    from cagette_notify.planning.plan_input import PlanInput

_AN_INSTANT = timedelta(seconds=1)


WILL_SEND = "will_send"
HELD = "held"  # it would leave, but for what stops its group


def windows_between(
    distributions: Iterable[Distribution], since: datetime, until: datetime, spans: Spans
) -> tuple[Window, ...]:
    """Return the windows that are open at some time of a span."""
    due_until = until + spans.longest
    return tuple(
        window
        for distribution in distributions
        if may_have_windows(distribution, since, due_until)
        for window in windows_of(distribution, spans)
        if window.due_at < window.too_late_at and window.due_at <= until and window.too_late_at > since
    )


def planned_events(situation: PlanInput) -> tuple[TimelineEvent, ...]:
    """Return what each notice of the situation's windows comes to, for everybody in it.

    A window that is open is judged now, one ahead when it opens, one that has closed as it was at its
    end: what was owed then has come too late. Whatever may have arrived is left to the ledger to tell.
    """
    now = situation.now
    by_moment: dict[datetime, list[Window]] = {now: []}
    for window in situation.windows:
        by_moment.setdefault(_moment(window, now), []).append(window)
    open_now = by_moment.pop(now)
    at_once = plan(_at(situation, now, open_now))
    parts = _parts_by_group(situation)
    then = _parts_by_group(_once_sent(situation, at_once)) if at_once.owed else parts
    plans = [(now, at_once)]
    for moment, windows in by_moment.items():
        part = _part(situation, then if moment > now else parts, windows)
        plans.append((moment, plan(_at(part, moment, windows))))
    due = {now: open_now, **by_moment}
    return tuple(event for moment, made in plans for event in _judged(made, due[moment], moment, now))


def _once_sent(situation: PlanInput, made: Plan) -> PlanInput:
    """Return what is known once all has left that leaves now, corrections of what was told among it."""
    sent = (as_if_sent(one.notice, situation.now) for one in made.owed)
    return replace(situation, entries=(*situation.entries, *sent))


class _Part(Struct):
    """What there is of one group."""

    distributions: dict[str, Distribution] = field(default_factory=dict)
    windows: list[Window] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)


def _parts_by_group(situation: PlanInput) -> dict[str, _Part]:
    found: dict[str, _Part] = defaultdict(_Part)
    for id_, distribution in situation.distributions.items():
        found[distribution.group_id].distributions[id_] = distribution
    for window in situation.windows:
        found[window.distribution.group_id].windows.append(window)
    for entry in situation.entries:
        if one := situation.distributions.get(entry.key.distribution_id):
            found[one.group_id].entries.append(entry)
    return found


def _part(situation: PlanInput, parts: Mapping[str, _Part], windows: Iterable[Window]) -> PlanInput:
    """Return what concerns the groups of some windows.

    Everybody, for each moment, would take a federation's time squared.
    """
    group_ids = sorted({window.distribution.group_id for window in windows})
    those = [parts[id_] for id_ in group_ids]
    distributions = {id_: one for part in those for id_, one in part.distributions.items()}
    return replace(
        situation,
        distributions=distributions,
        windows=tuple(window for part in those for window in part.windows),
        members={id_: situation.members[id_] for id_ in group_ids if id_ in situation.members},
        books={id_: situation.books[id_] for id_ in distributions if id_ in situation.books},
        entries=tuple(entry for part in those for entry in part.entries),
    )


def _at(situation: PlanInput, moment: datetime, windows: Iterable[Window]) -> PlanInput:
    """Return what a run at that moment would know: orders are read only for recaps and corrections."""
    those = tuple(windows)
    recaps = (window for window in situation.windows if window.kind.traits.needs_order)
    read = {window.distribution.id for window in recaps if window.is_open(moment)}
    if moment == situation.now:
        read |= situation.distributions.keys() - {window.distribution.id for window in those}
        read |= _moved(situation)
    books = {id_: book for id_, book in situation.books.items() if id_ in read}
    so_far = situation.so_far if moment == situation.now else {}
    return replace(situation, now=moment, windows=those, books=books, so_far=so_far)


def _moved(situation: PlanInput) -> set[str]:
    return {
        distribution.id
        for entry in situation.entries
        if entry.key.kind.traits.needs_order
        and entry.may_have_arrived
        and (distribution := situation.distributions.get(entry.key.distribution_id))
        and not announces(entry, distribution)
    }


def _moment(window: Window, now: datetime) -> datetime:
    if window.is_open(now):
        return now
    return window.due_at if now < window.due_at else window.too_late_at - _AN_INSTANT


def _judged(
    made: Plan, windows: Iterable[Window], moment: datetime, now: datetime
) -> Iterator[TimelineEvent]:
    due = {(window.kind, window.distribution.id): window for window in windows}
    for one in made.owed:
        notice = one.notice
        is_due = moment == now or (notice.kind, notice.distribution.id) in due
        if not is_due:
            continue
        if moment < now:
            yield replace(_event(notice, notice.too_late_at, SKIPPED, Reason.EXPIRED.value), is_guess=True)
        else:
            yield _event(notice, moment, WILL_SEND)
    for skip in made.skipped:
        if skip.reason is not Reason.ALREADY_SENT:
            yield TimelineEvent(
                due[(skip.kind, skip.distribution_id)].due_at,
                skip.kind,
                skip.group_id,
                skip.distribution_id,
                skip.address,
                SKIPPED,
                skip.reason.value,
                member_id=skip.member_id,
                is_guess=moment < now,
                is_correction=skip.is_correction,
                is_held_back=skip.is_held_back and moment >= now,
                addresses=skip.addresses,
            )


def _event(notice: Notice, at: datetime, status: str, reason: str = "") -> TimelineEvent:
    kind: Kind = notice.kind
    return TimelineEvent(
        *(at, kind, notice.group.id, notice.distribution.id, notice.mailbox.address, status, reason),
        member_id=notice.member.id,
        is_correction=notice.correction,
    )


class TimelineEvent(Struct, frozen=True):
    """One notice to one address: what became of it, or what will.

    ``at`` is when that was, or will be (UTC). ``status`` is one of the ledger's, ``skipped``, ``held`` or
    ``will_send``; ``reason`` says why, a ``Reason`` for who is skipped. ``fate`` is Mailjet's word.
    ``about_content`` tells that the text was refused, not the address; ``is_guess``, that it is past, and
    nobody noted why: settings and data of today may not be those of then; ``is_incomplete``, that a row of
    the order could not be read when it left; ``is_correction``, that it corrects a recap and is called so;
    ``is_held_back``, that a first run holds it back, and a look back would send it. What is planned has the
    ``member_id`` of whose it is, and a skip the number of ``addresses`` of the household for which it stands.
    """

    at: datetime
    kind: Kind
    group_id: str
    distribution_id: str
    address: str
    status: str
    reason: str = ""
    custom_id: str = ""
    subject: str = ""
    fate: Fate | None = None
    about_content: bool = False
    is_guess: bool = False
    is_incomplete: bool = False
    is_correction: bool = False
    is_held_back: bool = False
    member_id: str = ""
    addresses: int = 1

    @property
    def is_in_doubt(self) -> bool:
        """Whether nobody knows that it left: what Mailjet knows the fate of has left, whoever noted it."""
        return self.status in {Status.CLAIMED.value, Status.IN_DOUBT.value} and self.fate is None


def merge_events(
    recorded: Iterable[TimelineEvent], judged: Iterable[TimelineEvent], addresses: frozenset[str]
) -> tuple[TimelineEvent, ...]:
    """Return what is recorded, and what is judged of notices of which nothing is, newest first.

    A record about an address that the member no longer has speaks for the one that took its place.
    """
    told = list(recorded)
    known: dict[tuple[Kind, str], set[str]] = {}
    for event in told:
        known.setdefault((event.kind, event.distribution_id), set()).add(event.address.casefold())
    missing = [
        event
        for event in judged
        if not (about := known.get((event.kind, event.distribution_id)))
        or (event.address.casefold() not in about and about <= addresses and event.reason == Reason.EXPIRED)
    ]
    return tuple(sorted([*told, *missing], key=lambda event: event.at, reverse=True))
