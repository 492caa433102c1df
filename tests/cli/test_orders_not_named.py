"""A distribution written by hand beside a repeated one: whoever forgets its ``orders:`` is told."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.coop import A_DAY_BEFORE

if TYPE_CHECKING:
    from tests.fixtures.office import Office

WEEKLY = """\
- {id: weekly, group: lac, starts_at: 2026-06-11 18:00, orders: 'orders-{date}.csv',
   repeat: {every: 7d, until: 2026-07-30, except: [2026-06-18]}}
"""
BY_HAND = "- {{id: elsewhere, group: lac, starts_at: 2026-06-18 19:00, place: Gymnase{more}}}\n"
SAID = "distributions.yaml:3: no orders: are named for elsewhere, as they are for weekly-2026-07-30"


@pytest.mark.parametrize(
    ("more", "is_said"),
    [
        ("", True),
        (", orders: 'orders-{date}.csv'", False),
        (", cancelled: yes", False),
    ],
    ids=["forgotten", "named", "called off"],
)
def test_a_distribution_without_orders_beside_those_that_have_them_is_named(
    office: Office, more: str, *, is_said: bool
) -> None:
    config = (office.coop.folder / "config.yaml").read_text(encoding="utf-8")
    office.coop.write("config.yaml", config.replace("  orders: orders.csv\n", ""))
    office.coop.write("distributions.yaml", WEEKLY + BY_HAND.format(more=more))
    office.sends()

    for command in (("check", "--offline"), ("status",)):
        shown = office.invoke(*command)
        assert (SAID in shown.stdout + shown.stderr) is is_said, command
        assert not is_said or "All is well" not in shown.stdout


def without_orders(office: Office, distributions: str) -> None:
    office.coop.replace("config.yaml", "  orders: orders.csv\n", "")
    office.coop.write("distributions.yaml", distributions)


TWO_DAYS = """\
- {id: d1, group: lac, starts_at: 2026-06-12 18:00, orders_close_at: 2026-06-10 20:00}
- {id: d2, group: lac, starts_at: 2026-06-19 18:00}
"""
OF_GROUP = "no orders: are named for the distributions of group 'lac', so that none of their recaps can leave"


def test_a_group_of_which_none_has_orders_is_named_once(office: Office) -> None:
    without_orders(office, TWO_DAYS)
    office.sends()

    for command in (("check", "--offline"), ("status",)):
        shown = office.invoke(*command)
        assert (shown.stdout + shown.stderr).count("no orders: are named") == 1, command
        assert OF_GROUP in shown.stdout + shown.stderr
        assert "All is well" not in shown.stdout


@pytest.mark.parametrize(
    "distributions",
    [
        TWO_DAYS.replace("18:00}", "18:00, orders: [{member: 1, product: Pain, quantity: 1}]}"),
        TWO_DAYS.replace("}", ", cancelled: yes}"),
        TWO_DAYS.replace("2026", "2025"),
    ],
    ids=["in the distribution", "called off", "over"],
)
def test_where_nobody_is_to_get_a_recap_none_is_missed(office: Office, distributions: str) -> None:
    without_orders(office, distributions)
    office.sends()

    for command in (("check", "--offline"), ("status",)):
        shown = office.invoke(*command)
        assert OF_GROUP not in shown.stdout + shown.stderr, command


@pytest.mark.parametrize(("zoe", "is_said"), [("", False), ("oui", True)])
def test_a_group_in_which_nobody_wants_recaps_needs_no_orders(
    office: Office, zoe: str, *, is_said: bool
) -> None:
    without_orders(office, TWO_DAYS)
    office.coop.write("config.yaml", OFF + (office.coop.folder / "config.yaml").read_text(encoding="utf-8"))
    office.member(recap_4h=zoe)
    office.sends()

    for command in (("check", "--offline"), ("status",)):
        shown = office.invoke(*command)
        assert (OF_GROUP in shown.stdout + shown.stderr) is is_said, command


OFF = "notices: {recap_24h: {default: no}}\n"


def test_check_member_promises_no_recap_for_which_no_orders_are_named(office: Office) -> None:
    without_orders(office, TWO_DAYS)
    office.sends(A_DAY_BEFORE - timedelta(days=1))
    office.at = A_DAY_BEFORE - timedelta(days=1)

    shown = office.invoke("check-member", "zoe").stdout

    assert "will not leave: no orders: are named for it" in shown
    assert "leaves if there is an order by then" not in shown


def test_nor_does_it_say_then_that_a_member_has_not_ordered(office: Office) -> None:
    without_orders(office, TWO_DAYS)
    office.sends()

    last = office.checks("1")["last_messages"]

    assert last["status"] == "warning"
    assert (
        "no recap of d1 (Friday 12 June 2026) could leave to anybody: no orders: are named for it"
        in last["summary"]
    )
    assert "nous ne trouvons" not in office.reply_to("1")
    assert "Un problème de notre côté" in office.reply_to("1")
