"""``check-member`` where the orders are far fewer than before: a file that nobody believes proves nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from datetime import datetime

    from tests.fixtures.office import Office

TOLD, HELD, BEGUN = utc("2026-06-11T16:05"), utc("2026-06-12T12:05"), utc("2026-06-12T16:05")
NO_ORDER = "nous ne trouvons pas de commande à votre nom"


def run(office: Office, *times: datetime) -> None:
    for at in times:
        office.sends(at)
    office.at = times[-1] + timedelta(minutes=1)


def orders(office: Office, *members: int) -> None:
    rows = "".join(f"{n};d1;Pain;1\n" for n in members)
    office.coop.write("orders.csv", f"member;distribution;product;quantity\n{rows}")


@pytest.fixture
def shrunk(office: Office) -> Office:
    """Give an office whose twelve members were told of their orders, of which all but one are gone."""
    rows = "".join(f"{n};Zoé;m{n}@example.org;yes\n" for n in range(1, 13))
    office.coop.write("members.csv", f"id;first_name;email;récap 4h\n{rows}")
    orders(office, *range(1, 12))
    run(office, utc("2026-06-10T08:00"), TOLD)
    orders(office, 1)
    return office


def test_while_they_hold_the_group_nobody_is_told_to_have_ordered_nothing(shrunk: Office) -> None:
    run(shrunk, HELD)

    shown, reply = shrunk.invoke("check-member", "5").stdout, shrunk.reply_to("5")

    assert "recap_4h Fri 12 Jun (d1) m5@example.org will not leave while the group is held" in " ".join(
        shown.split()
    )
    assert NO_ORDER not in reply
    assert "Un problème de notre côté" in reply


def test_nor_once_the_distribution_has_begun(shrunk: Office) -> None:
    run(shrunk, HELD, BEGUN)

    shown, reply = " ".join(shrunk.invoke("check-member", "5").stdout.split()), shrunk.reply_to("5")

    assert "recap_4h d1 to m5@example.org: it came too late, and was not sent: the group was held" in shown
    assert NO_ORDER not in reply
    assert "n’a pas pu vous être envoyé à temps" in reply
