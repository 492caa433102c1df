"""Record broadcasts whole in the ledger; list, stop and withdraw their copies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.messages import Attachment, Broadcast, BroadcastProgress, Content, Copy
from cagette_notify.core.model import Contact, Mailbox
from cagette_notify.ledger.broadcast_rows import (
    ADDRESSED,
    IS_OF_PART,
    OPEN_STATUSES,
    go_on,
    insert,
    keep_of_part,
    marks,
    newest_attempt,
    planned_attempt,
    unfinished_attempt,
    unplan,
)
from cagette_notify.ledger.rows import ENTRY_COLUMNS, entry_of, from_utc_text, utc_text

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from cagette_notify.core.notices import Entry
    from cagette_notify.ledger.engine import LedgerRow
    from cagette_notify.ledger.ledger import Ledger

_GONE = "('claimed', 'in_doubt', 'sent')"
_END_TESTS = """
    UPDATE notices SET status = 'dropped', settled_at = coalesce(settled_at, due_at)
    WHERE status = 'deferred' AND custom_id IN (
        SELECT custom_id FROM copies JOIN broadcasts USING (attempt)
        WHERE audience = 'test' AND broadcasts.account = ? AND (is_stopped = 1 OR confirmed_at <= ?)
    )
"""


class BroadcastBook:
    """The broadcasts of one delivery."""

    def __init__(self, ledger: Ledger, account: str) -> None:
        """Look at the ledger's books of ``account``."""
        self._ledger = ledger
        self._account = account

    def record(
        self,
        broadcast: Broadcast,
        copies: Sequence[Copy],
        *,
        repeats: str = "",
        former_identities: Collection[str] = (),
        instead_of: str = "",
    ) -> str:
        """Record a confirmed broadcast whole and return its attempt.

        If the same mail is there and unfinished, it goes on instead, confirmed anew. So it does if it
        is finished, unless it is the attempt that this one knowingly ``repeats``: two at once are one
        mail, even if the first has left while the second was being confirmed. One that was of part of its
        readers goes on with those of ``copies`` who had none. What was planned of the same mail is planned no
        more. ``former_identities`` are those under which earlier versions may have recorded it. If the mail
        that it leaves ``instead_of`` is planned no more, nothing is recorded, and no attempt is returned.
        """
        identities = (broadcast.identity, *former_identities)
        with self._ledger.transaction() as connection:
            if instead_of and not unplan(connection, instead_of):
                return ""
            unplan(connection, planned_attempt(connection, self._account, identities))
            if attempt := unfinished_attempt(connection, self._account, identities):
                connection.execute(
                    "UPDATE broadcasts SET confirmed_at = ?, is_stopped = 0 WHERE attempt = ?",
                    (utc_text(broadcast.confirmed_at), attempt),
                )
                go_on(connection, attempt, broadcast, copies)
                return attempt
            newest = newest_attempt(connection, self._account, identities)
            if newest and newest != repeats:
                go_on(connection, newest, broadcast, copies)
                return newest
            insert(connection, broadcast, copies)
            keep_of_part(connection, broadcast, broadcast.attempt)
        return broadcast.attempt

    def record_apart(self, broadcast: Broadcast, copies: Sequence[Copy]) -> None:
        """Record a mail that goes on with no other, whatever it has in common with one: a test copy."""
        with self._ledger.transaction() as connection:
            insert(connection, broadcast, copies)

    def attempt(self, attempt: str) -> BroadcastProgress | None:
        """Return one attempt."""
        return self._newest("attempt = ?", [attempt])

    def recorded(self, attempt: str) -> Broadcast:
        """Return one attempt's mail as it was recorded, whether or not it has any copies yet."""
        query = "SELECT broadcasts.*, 0 AS of_part FROM broadcasts WHERE attempt = ?"
        (row,) = self._ledger.rows(query, [attempt])
        return self._broadcast(row)

    def same_mail(self, *identities: str) -> BroadcastProgress | None:
        """Return the newest attempt of the same mail, by any of its identities."""
        return self._newest(f"identity IN ({marks(identities)})", list(identities))

    def addressed(self, attempt: str) -> frozenset[str]:
        """Return the addresses, casefolded, that have a copy of one attempt, whatever became of it."""
        rows = self._ledger.rows(ADDRESSED, [self._account, attempt])
        return frozenset(row["address"] for row in rows)

    def entries(self, attempt: str) -> list[Entry]:
        """List what the ledger remembers of each copy."""
        condition = (
            "account = ? AND custom_id IN (SELECT custom_id FROM copies WHERE attempt = ?) ORDER BY id"
        )
        query = f"SELECT {ENTRY_COLUMNS} FROM notices WHERE {condition}"  # noqa: S608 - literals of this room
        return [entry_of(row) for row in self._ledger.rows(query, [self._account, attempt])]

    def newest_to(
        self, group_id: str, since: datetime, *, but: Collection[str] = ()
    ) -> BroadcastProgress | None:
        """Return the newest mail to the group since then, ``but`` those of some identities.

        Tests are none, nor is what was called off in time, or refused whole.
        """
        others = f" AND identity NOT IN ({marks(but)})" if but else ""
        condition = f"group_id = ? AND confirmed_at >= ? AND audience <> 'test'{others}"
        return self._newest(
            condition,
            [group_id, utc_text(since), *but],
            having="gone > 0 OR (is_stopped = 0 AND unfinished > 0)",
        )

    def gone_to(self, lists: Collection[str], group_id: str, since: datetime) -> list[BroadcastProgress]:
        """Return the mails confirmed since then that have gone to one of these lists, newest first."""
        gone = self.gone_since(group_id, since)
        return [one for one in gone if not set(lists).isdisjoint(one.broadcast.lists)]

    def gone_since(self, group_id: str, since: datetime) -> list[BroadcastProgress]:
        """Return the group's mails confirmed since then that have gone, newest first; tests are none."""
        condition = "group_id = ? AND confirmed_at >= ? AND audience <> 'test'"
        return self._progress(condition, [group_id, utc_text(since)], having="gone > 0")

    def left_since(self, since: datetime) -> list[BroadcastProgress]:
        """Return the mails of which the last copy has left since then, and none is left to send."""
        having = "left_at >= ? AND unfinished = 0"
        return self._progress("audience <> 'test'", [utc_text(since)], having=having)

    def unfinished(self) -> list[BroadcastProgress]:
        """List the broadcasts with copies still to send or to settle, oldest first."""
        return self._progress("TRUE", [], having="unfinished > 0")[::-1]

    def copies(self, broadcast: Broadcast, lost: Collection[str]) -> list[Copy]:
        """List the copies to send: never tried, surely not sent, or ``lost`` after a look-up."""
        rows = self._ledger.rows(
            f"""
            SELECT custom_id, campaign, recipient, first_name, last_name, status
            FROM notices JOIN copies USING (custom_id)
            WHERE account = ? AND attempt = ? AND status IN {OPEN_STATUSES} ORDER BY id
            """,  # noqa: S608 - a literal of this module
            [self._account, broadcast.attempt],
        )
        return [
            Copy(
                row["custom_id"],
                row["campaign"],
                broadcast,
                Mailbox(row["recipient"], row["first_name"], row["last_name"]),
            )
            for row in rows
            if row["status"] == "deferred" or row["custom_id"] in lost
        ]

    def stop(self, attempt: str) -> None:
        """Let nothing more leave until the same mail is confirmed again, which a test copy never is."""
        with self._ledger.transaction() as connection:
            connection.execute("UPDATE broadcasts SET is_stopped = 1 WHERE attempt = ?", (attempt,))
            connection.execute(_END_TESTS, (self._account, ""))

    def end_tests(self, before: datetime) -> None:
        """Drop the test copies that did not leave, and never will: stopped, or not wanted since then."""
        with self._ledger.transaction() as connection:
            connection.execute(_END_TESTS, (self._account, utc_text(before)))

    def withdraw(self, attempt: str) -> bool:
        """Stop a mail of which nothing has left, nor may have; say whether that is so."""
        with self._ledger.transaction() as connection:
            return bool(
                connection.execute(
                    f"""
                    UPDATE broadcasts SET is_stopped = 1 WHERE attempt = :attempt AND NOT EXISTS (
                        SELECT 1 FROM copies JOIN notices USING (custom_id)
                        WHERE attempt = :attempt AND status IN {_GONE}
                    )
                    """,  # noqa: S608 - a literal of this module
                    {"attempt": attempt},
                ).rowcount
            )

    def _newest(
        self, condition: str, values: list[object], *, having: str = "TRUE"
    ) -> BroadcastProgress | None:
        return next(iter(self._progress(condition, values, having=having)), None)

    def _progress(
        self, condition: str, values: list[object], *, having: str = "TRUE"
    ) -> list[BroadcastProgress]:
        rows = self._ledger.rows(
            f"""
            SELECT broadcasts.*, EXISTS ({IS_OF_PART}) AS of_part, progress.*
            FROM broadcasts JOIN (
                SELECT attempt, count(*) AS total, {_count("status = 'sent'")} AS sent,
                    {_count(f"status IN {_GONE}")} AS gone,
                    {_count(f"status IN {OPEN_STATUSES}")} AS unfinished,
                    {_count("status = 'deferred' AND claimed_at IS NULL")} AS untried,
                    max(CASE status WHEN 'sent' THEN settled_at END) AS left_at
                FROM broadcasts JOIN copies USING (attempt) JOIN notices USING (custom_id)
                WHERE broadcasts.account = ? AND {condition.replace("group_id", "broadcasts.group_id")}
                GROUP BY attempt
            ) AS progress USING (attempt)
            WHERE {having} ORDER BY confirmed_at DESC, broadcasts.rowid DESC
            """,  # noqa: S608 - conditions are literals of this module
            [self._account, *values],
        )
        return [self._far(row) for row in rows]

    def _far(self, row: LedgerRow) -> BroadcastProgress:
        counts = {count: row[count] for count in ("sent", "gone", "unfinished", "untried", "total")}
        left_at = from_utc_text(row["left_at"]) if row["left_at"] else None
        return BroadcastProgress(self._broadcast(row), **counts, left_at=left_at)

    def _broadcast(self, row: LedgerRow) -> Broadcast:
        reply_to = Contact(row["reply_to_address"], row["reply_to_name"])
        return Broadcast(
            attempt=row["attempt"],
            identity=row["identity"],
            account=row["account"],
            group_id=row["group_id"],
            audience=row["audience"],
            sender=Contact(row["sender_address"], row["sender_name"]),
            content=Content(row["subject"], row["text"], row["html"]),
            confirmed_at=from_utc_text(row["confirmed_at"]),
            reply_to=reply_to if reply_to.address else None,
            attachments=self._attachments(row["attempt"]),
            is_stopped=bool(row["is_stopped"]),
            of_part=bool(row["of_part"]),
        )

    def _attachments(self, attempt: str) -> tuple[Attachment, ...]:
        query = """
            SELECT filename, content_type, base64, content_id, coalesce(address, attachments.custom_id)
            FROM attachments LEFT JOIN notices
                ON attachments.custom_id <> '' AND attachments.custom_id = notices.custom_id
            WHERE attempt = ? ORDER BY position
        """
        return tuple(Attachment(*row) for row in self._ledger.rows(query, [attempt]))


def _count(condition: str) -> str:
    return f"count(CASE WHEN {condition} THEN 1 END)"
