"""Files that end in the middle of their last row: still being written, or cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cagette_notify.data.dataset import load_calendar
from tests.data.files import ONE_GROUP, a_folder, calendar_of, lines_of, members_of

if TYPE_CHECKING:
    from pathlib import Path

MEMBERS = "id;first_name;email\n1;Zoé;zoe@exemple.example\n2;Ana;ana@gmail.com\n"
YAML_MEMBERS = "- id: 1\n  email: zoe@exemple.example\n- id: 2\n  first_name: Ana\n"
CUT = "it ends in the middle of this row: it is still being written, or was cut"
DAYS = "id;group;starts_at;place\nvendredi;lac;2026-06-12 18:00;Salle des fêtes\n"


@pytest.mark.parametrize("end", ["3;Lé", "3", "3;Léa;"])
def test_a_members_file_that_ends_in_the_middle_of_a_row_says_so_and_serves_those_before(
    tmp_path: Path, end: str
) -> None:
    found = members_of(tmp_path, {"members.csv": MEMBERS + end})

    assert [member.id for member in found.members] == ["1", "2"]
    assert [aside.member.id for aside in found.set_aside] == ["3"]
    assert lines_of(found.problems) == [f"members.csv:4: {CUT}"]


def test_a_members_file_in_yaml_that_ends_before_an_address_says_so(tmp_path: Path) -> None:
    found = members_of(tmp_path, {"members.yaml": YAML_MEMBERS.rstrip("\n")})

    assert [member.id for member in found.members] == ["1"]
    assert lines_of(found.problems) == [f"members.yaml:3: {CUT}"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("distributions.csv", DAYS + "samedi;lac"),
        ("distributions.csv", DAYS + "samedi;lac;2026-06-13 18:0"),
        ("distributions.csv", "group;starts_at\nlac;2026-06-12 18:00\nlac;"),
        ("distributions.yaml", "- {id: a, group: lac, starts_at: 2026-06-12 18:00}\n- id: b\n  group: lac"),
    ],
)
def test_a_file_of_distributions_that_ends_in_the_middle_of_a_row_says_so(
    tmp_path: Path, name: str, text: str
) -> None:
    calendar = calendar_of(tmp_path, {name: text})

    assert len(calendar.distributions) == 1
    assert lines_of(calendar.problems)[0].endswith(CUT)


def test_a_file_of_groups_that_ends_in_the_middle_of_a_row_says_so(tmp_path: Path) -> None:
    calendar = calendar_of(tmp_path, {"groups.csv": ONE_GROUP + "port;"})

    assert list(calendar.groups) == ["lac"]
    assert lines_of(calendar.problems)[0] == f"groups.csv:3: {CUT}"


@pytest.mark.parametrize(
    ("name", "text", "members"),
    [
        ("members.csv", MEMBERS.rstrip("\n"), 2),
        ("members.csv", MEMBERS + "3;Léa;lea@exemple.example", 3),
        ("members.csv", MEMBERS + "3;Léa;lea@exemple.ex\n", 3),
        ("members.csv", MEMBERS + "3;Léa;lea@gmail.co\n", 3),
        ("members.csv", MEMBERS + "3;Léa;\n", 3),
        ("members.csv", MEMBERS + "3;Léa\n", 3),
        ("members.csv", "id;email;first_name\n1;zoe@exemple.example;", 1),
        ("members.csv", "id;first_name;email\n1;Zoé;zoe@exemple.ex\n2;Ana;ana@exemple.example", 2),
        ("members.csv", "id;email;note\n1;zoe@exemple.example;\n2;ana@exemple.example;", 2),
        ("members.csv", "id;email;\n1;zoe@exemple.example;x\n2;ana@exemple.example\n3;lea@a.example;;", 3),
        ("members.csv", "id;email\n1;zoe@exemple.example\n2;ana@exemple.example;", 2),
        ("members.yaml", "- id: 1\n  first_name: Zoé\n- id: 2\n  email: ana@exemple.example", 2),
    ],
)
def test_a_last_line_without_an_end_may_well_be_whole(
    tmp_path: Path, name: str, text: str, members: int
) -> None:
    found = members_of(tmp_path, {name: text})

    assert (len(found.members), found.problems, found.set_aside) == (members, (), ())


@pytest.mark.parametrize(
    "text",
    [
        "id;email;partner_email\n1;zoe@exemple.example;noel@exemple.example\n2;ana@exemple.example;",
        "id;email;partner_email\n1;zoe@exemple.example;noel@exemple.example\n2;ana@exemple.example; ",
        "id,email,note\n1,zoe@exemple.example,absente\n3,lea@exemple.example,\n2,ana@exemple.example,",
    ],
)
def test_a_file_that_ends_behind_a_separator_says_so_where_other_rows_go_on_there(
    tmp_path: Path, text: str
) -> None:
    cut, whole = (members_of(tmp_path, {"members.csv": each}) for each in (text, f"{text}\n"))

    assert [aside.member.id for aside in cut.set_aside] == ["2"]
    [problem] = cut.problems
    assert problem.is_cut
    assert "perhaps cut: the file ends behind this row's last separator; if it is whole" in problem.message
    assert ("2" in {member.id for member in whole.members}, whole.problems) == (True, ())


@pytest.mark.parametrize("last", ["noel", "noel@", "noel@chez-moi"])
def test_a_last_cell_that_is_no_address_may_be_half_a_one(tmp_path: Path, last: str) -> None:
    rows = f"id;email;partner_email\n1;zoe@exemple.example;{last}"

    cut, whole = (members_of(tmp_path, {"members.csv": each}) for each in (rows, f"{rows}\n"))

    assert {problem.is_cut for problem in cut.problems} == {True}
    assert [problem.is_cut for problem in whole.problems] == [False]


@pytest.mark.parametrize(
    ("name", "text", "field"),
    [
        ("members.csv", MEMBERS + "3;Léa;lea@exemple.ex", "email"),
        ("members.csv", MEMBERS + "3;Léa;lea@EXEMPLE.exampl", "email"),
        ("members.csv", MEMBERS + "3;Léa;lea@gmail.co", "email"),
        ("members.csv", MEMBERS + "3;Léa;lea@hotmail.co", "email"),
        (
            "members.csv",
            "id;email;partner_email\n1;zoe@exemple.example;\n2;a@b.example;noel@exemple.ex",
            "partner_email",
        ),
        ("members.csv", "id;email;partner_email\n1;zoe@exemple.example;noel@exemple.ex", "partner_email"),
        ("members.yaml", "- id: 1\n  email: zoe@exemple.example\n- id: 2\n  email: ana@exemple.ex", "email"),
    ],
)
def test_an_address_in_which_the_file_ends_is_written_to_only_if_it_may_be_whole(
    tmp_path: Path, name: str, text: str, field: str
) -> None:
    found = members_of(tmp_path, {name: text})

    [aside] = found.set_aside
    assert aside.member.id not in {member.id for member in found.members}
    [line] = lines_of(found.problems)
    assert f"{field}: perhaps cut: the file ends here; if it is whole, end the line" in line


@pytest.mark.parametrize(
    ("columns", "whole", "cut", "field"),
    [
        ("group;starts_at", "lac;2026-06-12 18:30", "lac;2026-06-13 18:3", "starts_at"),
        ("group;starts_at", "lac;2026-06-12 18h30", "lac;2026-06-13 18h", "starts_at"),
        (
            "group;starts_at;orders_close_at",
            "lac;2026-06-12 18h30;2026-06-10 20h30",
            "lac;2026-06-13 18h30;2026-06-11 20h3",
            "orders_close_at",
        ),
        ("group;starts_at;place", "lac;2026-06-12 18h;Salle", "lac;2026-06-13 18h;Sal", "place"),
    ],
)
def test_an_hour_or_a_place_in_which_the_file_ends_is_told_only_if_it_may_be_whole(
    tmp_path: Path, columns: str, whole: str, cut: str, field: str
) -> None:
    text = f"{columns}\n{whole}\n{cut}"

    calendar = calendar_of(tmp_path, {"distributions.csv": text})
    ended = load_calendar(a_folder(tmp_path, {"distributions.csv": f"{text}\n"}))

    assert [str(one.starts_at.date()) for one in calendar.distributions] == ["2026-06-12"]
    said = [line for line in lines_of(calendar.problems) if "perhaps cut" in line]
    assert [line.startswith(f"distributions.csv:3: {field}: perhaps cut") for line in said] == [True]
    assert not any("perhaps cut" in line for line in lines_of(ended.problems))


def test_a_day_behind_whose_last_separator_the_file_ends_may_be_called_off_there(tmp_path: Path) -> None:
    text = "group;starts_at;cancelled\nlac;2026-06-12 18:30;oui\nlac;2026-06-13 18:30;"

    cut, whole = (calendar_of(tmp_path, {"distributions.csv": each}) for each in (text, f"{text}\n"))

    assert (len(cut.distributions), len(whole.distributions)) == (1, 2)
    assert lines_of(cut.problems)[0].startswith("distributions.csv:3: perhaps cut: ")


def test_the_last_row_of_whole_days_without_an_end_is_told(tmp_path: Path) -> None:
    text = "group;starts_at;place\nlac;2026-06-12 18h30;Salle\nlac;2026-06-13 19h30;Salle des fêtes"

    calendar = calendar_of(tmp_path, {"distributions.csv": text})

    assert (len(calendar.distributions), calendar.problems) == (2, ())
