"""Orders of which a row can't be read: the recap says so, and nobody is told a total that is too small."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.notices import Reason
from cagette_notify.run.exit_status import exit_status_of
from tests.support.coop import A_DAY_BEFORE, Coop, counted
from tests.support.memory import utc

if TYPE_CHECKING:
    from pathlib import Path

BEFORE_ALL = utc("2026-06-10T18:30")
HEADER = "member;distribution;product;quantity;price;shared_with\n"
LATER = utc("2026-06-11T16:15")


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    coop = Coop(tmp_path)
    coop.run(BEFORE_ALL)
    return coop


def orders(coop: Coop, *rows: str) -> None:
    coop.write("orders.csv", HEADER + "".join(f"{row}\n" for row in rows))


def text_to(coop: Coop, address: str) -> str:
    [mail] = [mail for mail in coop.mails() if mail["To"].addresses[0].addr_spec == address]
    body = mail.get_body(("plain",))
    assert body
    return " ".join(body.get_content().split())


@pytest.mark.parametrize(
    "bad",
    [
        "1;d1;Pain;2;cheap;",
        "1;d1;Pain;some;2,50;",
        "1;d1;Pain;;2,50;",
        "1;d1;;1;2,50;",
        "1;d1;Pain; tranché;1;2,50;",
        "2;d1;Pain;2;cheap;1",
    ],
)
def test_a_recap_of_which_a_row_was_set_aside_says_so_and_shows_no_total(coop: Coop, bad: str) -> None:
    orders(coop, "1;d1;Tomates;2;2,50;", bad, "3;d1;Lait;1;3,00;")

    report = coop.run(A_DAY_BEFORE)

    incomplete, whole = text_to(coop, "zoe@example.org"), text_to(coop, "lea@example.org")
    assert "n’a pas pu être lue" in incomplete
    assert "Tomates" in incomplete
    assert "Total" not in incomplete
    assert "n’a pas pu être lue" not in whole
    assert "Total : 3,00 €" in whole.replace("\u202f", " ").replace("\xa0", " ")
    assert exit_status_of(report) == 1


def test_an_order_whose_quantity_is_known_has_its_recap(coop: Coop) -> None:
    orders(coop, "1;d1;Tomates;2;cheap;")

    coop.run(A_DAY_BEFORE)

    assert "n’a pas pu être lue" in text_to(coop, "zoe@example.org")


def test_an_order_of_which_no_quantity_is_known_waits_until_it_is_mended(coop: Coop) -> None:
    orders(coop, "1;d1;Tomates;some;2,50;", "3;d1;Lait;1;3,00;")
    waiting = coop.run(A_DAY_BEFORE)
    orders(coop, "1;d1;Tomates;2;2,50;", "3;d1;Lait;1;3,00;")
    mended = coop.run(LATER)

    reasons = [line.reason for line in waiting.lines if line.member == "1" and line.kind == "recap_24h"]
    assert reasons == [Reason.WAITING_FOR_ORDERS.value]
    assert counted(mended)["sent"] == 1
    assert "Total" in text_to(coop, "zoe@example.org")


def test_whoever_was_told_of_an_order_that_cannot_be_read_any_more_hears_of_the_new_hour(coop: Coop) -> None:
    orders(coop, "1;d1;Tomates;2;2,50;")
    coop.run(A_DAY_BEFORE)
    orders(coop, "1;d1;Tomates;some;2,50;")
    still = coop.run(LATER)
    coop.replace("distributions.yaml", "starts_at: 2026-06-12 18:00", "starts_at: 2026-06-12 17:00")

    corrected = coop.run(utc("2026-06-11T16:25"))

    assert counted(still).get("sent", 0) == 0
    assert counted(corrected)["sent"] == 1
