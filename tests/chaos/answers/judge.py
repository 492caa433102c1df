"""What may not be said of what happened: each untruth in a line."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from cagette_notify.helpdesk.check_member.findings.finding import Health, Matter
from cagette_notify.planning.timeline import WILL_SEND

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cagette_notify.helpdesk.check_member.diagnosis import Diagnosis
    from cagette_notify.planning.timeline import TimelineEvent
    from tests.chaos.answers.oracle import Landed, Oracle
    from tests.chaos.answers.world import Day, Household

UNSENT = frozenset(("skipped", "expired"))


def untruths(oracle: Oracle, one: Household, diagnosis: Diagnosis, reply: str) -> Iterator[str]:
    """Yield what is wrong in an answer about a household."""
    yield from _of_history(oracle, one, diagnosis)
    yield from _of_what_is_unsent(oracle, one, diagnosis)
    yield from _of_recaps(oracle, one, diagnosis)
    yield from _of_closings(oracle, one, diagnosis)
    yield from _of_reply(oracle, one, reply)
    yield from _of_reassurance(oracle, one, diagnosis)


def short(event: TimelineEvent) -> str:
    """Say an event in a line."""
    said = (event.kind.value, event.distribution_id, event.address, event.status, event.reason)
    return f"{' '.join(said)} at {event.at:%d %H:%M}{' (guess)' if event.is_guess else ''}"


def _of_history(oracle: Oracle, one: Household, diagnosis: Diagnosis) -> Iterator[str]:
    mine, said = oracle.of(one), {event.custom_id for event in diagnosis.case.history}
    for left in mine:
        is_theirs = left.address in one.addresses or (left.told and left.member_id == one.id)
        if is_theirs and left.custom_id not in said:
            yield f"left and not in the history: {left}"
    ids = {left.custom_id for left in mine}
    for event in diagnosis.case.history:
        if event.custom_id and event.status == "sent" and event.custom_id not in ids:
            yield f"in the history, and never theirs: {short(event)}"


def _of_what_is_unsent(oracle: Oracle, one: Household, diagnosis: Diagnosis) -> Iterator[str]:
    """Look for what is said not to have left, or to leave yet, though it left and is so."""
    for event in (*diagnosis.case.history, *diagnosis.case.upcoming):
        day = oracle.world.day_called(event.distribution_id)
        is_unsent = event.status in UNSENT or event.status == WILL_SEND
        if day is None or not is_unsent or event.address in oracle.server.account.bad_addresses:
            continue
        for left in oracle.of(one):
            is_it = left.kind == event.kind.value and day.mark in left.days
            is_later = event.is_guess or event.status == WILL_SEND
            # Of another hour, that is back since, it may be true that nothing left.
            is_later |= event.at > left.at and event.reason in {
                "",
                "waiting_for_orders",
                "waiting_for_duties",
            }
            if is_it and is_later and left.address == event.address.casefold() and oracle.holds(left, day):
                yield f"not sent, and yet it left: {short(event)} {left}"


def _of_recaps(oracle: Oracle, one: Household, diagnosis: Diagnosis) -> Iterator[str]:
    case, world = diagnosis.case, oracle.world
    for missing in case.missing_orders:
        day = world.day_called(missing.distribution.id)
        is_said = any(finding.cause is Matter.NO_ORDER for finding in diagnosis.findings)
        if day and is_said and not missing.left and (left := oracle.recaps(one, day)):
            yield f"no recap left for want of an order: {day} {left[-1]}"
    for missed in case.missed_recaps:
        day = world.day_called(missed.distribution.id)
        kind = "correction" if missed.is_correction else missed.kind
        had = [left for left in (oracle.recaps(one, day) if day else ()) if left.address == missed.address]
        if day and any(left.told == day.told and left.kind == kind for left in had):
            yield f"missed, and yet it left: {kind} {missed.address} {day}"
    for moved in case.uncorrected:
        day = world.day_called(moved.distribution.id)
        last = {left.address: left.told for left in (oracle.recaps(one, day) if day else ())}
        if not last:
            yield f"told otherwise, and was told nothing: {moved.distribution.id}"
        elif day and set(last.values()) == {day.told}:
            yield f"not corrected, and yet it was: {day}"


def _of_closings(oracle: Oracle, one: Household, diagnosis: Diagnosis) -> Iterator[str]:
    """Look for who is said to need no reminder as they had ordered, and never did."""
    for event in (*diagnosis.case.history, *diagnosis.case.upcoming):
        day = oracle.world.day_called(event.distribution_id)
        is_said = event.status in UNSENT and event.reason == "has_order"
        if is_said and day and (one.mark, day.mark) not in oracle.world.have_ordered:
            yield f"no reminder, as they had ordered, and they never did: {short(event)}"


def _of_reply(oracle: Oracle, one: Household, reply: str) -> Iterator[str]:
    # Mailjet remembers those who were forgotten, too.
    took = {left.address for left in oracle.landed if left.household == one.mark}
    if "aucun message ne vous a été envoyé" in reply and took & set(one.addresses):
        yield "reply: nothing left"
    for address in one.addresses:
        if f"Nos derniers messages à {address} ont bien" in reply and address not in took:
            yield f"reply: messages to {address} were taken"


def _of_reassurance(oracle: Oracle, one: Household, diagnosis: Diagnosis) -> Iterator[str]:
    """Look at the last distribution that a recap was due of, if all is well for whoever asks."""
    is_explained = any(finding.cause is Matter.NO_ORDER for finding in diagnosis.askers)
    has_run = diagnosis.case.runs.last_complete is not None
    if diagnosis.askers_health is not Health.OK or is_explained or one.forgotten_after or not has_run:
        return
    due = sorted(_due_to(oracle, one), key=lambda day: day.starts)
    if not due or due[-1].starts - timedelta(hours=23) < oracle.world.first_run:
        return
    day, own = due[-1], one.partner if diagnosis.case.partner else one.email
    upcoming = (event for event in diagnosis.case.upcoming if event.distribution_id == day.id)
    if any(event.status == WILL_SEND for event in upcoming):
        return
    left = [one for one in oracle.recaps(one, day) if one.address == own]
    if not left:
        yield from _none_left(oracle, one, day, own)
    elif day.cancelled:
        yield f"all is well, but it is cancelled: {day}"
    elif day.starts > oracle.world.now and left[-1].told != day.told:
        yield f"all is well, but they were told otherwise: {left[-1]} {day}"


def _due_to(oracle: Oracle, one: Household) -> Iterator[Day]:
    world = oracle.world
    for day in world.days:
        is_served = day.is_there and day.group in one.groups and day.group not in world.disabled
        is_due = day.starts - timedelta(hours=24) <= world.now
        if is_served and is_due and world.orders.get((one.mark, day.mark)):
            yield day


def _none_left(oracle: Oracle, one: Household, day: Day, own: str) -> Iterator[str]:
    """Leave out who came, or gave an address, too late for it; and who got another notice since."""
    elsewhere: list[Landed] = oracle.recaps(one, day)
    if day.cancelled or not one.is_set("recap_24h"):
        return
    if not elsewhere and one.row_since > day.starts - timedelta(hours=24):
        return
    after = elsewhere[-1].at if elsewhere else day.starts
    if not any(left.address == own and left.days and left.at > after for left in oracle.of(one)):
        yield f"all is well, but no recap left: {day}"
