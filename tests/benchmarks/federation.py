"""A federation made up: many groups, each with a distribution a week at its own half-hour, for a year."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from tests.benchmarks.coops import households, write_csv, written
from tests.fixtures.coop import let_rest

if TYPE_CHECKING:
    from pathlib import Path

WEEKS = 52
_MEMBERS = 4  # of a group
_WEEK, _CLOSES_BEFORE, _HALF_HOUR = timedelta(weeks=1), timedelta(days=2), timedelta(minutes=30)
_A_WEEK_S = 7 * 48  # half-hours
_CONFIG = """\
timezone: Europe/Paris
language: fr
data: {groups: groups.yaml, members: members.csv, distributions: distributions.csv, orders: orders.csv}
sender: {email: noreply@mj.cagette.net, name: Cagette.net}
first_run_lookback: 3d
delivery: outbox
"""
_GROUP = "- {{id: g{number}, name: Groupe {number}, contact: groupe{number}@example.org}}\n"


def write_federation(
    folder: Path, groups: int, *, begin: datetime | None = None, ordered_ahead: timedelta = timedelta(days=2)
) -> Path:
    """Write a federation whose windows are open for somebody at every moment; return its configuration.

    Mails go to files: all that is open can be served. ``begin``: now, unless given; orders are there for
    what starts ``ordered_ahead`` of it.
    """
    folder.mkdir()
    now = (begin or datetime.now(timezone.utc)).replace(minute=0, second=0, microsecond=0)
    starts = {
        (number, week): now + timedelta(hours=5) + _WEEK * week + _HALF_HOUR * (_A_WEEK_S * number // groups)
        for number in range(groups)
        for week in range(WEEKS)
    }
    (folder / "groups.yaml").write_text("".join(_GROUP.format(number=number) for number in range(groups)))
    members = (
        (f"m{one.id}", f"g{int(one.id) // _MEMBERS}", one.email) for one in households(groups * _MEMBERS)
    )
    write_csv(folder / "members.csv", ("id", "groups", "email"), members)
    days = (
        (f"d{number}-{week}", f"g{number}", *map(written, (at, at - _WEEK, at - _CLOSES_BEFORE)), "Salle")
        for (number, week), at in starts.items()
    )
    header = ("id", "group", "starts_at", "orders_open_at", "orders_close_at", "place")
    write_csv(folder / "distributions.csv", header, days)
    orders = (
        (f"m{number * _MEMBERS + member}", f"d{number}-{week}", "Panier", "1", "12,50")
        for (number, week), at in starts.items()
        if at < now + ordered_ahead
        for member in range(_MEMBERS)
    )
    write_csv(folder / "orders.csv", ("member", "distribution", "product", "quantity", "price"), orders)
    let_rest(folder / "orders.csv")
    config = folder / "config.yaml"
    config.write_text(_CONFIG)
    return config
