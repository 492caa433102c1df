"""Explain Mailjet's statuses and states: fate, category, cause and cure. Pure.

Statuses and states are those of Mailjet's ``/message`` (https://dev.mailjet.com/email/reference/messages/).
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

DUPLICATE_IN_CAMPAIGN = 15


class FateCategory(str, Enum):
    """What a fate amounts to, as ``report`` counts them."""

    ACCEPTED = "accepted"
    WAITING = "waiting"
    BOUNCED = "bounced"
    BLOCKED = "blocked"
    SPAM = "spam"
    UNKNOWN = "unknown"

    __str__ = str.__str__


BAD_CATEGORIES = frozenset((FateCategory.BOUNCED, FateCategory.BLOCKED, FateCategory.SPAM))

_OUTLOOKS = {
    "sent": FateCategory.ACCEPTED,
    "opened": FateCategory.ACCEPTED,
    "clicked": FateCategory.ACCEPTED,
    "unsub": FateCategory.ACCEPTED,  # it arrived: that is where the link was
    "queued": FateCategory.WAITING,
    "deferred": FateCategory.WAITING,
    "bounce": FateCategory.BOUNCED,
    "softbounced": FateCategory.BOUNCED,
    "hardbounced": FateCategory.BOUNCED,
    "blocked": FateCategory.BLOCKED,
    "spam": FateCategory.SPAM,
}
BAD_STATUSES = frozenset(status for status, outlook in _OUTLOOKS.items() if outlook in BAD_CATEGORIES) | {
    "unsub"
}
"""The statuses that may have a cause. They are final: what was accepted may yet be reported as spam."""


class Fate(Struct, frozen=True):
    """A row of ``/message``. ``state`` is its StateID, 0 for none; ``at`` when Mailjet took it, UTC."""

    custom_id: str
    message_id: str
    address: str
    at: datetime
    status: str
    state: int = 0
    subject: str = ""

    @property
    def outlook(self) -> FateCategory:
        """What it amounts to."""
        return category_of(self.status, self.state)


def category_of(status: str, state: int) -> FateCategory:
    """Return what a fate amounts to. A repeat dropped by its campaign proves that the first one arrived."""
    if state == DUPLICATE_IN_CAMPAIGN:
        return FateCategory.ACCEPTED
    return _OUTLOOKS.get(status, FateCategory.UNKNOWN)


class Cause(str, Enum):
    """Why a mail did not arrive, by what can be done about it."""

    ADDRESS_UNKNOWN = "address_unknown"
    DOMAIN_UNKNOWN = "domain_unknown"
    MAILBOX_FULL = "mailbox_full"
    REFUSED_BY_PROVIDER = "refused_by_provider"
    TOOK_FOR_SPAM = "took_for_spam"
    FOR_A_WHILE = "for_a_while"
    BOUNCED_LATELY = "bounced_lately"
    ON_BLOCKLIST = "on_blocklist"
    SPAM_COMPLAINT = "spam_complaint"
    UNSUBSCRIBED = "unsubscribed"
    OUR_TEMPLATE = "our_template"
    SENT_BACK = "sent_back"
    BLOCKED = "blocked"

    __str__ = str.__str__


_CAUSES = {
    1: Cause.ADDRESS_UNKNOWN,
    2: Cause.ADDRESS_UNKNOWN,
    3: Cause.MAILBOX_FULL,
    4: Cause.DOMAIN_UNKNOWN,
    5: Cause.DOMAIN_UNKNOWN,
    6: Cause.REFUSED_BY_PROVIDER,
    7: Cause.REFUSED_BY_PROVIDER,
    8: Cause.TOOK_FOR_SPAM,
    9: Cause.REFUSED_BY_PROVIDER,
    10: Cause.FOR_A_WHILE,
    11: Cause.FOR_A_WHILE,
    12: Cause.FOR_A_WHILE,
    13: Cause.FOR_A_WHILE,
    14: Cause.BOUNCED_LATELY,
    16: Cause.TOOK_FOR_SPAM,
    17: Cause.OUR_TEMPLATE,
    18: Cause.OUR_TEMPLATE,
    19: Cause.DOMAIN_UNKNOWN,
    20: Cause.ON_BLOCKLIST,
    21: Cause.SPAM_COMPLAINT,
}


def cause_of(fate: Fate) -> Cause | None:
    """Return why a mail did not arrive, or None where it did, may still, or nobody knows."""
    if fate.status == "unsub":
        return Cause.UNSUBSCRIBED
    if fate.outlook not in BAD_CATEGORIES:
        return None
    if fate.outlook is FateCategory.SPAM:
        return Cause.SPAM_COMPLAINT
    return _CAUSES.get(fate.state) or _without_a_reason(fate)


def _without_a_reason(fate: Fate) -> Cause:
    """Say as much as the status does where Mailjet gives no state, or one that is new."""
    return Cause.BLOCKED if fate.outlook is FateCategory.BLOCKED else Cause.SENT_BACK


def fate_in_words(fate: Fate) -> str:
    """Say what became of a mail, as an end of the sentence "the mail of Friday ..."."""
    provider = fate.address.rpartition("@")[2]
    if fate.outlook is FateCategory.ACCEPTED:
        return _accepted(fate, provider)
    if fate.outlook is FateCategory.WAITING:
        if fate.status == "queued":
            return _("waits at Mailjet: the account's quota may be used up")
        return _("was put off by {provider}; Mailjet tries again by itself", provider=provider)
    if fate.outlook is FateCategory.SPAM:
        return _("arrived, and was reported as spam")
    if fate.outlook is FateCategory.UNKNOWN:
        return _("has no known fate yet")
    return _reasons(provider).get(fate.state) or _unexplained(fate, provider)


def cure_of(cause: Cause, address: str, place: str) -> str:
    """Say what somebody can do about a cause. ``place`` is where the address is to be corrected."""
    return {**_cures_with_the_member(address, place), **_cures_at_mailjet(address)}[cause]


def _cures_with_the_member(address: str, place: str) -> dict[Cause, str]:
    return {
        Cause.ADDRESS_UNKNOWN: _(
            "ask the member for the right address, and correct it in {place}", place=place
        ),
        Cause.DOMAIN_UNKNOWN: _(
            "ask the member for the right address (look at what follows the @), and correct it in {place}",
            place=place,
        ),
        Cause.MAILBOX_FULL: _(
            "ask the member to make room in the mailbox; if it stays full, Mailjet will stop trying"
        ),
        Cause.SENT_BACK: _(
            "ask the member whether {address} is still right; look the message up in the Mailjet account, "
            "which may say why",
            address=address,
        ),
        Cause.FOR_A_WHILE: _("look again after the next mail: it is a fault that passes"),
        Cause.BOUNCED_LATELY: _(
            "ask the member whether {address} works again (full? closed?); then ask Mailjet's support to "
            "unblock it, or put another address into {place}",
            address=address,
            place=place,
        ),
    }


def _cures_at_mailjet(address: str) -> dict[Cause, str]:
    return {
        Cause.REFUSED_BY_PROVIDER: _(
            "see with 'cagette-notify check' whether SPF and DKIM are right; if other members at the same "
            "provider get their mails, ask for another address"
        ),
        Cause.TOOK_FOR_SPAM: _(
            "see with 'cagette-notify check' whether SPF and DKIM are right; ask the member to add the "
            "sender to the contacts"
        ),
        Cause.ON_BLOCKLIST: _(
            "whoever has the Mailjet account writes to Mailjet's support (app.mailjet.com/support) and asks "
            "to unblock {address}",
            address=address,
        ),
        Cause.SPAM_COMPLAINT: _(
            "only Mailjet's support can lift it: first the member says, in writing, that they want these "
            "mails; then whoever has the Mailjet account opens a ticket (app.mailjet.com/support) with that "
            "message and the address {address}",
            address=address,
        ),
        Cause.UNSUBSCRIBED: _(
            "if the member wants mails again: whoever has the Mailjet account opens Contacts there, looks "
            "for {address} and takes back the unsubscription",
            address=address,
        ),
        Cause.OUR_TEMPLATE: _("please report it: no mail of this tool uses Mailjet's templates"),
        Cause.BLOCKED: _(
            "look the message up in the Mailjet account; ask Mailjet's support if it says no more"
        ),
    }


def newest_first(fates: Iterable[Fate]) -> list[Fate]:
    """Sort fates, and leave out repeats that a campaign dropped: the first one tells what happened."""
    told = [fate for fate in fates if fate.state != DUPLICATE_IN_CAMPAIGN]
    return sorted(told, key=lambda fate: (fate.at, fate.message_id), reverse=True)


def _accepted(fate: Fate, provider: str) -> str:
    if fate.status in {"opened", "clicked"}:
        return _("arrived, and was opened")
    if fate.status == "unsub":
        return _("arrived, and its link to unsubscribe was used")
    return _("was accepted by {provider}", provider=provider)


def _unexplained(fate: Fate, provider: str) -> str:
    if fate.outlook is FateCategory.BLOCKED:
        return _("was blocked by Mailjet")
    return _("was sent back by {provider}", provider=provider)


def _reasons(provider: str) -> dict[int, str]:
    """Return the words for each StateID that stands for a mail that did not arrive."""
    return {
        1: _("was sent back: {provider} knows no such mailbox", provider=provider),
        2: _("was sent back: the mailbox is no longer in use"),
        3: _("was sent back: the mailbox was full"),
        4: _("was sent back: {provider} is no domain that takes mail", provider=provider),
        5: _("was sent back: no mail server answers for {provider}", provider=provider),
        6: _("was sent back: {provider} denies us access", provider=provider),
        7: _("was sent back: {provider} blocks our sender", provider=provider),
        8: _("was sent back: {provider} took its content for spam", provider=provider),
        9: _("was sent back: it is against a rule of {provider}", provider=provider),
        10: _("was sent back: the mail server of {provider} had a fault", provider=provider),
        11: _("was sent back: the mail server of {provider} spoke out of turn", provider=provider),
        12: _("was sent back: {provider} could not be reached", provider=provider),
        13: _("was sent back: {provider} asked to try later, too often", provider=provider),
        14: _("was not tried: Mailjet blocks the address as mails to it bounced lately"),
        16: _("was not tried: Mailjet took it for spam"),
        17: _("was not sent: an empty template"),
        18: _("was not sent: a mistake in a template"),
        19: _("was not tried: {provider} looks like a typing mistake to Mailjet", provider=provider),
        20: _("was not tried: the address is on Mailjet's blocklist"),
        21: _("was not tried: the member had reported one of our mails as spam"),
    }
