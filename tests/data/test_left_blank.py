"""Fields that stand as comments without a value: what is yet to be filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.data.columns import DISTRIBUTIONS, GROUPS
from cagette_notify.data.left_blank import left_blank_in
from cagette_notify.data.read_rows import RowSource
from tests.data.files import lines_of

if TYPE_CHECKING:
    from pathlib import Path

    from cagette_notify.data.column_matching import FileColumns


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


def test_a_value_an_unknown_name_prose_and_what_is_nested_are_none(tmp_path: Path) -> None:
    text = (
        "- id: lac\n  #url: https://exemple.org\n  # remarque:\n  # The contact: whom replies reach\n"
        "  #contact:\n  #  name: Zoé\n  name:\n"
    )

    assert blanks(tmp_path, text, GROUPS) == []
