"""Members' own settings follow them to the new ids that somebody accepted, once."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.coop import A_DAY_BEFORE, MEMBERS, ORDERS, Coop, counted
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from pathlib import Path

    from cagette_notify.run.run_report import RunReport

LATER = utc("2026-06-11T16:15")
SAME = {"1": "1", "2": "2", "3": "3", "4": "4"}
COUNTED_ANEW = {"1": "2", "2": "3", "3": "4", "4": "1"}
HEAD = "member;kind;value;date\n"
SETTINGS = f"{HEAD}1;opening;no;2026-06-01\n4;recap_24h;no;2026-06-02\nlac/2;recap_4h;yes;\n77;opening;no;\n"
CARRIED = f"{HEAD}2;opening;no;2026-06-01\n1;recap_24h;no;2026-06-02\nlac/3;recap_4h;yes;\n77;opening;no;\n"


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    """Give a co-op of four households, of which the fourth wants no recap."""
    coop = Coop(tmp_path)
    renumber(coop, SAME)
    coop.write("notifications.csv", SETTINGS)
    coop.run(utc("2026-06-10T18:30"))
    assert counted(coop.run(A_DAY_BEFORE))["sent"] == 4
    return coop


def renumber(coop: Coop, new_ids: dict[str, str]) -> None:
    more = {"members.csv": f"{MEMBERS}4;Luc;Roy;luc@example.org;;\n", "orders.csv": ORDERS}
    more["orders.csv"] += "3;d1;Lait;1;2,00\n4;d1;Lait;1;2,00\n"
    for name, text in more.items():
        header, *rows = text.splitlines()
        coop.write(name, "\n".join([header, *(new_ids[row[0]] + row[1:] for row in rows), ""]))


def accept(coop: Coop, *groups: str, **request: bool) -> RunReport:
    return coop.run(LATER, accept_data=frozenset(groups or ("lac",)), **request)


def written(coop: Coop) -> str:
    return (coop.folder / "notifications.csv").read_text(encoding="utf-8-sig")


def test_settings_follow_households_that_were_told_and_those_that_want_nothing(coop: Coop) -> None:
    renumber(coop, COUNTED_ANEW)

    accepted = accept(coop)
    after = coop.run(utc("2026-06-11T16:25"))

    assert written(coop) == CARRIED
    assert (counted(accepted).get("sent", 0), counted(after).get("sent", 0)) == (0, 0)
    assert "luc@example.org" not in coop.mailed()


def test_a_dry_run_carries_nothing_and_shows_what_would_be_so(coop: Coop) -> None:
    renumber(coop, COUNTED_ANEW)

    report = accept(coop, dry_run=True)

    assert (report.failure, counted(report).get("would_send", 0)) == (0, 0)
    assert written(coop) == SETTINGS


def cut(coop: Coop, statement: str) -> None:
    connection = sqlite3.connect(coop.folder / "ledger.sqlite3")
    connection.execute(statement)
    connection.close()


def test_settings_are_carried_once_though_the_run_ended_before_the_ledger_followed(coop: Coop) -> None:
    renumber(coop, COUNTED_ANEW)
    cut(
        coop,
        "CREATE TRIGGER cut BEFORE UPDATE OF member_id ON notices BEGIN SELECT RAISE(ABORT, 'cut'); END",
    )
    assert accept(coop).failure
    assert written(coop) == CARRIED
    cut(coop, "DROP TRIGGER cut")

    again = accept(coop)

    assert (again.failure, written(coop)) == (0, CARRIED)
    assert set(coop.mailed()) == {
        *("zoe@example.org", "noel@example.org", "maelle@example.org", "lea@example.org")
    }


@pytest.mark.parametrize("rows", ["", "1;recap_24h;no;2026-06-02\n"])
def test_settings_are_carried_once_though_somebody_edits_them_before_the_ledger_followed(
    coop: Coop, rows: str
) -> None:
    """Whether a row more was typed, or one that had been carried was deleted."""
    renumber(coop, COUNTED_ANEW)
    cut(
        coop,
        "CREATE TRIGGER cut BEFORE UPDATE OF member_id ON notices BEGIN SELECT RAISE(ABORT, 'cut'); END",
    )
    assert accept(coop).failure
    cut(coop, "DROP TRIGGER cut")
    edited = written(coop).replace(rows, "") if rows else f"{CARRIED}5;opening;no;\n"
    coop.write("notifications.csv", edited.replace("\n", "\r\n"))

    again = accept(coop)

    assert (again.failure, written(coop).splitlines()) == (0, edited.splitlines())


def test_settings_edited_before_they_were_carried_are_carried_still(coop: Coop) -> None:
    renumber(coop, COUNTED_ANEW)
    (coop.folder / "notifications.csv.new").mkdir()
    assert accept(coop).failure
    (coop.folder / "notifications.csv.new").rmdir()
    coop.write("notifications.csv", f"{SETTINGS}5;opening;no;\n")

    accept(coop)

    assert written(coop) == f"{CARRIED}5;opening;no;\n"


def test_settings_are_carried_though_the_run_ended_before_the_file_was_written(coop: Coop) -> None:
    renumber(coop, COUNTED_ANEW)
    (coop.folder / "notifications.csv.new").mkdir()
    assert accept(coop).failure
    assert written(coop) == SETTINGS
    (coop.folder / "notifications.csv.new").rmdir()

    accept(coop)

    assert written(coop) == CARRIED


def test_settings_come_back_with_the_ids_and_go_with_them_again(coop: Coop) -> None:
    for ids in (COUNTED_ANEW, SAME, COUNTED_ANEW, SAME):
        renumber(coop, ids)
        accept(coop)
        assert written(coop) == (SETTINGS if ids is SAME else CARRIED)


def test_settings_follow_from_one_list_that_was_counted_anew_to_the_next(coop: Coop) -> None:
    coop.write("notifications.csv", f"{SETTINGS}3;recap_4h;yes;\n")
    for ids in (COUNTED_ANEW, {"1": "3", "2": "4", "3": "1", "4": "2"}):
        renumber(coop, ids)
        accept(coop)

    assert written(coop) == (
        f"{HEAD}3;opening;no;2026-06-01\n2;recap_24h;no;2026-06-02\nlac/4;recap_4h;yes;\n77;opening;no;\n"
        "1;recap_4h;yes;\n"
    )


def test_whoever_is_in_two_groups_that_are_accepted_in_turn_is_carried_once(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    coop.write("groups.yaml", "- {id: lac, name: Lac}\n- {id: mer, name: Mer}\n")
    days = (coop.folder / "distributions.yaml").read_text(encoding="utf-8")
    coop.write("distributions.yaml", days + days.replace("d1", "d2").replace("group: lac", "group: mer"))

    def everybody(new_ids: dict[str, str]) -> None:
        renumber(coop, new_ids)
        for name, old, new in (("members.csv", ";groups", ";lac|mer"), ("orders.csv", "", "")):
            header, *rows = (coop.folder / name).read_text(encoding="utf-8").splitlines()
            rows += [row.replace(";d1;", ";d2;") for row in rows if name == "orders.csv"]
            coop.write(name, "\n".join([header + old, *(row + new for row in rows), ""]))

    everybody(SAME)
    coop.write("notifications.csv", SETTINGS)
    coop.run(utc("2026-06-10T18:30"))
    assert counted(coop.run(A_DAY_BEFORE))["sent"] == 8
    everybody(COUNTED_ANEW)

    accept(coop, "lac")
    accept(coop, "mer")

    assert written(coop) == CARRIED


def test_settings_in_one_group_follow_when_that_group_is_accepted(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    coop.write("groups.yaml", "- {id: lac, name: Lac}\n- {id: mer, name: Mer}\n")
    renumber(coop, SAME)
    header, *rows = (coop.folder / "members.csv").read_text(encoding="utf-8").splitlines()
    coop.write("members.csv", "\n".join([f"{header};groups", *(f"{row};lac|mer" for row in rows), ""]))
    days = (coop.folder / "distributions.yaml").read_text(encoding="utf-8")
    coop.write("distributions.yaml", days + days.replace("d1", "d2").replace("group: lac", "group: mer"))
    orders = (coop.folder / "orders.csv").read_text(encoding="utf-8")
    coop.write("orders.csv", orders + orders.partition("\n")[2].replace(";d1;", ";d2;"))
    coop.write("notifications.csv", f"{HEAD}mer/1;opening;no;\n")
    coop.run(utc("2026-06-10T18:30"))
    assert counted(coop.run(A_DAY_BEFORE))["sent"] == 10
    for name in ("members.csv", "orders.csv"):
        header, *rows = (coop.folder / name).read_text(encoding="utf-8").splitlines()
        coop.write(name, "\n".join([header, *(COUNTED_ANEW[row[0]] + row[1:] for row in rows), ""]))

    accept(coop, "lac")
    before = written(coop)
    accept(coop, "mer")

    assert (before, written(coop)) == (f"{HEAD}mer/1;opening;no;\n", f"{HEAD}mer/2;opening;no;\n")


def test_settings_that_are_no_csv_are_left_to_a_person(coop: Coop) -> None:
    (coop.folder / "notifications.csv").unlink()
    config = (coop.folder / "config.yaml").read_text(encoding="utf-8")
    coop.write("config.yaml", f"{config}\nnotifications: notifications.yaml\n")
    coop.write("notifications.yaml", "- {member: 1, kind: opening, value: no}\n")
    renumber(coop, COUNTED_ANEW)

    report = accept(coop)

    assert any("edit it by hand" in str(problem) for problem in report.problems)


@pytest.mark.parametrize("edited", [False, True])
def test_settings_in_a_group_follow_it_to_its_new_id_once(tmp_path: Path, edited: bool) -> None:
    coop = told_without_ids(tmp_path)
    coop.write(
        "notifications.csv", f"{HEAD}lac/1;opening;no;2026-06-01\nlac/9;opening;no;\n2;recap_4h;yes;\n"
    )
    coop.replace("groups.yaml", "id: lac", "id: etang")
    coop.replace("distributions.yaml", "group: lac", "group: etang")
    coop.replace("orders.csv", "lac-2026", "etang-2026")
    cut(coop, "CREATE TRIGGER cut BEFORE UPDATE OF group_id ON notices BEGIN SELECT RAISE(ABORT, 'cut'); END")
    assert accept(coop, "etang").failure
    cut(coop, "DROP TRIGGER cut")
    if edited:
        coop.write("notifications.csv", written(coop) + "3;opening;no;\n")

    again = accept(coop, "etang")

    rows = f"{HEAD}etang/1;opening;no;2026-06-01\nlac/9;opening;no;\n2;recap_4h;yes;\n"
    assert (again.failure, written(coop)) == (0, rows + ("3;opening;no;\n" if edited else ""))


def test_settings_in_a_group_follow_members_who_have_other_ids_too(tmp_path: Path) -> None:
    coop = told_without_ids(tmp_path)
    coop.write("notifications.csv", f"{HEAD}lac/1;opening;no;2026-06-01\nlac/2;opening;no;\n")
    coop.replace("groups.yaml", "id: lac", "id: etang")
    coop.replace("distributions.yaml", "group: lac", "group: etang")
    coop.replace("members.csv", "\n1;Zoé", "\n2;Zoé")
    coop.replace("members.csv", "\n2;Noël", "\n1;Noël")
    coop.replace("orders.csv", "1;lac-2026", "x;lac-2026")
    coop.replace("orders.csv", "2;lac-2026", "1;etang-2026")
    coop.replace("orders.csv", "x;lac-2026", "2;etang-2026")

    accept(coop, "etang")

    assert written(coop) == f"{HEAD}etang/2;opening;no;2026-06-01\netang/1;opening;no;\n"


def told_without_ids(folder: Path) -> Coop:
    coop = Coop(folder)
    coop.replace("distributions.yaml", "- id: d1\n  group: lac", "- group: lac")
    coop.write("orders.csv", ORDERS.replace(";d1;", ";lac-2026-06-12;"))
    coop.run(utc("2026-06-10T18:30"))
    assert counted(coop.run(A_DAY_BEFORE))["sent"] == 3
    return coop
