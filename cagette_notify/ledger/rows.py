"""Convert ledger rows to values and back: UTC text, statuses, kinds, keys."""

from __future__ import annotations

from datetime import datetime, timezone
from functools import lru_cache
from typing import TYPE_CHECKING

from cagette_notify.core.kinds import CORRECTION, OPERATOR_KINDS, Kind
from cagette_notify.core.messages import AnyMail, Copy, OperatorMail
from cagette_notify.core.notices import Entry, Mail, Notice, NoticeKey, ServedBy, Status
from cagette_notify.core.text import fold, one_line
from cagette_notify.core.transport_traits import TRANSPORTS
from cagette_notify.ledger.errors import damaged

if TYPE_CHECKING:
    from cagette_notify.ledger.engine import LedgerRow


ENTRY_COLUMNS = """
    account, kind, distribution_id, occasion, member_id, address, group_id, recipient, status, custom_id,
    campaign, revision, starts_at, place, due_at, too_late_at, claimed_at, settled_at, detail, message_id,
    fingerprint, about_content, by_hand, member_name, reader_id, roles, served_by
"""

TO_MEMBERS = f"kind NOT IN ({', '.join(repr(kind.value) for kind in OPERATOR_KINDS)})"
"""Holds for what members get; alerts and summaries are nobody's notices."""

_CORRECTIONS = f"________-{CORRECTION}-"  # after the eight characters of a ledger's id
IS_CORRECTION = f"campaign LIKE '{_CORRECTIONS}%'"
"""Holds for what told of another start or place than a recap had."""

CAMPAIGN_OF_NOBODY = f"CASE WHEN {IS_CORRECTION} THEN substr(campaign, 1, {len(_CORRECTIONS)}) ELSE '' END"
"""What stays of a campaign without whom it was for: that it was one of corrections."""

TO_OPERATORS = f"NOT ({TO_MEMBERS})"

FAR = "9999-12-31T00:00:00+00:00"
"""When a broadcast, or a mail to those who run the tool, comes too late: never."""


def utc_text(moment: datetime) -> str:
    """Write a moment as the ledger keeps it: UTC, whole seconds, in an order that sorts."""
    return _written(moment.astimezone(timezone.utc))


@lru_cache(maxsize=1024)
def _written(moment: datetime) -> str:
    # Only in UTC may moments be keys: in other zones the two hours of a night in autumn are equal.
    return moment.replace(microsecond=0).isoformat()


def from_utc_text(text: str) -> datetime:
    """Read what ``utc_text`` wrote; ``DataError`` if nobody can have written that."""
    try:
        return datetime.fromisoformat(text)
    except (ValueError, TypeError) as error:
        raise damaged(error) from None


def kind(text: str) -> Kind:
    """Read the name of a kind; ``DataError`` if there is none of that name."""
    try:
        return Kind(text)
    except ValueError as error:
        raise damaged(error) from None


def account_to_write(account: str) -> str:
    """Return the name of an account, once it is sure that there is one; else ``ValueError``, for a bug."""
    if account not in TRANSPORTS:
        msg = f"no account of that name: {account!r}"
        raise ValueError(msg)
    return account


def kind_to_write(kind: Kind) -> str:
    """Return the word for a kind, once it is sure that there is one; else ``ValueError``, for a bug."""
    return Kind(kind).value


def key_of(row: LedgerRow) -> NoticeKey:
    """Make the key of a row that has its columns."""
    return NoticeKey(
        kind(row["kind"]), row["distribution_id"], row["occasion"], row["member_id"], row["address"]
    )


def entry_of(row: LedgerRow) -> Entry:
    """Make an entry of a row of ``ENTRY_COLUMNS``."""
    return Entry(
        account=_account(row["account"]),
        key=key_of(row),
        group_id=row["group_id"],
        recipient=row["recipient"],
        status=_status(row["status"]),
        custom_id=row["custom_id"],
        campaign=row["campaign"],
        revision=row["revision"],
        starts_at=from_utc_text(row["starts_at"]),
        place=row["place"],
        due_at=from_utc_text(row["due_at"]),
        too_late_at=from_utc_text(row["too_late_at"]),
        claimed_at=from_utc_text(row["claimed_at"]) if row["claimed_at"] else None,
        settled_at=from_utc_text(row["settled_at"]) if row["settled_at"] else None,
        detail=row["detail"],
        message_id=row["message_id"],
        fingerprint=row["fingerprint"],
        about_content=bool(row["about_content"]),
        by_hand=bool(row["by_hand"]),
        member_name=row["member_name"],
        reader_id=row["reader_id"],
        roles=tuple(filter(None, row["roles"].split("\n"))),
        served_by=_served_by(row["served_by"]),
    )


