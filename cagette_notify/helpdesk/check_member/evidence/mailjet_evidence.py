"""Ask Mailjet about a member's addresses; what it can't tell is unknown."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from cagette_notify.core.errors import NotifyError
from cagette_notify.core.i18n import _
from cagette_notify.core.mailjet_fates import BAD_CATEGORIES, Fate, newest_first
from cagette_notify.delivery.transport import AboutSomethingElse, CanNotBeAsked
from cagette_notify.helpdesk.check_member.evidence.pieces_of_evidence import MailboxEvidence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from cagette_notify.core.model import Mailbox
    from cagette_notify.delivery.mailjet.rest_api import MailjetReader

    Answer = TypeVar("Answer")


class MailjetWitness:
    """Asks Mailjet, until it is silent or refuses the keys once: from then on all is unknown.

    A class because it keeps that in mind: each further question would cost a whole time-out.
    """

    def __init__(self, reader: MailjetReader | None, why_unknown: str = "") -> None:
        """Ask ``reader``; without one, ``why_unknown`` is all that there is to say."""
        self._reader = reader
        self._why_unknown = why_unknown

    def about(self, mailbox: Mailbox, since: datetime, until: datetime) -> MailboxEvidence:
        """Return what Mailjet knows of an address and of the newest mails to it."""
        address = mailbox.address
        contact, why = self._ask(lambda reader: reader.contact(address))
        fates, why_too = self._ask(lambda reader: reader.messages_to(address, since, until))
        words = self._words_about(fates or [])
        return MailboxEvidence(
            mailbox, contact, None if fates is None else tuple(fates), words, why or why_too
        )

    def about_all(
        self, mailboxes: Sequence[Mailbox], since: datetime, until: datetime, parallel: int
    ) -> list[MailboxEvidence]:
        """Return the same for many: one look at all messages, then one at each address."""
        # The messages first and alone, then one address: they tell whether the keys are good for both.
        messages, why = self._ask(lambda reader: list(reader.messages(since, until)))
        by_address: dict[str, list[Fate]] = {}
        for fate in messages or []:
            by_address.setdefault(fate.address.casefold(), []).append(fate)

        def look_at(mailbox: Mailbox) -> MailboxEvidence:
            contact, why_not = self._ask(lambda reader: reader.contact(mailbox.address))
            if messages is None:
                return MailboxEvidence(mailbox, contact, why_unknown=why or why_not)
            fates = newest_first(by_address.get(mailbox.key, []))
            words = self._words_about(fates)
            return MailboxEvidence(mailbox, contact, tuple(fates), words, why_not)

        first = [look_at(mailbox) for mailbox in mailboxes[:1]]
        with ThreadPoolExecutor(parallel) as pool:
            return [*first, *pool.map(look_at, mailboxes[1:])]

    def _words_about(self, fates: Iterable[Fate]) -> str:
        newest = next(iter(fates), None)
        if newest is None or newest.outlook not in BAD_CATEGORIES:
            return ""
        words, _why = self._ask(lambda reader: reader.smtp_words(newest.message_id))
        return words or ""

    def _ask(self, question: Callable[[MailjetReader], Answer]) -> tuple[Answer | None, str]:
        if self._reader is None:
            return None, self._why_unknown
        try:
            return question(self._reader), ""
        except (AboutSomethingElse, CanNotBeAsked) as error:
            return None, str(error)
        except NotifyError as error:
            self._reader, self._why_unknown = None, str(error) or _("Mailjet can't be asked now")
            return None, self._why_unknown
