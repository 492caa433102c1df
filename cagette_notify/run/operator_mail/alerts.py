"""Send alerts to alert_to: by mail or to syslog, what cron's runs say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.kinds import Kind
from cagette_notify.core.messages import OperatorMail
from cagette_notify.core.model import Contact
from cagette_notify.core.notices import Status
from cagette_notify.mails.operator_mail import alert_content, plain_message
from cagette_notify.run.operator_mail.send_operator_mail import (
    Desk,
    digest_of,
    drop_deferred,
    send_operator_mail,
    was_tried,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cagette_notify.config.load import Config

SYSLOG = "syslog"
"""Stands in ``alert_to`` for the system's log."""

_MOST = 100  # lines in a mail: whoever broke a whole file need not be told of each of its lines


def note_alerts(desk: Desk, lines: Sequence[str]) -> None:
    """Keep what is to be told, until it was; to be called before the lines count as said."""
    if not lines or not desk.config.alert_to:
        return
    if SYSLOG in desk.config.alert_to:
        _log(lines)
    if _addresses(desk.config):
        _forget_told(desk)
        desk.memory.keep_alerts_since(desk.now)
        desk.memory.keep_alerts(list(dict.fromkeys((*desk.memory.alerts(), *lines)))[-_MOST:])


def send_alerts(desk: Desk) -> bool:
    """Mail what is still to be told, and say whether nothing is left to tell.

    What surely did not leave is told by the next run, with what there is to say by then. What is in
    doubt counts as told: an alert is not worth a second copy.
    """
    mails = _mails(desk)
    alerts = [entry for entry in desk.unfinished() if entry.key.kind is Kind.ALERT]
    drop_deferred(desk, alerts, but=[mail.custom_id for mail in mails])
    if Status.DEFERRED in send_operator_mail(desk, mails):
        return False
    desk.memory.keep_alerts([])
    return True


def _forget_told(desk: Desk) -> None:
    """Forget the lines that a run claimed and then died, lest they be told again with the new ones."""
    mails = _mails(desk)
    if mails and all(was_tried(desk, mail.custom_id) for mail in mails):
        desk.memory.keep_alerts([])


def _addresses(config: Config) -> list[str]:
    return list({place.casefold(): place for place in config.alert_to if place != SYSLOG}.values())


def _mails(desk: Desk) -> list[OperatorMail]:
    """Return a mail with the lines that wait to each address: the same ones until there is another line.

    The ledger's id begins their CustomIDs, so that Mailjet can tell ledgers apart.
    """
    lines = desk.memory.alerts()
    if not lines:
        return []
    import platform

    config = desk.config
    content = alert_content(config.style, lines, machine=platform.node(), config_path=str(config.path))
    sender = Contact(config.style.sender.address, config.style.sender.name or "cagette-notify")
    # With the time: Mailjet drops a campaign's second copy, and the same line is told again after a day.
    occasion = digest_of(desk.memory.alerts_since(), *lines)
    campaign = f"{desk.ledger.ledger_id}-alert-{occasion}"
    return [
        OperatorMail(
            Kind.ALERT,
            occasion,
            desk.now,
            plain_message(
                f"{campaign}-{digest_of(address.casefold())[:8]}", campaign, sender, Contact(address), content
            ),
        )
        for address in _addresses(config)
    ]


def _log(lines: Sequence[str]) -> None:
    import syslog

    syslog.openlog("cagette-notify")
    for line in lines:
        syslog.syslog(syslog.LOG_WARNING, line.encode("utf-8", "replace").decode())
