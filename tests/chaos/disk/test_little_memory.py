"""A process with little memory: one line says so, and the next run sends what this one could not."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cagette_notify.cli.setup.demo import write_coop
from tests.chaos.disk.endings import check_words
from tests.chaos.disk.scenes import addressee, unrecorded_in
from tests.fixtures.command import ROOT
from tests.fixtures.coop import let_rest
from tests.fixtures.mailjet_account import Account
from tests.fixtures.mailjet_server import MailjetServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.chaos.conftest import Share

MORE = range(500, 120_500, 500)  # kB above what Python and Click take, some to spare
ENOUGH = 2_000_000  # each of eight threads may reserve a stack and, with glibc, two arenas of 64 MB
SHORT = 60  # every so many of them
MAIN = "from cagette_notify.cli import main; main(prog_name='cagette-notify')"
GIVES_UP = "Cannot recover from MemoryErrors while normalizing exceptions"
"""How CPython itself dies, now and then, where a library is imported with no memory left."""
PEAK = "import pathlib, cagette_notify.cli; print(pathlib.Path('/proc/self/status').read_text())"
MAILJET = "delivery: mailjet\nmailjet: {{api_url: '{url}', timeout: 60s, settle_after: 0s}}\n"


def python(
    program: str, *arguments: str, folder: Path, server: MailjetServer, limit: int | str = "unlimited"
) -> subprocess.CompletedProcess[str]:
    """Run Python with so many kB of address space."""
    return subprocess.run(
        ["sh", "-c", f'ulimit -v {limit}; exec "$@"', "sh", sys.executable, "-c", program, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **server.environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture
def server() -> Iterator[MailjetServer]:
    if not Path("/proc/self/status").exists():
        pytest.skip("this system does not say how much memory a process takes")
    with MailjetServer() as server:
        yield server


def a_coop(folder: Path, server: MailjetServer, delivery: str) -> Path:
    write_coop(folder, datetime.now(timezone.utc).replace(microsecond=0))
    let_rest(folder / "orders.csv")
    if delivery == "mailjet":
        config = folder / "config.yaml"
        text = config.read_text(encoding="utf-8").replace("delivery: outbox", "# Not the outbox.")
        config.write_text(text + MAILJET.format(url=server.url), encoding="utf-8")
    return folder


def arrived(folder: Path, server: MailjetServer) -> Counter[str]:
    written = Counter(addressee(file) for file in (folder / "outbox").glob("[!.]*.eml"))
    return written + Counter(arrival.address for arrival in server.account.arrivals)


@dataclass
class Try:
    """A run with so many kB, and one with plenty."""

    folder: Path
    server: MailjetServer
    limit: int
    status: int = 0

    def trouble(self, owed: Counter[str]) -> str:
        """Say what is wrong after both, or nothing."""
        self.server.account = Account(self.server.clock)
        self.server.posts.clear()
        ended = python(MAIN, "send-due", folder=self.folder, server=self.server, limit=self.limit)
        self.status = ended.returncode
        try:
            if (ended.returncode, GIVES_UP in ended.stderr) != (-signal.SIGABRT, True):
                check_words(ended.returncode, ended.stderr)
            assert not unrecorded_in(self.folder, self.server)
            mended = python(MAIN, "send-due", folder=self.folder, server=self.server)
            assert mended.returncode == 0, mended.stderr
            assert arrived(self.folder, self.server) == owed
        except AssertionError as error:
            return f"{self.limit} kB: {error}"
        return ""


@pytest.mark.dear
@pytest.mark.parametrize("delivery", ["outbox", "mailjet"])
def test_little_memory_loses_and_doubles_nothing(
    delivery: str, server: MailjetServer, tmp_path: Path, share: Share, tried_points: Callable[[int], None]
) -> None:
    start = a_coop(tmp_path / "start", server, delivery)
    clean = shutil.copytree(start, tmp_path / "clean")
    assert python(MAIN, "send-due", folder=clean, server=server).returncode == 0
    owed = arrived(clean, server)
    peak = python(PEAK, folder=clean, server=server).stdout
    (least,) = map(int, re.findall(r"VmPeak:\s*(\d+) kB", peak))

    points = [ENOUGH, *share(MORE[::-1], MORE[::-SHORT])]
    tries = [Try(shutil.copytree(start, tmp_path / str(more)), server, least + more) for more in points]
    found = [one.trouble(owed) for one in tries]

    assert [trouble for trouble in found if trouble] == []
    assert tries[0].status == 0
    tried_points(len(points))
