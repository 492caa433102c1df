"""Lay out the status of the service as lines and a table, or as JSON."""

from __future__ import annotations

import os
from collections import Counter
from datetime import timezone
from typing import TYPE_CHECKING

from cagette_notify.cli.awaited_run import awaited_run
from cagette_notify.cli.colours import Tone
from cagette_notify.cli.exports_to_do import exports_to_do, lately, once_exported, soon
from cagette_notify.cli.newest_of_pattern import newest_of_pattern
from cagette_notify.cli.once_renewed import once_renewed
from cagette_notify.cli.session import path_to_type
from cagette_notify.cli.status_ahead import is_at_most, letters_leaving, lines_of_what_left, planned_lines
from cagette_notify.cli.until_real_mails import until_real_mails
from cagette_notify.core.commands_to_type import command_to_type
from cagette_notify.core.errors import Problem
from cagette_notify.core.formatting import clock, instant
from cagette_notify.core.i18n import _, _n, spoken
from cagette_notify.core.kinds import NOTICE_KINDS
from cagette_notify.core.labels import notice_label
from cagette_notify.core.mailjet_fates import fate_in_words
from cagette_notify.core.text import one_line
from cagette_notify.delivery.unreachable_addresses import command_about, unreachable_problem
from cagette_notify.planning.outlook.exports_needed import export_for
from cagette_notify.planning.outlook.without_mail import without_group_lines, without_mail_lines
from cagette_notify.run.held_broadcasts import is_plan_held
from cagette_notify.run.run_report import problems_as_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from cagette_notify.config.load import Config
    from cagette_notify.core.model import Member
    from cagette_notify.core.notices import Entry
    from cagette_notify.helpdesk.status import ServiceStatus
    from cagette_notify.planning.outlook.forecast import PlannedNotice


_NAMED = 5  # of those who were refused, or have no address


def status_lines(config: Config, found: ServiceStatus, days: int) -> Iterator[str | Problem]:
    """Yield what people read, above the table of what leaves, if anything does."""
    yield " ".join(filter(None, (_last_run(config, found), _next_mails(config, found))))
    if found.machine:
        yield _("The last run was on {machine}.", machine=found.machine)
    first_export, *other_exports = [*exports_to_do(config, found)] or [""]
    if first_export:
        yield first_export
    if not config.delivery.leaves_the_machine:
        outbox = path_to_type(config.outbox)
        yield _("Nothing leaves this machine: mails are only written to {outbox}.", outbox=outbox)
        yield until_real_mails(config)
    if found.in_doubt:
        message = _("In doubt: {count} mails; the next runs look them up.", count=found.in_doubt)
        yield Problem(message, is_warning=True)
    if found.deferred:
        yield _put_off(config, found)
    if found.troubles:
        yield _("Said by earlier runs, and not mended yet:")
        yield from (f"  {line}" for line in found.troubles)
    yield from map(unreachable_problem, found.lost)
    yield from map(_refusal, found.refused[:_NAMED])
    if more := len(found.refused[_NAMED:]):
        yield _("and {count} more that were refused: cagette-notify log --status failed", count=more)
    yield from _too_late(config, found)
    yield from (*found.in_the_way, *found.unannounced, *found.plans_at_rest)
    yield from other_exports
    yield from (newest_of_pattern(config, one) for one in found.chosen)
    yield from found.unused
    yield from without_mail_lines(found.without_address, _NAMED)
    yield from without_group_lines(found.in_no_group, _NAMED)
    yield from lines_of_what_left(config, found)
    yield from planned_lines(config, found)
    yield from _upcoming(found, days)


def tone_of_status(found: ServiceStatus) -> Tone | None:
    """Return the tone of the first line, which says that all is well, that cron isn't at work, or neither."""
    if not found.is_alive:
        return Tone.PROBLEM
    return Tone.FINE if found.is_well else None


def _put_off(config: Config, found: ServiceStatus) -> str:
    over = found.over_quota
    if not (over and found.quota_renewed_at):
        return _("Put off: {count} mails; the next runs send them.", count=found.deferred)
    renewed_at = found.quota_renewed_at.astimezone(config.timezone)
    once = once_renewed(renewed_at, over, config.daily_quota)
    if over == found.deferred:
        return _("Put off: {count} mails; they leave {once}.", count=over, once=once)
    return _(
        "Put off: {count} mails; {now} with the next run, the others {once}.",
        count=found.deferred,
        now=found.deferred - over,
        once=once,
    )


