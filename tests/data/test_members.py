from datetime import datetime
from pathlib import Path

import pytest

from cagette_notify.core.errors import DataError, Problem
from cagette_notify.core.kinds import Kind
from cagette_notify.core.model import AddressState, Mailbox, Member
from cagette_notify.data.dataset import load_calendar, load_members
from cagette_notify.data.members.merge_members import merge_members
from tests.data.files import TWO_GROUPS, a_folder, lines_of, members_of
from tests.fixtures.builders import PARIS, a_mailbox, a_member

OWN_FILES = "id;name;members\nlac;Le Lac;lac.csv\nport;Le Port;port.csv\n"


def the_member(folder: Path, text: str, name: str = "members.csv") -> Member:
    [member] = members_of(folder, {name: text}).members
    return member


def test_every_field_of_a_member_is_read(tmp_path: Path) -> None:
    text = """
- id: 007
  first_name: Zoé
  last_name: Martin
  email: zoe@exemple.example
  partner: {prénom: Ana, last_name: Roux, email: ANA@exemple.example}
  groups: [lac]
  language: en
  last_seen: 2026-05-01
  notifications: {opening: yes, recap_24h: off, recap_4h: x}
"""
    member = the_member(tmp_path, text, "members.yaml")

    assert (member.id, member.name, member.group_ids, member.language) == (
        "007",
        "Zoé Martin",
        ("lac",),
        "en",
    )
    assert member.mailboxes == (
        Mailbox("zoe@exemple.example", "Zoé", "Martin"),
        Mailbox("ANA@exemple.example", "Ana", "Roux", of_partner=True),
    )
    assert member.last_seen == datetime(2026, 5, 1, tzinfo=PARIS)
    assert {kind: each.value for kind, each in member.settings.items()} == {
        Kind.OPENING: True,
        Kind.RECAP_24H: False,
        Kind.RECAP_4H: True,
    }
    assert (member.origin.file, member.origin.line) == ("members.yaml", 2)


def test_settings_nobody_chose_are_left_to_the_configuration(tmp_path: Path) -> None:
    member = the_member(tmp_path, "id;Ouverture;Rappel 24 h\n1;;non\n")

    assert {kind: each.value for kind, each in member.settings.items()} == {Kind.RECAP_24H: False}


def test_the_first_address_stands_in_for_an_id(tmp_path: Path) -> None:
    text = (
        "firstName;lastName;email;Email partenaire\nZoé;M;Zoe@exemple.example;\nAna;R;;ana@exemple.example\n"
    )
    members = members_of(tmp_path, {"members.csv": text}).members

    assert [member.id for member in members] == ["zoe@exemple.example", "ana@exemple.example"]


def test_a_placeholder_is_kept_and_is_no_problem(tmp_path: Path) -> None:
    found = members_of(tmp_path, {"members.csv": "id;email\n5;5@No.Mail\n"})

    assert found.members[0].mailboxes[0].state is AddressState.PLACEHOLDER
    assert found.problems == ()


def test_a_bad_address_is_kept_and_said_and_costs_itself_only(tmp_path: Path) -> None:
    found = members_of(tmp_path, {"members.csv": "id;email;Email partenaire\n1;ana@;zoe@exemple.example\n"})

    [member] = found.members
    assert [(box.address, box.state) for box in member.mailboxes] == [
        ("ana@", AddressState.INVALID),
        ("zoe@exemple.example", AddressState.USABLE),
    ]
    assert lines_of(found.problems) == ["members.csv:2: email: not an address: 'ana@'"]
    assert found.problems[0].group_id == "lac"


@pytest.mark.parametrize(
    "none",
    ["non", "Néant", "-", "–", "aucune", "Aucun", "pas d’adresse", "pas de mail pour l'instant", "idem"],
)
def test_who_answers_that_a_partner_has_no_address_has_none_and_no_problem(tmp_path: Path, none: str) -> None:
    text = f"id;nom;email;conjoint;email du conjoint\n1;Roux;ana@example.org;Luc Petit;{none}\n"
    found = members_of(tmp_path, {"members.csv": text})

    assert [[box.address for box in one.mailboxes] for one in found.members] == [["ana@example.org"]]
    assert [one.partner.name for one in found.members if one.partner] == ["Luc Petit"]
    assert found.problems == ()


