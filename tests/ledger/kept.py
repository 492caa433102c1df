"""A co-op in the middle of everything; a ledger of it is kept for each version of the schema.

``python -m tests.ledger.kept`` keeps one of today's version in tests/ledger/schemas/.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cagette_notify.broadcast.deliver import deliver_broadcast, record_broadcast
from cagette_notify.broadcast.planned import plan_broadcast
from cagette_notify.broadcast.proposal import BroadcastRequest, Proposal, propose
from cagette_notify.config import load as config
from cagette_notify.config.paths import sources_of
from cagette_notify.data.dataset import load_calendar
from cagette_notify.ledger.schema import MIGRATIONS
from tests.fixtures.coop import Coop
from tests.fixtures.mailjet_server import (
    Behaviour,
    MailjetServer,
    accept_then_drop,
    drop_before_reading,
    status,
)
from tests.fixtures.memory import utc
from tests.fixtures.raw_ledger import SCHEMAS, change

if TYPE_CHECKING:
    from datetime import datetime

    from cagette_notify.config.load import Config

NAMES = ("zoe", "bad", "found", "lost", "claimed", "lostclaim", "deferred", "dropped", "late", "gone")
AT_LAST = utc("2026-06-11T16:45")
"""When the next run comes: every doubt has been one for longer than ``settle_after``."""

_EXTRA = """\
delivery: mailjet
mailjet: {{api_url: '{url}', timeout: 1s, settle_after: 10m, parallel: 1}}
"""
_DISTRIBUTIONS = """\
- {id: before, group: lac, starts_at: 2026-06-10 18:00, place: Salle des fêtes}
- {id: recaps, group: lac, starts_at: 2026-06-12 18:00, place: Salle des fêtes}
- {id: opening, group: lac, starts_at: 2026-06-19 18:00, orders_open_at: 2026-06-11 18:00,
   orders_close_at: 2026-06-17 20:00}
"""


@dataclass
class Scene:
    """The co-op, the stand-in its mail goes through, and the time it is there."""

    folder: Path
    server: MailjetServer
    at: datetime = AT_LAST

    def __post_init__(self) -> None:
        """Write the files as they are in the end."""
        self.coop = Coop(
            self.folder, extra=_EXTRA.format(url=self.server.url), environ=self.server.environment
        )
        rows = "".join(f"{name};{name}@example.org\n" for name in NAMES)
        self.coop.write("members.csv", "id;email\n" + rows)
        self.coop.write("distributions.yaml", _DISTRIBUTIONS)
        self.coop.write("plan.txt", "over there\n")
        self.server.account.bad_addresses.add("bad@example.org")
        self.order("zoe", "bad", "found", "lost", "claimed", "lostclaim", "deferred", "gone")

    def order(self, *names: str) -> None:
        """Write the orders: these members', and one of a distribution that is over."""
        rows = "".join(f"{name};recaps;Pain;1\n" for name in names)
        self.coop.write("orders.csv", f"member;distribution;product;quantity\nlate;before;Pain;1\n{rows}")

    def run(self, at: str, *behaviours: Behaviour) -> None:
        """Run send-due at a time, the stand-in doing so."""
        self.at = utc(at)
        self.server.script[:] = behaviours
        self.coop.run(self.at)

    def broadcast(self, at: str, subject: str, *behaviours: Behaviour) -> None:
        """Send a mail with a file to everybody."""
        self.at = utc(at)
        self.server.script[:] = behaviours
        loaded, proposal = self._proposed(subject)
        attempt = record_broadcast(loaded, proposal, self.at)
        deliver_broadcast(
            loaded, attempt, clock=lambda: self.at, environ=self.coop.environ, progress=lambda *_: None
        )

    def plan(self, at: str, subject: str, send_at: str) -> None:
        """Plan a mail with a file to those whom another file names."""
        self.at = utc(at)
        self.coop.write("list.csv", "email\nzoe@example.org\n")
        loaded, proposal = self._proposed(subject, lists=(f"file:{self.folder / 'list.csv'}",))
        plan_broadcast(loaded, proposal, utc(send_at), self.at)

    def _proposed(self, subject: str, **asked: Any) -> tuple[Config, Proposal]:
        loaded = config.load(self.folder / "config.yaml")
        calendar = load_calendar(sources_of(loaded))
        files = (self.folder / "plan.txt",)
        request = BroadcastRequest(calendar.groups["lac"], subject, "Bonjour,", attachments=files, **asked)
        return loaded, propose(loaded, calendar, request, self.at)


def keep(path: Path) -> None:
    """Live through everything that leaves a row behind, and keep the ledger at ``path``."""
    with tempfile.TemporaryDirectory() as folder, MailjetServer(tls=False) as server:
        scene = Scene(Path(folder), server)
        server.clock = server.account.clock = lambda: scene.at.timestamp()  # noqa: PLW0108 - the time moves on
        _live(scene)
        # As a run leaves them that dies before it hears an answer.
        change(
            scene.folder / "ledger.sqlite3",
            "UPDATE notices SET status = 'claimed', settled_at = NULL, detail = ''"
            " WHERE member_id IN ('claimed', 'lostclaim')",
        )
        shutil.copyfile(scene.folder / "ledger.sqlite3", path)


def _live(scene: Scene) -> None:
    scene.server.account.index_lag = 3600
    scene.run("2026-06-09T15:00")
    scene.run("2026-06-10T18:30")  # the recap of the one that is over came too late
    scene.broadcast("2026-06-11T15:50", "On change de salle")
    scene.order("zoe", "bad", "gone")
    scene.run("2026-06-11T16:05")
    scene.order("zoe", "bad", "gone", "dropped")
    scene.run("2026-06-11T16:06", drop_before_reading)
    scene.order("zoe", "bad", "gone")
    scene.run("2026-06-11T16:17")
    _forget(scene, "gone")
    for minute, name, behaviour in (
        (18, "found", accept_then_drop),
        (19, "lost", drop_before_reading),
        (20, "claimed", accept_then_drop),
        (21, "lostclaim", drop_before_reading),
        (22, "deferred", status(429)),
    ):
        waiting = ("found", "lost", "claimed", "lostclaim", "deferred")
        scene.order("zoe", "bad", "gone", *waiting[: waiting.index(name) + 1])
        scene.run(f"2026-06-11T16:{minute}", behaviour)
    scene.broadcast("2026-06-11T16:25", "Il reste des fraises", status(429))
    scene.plan("2026-06-11T16:26", "Bientôt les pêches", "2026-07-01T08:00")


def _forget(scene: Scene, who: str) -> None:
    from cagette_notify.helpdesk.forget import forget

    forget(config.load(scene.folder / "config.yaml"), who, scene.at)


if __name__ == "__main__":
    keep(SCHEMAS / f"v{len(MIGRATIONS)}.sqlite3")
