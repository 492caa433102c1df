"""Who serves at a distribution, as people write it down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.duty_list import DutyList, DutyPlace
from cagette_notify.data.dataset import Duties, load_calendar, load_duties, load_members
from cagette_notify.data.files_in_use import misspelt_columns
from tests.data.files import a_folder

if TYPE_CHECKING:
    from pathlib import Path


DAYS = "id;group;starts_at\nd1;lac;2026-06-12 18:00\nd2;lac;2026-06-19 18:00\n"
MEMBERS = "id;first_name;last_name;email\n1;Zoé;Martin;zoe@example.org\n2;Noël;Bœuf;noel@example.org\n"
ZOE, NOEL = DutyPlace("Accueil", "1"), DutyPlace("Accueil", "2")
VACANT, UNKNOWN = DutyPlace("Accueil"), DutyPlace("Accueil", is_unknown=True)


def duties(folder: Path, text: str, **files: str) -> Duties:
    """Read a duties file; its header is as of a spreadsheet in French."""
    given: dict[str, str | bytes] = {
        "distributions.csv": DAYS,
        "members.csv": MEMBERS,
        "duties.csv": text,
        **files,
    }
    calendar = load_calendar(a_folder(folder, given))
    members = load_members(calendar, calendar.groups)
    return load_duties(calendar, members.members, set_aside=members.people_set_aside)


def places(found: Duties, day: str = "d1") -> tuple[DutyPlace, ...]:
    assert found.lists is not None
    return found.lists.get(day, DutyList()).places


def test_a_member_is_named_by_id_or_address_and_nobody_is_a_vacancy(tmp_path: Path) -> None:
    found = duties(
        tmp_path, "Distribution;Rôle;Bénévole\nd1;Accueil;1\nd1;Accueil;Noel@Example.org\nd1;Accueil;\n"
    )

    assert (places(found), found.problems) == ((ZOE, NOEL, VACANT), ())


@pytest.mark.parametrize(("header", "cells"), [("N° adhérent", "1"), ("Bénévole;Code adh.", "1;x")])
def test_a_member_is_named_by_the_number_that_lists_of_members_have(
    tmp_path: Path, header: str, cells: str
) -> None:
    found = duties(tmp_path, f"Distribution;Rôle;{header}\nd1;Accueil;{cells}\n")

    assert (places(found), found.problems) == ((ZOE,), ())


@pytest.mark.parametrize(
    "word", ["-", "—", "?", "???", "à pourvoir", "À POURVOIR !", "(vacant)", "libre", "Personne", "nobody"]
)
def test_a_word_for_nobody_is_a_vacancy(tmp_path: Path, word: str) -> None:
    found = duties(tmp_path, f"distribution;role;member\nd1;Accueil;{word}\n")

    assert (places(found), found.problems) == ((VACANT,), ())


def test_whoever_is_called_like_a_vacancy_has_their_place(tmp_path: Path) -> None:
    members = "id;first_name;last_name;email\nlibre;Zoé;Martin;zoe@example.org\n"
    found = duties(tmp_path, "distribution;role;member\nd1;Accueil;libre\n", **{"members.csv": members})

    assert places(found) == (DutyPlace("Accueil", "libre"),)


@pytest.mark.parametrize(
    ("head", "row"),
    [
        ("date;poste;membre", "12/06/2026;Accueil;1"),
        ("groupe;jour;poste;membre", "lac;2026-06-12;Accueil;1"),
        ("distribution;role;member;needed", "d1;Accueil;1;3"),
        ("distribution;role;email", "d1;Accueil;zoe@example.org"),
    ],
)
def test_columns_are_called_as_people_call_them(tmp_path: Path, head: str, row: str) -> None:
    assert places(duties(tmp_path, f"{head}\n{row}\n")) == (ZOE,)


def test_in_yaml_it_reads_the_same(tmp_path: Path) -> None:
    text = "- {distribution: d1, role: Accueil, member: 1}\n- {distribution: d1, role: Accueil}\n"
    calendar = load_calendar(
        a_folder(tmp_path, {"distributions.csv": DAYS, "members.csv": MEMBERS, "duties.yaml": text})
    )
    members = load_members(calendar, calendar.groups)

    assert places(load_duties(calendar, members.members, set_aside=())) == (ZOE, VACANT)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("d1;Accueil;9;", "duties.csv:2: member: no member of the group: '9'"),
        ("d1;Accueil;noel@exemple.org;", "duties.csv:2: member: no member of the group: 'noel@exemple.org'"),
        ("d1;;1;", "duties.csv:2: role: missing"),
        ("d9;Accueil;1;", "duties.csv:2: distribution: no such distribution: 'd9'"),
        (";Accueil;1;", "duties.csv:2: distribution: missing"),
        ("2026-07-01;Accueil;1;", "duties.csv:2: distribution: no such distribution: '2026-07-01'"),
        ("d1;Accueil;1;deux", "duties.csv:2: needed: expected a whole number, not 'deux'"),
    ],
)
def test_each_bad_row_is_a_line_and_the_others_stand(tmp_path: Path, row: str, said: str) -> None:
    found = duties(tmp_path, f"distribution;role;member;needed\n{row}\nd1;Accueil;2;\n")

    assert NOEL in places(found)
    assert next(str(one) for one in found.problems).startswith(said)
    assert len(found.problems) == 1


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("d1;bois;Accueil;1", "duties.csv:2: group: d1 is of the group lac, not of bois"),
        ("d1;rien;Accueil;1", "duties.csv:2: group: no such group: 'rien'"),
        ("2026-06-12;rien;Accueil;1", "duties.csv:2: group: no such group: 'rien'"),
    ],
)
def test_a_group_that_is_not_the_distributions_is_named_and_the_place_is_nobodys(
    tmp_path: Path, row: str, said: str
) -> None:
    groups = "id;name\nlac;Le Lac\nbois;Le Bois\n"
    members = MEMBERS.replace("\n", ";groups\n", 1).replace("example.org\n", "example.org;lac\n")
    text = f"distribution;group;role;member\n{row}\nd1;LAC;Accueil;2\n"
    found = duties(tmp_path, text, **{"groups.csv": groups, "members.csv": members})

    assert [str(one) for one in found.problems] == [said]
    assert [one.member_id for one in places(found)] == ["2"]
    assert found.lists is not None
    assert found.lists["d1"].lacks_rows


@pytest.mark.parametrize(("group", "held"), [("bois", ["b1"]), ("Bois", ["b1"]), ("", ["b1"]), ("lac", [])])
def test_a_day_on_which_another_group_alone_has_a_distribution_concerns_its_own(
    tmp_path: Path, group: str, held: list[str]
) -> None:
    found = duties(
        tmp_path,
        f"distribution;group;role;member\n2026-06-12;{group};Accueil;zzz\nb1;;Accueil;2\n",
        **{
            "groups.csv": "id;name\nlac;Le Lac\nbois;Le Bois\n",
            "members.csv": MEMBERS.replace("\n", ";groups\n", 1).replace(
                "example.org\n", "example.org;bois\n"
            ),
            "distributions.csv": "id;group;starts_at\nd1;lac;2026-06-12 18:00\nb1;bois;2026-06-13 18:00\n",
        },
    )

    assert found.lists is not None
    assert [id_ for id_, known in found.lists.items() if known.other_days] == (held if group else [])
    assert [id_ for id_, known in found.lists.items() if known.lacks_rows] == []


@pytest.mark.parametrize(
    ("files", "row"),
    [
        ({"groups.csv": "id;name;timezone\nlac;Le Lac;\nbois;Le Bois;Mars\n"}, "b1;bois"),
        ({"groups.csv": "id;name;timezone\nlac;Le Lac;\nbois;Le Bois;Mars\n"}, "b1;"),
        ({"groups.csv": "id;name;timezone\nlac;Le Lac;\nbois;Le Bois;Mars\n"}, "2026-06-13;bois"),
        ({"groups.csv": "id;name;timezone\nlac;Le Lac;\nbois;Le Bois;\n"}, "b1;bois"),
    ],
)
def test_of_what_is_set_aside_already_nothing_is_said_anew(
    tmp_path: Path, files: dict[str, str], row: str
) -> None:
    days = "id;group;starts_at;place;fixed\nd1;lac;2026-06-12 18:00;;\nb1;bois;2026-06-13 18:00;;perhaps\n"
    members = MEMBERS.replace("\n", ";groups\n", 1).replace("example.org\n", "example.org;lac\n")
    text = f"distribution;group;role;member\n{row};Accueil;1\nd1;;Accueil;2\n"
    found = duties(tmp_path, text, **{"distributions.csv": days, "members.csv": members, **files})

    assert found.problems == ()
    assert [one.member_id for one in places(found)] == ["2"]


@pytest.mark.parametrize("other", ["Noël Bœuf", "BŒUF Noel", "2", "noel@example.org", "Noël Bœuff"])
def test_two_members_in_one_cell_are_said(tmp_path: Path, other: str) -> None:
    found = duties(tmp_path, f"distribution;role;member\nd1;Accueil;Zoé Martin / {other}\n")

    assert [str(one) for one in found.problems] == [
        "duties.csv:2: member: several members: lac/1, lac/2; name one by their id"
    ]
    assert places(found) == (UNKNOWN,)


@pytest.mark.parametrize("other", ["Ana Kłos", "Noël", "Bœuf", "Luc Roy / Ana Kłos"])
def test_who_stands_beside_a_member_and_is_not_their_partner_is_said(tmp_path: Path, other: str) -> None:
    members = "id;Prénom;Nom;Prénom partenaire;Nom partenaire\n1;Zoé;Martin;Luc;Roy\n2;Noël;Bœuf;;\n"
    text = f"distribution;role;member\nd1;Accueil;Zoé Martin / {other}\n"
    found = duties(tmp_path, text, **{"members.csv": members})

    (problem,) = found.problems
    assert f"several people: '{other}' is not the partner of lac/1" in str(problem)
    assert places(found) == (UNKNOWN,)


@pytest.mark.parametrize("name", ["Zoé Martin / Luc Roy", "MARTIN Zoé / ROY Luc", "Zoé Martin / Luc"])
def test_a_couple_serves_by_both_names(tmp_path: Path, name: str) -> None:
    members = "id;Prénom;Nom;Prénom partenaire;Nom partenaire\n1;Zoé;Martin;Luc;Roy\n"
    found = duties(tmp_path, f"distribution;role;member\nd1;Accueil;{name}\n", **{"members.csv": members})

    assert (places(found), found.problems) == ((ZOE,), ())


@pytest.mark.parametrize(
    ("cell", "free"), [("Zoé Martin / à pourvoir", 1), ("? / Zoé Martin", 1), ("1 / libre / -", 2)]
)
def test_a_vacancy_beside_a_member_is_a_place_of_its_own(tmp_path: Path, cell: str, free: int) -> None:
    found = duties(tmp_path, f"distribution;role;member;needed\nd1;Accueil;{cell};{free + 1}\n")

    assert (places(found), found.problems) == ((ZOE, *[VACANT] * free), ())
    assert found.lists is not None
    assert found.lists["d1"].vacant == (("Accueil", free),)


@pytest.mark.parametrize("name", ["Luc Roy", "ROY Luc"])
def test_a_partner_serves_by_their_own_name(tmp_path: Path, name: str) -> None:
    members = "id;Prénom;Nom;Prénom partenaire;Nom partenaire\n1;Zoé;Martin;Luc;Roy\n"
    found = duties(tmp_path, f"distribution;role;member\nd1;Accueil;{name}\n", **{"members.csv": members})

    assert (places(found), found.problems) == ((DutyPlace("Accueil", "1", name="Luc Roy"),), ())


@pytest.mark.parametrize(
    ("header", "beside", "is_another"),
    [
        ("Nom;Prénom", "Bœuf;Noël", True),
        ("Nom", "noel boeuf", True),
        ("Nom", "MARTIN Zoé / BŒUF Noël", True),
        ("Nom", "Zoé Martin et Noël Bœuf", True),
        ("Nom;Prénom", "Martin;Zoé", False),
        ("Nom;Prénom", "Lac;Zoé", False),
        ("Nom", "MARTIN Zoé / KŁOS Ana", False),
        ("Nom", "Noël", False),
    ],
)
def test_an_id_with_another_members_name_beside_it_is_nobodys(
    tmp_path: Path, header: str, beside: str, *, is_another: bool
) -> None:
    found = duties(tmp_path, f"distribution;role;N° adhérent;{header}\nd1;Accueil;1;{beside}\n")

    assert places(found) == ((UNKNOWN,) if is_another else (ZOE,))
    message = "several members: lac/1, lac/2; the id is one's, the name beside it another's"
    assert [str(one) for one in found.problems] == [f"duties.csv:2: N° adhérent: {message}"] * is_another


@pytest.mark.parametrize(
    "text", ["Mme Zoé Martin", "zoe@exemple.org", "n°1", "Zoé", "Martin", "Zoé M.", "Zoé (et son fils)"]
)
def test_who_seems_meant_is_proposed_as_it_is_understood(tmp_path: Path, text: str) -> None:
    header = "distribution;role;member\n"
    (problem,) = duties(tmp_path, f"{header}d1;Accueil;{text}\n").problems
    proposed = str(problem).partition("did you mean '")[2].partition("'")[0]
    mended = duties(tmp_path, f"{header}d1;Accueil;{proposed}\n")

    assert proposed
    assert (places(mended), mended.problems) == ((ZOE,), ())


@pytest.mark.parametrize("text", ["Zoé Bœuf", "Z.", "Zoé Martinet", "lac/9", "bois/1"])
def test_who_is_nobody_is_no_proposal(tmp_path: Path, text: str) -> None:
    (problem,) = duties(tmp_path, f"distribution;role;member\nd1;Accueil;{text}\n").problems

    assert "no member of the group" in str(problem)
    assert "did you mean 'lac/2'" not in str(problem)


def test_a_day_of_several_distributions_is_none_in_particular(tmp_path: Path) -> None:
    days = f"{DAYS}d3;lac;2026-06-12 10:00\n"
    found = duties(tmp_path, "jour;poste\n12/06/2026;Accueil\n", **{"distributions.csv": days})

    assert [str(one) for one in found.problems] == [
        "duties.csv:2: jour: several distributions on that day: d3, d1; name one"
    ]


def test_an_hour_with_the_day_tells_two_distributions_apart(tmp_path: Path) -> None:
    days = f"{DAYS}d3;lac;2026-06-12 10:00\n"
    text = "jour;poste;membre\n2026-06-12 18:00;Accueil;1\n12/06/2026 10h;Accueil;2\n"
    found = duties(tmp_path, text, **{"distributions.csv": days})

    assert (places(found, "d1"), places(found, "d3"), found.problems) == ((ZOE,), (NOEL,), ())


@pytest.mark.parametrize(
    "day", ["2026-06-12 18:00", "2026-06-12T18:00:00", "2026-06-12 00:00:00", "12/06/2026 17h30"]
)
def test_an_hour_with_the_day_of_one_distribution_is_no_matter(tmp_path: Path, day: str) -> None:
    found = duties(tmp_path, f"jour;poste;membre\n{day};Accueil;1\n")

    assert (places(found), found.problems) == ((ZOE,), ())


def test_an_hour_at_which_none_of_several_starts_names_none_in_particular(tmp_path: Path) -> None:
    days = f"{DAYS}d3;lac;2026-06-12 10:00\n"
    found = duties(tmp_path, "jour;poste\n2026-06-12 17:00;Accueil\n", **{"distributions.csv": days})

    assert [str(one) for one in found.problems] == [
        "duties.csv:2: jour: several distributions on that day: d3, d1; name one"
    ]


def test_whom_nobody_knows_has_a_place_all_the_same(tmp_path: Path) -> None:
    found = duties(tmp_path, "distribution;role;member\nd1;Accueil;9\n")

    assert places(found) == (UNKNOWN,)


def test_how_many_a_role_takes_may_be_said_once(tmp_path: Path) -> None:
    found = duties(tmp_path, "distribution;role;member;needed\nd1;Accueil;1;3\nd1;Accueil;2;\nd1;Pain;;2\n")

    assert found.lists
    assert found.lists["d1"].needed == {"Accueil": 3, "Pain": 2}


def test_two_numbers_for_one_role_are_a_problem(tmp_path: Path) -> None:
    found = duties(tmp_path, "distribution;role;member;needed\nd1;Accueil;1;3\nd1;Accueil;2;4\n")

    assert [str(one) for one in found.problems] == ["duties.csv:3: needed: Accueil takes 3 by another row"]


@pytest.mark.parametrize(
    "text", ["distribution;role;member\nd1;Acc", "nom;prénom\na;b\n", "\x00\x01", 'distribution;role\nd1;"Ac']
)
def test_a_file_that_is_not_whole_tells_nothing(tmp_path: Path, text: str) -> None:
    found = duties(tmp_path, text)

    assert found.lists is None
    assert len(found.problems) == 1


def test_where_nobody_named_a_file_nothing_is_wrong(tmp_path: Path) -> None:
    calendar = load_calendar(a_folder(tmp_path, {"distributions.csv": DAYS, "members.csv": MEMBERS}))

    assert load_duties(calendar, (), set_aside=()) == Duties(None)


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        *((name, "Zoé MARTIN") for name in ("Qui", "Nom", "Bénévoles", "Personne", "Nom et prénom")),
        *((name, "MARTIN Zoé") for name in ("Inscrit", "Inscrits", "Inscrite", "Inscrit(e)s")),
        *((name, "1") for name in ("Amapien", "Amapien·ne", "Amapiens", "Adhérent(e)")),
        *(("Nom;Prénom", "MARTIN;Zoé"), ("Prénom;Nom", "Zoé;Martin"), ("Nom;Prénom;N° adhérent", "x;y;1")),
        ("Nom adhérent;Prénom adhérent", "MARTIN;Zoé"),
        *(("Nom;Prénom;Email", "MARTIN;Zoé;"), ("Nom;Email", "x;zoe@example.org")),
    ],
)
def test_who_serves_is_read_by_name_where_nothing_surer_stands(
    tmp_path: Path, header: str, cells: str
) -> None:
    found = duties(tmp_path, f"date;rôle;{header}\n12/06/2026;Accueil;{cells}\n")

    assert (places(found), found.problems) == ((ZOE,), ())


@pytest.mark.parametrize(
    ("header", "cells"), [("Qui", ""), ("Nom;Prénom", ";"), ("Nom;Prénom", "-;-"), ("Inscrits", "à pourvoir")]
)
def test_a_place_without_a_name_is_a_vacancy(tmp_path: Path, header: str, cells: str) -> None:
    found = duties(tmp_path, f"date;rôle;{header}\n12/06/2026;Accueil;{cells}\n")

    assert (places(found), found.problems) == ((VACANT,), ())


@pytest.mark.parametrize(("header", "cells"), [("Nom;Prénom", "MARTIN;Zoë-Ana"), ("Prénom", "Ana")])
def test_a_name_that_is_no_members_is_no_vacancy(tmp_path: Path, header: str, cells: str) -> None:
    found = duties(tmp_path, f"date;rôle;{header}\n12/06/2026;Accueil;{cells}\n")

    assert places(found) == (UNKNOWN,)
    assert len(found.problems) == 1


@pytest.mark.parametrize("header", ["Responsable", "Bénévole 1;Bénévole 2", "Équipe"])
def test_where_who_serves_stands_in_a_column_that_is_not_read_no_place_is_vacant(
    tmp_path: Path, header: str
) -> None:
    found = duties(tmp_path, f"date;rôle;{header}\n12/06/2026;Accueil;Zoé Martin\n")

    assert (found.lists, [*map(str, found.problems)]) == (None, ["duties.csv:1: no column for: member"])


@pytest.mark.parametrize("header", ["date;rôle", "date;rôle;groupe", "date;rôle;", "date;rôle;besoin;note"])
def test_where_nobody_can_be_meant_all_places_are_vacant(tmp_path: Path, header: str) -> None:
    found = duties(tmp_path, f"{header}\n12/06/2026;Accueil\n")

    assert (places(found), found.problems) == ((VACANT,), ())


@pytest.mark.parametrize(
    ("header", "unread"),
    [
        ("date;rôle;Responsable", ["Responsable"]),
        ("date;rôle;besoin;Planning", ["Planning"]),
        ("date;rôle;Bénévole;Bénévole 2;Remarque", ["Bénévole 2"]),
        ("date;rôle;Qui;Remarque", []),
    ],
)
def test_columns_that_may_say_who_serves_and_are_not_read_are_named(
    tmp_path: Path, header: str, unread: list[str]
) -> None:
    sources = a_folder(
        tmp_path, {"distributions.csv": DAYS, "members.csv": MEMBERS, "duties.csv": f"{header}\n"}
    )

    assert [str(one) for one in misspelt_columns(load_calendar(sources))] == [
        f"duties.csv:1: a column that is not read: '{name}'; if it says who serves, call it 'member', with "
        "one of them in each row"
        for name in unread
    ]
