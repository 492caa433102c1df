"""Weekly exports dropped into a folder, some late, torn, early or of another week: right, or held and said.

A file that is cut exactly at the end of a line can't be told from a whole one.
"""

from __future__ import annotations

import os
import re
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.builders import PARIS
from tests.fixtures.coop import Coop

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import EmailMessage
    from pathlib import Path

    from cagette_notify.run.run_report import RunReport

FIRST = datetime(2026, 9, 4, 18, tzinfo=PARIS)  # a Friday; both nights of the clocks are in the year after it
CONFIG = """\
data:
  groups: groups.yaml
  members: exports/membres*.csv
  distributions: distributions.yaml
  orders: exports/commandes-{date}*.csv
sender: {email: noreply@mj.cagette.net}
"""
PEOPLE = 8
EVENTS = (
    "in time",
    "late",
    "early",
    "early, then in time",
    "torn, then whole",
    "torn",
    "of last week",
    "never",
)
CERTAIN = frozenset(("in time", "late", "early, then in time", "torn, then whole"))
"""What recaps leave by, in the end."""
HOURS = (-46, -45, -24, -23, -20, -10, -6, -1, 2)
"""When cron comes: hours from the start."""

Order = dict[int, int]


class Year:
    """A co-op, what was ordered in truth, and what somebody puts into its folder."""

    def __init__(self, folder: Path, weeks: int, seed: int) -> None:
        self.coop, self.random, self.folder = Coop(folder), Random(seed), folder / "exports"
        self.folder.mkdir()
        self.coop.write("config.yaml", CONFIG)
        self.starts = [FIRST + timedelta(weeks=week) for week in range(weeks)]
        self.coop.write("distributions.yaml", "".join(map(distribution, self.starts)))
        self.orders: dict[datetime, Order] = {}
        self.seen: set[str] = set()  # by their Message-ID

    def drop(self, name: str, text: str, at: datetime, *, cut: bool = False) -> None:
        """Put a file there as if it were ``at``."""
        raw = text.encode()
        if cut:
            within = range(len(raw) // 3, len(raw) - 1)
            raw = raw[: self.random.choice([at for at in within if b"\n" not in raw[at - 1 : at + 1]])]
        path = self.folder / name
        path.write_bytes(raw)
        os.utime(path, (at.timestamp(), at.timestamp()))

    def lives_a_week(self, start: datetime) -> None:
        """Order, export, let cron come, and judge."""
        event = self.random.choice(EVENTS)
        people = [one for one in range(PEOPLE) if self.random.random() < 0.8]
        self.orders[start] = {one: self.random.randrange(1, 90) for one in people}
        self.drop(f"membres-{start:%Y-%m-%d}.csv", self.members(), start - timedelta(days=3))
        reports = []
        for hours in HOURS:
            at = start + timedelta(hours=hours)
            self.export(event, start, hours, at - timedelta(minutes=30))
            reports.append(self.coop.run(at))
        self.judge(event, start, reports)

    def export(self, event: str, start: datetime, hours: int, at: datetime) -> None:
        """Do what somebody does before cron comes that many hours from the start."""
        name = f"commandes-{start:%Y-%m-%d}.csv"
        text = rows_of(start, self.orders[start])
        half = dict(list(self.orders[start].items())[: PEOPLE // 3])
        if event == "of last week" and hours == -45 and len(self.orders) > 1:
            last = [*self.orders][-2]
            self.drop(name, rows_of(last, self.orders[last]), at)
        if event.startswith("early") and hours == -46:
            self.drop(name, rows_of(start, half), at - timedelta(hours=6))
        if event.startswith("torn") and hours == -45:
            self.drop(name, text, at, cut=True)
        if hours == {"in time": -45, "early, then in time": -24, "torn, then whole": -20, "late": -10}.get(
            event
        ):
            self.drop(name.replace(".csv", " (1).csv"), text, at)

    def members(self) -> str:
        return "id;email\n" + "".join(f"{one};m{one}@example.org\n" for one in range(PEOPLE))

    def judge(self, event: str, start: datetime, reports: list[RunReport]) -> None:
        """See that everybody got the recap of what they ordered, or nobody any, and that this was said."""
        mails = [mail for mail in self.coop.mails() if mail["Message-ID"] not in self.seen]
        self.seen |= {mail["Message-ID"] for mail in mails}
        got = {recipient(mail): order_in(mail) for mail in mails if "commande" in mail["Subject"]}
        owed = {f"m{one}@example.org": number for one, number in self.orders[start].items()}
        lines = [str(problem) for report in reports for problem in report.problems]
        if event in CERTAIN:
            assert got == owed, (event, start, lines)
        else:
            assert got == {}, (event, start)
            assert any(f"{start:%Y-%m-%d}" in line for line in lines), (event, start, lines)


def distribution(start: datetime) -> str:
    closes_at = start - timedelta(hours=46)
    return (
        f"- {{id: d{start:%Y-%m-%d}, group: lac, starts_at: {start:%Y-%m-%d %H:%M}, "
        f"orders_close_at: {closes_at:%Y-%m-%d %H:%M}, place: Salle}}\n"
    )


def rows_of(start: datetime, order: Order) -> str:
    rows = (f"{one};d{start:%Y-%m-%d};Panier;{number};12,50\n" for one, number in order.items())
    return "member;distribution;product;quantity;price\n" + "".join(rows)


def recipient(mail: EmailMessage) -> str:
    return str(mail["To"].addresses[0].addr_spec)


def order_in(mail: EmailMessage) -> int:
    body = mail.get_body(("plain",))
    assert body
    [(number, total)] = re.findall(
        r"(\d+)\s×\s+Panier\s.*\s+Total\s:\s([\d\s]+,\d\d)", str(body.get_content())
    )
    assert float("".join(total.split()).replace(",", ".")) == int(number) * 12.5
    return int(number)


@pytest.mark.dear
@pytest.mark.parametrize("weeks", [12, 52])
def test_every_recap_is_right_or_held_and_said(
    tmp_path: Path, weeks: int, tried_points: Callable[[int], None]
) -> None:
    year = Year(tmp_path, weeks, seed=weeks)

    for start in year.starts:
        year.lives_a_week(start)

    tried_points(weeks)
