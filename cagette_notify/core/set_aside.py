"""Define what is known of distributions that were set aside, and which told one each may be. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from cagette_notify.core.errors import Origin
    from cagette_notify.core.notices import Entry


class RowSetAside(Struct, frozen=True):
    """A row that can't be served, as far as it can be read: ``starts`` are in the group's local time.

    Without a ``group_id`` it may be any group's, without ``starts`` of any day.
    """

    origin: Origin
    group_id: str = ""
    starts: tuple[datetime, ...] = ()

    def may_be(self, told: Entry, group_ids: Collection[str]) -> bool:
        """Tell whether what was told may be what the row is to say, under whatever id."""
        # Told to a group that is no more, it may be any one's now.
        is_of_its_group = self.group_id in {"", told.group_id} or told.group_id not in group_ids
        days = {start.date() == told.starts_at.astimezone(start.tzinfo).date() for start in self.starts}
        return is_of_its_group and (not days or True in days)


class DistributionsAside(Struct, frozen=True):
    """All that was set aside of distributions: the ids that are known, and rows that may be others'."""

    ids: frozenset[str] = frozenset()
    rows: tuple[RowSetAside, ...] = ()

    def perhaps(self, told: Entry, group_ids: Collection[str]) -> str:
        """Return where rows stand that may be what was told; nothing where it is known, or surely gone."""
        if told.key.distribution_id in self.ids:
            return ""
        rows = [row for row in self.rows if row.may_be(told, group_ids)]
        return ", ".join(f"{row.origin.file}:{row.origin.line}" for row in rows)
