"""Match column headers to fields, whatever their case, accents and blanks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from cagette_notify.core.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_NO_LETTER = re.compile(r"[^\w%]+|_+")


class FileColumns(NamedTuple):
    """What the rows of one kind of file may hold.

    ``names`` leads from a header's plain form to its field; ``nested`` does the same for the keys
    inside ``contact:`` and the like, and ``alone`` tells what a plain text means there. Of each group
    of ``required`` fields a CSV must have one. A ``doubtful`` name is a field's only where no other name is,
    and no value is there twice. One of ``later`` is that only where no other name is, one of ``latest`` not
    even beside those; a ``vague`` one tells a price, of one or of all. What a column of ``days`` says goes
    with the hours of another one. The beginning of what is ``cut_unseen`` may pass for a value: another
    address, another hour. Rows that ``may_be_counted`` are, in one that is none of them. Files that
    ``may_be_joined`` have rows that say no more for being there twice. Of those of which ``ids_have_marks``,
    perhaps, ``#1`` may be an id.
    """

    title: str
    titles: frozenset[str]
    names: Mapping[str, str]
    required: tuple[tuple[str, ...], ...]
    nested: Mapping[str, Mapping[str, str]] = {}
    alone: Mapping[str, str] = {}
    doubtful: frozenset[str] = frozenset()
    days: frozenset[str] = frozenset()
    cut_unseen: frozenset[str] = frozenset()
    later: frozenset[str] = frozenset()
    latest: frozenset[str] = frozenset()
    may_be_counted: bool = False
    vague: frozenset[str] = frozenset()
    may_be_joined: bool = False
    ids_have_marks: bool = True

    def field_of(self, cell: str) -> str:
        """Return the field that a cell of a header names; nothing if it names none."""
        return self.names.get(plain(cell), "")

    def is_named_in(self, header: Iterable[str]) -> bool:
        """Tell whether a header names all that rows of this kind must have, wherever they stand.

        A doubtful name tells nothing: products have numbers, too.
        """
        fields = {self.field_of(cell) for cell in header if plain(cell) not in self.doubtful}
        return all(fields.intersection(alike) for alike in self.required)

    def count_known(self, header: Iterable[str]) -> int:
        """Tell how many cells of a header name a field."""
        return sum(plain(cell) in self.names for cell in header)


def plain(header: str) -> str:
    """Make headers comparable: ``First name`` and ``firstName`` are one; ``frais %`` is no ``frais``."""
    return _NO_LETTER.sub("", fold(header))


def fields_by_name(*tables: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Return the field of every plain name in tables of fields and the other names they have."""
    return {
        plain(name): field_name
        for table in tables
        for field_name, others in table.items()
        for name in (field_name, *others)
    }
