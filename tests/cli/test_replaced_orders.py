"""Two orders files of one day: the newest replaces the other: said, unless it is an earlier export."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.coop import A_DAY_BEFORE

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fixtures.office import Office

VEGETABLES = "member;product;quantity\n1;Tomates;2\n2;Tomates;1\n3;Salade;1\n"
BREAD = "member;product;quantity\n1;Pain;1\n3;Brioche;2\n"
OF_CATALOG = "member;product;quantity;catalog\n1;Petit panier;1;"
OLDER, NEWER = "orders-2026-06-12.csv", "orders-2026-06-12 (1).csv"
SAID = f"{OLDER}: not read, as {NEWER} is newer, and of one day only the newest file is; yet "


def wrote(folder: Path, name: str, text: str, hours_ago: int) -> None:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    at = A_DAY_BEFORE.timestamp() - 3600 * hours_ago
    os.utime(path, (at, at))


def two_files(office: Office, older: str, newer: str) -> None:
    office.coop.replace("config.yaml", "orders: orders.csv", "orders: orders-{date}*.csv")
    wrote(office.coop.folder, OLDER, older, 2)
    wrote(office.coop.folder, NEWER, newer, 1)
    office.at = A_DAY_BEFORE


def said_by(office: Office, *command: str) -> str:
    result = office.invoke(*command)
    return (result.stdout + result.stderr).replace("\u00a0", " ")


@pytest.mark.long
@pytest.mark.parametrize(
    ("older", "newer", "count"),
    [
        (VEGETABLES, BREAD, "3 orders of d1 stand"),
        (BREAD, "member;product;quantity\n2;Pain;1\n", "2 orders of d1 stand"),
        (f"{VEGETABLES}1;Pain;1\n", "member;product;quantity\n1;Pain;1\n", "3 orders of d1 stand"),
        (f"{OF_CATALOG}Fruits\n", f"{OF_CATALOG}Légumes\n", "1 order of d1 stands"),
    ],
    ids=["other products", "other members", "a part", "a product of that name in another catalog"],
)
def test_orders_that_the_newest_file_of_a_day_lacks_are_said_until_they_are_in_it(
    office: Office, older: str, newer: str, count: str
) -> None:
    two_files(office, older, newer)

    for command in (("check", "--offline"), ("status",), ("send-due", "--dry-run")):
        assert SAID + count in said_by(office, *command), command

    both = f"{older}{newer.partition(chr(10))[2]}"
    wrote(office.coop.folder, "orders-2026-06-12 both.csv", both, 0)
    for command in (("check", "--offline"), ("status",), ("send-due", "--dry-run")):
        assert "not read, as" not in said_by(office, *command), command


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        (VEGETABLES, f"{VEGETABLES}1;Pain;1\n"),
        (VEGETABLES, "member;product;quantity\n1;Salade;1\n2;Tomates;2\n3;Tomates;1\n"),
        ("member;product;quantity\n1;Pain;0\n", VEGETABLES),
        ("<html>Session expirée</html>\n", VEGETABLES),
    ],
    ids=["the same and more", "changed since", "nothing ordered", "unreadable"],
)
def test_an_earlier_export_of_the_same_orders_is_replaced_in_silence(
    office: Office, older: str, newer: str
) -> None:
    two_files(office, older, newer)

    for command in (("check", "--offline"), ("status",), ("send-due", "--dry-run")):
        assert "not read, as" not in said_by(office, *command), command


def test_the_orders_of_other_days_replace_none(office: Office) -> None:
    two_files(office, VEGETABLES, BREAD)
    office.coop.replace("config.yaml", "orders: orders-{date}*.csv", "orders: none.csv")
    office.coop.replace("distributions.yaml", "  place:", "  orders: orders-*.csv\n  place:")

    assert "not read, as" not in said_by(office, "check", "--offline")


def test_rows_that_name_their_distribution_are_of_its_day(office: Office) -> None:
    older, newer = (
        "distribution;" + text.replace("\n", "\nd1;").removesuffix("d1;") for text in (VEGETABLES, BREAD)
    )
    two_files(office, older, newer)
    office.coop.replace("config.yaml", "orders: orders-{date}*.csv", "orders: orders-*.csv")

    assert SAID in said_by(office, "check", "--offline")


def test_which_file_of_a_day_counts_is_named_where_there_are_several(office: Office) -> None:
    two_files(office, VEGETABLES, VEGETABLES)
    chosen = f"Orders are read from {NEWER} (of 11 June at 5:05 pm), the newest of orders-2026-06-12*.csv.\n"
    older = f"  passed over, older: {OLDER} (of 11 June at 4:05 pm)\n"

    assert chosen + older in said_by(office, "check", "--offline")
    assert chosen in said_by(office, "status")
    (office.coop.folder / OLDER).unlink()
    assert "Orders are read" not in said_by(office, "check", "--offline") + said_by(office, "status")
