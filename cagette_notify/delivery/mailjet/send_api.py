"""Write a message as JSON for Mailjet's Send API; read outcomes from its answer. Pure.

Outside facts are of its Send API v3.1 (https://dev.mailjet.com/email/guides/send-api-v31/).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from cagette_notify.core.addresses import address_key
from cagette_notify.core.i18n import _
from cagette_notify.core.messages import Message, Outcome, StopReason
from cagette_notify.core.notices import Status
from cagette_notify.delivery.mailjet.http_answer import HttpAnswer, Json, Silence, as_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cagette_notify.core.messages import Attachment
    from cagette_notify.core.model import Contact

_BAD_ADDRESS = "mj-0013"
_SUSPENDED = "mj-0001"
_UNKNOWN_KEY = "mj-0015"
_SENDER_NOT_ALLOWED = "send-0008"
_ACCOUNT_CODES = {_SUSPENDED, _UNKNOWN_KEY, _SENDER_NOT_ALLOWED}


class Asked(NamedTuple):
    """What a call asked of one message: under which name, to whom."""

    custom_id: str
    address: str


class WholeCallError(Struct, frozen=True):
    """Mailjet took nothing of a call because of one message. ``outcome`` is for it, once it is alone."""

    outcome: Outcome


def payload(message: Message) -> dict[str, object]:
    """Make the entry of ``Messages`` for one message: one recipient, no tracking, never twice a campaign."""
    entry: dict[str, object] = {
        "From": _contact(message.sender),
        "To": [_contact(message.to)],
        "Subject": message.content.subject,
        "TextPart": message.content.text,
        "CustomID": message.custom_id,
        "CustomCampaign": message.campaign,
        "DeduplicateCampaign": True,
    }
    if message.reply_to:
        entry["ReplyTo"] = _contact(message.reply_to)
    if message.content.html:
        # Mailjet refuses the two Track settings without an HTMLPart.
        entry |= {"HTMLPart": message.content.html, "TrackOpens": "disabled", "TrackClicks": "disabled"}
    if message.headers:
        entry["Headers"] = dict(message.headers)
    files = [_file(one) for one in message.attachments if not one.content_id]
    images = [_file(one) | {"ContentID": one.content_id} for one in message.attachments if one.content_id]
    if files:
        entry["Attachments"] = files
    if images:
        entry["InlinedAttachments"] = images
    return entry


def outcomes_in(answer: HttpAnswer | Silence, asked: Sequence[Asked]) -> list[Outcome] | WholeCallError:
    """Sort an answer to ``send`` into one outcome a message, in order.

    Mailjet uses 400 for calls of which a part succeeded, so a usable ``Messages`` list is read
    whatever the status. Its errors name neither CustomID nor address: the position counts.
    """
    if isinstance(answer, Silence):
        status = Status.DEFERRED if answer.nothing_left else Status.IN_DOUBT
        return [Outcome(status, answer.reason)] * len(asked)
    document = answer.document()
    entries = _entries(document, asked)
    if entries is not None:
        return [
            _entry_outcome(entry, one.address, answer.status)
            for entry, one in zip(entries, asked, strict=True)
        ]
    verdict = _verdict_on_the_call(answer.status, document)
    return verdict if isinstance(verdict, WholeCallError) else [verdict] * len(asked)


def account_cure(status: int, code: str) -> str:
    """Say what somebody must do before Mailjet takes mail again."""
    if code == _SUSPENDED:
        return _("Mailjet has suspended the API key ({code}): ask Mailjet's support why", code=code)
    if code in {_SENDER_NOT_ALLOWED, _BAD_ADDRESS}:
        return _(
            "Mailjet does not let this sender send ({code}): validate sender.email in the Mailjet account",
            code=code,
        )
    if status == 404 or 300 <= status < 400:
        return _("Mailjet's API is not there (HTTP {status}): check mailjet.api_url", status=status)
    if status == 403:
        return _(
            "Mailjet forbids the call (HTTP 403): check the API keys, and whether the account is blocked"
        )
    return _("Mailjet refuses the API keys (HTTP {status}): check them, the public one first", status=status)


def _file(file: Attachment) -> dict[str, str]:
    return {"ContentType": file.content_type, "Filename": file.filename, "Base64Content": file.base64}


def _contact(contact: Contact) -> dict[str, str]:
    return {"Email": contact.address, "Name": contact.name} if contact.name else {"Email": contact.address}


def _entries(document: Json, asked: Sequence[Asked]) -> list[object] | None:
    entries = document.get("Messages")
    if not isinstance(entries, list) or len(entries) != len(asked):
        return None
    for entry, one in zip(entries, asked, strict=True):
        if isinstance(entry, dict) and entry.get("CustomID") not in (None, "", one.custom_id):
            return None  # out of order, so no position can be trusted
    return entries


def _entry_outcome(entry: object, address: str, http_status: int) -> Outcome:
    if isinstance(entry, dict) and entry.get("Status") == "success":
        if not _may_name(entry, address):
            return _doubt(http_status)
        return Outcome(Status.SENT, message_id=_message_id(entry))
    if isinstance(entry, dict) and entry.get("Status") == "error":
        errors = entry.get("Errors")
        known = [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
        return _refusal(known, http_status)
    return _doubt(http_status)


def _verdict_on_the_call(status: int, document: Json) -> Outcome | WholeCallError:
    code = as_text(document.get("ErrorCode"))
    if status == 429:
        return _slow_down()
    if 300 <= status < 400 or status in {401, 403, 404}:
        return Outcome(Status.DEFERRED, account_cure(status, code), stop=StopReason.REFUSED)
    if code and status in {400, 413}:
        outcome = _refusal([document], status)
        return WholeCallError(outcome) if outcome.status is Status.FAILED else outcome
    return _doubt(status)


def _refusal(errors: Sequence[Json], http_status: int) -> Outcome:
    """Sort the errors of one message: the account's come first, as nobody's mail may be lost for them."""
    for error in errors:
        code = as_text(error.get("ErrorCode"))
        if code in _ACCOUNT_CODES or (code == _BAD_ADDRESS and _relates_to(error, "From")):
            return Outcome(Status.DEFERRED, account_cure(http_status, code), stop=StopReason.REFUSED)
    status = _status_of(errors, http_status)
    if status == 429:
        return _slow_down()
    if status >= 500:
        return _doubt(status)
    reason = "; ".join(map(_words, errors)) or _("no reason given")
    if any(_is_about_the_address(error) for error in errors):
        return Outcome(Status.FAILED, _("Mailjet refuses the address: {reason}", reason=reason))
    return Outcome(Status.FAILED, _("Mailjet refuses the mail: {reason}", reason=reason), about_content=True)


def _status_of(errors: Sequence[Json], http_status: int) -> int:
    statuses = [error.get("StatusCode") for error in errors]
    return max((status for status in statuses if isinstance(status, int)), default=http_status)


def _is_about_the_address(error: Json) -> bool:
    if _relates_to(error, "To"):
        return True
    return error.get("ErrorCode") == _BAD_ADDRESS and not _relates_to(error, "ReplyTo")


def _relates_to(error: Json, field: str) -> bool:
    """Tell whether Mailjet names ``field``, as in ``["To[0].Email"]`` or ``["From.Email"]``."""
    related = error.get("ErrorRelatedTo")
    names = related if isinstance(related, list) else [related]
    return any(as_text(name).replace("[", ".").split(".")[0] == field for name in names)


def _slow_down() -> Outcome:
    return Outcome(Status.DEFERRED, _("Mailjet asks to slow down (429)"), stop=StopReason.SLOW_DOWN)


def _doubt(status: int) -> Outcome:
    detail = _("Mailjet's answer does not say what became of the mail (HTTP {status})", status=status)
    return Outcome(Status.IN_DOUBT, detail)


def _words(error: Json) -> str:
    text = " ".join(as_text(error.get("ErrorMessage")).split())[:200]
    return f"{text} ({as_text(error.get('ErrorCode'))})"


def _may_name(entry: Json, address: str) -> bool:
    """Tell whether an entry may speak of the mail to ``address``: not if it names others only."""
    to = entry.get("To")
    named = [one.get("Email") for one in to if isinstance(one, dict)] if isinstance(to, list) else []
    known = {address_key(one) for one in named if isinstance(one, str)} - {""}
    return not known or address_key(address) in known


def _message_id(entry: Json) -> str:
    to = entry.get("To")
    first = to[0] if isinstance(to, list) and to else None
    return as_text(first.get("MessageID")) if isinstance(first, dict) else ""
