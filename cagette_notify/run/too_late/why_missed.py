"""Tell why mails came too late, and of a correction what whoever lacks it still believes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _, _n
from cagette_notify.core.text import shortened
from cagette_notify.ledger.run_memory import WHOLE_DELIVERY
from cagette_notify.planning.announced import told_and_so
from cagette_notify.planning.missed_recaps import want_of_orders
from cagette_notify.planning.orders.orders_by_member import members_named_by_unread, unread_by_member
from cagette_notify.run.reading.duties_known import duties_held
from cagette_notify.run.too_late.late_orders import late_orders, waited_for_orders

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from cagette_notify.core.notices import Entry, Notice, NoticeKey
    from cagette_notify.core.order_book import OrderBook, UnreadLine
    from cagette_notify.planning.plan import Owed
    from cagette_notify.run.context import Run
    from cagette_notify.run.reading.read_data import RunData


_AN_INSTANT = timedelta(seconds=1)


def why_missed(run: Run, data: RunData, expired: Iterable[Owed]) -> dict[NoticeKey, str]:
    """Return what there is to say of each notice that nobody could send in time."""
    expired = tuple(expired)
    complete = run.memory.last_complete_runs(run.now) if expired else {}
    waited = {notice.key for notice in waited_for_orders(run, expired)}
    late = late_orders(run, data, expired)
    found = {}
    for one in expired:
        notice = one.notice
        parts = [_told_otherwise(notice, one.told)] if one.told else []
        if notice.group.id in data.held_groups or _was_held(notice, complete):
            parts.append(_("the group was held"))
        elif notice.kind.traits.reads_duties and _nobody_knew_who_serves(run, data, notice):
            parts.append(_("nobody knew who serves"))
        elif _was_over_before(notice, complete) and not one.told:
            parts.append(_("its start was moved to an hour that was past"))
        elif notice.key in waited:
            parts += _want_of_orders(notice, data, late)
        found[notice.key] = _("; ").join(parts)
    return found


def _nobody_knew_who_serves(run: Run, data: RunData, notice: Notice) -> bool:
    """Tell whether the duties of its group could not be read, or weren't believed, to the end."""
    if data.duties.lists is None:
        return True
    to_the_end = notice.too_late_at - _AN_INSTANT
    held = duties_held(
        run.calendar, run.ledger, run.account, data.duties.lists, renumbered={}, now=to_the_end
    )
    return any(one.group_id == notice.group.id for one in held)


def _told_otherwise(notice: Notice, told: Entry) -> str:
    roles = notice.roles if notice.kind.traits.needs_duty else None
    return told_and_so(told, notice.distribution, notice.group.timezone, roles, notice.served_by)


def _want_of_orders(notice: Notice, data: RunData, late: Mapping[str, OrderBook]) -> Iterator[str]:
    """Say which rows of an order nobody could read, of which no line is known, or that orders came late."""
    book = data.books.get(notice.distribution.id)
    if book and notice.member.id in members_named_by_unread(book):
        yield _unread_rows(unread_by_member(book)[notice.member.id])
    elif notice.distribution.id in late:
        yield want_of_orders(late[notice.distribution.id])


def _unread_rows(unread: Iterable[UnreadLine]) -> str:
    """Say which rows these are: those that are surely of the order, or else may be."""
    sure = dict.fromkeys(one.origin for one in unread if one.is_certain)
    rows = sure or dict.fromkeys(one.origin for one in unread if not one.is_anybodys)
    where = shortened([f"{row.file}:{row.line}" for row in rows])
    if sure:
        return _n(
            "a row of the order could not be read: {rows}",
            "rows of the order could not be read: {rows}",
            len(rows),
            rows=where,
        )
    return _n(
        "a row that may be of the order can't be attributed: {rows}",
        "rows that may be of the order can't be attributed: {rows}",
        len(rows),
        rows=where,
    )


def _was_over_before(notice: Notice, complete: Mapping[str, datetime]) -> bool:
    """Tell whether a run for the group got to its end since it was too late, and did not find it so."""
    served = complete.get(notice.group.id)
    return served is not None and notice.too_late_at <= served


def _was_held(notice: Notice, complete: Mapping[str, datetime]) -> bool:
    """Tell whether runs got to their end since the notice was due, but not for its group."""
    served, whole = complete.get(notice.group.id), complete.get(WHOLE_DELIVERY)
    return served is not None and whole is not None and served < whole and whole >= notice.due_at
