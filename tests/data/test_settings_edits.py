"""The rows of notifications.csv: what a change takes out, puts in, and leaves alone."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.kinds import Kind
from cagette_notify.core.model import Setting
from cagette_notify.data.member_settings.edit import NEW, amended, without_member
from cagette_notify.data.member_settings.latest_rows import SettingRow
from cagette_notify.readers.tree import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable

HEAD = "member;kind;value;date\n"
ZOE_OPENING = {("1", Kind.OPENING)}


def a_change(name: str = "1", kind: Kind = Kind.OPENING, *, value: bool = True) -> SettingRow:
    return SettingRow(name, kind, Setting(value, changed_on="2026-06-10"))


def changed(text: str | bytes, dropped: set[tuple[str, Kind]], added: Iterable[SettingRow]) -> str:
    raw = amended(text if isinstance(text, bytes) else text.encode(), dropped, added)
    assert raw.startswith(codecs.BOM_UTF8)
    return raw.decode("utf-8-sig")


def test_a_change_comes_last_and_takes_the_place_of_those_before() -> None:
    text = f"{HEAD}1;opening;no;2026-06-01\n2;opening;no;\n1;recap_4h;yes;\n1;opening;non;2026-06-02\n"

    assert changed(text, ZOE_OPENING, [a_change()]) == (
        f"{HEAD}2;opening;no;\n1;recap_4h;yes;\n1;opening;yes;2026-06-10\n"
    )


def test_taking_back_adds_nothing() -> None:
    text = f"{HEAD}1;opening;no;\n2;opening;no;"

    assert changed(text, ZOE_OPENING, []) == f"{HEAD}2;opening;no;\n"


def test_a_new_file_has_a_header() -> None:
    assert changed(NEW, ZOE_OPENING, [a_change(value=False)]) == f"{HEAD}1;opening;no;2026-06-10\n"


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_whatever_a_file_was_written_by_it_opens_in_a_french_spreadsheet_afterwards(
    delimiter: str, end: str, encoding: str
) -> None:
    text = f"{HEAD}Noël;opening;no;\n"
    raw = text.replace(";", delimiter).replace("\n", end).encode(encoding)

    assert changed(raw, ZOE_OPENING, [a_change()]) == f"{text}1;opening;yes;2026-06-10\n"


def test_other_names_and_orders_of_columns_are_understood() -> None:
    text = "Remarque;Type;Le;Membre;Valeur\nau téléphone;opening;01/06/2026;1;non\n;opening;;2;non\n"

    assert changed(text, ZOE_OPENING, [a_change()]) == (
        "Remarque;Type;Le;Membre;Valeur\n;opening;;2;non\n;opening;2026-06-10;1;yes\n"
    )


def test_a_file_without_dates_gets_none() -> None:
    assert changed("member;kind;value\n", ZOE_OPENING, [a_change()]) == "member;kind;value\n1;opening;yes\n"


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
        '3;opening;no;;"a remark\nof two lines"\n',
        "sep=\n",
    ],
)
def test_rows_with_mistakes_and_remarks_stay_word_for_word(line: str) -> None:
    head = "member;kind;value;date;remark\n" if "remark" in line else HEAD
    text = f"{head}{line}2;opening;no;\n"
    width = head.count(";") - 3

    new = changed(text, ZOE_OPENING, [a_change()])

    assert new == f"{text}1;opening;yes;2026-06-10{';' * width}\n"


@pytest.mark.parametrize(
    ("row", "kept"),
    [
        ("# Zoé; called,on Monday", '"# Zoé; called";on Monday'),
        ("2,opening,no,,more", "2;opening;no;;more"),
        ('2,opening,maybe,"a ""remark"" of\ntwo lines"', '2;opening;maybe;"a ""remark"" of\ntwo lines"'),
    ],
)
def test_cells_of_rows_with_mistakes_stay_under_another_delimiter(row: str, kept: str) -> None:
    text = f"member,kind,value,date\n{row}\n"

    assert changed(text, ZOE_OPENING, []) == f"{HEAD}{kept}\n"


@pytest.mark.parametrize("nothing", ["\n", ";;;\n", " ; ; ; \n"])
def test_rows_of_nothing_and_hints_for_a_spreadsheet_go(nothing: str) -> None:
    assert changed(f"sep=;\n{HEAD}{nothing}2;opening;no;\n", ZOE_OPENING, []) == f"{HEAD}2;opening;no;\n"


def test_a_row_with_a_cell_that_is_too_long_stays_as_it_is() -> None:
    text = f"{HEAD}2;opening;no;{'é' * 131_073}\n"

    assert changed(text, ZOE_OPENING, [a_change()]) == f"{text}1;opening;yes;2026-06-10\n"


def test_what_would_read_otherwise_between_semicolons_is_not_written() -> None:
    """A cell of two lines with as many delimiters as a row has is taken for a quote that was forgotten."""
    raw = b'member,kind,value,note\n2,opening,no,"a;b;c;d\ne"\n1,opening,no,\n'

    with pytest.raises(Unreadable, match="edit it by hand"):
        amended(raw, ZOE_OPENING, [])
    with pytest.raises(Unreadable, match="edit it by hand"):
        without_member(raw, {"1"})


def test_a_row_of_several_lines_goes_whole() -> None:
    head = "member;kind;value;remark\n"
    text = f'{head}1;opening;no;"on the phone,\nat 8 h"\n2;opening;no;\n'

    assert changed(text, ZOE_OPENING, []) == f"{head}2;opening;no;\n"


def test_a_last_line_without_an_end_gets_one() -> None:
    assert changed(f"{HEAD}2;opening;no;", ZOE_OPENING, [a_change()]) == (
        f"{HEAD}2;opening;no;\n1;opening;yes;2026-06-10\n"
    )


@pytest.mark.parametrize("torn", ["2;opening;no", "1;opening;no", '2;"opening";no'])
def test_a_torn_last_row_stays_torn(torn: str) -> None:
    """A line end would make a setting of what may be half a row."""
    cells = torn.replace('"', "")

    assert changed(f"{HEAD}{torn}", ZOE_OPENING, [a_change()]) == f"{HEAD}1;opening;yes;2026-06-10\n{cells}"


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
    assert changed(HEAD, {(name, Kind.OPENING)}, [a_change(name)]) == f"{HEAD}{cell};opening;yes;2026-06-10\n"


@pytest.mark.parametrize(
    "text",
    ["", "member;kind\n", f'{HEAD}2;"opening;no;\n', "member;membre;kind;value\n", "not a header\n"],
)
def test_what_cannot_be_read_whole_is_not_edited(text: str) -> None:
    with pytest.raises(Unreadable):
        amended(text.encode(), ZOE_OPENING, [a_change()])
