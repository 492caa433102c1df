"""Judge the addresses to which nothing has left, though others of the household had mail. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _
from cagette_notify.helpdesk.check_member.evidence.unwritten import WhyUnwritten
from cagette_notify.helpdesk.check_member.findings.finding import Check, Finding, Health, Matter
from cagette_notify.helpdesk.check_member.findings.missing_orders import left_in_words
from cagette_notify.helpdesk.check_member.findings.no_order import if_they_did_order, with_rows_of_nothing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cagette_notify.helpdesk.check_member.evidence.member_evidence import MemberEvidence
    from cagette_notify.helpdesk.check_member.evidence.unwritten import Unwritten


def unwritten_addresses(case: MemberEvidence) -> Iterator[Finding]:
    """Yield each of them, and why: in the spam folder of its reader nobody will find anything."""
    for one in case.unwritten:
        said = [_("nothing has left to {address} in the last 30 days", address=one.mailbox.address)]
        if one.left:
            said.append(left_in_words(case, one.left))
        local = one.distribution.starts_at.astimezone(case.zone).date() if one.distribution else None
        yield Finding(
            Check.LAST_MESSAGES,
            Health.WARNING,
            _("; ").join((*said, _why(case, one))),
            _cure(one),
            Matter.NOT_WRITTEN,
            one.mailbox.address,
            instead="" if one.left else one.instead,
            days=(local,) if local else (),
            group_id=one.distribution.group_id if one.distribution else "",
            left=(one.left,) if one.left else (),
            why=one.why.value,
            by_itself=_by_itself(one),
        )


def _why(case: MemberEvidence, one: Unwritten) -> str:
    if one.why is WhyUnwritten.TO_COME:
        return _("it is to leave to this address, too")
    if one.why is WhyUnwritten.NO_ORDER and one.distribution:
        day = case.day_of(one.distribution)
        summary = _(
            "no order in this name is known for {distribution} ({day})",
            distribution=one.distribution.id,
            day=day,
        )
        return with_rows_of_nothing(summary, one.rows)
    if one.why is WhyUnwritten.LATER:
        return _("this address was not in the data then, or could not be written to")
    return _(
        "what left to {address} was not of this account, or before this address was in the data",
        address=one.instead,
    )


def _cure(one: Unwritten) -> str:
    return {
        WhyUnwritten.TO_COME: "",
        WhyUnwritten.NO_ORDER: if_they_did_order(one.file or _("no file"), one.rows),
        WhyUnwritten.LATER: _("the next mails go to this address, too; tell the member what was in it"),
        WhyUnwritten.OTHERS: "",
    }[one.why]


def _by_itself(one: Unwritten) -> str:
    is_to_come = one.why is WhyUnwritten.TO_COME
    return _("it leaves by itself if it is not too late then") if is_to_come else ""
