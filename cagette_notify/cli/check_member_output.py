"""Word a member's diagnosis for the screen, or as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.cli.tables import listed
from cagette_notify.cli.wrapped_lines import wrapped_whole
from cagette_notify.core.i18n import _
from cagette_notify.core.labels import notice_label
from cagette_notify.core.mailjet_fates import fate_in_words
from cagette_notify.core.model import AddressState
from cagette_notify.core.notices import SKIPPED, Reason, Status
from cagette_notify.core.text import one_line
from cagette_notify.data.find_member import describe_member
from cagette_notify.helpdesk.check_member.findings import CheckResult, Health, worst
from cagette_notify.planning.timeline import HELD, WILL_SEND, TimelineEvent

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from cagette_notify.core.kinds import Kind
    from cagette_notify.core.model import Mailbox
    from cagette_notify.helpdesk.check_member.answer import MembersSurvey
    from cagette_notify.helpdesk.check_member.diagnosis import Diagnosis
    from cagette_notify.helpdesk.check_member.evidence import MemberEvidence

NOT_FOUND_VERDICT = "not_found"
_UNREACHABLE = {
    AddressState.PLACEHOLDER: Reason.PLACEHOLDER_ADDRESS.value,
    AddressState.INVALID: Reason.INVALID_ADDRESS.value,
}
_OF_A_PERSON = frozenset(
    reason.value
    for reason in (
        *(Reason.CANCELLED, Reason.GROUP_DISABLED, Reason.FIXED_CONTRACT, Reason.SETTING_OFF),
        *(Reason.INACTIVE, Reason.WAITING_FOR_ORDERS, Reason.NO_ORDER),
    )
)
"""Why a person gets nothing, whatever their address."""


def in_lines(diagnosis: Diagnosis, reply: str, *, verbose: bool, width: int) -> Iterator[str]:
    """Yield the verdict, what is wrong with its cure, what left and what will, and the reply."""
    case = diagnosis.case
    yield one_line(describe_member(case.member))
    yield from wrapped_whole(_verdict(diagnosis), width, indent="  ")
    told = [one for one in diagnosis.sections if verbose or one.is_said or one.health is not Health.OK]
    verdict = diagnosis.verdict
    said = [one for one in told if one.summary == verdict or (one.is_said and one.summary in verdict)]
    for check in said:
        yield from _advice_in_lines(check, width)
    for check in told:
        if check in said:
            continue
        yield ""
        yield from _check_in_lines(check, width)
    past, ahead = (
        _telling(case, _for_each_address(case, events), verbose=verbose)
        for events in (case.history, case.upcoming)
    )
    yield from _table(_("The last 30 days:"), case, past, _came_to)
    yield from _table(_("The next 30 days:"), case, ahead, _will_come_to)
    yield from ("", _("Reply to paste:"), "", reply.rstrip("\n"))


def everybody_in_lines(diagnoses: Sequence[Diagnosis], survey: MembersSurvey, width: int) -> Iterator[str]:
    """Yield a line or two for each member in trouble, the worst first, and how many there are."""
    looked_at = len(survey.diagnoses)
    odd = sum(one.health is Health.WARNING for one in survey.diagnoses)
    if not diagnoses and survey.problems:
        yield _(
            "Of those who could be looked at, nobody has a problem: {count}. Who is in a list that can't be "
            "read is not among them.",
            count=looked_at,
        )
    elif not diagnoses:
        yield _("Nobody has a problem; members looked at: {count}.", count=looked_at)
    for diagnosis in diagnoses:
        yield one_line(describe_member(diagnosis.case.member))
        for check in diagnosis.sections:
            if check.health in {Health.PROBLEM, Health.WARNING}:
                yield from _check_in_lines(check, width, margin="  ")
        yield ""
    if diagnoses:
        yield _("Members with something to mend: {count} of {total}.", count=len(diagnoses), total=looked_at)
    if odd and all(one.health is Health.PROBLEM for one in diagnoses):
        yield _("Of others, something looks odd: {count}; -v lists them, too.", count=odd)


def as_document(who: str, diagnoses: Sequence[Diagnosis], health: Health | None = None) -> dict[str, object]:
    """Return the document that ``check-member --json`` prints; ``health`` is of all, if not all are shown."""
    found = health or worst(one.health for one in diagnoses)
    verdict = found.value if diagnoses or not who else NOT_FOUND_VERDICT
    return {"who": who or None, "verdict": verdict, "members": [_as_json(one) for one in diagnoses]}


def as_failure(who: str) -> dict[str, object]:
    """Return the document where nothing could be looked at."""
    return {"who": who or None, "verdict": Health.UNKNOWN.value, "members": []}


def _verdict(diagnosis: Diagnosis) -> str:
    """Say how it stands with whoever asks, by name where it stands otherwise with the household."""
    case, mark = diagnosis.case, _marks()[diagnosis.askers_health]
    if case.partner or diagnosis.askers_health is not diagnosis.health:
        asker = case.asker.name or (case.partner.address if case.partner else case.member.handle)
        mark = _("{mark} for {who}", mark=mark, who=one_line(asker))
    return _("{what}: {reason}", what=mark, reason=one_line(diagnosis.verdict))


def _marks() -> dict[Health, str]:
    return {
        Health.PROBLEM: _("PROBLEM"),
        Health.WARNING: _("WARNING"),
        Health.UNKNOWN: _("UNKNOWN"),
        Health.OK: _("OK"),
    }


def _check_in_lines(check: CheckResult, width: int, margin: str = "") -> Iterator[str]:
    what = f"{margin}{_marks()[check.health]} {check.heading}"
    head = _("{what}: {reason}", what=what, reason=one_line(check.summary))
    yield from wrapped_whole(head, width, indent=f"{margin}  ")
    yield from _advice_in_lines(check, width, margin)


def _advice_in_lines(check: CheckResult, width: int, margin: str = "") -> Iterator[str]:
    before: list[str] = []
    for advice in check.advices:
        said, command = _parted(one_line(advice))
        before.append(said)
        if command:
            yield from wrapped_whole(_advised(before, margin), width, indent=f"{margin}     ")
            yield f"{margin}     {command}"  # whole: what is copied is typed as it stands
            before = []
    if before:
        yield from wrapped_whole(_advised(before, margin), width, indent=f"{margin}     ")


def _advised(advices: Iterable[str], margin: str) -> str:
    return f"{margin}  -> {_('; ').join(advices)}"


def _parted(advice: str) -> tuple[str, str]:
    """Part an advice from the command at its end, if there is one."""
    before, mark, command = advice.rpartition(" cagette-notify ")
    is_last = bool(mark) and before.endswith(":")
    return (before, f"{mark.strip()} {command}") if is_last else (advice, "")


def _telling(case: MemberEvidence, events: Iterable[TimelineEvent], *, verbose: bool) -> list[TimelineEvent]:
    """Leave out notices that are off for everybody who chose nothing: they would be on every line."""
    off = {kind for kind, is_on in case.defaults.items() if not is_on} - case.member.settings.keys()
    return [one for one in events if verbose or one.kind not in off or one.reason != Reason.SETTING_OFF]


def _for_each_address(case: MemberEvidence, events: Iterable[TimelineEvent]) -> list[TimelineEvent]:
    """Name each address of the household, that of whoever asks first, where none of them gets a notice.

    The plan and the ledger say once of a person that they get nothing, and name the first address.
    """
    events = list(events)
    named = {(one.kind, one.distribution_id, one.address.casefold()) for one in events}
    boxes = sorted((box.mailbox for box in case.mailboxes), key=lambda box: not case.is_askers(box))
    return [
        replace(event, address=box.address) if box else event
        for event in events
        for box in _of_whom_it_is_so(event, boxes, named)
    ]


def _of_whom_it_is_so(
    event: TimelineEvent, boxes: Sequence[Mailbox], named: Collection[tuple[Kind, str, str]]
) -> Sequence[Mailbox | None]:
    """Return the mailboxes that an event is about; None for the one that it names."""
    key = event.address.casefold()
    if event.reason not in _OF_A_PERSON or all(box.key != key for box in boxes):
        return [None]
    return [
        box for box in boxes if box.key == key or (event.kind, event.distribution_id, box.key) not in named
    ]


def _table(
    title: str,
    case: MemberEvidence,
    events: Iterable[TimelineEvent],
    what: Callable[[MemberEvidence, TimelineEvent], str],
) -> Iterator[str]:
    rows = [
        (
            f"{event.at.astimezone(case.zone):%Y-%m-%d %H:%M}",
            notice_label(event.kind.value, is_correction=event.is_correction),
            one_line(event.distribution_id or event.subject),
            one_line(event.address),
            what(case, event),
        )
        for event in events
    ]
    if rows:
        yield from ("", title, *listed(list(dict.fromkeys(rows))))  # a correction stands for two recaps


def _will_come_to(case: MemberEvidence, event: TimelineEvent) -> str:
    if event.status == WILL_SEND:
        return _("will leave")
    if event.status == HELD:
        return _("will not leave while the group is held")
    reason = event.reason
    by = [one.reader for one in case.covered if (one.kind, one.address) == (event.kind, event.address)]
    if reason == Reason.DUPLICATE_ADDRESS and by:
        return _("already covered by {who}", who=one_line(f"{by[0].name} ({by[0].handle})".strip()))
    needs_order = reason == Reason.NO_ORDER and event.distribution_id not in case.closed
    if needs_order or _waits_for_orders_to_come(case, event):
        if case.has_usable_address:
            if event.group_id in case.held:
                return _("will not leave while the group is held")
            return (
                _("leaves if there is an order by then")
                if needs_order
                else _("leaves once the orders are there, if there is one")
            )
        states = [box.state for box in case.member.mailboxes]
        reason = _UNREACHABLE[states[0]] if states else Reason.NO_ADDRESS.value
    return _("will not leave: {reason}", reason=_why(case, event, reason))


def _waits_for_orders_to_come(case: MemberEvidence, event: TimelineEvent) -> bool:
    """Tell whether the orders are not due yet: their export is fetched once everybody has ordered."""
    unread = {one.distribution.id for one in case.unread_orders}
    return event.reason == Reason.WAITING_FOR_ORDERS and event.distribution_id not in unread


def _came_to(case: MemberEvidence, event: TimelineEvent) -> str:
    if event.fate:
        return _with_reason(one_line(fate_in_words(event.fate)), "", event)
    if event.status == WILL_SEND:
        return _("will leave")
    if event.status == SKIPPED and event.is_guess:
        reason = _why(case, event, event.reason)
        return _("not sent; by today's data and settings: {reason}", reason=reason)
    if event.status == SKIPPED:
        return _("not sent: {reason}", reason=_why(case, event, event.reason))
    words = {
        Status.SENT.value: _("left") if case.is_mailed else _("written"),
        Status.FAILED.value: _("refused for good"),
        Status.DEFERRED.value: _("waits for the next run"),
        Status.IN_DOUBT.value: _("in doubt"),
        Status.CLAIMED.value: _("in doubt"),
        Status.EXPIRED.value: _("came too late, not sent"),
        Status.DROPPED.value: _("was not owed any more then")
        if _is_owed_again(case, event)
        else _("no longer owed, not tried again"),
    }
    return _with_reason(
        words.get(event.status, event.status), _reasons().get(event.reason, event.reason), event
    )


def _is_owed_again(case: MemberEvidence, event: TimelineEvent) -> bool:
    return any(
        (one.kind, one.distribution_id, one.address.casefold())
        == (event.kind, event.distribution_id, event.address.casefold())
        and one.status in {WILL_SEND, HELD}
        for one in case.upcoming
    )


def _with_reason(said: str, reason: str, event: TimelineEvent) -> str:
    reason = reason or (_("a row of the order could not be read") if event.is_incomplete else "")
    return _("{what}: {reason}", what=said, reason=one_line(reason)) if reason else said


def _why(case: MemberEvidence, event: TimelineEvent, reason: str) -> str:
    """Word a reason; what kept a notice away once may not be what a look at today's data finds."""
    unread = {one.distribution.id for one in case.unread_orders}
    waits = {waiting.distribution_id for waiting, _book in case.waiting}
    is_of_today = event.is_guess or event.at > case.now or event.distribution_id in waits
    if reason == Reason.WAITING_FOR_ORDERS and event.distribution_id in unread and is_of_today:
        return _("a row of this order can't be read")
    return _reasons().get(reason, reason)


