"""Claim, settle and list notices: one durable transaction for each step."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from cagette_notify.core.errors import DataError, Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.kinds import CORRECTION, NOTICE_KINDS
from cagette_notify.core.messages import AnyMail, Copy, Outcome
from cagette_notify.core.notices import Entry, Notice, NoticeKey, Status
from cagette_notify.ledger.claim_sql import DEFER, RECLAIM, RECORD, REOPEN, WHY_COPY_WAITS
from cagette_notify.ledger.closed import copied_to, goes_on_at, refuse_closed
from cagette_notify.ledger.marks_sql import DELETE_MARK, SET_MARK
from cagette_notify.ledger.purge import PURGE
from cagette_notify.ledger.rows import (
    ENTRY_COLUMNS,
    TO_MEMBERS,
    TO_OPERATORS,
    entry_of,
    key_columns,
    row_of,
    rows_of,
    utc_text,
)
from cagette_notify.ledger.told_sql import DUTIES_TOLD_AHEAD, LAST_TOLD_AHEAD, TOLD_AHEAD

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from cagette_notify.ledger.engine import Connection, Engine, Lease, LedgerRow
    from cagette_notify.ledger.heirs import Heirs

_NOTICES = ", ".join(f"'{kind}'" for kind in NOTICE_KINDS)
_OF_AN_ORDER = ", ".join(f"'{kind}'" for kind in NOTICE_KINDS if kind.traits.needs_order)


_UNFINISHED = "status IN ('claimed', 'in_doubt', 'deferred')"


class Ledger:
    """An open ledger. Every method is one transaction, on disk when the method returns."""

    def __init__(
        self, engine: Engine, ledger_id: str, heirs: Heirs | None = None, *, is_left_behind: bool = False
    ) -> None:
        """Wrap an open database; use ``open_ledger``. What ``is_left_behind``, and closed, is erased from."""
        self._engine = engine
        self.ledger_id = ledger_id
        self.machine = engine.machine
        self._heirs = heirs
        self._is_left_behind = is_left_behind

    def under(self, heirs: Heirs) -> Ledger:
        """Return the same ledger, its entries read as they are once these have taken over."""
        return Ledger(self._engine, self.ledger_id, heirs)

    @property
    def ids_taken_over(self) -> frozenset[str]:
        """The ids of distributions that mean another one, once what was told is taken over."""
        return self._heirs.distribution_ids if self._heirs else frozenset()

    def claim(self, account: str, mails: Sequence[tuple[AnyMail, str]], now: datetime) -> frozenset[str]:
        """Record that these mails, each with the fingerprint of its text, are about to leave.

        Return the attempts of broadcasts that were stopped meanwhile: their copies are not claimed, and may
        not leave. Raises ``DataError`` if that can't be recorded: then none of them may leave.
        """
        at = utc_text(now)
        rows = [
            row
            for mail, fingerprint in mails
            for row in rows_of(account, mail, Status.CLAIMED, fingerprint=fingerprint, claimed_at=now)
        ]
        broadcasts = [mail for mail, _fingerprint in mails if isinstance(mail, Copy)]
        with self.transaction() as connection:
            stopped = _stopped(connection, {copy.broadcast.attempt for copy in broadcasts})
            copies = [(at, copy.custom_id) for copy in broadcasts if copy.broadcast.attempt not in stopped]
            claimed = connection.executemany(RECORD, rows).rowcount
            claimed += connection.executemany(RECLAIM, copies).rowcount
            if claimed != len(rows) + len(copies):
                message = _("a mail was already marked as sent; nothing was sent twice")
                raise DataError(Problem(message, self._engine.name))
        return stopped

    def settle(self, outcomes: Mapping[str, Outcome], now: datetime) -> None:
        """Record what became of the mails, by CustomID."""
        at = utc_text(now)
        with self.transaction() as connection:
            connection.executemany(
                """
                UPDATE notices
                SET status = ?, detail = ?, message_id = ?, about_content = ?, settled_at = ?
                WHERE custom_id = ? AND status IN ('claimed', 'in_doubt')
                """,
                [
                    (o.status.value, o.detail, o.message_id, int(o.about_content), at, custom_id)
                    for custom_id, o in outcomes.items()
                ],
            )

    def end(
        self,
        account: str,
        keys: Iterable[NoticeKey],
        status: Status,
        now: datetime,
        *,
        reasons: Mapping[NoticeKey, str] | None = None,
    ) -> None:
        """Close what is owed no more (``dropped``) or came too late (``expired``).

        Where none of the ``reasons`` is its own, what had kept it waiting stays the reason.
        """
        known = reasons or {}
        with self.transaction() as connection:
            connection.executemany(
                """
                UPDATE notices SET status = ?, settled_at = ?, detail = coalesce(?, detail)
                WHERE account = ? AND kind = ? AND distribution_id = ? AND occasion = ? AND member_id = ?
                    AND address = ? AND status <> 'sent'
                """,
                [(status.value, utc_text(now), known.get(key), account, *key_columns(key)) for key in keys],
            )

    def expire(
        self,
        account: str,
        notices: Iterable[Notice],
        now: datetime,
        *,
        reasons: Mapping[NoticeKey, str] | None = None,
    ) -> None:
        """Record notices that nobody tried to send in time: corrections as such, though in no mail."""
        known = reasons or {}
        rows = [
            row_of(account, notice, Status.EXPIRED)
            | {"settled_at": utc_text(now), "detail": known.get(notice.key, "")}
            | ({"campaign": f"{self.ledger_id}-{CORRECTION}-{notice.occasion}"} if notice.correction else {})
            for notice in notices
        ]
        with self.transaction() as connection:
            connection.executemany(RECORD, rows)

    def reopen_expired(self, account: str, now: datetime) -> None:
        """Take back that notices had come too late which have not: a clock that was ahead said so.

        Those that nobody owes in time after all are then said to have expired, as any other.
        """
        values = (account, utc_text(now))
        with self.transaction() as connection:
            for statement in REOPEN:
                connection.execute(statement, values)

    def defer(self, account: str, mails: Iterable[AnyMail], reason: str, now: datetime) -> None:
        """Record that mails were put off untried: what was promised to the next run is owed by it."""
        mails = list(mails)
        rows = [
            row | {"settled_at": utc_text(now), "detail": reason}
            for mail in mails
            for row in rows_of(account, mail, Status.DEFERRED)
        ]
        copies = [{"custom_id": mail.custom_id, "reason": reason} for mail in mails if isinstance(mail, Copy)]
        with self.transaction() as connection:
            connection.executemany(DEFER, rows)
            connection.executemany(WHY_COPY_WAITS, copies)

    def unfinished(self, account: str) -> list[Entry]:
        """List what waits for an answer or for another try, of what members get."""
        return self._entries(f"account = ? AND {_UNFINISHED} AND {TO_MEMBERS}", [account])

    def unfinished_operator_mail(self, account: str) -> list[Entry]:
        """List what waits for an answer or for another try, of alerts and summaries."""
        return self._entries(f"account = ? AND {_UNFINISHED} AND {TO_OPERATORS}", [account])

    def entries(self, account: str, distribution_ids: Collection[str]) -> list[Entry]:
        """List everything that members got, or did not, about these distributions."""
        found: list[Entry] = []
        for distribution_id in self.with_old_ids(distribution_ids):
            condition = f"account = ? AND distribution_id = ? AND {TO_MEMBERS}"
            found += self._entries(condition, [account, distribution_id])
        return [one for one in found if one.key.distribution_id in distribution_ids] if self._heirs else found

    def with_old_ids(self, distribution_ids: Iterable[str]) -> list[str]:
        """Return under which ids these distributions stand here, in one order at each run."""
        ids = set(distribution_ids)
        return sorted(ids | self._heirs.old_ids(ids) if self._heirs else ids)

    def by_custom_id(self, custom_id: str) -> list[Entry]:
        """List the notices that share a CustomID."""
        return self._entries("custom_id = ?", [custom_id])

    def refused(self, account: str, now: datetime) -> list[Entry]:
        """List notices that were refused for good and are not too late yet, to who got nothing since."""
        condition = f"""
            account = ? AND starts_at > ? AND too_late_at > ? AND status = 'failed' AND kind <> 'broadcast'
            AND {TO_MEMBERS} AND address LIKE '%@%'  -- who was forgotten has no address to correct
            AND NOT EXISTS (
                SELECT 1 FROM notices AS later WHERE later.address = notices.address COLLATE NOCASE
                AND later.{TO_MEMBERS} AND later.status = 'sent' AND later.claimed_at > notices.claimed_at
            )
        """  # noqa: S608 - a literal of this package
        return self._entries(condition, [account, utc_text(now), utc_text(now)])

    def told_ahead(self, account: str, now: datetime) -> list[Entry]:
        """Return, for each group and start ahead that was announced, what may have arrived of it.

        One recap, and one duty, where there are any.
        """
        return self._told(TOLD_AHEAD, account, now)

    def duties_told_ahead(self, account: str, now: datetime) -> list[Entry]:
        """Return all rows of duties, of the distributions ahead of which somebody was told one."""
        return self._told(DUTIES_TOLD_AHEAD, account, now)

    def about_missed_corrections(self, account: str, now: datetime) -> list[Entry]:
        """List everything about the distributions ahead of which a correction had come too late."""
        condition = f"account = ? AND starts_at > ? AND status = 'expired' AND kind IN ({_NOTICES})"
        expired = self._entries(condition, [account, utc_text(now)])
        return self.entries(account, {one.key.distribution_id for one in expired if one.is_correction})

    def last_told_ahead(self, account: str, now: datetime) -> list[Entry]:
        """Return, for each kind and start that a distribution ahead was told of, what was told last."""
        return self._told(LAST_TOLD_AHEAD, account, now)

    def told_of_over(self, account: str, distribution_ids: Collection[str], now: datetime) -> dict[str, int]:
        """Return which of these ids were told of something that is over, with the last revision of each."""
        query = f"""
            SELECT max(revision) AS last FROM notices
            WHERE account = ? AND distribution_id = ? AND starts_at <= ? AND kind IN ({_NOTICES})
                AND claimed_at IS NOT NULL
        """  # noqa: S608 - literals of this package
        found = {id_: self.rows(query, [account, id_, utc_text(now)])[0]["last"] for id_ in distribution_ids}
        return {id_: last for id_, last in found.items() if last is not None}

    def groups_ahead(self, account: str, now: datetime) -> set[str]:
        """Return the groups that notices of what is ahead were for."""
        query = f"""
            SELECT DISTINCT group_id FROM notices WHERE account = ? AND starts_at > ? AND kind IN ({_NOTICES})
        """  # noqa: S608 - literals of this package
        return {row["group_id"] for row in self.rows(query, [account, utc_text(now)])}

    def told_since(self, account: str, since: datetime) -> list[Entry]:
        """List the notices that may have arrived, of distributions that were to start after then."""
        condition = f"""
            account = ? AND starts_at > ? AND status IN ('sent', 'claimed', 'in_doubt')
            AND kind IN ({_NOTICES})
        """
        return self._entries(condition, [account, utc_text(since)])

    def members_with_recaps(self, account: str, since: datetime) -> frozenset[tuple[str, str]]:
        """Return the members, by group and id, who had an order since then: an order is activity."""
        rows = self.rows(
            f"""
            SELECT DISTINCT group_id, member_id FROM notices
            WHERE account = ? AND starts_at >= ? AND kind IN ({_OF_AN_ORDER})
            """,  # noqa: S608 - literals of this program
            [account, utc_text(since)],
        )
        return frozenset((row["group_id"], row["member_id"]) for row in rows)

    def count_between(self, account: str, since: datetime, until: datetime) -> int:
        """Count the mails that left from one time to just before another, or may have."""
        rows = self.rows(
            """
            SELECT count(DISTINCT custom_id) AS mails FROM notices
            WHERE account = ? AND claimed_at >= ? AND claimed_at < ?
                AND status IN ('sent', 'claimed', 'in_doubt')
            """,
            [account, utc_text(since), utc_text(until)],
        )
        return int(rows[0]["mails"])

    def purge(self, before: datetime, now: datetime) -> None:
        """Delete what was over before then, and hashes too late by now; what is unfinished stays."""
        with self.transaction() as connection:
            for statement in PURGE:
                connection.execute(statement, {"before": utc_text(before), "now": utc_text(now)})

    def forgotten(self, account: str) -> frozenset[str]:
        """Return the hashes of what left to people who were forgotten since: see ``core.notices.hash_of``."""
        rows = self.rows("SELECT key_hash FROM forgotten WHERE account = ?", [account])
        return frozenset(row["key_hash"] for row in rows)

    def end_by_hand(self, custom_id: str, status: Status, now: datetime) -> None:
        """Record an operator's decision; a mail that is dropped by hand is never tried again."""
        with self.transaction() as connection:
            connection.execute(
                """
                UPDATE notices SET status = ?, by_hand = ?, settled_at = ?
                WHERE custom_id = ? AND status IN ('claimed', 'in_doubt', 'deferred')
                """,
                (status.value, int(status is Status.DROPPED), utc_text(now), custom_id),
            )

    def data_version(self) -> int:
        """Return a number that changes whenever somebody else has written to the ledger."""
        return self._engine.data_version()

    def state(self) -> tuple[int, bytes]:
        """Return what tells one state of the ledger from another; not within a transaction."""
        return self._engine.state()

    def clock(self, own: Callable[[], datetime]) -> Callable[[], datetime]:
        """Return the clock by which all machines go that share the ledger: ``own``, if none does."""
        return self._engine.clock(own)

    def lease(self) -> Lease:
        """Begin to count for what is about to be claimed: what holds is asked just before each call."""
        return self._engine.lease()

    def marks(self, account: str, name: str) -> dict[str, str]:
        """Return a mark's values by group id; ``''`` is the mark of the delivery as a whole."""
        rows = self.rows("SELECT group_id, value FROM marks WHERE account = ? AND name = ?", [account, name])
        return {row["group_id"]: row["value"] for row in rows}

    def set_marks(
        self, account: str, name: str, values: Mapping[str, str | None], *, is_news: bool = True
    ) -> None:
        """Set a mark for some groups; ``None`` removes it. See ``transaction`` for what ``is_news``."""
        with self.transaction(is_news=is_news) as connection:
            connection.executemany(
                SET_MARK,
                [(account, group_id, name, value) for group_id, value in values.items() if value is not None],
            )
            connection.executemany(
                DELETE_MARK,
                [(account, group_id, name) for group_id, value in values.items() if value is None],
            )

    def _entries(self, condition: str, values: Sequence[object]) -> list[Entry]:
        rows = self.rows(f"SELECT {ENTRY_COLUMNS} FROM notices WHERE {condition} ORDER BY id", values)  # noqa: S608 - conditions are literals of this module
        return [self._as_taken_over(row) for row in rows]

    def _told(self, query: str, account: str, now: datetime) -> list[Entry]:
        rows = self.rows(query, {"account": account, "now": utc_text(now)})
        return [self._as_taken_over(row) for row in rows]

    def _as_taken_over(self, row: LedgerRow) -> Entry:
        return self._heirs.taking_over(entry_of(row)) if self._heirs else entry_of(row)

    def rows(self, query: str, values: Sequence[object] | Mapping[str, object]) -> list[LedgerRow]:
        """Read the rows of a query."""
        with self._engine.in_plain_words():
            return self._engine.connection.execute(query, values).fetchall()

    def stream(self, query: str, values: Sequence[object] | Mapping[str, object]) -> Iterator[LedgerRow]:
        """Yield the rows of a query one by one, however many there are.

        Until the last one nobody can write to the ledger: whoever reads must not wait for anybody.
        """
        yield from self._engine.stream(query, values)

    @contextmanager
    def transaction(self, *, erases: bool = False, is_news: bool = True) -> Iterator[Connection]:
        """Do everything in the block, durably, or nothing of it; what it ``erases`` is gone.

        Where nothing of it ``is_news``, other machines that share the ledger may rest all the same.
        """
        with self._engine.transaction(erases=erases, is_news=is_news) as connection:
            if not self._is_left_behind:
                refuse_closed(connection, self._engine.name)
            yield connection

    def why_closed(self) -> tuple[Problem, ...]:
        """Return what is said of it if its memory goes on elsewhere: it knows nothing of what left since."""
        with self._engine.in_plain_words():
            place = goes_on_at(self._engine.connection)
        return tuple(copied_to(place, self._engine.name).problems) if place else ()

    def build_anew(self) -> None:
        """Leave nothing on the disk of what was deleted."""
        with self._engine.in_plain_words():
            self._engine.build_anew()

    def sweep_half_made(self, before: datetime) -> None:
        """Delete what was left, before then, by commands that were killed while they made a ledger."""
        self._engine.sweep_half_made(before)


def _stopped(connection: Connection, attempts: Iterable[str]) -> frozenset[str]:
    query = "SELECT 1 FROM broadcasts WHERE attempt = ? AND is_stopped = 1"
    return frozenset(attempt for attempt in attempts if connection.execute(query, (attempt,)).fetchone())
