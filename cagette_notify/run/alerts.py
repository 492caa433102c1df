"""Tell somebody by mail, or the system's log, what cron's runs say: their stderr may go nowhere."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from cagette_notify.core.errors import NotifyError
from cagette_notify.core.i18n import _
from cagette_notify.core.model import Contact
from cagette_notify.core.notices import Status
from cagette_notify.mails.operator_mail import plain_content, plain_message

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from cagette_notify.config.load import Config
    from cagette_notify.core.messages import Content, Message
    from cagette_notify.delivery.transport import Transport
    from cagette_notify.ledger.run_memory import Memory

SYSLOG = "syslog"
"""Stands in ``alert_to`` for the system's log."""

_MOST = 100  # lines in a mail: whoever broke a whole file need not be told of each of its lines


def note_alerts(config: Config, memory: Memory, lines: Sequence[str], now: datetime) -> None:
    """Keep what is to be told, until it was; to be called before the lines count as said."""
    if not lines or not config.alert_to:
        return
    if SYSLOG in config.alert_to:
        _log(lines)
    if _addresses(config):
        memory.keep_alerts_since(now)
        memory.keep_alerts(list(dict.fromkeys((*memory.alerts(), *lines)))[-_MOST:])


def tell(config: Config, memory: Memory, sender_id: str, transport_of: Callable[[], Transport]) -> bool:
    """Mail what is still to be told, and say whether nothing is left to tell.

    What surely did not leave waits for the next run. A mail in doubt counts as told: an alert is not
    worth a second copy. ``sender_id`` begins its CustomID, so that Mailjet can tell ledgers apart.
    """
    lines = memory.alerts() if config.alert_to else []
    if not lines:
        return True
    memory.keep_alerts([])  # first, or a full disk would have every run send them
    if _is_sent(_messages(config, lines, sender_id, memory.alerts_since()), transport_of):
        return True
    memory.keep_alerts(lines)
    return False


def _is_sent(messages: Sequence[Message], transport_of: Callable[[], Transport]) -> bool:
    try:
        transport = transport_of()
        transport.prepare()
        outcomes = transport.send(messages)
    except NotifyError:
        return False  # of that, the run has said what there is to say
    return not any(outcome.status is Status.DEFERRED for outcome in outcomes)


def _addresses(config: Config) -> list[str]:
    return [place for place in config.alert_to if place != SYSLOG]


def _messages(config: Config, lines: Sequence[str], sender_id: str, since: str) -> list[Message]:
    content = _content(config, lines)
    sender = Contact(config.sender.address, config.sender.name or "cagette-notify")
    # With the time: Mailjet drops a campaign's second copy, and the same line is told again after a day.
    digest = hashlib.sha256(f"{since} {content.text}".encode("utf-8", "replace")).hexdigest()[:16]
    name = f"{sender_id}-alert-{digest}"
    return [
        plain_message(f"{name}-{number}", name, sender, Contact(address), content)
        for number, address in enumerate(_addresses(config))
    ]


def _content(config: Config, lines: Sequence[str]) -> Content:
    import platform

    from cagette_notify.core.text import visible

    shown = [line if line.isprintable() else visible(line) for line in lines]
    where = _(
        "Written by cagette-notify on {machine}, with {config}. More: cagette-notify status",
        machine=platform.node(),
        config=visible(str(config.path)),
    )
    return plain_content(_subject(shown), [], shown, where)


def _subject(lines: Sequence[str]) -> str:
    if len(lines) > 1:
        return _("cagette-notify: {count} things to look at", count=len(lines))
    return lines[0] if lines[0].startswith("cagette-notify") else f"cagette-notify: {lines[0]}"[:120]


def _log(lines: Sequence[str]) -> None:
    import syslog

    syslog.openlog("cagette-notify")
    for line in lines:
        syslog.syslog(syslog.LOG_WARNING, line.encode("utf-8", "replace").decode())
