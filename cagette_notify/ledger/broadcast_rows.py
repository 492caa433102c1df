"""Write the rows of broadcasts: whole, or of those who had no copy yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.core.kinds import Kind
from cagette_notify.core.model import Contact
from cagette_notify.ledger.marks_sql import DELETE_MARK, SET_MARK
from cagette_notify.ledger.rows import FAR, account_to_write, kind_to_write, utc_text

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from cagette_notify.core.messages import Attachment, Broadcast, Copy
    from cagette_notify.ledger.engine import Connection

OF_PART = "of_part"  # a mark, by attempt: it needs no change of the tables, and goes with its broadcast
IS_OF_PART = f"""
    SELECT 1 FROM marks
    WHERE marks.account = broadcasts.account AND marks.group_id = broadcasts.attempt AND name = '{OF_PART}'
"""  # noqa: S608 - a literal of this module

ADDRESSED = f"""
    SELECT address, campaign, due_at FROM notices
    WHERE account = ? AND kind = '{Kind.BROADCAST}' AND distribution_id = '' AND occasion = ?
"""  # noqa: S608 - a literal of this program


OPEN_STATUSES = "('claimed', 'in_doubt', 'deferred')"


def unfinished_attempt(connection: Connection, account: str, identities: Collection[str]) -> str:
    """Return the attempt of the same mail that has copies still to send or to settle, if there is one."""
    return _first(
        connection,
        f"""
        SELECT attempt FROM broadcasts JOIN copies USING (attempt) JOIN notices USING (custom_id)
        WHERE broadcasts.account = ? AND identity IN ({marks(identities)})
            AND status IN {OPEN_STATUSES} LIMIT 1
        """,  # noqa: S608 - a literal of this module
        (account, *identities),
    )


def newest_attempt(connection: Connection, account: str, identities: Collection[str]) -> str:
    """Return the newest attempt of the same mail, if there is one; what is only planned is none."""
    return _first(
        connection,
        f"""
        SELECT attempt FROM broadcasts WHERE account = ? AND identity IN ({marks(identities)})
            AND attempt NOT IN (SELECT attempt FROM planned)
        ORDER BY confirmed_at DESC, rowid DESC LIMIT 1
        """,  # noqa: S608 - marks only
        (account, *identities),
    )


def planned_attempt(connection: Connection, account: str, identities: Collection[str]) -> str:
    """Return the attempt under which the same mail is planned, if it is."""
    return _first(
        connection,
        f"""
        SELECT attempt FROM planned JOIN broadcasts USING (attempt)
        WHERE planned.account = ? AND identity IN ({marks(identities)})
        """,  # noqa: S608 - marks only
        (account, *identities),
    )


def _first(connection: Connection, query: str, values: Sequence[str]) -> str:
    row = connection.execute(query, values).fetchone()
    return row["attempt"] if row else ""


def marks(values: Collection[str]) -> str:
    """Return as many marks of SQL as there are values."""
    return ", ".join("?" * len(values))


def unplan(connection: Connection, attempt: str) -> bool:
    """Take a planned mail out of the ledger, whole; say whether it was there: it may have left meanwhile."""
    if not connection.execute("DELETE FROM planned WHERE attempt = ?", (attempt,)).rowcount:
        return False
    for table in ("planned_rows", "attachments", "broadcasts"):
        connection.execute(f"DELETE FROM {table} WHERE attempt = ?", (attempt,))  # noqa: S608 - literals
    return True


def insert(connection: Connection, broadcast: Broadcast, copies: Sequence[Copy]) -> None:
    """Record a broadcast whole, as one attempt."""
    account, reply_to = account_to_write(broadcast.account), broadcast.reply_to or Contact("")
    connection.execute(
        "INSERT INTO broadcasts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
        (
            *(
                broadcast.attempt,
                broadcast.identity,
                account,
                broadcast.group_id,
                broadcast.audience,
            ),
            *(broadcast.sender.address, broadcast.sender.name, reply_to.address, reply_to.name),
            *(broadcast.content.subject, broadcast.content.text, broadcast.content.html),
            utc_text(broadcast.confirmed_at),
        ),
    )
    _attach(connection, broadcast.attempt, [(one, "") for one in broadcast.attachments if not one.reader])
    _insert_copies(connection, broadcast, copies)


def go_on(connection: Connection, attempt: str, broadcast: Broadcast, copies: Sequence[Copy]) -> None:
    """Add to an attempt that was of part of its readers whoever of ``copies`` has none.

    They get the text that was confirmed now: of the other, somebody may have been forgotten who was named in
    it. They share its campaign, and are as old: what was sent is forgotten as one.
    """
    marked = f"SELECT 1 FROM broadcasts WHERE attempt = ? AND EXISTS ({IS_OF_PART})"  # noqa: S608 - a literal of this module
    if not connection.execute(marked, (attempt,)).fetchone():
        return
    rows = connection.execute(ADDRESSED, (broadcast.account, attempt)).fetchall()
    known = {row["address"]: (row["campaign"], row["due_at"]) for row in rows}
    late = [copy for copy in copies if copy.mailbox.key not in known]
    if late:
        campaign, due_at = max(known.values(), default=("", ""))
        _confirm_anew(connection, attempt, broadcast)
        those = [replace(copy, campaign=campaign or copy.campaign) for copy in late]
        _insert_copies(connection, replace(broadcast, attempt=attempt), those, due_at)
    keep_of_part(connection, broadcast, attempt)


def _confirm_anew(connection: Connection, attempt: str, broadcast: Broadcast) -> None:
    reply_to, content = broadcast.reply_to or Contact(""), broadcast.content
    connection.execute(
        """
        UPDATE broadcasts SET sender_name = ?, reply_to_address = ?, reply_to_name = ?,
            subject = ?, text = ?, html = ?, confirmed_at = ?, is_stopped = 0
        WHERE attempt = ?
        """,
        (
            *(broadcast.sender.name, reply_to.address, reply_to.name),
            *(content.subject, content.text, content.html, utc_text(broadcast.confirmed_at), attempt),
        ),
    )


def keep_of_part(connection: Connection, broadcast: Broadcast, attempt: str) -> None:
    """Remember whether somebody may still be missing among those who have a copy of an attempt."""
    mark = (account_to_write(broadcast.account), attempt, OF_PART)
    if broadcast.of_part:
        connection.execute(SET_MARK, (*mark, ""))
    else:
        connection.execute(DELETE_MARK, mark)


def _attach(connection: Connection, attempt: str, files: Sequence[tuple[Attachment, str]]) -> None:
    """Write files behind those that an attempt has, each with the copy that alone carries it, if one does."""
    (count,) = connection.execute("SELECT count(*) FROM attachments WHERE attempt = ?", (attempt,)).fetchone()
    connection.executemany(
        "INSERT INTO attachments VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (attempt, position, one.filename, one.content_type, one.base64, one.content_id, custom_id)
            for position, (one, custom_id) in enumerate(files, start=count)
        ],
    )


def _insert_copies(
    connection: Connection, broadcast: Broadcast, copies: Sequence[Copy], due_at: str = ""
) -> None:
    account, due_at = account_to_write(broadcast.account), due_at or utc_text(broadcast.confirmed_at)
    ids = {copy.mailbox.key: copy.custom_id for copy in copies}
    own = [(one, ids[one.reader]) for one in broadcast.attachments if one.reader in ids]
    _attach(connection, broadcast.attempt, own)
    connection.executemany(
        "INSERT INTO copies VALUES (?, ?, ?, ?)",
        [
            (copy.custom_id, broadcast.attempt, copy.mailbox.first_name, copy.mailbox.last_name)
            for copy in copies
        ],
    )
    connection.executemany(
        """
        INSERT INTO notices (
            account, kind, group_id, distribution_id, occasion, member_id, address, recipient, status,
            custom_id, campaign, revision, starts_at, place, due_at, too_late_at
        ) VALUES (?, ?, ?, '', ?, '', ?, ?, 'deferred', ?, ?, 0, ?, '', ?, ?)
        """,
        [
            (
                *(account, kind_to_write(Kind.BROADCAST), broadcast.group_id, broadcast.attempt),
                copy.mailbox.key,
                *(copy.mailbox.address, copy.custom_id, copy.campaign),
                *(due_at, due_at, FAR),
            )
            for copy in copies
        ],
    )
