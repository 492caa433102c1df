"""The text of notifications.csv: what a change takes out, puts in, and leaves alone."""

from __future__ import annotations

import pytest

from cagette_notify.core.kinds import Kind
from cagette_notify.core.model import Setting
from cagette_notify.data.member_settings.edit import NEW, amended
from cagette_notify.data.member_settings.read import SettingRow
from cagette_notify.readers.tree import Unreadable

HEAD = "member;kind;value;date\n"
ZOE_OPENING = {("1", Kind.OPENING)}


def a_change(name: str = "1", kind: Kind = Kind.OPENING, *, value: bool = True) -> SettingRow:
    return SettingRow(name, kind, Setting(value, changed_on="2026-06-10"))


def test_a_change_comes_last_and_takes_the_place_of_those_before() -> None:
    text = f"{HEAD}1;opening;no;2026-06-01\n2;opening;no;\n1;recap_4h;yes;\n1;opening;non;2026-06-02\n"

    assert amended(text, ZOE_OPENING, [a_change()]) == (
        f"{HEAD}2;opening;no;\n1;recap_4h;yes;\n1;opening;yes;2026-06-10\n"
    )


def test_taking_back_adds_nothing() -> None:
    text = f"{HEAD}1;opening;no;\n2;opening;no;"

    assert amended(text, ZOE_OPENING, []) == f"{HEAD}2;opening;no;"


def test_a_new_file_has_a_header() -> None:
    assert amended(NEW, ZOE_OPENING, [a_change(value=False)]) == f"{HEAD}1;opening;no;2026-06-10\n"


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiter_and_line_ends_are_the_files_own(delimiter: str, end: str) -> None:
    text = f"{HEAD}2;opening;no;\n".replace(";", delimiter).replace("\n", end)

    assert amended(text, ZOE_OPENING, [a_change()]) == (
        f"{HEAD}2;opening;no;\n1;opening;yes;2026-06-10\n".replace(";", delimiter).replace("\n", end)
    )


def test_other_names_and_orders_of_columns_are_understood() -> None:
    text = "Remarque;Type;Le;Membre;Valeur\nau téléphone;opening;01/06/2026;1;non\n;opening;;2;non\n"

    assert amended(text, ZOE_OPENING, [a_change()]) == (
        "Remarque;Type;Le;Membre;Valeur\n;opening;;2;non\n;opening;2026-06-10;1;yes\n"
    )


def test_a_file_without_dates_gets_none() -> None:
    assert amended("member,kind,value\n", ZOE_OPENING, [a_change()]) == "member,kind,value\n1,opening,yes\n"


@pytest.mark.parametrize(
    "line",
    [
        "# Zoé called on Monday\n",
        "1;opening;maybe;\n",
        "1;opening;no;yesterday\n",
        "1;openings;no;\n",
        "1;opening;no;;more\n",
        "1;opening;;\n",
        ";opening;no;\n",
        "\n",
        ";;;\n",
        '3;opening;no;;"a remark\nof two lines"\n',
        "sep=;\n",
    ],
)
def test_rows_with_mistakes_remarks_and_blanks_stay(line: str) -> None:
    head = "member;kind;value;date;remark\n" if "remark" in line else HEAD
    text = f"{head}{line}2;opening;no;\n"
    width = head.count(";") - 3

    new = amended(text, ZOE_OPENING, [a_change()])

    assert new == f"{text}1;opening;yes;2026-06-10{';' * width}\n"


def test_a_row_of_several_lines_goes_whole() -> None:
    head = "member;kind;value;remark\n"
    text = f'{head}1;opening;no;"on the phone,\nat 8 h"\n2;opening;no;\n'

    assert amended(text, ZOE_OPENING, []) == f"{head}2;opening;no;\n"


def test_a_last_line_without_an_end_gets_one() -> None:
    assert amended(f"{HEAD}2;opening;no;", ZOE_OPENING, [a_change()]) == (
        f"{HEAD}2;opening;no;\n1;opening;yes;2026-06-10\n"
    )


@pytest.mark.parametrize("torn", ["2;opening;no", "1;opening;no", '2;"opening";no'])
def test_a_torn_last_row_stays_torn(torn: str) -> None:
    """A line end would make a setting of what may be half a row."""
    assert amended(f"{HEAD}{torn}", ZOE_OPENING, [a_change()]) == (f"{HEAD}1;opening;yes;2026-06-10\n{torn}")


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("lac/1", "lac/1"),
        ("Bœuf; Noël", '"Bœuf; Noël"'),
        ('the "1"', '"the ""1"""'),
        ("=1+1", "\t=1+1"),
        ("@zoe", "\t@zoe"),
        ("+33612345678", "\t+33612345678"),
        ("-1", "\t-1"),
    ],
)
def test_a_name_is_quoted_where_it_must_and_starts_no_formula(name: str, cell: str) -> None:
    assert amended(HEAD, {(name, Kind.OPENING)}, [a_change(name)]) == f"{HEAD}{cell};opening;yes;2026-06-10\n"


@pytest.mark.parametrize(
    "text",
    ["", "member;kind\n", f'{HEAD}2;"opening;no;\n', "member;membre;kind;value\n", "not a header\n"],
)
def test_what_cannot_be_read_whole_is_not_edited(text: str) -> None:
    with pytest.raises(Unreadable):
        amended(text, ZOE_OPENING, [a_change()])
