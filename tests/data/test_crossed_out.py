"""A row with a # in front is taken out, in a table as in YAML."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cagette_notify.run.exit_status import exit_status_of
from tests.fixtures.command import run as run_command
from tests.fixtures.coop import A_DAY_BEFORE, LONG_AGO, MEMBERS, OPENED, ORDERS, Coop
from tests.fixtures.workbook import workbook

if TYPE_CHECKING:
    from pathlib import Path

DATES = "id;group;starts_at;orders_open_at\n"
D1 = "d1;lac;2026-06-12 18:00;2026-06-05 08:00\n"
EVERYBODY = ["lea@example.org", "maelle@example.org", "noel@example.org", "zoe@example.org"]


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    coop = Coop(tmp_path)
    coop.replace("config.yaml", "distributions.yaml", "distributions.csv")
    coop.write("distributions.csv", DATES + D1)
    coop.run(LONG_AGO)
    return coop


def checked(coop: Coop) -> str:
    return run_command(coop.folder, "check", "--offline").stdout


@pytest.mark.long
@pytest.mark.parametrize("row", ["#d1;lac", "# d1;lac", "#1;lac", '"#d1";lac'])
def test_a_distribution_that_is_crossed_out_is_announced_to_nobody(coop: Coop, row: str) -> None:
    coop.write("distributions.csv", DATES + D1.replace("d1;lac", row) * 2)

    report = coop.run(OPENED)

    assert (coop.mailed(), exit_status_of(report), report.news) == ([], 0, ())
    assert "distributions.csv:2: 2 rows, of which this is the first, are taken out with the #" in checked(
        coop
    )


@pytest.mark.long
@pytest.mark.parametrize("members", [MEMBERS, MEMBERS.replace("id;", "n;").replace("\n1;", "\nx;")])
def test_a_member_who_is_crossed_out_is_mailed_nothing(coop: Coop, members: str) -> None:
    coop.write("members.csv", members.replace("\n2;", "\n#2;"))

    report = coop.run(OPENED)

    assert (coop.mailed(), exit_status_of(report)) == (["lea@example.org", "zoe@example.org"], 0)
    assert "members.csv:3: the row is taken out with the # in front of it, and is not read" in checked(coop)


def test_a_name_that_is_crossed_out_greets_nobody(coop: Coop) -> None:
    coop.write(
        "members.csv", "first_name;last_name;email\nZoé;Martin;zoe@example.org\n#Ana;Roy;ana@example.org\n"
    )
    coop.run(OPENED)

    assert coop.mailed() == ["zoe@example.org"]


def test_ids_that_are_numbers_with_a_mark_are_ids(coop: Coop) -> None:
    for name, text in (("members.csv", MEMBERS), ("orders.csv", ORDERS)):
        coop.write(name, "".join(f"#{line}" if line[0] in "123" else line for line in text.splitlines(True)))
    coop.run(OPENED)
    report = coop.run(A_DAY_BEFORE)

    assert sorted(set(coop.mailed())) == EVERYBODY
    assert exit_status_of(report) == 0
    assert "#" not in checked(coop)


def test_an_order_that_is_crossed_out_is_no_order(coop: Coop) -> None:
    coop.replace("orders.csv", "\n2;d1", "\n#2;d1")
    coop.run(OPENED)
    report = coop.run(A_DAY_BEFORE)

    assert (coop.mailed().count("zoe@example.org"), len(coop.mailed()), exit_status_of(report)) == (2, 5, 0)


def test_a_row_of_a_spreadsheet_is_crossed_out_alike(coop: Coop) -> None:
    rows = [line.split(";")[:4] for line in MEMBERS.replace("\n3;", "\n#3;").splitlines()]
    coop.write("members.xlsx", workbook({"Membres": rows}))
    coop.replace("config.yaml", "members.csv", "members.xlsx")
    coop.run(OPENED)

    assert coop.mailed() == ["noel@example.org", "zoe@example.org"]


@pytest.mark.dear
def test_orders_that_are_crossed_out_are_said_of_each_sheet_once(coop: Coop) -> None:
    later = D1.replace("d1;", "d2;").replace("-12 18", "-19 18")
    coop.write("distributions.csv", DATES + D1 + D1.replace("d1;", "d3;") + later)
    rows = [["member", "distribution", "product", "quantity"], ["#2", "d1", "Pain", "1"]]
    coop.write("orders.xlsx", workbook({"2026-06-12": rows, "2026-06-19": rows}))
    coop.replace("config.yaml", "orders.csv", "orders.xlsx#{date}")

    said = [line.partition(": ")[0] for line in checked(coop).splitlines() if "is taken out with" in line]

    assert said == ["orders.xlsx#2026-06-12:2", "orders.xlsx#2026-06-19:2"]


def test_a_spreadsheets_error_takes_no_row_out(coop: Coop) -> None:
    coop.replace("members.csv", "\n2;", "\n#N/A;")

    assert exit_status_of(coop.run(OPENED)) == 1


def test_choices_that_are_crossed_out_hold_no_more_and_stay_in_their_file(coop: Coop) -> None:
    rows = "member;kind;value;date\n#1;opening;no;2026-06-01\n3;opening;no;2026-06-01\n"
    coop.write("notifications.csv", rows)
    changed = run_command(coop.folder, "notifications", "3", "--off", "recap-24h")
    coop.run(OPENED)

    assert changed.returncode == 0
    assert "#1;opening;no;2026-06-01" in (coop.folder / "notifications.csv").read_text(encoding="utf-8-sig")
    assert coop.mailed() == ["maelle@example.org", "noel@example.org", "zoe@example.org"]


@pytest.mark.parametrize("name", ["#1", "# 1", "#lac/1", "#zoe@example.org"])
def test_whoever_is_forgotten_leaves_no_row_that_is_crossed_out(coop: Coop, name: str) -> None:
    coop.write("notifications.csv", f"member;kind;value;date\n{name};opening;no;\n3;opening;no;\n")
    forgotten = run_command(coop.folder, "forget", "lac/1", "--yes")

    assert forgotten.returncode == 0
    assert "#" not in (coop.folder / "notifications.csv").read_text(encoding="utf-8-sig")
