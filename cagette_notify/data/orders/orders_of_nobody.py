"""Say of orders that none of them names a member of the group, and what is most likely the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.text import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cagette_notify.core.order_book import OrderBook
    from cagette_notify.data.members.member_lookup import MemberLookup

_NAMED = 3


def orders_of_nobody(book: OrderBook, lookup: MemberLookup, group_id: str) -> Iterator[Problem]:
    """Yield what is wrong with all orders of a distribution at once; nothing if one names a member.

    Nor where nobody is in the group, or its list can't be read whole: that is said elsewhere.
    """
    names, members = book.names_of_nobody, [one for one in lookup.everybody() if one.id]
    if not names or not members or not lookup.why_not_one((), names[0]):
        return
    shown = ", ".join(map(quoted, names[:_NAMED])) + ("…" if len(names) > _NAMED else "")
    files = ", ".join(dict.fromkeys(one.origin.file for one in members))
    example = f"{quoted(members[0].id)} ({members[0].name})" if members[0].name else quoted(members[0].id)
    if not any(map(_has_digit, names)) and not any("@" in name for name in names):
        message = _(
            "no order is of a member of the group: they are of {names}, and {files} has members such as "
            "{member}: are both of the same group, and is each name written whole, and alike in both?",
            names=shown,
            files=files,
            member=quoted(members[0].name) if members[0].name else example,
        )
    elif all(one.has_address_in_id for one in members) and not any("@" in name for name in names):
        message = _(
            "no order is of a member of the group: they are of {names}, and no column of {files} is read as "
            "the members' numbers; if these stand there, call their column 'id', each of them once; else "
            "these orders and that list don't belong together",
            names=shown,
            files=files,
        )
    else:
        message = _(
            "no order is of a member of the group: they are of {names}, and {files} has members such as "
            "{member}: are both of the same group? if the numbers that orders name stand in another column "
            "of it, call that one 'id'",
            names=shown,
            files=files,
            member=example,
        )
    yield Problem(message, book.file, group_id=group_id)


def _has_digit(name: str) -> bool:
    return any(map(str.isdigit, name))
