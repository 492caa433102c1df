import pytest

from cagette_notify.readers.csv import read_records
from cagette_notify.readers.tree import Unreadable

KNOWN = {"id", "name", "email"}


def records_of(text: str) -> list[tuple[int, list[str]]]:
    found = read_records(text, lambda cells: len(KNOWN.intersection(cells)))
    return [(record.line, record.cells) for record in found]


def stop_of(text: str) -> tuple[str, int]:
    with pytest.raises(Unreadable) as stop:
        records_of(text)
    return stop.value.message, stop.value.line


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_delimiter_and_the_line_ends_are_found(delimiter: str, end: str) -> None:
    text = end.join([f"id{delimiter}name", f"1{delimiter}Zoé", ""])

    assert records_of(text) == [(1, ["id", "name"]), (2, ["1", "Zoé"])]


def test_a_delimiter_inside_quotes_is_not_counted() -> None:
    assert records_of('"a, b, c, d";id;name\n1;2;3\n')[0] == (1, ["a, b, c, d", "id", "name"])


def test_a_single_column_needs_no_delimiter() -> None:
    assert records_of("email\nzoe@exemple.org\n") == [(1, ["email"]), (2, ["zoe@exemple.org"])]


def test_a_file_of_two_versions_that_nobody_merged_is_not_read() -> None:
    text = "id;name\n<<<<<<< HEAD\n1;Zoé\n=======\n1;Ana\n>>>>>>> theirs\n"

    assert stop_of(text) == ("two versions of the file stand in it, from here to a line with >>>>>>>", 2)


def test_the_line_that_excel_reads_the_delimiter_from_is_passed_over() -> None:
    assert records_of("sep=;\nid;name\n1;Zoé\n") == [(2, ["id", "name"]), (3, ["1", "Zoé"])]


def test_blank_lines_are_passed_over_and_counted() -> None:
    assert records_of("\nid;name\n\n;\n1;Zoé\n\n") == [(2, ["id", "name"]), (5, ["1", "Zoé"])]


def test_a_cell_of_two_lines_keeps_the_count_of_lines_right() -> None:
    text = 'id;name;email\n1;"rue A\nBât. B";x\n2;Ana;y\n'

    assert records_of(text)[1:] == [(2, ["1", "rue A\nBât. B", "x"]), (4, ["2", "Ana", "y"])]


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ('"1";"Fromage "frais" 150 g.";"x"', ["1", 'Fromage "frais" 150 g.', "x"]),
        ('"1";"Fromage "frais"";"x"', ["1", 'Fromage "frais"', "x"]),
        ('"1";""Frais" fromage";"x"', ["1", '"Frais" fromage', "x"]),
        ('"1";"Pain "bio"; complet";"x"', ["1", 'Pain "bio"; complet', "x"]),
        ('"1";"Pain";"dit "bio""', ["1", "Pain", 'dit "bio"']),
        ('"1";"12" de large";"x"', ["1", '12" de large', "x"]),
        ('"1";"Pain ""bio"" complet";"x"', ["1", 'Pain "bio" complet', "x"]),
        ('1;Pain "bio";x', ["1", 'Pain "bio"', "x"]),
    ],
)
def test_inner_quotes_are_read_escaped_or_not(line: str, cells: list[str]) -> None:
    read = records_of(f'"id";"name";"email"\n{line}\n"2";"Ana";"y"\n')

    assert read[1:] == [(2, cells), (3, ["2", "Ana", "y"])]


@pytest.mark.parametrize(
    "rows",
    [
        '1;"Zoé;x\n2;Ana;y\n',
        '1;"Zoé;x\n2;"Ana";y\n',
        '1;"Zoé;x\n2;Ana";y\n3;Eve;z\n',
        '1;"Zoé;x\n2;Ana;y"\n3;Eve;z\n',
        '"1";"Zoé;"x"\n"2";"Ana";"y"\n',
    ],
)
def test_an_unclosed_quote_stops_the_file_at_its_line(rows: str) -> None:
    message, line = stop_of(f"id;name;email\n0;Bob;w\n{rows}")

    assert "quote" in message
    assert line == 3


