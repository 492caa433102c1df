"""Remember who got nothing about a distribution, and why."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec.structs import asdict

from cagette_notify.ledger.rows import utc_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from cagette_notify.core.notices import Skip
    from cagette_notify.ledger.ledger import Ledger

# Why somebody got nothing when the others' mails left stands, whatever comes later: that the distribution
# is called off the next day is not why. Whoever waited for orders then may still learn the reason.
# Who had ordered needs no reminder until it is known that they have no order: that isn't overwritten.
_NOTE = """
    INSERT INTO skips VALUES (
        :account, :kind, :group_id, :distribution_id, :member_id, :address, :reason, :noted_at
    )
    ON CONFLICT (account, kind, distribution_id, member_id, address)
    DO UPDATE SET reason = excluded.reason, noted_at = excluded.noted_at
    WHERE skips.reason NOT IN (excluded.reason, 'has_order') AND (
        skips.reason = 'waiting_for_orders' OR NOT EXISTS (
            SELECT 1 FROM notices
            WHERE account = :account AND kind = :kind AND distribution_id = :distribution_id
                AND occasion = :occasion AND status IN ('sent', 'claimed', 'in_doubt')
                AND claimed_at >= skips.noted_at
        )
    )
"""

_IN_VAIN = """
    SELECT member_id FROM skips
    WHERE account = ? AND distribution_id = ? AND reason = 'waiting_for_orders' AND NOT EXISTS (
        SELECT 1 FROM notices
        WHERE notices.account = skips.account AND notices.distribution_id = skips.distribution_id
            AND notices.member_id = skips.member_id
            AND status IN ('sent', 'claimed', 'in_doubt') AND claimed_at >= noted_at
    )
"""


class SkipBook:
    """Why members of one delivery got nothing, read and written through the ledger."""

    def __init__(self, ledger: Ledger, account: str) -> None:
        """Keep where to look; nothing is read yet."""
        self._ledger = ledger
        self._account = account

    def note(self, skips: Iterable[Skip], now: datetime) -> None:
        """Remember why somebody got nothing, and since when; the reason of when the others' left stands."""
        noted = {"account": self._account, "noted_at": utc_text(now)}
        with self._ledger.transaction() as connection:
            connection.executemany(_NOTE, [asdict(skip) | noted for skip in skips])

    def spared(self, distribution_ids: Collection[str]) -> set[tuple[str, str, str]]:
        """Return group, id and address of members who got nothing about these distributions."""
        query = "SELECT group_id, member_id, address FROM skips WHERE account = ? AND distribution_id = ?"
        rows = (row for id_ in distribution_ids for row in self._ledger.rows(query, [self._account, id_]))
        return {(row["group_id"], row["member_id"], row["address"].casefold()) for row in rows}

    def reasons(self, distribution_ids: Iterable[str]) -> dict[tuple[str, str, str], str]:
        """Return why members got nothing about these distributions, by kind, distribution and member."""
        query = "SELECT * FROM skips WHERE account = ? AND distribution_id = ?"
        rows = (row for id_ in distribution_ids for row in self._ledger.rows(query, [self._account, id_]))
        return {(row["kind"], row["distribution_id"], row["member_id"]): row["reason"] for row in rows}

    def noted_as(self, reason: str, distribution_ids: Iterable[str]) -> set[tuple[str, str]]:
        """Return who got nothing for that reason, at whatever address: distribution and member."""
        query = "SELECT member_id FROM skips WHERE account = ? AND reason = ? AND distribution_id = ?"
        return {
            (id_, row["member_id"])
            for id_ in distribution_ids
            for row in self._ledger.rows(query, [self._account, reason, id_])
        }

    def waited_in_vain(self, distribution_ids: Iterable[str]) -> dict[str, set[str]]:
        """Return, by distribution, the members who waited for orders, and have got nothing since."""
        found: dict[str, set[str]] = defaultdict(set)
        for id_ in distribution_ids:
            for row in self._ledger.rows(_IN_VAIN, [self._account, id_]):
                found[id_].add(row["member_id"])
        return dict(found)

    def take_back(self, reason: str, whom: Iterable[tuple[str, str]]) -> None:
        """Forget that these members, named by distribution and id, got nothing for that reason."""
        query = "DELETE FROM skips WHERE account = ? AND reason = ? AND distribution_id = ? AND member_id = ?"
        if rows := [(self._account, reason, *one) for one in sorted(whom)]:
            with self._ledger.transaction() as connection:
                connection.executemany(query, rows)
