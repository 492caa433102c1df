"""A year of one AMAP: what each family was mailed, held against what it was owed, kind by kind.

Sixty families, a distribution each week but for the holidays, orders, closings, duties handed over and given
up, hours that change, and a quota of 200 mails a day. ``pytest -s`` prints what it comes to.
"""

from __future__ import annotations

import os
import re
from collections import Counter, defaultdict
from datetime import datetime, timedelta, timezone
from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.builders import PARIS
from tests.fixtures.coop import Coop
from tests.fixtures.mailjet_server import MailjetServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date
    from pathlib import Path

FAMILIES, WEEKS, QUOTA = 60, 48, 200
FIRST = datetime(
    2026, 9, 3, 18, tzinfo=PARIS
)  # a Thursday; both nights of the clocks are in the year after it
HOLIDAYS = {16, 17, 25, 33}  # weeks without a distribution
ROLES = ("Accueil", "Pesée", "Rangement")
PEOPLE = [f"f{number}@example.org" for number in range(FAMILIES)]
CONFIG = """\
data:
  groups: groups.yaml
  members: members.csv
  distributions: distributions.csv
  orders: orders.csv
  duties: duties.csv
sender: {{email: noreply@mj.cagette.net}}
delivery: mailjet
mailjet: {{api_url: '{url}', daily_quota: {quota}}}
notices: {{closing: {{default: yes}}, duty_vacant: {{default: yes}}}}
"""
MINUTE = timedelta(minutes=1)

Serving = dict[str, int]  # the family in each role; vacant roles are missing


class Week:
    """A distribution, who orders, who serves as it is known when, and what each address is owed of it."""

    def __init__(self, number: int, random: Random) -> None:
        self.id = f"s{number}"
        self.starts = FIRST + timedelta(weeks=number)
        self.opens, self.closes = self.starts - timedelta(days=6), self.starts - timedelta(days=2)
        self.orders = [one for one in range(FAMILIES) if random.random() < 0.7]
        chosen = random.sample(range(FAMILIES), len(ROLES) + 1)
        self.serving: Serving = dict(zip(ROLES, chosen, strict=False))
        self.has_vacancy = random.random() < 0.3
        if self.has_vacancy:
            del self.serving["Rangement"]
        self.later = random.choice(
            ("as it was", "handed over", "given up", "moved", "moved after the recaps")
        )
        self.heir = chosen[-1]
        self.owed: Counter[tuple[str, str]] = Counter()  # by kind and address
        self._owe()

    def _owe(self) -> None:
        everybody, recaps = PEOPLE, [PEOPLE[one] for one in self.orders]
        told = [PEOPLE[one] for one in self.serving.values()]
        for kind, those in (
            ("opening", everybody),
            ("closing", everybody),
            ("recap_24h", recaps),
            ("duty", told),
        ):
            self.owed.update((kind, one) for one in those)
        if self.has_vacancy or self.later == "given up":
            self.owed.update(("duty_vacant", one) for one in everybody)
        welcome = PEOPLE[self.serving["Accueil"]]
        if self.later == "handed over":
            self.owed.update([("correction", welcome), ("duty", PEOPLE[self.heir])])
        if self.later == "given up":
            self.owed["correction", welcome] += 1
        if self.later == "moved":
            self.owed.update(("correction", one) for one in told)
        if self.later == "moved after the recaps":
            self.owed.update(("correction", one) for one in {*told, *recaps})

    def change(self) -> tuple[datetime, Callable[[], None]]:
        """Return what happens later, and when."""
        at = self.starts - (
            timedelta(hours=20) if self.later == "moved after the recaps" else timedelta(days=3)
        )
        return at, self._happen

    def _happen(self) -> None:
        if self.later == "handed over":
            self.serving["Accueil"] = self.heir
        elif self.later == "given up":
            del self.serving["Accueil"]
        elif self.later.startswith("moved"):
            self.starts += timedelta(minutes=30)

    def moments(self) -> Iterator[datetime]:
        """Yield when cron comes: as something is due, and just after."""
        closing = self.closes - timedelta(days=1)
        at, _change = self.change()
        dues = [self.opens, closing, at, *(self.starts - timedelta(days=days) for days in (7, 4, 1))]
        yield from (due + after for due in dues for after in (timedelta(0), 10 * MINUTE, timedelta(hours=2)))
        yield self.starts - timedelta(hours=23)  # by then what the quota had put off may leave


