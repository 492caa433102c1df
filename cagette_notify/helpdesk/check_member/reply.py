"""Word the reply to a member who gets no mail, without what isn't theirs to know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core import formatting as wording
from cagette_notify.core.mailjet_fates import Cause
from cagette_notify.core.text import fold, one_line
from cagette_notify.data.find_member import reader_names
from cagette_notify.helpdesk.check_member.findings import Health, Matter
from cagette_notify.mails.view_builder import group_view
from cagette_notify.mails.views import FindingView, NextView, Reader, ReplyView
from cagette_notify.planning.timeline import WILL_SEND

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cagette_notify.config.load import Config
    from cagette_notify.core.model import Distribution, Mailbox, Member
    from cagette_notify.helpdesk.check_member.diagnosis import Diagnosis
    from cagette_notify.helpdesk.check_member.evidence import MemberEvidence
    from cagette_notify.helpdesk.check_member.findings import Finding

NOT_FOUND = "not_found"
NOT_IN_SERVICE = "not_in_service"
NOTHING_LEFT = "nothing_left"
NOT_LOOKED_AT = "not_looked_at"

_ASKING = frozenset(
    (
        *(Matter.NO_ADDRESS, Matter.PLACEHOLDER, Matter.INVALID_ADDRESS, Matter.DOMAIN_TYPO),
        *(
            Matter.IN_NO_GROUP,
            Matter.GROUP_DISABLED,
            Matter.TWICE,
            Matter.ADDRESS_REFUSED,
            Cause.ADDRESS_UNKNOWN,
            Cause.DOMAIN_UNKNOWN,
        ),
        *(Cause.BOUNCED_LATELY, Cause.ON_BLOCKLIST, Cause.SPAM_COMPLAINT, Cause.UNSUBSCRIBED),
    )
)
"""Findings after which no mail will arrive, or not whole, before the member has done or said something."""

_OURS = frozenset(
    (
        *(Matter.SET_ASIDE, Matter.GROUP_HELD, Matter.NO_ORDERS_YET, Matter.TEXT_REFUSED),
        *(Matter.IN_DOUBT, Matter.NO_RUNS, Matter.NO_TRACE),
    )
)
"""Findings of which a member hears only that something went wrong on our side, and so once."""


def reply_to(
    diagnosis: Diagnosis, who: str, config: Config, language: str, distributions: Mapping[str, Distribution]
) -> ReplyView:
    """Word what was found for ``who`` asked in ``language``, and what will leave next.

    That is the account's holder, or the partner if it is their address or name: then the other one's
    mailbox is nobody's business but where it is all that there is to say.
    """
    case = diagnosis.case
    reader = _reader(case.member, who)
    told = list(_told(diagnosis, reader))
    asks_back = any(one.cause in _ASKING for one in told)
    serving = [group for group in case.groups if not group.disabled]
    named = serving or [
        group for group in case.groups if any(one.cause is Matter.GROUP_DISABLED for one in told)
    ]
    return ReplyView(
        language=language,
        member=Reader(one_line(reader.first_name), one_line(reader.last_name), one_line(reader.name)),
        group=group_view(named[0]) if named else None,
        sender=config.sender,
        findings=tuple(_view(case.member, reader, one) for one in told) or (_nothing_wrong(diagnosis),),
        next=None if asks_back or not case.is_mailed else _next(case, language, distributions),
        asks_back=asks_back,
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
        findings=(FindingView(NOT_FOUND),),
        next=None,
        asks_back=True,
        settings_url=config.settings_url,
        help_url=config.help_url,
    )


def _reader(member: Member, who: str) -> Mailbox | Member:
    """Return who asks: the partner, if their address or name was given and the holder's was not."""
    wanted = fold(who)
    for mailbox in member.mailboxes[1:]:
        is_theirs = wanted in reader_names(mailbox) | {fold(mailbox.first_name)}
        if is_theirs and wanted not in reader_names(member.mailboxes[0]):
            return mailbox
    return member


def _told(diagnosis: Diagnosis, reader: Mailbox | Member) -> Iterator[Finding]:
    """Yield each matter once, and of each address the gravest; the asker's own addresses first.

    Not what is wrong with the group's data: it is for the coordination to mend, and mostly of another
    distribution than the one whose mail somebody misses.
    """
    findings = [one for one in diagnosis.findings if one.cause is not Matter.GROUP_PROBLEM]
    is_trouble = any(_is_trouble(one) for one in findings)
    own = {reader.address} if hasattr(reader, "address") else set()
    found = [one for one in findings if one.cause and (_is_trouble(one) or not is_trouble)]
    if any(one.about in own for one in found):
        found = [one for one in found if not one.about or one.about in own]
    addresses: set[str] = set()
    causes: set[str] = set()
    for one in found:
        cause = "ours" if one.cause in _OURS else str(one.cause)
        if one.about in addresses or (cause in causes and (not one.about or cause == "ours")):
            continue
        if one.about:
            addresses.add(one.about)
        causes.add(cause)
        yield one


def _view(member: Member, reader: Mailbox | Member, one: Finding) -> FindingView:
    about = one_line(one.about)
    owners = [box for box in member.mailboxes if box.address == one.about and box.first_name]
    is_another_s = bool(owners) and fold(owners[0].first_name) != fold(reader.first_name)
    return FindingView(
        str(one.cause),
        about,
        about.rpartition("@")[2],
        one_line(one.meant),
        one_line(owners[0].first_name) if is_another_s else "",
        tuple(kind.value for kind in one.kinds),
    )


def _nothing_wrong(diagnosis: Diagnosis) -> FindingView:
    """Return what there is to say where nothing was found: no more than is known."""
    case = diagnosis.case
    if not case.is_mailed:
        return FindingView(NOT_IN_SERVICE)
    if diagnosis.health is Health.UNKNOWN:
        return FindingView(NOT_LOOKED_AT)
    return FindingView("" if case.has_left_something else NOTHING_LEFT)


def _is_trouble(finding: Finding) -> bool:
    return finding.health in {Health.PROBLEM, Health.WARNING}


def _next(case: MemberEvidence, language: str, distributions: Mapping[str, Distribution]) -> NextView | None:
    for event in case.upcoming:
        distribution = distributions.get(event.distribution_id)
        if event.status == WILL_SEND and distribution:
            day = distribution.starts_at.astimezone(case.zone).date()
            at = wording.instant(event.at.astimezone(case.zone), language) if event.at > case.now else ""
            return NextView(event.kind.value, wording.long_day(day, language), at)
    return None
