"""Gather the status of the service: last run, what waits, unreachable addresses, next mails."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from cagette_notify.broadcast.depart import plans_at_rest, plans_waiting
from cagette_notify.config.paths import sources_of
from cagette_notify.core.cron_alive import is_cron_alive
from cagette_notify.core.errors import ConfigError, NotifyError, Problem
from cagette_notify.core.i18n import spoken
from cagette_notify.core.kinds import NOTICE_KINDS, Kind
from cagette_notify.core.notices import Entry, Status
from cagette_notify.data.calendar import closing_after_export
from cagette_notify.data.files_in_use import (
    ChosenFile,
    chosen_files,
    unused_exports,
    without_any_orders,
    without_orders,
)
from cagette_notify.data.replaced_orders import replaced_orders
from cagette_notify.data.roster import Roster, read_roster
from cagette_notify.delivery.choose_transport import refuse_unusable_outbox
from cagette_notify.delivery.unreachable_addresses import FailureStreak, unreachable_addresses
from cagette_notify.helpdesk.begun_without_recaps import begun_without_recaps
from cagette_notify.helpdesk.empty_exports import empty_exports
from cagette_notify.helpdesk.outlook import Outlook, outlook
from cagette_notify.helpdesk.still_refused import still_refused
from cagette_notify.ledger.broadcasts import BroadcastBook
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.ledger.fates import FateBook
from cagette_notify.ledger.history import Expired, HistoryBook
from cagette_notify.ledger.machines import MachineBook
from cagette_notify.ledger.planned import PlannedBook
from cagette_notify.ledger.run_memory import RunMemory
from cagette_notify.planning.corrections.left_uncorrected import of_uncorrected
from cagette_notify.planning.outlook.exports_needed import NeededExport, exports_needed, marked_as_waiting
from cagette_notify.planning.outlook.forecast import PlannedNotice, in_order
from cagette_notify.planning.outlook.held_back import held_in_words
from cagette_notify.planning.outlook.quota_room import parted_by_quota, put_off_by_quota
from cagette_notify.planning.outlook.status_warnings import (
    beyond_quota,
    cancelled_repeats,
    of_unread_lists,
    of_waiting_corrections,
    without_addresses,
    without_contact,
    without_distributions,
    without_members,
)
from cagette_notify.planning.outlook.strangers import of_nobody, of_strangers, of_unread_rows
from cagette_notify.planning.outlook.unannounced import of_unannounced
from cagette_notify.planning.outlook.without_mail import members_in_no_group, members_without_address
from cagette_notify.run.as_told.not_as_told import announced_ahead, not_as_told
from cagette_notify.run.as_told.uncorrected import still_uncorrected
from cagette_notify.run.held_broadcasts import is_plan_held, part_held, stopped_in_part
from cagette_notify.run.machines import of_machines
from cagette_notify.run.moved_source import without_left_behind
from cagette_notify.run.reading.lost_settings import refuse_lost_settings
from cagette_notify.run.reading.new_distribution_ids import as_taken_over
from cagette_notify.run.room_for_recaps import room_today
from cagette_notify.run.said_once import standing_still

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cagette_notify.config.load import Config
    from cagette_notify.core.messages import BroadcastProgress, PlannedMail
    from cagette_notify.core.model import Distribution, Group, Member
    from cagette_notify.core.order_book import OrderBook
    from cagette_notify.ledger.ledger import Ledger

_LOOKED_BACK = timedelta(days=30)
_LATELY = timedelta(days=2)
_UNKNOWN = Outlook()


class ServiceStatus(Struct, frozen=True):
    """All that ``status`` tells. ``troubles`` are the lines that a run said and that still stand.

    With ``problems`` alone where nothing else can be known; ``delivery`` is empty if not even that is.
    Without ``is_foretold`` nobody knows what is ``upcoming``: the data can't be read.
    """

    at: datetime
    delivery: str
    last_run: datetime | None = None
    machine: str = ""  # that ran last, of those that share a ledger
    in_doubt: int = 0
    deferred: int = 0
    over_quota: int = 0  # of those deferred: the quota keeps them until it is renewed
    quota_renewed_at: datetime | None = None
    troubles: tuple[str, ...] = ()
    lost: tuple[FailureStreak, ...] = ()
    refused: tuple[Entry, ...] = ()
    expired: tuple[Expired, ...] = ()  # lately
    upcoming: tuple[PlannedNotice, ...] = ()
    planned: tuple[PlannedMail, ...] = ()  # broadcasts, those that are held too
    letters_left: tuple[BroadcastProgress, ...] = ()  # broadcasts, lately
    waiting: frozenset[str] = frozenset()  # attempts of those that don't leave though they are due
    plans_at_rest: tuple[Problem, ...] = ()  # of which no run speaks
    is_foretold: bool = True
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()  # what will keep mails from leaving
    held_back: tuple[Problem, ...] = ()  # among them: what was due before a first run
    uncorrected: tuple[Problem, ...] = ()  # of whom was told otherwise, and gets no mail that says so
    of_nobody: tuple[Problem, ...] = ()  # as those: orders of which none is a member's
    unannounced: tuple[Problem, ...] = ()  # openings from before a first run, which none is to send
    exports: tuple[NeededExport, ...] = ()
    empty_exports: tuple[Problem, ...] = ()  # in which nobody ordered, as far as orders have closed
    replaced: tuple[Problem, ...] = ()  # orders that stand in none but an older file than that of their day
    chosen: tuple[ChosenFile, ...] = ()  # of several that a name with * means
    unused: tuple[Problem, ...] = ()  # exports that lie there; nothing is wrong with that
    without_address: tuple[Member, ...] = ()  # nor with that
    in_no_group: tuple[Member, ...] = ()  # nor with that
    groups: Mapping[str, Group] = {}
    distributions: tuple[Distribution, ...] = ()

    @property
    def is_well(self) -> bool:
        """Whether nothing waits, nothing was missed lately, and nobody has to do anything."""
        waiting = self.in_doubt or self.deferred or self.troubles
        missed = self.lost or self.refused or self.expired
        is_to_do = any(needed.is_to_be_replaced for needed in self.exports)
        return self.is_alive and not (waiting or missed or self.problems or self.in_the_way or is_to_do)

    def goes_by_itself(self, planned: PlannedMail) -> bool:
        """Tell whether a planned mail leaves at its time, or with the next run, as things stand."""
        return not is_plan_held(planned, self.at) and planned.broadcast.attempt not in self.waiting

    @property
    def in_the_way(self) -> tuple[Problem, ...]:
        """All that will keep mails from leaving, though no problem of a file."""
        return (*self.empty_exports, *self.replaced, *self.uncorrected, *self.warnings, *self.of_nobody)

    @property
    def is_alive(self) -> bool:
        """Whether a run got to its end within the last hour."""
        return is_cron_alive(self.last_run, self.at)


def service_status(
    config: Config, ahead: timedelta, now: datetime, *, read: Roster | None = None
) -> ServiceStatus:
    """Return how it stands, and what leaves until ``ahead`` from now; the files' problems are in it.

    Whoever has ``read`` the data already spares a second reading.
    """
    roster = read
    problems: tuple[Problem, ...]
    held: tuple[Problem, ...] | None
    with open_ledger(config.ledger, read_only=True) as ledger:
        now = ledger.clock(lambda: now)()
        memory, announced, seen = RunMemory(ledger, config.account), [], Outlook()
        try:
            roster = roster or read_roster(sources_of(config, now), config.notifications)
            refuse_lost_settings(config, ledger)
            ledger = as_taken_over(ledger, config.account, roster.calendar, now)  # noqa: PLW2901
            known = without_left_behind(roster.calendar, ledger, config.account, now)
            roster = replace(roster, calendar=known)
            announced = ledger.told_ahead(config.account, now)
            seen = outlook(config, roster, ledger, announced, ahead=ahead, now=now)
            problems = (*_of_outbox(config), *roster.problems, *seen.holds, *seen.of_duties)
            at_rest, held = _at_rest(config, roster, ledger, now)
            kept = plans_waiting(config, roster.calendar, ledger, now)
            held, waiting = (*held, *chain.from_iterable(kept.values())), frozenset(kept)
        except NotifyError as error:
            of_data = roster.problems if roster else ()
            found = (*_of_outbox(config), *of_data, *error.problems)
            seen, problems = _UNKNOWN, tuple(dict.fromkeys(found))
            at_rest, held = frozenset(), None
            due = PlannedBook(ledger, config.account).due(now)
            waiting = frozenset(one.broadcast.attempt for one in due)
        unfinished = ledger.unfinished(config.account)
        mails = {(e.custom_id, e.status, e.key.occasion) for e in unfinished}
        by_status = Counter(status for _id, status, occasion in mails if _waits(status, occasion, at_rest))
        in_doubt = by_status[Status.CLAIMED] + by_status[Status.IN_DOUBT]
        deferred = by_status[Status.DEFERRED]
        letters = _letters_put_off(unfinished, at_rest)
        room = room_today(config, ledger, now, frozenset(NOTICE_KINDS))
        is_read = seen is not _UNKNOWN
        said = standing_still(
            memory.troubles(),
            in_doubt=in_doubt,
            deferred=deferred,
            held=held,
            is_read=is_read,
            in_other_words=problems if spoken() != config.language else (),
        )
        empty = tuple(empty_exports(config, roster, seen, now)) if roster else ()
        held_back = tuple(_held_back(config, roster, seen, now)) if roster else ()
        warnings = (*held_back, *_warnings(config, roster, ledger, seen=seen, now=now)) if roster else ()
        left = still_uncorrected(ledger, config.account, seen.uncorrected)
        shown, closing = frozenset(map(str, (*problems, *empty, *warnings))), _closing(config, roster, now)
        upcoming = marked_as_waiting(seen.upcoming, seen.books, closing)
        planned = tuple(PlannedBook(ledger, config.account).all())
        with_planned = sorted((*upcoming, *_letters_planned(planned, now)), key=in_order)
        return ServiceStatus(
            at=now,
            delivery=config.account,
            last_run=memory.last_run(now),
            machine=MachineBook(ledger).last(),
            in_doubt=in_doubt,
            deferred=deferred,
            over_quota=put_off_by_quota(with_planned, room, deferred, letters, now) if room else 0,
            quota_renewed_at=room.renewed_at if room else None,
            troubles=tuple(line for line in said if line not in shown),
            lost=_lost(roster, FateBook(ledger, config.account), now),
            refused=_refused(roster, ledger, config.account, now),
            expired=tuple(
                HistoryBook(ledger, config.account).came_too_late(now - _LATELY, now - _LOOKED_BACK)
            ),
            upcoming=_notices(parted_by_quota(with_planned, room, now)) if room else upcoming,
            planned=planned,
            letters_left=tuple(BroadcastBook(ledger, config.account).left_since(now - _LATELY)),
            waiting=waiting,
            plans_at_rest=tuple(plans_at_rest(config, ledger, now)),
            is_foretold=is_read,
            problems=problems,
            warnings=(*warnings, *of_machines(ledger, now)),
            held_back=held_back,
            uncorrected=tuple(problem for problem, _those in of_uncorrected(left)),
            of_nobody=tuple(of_nobody(seen.upcoming, seen.books)),
            unannounced=tuple(
                of_unannounced(
                    seen.unannounced, roster.calendar.groups if roster else {}, now, _moment_in_words
                )
            ),
            exports=exports_needed(seen.upcoming, seen.books, closing),
            empty_exports=empty,
            replaced=tuple(_replaced(roster, seen.books, now)) if roster else (),
            chosen=chosen_files(roster.calendar, among_several=True, with_orders_of=seen.books)
            if roster
            else (),
            unused=unused_exports(roster.calendar) if roster else (),
            without_address=members_without_address(roster.calendar.groups, roster.members) if roster else (),
            in_no_group=members_in_no_group(roster.members) if roster else (),
            groups=roster.calendar.groups if roster else {},
            distributions=roster.calendar.distributions if roster else (),
        )


def _replaced(roster: Roster, books: Mapping[str, OrderBook], now: datetime) -> Iterator[Problem]:
    calendar = roster.calendar
    ahead = (one for one in calendar.distributions if one.starts_at > now and one.is_on(calendar.groups))
    return replaced_orders(calendar, ahead, books, roster.members, set_aside=roster.people_set_aside)


def _letters_planned(planned: Iterable[PlannedMail], now: datetime) -> Iterator[PlannedNotice]:
    """Yield the broadcasts that leave by themselves as what else is planned, for the quota's sake."""
    for one in planned:
        if not is_plan_held(one, now):
            group_id, count = one.broadcast.group_id, one.addresses
            yield PlannedNotice(one.send_at, Kind.BROADCAST, group_id, "", addresses=count, mails=count)


