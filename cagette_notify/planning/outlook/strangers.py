"""Warn of orders that are no member's, or of whom nobody can tell, so that recaps lack. Pure."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _, _n
from cagette_notify.core.order_book import OrderBook, OrdersState
from cagette_notify.core.text import fold, shortened
from cagette_notify.planning.orders.orders_by_member import members_named_by_unread

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cagette_notify.core.model import Member
    from cagette_notify.core.notices import Entry
    from cagette_notify.planning.outlook.forecast import PlannedNotice

_FEW = 4  # one stranger to so many members may well be somebody who has left


def of_nobody(upcoming: Iterable[PlannedNotice], books: Mapping[str, OrderBook]) -> Iterator[Problem]:
    """Name the distributions of whose orders none is a member's: nobody gets a recap."""
    for id_, group_id in _with_recaps(upcoming).items():
        if id_ in books and books[id_].names_of_nobody:
            message = _(
                "no order for {distribution} is of a member of the group, so that nobody gets a recap; why: "
                "cagette-notify check",
                distribution=id_,
            )
            yield Problem(message, books[id_].file, group_id=group_id, is_warning=True)


def _with_recaps(upcoming: Iterable[PlannedNotice]) -> dict[str, str]:
    """Return the group of each distribution that recaps are planned of, where it is known who is in it."""
    recaps = (one for one in upcoming if one.kind.traits.needs_order and not one.unread_members)
    return {one.distribution_id: one.group_id for one in recaps}


def of_strangers(
    upcoming: Iterable[PlannedNotice], books: Mapping[str, OrderBook], told: Iterable[Entry]
) -> Iterator[Problem]:
    """Count who ordered and is no member, so that no recap reaches them: the list of members may be cut off.

    A guard compares with what was there when mail last left; before the first run there is nothing else to
    tell it by. Of those who were ``told`` by a recap it is said that they had one.
    """
    called = _called_in_orders(told)
    for id_, group_id in _with_recaps(upcoming).items():
        book = books.get(id_, OrderBook(OrdersState.WAITING))
        strangers = {line.reference for line in book.strangers}
        known = {line.member_id for line in book.lines}
        if not strangers or book.names_of_nobody:
            continue
        had_one = {one for one in strangers if fold(one) in called[id_]}
        messages = [*_without_recap(len(strangers - had_one), id_), *_without_another(len(had_one), id_)]
        if len(strangers) * _FEW > len(known):
            messages[0] = _("is the list of members whole? {message}", message=messages[0])
        for message in messages:
            yield Problem(message, book.file, group_id=group_id, is_warning=True)


def of_unread_rows(
    upcoming: Iterable[PlannedNotice], books: Mapping[str, OrderBook], members: Iterable[Member]
) -> Iterator[Problem]:
    """Name whose recap waits for a row that nobody can read, or attribute: it may be all of their order."""
    waiting: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in upcoming:
        if one.unread_of:
            waiting[one.distribution_id, one.group_id].update(one.unread_of)
    called = (
        {(id_, one.id): one.name or one.id for one in members for id_ in one.group_ids} if waiting else {}
    )
    for (id_, group_id), those in waiting.items():
        named = those & members_named_by_unread(books[id_])
        names = sorted(called[group_id, one] for one in named)
        message = (
            _(
                "no recap of {distribution} leaves to {names} as long as a row that is, or may be, of the "
                "order can't be read or attributed; which: cagette-notify check",
                distribution=id_,
                names=shortened(names),
            )
            if names
            else _n(
                "the recap of {distribution} to {count} member waits, as a row of the orders can't be "
                "attributed; which: cagette-notify check",
                "the recaps of {distribution} to {count} members wait, as a row of the orders can't be "
                "attributed; which: cagette-notify check",
                len(those),
                distribution=id_,
            )
        )
        yield Problem(message, books[id_].file, group_id=group_id, is_warning=True)


def _called_in_orders(told: Iterable[Entry]) -> Mapping[str, set[str]]:
    """Return, by distribution, the ids and addresses, folded, of those who were told."""
    called: dict[str, set[str]] = defaultdict(set)
    for entry in told:
        called[entry.key.distribution_id].update((fold(entry.key.member_id), fold(entry.key.address)))
    return called


def _without_recap(count: int, distribution_id: str) -> Iterator[str]:
    if count:
        yield _n(
            "{count} of those who ordered for {distribution} is no member of the group, and gets no recap; "
            "who: cagette-notify check",
            "{count} of those who ordered for {distribution} are no members of the group, and get no recap; "
            "who: cagette-notify check",
            count,
            distribution=distribution_id,
        )


def _without_another(count: int, distribution_id: str) -> Iterator[str]:
    if count:
        yield _n(
            "{count} of those who ordered for {distribution} and had a recap is no member of the group any "
            "more, and gets no other; who: cagette-notify check",
            "{count} of those who ordered for {distribution} and had a recap are no members of the group any "
            "more, and get no other; who: cagette-notify check",
            count,
            distribution=distribution_id,
        )
