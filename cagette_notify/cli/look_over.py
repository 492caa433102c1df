"""Look over configuration, data files, ledger, templates and account, for ``check`` and ``init``."""

from __future__ import annotations

import os
import re
from collections import Counter
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct, field

from cagette_notify.cli.check_database import database_lines, rights_in_words
from cagette_notify.cli.newest_of_pattern import newest_of_pattern, older_of_pattern
from cagette_notify.cli.session import now
from cagette_notify.config.credentials import credentials
from cagette_notify.config.load import Config, cut_off_in
from cagette_notify.config.paths import sources_of
from cagette_notify.core.errors import (
    EXIT_DATA,
    EXIT_OK,
    EXIT_PARTIAL,
    ConfigError,
    NotifyError,
    Origin,
    Problem,
)
from cagette_notify.core.files import name_within
from cagette_notify.core.i18n import _, _n
from cagette_notify.core.model import AddressState, Member
from cagette_notify.data.dataset import Members, Survey, survey
from cagette_notify.data.files_in_use import (
    ChosenFile,
    chosen_files,
    counts_left_out,
    crossed_out,
    left_blank,
    misspelt_columns,
    unused_exports,
    without_any_orders,
    without_orders,
)
from cagette_notify.data.member_settings.read import load_member_settings
from cagette_notify.data.roster import Roster, roster_of
from cagette_notify.delivery.choose_transport import mailjet_reader, refuse_unusable_outbox
from cagette_notify.delivery.domain_check.check_domain import judge_volume, refused_sender
from cagette_notify.delivery.mailjet.account_check import check_account, judge_quota
from cagette_notify.helpdesk.check_member.findings.domain_typos import probable_domain
from cagette_notify.helpdesk.shared_ledger import of_server
from cagette_notify.helpdesk.status import ServiceStatus, service_status
from cagette_notify.ledger.connection import open_ledger, prove_ledger
from cagette_notify.ledger.fates import FateBook
from cagette_notify.mails.preview.trial import failing_templates
from cagette_notify.mails.renderer import Renderer
from cagette_notify.planning.outlook.status_warnings import (
    cancelled_repeats,
    with_placeholders,
    without_contact,
    without_members,
)
from cagette_notify.planning.outlook.without_mail import members_in_no_group, members_without_address
from cagette_notify.run.as_told.not_as_told import slips_since_told
from cagette_notify.run.machines import of_machines
from cagette_notify.run.reading.lost_settings import refuse_lost_settings
from cagette_notify.run.reading.unknown_names import unknown_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    from cagette_notify.delivery.account_finding import AccountFinding


_KEY = re.compile(r"[0-9a-f]{32}", re.IGNORECASE)
_IS_MAILJET_S = re.compile(r"https://([^/@]+\.)?mailjet\.com(:[0-9]+)?(/|$)", re.IGNORECASE)

_A_WEEK, _A_MONTH = timedelta(days=7), timedelta(days=30)


class CheckResults(Struct):
    """What was found so far: lines of trouble, of what is right and of advice, and the statuses they make.

    ``read`` says how much there was to read, ``people`` of members and addresses: data files with nothing in
    them are in order, too; ``chosen`` which files were, of several, and which rows aren't. ``unused`` counts
    the exports among the troubles that may well be left aside, ``stopping`` the first of them, as long as
    which nothing leaves.
    ``roster`` is who was read, where all could be, and ``status`` what status says of that.
    """

    read: str = ""
    people: str = ""
    unused: int = 0
    stopping: int = 0
    without_address: tuple[Member, ...] = ()
    in_no_group: tuple[Member, ...] = ()
    roster: Roster | None = None
    status: ServiceStatus | None = None
    chosen: list[str] = field(default_factory=list)
    troubles: list[str | Problem] = field(default_factory=list)
    fine: list[str] = field(default_factory=list)
    advice: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=lambda: [EXIT_OK])

    def add_problems(self, problems: Iterable[Problem]) -> None:
        """Add problems, each once: several looks may meet the same."""
        known = set(map(str, self.troubles))
        new = {str(one): one for one in problems if str(one) not in known}.values()
        stopping = [one for one in new if one.stops_all]
        self.troubles[self.stopping : self.stopping] = stopping
        self.stopping += len(stopping)
        self.troubles += [one for one in new if not one.stops_all]

    def add(self, findings: Iterable[AccountFinding]) -> None:
        """Add findings as they come: what was found before the keys were refused still stands."""
        for finding in findings:
            if finding.is_advice or finding.is_fine:
                kept = self.advice if finding.is_advice else self.fine
                kept += finding.lines()
            else:
                message, *record = finding.lines()
                trouble = Problem(message, is_warning=finding.exit_status == EXIT_OK)
                self.troubles += (trouble, *record)
            self.statuses.append(finding.exit_status)


