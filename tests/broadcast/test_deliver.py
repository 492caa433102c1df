"""A coordinator's mail, whole: proposed, confirmed, sent once to each, whatever interrupts it."""

from __future__ import annotations

import json
import signal
import sqlite3
import time
from collections import Counter
from contextlib import closing, contextmanager
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from msgspec.structs import replace

from cagette_notify.broadcast import deliver as confirmed
from cagette_notify.broadcast.deliver import (
    StoppedError,
    deliver_broadcast,
    progress_of,
    prove_transport,
    record_broadcast,
    record_test,
    stop_broadcast,
)
from cagette_notify.broadcast.lists import WantedList
from cagette_notify.broadcast.proposal import BroadcastRequest, Proposal, propose
from cagette_notify.cli import main
from cagette_notify.cli.broadcast import send
from cagette_notify.config import load as config
from cagette_notify.config.paths import sources_of
from cagette_notify.core.errors import ConfigError, DataError, UsageError
from cagette_notify.core.lock import LockHeldError, run_lock
from cagette_notify.data.dataset import load_calendar
from cagette_notify.ledger.broadcasts import BroadcastBook
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.run.exit_status import exit_status_of
from tests.fixtures.builders import a_distribution
from tests.fixtures.command import run, start
from tests.fixtures.coop import LONG_AGO, Coop, counted
from tests.fixtures.mailjet_server import (
    Call,
    MailjetServer,
    accept,
    accept_then_hang,
    drop_before_reading,
    mixed,
    status,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from cagette_notify.core.messages import BroadcastProgress
    from cagette_notify.run.run_report import RunReport

EVERYBODY = ["lea@example.org", "maelle@example.org", "noel@example.org", "zoe@example.org"]
LETTER = "Bonjour,\n\non change de salle.\n"
COMMAND = ("--lang", "en", "broadcast", "-s", "On change de salle", "--body", "lettre.md", "--yes")
SETTLED = timedelta(minutes=10)


class Desk(NamedTuple):
    """A co-op whose mail goes through a stand-in, and the time it is there."""

    coop: Coop
    server: MailjetServer
    times: list[datetime]

    def clock(self) -> datetime:
        return self.times[0]

    def propose(self, **request: Any) -> Proposal:
        loaded = config.load(self.coop.folder / "config.yaml")
        calendar = load_calendar(sources_of(loaded))
        made = BroadcastRequest(
            calendar.groups["lac"], "On change de salle", "Bonjour {{ member.first_name }},"
        )
        return propose(loaded, calendar, replace(made, **request), self.clock())

    def confirm(self, proposal: Proposal | None = None) -> str:
        loaded = config.load(self.coop.folder / "config.yaml")
        return record_broadcast(loaded, proposal or self.propose(), self.clock())

    def deliver(self, attempt: str) -> RunReport:
        loaded = config.load(self.coop.folder / "config.yaml")
        return deliver_broadcast(
            loaded, attempt, clock=self.clock, environ=self.coop.environ, progress=lambda *_: None
        )

    def send_due(self, after: timedelta = timedelta(0), **request: Any) -> RunReport:
        self.times[0] += after
        return self.coop.run(self.times[0], **request)

    @property
    def arrived(self) -> Counter[str]:
        return Counter(copy.address for copy in self.server.delivered)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    times = [LONG_AGO]
    with MailjetServer(tls=False, clock=lambda: times[0].timestamp()) as server:  # noqa: PLW0108 - the time moves on
        yield Desk(_coop(tmp_path, server, settle_after="10m"), server, times)


@pytest.fixture
def live_desk(tmp_path: Path) -> Iterator[Desk]:
    """Give a co-op for commands in processes of their own: the time there is now."""
    with MailjetServer(tls=False) as server:
        coop = _coop(tmp_path, server, settle_after="0s")
        coop.write("lettre.md", LETTER)
        yield Desk(coop, server, [datetime.now(timezone.utc)])


def _coop(folder: Path, server: MailjetServer, *, settle_after: str) -> Coop:
    extra = (
        "delivery: mailjet\n"
        f"mailjet: {{api_url: '{server.url}', timeout: 1s, settle_after: {settle_after}, parallel: 2}}\n"
    )
    return Coop(folder, extra=extra, environ=server.environment)


def test_every_address_gets_its_copy_once(desk: Desk) -> None:
    attempt = desk.confirm()

    report = desk.deliver(attempt)

    assert (counted(report), exit_status_of(report)) == ({"sent": 4}, 0)
    assert desk.arrived == Counter(EVERYBODY)
    assert counted(desk.send_due(SETTLED)) == {}
    (campaign,) = {copy.message["CustomCampaign"] for copy in desk.server.delivered}
    assert attempt in campaign
    assert "Maëlle" in next(c.message["TextPart"] for c in desk.server.delivered if c.address[0] == "m")


def test_what_is_confirmed_leaves_even_if_the_command_dies_before_it_sends(desk: Desk) -> None:
    desk.confirm()

    report = desk.send_due()

    assert counted(report) == {"sent": 4}
    assert desk.arrived == Counter(EVERYBODY)


def test_what_is_recorded_needs_no_data_any_more(desk: Desk) -> None:
    desk.confirm(desk.propose(attachments=(desk.coop.write("affiche.pdf", b"%PDF"),)))
    (desk.coop.folder / "affiche.pdf").unlink()
    desk.coop.write("members.csv", "id;email\n9;other@example.org\n")

    desk.send_due()

    assert desk.arrived == Counter(EVERYBODY)
    assert {copy.message["Attachments"][0]["Filename"] for copy in desk.server.delivered} == {"affiche.pdf"}


@pytest.mark.parametrize(
    ("behaviour", "outcome", "exit_status"),
    [(status(429), "deferred", 75), (status(500), "in_doubt", 1), (drop_before_reading, "in_doubt", 1)],
    ids=["429", "500", "dropped"],
)
def test_what_is_left_undone_the_next_run_finishes(
    desk: Desk, behaviour: Any, outcome: str, exit_status: int
) -> None:
    desk.server.script.append(behaviour)

    first = desk.deliver(desk.confirm())
    again = desk.send_due(SETTLED)

    assert (counted(first), exit_status_of(first)) == ({outcome: 4}, exit_status)
    assert counted(again) == {"sent": 4}
    assert desk.arrived == Counter(EVERYBODY)


@pytest.mark.dear
def test_the_same_command_goes_on_with_what_is_left(desk: Desk) -> None:
    desk.server.script.append(accept_then_hang)
    first = desk.confirm()
    desk.deliver(first)
    desk.times[0] += SETTLED

    proposal = desk.propose()
    second = desk.confirm(proposal)
    report = desk.deliver(second)

    assert proposal.same_mail is not None
    assert (proposal.same_mail.unfinished, proposal.same_mail.total) == (4, 4)
    assert (second, counted(report)) == (first, {"sent": 4})
    assert desk.arrived == Counter(EVERYBODY)


def test_two_at_once_are_one_mail(desk: Desk) -> None:
    one, other = desk.propose(), desk.propose()

    attempts = {desk.confirm(one), desk.confirm(other)}
    for attempt in attempts:
        desk.deliver(attempt)

    assert len(attempts) == 1
    assert desk.arrived == Counter(EVERYBODY)


def test_one_that_left_while_the_other_was_being_confirmed_is_one_mail_too(desk: Desk) -> None:
    one, other = desk.propose(), desk.propose()
    desk.deliver(desk.confirm(one))

    report = desk.deliver(desk.confirm(other))

    assert counted(report) == {}
    assert desk.arrived == Counter(EVERYBODY)


def test_one_that_was_finished_while_it_was_confirmed_anew_is_one_mail_too(desk: Desk) -> None:
    desk.confirm()
    going_on = desk.propose()
    desk.send_due()

    desk.deliver(desk.confirm(going_on))

    assert desk.arrived == Counter(EVERYBODY)


def test_again_is_a_new_attempt_in_key_and_campaign(desk: Desk) -> None:
    desk.deliver(desk.confirm())
    desk.deliver(desk.confirm(desk.propose()))

    assert desk.arrived == Counter(EVERYBODY * 2)
    assert len({copy.message["CustomCampaign"] for copy in desk.server.delivered}) == 2
    assert len({copy.custom_id for copy in desk.server.delivered}) == 8


def test_an_attempt_done_again_at_once_by_two_is_done_once(desk: Desk) -> None:
    desk.deliver(desk.confirm())
    one, other = desk.propose(), desk.propose()

    for proposal in (one, other):
        desk.deliver(desk.confirm(proposal))

    assert desk.arrived == Counter(EVERYBODY * 2)


@pytest.mark.parametrize(
    "other",
    [
        {"subject": "Autre chose"},
        {"body": "Autre chose"},
        {"lists": ("coordinators",)},
        {"lists": ("with-order:d1",)},
    ],
)
def test_whatever_differs_makes_another_mail(desk: Desk, other: dict[str, str]) -> None:
    assert desk.propose(**other).identity != desk.propose().identity


def test_as_and_files_make_another_mail_and_line_ends_do_not(desk: Desk) -> None:
    file = desk.coop.write("affiche.pdf", b"one")
    with_file = desk.propose(attachments=(file,)).identity
    file.write_bytes(b"two")

    assert len({desk.propose().identity, with_file, desk.propose(attachments=(file,)).identity}) == 3
    assert desk.propose(body="a\r\nb \r\n").identity == desk.propose(body="a\nb").identity
    contact = "Coordination@paniersdulac.example"
    assert desk.propose(answers_to=contact).identity == desk.propose().identity


def test_stopped_nothing_more_leaves_until_it_is_given_again(desk: Desk) -> None:
    attempt = desk.confirm()
    stop_broadcast(config.load(desk.coop.folder / "config.yaml"), attempt)

    waiting = desk.send_due(timedelta(hours=30))
    assert (counted(waiting), desk.arrived) == ({}, Counter())

    assert desk.confirm() == attempt
    assert counted(desk.send_due()) == {"sent": 4}


def test_left_undone_for_a_day_it_is_held_and_said(desk: Desk) -> None:
    desk.confirm()

    held = desk.send_due(timedelta(hours=24))

    assert (counted(held), exit_status_of(held)) == ({}, 1)
    assert "give the same broadcast command again" in held.news[0]
    desk.confirm()
    assert counted(desk.send_due()) == {"sent": 4}


def test_a_refused_address_costs_nobody_else_the_mail(desk: Desk) -> None:
    desk.server.script.append(mixed("zoe@example.org"))

    report = desk.deliver(desk.confirm())

    assert (counted(report), exit_status_of(report)) == ({"sent": 3, "failed": 1}, 1)
    assert counted(desk.send_due(SETTLED)) == {}


def test_a_quota_sends_what_fits_and_the_rest_tomorrow(desk: Desk) -> None:
    desk.coop.replace("config.yaml", "parallel: 2", "parallel: 2, daily_quota: 3")

    proposal = desk.propose()
    report = desk.deliver(desk.confirm(proposal))
    tomorrow = desk.send_due(timedelta(hours=20))

    assert proposal.quota_left == 3
    assert (counted(report), exit_status_of(report)) == ({"sent": 3, "deferred": 1}, 1)
    assert counted(tomorrow) == {"sent": 1}
    assert desk.arrived == Counter(EVERYBODY)


def test_a_test_copy_is_no_giving_of_the_mail(desk: Desk) -> None:
    loaded = config.load(desk.coop.folder / "config.yaml")

    desk.deliver(record_test(loaded, desk.propose(), "me@example.org", desk.clock()))
    proposal = desk.propose()

    assert (proposal.same_mail, proposal.neighbour) == (None, None)
    assert [copy.address for copy in desk.server.delivered] == ["me@example.org"]
    assert desk.server.delivered[0].subject == "[essai] On change de salle"


@pytest.mark.parametrize("how", ["stopped", "deferred", "in doubt", "in part", "all have it"])
def test_a_test_copy_goes_to_its_address_alone_and_changes_nothing_of_the_group_s_mail(
    desk: Desk, how: str
) -> None:
    if how == "in part":
        desk.coop.replace("config.yaml", "parallel: 2", "parallel: 2, daily_quota: 2")
    troubles: dict[str, list[Any]] = {"deferred": [status(429)], "in doubt": [drop_before_reading]}
    desk.server.script += troubles.get(how, [])
    attempt = desk.confirm()
    if how == "stopped":
        stop_broadcast(config.load(desk.coop.folder / "config.yaml"), attempt)
    else:
        desk.deliver(attempt)
    if how == "in part":
        desk.coop.replace("config.yaml", "daily_quota: 2", "daily_quota: 100")
    loaded = config.load(desk.coop.folder / "config.yaml")
    had, before = desk.arrived, _progress(desk, attempt)

    tried = record_test(loaded, desk.propose(), "me@example.org", desk.clock() + timedelta(minutes=1))
    report = desk.deliver(tried)

    assert counted(report) == {"sent": 1}
    assert desk.arrived - had == Counter(["me@example.org"])
    assert _progress(desk, attempt) == before
    assert len({copy.message["CustomCampaign"] for copy in desk.server.delivered}) == (2 if had else 1)


@pytest.mark.parametrize(
    ("how", "is_stopped", "after", "then"),
    [
        ("429", True, timedelta(0), "dropped"),
        ("quota", True, timedelta(0), "dropped"),
        ("in doubt", True, timedelta(0), "in_doubt"),
        ("in doubt", True, SETTLED, "dropped"),
        ("429", False, timedelta(0), "deferred"),
        ("429", False, timedelta(hours=25), "dropped"),
    ],
)
def test_a_test_copy_that_no_run_sends_any_more_is_owed_no_more(
    desk: Desk, how: str, is_stopped: bool, after: timedelta, then: str
) -> None:
    loaded = config.load(desk.coop.folder / "config.yaml")
    if how == "quota":
        desk.coop.replace("config.yaml", "parallel: 2", "parallel: 2, daily_quota: 1")
        desk.deliver(record_test(loaded, desk.propose(), "me@example.org", desk.clock()))
    had = desk.arrived
    troubles: dict[str, list[Any]] = {"429": [status(429)], "in doubt": [drop_before_reading]}
    desk.server.script += troubles.get(how, [])
    attempt = record_test(loaded, desk.propose(), "me@example.org", desk.clock())
    desk.deliver(attempt)
    if is_stopped:
        stop_broadcast(loaded, attempt)
    if after:
        desk.send_due(after)

    with open_ledger(loaded.ledger, read_only=True) as ledger:
        (copy,) = BroadcastBook(ledger, loaded.account).entries(attempt)
    assert copy.status.value == then
    assert desk.arrived == had


def _progress(desk: Desk, attempt: str) -> BroadcastProgress | None:
    return progress_of(config.load(desk.coop.folder / "config.yaml"), attempt)


@pytest.mark.parametrize("sent", [0, 1])
def test_a_mail_that_was_called_off_is_pointed_out_if_some_of_it_left(desk: Desk, sent: int) -> None:
    desk.coop.replace("config.yaml", "parallel: 2", "parallel: 2, daily_quota: 1")
    attempt = desk.confirm()
    if sent:
        desk.deliver(attempt)

    stop_broadcast(config.load(desk.coop.folder / "config.yaml"), attempt)
    neighbour = desk.propose(subject="Autre chose").neighbour

    assert (neighbour.sent if neighbour else 0) == sent


def test_a_run_that_does_not_end_leaves_the_mail_to_the_next(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confirmed, "RUN_LOCK_WAIT", timedelta(seconds=0.1))
    attempt = desk.confirm()

    with run_lock(desk.coop.folder / "ledger.sqlite3", desk.clock()), pytest.raises(LockHeldError):
        desk.deliver(attempt)

    assert counted(desk.send_due()) == {"sent": 4}


def test_a_list_without_an_address_is_refused(desk: Desk) -> None:
    desk.coop.write("orders.csv", "member;distribution;product;quantity\n")

    with pytest.raises(DataError, match="nobody to write to: no address in the list with-order:d1"):
        desk.propose(lists=("with-order:next",))


def test_only_who_answers_for_the_group_may_speak_for_it(desk: Desk) -> None:
    desk.coop.replace(
        "groups.yaml", "name: Les Paniers", "coordinators: [luc@example.org]\n  name: Les Paniers"
    )

    assert desk.propose(answers_to="LUC@example.org").reply_to is not None
    with pytest.raises(UsageError, match=r"--as: zoe@example.org coordinates no group lac"):
        desk.propose(answers_to="zoe@example.org")


@pytest.mark.dear
def test_ctrl_c_stops_at_once_and_the_same_command_goes_on(live_desk: Desk) -> None:
    desk = live_desk
    _many_members(desk, 400)
    processes: list[Any] = []
    stopped: list[bool] = []

    def interrupt(call: Call) -> None:
        answer = call.answer()
        processes[0].send_signal(signal.SIGINT)
        _wait_until_stopped(desk)
        stopped.append(_is_stopped(desk))
        call.reply(*answer)

    desk.server.script += [accept, interrupt]
    processes.append(start(desk.coop.folder, *COMMAND, environ=desk.server.environment))
    _out, err = processes[0].communicate(timeout=60)
    sent = len(desk.server.delivered)
    send_due = run(desk.coop.folder, "send-due", environ=desk.server.environment)

    assert (processes[0].returncode, stopped) == (1, [True])
    assert f"stopped: {sent} of 400 copies were sent; to go on, give the same command again" in err
    assert "Traceback" not in err
    assert (send_due.returncode, len(desk.server.delivered)) == (0, sent)
    assert 0 < sent < 400
    again = run(desk.coop.folder, *COMMAND, environ=desk.server.environment)
    assert again.returncode == 0, again.stderr
    assert (len(desk.arrived), set(desk.arrived.values())) == (400, {1})


@pytest.mark.dear
def test_ctrl_c_counts_what_left_in_that_run_and_what_is_in_doubt(live_desk: Desk) -> None:
    desk = live_desk
    _many_members(desk, 400)
    processes: list[Any] = []

    def interrupt_and_drop(call: Call) -> None:
        processes[0].send_signal(signal.SIGINT)
        _wait_until_stopped(desk)
        drop_before_reading(call)

    desk.server.script += [accept, interrupt_and_drop]
    processes.append(start(desk.coop.folder, *COMMAND, environ=desk.server.environment))
    out, err = processes[0].communicate(timeout=60)
    sent = len(desk.server.delivered)
    in_doubt = int(err.partition("In doubt: ")[2].partition(".")[0])
    once_more = start(desk.coop.folder, *COMMAND, environ=desk.server.environment)
    out_again, _err = once_more.communicate(timeout=60)

    assert out == f"Sent: {sent} of 400.\n"
    assert 0 < sent < 400
    assert in_doubt >= 1
    assert "and sends nothing" in err
    assert out_again == f"Sent now: {400 - sent}; in all: 400 of 400.\n"


@pytest.mark.dear
def test_ctrl_c_counts_in_json_what_left_in_that_run(live_desk: Desk) -> None:
    desk = live_desk
    _many_members(desk, 400)
    processes: list[Any] = []

    def interrupt(call: Call) -> None:
        processes[0].send_signal(signal.SIGINT)
        _wait_until_stopped(desk)
        accept(call)

    desk.server.script += [accept, interrupt]
    processes.append(start(desk.coop.folder, *COMMAND, "--json", environ=desk.server.environment))
    out, _err = processes[0].communicate(timeout=60)

    counts = json.loads(out)["counts"]
    assert counts | {"sent": len(desk.server.delivered)} == counts
    assert counts["in_doubt"] == 0
    assert 0 < len(desk.server.delivered) < 400


@pytest.mark.dear
def test_ctrl_c_while_the_last_copies_leave_names_no_command_that_would_be_refused(live_desk: Desk) -> None:
    desk = live_desk
    processes: list[Any] = []

    def interrupt(call: Call) -> None:
        processes[0].send_signal(signal.SIGINT)
        _wait_until_stopped(desk)
        accept(call)

    desk.server.script += [interrupt, interrupt]
    _many_members(desk, 1)
    processes.append(start(desk.coop.folder, *COMMAND, environ=desk.server.environment))
    out, err = processes[0].communicate(timeout=60)

    assert (processes[0].returncode, out) == (1, "Sent: 1 of 1.\n")
    assert err == "too late to stop it: 1 of 1 copies were sent\n"


@pytest.mark.dear
def test_ctrl_c_counts_the_files_that_were_written(desk: Desk) -> None:
    desk.coop.replace("config.yaml", "delivery: mailjet", "delivery: outbox")
    desk.coop.write("lettre.md", LETTER)
    _many_members(desk, 1000)
    process = start(desk.coop.folder, *COMMAND)
    _wait_until(lambda: any((desk.coop.folder / "outbox").glob("*.eml")))
    with closing(sqlite3.connect(desk.coop.folder / "ledger.sqlite3", timeout=20)) as held:
        held.execute("BEGIN IMMEDIATE")  # it can neither claim nor settle until this ends
        process.send_signal(signal.SIGINT)
        held.rollback()
    out, err = process.communicate(timeout=60)
    written = len(list((desk.coop.folder / "outbox").glob("*.eml")))

    assert 0 < written < 1000
    assert out == f"Nothing left this machine: {written} mails were written to outbox.\n"
    assert f"stopped: {written} of 1000 copies were written to the outbox; to go on," in err
    again = run(desk.coop.folder, *COMMAND)
    assert again.stdout == f"Nothing left this machine: {1000 - written} mails were written to outbox.\n"


@pytest.fixture
def _ctrl_c_can_be_pressed() -> Iterator[None]:
    """Let SIGINT interrupt this process: to the jobs of a shell's background it does nothing."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_ctrl_c_can_be_pressed")
@pytest.mark.parametrize("is_over", [False, True], ids=["the rest waits", "all have left"])
def test_ctrl_c_once_the_delivery_has_ended_still_stops_what_is_left(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *, is_over: bool
) -> None:
    desk.coop.write("lettre.md", LETTER)
    quota = "daily_quota: 100" if is_over else "daily_quota: 3"
    desk.coop.replace("config.yaml", "parallel: 2", f"parallel: 2, {quota}")
    monkeypatch.chdir(desk.coop.folder)
    for name, value in desk.coop.environ.items():
        monkeypatch.setenv(name, value)

    @contextmanager
    def pressed_at_its_end(*, show: bool) -> Iterator[Any]:
        yield lambda _done, _total: show
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(send, "progress_bar", pressed_at_its_end)
    with pytest.raises(SystemExit) as ended:
        main([*COMMAND], prog_name="cagette-notify")

    said = capsys.readouterr()
    assert ended.value.code == 1
    assert said.out == ("Sent: 4 of 4.\n" if is_over else "Sent: 3 of 4.\n")
    assert (
        "too late to stop it: 4 of 4" if is_over else "stopped: 3 of 4 copies were sent; to go"
    ) in said.err
    assert "the next send-due sends them" not in said.err
    assert is_over or _is_stopped(desk)


@pytest.mark.long
@pytest.mark.usefixtures("_ctrl_c_can_be_pressed")
@pytest.mark.parametrize(("weight", "most"), [(0, 10), (600_000, 1)], ids=["light", "heavy"])
@pytest.mark.parametrize("times", [1, 2])
def test_ctrl_c_while_files_are_written_is_answered_at_once_and_obeyed_soon(
    desk: Desk, times: int, weight: int, most: int
) -> None:
    desk.coop.replace("config.yaml", "delivery: mailjet", "delivery: outbox")
    _many_members(desk, 150)
    photo = desk.coop.folder / "photo.bin"
    photo.write_bytes(bytes(weight))
    answered: list[int] = []
    proposal = desk.propose(attachments=(photo,) if weight else ())
    attempt, written = desk.confirm(proposal), desk.coop.folder / "outbox"

    def press(done: int, _total: int) -> None:
        for _time in range(times if done == 12 else 0):
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(StoppedError) as stopped:
        deliver_broadcast(
            config.load(desk.coop.folder / "config.yaml"),
            attempt,
            clock=desk.clock,
            environ={},
            progress=press,
            on_stop=lambda: answered.append(len(list(written.glob("*.eml")))),
        )

    count = len(list(written.glob("*.eml")))
    assert 12 <= count <= 12 + 2 * 4 * most  # four calls at once
    assert stopped.value.report.counts["sent"] == count
    assert len(answered) == 1


@pytest.mark.dear
def test_a_mail_that_somebody_else_stops_is_said_to_be(live_desk: Desk) -> None:
    desk = live_desk
    _many_members(desk, 400)

    def stop_it(call: Call) -> None:
        attempt = _only_attempt(desk)
        stop_broadcast(config.load(desk.coop.folder / "config.yaml"), attempt)
        accept(call)

    desk.server.script += [accept, stop_it]
    result = run(desk.coop.folder, *COMMAND, environ=desk.server.environment)

    assert result.returncode == 1
    assert f"stopped: {len(desk.server.delivered)} of 400 copies were sent" in result.stderr
    assert len(desk.server.delivered) < 400


def _only_attempt(desk: Desk) -> str:
    with open_ledger(desk.coop.folder / "ledger.sqlite3") as ledger:
        (one,) = BroadcastBook(ledger, "mailjet").unfinished()
    return one.broadcast.attempt


@pytest.mark.dear
def test_who_confirms_a_mail_after_a_ctrl_c_elsewhere_is_not_stopped_by_that(live_desk: Desk) -> None:
    desk = live_desk
    _many_members(desk, 400)
    processes: list[Any] = []

    def interrupt(call: Call) -> None:
        answer = call.answer()
        processes[0].send_signal(signal.SIGINT)
        _wait_until_stopped(desk)
        record_broadcast(config.load(desk.coop.folder / "config.yaml"), desk.propose(body=LETTER), LONG_AGO)
        call.reply(*answer)

    desk.server.script += [accept, interrupt]
    processes.append(start(desk.coop.folder, *COMMAND, environ=desk.server.environment))
    processes[0].communicate(timeout=60)

    assert not _is_stopped(desk)
    run(desk.coop.folder, "send-due", environ=desk.server.environment)
    run(desk.coop.folder, *COMMAND, environ=desk.server.environment)
    assert (len(desk.arrived), set(desk.arrived.values())) == (400, {1})


def _many_members(desk: Desk, count: int) -> None:
    desk.coop.write("members.csv", "id;email\n" + "".join(f"{n};m{n}@example.org\n" for n in range(count)))


def _wait_until_stopped(desk: Desk) -> None:
    _wait_until(lambda: _is_stopped(desk), pause=0.1)


def _wait_until(happens: Callable[[], bool], pause: float = 0.002) -> None:
    give_up = time.monotonic() + 20
    while not happens():
        assert time.monotonic() < give_up
        time.sleep(pause)


def _is_stopped(desk: Desk) -> bool:
    same_mail = desk.propose(body=LETTER).same_mail
    return same_mail is not None and same_mail.broadcast.is_stopped


def test_another_contact_in_the_data_is_no_other_mail(desk: Desk) -> None:
    before = desk.propose().identity
    desk.coop.replace("groups.yaml", "coordination@", "contact@")

    assert desk.propose().identity == before


@pytest.mark.parametrize("off", ["id: gone", "id: lac\n  disabled: yes"])
def test_a_mail_to_a_group_that_is_off_is_held_and_said(desk: Desk, off: str) -> None:
    desk.confirm()
    desk.coop.replace("groups.yaml", "id: lac", off)
    desk.coop.write("distributions.yaml", "[]")

    held = desk.send_due()

    assert (counted(held), exit_status_of(held)) == ({}, 1)
    assert "is held, as that group is disabled or no longer in the data" in held.news[0]
    assert desk.arrived == Counter()


def test_a_letter_to_those_who_were_told_goes_on_though_their_group_is_disabled(desk: Desk) -> None:
    desk.coop.replace("groups.yaml", "id: lac", "id: lac\n  disabled: yes")
    desk.coop.write("distributions.yaml", "[]")
    mailboxes = desk.propose().audience.mailboxes
    proposal = replace(desk.propose(), lists=(WantedList("told", a_distribution(id="d1")),))
    desk.confirm(proposal)

    going_on = desk.send_due()

    assert (counted(going_on), exit_status_of(going_on)) == ({"sent": len(mailboxes)}, 0)


def test_what_is_proved_before_the_lock_is_held_leaves_the_outbox_to_the_run_that_writes_to_it(
    tmp_path: Path,
) -> None:
    loaded = config.load(Coop(tmp_path).folder / "config.yaml")

    prove_transport(loaded, {}, LONG_AGO)
    assert not (tmp_path / "outbox").exists()

    (tmp_path / "outbox").mkdir()
    being_written = tmp_path / "outbox" / ".unfinished-l1-0.eml"
    being_written.write_bytes(b"half a mail")
    prove_transport(loaded, {}, LONG_AGO)
    assert list((tmp_path / "outbox").iterdir()) == [being_written]

    being_written.unlink()
    (tmp_path / "outbox").rmdir()
    (tmp_path / "outbox").write_bytes(b"")
    with pytest.raises(ConfigError, match="must be a folder"):
        prove_transport(loaded, {}, LONG_AGO)


@pytest.mark.dear
def test_broadcasts_begun_at_the_same_moment_in_a_fresh_folder_all_arrive(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    coop.write("lettre.md", LETTER)
    subjects = ("Salle", "Heure", "Panier")

    begun = [
        start(tmp_path, "broadcast", "-s", subject, "--body", "lettre.md", "--yes") for subject in subjects
    ]

    assert [(process.communicate(timeout=60)[1], process.returncode) for process in begun] == [("", 0)] * 3
    assert Counter(mail["Subject"] for mail in coop.mails()) == dict.fromkeys(subjects, len(EVERYBODY))
