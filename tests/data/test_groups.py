from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cagette_notify.core.errors import DataError
from cagette_notify.core.model import Contact
from cagette_notify.data.dataset import load_members
from tests.data.files import TWO_GROUPS, calendar_of, lines_of
from tests.fixtures.builders import PARIS


def problems_of(folder: Path, text: str, name: str = "groups.yaml") -> list[str]:
    return lines_of(calendar_of(folder, {name: text}).problems)


def stop_of(folder: Path, files: dict[str, str | bytes]) -> list[str]:
    with pytest.raises(DataError) as stop:
        calendar_of(folder, files)
    return lines_of(stop.value.problems)


def test_every_field_of_a_group_is_read(tmp_path: Path) -> None:
    text = """
groups:
  - id: 012
    name: "Les  Paniers\\ndu Lac"
    contact: {name: Claire, email: " claire@Exemple.Example "}
    coordinators: [ana@exemple.example, "zoe@exemple.example"]
    timezone: Indian/Reunion
    language: en
    url: https://exemple.example/a?b=c
    couleur: "#2A7"
    logo: http://exemple.example/logo.png
    disabled: no
"""
    group = calendar_of(tmp_path, {"groups.yaml": text}).groups["012"]

    assert group.name == "Les Paniers du Lac"
    assert group.contact == Contact("claire@exemple.example", "Claire")
    assert group.coordinators == ("ana@exemple.example", "zoe@exemple.example")
    assert group.timezone == ZoneInfo("Indian/Reunion")
    assert (group.language, group.url, group.colour) == ("en", "https://exemple.example/a?b=c", "#2a7")
    assert group.logo == "http://exemple.example/logo.png"
    assert not group.disabled
    assert (group.origin.file, group.origin.line) == ("groups.yaml", 3)


def test_csv_holds_the_same_fields_under_french_headers(tmp_path: Path) -> None:
    text = (
        "Identifiant;NOM;Nom du contact;E-mail du contact;Coordonnateurs;Fuseau horaire;Langue;Désactivé\n"
        "lac;Le Lac;Claire;claire@exemple.example;a@exemple.example | b@exemple.example;;;oui\n"
    )
    group = calendar_of(tmp_path, {"groups.csv": text}).groups["lac"]

    assert group.contact == Contact("claire@exemple.example", "Claire")
    assert group.coordinators == ("a@exemple.example", "b@exemple.example")
    assert (group.timezone, group.language, group.disabled) == (PARIS, "fr", True)


def test_json_is_named_as_what_is_not_read(tmp_path: Path) -> None:
    [line] = stop_of(tmp_path, {"groups.json": '[{"id": "lac", "name": "Le Lac"}]'})

    assert line == "groups.json: JSON is not read: save the same as .yaml or .csv"


@pytest.mark.parametrize(
    ("field", "problem"),
    [
        ("timezone: Europe/Pari", "timezone: no such time zone: 'Europe/Pari'; did you mean 'Europe/Paris'?"),
        ("timezone: ../../etc/passwd", "timezone: no such time zone: '../../etc/passwd'"),
        ("timezone: Europe", "timezone: no such time zone: 'Europe'"),
        ("timezone: [a, b]", "timezone: a plain value was expected here"),
        ("disabled: perhaps", "disabled: expected yes or no, not 'perhaps'"),
        ("nmae: Le Lac", "unknown key 'nmae'; did you mean 'name'?"),
        ("contact: {mial: a@exemple.example}", "unknown key 'mial'; did you mean 'email'?"),
        ("place: {a: b}", "unknown key 'place'"),
        ("coordinators: {a: b}", "coordinators: a list of plain values was expected here"),
        ("nom: Le Lac encore", "nom: given twice"),
    ],
)
def test_a_bad_value_sets_its_group_aside_and_no_other(tmp_path: Path, field: str, problem: str) -> None:
    text = f"- {{id: port, name: Le Port}}\n- id: lac\n  name: Le Lac\n  {field}\n"
    calendar = calendar_of(tmp_path, {"groups.yaml": text})

    assert list(calendar.groups) == ["port"]
    [line] = lines_of(calendar.problems)
    assert line.startswith(f"groups.yaml:4: {problem}")
    assert calendar.problems[0].group_id == "lac"


@pytest.mark.parametrize(
    ("field", "problem"),
    [
        ("language: de", "language: expected fr or en, not 'de'"),
        ("url: javascript:alert(1)", "url: expected an address such as https://exemple.org"),
        ("logo: 'https://'", "logo: expected an address such as https://exemple.org"),
        ("url: 'https://a b'", "url: expected an address such as https://exemple.org"),
        ("url: 'https://[a'", "url: expected an address such as https://exemple.org"),
        ("colour: green", 'colour: expected a colour such as "#2a7" or "#22aa77", not \'green\''),
        ("url: [a, b]", "url: a plain value was expected here"),
        (
            "contact_phone: demander à Ana",
            "contact_phone: expected a telephone number such as 06 12 34 56 78, not 'demander à Ana'",
        ),
        (
            "contact: {phone: 639981234}",
            "contact_phone: has lost its first 0: write it as a text, or as '+33639981234'",
        ),
    ],
)
def test_what_a_group_can_do_without_costs_itself_only(tmp_path: Path, field: str, problem: str) -> None:
    text = f"- id: lac\n  name: Le Lac\n  {field}\n"
    calendar = calendar_of(tmp_path, {"groups.yaml": text})
    group = calendar.groups["lac"]

    adornments = (group.language, group.url, group.colour, group.logo, group.contact_phone)
    assert adornments == ("fr", "", "", "", "")
    [line] = lines_of(calendar.problems)
    assert line.startswith(f"groups.yaml:3: {problem}")
    assert not calendar.problems[0].is_warning
    assert calendar.problems[0].group_id == "lac"