@pytest.mark.parametrize("none", ["Aucun", "-", "non"])
def test_who_answers_that_there_is_no_partner_has_none(tmp_path: Path, none: str) -> None:
    text = f"id;nom;email;conjoint\n1;Roux;ana@example.org;{none}\n"
    found = members_of(tmp_path, {"members.csv": text})

    assert [one.partner for one in found.members] == [None]
    assert found.problems == ()


@pytest.mark.parametrize(
    ("email", "partner"), [("idem", ""), ("non merci a@b", ""), ("zoe@example.org", "nonna"), ("Ana", "")]
)
def test_any_other_text_is_no_address_and_said(tmp_path: Path, email: str, partner: str) -> None:
    found = members_of(
        tmp_path, {"members.csv": f"id;nom;email;email du conjoint\n1;Roux;{email};{partner}\n"}
    )

    assert ["not an address" in one for one in lines_of(found.problems)] == [True]


def test_who_has_no_address_in_a_list_without_ids_is_a_member_by_name(tmp_path: Path) -> None:
    rows = "Zoé;Roux;zoe@example.org\nYvonne;Briand;\nYvonne;Briand;non\n;Martin;\n"
    found = members_of(tmp_path, {"members.csv": f"prénom;nom;email\n{rows}"})

    assert [(one.id, one.name, len(one.mailboxes)) for one in found.members] == [
        ("zoe@example.org", "Zoé Roux", 1),
        ("Yvonne Briand", "Yvonne Briand", 0),
        ("Yvonne Briand 2", "Yvonne Briand", 0),
        ("Martin", "Martin", 0),
    ]
    assert found.problems == ()


@pytest.mark.parametrize("text", ["id;nom;email\n;Briand;\n", "prénom;nom;email;groupes\n;;;lac\n"])
def test_who_has_no_id_where_others_have_or_no_name_is_set_aside(tmp_path: Path, text: str) -> None:
    found = members_of(tmp_path, {"members.csv": text})

    assert found.members == ()
    assert ["missing: an id or an address was expected" in one for one in lines_of(found.problems)] == [True]


def test_a_bad_address_cannot_command_a_terminal(tmp_path: Path) -> None:
    member = the_member(tmp_path, "id;email\n1;ana\x1b[31m@exemple.example\n")

    assert member.mailboxes[0].address == "ana�[31m@exemple.example"


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("3;Eve;x@exemple.example;de;", "language: expected fr or en, not 'de'"),
        ("3;Eve;x@exemple.example;;perhaps", "opening: expected yes or no, not 'perhaps'"),
        ("3;E\x07ve;x@exemple.example;;", "first_name: control characters can't be used here"),
        (";Eve;;;", "id: missing: an id or an address was expected"),
        ("3;Eve;x@exemple.example;;;;x", "7 cells, for 5 columns"),
    ],
)
def test_a_bad_value_sets_its_member_aside_and_no_other(tmp_path: Path, row: str, problem: str) -> None:
    text = f"id;first_name;email;language;opening\n1;Zoé;zoe@exemple.example;;\n{row}\n2;Ana;;;\n"
    found = members_of(tmp_path, {"members.csv": text})

    assert [member.id for member in found.members] == ["1", "2"]
    [line] = lines_of(found.problems)
    assert line.startswith(f"members.csv:3: {problem}")


def test_empty_cells_at_the_end_of_a_row_may_be_absent_or_too_many(tmp_path: Path) -> None:
    found = members_of(tmp_path, {"members.csv": "id;email;language\n1;zoe@exemple.example\n2;;;;\n"})

    assert [member.id for member in found.members] == ["1", "2"]
    assert found.problems == ()


