"""Keep a run within Mailjet's daily quota; defer the rest."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from cagette_notify.core.i18n import _
from cagette_notify.core.messages import AnyMail, Outcome
from cagette_notify.core.notices import Status
from cagette_notify.run.run_report import ReportLine, lines_of_mail

if TYPE_CHECKING:
    from cagette_notify.config.load import Config
    from cagette_notify.ledger.ledger import Ledger

Some = TypeVar("Some", bound="AnyMail")


def quota_left(config: Config, ledger: Ledger, quota: int, now: datetime) -> int:
    """Return how many mails may still leave today. Days are UTC days.

    What a clock that was ahead dates from a later day counts neither today nor on all days until then.
    """
    today = now.replace(hour=0, minute=0, second=0)
    return max(0, quota - ledger.count_between(config.account, today, today + timedelta(days=1)))


def within_quota(
    config: Config, ledger: Ledger, mails: list[Some], now: datetime
) -> tuple[list[Some], list[ReportLine]]:
    """Return the mails that still fit into today's quota, and a deferred line for each of the others.

    Mails come in the order of their urgency, broadcasts last.
    """
    quota = config.daily_quota
    if quota is None:
        return mails, []
    left = quota_left(config, ledger, quota, now)
    reason = _("the daily quota of {quota} mails is used up", quota=quota)
    outcome = Outcome(Status.DEFERRED, reason)
    ledger.defer(config.account, mails[left:], reason, now)
    return mails[:left], [line for mail in mails[left:] for line in lines_of_mail(mail, outcome)]
