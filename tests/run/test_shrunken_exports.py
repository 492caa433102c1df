"""Exports that lost more than half of what they held: nothing is sent on their word, and nothing is lost."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.notices import Status
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.ledger.run_memory import RunMemory
from cagette_notify.run.exit_status import exit_status_of
from tests.fixtures.coop import A_DAY_BEFORE, DISTRIBUTIONS, Coop, counted
from tests.fixtures.mailjet_server import (
    Behaviour,
    MailjetServer,
    accept_then_hang,
    drop_before_reading,
    status,
)
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from cagette_notify.run.run_report import RunReport

SOON = timedelta(minutes=10)
BOUNDARIES = [(9, 4, False), (9, 1, False), (10, 5, False), (10, 4, True), (11, 6, False), (11, 5, True)]
TWO_GROUPS = "- {id: lac, name: Lac}\n- {id: mer, name: Mer}\n"
TWO_DISTRIBUTIONS = """\
- {id: of-lac, group: lac, starts_at: 2026-06-12 18:00}
- {id: of-mer, group: mer, starts_at: 2026-06-12 18:00}
"""


class Shop:
    """A co-op whose exports grow and shrink; its mail goes through the stand-in."""

    def __init__(self, folder: Path, server: MailjetServer, times: list[datetime]) -> None:
        extra = (
            "delivery: mailjet\n"
            f"mailjet: {{api_url: '{server.url}', timeout: 1s, settle_after: 10m, parallel: 1}}\n"
        )
        self.coop = Coop(folder, extra=extra, environ=server.environment)
        self.server, self.times = server, times
        self.export(20, 12)
        self.coop.run(utc("2026-06-10T18:30"))

    def export(self, members: int, orders: int) -> None:
        """Write so many members, and an order of each of the first ones."""
        names = range(members)
        self.coop.write("members.csv", "id;email\n" + "".join(f"{n};m{n}@example.org\n" for n in names))
        rows = "".join(f"{n};d1;Pain;1\n" for n in range(orders))
        self.coop.write("orders.csv", "member;distribution;product;quantity\n" + rows)

    def run(self, *behaviours: Behaviour, accept: str = "") -> RunReport:
        """Run ten minutes later, the stand-in doing so."""
        self.times[0] += SOON
        self.server.script[:] = behaviours
        return self.coop.run(self.times[0], accept_data=frozenset({accept} - {""}))

    @property
    def copies(self) -> set[int]:
        """How many copies there are of each mail that arrived."""
        return set(Counter(copy.address for copy in self.server.delivered).values())

    @property
    def statuses(self) -> Counter[str]:
        return Counter(entry.status.value for entry in self.coop.entries(account="mailjet"))


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    times = [A_DAY_BEFORE]
    with MailjetServer(tls=False, clock=lambda: times[0].timestamp()) as server:  # noqa: PLW0108 - the time moves on
        yield Shop(tmp_path, server, times)


def is_held(report: RunReport) -> bool:
    held = any("send-due --accept-data lac" in line for line in report.news)
    assert exit_status_of(report) == (1 if held else 0)
    return held


@pytest.mark.long
@pytest.mark.parametrize(("before", "now", "held"), BOUNDARIES)
def test_a_group_of_ten_or_more_is_held_below_half(shop: Shop, before: int, now: int, held: bool) -> None:
    shop.export(before, 1)
    shop.run()
    shop.export(now, 1)

    assert is_held(shop.run()) is held


@pytest.mark.parametrize(("before", "now", "held"), BOUNDARIES)
def test_ten_orders_or_more_are_held_below_half(shop: Shop, before: int, now: int, held: bool) -> None:
    shop.export(20, before)
    shop.run()
    shop.export(20, now)

    assert is_held(shop.run()) is held


def _addresses(names: Iterable[int], addresses: Collection[int], column: str = "email") -> str:
    rows = (f"{n};{f'm{n}@example.org' if n in addresses else ''}\n" for n in names)
    return f"id;{column}\n" + "".join(rows)


@pytest.mark.parametrize(("before", "now", "held"), BOUNDARIES)
def test_a_group_of_ten_addresses_or_more_is_held_below_half(
    shop: Shop, before: int, now: int, held: bool
) -> None:
    shop.export(20, 1)
    shop.coop.write("members.csv", _addresses(range(20), range(before)))
    shop.run(accept="lac")
    shop.coop.write("members.csv", _addresses(range(20), range(now)))

    assert is_held(shop.run()) is held


@pytest.mark.parametrize(
    "members",
    [
        _addresses(range(20), range(20), "contact"),
        _addresses(range(20), range(20), "mail perso"),
        _addresses(range(20), ()),
        _addresses(range(20), range(20)).replace("@example.org", "@no.mail"),
        _addresses(range(20), range(20)).replace("@example.org", "@"),
    ],
    ids=["column renamed", "renamed otherwise", "emptied", "placeholders", "cut"],
)
def test_what_empties_the_addresses_holds_their_group(shop: Shop, members: str) -> None:
    shop.export(20, 1)
    shop.run()
    shop.coop.write("members.csv", members)

    cure = "nothing is sent to it; if that is right: cagette-notify send-due --accept-data lac"
    [*_others, line] = shop.run().news
    assert line == f"group lac has 0 addresses that can be written to, down from 20: {cure}"


def test_rows_that_all_stand_in_one_cell_hold_their_group(shop: Shop) -> None:
    shop.export(20, 1)
    shop.run()
    shop.coop.write(
        "members.csv",
        "id;name;email\n" + _addresses(range(20), range(20)).partition("\n")[2].replace(";", ",x,"),
    )

    assert "group lac has 0 members, down from 20" in shop.run().news[-1]


def test_no_correction_leaves_to_the_few_addresses_that_are_left(shop: Shop) -> None:
    shop.run()
    shop.coop.write("members.csv", _addresses(range(20), range(2)))
    shop.coop.write("distributions.yaml", DISTRIBUTIONS.replace("18:00", "19:00"))
    posts = len(shop.server.posts)

    assert is_held(shop.run())
    assert len(shop.server.posts) == posts


def test_a_ledger_of_before_addresses_were_counted_holds_nobody(shop: Shop) -> None:
    shop.export(20, 1)
    shop.run()
    with open_ledger(shop.coop.folder / "ledger.sqlite3") as ledger:
        assert RunMemory(ledger, "mailjet").sizes()["lac"].addresses == 20
        ledger.set_marks("mailjet", "sizes", {"lac": '{"members": 20, "orders": {}}'})
    shop.coop.write("members.csv", _addresses(range(20), range(2)))

    assert not is_held(shop.run())


def test_it_is_said_what_shrank_and_what_to_type(shop: Shop) -> None:
    shop.run()
    shop.export(9, 5)

    cure = "if that is right: cagette-notify send-due --accept-data lac"
    assert list(shop.run().news) == [
        f"group lac has 9 members, down from 20: nothing is sent to it; {cure}",
        f"distribution d1 has 5 orders, down from 12: nothing is sent to group lac; {cure}",
    ]


def test_what_was_accepted_is_the_new_measure(shop: Shop) -> None:
    shop.export(40, 1)
    shop.run()
    shop.export(15, 1)
    accepted, after = shop.run(accept="lac"), shop.run()
    shop.export(7, 1)

    again = shop.run()

    assert (exit_status_of(accepted), exit_status_of(after)) == (0, 0)
    assert "has 7 members, down from 15" in again.news[0]


def test_accepting_one_group_accepts_no_other(shop: Shop) -> None:
    coop = shop.coop
    coop.write("groups.yaml", TWO_GROUPS)
    coop.write("distributions.yaml", TWO_DISTRIBUTIONS)
    header = "member;distribution;product;quantity\n"
    _write_both(coop, 20)
    coop.write("orders.csv", f"{header}lac0;of-lac;Pain;1\nmer0;of-mer;Pain;1\n")
    shop.run()
    _write_both(coop, 5)
    coop.write(
        "orders.csv",
        f"{header}lac0;of-lac;Pain;1\nmer0;of-mer;Pain;1\nlac1;of-lac;Pain;1\nmer1;of-mer;Pain;1\n",
    )

    accepted = shop.run(accept="lac")

    assert [line.partition(":")[0] for line in accepted.news] == ["group mer has 5 members, down from 20"]
    assert counted(accepted)["sent"] == 1
    assert {copy.address for copy in shop.server.delivered} == {
        *("lac0@example.org", "mer0@example.org", "lac1@example.org")
    }


def _write_both(coop: Coop, count: int) -> None:
    rows = "".join(
        f"{group}{n};{group}{n}@example.org;{group}\n" for group in ("lac", "mer") for n in range(count)
    )
    coop.write("members.csv", "id;email;groups\n" + rows)


@pytest.mark.parametrize("nothing_left", [status(429), status(401), drop_before_reading])
def test_a_run_that_sent_nothing_sets_no_measure(shop: Shop, nothing_left: Behaviour) -> None:
    shop.run(nothing_left)
    shop.export(5, 3)

    assert exit_status_of(shop.run()) == 0


def test_what_was_deferred_waits_while_its_group_is_held(shop: Shop) -> None:
    shop.export(20, 1)
    shop.run()
    shop.export(20, 12)
    shop.run(status(429))
    shop.export(9, 9)

    held, waiting = shop.run(), shop.statuses
    accepted = shop.run(accept="lac")

    assert is_held(held)
    assert waiting == {"sent": 1, "deferred": 11}
    assert counted(accepted)["sent"] == 8
    assert (shop.copies, shop.statuses["dropped"]) == ({1}, 3)


@pytest.mark.long
@pytest.mark.parametrize(("behaviour", "in_doubt"), [(drop_before_reading, 11), (accept_then_hang, 0)])
def test_a_doubt_is_looked_up_but_not_sent_again_while_its_group_is_held(
    shop: Shop, behaviour: Behaviour, in_doubt: int
) -> None:
    shop.export(20, 1)
    shop.run()
    shop.export(20, 12)
    shop.run(behaviour)
    shop.export(9, 9)

    held = shop.run()
    posts = len(shop.server.posts)
    shop.run(accept="lac")

    assert exit_status_of(held) == 1
    assert counted(held).get("in_doubt", 0) == in_doubt
    assert posts == 2
    assert shop.copies == {1}
    assert {Status(one) for one in shop.statuses} <= {Status.SENT, Status.DROPPED}


def test_the_whole_list_back_lifts_the_hold(shop: Shop) -> None:
    shop.run()
    shop.export(9, 9)
    held = shop.run()
    shop.export(21, 13)

    back = shop.run()

    assert is_held(held)
    assert (counted(back)["sent"], exit_status_of(back)) == (1, 0)


NEXT_WEEK = """\
- id: d2
  group: lac
  starts_at: 2026-06-19 18:00
  orders_open_at: 2026-06-15 08:00
