"""Fetch the fates of earlier mails now and then; say whom they don't reach, and which providers refuse."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.core.errors import NotifyError, Problem
from cagette_notify.delivery.transport import LookupFailed
from cagette_notify.ledger.fates import FateBook
from cagette_notify.ledger.fates_by_domain import FatesByDomain
from cagette_notify.ledger.run_memory import FOLLOW_UP_EVERY
from cagette_notify.run.hand_over import with_clock_problems, with_failure

if TYPE_CHECKING:
    from cagette_notify.delivery.mailjet.rest_api import MailjetReader
    from cagette_notify.run.context import Run
    from cagette_notify.run.run_report import RunReport

_TOO_FRESH = timedelta(minutes=15)  # Mailjet's index lags, and providers take their time
_FOLLOWED_FOR = timedelta(days=4)  # Mailjet itself gives up on a mail after that
_AGAIN_AFTER_FAILURE = timedelta(hours=1)
_LOOKED_BACK = timedelta(days=30)  # at fates that `report` found out, and nobody was told of yet
_MOST = 20_000  # messages looked at: no other run can send meanwhile


def follow_up_fates(run: Run, report: RunReport) -> RunReport:
    """Ask what became of the mails of the last days, if it is time to; say once whom they don't reach.

    Costs a run with nothing to follow up two small queries. That Mailjet can't be asked is nobody's
    trouble: it is asked again in an hour. Refused keys are one.
    """
    if not _may_ask(run, report):
        return report
    since = FateBook(run.ledger, run.account).oldest_open(run.now - _FOLLOWED_FOR, run.now - _TOO_FRESH)
    if since is None:
        return report
    from cagette_notify.delivery.choose_transport import mailjet_reader

    try:
        records = mailjet_reader(run.config, run.environ, run.clock)
        events = _find_out(run, records, since)
    except LookupFailed:
        return report
    except NotifyError as error:
        return replace(with_failure(report, error), fate_troubles=tuple(error.problems))
    return with_clock_problems(replace(report, events=(*report.events, *events), fate_troubles=()), records)


def _may_ask(run: Run, report: RunReport) -> bool:
    """Tell whether this run is one to ask in; not after an answer that forbids more calls."""
    is_cron_s = run.config.delivery.can_be_asked and run.request.moves_marks
    went_well = not report.stop and not report.failure
    return is_cron_s and went_well and run.memory.is_time_to_follow_up(run.now)


def _find_out(run: Run, records: MailjetReader, since: datetime) -> tuple[Problem, ...]:
    from cagette_notify.delivery.fetch_fates import fetch_fates
    from cagette_notify.delivery.refusing_providers import refusing_problem, refusing_providers
    from cagette_notify.delivery.unreachable_addresses import unreachable_addresses, unreachable_problem

    # Before the question: a run that dies while it waits must not make every run ask.
    run.memory.keep_follow_up(run.now + _AGAIN_AFTER_FAILURE)
    book = FateBook(run.ledger, run.account)
    fetch_fates(records, book, since=since, until=run.now, most=_MOST)
    run.memory.keep_follow_up(run.now + FOLLOW_UP_EVERY)
    fates = book.of_unreached(run.now - _LOOKED_BACK)
    fresh = {
        one.key: unreachable_problem(one)
        for one in unreachable_addresses(fates)
        if run.memory.is_news(one.key)
    }
    counted = FatesByDomain(run.ledger, run.account).counted(run.now - _FOLLOWED_FOR)
    fresh |= {
        one.key: refusing_problem(one, run.config.timezone)
        for one in refusing_providers(counted)
        if run.memory.is_news(one.key)
    }
    run.memory.keep_said(fresh, run.now)
    return tuple(fresh.values())
