"""Look up whom the ledger still knows, by address or member id."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from cagette_notify.core.kinds import NOTICE_KINDS, Kind
from cagette_notify.ledger.rows import from_utc_text, utc_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from cagette_notify.ledger.ledger import Ledger

_NOTICES = ", ".join(f"'{kind}'" for kind in NOTICE_KINDS)

# What is told to a group names no member in its key: then the row says who read it there.
_NAMED = """
    SELECT group_id, member_id, member_name, address FROM (
        SELECT group_id, member_id, member_name, address FROM notices
        UNION ALL SELECT group_id, reader_id, member_name, address FROM notices WHERE reader_id <> ''
        UNION ALL SELECT group_id, member_id, '', address FROM skips
    ) AS named
"""


class KnownPeople:
    """The traces that people left in the books of every delivery. Each question is answered by an index."""

    def __init__(self, ledger: Ledger) -> None:
        """Look at a ledger."""
        self._ledger = ledger

    def names(self, address: str) -> bool:
        """Tell whether something went to that address, was not sent to it, or is answered there."""
        condition = "address = :address COLLATE NOCASE"
        query = f"""
            SELECT EXISTS (SELECT 1 FROM notices WHERE {condition})
                OR EXISTS (SELECT 1 FROM skips WHERE {condition})
                OR EXISTS (SELECT 1 FROM broadcasts WHERE reply_to_address = :address COLLATE NOCASE)
                AS is_named
        """  # noqa: S608 - a literal of this module
        return bool(self._ledger.rows(query, {"address": address})[0]["is_named"])

    def members_at(self, address: str) -> frozenset[tuple[str, str]]:
        """Return the members, by group and id, whose notices named that address."""
        return frozenset(called for called, _name in self.named_at(address))

    def named_at(self, address: str) -> frozenset[tuple[tuple[str, str], str]]:
        """Return the same with the names that they had then; an empty one where none was kept."""
        query = f"{_NAMED} WHERE address = ? COLLATE NOCASE AND member_id <> ''"
        rows = self._ledger.rows(query, [address])
        return frozenset(((row["group_id"], row["member_id"]), row["member_name"]) for row in rows)

    def read_broadcasts(
        self, account: str, since: datetime | None = None
    ) -> frozenset[tuple[str, str, str, str]]:
        """Return whom broadcasts named, ever or since then: group, address, casefolded, both names."""
        query = f"""
            SELECT DISTINCT group_id, address, first_name, last_name
            FROM notices JOIN copies USING (custom_id)
            WHERE account = ? AND claimed_at >= ? AND kind = '{Kind.BROADCAST}'
        """  # noqa: S608 - a literal of this program
        rows = self._ledger.rows(query, [account, utc_text(since) if since else ""])
        return frozenset(
            (row["group_id"], row["address"].casefold(), row["first_name"], row["last_name"]) for row in rows
        )

    def spared_since(
        self, account: str, distribution_ids: Iterable[str]
    ) -> Mapping[str, Mapping[tuple[str, str], datetime]]:
        """Return by group, id and address since when it is known that members got nothing about these."""
        # With the kinds the table's own key finds them, without it reads what was noted in all of a year.
        query = f"""
            SELECT group_id, member_id, address, MIN(noted_at) AS noted_at FROM skips
            WHERE account = ? AND kind IN ({_NOTICES}) AND distribution_id = ?
            GROUP BY group_id, member_id, address
        """  # noqa: S608 - literals of this program
        found: dict[str, dict[tuple[str, str], datetime]] = defaultdict(dict)
        ids = self._ledger.with_old_ids(distribution_ids)
        for row in (row for id_ in ids for row in self._ledger.rows(query, [account, id_])):
            at, known = from_utc_text(row["noted_at"]), found[row["group_id"]]
            whose = row["member_id"], row["address"].casefold()
            known[whose] = min(at, known.get(whose, at))
        return found

    def members_called(self, who: str) -> frozenset[tuple[str, str]]:
        """Return the members, by group and id, that an id means; it may say its group, ``group/id``."""
        known = self._members_with(who)
        parts = who.split("/")
        for cut in range(1, len(parts)):
            group_id, member_id = "/".join(parts[:cut]), "/".join(parts[cut:])
            known |= {one for one in self._members_with(member_id) if one[0] == group_id}
        return frozenset(known)

    def addresses_of(self, member: tuple[str, str]) -> frozenset[str]:
        """Return the addresses, casefolded, that a member's notices named."""
        query = f"{_NAMED} WHERE group_id = ? AND member_id = ? AND address <> ''"
        return frozenset(row["address"].casefold() for row in self._ledger.rows(query, list(member)))

    def _members_with(self, member_id: str) -> set[tuple[str, str]]:
        if not member_id:  # that of what went to a whole group
            return set()
        rows = self._ledger.rows(f"{_NAMED} WHERE member_id = ?", [member_id])
        return {(row["group_id"], row["member_id"]) for row in rows}
