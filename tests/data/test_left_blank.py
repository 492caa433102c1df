"""Fields that stand as comments without a value: what is yet to be filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from cagette_notify.data.files.left_blank import left_blank_in
from cagette_notify.data.rows.columns import DISTRIBUTIONS, GROUPS
from cagette_notify.data.rows.read_rows import RowSource
from tests.data.files import lines_of

if TYPE_CHECKING:
    from pathlib import Path

    from cagette_notify.data.rows.column_matching import FileColumns


def blanks(folder: Path, text: str, schema: FileColumns = DISTRIBUTIONS) -> list[str]:
    path = folder / "data.yaml"
    path.write_text(text, encoding="utf-8")
    return [
        line.partition(": to be")[0] for line in lines_of(left_blank_in(RowSource("data.yaml", path), schema))
    ]


def test_a_field_without_a_value_is_named_with_its_line(tmp_path: Path) -> None:
    text = "- group: lac\n  #starts_at:   # such as 2026-06-12 18:00\n  #ouverture:\n#place:\n"

    assert blanks(tmp_path, text) == [
        "data.yaml:2: starts_at",
        "data.yaml:3: ouverture",
        "data.yaml:4: place",
    ]


def test_a_field_of_several_words_is_one(tmp_path: Path) -> None:
    text = "- id: lac\n  #e-mail du contact:   # tel que claire@exemple.org\n  #nom du contact: Claire\n"

    assert blanks(tmp_path, text, GROUPS) == ["data.yaml:2: e-mail du contact"]


ROW = "distributions:\n  #- group: lac\n  #  starts_at:\n  #  place:\n  #  repeat: {every: 7d}\n"


def test_of_a_row_that_is_a_comment_every_line_to_uncomment_is_named(tmp_path: Path) -> None:
    text = f"# The days of a group: there may be several.\n{ROW}"
    lines = [*text.splitlines()]

    named = blanks(tmp_path, text)

    assert named == [
        "data.yaml:3: group: filled in already; the # in front of it is to be taken off, too",
        "data.yaml:4: starts_at",
        "data.yaml:5: place",
        "data.yaml:6: repeat: filled in already; the # in front of it is to be taken off, too",
    ]
    numbers = {int(line.split(":")[1]) for line in named}
    done = [line.replace("#", "", 1) if at in numbers else line for at, line in enumerate(lines, start=1)]
    (row,) = yaml.safe_load("\n".join(done))["distributions"]
    assert [*row] == ["group", "starts_at", "place", "repeat"]


def test_the_first_line_of_a_row_is_named_as_long_as_it_keeps_the_others_from_being_one(
    tmp_path: Path,
) -> None:
    filled = ROW.replace("#  starts_at:", "  starts_at: 2026-06-12 18:00").replace(
        "#  place:", "  place: Ici"
    )
    first = "data.yaml:2: group: filled in already; the # in front of it is to be taken off, too"

    assert blanks(tmp_path, filled) == [first]
    assert blanks(tmp_path, filled.replace("#- group", "- group")) == []


def test_an_example_that_nobody_has_to_fill_in_is_left_alone(tmp_path: Path) -> None:
    text = "- group: lac\n  starts_at: 2026-06-12 18:00\n#- group: lac\n#  starts_at: 2026-06-19 18:00\n"

    assert blanks(tmp_path, text) == []


def test_a_value_an_unknown_name_prose_and_what_is_nested_are_none(tmp_path: Path) -> None:
    text = (
        "- id: lac\n  #url: https://exemple.org\n  # remarque:\n  # The contact: whom replies reach\n"
        "  #contact:\n  #  name: Zoé\n  name:\n"
    )

    assert blanks(tmp_path, text, GROUPS) == []
