"""What was told and is gone from the data is said, whatever else can't be read there."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.coop import A_DAY_BEFORE, Coop

if TYPE_CHECKING:
    from pathlib import Path

GROUPS = "id;name;contact_name;contact_email;timezone\nlac;Lac;Claire;claire@example.org;{lac}\n"
BOIS = "bois;Bois;Paul;{paul};{zone}\n"
HEADER = "id;group;starts_at;ends_at;place\n"
OF_LAC = "d1;lac;2026-06-12 18:00;2026-06-12 19:30;Salle\nd5;lac;2026-07-31 18:00;;Salle\n"
OF_BOIS = "b5;bois;{start};{end};{place}\n"
GONE = "distribution d1 is no longer in the data, but recaps of it had left"
PERHAPS = "distribution d1 is not found in the data, but recaps of it had left: it may be what was set aside"
NEXT = A_DAY_BEFORE + timedelta(minutes=10)
AFTER = NEXT + timedelta(minutes=10)


def groups(coop: Coop, *, paul: str = "paul@example.org", zone: str = "") -> None:
    coop.write("groups.csv", GROUPS.format(lac="") + BOIS.format(paul=paul, zone=zone))


def rows(coop: Coop, *more: str, of_lac: str = OF_LAC, **cells: str) -> None:
    bois = OF_BOIS.format(**({"start": "2026-07-30 18:00", "end": "", "place": "Préau"} | cells))
    coop.write("distributions.csv", "".join([HEADER, of_lac, bois, *(f"{one}\n" for one in more)]))


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    """Give a co-op of two groups, in one of which all were told of d1."""
    coop = Coop(tmp_path)
    config = (tmp_path / "config.yaml").read_text(encoding="utf-8")
    coop.write("config.yaml", config.replace("s.yaml", "s.csv"))
    coop.write("members.csv", "id;first_name;email;groups\n1;Zoé;zoe@example.org;lac\n")
    groups(coop)
    rows(coop)
    coop.run(A_DAY_BEFORE - timedelta(hours=1))
    coop.run(A_DAY_BEFORE)
    assert coop.mailed() == ["zoe@example.org"]
    return coop


def taken_out(coop: Coop) -> None:
    text = (coop.folder / "distributions.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines(keepends=True) if not line.startswith("d1;")]
    coop.write("distributions.csv", "".join(lines))


def said(coop: Coop) -> list[str]:
    return [line for line in coop.run(NEXT).news if "distribution d1" in line]


def bad_zone(coop: Coop) -> None:
    groups(coop, zone="Lune")


def bad_contact(coop: Coop) -> None:
    groups(coop, paul="paul@")


def bad_place(coop: Coop) -> None:
    rows(coop, place="#N/A")


def ends_before_it_starts(coop: Coop) -> None:
    rows(coop, end="2026-07-30 17:00")


def another_group_without_a_start(coop: Coop) -> None:
    rows(coop, start="2026-08-32")


def another_day_of_the_group(coop: Coop) -> None:
    rows(coop, "d9;lac;2026-06-13 18:00;2026-06-13 17:00;Salle")


def another_day_of_no_readable_group(coop: Coop) -> None:
    rows(coop, "d9;#N/A;2026-06-13 18:00;;Salle")


@pytest.mark.parametrize(
    "breaks",
    [
        *(bad_zone, bad_contact, bad_place, ends_before_it_starts, another_group_without_a_start),
        *(another_day_of_the_group, another_day_of_no_readable_group),
    ],
)
def test_a_bad_row_that_can_not_be_what_is_gone_hides_nothing(coop: Coop, breaks: object) -> None:
    assert callable(breaks)
    breaks(coop)
    taken_out(coop)

    [line] = said(coop)
    assert line.startswith(GONE)
    assert "broadcast lac --to told:d1" in line


@pytest.mark.parametrize(
    "row",
    [
        "d9;lac;2026-08-32;;Salle",
        "#N/A;lac;2026-06-12 18:00;;Salle",
        "d9;lac;2026-06-12 18:00;2026-06-12 17:00;Salle",
        "d9;#N/A;2026-06-12 10:00;;Salle",
        "d9;#N/A;2026-08-32;;Salle",
    ],
)
def test_a_bad_row_that_may_be_what_is_gone_is_named_once_and_then_what_it_was_not(
    coop: Coop, row: str
) -> None:
    rows(coop, row)
    taken_out(coop)

    [line] = said(coop)
    assert line.startswith(f"{PERHAPS} (distributions.csv:4)")
    assert said(coop) == []
    rows(coop)
    taken_out(coop)
    [line] = said(coop)
    assert line.startswith(GONE)


def test_of_a_row_set_aside_that_bears_the_id_nothing_more_is_said(coop: Coop) -> None:
    rows(coop, of_lac=OF_LAC.replace("2026-06-12 18:00", "2026-06-32"))

    assert said(coop) == []


def test_what_a_group_set_aside_was_told_stands_while_its_row_is_there(coop: Coop) -> None:
    coop.write("groups.csv", GROUPS.format(lac="Lune") + BOIS.format(paul="", zone=""))

    assert said(coop) == []


def test_what_is_gone_of_a_group_set_aside_waits_for_its_row(coop: Coop) -> None:
    coop.write("groups.csv", GROUPS.format(lac="Lune") + BOIS.format(paul="", zone=""))
    taken_out(coop)

    [line] = said(coop)
    assert line.startswith(f"{PERHAPS} (groups.csv:2)")


def test_behind_a_row_in_which_the_file_ends_anything_may_be_missing(coop: Coop) -> None:
    rows(coop)
    taken_out(coop)
    path = coop.folder / "distributions.csv"
    coop.write("distributions.csv", path.read_text(encoding="utf-8") + "b6;bois;;;")

    [line] = said(coop)
    assert line.startswith(f"{PERHAPS} (distributions.csv:4)")
