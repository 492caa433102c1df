"""List the history of notices: sent, failed or skipped, and why, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.kinds import CORRECTION, OPERATOR_KINDS, Kind
from cagette_notify.ledger.rows import IS_CORRECTION, TO_MEMBERS, from_utc_text, kind, utc_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from cagette_notify.ledger.engine import LedgerRow
    from cagette_notify.ledger.ledger import Ledger

_TRIED_AT = "coalesce(settled_at, claimed_at, due_at)"
_TRIED = f"""
    {_TRIED_AT} AS at, kind, notices.group_id, distribution_id, member_id,
        recipient AS address, status, detail AS reason, notices.custom_id, message_id,
        coalesce(subject, '') AS subject, about_content,
        {IS_CORRECTION} AS is_correction, is_incomplete, id
"""
# By then the address had had such a notice of a start that was still ahead, and so was told otherwise.
_IS_NO_CORRECTION_SENT = """
    reason <> 'already_sent' AND EXISTS (
        SELECT 1 FROM notices AS told
        WHERE told.account = skips.account AND told.kind = skips.kind AND told.member_id = skips.member_id
            AND told.distribution_id = skips.distribution_id AND told.address = skips.address COLLATE NOCASE
            AND told.status IN ('sent', 'claimed', 'in_doubt')
            AND told.claimed_at < skips.noted_at AND told.starts_at > skips.noted_at
    )
"""
_SKIPPED = f"""
    noted_at AS at, kind, group_id, distribution_id, member_id, address, 'skipped' AS status, reason,
        '' AS custom_id, '' AS message_id, '' AS subject, 0 AS about_content,
        {_IS_NO_CORRECTION_SENT} AS is_correction, 0 AS is_incomplete, 0 AS id
"""
_ALL = 2**63 - 1
_NOTICES = "notices LEFT JOIN broadcasts ON kind = 'broadcast' AND attempt = occasion"


class Person(Struct, frozen=True):
    """Whom rows are about: a member by group and id, and their addresses, casefolded."""

    ids: frozenset[tuple[str, str]] = frozenset()  # group id, member id
    addresses: frozenset[str] = frozenset()


class HistoryRecord(Struct, frozen=True):
    """What one notice to one address came to, or why it did not leave. ``at`` is UTC.

    ``status`` is one of the ledger's, or ``skipped``; ``reason`` says why, a ``Reason`` for the latter.
    """

    at: datetime
    kind: Kind
    group_id: str
    distribution_id: str
    member_id: str
    address: str
    status: str
    reason: str = ""
    custom_id: str = ""
    message_id: str = ""
    subject: str = ""  # of a broadcast
    about_content: bool = False  # refused for its text, not for its address
    is_correction: bool = False  # of what a recap had said
    is_incomplete: bool = False  # a row of the order could not be read when it was claimed


class Expired(Struct, frozen=True):
    """How many notices of a kind came too late, and since when."""

    kind: Kind
    is_correction: bool
    count: int
    first: datetime


class HistoryFilter(Struct, frozen=True):
    """What rows are asked for; an empty field asks for all.

    ``once`` leaves out that what had left already did not leave again. Alerts and summaries are found by
    their kind alone: they are nobody's notices.
    """

    person: Person | None = None
    group_id: str = ""
    kind: str = ""
    status: str = ""
    since: datetime | None = None
    distribution_id: str = ""
    once: bool = False


class HistoryBook:
    """The records of one delivery."""

    def __init__(self, ledger: Ledger, account: str) -> None:
        """Look at the ledger's books of ``account``."""
        self._ledger = ledger
        self._account = account

    def find(self, wanted: HistoryFilter, *, limit: int = _ALL) -> Iterator[HistoryRecord]:
        """Yield what ``wanted`` asks for, newest first: what left, what did not, and who got nothing.

        All of it, unless there is a ``limit``. See ``Ledger.stream`` for what a reader must not do.
        """
        query, values = self._query(wanted)
        query = f"{query} ORDER BY at DESC, id DESC LIMIT ?"
        for row in self._ledger.stream(query, [*values, limit]):
            yield _record_of(row)

    def count(self, wanted: HistoryFilter) -> int:
        """Return how many records ``find`` yields."""
        # Every column of a million rows takes three times as long, and who may come twice is one person.
        query, values = self._query(wanted, all_columns=wanted.person is not None)
        (row,) = self._ledger.rows(f"SELECT count(*) AS records FROM ({query}) AS found", values)  # noqa: S608 - ours
        return int(row["records"])

    def groups(self) -> frozenset[str]:
        """Return the groups that there is anything about."""
        query = f"""
            SELECT group_id FROM notices WHERE account = :account AND {TO_MEMBERS}
            UNION SELECT group_id FROM skips WHERE account = :account
        """  # noqa: S608 - a literal of this package
        return frozenset(row["group_id"] for row in self._ledger.rows(query, {"account": self._account}))

    def came_too_late(self, since: datetime, claimed_since: datetime) -> list[Expired]:
        """Count what expired since then, by kind; what was tried, only if that was ``claimed_since``."""
        query = f"""
            SELECT kind, {IS_CORRECTION} AS is_correction, count(*) AS count, min(settled_at) AS first
            FROM notices
            WHERE account = ? AND (claimed_at IS NULL OR claimed_at >= ?)
                AND status = 'expired' AND settled_at >= ? AND {TO_MEMBERS}
            GROUP BY 1, 2
        """  # noqa: S608 - literals of this package
        rows = self._ledger.rows(query, [self._account, utc_text(claimed_since), utc_text(since)])
        return [
            Expired(kind(row["kind"]), bool(row["is_correction"]), row["count"], from_utc_text(row["first"]))
            for row in rows
        ]

    def _query(self, wanted: HistoryFilter, *, all_columns: bool = True) -> tuple[str, list[str]]:
        selects: list[str] = []
        values: list[str] = []
        about = _about(wanted.person)
        # A select for each way to be about somebody: SQLite uses an index for each, but for no OR of them.
        # The plus keeps it from taking the index of the account instead, of which there are but two.
        for condition, more in about:
            for table, columns, source, at in (
                ("notices.", _TRIED if all_columns else "status", _NOTICES, _TRIED_AT),
                ("", _SKIPPED if all_columns else "'skipped' AS status", "skips", "noted_at"),
            ):
                also, most = _narrowed(wanted, table, at)
                where = " AND ".join(
                    part.format(table=table) for part in ("+{table}account = ?", *condition, *also)
                )
                selects.append(f"SELECT {columns} FROM {source} WHERE {where}")  # noqa: S608 - literals of this module
                values += [self._account, *more, *most]
        # Only a row that is about somebody in two ways can come twice; looking for it costs a sort.
        union = " UNION " if len(about) > 1 else " UNION ALL "
        query = f"SELECT * FROM ({union.join(selects)}) AS tried WHERE ? IN ('', status)"  # noqa: S608 - conditions are literals of this module
        return query, [*values, wanted.status]

    def last_order_at(self, person: Person) -> datetime | None:
        """Return when the last distribution started of which the person had a recap: that is activity."""
        query = """
            SELECT max(starts_at) AS at FROM notices WHERE +account = ? AND member_id = ? AND group_id = ?
        """
        found = [
            row["at"]
            for group_id, member_id in person.ids
            for row in self._ledger.rows(query, [self._account, member_id, group_id])
        ]
        return max((from_utc_text(at) for at in found if at), default=None)