def test_a_file_that_ends_within_a_row_is_said(tmp_path: Path) -> None:
    found = members_of(tmp_path, {"members.csv": "id;email;language\n1;zoe@exemple.example;fr\n2;ana@exem"})

    assert [member.id for member in found.members] == ["1"]
    assert lines_of(found.problems) == [
        "members.csv:3: it ends in the middle of this row: it is still being written, or was cut"
    ]


@pytest.mark.parametrize(
    "header",
    [
        "prénom 1;nom 1;email 1;prénom 2;nom 2;email 2",
        "Prénom1;Nom1;E-mail1;Prénom2;Nom2;E-mail2",
        "first_name;last_name;email;first name 2;last name 2;adresse mail 2",
        "Prénom;Nom;Courriel 1;Prénom partenaire;Nom partenaire;Courriel 2",
    ],
)
def test_of_numbered_columns_the_second_ones_are_the_partners(tmp_path: Path, header: str) -> None:
    row = "Zoé;Martin;zoe@exemple.example;Ana;Roux;ana@exemple.example"
    [member] = members_of(tmp_path, {"members.csv": f"{header}\n{row}\n"}).members

    assert [(box.address, box.name, box.of_partner) for box in member.mailboxes] == [
        ("zoe@exemple.example", "Zoé Martin", False),
        ("ana@exemple.example", "Ana Roux", True),
    ]


@pytest.mark.parametrize(
    ("cell", "first_name", "last_name"),
    [
        ("Françoise CHAPUIS", "Françoise", "CHAPUIS"),
        ("DE LA TOUR Élodie", "Élodie", "DE LA TOUR"),
        ("Chapuis Françoise", "Françoise", "Chapuis"),
        ("Anne Marie Chapuis", "Anne Marie", "Chapuis"),
        ("FRANÇOISE CHAPUIS", "FRANÇOISE", "CHAPUIS"),
        ("Karim", "Karim", ""),
        ("Jo Petit", "Jo Petit", ""),
        ("CHAPUIS", "CHAPUIS", ""),
    ],
)
@pytest.mark.parametrize(
    "column",
    [
        *("CONJOINT", "Conjoint·e", "Co-adhérent(e)", "Partenaire", "CONJOINT (NOM PRÉNOM)"),
        *("Nom et prénom du conjoint", "Co-adhérent : prénom nom"),
    ],
)
def test_a_partner_s_whole_name_may_stand_in_one_column(
    tmp_path: Path, column: str, cell: str, first_name: str, last_name: str
) -> None:
    header = f"id;Nom;Prénom;Mail;{column};Mail conjoint"
    rows = f"1;Chapuis;Gérard;g@a.example;{cell};f@a.example\n2;CHAPUIS;Ana;a@a.example;{cell};\n"
    text = f"{header}\n{rows}"

    with_address, without = members_of(tmp_path, {"members.csv": text}).members

    assert without.partner
    for who in (with_address.mailboxes[1], without.partner):
        assert (who.first_name, who.last_name) == (first_name, last_name)


def test_in_yaml_a_partner_may_be_a_name_and_an_address_in_its_place_is_said(tmp_path: Path) -> None:
    rows = "- {id: 1, nom: Roux, partner: Max ROUX}\n- {id: 2, nom: Roux, partner: max@exemple.example}\n"

    found = members_of(tmp_path, {"members.yaml": rows})

    assert [one.partner and one.partner.name for one in found.members] == ["Max ROUX", None]
    [line] = lines_of(found.problems)
    assert line.endswith("'max@exemple.example' is nobody's name: there is an address in it")


@pytest.mark.parametrize(
    ("header", "name", "address"),
    [
        ("Nom adhérent;Prénom adhérent;Email payeur;Nom payeur", "Zoé Martin", "b@a.example"),
        ("Nom adhérent;Prénom adhérent;Email payeur;Email adhérent", "Zoé Martin", "c@a.example"),
        ("Nom;Prénom adhérente;E-mail;Courriel du payeur", "Zoé Martin", "b@a.example"),
        ("Nom;Prénom;Email payeur;Nom adhérent", "Zoé Martin", "b@a.example"),
    ],
)
def test_who_joined_comes_before_who_paid_for_it(
    tmp_path: Path, header: str, name: str, address: str
) -> None:
    member = the_member(tmp_path, f"{header}\nMartin;Zoé;b@a.example;c@a.example\n")

    assert (member.name, [box.address for box in member.mailboxes]) == (name, [address])


