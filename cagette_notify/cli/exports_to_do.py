"""Say which export of orders somebody has yet to make, between when and when, and what waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _, _n, spoken
from cagette_notify.planning.outlook.exports_needed import export_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from cagette_notify.config.load import Config
    from cagette_notify.helpdesk.status import ServiceStatus
    from cagette_notify.planning.outlook.exports_needed import NeededExport
    from cagette_notify.planning.outlook.forecast import PlannedNotice


def exports_to_do(config: Config, found: ServiceStatus) -> Iterator[str]:
    """Yield a sentence for each export that is needed, and where to put it, the first one first."""
    for needed in found.exports:
        path = config.folder / needed.file
        words = {
            "when": _span(config, found, needed),
            "orders": _orders(needed),
            "folder": str(path.parent.absolute()),
        }
        if needed.problem:
            yield _(
                "To do {when}: export {orders} again, into {folder}: what is there can't be read "
                "({problem}). {without}",
                problem=needed.problem,
                without=_without_a_new_one(needed),
                **words,
            )
        elif needed.is_there:
            yield _(
                "To do {when}: export {orders} into {folder}; {file}, which is there, is from before they "
                "close. {without}",
                file=needed.file,
                without=_without_a_new_one(needed),
                **words,
            )
        else:
            yield _(
                "To do {when}: export {orders} into {folder}, as {file}. {without}",
                file=path.name,
                without=_without_that_one(needed),
                **words,
            )


def _orders(needed: NeededExport) -> str:
    from cagette_notify.core.formatting import listing

    return _n(
        "the orders of {distributions}",
        "the orders of {distributions}",
        len(needed.distribution_ids),
        distributions=listing(needed.distribution_ids, spoken()),
    )


def _without_a_new_one(needed: NeededExport) -> str:
    if needed.planned.believed_start:
        return _("Without a new export, the correction doesn't leave.")
    return _n(
        "Without a new export, none of its recaps leaves.",
        "Without a new export, none of their recaps leaves.",
        len(needed.distribution_ids),
    )


def _without_that_one(needed: NeededExport) -> str:
    if needed.planned.believed_start:
        return _("Without that export, the correction doesn't leave.")
    return _n(
        "Without that export, none of its recaps leaves.",
        "Without that export, none of their recaps leaves.",
        len(needed.distribution_ids),
    )


def once_exported(config: Config, found: ServiceStatus, one: PlannedNotice) -> str:
    """Say that a recap leaves once its orders are exported, and between when and when that is to be."""
    when = _span(config, found, export_for(one, found.exports))
    return _("once the orders are exported ({when})", when=when)


def soon(config: Config, now: datetime, at: datetime) -> str:
    """Say a moment as one says it to somebody: the day of the week if that is enough, and the hour."""
    from babel.dates import format_date

    from cagette_notify.core.formatting import LOCALES, clock, nearness, short_day

    if at <= now:
        return _("with the next run")
    language, local = spoken(), at.astimezone(config.timezone)
    day, today = local.date(), now.astimezone(config.timezone).date()
    named = format_date(day, "EEEE", locale=LOCALES[language]) if (day - today).days < 7 else ""
    return f"{nearness(day, today, language) or named or short_day(day, language)} {clock(local, language)}"


def lately(config: Config, now: datetime, at: datetime) -> str:
    """Say a moment that is past as one says it to somebody: the day, and the hour."""
    from cagette_notify.core.formatting import clock, short_day

    language, local = spoken(), at.astimezone(config.timezone)
    ago = (now.astimezone(config.timezone).date() - local.date()).days
    day = {0: _("today"), 1: _("yesterday")}.get(ago) or short_day(local.date(), language)
    return f"{day} {clock(local, language)}"


def _span(config: Config, found: ServiceStatus, needed: NeededExport) -> str:
    by = soon(config, found.at, needed.by)
    if needed.planned.believed_start:
        return _("now, before {by}", by=by)
    if needed.closes_at:
        closing = soon(config, found.at, needed.closes_at)
        return _("between {closing} and {by}", closing=closing, by=by)
    return _("by {by}", by=by) if needed.planned.at > found.at else _("now")
