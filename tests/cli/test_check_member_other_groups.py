"""``check-member`` of what concerns a member in a group that is not theirs, or is theirs no more."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.fixtures.coop import A_DAY_BEFORE, DISTRIBUTIONS, GROUPS
from tests.fixtures.office import ZOE

if TYPE_CHECKING:
    from datetime import datetime

    from tests.fixtures.office import Office

HEADER = "id;first_name;last_name;email;groups\n"
NOEL = "2;Noël;Bœuf;noel@example.org;lac\n"
BOURG = "- {id: bourg, name: Le Bourg}\n"
SOON = A_DAY_BEFORE + timedelta(minutes=30)


def listed(office: Office, zoes: str, *others: str, groups: str = GROUPS + BOURG) -> None:
    """List Zoé in these groups, beside Noël and others."""
    office.coop.write("groups.yaml", groups)
    office.coop.write("members.csv", "".join((HEADER, f"1;Zoé;Martin;{ZOE};{zoes}\n", NOEL, *others)))


def moves(office: Office) -> None:
    office.coop.replace("distributions.yaml", "Salle des fêtes", "Halle")


def told(office: Office, who: str = "1") -> dict[str, Any]:
    """Return the check of what left to a member, or did not."""
    check: dict[str, Any] = office.checks(who)["last_messages"]
    return check


def test_who_left_the_group_before_the_distribution_moved_is_said_not_to_know(office: Office) -> None:
    listed(office, "lac")
    office.sends()
    listed(office, "bourg")
    moves(office)
    for _before_and_after in range(2):
        last = told(office)

        assert last["status"] == "warning"
        assert (
            "d1 was told to zoe@example.org for Friday 12 June 2026 at 6:00\u00a0pm, Salle des fêtes, and it "
            "is Friday 12 June 2026 at 6:00\u00a0pm, Halle: the correction goes only to members of Les "
            "Paniers "
            "du Lac, and this member is none"
        ) in last["summary"]
        assert "tell the member that it changed; if they are of Les Paniers du Lac" in last["advice"]
        office.sends(SOON)
    assert [arrival.address for arrival in office.server.delivered].count(ZOE) == 1
    reply = office.reply_to("1")
    assert "elle est prévue le vendredi 12 juin 2026 à 18 h, Halle. Comme votre compte n’est pas" in reply


def test_who_stays_in_the_group_beside_another_is_corrected_and_not_warned_of(office: Office) -> None:
    listed(office, "lac")
    office.sends()
    office.knows()
    listed(office, "lac|bourg")
    moves(office)
    office.sends(SOON)

    assert "was told to" not in told(office)["summary"]
    assert [arrival.address for arrival in office.server.delivered].count(ZOE) == 2


def test_who_left_a_group_of_which_nothing_moved_is_not_warned_of(office: Office) -> None:
    listed(office, "lac")
    office.sends()
    office.knows()
    listed(office, "bourg")

    assert "was told to" not in told(office)["summary"]


def test_what_another_member_of_the_address_was_told_is_not_said(office: Office) -> None:
    listed(office, "lac", f"9;Max;Martin;{ZOE};bourg\n")
    office.sends()
    office.knows()
    moves(office)

    assert "was told to" not in told(office, "9")["summary"]


def test_who_may_still_be_in_a_list_that_can_t_be_read_is_not_said_to_be_none(office: Office) -> None:
    own = GROUPS + "  members: lac.csv\n" + BOURG
    listed(office, "bourg", groups=own)
    office.coop.write("lac.csv", f"id;first_name;last_name;email\n1;Zoé;Martin;{ZOE}\n")
    office.sends()
    moves(office)
    (office.coop.folder / "lac.csv").unlink()

    assert "this member is none" not in told(office)["summary"]


def test_a_distribution_that_went_over_to_another_group_is_said_to_who_was_told(office: Office) -> None:
    listed(office, "lac")
    office.sends()
    office.coop.write(
        "distributions.yaml", DISTRIBUTIONS.replace("group: lac", "group: bourg").replace("18:00", "17:00")
    )

    assert (
        "the correction goes only to members of Le Bourg, and this member is none" in told(office)["summary"]
    )


def test_the_hour_is_told_by_the_clock_of_the_group_that_is_not_theirs(office: Office) -> None:
    far = GROUPS + "- {id: bourg, name: Le Bourg, timezone: Indian/Reunion}\n"
    listed(office, "lac", groups=far)
    office.sends()
    listed(office, "bourg", groups=far)
    moves(office)

    assert (
        "for Friday 12 June 2026 at 6:00\u00a0pm, Salle des fêtes, and it is Friday 12 June 2026 at "
        "6:00\u00a0pm" in told(office)["summary"]
    )


CY = "3;Cy;Roux;cy@example.org;bourg\n"
STRAY = (
    "orders.csv:3 names {named!r} for d1 (Friday 12 June 2026), a distribution of Les Paniers du Lac, of "
    "which Cy Roux"
)


def ordered(office: Office, *named: str, members: str = CY, column: str = "member") -> None:
    """Have Noël order, and somebody called so in the same group."""
    listed(office, "lac", members)
    noel = "2" if column == "member" else "Bœuf Noël"
    rows = "".join(f"{name};d1;Sel;4\n" for name in named)
    office.coop.write("orders.csv", f"{column};distribution;product;quantity\n{noel};d1;Pain;1\n{rows}")
    office.sends()
    office.knows("cy@example.org")


@pytest.mark.long
@pytest.mark.parametrize("named", ["3", "cy@example.org", "CY@example.org"])
def test_an_order_in_a_group_that_is_not_the_member_s_is_named(office: Office, named: str) -> None:
    ordered(office, named, named)

    last, reply = told(office, "3"), office.reply_to("3")

    assert last["status"] == "warning"
    assert STRAY.format(named=named) + " is no member" in last["summary"]
    assert last["summary"].count("is no member") == 1
    assert "add the group lac in members.csv:4, or correct the row of the order" in last["advice"]
    assert "une commande à votre nom figure parmi celles d’un groupe auquel votre compte n’est pas" in reply


def test_an_order_shared_with_a_member_of_another_group_is_named(office: Office) -> None:
    listed(office, "lac", CY)
    office.coop.write(
        "orders.csv", "member;distribution;product;quantity;shared_with\n2;d1;;1;3\n1;d1;Riz;1;3\n"
    )
    office.sends()

    assert "orders.csv:2 names '3' for d1" in told(office, "3")["summary"]
    assert told(office, "3")["summary"].count("is no member") == 1


def test_0_of_something_is_no_order_in_another_group_either(office: Office) -> None:
    ordered(office, "3")
    office.coop.replace("orders.csv", "3;d1;Sel;4", "3;d1;Sel;0")

    assert "is no member" not in told(office, "3")["summary"]


@pytest.mark.parametrize("named", ["Roux Cy", "ROUX cy / Roux Tom"])
def test_it_is_named_too_where_orders_go_by_names(office: Office, named: str) -> None:
    ordered(office, named, column="member_name")

    assert STRAY.format(named=named) in told(office, "3")["summary"]


def test_it_is_named_too_where_it_goes_by_the_partner_s_name(office: Office) -> None:
    ordered(office, "Luc Roy", column="member_name")
    office.coop.replace("members.csv", "groups\n", "groups;partner_first_name;partner_last_name\n")
    office.coop.replace("members.csv", CY, CY.replace("\n", ";Luc;Roy\n"))

    assert STRAY.format(named="Luc Roy") in told(office, "3")["summary"]


@pytest.mark.parametrize("named", ["03", "33", "other@example.org", "2"])
def test_an_order_of_somebody_else_in_another_group_is_none_of_theirs(office: Office, named: str) -> None:
    ordered(office, named)

    assert "is no member" not in told(office, "3")["summary"]


def test_an_order_in_a_group_that_is_the_member_s_too_is_none_that_strays(office: Office) -> None:
    ordered(office, "3", members=CY.replace("bourg", "bourg|lac"))

    assert "is no member" not in told(office, "3")["summary"]


def test_an_id_that_another_list_numbers_means_nobody_of_this_one(office: Office) -> None:
    listed(office, "lac", groups=GROUPS + "- {id: bourg, name: Le Bourg, members: bourg.csv}\n")
    office.coop.write("bourg.csv", "id;first_name;last_name;email\n3;Cy;Roux;cy@example.org\n")
    orders = "member;distribution;product;quantity\n2;d1;Pain;1\n"
    office.coop.write("orders.csv", f"{orders}3;d1;Sel;4\n")
    office.sends()
    by_id = told(office, "cy@example.org")["summary"]
    office.coop.write("orders.csv", f"{orders}cy@example.org;d1;Sel;4\n")

    assert "is no member" not in by_id
    assert STRAY.format(named="cy@example.org") in told(office, "cy@example.org")["summary"]


@pytest.mark.parametrize(
    ("at", "is_said"),
    [
        (A_DAY_BEFORE - timedelta(minutes=6), False),
        (A_DAY_BEFORE, True),
        (A_DAY_BEFORE + timedelta(days=7), True),
        (A_DAY_BEFORE + timedelta(days=9), False),
    ],
)
def test_it_is_named_from_when_its_recap_is_due_and_for_a_week(
    office: Office, at: datetime, is_said: bool
) -> None:
    ordered(office, "3")
    office.at = at

    assert ("is no member" in told(office, "3")["summary"]) is is_said


@pytest.mark.parametrize("off", ["cancelled: yes", "disabled: yes"])
def test_an_order_of_what_does_not_take_place_is_nobody_s_trouble(office: Office, off: str) -> None:
    ordered(office, "3")
    changed, old = ("distributions.yaml", DISTRIBUTIONS) if "cancelled" in off else ("groups.yaml", GROUPS)
    office.coop.replace(changed, old, f"{old}  {off}\n")

    assert "is no member" not in told(office, "3")["summary"]


def test_an_order_of_a_list_that_can_t_be_read_is_not_said_to_be_of_no_member(office: Office) -> None:
    own = GROUPS + "  members: lac.csv\n" + BOURG
    listed(office, "bourg", CY, groups=own)
    office.coop.write("lac.csv", "id;first_name;last_name;email\n3;Cy;Roux;cy@example.org\n")
    office.coop.write("orders.csv", "member;distribution;product;quantity\ncy@example.org;d1;Pain;1\n")
    office.sends()
    (office.coop.folder / "lac.csv").unlink()

    assert "is no member" not in told(office, "bourg/3")["summary"]