def look_over(config: Config, *, offline: bool) -> CheckResults:
    """Return all that is to be said of a configuration, its data, its templates and its account."""
    surveyed = survey(sources_of(config, now()))
    counts = _counts(surveyed)
    found = CheckResults(read=_listed(counts, surveyed), people=_listed(counts[1:3], surveyed))
    found.chosen += _chosen(config, chosen_files(surveyed.calendar))
    found.chosen += counts_left_out(surveyed.calendar)
    found.chosen += crossed_out(surveyed.calendar, config.notifications)
    found.chosen += database_lines(surveyed)
    found.add_problems((*cut_off_in(config), *(one.in_full for one in surveyed.problems)))
    if any(not problem.is_warning for problem in surveyed.problems):
        found.statuses.append(EXIT_PARTIAL)
    found.add_problems((*left_blank(surveyed), *rights_in_words(surveyed)))
    unused = unused_exports(surveyed.calendar)
    found.unused = len(unused)
    found.without_address = members_without_address(surveyed.calendar.groups, surveyed.members.members)
    found.in_no_group = members_in_no_group(surveyed.members.members)
    found.add_problems((*_zeros(surveyed), *unused, *_suspect_domains(surveyed)))
    found.add_problems(with_placeholders(surveyed.calendar.groups))
    found.add_problems(cancelled_repeats(surveyed.calendar.distributions, now()))
    found.add_problems(without_orders(surveyed.calendar, now()))
    looks: list[Callable[[Config, CheckResults], None]] = [
        *(partial(_look_at_data, surveyed), _look_at_mails, partial(_look_at_quota, surveyed)),
        *(_look_at_outbox, _look_at_ledger, partial(_look_at_what_was_told, surveyed)),
        _look_at_status,
    ]
    if config.delivery.can_be_asked:
        looks += (_look_at_sender, _look_at_keys if offline else _look_at_mailjet, _look_at_volume)
    for look in looks:
        try:
            look(config, found)
        except NotifyError as error:
            found.add_problems(error.problems)
            found.statuses.append(error.exit_status)
    return found


def _chosen(config: Config, chosen: Iterable[ChosenFile]) -> Iterator[str]:
    for one in chosen:
        yield from filter(None, (newest_of_pattern(config, one), older_of_pattern(config, one)))


def _counts(surveyed: Survey) -> list[tuple[int, str]]:
    """Return how much there is of each thing, and that in words."""
    people = surveyed.members.members
    boxes = (box for one in people for box in one.mailboxes)
    groups, members = len(surveyed.calendar.groups), len(people)
    addresses = len({box.key for box in boxes if box.state is AddressState.USABLE})
    distributions = len(surveyed.calendar.distributions)
    return [
        (groups, _n("{count} group", "{count} groups", groups)),
        (members, _n("{count} member", "{count} members", members)),
        (addresses, _n("{count} address", "{count} addresses", addresses)),
        (distributions, _n("{count} distribution", "{count} distributions", distributions)),
    ]


def _listed(counts: Iterable[tuple[int, str]], surveyed: Survey) -> str:
    """Name how much there is; what could not be read whole is not none."""
    said = [said for count, said in counts if count or surveyed.is_whole]
    return ", ".join(said) or _("nothing whole")


def _zeros(surveyed: Survey) -> list[Problem]:
    if not surveyed.is_whole:
        return []
    zeros = ", ".join(said for count, said in _counts(surveyed) if not count)
    if zeros:
        message = _("nothing can leave as long as the data files have {zeros}", zeros=zeros)
        return [Problem(message, is_warning=True)]
    calendar, members = surveyed.calendar, surveyed.members
    people = (*members.members, *members.people_set_aside)
    unread = members.stopped_groups | members.unread_groups
    return [
        *without_contact(calendar.groups),
        *without_members(calendar.groups, calendar.distributions, people, now(), known_otherwise=unread),
    ]


def _suspect_domains(surveyed: Survey) -> Iterator[Problem]:
    for origin, address in _addresses(surveyed):
        if domain := probable_domain(address):
            message = _(
                "{address}: the domain looks mistyped; is it {domain}?", address=address, domain=domain
            )
            yield Problem(message, origin.file, origin.line, is_warning=True)


def _addresses(surveyed: Survey) -> Iterator[tuple[Origin, str]]:
    for group in surveyed.calendar.groups.values():
        contact = (group.contact.address,) if group.contact else ()
        yield from ((group.origin, address) for address in dict.fromkeys((*contact, *group.coordinators)))
    for member in surveyed.members.members:
        usable = {box.key: box.address for box in member.mailboxes if box.state is AddressState.USABLE}
        yield from ((member.origin, address) for address in usable.values())


