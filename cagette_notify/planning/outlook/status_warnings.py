"""Warn of what will keep mails from leaving: a first run, nobody to write to, a quota. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from cagette_notify.core.errors import Origin, Problem
from cagette_notify.core.i18n import _, _n, spoken
from cagette_notify.core.model import AddressState, Distribution, Group, Member
from cagette_notify.core.order_book import OrderBook, OrdersState
from cagette_notify.planning.announced import when_and_where
from cagette_notify.planning.corrections.waiting_corrections import cause_in_words, mail_in_words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from cagette_notify.planning.corrections.waiting_corrections import WaitingCorrection
    from cagette_notify.planning.outlook.forecast import PlannedNotice


def without_distributions(
    groups: Mapping[str, Group], distributions: Iterable[Distribution], now: datetime
) -> Iterator[Problem]:
    """Name the groups for which nothing will leave any more."""
    ahead = [one for one in distributions if one.starts_at > now]
    served = {one.group_id for one in ahead if not one.cancelled}
    cancelled = Counter(one.group_id for one in ahead)
    for id_, group in groups.items():
        if id_ not in served and not group.disabled:
            message = (
                _(
                    "group {id!r}: all {count} distributions ahead are cancelled",
                    id=id_,
                    count=cancelled[id_],
                )
                if cancelled[id_] > 1
                else _("group {id!r}: no distribution is planned any more; add the next ones", id=id_)
            )
            yield Problem(message, group_id=id_, is_warning=True)


def cancelled_repeats(distributions: Iterable[Distribution], now: datetime) -> Iterator[Problem]:
    """Name the rows that cancel all of a repeat that is ahead: mostly one day alone was meant."""
    by_row: dict[Origin, list[Distribution]] = {}
    for one in distributions:
        if one.cancelled and one.starts_at > now:
            by_row.setdefault(one.origin, []).append(one)
    for origin, those in by_row.items():
        if len(those) > 1:
            message = _(
                "all {count} distributions ahead of this repeat are cancelled; to cancel {day} alone, take "
                "this out, name that day in except, and give it a row of its own, with id: {id} and "
                "cancelled: yes",
                count=len(those),
                day=those[0].starts_at.date(),
                id=those[0].id,
            )
            place = (origin.file, origin.line, "cancelled", those[0].group_id)
            yield Problem(message, *place, is_warning=True)


def without_contact(groups: Mapping[str, Group]) -> Iterator[Problem]:
    """Name the groups whose members' replies reach nobody."""
    for id_, group in groups.items():
        if group.contact is None and not group.disabled:
            message = _("missing: whoever answers a mail of group {id!r} reaches nobody of it", id=id_)
            origin = group.origin
            yield Problem(message, origin.file, origin.line, "contact_email", id_, is_warning=True)


def with_placeholders(groups: Mapping[str, Group]) -> Iterator[Problem]:
    """Name the addresses of those who answer for a group that are Cagette's for nobody."""
    for id_, group in groups.items():
        for address in () if group.disabled else group.placeholders:
            message = _("{address} is Cagette's placeholder: nobody reads it", address=address)
            origin = group.origin
            yield Problem(message, origin.file, origin.line, group_id=id_, is_warning=True)


def without_members(
    groups: Mapping[str, Group],
    distributions: Iterable[Distribution],
    people: Iterable[Member],
    now: datetime,
    *,
    known_otherwise: Collection[str],
) -> Iterator[Problem]:
    """Name the groups with distributions ahead in which nobody is; ``people`` are those of bad rows, too.

    But those of which it is ``known_otherwise``: held, or of a list that can't be read.
    """
    peopled = {id_ for one in people for id_ in one.group_ids}
    ahead = {one.group_id for one in distributions if one.starts_at > now and not one.cancelled}
    for id_, group in groups.items():
        if id_ in ahead - peopled and not (group.disabled or id_ in known_otherwise):
            message = _(
                "group {id!r}: nobody is in it, so that nothing can leave; is the list of members whole?",
                id=id_,
            )
            yield Problem(message, group_id=id_, is_warning=True)