def _account(text: str) -> str:
    if text not in TRANSPORTS:
        raise damaged(f"{text!r} is not a valid account")
    return text


def _status(text: str) -> Status:
    try:
        return Status(text)
    except ValueError as error:
        raise damaged(error) from None


def _served_by(text: str) -> ServedBy:
    try:
        return ServedBy(text)
    except ValueError as error:
        raise damaged(error) from None


def key_columns(key: NoticeKey) -> tuple[str, str, str, str, str]:
    """Return the columns that make a notice the same one in every run, the account apart."""
    return key.kind.value, key.distribution_id, key.occasion, key.member_id, key.address


def rows_of(
    account: str, mail: AnyMail, status: Status, *, fingerprint: str = "", claimed_at: datetime | None = None
) -> list[dict[str, object]]:
    """Return the values of ``RECORD`` for all of a mail; a broadcast's copy was recorded once confirmed."""
    if isinstance(mail, Copy):
        return []
    if isinstance(mail, OperatorMail):
        return [_row_of_operator_mail(account, mail, status, fingerprint, claimed_at)]
    return [
        row_of(account, notice, status, mail=mail, fingerprint=fingerprint, claimed_at=claimed_at)
        for notice in mail.notices
    ]


def _row_of_operator_mail(
    account: str, mail: OperatorMail, status: Status, fingerprint: str, claimed_at: datetime | None
) -> dict[str, object]:
    key = mail.key
    return {
        "account": account_to_write(account),
        "kind": kind_to_write(key.kind),
        "group_id": mail.group_id,
        "distribution_id": key.distribution_id,
        "occasion": key.occasion,
        "member_id": key.member_id,
        "address": key.address,
        "recipient": mail.message.to.address,
        "status": status.value,
        "custom_id": mail.custom_id,
        "campaign": mail.campaign,
        "revision": 0,
        "starts_at": utc_text(mail.due_at),
        "place": "",
        "due_at": utc_text(mail.due_at),
        "too_late_at": FAR,
        "claimed_at": utc_text(claimed_at) if claimed_at else None,
        "settled_at": None,
        "detail": "",
        "fingerprint": fingerprint,
        "is_incomplete": 0,
        "member_name": "",
        "reader_id": "",
        "roles": "",
        "served_by": "",
    }


def row_of(  # noqa: PLR0913 - one argument for each thing a row adds to its notice
    account: str,
    notice: Notice,
    status: Status,
    *,
    mail: Mail | None = None,
    fingerprint: str = "",
    claimed_at: datetime | None = None,
) -> dict[str, object]:
    """Return the values of ``RECORD`` for a notice: in its mail, or in none if nobody tried to send it."""
    key = notice.key
    return {
        "account": account_to_write(account),
        "kind": kind_to_write(key.kind),
        "group_id": notice.group.id,
        "distribution_id": key.distribution_id,
        "occasion": key.occasion,
        "member_id": key.member_id,
        "address": key.address,
        "recipient": notice.mailbox.address,
        "status": status.value,
        "custom_id": mail.custom_id if mail else "",
        "campaign": mail.campaign if mail else "",
        "revision": notice.revision,
        "starts_at": utc_text(notice.distribution.starts_at),
        "place": notice.distribution.place,
        "due_at": utc_text(notice.due_at),
        "too_late_at": utc_text(notice.too_late_at),
        "claimed_at": utc_text(claimed_at) if claimed_at else None,
        "settled_at": None,
        "detail": "",
        "fingerprint": fingerprint,
        "is_incomplete": int(notice.has_unread),
        "member_name": fold(notice.member.name),
        "reader_id": "" if key.member_id else notice.member.id,
        "roles": "\n".join(map(one_line, notice.roles)),
        "served_by": notice.served_by.value,
    }
