"""Check daily that Mailjet accepts the sender, before the first claim."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from cagette_notify.core.errors import ConfigError, Problem
from cagette_notify.core.i18n import _
from cagette_notify.delivery.transport import LookupFailed, Transport

if TYPE_CHECKING:
    from collections.abc import Collection

    from cagette_notify.config.load import Config
    from cagette_notify.core.model import Contact
    from cagette_notify.ledger.run_memory import RunMemory

EXAMPLE_S_SENDER = "noreply@mj.cagette.net"
SENDER_CHECKED_FOR = timedelta(days=1)


@runtime_checkable
class KnowsSenders(Protocol):
    """A transport whose provider tells which senders it accepts."""

    def sender_state(self, address: str) -> bool:
        """Tell whether mail from this address leaves at all."""


def prove_sender(transport: Transport, config: Config, memory: RunMemory, now: datetime) -> Problem | None:
    """Ask once a day whether mail from the sender leaves; return a warning if nobody can say.

    Mailjet answers "success" to a sender it does not know, and sends nothing. Raises ``ConfigError``
    for such a sender.
    """
    address = config.style.sender.address
    checked_at = memory.sender_checked_at(address)
    is_fresh = checked_at and timedelta(0) <= now - checked_at < SENDER_CHECKED_FOR
    if is_fresh or not isinstance(transport, KnowsSenders):
        return None
    try:
        refuse_unknown_sender(transport, config)
    except LookupFailed as error:
        reason = _("; ").join(problem.message for problem in error.problems)
        message = _("can't tell whether Mailjet accepts {sender}: {reason}", sender=address, reason=reason)
        return Problem(message, is_warning=True)
    memory.keep_sender_checked(address, now)
    return None


def refuse_unknown_sender(transport: Transport, config: Config) -> None:
    """Raise ``ConfigError`` if mail from the sender would not leave; ``LookupFailed`` if nobody can say."""
    if isinstance(transport, KnowsSenders) and not transport.sender_state(config.style.sender.address):
        raise ConfigError(unknown_sender(config))


def is_accepted(address: str, validated: Collection[str]) -> bool:
    """Tell whether mail from an address leaves, as it, or ``*@`` and its domain, is validated there."""
    return not {address.casefold(), "*@" + address.rpartition("@")[2].casefold()}.isdisjoint(validated)


def unknown_sender(config: Config) -> Problem:
    """Say that Mailjet does not know the sender, and what to do."""
    message = _(
        "Mailjet would accept mail from {address} and send none of it: validate this address or its "
        "domain in your Mailjet account (Account settings, Sender domains & addresses)",
        address=config.style.sender.address,
    )
    return Problem(message, str(config.path), field="sender.email")


def chosen_sender(config: Config) -> Contact | None:
    """Return whom mails come from; None where that is yet to be chosen, as it is still the example's.

    Of mails that leave, Mailjet knows: Cagette's own servers may well have the example's.
    """
    sender = config.style.sender
    is_example_s = sender.address.casefold() == EXAMPLE_S_SENDER
    return None if is_example_s and not config.delivery.leaves_the_machine else sender


def sender_to_choose(config: Config) -> str:
    """Say that mails can't leave yet for want of a sender; nothing where there is one, or they do leave."""
    if chosen_sender(config):
        return ""
    return _(
        "No sender yet: before the first real mail, put an address of your own, validated at Mailjet, under "
        "sender in {file}, where that of the example stands ({address}).",
        file=config.path.name,
        address=config.style.sender.address,
    )
