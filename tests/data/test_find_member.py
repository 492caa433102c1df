"""Who is found, and who is named as like what was typed."""

from __future__ import annotations

import pytest

from cagette_notify.core.model import AddressState
from cagette_notify.data.members.find_member import find_member, partner_called
from tests.fixtures.builders import a_mailbox, a_member

ADDRESSES = ("zoe.martin@example.org", "ana@example.org", "luc@amap-des-paniers-du-lac.example")
MEMBERS = tuple(
    a_member(
        id=f"10{n}",
        first_name="",
        last_name="",
        mailboxes=(a_mailbox(address=one, first_name="", last_name=""),),
    )
    for n, one in enumerate(ADDRESSES)
)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("zoe.martin@exmaple.org", ADDRESSES[0]),
        ("zoe.martni@example.org", ADDRESSES[0]),
        ("zoe.martin.example.org", ADDRESSES[0]),
        ("zoemartin@example.org", ADDRESSES[0]),
        ("anna@example.org", ADDRESSES[1]),
        ("aba@example.org", ADDRESSES[1]),
    ],
)
def test_an_address_that_was_mistyped_names_the_one_that_is_like_it(typed: str, address: str) -> None:
    found = find_member(typed, MEMBERS)

    assert found.members == ()
    assert [one.mailboxes[0].address for one in found.near] == [address]


@pytest.mark.parametrize(
    "typed",
    [
        "eve@example.org",
        "eve.example.org",
        "claire.fontaine@amap-des-paniers-du-lac.example",
        "@amap-des-paniers-du-lac.example",
        "amap-des-paniers-du-lac.example",
    ],
)
def test_nobody_is_like_another_by_their_domain(typed: str) -> None:
    assert find_member(typed, MEMBERS).near == ()


def test_an_address_that_is_an_id_is_no_more_like_another_by_its_domain() -> None:
    assert find_member("eve@example.org", [a_member(id="ana@example.org", mailboxes=())]).near == ()


CELLS = (
    "lea@example.org, lea.pro@example.org",
    "Lea <lea@example.org>",
    "x@example.org; lea@example.org",
    "x@example.org�lea@example.org",  # a line break, as it is shown
    "mailto:Lea@example.org",
    "x@example.org/lea@example.org",
    "ana@épicerie.fr | lea@example.org",
)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("of_partner", [False, True], ids=["holder", "partner"])
def test_an_address_is_found_in_a_cell_that_is_none(cell: str, *, of_partner: bool) -> None:
    box = a_mailbox(address=cell, state=AddressState.INVALID, of_partner=of_partner)
    member = a_member(mailboxes=(box,))
    near = a_member(id="2", mailboxes=(a_mailbox(address="le@example.org"),))

    found = find_member("LEA@example.org", (near, member))

    assert (found.members, found.is_exact) == ((member,), True)
    assert (partner_called("lea@example.org", member) is box) is of_partner


def test_an_address_of_ones_own_comes_before_one_in_a_cell_that_is_none() -> None:
    member = a_member(mailboxes=(a_mailbox(address="lea@example.org"),))
    other = a_member(id="2", mailboxes=(a_mailbox(address=CELLS[0], state=AddressState.INVALID),))

    assert find_member("lea@example.org", (other, member)).members == (member,)


PARTNER = a_mailbox(first_name="Luc", last_name="Petit", of_partner=True)
COUPLES = (
    a_member(id="1", mailboxes=(a_mailbox(), PARTNER)),
    a_member(id="2", mailboxes=()),
    a_member(id="3", first_name="Ana", last_name="Roux", mailboxes=(), partner=PARTNER),
)


@pytest.mark.parametrize(
    ("typed", "found", "is_exact"),
    [
        ("MARTIN Zoé / PETIT Luc", "1", True),
        ("zoé martin / luc petit", "1", True),
        ("ROUX Ana / PETIT Luc", "3", True),
        ("MARTIN Zoé / PETTI Luc", "12", False),
        ("ROUX Ana / MARTIN Zoé", "3", False),
    ],
)
def test_a_couple_is_found_as_its_orders_name_it(typed: str, found: str, *, is_exact: bool) -> None:
    match = find_member(typed, COUPLES)

    assert ([one.id for one in match.members], match.is_exact) == ([*found], is_exact)