def test_what_a_group_can_do_without_may_be_broken_in_a_table_too(tmp_path: Path) -> None:
    text = "id;nom;couleur;langue;logo\nlac;Le Lac;vert;de;#N/A\n"
    calendar = calendar_of(tmp_path, {"groups.csv": text})

    assert list(calendar.groups) == ["lac"]
    assert [one.field for one in calendar.problems] == ["language", "colour", "logo"]


def test_a_bad_address_costs_itself_only(tmp_path: Path) -> None:
    text = "- {id: lac, name: Le Lac, contact: {email: ana@}, coordinators: [zoe@, a@exemple.example]}\n"
    calendar = calendar_of(tmp_path, {"groups.yaml": text})

    assert calendar.groups["lac"].contact is None
    assert calendar.groups["lac"].coordinators == ("a@exemple.example",)
    assert lines_of(calendar.problems) == [
        "groups.yaml:1: contact_email: not an address: 'ana@'",
        "groups.yaml:1: coordinators: not an address: 'zoe@'",
    ]


def test_all_that_is_wrong_with_a_row_is_said_at_once(tmp_path: Path) -> None:
    text = "- {name: Le Lac, language: de, colour: red}\n"

    assert len(problems_of(tmp_path, text)) == 3


@pytest.mark.parametrize("name", ["Le\x07Lac", "Le\x1b[31mLac", "Le\x85Lac\x7f"])
def test_control_characters_in_a_name_are_refused(tmp_path: Path, name: str) -> None:
    [line] = problems_of(tmp_path, f"id;name\nlac;{name}\n", "groups.csv")

    assert line.startswith("groups.csv:2: name: control characters")


def test_half_a_character_is_refused(tmp_path: Path) -> None:
    [line] = stop_of(tmp_path, {"groups.yaml": '[{"id": "lac", "name": "Le \\ud83d Lac"}]'})

    assert line == "groups.yaml:1: an escape that stands for no character"


def test_the_distributions_of_a_group_set_aside_are_no_second_problem(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "groups.csv": "id;name;timezone\nlac;Le Lac;Paris\nport;Le Port;\n",
        "distributions.csv": "group;starts_at\nlac;2026-06-12 18:00\nport;2026-06-12 18:00\n",
    }
    calendar = calendar_of(tmp_path, files)

    assert [each.id for each in calendar.distributions] == ["port-2026-06-12"]
    assert len(calendar.problems) == 1


def test_a_row_that_is_no_table_is_said_once(tmp_path: Path) -> None:
    assert problems_of(tmp_path, "- {id: lac, name: Le Lac}\n- port\n- \n") == [
        "groups.yaml:2: a row with its fields was expected here",
        "groups.yaml:1: a row with its fields was expected here",
    ]


def test_a_group_without_members_anywhere_is_said(tmp_path: Path) -> None:
    calendar = calendar_of(tmp_path, {"groups.csv": TWO_GROUPS}, members=None)

    assert [(each.field, each.group_id) for each in calendar.problems] == [
        ("members", "lac"),
        ("members", "port"),
    ]


def test_an_id_twice_stops_everybody(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"groups.csv": "id;name\nlac;A\nport;B\nlac;C\nport;D\n"}

    assert stop_of(tmp_path, files) == [
        "groups.csv:4: id: 'lac' twice in this file, first on line 2",
        "groups.csv:5: id: 'port' twice in this file, first on line 3",
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("id\nlac\n", "groups.csv:1: no column for: name"),
        ("lac;Le Lac\nport;Le Port\n", "groups.csv:1: no header: its first line must name the columns"),
        ("id;name;Nom\nlac;a;b\n", "groups.csv:1: two columns for name: 'name' and 'Nom'"),
        ("", "groups.csv: nothing in it"),
        (b"id;name\nlac;\x81\n", "groups.csv: neither UTF-8"),
        (b"id;name\nlac;a\0b\n", "groups.csv:2: not a text"),
    ],
)
def test_a_csv_that_cannot_be_read_whole_stops_everybody(
    tmp_path: Path, content: str | bytes, problem: str
) -> None:
    [line] = stop_of(tmp_path, {"groups.csv": content})

    assert line.startswith(problem)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "lac: Le Lac\nport: Le Port\n",
        "just a text",
        "groups: text",
        "- {id: a, id: b}\n",
        "- [unclosed\n",
    ],
)
def test_a_yaml_that_cannot_be_read_whole_stops_everybody(tmp_path: Path, content: str) -> None:
    [line] = stop_of(tmp_path, {"groups.yaml": content})

    assert line.startswith("groups.yaml")


