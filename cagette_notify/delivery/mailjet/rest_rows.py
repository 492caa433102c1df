"""Interpret the rows of Mailjet's REST API v3. Pure."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.addresses import address_key
from cagette_notify.core.i18n import _
from cagette_notify.core.mailjet_fates import DUPLICATE_IN_CAMPAIGN, Fate
from cagette_notify.core.messages import Outcome
from cagette_notify.core.notices import Status
from cagette_notify.delivery.domain_check.mailjets_view import MailjetsView
from cagette_notify.delivery.mailjet.http_answer import YEARS, HttpAnswer, Json, Silence, as_text
from cagette_notify.delivery.mailjet.send_api import account_cure

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet


_STATE = re.compile(r"[0-9]{1,4}")


class MailjetContact(Struct, frozen=True):
    """A row of ``/contact``: what Mailjet knows of an address. Times are UTC, None where unknown."""

    complains_of_spam: bool
    unsubscribed: bool
    unsubscribed_at: datetime | None = None
    is_known: bool = True


NEVER_WRITTEN_TO = MailjetContact(complains_of_spam=False, unsubscribed=False, is_known=False)


def rows(answer: HttpAnswer | Silence) -> list[Json] | None:
    """Return the ``Data`` of a REST answer, or None if that isn't what came back."""
    if isinstance(answer, Silence) or answer.status != 200:
        return None
    data = answer.document().get("Data")
    if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
        return None
    return data


def find_accepted(messages: Iterable[Json], custom_id: str) -> Outcome | None:
    """Return ``sent`` if a row of ``/message`` is that very mail.

    Mailjet ignores filters that it doesn't know, so other people's rows may be among them. A repeat
    that was blocked as a duplicate in its campaign (StateID 15) proves that the first one arrived.
    """
    found = [row for row in messages if row.get("CustomID") == custom_id]
    if not found:
        return None
    first = min(found, key=lambda row: state_id(row) == DUPLICATE_IN_CAMPAIGN)
    return Outcome(Status.SENT, message_id=as_text(first.get("ID")))


def find_all_accepted(messages: Iterable[Json], custom_ids: AbstractSet[str]) -> dict[str, Outcome]:
    """Return ``sent`` for each of those mails of which the first, no repeat, is among the rows."""
    firsts = (row for row in messages if state_id(row) != DUPLICATE_IN_CAMPAIGN)
    named = ((as_text(row.get("CustomID")), row) for row in firsts)
    return {
        custom_id: Outcome(Status.SENT, message_id=as_text(row.get("ID")))
        for custom_id, row in named
        if custom_id in custom_ids
    }


def active_senders(senders: Iterable[Json]) -> frozenset[str]:
    """Return the keys of the addresses that are validated in the account; ``*@domain`` for a whole domain."""
    active = (row for row in senders if row.get("Status") == "Active")
    return frozenset(address_key(as_text(row.get("Email"))) for row in active)


def fate(row: Json) -> Fate | None:
    """Return a row of ``/message`` as a fate; None if it has no time or status that can be read."""
    at, status = mailjet_time(row.get("ArrivedAt")), row.get("Status")
    address = as_text(row.get("ContactAlt"))
    if at is None or not isinstance(status, str):
        return None
    return Fate(
        custom_id=as_text(row.get("CustomID")),
        message_id=as_text(row.get("ID")),
        address=address if address.isascii() else address_key(address),
        at=at,
        status=as_text(status).casefold(),
        state=state_id(row),
        subject=as_text(row.get("Subject")),
    )


def contact(row: Json) -> MailjetContact:
    """Return a row of ``/contact``."""
    unsubscribed = row.get("UnsubscribedAt")
    return MailjetContact(
        complains_of_spam=truth(row.get("IsSpamComplaining")),
        unsubscribed=isinstance(unsubscribed, str) and bool(unsubscribed.strip()),
        unsubscribed_at=mailjet_time(unsubscribed),
    )


def domain_view(name: str, row: Json | None) -> MailjetsView:
    """Return a row of ``/dns``, or that there is none."""
    if row is None:
        return MailjetsView(name)
    key_name = as_text(row.get("DKIMRecordName")).strip().rstrip(".").casefold()
    return MailjetsView(
        name,
        in_account=True,
        key_name=key_name if "._domainkey." in key_name else f"mailjet._domainkey.{name}",
        key=as_text(row.get("DKIMRecordValue")).strip(),
        dkim_status=as_text(row.get("DKIMStatus")).casefold(),
        spf_status=as_text(row.get("SPFStatus")).casefold(),
    )


def state_id(row: Json) -> int:
    """Return the StateID of a message, a number or a text; 0 for none, or for what can't be one."""
    text = as_text(row.get("StateID") or row.get("State"))
    return int(text) if _STATE.fullmatch(text) else 0


def truth(value: object) -> bool:
    """Read a boolean, which Mailjet may write as a text or a number."""
    return value is True or as_text(value).casefold() in {"true", "1"}


def mailjet_time(value: object) -> datetime | None:
    """Read a time of Mailjet's, such as ``2026-06-11T16:05:00Z``; None for an absent or odd one.

    One at the ends of the calendar is odd too: in another time zone it can't be told.
    """
    try:
        found = datetime.fromisoformat(as_text(value).replace("Z", "+00:00"))
    except ValueError:
        return None
    if found.year not in YEARS:
        return None
    return found if found.tzinfo else found.replace(tzinfo=timezone.utc)


def is_refusal(answer: HttpAnswer | Silence) -> bool:
    """Tell whether the keys were refused: Mailjet cuts an IP off that goes on asking."""
    return not isinstance(answer, Silence) and answer.status in {401, 403}


def is_silence(answer: HttpAnswer | Silence) -> bool:
    """Tell whether nothing came back."""
    return isinstance(answer, Silence)


def was_refused_here(answer: HttpAnswer | Silence) -> bool:
    """Tell whether the question never left: another one may."""
    return isinstance(answer, Silence) and answer.was_refused_here


def is_missing(answer: HttpAnswer | Silence) -> bool:
    """Tell whether Mailjet itself says that there is no such thing; a proxy's 404 page is no proof."""
    if isinstance(answer, Silence) or answer.status != 404:
        return False
    return as_text(answer.document().get("StatusCode")) == "404"


def last_comment(rows: Iterable[Json]) -> str:
    """Return the latest words of a receiving server in ``/messagehistory``, cut to a line."""
    said = [(as_text(row.get("EventAt")).zfill(20), as_text(row.get("Comment"))) for row in rows]
    words = [comment for _at, comment in sorted(said) if comment.strip()]
    return " ".join(words[-1].split())[:200] if words else ""


def explain(answer: HttpAnswer | Silence) -> str:
    """Say in a few words why an answer can't be used."""
    if isinstance(answer, Silence):
        return answer.reason
    if answer.status in {401, 403}:
        return account_cure(answer.status, "")
    return _("Mailjet's answer makes no sense (HTTP {status})", status=answer.status)
