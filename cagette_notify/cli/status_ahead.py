"""Lay out as lines and a table what leaves in the next days, and which broadcasts have left."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from cagette_notify.cli.colours import Tone
from cagette_notify.cli.exports_to_do import lately, soon
from cagette_notify.cli.names import names_from
from cagette_notify.cli.tables import table
from cagette_notify.core.commands_to_type import command_to_type
from cagette_notify.core.formatting import brief_instant
from cagette_notify.core.i18n import _, _n, spoken
from cagette_notify.core.kinds import Kind
from cagette_notify.core.labels import label, notice_label
from cagette_notify.core.order_book import OrdersState
from cagette_notify.run.held_broadcasts import is_plan_held

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from cagette_notify.config.load import Config
    from cagette_notify.core.messages import PlannedMail
    from cagette_notify.helpdesk.status import ServiceStatus
    from cagette_notify.planning.outlook.forecast import PlannedNotice


def lines_of_what_left(config: Config, found: ServiceStatus) -> Iterator[str]:
    """Yield when each broadcast of the last days left, or was written, and to how many."""
    for one in found.letters_left:
        about = {"subject": one.broadcast.content.subject, "group": one.broadcast.group_id}
        when = lately(config, found.at, one.left_at or one.broadcast.confirmed_at)
        if config.delivery.leaves_the_machine:
            yield _n(
                "Left {when}: the mail {subject}, to group {group}, {count} address.",
                "Left {when}: the mail {subject}, to group {group}, {count} addresses.",
                one.sent,
                when=when,
                **about,
            )
        else:
            yield _n(
                "Written {when}: the mail {subject}, to group {group}, {count} address.",
                "Written {when}: the mail {subject}, to group {group}, {count} addresses.",
                one.sent,
                when=when,
                **about,
            )


def planned_lines(config: Config, found: ServiceStatus) -> Iterator[str]:
    """Yield each planned mail that leaves by itself, or waits, and how it is seen and called off."""
    for one in found.planned:
        if not is_plan_held(one, found.at):
            command = command_to_type("broadcast", one.broadcast.group_id)
            yield _planned(config, found, one) if found.goes_by_itself(one) else _waiting(one)
            yield "  " + _("To see it, or to call it off: {command}", command=command)


def _planned(config: Config, found: ServiceStatus, one: PlannedMail) -> str:
    return _n(
        "Planned mail: {subject}, to group {group}, {when}, to about {count} address.",
        "Planned mail: {subject}, to group {group}, {when}, to about {count} addresses.",
        one.addresses,
        subject=one.broadcast.content.subject,
        group=one.broadcast.group_id,
        when=soon(config, found.at, one.send_at),
    )


def _waiting(one: PlannedMail) -> str:
    """Name a mail that is due and stays; for what it waits stands among what is wrong."""
    return _(
        "Planned mail, which waits: {subject}, to group {group}.",
        subject=one.broadcast.content.subject,
        group=one.broadcast.group_id,
    )


def letters_leaving(found: ServiceStatus, days: int | None = None) -> Iterator[PlannedMail]:
    """Yield the planned mails that leave by themselves, or those of the next days."""
    until = found.at + timedelta(days=days) if days else None
    for one in found.planned:
        if found.goes_by_itself(one) and (until is None or one.send_at <= until):
            yield one


def upcoming_table(config: Config, found: ServiceStatus, days: int) -> str:
    """Lay out what leaves, when, and to how many; nothing if nothing does, or nobody can tell."""
    if not found.is_foretold:
        return ""
    names = names_from(found.groups, found.distributions)
    today = found.at.astimezone(config.timezone).date()
    notices = [
        (
            one.at,
            names.group(one.group_id),
            notice_label(one.kind.value, is_correction=one.is_correction),
            names.distribution(one.distribution_id, today),
            _to_how_many(one, found.at),
        )
        for one in found.upcoming
    ]
    letters = [
        (
            *(one.send_at, names.group(one.broadcast.group_id), label(Kind.BROADCAST.value), ""),
            _("about {count}", count=one.addresses),
        )
        for one in letters_leaving(found, days)
    ]
    rows = [
        (_when(config, found, at), *rest)
        for at, *rest in sorted((*notices, *letters), key=lambda row: row[0])
    ]
    headers = [_("when"), _("group"), _("notice"), _("distribution"), _("addresses")]
    return table(headers, rows, numbers=1) if rows else ""


def tones_of_outlook() -> dict[str, Tone]:
    """Return the tones of what the table has in the place of a count."""
    broken = (_("the list of members can't be read"), *_of_orders().values())
    return {**dict.fromkeys(broken, Tone.PROBLEM), _("waits until it is known who serves"): Tone.WARNING}


def _when(config: Config, found: ServiceStatus, at: datetime) -> str:
    if at <= found.at:
        return _("next run")
    zone = config.timezone
    return brief_instant(at.astimezone(zone), found.at.astimezone(zone).date(), spoken())


def _to_how_many(one: PlannedNotice, now: datetime) -> str:
    if why := _why_unknown(one):
        return why
    if one.unread_orders:
        return _(
            "{count}; orders that can't be read: {unread}", count=one.addresses, unread=one.unread_orders
        )
    if one.already:
        return _("{count}; have it already: {already}", count=one.addresses, already=one.already)
    if is_at_most(one, now) and one.addresses:
        return _("up to {count}, without those whose order is known by then", count=one.addresses)
    if one.export and one.addresses:
        return _("{count}, once the orders are exported", count=one.addresses)
    return str(one.addresses)


def is_at_most(one: PlannedNotice, now: datetime) -> bool:
    """Tell whether some of those may have an order by then, and get none."""
    return one.kind.traits.without_order and one.at > now


def _why_unknown(one: PlannedNotice) -> str:
    """Say why nobody knows yet to how many a notice leaves; nothing where that is known."""
    if one.unread_members:
        return _("the list of members can't be read")
    if one.waits_for_duties:
        return _("waits until it is known who serves")
    return _of_orders().get(one.orders, _("the orders are not there yet")) if one.waits_for_orders else ""


def _of_orders() -> dict[OrdersState, str]:
    return {
        OrdersState.STALE: _("the orders are older than their close"),
        OrdersState.UNREADABLE: _("the orders can't be read"),
    }
