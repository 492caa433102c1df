"""Bodies that were captured, sent by django-anymail's Mailjet backend, one by one or a call's at once.

``python -m tests.benchmarks.anymail_loop one_by_one|batches URL FILE``
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anymail.message import AnymailMessage
from django.conf import settings
from django.core.mail import get_connection
from msgspec import json

if TYPE_CHECKING:
    from collections.abc import Iterator

_LABELS = ("CustomID", "CustomCampaign", "DeduplicateCampaign")
_PLACES = {"Subject": "{{var:Subject}}", "TextPart": "{{var:TextPart}}", "HTMLPart": "{{var:HTMLPart}}"}


def one_by_one(connection: Any, bodies: Path) -> None:
    """Make a mail of each message and send it alone."""
    for messages in _calls(bodies):
        for entry in messages:
            mail = _mail(connection, entry, [entry])
            mail.esp_extra = {
                "Globals": {
                    name: entry[name] for name in ("CustomID", "CustomCampaign", "DeduplicateCampaign")
                }
            }
            mail.send()


def batches(connection: Any, bodies: Path) -> None:
    """Make one mail of each call, whose texts are variables of their reader."""
    for messages in _calls(bodies):
        mail = _mail(connection, {**messages[0], **_PLACES}, messages)
        mail.merge_data = {
            entry["To"][0]["Email"]: {name: entry[name] for name in _PLACES} for entry in messages
        }
        mail.esp_extra = {"Globals": {"TemplateLanguage": True}}
        mail.send()


def _calls(bodies: Path) -> Iterator[list[dict[str, Any]]]:
    with bodies.open("rb") as file:
        for line in file:
            yield json.decode(line)["Messages"]


def _mail(connection: Any, entry: dict[str, Any], readers: list[dict[str, Any]]) -> AnymailMessage:
    mail = AnymailMessage(
        subject=entry["Subject"],
        body=entry["TextPart"],
        from_email=_address(entry["From"]),
        to=[_address(reader["To"][0]) for reader in readers],
        reply_to=[_address(entry["ReplyTo"])],
        headers=entry["Headers"],
        connection=connection,
    )
    mail.attach_alternative(entry["HTMLPart"], "text/html")
    mail.track_opens = mail.track_clicks = False
    return mail


def _address(contact: dict[str, str]) -> str:
    return f'"{contact["Name"]}" <{contact["Email"]}>'


def main() -> None:
    """Send all over one connection, as anymail does with one that is open."""
    name, url, bodies = sys.argv[1:]
    keys = {"MAILJET_API_KEY": "public-key", "MAILJET_SECRET_KEY": "private-key"}
    settings.configure(ANYMAIL={**keys, "MAILJET_API_URL": f"{url}v3.1/"})
    with get_connection("anymail.backends.mailjet.EmailBackend") as connection:
        {"one_by_one": one_by_one, "batches": batches}[name](connection, Path(bodies))


main()
