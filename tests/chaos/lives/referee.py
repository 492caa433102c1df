"""Runs of the tool over a changing co-op, each judged by the contract."""

from __future__ import annotations

import os
import signal
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from cagette_notify.run.exit_status import exit_status_of
from tests.chaos.lives.contract_duties import are_readable
from tests.chaos.lives.contract_model import (
    CLAIMED,
    DEFERRED,
    DROPPED,
    EXPIRED,
    FAILED,
    IN_DOUBT,
    SENT,
    Letter,
    Oracle,
    Plan,
    Row,
)
from tests.chaos.lives.contract_table import DUTY, LEADS, RECAP_24H, TO_GROUP, VACANT, Key, is_off, window
from tests.chaos.lives.faults import FINE, JUMP, Fault
from tests.chaos.lives.letters import Said, read, should_say
from tests.chaos.lives.report_lines import Mails, check_exit, lines_due, lines_of, name_of
from tests.chaos.lives.world import T0, World, a_world
from tests.fixtures.mailjet_server import Call, MailjetServer, status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cagette_notify.run.run_report import RunReport
    from tests.chaos.lives.premises import Premises

TEN_YEARS = timedelta(days=3653)
MANY = 400  # calls: more than any run makes, though it halves whatever was refused
ANSWERS, IGNORES_FILTERS, FAILS = "answers", "ignores filters", "fails"