def _notices(planned: Iterable[PlannedNotice]) -> tuple[PlannedNotice, ...]:
    return tuple(one for one in planned if one.kind in NOTICE_KINDS)


def _moment_in_words(at: datetime) -> str:
    from cagette_notify.core.formatting import instant  # and with it babel, where there is a moment to say

    return instant(at, spoken())


def _closing(config: Config, roster: Roster | None, now: datetime) -> Mapping[str, datetime]:
    """Return when orders will close, of distributions for which an export from before will be too old."""
    if roster is None or not config.hold_stale_orders:
        return {}
    return closing_after_export(roster.calendar, now)


def _of_outbox(config: Config) -> tuple[Problem, ...]:
    try:
        refuse_unusable_outbox(config)
    except ConfigError as error:
        return tuple(error.problems)
    return ()


def _warnings(
    config: Config,
    roster: Roster,
    ledger: Ledger,
    *,
    seen: Outlook,
    now: datetime,
) -> tuple[Problem, ...]:
    groups, held = roster.calendar.groups, {one.group_id for one in seen.holds}
    told = announced_ahead(roster.calendar, ledger, config.account, now)
    return (
        *begun_without_recaps(config, roster, ledger, now),
        *of_unread_lists(groups, roster.stopped_groups),
        *of_waiting_corrections(seen.waiting_corrections),
        *stopped_in_part(BroadcastBook(ledger, config.account).unfinished(), now),
        *dict.fromkeys(not_as_told(roster.calendar, ledger, config.account, told, now)),
        *without_distributions(groups, roster.calendar.distributions, now),
        *cancelled_repeats(roster.calendar.distributions, now),
        *without_orders(roster.calendar, now),
        *without_any_orders(roster, config.rules, now),
        *without_members(
            groups,
            roster.calendar.distributions,
            (*roster.members, *roster.people_set_aside),
            now,
            known_otherwise=held | {one.group_id for one in roster.unread},
        ),
        *without_addresses(groups, roster.members, held=held),
        *still_refused(config, ledger, now, partial(_read, roster)),
        *without_contact(groups),
        *of_strangers(seen.upcoming, seen.books, seen.told),
        *of_unread_rows(seen.upcoming, seen.books, roster.members),
        *beyond_quota(seen.upcoming, config.daily_quota),
    )


