"""Fetch the fates of sent mails from Mailjet into the ledger."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cagette_notify.delivery.mailjet.rest_api import MailjetReader
    from cagette_notify.ledger.fates import FateBook

_SKEW = timedelta(days=1)  # between our clock and Mailjet's, as in look-ups
_AT_ONCE = 1000


def fetch_fates(
    records: MailjetReader, book: FateBook, *, since: datetime, until: datetime, most: int | None = None
) -> None:
    """Look through all messages that the account took between two times, and keep the fates of ours.

    Mailjet has no way to ask for ours alone: co-ops may share an account. ``most`` bounds how many are
    looked at, newest first. Raises ``LookupFailed`` if Mailjet can't be asked, ``ConfigError`` if it
    refuses the keys; what it had told before is kept.
    """
    fates = islice(records.messages(since - _SKEW, until + _SKEW), most)
    while some := list(islice(fates, _AT_ONCE)):
        book.note(some)
