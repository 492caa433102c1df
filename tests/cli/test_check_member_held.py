"""``check-member`` of a group that is held: what was kept from its members, and what was not."""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.coop import A_DAY_BEFORE
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from tests.fixtures.office import Office

HELD_AT = utc("2026-06-13T16:30")
NEXT = """\
- {{id: d1, group: lac, starts_at: 2026-06-12 18:00}}
- {{id: d2, group: lac, starts_at: {start}}}
"""


def rows(count: int) -> str:
    return "".join(f"{n};M{n};X;m{n}@example.org\n" for n in range(1, count + 1))


def shrinks(office: Office, second: str) -> None:
    """Have twelve members told of a distribution; only four of them are left in the next export."""
    office.coop.write("members.csv", f"id;first_name;last_name;email\n{rows(12)}")
    office.coop.write("distributions.yaml", NEXT.format(start=second))
    orders = "".join(f"{n};{one};Pain;1\n" for n in range(1, 13) for one in ("d1", "d2"))
    office.coop.write("orders.csv", f"member;distribution;product;quantity\n{orders}")
    office.sends(A_DAY_BEFORE)
    office.coop.write("members.csv", f"id;first_name;last_name;email\n{rows(4)}")
    office.coop.run(HELD_AT)
    office.at = HELD_AT


def test_a_held_group_that_kept_nothing_back_is_said_to_be_paused_beside_the_fate_of_the_last_mail(
    office: Office,
) -> None:
    shrinks(office, "2026-06-30 18:00")
    office.has_written("m1@example.org")

    reply = office.reply_to("1")

    assert office.asks("1")[1]["verdict"] == "problem"
    assert "Les envois de votre groupe sont suspendus pour l’instant" in reply
    assert "à m1@example.org ont bien été acceptés par example.org" in reply
    assert "Indésirables" in reply
    assert "empêché" not in reply
    assert "excuses" not in reply


def test_where_mailjet_is_not_asked_the_reply_says_that_the_fate_of_the_last_mail_is_unknown(
    office: Office,
) -> None:
    shrinks(office, "2026-06-30 18:00")

    reply = office.invoke("check-member", "1", "--offline").stdout

    assert "Les envois de votre groupe sont suspendus" in reply
    assert "Nous n’avons pas encore pu vérifier ce que sont devenus nos derniers messages" in reply


@pytest.mark.long
@pytest.mark.parametrize(
    ("second", "kept_back"),
    [
        pytest.param("2026-06-14 18:30", True, id="due now"),
        pytest.param("2026-06-14 18:31", False, id="due in a minute"),
        pytest.param("2026-06-13 18:30", True, id="too late now"),
    ],
)
def test_for_what_was_kept_back_the_reply_apologises(office: Office, second: str, *, kept_back: bool) -> None:
    shrinks(office, second)

    reply = office.reply_to("1")

    assert ("Un problème de notre côté a empêché l’envoi de vos messages" in reply) is kept_back
    assert ("Les envois de votre groupe sont suspendus" in reply) is not kept_back


def test_the_reply_is_the_same_in_english(office: Office) -> None:
    shrinks(office, "2026-06-30 18:00")
    office.has_written("m1@example.org")
    office.coop.replace("groups.yaml", "  name:", "  language: en\n  name:")

    reply = office.reply_to("1")

    assert "The e-mails of your group are paused at the moment" in reply
    assert "spam" in reply
    assert "apologise" not in reply


@pytest.mark.dear
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_command_for_a_held_group_stands_whole_on_its_line_however_wide_the_screen(
    office: Office, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    shrinks(office, "2026-06-30 18:00")
    config = office.coop.folder / "config.yaml"

    for asked, columns in product([("1",), ("1", "-v"), ("--all",)], [44, 56, 68, 83, 100]):
        monkeypatch.setenv("COLUMNS", str(columns))
        screen = office.invoke("--lang", language, "check-member", *asked).stdout

        assert f"cagette-notify --config {config} send-due --accept-data lac" in screen, (asked, columns)
        commands = screen.count(f"cagette-notify --config {config} ")
        assert len(re.findall("cagette-notify", screen)) == commands, (asked, columns)


@pytest.mark.long
@pytest.mark.parametrize("orders", ["member;distribution;product;quantity\n2;d2;Pain;1\n", None])
def test_under_a_held_group_no_recap_is_said_to_leave_once_there_is_an_order(
    office: Office, orders: str | None
) -> None:
    shrinks(office, "2026-06-16 18:00")
    if orders:
        office.coop.write("orders.csv", orders)
    else:
        (office.coop.folder / "orders.csv").unlink()

    said = office.invoke("check-member", "1").stdout

    assert "recap_24h  Tue 16 Jun (d2)  m1@example.org  will not leave while the group is held" in said
    assert "leaves if there is an order" not in said
    assert "leaves once the orders are there" not in said


def test_under_a_held_group_a_recap_for_which_nobody_can_order_any_more_has_its_reason(
    office: Office,
) -> None:
    shrinks(office, "2026-06-16 18:00")
    office.coop.replace("distributions.yaml", "16 18:00", "16 18:00, orders_close_at: 2026-06-13 12:00")
    office.coop.replace("orders.csv", "1;d2;Pain;1\n2", "2")

    assert "will not leave: no order" in office.invoke("check-member", "1").stdout
