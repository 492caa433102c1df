"""Diagnose a member from the evidence: findings, health, verdict. Pure."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.i18n import _
from cagette_notify.core.labels import label
from cagette_notify.core.mailjet_fates import Cause
from cagette_notify.helpdesk.check_member.findings.addresses import addresses
from cagette_notify.helpdesk.check_member.findings.finding import (
    ARRIVED,
    EXPLAINING,
    MENDED_WITHOUT_THEM,
    Check,
    CheckResult,
    Finding,
    Health,
    Matter,
    gravest_first,
    worst,
)
from cagette_notify.helpdesk.check_member.findings.last_messages import last_messages, mailjet_block
from cagette_notify.helpdesk.check_member.findings.membership import membership
from cagette_notify.helpdesk.check_member.findings.settings import activity, settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cagette_notify.helpdesk.check_member.evidence.member_evidence import MemberEvidence


_OF_ORDERS = frozenset(
    (
        *(
            Matter.NO_ORDER,
            Matter.ORDERS_ELSEWHERE,
            Matter.CANCELLED,
            Matter.UNREAD_ORDER,
            Matter.UNTOLD_ORDER,
            Matter.INCOMPLETE_RECAP,
        ),
        *(Matter.CORRECTION_WAITS, Matter.RECAP_WAITS, Matter.CORRECTION_HELD, Matter.CORRECTION_STOPPED),
        *(Matter.NOT_CORRECTED, Matter.NOT_OF_GROUP, Matter.STRAY_ORDER),
        *(Matter.CALLED_OFF, Matter.OFF_ONCE_OPEN, Matter.BACK_ON),
    )
)

_BESIDE = EXPLAINING | {Matter.TWICE}
"""What a verdict names beside how the mails arrive."""


class Diagnosis(Struct, frozen=True):
    """A case, what was found in it, the gravest first, and what it comes to."""

    case: MemberEvidence
    findings: tuple[Finding, ...]

    @property
    def health(self) -> Health:
        """How it stands with the member."""
        return worst(finding.health for finding in self.findings)

    @property
    def askers(self) -> tuple[Finding, ...]:
        """What touches whoever asks: all but what is wrong with somebody else's address."""
        boxes = self.case.member.mailboxes
        own = {box.key for box in boxes if self.case.is_askers(box)}
        others = {box.key for box in boxes} - own
        return tuple(one for one in self.findings if not one.is_others and one.about.casefold() not in others)

    @property
    def askers_health(self) -> Health:
        """How it stands with whoever asks."""
        return worst(finding.health for finding in self.askers)

    @property
    def checks(self) -> tuple[CheckResult, ...]:
        """One result for each check that was made, the gravest first."""
        by_check: dict[Check, list[Finding]] = {}
        for finding in self.findings:
            by_check.setdefault(finding.check, []).append(finding)
        return tuple(_result(check, label(check.value), those) for check, those in by_check.items())

    @property
    def sections(self) -> tuple[CheckResult, ...]:
        """The checks, but what is found beside the matter of one stands under a heading of its own."""
        by_heading: dict[tuple[Check, str], list[Finding]] = {}
        for finding in self.findings:
            by_heading.setdefault((finding.check, _heading(finding)), []).append(finding)
        return tuple(_result(check, heading, those) for (check, heading), those in by_heading.items())

    @property
    def lacks_a_row(self) -> bool:
        """Tell whether a row names the member, or nearly does, that can't be read or attributed."""
        rows = (line for one in self.case.unread_orders for line in one.lines)
        return any(not line.is_anybodys for line in rows)

    @property
    def rank(self) -> int:
        """Where the gravest finding stands among the checks, the first keeping most mail away."""
        first = self.findings[0]
        return len(Check) if first.cause is Matter.TWICE else list(Check).index(first.check)

    @property
    def blocked(self) -> frozenset[str]:
        """The addresses, casefolded, to which Mailjet lets nothing through; after a link it only may drop."""
        blocks = (one for one in self.findings if one.check is Check.MAILJET_BLOCK and one.cause)
        return frozenset(one.about.casefold() for one in blocks if one.cause is not Cause.UNSUBSCRIBED)

    @property
    def is_ours_to_mend(self) -> bool:
        """Whether there is something to do, and nothing of it waits for what the member answers."""
        to_do = [one for one in self.findings if one.health is not Health.OK and (one.advice or one.look_at)]
        return bool(to_do) and all(one.cause in MENDED_WITHOUT_THEM for one in to_do)

    @property
    def verdict(self) -> str:
        """The gravest thing found for whoever asks, or that the mails arrive as far as anybody can know.

        A namesake silences nothing of that.
        """
        namesakes = [one.summary for one in self.askers if one.cause is Matter.TWICE]
        gravest = next(one for one in self.askers if one.cause is not Matter.TWICE)
        if gravest.health in {Health.PROBLEM, Health.WARNING}:
            return gravest.summary
        explained = [one.summary for one in self.askers if one.cause in EXPLAINING]
        fine = list(self._nothing_wrong(gravest, is_explained=bool(explained)))
        if not (explained or fine or namesakes):
            fine = [_("nothing is wrong")]
        return _("; ").join((*explained, *fine, *namesakes))

    def _nothing_wrong(self, gravest: Finding, *, is_explained: bool) -> Iterator[str]:
        if gravest.health is Health.UNKNOWN:
            yield _("nothing wrong was found, but not all could be looked at: {what}", what=gravest.summary)
        elif not self.case.is_mailed:
            yield _("nothing is wrong, but nothing leaves this machine: mails are only written to a folder")
        elif self.case.runs.last_complete is None:
            yield _("nothing is wrong with the member, but no run of send-due has got to its end yet")
        elif not is_explained:
            yield from [one.summary for one in self.askers if one.cause in ARRIVED][:1]