def test_a_column_without_a_number_comes_before_a_numbered_one(tmp_path: Path) -> None:
    text = (
        "id;email;email 1;email partenaire;email 2\n1;zoe@a.example;z@a.example;ana@a.example;a@a.example\n"
    )
    [member] = members_of(tmp_path, {"members.csv": text}).members

    assert [box.address for box in member.mailboxes] == ["zoe@a.example", "ana@a.example"]


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ("Notification ouverture", Kind.OPENING),
        ("notifications clôture", Kind.CLOSING),
        ("Rappel fermeture", Kind.CLOSING),
        ("Notif récap 24h", Kind.RECAP_24H),
    ],
)
def test_a_notice_is_turned_off_in_a_column_of_notifications(tmp_path: Path, column: str, kind: Kind) -> None:
    [member] = members_of(tmp_path, {"members.csv": f"id;{column}\n1;non\n"}).members

    assert {kind: setting.value for kind, setting in member.settings.items()} == {kind: False}


def test_unknown_columns_are_ignored_but_an_unknown_key_sets_its_row_aside(tmp_path: Path) -> None:
    columns = members_of(tmp_path, {"members.csv": "id;emial\n1;zoe@exemple.example\n"})
    keys = members_of(tmp_path, {"members.yaml": "- {id: 1, emial: zoe@exemple.example}\n- {id: 2}\n"})

    assert columns.problems == ()
    assert [member.id for member in keys.members] == ["2"]
    assert lines_of(keys.problems) == ["members.yaml:1: unknown key 'emial'; did you mean 'email'?"]


def test_settings_that_are_no_table_set_their_row_aside(tmp_path: Path) -> None:
    found = members_of(tmp_path, {"members.yaml": "- {id: 1, notifications: no}\n- {id: 2}\n"})

    assert [member.id for member in found.members] == ["2"]
    assert len(found.problems) == 1


def test_an_id_twice_stops_the_file_for_all(tmp_path: Path) -> None:
    with pytest.raises(DataError) as stop:
        members_of(tmp_path, {"members.csv": "id;email\n1;ana@\n2;\n1;\n"})

    assert lines_of(stop.value.problems) == [
        "members.csv:2: email: not an address: 'ana@'",
        "members.csv:4: id: '1' twice in this file, first on line 2",
    ]


def test_a_missing_file_for_all_stops_everybody(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"members\.csv: no such file"):
        members_of(tmp_path, {}, members=tmp_path / "members.csv")


@pytest.mark.parametrize("header", ["id", "id;groups"])
def test_without_groups_everybody_is_in_the_only_one(tmp_path: Path, header: str) -> None:
    found = members_of(tmp_path, {"members.csv": f"{header}\n1\n2\n"})

    assert [member.group_ids for member in found.members] == [("lac",), ("lac",)]


@pytest.mark.parametrize("header", ["id", "id;groups"])
def test_without_groups_several_groups_are_an_error(tmp_path: Path, header: str) -> None:
    with pytest.raises(DataError, match="which groups is each member in"):
        members_of(tmp_path, {"groups.csv": TWO_GROUPS, "members.csv": f"{header}\n1\n2\n"})


def test_once_a_row_names_a_group_an_empty_cell_is_none(tmp_path: Path) -> None:
    text = "id;groups\n1;lac\n2;\n3;lac|port\n"
    found = members_of(tmp_path, {"groups.csv": TWO_GROUPS, "members.csv": text})

    assert [member.group_ids for member in found.members] == [("lac",), (), ("lac", "port")]


