"""What the rows of Mailjet's REST API v3 prove. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.delivery.mailjet_answers import Silence, as_text
from cagette_notify.delivery.mailjet_api import cure
from cagette_notify.language import _
from cagette_notify.model import Outcome, Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cagette_notify.delivery.mailjet_answers import Answer, Json

_DUPLICATE_IN_CAMPAIGN = "15"


def rows(answer: Answer | Silence) -> list[Json] | None:
    """Return the ``Data`` of a REST answer, or None if that isn't what came back."""
    if isinstance(answer, Silence) or answer.status != 200:
        return None
    data = answer.document().get("Data")
    if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
        return None
    return data


def find(messages: Iterable[Json], custom_id: str) -> Outcome | None:
    """Return ``sent`` if a row of ``/message`` is that very mail.

    Mailjet ignores filters that it doesn't know, so other people's rows may be among them. A repeat
    that was blocked as a duplicate in its campaign (StateID 15) proves that the first one arrived.
    """
    found = [row for row in messages if row.get("CustomID") == custom_id]
    if not found:
        return None
    first = min(found, key=lambda row: as_text(row.get("StateID")) == _DUPLICATE_IN_CAMPAIGN)
    return Outcome(Status.SENT, message_id=as_text(first.get("ID")))


def is_active(senders: Iterable[Json], address: str) -> bool:
    """Tell whether ``address``, or all of its domain, is validated in the account."""
    names = {address.casefold(), "*@" + address.rpartition("@")[2].casefold()}
    return any(
        as_text(row.get("Email")).casefold() in names and row.get("Status") == "Active" for row in senders
    )


def is_refusal(answer: Answer | Silence) -> bool:
    """Tell whether the keys were refused: Mailjet cuts an IP off that goes on asking."""
    return not isinstance(answer, Silence) and answer.status in {401, 403}


def explain(answer: Answer | Silence) -> str:
    """Say in a few words why an answer can't be used."""
    if isinstance(answer, Silence):
        return answer.reason
    if answer.status in {401, 403}:
        return cure(answer.status, "")
    return _("Mailjet's answer makes no sense (HTTP {status})", status=answer.status)
