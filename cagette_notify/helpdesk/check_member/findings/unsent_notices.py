"""Judge a member's unsent notices: held back, waiting for orders, put off, in doubt, refused, late. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.commands_to_type import command_to_type
from cagette_notify.core.cron_alive import is_cron_alive
from cagette_notify.core.i18n import _
from cagette_notify.core.notices import WAITING, Status
from cagette_notify.core.order_book import OrdersState
from cagette_notify.helpdesk.check_member.findings.finding import Check, Finding, Health, Matter, next_run
from cagette_notify.helpdesk.check_member.findings.missed_notices import kind_and_occasion, missed_notices
from cagette_notify.helpdesk.check_member.findings.missing_orders import cure_of_row
from cagette_notify.helpdesk.check_member.findings.refused_mails import refused_before, refused_mails
from cagette_notify.planning.outlook.held_back import lookback_hours, lookback_until_the_end
from cagette_notify.planning.timeline import WILL_SEND
from cagette_notify.run.held_broadcasts import Rest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cagette_notify.helpdesk.check_member.evidence.member_evidence import MemberEvidence
    from cagette_notify.helpdesk.check_member.evidence.pieces_of_evidence import HeldBack
    from cagette_notify.planning.timeline import TimelineEvent


def unsent_notices(case: MemberEvidence) -> Iterator[Finding]:
    """Yield whether runs come through, what waits for its orders, what came too late, what is tried again."""
    yield from _stopped(case) if case.runs.refusal else _runs(case)
    yield from _held_back(case)
    yield from _waiting(case)
    yield from _waiting_for_duties(case)
    yield from missed_notices(case)
    yield from refused_before(case)
    for box in case.member.mailboxes:
        mine = [one for one in case.history if one.custom_id and one.address.casefold() == box.key]
        yield from _at_rest(case, mine)
        tried = [one for one in mine if one.custom_id not in case.at_rest]
        if tried and not _waits_for_somebody(case, tried[0]):  # which is said of the runs as a whole
            yield from _last_tried(case, tried)
        yield from _still_in_doubt(case, [one for one in tried if one.custom_id != tried[0].custom_id])


def _held_back(case: MemberEvidence) -> Iterator[Finding]:
    for one in case.held_back:
        if one.event.reason in WAITING:
            continue  # which is said with what it waits for
        text = _(
            "{notice} was due before the first run, which held it back so that nobody is flooded",
            notice=kind_and_occasion(case, one.event),
        )
        hours = lookback_hours(one.event.at, case.now)
        advice = _(
            "to send all that was due since then: cagette-notify send-due --lookback {hours}h", hours=hours
        )
        yield Finding(
            Check.LAST_MESSAGES,
            Health.WARNING,
            text,
            advice,
            Matter.HELD_BACK,
            kinds=(one.event.kind,),
            days=(one.distribution.starts_at.astimezone(case.zone).date(),),
            group_id=one.distribution.group_id,
        )


def _waiting(case: MemberEvidence) -> Iterator[Finding]:
    corrected = {one.distribution.id for one in case.waiting_corrections}
    for event, book in case.waiting:
        if event.distribution_id in corrected:
            continue  # which says what it waits for, too
        is_there = book.state is OrdersState.READY
        text = _(
            "{notice} is due, and waits for its orders: {file} ({state})",
            notice=kind_and_occasion(case, event),
            file=book.file or _("no file"),
            state=_("a row of this order can't be read") if is_there else _(book.state),
        )
        fetch = _("fetch the export of the orders")
        advice = cure_of_row(case, event.distribution_id) if is_there else fetch
        by_itself = next_run()
        if held := _held_back_too(case, event):
            advice, by_itself = _and_look_back(held, advice), ""
        if is_there:  # the reply says the same of the row itself
            days = tuple(
                one.distribution.starts_at.astimezone(case.zone).date()
                for one in case.unread_orders
                if one.distribution.id == event.distribution_id
            )
            yield Finding(
                *(Check.LAST_MESSAGES, Health.WARNING, text, advice, Matter.UNREAD_ORDER),
                days=days,
                group_id=event.group_id,
                by_itself=by_itself,
            )
        else:
            yield Finding(
                *(Check.LAST_MESSAGES, Health.WARNING, text, advice, Matter.NO_ORDERS_YET),
                group_id=event.group_id,
                by_itself=by_itself,
            )


def _held_back_too(case: MemberEvidence, event: TimelineEvent) -> HeldBack | None:
    return next((one for one in case.held_back if one.event == event), None)


def _and_look_back(held: HeldBack, advice: str) -> str:
    """Add how to send what the first run holds back besides, whenever that can leave."""
    return _(
        "{advice}; then, as it was due before the first run, which holds it back: "
        "cagette-notify send-due --lookback {hours}h",
        advice=advice,
        hours=lookback_until_the_end(held.event.at, held.distribution.starts_at),
    )


def _waiting_for_duties(case: MemberEvidence) -> Iterator[Finding]:
    """Yield what is due to whoever serves, or while a place is free: who does, or is, nobody knows."""
    for event, why in case.waiting_for_duties:
        if event.is_correction:
            continue  # it is said of what they were told
        text = _(
            "{notice} is due, and waits as it is not known who serves: {why}",
            notice=kind_and_occasion(case, event),
            why=_("; ").join(map(str, why)),
        )
        advice = (
            _("mend the file, or say that it is right; if they serve there, it leaves by the next run")
            if event.kind.traits.needs_duty
            else _(
                "mend the file, or say that it is right; if a place is free there, it leaves by the next run"
            )
        )
        if held := _held_back_too(case, event):
            advice = _and_look_back(held, _("mend the file, or say that it is right"))
        yield Finding(
            *(Check.LAST_MESSAGES, Health.WARNING, text, advice, Matter.NO_DUTIES_YET),
            group_id=event.group_id,
        )


def _at_rest(case: MemberEvidence, mine: Sequence[TimelineEvent]) -> Iterator[Finding]:
    """Yield each copy of a broadcast that does not leave by itself, whatever has left since."""
    for event in {one.custom_id: one for one in mine}.values():
        why = case.at_rest.get(event.custom_id)
        if why is None or why is Rest.GIVEN_UP:
            continue
        values = {"notice": kind_and_occasion(case, event), "address": event.address}
        advice = _("it leaves only if the same broadcast command is given again")
        if why is Rest.STOPPED:
            text = _("{notice} to {address} was stopped before it left", **values)
        elif why is Rest.HELD:
            text = _("{notice} to {address} was left unfinished for a day, and is held", **values)
        else:
            text = _(
                "{notice} to {address} is held, as its group is disabled or no longer in the data", **values
            )
            advice = _(
                "it leaves only if that is mended within a day, or the same command is given again then"
            )
        yield Finding(Check.LAST_MESSAGES, Health.PROBLEM, text, advice, Matter.AT_REST, event.address)


def _last_tried(case: MemberEvidence, tried: Sequence[TimelineEvent]) -> Iterator[Finding]:
    """Yield what became of the last mail to one address, where that is not settled, or was refused."""
    event, check = tried[0], Check.LAST_MESSAGES
    values = {
        "notice": kind_and_occasion(case, event),
        "address": event.address,
        "reason": event.reason or _("no reason given"),
    }
    if event.status == Status.FAILED.value:
        yield from refused_mails(case, tried)
    elif event.status == Status.DEFERRED.value:
        text = _("{notice} to {address} waits for the next run: {reason}", **values)
        by_itself = _("it leaves by itself if it is not too late then")
        yield Finding(check, Health.WARNING, text, "", Matter.PUT_OFF, event.address, by_itself=by_itself)
    elif event.is_in_doubt:
        yield _in_doubt(case, event)


def _still_in_doubt(case: MemberEvidence, earlier: Sequence[TimelineEvent]) -> Iterator[Finding]:
    """Yield each mail in doubt that newer ones followed: what became of those does not tell of it."""
    for event in {one.custom_id: one for one in earlier if one.is_in_doubt}.values():
        yield _in_doubt(case, event)


def _in_doubt(case: MemberEvidence, event: TimelineEvent) -> Finding:
    notice = kind_and_occasion(case, event)
    text = _(
        "{notice} to {address} is in doubt: nobody knows yet whether it left",
        notice=notice,
        address=event.address,
    )
    advice = _(
        "the next runs look it up; who knows that it arrived types this (or 'resend' or 'drop' "
        "in place of 'sent'): {command}",
        command=command_to_type("settle", event.custom_id, "sent"),
    )
    return Finding(Check.LAST_MESSAGES, Health.WARNING, text, advice, Matter.IN_DOUBT, event.address)


def _waits_for_somebody(case: MemberEvidence, event: TimelineEvent) -> bool:
    is_at_rest = event.custom_id in case.at_rest
    return bool(case.runs.refusal) and event.status == Status.DEFERRED.value and not is_at_rest


def _stopped(case: MemberEvidence) -> Iterator[Finding]:
    text = _("nothing leaves until somebody mends this: {reason}", reason=case.runs.refusal)
    advice = _("mend it, the next run then sends what is not too late: cagette-notify check")
    is_put_off = any(_waits_for_somebody(case, event) for event in case.history)
    is_due = any(event.status == WILL_SEND and event.at <= case.now for event in case.upcoming)
    if is_put_off or is_due:
        yield Finding(Check.LAST_MESSAGES, Health.PROBLEM, text, advice, Matter.STOPPED)
    else:
        yield Finding(Check.LAST_MESSAGES, Health.WARNING, text, advice, Matter.IDLE)


def _runs(case: MemberEvidence) -> Iterator[Finding]:
    last, overdue = case.runs.last_complete, case.runs.overdue
    since = case.instant(last) if last else ""
    advice = _("look at the crontab (crontab -l) and at what cron mailed; type: cagette-notify send-due")
    if overdue:
        text = _("{notice} is due and has not left", notice=kind_and_occasion(case, overdue[0]))
        text += _(": no run of send-due got to its end since {since}", since=since) if since else ""
        yield Finding(Check.LAST_MESSAGES, Health.PROBLEM, text, advice, Matter.NO_RUNS, overdue[0].address)
    elif last is None:
        yield Finding(Check.LAST_MESSAGES, Health.OK, _("no run of send-due has got to its end yet"))
    elif not is_cron_alive(last, case.now):
        text = _("no run of send-due got to its end since {since}", since=since)
        yield Finding(Check.LAST_MESSAGES, Health.WARNING, text, advice, Matter.IDLE)
