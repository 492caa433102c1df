"""What check-member says will leave, and what send-due then sends, over co-ops made up at random."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from random import Random
from typing import TYPE_CHECKING

import pytest

from cagette_notify.config import load as config
from cagette_notify.config.paths import sources_of
from cagette_notify.data.roster import read_roster
from cagette_notify.helpdesk.check_member.evidence.gather_evidence import EvidenceGatherer
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.planning.timeline import WILL_SEND
from tests.fixtures.builders import PARIS
from tests.fixtures.coop import A_DAY_BEFORE, Coop

if TYPE_CHECKING:
    from pathlib import Path

ADDRESSES = ["a@example.org", "B@example.org", "b@example.org", "c@example.org", "d@no.mail", "bad@", ""]
NIGHTS = [datetime(2026, 6, 12, 18), datetime(2026, 10, 25, 18), datetime(2027, 3, 28, 18)]  # noqa: DTZ001 - wall clocks
IDS = "1234"

Leaving = set[tuple[str, ...]]


class World:
    """A co-op of two groups whose data somebody keeps changing."""

    def __init__(self, coop: Coop, random: Random) -> None:
        self.coop, self.random = coop, random
        self.base = random.choice(NIGHTS)
        self.members = {id_: self.somebody() for id_ in IDS}
        self.days = {f"d{n}": self.some_day() for n in range(1, 4)}
        self.orders = {(random.choice(IDS), random.choice(list(self.days))): 1 for _ in range(8)}
        self.now = (self.base - timedelta(hours=random.randrange(20, 60))).replace(tzinfo=PARIS)

    def somebody(self) -> list[str]:
        """Make a row of the members file, without the id."""
        pick = self.random.choice
        settings = [pick(["", "oui", "non"]) for _ in range(3)]
        return [pick(ADDRESSES), pick([*ADDRESSES, "", ""]), pick(["lac", "mer", "lac|mer"]), *settings]

    def some_day(self) -> dict[str, str]:
        """Make a distribution around the base, in one of the groups."""
        hours = self.random.randrange(-40, 60)
        starts_at = self.base + timedelta(hours=hours)
        opens_at = starts_at - timedelta(hours=self.random.choice([5, 30, 90]))
        return {
            "group": self.random.choice(["lac", "mer"]),
            "starts_at": f"{starts_at:%Y-%m-%d %H:%M}",
            "orders_open_at": f"{opens_at:%Y-%m-%d %H:%M}",
            "place": self.random.choice(["A", "B"]),
            "cancelled": self.random.choice(["non", "non", "non", "oui"]),
        }

    def changes(self) -> None:
        """Let one thing become otherwise."""
        what, day = self.random.randrange(4), self.random.choice(list(self.days))
        if what == 0:
            self.members[self.random.choice(IDS)] = self.somebody()
        elif what == 1:
            self.days[day] |= {"place": self.random.choice("ABC")}
        elif what == 2:
            self.days[day] = self.some_day() | {"group": self.days[day]["group"]}
        else:
            self.orders[(self.random.choice(IDS), day)] = self.random.choice([0, 1])

    def write(self) -> None:
        """Write the files as they are now."""
        rows = [f"{id_};{';'.join(row)}" for id_, row in self.members.items()]
        head = "id;email;partner_email;groups;opening;recap_24h;recap_4h"
        self.coop.write("members.csv", "\n".join([head, *rows, ""]))
        self.coop.write("groups.yaml", "- {id: lac, name: Lac}\n- {id: mer, name: Mer}\n")
        days = [
            f"- {{id: {id_}, {', '.join(f'{k}: {v}' for k, v in day.items())}}}"
            for id_, day in self.days.items()
        ]
        self.coop.write("distributions.yaml", "\n".join([*days, ""]))
        lines = [f"{member};{day};Riz;{count}" for (member, day), count in self.orders.items()]
        self.coop.write("orders.csv", "\n".join(["member;distribution;product;quantity", *lines, ""]))

    def announced(self, at: datetime) -> Leaving:
        """Return what check-member, asked about everybody, says will leave with the next run."""
        loaded = config.load(self.coop.folder / "config.yaml")
        roster = read_roster(sources_of(loaded), loaded.notifications)
        with open_ledger(loaded.ledger, read_only=True) as ledger:
            examination = EvidenceGatherer(loaded, roster, ledger, at)
            cases = [examination.case(member, ()) for member in roster.members]
        return {
            leaving(event.kind.value, event.distribution_id, case.member.id, event.address)
            for case in cases
            for event in case.upcoming
            if event.status == WILL_SEND and event.at <= at
        }

    def sent(self, at: datetime) -> Leaving:
        """Run send-due, and return what left."""
        lines = self.coop.run(at).lines
        return {
            leaving(line.kind, line.distribution, line.member, line.address)
            for line in lines
            if line.status == "sent"
        }


def leaving(kind: str, distribution: str, member: str, address: str) -> tuple[str, ...]:
    """Name a notice; an opening is everybody's who reads the address."""
    return (kind, distribution, "" if kind == "opening" else member, address.casefold())


@pytest.mark.dear
@pytest.mark.parametrize("seed", [0, 1, 4, 5, 6, 7, 8, 10])
def test_what_is_announced_is_what_leaves(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    world = World(Coop(tmp_path, extra="stale_orders: send\nfirst_run_lookback: 20d\n"), random)
    world.write()
    left: Leaving = set()
    for _step in range(12):
        at = world.now.astimezone(timezone.utc)

        announced, sent = world.announced(at), world.sent(at)

        assert announced == sent
        left |= sent
        if random.random() < 0.5:
            world.changes()
            world.write()
        world.now += timedelta(minutes=random.choice([10, 60, 180]))
    assert left


def test_whoever_was_told_under_another_id_is_announced_nothing_again(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    coop.run(A_DAY_BEFORE)
    coop.replace("distributions.yaml", "id: d1", "id: vendredi")
    coop.replace("orders.csv", ";d1;", ";vendredi;")
    loaded, now = config.load(coop.folder / "config.yaml"), A_DAY_BEFORE + timedelta(minutes=10)
    roster = read_roster(sources_of(loaded), loaded.notifications)

    with open_ledger(loaded.ledger, read_only=True) as ledger:
        case = EvidenceGatherer(loaded, roster, ledger, now).case(roster.members[0], ())

    assert [event for event in (*case.history, *case.upcoming) if event.status == WILL_SEND] == []
