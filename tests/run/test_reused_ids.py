"""Ids that are other people's now: nobody reads of another's order, or is told again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cagette_notify.run.exit_status import exit_status_of
from tests.fixtures.coop import A_DAY_BEFORE, ORDERS, Coop, counted
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from pathlib import Path

BEFORE, LATER, MOVED = utc("2026-06-10T18:30"), utc("2026-06-11T16:15"), utc("2026-06-11T16:25")
HEAD = "id;first_name;last_name;email"
PEOPLE = [f"P{letter};N{n};p{n}@example.org" for n, letter in enumerate("ABCDEFGHIJKLMNOPQRST")]


def members(coop: Coop, first_id: int = 1000, *more: str, without: str = "") -> None:
    """Write twenty people, counted from an id on, and more rows; one id may be left out."""
    rows = [f"{first_id + n};{one}" for n, one in enumerate(PEOPLE)]
    kept = [row for row in rows if not without or not row.startswith(f"{without};")]
    coop.write("members.csv", "\n".join([HEAD, *kept, *more, ""]))


def orders(coop: Coop, *rows: str) -> None:
    coop.write("orders.csv", "\n".join([ORDERS.splitlines()[0], *(f"{row};2,00" for row in rows), ""]))


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    """Give a co-op of twenty, two of whom were told of their orders."""
    coop = Coop(tmp_path)
    members(coop)
    orders(coop, "1005;d1;Pain;1", "1006;d1;Lait;1")
    coop.run(BEFORE)
    assert counted(coop.run(A_DAY_BEFORE))["sent"] == 2
    return coop


def move(coop: Coop) -> None:
    coop.replace("distributions.yaml", "starts_at: 2026-06-12 18:00", "starts_at: 2026-06-12 19:00")


def mails_to(coop: Coop, address: str) -> list[str]:
    """Return recipient, name and text of what an address got, with plain blanks."""
    found = []
    for mail in coop.mails():
        body = mail.get_body(("plain",))
        if address in mail["To"] and body:
            found.append(" ".join(f"{mail['To']} {body.get_content()}".split()))
    return found


NEWCOMER = "1006;Nouvelle;Personne;new@example.org"
PG = "2006;PG;N6;p6@example.org"


def test_who_has_another_id_gets_their_own_correction_not_that_of_who_has_their_old_id(coop: Coop) -> None:
    members(coop, 1000, NEWCOMER, PG, without="1006")
    orders(coop, "1005;d1;Pain;1", "1006;d1;Secret;3", "2006;d1;Lait;2")
    assert counted(coop.run(LATER))["sent"] == 1
    move(coop)

    coop.run(MOVED)
    after = coop.run(utc("2026-06-11T16:35"))

    first, correction = sorted(mails_to(coop, "p6@example.org"), key=lambda text: "a changé" in text)
    assert ("1 × Lait" in first, "2 × Lait" in correction) == (True, True)
    assert "Secret" not in first + correction
    assert "Nouvelle" not in first + correction
    assert [len(mails_to(coop, f"{who}@example.org")) for who in ("p5", "p6", "new")] == [2, 2, 2]
    assert counted(after).get("sent", 0) == 0


def test_who_left_reads_nothing_of_the_newcomer_who_has_their_id(coop: Coop) -> None:
    members(coop, 1000, NEWCOMER, without="1006")
    orders(coop, "1005;d1;Pain;1", "1006;d1;Secret;3")
    coop.run(LATER)
    move(coop)

    coop.run(MOVED)

    assert len(mails_to(coop, "p6@example.org")) == 1
    assert [len(mails_to(coop, f"{who}@example.org")) for who in ("p5", "new")] == [2, 2]


def test_without_names_an_order_is_corrected_at_nobody_elses_address(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    coop.write("members.csv", "id;email\n1;zoe@example.org\n2;luc@example.org\n")
    orders(coop, "1;d1;Pain;1")
    coop.run(BEFORE)
    coop.run(A_DAY_BEFORE)
    coop.write("members.csv", "id;email\n1;ida@example.org\n2;luc@example.org\n3;zoe@example.org\n")
    orders(coop, "1;d1;Secret;3")
    coop.run(LATER)
    move(coop)

    coop.run(MOVED)

    assert len(mails_to(coop, "zoe@example.org")) == 1


def test_who_has_the_name_that_they_had_is_corrected_at_an_address_that_is_anothers_since(coop: Coop) -> None:
    members(coop, 1000, "1006;PG;N6;pg@example.org", "3000;Ana;N6;p6@example.org", without="1006")
    move(coop)

    coop.run(LATER)

    assert len(mails_to(coop, "p6@example.org")) == 2


def test_who_has_the_name_that_they_had_is_corrected_where_they_were_told(coop: Coop) -> None:
    members(coop, 1000, "1006;PG;N6;pg@example.org", without="1006")
    move(coop)

    coop.run(LATER)

    assert len(mails_to(coop, "p6@example.org")) == 2


def test_what_begins_before_a_correction_left_came_not_too_late_to_a_former_member(coop: Coop) -> None:
    members(coop, 1000, NEWCOMER, without="1006")
    orders(coop, "1005;d1;Pain;1", "1006;d1;Secret;3")
    coop.run(LATER)
    coop.replace("distributions.yaml", "starts_at: 2026-06-12 18:00", "starts_at: 2026-06-12 16:00")

    begun = coop.run(utc("2026-06-12T14:05"), says_once=True)

    missed = {line.address for line in begun.lines if line.status == "expired"}
    assert "p5@example.org" in missed
    assert "p6@example.org" not in missed


def test_two_of_many_whose_ids_are_other_peoples_are_told_nothing_twice(coop: Coop) -> None:
    """Those beside them have the ids that they had."""
    coop.replace("members.csv", "1005;PF", "1020;PF")
    coop.replace("members.csv", "1006;PG", "1005;PG")
    coop.replace("members.csv", "1004;PE", "1006;PE")
    orders(coop, "1020;d1;Pain;1", "1005;d1;Lait;1")

    reports = [coop.run(LATER), coop.run(MOVED)]

    assert [exit_status_of(report) for report in reports] == [0, 0]
    assert coop.mailed() == ["p5@example.org", "p6@example.org"]


def test_a_list_counted_anew_of_which_few_were_told_tells_nobody_again(coop: Coop) -> None:
    members(coop, 1001)
    orders(coop, "1006;d1;Pain;1", "1007;d1;Lait;1")

    held = coop.run(LATER)
    accepted = coop.run(MOVED, accept_data=frozenset({"lac"}))
    after = coop.run(utc("2026-06-11T16:35"))

    assert (counted(held), exit_status_of(held)) == ({}, 1)
    assert "--accept-data lac" in held.news[0]
    assert [counted(one).get("sent", 0) for one in (accepted, after)] == [0, 0]
    assert (after.news, coop.mailed()) == ((), ["p5@example.org", "p6@example.org"])


def set_off(coop: Coop, who: str, kind: str) -> None:
    coop.write("notifications.csv", f"member;kind;value;date\n{who};{kind};no;2026-06-01\n")


def settings(coop: Coop) -> str:
    return (coop.folder / "notifications.csv").read_text(encoding="utf-8-sig")


def test_a_list_counted_anew_before_any_recap_gives_nobody_the_settings_of_another(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    members(coop)
    orders(coop)
    set_off(coop, "1005", "opening")
    coop.run(utc("2026-06-05T05:00"))
    assert counted(coop.run(utc("2026-06-05T06:05")))["sent"] == 19
    members(coop, 1001)

    held = coop.run(utc("2026-06-06T06:05"))
    accepted = coop.run(utc("2026-06-06T06:15"), accept_data=frozenset({"lac"}))
    after = coop.run(utc("2026-06-06T06:25"))

    assert exit_status_of(held) == 1
    assert "1005 -> 1006" in held.news[0]
    assert "would be told again" not in held.news[0]
    assert settings(coop).splitlines()[1] == "1006;opening;no;2026-06-01"
    assert [counted(one).get("sent", 0) for one in (accepted, after)] == [0, 0]
    assert (exit_status_of(after), after.news) == (0, ())
    assert "p5@example.org" not in coop.mailed()


def test_a_list_counted_anew_of_which_nobody_was_told_anything_is_held_too(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    members(coop)
    orders(coop)
    set_off(coop, "1005", "recap_24h")
    coop.run(BEFORE)
    assert not counted(coop.run(A_DAY_BEFORE)).get("sent")
    members(coop, 1001)
    orders(coop, "1006;d1;Pain;1")

    held = coop.run(LATER)
    coop.run(MOVED, accept_data=frozenset({"lac"}))

    assert exit_status_of(held) == 1
    assert settings(coop).splitlines()[1] == "1006;recap_24h;no;2026-06-01"
    assert coop.mailed() == []


def test_an_address_that_is_corrected_and_passes_on_is_no_other_list(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    members(coop)
    set_off(coop, "1005", "opening")
    orders(coop)
    coop.run(utc("2026-06-05T05:00"))
    coop.run(utc("2026-06-05T06:05"))
    coop.replace("members.csv", "p5@example.org", "pf@example.org")
    coop.replace("members.csv", "p7@example.org", "p5@example.org")

    assert exit_status_of(coop.run(utc("2026-06-06T06:05"))) == 0