def test_many_unescaped_lines_are_read_in_linear_time() -> None:
    rows = '"1";"dit "bio"";"x"\n' * 20_000

    assert len(records_of(f'"id";"name";"email"\n{rows}')) == 20_001


@pytest.mark.parametrize("text", ["", "\n\n", "sep=;\n"])
def test_a_file_with_nothing_in_it_is_said(text: str) -> None:
    message, _line = stop_of(text)

    assert message.startswith("nothing in it")


def test_separators_of_unicode_end_no_line() -> None:
    assert records_of("id;name\n1;a\u2028b\x0bc\x85d\n")[1:] == [(2, ["1", "a\u2028b\x0bc\x85d"])]


def test_the_last_line_is_known_to_be_cut_if_nothing_ends_it() -> None:
    found = list(read_records("id;name\n1;Zoé\n2", len))

    assert [record.is_unended for record in found] == [False, False, True]


def test_a_line_break_in_the_name_of_a_column_is_part_of_it() -> None:
    text = 'id;"Adresse\nde livraison";name\n1;"rue A\nBât. B";Zoé\n2;;Ana\n'

    assert records_of(text) == [
        (1, ["id", "Adresse\nde livraison", "name"]),
        (3, ["1", "rue A\nBât. B", "Zoé"]),
        (5, ["2", "", "Ana"]),
    ]


def test_a_header_that_begins_with_a_name_of_several_lines_is_read_with_commas_too() -> None:
    text = '"Adresse\r\n(livraison)\r\nde tous","id","name"\r\n"x","1","Zoé"\r\n'

    assert records_of(text)[1] == (4, ["x", "1", "Zoé"])


@pytest.mark.parametrize("nothing", [" ; ; ", "\u00a0;\u00a0;", '"";" ";""', "NULL;NULL;NULL", r"\N;\N;\N"])
def test_a_row_of_nothing_but_blanks_or_a_databases_nothing_is_none(nothing: str) -> None:
    assert records_of(f"id;name;email\n1;Zoé;x\n{nothing}\n2;Ana;y\n") == [
        (1, ["id", "name", "email"]),
        (2, ["1", "Zoé", "x"]),
        (4, ["2", "Ana", "y"]),
    ]


@pytest.mark.parametrize("first", [";;", " ; ; ", '"";"";""', "\u00a0;\u00a0", ",,"])
def test_a_first_line_of_empty_cells_is_no_header(first: str) -> None:
    assert records_of(f"{first}\nid;name\n1;Zoé\n") == [(2, ["id", "name"]), (3, ["1", "Zoé"])]


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_cell_above_the_limit_is_said_and_costs_its_row_only(quote: str) -> None:
    text = f"id;name\n1;{quote}{'é' * 131_073}{quote}\n2;{'é' * 131_072}\n3;Léa\n"

    found = list(read_records(text, lambda cells: len(KNOWN.intersection(cells))))

    assert [(one.line, one.is_too_long, len(one.cells)) for one in found] == [
        (1, False, 2),
        (2, True, 0),
        (3, False, 2),
        (4, False, 2),
    ]


@pytest.mark.parametrize(
    "titles",
    [
        "Adhérents 2026\n",
        "Planning des distributions;;\nmis à jour le 15/11, par Monique\n\n",
        '"Notre; liste"\n',
    ],
)
def test_titles_above_a_table_are_no_header(titles: str) -> None:
    count = titles.count("\n")

    assert records_of(f"{titles}id;name\n1;Zoé\n") == [(count + 1, ["id", "name"]), (count + 2, ["1", "Zoé"])]


@pytest.mark.parametrize("text", ["Session expirée\nid\n", "Zoé\n1;Ana\nid;name\n", "1;Ana\nid;name\n"])
def test_what_stands_above_a_row_that_names_no_columns_for_sure_is_no_title(text: str) -> None:
    assert records_of(text)[0][0] == 1


def test_a_quote_that_is_never_closed_in_a_header_swallows_no_file() -> None:
    rows = "".join(f"{number};Ana\n" for number in range(60))

    assert stop_of('"id;name\n1;Zoé\n2;Ana\n') == ("the quotes of the first line don't match", 1)
    assert stop_of(f'"id;name\n{rows}61";"Zoé"\n') == ("the quotes of the first line don't match", 1)
