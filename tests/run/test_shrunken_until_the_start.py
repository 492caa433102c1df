"""Orders that shrank before a recap and stayed so until the start: what they held back is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.notices import Status
from cagette_notify.run.exit_status import exit_status_of
from tests.fixtures.coop import A_DAY_BEFORE, DISTRIBUTIONS, OPENED, Coop, counted
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

DUE, LAST = utc("2026-06-12T12:05"), utc("2026-06-12T15:55")
BEGUN, LATER = utc("2026-06-12T16:05"), utc("2026-06-12T16:15")
LOST = "recap_4h of distribution d1: came too late and was not sent; addresses concerned: 2"
HELD = f"{LOST} (the group was held)"


def orders(count: int, distribution: str = "d1") -> str:
    rows = "".join(f"{n};{distribution};Pain;1\n" for n in range(count))
    return f"member;distribution;product;quantity\n{rows}"


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    """Give a co-op of twelve. 0, 5 and 10 have the recap of four hours before; 10 and 11 ordered nothing."""
    coop = Coop(tmp_path)
    rows = "".join(f"{n};m{n}@example.org;{'no' if n % 5 else 'yes'}\n" for n in range(12))
    coop.write("members.csv", f"id;email;récap 4h\n{rows}")
    coop.write("orders.csv", orders(10))
    coop.run(OPENED, says_once=True)
    assert counted(coop.run(A_DAY_BEFORE, says_once=True))["sent"] == 10
    return coop


@pytest.mark.parametrize("left", [0, 4])
def test_what_a_shrunken_file_held_until_the_start_came_too_late_to_those_known_to_have_ordered(
    coop: Coop, left: int
) -> None:
    coop.write("orders.csv", orders(left))
    for at in (DUE, LAST):
        assert coop.run(at, says_once=True).held_groups == {"lac"}

    begun, later = (coop.run(at, says_once=True) for at in (BEGUN, LATER))
    coop.write("orders.csv", orders(10))
    whole = coop.run(utc("2026-06-12T16:25"), says_once=True)

    assert HELD in begun.news
    assert exit_status_of(begun) == 1
    assert (later.news, whole.news) == ((), ())
    assert [one.all_well_again for one in (begun, later, whole)] == [False, True, False]
    late = [entry for entry in coop.entries() if entry.status is Status.EXPIRED]
    assert [(entry.key.member_id, entry.detail) for entry in late] == [
        ("0", "the group was held"),
        ("5", "the group was held"),
    ]


def test_so_it_did_where_no_run_saw_the_file_before(coop: Coop) -> None:
    coop.write("orders.csv", orders(0))

    assert LOST in coop.run(BEGUN, says_once=True).news


def test_while_the_group_is_held_for_something_else_as_well(coop: Coop) -> None:
    coop.write("orders.csv", orders(1))
    coop.run(DUE, says_once=True)
    coop.write(
        "members.csv", "".join((coop.folder / "members.csv").read_text().splitlines(keepends=True)[:5])
    )

    report = coop.run(BEGUN, says_once=True)

    assert "recap_4h of distribution d1: came too late and was not sent (the group was held)" in report.news


@pytest.mark.long
@pytest.mark.parametrize("accepted_at", [DUE, BEGUN])
def test_what_was_accepted_as_right_is_owed_to_nobody(coop: Coop, accepted_at: datetime) -> None:
    coop.write("orders.csv", orders(1))
    coop.run(DUE, says_once=True)
    accepted = coop.run(accepted_at, accept_data=frozenset({"lac"}), says_once=True)

    report = coop.run(BEGUN, says_once=True)

    assert "addresses concerned: 2" not in "".join((*accepted.news, *report.news))


def test_a_file_of_the_next_distribution_takes_nothing_from_those_who_had_theirs(coop: Coop) -> None:
    coop.run(DUE, says_once=True)
    coop.run(LAST, says_once=True)
    coop.write("orders.csv", orders(0))

    report = coop.run(BEGUN, says_once=True)

    assert (report.news, exit_status_of(report)) == ((), 0)


def test_an_id_that_serves_again_is_no_proof_that_they_ordered_this_time(coop: Coop) -> None:
    coop.run(DUE, says_once=True)
    coop.run(BEGUN, says_once=True)
    coop.write("distributions.yaml", DISTRIBUTIONS.replace("06-12", "06-19").replace("06-10", "06-17"))
    coop.write("orders.csv", orders(0))

    report = coop.run(utc("2026-06-19T16:05"), says_once=True)

    assert "came too late" not in "".join(report.news)


def test_a_change_that_came_too_late_is_said_though_the_orders_are_gone(coop: Coop) -> None:
    coop.write("distributions.yaml", DISTRIBUTIONS.replace("Salle des fêtes", "Gymnase"))
    coop.write("orders.csv", orders(1))

    report = coop.run(BEGUN, says_once=True)

    assert (
        "correction of distribution d1: came too late and was not sent; addresses concerned: 10"
        in "".join(report.news)
    )