def _held_back(config: Config, roster: Roster, seen: Outlook, now: datetime) -> Iterator[Problem]:
    """Say what the first run holds back, as long as it can be sent, and by what."""
    distributions = {one.id: one for one in roster.calendar.distributions}
    for text, _those in held_in_words(seen.held_back, distributions, config.rules.spans, seen.books, now):
        yield Problem(text, is_warning=True)


def _lost(roster: Roster | None, book: FateBook, now: datetime) -> tuple[FailureStreak, ...]:
    """Return the addresses that get no more mail, without those that were corrected since."""
    streaks = unreachable_addresses(book.of_unreached(now - _LOOKED_BACK))
    read = _read(roster, (streak.address for streak in streaks))
    return tuple(streak for streak in streaks if streak.address.casefold() in read)


def _refused(roster: Roster | None, ledger: Ledger, account: str, now: datetime) -> tuple[Entry, ...]:
    """Return the notices that were refused for good, of addresses that somebody still has."""
    entries = ledger.refused(account, now)
    read = _read(roster, (entry.recipient for entry in entries))
    return tuple(entry for entry in entries if entry.recipient.casefold() in read)


def _read(roster: Roster | None, addresses: Iterable[str]) -> set[str]:
    """Return the addresses that somebody in the data has, casefolded; all where a list can't be read."""
    if roster is None or roster.unread:
        return {address.casefold() for address in addresses}
    people = (*roster.members, *roster.people_set_aside)
    return {mailbox.key for member in people for mailbox in member.mailboxes}


def _at_rest(
    config: Config, roster: Roster, ledger: Ledger, now: datetime
) -> tuple[frozenset[str], tuple[Problem, ...]]:
    """Return the attempts of broadcasts that don't go on by themselves, and what is said of those held."""
    unfinished = BroadcastBook(ledger, config.account).unfinished()
    going_on, held = part_held(unfinished, now, roster.calendar.groups, config.daily_quota)
    attempts = {one.broadcast.attempt for one in unfinished}
    return frozenset(attempts - {one.attempt for one in going_on}), held


def _waits(status: Status, occasion: str, at_rest: frozenset[str]) -> bool:
    """Tell whether the next run has to do with a mail: a stopped broadcast's doubts are looked up, too."""
    return status is not Status.DEFERRED or occasion not in at_rest


def _letters_put_off(unfinished: Iterable[Entry], at_rest: frozenset[str]) -> int:
    """Count the copies of broadcasts that leave once they can: nobody plans them."""
    return sum(
        one.key.kind not in NOTICE_KINDS and _waits(one.status, one.key.occasion, at_rest)
        for one in unfinished
        if one.status is Status.DEFERRED
    )
