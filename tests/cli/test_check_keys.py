"""What ``check --offline`` can tell of keys, and how it deals with thousands of problems."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cagette_notify.cli.look_over import CheckResults
from tests.fixtures.command import run
from tests.fixtures.coop import Coop

if TYPE_CHECKING:
    from pathlib import Path

KEY = "0123456789abcdef" * 2


@pytest.mark.dear
@pytest.mark.parametrize(
    ("public", "private", "status"),
    [(KEY, KEY, 0), ("pub", KEY, 78), (KEY, "priv", 78), (KEY[1:], KEY, 78), (KEY, f"{KEY}0", 78)],
)
def test_what_is_no_key_of_mailjet_is_not_taken_for_one(
    tmp_path: Path, public: str, private: str, status: int
) -> None:
    coop = Coop(tmp_path, extra="delivery: mailjet\n")

    result = run(
        coop.folder,
        *("check", "--offline"),
        environ={"MJ_APIKEY_PUBLIC": public, "MJ_APIKEY_PRIVATE": private},
    )

    assert result.returncode == status, result.stderr
    assert public not in result.stderr
    assert ("no keys of Mailjet's API" in result.stderr) == (status == 78)


class CountedLine(str):
    """A line that counts how often it is compared."""

    __slots__ = ()
    compared = 0

    def __eq__(self, other: object) -> bool:
        CountedLine.compared += 1
        return str.__eq__(self, other)

    __hash__ = str.__hash__


class Trouble:
    """A problem in such words."""

    stops_all = False

    def __init__(self, line: str) -> None:
        self._line = CountedLine(line)

    def __str__(self) -> str:
        return self._line


def test_a_thousand_problems_are_not_each_compared_with_all_the_others() -> None:
    found = CheckResults()

    for _look in range(2):
        found.add_problems(Trouble(f"members.csv:{n}") for n in range(1000))  # type: ignore[misc]

    assert len(found.troubles) == 1000
    assert CountedLine.compared < 10_000
