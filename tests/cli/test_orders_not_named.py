"""A distribution written by hand beside a repeated one: whoever forgets its ``orders:`` is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

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


def test_a_group_of_which_none_has_orders_is_left_alone(office: Office) -> None:
    config = (office.coop.folder / "config.yaml").read_text(encoding="utf-8")
    office.coop.write("config.yaml", config.replace("  orders: orders.csv\n", ""))
    office.coop.write("distributions.yaml", BY_HAND.format(more=""))
    office.sends()

    assert "no orders: are named" not in office.invoke("check", "--offline").stderr
