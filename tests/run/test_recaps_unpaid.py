"""Recaps of which nothing is paid: that is said where somebody's payments are noted, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fixtures.coop import A_DAY_BEFORE, Coop
from tests.fixtures.memory import utc
from tests.run.test_unread_orders import text_to

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(("paid_by_another", "is_said"), [("oui", True), ("non", False), ("", False)])
def test_who_has_paid_nothing_is_told_so_where_others_have_paid(
    tmp_path: Path, paid_by_another: str, *, is_said: bool
) -> None:
    coop = Coop(tmp_path)
    coop.run(utc("2026-06-10T18:30"))
    rows = f"1;d1;Tomates;2;2,50;non\n3;d1;Lait;1;3,00;{paid_by_another}\n"
    coop.write("orders.csv", f"member;distribution;product;quantity;price;paid\n{rows}")

    coop.run(A_DAY_BEFORE)

    assert ("Total : 5,00 € – non payé" in text_to(coop, "zoe@example.org")) is is_said
