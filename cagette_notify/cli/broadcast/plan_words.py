"""Word when a broadcast leaves that is planned, or to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.errors import NotifyError, Problem
from cagette_notify.core.formatting import instant
from cagette_notify.core.i18n import _, _n, spoken
from cagette_notify.run.held_broadcasts import is_plan_held

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from cagette_notify.broadcast.proposal import Proposal
    from cagette_notify.config.load import Config
    from cagette_notify.core.messages import PlannedMail
    from cagette_notify.core.model import Group


def departure(where: Group | Config, at: datetime) -> str:
    """Say a moment as the clocks of a group show it, or those of all where it is no longer in the data."""
    return instant(at.astimezone(where.timezone), spoken())


def leave_it(planned: PlannedMail, now: datetime) -> str:
    """Word the answer that changes nothing of a planned mail."""
    return _("leave it held") if is_plan_held(planned, now) else _("leave it planned")


def how_it_stays(where: Group | Config, planned: PlannedMail, now: datetime) -> str:
    """Say for when a mail stays planned, or what it waits for, as a sentence."""
    return overdue_plan(where, planned, now) or _(
        "It stays planned for {at}.", at=departure(where, planned.send_at)
    )


def overdue_plan(where: Group | Config, planned: PlannedMail, now: datetime) -> str:
    """Say of a planned mail that it should have left; nothing before its time."""
    at = departure(where, planned.send_at)
    if is_plan_held(planned, now):
        return _(
            "it was to leave on {at}, did not for a day, and is held until you send it, or call it off", at=at
        )
    if planned.send_at <= now:
        return _(
            "it was to leave on {at}, and has not yet; what it waits for: cagette-notify status",
            at=at,
        )
    return ""


def plan_as_it_stands(where: Group | Config, planned: PlannedMail, now: datetime) -> str:
    """Say when a planned mail leaves, and to how many it was to, or what it waits for."""
    return overdue_plan(where, planned, now) or _n(
        "for {at}, to whoever is in the list then; when it was planned: {count} address",
        "for {at}, to whoever is in the list then; when it was planned: {count} addresses",
        planned.addresses,
        at=departure(where, planned.send_at),
    )


def plan_facts(proposal: Proposal, now: datetime) -> Iterator[tuple[str, str]]:
    """Yield when the mail leaves, if that is not at once, or when it would have left."""
    group, planned, send_at = proposal.request.group, proposal.planned, proposal.request.send_at
    if planned and (send_at or planned.send_at <= now):
        yield _("Planned"), plan_as_it_stands(group, planned, now)
    elif planned:
        at = departure(group, planned.send_at)
        yield _("Planned"), _("this very mail is planned for {at}; sent now, it does not leave then", at=at)
    elif send_at:
        yield (
            _("Leaves"),
            _n(
                "on {at}, to whoever is in the list then (today {count} address)",
                "on {at}, to whoever is in the list then (today {count} addresses)",
                len(proposal.audience.mailboxes),
                at=departure(group, send_at),
            ),
        )


def planned_neighbour(proposal: Proposal) -> Iterator[str]:
    """Yield that another mail to the group is planned for about the same time, if one is."""
    if near := proposal.planned_neighbour:
        yield _(
            "another mail to this group is planned for {at}: {subject}",
            at=departure(proposal.request.group, near.mail.send_at),
            subject=near.mail.broadcast.content.subject,
        )
        is_asked_about = not (proposal.planned and proposal.request.send_at)  # but whether it stays planned
        if near.may_be_this_one and is_asked_about:
            yield _("it has this subject and these readers: if this is its text, corrected, answer r")
        if files := without_files(proposal):
            yield _("the planned one carries {files}, this one does not", files=files)


def without_files(proposal: Proposal) -> str:
    """Name the files that another planned mail carries and this one, which may take its place, does not."""
    if not proposal.planned_neighbour:
        return ""
    theirs, here = proposal.planned_neighbour.mail.broadcast.attachments, proposal.attachments
    known = {part for one in here for part in (one.filename, one.base64)}
    return ", ".join(one.filename for one in theirs if known.isdisjoint((one.filename, one.base64)))


def other_planned_no_more() -> NotifyError:
    """Say that nothing was recorded of a mail: what it was to leave instead of may have left."""
    message = _("what was planned has left meanwhile, or was called off; nothing was done now")
    return NotifyError(Problem(message))


def planned_no_more(proposal: Proposal, instead_of: str) -> Iterator[str]:
    """Yield what leaves no more when it was planned for: the same mail, or the one that it is instead of."""
    group, near = proposal.request.group, proposal.planned_neighbour
    if proposal.planned:
        yield _("It is planned no more for {at}.", at=departure(group, proposal.planned.send_at))
    if near and near.mail.broadcast.attempt == instead_of:
        at = departure(group, near.mail.send_at)
        yield _("The one that was planned for {at} leaves no more.", at=at)


def still_planned(where: Group | Config, planned: PlannedMail, now: datetime) -> str:
    """Say that a mail leaves later all the same, whatever was cancelled now."""
    subject, group = planned.broadcast.content.subject, planned.broadcast.group_id
    if how := overdue_plan(where, planned, now):
        return _("the mail {subject!r} to group {group}: {how}", subject=subject, group=group, how=how)
    at = departure(where, planned.send_at)
    return _(
        "the mail {subject!r} to group {group} stays planned for {at}", subject=subject, group=group, at=at
    )
