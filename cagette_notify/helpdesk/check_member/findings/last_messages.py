"""Judge the fates of a member's last mails, and blocks at Mailjet. Pure."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _
from cagette_notify.core.mailjet_fates import (
    Cause,
    Fate,
    FateCategory,
    cause_of,
    cure_of,
    fate_in_words,
    newest_first,
)
from cagette_notify.core.notices import Status
from cagette_notify.helpdesk.check_member.findings.finding import ARRIVED, Check, Finding, Health, Matter
from cagette_notify.helpdesk.check_member.findings.mail_traces import (
    is_lost,
    is_under_way,
    is_untraced,
    just_left,
    last_mails,
    without_trace,
)
from cagette_notify.helpdesk.check_member.findings.missing_orders import (
    cancelled_distributions,
    incomplete_recaps,
    missing_orders,
    orders_elsewhere,
    unread_orders,
)
from cagette_notify.helpdesk.check_member.findings.stray_orders import stray_orders
from cagette_notify.helpdesk.check_member.findings.taken_back import misled, taken_back
from cagette_notify.helpdesk.check_member.findings.told_otherwise import told_otherwise
from cagette_notify.helpdesk.check_member.findings.unread_duties import unread_duties
from cagette_notify.helpdesk.check_member.findings.unsent_notices import unsent_notices
from cagette_notify.helpdesk.check_member.findings.unwritten_addresses import unwritten_addresses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cagette_notify.helpdesk.check_member.evidence.member_evidence import MemberEvidence
    from cagette_notify.helpdesk.check_member.evidence.pieces_of_evidence import MailboxEvidence

_AFTER_BOUNCES = frozenset((Cause.ON_BLOCKLIST, Cause.BOUNCED_LATELY))
_BLOCKING = _AFTER_BOUNCES | {Cause.SPAM_COMPLAINT}
_OF_THE_ADDRESS = frozenset((Cause.ADDRESS_UNKNOWN, Cause.DOMAIN_UNKNOWN))


def mailjet_block(case: MemberEvidence) -> Iterator[Finding]:
    """Yield for each address whether Mailjet lets nothing through to it."""
    check = Check.MAILJET_BLOCK
    if not case.is_mailed:
        yield Finding(check, Health.OK, _("mails are written to a folder: Mailjet has no part in it"))
        return
    for box in case.mailboxes:
        address = box.mailbox.address
        if block := _blocked_by(case, box):
            text, bounce = _block_in_words(case, box, block), _bounce_behind(case, box, block)
            if bounce:
                text += _("; that of {day} {fate}", day=case.long_day(bounce.at), fate=fate_in_words(bounce))
            cause = (cause_of(bounce) if bounce else None) or block
            cure = cure_of(cause, address, case.place_to_correct(address))
            yield Finding(check, Health.PROBLEM, text, cure, cause, address)
        elif box.contact is None:
            yield Finding(check, Health.UNKNOWN, _("{address}: {why}", address=address, why=box.why_unknown))
        elif not (box.contact.is_known or last_mails(case, box)):
            yield Finding(check, Health.OK, _("Mailjet has never written to {address}", address=address))
        else:
            yield Finding(check, Health.OK, _("Mailjet holds nothing against {address}", address=address))


def last_messages(case: MemberEvidence) -> Iterator[Finding]:
    """Yield the fate of the last mails to each address, and what waits in the ledger or was refused."""
    yield from missing_orders(case)
    yield from orders_elsewhere(case)
    yield from cancelled_distributions(case)
    yield from unread_orders(case)
    yield from incomplete_recaps(case)
    yield from told_otherwise(case)
    yield from taken_back(case)
    yield from misled(case)
    yield from stray_orders(case)
    yield from unread_duties(case)
    yield from unsent_notices(case)
    if not case.is_mailed:
        count = sum(event.status == Status.SENT.value for event in case.history)
        summary = _(
            "nothing leaves this machine, mails are only written to {outbox}; in the last 30 days: {count}",
            outbox=case.outbox,
            count=count,
        )
        yield Finding(Check.LAST_MESSAGES, Health.OK, summary)
        return
    yield from unwritten_addresses(case)
    for box in case.mailboxes:
        if box.fates is None:
            yield from _when_last_asked(case, box)
        elif mails := last_mails(case, box):
            yield from _what_became_of(case, box, mails)
        else:
            address = box.mailbox.address
            text = _("Mailjet knows of no mail to {address} in the last 30 days", address=address)
            yield Finding(Check.LAST_MESSAGES, Health.OK, text, about=address)


def _what_became_of(case: MemberEvidence, box: MailboxEvidence, mails: tuple[Fate, ...]) -> Iterator[Finding]:
    """Yield the fate of the newest mails: one that is known does not tell of a newer one that is not."""
    fresh = tuple(takewhile(lambda fate: is_under_way(case, fate), mails))
    settled = mails[len(fresh) :]
    lost = tuple(takewhile(is_untraced, settled))
    known = settled[len(lost) :]
    if lost:
        yield without_trace(case, box, lost[0], known)
    elif not known:
        yield just_left(case, box, fresh[0]) if is_untraced(fresh[0]) else _newest(case, box, fresh)
    if known and (cause_of(known[0]) or not lost):
        found = _newest(case, box, known)
        yield just_left(case, box, fresh[0], found) if fresh and found.cause in ARRIVED else found


def _when_last_asked(case: MemberEvidence, box: MailboxEvidence) -> Iterator[Finding]:
    """Yield what the ledger keeps of Mailjet's earlier answers: better than nothing, if it is bad."""
    kept = case.kept_fates(box)
    if kept and cause_of(kept[0]):
        yield _newest(case, box, kept)
    text = _("{address}: {why}", address=box.mailbox.address, why=box.why_unknown)
    yield Finding(Check.LAST_MESSAGES, Health.UNKNOWN, text)


