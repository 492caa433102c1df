"""Remember of which ids it is in doubt whose they are, and when somebody took a group's ids as right."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING

from cagette_notify.ledger.errors import as_written
from cagette_notify.ledger.rows import from_utc_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from cagette_notify.ledger.ledger import Ledger

DOUBTED = "doubted_ids"
_ACCEPTED = "ids_accepted"

_KEPT = 50  # of thousands that were counted anew, some tell whether they are as before

# The ids may be those of what is over, or of distributions that bear others now: each is found by itself.
_KNOWN = """
    SELECT group_id, address, MAX(at) AS last FROM (
        SELECT group_id, address, claimed_at AS at FROM notices
        WHERE account = :account AND member_id = :id
        UNION ALL SELECT group_id, address, claimed_at FROM notices
        WHERE account = :account AND reader_id = :id AND reader_id <> ''
        UNION ALL SELECT group_id, address, noted_at FROM skips WHERE account = :account AND member_id = :id
    ) AS known WHERE at IS NOT NULL AND address <> '' GROUP BY group_id, address
"""


class ChangedIds:
    """What one delivery's ledger knows of members' ids, whatever they were told of."""

    def __init__(self, ledger: Ledger, account: str) -> None:
        """Keep where to look; nothing is read yet."""
        self._ledger = ledger
        self._account = account

    def doubted(self) -> dict[str, list[str]]:
        """Return, by group, some of the ids for which it is held."""
        marks = self._ledger.marks(self._account, DOUBTED)
        with as_written():
            return {group_id: list(json.loads(value)) for group_id, value in marks.items()}

    def keep_doubted(self, by_group: Mapping[str, Iterable[str]]) -> None:
        """Remember them until the group's ids are as they were, or accepted; none forgets them."""
        before = self.doubted()
        found = {id_: sorted(set(ids))[:_KEPT] for id_, ids in by_group.items()}
        changed = {id_: ids for id_, ids in found.items() if ids != before.get(id_, [])}
        if changed:
            values = {id_: json.dumps(ids) if ids else None for id_, ids in changed.items()}
            self._ledger.set_marks(self._account, DOUBTED, values)

    def accept(self, group_ids: Collection[str], now: datetime) -> None:
        """Remember that the ids of these groups are right: what was known of them before is of others."""
        self.keep_doubted(dict.fromkeys(group_ids, ()))
        self._ledger.set_marks(self._account, _ACCEPTED, dict.fromkeys(group_ids, now.isoformat()))

    def known(self, ids: Iterable[str]) -> dict[str, set[tuple[str, str]]]:
        """Return, by group, these ids with each address at which they were written to, or spared.

        Since the group's ids were last accepted.
        """
        accepted = self._ledger.marks(self._account, _ACCEPTED)
        found: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for id_ in ids:
            for row in self._ledger.rows(_KNOWN, {"account": self._account, "id": id_}):
                since = accepted.get(row["group_id"])
                if since is None or from_utc_text(row["last"]) > from_utc_text(since):
                    found[row["group_id"]].add((id_, row["address"].casefold()))
        return found
