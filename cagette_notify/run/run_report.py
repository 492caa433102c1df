"""Report what a run did: a line for each notice, problems, counts, JSON. Pure."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from cagette_notify.core.errors import EXIT_OK, Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.kinds import Kind
from cagette_notify.core.messages import AnyMail, Copy, OperatorMail, Outcome, StopReason
from cagette_notify.core.notices import SKIPPED, Entry, Mail, Notice, Skip, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from cagette_notify.core.notices import NoticeKey
    from cagette_notify.data.camap.source import DatabaseState


WOULD_SEND = "would_send"
COUNTED_STATUSES = (
    Status.SENT.value,
    Status.FAILED.value,
    Status.DEFERRED.value,
    Status.IN_DOUBT.value,
    SKIPPED,
    Status.EXPIRED.value,
    WOULD_SEND,
)


class ReportLine(Struct, frozen=True):
    """What one notice came to. Notices that share a mail share ``mail``, a CustomID or a stand-in."""

    kind: str
    group: str
    distribution: str
    member: str
    address: str
    status: str
    reason: str = ""
    mail: str = ""
    custom_id: str = ""
    message_id: str = ""
    is_correction: bool = False


class NothingDue(Struct, frozen=True):
    """A run had nothing to do for these groups; nor has any before ``until``, while nothing changes.

    Files tell that by themselves; of a database it is what there was then.
    """

    group_ids: frozenset[str]
    until: datetime
    database: DatabaseState | None = None


class RunReport(Struct, frozen=True):
    """A run's result. ``problems`` stand until mended; ``events`` happened once and are said once.

    ``served_nobody`` tells that whatever was due is stopped by data that can't be read.
    """

    at: datetime
    dry_run: bool = False
    lines: tuple[ReportLine, ...] = ()
    problems: tuple[Problem, ...] = ()
    events: tuple[Problem, ...] = ()
    stop: StopReason | None = None
    served_nobody: bool = False
    leaves_misled: bool = False  # somebody was told otherwise, and no mail says so
    failure: int = EXIT_OK  # the exit status of what ended the run early
    held_groups: frozenset[str] = frozenset()  # nothing of theirs was looked at
    groups_read: frozenset[str] = frozenset()  # whose members were
    order_problems: frozenset[Problem] = frozenset()  # among the problems
    unsaid: frozenset[Problem] = frozenset()  # with orders that no mail needs any more, and not mended
    missed_recaps: frozenset[str] = frozenset()  # groups of which recaps waited for their orders in vain
    needs_no_orders: frozenset[str] = frozenset()  # groups of which no mail waits for any
    is_for_all_groups: bool = True
    held_mails: tuple[Problem, ...] | None = None  # among the problems; None: nobody looked
    fate_troubles: tuple[Problem, ...] | None = None  # with asking for fates; None: they weren't told
    clock_troubles: tuple[Problem, ...] | None = None  # with our clock; None: nobody told the time
    news: tuple[str, ...] = ()  # the troubles and events that were not said lately
    all_well_again: bool = False
    all_is_served: bool = False  # of what was looked at: nothing is owed, in doubt, waiting or held
    quiet: NothingDue | None = None
    over_quota: int = 0  # of the mails deferred

    @property
    def counts(self) -> dict[str, int]:
        """Count mails by what became of them; skipped people are counted one by one."""
        mails: dict[str, set[str]] = defaultdict(set)
        for number, line in enumerate(self.lines):
            mails[line.status].add(line.mail or f"#{number}")
        return {status: len(mails[status]) for status in COUNTED_STATUSES}


def report_as_json(report: RunReport) -> dict[str, object]:
    """Return the document that ``send-due --json`` prints."""
    return {
        "at": report.at.isoformat(),
        "dry_run": report.dry_run,
        "counts": report.counts,
        "notices": [_line_as_json(line) for line in report.lines],
        "problems": problems_as_json(dict.fromkeys((*report.problems, *report.events))),
    }


def problems_as_json(problems: Iterable[Problem]) -> list[dict[str, object]]:
    """Return problems as JSON objects; what is unknown is null."""
    return [
        {
            "file": problem.file or None,
            "line": problem.line or None,
            "field": problem.field or None,
            "message": problem.message,
        }
        for problem in problems
    ]


def lines_of_mail(mail: AnyMail, outcome: Outcome) -> list[ReportLine]:
    """Return a line for each notice of a mail that was dealt with in this run, or for a broadcast's copy.

    None for alerts and summaries: a run's report is about members.
    """
    return [
        replace(line, reason=outcome.detail, custom_id=mail.custom_id, message_id=outcome.message_id)
        for line in _lines_of(mail, outcome.status.value)
    ]


def lines_of_dry_run(mails: Sequence[Mail | Copy]) -> list[ReportLine]:
    """Return a line for each notice that would leave; a CustomID is only given to what leaves."""
    return [line for mail in mails for line in _lines_of(mail, WOULD_SEND)]


def lines_of_missed(notices: Iterable[Notice], reasons: Mapping[NoticeKey, str]) -> list[ReportLine]:
    """Return a line for each notice that came too late; what one correction stood for counts as one mail."""
    return [
        replace(
            _line_of(one, None, Status.EXPIRED.value),
            reason=reasons.get(one.key, ""),
            mail=f"{one.distribution.id} {one.member.id} {one.mailbox.key}" if one.correction else "",
        )
        for one in notices
    ]


def _lines_of(mail: AnyMail, status: str) -> list[ReportLine]:
    if isinstance(mail, OperatorMail):
        return []
    if isinstance(mail, Copy):
        return [_line_of_copy(mail, status)]
    return [_line_of(notice, mail, status) for notice in mail.notices]


def _line_of(notice: Notice, mail: Mail | None, status: str) -> ReportLine:
    return ReportLine(
        kind=notice.kind.value,
        group=notice.group.id,
        distribution=notice.distribution.id,
        member=notice.member.id,
        address=notice.mailbox.address,
        status=status,
        mail=mail.custom_id if mail else "",
        is_correction=notice.correction,
    )


def _line_of_copy(copy: Copy, status: str) -> ReportLine:
    return ReportLine(
        kind=Kind.BROADCAST.value,
        group=copy.broadcast.group_id,
        distribution="",
        member="",
        address=copy.mailbox.address,
        status=status,
        mail=copy.custom_id,
    )


def lines_of_entries(entries: Iterable[Entry], status: Status) -> list[ReportLine]:
    """Return a line for each notice of an earlier run whose fate this run learnt, or still doubts."""
    return [
        ReportLine(
            entry.key.kind.value,
            entry.group_id,
            entry.key.distribution_id,
            entry.key.member_id,
            entry.recipient,
            status.value,
            entry.detail,
            entry.custom_id,
            entry.custom_id,
            entry.message_id,
            entry.is_correction,
        )
        for entry in entries
    ]


def lines_of_skips(skips: Iterable[Skip]) -> list[ReportLine]:
    """Return a line for everybody who gets nothing, with the reason."""
    return [
        ReportLine(
            skip.kind.value,
            skip.group_id,
            skip.distribution_id,
            skip.member_id,
            skip.address,
            SKIPPED,
            skip.reason.value,
            is_correction=skip.is_correction,
        )
        for skip in skips
    ]


def _line_as_json(line: ReportLine) -> dict[str, object]:
    return {
        "kind": line.kind,
        "group": line.group,
        "distribution": line.distribution or None,
        "member": line.member or None,
        "address": line.address or None,
        "status": line.status,
        "reason": line.reason or None,
        "custom_id": line.custom_id or None,
        "message_id": line.message_id or None,
    }


def all_well_again() -> str:
    """Return what is said once no trouble stands any more."""
    return _("cagette-notify: all well again")
