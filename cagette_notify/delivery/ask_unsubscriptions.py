"""Ask Mailjet who unsubscribed by its link, and keep of which mails that is about."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from cagette_notify.delivery.transport import AboutSomethingElse, LookupFailed, NoAnswer

if TYPE_CHECKING:
    from cagette_notify.delivery.mailjet.rest_api import MailjetReader
    from cagette_notify.ledger.unsubscriptions import UnsubscriptionBook

_PRESSED_WITHIN = timedelta(days=90)  # of a mail's arrival; later on nobody can tell which one it was
_SKEW = timedelta(days=1)  # between our clock and Mailjet's, as in look-ups
_SEEN_WITHIN = timedelta(hours=1)  # a contact tells of a press before the mail that was pressed does
_MOST_LOOKED_UP = 50  # acts a question: each is a call, for which the mails of a run wait


@runtime_checkable
class KeepsRecords(Protocol):
    """A transport whose provider can be asked about addresses and mails."""

    records: MailjetReader


def ask_unsubscriptions(records: MailjetReader, book: UnsubscriptionBook, now: datetime) -> None:
    """Keep what is new, one act after the other; nothing of before the ledger wrote to an address.

    Of a press of this very hour whose mail can't be told yet, the next question hears again. So it does of
    what Mailjet tells nothing of now: raises ``LookupFailed`` for that once all others are kept, or at once
    where Mailjet is out of reach, and ``ConfigError`` where it refuses the keys.
    """
    known = book.known()
    new = [act for act in records.unsubscribed() if act not in known]
    written_to = book.addresses_written_to() if new else {}
    ours = [(address, at) for address, at in new if address in written_to and written_to[address] <= at]
    failure: LookupFailed | None = None
    for address, at in ours[:_MOST_LOOKED_UP]:
        try:
            act = book.pressed_in(address, at, _pressed(records, book, address, at, now))
        except NoAnswer:
            raise
        except LookupFailed as error:
            failure = error
            continue
        if act.custom_id or now - at >= _SEEN_WITHIN:
            book.note([act])
    if failure:
        raise failure


def _pressed(
    records: MailjetReader, book: UnsubscriptionBook, address: str, at: datetime, now: datetime
) -> str:
    """Return the CustomID of the newest mail by which an address unsubscribed, and not by an earlier act."""
    try:
        fates = records.messages_to(address, at - _PRESSED_WITHIN, max(now, at) + _SKEW)
    except AboutSomethingElse:
        return ""
    earlier = book.attributed(address)
    pressed = (one.custom_id for one in fates if one.status == "unsub" and one.at <= at)
    return next((custom_id for custom_id in pressed if custom_id not in earlier), "")