def _about(person: Person | None) -> list[tuple[list[str], list[str]]]:
    """Return the conditions that a row is about somebody; openings and broadcasts name addresses only."""
    if person is None:
        return [([], [])]
    by_id = ["{table}member_id = ?", "{table}group_id = ?"]
    by_address = ["{table}address = ? COLLATE NOCASE"]
    return [
        *((by_id, [member_id, group_id]) for group_id, member_id in sorted(person.ids)),
        *((by_address, [address]) for address in sorted(person.addresses)),
    ] or [(["FALSE"], [])]


def _narrowed(wanted: HistoryFilter, table: str, at: str) -> tuple[list[str], list[str]]:
    asked = {
        f"{table}group_id = ?": wanted.group_id,
        f"{table}distribution_id = ?": wanted.distribution_id,
        f"{table}kind = ?": "" if wanted.kind == CORRECTION else wanted.kind,
        f"{at} >= ?": utc_text(wanted.since) if wanted.since else "",
    }
    fresh = ["reason <> 'already_sent'"] if wanted.once and not table else []
    if wanted.kind == CORRECTION:
        fresh.append(IS_CORRECTION if table else _IS_NO_CORRECTION_SENT)
    if table and wanted.kind not in OPERATOR_KINDS:
        fresh.append(TO_MEMBERS)
    return [*fresh, *(part for part in asked if asked[part])], [value for value in asked.values() if value]


def _record_of(row: LedgerRow) -> HistoryRecord:
    return HistoryRecord(
        at=from_utc_text(row["at"]),
        kind=kind(row["kind"]),
        group_id=row["group_id"],
        distribution_id=row["distribution_id"],
        member_id=row["member_id"],
        address=row["address"],
        status=row["status"],
        reason=row["reason"],
        custom_id=row["custom_id"],
        message_id=row["message_id"],
        subject=row["subject"],
        about_content=bool(row["about_content"]),
        is_correction=bool(row["is_correction"]),
        is_incomplete=bool(row["is_incomplete"]),
    )