def _blocked_by(case: MemberEvidence, box: MailboxEvidence) -> Cause | None:
    if box.contact and box.contact.complains_of_spam:
        return Cause.SPAM_COMPLAINT
    fates = _settled(case, case.kept_fates(box) if box.fates is None else box.fates)
    cause = cause_of(fates[0]) if fates else None
    if cause in _BLOCKING:
        return cause
    return Cause.UNSUBSCRIBED if _is_unsubscribed(case, box, fates) else None


def _bounce_behind(case: MemberEvidence, box: MailboxEvidence, block: Cause) -> Fate | None:
    """Return the newest bounce before a block if the address itself was wrong: to unblock it is in vain."""
    if block not in _AFTER_BOUNCES:
        return None
    fates = newest_first((*(box.fates or ()), *case.kept_fates(box)))
    since = takewhile(lambda fate: fate.outlook is not FateCategory.ACCEPTED, fates)
    bounce = next((fate for fate in since if fate.outlook is FateCategory.BOUNCED), None)
    return bounce if bounce and cause_of(bounce) in _OF_THE_ADDRESS else None


def _is_unsubscribed(case: MemberEvidence, box: MailboxEvidence, fates: tuple[Fate, ...]) -> bool:
    """Tell it by the contact at Mailjet, or the newest mail; what is heeded stands with the settings."""
    is_news = any(one.status == "unsub" and one.custom_id not in case.heeded for one in fates[:1])
    return is_news or bool(box.contact and box.contact.unsubscribed)


def _settled(case: MemberEvidence, fates: tuple[Fate, ...]) -> tuple[Fate, ...]:
    """Return the fates without what Mailjet took so lately that it may well be under way."""
    under_way = takewhile(lambda fate: is_under_way(case, fate), fates)
    return fates[len(list(under_way)) :] or fates[:1]


def _block_in_words(case: MemberEvidence, box: MailboxEvidence, cause: Cause) -> str:
    address = box.mailbox.address
    if cause is Cause.SPAM_COMPLAINT:
        return _(
            "Mailjet drops every mail to {address} in silence, since one was declared as spam: perhaps "
            "without meaning to",
            address=address,
        )
    if cause is Cause.UNSUBSCRIBED:
        at = box.contact.unsubscribed_at if box.contact else None
        when = _("on {day}", day=case.long_day(at)) if at else _("lately")
        return _("{address} was unsubscribed with Mailjet's link {when}", address=address, when=when)
    if cause is Cause.ON_BLOCKLIST:
        return _("{address} is on Mailjet's blocklist", address=address)
    return _("Mailjet no longer tries {address}, as mails to it bounced lately", address=address)


def _newest(case: MemberEvidence, box: MailboxEvidence, fates: tuple[Fate, ...]) -> Finding:
    newest, address = fates[0], box.mailbox.address
    what = _(
        "the mail of {day} to {address} {fate}",
        day=case.long_day(newest.at),
        address=address,
        fate=fate_in_words(newest),
    )
    cause = cause_of(newest)
    if cause and newest.outlook is not FateCategory.ACCEPTED:
        words = _("; their server's words: {words!r}", words=box.smtp_words) if box.smtp_words else ""
        health = Health.WARNING if cause is Cause.FOR_A_WHILE else Health.PROBLEM
        is_said = cause == _blocked_by(case, box)
        advice = (
            _("as for the block at Mailjet, above")
            if is_said
            else cure_of(cause, address, case.place_to_correct(address))
        )
        return Finding(Check.LAST_MESSAGES, health, what + words, advice, cause, address)
    if newest.outlook is FateCategory.ACCEPTED:
        return _accepted(case, box, fates)
    advice = _("wait; if it stays so for a day, look at the Mailjet account, its quota above all")
    return Finding(Check.LAST_MESSAGES, Health.WARNING, what, advice, Matter.PUT_OFF, address)


def _accepted(case: MemberEvidence, box: MailboxEvidence, fates: tuple[Fate, ...]) -> Finding:
    address = box.mailbox.address
    in_a_row = next(
        (at for at, fate in enumerate(fates) if fate.outlook is not FateCategory.ACCEPTED), len(fates)
    )
    opened = next((fate for fate in fates[:in_a_row] if fate.status in {"opened", "clicked"}), None)
    newest = opened or fates[0]
    values = {"address": address, "day": case.long_day(newest.at), "by": box.provider, "count": in_a_row}
    summary = (
        _(
            "the last mail to {address}, of {day}, was accepted by {by}: look in the spam folder",
            **values,
        )
        if in_a_row == 1
        else _(
            "the last {count} mails to {address} were all accepted by {by}: look in the spam folder",
            **values,
        )
    )
    matter = Matter.LOOK_IN_SPAM
    if opened:
        matter = Matter.OPENED
        summary = _("mails to {address} arrive: the newest that was opened is of {day}", **values)
    before = [fate for fate in fates[in_a_row:] if cause_of(fate) or is_lost(case, fate)]
    if not before:
        return Finding(Check.LAST_MESSAGES, Health.OK, summary, "", matter, address)
    if is_untraced(before[0]):
        summary += _("; but Mailjet knows nothing of that of {day}", day=case.long_day(before[0].at))
        advice = _("ask the member whether that one arrived")
    else:
        summary += _(
            "; but that of {day} {fate}", day=case.long_day(before[0].at), fate=fate_in_words(before[0])
        )
        advice = _("nothing more if the mails arrive now; else ask the member what happened to the mailbox")
    return Finding(Check.LAST_MESSAGES, Health.WARNING, summary, advice, matter, address)
