"""Commands in co-ops of their own, and what must be true once they were given again."""

from __future__ import annotations

import email
import email.policy
import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cagette_notify.ledger.connection import open_ledger
from cagette_notify.ledger.schema import MIGRATIONS
from tests.chaos.disk.bench import Bench, Errand
from tests.fixtures.coop import A_DAY_BEFORE, Coop
from tests.fixtures.images import a_png
from tests.fixtures.mailjet_account import Account, Arrival
from tests.fixtures.mailjet_server import (
    Behaviour,
    MailjetServer,
    accept_then_drop,
    drop_before_reading,
    status,
)
from tests.fixtures.memory import utc
from tests.fixtures.raw_ledger import make_older, version_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path


ORDERED = ("maelle@example.org", "noel@example.org", "zoe@example.org")
EVERYBODY = ("lea@example.org", *ORDERED)
LETTER = ("broadcast", "lac", "-s", "Bonjour", "--body", "lettre.md", "--yes")
FORGET = ("forget", "--yes", "zoe@example.org")
HERS = "1;recap_4h;yes;2026-05-01\n"
SETTINGS = f"member;kind;value;date\n{HERS}3;opening;no;2026-05-02\n"
CHANGED = SETTINGS + "3;recap_24h;no;2026-06-11\n"
WELL = "cagette-notify: all well again\n"
_MAILJET = "delivery: mailjet\nmailjet: {{api_url: '{url}', timeout: 5s, settle_after: 10m, parallel: 2}}\n"
_THE_DAY_BEFORE = utc("2026-06-10T18:30")
_STEP = timedelta(minutes=11)  # more than settle_after


@dataclass(frozen=True)
class Scene:
    """A command, what went before it, and whom it owes a mail, if that is what it is for."""

    name: str
    arguments: Sequence[str]
    prepare: Callable[[Stage], None]
    owed: Sequence[str] = ()
    check: Callable[[Take], None] = lambda _take: None
    is_mailed: bool = False
    is_the_last_word: bool = False  # as cron would write anew what was forgotten and is still in the data


@dataclass(eq=False)
class Stage:
    """A scene's folder as it is before the command, and the server that it calls."""

    scene: Scene
    folder: Path
    server: MailjetServer
    bench: Bench
    now: datetime = _THE_DAY_BEFORE
    arrived: tuple[Arrival, ...] = ()

    def __post_init__(self) -> None:
        """Set the scene."""
        extra = _MAILJET.format(url=self.server.url) if self.scene.is_mailed else ""
        self._call_server()
        self.folder.mkdir()
        coop = Coop(self.folder, extra=extra)
        coop.write("lettre.md", "Bonjour {{ member.first_name }}, ![Le lac](lac.png)\n")
        coop.write("lac.png", a_png())
        coop.write("notifications.csv", SETTINGS).chmod(0o600)
        self.scene.prepare(self)
        self.arrived = tuple(self.server.account.arrivals)
        self.ledger_id = ledger_id(self.folder)
        self.start = max(A_DAY_BEFORE, self.now + _STEP)

    def run(self, at: datetime, *script: Behaviour) -> None:
        """Let send-due run beforehand."""
        self.now = at
        self.server.script[:] = script
        self.bench.run(Errand(self.folder, ("send-due",), at, self.server.environment))

    def take(self, number: int) -> Take:
        """Begin anew from here."""
        folder = self.folder.with_name(f"{self.folder.name}-{number}")
        shutil.copytree(self.folder, folder)
        self.now = self.start
        self._call_server()
        return Take(self, folder, self.now)

    def _call_server(self) -> None:
        self.server.clock = lambda: self.now.timestamp()  # noqa: PLW0108 - the time moves on
        self.server.account = Account(self.server.clock)
        self.server.account.arrivals += self.arrived
        self.server.script.clear()
        self.server.posts.clear()


