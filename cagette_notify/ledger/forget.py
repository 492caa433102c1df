"""Erase a person from every table of the ledger; what was sent still counts."""

from __future__ import annotations

import json
import secrets
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from cagette_notify.core.errors import LaterError
from cagette_notify.core.kinds import Kind
from cagette_notify.core.notices import FORGOTTEN, Reason, hash_of
from cagette_notify.core.text import names_any, whole_words
from cagette_notify.ledger.changed_ids import DOUBTED
from cagette_notify.ledger.errors import as_written
from cagette_notify.ledger.forget_planned import erase_from_plans
from cagette_notify.ledger.marks_sql import DELETE_MARK, SET_MARK
from cagette_notify.ledger.rows import CAMPAIGN_OF_NOBODY, TO_MEMBERS, key_of, utc_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import datetime

    from cagette_notify.core.notices import NoticeKey
    from cagette_notify.ledger.engine import Connection, LedgerRow
    from cagette_notify.ledger.history import Person
    from cagette_notify.ledger.ledger import Ledger

_UNSWEPT = ("", "", "unswept")  # the mark of a ledger whose free space may still hold what was forgotten
_UNFINISHED = ("claimed", "in_doubt", "deferred")

# What left, or may have, must not leave again; nor what an operator said should not. What a complete run
# has yet to see the end of counts as not too late: finding no trace, that run would call it missed. So does
# what was not before the clock leapt, until it is surely right.
_ROWS = f"""
    SELECT id, account, kind, distribution_id, occasion, member_id, address, status, custom_id, too_late_at,
        kind <> 'broadcast' AND {TO_MEMBERS} AND (status IN ('sent', 'claimed', 'in_doubt') OR by_hand = 1)
            AND (too_late_at > :now OR too_late_at > (
                SELECT value FROM marks WHERE marks.account = notices.account
                    AND marks.group_id = notices.group_id AND name = 'complete'
            ) OR too_late_at > (
                SELECT value FROM marks WHERE marks.account = notices.account
                    AND marks.group_id = '' AND name = 'leapt_from'
            )) AS is_guarded
    FROM notices
"""  # noqa: S608 - a literal of this package
_ERASE = f"""
    UPDATE notices SET address = :token, recipient = :token, member_id = '', member_name = '', reader_id = '',
        campaign = {CAMPAIGN_OF_NOBODY}, detail = '', message_id = '', fingerprint = '',
        roles = '', served_by = '', custom_id = CASE custom_id WHEN '' THEN '' ELSE :token END
    WHERE id = :id
"""  # noqa: S608 - literals of this package
# Mails that others read too stay, as theirs alone.
_UNNAME = """
    UPDATE notices SET reader_id = '', member_name = ''
    WHERE reader_id = :member AND reader_id <> '' AND group_id = :group
"""
_END = "UPDATE notices SET status = 'dropped', by_hand = 1, settled_at = :now WHERE id = :id"
_BROADCASTS = f"""
    SELECT attempt, subject, text, html, lower(reply_to_address) = :address AS is_answered_there, attempt IN (
        SELECT attempt FROM copies JOIN notices USING (custom_id) WHERE status IN {_UNFINISHED}
        UNION SELECT attempt FROM planned
    ) AS is_leaving
    FROM broadcasts
    WHERE instr(lower(reply_to_address), :address) > 0 OR instr(lower(subject), :address) > 0
        OR instr(lower(text), :address) > 0 OR instr(lower(html), :address) > 0
"""  # noqa: S608 - a literal of this module
_EMPTY = """
    UPDATE broadcasts SET text = '', html = '',
        subject = CASE WHEN :is_in_subject THEN '' ELSE subject END,
        reply_to_name = CASE lower(reply_to_address) WHEN :address THEN '' ELSE reply_to_name END,
        reply_to_address = CASE lower(reply_to_address) WHEN :address THEN '' ELSE reply_to_address END
    WHERE attempt = :attempt
"""
_TEXTS = ("subject", "text", "html")


