"""Make rows of the lists and tables that YAML holds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _
from cagette_notify.core.parsing import is_only_hours
from cagette_notify.core.text import nearest
from cagette_notify.data.rows.broken_values import why_broken
from cagette_notify.data.rows.cells import Cell, Doubt, Row
from cagette_notify.data.rows.column_matching import FileColumns, plain
from cagette_notify.data.rows.column_titles import title_of
from cagette_notify.data.rows.csv_columns import joined
from cagette_notify.data.rows.whole_names import put_names_together
from cagette_notify.readers.tree import Items, Node, Table, Text, Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cagette_notify.readers.yaml import CutValue


def rows_of_tree(
    node: Node,
    name: str,
    schema: FileColumns,
    cuts: tuple[CutValue, ...] = (),
    *,
    doubt: Doubt | None = None,
) -> list[Row]:
    """Return the rows of a list of tables; raise Unreadable if it is none. ``cuts`` are said with them."""
    errors = {cut.line: cut for cut in cuts if cut.is_all and why_broken(cut.text)}
    placed = set(errors.values())
    items = _items(_with_errors(node, errors) if errors else node, schema)
    placed -= set(errors.values())
    rows = []
    for item in items:
        cells: dict[str, Cell] = {}
        rows.append(Row(name, getattr(item, "line", items.line), cells, doubt=doubt))
        rows[-1].titles = _titles(item, schema)
        _fill_from(item, rows[-1], cells, schema)
    for cut in cuts:
        if cut in placed:
            continue  # it is the value that it was meant to be, which its row says is broken
        its_row = next((row for row in reversed(rows) if row.line <= cut.line), None)
        if its_row:
            its_row.remark("", cut.message(), line=cut.line, is_warning=True)
    return rows


def _with_errors(node: Node, errors: dict[int, CutValue]) -> Node:
    """Put a spreadsheet's errors where YAML takes them for comments: ``place: #N/A`` is unknown, not absent.

    Whatever finds its place is taken out of ``errors``.
    """
    if isinstance(node, Items):
        return Items((_with_errors(part, errors) for part in node), node.line)
    if not isinstance(node, Table):
        return node
    pairs = []
    for key, value in node.items():
        cut = errors.pop(key.line, None) if value is None else None
        pairs.append((key, Text(cut.text, cut.line) if cut else _with_errors(value, errors)))
    return Table(pairs, node.line)


def _items(node: Node, schema: FileColumns) -> Items:
    if isinstance(node, Table) and len(node) == 1:
        key, inner = next(iter(node.items()))
        if plain(key) in schema.titles:
            node = Items() if inner is None else inner
    if isinstance(node, Items):
        return node
    raise Unreadable(
        _("a list was expected, such as: {title}: [{{...}}, {{...}}]", title=schema.title),
        getattr(node, "line", 0),
    )


def _titles(node: Node, schema: FileColumns) -> Mapping[str, str]:
    """Return the keys of a row that call a field by another word."""
    keys = list(node) if isinstance(node, Table) else []
    named = ((schema.field_of(key), str(key)) for key in keys)
    return {field: key for field, key in named if field and plain(key) != plain(field)}


def _fill_from(node: Node, row: Row, cells: dict[str, Cell], schema: FileColumns) -> None:
    if isinstance(node, Table):
        _fill(row, cells, node, schema)
        put_names_together(cells, tuple(cells))
    else:
        row.complain("", _("a row with its fields was expected here"))


def _fill(row: Row, cells: dict[str, Cell], table: Table, schema: FileColumns, *, inside: str = "") -> None:
    """Sort the keys of a table into fields; ``inside`` is the key of a table within a row."""
    names = schema.nested[inside] if inside else schema.names
    days: dict[str, Text] = {}
    for key, value in table.items():
        field = names.get(plain(key))
        if not field:
            row.complain("", _unknown(key, names, f"{inside}_"), line=key.line)
        elif field in schema.nested and isinstance(value, Table):
            _fill(row, cells, value, schema, inside=field)
        elif value is None or (isinstance(value, str) and not value.strip()):
            continue
        elif field in schema.nested and field not in schema.alone:
            row.complain(field, _("keys of its own were expected here"), line=key.line)
        elif isinstance(value, Text) and plain(key) in schema.days and field not in days:
            days[field] = value
        else:
            field = schema.alone.get(field, field)
            if field in cells:
                row.complain(field, _("given twice"), line=key.line)
            cells[field] = value
    _join_days(row, cells, days)


def _join_days(row: Row, cells: dict[str, Cell], days: Mapping[str, Text]) -> None:
    """Make a moment of each day with the hours that have a key of their own."""
    for field, day in days.items():
        hours = cells.get(field)
        if hours is None:
            cells[field] = day
        elif isinstance(hours, Text) and is_only_hours(hours):
            cells[field] = Text(joined(day, hours), hours.line)
        else:
            row.complain(field, _("given twice"), line=day.line)


def _unknown(key: str, names: Mapping[str, str], inside: str) -> str:
    if re.search(":[\u00a0\u2007\u202f]", key):
        return _(
            "unknown key {key!r}: a non-breaking blank follows its ':'; use an ordinary one", key=str(key)
        )
    fields = dict.fromkeys(field.removeprefix(inside) for field in names.values())
    near = nearest(key, (*fields, *names))
    if field := names.get(plain(near)):
        meant = near if near in fields else title_of(field.removeprefix(inside))
        return _("unknown key {key!r}; did you mean {meant!r}?", key=str(key), meant=meant)
    known = ", ".join(map(title_of, fields))
    return _("unknown key {key!r}; known here: {known}", key=str(key), known=known)