def _upcoming(found: ServiceStatus, days: int) -> Iterator[str]:
    if not found.is_foretold:
        yield _("What leaves in the next {days} days can't be told, for the reason that is named.", days=days)
    elif not (found.upcoming or [*letters_leaving(found, days)]):
        yield _("No notice is planned for the next {days} days.", days=days)
    else:
        yield _("The next {days} days:", days=days)


def _refusal(entry: Entry) -> str:
    return _(
        "{kind} of distribution {distribution} to {address}: refused: {reason}; what to do: {command}",
        kind=notice_label(entry.key.kind.value, is_correction=entry.is_correction),
        distribution=entry.key.distribution_id,
        address=entry.recipient,
        reason=one_line(entry.detail),
        command=command_about(entry.recipient),
    )


def _too_late(config: Config, found: ServiceStatus) -> Iterator[str]:
    """Yield what runs wrote off lately, if anything: each said so once, and nobody may have read it."""
    if not found.expired:
        return
    corrections = sum(one.count for one in found.expired if one.is_correction)
    counts: Counter[tuple[str, str]] = Counter()
    for one in sorted(found.expired, key=lambda one: NOTICE_KINDS.index(one.kind)):
        counts[one.kind.traits.counted] += 0 if one.is_correction else one.count
    others = [_n(*words, count) for words, count in counts.items() if count]
    first = min(one.first for one in found.expired)
    day = first.astimezone(config.timezone).date().isoformat()
    yield _(
        "Too late since {when}, and so not sent: {what}; to whom: {command}",
        when=lately(config, found.at, first),
        what=", ".join([_corrections(corrections), *others] if corrections else others),
        command=command_to_type("log", options=["--status", "expired", "--since", day]),
    )