def test_an_unknown_group_costs_that_membership_only(tmp_path: Path) -> None:
    text = "id;groups\n1;lca|port\n2;lca\n"
    found = members_of(tmp_path, {"groups.csv": TWO_GROUPS, "members.csv": text})

    assert [member.group_ids for member in found.members] == [("port",), ()]
    assert lines_of(found.problems) == [
        "members.csv:2: groups: no such group: 'lca' (did you mean 'lac'?)",
        "members.csv:3: groups: no such group: 'lca' (did you mean 'lac'?)",
    ]


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        *(
            ("lac,port", "lac|port"),
            ("Port ; Lac", "port|lac"),
            ("lac et port", "lac|port"),
            ("lac port", "lac|port"),
        ),
        *(("lca/port", "lac|port"), ("lac-port", "port"), ("lac,", "lac")),
    ],
)
def test_several_groups_in_a_cell_that_names_none_are_meant_all(
    tmp_path: Path, cell: str, meant: str
) -> None:
    text = f'id;groups\n1;"{cell}"\n'
    found = members_of(tmp_path, {"groups.csv": TWO_GROUPS, "members.csv": text})

    assert lines_of(found.problems) == [
        f"members.csv:2: groups: no such group: {cell!r} (did you mean {meant!r}?)"
    ]


@pytest.mark.parametrize("cell", ["Lac, montagne", "montagne et lac", "lac;montagne", "lac|montagne"])
def test_an_unknown_group_takes_nobody_out_of_the_known_one_beside_it(tmp_path: Path, cell: str) -> None:
    text = f'id;groups\n1;"{cell}"\n'
    found = members_of(tmp_path, {"groups.csv": TWO_GROUPS, "members.csv": text})

    assert [member.group_ids for member in found.members] == [("lac",)]
    assert lines_of(found.problems) == ["members.csv:2: groups: no such group: 'montagne'"]


def test_the_case_and_accents_of_a_groups_id_do_not_matter_where_one_group_has_it(tmp_path: Path) -> None:
    groups = "id;name\nlac;Le Lac\nprés;Les Prés\nPort;Le Port\nport;Le Vieux Port\n"
    found = members_of(tmp_path, {"groups.csv": groups, "members.csv": "id;groups\n1;Lac|PRES\n2;PORT\n"})

    assert [member.group_ids for member in found.members] == [("lac", "prés"), ()]
    assert [line.partition(" (")[0] for line in lines_of(found.problems)] == [
        "members.csv:3: groups: no such group: 'PORT'"
    ]


def test_only_unknown_groups_put_nobody_in_the_only_group(tmp_path: Path) -> None:
    found = members_of(tmp_path, {"members.csv": "id;groups\n1;lca\n"})

    assert found.members[0].group_ids == ()


def test_a_group_may_carry_its_members_as_rows(tmp_path: Path) -> None:
    text = """
- id: lac
  name: Le Lac
  members:
    - {id: 1, email: ana@}
"""
    found = members_of(tmp_path, {"groups.yaml": text})

    assert [(member.id, member.group_ids) for member in found.members] == [("1", ("lac",))]
    assert lines_of(found.problems) == ["groups.yaml:5: email: not an address: 'ana@'"]


def test_a_path_starts_at_the_folder_of_the_file_that_holds_it(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "data/groups.csv": "id;name;members\nlac;Le Lac;exports/mes  membres.csv\n",
        "data/exports/mes  membres.csv": "id\n1\n",
    }
    (tmp_path / "data/exports").mkdir(parents=True)
    sources = a_folder(tmp_path, {"groups.csv": "id;name\n", **files}, groups=tmp_path / "data/groups.csv")
    found = load_members(load_calendar(sources), ["lac"])

    assert found.members[0].origin.file == "data/exports/mes  membres.csv"


