"""Diagnose a member from the evidence: findings, health, verdict. Pure."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.i18n import _
from cagette_notify.helpdesk.check_member.addresses import addresses
from cagette_notify.helpdesk.check_member.findings import (
    Check,
    CheckResult,
    Finding,
    Health,
    Matter,
    gravest_first,
    worst,
)
from cagette_notify.helpdesk.check_member.last_messages import last_messages, mailjet_block
from cagette_notify.helpdesk.check_member.membership import membership
from cagette_notify.helpdesk.check_member.settings import activity, settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cagette_notify.helpdesk.check_member.evidence import MemberEvidence


class Diagnosis(Struct, frozen=True):
    """A case, what was found in it, the gravest first, and what it comes to."""

    case: MemberEvidence
    findings: tuple[Finding, ...]

    @property
    def health(self) -> Health:
        """How it stands with the member."""
        return worst(finding.health for finding in self.findings)

    @property
    def checks(self) -> tuple[CheckResult, ...]:
        """One result for each check that was made, the gravest first."""
        by_check: dict[Check, list[Finding]] = {}
        for finding in self.findings:
            by_check.setdefault(finding.check, []).append(finding)
        return tuple(_result(check, those) for check, those in by_check.items())

    @property
    def rank(self) -> int:
        """Where the gravest finding stands among the checks, the first keeping most mail away."""
        return list(Check).index(self.findings[0].check)

    @property
    def verdict(self) -> str:
        """One sentence: the gravest thing found, or that the mails arrive as far as anybody can know."""
        gravest = self.findings[0]
        if gravest.health in {Health.PROBLEM, Health.WARNING}:
            return gravest.summary
        if gravest.health is Health.UNKNOWN:
            return _("nothing wrong was found, but not all could be looked at: {what}", what=gravest.summary)
        if not self.case.is_mailed:
            return _("nothing is wrong, but nothing leaves this machine: delivery is outbox")
        if self.case.runs.last_complete is None:
            return _("nothing is wrong with the member, but no run of send-due has got to its end yet")
        accepted = (one.summary for one in self.findings if one.cause in {Matter.LOOK_IN_SPAM, Matter.OPENED})
        return next(accepted, _("nothing is wrong"))


def diagnose(case: MemberEvidence) -> Diagnosis:
    """Look at everything that can keep a mail from its reader."""
    looks = (membership, addresses, mailjet_block, settings, activity, last_messages, _inbox)
    found = chain.from_iterable(look(case) for look in looks)
    return Diagnosis(case, tuple(gravest_first(found)))


def _inbox(case: MemberEvidence) -> Iterator[Finding]:
    contacts = [group.contact.address for group in case.groups if group.contact]
    known = ", ".join(dict.fromkeys((case.sender.address, *contacts)))
    advice = _(
        "the member adds {addresses} to the contacts, looks in the spam folder, and marks what lies there as "
        "'not spam'",
        addresses=known,
    )
    yield Finding(Check.INBOX, Health.OK, _("in which folder a mail lies, only its reader can see"), advice)


def _result(check: Check, findings: Iterable[Finding]) -> CheckResult:
    those = list(findings)
    telling = [one for one in those if one.health is not Health.OK] or those
    advice = dict.fromkeys(one.advice for one in telling if one.advice)
    health = worst(one.health for one in those)
    if health is Health.WARNING and any(one.health is Health.UNKNOWN for one in those):
        health = Health.UNKNOWN  # what could not be looked at may be worse than what was seen
    return CheckResult(
        check,
        health,
        _("; ").join(dict.fromkeys(one.summary for one in telling)),
        _("; ").join(advice),
    )