def test_a_list_without_rows_is_whole(tmp_path: Path) -> None:
    assert calendar_of(tmp_path, {"groups.yaml": "groups:\n"}).groups == {}


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    [line] = stop_of(tmp_path, {"groups.docx": "x"})

    assert line == "groups.docx: a .yaml, .csv, .xlsx, .ods or .xls file was expected"


def test_members_of_a_group_that_are_on_the_network_are_refused_with_what_is_supported(
    tmp_path: Path,
) -> None:
    rows = "- {id: lac, name: Lac, members: 'https://exemple.example/m.csv'}\n"

    [line] = problems_of(tmp_path, rows, "groups.yaml")
    assert line.startswith("groups.yaml:1: members: only files and folders of this machine are supported")


def test_a_key_that_a_non_breaking_blank_makes_unknown_is_said_so(tmp_path: Path) -> None:
    [line, *_rest] = problems_of(tmp_path, "- {id: lac, name:\u00a0Lac}\n", "groups.yaml")

    assert line.startswith("groups.yaml:1: unknown key 'name:\\xa0Lac': a non-breaking blank follows its ':'")


SECOND = "- {id: lac, name: Le Lac}\n"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("groups.yaml", f"{SECOND}- {{id: port, nmae: Le Port}}\n", "unknown key 'nmae'"),
        ("groups.csv", "id;name;url\nlac;Le Lac;\nport,Le Port,\n", "its cells stand in one"),
        ("groups.csv", "id;name;url\nlac;Le Lac;\nport;Le Port;;x\n", "4 cells, for 3 columns"),
        ("groups.csv", "id;name;url\nlac;Le Lac;\nport;;\n", "name: missing"),
        ("groups.csv", "id;name;url\nlac;Le Lac;\nport;Le Po", "it ends in the middle of this row"),
    ],
)
def test_a_bad_row_that_may_be_a_second_group_is_said_with_the_members_it_holds(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    place = "groups.yaml:2" if name == "groups.yaml" else "groups.csv:3"
    calendar = calendar_of(tmp_path, {name: text})

    with pytest.raises(DataError) as stop:
        load_members(calendar, calendar.groups)

    first, *_, last = lines_of(stop.value.problems)
    assert first.startswith(f"{place}: {said}")
    assert last.startswith(f"members.csv: which groups is each member in? {place} may be a second group")


def test_beside_two_groups_for_sure_a_bad_row_is_no_reason(tmp_path: Path) -> None:
    calendar = calendar_of(tmp_path, {"groups.csv": f"{TWO_GROUPS}mer;;\n"})

    with pytest.raises(DataError, match=r"With several groups a column must say: groups") as stop:
        load_members(calendar, calendar.groups)
    assert "second group" not in str(stop.value)


def test_members_whose_rows_name_their_groups_are_served_beside_a_bad_one(tmp_path: Path) -> None:
    members = "id;email;groups\n1;zoe@exemple.example;lac\n2;ana@exemple.example;port\n"
    text = "id;name;url\nlac;Le Lac;\nport,Le Port,\n"
    calendar = calendar_of(tmp_path, {"groups.csv": text, "members.csv": members})

    assert [one.group_ids for one in load_members(calendar, calendar.groups).members] == [("lac",), ("port",)]


@pytest.mark.parametrize(
    "remark", ["Mis à jour le 3 mars;;\n", "Mis à jour le 3 mars", "Revu, le 3 mars;;\n"]
)
def test_words_below_the_groups_are_no_group(tmp_path: Path, remark: str) -> None:
    calendar = calendar_of(tmp_path, {"groups.csv": f"id;name;url\nlac;Le Lac;\n{remark}"})
    found = load_members(calendar, calendar.groups)

    assert list(calendar.groups) == ["lac"]
    assert [one.group_ids for one in found.members] == [("lac",), ("lac",)]
    [problem] = calendar.problems
    assert problem.is_warning
    assert str(problem).startswith("groups.csv:3: id: '")


@pytest.mark.parametrize(
    "typed", ["06 39 98 12 34", "06.39.98.12.34", "+33 (0)6 39 98 12 34", "0639981234", "+34639981234", "112"]
)
def test_a_contact_s_telephone_number_is_kept_as_it_is_written(tmp_path: Path, typed: str) -> None:
    by_key = calendar_of(
        tmp_path, {"groups.yaml": f"- {{id: lac, name: Le Lac, contact: {{phone: {typed}}}}}\n"}
    )
    by_column = calendar_of(tmp_path, {"groups.csv": f"id;nom;téléphone du contact\nlac;Le Lac;{typed}\n"})

    assert [one.groups["lac"].contact_phone for one in (by_key, by_column)] == [typed, typed]
    assert [*by_key.problems, *by_column.problems] == []