def _last_run(config: Config, found: ServiceStatus) -> str:
    if found.last_run is None:
        return awaited_run(config.path, found.at, os.environ)
    local = found.last_run.astimezone(config.timezone)
    at = instant(local, spoken())
    if found.last_run > found.at:
        return _(
            "The last run that got to its end was on {at}, by a clock ahead of now: is cron at work?", at=at
        )
    if not found.is_alive:
        return _("The last run that got to its end was on {at}: is cron at work?", at=at)
    minutes = int((found.at - found.last_run).total_seconds() // 60)
    if not found.is_well:
        return _how_long_ago(minutes, clock(local, spoken()))
    if not minutes:
        return _("{well} It ran a moment ago.", well=_how_well(found))
    return _("{well} The last run was {minutes} min ago.", well=_how_well(found), minutes=minutes)


def _how_long_ago(minutes: int, at: str) -> str:
    if not minutes:
        return _("It runs: the last time just now, at {at}.", at=at)
    return _n(
        "It runs: the last time {count} minute ago, at {at}.",
        "It runs: the last time {count} minutes ago, at {at}.",
        minutes,
        at=at,
    )


def _how_well(found: ServiceStatus) -> str:
    """Say that nothing waits, and in the same breath who gets nothing all the same."""
    count = len(found.without_address)
    if found.in_no_group:
        return _n(
            "All is well, except that {count} member gets nothing, for want of a group or an address.",
            "All is well, except that {count} members get nothing, for want of a group or an address.",
            count + len(found.in_no_group),
        )
    if not count:
        return _("All is well.")
    return _n(
        "All is well, except that {count} member gets nothing, for want of an address.",
        "All is well, except that {count} members get nothing, for want of an address.",
        count,
    )


def _next_mails(config: Config, found: ServiceStatus) -> str:
    ahead = [one for one in found.upcoming if _may_leave(one)]
    letter = next(filter(found.goes_by_itself, found.planned), None)
    if letter and not (ahead and ahead[0].at < letter.send_at):
        return _(
            "Next to leave: {when}, the planned mail {subject}.",
            when=soon(config, found.at, letter.send_at),
            subject=letter.broadcast.content.subject,
        )
    if not ahead:
        return ""
    first = [one for one in ahead if max(one.at, found.at) == max(ahead[0].at, found.at)]
    return _(
        "Next to leave: {when}, {what}.",
        when=once_renewed(ahead[0].at.astimezone(config.timezone))
        if ahead[0].over_quota
        else soon(config, found.at, ahead[0].at),
        what=", ".join(_sure_and_waiting(config, found, first)),
    )


def _may_leave(one: PlannedNotice) -> bool:
    return not one.unread_members and bool(one.addresses or (one.export and one.waits_for_orders))


def _sure_and_waiting(config: Config, found: ServiceStatus, those: Sequence[PlannedNotice]) -> Iterator[str]:
    """Yield how many mails there are of each sort, those last that wait for an export, and for which."""
    yield from _counted([one for one in those if not one.export], found.at)
    for needed in found.exports:
        waiting = [one for one in those if one.export and export_for(one, found.exports) is needed]
        if waiting:
            counted = [*_counted(waiting, found.at)] or [*_uncounted(waiting)]
            yield ", ".join((*counted, once_exported(config, found, waiting[0])))


def _uncounted(those: Sequence[PlannedNotice]) -> Iterator[str]:
    """Name what leaves as long as nobody knows yet to how many."""
    if any(one.is_correction for one in those):
        yield _("corrections")
    if not all(one.is_correction for one in those):
        yield _("recaps")


def _counted(those: Sequence[PlannedNotice], now: datetime) -> Iterator[str]:
    """Yield how many mails there are of each sort; corrections leave first."""
    if corrections := sum(one.mails for one in those if one.is_correction):
        yield _corrections(corrections)
    counts: dict[tuple[tuple[str, str], bool], int] = {}
    for kind in NOTICE_KINDS:  # in whose order they are named
        mails = sum(one.mails for one in those if one.kind is kind and not one.is_correction)
        sort = kind.traits.counted, any(is_at_most(one, now) for one in those if one.kind is kind)
        counts[sort] = counts.get(sort, 0) + mails
    for (words, may_be_fewer), count in counts.items():
        if count:
            said = _n(*words, count)
            yield _("up to {mails}", mails=said) if may_be_fewer else said


def _corrections(count: int) -> str:
    return _n("{count} correction", "{count} corrections", count)


def _utc(when: datetime) -> str:
    return when.astimezone(timezone.utc).isoformat()


def status_document(found: ServiceStatus) -> dict[str, object]:
    """Return what ``--json`` prints."""
    return {
        "at": found.at.isoformat(),
        "delivery": found.delivery or None,
        "last_run": found.last_run.isoformat() if found.last_run else None,
        "machine": found.machine or None,
        "runs": found.is_alive,
        "in_doubt": found.in_doubt,
        "deferred": found.deferred,
        "over_quota": found.over_quota,
        "troubles": list(found.troubles),
        "blocked": [
            {"address": one.address, "since": one.first.at.isoformat(), "fate": fate_in_words(one.newest)}
            for one in found.lost
        ],
        "expired": [
            {"kind": one.kind.value, "is_correction": one.is_correction, "addresses": one.count}
            for one in found.expired
        ],
        "refused": [
            {
                "kind": one.key.kind.value,
                "distribution": one.key.distribution_id or None,
                "address": one.recipient,
                "reason": one.detail,
            }
            for one in found.refused
        ],
        "upcoming": [
            {
                "at": one.at.isoformat(),
                "kind": one.kind.value,
                "group": one.group_id,
                "distribution": one.distribution_id,
                "addresses": one.addresses,
                "waits_for_orders": one.waits_for_orders,
                "unread_orders": one.unread_orders,
                "waits_for_duties": one.waits_for_duties,
                "unread_members": one.unread_members,
                "already": one.already,
                "is_correction": one.is_correction,
                "over_quota": one.over_quota,
                "export": one.export or None,
            }
            for one in found.upcoming
        ]
        if found.is_foretold
        else None,
        "planned": [
            {
                "at": one.send_at.isoformat(),
                "group": one.broadcast.group_id,
                "subject": one.broadcast.content.subject,
                "addresses": one.addresses,
                "held": is_plan_held(one, found.at),
                "waits": not (is_plan_held(one, found.at) or found.goes_by_itself(one)),
            }
            for one in found.planned
        ],
        "problems": problems_as_json(found.problems),
        "warnings": problems_as_json(found.in_the_way),
        "unannounced": problems_as_json(found.unannounced),
        "exports": [
            {
                "file": needed.file,
                **({"after": _utc(needed.closes_at)} if needed.closes_at else {}),
                "by": needed.by.isoformat(),
                "distribution": needed.planned.distribution_id,
                "distributions": list(needed.distribution_ids),
                "is_there": needed.is_there,
            }
            for needed in found.exports
        ],
        "chosen": [{"name": one.pattern, "file": one.file} for one in found.chosen],
        "unused": problems_as_json(found.unused),
        "without_address": [*map(_member_as_json, found.without_address)],
        "in_no_group": [*map(_member_as_json, found.in_no_group)],
    }


def _member_as_json(member: Member) -> dict[str, object]:
    return {
        "member": member.handle,
        "name": member.name,
        "file": member.origin.file,
        "line": member.origin.line,
    }
