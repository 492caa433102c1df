"""A stage on which a scene is played over and over, and the proof that everybody got each mail once."""

from __future__ import annotations

import email
import email.policy
import os
import re
import shutil
import signal
import sqlite3
import time
from collections import Counter
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.chaos.kills.scenes import LETTER, ONE_TO_RECALL_TWO_THAT_OPEN, SEND_DUE, Scene
from tests.chaos.kills.scripts import ACCEPTS, Script
from tests.fixtures.coop import Coop
from tests.fixtures.images import a_png
from tests.fixtures.mailjet_account import DUPLICATE_IN_CAMPAIGN, Account, Arrival

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.chaos.kills.warm import Ended, Place, Process, Warm
    from tests.fixtures.mailjet_server import Behaviour, MailjetServer

SETTLED = timedelta(minutes=11)  # settle_after, and the seconds that a run takes
_DOCUMENTED = {0, 1, 65, 75, 78}
_UNFINISHED = {"claimed", "in_doubt", "deferred"}
_MOST_RUNS = 9
_A_DAY_LATER = timedelta(days=1)
_A_RUN_BEFORE = timedelta(hours=22)  # with nothing due


class Stage:
    """A co-op in a folder, a stand-in for Mailjet with a script, and the time it is there."""

    def __init__(self, scene: Scene, *, warm: Warm, server: MailjetServer, folder: Path) -> None:
        self.scene, self.script = scene, ACCEPTS
        self.server, self.folder = server, folder
        self._warm, self._now = warm, scene.at
        self._running = 0
        self._paused = False
        self._setting = self._first_setting()
        self._lines: dict[str, list[Place]] = {}
        self.told: list[tuple[str, str]] = []  # the address and subject of what was told when last looked at

    def set(self, script: Script) -> None:
        """Put everything back to where the scene begins."""
        self.script = script
        shutil.rmtree(self.folder)
        self.folder.mkdir()
        for name, content in self._setting.items():
            (self.folder / name).write_bytes(content)
        self._now = self.scene.at
        if self.scene.orders_age is not None:
            written_at = (self._now - self.scene.orders_age).timestamp()
            os.utime(self.folder / "orders.csv", (written_at, written_at))
        self.server.clock = self._seconds
        self.server.account = Account(self.server.clock)
        self.server.posts.clear()
        if self.scene.before:
            self.play(self.scene.before)
            self.run(*self.scene.words)
            self._now += SETTLED
        self.play()

    def play(self, posts: Sequence[Behaviour] = (), questions: Sequence[Behaviour] = ()) -> None:
        """Let the server do these things first, one a call."""
        if not self.script.spoils_calls:
            self.server.account.bad_addresses |= self.script.bad_addresses
        self.server.script[:] = [*posts, *self.script.refusals]
        self.server.rest_script[:] = questions

    def lines(self, script: Script) -> list[Place]:
        """Return the lines of the package that the command reaches meanwhile; ``time`` is how often."""
        if script.name not in self._lines:
            self.set(script)
            self.play(script.posts, script.questions)
            process = self.start(*self.scene.words, counts=True)
            self.end(process)
            self._lines[script.name] = self._warm.lines(process)
        return self._lines[script.name]

    def run(self, *words: str, deadly: Place | None = None) -> Ended:
        """Run a command to its end, whichever, and let the server hear it out."""
        self._running = 0
        process = self.start(*words, deadly=deadly)
        self._running = process.pid
        return self.end(process)

    def start(
        self, *words: str, deadly: Place | None = None, deed: int = signal.SIGKILL, counts: bool = False
    ) -> Process:
        """Start a command at the time that it is."""
        return self._warm.start(
            self.folder,
            *words,
            at=self._now,
            environ=self.server.environment,
            deadly=deadly,
            deed=deed,
            counts=counts,
        )

    def play_in_between(self, place: Place, *words: str) -> Ended:
        """Pause the scene's command at a place, run another one meanwhile, and let it go on."""
        paused = self.start(*self.scene.words, deadly=place, deed=signal.SIGSTOP)
        assert self._warm.wait(paused) is None, "it never got there"
        self._paused = True  # its lines to the server stay open meanwhile
        other = self.run(*words)
        self._paused = False
        os.kill(paused.pid, signal.SIGCONT)
        assert self.end(paused).status in _DOCUMENTED
        return other

    def end(self, process: Process) -> Ended:
        """Wait for a command to end, and let the server hear it out."""
        ended = self._warm.wait(process)
        assert ended
        if not self._paused:
            self.server.wait_until_idle()
        assert "Traceback" not in ended.stderr, ended.stderr
        return ended

    def wait(self, time: timedelta = SETTLED) -> None:
        """Let time pass: as much as a doubt takes, unless told."""
        self._now += time

    def running(self) -> int:
        """Return the process of the command at work, to a server that gets its calls."""
        while not self._running:
            time.sleep(0.001)
        return self._running

    def finish(self, *, once_more: bool = True) -> None:
        """Do what cron and people do until everything has left, and prove that all is well."""
        written = {name: inode for name, inode in self._files().items() if name[0] != "."}
        for words in self.scene.then:
            self._repeat(words)
            if words == SEND_DUE:
                # What a kill left unrecorded of a broadcast is all of it: nobody was told yet that it left.
                assert self._arrived() in (self._owed(), self._owed() - Counter(self.scene.letter_to))
        self._prove_that_all_is_well()
        assert written.items() <= self._files().items(), "written again"
        if not once_more:
            return
        posts = len(self.server.posts)
        self._now += SETTLED
        last = self.run(*SEND_DUE)
        assert (last.status, len(self.server.posts)) == (int(bool(self.scene.news)), posts), last

    def repeats(self) -> list[Arrival]:
        """Return what was sent again, and kept from people by its campaign alone."""
        return [one for one in self.server.account.arrivals if one.state == DUPLICATE_IN_CAMPAIGN]

    def _seconds(self) -> float:
        return self._now.timestamp()

    def _repeat(self, words: Sequence[str]) -> None:
        for _run in range(_MOST_RUNS):
            self._now += SETTLED
            ended = self.run(*words)
            assert ended.status in _DOCUMENTED, ended
            if not {status for _address, status in self._rows()} & _UNFINISHED:
                return
        raise AssertionError(self._rows())

    def _prove_that_all_is_well(self) -> None:
        bad = self.script.bad_addresses
        assert self._arrived() == self._owed()
        if self.server.account.index_lag < SETTLED.total_seconds():
            assert self.repeats() == []
        fates = {(address, "failed" if address in bad else "sent") for address in self.scene.owed}
        told = {row for row in self._rows() if row[0] in self.scene.told}
        assert set(self._rows()) - told == fates
        assert {status for _address, status in told} <= {"sent", "dropped"}
        self._prove_that_it_is_tidy()
        assert not any(name.startswith(".") for name in self._files())

    def _prove_that_it_is_tidy(self) -> None:
        tidy = {*self._setting, "ledger.sqlite3", "ledger.sqlite3.lock", "outbox"}
        litter = [path for path in self.folder.iterdir() if path.name not in tidy]
        if litter and not self.scene.has_ledger:
            for path in litter:
                os.utime(path, (0, 0))
            self._now += _A_DAY_LATER
            self.run(*SEND_DUE)
        assert {path.name for path in self.folder.iterdir()} <= tidy

    def _owed(self) -> Counter[str]:
        return Counter(address for address in self.scene.owed if address not in self.script.bad_addresses)

    def _arrived(self) -> Counter[str]:
        """Count the mails that everybody is owed and got, each of another subject; no line is told twice."""
        copies = [(copy.address, copy.subject) for copy in self.server.delivered]
        for message in (copy.message for copy in self.server.delivered):
            ids = [f"cid:{image['ContentID']}" for image in message.get("InlinedAttachments", ())]
            assert re.findall('src="(cid:[^"]*)"', message["HTMLPart"]) == ids, "an image is missing"
        lines = [
            (copy.address, line)
            for copy in self.server.delivered
            if copy.address in self.scene.told
            for line in copy.message["TextPart"].splitlines()
        ]
        for name in (name for name in self._files() if name[0] != "."):  # else half written, and no mail yet
            mail = email.message_from_bytes(
                (self.folder / "outbox" / name).read_bytes(), policy=email.policy.default
            )
            copies.append((mail["To"].addresses[0].addr_spec, str(mail["Subject"])))
            ids = [str(part["Content-ID"]) for part in mail.walk() if part["Content-ID"]]
            assert mail.as_string().count('src=3D"cid:') == len(ids), "an image is missing"
            body = mail.get_body(("plain",))
            assert body
            if copies[-1][0] in self.scene.told:
                lines += [(copies[-1][0], line) for line in body.get_content().splitlines()]
        assert set(Counter(line for line in lines if line[1].startswith("- ")).values()) <= {1}, "told twice"
        self.told = [copy for copy in copies if copy[0] in self.scene.told]
        owed = [copy for copy in copies if copy[0] not in self.scene.told]
        assert set(Counter(owed).values()) <= {1}, "the same mail twice"
        return Counter(address for address, _subject in owed)

    def _files(self) -> dict[str, int]:
        """Return the files in the outbox; one that is written anew gets another inode."""
        return {path.name: path.stat().st_ino for path in self.folder.glob("outbox/.*")} | {
            path.name: path.stat().st_ino for path in self.folder.glob("outbox/*")
        }

    def _rows(self) -> list[tuple[str, str]]:
        """Return the address and status of each row of the ledger, which must be whole."""
        with closing(sqlite3.connect(self.folder / "ledger.sqlite3")) as ledger:
            assert ledger.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            return ledger.execute("SELECT recipient, status FROM notices").fetchall()

    def _first_setting(self) -> dict[str, bytes]:
        self.folder.mkdir()
        extra = (
            f"delivery: {self.scene.delivery}\n"
            f"mailjet: {{api_url: '{self.server.url}', timeout: 1s, settle_after: 10m, parallel: 2}}\n"
        )
        coop = Coop(self.folder, extra + self.scene.extra)
        coop.write("distributions.yaml", ONE_TO_RECALL_TWO_THAT_OPEN)
        coop.write("lettre.md", LETTER)
        coop.write("salle.png", a_png())
        for name, text in self.scene.files.items():
            coop.write(name, text)
        if "duties.csv" in self.scene.files:
            coop.replace(
                "config.yaml", "  orders: orders.csv\n", "  orders: orders.csv\n  duties: duties.csv\n"
            )
        if self.scene.has_ledger:
            self._now = self.scene.at - _A_RUN_BEFORE
            self.server.clock = self._seconds
            self.server.account = Account(self.server.clock)
            assert self.run(*SEND_DUE).status == 0
            assert not self.scene.planned or self.run(*self.scene.planned).status == 0
        for name, text in {**self.scene.news, **self.scene.edits}.items():
            coop.write(name, text)
        return {path.name: path.read_bytes() for path in self.folder.iterdir() if path.is_file()}
