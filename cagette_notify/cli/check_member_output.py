"""Word a member's diagnosis for the screen, or as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.cli.check_member_timeline import for_each_address, timeline_in_lines
from cagette_notify.cli.colours import Tone
from cagette_notify.cli.wrapped_lines import wrapped_whole
from cagette_notify.core.i18n import _
from cagette_notify.core.text import one_line
from cagette_notify.data.members.find_member import describe_member
from cagette_notify.helpdesk.check_member.findings.finding import CheckResult, Health, worst

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cagette_notify.helpdesk.check_member.answer import MembersSurvey
    from cagette_notify.helpdesk.check_member.diagnosis import Diagnosis
    from cagette_notify.planning.timeline import TimelineEvent

NOT_FOUND_VERDICT = "not_found"


def in_lines(diagnosis: Diagnosis, reply: str, *, verbose: bool, width: int) -> Iterator[str]:
    """Yield the verdict, what is wrong with its cure, what left and what will, and the reply."""
    case = diagnosis.case
    yield from wrapped_whole(one_line(describe_member(case.member)), width, indent="  ")
    yield from wrapped_whole(_verdict(diagnosis), width, indent="  ")
    told = [one for one in diagnosis.sections if verbose or one.is_said or one.health is not Health.OK]
    verdict = diagnosis.verdict
    said = [one for one in told if one.summary == verdict or (one.is_said and one.summary in verdict)]
    in_order = list(_each_advice_once((*said, *(one for one in told if one not in said))))
    for check in in_order[: len(said)]:
        yield from _advice_in_lines(check, width)
    for check in in_order[len(said) :]:
        yield ""
        yield from _check_in_lines(check, width)
    yield from timeline_in_lines(case, diagnosis.blocked, verbose=verbose)
    if not case.has_usable_address:
        unreachable = _("No mail can reach them: say what follows by telephone, or where you meet.")
        yield from ("", *wrapped_whole(unreachable, width, indent="  "))
    elif diagnosis.is_ours_to_mend:
        first = _("Do what the arrow says first: it waits for no answer of the member's.")
        yield from ("", *wrapped_whole(first, width, indent="  "))
    yield from ("", _("Reply to paste:"), "", reply.rstrip("\n"))


def everybody_in_lines(diagnoses: Sequence[Diagnosis], survey: MembersSurvey, width: int) -> Iterator[str]:
    """Yield a line or two for each member in trouble, the worst first, and how many there are."""
    looked_at = len(survey.diagnoses)
    listed, odd = (
        sum(one.health is Health.WARNING for one in those) for those in (diagnoses, survey.diagnoses)
    )
    if not diagnoses and survey.problems:
        yield _(
            "Of those who could be looked at, nobody has a problem: {count}. Who is in a list that can't be "
            "read is not among them.",
            count=looked_at,
        )
    elif not diagnoses:
        yield _("Nobody has a problem; members looked at: {count}.", count=looked_at)
    for diagnosis in diagnoses:
        yield from wrapped_whole(one_line(describe_member(diagnosis.case.member)), width, indent="  ")
        wrong = (one for one in diagnosis.sections if one.health in {Health.PROBLEM, Health.WARNING})
        for check in _each_advice_once(wrong):
            yield from _check_in_lines(check, width, margin="  ")
        yield ""
    if diagnoses:
        yield _("Members with something to mend: {count} of {total}.", count=len(diagnoses), total=looked_at)
    if odd > listed:
        yield _("Of others, something looks odd: {count}; -v lists them, too.", count=odd - listed)


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


def tones_of_marks() -> dict[str, Tone]:
    """Return the tones of the words with which a verdict or a check begins."""
    tones = {Health.PROBLEM: Tone.PROBLEM, Health.WARNING: Tone.WARNING, Health.OK: Tone.FINE}
    return {_marks()[health]: tone for health, tone in tones.items()}


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


def _each_advice_once(checks: Iterable[CheckResult]) -> Iterator[CheckResult]:
    """Yield the checks without an advice that one before gives: what it mends is mended once."""
    given: set[str] = set()
    for check in checks:
        yield replace(check, advices=tuple(one for one in check.advices if one not in given))
        given.update(check.advices)


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
        "history": [_event_as_json(event) for event in for_each_address(case, case.history)],
        "upcoming": [_event_as_json(event) for event in for_each_address(case, case.ahead)],
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