@dataclass
class Take:
    """One try of a scene, and the runs that mend what went wrong in it."""

    stage: Stage
    folder: Path
    now: datetime

    @property
    def errand(self) -> Errand:
        """The command."""
        return self._errand(self.stage.scene.arguments)

    def within(self, limits: Mapping[str, int]) -> Errand:
        """Return the command, with no more than these limits of the system's."""
        return replace(self.errand, limits=limits)

    def mend(self) -> None:
        """Let cron come, give the command again, and let cron come once more."""
        scene = self.stage.scene
        later = () if scene.is_the_last_word else (("send-due",),)
        for arguments in (("send-due",), scene.arguments, *later):
            self.now += _STEP
            self.stage.now = self.now
            ended = self.stage.bench.run(self._errand(arguments))
            assert ended.status in {0, 1}, (arguments, ended)
            assert "Traceback" not in ended.stderr, ended.stderr
        assert ended.status == 0, ended

    def _errand(self, arguments: Sequence[str]) -> Errand:
        return Errand(self.folder, arguments, self.now, self.stage.server.environment)

    @property
    def copies(self) -> Counter[str]:
        """What arrived, or was accepted and dropped as a second one, by address."""
        if self.stage.scene.is_mailed:
            return Counter(arrival.address for arrival in self.stage.server.account.arrivals)
        return Counter(addressee(file) for file in (self.folder / "outbox").glob("[!.]*.eml"))

    @property
    def unrecorded(self) -> set[str]:
        """The mails that left, or may have, and of which the ledger does not know that."""
        return unrecorded_in(self.folder, self.stage.server)


def unrecorded_in(folder: Path, server: MailjetServer) -> set[str]:
    """Return the mails that left, or may have, and of which the ledger of ``folder`` does not know that."""
    left = {custom_id for post in server.posts for custom_id in post.custom_ids}
    left |= {file.stem for file in (folder / "outbox").glob("[!.]*.eml")}
    if not left:
        return set()
    with open_ledger(folder / "ledger.sqlite3", read_only=True) as ledger:
        known = {one: ledger.by_custom_id(one) for one in left}
    return {one for one, entries in known.items() if not any(entry.may_have_arrived for entry in entries)}


def addressee(file: Path) -> str:
    """Return whom a written mail is for."""
    mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    return str(mail["To"].addresses[0].addr_spec)


def ledger_id(folder: Path) -> str:
    """Return what tells one ledger from another, or nothing where there is none."""
    path = folder / "ledger.sqlite3"
    if not path.exists():
        return ""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return str(connection.execute("SELECT ledger_id FROM identity").fetchone()[0])


def _nothing(_stage: Stage) -> None:
    """Begin where nothing ever ran."""


def _a_quiet_run(stage: Stage) -> None:
    stage.run(_THE_DAY_BEFORE)


def _mails_sent(stage: Stage) -> None:
    stage.run(_THE_DAY_BEFORE)
    stage.run(A_DAY_BEFORE)


def _doubts(*script: Behaviour) -> Callable[[Stage], None]:
    def prepare(stage: Stage) -> None:
        stage.run(_THE_DAY_BEFORE)
        stage.run(A_DAY_BEFORE, *script)

    return prepare


def _an_older_ledger(stage: Stage) -> None:
    _doubts(accept_then_drop)(stage)
    make_older(2, stage.folder / "ledger.sqlite3")


def _is_todays(take: Take) -> None:
    assert version_of(take.folder / "ledger.sqlite3") == len(MIGRATIONS)


def _is_forgotten(take: Take) -> None:
    assert take.copies == Counter(address for address in ORDERED if address != FORGET[-1])
    for name in ("ledger.sqlite3", "notifications.csv"):
        content = (take.folder / name).read_bytes().lower()
        assert b"zoe@" not in content
    assert (take.folder / "notifications.csv").read_text("utf-8-sig") == SETTINGS.replace(HERS, "")


def _is_changed(take: Take) -> None:
    assert (take.folder / "notifications.csv").read_text("utf-8-sig") == CHANGED


SCENES = (
    Scene("first run", ("send-due", "--lookback", "24h"), _nothing, ORDERED),
    Scene("outbox", ("send-due",), _a_quiet_run, ORDERED),
    Scene("mailjet", ("send-due",), _a_quiet_run, ORDERED, is_mailed=True),
    Scene("accepted", ("send-due",), _doubts(accept_then_drop), ORDERED, is_mailed=True),
    Scene("lost", ("send-due",), _doubts(drop_before_reading), ORDERED, is_mailed=True),
    Scene("an older ledger", ("send-due",), _an_older_ledger, ORDERED, check=_is_todays, is_mailed=True),
    Scene("put off", ("send-due",), _doubts(status(429)), ORDERED, is_mailed=True),
    Scene("broadcast", LETTER, _mails_sent, (*EVERYBODY, *ORDERED), is_mailed=True),
    Scene("broadcast to the outbox", LETTER, _mails_sent, (*EVERYBODY, *ORDERED)),
    Scene("forget", FORGET, _mails_sent, check=_is_forgotten, is_the_last_word=True),
    Scene("settings", ("notifications", "3", "--off", "recap_24h"), _mails_sent, ORDERED, check=_is_changed),
)
