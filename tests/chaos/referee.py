"""Runs of the tool over a changing co-op, each judged by the contract."""

from __future__ import annotations

import os
import signal
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.chaos.contract_model import (
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
)
from tests.chaos.contract_table import OPENING, RECAP_24H, Key, is_off, window
from tests.chaos.faults import JUMP
from tests.chaos.letters import Said, read, should_say
from tests.chaos.world import T0, World, a_world
from tests.support.mailjet_server import status

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from cagette_notify.report import RunReport
    from tests.chaos.faults import Fault
    from tests.chaos.premises import Premises
    from tests.support.mailjet_server import Call, MailjetServer

TEN_YEARS = timedelta(days=3653)
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
    said_expired: set[tuple[str, ...]] = field(default_factory=set)
    last_whole: tuple[datetime, World] | None = None  # when a run last got to its end, and the data then

    def run(self, fault: Fault, *, lag: timedelta, asked: str = ANSWERS) -> None:
        """Let cron run, and check all that comes of it. ``kill``: at the POST, its mails taken or not."""
        self.premises.write(self.world)
        at = self.now + TEN_YEARS if fault is JUMP else self.now
        self.server.account.index_lag = lag.total_seconds()
        self.server.account.ignores_filters = asked == IGNORES_FILTERS
        plan = self.oracle.plan(self.world, at, None if asked == FAILS else self._is_found)
        missed, off = self._missed(at), self._called_off(at)
        calls, copies = len(self.server.posts), len(self.server.delivered)
        self.server.script[:] = [fault.behaviour] * 40
        self.server.rest_script[:] = [status(500)] * 40 if asked == FAILS else []
        report: RunReport | None = None
        if fault.kills:
            self._run_and_kill(at, fault)
        else:
            report = self.premises.run(at, fault.patience)
        self.server.script.clear()
        self.server.rest_script.clear()

        posted = [message for post in self.server.posts[calls:] for message in post.document["Messages"]]
        letters = self._recognise(posted, plan, is_whole=not fault.kills and not fault.is_final)
        self._learn(letters, plan, fault, at)
        self._count(letters, copies)
        self._settle(plan, at)
        if fault.kills and not letters:
            self.said_off |= off  # it got to its end, and whatever it said was lost with its output
        if report:
            self._read(report, plan, letters, missed, fault)
            self._read_news(report, plan, off, at)
        is_whole = report and report.exit_status in (0, 1) and fault is not JUMP
        self.last_whole = (at, deepcopy(self.world)) if is_whole else None

    def _missed(self, at: datetime) -> set[Key]:
        """Return what nobody can have sent, whatever was edited in between."""
        if self.last_whole is None or at < self.last_whole[0]:
            return set()
        since, world = self.last_whole
        return self.oracle.missed(world, since, at) & self.oracle.missed(self.world, since, at)

    def _called_off(self, at: datetime) -> set[tuple[str, datetime]]:
        """Return the distributions of which recaps had left, and that won't take place."""
        return {
            (row.key.day, row.told[0])
            for row in self.oracle.rows.values()
            if row.key.kind != OPENING and row.status == SENT and row.told[0] > at
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

    def _recognise(
        self, posted: list[dict[str, Any]], plan: Plan, *, is_whole: bool
    ) -> dict[str, tuple[dict[str, Any], set[Letter]]]:
        """Return each mail that left with what it was, having checked that it had to."""
        must = {should_say(unit, self.world): unit for letter in plan.letters for unit in units(letter)}
        may = {should_say(unit, self.world): unit for letter in plan.maybe for unit in units(letter)}
        found: dict[str, tuple[dict[str, Any], set[Letter]]] = {}
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

    def _learn(
        self, found: dict[str, tuple[dict[str, Any], set[Letter]]], plan: Plan, fault: Fault, at: datetime
    ) -> None:
        for custom_id, (message, letters) in found.items():
            keys = {key for letter in letters for key in letter.keys}
            self._check_envelope(custom_id, message["CustomCampaign"], keys)
            for letter in letters:
                self.oracle.claim(letter, self.world, at, custom_id, fault.outcome_for(letter.address))
                for key in letter.keys:
                    self.oracle.rows[key].may_be_tried_again = not fault.for_good
        for letter in plan.maybe:
            for key in letter.keys:
                if self.oracle.rows[key].status in (CLAIMED, IN_DOUBT) and self.oracle.rows[key].since != at:
                    self.oracle.rows[key].status = DROPPED

    def _check_envelope(self, custom_id: str, campaign: str, keys: set[Key]) -> None:
        rows = self.oracle.rows
        assert self.campaigns.setdefault(custom_id, campaign) == campaign
        mates = {key for key, row in rows.items() if row.custom_id == custom_id}
        assert not mates or keys <= mates, ("not with what it left with", keys, mates)
        for key in keys:
            if key in rows and rows[key].status in (CLAIMED, IN_DOUBT):
                assert self.campaigns[rows[key].custom_id] == campaign
        fresh = {key for key in keys if key not in rows and key.kind == OPENING}
        groups = {self.world.days[key.day].group for key in fresh}
        assert len(groups) <= 1

    def _count(self, found: dict[str, tuple[dict[str, Any], set[Letter]]], copies: int) -> None:
        for copy in self.server.delivered[copies:]:
            for row in (self.oracle.rows[key] for letter in found[copy.custom_id][1] for key in letter.keys):
                row.copies += 1
                assert row.status not in (DEFERRED, FAILED), ("arrived, they say not", row)
        for row in self.oracle.rows.values():
            assert row.copies <= 1, ("doubled", row)
            assert row.status != SENT or row.copies, ("lost", row)

    def _settle(self, plan: Plan, at: datetime) -> None:
        for status_, rows in ((SENT, plan.found), (EXPIRED, plan.expired), (DROPPED, plan.dropped)):
            for row in rows:
                row.status, row.since = status_, at

    def _read(
        self, report: RunReport, plan: Plan, found: dict[str, Any], missed: set[Key], fault: Fault
    ) -> None:
        sent = {
            (*_name(key), fault.outcome_for(letter.address))
            for _message, letters in found.values()
            for letter in letters
            for key in letter.keys
        }
        held_up = {
            (*_name(key), DEFERRED)
            for letter in plan.letters
            for key in letter.keys
            if fault.is_final and (*_name(key), DEFERRED) not in sent
        }
        settled = {
            (*_name(row.key), status_)
            for status_, rows in (
                (SENT, plan.found),
                (IN_DOUBT, plan.waiting),
                (EXPIRED, plan.expired),
                (DROPPED, plan.dropped),
            )
            for row in rows
        }
        said = {
            (
                one.kind,
                one.distribution,
                "" if one.kind == OPENING else one.member,
                one.address.casefold(),
                one.status,
            )
            for one in report.lines
            if one.status != "skipped"
        }
        settled |= {(*_name(key), EXPIRED) for key in missed} - self.said_expired
        assert sent | settled | held_up <= said, ("not said", (sent | settled | held_up) - said)
        more = {one for one in said - sent - settled - held_up if one[-1] not in (EXPIRED, DROPPED)}
        assert not more, ("said, and is not so", more)
        self.said_expired |= {one for one in said if one[-1] == EXPIRED}
        self._check_exit(report, {one[-1] for one in said}, fault)

    def _read_news(self, report: RunReport, plan: Plan, off: set[tuple[str, datetime]], at: datetime) -> None:
        told_of = {id_ for id_ in self.world.days if any(f"with-order:{id_}" in line for line in report.news)}
        fresh = {id_ for id_, _start in off}
        assert fresh <= told_of, ("called off in silence", fresh)
        # A doubt counts as told, and may have been spoken of before it was known to be true.
        rows = self.oracle.rows.values()
        self.said_off |= {(row.key.day, row.told[0]) for row in rows if row.key.day in told_of}
        for id_ in plan.held:
            if not is_off(self.world, id_) and window(RECAP_24H, self.world.days[id_]).holds(at):
                assert report.exit_status, ("held, and all is well?", id_)
                assert any(id_ in line for line in report.news), ("held in silence", id_, report.news)

    def _check_exit(self, report: RunReport, statuses: set[str], fault: Fault) -> None:
        if fault.name == "401" and DEFERRED in statuses:
            assert report.exit_status == 78
        elif DEFERRED in statuses and SENT not in statuses:
            assert report.exit_status == 75
        elif statuses - {SENT, DROPPED}:
            assert report.exit_status == 1
        else:
            assert report.exit_status == 0 or (report.exit_status == 1 and report.news)


def _alike(said: Said, owed: Iterable[Said]) -> list[Said]:
    return [one for one in owed if (one.address, one.member) == (said.address, said.member)]


def units(letter: Letter) -> Iterable[Letter]:
    """Take a mail of several openings apart; which of them share a mail is checked elsewhere."""
    if letter.label != OPENING:
        return [letter]
    return [letter._replace(keys=frozenset((key,))) for key in letter.keys]


def parts(said: Said) -> Iterable[Said]:
    """Take a mail apart in the same way."""
    if said.label != OPENING:
        return [said]
    return [said._replace(days=frozenset((day,))) for day in said.days]


def _name(key: Key) -> tuple[str, str, str, str]:
    return key.kind, key.day, key.member, key.address
