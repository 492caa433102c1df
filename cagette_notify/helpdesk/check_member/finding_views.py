"""Word a finding as the template of the reply knows it, without what isn't theirs to know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core import formatting as wording
from cagette_notify.core.addresses import address_key
from cagette_notify.core.kinds import NOTICE_KINDS, Kind
from cagette_notify.core.mail_providers import provider_of
from cagette_notify.core.mailjet_fates import Cause
from cagette_notify.core.text import fold_name, one_line
from cagette_notify.mails.reply_views import FindingView, LeftView

if TYPE_CHECKING:
    from cagette_notify.helpdesk.check_member.evidence.member_evidence import MemberEvidence
    from cagette_notify.helpdesk.check_member.findings.finding import Finding
    from cagette_notify.planning.timeline import TimelineEvent


def finding_view(case: MemberEvidence, alike: list[Finding], language: str) -> FindingView:
    """Word a matter, and those alike of other addresses."""
    one, *others = alike
    address = one_line(one.about or one.instead)
    return FindingView(
        cause=str(one.cause),
        address=address,
        provider=provider_of(address),
        meant=one_line(one.meant),
        instead=one_line(one.instead),
        owner=_owner(case, address),
        kinds=tuple(kind.value for kind in one.kinds or _stopped(case, one)),
        covered=_covered(case, one),
        days=tuple(wording.long_day(day, language) if day else "" for day in one.days),
        group=case.group_called(one.group_id),
        at=wording.instant(one.starts_at, language) if one.starts_at else "",
        place=one.place,
        told_at=wording.instant(one.told_at, language) if one.told_at else "",
        told_place=one.told_place,
        # What was only written never reached them.
        left=tuple(_left(case, event, language) for event in one.left if case.is_mailed),
        why=one.why,
        is_anothers=any(
            box.address == one.about and not case.is_askers(box) for box in case.member.mailboxes
        ),
        also=tuple(finding_view(case, [other], language) for other in others),
    )


def _stopped(case: MemberEvidence, one: Finding) -> list[Kind]:
    """Return what was stopped with the link of a mail, where a finding is about that, and was on."""
    stopped = case.unsubscribed.get(address_key(one.about), {}) if one.cause is Cause.UNSUBSCRIBED else {}
    return [kind for kind in Kind if kind in stopped and (kind not in NOTICE_KINDS or case.is_on(kind))]


def _left(case: MemberEvidence, event: TimelineEvent, language: str) -> LeftView:
    """Word what had left; a former address is named only if it was surely theirs."""
    is_former = case.is_former(event.address)
    is_named = not is_former or event.address.casefold() in case.former
    address = one_line(event.address) if is_named else ""
    day = event.at.astimezone(case.zone).date()
    is_shared = case.member.partner is not None or any(box.of_partner for box in case.member.mailboxes)
    return LeftView(
        *(wording.long_day(day, language), address, _owner(case, address), is_former),
        is_households=is_shared,
        is_in_doubt=event.is_in_doubt,
        kind=event.kind.value,
        subject=one_line(event.subject),
    )


def _covered(case: MemberEvidence, one: Finding) -> tuple[str, ...]:
    """Return the addresses that get a notice all the same; not by whom: it may be a neighbour."""
    kinds = set(one.kinds)
    return tuple(dict.fromkeys(one_line(each.address) for each in case.covered if each.kind in kinds))


def _owner(case: MemberEvidence, address: str) -> str:
    """Return the first name of whoever reads an address, if that isn't who asks."""
    owners = [box for box in case.member.mailboxes if box.address == address and box.first_name]
    is_another_s = bool(owners) and fold_name(owners[0].first_name) != fold_name(case.asker.first_name)
    return one_line(owners[0].first_name) if is_another_s else ""
