"""Judge whether somebody is a member, of groups that are served. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _
from cagette_notify.core.notices import Reason, Status
from cagette_notify.helpdesk.check_member.findings.finding import Check, Finding, Health, Matter, next_run
from cagette_notify.planning.timeline import HELD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cagette_notify.core.model import Group
    from cagette_notify.helpdesk.check_member.evidence.member_evidence import MemberEvidence
    from cagette_notify.helpdesk.check_member.evidence.pieces_of_evidence import UnreadGroup

_TOLD = frozenset((Status.SENT.value, Status.CLAIMED.value, Status.IN_DOUBT.value))


def membership(case: MemberEvidence) -> Iterator[Finding]:
    """Yield what can be said of the member's groups."""
    yield from _memberships(case)
    for problem in case.holds:
        yield Finding(
            Check.MEMBERSHIP,
            Health.PROBLEM,
            str(problem),
            _("mend the file, or say that it is right; until then the whole group gets nothing"),
            Matter.GROUP_HELD if _keeps_something(case, problem.group_id) else Matter.GROUP_PAUSED,
            group_id=problem.group_id,
        )
    yield from map(_of_unread_list, case.unread_groups)
    for problem in case.group_problems:
        yield Finding(
            Check.MEMBERSHIP,
            Health.WARNING,
            _("of the group's data, this is left out: {problem}", problem=problem),
            _("correct it") if problem.group_id in {group.id for group in case.groups} else "",
            Matter.GROUP_PROBLEM,
            by_itself=next_run(),
        )
    for twin in case.twins:
        yield Finding(
            Check.MEMBERSHIP,
            Health.WARNING,
            _(
                "the same name has another account, {id} ({addresses}): each gets only its own orders",
                id=twin.id,
                addresses=", ".join(box.address for box in twin.mailboxes if not box.of_partner)
                or _("no address"),
            ),
            _("if it is one person, keep one of the two accounts"),
            Matter.TWICE,
            is_others=case.partner is not None,
        )


def _keeps_something(case: MemberEvidence, group_id: str) -> bool:
    """Tell whether a mail of the group is due, or came too late since the last that left."""
    told = (one.at for one in case.history if one.status in _TOLD and one.group_id == group_id)
    last = next(told, None)
    missed = [
        one.at
        for one in case.history
        if one.group_id == group_id and (one.status == Status.EXPIRED or one.reason == Reason.EXPIRED)
    ]
    is_due = any(
        one.status == HELD and one.at <= case.now for one in case.upcoming if one.group_id == group_id
    )
    return is_due or any(last is None or at > last for at in missed)


def _memberships(case: MemberEvidence) -> Iterator[Finding]:
    serving = [group for group in case.groups if not group.disabled]
    if case.is_set_aside:
        yield _set_aside(case)
    elif case.member.group_problems:
        yield _kept_out(case, is_somewhere=bool(serving))
    known = {group.id for group in case.groups}
    unread = [group_id for group_id in case.member.group_ids if group_id not in known]
    if unread:
        yield _of_unread_groups(unread, is_somewhere=bool(serving))
    if serving:
        yield _member_of(case, serving)
    elif case.groups:
        yield _all_disabled(case)
    elif not (unread or case.member.group_problems):
        yield _in_no_group(case)


def _member_of(case: MemberEvidence, serving: list[Group]) -> Finding:
    named = _("; ").join(_called(group) for group in serving)
    disabled = ", ".join(group.name for group in case.groups if group.disabled)
    if disabled:
        summary = _(
            "member of {groups}; and of {disabled}, which is disabled", groups=named, disabled=disabled
        )
    else:
        summary = _("member of {groups}", groups=named)
    return Finding(Check.MEMBERSHIP, Health.OK, summary)


def _set_aside(case: MemberEvidence) -> Finding:
    reasons = _("; ").join(f"{problem.called}: {problem.message}" for problem in case.row_problems)
    return Finding(
        Check.MEMBERSHIP,
        Health.PROBLEM,
        _(
            "the row {place} can't be read, so that nothing is sent: {reasons}",
            place=case.place,
            reasons=reasons,
        ),
        _("correct it in Cagette, then export the members again")
        if case.member.is_exported_with("")
        else _("correct the row"),
        Matter.SET_ASIDE,
        by_itself=next_run(),
    )


def _kept_out(case: MemberEvidence, *, is_somewhere: bool) -> Finding:
    values = {
        "place": case.place,
        "reasons": _("; ").join(f"{one.called}: {one.message}" for one in case.member.group_problems),
    }
    return Finding(
        Check.MEMBERSHIP,
        Health.WARNING if is_somewhere else Health.PROBLEM,
        _("the row {place} names another group too, from which nothing is sent: {reasons}", **values)
        if is_somewhere
        else _("the row {place} names no group that there is, so that nothing is sent: {reasons}", **values),
        _("correct the row"),
        Matter.SET_ASIDE,
        by_itself=next_run(),
    )


def _of_unread_list(unread: UnreadGroup) -> Finding:
    """Say that nobody can tell whether the group's list has the member: it is no reason to reassure."""
    values = {"group": unread.name, "problems": _("; ").join(map(str, unread.problems))}
    advice, then = _("mend the file"), next_run()
    if unread.is_known:
        summary = _(
            "known to the ledger as a member of {group} too, whose list of members can't be read now, so "
            "that nothing of it is sent: {problems}",
            **values,
        )
        return Finding(Check.MEMBERSHIP, Health.WARNING, summary, advice, Matter.GROUP_UNREAD, by_itself=then)
    summary = _(
        "nobody can tell whether {group} has this member too, as its list can't be read: {problems}", **values
    )
    return Finding(Check.MEMBERSHIP, Health.UNKNOWN, summary, advice, Matter.PERHAPS_UNREAD, by_itself=then)


def _of_unread_groups(group_ids: list[str], *, is_somewhere: bool) -> Finding:
    return Finding(
        Check.MEMBERSHIP,
        Health.WARNING if is_somewhere else Health.PROBLEM,
        _(
            "a member of {groups}, but that group's own row can't be read, so that nothing is sent",
            groups=", ".join(group_ids),
        ),
        _("correct the group's row"),
        Matter.GROUP_UNREAD if is_somewhere else Matter.GROUP_HELD,
        by_itself=next_run(),
    )


def _in_no_group(case: MemberEvidence) -> Finding:
    return Finding(
        Check.MEMBERSHIP,
        Health.PROBLEM,
        _("a member of no group ({place})", place=case.place),
        _(
            "ask the coordinator of the group whether the person is a member of it; if so, name the group in "
            "{place}, or fetch the members' export again",
            place=case.place,
        ),
        Matter.IN_NO_GROUP,
    )


def _all_disabled(case: MemberEvidence) -> Finding:
    group = case.groups[0]
    return Finding(
        Check.MEMBERSHIP,
        Health.PROBLEM,
        _(
            "only a member of {groups}, which is disabled ({place}:{line})",
            groups=", ".join(group.name for group in case.groups),
            place=group.origin.file,
            line=group.origin.line,
        ),
        _("take 'disabled' out if the group is active; else the person asks {whom}", whom=_whom(group)),
        Matter.GROUP_DISABLED,
    )


def _called(group: Group) -> str:
    return _("{group} (coordination: {whom})", group=group.name, whom=_whom(group))


def _whom(group: Group) -> str:
    if group.contact:
        return f"{group.contact.name} <{group.contact.address}>".strip()
    return ", ".join(group.coordinators) or _("nobody is named")