class Erased(Struct, frozen=True):
    """How much was taken out of the ledger."""

    mails: int = 0  # that still count, as nobody's
    ended: int = 0  # of these, the ones that were still to leave or to be settled
    skips: int = 0
    replies: int = 0  # finished broadcasts that named the person
    needed: int = 0  # unfinished ones, which still do
    listed: int = 0  # rows of the lists of planned ones that meant the person


def custom_ids_of(ledger: Ledger, person: Person) -> frozenset[str]:
    """Return the CustomIDs of the mails that went to a person, or are to."""
    found: set[str] = set()
    for condition, values in _conditions(person):
        query = f"SELECT DISTINCT custom_id FROM notices WHERE {condition}"  # noqa: S608 - a literal of this module
        found |= {row["custom_id"] for row in ledger.stream(query, values)}
    return frozenset(found - {""})


class Refused(NamedTuple):
    """What somebody got nothing of, as they wanted none."""

    account: str
    kind: Kind
    distribution_id: str
    address: str


def refused_by(ledger: Ledger, person: Person) -> frozenset[Refused]:
    """Return what a person wanted no notice of, as far as that was due."""
    found: set[Refused] = set()
    for condition, values in _conditions(person):
        query = f"""
            SELECT account, kind, distribution_id, address FROM skips
            WHERE reason IN ('{Reason.SETTING_OFF}', '{Reason.UNSUBSCRIBED}') AND {condition}
        """  # noqa: S608 - literals of this program
        for row in ledger.rows(query, values):
            kind, address = Kind(row["kind"]), row["address"].casefold()
            found.add(Refused(row["account"], kind, row["distribution_id"], address))
    return frozenset(found)


def erase(
    ledger: Ledger,
    person: Person,
    words: Collection[str],
    now: datetime,
    refused: Iterable[tuple[str, NoticeKey, datetime]] = (),
) -> Erased:
    """Forget a person in the books of every delivery, in one transaction.

    ``person.addresses`` must be nobody else's. ``words``, casefolded, are what else tells of them in the
    troubles that were said. What they ``refused``, by account and until when it may leave, is not sent.
    """
    with ledger.transaction(erases=True) as connection:
        rows = _rows_about(connection, person, now)
        sent = [(row["account"], key_of(row), row["too_late_at"]) for row in rows if row["is_guarded"]]
        unwanted = [(account, key, utc_text(too_late_at)) for account, key, too_late_at in refused]
        _keep_hashes(connection, [*sent, *unwanted], ledger.ledger_id)
        mails = _erase_mails(connection, rows)
        connection.executemany(_UNNAME, [{"group": group, "member": member} for group, member in person.ids])
        ended = [{"id": row["id"], "now": utc_text(now)} for row in rows if row["status"] in _UNFINISHED]
        connection.executemany(_END, ended)
        skips = sum(
            connection.execute(f"DELETE FROM skips WHERE {condition}", values).rowcount  # noqa: S608 - a literal of this module
            for condition, values in _conditions(person)
        )
        for table in ("unsubscribed", "switched_on"):
            query = f"DELETE FROM {table} WHERE address = ?"  # noqa: S608 - a literal
            connection.executemany(query, [(address.casefold(),) for address in person.addresses])
        listed = erase_from_plans(connection, person, words)
        replies, needed = _erase_from_broadcasts(connection, person.addresses)
        _erase_from_marks(connection, {*words, *person.addresses})
        connection.execute(SET_MARK, (*_UNSWEPT, "1"))
    return Erased(mails, len(ended), skips, replies, needed, listed)


def sweep(ledger: Ledger) -> bool:
    """Build the ledger's tables anew if that was not done since somebody was last forgotten.

    What a database leaves behind on its pages may tell what no row holds any more. Tell whether that is done:
    whoever reads the ledger at length is in the way.
    """
    if ledger.rows("SELECT 1 FROM marks WHERE account = ? AND group_id = ? AND name = ?", _UNSWEPT):
        try:
            ledger.build_anew()
        except LaterError:
            return False
        with ledger.transaction() as connection:
            connection.execute(DELETE_MARK, _UNSWEPT)
    return True


