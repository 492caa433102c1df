from __future__ import annotations

from decimal import Decimal

import pytest

from cagette_notify.core.notices import Status
from cagette_notify.planning.orders.orders_by_member import lines_by_member
from cagette_notify.planning.plan import Plan, plan
from tests.fixtures.builders import a_mailbox, a_member, a_notice, an_order_line
from tests.fixtures.memory import a_book, a_situation, an_entry, utc

A_DAY_BEFORE = utc("2026-06-11T16:30")


def shared(made: Plan) -> list[bool]:
    return [one.notice.address_is_shared for one in made.owed]


def test_an_address_is_shared_by_those_who_have_it_wherever_they_stand_and_by_nobody_else() -> None:
    addresses = ("ana@example.org", "leo@example.org", "Ana@example.org", "mia@example.org")
    members = tuple(
        a_member(id=str(number), mailboxes=(a_mailbox(address=address),))
        for number, address in enumerate(addresses)
    )
    book = a_book(*(an_order_line(member_id=member.id) for member in members))

    made = plan(a_situation(A_DAY_BEFORE, members=members, books={"2026-06-12": book}))

    assert shared(made) == [True, False, True, False]


def test_an_address_is_shared_with_whoever_was_written_to_there_before() -> None:
    another = a_member(id="1014")

    alone = plan(a_situation(A_DAY_BEFORE, entries=(an_entry(a_notice(revision=1), status=Status.DEFERRED),)))
    both = plan(a_situation(A_DAY_BEFORE, entries=(an_entry(a_notice(member=another)),)))

    assert (shared(alone), shared(both)) == ([False], [True])


@pytest.mark.parametrize(("quantity", "is_owed"), [("-1", False), ("0", False), ("0.5", True)])
def test_any_quantity_above_zero_is_an_order(quantity: str, is_owed: bool) -> None:
    book = a_book(an_order_line(quantity=Decimal(quantity)))

    assert bool(plan(a_situation(A_DAY_BEFORE, books={"2026-06-12": book})).owed) is is_owed


def test_lines_that_cancel_each_other_are_no_order() -> None:
    book = a_book(an_order_line(), an_order_line(quantity=Decimal(-2)))

    assert plan(a_situation(A_DAY_BEFORE, books={"2026-06-12": book})).owed == ()


def test_an_order_shared_with_oneself_is_listed_once() -> None:
    book = a_book(an_order_line(shared_with="1007"))

    assert lines_by_member(book) == {"1007": book.lines}


def test_each_of_two_households_that_share_an_order_is_told_the_other_s_name() -> None:
    lea = a_member(
        id="1014", first_name="Léa", last_name="", mailboxes=(a_mailbox(address="lea@example.org"),)
    )
    book = a_book(an_order_line(shared_with="1014"))

    made = plan(a_situation(A_DAY_BEFORE, members=(a_member(), lea), books={"2026-06-12": book}))

    assert [one.notice.sharers for one in made.owed] == [{"1014": "Léa"}, {"1007": "Zoé Martin"}]


def test_who_shares_an_order_and_is_no_member_has_no_name() -> None:
    book = a_book(an_order_line(shared_with="gone"), an_order_line(shared_with="1007"))

    made = plan(a_situation(A_DAY_BEFORE, books={"2026-06-12": book}))

    assert [one.notice.sharers for one in made.owed] == [{}]