def test_the_same_id_in_two_groups_is_one_person_if_an_address_matches(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "groups.csv": OWN_FILES,
        "lac.csv": "id;email;opening\n1;zoe@exemple.example;yes\n2;ana@exemple.example;\n3;;\n",
        "port.csv": "id;email;partner_email\n"
        "1;x@exemple.example;ZOE@exemple.example\n2;eve@exemple.example;\n3;;\n",
    }
    found = members_of(tmp_path, files).members

    assert [(member.id, member.group_ids) for member in found] == [
        ("1", ("lac", "port")),
        ("2", ("lac",)),
        ("3", ("lac",)),
        ("2", ("port",)),
        ("3", ("port",)),
    ]
    assert [box.address for box in found[0].mailboxes] == ["zoe@exemple.example", "x@exemple.example"]
    assert found[0].settings[Kind.OPENING].value


def test_two_names_at_one_address_without_ids_are_two_members_in_two_files_as_in_one(tmp_path: Path) -> None:
    header = "first_name;last_name;email\n"
    files: dict[str, str | bytes] = {
        "groups.csv": OWN_FILES,
        "lac.csv": f"{header}Zoé;Martin;famille@exemple.example\nAna;Roux;ana@exemple.example\n",
        "port.csv": f"{header}Luc;Martin;famille@exemple.example\nana;ROUX;Ana@exemple.example\n",
    }
    found = members_of(tmp_path, files)

    assert [(member.first_name, member.id, member.group_ids) for member in found.members] == [
        ("Zoé", "famille@exemple.example", ("lac",)),
        ("Ana", "ana@exemple.example", ("lac", "port")),
        ("Luc", "famille@exemple.example", ("port",)),
    ]
    assert found.problems == ()


@pytest.mark.parametrize("more", ["", "Zoé;Martin;famille@exemple.example\n"])
def test_two_names_at_one_address_in_two_files_of_one_group_are_told_apart_by_their_names(
    tmp_path: Path, more: str
) -> None:
    header = "first_name;last_name;email\n"
    files: dict[str, str | bytes] = {
        "groups.csv": "id;name;members\nlac;Le Lac;lac.csv\n",
        "members.csv": f"{header}Zoé;Martin;famille@exemple.example\n",
        "lac.csv": f"{header}Luc;Martin;famille@exemple.example\n{more}",
    }
    found = members_of(tmp_path, files)

    assert [member.id for member in found.members] == [
        "famille@exemple.example zoe martin",
        "famille@exemple.example luc martin",
    ]
    assert found.problems == ()


def test_a_partner_whom_one_group_only_names_is_found_by_the_address_that_another_has() -> None:
    problems: list[Problem] = []
    named = a_member(group_ids=("port",), partner=Mailbox("", "Max", "Roux", of_partner=True))
    written = Mailbox("max@example.org", "Max", "Roux", of_partner=True)
    reached = a_member(mailboxes=(a_mailbox(), written))

    assert merge_members([[named], [a_member()]], problems)[0].partner == named.partner
    assert merge_members([[a_member()], [named]], problems)[0].partner == named.partner
    (both,) = merge_members([[named], [reached]], problems)
    assert (both.partner, both.mailboxes[1]) == (None, written)
    assert not problems


def test_an_id_cannot_be_two_people_of_one_group(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "groups.csv": "id;name;members\nlac;Le Lac;lac.csv\n",
        "members.csv": "id;email\n1;zoe@exemple.example\n",
        "lac.csv": "id;email\n1;ana@exemple.example\n2;\n",
    }
    found = members_of(tmp_path, files)

    assert [(member.id, member.origin.file) for member in found.members] == [
        ("1", "members.csv"),
        ("2", "lac.csv"),
    ]
    assert lines_of(found.problems) == [
        "lac.csv:2: id: '1' is somebody else's id in the same group, in another file"
    ]


def test_a_bad_file_of_a_group_stops_that_group_only(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"groups.csv": OWN_FILES, "lac.csv": "id\n1\n1\n", "port.csv": "id\n1\n"}
    found = members_of(tmp_path, files)

    assert found.stopped_groups == {"lac"}
    assert [(member.id, member.group_ids) for member in found.members] == [("1", ("port",))]
    assert [problem.group_id for problem in found.problems] == ["lac"]