def _look_at_data(surveyed: Survey, config: Config, found: CheckResults) -> None:
    if surveyed.calendar_is_whole:
        found.add_problems(misspelt_columns(surveyed.calendar))
    if not surveyed.is_whole:
        found.statuses.append(EXIT_DATA)
        return
    with open_ledger(config.ledger, read_only=True) as ledger:
        refuse_lost_settings(config, ledger)
    found.add_problems(_settings_not_begun(config))
    preferences = load_member_settings(config.notifications, config.folder)
    found.roster = roster = roster_of(surveyed.calendar, surveyed.members, preferences)
    with open_ledger(config.ledger, read_only=True) as ledger:
        if unknown_names(roster.of_nobody, ledger):
            found.statuses.append(EXIT_PARTIAL)


def _settings_not_begun(config: Config) -> Iterator[Problem]:
    """Yield a warning where changes are read from a file that somebody has named, and that never was."""
    if not config.notifications.exists() and config.notifications != config.folder / "notifications.csv":
        message = _(
            "no such file yet: the first change by cagette-notify notifications makes it; if members' "
            "changes stand in another file, name that one"
        )
        yield Problem(message, name_within(config.notifications, config.folder), is_warning=True)


def _look_at_mails(config: Config, _found: CheckResults) -> None:
    renderer = Renderer(config.style)
    renderer.check()
    if config.style.overrides and (failing := failing_templates(config, renderer, now())):
        raise ConfigError(*failing)


def _look_at_quota(surveyed: Survey, config: Config, found: CheckResults) -> None:
    quota = config.daily_quota
    largest = max(_sizes(surveyed.members), default=None) if quota else None
    if quota and largest:
        count, group_id = largest
        found.add([judge_quota(quota, group_id, count)])


def _look_at_outbox(config: Config, _found: CheckResults) -> None:
    refuse_unusable_outbox(config)


def _look_at_ledger(config: Config, found: CheckResults) -> None:
    prove_ledger(config.ledger)
    found.add_problems(of_server(config.ledger))
    with open_ledger(config.ledger, read_only=True) as ledger:
        found.add_problems(of_machines(ledger, ledger.clock(now)()))


def _look_at_what_was_told(surveyed: Survey, config: Config, found: CheckResults) -> None:
    if surveyed.calendar_is_whole:
        with open_ledger(config.ledger, read_only=True) as ledger:
            found.add_problems(slips_since_told(surveyed.calendar, ledger, config.account, now()))


def _look_at_status(config: Config, found: CheckResults) -> None:
    """Add what holds groups, measured by what the ledger remembers, and what the exports are needed for."""
    if found.roster:
        found.status = status = service_status(config, _A_WEEK, now(), read=found.roster)
        found.chosen += _chosen(config, (one for one in status.chosen if one.is_of_orders))
        found.add_problems((*status.problems, *status.empty_exports, *status.uncorrected))
        found.add_problems(status.held_back)
        found.add_problems(status.replaced)
        found.add_problems(without_any_orders(found.roster, config.rules, now()))
        if any(not problem.is_warning for problem in found.status.problems):
            found.statuses.append(EXIT_PARTIAL)


def _look_at_keys(config: Config, _found: CheckResults) -> None:
    keys = credentials(config, os.environ)
    # Elsewhere than at Mailjet, as in a rehearsal against a stand-in, a key may be anything.
    if _IS_MAILJET_S.match(config.mailjet.api_url) and not all(map(_KEY.fullmatch, keys)):
        message = _("these are no keys of Mailjet's API: each has 32 digits or letters from a to f")
        raise ConfigError(Problem(message, field="mailjet.credentials"))


def _look_at_sender(config: Config, found: CheckResults) -> None:
    found.add(refused_sender(config))


def _look_at_mailjet(config: Config, found: CheckResults) -> None:
    from cagette_notify.delivery.domain_check.dns_reader import DnsReader  # a tenth of a second

    dns = DnsReader(config.dns_resolver, config.mailjet.timeout)
    found.add(check_account(mailjet_reader(config, os.environ, now), config, dns))


def _look_at_volume(config: Config, found: CheckResults) -> None:
    """Add what receivers ask of whoever sends as many mails a day as left lately, or will."""
    with open_ledger(config.ledger, read_only=True) as ledger:
        fullest = FateBook(ledger, config.account).fullest_day(now() - _A_MONTH)
    ahead: Counter[date] = Counter()
    for planned in found.status.upcoming if found.status else ():
        ahead[planned.at.date()] += planned.mails
    domain = config.style.sender.address.rpartition("@")[2]
    found.add(judge_volume(domain, max(fullest, *ahead.values(), 0)))


def _sizes(members: Members) -> Iterator[tuple[int, str]]:
    """Yield how many addresses each group has, and its id."""
    addresses: dict[str, set[str]] = {}
    for member in members.members:
        usable = {box.key for box in member.mailboxes if box.state is AddressState.USABLE}
        for group_id in member.group_ids:
            addresses.setdefault(group_id, set()).update(usable)
    yield from ((len(keys), group_id) for group_id, keys in addresses.items())
