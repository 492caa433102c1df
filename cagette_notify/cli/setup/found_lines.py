"""Say what each table that was found is, and why others are left aside."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cagette_notify.cli.setup.found_data import held_whole_by, is_usable, of_its_day
from cagette_notify.core.formatting import day_of_month, listing
from cagette_notify.core.i18n import _, _n, spoken
from cagette_notify.core.text import fold
from cagette_notify.data.rows.column_titles import no_column_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from cagette_notify.data.files.found_tables import FoundTable

_UNKNOWN_NAMED = 5
_SERVING = re.compile(r"\b(?:permanen|benevol|volont|volunteer|duty|duties)")


def lines_about(tables: Sequence[FoundTable]) -> Iterator[str]:
    """Yield what each table is that can be begun with, a line each."""
    for table in tables:
        if not _is_taken(table):
            continue
        yield line_about(table)
        if table.kind != "orders":
            continue
        newest, *_older = of_its_day(tables, table)
        if whole := held_whole_by(tables, table):
            message = _(
                "all of its lines stand in {newest}, too, which is newer: it isn't used, and may be removed",
                newest=whole.name,
            )
            yield f"  {message}"
        elif newest != table:
            yield f"  {_left_aside_for(newest, table)}"


def _left_aside_for(newest: FoundTable, older: FoundTable) -> str:
    """Say which orders of a day are read, and what becomes of those that are older."""
    return _n(
        "{older} is left aside ({count} line): of its day {newest} is read, the newer one; if both hold "
        "orders, put their lines into one file, below one header",
        "{older} is left aside ({count} lines): of its day {newest} is read, the newer one; if both hold "
        "orders, put their lines into one file, below one header",
        older.rows,
        older=older.name,
        newest=newest.name,
    )


def line_about(table: FoundTable) -> str:
    """Say what a table is that has a kind, or what is wrong with it."""
    return f"{table.name}: {table.trouble or _what_it_is(table)}"


def lines_left_aside(tables: Sequence[FoundTable]) -> Iterator[str]:
    """Yield why each other one is left aside, and what to do with it; what nobody knows comes last."""
    unknown: list[str] = []
    for table in tables:
        if _is_taken(table):
            continue
        if why := _why_not(table):
            yield f"{table.name}: {why}"
        else:
            unknown.append(table.name)
    if unknown:
        yield _(
            "{names}: no column has a known name; a list of members has some such as {columns}",
            names=", ".join(unknown[:_UNKNOWN_NAMED]) + ("…" if len(unknown) > _UNKNOWN_NAMED else ""),
            columns=_("first_name, last_name, email"),
        )


def _is_taken(table: FoundTable) -> bool:
    return bool(table.kind) and is_usable(table)


def _why_not(table: FoundTable) -> str:
    """Say why a table is left aside; nothing where nobody can tell what it was meant to be."""
    if said := table.trouble or _off_said(table):
        return said
    if table.kind == "distributions":
        return _(
            "the distributions, but no line of it has its day and hour, such as {example}",
            example=_("2026-06-12 18:00"),
        )
    if table.kind:
        return _(
            "orders, but no day stands in its name, as in {example}. One file has all orders of a day",
            example="Export-commandes-2026-06-12.csv",
        )
    lacks = no_column_for(table.lacks)
    if table.columns_say:
        return _(
            "orders by its name, members by its columns, and so neither ({lacks}). If it is the list of "
            "members, put that word into its name",
            lacks=lacks,
        )
    if table.seems == "distributions":
        return _(
            "seems to be the distributions ({lacks}). Add that column, or leave the file aside: a day that "
            "differs becomes a row of its own in distributions.yaml",
            lacks=lacks,
        )
    words = {
        "groups": _("seems to be the groups ({lacks})", lacks=lacks),
        "members": _("seems to be the members ({lacks})", lacks=lacks),
        "orders": _("seems to be orders ({lacks}): a line for each product of each member", lacks=lacks),
        "duties": _("seems to be who serves at distributions ({lacks})", lacks=lacks),
    }
    return words.get(table.seems, "")


def _off_said(table: FoundTable) -> str:
    """Say what is told by a calendar of which no day is a distribution's; nothing of any other table."""
    days = listing(tuple(map(_day_said, table.listing.days_off)), spoken()) if not table.listed else ""
    return _("it says when there is no distribution: {days}", days=days) if days else ""


def _what_it_is(table: FoundTable) -> str:
    said = {
        "members": _n("{count} member", "{count} members", table.rows),
        "groups": _n("{count} group", "{count} groups", table.rows),
        "distributions": _distributions_said(table),
        "duties": _("who serves at distributions: name it in config.yaml, as data.duties"),
    }
    if table.is_of_payments and table.kind == "members":
        return _n(
            "payments, as HelloAsso exports them, of {count} person",
            "payments, as HelloAsso exports them, of {count} people",
            table.rows,
        )
    if table.kind in said:
        return said[table.kind]
    if table.day is None:
        return _n("orders, {count} line", "orders, {count} lines", table.rows)
    day = _day_said(table.day)
    return _n("orders of {day}, {count} line", "orders of {day}, {count} lines", table.rows, day=day)


def _distributions_said(table: FoundTable) -> str:
    said, aside = _n("{count} distribution", "{count} distributions", table.rows), ""
    if table.listed:
        first, last = (_day_said(table.listed[at].day) for at in (0, -1))
        said = _n(
            "{count} day, {first}", "{count} days, from {first} to {last}", table.rows, first=first, last=last
        )
        count = len(table.listing.left_out)
        aside = _n("{count} line left aside", "{count} lines left aside", count) if count else ""
    elif table.unread:
        aside = _n("{count} line can't be read", "{count} lines can't be read", table.unread)
    return f"{said}, {aside}" if aside else said


def days_written(table: FoundTable) -> str:
    """Say what distributions are taken from; of those that are copied, each day."""
    if not table.listed:
        return line_about(table)
    days = listing(tuple(_day_said(each.day) for each in table.listed), spoken())
    return _n(
        "{name}: {count} day: {days}", "{name}: {count} days: {days}", table.rows, name=table.name, days=days
    )


def not_copied(table: FoundTable) -> Iterator[str]:
    """Yield what a calendar has that isn't copied, a line each, below one that says so."""
    if table.listing.left_out:
        yield _("Not copied from {name}:", name=table.name)
        yield from (f"  {each.problem.in_full}" for each in table.listing.left_out)
    if columns := table.listing.other_columns:
        yield _n(
            "Of {name} the column {columns} isn't copied.",
            "Of {name} the columns {columns} aren't copied.",
            len(columns),
            name=table.name,
            columns=listing(columns, spoken()),
        )
    if any(_SERVING.search(fold(each)) for each in columns):
        yield _("Who serves stands in a file of its own, which config.yaml names: data.duties.")


def _day_said(day: date) -> str:
    return day_of_month(day, spoken())
