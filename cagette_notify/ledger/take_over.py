"""Give what was told under old ids of members, groups and distributions to the ids they have now."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cagette_notify.core.kinds import CORRECTED_KINDS
from cagette_notify.core.list_names import OF_A_DISTRIBUTION
from cagette_notify.ledger.errors import as_written
from cagette_notify.ledger.rows import utc_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from cagette_notify.ledger.engine import Connection
    from cagette_notify.ledger.heirs import Heirs
    from cagette_notify.ledger.ledger import Ledger

_CORRECTED = ", ".join(f"'{kind}'" for kind in CORRECTED_KINDS)

_KEYS = {
    "notices": ("account", "kind", "distribution_id", "occasion", "member_id", "address"),
    "skips": ("account", "kind", "distribution_id", "member_id", "address"),
}


def _moving(table: str, condition: str, **changed: str) -> tuple[str, str]:
    """Return the statements that change the keys of rows; those that have such a key already give way."""
    key = _KEYS[table]
    becomes = ", ".join(changed.get(column, column) for column in key)
    changes = ", ".join(f"{column} = {value}" for column, value in changed.items())
    return (
        f"""
        DELETE FROM {table} WHERE ({", ".join(key)}) IN (SELECT {becomes} FROM {table} WHERE {condition})
        """,  # noqa: S608 - literals of this module
        f"UPDATE {table} SET {changes} WHERE {condition}",  # noqa: S608 - literals of this module
    )


# Whoever has the new id has been told nothing under it: a row of theirs is of something that never left.
_OF_MEMBER = _moving(
    "notices",
    """
    account = :account AND group_id = :group AND member_id = :old AND address = :address
        AND starts_at > :now
    """,
    member_id=":new",
)

_READERS = """
    UPDATE notices SET reader_id = :new
    WHERE account = :account AND group_id = :group AND reader_id = :old AND reader_id <> ''
        AND address = :address AND starts_at > :now
"""

_SKIPS = _moving(
    "skips",
    """
    account = :account AND group_id = :group AND member_id = :old AND address = :address COLLATE NOCASE
    """,
    member_id=":new",
)

# One's old id may be another's new one: all of them leave before any arrives.
_LEAVE = _moving(
    "notices",
    "account = :account AND group_id = :old_group AND distribution_id = :old AND starts_at > :now",
    distribution_id=":between",
)
_ARRIVE = _moving(
    "notices",
    "account = :account AND group_id = :old_group AND distribution_id = :between",
    group_id=":group",
    distribution_id=":new",
    revision=f"CASE WHEN kind IN ({_CORRECTED}) THEN revision + :past ELSE revision END",
    occasion=f"""
        CASE WHEN kind IN ({_CORRECTED})
        THEN replace(occasion, 'r' || revision, 'r' || (revision + :past)) ELSE occasion END
    """,
)

# Why somebody got nothing goes with it, whenever it was noted.
_SKIPS_LEAVE = _moving(
    "skips",
    "account = :account AND group_id = :old_group AND distribution_id = :old",
    distribution_id=":between",
)
_SKIPS_ARRIVE = _moving(
    "skips",
    "account = :account AND group_id = :old_group AND distribution_id = :between",
    group_id=":group",
    distribution_id=":new",
)

_PLACES = """
    UPDATE notices SET place = :place
    WHERE account = :account AND distribution_id = :id AND starts_at > :now
"""


_PLANS = """
    SELECT planned.attempt, lists, lists_off, group_id FROM planned JOIN broadcasts USING (attempt)
    WHERE planned.account = :account
"""


class TakeOver:
    """Moves what is ahead from old ids to new ones, as of ``now``."""

    def __init__(self, ledger: Ledger, account: str, now: datetime) -> None:
        """Keep whose books these are."""
        self._ledger = ledger
        self._common = {"account": account, "now": utc_text(now)}

    def members(self, group_id: str, new_ids: Mapping[tuple[str, str], str]) -> None:
        """Give members what they were told, and why they were told nothing, by old id and address."""
        values = [
            {**self._common, "group": group_id, "old": old, "address": address, "new": new}
            for (old, address), new in new_ids.items()
            if new != old
        ]
        with self._ledger.transaction() as connection:
            _move(connection, _OF_MEMBER, values)
            connection.executemany(_READERS, values)
            _move(connection, _SKIPS, values)

    def places(self, places: Mapping[str, str]) -> None:
        """Let what was told of distributions ahead hold at a place that is written otherwise now."""
        values = [{**self._common, "id": id_, "place": place} for id_, place in places.items()]
        with self._ledger.transaction() as connection:
            connection.executemany(_PLACES, values)

    def distributions(self, heirs: Heirs) -> None:
        """Give distributions, of other groups perhaps, what was told under their old ids."""
        values = [
            {
                **self._common,
                "old_group": old_group,
                "old": old,
                "between": f"on its way to {new}",
                "group": group,
                "new": new,
                "past": heirs.revisions.get(new, 0),
            }
            for (old_group, old), (group, new) in heirs.ids.items()
        ]
        with self._ledger.transaction() as connection:
            for statements in (_LEAVE, _SKIPS_LEAVE, _ARRIVE, _SKIPS_ARRIVE):
                _move(connection, statements, values)
            _rename_in_plans(connection, self._common["account"], heirs)


def _move(connection: Connection, statements: Iterable[str], values: Iterable[Mapping[str, object]]) -> None:
    for value in values:
        for statement in statements:
            connection.execute(statement, value)


def _rename_in_plans(connection: Connection, account: str, heirs: Heirs) -> None:
    """Let the lists of planned mails be about the distributions that they meant."""
    plans = connection.execute(_PLANS, {"account": account}).fetchall()
    for row in plans:
        with as_written():
            lists, lists_off = json.loads(row["lists"]), json.loads(row["lists_off"])
        renamed = [
            json.dumps([_renamed(one, row["group_id"], heirs) for one in those], ensure_ascii=False)
            for those in (lists, lists_off)
        ]
        query = "UPDATE planned SET lists = ?, lists_off = ? WHERE attempt = ?"
        connection.execute(query, (*renamed, row["attempt"]))


def _renamed(typed: str, group_id: str, heirs: Heirs) -> str:
    kind, _colon, about = typed.partition(":")
    heir_s_group, heir = heirs.ids.get((group_id, about), (group_id, about))
    is_renamed = kind in OF_A_DISTRIBUTION and heir_s_group == group_id
    return f"{kind}:{heir}" if is_renamed else typed
