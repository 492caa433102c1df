"""Line up the last mails to an address, and judge those of which Mailjet knows nothing. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.core.i18n import _
from cagette_notify.core.mailjet_fates import Fate, FateCategory, fate_in_words, newest_first
from cagette_notify.core.notices import Status
from cagette_notify.helpdesk.check_member.findings.finding import Check, Finding, Health, Matter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cagette_notify.helpdesk.check_member.evidence.member_evidence import MemberEvidence
    from cagette_notify.helpdesk.check_member.evidence.pieces_of_evidence import MailboxEvidence

ONLY_ONE = "only_one"

_UNDER_WAY = frozenset((FateCategory.WAITING, FateCategory.UNKNOWN))
_A_WHILE = timedelta(hours=1)  # after which Mailjet's index must know of a mail, too


def last_mails(case: MemberEvidence, box: MailboxEvidence) -> tuple[Fate, ...]:
    """Return the last mails to an address, newest first: with Mailjet's word on each, or without.

    Not what left before all that Mailjet told of: it tells of so many, and no more.
    """
    fates = box.fates or ()
    known = {fate.custom_id for fate in fates}
    untold = {
        event.custom_id: event.fate or Fate(event.custom_id, "", event.address, event.at, "")
        for event in case.history
        if event.status == Status.SENT.value
        and event.custom_id not in known
        and event.address.casefold() == box.mailbox.key
        and not (fates and event.at <= fates[-1].at)
    }
    return tuple(newest_first((*fates, *untold.values())))


def is_untraced(fate: Fate) -> bool:
    """Tell whether it stands for a mail that Mailjet took, and has said nothing of."""
    return not fate.message_id


def is_under_way(case: MemberEvidence, fate: Fate) -> bool:
    """Tell whether a mail left so lately that what became of it need not be known yet."""
    return fate.outlook in _UNDER_WAY and case.now - fate.at <= _A_WHILE


def is_lost(case: MemberEvidence, fate: Fate) -> bool:
    """Tell whether Mailjet should know of a mail by now, and does not."""
    return is_untraced(fate) and not is_under_way(case, fate)


def without_trace(case: MemberEvidence, box: MailboxEvidence, lost: Fate, known: Sequence[Fate]) -> Finding:
    """Return that Mailjet knows nothing of the newest mail, and what became of the last that it knows."""
    address = box.mailbox.address
    summary = _(
        "Mailjet took the mail of {day} to {address}, and knows nothing of it",
        day=case.long_day(lost.at),
        address=address,
    )
    if not known:
        advice = _("is the sender validated? 'cagette-notify check' tells")
        return Finding(Check.LAST_MESSAGES, Health.WARNING, summary, advice, Matter.NO_TRACE, address)
    summary += _("; that of {day} {fate}", day=case.long_day(known[0].at), fate=fate_in_words(known[0]))
    advice = _("ask again in some hours; if it stays so, look the message up in the Mailjet account")
    return Finding(Check.LAST_MESSAGES, Health.WARNING, summary, advice, Matter.FATE_UNKNOWN, address)


def just_left(
    case: MemberEvidence, box: MailboxEvidence, newest: Fate, before: Finding | None = None
) -> Finding:
    """Return that the newest mail is under way, and what had become of those before it."""
    address = box.mailbox.address
    summary = _(
        "the newest mail to {address} left {minutes} min ago, and what became of it is not known yet",
        address=address,
        minutes=(case.now - newest.at) // timedelta(minutes=1),
    )
    if before is None:
        return Finding(
            *(Check.LAST_MESSAGES, Health.OK, summary, "", Matter.JUST_LEFT, address), why=ONLY_ONE
        )
    return replace(
        before, summary=summary + _("; before it, {what}", what=before.summary), cause=Matter.JUST_LEFT
    )