def test_a_file_of_a_group_that_was_not_asked_for_stops_nothing(tmp_path: Path) -> None:
    calendar = load_calendar(a_folder(tmp_path, {"groups.csv": OWN_FILES, "port.csv": "id\n1\n"}))
    found = load_members(calendar, ["port"])

    assert found.unread_groups == {"lac"}
    assert found.problems == ()
    assert found.stopped_groups == frozenset()
    assert len(found.members) == 1


def test_a_file_that_two_groups_share_mails_nobody_for_the_other_group(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "groups.csv": "id;name;members\nlac;Le Lac;all.csv\nport;Le Port;all.csv\n",
        "all.csv": "id;groups;email\n"
        "1;lac;a@exemple.example\n2;port;b@exemple.example\n3;;c@exemple.example\n",
    }
    found = members_of(tmp_path, files)

    assert [(member.id, member.group_ids) for member in found.members] == [("1", ("lac",)), ("2", ("port",))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_is_found(tmp_path: Path, encoding: str) -> None:
    member = the_member_of_bytes(tmp_path, "id\tPrénom\n1\tZoé\n".encode(encoding))

    assert member.first_name == "Zoé"


def the_member_of_bytes(folder: Path, content: bytes) -> Member:
    [member] = members_of(folder, {"members.csv": content}).members
    return member


def test_two_names_at_one_address_without_ids_are_two_members_whatever_their_order(tmp_path: Path) -> None:
    header = "first_name;last_name;email\n"
    rows = [
        "Zoé;Martin;martin@exemple.example\n",
        "Paul;Martin;Martin@exemple.example\n",
        "Ana;Roux;ana@x.example\n",
    ]

    found = members_of(tmp_path, {"members.csv": header + "".join(rows)})
    sorted_anew = members_of(tmp_path, {"members.csv": header + "".join(sorted(rows))})

    assert found.problems == ()
    assert {one.id: one.first_name for one in found.members} == {
        "martin@exemple.example zoe martin": "Zoé",
        "martin@exemple.example paul martin": "Paul",
        "ana@x.example": "Ana",
    }
    assert {one.id for one in sorted_anew.members} == {one.id for one in found.members}


def test_one_name_twice_at_one_address_is_still_one_person_twice(tmp_path: Path) -> None:
    rows = "first_name;email\nZoé;zoe@exemple.example\nzoe;zoe@exemple.example\n"

    with pytest.raises(DataError, match=r"members.csv:3: id: 'zoe@exemple.example' twice in this file"):
        members_of(tmp_path, {"members.csv": rows})


@pytest.mark.parametrize(
    ("header", "ids"),
    [
        ("id;email;Numéro;Rue", ["7", "8"]),
        ("Numéro;email;id;Rue", ["7", "8"]),
        ("userId;email;Numéro;Ville", ["7", "8"]),
        ("id;email;identifiant;Ville", ["7", "8"]),
        ("casier;email;Numéro;Rue", ["zoe@exemple.example", "ana@exemple.example"]),
        ("casier;email;Numéro;Ville", ["zoe@exemple.example", "ana@exemple.example"]),
        ("Numéro;email;code;Ville", ["7", "8"]),
        ("Numéro;Adresse e-mail;code;Ville", ["7", "8"]),
    ],
)
def test_a_number_is_an_id_only_where_nothing_else_is_and_it_is_nobody_elses(
    tmp_path: Path, header: str, ids: list[str]
) -> None:
    first, last = ("12", "12") if not header.startswith("Numéro;email;id") else ("7", "8")
    rows = [["7", "zoe@exemple.example", first, "x"], ["8", "ana@exemple.example", last, "x"]]
    text = "\n".join([header, *(";".join(row) for row in rows), ""])

    found = members_of(tmp_path, {"members.csv": text})

    assert (found.problems, [one.id for one in found.members]) == ((), ids)


@pytest.mark.parametrize(
    "header",
    [
        *(
            "N°",
            "N",
            "No",
            "Nº",
            "Num",
            "Num.",
            "Code",
            "N° adh.",
            "Code adhérent",
            "Num adhérent",
            "nº membre",
        ),
        *("Identifiant adhérent", "Numéro adh"),
    ],
)
def test_what_people_call_the_number_of_a_member_is_its_id(tmp_path: Path, header: str) -> None:
    rows = "7;Zoé;zoe@exemple.example\n8;Ana;ana@exemple.example\n"

    found = members_of(tmp_path, {"members.csv": f"{header};Prénom;Adresse mail\n{rows}"})

    assert (found.problems, [one.id for one in found.members]) == ((), ["7", "8"])


@pytest.mark.parametrize(
    ("header", "ids"),
    [
        ("Code;Num;Email", ["7", "8"]),
        ("N° adh.;Code membre;Email", ["7", "8"]),
        ("N°;Membre;Email", ["70", "80"]),
        ("N°;Code adhérent;Email", ["70", "80"]),
        ("Code;Ville;Email", ["zoe@exemple.example", "ana@exemple.example"]),
        ("Rue;N°;Email", ["zoe@exemple.example", "ana@exemple.example"]),
    ],
)
def test_of_two_such_columns_the_surer_one_is_the_id_else_the_first_one(
    tmp_path: Path, header: str, ids: list[str]
) -> None:
    rows = "7;70;zoe@exemple.example\n8;80;ana@exemple.example\n"

    found = members_of(tmp_path, {"members.csv": f"{header}\n{rows}"})

    assert (found.problems, [one.id for one in found.members]) == ((), ids)


def test_a_number_before_a_street_is_no_id_though_all_are_different(tmp_path: Path) -> None:
    text = "email;Numéro;Rue\nzoe@exemple.example;12;des Lilas\nana@exemple.example;14;des Lilas\n"

    found = members_of(tmp_path, {"members.csv": text})

    assert [member.id for member in found.members] == ["zoe@exemple.example", "ana@exemple.example"]


@pytest.mark.parametrize("row", ["1;Zoé;zoe@exemple.example;lac;;x", "1;Zoé;zoe@exemple.example;lac;never"])
@pytest.mark.parametrize("second", ["2;Noël;noel@exemple.example;lac;\n", ""])
def test_somebody_whose_row_is_set_aside_is_known_as_far_as_it_can_be_read(
    tmp_path: Path, row: str, second: str
) -> None:
    text = f"id;first_name;email;groups;last_seen\n{row}\n{second}"

    [aside] = members_of(tmp_path, {"members.csv": text}).set_aside

    assert (aside.member.id, aside.member.name, aside.member.group_ids) == ("1", "Zoé", ("lac",))
    assert [box.address for box in aside.member.mailboxes] == ["zoe@exemple.example"]


def test_somebody_whose_row_is_set_aside_is_in_the_only_group_as_everybody_else(tmp_path: Path) -> None:
    text = "id;first_name;groups;last_seen\n1;Zoé;;never\n2;Noël;;\n"

    [aside] = members_of(tmp_path, {"members.csv": text}).set_aside

    assert aside.member.group_ids == ("lac",)


@pytest.mark.parametrize(
    ("name", "text", "called"),
    [
        ("members.csv", "N°;MÈL\n1;zoe@\n", "MÈL"),
        ("members.csv", "id;E-Mail\n1;zoe@\n", "email"),
        ("members.csv", "id;EMAIL\n1;zoe@\n", "email"),
        ("members.csv", "id;partner email\n1;zoe@\n", "partner_email"),
        ("members.yaml", "- {id: 1, courriel: zoe@}\n", "courriel"),
        ("members.yaml", "- {id: 1, partner: {mail: zoe@}}\n", "partner_email"),
    ],
)
def test_a_problem_calls_a_column_or_a_key_as_the_file_does(
    tmp_path: Path, name: str, text: str, called: str
) -> None:
    [problem] = members_of(tmp_path, {name: text}).problems

    assert str(problem) == f"{name}:{problem.line}: {called}: not an address: 'zoe@'"
    assert problem.field in {"email", "partner_email"}
