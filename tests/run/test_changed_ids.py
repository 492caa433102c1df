"""Ids that changed hold their group until somebody takes them as right, whatever distributions there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cagette_notify.run.exit_status import exit_status_of
from tests.fixtures.command import run as run_command
from tests.fixtures.coop import LONG_AGO, OPENED, Coop, counted
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from cagette_notify.run.run_report import RunReport

BEFORE, TOLD, HELD = utc("2026-06-10T16:30"), utc("2026-06-11T16:05"), utc("2026-06-11T16:15")
OVER = utc("2026-06-15T06:05")  # and d2 opens
OPENS = "- {id: d2, group: lac, starts_at: 2026-06-19 18:00, orders_open_at: 2026-06-15 08:00}\n"
ORDERS = "member;distribution;product;quantity\n"
OPTED_OUT = "member;kind;value;date\n10;opening;no;2026-06-01\n10;recap_24h;no;2026-06-01\n"
ACCEPTED = frozenset({"lac"})


def people(numbers: Iterable[int] = range(1, 21)) -> list[str]:
    return [f"P{n};N{n};p{n}@example.org" for n in numbers]


def members(coop: Coop, rows: Iterable[str]) -> None:
    """Write members, each with the number of their row as the id."""
    numbered = (f"{n};{row}" for n, row in enumerate(rows, 1))
    coop.write("members.csv", "\n".join(["id;first_name;last_name;email", *numbered, ""]))


def insert_at_the_fourth_row(coop: Coop) -> None:
    members(coop, [*people(range(1, 4)), "Ada;Neuve;ada@example.org", *people(range(4, 21))])


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    """Give a co-op of twenty: one wants neither openings nor recaps, two were told of their orders."""
    coop = Coop(tmp_path)
    members(coop, people())
    coop.write("notifications.csv", OPTED_OUT)
    coop.write("orders.csv", f"{ORDERS}1;d1;Pain;1\n2;d1;Lait;1\n10;d1;Miel;1\n")
    coop.run(BEFORE)
    assert counted(coop.run(TOLD))["sent"] == 2
    return coop


def over(coop: Coop) -> RunReport:
    """Run once the first distribution is over and the next one opens."""
    with (coop.folder / "distributions.yaml").open("a", encoding="utf-8") as file:
        file.write(OPENS)
    return coop.run(OVER)


def test_a_hold_outlives_the_distribution_that_was_told(coop: Coop) -> None:
    insert_at_the_fourth_row(coop)
    held, after = coop.run(HELD), over(coop)

    assert [exit_status_of(one) for one in (held, after)] == [1, 1]
    assert (after.held_groups, counted(after)) == (ACCEPTED, {})
    assert "--accept-data lac" in after.news[0]


def test_a_list_numbered_anew_between_two_distributions_gives_nobody_the_settings_of_another(
    coop: Coop,
) -> None:
    coop.write("distributions.yaml", OPENS)
    insert_at_the_fourth_row(coop)
    held = coop.run(OVER)
    accepted = coop.run(utc("2026-06-15T06:15"), accept_data=ACCEPTED)
    after = coop.run(utc("2026-06-15T06:25"))

    assert (held.held_groups, counted(held)) == (ACCEPTED, {})
    assert counted(accepted)["sent"] == 20
    assert {"p9@example.org", "ada@example.org"} < set(coop.mailed())
    assert "p10@example.org" not in coop.mailed()
    assert (after.held_groups, after.news) == (frozenset(), ())


def test_who_has_gone_holds_nobody_up_by_what_they_chose(coop: Coop) -> None:
    members(coop, [*people(range(1, 10)), "Ada;Neuve;ada@example.org", *people(range(11, 21))])

    assert over(coop).held_groups == frozenset()


def test_those_who_have_gone_say_nothing_of_the_others(coop: Coop) -> None:
    rows = "".join(f"{n};opening;no;2026-06-01\n" for n in (18, 19, 20))
    coop.write("notifications.csv", OPTED_OUT + rows)
    coop.write("distributions.yaml", OPENS)
    members(coop, ["Ada;Neuve;ada@example.org", *people(range(1, 18))])

    assert coop.run(OVER).held_groups == ACCEPTED


def test_what_was_told_under_the_old_ids_holds_nobody_up_once_the_new_ones_are_accepted(
    tmp_path: Path,
) -> None:
    coop = Coop(tmp_path)
    members(coop, people())
    coop.write("notifications.csv", "member;kind;value;date\n1;closing;no;\n2;closing;no;\n")
    coop.write("orders.csv", f"{ORDERS}1;d1;Pain;1\n2;d1;Lait;1\n3;d1;Lait;1\n")
    for at in (LONG_AGO, OPENED, TOLD):
        coop.run(at)
    members(coop, ["Ada;Neuve;ada@example.org", *people()])
    held = coop.run(HELD)
    coop.run(utc("2026-06-14T06:05"), accept_data=ACCEPTED)

    assert (held.held_groups, over(coop).held_groups) == (ACCEPTED, frozenset())
    assert "3;closing;no" in (coop.folder / "notifications.csv").read_text(encoding="utf-8-sig")


def test_new_addresses_of_those_who_chose_hold_nobody_up(coop: Coop) -> None:
    coop.replace("members.csv", "p10@example.org", "new@example.org")

    assert over(coop).held_groups == frozenset()


def test_a_new_season_with_other_ids_of_which_nobody_chose_anything_is_served(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    members(coop, people())
    coop.run(BEFORE)
    coop.run(TOLD)
    coop.write("distributions.yaml", OPENS)
    insert_at_the_fourth_row(coop)

    assert counted(coop.run(OVER))["sent"] == 21


def test_the_list_as_it_was_lifts_the_hold_once_all_is_over(coop: Coop) -> None:
    insert_at_the_fourth_row(coop)
    coop.run(HELD)
    members(coop, people())

    assert (counted(over(coop))["sent"], coop.run(utc("2026-06-15T06:15")).held_groups) == (19, frozenset())


@pytest.mark.parametrize("first", [True, False], ids=["at once", "one after the other"])
def test_distributions_that_get_other_ids_too_lift_no_hold(coop: Coop, first: bool) -> None:
    coop.write("notifications.csv", "member;kind;value;date\n")
    insert_at_the_fourth_row(coop)
    if not first:
        coop.run(HELD)
    coop.replace("distributions.yaml", "id: d1", "id: dx")
    coop.replace("orders.csv", "d1;", "dx;")

    assert coop.run(utc("2026-06-11T16:25")).held_groups == ACCEPTED


def test_two_who_have_one_anothers_addresses_wait_until_that_is_accepted(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    coop.write("orders.csv", f"{ORDERS}1;d1;Pain;1\n3;d1;Lait;1\n")
    coop.run(BEFORE)
    coop.run(TOLD)
    for old, new in (("zoe@", "QQ"), ("lea@", "zoe@"), ("QQ", "lea@")):
        coop.replace("members.csv", old, new)
    held, after = coop.run(HELD), over(coop)
    accepted = coop.run(utc("2026-06-15T06:15"), accept_data=ACCEPTED)

    assert [one.held_groups for one in (held, after)] == [ACCEPTED, ACCEPTED]
    assert counted(accepted)["sent"] == 4
    assert coop.run(utc("2026-06-15T06:25")).held_groups == frozenset()


@pytest.mark.dear
def test_the_reason_is_worded_alike_at_each_run(coop: Coop) -> None:
    coop.write("notifications.csv", "member;kind;value;date\n")
    insert_at_the_fourth_row(coop)
    at = ("send-due", "--dry-run", "--at", "2026-06-11 18:20")
    seeds = [{"PYTHONHASHSEED": str(seed)} for seed in range(6)]

    said = {run_command(coop.folder, *at, environ=seed).stderr for seed in seeds}

    assert len(said) == 1
    assert "10 -> 11" in said.pop()