def _conditions(person: Person) -> Iterator[tuple[str, dict[str, str]]]:
    for group_id, member_id in sorted(person.ids):
        yield "member_id = :member AND group_id = :group", {"member": member_id, "group": group_id}
    for address in sorted(person.addresses):
        yield "address = :address COLLATE NOCASE", {"address": address}


def _rows_about(connection: Connection, person: Person, now: datetime) -> list[LedgerRow]:
    found: dict[int, LedgerRow] = {}
    for condition, values in _conditions(person):
        rows = connection.execute(f"{_ROWS} WHERE {condition}", {**values, "now": utc_text(now)})
        found |= {row["id"]: row for row in rows}
    return list(found.values())


def _keep_hashes(connection: Connection, keys: Iterable[tuple[str, NoticeKey, str]], ledger_id: str) -> None:
    connection.executemany(
        """
        INSERT INTO forgotten VALUES (?, ?, ?)
        ON CONFLICT (account, key_hash) DO UPDATE SET too_late_at = excluded.too_late_at
        """,
        [(account, hash_of(key, ledger_id), too_late_at) for account, key, too_late_at in keys],
    )


def _erase_mails(connection: Connection, rows: list[LedgerRow]) -> int:
    """Put a random token for whoever it was, one for each mail; return how many mails there are."""
    tokens: defaultdict[str, str] = defaultdict(_token)
    by_row = {row["id"]: tokens[row["custom_id"] or f"untried {row['id']}"] for row in rows}
    connection.executemany(_ERASE, [{"id": id_, "token": token} for id_, token in by_row.items()])
    renamed = [(tokens[id_], id_) for id_ in {row["custom_id"] for row in rows} - {""}]
    connection.executemany(
        "UPDATE copies SET custom_id = ?, first_name = '', last_name = '' WHERE custom_id = ?", renamed
    )
    connection.executemany("UPDATE attachments SET custom_id = ? WHERE custom_id = ?", renamed)
    connection.executemany("UPDATE fates SET custom_id = ?, message_id = '' WHERE custom_id = ?", renamed)
    return len(tokens)


def _token() -> str:
    return f"{FORGOTTEN}{secrets.token_hex(8)}"


def _erase_from_broadcasts(connection: Connection, addresses: Collection[str]) -> tuple[int, int]:
    """Take an address out of finished broadcasts; return of how many, and how many others need it still.

    Their texts tell whom replies reach, and nobody reads them any more.
    """
    erased: set[str] = set()
    needed: set[str] = set()
    for address in addresses:
        found = connection.execute(_BROADCASTS, {"address": address}).fetchall()
        rows = [row for row in found if row["is_answered_there"] or _has(address, row, *_TEXTS)]
        needed |= {row["attempt"] for row in rows if row["is_leaving"]}
        finished = {row["attempt"]: _has(address, row, "subject") for row in rows if not row["is_leaving"]}
        connection.executemany(
            _EMPTY,
            [
                {"attempt": attempt, "address": address, "is_in_subject": is_in_subject}
                for attempt, is_in_subject in finished.items()
            ],
        )
        erased |= finished.keys()
    return len(erased), len(needed)


def _has(address: str, broadcast: LedgerRow, *parts: str) -> bool:
    return any(names_any(broadcast[part].casefold(), (address,)) for part in parts)


def _erase_from_marks(connection: Connection, words: Collection[str]) -> None:
    """Take lines that name somebody out of what was said, or is to be: what still stands is said again."""
    naming = whole_words(words)
    query = f"""
        SELECT account, group_id, name, value FROM marks WHERE name IN ('troubles', 'alerts', '{DOUBTED}')
    """  # noqa: S608 - a literal of this package
    for row in connection.execute(query).fetchall():
        with as_written():
            said = json.loads(row["value"])
        lines = [line for line in said if not naming.search(line.casefold())]
        kept = {line: said[line] for line in lines} if isinstance(said, dict) else lines
        if kept != said:
            connection.execute(
                "UPDATE marks SET value = ? WHERE account = ? AND group_id = ? AND name = ?",
                (json.dumps(kept), row["account"], row["group_id"], row["name"]),
            )
