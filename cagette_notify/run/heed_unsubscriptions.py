"""Heed who unsubscribed at Mailjet: ask before the first claim, and let nothing leave that was stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.errors import NotifyError, Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.kinds import Kind
from cagette_notify.core.notices import NoticeKey, Reason, Status
from cagette_notify.core.unsubscriptions import deaf_to_letters
from cagette_notify.delivery.ask_unsubscriptions import KeepsRecords, ask_unsubscriptions
from cagette_notify.delivery.transport import LookupFailed
from cagette_notify.ledger.unsubscriptions import UnsubscriptionBook

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cagette_notify.core.messages import Copy
    from cagette_notify.delivery.transport import Transport
    from cagette_notify.ledger.ledger import Ledger
    from cagette_notify.run.context import Run


class Heard(Struct, frozen=True):
    """What came of the question: whether other kinds are stopped, what to say, and a refusal of the keys."""

    is_news: bool = False
    problems: tuple[Problem, ...] = ()
    refusal: NotifyError | None = None


def ask_who_unsubscribed(ledger: Ledger, transport: Transport, now: datetime) -> Heard:
    """Ask Mailjet, once an hour at most. Where it can't be asked, what is known holds, and mails leave."""
    book = UnsubscriptionBook(ledger, transport.traits.account)
    if not isinstance(transport, KeepsRecords) or not book.is_time_to_ask(now):
        return Heard()
    stopped = book.standing()
    book.keep_asked(now)  # before the question: a run that dies while it waits must not make every run ask
    try:
        transport.prepare()
        ask_unsubscriptions(transport.records, book, now)
        return Heard(book.standing() != stopped)
    except LookupFailed as error:
        reason = _("; ").join(problem.message for problem in error.problems)
        message = _("can't tell who has unsubscribed at Mailjet: {reason}", reason=reason)
        return Heard(book.standing() != stopped, (Problem(message, is_warning=True),))
    except NotifyError as error:
        return Heard(refusal=error)


def some_wait_to_be_looked_up(run: Run) -> bool:
    """Tell whether it is known of some that they unsubscribed, and not yet from what."""
    return UnsubscriptionBook(run.ledger, run.account).some_wait()


def still_wanted(run: Run, copies: Sequence[Copy]) -> list[Copy]:
    """Return the copies of broadcasts that their readers have not stopped since they were chosen."""
    standing = UnsubscriptionBook(run.ledger, run.account).standing() if copies else {}
    deaf = deaf_to_letters(standing)
    stopped = [copy for copy in copies if copy.mailbox.key in deaf]
    if stopped and not run.request.dry_run:
        keys = [
            NoticeKey(Kind.BROADCAST, "", copy.broadcast.attempt, "", copy.mailbox.key) for copy in stopped
        ]
        reasons = dict.fromkeys(keys, Reason.UNSUBSCRIBED.value)
        run.ledger.end(run.account, keys, Status.DROPPED, run.now, reasons=reasons)
    return [copy for copy in copies if copy not in stopped]
