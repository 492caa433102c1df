"""Lay out ``report``: mails accepted per notice, failing addresses, problems."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.cli.names import read_names
from cagette_notify.cli.tables import table
from cagette_notify.core.errors import Problem
from cagette_notify.core.formatting import long_day
from cagette_notify.core.i18n import _, spoken
from cagette_notify.core.labels import label
from cagette_notify.core.mailjet_fates import fate_in_words
from cagette_notify.core.text import one_line
from cagette_notify.delivery.unreachable_addresses import command_about, unreachable_problem
from cagette_notify.helpdesk.mail_report import compared_with_promised, refusal_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from cagette_notify.config.load import Config
    from cagette_notify.helpdesk.mail_report import Counts, NoticeTally, Tally
    from cagette_notify.helpdesk.provider_tally import ProviderTally

_LONGEST_SUBJECT = 40


def report_lines(
    config: Config, found: Tally, *, was_asked: bool, providers: Sequence[ProviderTally] = ()
) -> Iterator[str | Problem]:
    """Yield the lines of a report: by notice, or by ``providers``."""
    counts = found.counts
    since = _day(config, found.since)
    if not counts.left:
        yield _in_doubt(found, since) if found.in_doubt else _("No mail has left since {day}.", day=since)
        yield from _failing(config, found)
        return
    yield _(
        "{accepted} of {left} accepted by the mail providers (mails that left since {day})",
        accepted=counts.accepted,
        left=counts.left,
        day=since,
    )
    yield _others(counts)
    if found.in_doubt:
        yield _in_doubt(found, since)
    if compared := compared_with_promised(found.last):
        yield compared
    yield from ("", *(_provider_table(providers) if providers else _table(config, found)).split("\n"))
    yield from _failing(config, found)
    for remark in report_problems(config, found, was_asked=was_asked):
        yield from ("", remark)


def report_problems(config: Config, found: Tally, *, was_asked: bool) -> list[Problem]:
    """Return what somebody should know besides the numbers."""
    lost = [unreachable_problem(streak) for streak in found.lost]
    return [_unheard_of(config, found), *lost] if was_asked and found.unheard_of else lost


def _others(counts: Counts) -> str:
    return _(
        "bounced: {bounced}, blocked: {blocked}, reported as spam: {spam}, waiting: {waiting}, "
        "no known fate: {unknown}",
        bounced=counts.bounced,
        blocked=counts.blocked,
        spam=counts.spam,
        waiting=counts.waiting,
        unknown=counts.unknown,
    )


def _in_doubt(found: Tally, since: str) -> str:
    return _(
        "in doubt: {count}, not known whether they left (tried since {day}); the next runs look them up",
        count=found.in_doubt,
        day=since,
    )


def _table(config: Config, found: Tally) -> str:
    names, today = read_names(config, found.until), found.until.astimezone(config.timezone).date()
    headers = [
        *(_("notice"), _("group"), _("distribution")),
        *(_("left"), _("accepted"), _("bounced"), _("blocked"), _("spam"), _("waiting"), _("unknown")),
    ]
    rows = (
        (
            *(_called(one), names.group(one.group_id), names.distribution(one.distribution_id, today)),
            *_numbers(one.counts),
        )
        for one in found.notices
    )
    return table(headers, rows, numbers=7)


def _provider_table(providers: Sequence[ProviderTally]) -> str:
    headers = [
        *(_("provider"), _("addresses")),
        *(_("left"), _("accepted"), _("bounced"), _("blocked"), _("spam"), _("waiting"), _("unknown")),
    ]
    rows = ((one.provider or _("others"), one.addresses, *_numbers(one.counts)) for one in providers)
    return table(headers, rows, numbers=8)


def _numbers(counts: Counts) -> tuple[int, ...]:
    return (
        *(counts.left, counts.accepted, counts.bounced, counts.blocked),
        *(counts.spam, counts.waiting, counts.unknown),
    )


def _called(one: NoticeTally) -> str:
    subject = one_line(one.subject)
    if not subject:
        return label(one.called)
    if len(subject) > _LONGEST_SUBJECT:
        subject = f"{subject[: _LONGEST_SUBJECT - 1]}…"
    return _("{kind}: {subject}", kind=label(one.called), subject=subject)


def _failing(config: Config, found: Tally) -> Iterator[str | Problem]:
    those = [(one.address, one.since, one.failures, fate_in_words(one.newest)) for one in found.failing]
    those += [(one.address, one.since, one.refusals, refusal_in_words(one)) for one in found.refused]
    if those:
        yield from ("", _("Addresses that fail repeatedly:"))
    for address, since, count, fate in those:
        said = _(
            "  {address}: failures since {day}: {count}; the last mail {fate}",
            address=address,
            day=_day(config, since),
            count=count,
            fate=one_line(fate),
        )
        yield Problem(said, is_warning=True)
        yield f"    {command_about(address)}"


def _unheard_of(config: Config, found: Tally) -> Problem:
    message = _(
        "Mailjet took the last mails ({count}) and knows nothing of them: perhaps {sender} is not validated; "
        "Mailjet says yes to mails from such a sender, and sends none; what to do: cagette-notify check",
        count=found.unheard_of,
        sender=config.style.sender.address,
    )
    return Problem(message, is_warning=True)


def _day(config: Config, moment: datetime) -> str:
    return long_day(moment.astimezone(config.timezone).date(), spoken())
