"""What Mailjet remembers and answers, as its documentation and its users tell; no network here.

Error codes are Mailjet's where facts about them were to be had; the sentences are ours.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FIRST_ID = 2**60  # above 2**53: JavaScript's numbers, and careless readers', can't hold it
DUPLICATE_IN_CAMPAIGN = 15
_ADDRESS = re.compile(r"[^@\s,<>]+@[^@\s,<>]+\.[^@\s,<>]+")
_FORBIDDEN = re.compile(
    r"from|sender|subject|to|cc|bcc|reply-to|return-path|date|message-id|list-id|user-agent|x-mailer|x-feedback-id"
    r"|dkim-signature|received.*|x-mj-.*|x-mailjet-.*",
    re.IGNORECASE,
)
_NOT_FOUND = (404, {"ErrorInfo": "", "ErrorMessage": "Object not found", "StatusCode": 404})


class Delivered(NamedTuple):
    """A copy that reached a mailbox. ``message`` is the entry as it was posted."""

    address: str
    custom_id: str
    subject: str
    message: dict[str, Any]


@dataclass
class Arrival:
    """A row of ``/message``; tests change its ``status`` and ``state`` to play fate."""

    id: int
    at: float
    custom_id: str
    address: str
    subject: str
    status: str = "sent"
    state: int = 0
    history: list[dict[str, Any]] = field(default_factory=list)


class Account:
    """One account; its attributes are open, for tests to set the scene.

    ``hidden_look_ups``: so many requests for messages find nothing, as if the index lagged;
    ``index_lag``: seconds before an arrival shows up. ``ignores_filters``: the latest rows, whatever
    was asked for.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.bad_addresses: set[str] = set()
        self.senders = {"noreply@mj.cagette.net": "Active"}
        self.contacts: dict[str, list[dict[str, Any]]] = {}
        self.domains: dict[str, list[dict[str, Any]]] = {
            "mj.cagette.net": [{"Domain": "mj.cagette.net", "SPFStatus": "OK", "DKIMStatus": "OK"}]
        }
        self.delivered: list[Delivered] = []
        self.arrivals: list[Arrival] = []
        self.hidden_look_ups = 0
        self.index_lag = 0.0
        self.ignores_filters = False
        self._campaigns: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    def send(self, document: object) -> tuple[int, dict[str, Any]]:
        """Answer ``POST /v3.1/send``: an HTTP status and a document."""
        entries = document.get("Messages") if isinstance(document, dict) else None
        if (
            not isinstance(entries, list)
            or not entries
            or not all(isinstance(entry, dict) for entry in entries)
        ):
            return 400, error("mj-0003", "Messages is mandatory, and a list")
        if len(entries) > 50:
            return 400, error("mj-0007", "Messages holds more than 50")
        with self._lock:
            answers = [self._take(entry) for entry in entries]
        fine = all(answer["Status"] == "success" for answer in answers)
        return (200 if fine else 400), {"Messages": answers}

    def rest(self, resource: str, name: str, query: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        """Answer ``GET /v3/REST/<resource>[/<name>]``."""
        if resource == "message":
            return self._look_up(query)
        named = {"contact": self.contacts, "dns": self.domains, "messagehistory": self._histories()}
        if name:
            found = named.get(resource, {}).get(name)
            return page(found, query) if found else _NOT_FOUND
        key = {"IsActive": True, "Runlevel": "Normal", "QuarantineValue": 0, "SecretKey": "the-secret-key"}
        senders = [{"Email": email, "Status": status} for email, status in self.senders.items()]
        lists: dict[str, list[dict[str, Any]]] = {"sender": senders, "apikey": [key]}
        return page(lists[resource], query) if resource in lists else _NOT_FOUND

    def remember(self, custom_id: str, address: str = "ana@example.org", subject: str = "") -> Arrival:
        """Add a message that came from elsewhere, or before the test."""
        arrival = Arrival(FIRST_ID + len(self.arrivals), self.clock(), custom_id, address, subject)
        self.arrivals.append(arrival)
        return arrival

    def copies(self) -> dict[tuple[str, str], int]:
        """Count what arrived, by address and CustomID."""
        counts: dict[tuple[str, str], int] = {}
        for copy in self.delivered:
            key = (copy.address, copy.custom_id)
            counts[key] = counts.get(key, 0) + 1
        return counts

    def _histories(self) -> dict[str, list[dict[str, Any]]]:
        return {str(arrival.id): arrival.history for arrival in self.arrivals if arrival.history}

    def _take(self, entry: dict[str, Any]) -> dict[str, Any]:
        to = entry.get("To")
        if not isinstance(to, list) or not to:
            return _refused("mj-0003", "To is mandatory", "To")
        if errors := self._errors(entry, to):
            return {"Status": "error", "Errors": errors}
        recipients = [self._arrive(entry, recipient["Email"]) for recipient in to]
        return {
            "Status": "success",
            "CustomID": entry.get("CustomID", ""),
            "To": recipients,
            "Cc": [],
            "Bcc": [],
        }

    def _errors(self, entry: dict[str, Any], to: list[dict[str, Any]]) -> list[dict[str, Any]]:
        errors = []
        for position, recipient in enumerate(to):
            address = str(recipient.get("Email", ""))
            if not _ADDRESS.fullmatch(address) or address.casefold() in self.bad_addresses:
                errors.append(error("mj-0013", f'"{address}" is an invalid address', f"To[{position}].Email"))
        if not entry.get("TextPart") and not entry.get("HTMLPart"):
            errors.append(error("send-0003", "neither TextPart nor HTMLPart", "HTMLPart"))
        if len(entry.get("Subject", "")) > 255:
            errors.append(error("mj-0006", "Subject is too long", "Subject"))
        if not entry.get("HTMLPart") and ("TrackOpens" in entry or "TrackClicks" in entry):
            errors.append(error("send-0010", "tracking needs an HTMLPart", "TrackOpens"))
        errors += [
            error("send-0011", f"{name} may not be set", "Headers")
            for name in entry.get("Headers", {})
            if _FORBIDDEN.fullmatch(name)
        ]
        return errors

    def _arrive(self, entry: dict[str, Any], address: str) -> dict[str, Any]:
        arrival = self.remember(entry.get("CustomID", ""), address, entry.get("Subject", ""))
        campaign = (entry.get("CustomCampaign", ""), address.casefold())
        if entry.get("DeduplicateCampaign") and campaign in self._campaigns:
            arrival.status, arrival.state = "blocked", DUPLICATE_IN_CAMPAIGN
        elif self._may_send(entry["From"]["Email"]):
            self.delivered.append(Delivered(address, arrival.custom_id, arrival.subject, entry))
        self._campaigns.add(campaign)
        return {
            "Email": address,
            "MessageUUID": f"uuid-{arrival.id}",
            "MessageID": arrival.id,
            "MessageHref": f"https://api.mailjet.com/v3/REST/message/{arrival.id}",
        }

    def _may_send(self, sender: str) -> bool:
        names = (sender, "*@" + sender.rpartition("@")[2])
        return any(self.senders.get(name) == "Active" for name in names)

    def _look_up(self, query: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        if self.hidden_look_ups:
            self.hidden_look_ups -= 1
            return page([], query)
        wanted = list(self.arrivals) if self.ignores_filters else self._matching(query)
        if self.ignores_filters or query.get("Sort", "").upper() == "ARRIVEDAT+DESC":
            wanted.reverse()
        return page([_row(arrival, query) for arrival in wanted], query)

    def _matching(self, query: Mapping[str, str]) -> list[Arrival]:
        now = self.clock()
        since = _moment(query.get("FromTS")) or now - now % 86400  # without dates: today only
        until = min(_moment(query.get("ToTS")) or now, now - self.index_lag)
        return [
            arrival
            for arrival in self.arrivals
            if since <= arrival.at <= until
            and query.get("CustomID", arrival.custom_id) == arrival.custom_id
            and query.get("ContactAlt", arrival.address).casefold() == arrival.address.casefold()
        ]


def error(code: str, message: str, *related: str, status: int = 400) -> dict[str, Any]:
    """Make an error as Mailjet words them, for a message or for a whole call."""
    found = {"ErrorIdentifier": "id", "ErrorCode": code, "StatusCode": status, "ErrorMessage": message}
    return found | ({"ErrorRelatedTo": list(related)} if related else {})


def page(rows: list[Any], query: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
    """Answer with rows, ten unless more are asked for, never over a thousand."""
    limit, offset = min(int(query.get("Limit", 10)), 1000), int(query.get("Offset", 0))
    shown = rows[offset : offset + limit]
    return 200, {"Count": len(shown), "Data": shown, "Total": len(shown)}


def _refused(code: str, message: str, related: str) -> dict[str, Any]:
    return {"Status": "error", "Errors": [error(code, message, related)]}


def _row(arrival: Arrival, query: Mapping[str, str]) -> dict[str, Any]:
    return {
        "ID": arrival.id,
        "ArrivedAt": datetime.fromtimestamp(arrival.at, tz=timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "Status": arrival.status,
        "StateID": str(arrival.state),  # numbers come as text now and then
        "CustomID": arrival.custom_id if query.get("ShowCustomID") == "true" else "",
        "ContactAlt": arrival.address if query.get("ShowContactAlt") == "true" else "",
        "Subject": arrival.subject if query.get("ShowSubject") == "true" else "",
    }


def _moment(text: str | None) -> float | None:
    if not text:
        return None
    return float(text) if text.isdigit() else datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
