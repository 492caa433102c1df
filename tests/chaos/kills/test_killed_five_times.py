"""Commands in processes of their own, killed where the server has the post and where it has not."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.command import run, start
from tests.fixtures.coop import Coop
from tests.fixtures.mailjet_server import MailjetServer, accept, kill_client

if TYPE_CHECKING:
    from pathlib import Path

MAILJET = "delivery: mailjet\nmailjet: {{api_url: '{}', timeout: 1s, settle_after: 0s, parallel: 2}}\n"
COMMAND = ("--lang", "en", "broadcast", "-s", "On change de salle", "--body", "lettre.md", "--yes")


@pytest.mark.dear
@pytest.mark.parametrize(
    ("finisher", "members", "calls"),
    [("send-due", 1000, (0, 3, 1, 4, 2)), ("broadcast", 400, (0, 1, 1, 0, 1))],
    ids=["send-due", "the same command"],
)
def test_killed_five_times_it_still_arrives_once(
    tmp_path: Path, finisher: str, members: int, calls: tuple[int, ...]
) -> None:
    with MailjetServer(tls=False) as server:
        coop = Coop(tmp_path, extra=MAILJET.format(server.url), environ=server.environment)
        rows = "".join(f"{number};m{number}@example.org\n" for number in range(members))
        coop.write("members.csv", f"id;email\n{rows}")
        coop.write("lettre.md", "Bonjour,\n\non change de salle.\n")
        coop.write("affiche.pdf", b"%PDF" * 500)
        running: list[int] = []
        repeated = COMMAND if finisher == "broadcast" else ("send-due",)
        for number, accepted in enumerate(calls):
            kill = kill_client(lambda: running[-1], accepting=number % 2 == 0)
            server.script[:] = [*[accept] * accepted, kill, *[kill] * 3]
            process = start(coop.folder, *(repeated if number else COMMAND), environ=server.environment)
            running.append(process.pid)
            process.communicate(timeout=60)
            assert process.returncode == -signal.SIGKILL
            time.sleep(0.05)
        server.script.clear()

        last = run(coop.folder, *repeated, environ=server.environment)
        delivered = len(server.delivered)
        once_more = run(coop.folder, *COMMAND, environ=server.environment)

        assert last.returncode == 0, last.stderr
        assert sorted(copy.address for copy in server.delivered) == sorted(
            f"m{number}@example.org" for number in range(members)
        )
        assert once_more.returncode == 1
        assert f"to {members} addresses" in once_more.stderr
        assert len(server.delivered) == delivered == members
