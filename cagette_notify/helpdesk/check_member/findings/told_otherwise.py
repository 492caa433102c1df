"""Judge what a member was told of another hour or place than holds, and who tells them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _
from cagette_notify.core.text import one_line
from cagette_notify.helpdesk.check_member.findings.finding import Check, Finding, Health, Matter
from cagette_notify.helpdesk.check_member.findings.no_order import if_they_did_order, with_rows_of_nothing
from cagette_notify.planning.announced import latest, when_and_where
from cagette_notify.planning.corrections.waiting_corrections import (
    WaitingCorrection,
    WaitsFor,
    cause_in_words,
    mail_in_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import tzinfo

    from cagette_notify.core.model import Distribution, Group
    from cagette_notify.core.notices import Entry
    from cagette_notify.helpdesk.check_member.evidence.member_evidence import MemberEvidence
    from cagette_notify.helpdesk.check_member.evidence.pieces_of_evidence import Uncorrected


def told_otherwise(case: MemberEvidence) -> Iterator[Finding]:
    """Yield the distributions that the member was told otherwise, where no mail says so by now.

    Whoever hears of it later, or never, would stand before a closed door.
    """
    by_mail: dict[tuple[str, bool, bool], list[WaitingCorrection]] = {}
    for one in case.waiting_corrections:
        by_mail.setdefault((one.distribution.id, one.is_correction, one.is_of_duty), []).append(one)
    for those in by_mail.values():
        yield _waiting(case, those)
    for left in case.uncorrected:
        values = _values(case, left.distribution, left.group.timezone, left.told)
        summary, advice = (
            _without_order(left, values) if left.is_members else _of_no_member(case, left, values)
        )
        matter = Matter.NOT_CORRECTED if left.is_members else Matter.NOT_OF_GROUP
        yield _finding(case, left.distribution, left.group, left.told, (matter, summary, advice))


def _waiting(case: MemberEvidence, those: Sequence[WaitingCorrection]) -> Finding:
    first = those[0]
    told = [one.told for one in those]
    summary = _(
        "{distribution} was told {told}, and it is {now}: {mail} waits {why}",
        mail=mail_in_words(first),
        why=cause_in_words(first),
        **_values(case, first.distribution, first.group.timezone, told),
    )
    advice, matter = {
        WaitsFor.ORDERS: (
            _("tell the member that it changed, and fetch the export of the orders"),
            Matter.RECAP_WAITS if first.may_never_leave else Matter.CORRECTION_WAITS,
        ),
        WaitsFor.ROW: (_("tell the member that it changed, and correct the row"), Matter.CORRECTION_WAITS),
        WaitsFor.DUTIES: (
            _("tell the member that it changed, and mend the file of duties, or say that it is right"),
            Matter.CORRECTION_HELD,
        ),
        WaitsFor.HOLD: (_("tell the member that it changed"), Matter.CORRECTION_HELD),
        WaitsFor.STOP: (_("tell the member that it changed"), Matter.CORRECTION_STOPPED),
    }[first.waits_for]
    return _finding(case, first.distribution, first.group, told, (matter, summary, advice))


def _finding(
    case: MemberEvidence,
    distribution: Distribution,
    group: Group,
    told: Sequence[Entry],
    what: tuple[Matter, str, str],
) -> Finding:
    (matter, summary, advice), zone = what, group.timezone
    local, last = distribution.starts_at.astimezone(zone), _last_of_asker(case, told)
    return Finding(
        Check.LAST_MESSAGES,
        Health.WARNING,
        summary,
        advice,
        matter,
        days=(local.date(),),
        group_id=group.id,
        starts_at=local,
        place=one_line(distribution.place),
        told_at=last.starts_at.astimezone(zone),
        told_place=one_line(last.place),
    )


def _last_of_asker(case: MemberEvidence, told: Sequence[Entry]) -> Entry:
    """Return what whoever asks heard last, or else their household."""
    own = {box.key for box in case.member.mailboxes if case.is_askers(box)}
    return latest([entry for entry in told if entry.key.address in own] or told)


def _values(
    case: MemberEvidence, distribution: Distribution, zone: tzinfo, told: Iterable[Entry]
) -> dict[str, str]:
    """Return the distribution in words: to which addresses it was told for when and where, and what holds."""
    addresses: dict[str, list[str]] = {}
    for entry in sorted(told, key=lambda entry: entry.revision):
        addresses.setdefault(when_and_where(zone, entry.starts_at, entry.place), []).append(entry.recipient)
    parts = (
        _("to {addresses} for {when}", addresses=", ".join(dict.fromkeys(those)), when=when)
        for when, those in addresses.items()
    )
    return {
        "distribution": case.with_group(distribution.id, distribution.group_id),
        "told": ", ".join(parts),
        "now": when_and_where(zone, distribution.starts_at, distribution.place),
    }


def _without_order(one: Uncorrected, values: Mapping[str, str]) -> tuple[str, str]:
    """Return what is so, and what to do about it, where the member has no order any more."""
    summary = _(
        "{distribution} was told {told}, and it is {now}: the correction goes only to those who have an "
        "order, and no order in this name is known any more",
        **values,
    )
    advice = (_("tell the member that it changed"), if_they_did_order(one.file, one.rows))
    return with_rows_of_nothing(summary, one.rows), _("; ").join(advice)


def _of_no_member(case: MemberEvidence, one: Uncorrected, values: Mapping[str, str]) -> tuple[str, str]:
    """Return the same where they are no member of the group, whatever is ordered in their name."""
    summary = _(
        "{distribution} was told {told}, and it is {now}: the correction goes only to members of {group}, "
        "and this member is none",
        group=one.group.name,
        **values,
    )
    return summary, _(
        "tell the member that it changed; if they are of {group}, name that group too in {place}",
        group=one.group.name,
        place=case.place,
    )
