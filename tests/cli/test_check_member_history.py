"""``check-member`` tells what the ledger says of a member, whatever the data say of them today."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fixtures.coop import A_DAY_BEFORE, GROUPS, OPENED
from tests.fixtures.memory import utc
from tests.fixtures.office import ZOE

if TYPE_CHECKING:
    from tests.fixtures.office import Office

HEADER = "id;first_name;last_name;email;groups\n"


def left(office: Office, who: str) -> list[tuple[str, str]]:
    """Return kind and address of what left to a member."""
    sent = [one for one in office.history(who) if one["status"] == "sent"]
    return [(one["kind"], one["address"]) for one in sent]


def test_what_left_to_a_member_in_a_group_they_have_left_is_told(office: Office) -> None:
    office.coop.write("groups.yaml", f"{GROUPS}- {{id: bourg, name: Le Bourg}}\n")
    office.coop.write("members.csv", HEADER + f"1;Zoé;Martin;{ZOE};lac|bourg\n2;Noël;;n@x.org;lac\n")
    office.sends(A_DAY_BEFORE)
    office.coop.write("members.csv", HEADER + f"1;Zoé;Martin;{ZOE};bourg\n2;Noël;;n@x.org;lac\n")

    assert left(office, "1") == [("recap_24h", ZOE)]


def test_what_left_to_another_member_of_the_same_address_is_not_told(office: Office) -> None:
    office.coop.write("groups.yaml", f"{GROUPS}- {{id: bourg, name: Le Bourg}}\n")
    office.coop.write("members.csv", HEADER + f"1;Zoé;Martin;{ZOE};lac\n9;Max;Martin;{ZOE};bourg\n")
    office.sends(A_DAY_BEFORE)

    assert (left(office, "1"), left(office, "9")) == ([("recap_24h", ZOE)], [])


def test_what_left_to_an_address_that_was_taken_out_is_told(office: Office) -> None:
    office.sends(OPENED)
    office.sends(utc("2026-06-05T06:15"))
    office.member(email="")

    assert left(office, "1") == [("opening", ZOE)]
    openings = [one["status"] for one in office.history("1") if one["kind"] == "opening"]
    assert openings == ["sent"]


def test_what_left_to_an_address_before_another_member_took_it_over_is_the_others(office: Office) -> None:
    office.sends(OPENED)
    office.sends(utc("2026-06-05T06:15"))
    office.coop.replace("members.csv", ZOE, "")
    office.coop.replace("members.csv", "lea@example.org", ZOE)

    assert left(office, "1") == []


def test_what_left_to_an_address_that_was_given_up_with_the_group_is_told(office: Office) -> None:
    header = HEADER.replace("email;", "email;partner_email;")
    neighbour = "2;Noël;;n@x.org;;lac\n"
    office.coop.write("groups.yaml", f"{GROUPS}- {{id: bourg, name: Le Bourg}}\n")
    office.coop.write("members.csv", f"{header}1;Zoé;Martin;{ZOE};max@x.org;lac|bourg\n{neighbour}")
    office.sends(A_DAY_BEFORE)
    office.coop.write("members.csv", f"{header}1;Zoé;Martin;{ZOE};;bourg\n{neighbour}")

    assert sorted(left(office, "1")) == [("recap_24h", "max@x.org"), ("recap_24h", ZOE)]


def test_what_left_before_there_was_an_address_did_not_come_too_late_to_it(office: Office) -> None:
    office.sends(OPENED)
    office.sends(utc("2026-06-08T06:05"))
    office.member(partner_first_name="Luc", partner_email="luc@example.org")
    office.at = utc("2026-06-08T10:00")

    openings = [(one["status"], one["address"]) for one in office.history("1") if one["kind"] == "opening"]

    assert openings == [("sent", ZOE)]


CLOSED = """\
- {id: d1, group: lac, starts_at: 2026-06-12 18:00,
   orders_open_at: 2026-06-09 08:00, orders_close_at: 2026-06-10 20:00}
"""


@pytest.mark.long
@pytest.mark.parametrize("is_new", [True, False])
def test_to_who_came_once_orders_had_closed_no_other_notice_says_the_same(
    office: Office, *, is_new: bool
) -> None:
    config, members = (
        (office.coop.folder / name).read_text("utf-8") for name in ("config.yaml", "members.csv")
    )
    office.coop.write("config.yaml", "notices: {closing: {default: yes}}\n" + config)
    office.coop.write("distributions.yaml", CLOSED)
    if is_new:
        office.coop.replace("members.csv", f"1;Zoé;Martin;{ZOE};;\n", "")
    office.sends(utc("2026-06-01T06:05"))
    for at in ("2026-06-09T06:05", "2026-06-09T18:05", "2026-06-10T18:05"):
        office.sends(utc(at))
    office.coop.write("members.csv", members)
    office.sends(utc("2026-06-10T18:15"))

    calls = [one for one in office.history("1") if not one["kind"].startswith("recap")]
    assert [one["status"] for one in calls] == ([] if is_new else ["sent", "sent"])