@dataclass
class Referee:
    """A co-op, what the contract makes of it, and the stand-in that counts what arrives."""

    premises: Premises
    server: MailjetServer
    world: World = field(default_factory=a_world)
    oracle: Oracle = field(default_factory=Oracle)
    now: datetime = T0
    campaigns: dict[str, str] = field(default_factory=dict)  # by CustomID
    said_off: set[tuple[str, datetime]] = field(default_factory=set)
    said_expired: dict[tuple[str, ...], datetime] = field(default_factory=dict)  # with when, at the latest
    last_whole: tuple[datetime, World] | None = None  # when a run last got to its end, and the data then
    rested: int = 0
    furthest: datetime | None = None  # where a clock that had jumped ahead put a run that got to its end

    def run(self, fault: Fault, *, lag: timedelta, asked: str = ANSWERS) -> None:
        """Let cron run, and check all that comes of it. ``kill``: at the POST, its mails taken or not."""
        at = self.now + TEN_YEARS if fault is JUMP else self.now
        self.premises.write(self.world)
        if self._is_held(at):
            return  # until somebody accepts it, or told to others: tests/run/test_renumbered_members.py
        self.server.account.index_lag = lag.total_seconds()
        self.server.account.ignores_filters = asked == IGNORES_FILTERS
        look_up = None if asked == FAILS else self._is_found
        plan = self.oracle.plan(self.world, at, look_up, is_ahead=fault is JUMP)
        missed, off = self._missed(at), self._called_off(at)
        if self.premises.rests(at):  # and what it leaves is judged by the run in full that follows
            assert (plan.letters, missed, off) == (set(), set(), set()), "rested for too long"
            self.rested += 1
        calls, copies = len(self.server.posts), len(self.server.delivered)
        report = self._play(at, fault, asked)

        posted = [message for post in self.server.posts[calls:] for message in post.document["Messages"]]
        letters = self._recognise(posted, plan, at, is_whole=not fault.kills and not fault.is_final)
        self._learn(letters, plan, fault, at)
        self.oracle.end_corrected(plan)
        self._count(letters, copies)
        self._settle(plan, at)
        self.oracle.note_orders(self.world, at)
        self.oracle.note_people(self.world)
        if fault.kills:  # what it noted as too late before it was killed, nobody heard of
            late = self.oracle.missed(self.world, T0, at)
            self.said_expired |= dict.fromkeys(((*name_of(key), EXPIRED) for key in late), at)
        if fault.kills and not letters:
            # It got to its end, and whatever it said was lost with its output.
            rows = self.oracle.rows.values()
            self.said_off |= {(row.key.day, row.told[0]) for row in rows if is_off(self.world, row.key.day)}
        if report:
            self._read(report, plan, letters, missed, fault, at=at)
            self._read_news(report, plan, off, at)
        is_whole = report and exit_status_of(report) in (0, 1)
        self.last_whole = (at, deepcopy(self.world)) if is_whole and fault is not JUMP else None
        if is_whole and fault is JUMP:
            self.furthest = at
        if fault is FINE and asked == ANSWERS:
            self._run_once_more(at)

    def _is_held(self, at: datetime) -> bool:
        """Tell whether a group may be held as addresses changed hands, and ask a rehearsal if it is.

        The contract leaves open how well it has to know those whom it told nothing of what is ahead.
        """
        if any(self.oracle.holds_renumbered(self.world, moment) for moment in (self.now, at)):
            return True
        if not self.oracle.addresses_changed_hands(self.world):
            return False
        return bool(self.premises.run(at, FINE.patience, rehearses=True).held_groups)

    def _run_once_more(self, at: datetime) -> None:
        """Let cron run again at once: that sends nothing, and may let the next one rest."""
        calls = len(self.server.posts)
        self.premises.run(at, FINE.patience, says_once=True)
        assert len(self.server.posts) == calls, "sent again"

    def _play(self, at: datetime, fault: Fault, asked: str) -> RunReport | None:
        """Let the tool run; killed, it has nothing to report."""
        self.server.script[:] = [fault.behaviour] * MANY
        self.server.rest_script[:] = [status(500)] * MANY if asked == FAILS else []
        report = None if fault.kills else self.premises.run(at, fault.patience)
        if fault.kills:
            self._run_and_kill(at, fault)
        self.server.script.clear()
        self.server.rest_script.clear()
        return report

    def _missed(self, at: datetime) -> set[Key]:
        """Return what nobody can have sent, whatever was edited in between."""
        if self.last_whole is None or at < self.last_whole[0]:
            return set()
        if self.furthest and self.furthest <= at:
            return set()  # a second jump: of all up to the first, a run has said what was missed
        since, world = self.last_whole
        return self.oracle.missed(world, since, at) & self.oracle.missed(self.world, since, at)

    def _called_off(self, at: datetime) -> set[tuple[str, datetime]]:
        """Return the distributions of which recaps or duties had left, and that won't take place."""
        return {
            (row.key.day, row.told[0])
            for row in self.oracle.rows.values()
            if (row.key.kind in LEADS or (row.key.kind == DUTY and row.told[-1])) and row.status == SENT
            if row in self.oracle.told_ahead(row.key, at)
            if is_off(self.world, row.key.day)
        } - self.said_off

    def _is_found(self, custom_id: str) -> bool:
        account = self.server.account
        visible = self.server.clock() - (0 if account.ignores_filters else account.index_lag)
        return any(one.custom_id == custom_id and one.at <= visible for one in account.arrivals)

    def _run_and_kill(self, at: datetime, fault: Fault) -> None:
        process = self.premises.run_apart(at, fault.patience)

        def kills(call: Call) -> None:
            fault.behaviour(call)
            assert process.pid
            os.kill(process.pid, signal.SIGKILL)
            call.drop()

        self.server.script[:] = [kills]
        process.join(60)
        assert process.exitcode == (0 if self.server.script else -signal.SIGKILL)
        process.close()

    def _recognise(self, posted: list[dict[str, Any]], plan: Plan, at: datetime, *, is_whole: bool) -> Mails:
        """Return each mail that left with what it was, having checked that it had to."""
        must = {self._should_say(unit, at): unit for letter in plan.letters for unit in units(letter)}
        may = {self._should_say(unit, at): unit for letter in plan.maybe for unit in units(letter)}
        found: Mails = {}
        seen: dict[Said, str] = {}
        for message in posted:
            custom_id = message["CustomID"]
            for said in parts(read(message)):
                assert said in must or said in may, ("not owed", said, _alike(said, must))
                assert seen.setdefault(said, custom_id) == custom_id, ("twice in a run", said)
                found.setdefault(custom_id, (message, set()))[1].add(must.get(said) or may[said])
        missing = must.keys() - seen.keys()
        assert not (is_whole and missing), ("owed, and did not leave", missing)
        return found

    def _should_say(self, letter: Letter, at: datetime) -> Said:
        key = next(iter(letter.keys))
        return should_say(letter, self.world, at, self.oracle.roles(key.day, key.member, self.world, at))

    def _learn(self, found: Mails, plan: Plan, fault: Fault, at: datetime) -> None:
        self._check_company(found)
        for custom_id, (message, letters) in found.items():
            keys = {key for letter in letters for key in letter.keys}
            self._check_envelope(custom_id, message["CustomCampaign"], keys)
            for letter in letters:
                self.oracle.claim(letter, self.world, at, custom_id, fault.outcome_for(letter.address))
                for key in letter.keys:
                    self.oracle.rows[key].may_be_tried_again = not fault.for_good
        for letter in plan.maybe:
            for key in letter.keys:
                row = self.oracle.rows.get(key)
                if row and row.status in (CLAIMED, IN_DOUBT) and row.since != at:
                    row.status = DROPPED

    def _check_envelope(self, custom_id: str, campaign: str, keys: set[Key]) -> None:
        rows = self.oracle.rows
        assert self.campaigns.setdefault(custom_id, campaign) == campaign
        mates = {key for key, row in rows.items() if row.custom_id == custom_id}
        joins = {key for key in keys if any(key._replace(kind=kind) in mates for kind in LEADS)}
        strange = {key for key in keys - mates if not (key.kind in LEADS and key in joins)}
        assert not (mates and strange), ("not with what it left with", strange, mates)
        for key in keys:
            if key in rows and rows[key].status in (CLAIMED, IN_DOUBT):
                assert self.campaigns[rows[key].custom_id] == campaign

    def _check_company(self, found: Mails) -> None:
        """Hold that new openings of one group make one mail an address, and closings another."""
        envelopes: dict[tuple[str, str, str], set[str]] = {}
        for custom_id, (_message, letters) in found.items():
            for key in (key for letter in letters for key in letter.keys):
                if key.kind in TO_GROUP and key not in self.oracle.rows:
                    group = self.world.days[key.day].group
                    envelopes.setdefault((key.kind, group, key.address), set()).add(custom_id)
        assert all(len(ids) == 1 for ids in envelopes.values()), ("in several mails", envelopes)

    def _count(self, found: Mails, copies: int) -> None:
        for copy in self.server.delivered[copies:]:
            for row in (self.oracle.rows[key] for letter in found[copy.custom_id][1] for key in letter.keys):
                row.copies += 1
                assert row.status not in (DEFERRED, FAILED), ("arrived, they say not", row)
        # Given up while the index lagged, and owed again in the same company: Mailjet drops the second copy.
        arrived = {copy.message["CustomCampaign"] for copy in self.server.delivered}
        for row in self.oracle.rows.values():
            assert row.copies <= 1, ("doubled", row)
            has_arrived = row.copies or self.campaigns[row.custom_id] in arrived
            assert row.status != SENT or has_arrived, ("lost", row)

    def _settle(self, plan: Plan, at: datetime) -> None:
        for status_, rows in ((SENT, plan.found), (EXPIRED, plan.expired), (DROPPED, plan.dropped)):
            for row in rows:
                row.status, row.since = status_, at

    def _read(
        self, report: RunReport, plan: Plan, found: Mails, missed: set[Key], fault: Fault, *, at: datetime
    ) -> None:
        said, now_true = lines_of(report), lines_due(plan, found, fault)
        expired = {(*name_of(key), EXPIRED) for key in missed if not self._was_said(key)}
        settled = _settled(plan.either, said)
        due = (now_true | expired) - settled
        # Too late by an edit, or owed no more by it: which of the two is not said.
        dropped = {(*line[:-1], EXPIRED) for line in said if line[-1] == DROPPED}
        assert due <= said | dropped, ("not said", due - said)
        more = {line for line in said - due - settled if line[-1] not in (EXPIRED, DROPPED)}
        assert not more, ("said, and is not so", more)
        self.said_expired |= {line: at for line in said if line[-1] == EXPIRED}
        check_exit(report, {line[-1] for line in said}, fault)

    def _was_said(self, key: Key) -> bool:
        """Tell whether a run has said that it expired, and nobody was given a later hour since."""
        said_at = self.said_expired.get((*name_of(key), EXPIRED))
        return said_at is not None and said_at >= window(key.kind, self.world.days[key.day]).too_late

    def _read_news(self, report: RunReport, plan: Plan, off: set[tuple[str, datetime]], at: datetime) -> None:
        told_of = {id_ for id_ in self.world.days if any(f"told:{id_}" in line for line in report.news)}
        fresh = {id_ for id_, _start in off}
        assert fresh <= told_of, ("called off in silence", fresh)
        # A doubt counts as told, and may have been spoken of before it was known to be true.
        rows = self.oracle.rows.values()
        self.said_off |= {(row.key.day, row.told[0]) for row in rows if row.key.day in told_of}
        for id_, day in self.world.days.items():
            is_open = any(window(kind, day).holds(at) for kind in (DUTY, VACANT))
            if day.group in plan.duties_held and is_open and not is_off(self.world, id_):
                what = f"--accept-data {day.group}" if are_readable(self.world) else "duties.csv"
                assert exit_status_of(report), ("duties held, and all is well?", id_)
                assert any(what in line for line in report.news), ("held in silence", what, report.news)
        for id_ in plan.held:
            if not is_off(self.world, id_) and window(RECAP_24H, self.world.days[id_]).holds(at):
                assert exit_status_of(report), ("held, and all is well?", id_)
                assert any(id_ in line for line in report.news), ("held in silence", id_, report.news)


def _settled(rows: Iterable[Row], said: set[tuple[str, ...]]) -> set[tuple[str, ...]]:
    """Take what a run said of rows that it may have dropped or not; return those lines."""
    names = {name_of(row.key) for row in rows}
    for row in rows:
        if (*name_of(row.key), DROPPED) in said:
            row.status = DROPPED
    return {line for line in said if line[:-1] in names}


def _alike(said: Said, owed: Iterable[Said]) -> list[Said]:
    return [one for one in owed if (one.address, one.member) == (said.address, said.member)]


def units(letter: Letter) -> Iterable[Letter]:
    """Take a mail of several openings or closings apart; which of them share a mail is checked elsewhere."""
    if letter.label not in TO_GROUP:
        return [letter]
    return [letter._replace(keys=frozenset((key,))) for key in letter.keys]


def parts(said: Said) -> Iterable[Said]:
    """Take a mail apart in the same way."""
    if said.label not in TO_GROUP:
        return [said]
    return [
        said._replace(
            days=frozenset((day,)), vacant=frozenset(each for each in said.vacant if each[0] == day[0])
        )
        for day in said.days
    ]
