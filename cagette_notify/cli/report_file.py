"""Write the page of ``report -o``: what it takes from the ledger and Mailjet, and where it goes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cagette_notify.cli.prompt import own_terminal
from cagette_notify.cli.session import now, path_to_type
from cagette_notify.config.paths import sources_of
from cagette_notify.core.errors import NotifyError, Problem, UsageError
from cagette_notify.core.files import replace_file
from cagette_notify.core.i18n import _
from cagette_notify.core.mailjet_fates import FateCategory
from cagette_notify.data.roster import read_roster
from cagette_notify.delivery.choose_transport import mailjet_reader
from cagette_notify.helpdesk.provider_tally import by_provider, by_week
from cagette_notify.helpdesk.report_page import refusals_of, report_page
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.ledger.fates import FateBook
from cagette_notify.ledger.fates_by_domain import FatesByDomain

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from cagette_notify.config.load import Config
    from cagette_notify.core.mailjet_fates import Fate
    from cagette_notify.core.model import Member
    from cagette_notify.helpdesk.mail_report import Tally

_REFUSED = (FateCategory.BOUNCED, FateCategory.BLOCKED)  # what somebody called spam has arrived
_ASKED = 20  # failed mails whose servers' words are asked for, each a call; the newest


def write_page(config: Config, found: Tally, file: Path, *, was_asked: bool) -> None:
    """Write the page, for its owner alone; raise ``UsageError`` before it takes another file's place."""
    with open_ledger(config.ledger, read_only=True) as ledger:
        fates = FatesByDomain(ledger, config.account)
        counted, addresses = fates.counted(found.since), fates.addresses(found.since)
        unreached = FateBook(ledger, config.account).of_unreached(found.since, only_since=True)
    failed = sorted((one for one in unreached if one.outlook in _REFUSED), key=lambda one: one.at)
    providers, members = by_provider(counted, addresses), _members(config)
    words = _words(config, failed[-_ASKED:]) if was_asked and members is not None else {}
    page = report_page(
        found,
        weeks=by_week(counted, config.timezone),
        providers=providers,
        refusals=refusals_of(failed, words, providers, members or ()),
        zone=config.timezone,
    )
    _refuse_to_overwrite(file)
    replace_file(file, page.encode())


def _members(config: Config) -> tuple[Member, ...] | None:
    """Return whom the lists have; None where one can't be read, so that nobody knows who somebody is."""
    try:
        roster = read_roster(sources_of(config, now()), config.notifications)
    except NotifyError:
        return None
    return None if roster.unread else (*roster.members, *roster.people_set_aside)


def _words(config: Config, failed: Iterable[Fate]) -> dict[str, str]:
    """Return what servers said of mails, by message id; as far as Mailjet tells."""
    try:
        records = mailjet_reader(config, os.environ, now)
        return {one.message_id: records.smtp_words(one.message_id) for one in failed if one.message_id}
    except NotifyError:
        return {}


def _refuse_to_overwrite(file: Path) -> None:
    if not os.path.lexists(file):
        return
    shown = path_to_type(file)
    terminal = own_terminal(quiet=False)
    question = _("{file} is there already: write over it?", file=shown)
    if terminal and file.is_file() and terminal.confirm(question, default=False):
        return
    raise UsageError(Problem(_("{file} is there already, and stays as it is", file=shown), field="-o"))
