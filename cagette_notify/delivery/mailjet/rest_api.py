"""Read messages, contacts, senders and domains from Mailjet's REST API."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cagette_notify.core.addresses import address_key
from cagette_notify.core.errors import ConfigError, Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.mailjet_fates import Fate, newest_first
from cagette_notify.core.unsubscriptions import Act
from cagette_notify.delivery.mailjet import rest_rows as mailjet_records
from cagette_notify.delivery.sender_check import is_accepted
from cagette_notify.delivery.transport import AboutSomethingElse, CanNotBeAsked, LookupFailed, NoAnswer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime, timedelta

    from cagette_notify.delivery.domain_check.mailjets_view import MailjetsView
    from cagette_notify.delivery.mailjet.http import Wire
    from cagette_notify.delivery.mailjet.http_answer import HttpAnswer, Json, Silence
    from cagette_notify.delivery.mailjet.rest_rows import MailjetContact

_PAGE = 1000  # the most rows that an answer holds; 10 unless more are asked for
_MOST_SENDER_PAGES = 20
_MOST_CONTACT_PAGES = 10
_MOST_MESSAGE_PAGES = 1000  # a million messages in a span: no co-op's
_SHOWN = {"ShowCustomID": "true", "ShowContactAlt": "true", "ShowSubject": "true"}  # empty unless asked for


class MailjetReader:
    """Questions to Mailjet's REST API, which change nothing there.

    Each raises LookupFailed where the answer can't be had or isn't about what was asked: Mailjet
    ignores filters that it doesn't know. Refused keys are a ConfigError, and the end of asking.
    """

    def __init__(self, wire: Wire) -> None:
        """Ask over ``wire``."""
        self._wire = wire

    @property
    def clock_offset(self) -> timedelta | None:
        """Mailjet's clock minus ours, as its latest answer had it; to the second."""
        return self._wire.clock_offset

    def contact(self, address: str) -> MailjetContact:
        """Return what Mailjet knows of an address; nothing, if it never wrote to it."""
        rows = self.named("contact", address)
        if rows is None:
            return mailjet_records.NEVER_WRITTEN_TO
        if len(rows) != 1 or not _is_about(rows[0], "Email", address):
            raise _not_about_it()
        return mailjet_records.contact(rows[0])

    def unsubscribed(self) -> Iterator[Act]:
        """Yield each address that used Mailjet's link to unsubscribe, casefolded, and when.

        Row by row, as Mailjet may have ignored the filter; those whose date can't be read are none.
        """
        for page in range(_MOST_CONTACT_PAGES):
            rows = self.rows("contact", {"IsUnsubscribed": "true", "Offset": str(page * _PAGE)})
            for row in rows:
                at, address = mailjet_records.contact(row).unsubscribed_at, row.get("Email")
                if at and isinstance(address, str):
                    yield Act(address_key(address), at)
            if len(rows) < _PAGE:
                return

    def messages_to(self, address: str, since: datetime, until: datetime) -> list[Fate]:
        """Return the fates of the account's newest messages to exactly that address, newest first."""
        filters = {"ContactAlt": address, "Sort": "ArrivedAt+DESC", **_SHOWN, **between(since, until)}
        rows = self.rows("message", filters, limit=50)
        if not all(_is_about(row, "ContactAlt", address) for row in rows):
            raise _not_about_it()
        return newest_first(filter(None, map(mailjet_records.fate, rows)))

    def messages(self, since: datetime, until: datetime) -> Iterator[Fate]:
        """Yield the fate of every message that the account took between two times, page by page.

        Ends with a page that adds none to them: the rest is older, or Mailjet ignored what was asked.
        """
        seen: set[str] = set()
        for rows in self.pages(since, until, most=_MOST_MESSAGE_PAGES):
            told = filter(None, map(mailjet_records.fate, rows))
            fates = [fate for fate in told if fate.message_id not in seen and since <= fate.at <= until]
            seen |= {fate.message_id for fate in fates}
            yield from fates
            if not fates:
                return

    def pages(self, since: datetime, until: datetime, *, most: int) -> Iterator[list[Json]]:
        """Yield the rows of the account's messages between two times, newest first, a thousand at once."""
        filters = {"Sort": "ArrivedAt+DESC", **_SHOWN, **between(since, until)}
        for page in range(most):
            rows = self.rows("message", {"Offset": str(page * _PAGE), **filters})
            yield rows
            if len(rows) < _PAGE:
                return

    def smtp_words(self, message_id: str) -> str:
        """Return what the receiving server said of a message, in its own words; nothing if unknown."""
        rows = self.named("messagehistory", message_id) or []
        return mailjet_records.last_comment(rows)

    def api_key(self) -> Json:
        """Return whether the key is active, its run level and quarantine; the secret is left behind.

        A main account's key is shown those of its sub-accounts too.
        """
        ours = self._wire.public_key
        rows = [row for row in self.rows("apikey", {}) if row.get("APIKey", ours) == ours]
        if len(rows) != 1:
            raise _not_about_it()
        return {name: rows[0].get(name) for name in ("IsActive", "Runlevel", "QuarantineValue")}

    def domain(self, name: str) -> MailjetsView:
        """Return Mailjet's view of a domain's SPF and DKIM."""
        rows = self.named("dns", name)
        if rows is None:
            return mailjet_records.domain_view(name, None)
        if len(rows) != 1 or not _is_about(rows[0], "Domain", name):
            raise _not_about_it()
        return mailjet_records.domain_view(name, rows[0])

    def knows_sender(self, address: str) -> bool:
        """Tell whether ``address`` or its whole domain is validated."""
        for page in range(_MOST_SENDER_PAGES):
            senders = self.rows("sender", {"Offset": str(page * _PAGE)})
            if is_accepted(address, mailjet_records.active_senders(senders)):
                return True
            if len(senders) < _PAGE:
                return False
        return False

    def rows(self, resource: str, filters: dict[str, str], *, limit: int = _PAGE) -> list[Json]:
        """Return the rows of a resource that ``filters`` ask for; Mailjet may have ignored them."""
        return _rows(self._wire.get(resource, {"Limit": str(limit), **filters}))

    def named(self, resource: str, name: str) -> list[Json] | None:
        """Return the rows of the one with that name, or None if there is none.

        ``CanNotBeAsked`` where the name can't be part of a path: addresses may hold a slash.
        """
        answer = self._wire.get(resource, {}, name)
        if mailjet_records.was_refused_here(answer):
            raise CanNotBeAsked(
                Problem(_("Mailjet can't be asked about an address such as {name}", name=name))
            )
        return None if mailjet_records.is_missing(answer) else _rows(answer)


def between(since: datetime, until: datetime) -> dict[str, str]:
    """Return the two dates of a question about messages: without both, Mailjet looks at today only."""
    first = max(0, math.floor(since.timestamp()))  # a machine without a battery starts in 1970
    return {"FromTS": str(first), "ToTS": str(math.ceil(until.timestamp()))}


def _rows(answer: HttpAnswer | Silence) -> list[Json]:
    rows = mailjet_records.rows(answer)
    if rows is None:
        reason = mailjet_records.explain(answer)
        if mailjet_records.is_refusal(answer):
            raise ConfigError(Problem(reason))
        kind = NoAnswer if mailjet_records.is_silence(answer) else LookupFailed
        raise kind(Problem(_("Mailjet can't be asked now: {reason}", reason=reason)))
    return rows


def _is_about(row: Json, field: str, wanted: str) -> bool:
    found = row.get(field)
    return isinstance(found, str) and address_key(found) == address_key(wanted)


def _not_about_it() -> AboutSomethingElse:
    return AboutSomethingElse(Problem(_("Mailjet answers about somebody or something else")))