def written(coop: Coop, weeks: list[Week], now: datetime) -> None:
    """Write the files as they are at a time: orders are exported once they are closed."""
    rows = [
        ";".join(
            (one.id, "lac", *(f"{at:%Y-%m-%d %H:%M}" for at in (one.starts, one.opens, one.closes)), "Salle")
        )
        for one in weeks
    ]
    coop.write(
        "distributions.csv", "\n".join(["id;group;starts_at;orders_open_at;orders_close_at;place", *rows])
    )
    duties = [
        f"{one.id};{role};{one.serving.get(role, '')}"
        for one in weeks
        for role in ROLES
        if role in one.serving or role == "Rangement" or one.later == "given up"
    ]
    coop.write("duties.csv", "\n".join(["distribution;role;member", *duties, ""]))
    closed = [one for one in weeks if one.closes < now]
    orders = [f"{who};{one.id};Panier;1;12,50" for one in closed for who in one.orders]
    path = coop.write("orders.csv", "\n".join(["member;distribution;product;quantity;price", *orders, ""]))
    exported = max((one.closes for one in closed), default=FIRST - timedelta(days=90)) + 2 * MINUTE
    os.utime(path, (exported.timestamp(), exported.timestamp()))


def mails_of(server: MailjetServer) -> Iterator[tuple[str, str, str]]:
    """Yield kind, week and address of each notice that was delivered; several may share a mail."""
    for copy in server.delivered:
        what, campaign = copy.custom_id.split("-")[1], copy.message["CustomCampaign"]
        kind = "correction" if "-correction-" in campaign else what
        for week in sorted(set(re.findall(r"\bs\d+(?=@)", campaign))):
            yield kind, week, copy.address


@pytest.mark.dear
def test_a_year_of_an_amap(tmp_path: Path, tried_points: Callable[[int], None]) -> None:
    random = Random(20)
    weeks = [Week(number, random) for number in range(WEEKS) if number not in HOLIDAYS]
    times = [FIRST - timedelta(days=20)]
    days: Counter[date] = Counter()
    with MailjetServer(tls=False, clock=lambda: times[0].timestamp()) as server:  # noqa: PLW0108 - the time moves on
        coop = Coop(tmp_path, environ=server.environment)
        coop.write("config.yaml", CONFIG.format(url=server.url, quota=QUOTA))
        coop.write("members.csv", "id;email\n" + "".join(f"{n};{one}\n" for n, one in enumerate(PEOPLE)))
        changes = sorted((one.change() for one in weeks), key=lambda change: change[0])
        moments = sorted({moment for one in weeks for moment in one.moments()})
        for moment in (times[0], *moments):
            while changes and changes[0][0] <= moment:
                changes.pop(0)[1]()
            times[0] = moment
            ahead = [one for one in weeks if one.starts > moment - timedelta(days=30)]
            written(coop, ahead, moment)
            before = len(server.delivered)
            coop.run(moment, reads_at_once=True)
            days[moment.astimezone(timezone.utc).date()] += len(server.delivered) - before
        got = Counter(mails_of(server))

    owed = Counter({(kind, one.id, to): n for one in weeks for (kind, to), n in one.owed.items()})
    assert {key: n for key, n in got.items() if n != owed[key]} == {}
    assert {key: n for key, n in owed.items() if n != got[key]} == {}
    assert max(days.values()) <= QUOTA
    print(table_of(got))  # noqa: T201 - what the year came to
    tried_points(len(moments))


def table_of(got: Counter[tuple[str, str, str]]) -> str:
    """Return how many mails of each kind a family got in all, the fewest and the most."""
    by_kind: dict[str, Counter[str]] = defaultdict(Counter)
    for (kind, _week, address), count in got.items():
        by_kind[kind][address] += count
    rows = [
        f"{kind:<12} {sum(each.values()):>6} {min(each[one] for one in PEOPLE):>4} {max(each.values()):>4}"
        for kind, each in sorted(by_kind.items())
    ]
    return "\n".join(["kind            all  min  max", *rows])
