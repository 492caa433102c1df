"""Say what each table that was found is, and why others are left aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.cli.setup.found_data import is_usable, newest_of_its_day
from cagette_notify.core.i18n import _, _n, spoken
from cagette_notify.data.rows.column_titles import no_column_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cagette_notify.data.files.found_tables import FoundTable

_UNKNOWN_NAMED = 5


def lines_about(tables: Sequence[FoundTable]) -> Iterator[str]:
    """Yield what each table is that can be begun with, a line each."""
    for table in tables:
        if _is_taken(table):
            yield line_about(table)
            if table.kind == "orders" and (newest := newest_of_its_day(tables, table)) != table:
                yield f"  {left_aside_for(newest, table)}"


def left_aside_for(newest: FoundTable, older: FoundTable) -> str:
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
    if table.trouble:
        return table.trouble
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


def _what_it_is(table: FoundTable) -> str:
    from cagette_notify.core.formatting import day_of_month

    said = {
        "members": _n("{count} member", "{count} members", table.rows),
        "groups": _n("{count} group", "{count} groups", table.rows),
        "distributions": _distributions_said(table),
        "duties": _("who serves at distributions: name it in config.yaml, as data.duties"),
    }
    if table.kind in said:
        return said[table.kind]
    if table.day is None:
        return _n("orders, {count} line", "orders, {count} lines", table.rows)
    day = day_of_month(table.day, spoken())
    return _n("orders of {day}, {count} line", "orders of {day}, {count} lines", table.rows, day=day)


def _distributions_said(table: FoundTable) -> str:
    from cagette_notify.core.formatting import day_of_month

    said = _n("{count} distribution", "{count} distributions", table.rows)
    if table.listed:
        first, last = (day_of_month(table.listed[at].day, spoken()) for at in (0, -1))
        said = _n(
            "{count} day, {first}", "{count} days, from {first} to {last}", table.rows, first=first, last=last
        )
    unread = _n("{count} line can't be read", "{count} lines can't be read", table.unread)
    return f"{said}, {unread}" if table.unread else said