def diagnose(case: MemberEvidence) -> Diagnosis:
    """Look at everything that can keep a mail from its reader."""
    looks = (membership, addresses, mailjet_block, settings, activity, last_messages, _inbox)
    found = chain.from_iterable(look(case) for look in looks)
    return Diagnosis(case, tuple(gravest_first(found)))


def _inbox(case: MemberEvidence) -> Iterator[Finding]:
    writers = [case.sender, *(group.contact for group in case.groups)]
    known = ", ".join(dict.fromkeys(one.address for one in writers if one))
    advice = _(
        "the member adds {addresses} to the contacts, looks in the spam folder, and marks what lies there as "
        "'not spam'",
        addresses=known or _("the sender's address"),
    )
    yield Finding(Check.INBOX, Health.OK, _("in which folder a mail lies, only its reader can see"), advice)


def _heading(finding: Finding) -> str:
    if finding.cause is Matter.TWICE:
        return _("two accounts")
    if finding.cause in _OF_ORDERS:
        return _("orders")
    if finding.cause is Matter.UNREAD_DUTY:
        return _("duties")
    if finding.cause in {Matter.GROUP_PROBLEM, Matter.GROUP_HELD, Matter.GROUP_PAUSED}:
        return _("the group's data")
    return label(finding.check.value)


def _result(check: Check, heading: str, findings: Iterable[Finding]) -> CheckResult:
    those = list(findings)
    is_fine = all(one.health is Health.OK for one in those)
    telling = [one for one in those if is_fine or one.health is not Health.OK or one.cause in EXPLAINING]
    causes = chain.from_iterable(one.look_at for one in telling)
    advices = tuple(dict.fromkeys((*(one.advice for one in telling if one.advice), *causes)))
    by_itself = tuple(dict.fromkeys(one.by_itself for one in telling if one.by_itself))
    if by_itself and not advices:
        by_itself = (_("nothing: {what}", what=_("; ").join(by_itself)),)
    health = worst(one.health for one in those)
    if health is Health.WARNING and any(one.health is Health.UNKNOWN for one in those):
        health = Health.UNKNOWN  # what could not be looked at may be worse than what was seen
    return CheckResult(
        check,
        health,
        _("; ").join(dict.fromkeys(one.summary for one in telling)),
        advices + by_itself,
        heading,
        any(one.cause in _BESIDE for one in those),
    )
