"""Orders by a name of which a program lost letters that it doesn't know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.data.files import lines_of, orders_of

if TYPE_CHECKING:
    from pathlib import Path

MEMBERS = (
    "id;NOM;PRÉNOM;CONJOINT;MAIL\n"
    "1;Nguyễn;Thi Lan;;lan@example.org\n"
    "2;Bœuf;Hélène;Zoë Kłos;boeuf@example.org\n"
    "3;O’Brien;Kate;;kate@example.org\n"
    "4;Nguyen;Lan;;n@example.org\n"
    "5;Martin;Noé;;noe@example.org\n"
    "6;Martin;Noa;;noa@example.org\n"
)
ORDERED = "userId;userName;distribution;productName;Quantité\n;{name};vendredi;Pain;1\n"
EXPORT_AGAIN = "export the orders again, and leave them as they come, or as .xlsx"


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("NGUY?N Thi Lan", "1"),
        ("NGUY??N Thi Lan", "1"),
        ("NGUY\ufffdN Thi Lan", "1"),
        ("Thi Lan NGUY?N", "1"),
        ("B?UF H?l?ne", ""),
        ("BOEUF H?l?ne", "2"),
        ("BOEUF H?l?ne / K?OS Zo?", "2"),
        ("K?OS Zoe", "2"),
        ("O?BRIEN Kate", "3"),
        ("MARTIN No?", "56"),
        ("DUVAL Zo?", ""),
    ],
)
def test_an_order_of_a_name_that_lost_letters_may_be_of_whom_it_fits(
    tmp_path: Path, name: str, ids: str
) -> None:
    found = orders_of(tmp_path, {"members.csv": MEMBERS, "orders.csv": ORDERED.format(name=name)})
    book = found.books["vendredi"]

    assert book.lines == ()
    assert [(line.member_id, line.reference) for line in book.unread if not line.is_anybodys] == [
        (one, name) for one in ids
    ]
    assert not any("correct it in members.csv" in one for one in lines_of(found.problems))


@pytest.mark.parametrize(
    ("name", "meant"),
    [("NGUY?N Thi Lan", "Nguyễn Thi Lan"), ("K?OS Zoe", "Bœuf Hélène"), ("LE GO?C Ana", "")],
)
def test_it_is_the_export_that_is_to_be_made_again(tmp_path: Path, name: str, meant: str) -> None:
    found = orders_of(tmp_path, {"members.csv": MEMBERS, "orders.csv": ORDERED.format(name=name)})
    hint = f" (did you mean {meant!r}?)" if meant else ""

    [problem] = lines_of(found.problems)

    assert problem.startswith(
        f"orders.csv:2: userName: names no member of the group: {name!r}{hint}; letters"
    )
    assert problem.endswith(f" of it are lost, as where a spreadsheet saves a CSV file anew: {EXPORT_AGAIN}")


def test_a_question_mark_behind_a_name_loses_nothing(tmp_path: Path) -> None:
    found = orders_of(tmp_path, {"members.csv": MEMBERS, "orders.csv": ORDERED.format(name="Noé Martin ?")})

    assert not any(EXPORT_AGAIN in one for one in lines_of(found.problems))
