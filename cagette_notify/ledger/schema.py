"""Create and migrate the ledger's tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

APPLICATION_ID = 0x43674E74  # "CgNt": tells our ledger from any other program's database

STATUSES = "'claimed', 'sent', 'failed', 'deferred', 'in_doubt', 'expired', 'dropped'"

MIGRATIONS = (
    f"""
    CREATE TABLE identity (
        ledger_id TEXT NOT NULL
    );
    CREATE TABLE notices (
        id INTEGER PRIMARY KEY,
        account TEXT NOT NULL CHECK (account IN ('outbox', 'mailjet')),
        kind TEXT NOT NULL CHECK (kind IN ('opening', 'recap_24h', 'recap_4h', 'broadcast')),
        group_id TEXT NOT NULL,
        distribution_id TEXT NOT NULL,
        occasion TEXT NOT NULL,
        member_id TEXT NOT NULL,
        address TEXT NOT NULL,
        recipient TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ({STATUSES})),
        custom_id TEXT NOT NULL,
        campaign TEXT NOT NULL,
        revision INTEGER NOT NULL,
        starts_at TEXT NOT NULL,
        place TEXT NOT NULL,
        due_at TEXT NOT NULL,
        too_late_at TEXT NOT NULL,
        claimed_at TEXT,
        settled_at TEXT,
        detail TEXT NOT NULL DEFAULT '',
        message_id TEXT NOT NULL DEFAULT '',
        fingerprint TEXT NOT NULL DEFAULT '',
        about_content INTEGER NOT NULL DEFAULT 0 CHECK (about_content IN (0, 1)),
        by_hand INTEGER NOT NULL DEFAULT 0 CHECK (by_hand IN (0, 1)),
        CHECK (status NOT IN ('claimed', 'sent', 'in_doubt') OR claimed_at IS NOT NULL),
        UNIQUE (account, kind, distribution_id, occasion, member_id, address)
    );
    CREATE INDEX notices_by_custom_id ON notices (custom_id);
    CREATE INDEX notices_by_distribution ON notices (account, distribution_id);
    CREATE INDEX notices_unfinished ON notices (account, status)
        WHERE status IN ('claimed', 'in_doubt', 'deferred');
    CREATE INDEX notices_told_ahead ON notices (account, starts_at);
    CREATE TABLE broadcasts (
        attempt TEXT PRIMARY KEY,
        identity TEXT NOT NULL,
        account TEXT NOT NULL CHECK (account IN ('outbox', 'mailjet')),
        group_id TEXT NOT NULL,
        audience TEXT NOT NULL,
        sender_address TEXT NOT NULL,
        sender_name TEXT NOT NULL,
        reply_to_address TEXT NOT NULL,
        reply_to_name TEXT NOT NULL,
        subject TEXT NOT NULL,
        text TEXT NOT NULL,
        html TEXT NOT NULL,
        confirmed_at TEXT NOT NULL,
        is_stopped INTEGER NOT NULL DEFAULT 0 CHECK (is_stopped IN (0, 1))
    );
    CREATE INDEX broadcasts_by_identity ON broadcasts (account, identity);
    CREATE TABLE copies (
        custom_id TEXT PRIMARY KEY,
        attempt TEXT NOT NULL REFERENCES broadcasts (attempt),
        first_name TEXT NOT NULL,
        last_name TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE attachments (
        attempt TEXT NOT NULL REFERENCES broadcasts (attempt),
        position INTEGER NOT NULL,
        filename TEXT NOT NULL,
        content_type TEXT NOT NULL,
        base64 TEXT NOT NULL,
        PRIMARY KEY (attempt, position)
    );
    CREATE TABLE skips (
        account TEXT NOT NULL,
        kind TEXT NOT NULL,
        group_id TEXT NOT NULL,
        distribution_id TEXT NOT NULL,
        member_id TEXT NOT NULL,
        address TEXT NOT NULL,
        reason TEXT NOT NULL,
        noted_at TEXT NOT NULL,
        PRIMARY KEY (account, kind, distribution_id, member_id, address)
    ) WITHOUT ROWID;
    CREATE TABLE marks (
        account TEXT NOT NULL,
        group_id TEXT NOT NULL,
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (account, group_id, name)
    ) WITHOUT ROWID;
    """,
    """
    CREATE TABLE fates (
        custom_id TEXT PRIMARY KEY,
        message_id TEXT NOT NULL,
        arrived_at TEXT NOT NULL,
        status TEXT NOT NULL,
        state INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE forgotten (
        account TEXT NOT NULL,
        key_hash TEXT NOT NULL,
        too_late_at TEXT NOT NULL,
        PRIMARY KEY (account, key_hash)
    ) WITHOUT ROWID;
    CREATE INDEX notices_by_address ON notices (address COLLATE NOCASE);
    CREATE INDEX notices_by_claim ON notices (account, claimed_at, status, custom_id);
    CREATE INDEX notices_by_member ON notices (member_id);
    CREATE INDEX skips_by_member ON skips (member_id);
    CREATE INDEX skips_by_address ON skips (address COLLATE NOCASE);
    """,
    f"""
    CREATE TABLE rebuilt (
        id INTEGER PRIMARY KEY,
        account TEXT NOT NULL,
        kind TEXT NOT NULL,
        group_id TEXT NOT NULL,
        distribution_id TEXT NOT NULL,
        occasion TEXT NOT NULL,
        member_id TEXT NOT NULL,
        address TEXT NOT NULL,
        recipient TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ({STATUSES})),
        custom_id TEXT NOT NULL,
        campaign TEXT NOT NULL,
        revision INTEGER NOT NULL,
        starts_at TEXT NOT NULL,
        place TEXT NOT NULL,
        due_at TEXT NOT NULL,
        too_late_at TEXT NOT NULL,
        claimed_at TEXT,
        settled_at TEXT,
        detail TEXT NOT NULL DEFAULT '',
        message_id TEXT NOT NULL DEFAULT '',
        fingerprint TEXT NOT NULL DEFAULT '',
        about_content INTEGER NOT NULL DEFAULT 0 CHECK (about_content IN (0, 1)),
        by_hand INTEGER NOT NULL DEFAULT 0 CHECK (by_hand IN (0, 1)),
        CHECK (status NOT IN ('claimed', 'sent', 'in_doubt') OR claimed_at IS NOT NULL),
        UNIQUE (account, kind, distribution_id, occasion, member_id, address)
    );
    INSERT INTO rebuilt SELECT * FROM notices ORDER BY id;
    DROP TABLE notices;
    ALTER TABLE rebuilt RENAME TO notices;
    CREATE INDEX notices_by_custom_id ON notices (custom_id);
    CREATE INDEX notices_by_distribution ON notices (account, distribution_id);
    CREATE INDEX notices_unfinished ON notices (account, status)
        WHERE status IN ('claimed', 'in_doubt', 'deferred');
    CREATE INDEX notices_told_ahead ON notices (account, starts_at);
    CREATE INDEX notices_by_address ON notices (address COLLATE NOCASE);
    CREATE INDEX notices_by_claim ON notices (account, claimed_at, status, custom_id);
    CREATE INDEX notices_by_member ON notices (member_id);
    CREATE TABLE rebuilt (
        attempt TEXT PRIMARY KEY,
        identity TEXT NOT NULL,
        account TEXT NOT NULL,
        group_id TEXT NOT NULL,
        audience TEXT NOT NULL,
        sender_address TEXT NOT NULL,
        sender_name TEXT NOT NULL,
        reply_to_address TEXT NOT NULL,
        reply_to_name TEXT NOT NULL,
        subject TEXT NOT NULL,
        text TEXT NOT NULL,
        html TEXT NOT NULL,
        confirmed_at TEXT NOT NULL,
        is_stopped INTEGER NOT NULL DEFAULT 0 CHECK (is_stopped IN (0, 1))
    );
    INSERT INTO rebuilt SELECT * FROM broadcasts ORDER BY rowid;
    DROP TABLE broadcasts;
    ALTER TABLE rebuilt RENAME TO broadcasts;
    CREATE INDEX broadcasts_by_identity ON broadcasts (account, identity);
    """,  # noqa: S608 - a literal of this module
    """
    ALTER TABLE notices
        ADD COLUMN is_incomplete INTEGER NOT NULL DEFAULT 0 CHECK (is_incomplete IN (0, 1));
    """,
    """
    ALTER TABLE notices ADD COLUMN member_name TEXT NOT NULL DEFAULT '';
    """,
    """
    ALTER TABLE notices ADD COLUMN reader_id TEXT NOT NULL DEFAULT '';
    CREATE INDEX notices_by_reader ON notices (reader_id) WHERE reader_id <> '';
    """,
    """
    ALTER TABLE notices ADD COLUMN roles TEXT NOT NULL DEFAULT '';
    """,
    """
    ALTER TABLE attachments ADD COLUMN content_id TEXT NOT NULL DEFAULT '';
    """,
    """
    CREATE TABLE planned (
        attempt TEXT PRIMARY KEY REFERENCES broadcasts (attempt),
        account TEXT NOT NULL,
        send_at TEXT NOT NULL,
        lists TEXT NOT NULL,
        lists_off TEXT NOT NULL,
        addresses INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE planned_rows (
        attempt TEXT NOT NULL REFERENCES planned (attempt),
        list TEXT NOT NULL,
        position INTEGER NOT NULL,
        file TEXT NOT NULL,
        line INTEGER NOT NULL,
        addresses TEXT NOT NULL,
        names TEXT NOT NULL,
        shown TEXT NOT NULL,
        PRIMARY KEY (attempt, list, position)
    ) WITHOUT ROWID;
    """,
    """
    ALTER TABLE notices ADD COLUMN served_by TEXT NOT NULL DEFAULT '';
    """,
    """
    ALTER TABLE attachments ADD COLUMN custom_id TEXT NOT NULL DEFAULT '';
    """,
    """
    CREATE TABLE unsubscribed (
        account TEXT NOT NULL CHECK (account IN ('outbox', 'mailjet')),
        address TEXT NOT NULL,
        at TEXT NOT NULL,
        custom_id TEXT NOT NULL,
        kinds TEXT NOT NULL,
        is_said INTEGER NOT NULL DEFAULT 0 CHECK (is_said IN (0, 1)),
        PRIMARY KEY (account, address, at)
    ) WITHOUT ROWID;
    CREATE TABLE switched_on (
        account TEXT NOT NULL CHECK (account IN ('outbox', 'mailjet')),
        address TEXT NOT NULL,
        kind TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (account, address, kind)
    ) WITHOUT ROWID;
    """,
)
"""One script for each schema version, applied in order; released ones never change.

A semicolon ends a statement, wherever it stands.
"""

COLUMNS_SINCE = 12
"""The script that made the last of today's columns: whoever only reads needs none of those after it."""

_REBUILT_BY = 3  # the script that copies whole tables


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the tables up to date, in one transaction; a connection whose rows are named, and no more."""
    # Or a view that somebody made of a table, to count, would forbid that one takes its place.
    connection.execute("PRAGMA legacy_alter_table = ON")
    connection.execute("BEGIN IMMEDIATE")
    # Asked only now: another process may have been quicker. Not executescript, which commits first.
    for number, script in enumerate(MIGRATIONS[version_of(connection) :], start=version_of(connection) + 1):
        for statement in script.split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {number}")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute("COMMIT")


def room_needed(connection: sqlite3.Connection) -> int:
    """Return how many bytes must be free on the disk for what ``migrate`` has to do.

    A rebuild writes every table anew, and keeps the old pages in the journal until it is done: of a million
    rows it took 1.85 times the ledger's size.
    """
    if version_of(connection) >= _REBUILT_BY:
        return 0
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    return 2 * int(pages) * int(size)


def version_of(connection: sqlite3.Connection) -> int:
    """Return how many of the scripts this ledger has seen."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)
