"""The reply to a member who gets no mail: what was found, as far as it is the member's to know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify import wording
from cagette_notify.clean_text import one_line
from cagette_notify.diagnosis import Health, Matter
from cagette_notify.diagnosis.timeline import WILL_SEND
from cagette_notify.mail_views import FindingView, NextView, Reader, ReplyView
from cagette_notify.presentation import group_view

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cagette_notify.config import Config
    from cagette_notify.diagnosis import Case, Diagnosis
    from cagette_notify.model import Distribution

NOT_FOUND = "not_found"


def reply_to(
    diagnosis: Diagnosis, config: Config, language: str, distributions: Mapping[str, Distribution]
) -> ReplyView:
    """Word what was found for the member in ``language``, and what will leave next."""
    case = diagnosis.case
    member = case.member
    return ReplyView(
        language=language,
        member=Reader(one_line(member.first_name), one_line(member.last_name), one_line(member.name)),
        group=group_view(case.groups[0]) if case.groups else None,
        sender=config.sender,
        findings=tuple(_findings(diagnosis)),
        next=_next(case, language, distributions),
        settings_url=config.settings_url,
        help_url=config.help_url,
    )


def reply_to_nobody(config: Config, language: str) -> ReplyView:
    """Word the reply to somebody who is in no file."""
    return ReplyView(
        language=language,
        member=Reader("", "", ""),
        group=None,
        sender=config.sender,
        findings=(FindingView(NOT_FOUND, "", "", ""),),
        next=None,
        settings_url=config.settings_url,
        help_url=config.help_url,
    )


def _findings(diagnosis: Diagnosis) -> Iterator[FindingView]:
    """Yield each matter once, and of each address the gravest: what follows from it is no news."""
    told: set[tuple[str, str]] = set()
    addresses: set[str] = set()
    is_all_well = not any(_is_trouble(one.health) for one in diagnosis.findings)
    for one in diagnosis.findings:
        is_told = _is_trouble(one.health) or (one.cause is Matter.LOOK_IN_SPAM and is_all_well)
        key = (str(one.cause), one.about)
        if not one.cause or not is_told or key in told or (one.about and one.about in addresses):
            continue
        told.add(key)
        if one.about and _is_trouble(one.health):
            addresses.add(one.about)
        about = one_line(one.about)
        yield FindingView(str(one.cause), about, about.rpartition("@")[2], one_line(one.meant))


def _is_trouble(health: Health) -> bool:
    return health in {Health.PROBLEM, Health.WARNING}


def _next(case: Case, language: str, distributions: Mapping[str, Distribution]) -> NextView | None:
    for event in case.upcoming:
        distribution = distributions.get(event.distribution_id)
        if event.status == WILL_SEND and distribution and event.at > case.now:
            day = distribution.starts_at.astimezone(case.zone).date()
            at = wording.instant(event.at.astimezone(case.zone), language)
            return NextView(event.kind.value, wording.long_day(day, language), at)
    return None
