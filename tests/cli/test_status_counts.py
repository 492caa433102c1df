"""``status`` counts mails as the run sends them: one that stands for several notices is one."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.fixtures.coop import A_DAY_BEFORE, ORDERS, Coop, counted
from tests.fixtures.mailjet_server import MailjetServer
from tests.fixtures.memory import utc
from tests.fixtures.office import Office

if TYPE_CHECKING:
    from pathlib import Path

FOUR_HOURS_BEFORE = utc("2026-06-12T12:05")
THE_DAY_BEFORE_IT_OPENS = utc("2026-06-04T08:00")
OPENED = utc("2026-06-05T06:05")
SECOND = """\
- {id: d2, group: lac, starts_at: 2026-06-19 18:00, orders_open_at: 2026-06-05 08:00, place: Halle}
"""


def upcoming(office: Office) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(office.invoke("status", "--json").stdout)["upcoming"]
    return found


def moved(office: Office) -> None:
    """Let Zoé have both recaps, Noël and Maëlle the first, and the place be another then."""
    office.coop.write("notifications.csv", "member;kind;value\n1;recap_4h;oui\n")
    office.sends(A_DAY_BEFORE)
    office.sends(FOUR_HOURS_BEFORE)
    office.coop.replace("distributions.yaml", "Salle des fêtes", "Gymnase")
    office.at = FOUR_HOURS_BEFORE + timedelta(minutes=5)


def two_open_together(office: Office) -> None:
    path = office.coop.folder / "distributions.yaml"
    path.write_text(path.read_text(encoding="utf-8") + SECOND, encoding="utf-8")
    office.sends(THE_DAY_BEFORE_IT_OPENS)
    office.at = THE_DAY_BEFORE_IT_OPENS


def test_a_correction_of_both_recaps_is_counted_once_and_called_so(office: Office) -> None:
    moved(office)

    found, shown = upcoming(office), office.invoke("status").stdout
    sent = counted(office.coop.run(office.at))["sent"]

    (one,) = found
    assert (one["kind"], one["addresses"], one["is_correction"]) == ("recap_24h", 3, True)
    assert "Next to leave: with the next run, 3 corrections." in shown
    assert sum(" correction " in line for line in shown.splitlines()) == 1
    assert sent == 3


def test_a_correction_of_another_recap_than_the_neighbours_is_on_the_same_line(office: Office) -> None:
    office.coop.write("notifications.csv", "member;kind;value\n1;recap_24h;non\n1;recap_4h;oui\n")
    office.sends(A_DAY_BEFORE)
    office.sends(FOUR_HOURS_BEFORE)
    office.coop.replace("distributions.yaml", "Salle des fêtes", "Gymnase")
    office.at = FOUR_HOURS_BEFORE + timedelta(minutes=5)

    assert [one["addresses"] for one in upcoming(office)] == [3]


def test_two_members_at_one_address_have_two_corrections(office: Office) -> None:
    office.coop.replace("members.csv", "noel@example.org", "zoe@example.org")
    office.sends(A_DAY_BEFORE)
    office.coop.replace("distributions.yaml", "Salle des fêtes", "Gymnase")
    office.at = A_DAY_BEFORE + timedelta(minutes=5)

    found, shown = upcoming(office), office.invoke("status").stdout

    assert [one["addresses"] for one in found] == [3]
    assert "3 corrections" in shown
    assert counted(office.coop.run(office.at))["sent"] == 3


def test_openings_that_share_a_mail_are_counted_as_it_and_told_apart_below(office: Office) -> None:
    two_open_together(office)

    shown = office.invoke("status").stdout

    assert ", 4 openings." in shown
    assert [(one["distribution"], one["addresses"]) for one in upcoming(office)] == [("d1", 4), ("d2", 4)]
    assert len({one.custom_id for one in office.coop.run(OPENED).lines if one.status == "sent"}) == 4


@pytest.mark.parametrize(("quota", "is_beyond"), [(3, True), (4, False)])
def test_openings_that_share_a_mail_take_one_of_the_quota(
    office: Office, quota: int, is_beyond: bool
) -> None:
    office.coop.replace("config.yaml", "timeout: 2s", f"timeout: 2s, daily_quota: {quota}")
    two_open_together(office)

    shown = office.invoke("status").stdout

    assert (f"4 mails are to leave, the quota is {quota}" in shown) is is_beyond
    assert "the quota is" not in shown or is_beyond


@pytest.mark.long
@pytest.mark.parametrize("ordered", ["", "3;d1;Pain;1;3,00\n"], ids=["some", "everybody"])
def test_what_a_trial_has_written_is_said_to_be_there_already(tmp_path: Path, ordered: str) -> None:
    with MailjetServer(tls=False) as server:
        office = Office(Coop(tmp_path), server, utc("2026-06-10T06:00"))
        office.coop.write("orders.csv", ORDERS + ordered)
        written = 3 + bool(ordered)
        assert [(one["addresses"], one["already"]) for one in upcoming(office)] == [(written, 0)]

        office.invoke("send-due", "--at", "2026-06-11 18:05")

        assert [(one["addresses"], one["already"]) for one in upcoming(office)] == [(0, written)]
        assert f"0; have it already: {written}" in office.invoke("status").stdout
        office.coop.write("orders.csv", ORDERS.replace("1;d1", "3;d1"))
        assert [(one["addresses"], one["already"]) for one in upcoming(office)] == [
            (int(not ordered), written)
        ]


def test_two_recaps_at_one_address_are_two_before_and_after(tmp_path: Path) -> None:
    with MailjetServer(tls=False) as server:
        office = Office(Coop(tmp_path), server, utc("2026-06-10T06:00"))
        office.coop.replace("members.csv", "maelle@example.org", "zoe@example.org")
        assert [(one["addresses"], one["already"]) for one in upcoming(office)] == [(3, 0)]

        office.invoke("send-due", "--at", "2026-06-11 18:05")

        assert [(one["addresses"], one["already"]) for one in upcoming(office)] == [(0, 3)]
