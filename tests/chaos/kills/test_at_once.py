"""Several commands at once, each in a process of its own, some of them killed: still each mail once."""

from __future__ import annotations

import inspect
import os
import signal
import time
from collections import Counter
from datetime import datetime, timedelta, timezone
from random import Random
from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.notices import Status
from cagette_notify.ledger.sqlite import SqliteEngine
from tests.chaos.kills.places import files_of_package
from tests.chaos.kills.scenes import (
    BROADCAST,
    BUSY,
    BUSY_FIRST,
    INTERRUPTING,
    INTERRUPTING_FIRST,
    LETTER,
    RECONSIDERING,
    SEND_DUE,
    SENDING_FIRST,
    Scene,
)
from tests.chaos.kills.scripts import ACCEPTS
from tests.chaos.kills.warm import Ended
from tests.fixtures.command import start
from tests.fixtures.coop import Coop, let_rest
from tests.fixtures.images import a_png
from tests.fixtures.mailjet_server import MailjetServer

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tests.chaos.conftest import Share
    from tests.chaos.kills.stage import Stage

SETTLED = timedelta(seconds=3)  # settle_after, and what the clocks differ by
KILLED = -signal.SIGKILL
READERS = (("status",), ("log", "--json"), ("check-member", "zoe", "--json"))
LIVELY = (SEND_DUE, SEND_DUE, SEND_DUE, BROADCAST, BROADCAST, *READERS)
WHERE_NOTHING_IS_LOCKED = files_of_package(
    "ledger/connection.py",
    "ledger/sqlite.py",
    "ledger/schema.py",
    "broadcast/deliver.py",
    "broadcast/proposal.py",
    "cli/broadcast/send.py",
    "core/lock.py",
)
_SQLITE = files_of_package("ledger/sqlite.py")
_BODY, _FIRST = inspect.getsourcelines(inspect.unwrap(SqliteEngine.transaction))
IN_A_TRANSACTION = range(_FIRST, _FIRST + len(_BODY))  # of ledger/sqlite.py: whoever pauses there holds it
COLD = (SEND_DUE, SEND_DUE, BROADCAST, BROADCAST, ("check-member", "zoe", "--json"))
STATUSES = {SEND_DUE: {0, 1, 75}, BROADCAST: {0, 1, 75}}


@pytest.mark.dear
@pytest.mark.parametrize("scene", [BUSY, BUSY_FIRST], ids=lambda scene: scene.name)
def test_commands_at_once_of_which_some_are_killed_send_each_mail_once(
    stage_of: Callable[[Scene], Stage], scene: Scene, share: Share, tried_points: Callable[[int], None]
) -> None:
    stage = stage_of(scene)
    for round_ in share(range(200), range(4)):
        stage.set(ACCEPTS)

        killed = play_a_round(stage, Random(round_))

        stage.finish()
        tried_points(killed + 1)


@pytest.mark.dear
@pytest.mark.parametrize(
    "scene",
    [SENDING_FIRST, INTERRUPTING_FIRST, INTERRUPTING, RECONSIDERING],
    ids=lambda scene: scene.name,
)
def test_a_run_while_another_command_pauses_at_any_line_leaves_each_mail_to_one_of_them(
    stage_of: Callable[[Scene], Stage], scene: Scene, share: Share, tried_points: Callable[[int], None]
) -> None:
    stage = stage_of(scene)
    places = [
        place._replace(time=1)
        for place in stage.lines(ACCEPTS)
        if place.file in WHERE_NOTHING_IS_LOCKED
        and not (place.file in _SQLITE and place.line in IN_A_TRANSACTION)
    ]
    some = share(places, places[::12])
    for place in some:
        stage.set(ACCEPTS)

        other = stage.play_in_between(place, *SEND_DUE)

        refuse_surprises(SEND_DUE, other)
        stage.finish()
    tried_points(len(some))


def play_a_round(stage: Stage, chance: Random) -> int:
    """Start everything in any order, kill some of it at any moment, and return how many were killed."""
    commands = chance.sample(LIVELY, len(LIVELY))
    processes = [stage.start(*words) for words in commands]
    for process in chance.sample(processes, chance.randint(0, 3)):
        time.sleep(chance.uniform(0, 0.08))
        os.kill(process.pid, signal.SIGKILL)
    ends = [stage.end(process) for process in processes]
    for words, ended in zip(commands, ends, strict=True):
        refuse_surprises(words, ended)
    return sum(ended.status == KILLED for ended in ends)


def refuse_surprises(words: Sequence[str], end: Ended) -> None:
    """Fail unless a command ended in a way that is documented; one that gave way to another is silent."""
    assert "Traceback" not in end.stderr, end.stderr
    assert end.status in {KILLED, *STATUSES.get(tuple(words), {0, 1})}, (words, end)
    if words == SEND_DUE and end.status == 75:
        assert (end.stdout, end.stderr) == ("", "")


@pytest.mark.dear
def test_cold_processes_at_once_send_each_mail_once(
    tmp_path: Path, full: bool, tried_points: Callable[[int], None]
) -> None:
    for round_ in range(10 if full else 1):
        with MailjetServer() as server:
            coop = a_coop_with_mail_due_now(tmp_path / str(round_), server)
            chance = Random(round_)
            commands = chance.sample(COLD, len(COLD))
            processes = [start(coop.folder, *words, environ=server.environment) for words in commands]
            time.sleep(chance.uniform(0.5, 2.5))
            chance.choice(processes).kill()
            for words, process in zip(commands, processes, strict=True):
                refuse_surprises(words, ended(process))
            server.wait_until_idle()
            time.sleep(SETTLED.total_seconds())
            for later in BUSY.then:
                refuse_surprises(later, ended(start(coop.folder, *later, environ=server.environment)))

            assert Counter(copy.address for copy in server.delivered) == Counter(BUSY.owed)
            assert {entry.status for entry in coop.entries(account="mailjet")} == {Status.SENT}
            tried_points(1)


def a_coop_with_mail_due_now(folder: Path, server: MailjetServer) -> Coop:
    """Write a co-op that recalls a distribution of tomorrow, and opens it to orders, at any time."""
    folder.mkdir()
    extra = f"delivery: mailjet\nmailjet: {{api_url: '{server.url}', settle_after: 2s, parallel: 2}}\n"
    coop = Coop(folder, extra)
    coop.write("lettre.md", LETTER)
    coop.write("salle.png", a_png())
    now = datetime.now(timezone.utc)
    times = {
        "starts_at": now + timedelta(hours=23, minutes=30),
        "orders_open_at": now - timedelta(minutes=30),
        "orders_close_at": now + timedelta(hours=20),
    }
    rows = [f"  {name}: {at:%Y-%m-%dT%H:%M:%S}+00:00\n" for name, at in times.items()]
    coop.write("distributions.yaml", "- id: d1\n  group: lac\n" + "".join(rows))
    let_rest(coop.folder / "orders.csv")
    return coop


def ended(process: subprocess.Popen[str]) -> Ended:
    """Wait for a process of the real command to end."""
    stdout, stderr = process.communicate(timeout=120)
    return Ended(process.returncode, stdout, stderr)