"""


def _ordered(distribution: str, count: int = 12) -> str:
    rows = "".join(f"{n};{distribution};Pain;1\n" for n in range(count))
    return "member;distribution;product;quantity\n" + rows


@pytest.fixture
def week(tmp_path: Path) -> Coop:
    """A co-op of twelve who all ordered for d1 and were reminded, with the next distribution in the files."""
    coop = Coop(tmp_path)
    coop.write("members.csv", "id;email\n" + "".join(f"{n};m{n}@example.org\n" for n in range(12)))
    coop.write("distributions.yaml", DISTRIBUTIONS + NEXT_WEEK)
    coop.write("orders.csv", _ordered("d1"))
    assert counted(coop.run(A_DAY_BEFORE))["sent"] == 12
    return coop


@pytest.mark.parametrize(
    ("last_run", "next_run", "held"),
    [
        (utc("2026-06-12T15:30"), utc("2026-06-15T06:05"), False),
        (utc("2026-06-12T15:55"), utc("2026-06-12T16:00"), False),
        (utc("2026-06-12T15:55"), utc("2026-06-12T15:59"), True),
    ],
    ids=["over a weekend", "at its start", "a minute before it"],
)
def test_the_orders_of_what_has_begun_hold_nobody(
    week: Coop, last_run: datetime, next_run: datetime, held: bool
) -> None:
    week.run(last_run)
    week.write("orders.csv", _ordered("d2"))

    report = week.run(next_run)

    assert report.held_groups == ({"lac"} if held else set())
    assert exit_status_of(report) == (1 if held else 0)


def test_the_next_opening_leaves_though_the_file_is_the_next_ones_already(week: Coop) -> None:
    week.run(utc("2026-06-12T15:30"))
    week.write("orders.csv", _ordered("d2"))

    report = week.run(utc("2026-06-15T06:05"))

    assert (counted(report)["sent"], list(report.news)) == (12, [])


@pytest.mark.parametrize(("told_anew", "held"), [(False, False), (True, True)])
def test_an_id_that_serves_again_is_not_measured_by_what_is_over(
    week: Coop, told_anew: bool, held: bool
) -> None:
    week.run(utc("2026-06-12T15:30"))
    week.write("distributions.yaml", DISTRIBUTIONS.replace("06-12", "06-19").replace("06-10", "06-17"))
    if told_anew:
        week.run(utc("2026-06-18T16:05"))
    week.write("orders.csv", _ordered("d1", 2))

    report = week.run(utc("2026-06-18T16:15"))

    assert report.held_groups == ({"lac"} if held else set())


def test_orders_that_are_all_gone_can_be_accepted(week: Coop) -> None:
    week.write("orders.csv", _ordered("d2"))

    held = week.run(A_DAY_BEFORE + SOON)
    accepted = week.run(A_DAY_BEFORE + SOON * 2, accept_data=frozenset({"lac"}))
    after = week.run(A_DAY_BEFORE + SOON * 3)

    assert [exit_status_of(one) for one in (held, accepted, after)] == [1, 0, 0]


def _members(count: int) -> str:
    return "id;email\n" + "".join(f"{n};m{n}@example.org\n" for n in range(count))


def test_an_opening_that_a_hold_cost_is_said_to_have_come_too_late(week: Coop) -> None:
    week.write("members.csv", _members(4))
    week.run(utc("2026-06-17T05:55"), says_once=True)

    late, after = (week.run(utc(at), says_once=True) for at in ("2026-06-17T06:05", "2026-06-17T06:15"))

    assert late.held_groups == {"lac"}
    assert "opening of distribution d2: came too late and was not sent (the group was held)" in late.news
    assert [entry.status for entry in week.entries("d2")] == [Status.EXPIRED] * 4
    assert not after.news


def test_of_a_list_that_could_not_be_read_it_is_said_too_why_it_came_too_late(week: Coop) -> None:
    week.replace("groups.yaml", "name: Les", "members: lac.csv\n  name: Les")
    week.write(
        "groups.yaml",
        f"{(week.folder / 'groups.yaml').read_text()}- {{id: mont, name: Le Mont, members: members.csv}}\n",
    )
    week.replace("config.yaml", "  members: members.csv\n", "")
    week.write("lac.csv", b"id;email\n\x00")
    for at in ("2026-06-17T05:55", "2026-06-17T06:05"):
        week.run(utc(at), says_once=True)
    week.write("lac.csv", _members(12))

    report = week.run(utc("2026-06-17T06:15"), says_once=True)

    lost = "opening of distribution d2: came too late and was not sent; addresses concerned: 12"
    assert f"{lost} (the group was held)" in report.news


def test_who_was_missing_then_comes_too_late_once_the_list_is_whole(week: Coop) -> None:
    week.write("members.csv", _members(4))
    week.run(utc("2026-06-17T06:05"), says_once=True)
    week.write("members.csv", _members(12))

    report = week.run(utc("2026-06-17T06:15"), says_once=True)

    lost = "opening of distribution d2: came too late and was not sent; addresses concerned: 8"
    assert f"{lost} (the group was held)" in report.news
    assert len(week.entries("d2")) == 12


def test_what_had_left_before_a_hold_did_not_come_too_late(week: Coop) -> None:
    week.run(utc("2026-06-15T06:05"))
    week.write("members.csv", "id;email\n" + "".join(f"{90 + n};other{n}@example.org\n" for n in range(4)))

    held = week.run(utc("2026-06-17T06:05"), says_once=True)

    assert held.held_groups == {"lac"}
    assert "too late" not in "".join(held.news)


def test_nor_do_the_orders_of_what_has_begun_and_was_told_to_nobody(tmp_path: Path) -> None:
    coop = Coop(tmp_path, extra="notices: {recap_24h: {default: no}}\n")
    coop.write("members.csv", _members(12))
    coop.write("distributions.yaml", DISTRIBUTIONS + NEXT_WEEK.replace("06-15 08:00", "06-11 18:00"))
    coop.write("orders.csv", _ordered("d1"))
    assert counted(coop.run(A_DAY_BEFORE))["sent"] == 12
    coop.write("orders.csv", _ordered("d2"))

    report = coop.run(utc("2026-06-12T16:05"))

    assert report.held_groups == set()