def _reasons() -> dict[str, str]:
    return {
        Reason.CANCELLED.value: _("the distribution is cancelled"),
        Reason.GROUP_DISABLED.value: _("the group is disabled"),
        Reason.FIXED_CONTRACT.value: _("fixed contracts, nothing to order"),
        Reason.SETTING_OFF.value: _("this notice is off"),
        Reason.INACTIVE.value: _("inactive"),
        Reason.WAITING_FOR_ORDERS.value: _("the orders were not there, too old or in part illegible"),
        Reason.NO_ORDER.value: _("no order"),
        Reason.NO_ADDRESS.value: _("no address"),
        Reason.PLACEHOLDER_ADDRESS.value: _("no address (a placeholder)"),
        Reason.INVALID_ADDRESS.value: _("the address is invalid"),
        Reason.DUPLICATE_ADDRESS.value: _("the same address gets it already"),
        Reason.BEFORE_FIRST_RUN.value: _("due before such mails were first sent here"),
        Reason.SUPERSEDED.value: _("a later notice says the same"),
        Reason.NO_MEMBER.value: _("the member was not in the group any more"),
        Reason.ADDRESS_GONE.value: _("the address was not in the data any more"),
        Reason.NO_DISTRIBUTION.value: _("the distribution was not in the data any more"),
        Reason.MOVED.value: _("the distribution was moved"),
        Reason.EXPIRED.value: _("it was too late"),
    }


def _as_json(diagnosis: Diagnosis) -> dict[str, object]:
    case = diagnosis.case
    return {
        "id": case.member.id,
        "name": case.member.name,
        "addresses": [mailbox.address for mailbox in case.member.mailboxes],
        "groups": list(case.member.group_ids),
        "checks": [
            {
                "id": check.check.value,
                "status": check.health.value,
                "summary": check.summary,
                "advice": check.advice or None,
            }
            for check in diagnosis.checks
        ],
        "history": [_event_as_json(event) for event in _for_each_address(case, case.history)],
        "upcoming": [_event_as_json(event) for event in _for_each_address(case, case.upcoming)],
    }


def _event_as_json(event: TimelineEvent) -> dict[str, object]:
    return {
        "at": event.at.isoformat(),
        "kind": event.kind.value,
        "group": event.group_id,
        "distribution": event.distribution_id or None,
        "subject": event.subject or None,
        "address": event.address or None,
        "status": event.status,
        "reason": event.reason or None,
        "is_guess": event.is_guess,
        "fate": event.fate.outlook.value if event.fate else None,
        "custom_id": event.custom_id or None,
    }
