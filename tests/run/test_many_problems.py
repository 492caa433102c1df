"""A file full of mistakes: what is done grows with their number, and no faster."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from cagette_notify.config import load as config
from cagette_notify.helpdesk.status import service_status
from tests.fixtures.coop import A_DAY_BEFORE, Coop

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LATER = A_DAY_BEFORE + timedelta(minutes=10)
FEW = 100


def calls_of(work: Callable[[], object]) -> int:
    """Count the calls of functions, ours and built in ones, that some work takes."""
    count = 0

    def note(_frame: object, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def bad_addresses(count: int) -> tuple[str, str]:
    rows = "".join(f"m{n};A{n};B{n};bad{n}@\n" for n in range(count))
    return "members.csv", f"id;first_name;last_name;email\n{rows}1;Zoé;Martin;zoe@example.org\n"


def orders_of_nobody(count: int) -> tuple[str, str]:
    rows = "".join(f"u{n};d1;Pain;1;1\n" for n in range(count))
    return "orders.csv", f"member;distribution;product;quantity;price\n{rows}1;d1;Pain;1;1\n"


def bad_settings(count: int) -> tuple[str, str]:
    rows = "".join(f"1;opening;perhaps{n};2026-01-01\n" for n in range(count))
    return "notifications.csv", f"member;kind;value;date\n{rows}"


@pytest.mark.dear
@pytest.mark.parametrize("mistakes", [bad_addresses, orders_of_nobody, bad_settings])
def test_ten_times_the_mistakes_take_ten_times_the_work(
    tmp_path: Path, mistakes: Callable[[int], tuple[str, str]]
) -> None:
    taken = []
    for count in (FEW, 10 * FEW):
        folder = tmp_path / str(count)
        folder.mkdir()
        coop = Coop(folder)
        coop.write(*mistakes(count))
        loaded = config.load(folder / "config.yaml")
        taken.append(
            [
                calls_of(lambda: coop.run(A_DAY_BEFORE, says_once=True)),  # noqa: B023 - called at once
                calls_of(lambda: coop.run(LATER, says_once=True)),  # noqa: B023
                calls_of(lambda: service_status(loaded, timedelta(days=7), LATER)),  # noqa: B023
            ]
        )

    few, many = taken
    assert [more < 12 * less for less, more in zip(few, many, strict=True)] == [True] * 3, taken
