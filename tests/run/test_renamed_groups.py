"""A group under another id, whose distributions have none of their own: nobody is told again unasked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cagette_notify.run.exit_status import exit_status_of
from tests.fixtures.coop import A_DAY_BEFORE, Coop, counted
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from pathlib import Path

LATER, LATER_STILL = utc("2026-06-11T16:15"), utc("2026-06-11T16:25")


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    """Give a co-op whose distribution has no id, and three addresses that were told of it."""
    coop = Coop(tmp_path)
    coop.replace("distributions.yaml", "- id: d1\n  group: lac", "- group: lac")
    coop.replace("orders.csv", "1;d1;", "1;lac-2026-06-12;")
    coop.replace("orders.csv", "2;d1;", "2;lac-2026-06-12;")
    coop.run(utc("2026-06-10T18:30"))
    assert counted(coop.run(A_DAY_BEFORE))["sent"] == 3
    return coop


def rename(coop: Coop) -> None:
    coop.replace("groups.yaml", "id: lac", "id: etang")
    coop.replace("distributions.yaml", "group: lac", "group: etang")
    coop.replace("orders.csv", "lac-2026", "etang-2026")


def test_a_group_under_another_id_is_held_and_said(coop: Coop) -> None:
    rename(coop)

    held, again = coop.run(LATER), coop.run(LATER_STILL, groups=frozenset({"etang"}))

    assert [counted(one).get("sent", 0) for one in (held, again)] == [0, 0]
    assert exit_status_of(held) == 1
    assert any("group etang seems to be lac under another id" in line for line in held.news)


def test_the_old_id_of_its_distribution_lifts_the_hold_and_tells_nobody_again(coop: Coop) -> None:
    rename(coop)
    coop.run(LATER)
    coop.replace("distributions.yaml", "- group: etang", "- id: lac-2026-06-12\n  group: etang")
    coop.replace("orders.csv", "etang-2026", "lac-2026")

    report = coop.run(LATER_STILL)

    assert (counted(report).get("sent", 0), exit_status_of(report), len(coop.mails())) == (0, 0, 3)


def test_a_group_that_is_another_one_is_served_once_the_old_one_stands_beside_it(coop: Coop) -> None:
    rename(coop)
    coop.run(LATER)
    groups = (coop.folder / "groups.yaml").read_text(encoding="utf-8")
    coop.write("groups.yaml", f"{groups}\n- {{id: lac, name: Lac, disabled: yes}}\n")
    header, *rows = (coop.folder / "members.csv").read_text(encoding="utf-8").splitlines()
    coop.write("members.csv", "\n".join([f"{header};groups", *(f"{row};etang" for row in rows), ""]))

    sent = [counted(coop.run(at)).get("sent", 0) for at in (LATER_STILL, utc("2026-06-11T16:35"))]

    assert sent == [3, 0]


def test_a_new_id_that_was_accepted_takes_over_what_was_told_under_the_old_one(coop: Coop) -> None:
    rename(coop)
    coop.replace("members.csv", "3;Léa", "4;Luc;Roy;luc@example.org;;\n3;Léa")
    coop.write("orders.csv", (coop.folder / "orders.csv").read_text() + "4;etang-2026-06-12;Pain;1;2,00\n")
    coop.run(LATER)
    dry = coop.run(LATER_STILL, accept_data=frozenset({"etang"}), dry_run=True)

    accepted = coop.run(LATER_STILL, accept_data=frozenset({"etang"}))
    after = coop.run(utc("2026-06-11T16:35"))

    sent = [counted(one).get("sent", 0) for one in (accepted, after)]
    assert (counted(dry)["would_send"], sent, after.news) == (1, [1, 0], ())
    assert [coop.mailed().count(address) for address in ("zoe@example.org", "luc@example.org")] == [1, 1]
    assert {entry.group_id for entry in coop.entries("etang-2026-06-12")} == {"etang"}


def test_who_was_taken_over_with_the_group_is_told_of_a_new_hour(coop: Coop) -> None:
    rename(coop)
    coop.run(LATER_STILL, accept_data=frozenset({"etang"}))
    coop.replace("distributions.yaml", "starts_at: 2026-06-12 18:00", "starts_at: 2026-06-12 17:00")

    assert counted(coop.run(utc("2026-06-11T16:35")))["sent"] == 3


def test_a_group_and_its_members_that_have_other_ids_take_over_in_one_run(coop: Coop) -> None:
    rename(coop)
    for name in ("members.csv", "orders.csv"):
        header, *rows = (coop.folder / name).read_text(encoding="utf-8").splitlines()
        coop.write(name, "".join(f"{row}\n" for row in (header, *(f"100{row}" for row in rows))))

    accepted = coop.run(LATER_STILL, accept_data=frozenset({"etang"}))

    assert (counted(accepted).get("sent", 0), len(coop.mails())) == (0, 3)
    assert counted(coop.run(utc("2026-06-11T16:35"))).get("sent", 0) == 0


def test_a_group_that_goes_holds_up_none_at_another_hour(coop: Coop) -> None:
    rename(coop)
    coop.replace("distributions.yaml", "starts_at: 2026-06-12 18:00", "starts_at: 2026-06-12 17:59")

    assert counted(coop.run(LATER))["sent"] == 3


def test_a_group_that_goes_holds_up_none_of_other_people(coop: Coop) -> None:
    rename(coop)
    coop.replace("members.csv", "@example.org", "@elsewhere.example")

    assert counted(coop.run(LATER))["sent"] == 3
