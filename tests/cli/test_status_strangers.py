"""``status`` where orders name people who are no members: all is not well, as they get no recap."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.coop import A_DAY_BEFORE, ORDERS, let_rest
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from datetime import datetime

    from tests.fixtures.office import Office

LAST_RUN = utc("2026-06-10T06:00")


def warned(office: Office, at: datetime = LAST_RUN) -> list[str]:
    office.at = at
    return [one["message"] for one in json.loads(office.invoke("status", "--json").stdout)["warnings"]]


def test_all_is_not_well_where_many_who_ordered_are_no_members(office: Office) -> None:
    rows = "".join(f"{id_};d1;Tomates;1;2,50\n{id_};d1;Panier;1;12,50\n" for id_ in range(10, 24))
    office.coop.write("orders.csv", ORDERS + rows)
    office.sends(LAST_RUN)

    warnings = warned(office)
    shown = office.invoke("status").stdout

    said = "14 of those who ordered for d1 are no members of the group, and get no recap"
    assert [one.partition(";")[0] for one in warnings] == [f"is the list of members whole? {said}"]
    assert "All is well" not in shown
    assert f"orders.csv: {warnings[0]}" in shown
    assert office.invoke("check", "--offline").stderr.count("names no member of the group") == 14


def test_one_of_many_is_counted_and_the_list_is_not_doubted(office: Office) -> None:
    members = "".join(f"{id_};Ana{id_};Roux;ana{id_}@example.org;;\n" for id_ in range(4, 10))
    office.coop.replace("members.csv", "3;Léa;Roux;lea@example.org;;\n", members)
    rows = "".join(f"{id_};d1;Tomates;1;2,50\n" for id_ in (*range(4, 10), 99))
    office.coop.write("orders.csv", ORDERS + rows)

    (one,) = warned(office)

    assert one.startswith("1 of those who ordered for d1 is no member of the group, and gets no recap")


@pytest.mark.parametrize("quantity", ["1", "0"])
def test_whoever_ordered_nothing_is_nobody_to_miss(office: Office, quantity: str) -> None:
    office.coop.write("orders.csv", f"{ORDERS}99;d1;Tomates;{quantity};2,50\n")

    assert len(warned(office)) == int(quantity)


def test_where_no_order_is_of_a_member_that_is_said_and_not_who(office: Office) -> None:
    rows = "".join(f"{id_};d1;Tomates;1;2,50\n" for id_ in range(10, 14))
    office.coop.write("orders.csv", ORDERS.partition("\n")[0] + "\n" + rows)

    (one,) = warned(office)

    assert one.startswith("no order for d1 is of a member of the group, so that nobody gets a recap; why:")
    assert "All is well" not in office.invoke("status").stdout
    [why] = [line for line in office.invoke("check", "--offline").stderr.splitlines() if "no order" in line]
    assert why.startswith(
        "orders.csv: no order is of a member of the group: they are of '10', '11', '12'…, and"
    )


@pytest.mark.parametrize("named", ["1", "ZOE@example.org"])
def test_of_whoever_had_a_recap_and_has_left_it_is_said_that_they_had_one(office: Office, named: str) -> None:
    let_rest(office.coop.write("orders.csv", ORDERS.replace("1;d1", f"{named};d1")))
    office.sends()
    office.coop.replace("distributions.yaml", "06-12", "06-15")
    office.coop.replace("members.csv", "1;Zoé;Martin;zoe@example.org;;\n", "")
    had_one = (
        "1 of those who ordered for d1 and had a recap is no member of the group any more, and gets no other"
    )

    assert [one.partition("; who")[0] for one in warned(office, A_DAY_BEFORE) if "who ordered" in one] == [
        f"is the list of members whole? {had_one}"
    ]

    let_rest(office.coop.write("orders.csv", f"{ORDERS}99;d1;Pain;1;4\n".replace("1;d1", f"{named};d1")))
    never = "1 of those who ordered for d1 is no member of the group, and gets no recap"

    assert [one.partition("; who")[0] for one in warned(office, A_DAY_BEFORE) if "who ordered" in one] == [
        f"is the list of members whole? {never}",
        had_one,
    ]


@pytest.mark.parametrize(
    ("row", "named"),
    [
        ("Martin-Petit Zoé;d1;Tomates;2\n", ("Zoé Martin",)),
        ("Zoé Martni;d1;Tomates;2\n", ("Zoé Martin",)),
        ("Zoé Martin;d1;Tomates;two\nMartin-Petit Zoé;d1;Riz;1\n", ("Zoé Martin",)),
        ("Martin-Petit Zoé;d1;Riz;1\nRoux-Petit Léa;d1;Riz;1\n", ("Léa Roux", "Zoé Martin")),
    ],
)
def test_all_is_not_well_where_the_recap_of_somebody_waits_for_a_row(
    office: Office, row: str, named: tuple[str, ...]
) -> None:
    office.sends(LAST_RUN)
    office.coop.write("orders.csv", f"Nom;distribution;produit;quantité\nNoël Bœuf;d1;Panier;1\n{row}")

    (one,) = warned(office)
    shown = office.invoke("status").stdout

    assert one.startswith(f"no recap of d1 leaves to {', '.join(named)} as long as a row that is, or may be")
    assert one.partition("; which: cagette-notify")[2].endswith(" check")
    assert "All is well" not in shown
    assert f"orders.csv: {one}" in shown


def test_who_wants_no_recap_waits_for_no_row(office: Office) -> None:
    office.member(recap_24h="no", recap_4h="no")
    office.coop.write(
        "orders.csv", "Nom;distribution;produit;quantité\nNoël Bœuf;d1;Panier;1\nMartin-Petit Zoé;d1;Riz;2\n"
    )

    assert warned(office) == []


def test_those_who_wait_for_a_row_that_may_be_anybodys_are_counted(office: Office) -> None:
    office.coop.write("orders.csv", f"{ORDERS};d1;Riz;1;1\n")

    (one,) = warned(office)

    assert one.startswith("the recap of d1 to 1 member waits, as a row of the orders can't be attributed")
