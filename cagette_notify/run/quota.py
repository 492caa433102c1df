"""Keep a run within Mailjet's daily quota; defer the rest."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from cagette_notify.core.i18n import _
from cagette_notify.core.messages import AnyMail, Outcome
from cagette_notify.core.notices import Mail, Status
from cagette_notify.planning.outlook.quota_room import QuotaRoom, renewed_at
from cagette_notify.run.run_report import ReportLine, lines_of_mail

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from cagette_notify.config.load import Config
    from cagette_notify.ledger.ledger import Ledger

Some = TypeVar("Some", bound="AnyMail")


def quota_left(config: Config, ledger: Ledger, quota: int, now: datetime) -> int:
    """Return how many mails may still leave today, a day of UTC.

    What a clock that was ahead dates from a later day counts neither today nor on all days until then.
    """
    tomorrow = renewed_at(now)
    today = tomorrow - timedelta(days=1)
    return max(0, quota - ledger.count_between(config.account, today, tomorrow))


def within_quota(
    config: Config,
    ledger: Ledger,
    mails: Sequence[Some],
    now: datetime,
    room_for_recaps: Callable[[], int] = lambda: 0,
) -> tuple[list[Some], list[ReportLine]]:
    """Return the mails that still fit into today's quota, and a deferred line for each of the others.

    Mails come in the order of their urgency: what is about an order first, broadcasts last. Of the others
    no more leave than leave room for the recaps that are still to come today.
    """
    quota = config.daily_quota
    if quota is None:
        return [*mails], []
    left = quota_left(config, ledger, quota, now)
    urgent = sum(map(_is_about_an_order, mails))
    kept = room_for_recaps() if urgent < len(mails) else 0
    fit = QuotaRoom(left, kept, renewed_at(now)).fitting(urgent, len(mails))
    reason = _("the daily quota of {quota} mails is used up", quota=quota)
    if fit < min(left, len(mails)):
        reason = _(
            "the daily quota of {quota} mails is used up, but for {count} that are kept for recaps",
            quota=quota,
            count=left - fit,
        )
    outcome = Outcome(Status.DEFERRED, reason)
    ledger.defer(config.account, mails[fit:], reason, now)
    return [*mails[:fit]], [line for mail in mails[fit:] for line in lines_of_mail(mail, outcome)]


def _is_about_an_order(mail: AnyMail) -> bool:
    return isinstance(mail, Mail) and mail.first.kind.traits.is_corrected