def without_addresses(
    groups: Mapping[str, Group], members: Iterable[Member], *, held: Collection[str]
) -> Iterator[Problem]:
    """Name the groups of which no member can be written to, but those that are ``held`` anyway."""
    peopled: set[str] = set()
    reached: set[str] = set()
    for member in members:
        peopled.update(member.group_ids)
        if any(box.state is AddressState.USABLE for box in member.mailboxes):
            reached.update(member.group_ids)
    for id_, group in groups.items():
        if id_ in peopled - reached and not (group.disabled or id_ in held):
            message = _(
                "group {id!r}: no member has an address that can be written to; is there a column email?",
                id=id_,
            )
            yield Problem(message, group_id=id_, is_warning=True)


def of_unread_lists(groups: Mapping[str, Group], unread: Collection[str]) -> Iterator[Problem]:
    """Name the groups to which nothing leaves, as nobody can tell who is in them."""
    for id_, group in groups.items():
        if id_ in unread and not group.disabled:
            message = _(
                "group {id!r}: its list of members can't be read, so that nothing leaves to it", id=id_
            )
            yield Problem(message, group_id=id_, is_warning=True)


def of_waiting_corrections(waiting: Sequence[WaitingCorrection]) -> Iterator[Problem]:
    """Say of which start and place people were told otherwise, to how many, and what keeps it from them."""
    heard: dict[tuple[str, datetime, str, bool, bool], list[WaitingCorrection]] = {}
    for one in waiting:
        key = (one.distribution.id, one.told.starts_at, one.told.place, one.is_correction, one.is_of_duty)
        heard.setdefault(key, []).append(one)
    for those in heard.values():
        yield _told_otherwise(those[0], len({one.told.key.address for one in those}))


def _told_otherwise(one: WaitingCorrection, count: int) -> Problem:
    zone, distribution = one.group.timezone, one.distribution
    message = _n(
        "{distribution} was told to {count} address for {told}, and it is {now}: {mail} waits {why}",
        "{distribution} was told to {count} addresses for {told}, and it is {now}: {mail} waits {why}",
        count,
        distribution=distribution.id,
        told=when_and_where(zone, one.told.starts_at, one.told.place),
        now=when_and_where(zone, distribution.starts_at, distribution.place),
        mail=mail_in_words(one),
        why=cause_in_words(one),
    )
    return Problem(message, group_id=distribution.group_id, is_warning=True)


def of_empty_exports(
    distributions: Iterable[Distribution], books: Mapping[str, OrderBook]
) -> Iterator[Problem]:
    """Name the exports in which nobody ordered for these distributions: that may be, and is rare."""
    for one in distributions:
        book = books.get(one.id)
        is_read = book is not None and bool(book.file) and book.state is OrdersState.READY and not book.of_now
        if book and is_read and not (book.lines or book.unread or book.strangers):
            message = _(
                "no order of {distribution} is in it, so that nobody gets a recap; if people did order: "
                "export the orders again",
                distribution=one.id,
            )
            yield Problem(message, book.file, group_id=one.group_id, is_warning=True)


def beyond_quota(upcoming: Iterable[PlannedNotice], quota: int | None) -> Iterator[Problem]:
    """Name the days, UTC as those of the quota, on which more is to leave than may."""
    days: Counter[date] = Counter()
    for planned in upcoming:
        days[planned.at.date()] += planned.mails
    for day, mails in days.items():
        if quota is not None and mails > quota:
            # And with it babel, where there is a day to say.
            from cagette_notify.core.formatting import long_day

            message = _(
                "{day}: {mails} mails are to leave, the quota is {quota}: recaps go first, the rest later",
                day=long_day(day, spoken()),
                mails=mails,
                quota=quota,
            )
            yield Problem(message, field="mailjet.daily_quota", is_warning=True)
