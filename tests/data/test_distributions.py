from datetime import timedelta, timezone
from pathlib import Path

import pytest

from cagette_notify.core.errors import DataError
from cagette_notify.core.model import Distribution
from tests.data.files import TWO_GROUPS, calendar_of, lines_of, orders_of
from tests.fixtures.builders import PARIS, paris


def the_distribution(folder: Path, text: str, name: str = "distributions.yaml") -> Distribution:
    calendar = calendar_of(folder, {name: text})
    assert calendar.problems == ()
    [distribution] = calendar.distributions
    return distribution


def stop_of(folder: Path, files: dict[str, str | bytes]) -> list[str]:
    with pytest.raises(DataError) as stop:
        calendar_of(folder, files)
    return lines_of(stop.value.problems)


def test_every_field_of_a_distribution_is_read(tmp_path: Path) -> None:
    text = """
distributions:
  - id: vendredi
    group: lac
    starts_at: 2026-06-12 18:00
    ends_at: 12/06/2026 19h30
    orders_open_at: 2026-06-05T08:00
    orders_close_at: 2026-06-10T18:00Z
    name: Été
    place: Halle
    url: https://exemple.example/d
    catalogs: [Légumes, Œufs]
    fixed: oui
    cancelled: 0
"""
    found = the_distribution(tmp_path, text)

    assert (found.id, found.group_id, found.name, found.place) == ("vendredi", "lac", "Été", "Halle")
    assert (found.starts_at, found.ends_at) == (paris("2026-06-12T18:00"), paris("2026-06-12T19:30"))
    assert found.orders_open_at == paris("2026-06-05T08:00")
    assert found.orders_close_at == paris("2026-06-10T20:00")
    assert found.orders_close_at is not None
    assert found.orders_close_at.tzinfo == PARIS
    assert (found.url, found.catalogs) == ("https://exemple.example/d", ("Légumes", "Œufs"))
    assert found.fixed
    assert not found.cancelled


def test_csv_holds_the_same_fields_under_french_headers(tmp_path: Path) -> None:
    text = (
        "Groupe;Début;Fin;Ouverture;Fermeture;Lieu;Catalogues;Annulée\n"
        "lac;12/06/2026 18h;19:30;05/06/2026 8h;10/06/2026 20h;Halle;Légumes|Œufs;x\n"
    )
    found = the_distribution(tmp_path, text, "distributions.csv")

    assert found.id == "lac-2026-06-12"
    assert found.ends_at == paris("2026-06-12T19:30")
    assert found.catalogs == ("Légumes", "Œufs")
    assert found.cancelled


def test_times_are_those_of_the_group(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "groups.csv": "id;name;timezone\nsud;Sud;Indian/Reunion\n",
        "distributions.csv": "group;starts_at\nsud;2026-06-12 01:00\n",
    }
    [found] = calendar_of(tmp_path, files).distributions

    assert found.starts_at.utcoffset() == timedelta(hours=4)
    assert found.id == "sud-2026-06-12"


def test_distributions_are_sorted_by_the_instant_they_start(tmp_path: Path) -> None:
    rows = ["b;lac;2026-10-25 03:30", "a;lac;2026-10-25T02:30+01:00", "c;lac;2026-10-25T02:45+02:00"]
    text = "\n".join(["id;group;starts_at", *rows, ""])

    assert [each.id for each in calendar_of(tmp_path, {"distributions.csv": text}).distributions] == [
        "c",
        "a",
        "b",
    ]


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ("starts_at: soon", "starts_at: expected a date and an hour"),
        ("starts_at: 2026-06-12", "starts_at: expected a date and an hour"),
        ("starts_at: 2027-03-28 02:30", "starts_at: no such local time: 2027-03-28 02:30"),
        ("place: Halle", "starts_at: missing"),
        ("starts_at: 2026-06-12 18:00, ends_at: 17h", "ends_at: before the start"),
        (
            "starts_at: 2026-06-12 18:00, ouverture: 2026-06-10 08:00, fermeture: 2026-06-10 07:59",
            "fermeture: before orders open",
        ),
        ("starts_at: 2026-06-12 18:00, ouverture: 2026-06-12 18:01", "ouverture: after the start"),
        ("starts_at: 2026-06-12 18:00, fermeture: 2026-06-20 18:00", "fermeture: after the start"),
        ("starts_at: 2026-06-12 18:00, fermeture: 2026-06-12 18:01", "fermeture: after the start"),
        (
            "starts_at: 2026-06-12 18:00, fin: 19h30, fermeture: 2026-06-12 19:31",
            "fermeture: after the end",
        ),
        ("starts_at: 2026-06-12 18:00, cancelled: perhaps", "cancelled: expected yes or no"),
        ("starts_at: 2026-06-12 18:00, lieux: Halle", "unknown key 'lieux'; did you mean 'place'?"),
        ("starts_at: 2026-06-12 18:00, catalogs: {a: b}", "catalogs: a list of plain values"),
    ],
)
def test_a_bad_value_sets_its_distribution_aside_and_no_other(
    tmp_path: Path, fields: str, problem: str
) -> None:
    text = f"- {{group: lac, {fields}}}\n- {{group: lac, starts_at: 2026-06-19 18:00}}\n"
    calendar = calendar_of(tmp_path, {"distributions.yaml": text})

    assert [each.id for each in calendar.distributions] == ["lac-2026-06-19"]
    [line] = lines_of(calendar.problems)
    assert line.startswith(f"distributions.yaml:1: {problem}")
    assert calendar.problems[0].group_id == "lac"


@pytest.mark.parametrize("more", ["fermeture: 2026-06-12 18:00", "fin: 19h30, fermeture: 2026-06-12 19:30"])
def test_orders_may_close_at_the_start_or_until_an_end_that_is_known(tmp_path: Path, more: str) -> None:
    text = f"- {{group: lac, starts_at: 2026-06-12 18:00, {more}}}\n"
    calendar = calendar_of(tmp_path, {"distributions.yaml": text})

    assert (len(calendar.distributions), calendar.problems) == (1, ())


def test_an_end_in_the_hour_that_comes_twice_is_after_its_start(tmp_path: Path) -> None:
    text = "- {group: lac, starts_at: '2026-10-25T02:45+02:00', ends_at: '2026-10-25T02:15+01:00'}"
    found = the_distribution(tmp_path, text)

    assert found.ends_at is not None
    assert found.ends_at.astimezone(timezone.utc) - found.starts_at.astimezone(timezone.utc) == timedelta(
        minutes=30
    )


def test_a_time_that_comes_twice_is_the_first_with_a_warning(tmp_path: Path) -> None:
    calendar = calendar_of(tmp_path, {"distributions.csv": "group;starts_at\nlac;2027-10-31 02:30\n"})

    assert calendar.distributions[0].starts_at.utcoffset() == timedelta(hours=2)
    assert [problem.is_warning for problem in calendar.problems] == [True]


@pytest.mark.parametrize(
    "written",
    [
        "mardi 22/12/2026 17h",
        "Mar. 22/12/26 17h00",
        "Tuesday 2026-12-22 17:00",
        "22/12/2026 17h (mardi !)",
        "22/12/2026 17h (à la Maison)",
    ],
)
def test_a_day_of_the_week_and_a_remark_around_a_date_are_no_matter(tmp_path: Path, written: str) -> None:
    in_csv: dict[str, str | bytes] = {"distributions.csv": f"group;starts_at\nlac;{written}\n"}
    in_yaml: dict[str, str | bytes] = {"distributions.yaml": f"- groupe: lac\n  début: {written}\n"}

    for files in (in_csv, in_yaml):
        calendar = calendar_of(tmp_path / next(iter(files)), files)
        assert [one.starts_at for one in calendar.distributions] == [paris("2026-12-22 17:00")]
        assert calendar.problems == ()


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("lundi 22/12/2026 17h", "22/12/2026 is no Monday"),
        ("22/12/2026 17h (jeudi !)", "22/12/2026 is no Thursday"),
        ("bientôt 22/12/2026 17h", "expected a date and an hour such as 2026-06-12 18:00, not "),
        ("22/12/2026 17h (ou 18h)", "expected a date and an hour such as 2026-06-12 18:00, not "),
    ],
)
def test_another_day_of_the_week_or_word_is_a_problem(tmp_path: Path, written: str, why: str) -> None:
    calendar = calendar_of(tmp_path, {"distributions.csv": f"group;starts_at\nlac;{written}\n"})

    assert calendar.distributions == ()
    assert [why in line for line in lines_of(calendar.problems)] == [True]


def test_a_distribution_of_an_unknown_group_stops_everybody(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "distributions.csv": "group;starts_at\nlca;2026-06-12 18:00\nlac;soon\n",
    }

    assert stop_of(tmp_path, files) == [
        "distributions.csv:2: group: no such group: 'lca' (did you mean 'lac'?)",
        "distributions.csv:3: starts_at: expected a date and an hour such as 2026-06-12 18:00, not 'soon'",
    ]


def test_a_group_may_be_named_with_blanks_where_its_id_has_none(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "groups.csv": "id;name\namap-des-pres;Les Prés\nlac-nord;Nord\nlac_nord;Autre\n",
        "distributions.csv": "groupe;début\nAMAP des Prés;12/06/2026 18h\nlac-nord;13/06/2026 18h\n",
    }

    assert [each.group_id for each in calendar_of(tmp_path, files).distributions] == [
        *("amap-des-pres", "lac-nord"),
    ]
    files["distributions.csv"] = "groupe;début\nlac nord;12/06/2026 18h\n"
    [said] = stop_of(tmp_path, files)
    assert said.startswith("distributions.csv:2: groupe: no such group: 'lac nord'")


def test_the_case_and_accents_of_a_groups_id_do_not_matter(tmp_path: Path) -> None:
    calendar = calendar_of(tmp_path, {"distributions.csv": "group;starts_at\nLÀC;2026-06-12 18:00\n"})

    assert [(one.id, one.group_id) for one in calendar.distributions] == [("lac-2026-06-12", "lac")]
    assert calendar.problems == ()


def test_two_distributions_of_a_day_need_ids(tmp_path: Path) -> None:
    text = "group;starts_at\nlac;2026-06-12 10:00\nlac;2026-06-12 18:00\n"

    assert stop_of(tmp_path, {"distributions.csv": text}) == [
        "distributions.csv:3: id: 'lac-2026-06-12' twice in this file, first on line 2"
    ]


def test_an_id_twice_stops_everybody(tmp_path: Path) -> None:
    text = "id;group;starts_at\na;lac;2026-06-12 10:00\na;lac;2026-06-13 18:00\n"

    [line] = stop_of(tmp_path, {"distributions.csv": text})
    assert line.startswith("distributions.csv:3: id: 'a' twice")


def test_the_problems_of_both_files_are_said_in_one_run(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "groups.csv": "id;name\nlac;a\nlac;b\n",
        "distributions.csv": "group;starts_at\nnobody;2026-06-12 18:00\n;soon\n",
    }

    assert [line.split(":")[0] for line in stop_of(tmp_path, files)] == [
        "groups.csv",
        "distributions.csv",
        "distributions.csv",
    ]


def test_a_missing_file_stops_everybody(tmp_path: Path) -> None:
    with pytest.raises(DataError) as stop:
        calendar_of(tmp_path, {}, groups=tmp_path, distributions=tmp_path / "no/such.csv")

    assert lines_of(stop.value.problems) == [
        ".: a folder, where a file was expected",
        "no/such.csv: no such file",
    ]


def repeated(folder: Path, repeat: str, start: str = "2026-12-18 18:00", more: str = "") -> list[str]:
    text = f"- {{id: panier, group: lac, starts_at: {start}, repeat: {repeat}{more}}}"
    return [each.id for each in calendar_of(folder, {"distributions.yaml": text}).distributions]


def test_a_repeat_gives_each_day_its_id_but_the_excepted(tmp_path: Path) -> None:
    assert repeated(tmp_path, "{every: 7d, until: 2027-01-08, except: [2026-12-25, 01/01/2027]}") == [
        "panier-2026-12-18",
        "panier-2027-01-08",
    ]


def test_a_repeat_without_an_id_is_named_after_the_group(tmp_path: Path) -> None:
    text = "groupe;début;répétition;jusqu'au;sauf\nlac;18/12/2026 18h;14j;15/01/2027;01/01/2027\n"
    calendar = calendar_of(tmp_path, {"distributions.csv": text})

    assert [each.id for each in calendar.distributions] == ["lac-2026-12-18", "lac-2027-01-15"]


def test_every_time_moves_by_whole_local_days_across_the_clock_changes(tmp_path: Path) -> None:
    text = """
- group: lac
  starts_at: 2026-10-23 18:00
  ends_at: 19:30
  orders_open_at: 2026-10-16 08:00
  orders_close_at: 2026-10-21 20:00
  repeat: {every: 7d, until: 2026-10-30}
"""
    [_first, second] = calendar_of(tmp_path, {"distributions.yaml": text}).distributions

    assert second.starts_at == paris("2026-10-30T18:00")
    assert second.starts_at.utcoffset() == timedelta(hours=1)
    assert second.ends_at == paris("2026-10-30T19:30")
    assert second.orders_open_at == paris("2026-10-23T08:00")
    assert second.orders_close_at == paris("2026-10-28T20:00")


def test_a_repeat_into_the_hour_that_is_skipped_loses_that_day_only(tmp_path: Path) -> None:
    text = "- {group: lac, starts_at: 2027-03-21 02:30, repeat: {every: 7d, until: 2027-04-04}}"
    calendar = calendar_of(tmp_path, {"distributions.yaml": text})

    assert [each.id for each in calendar.distributions] == ["lac-2027-03-21", "lac-2027-04-04"]
    [line] = lines_of(calendar.problems)
    assert line.startswith(
        "distributions.yaml:1: starts_at: lac-2027-03-28 is set aside: no such local time: 2027-03-28 02:30"
    )


def test_a_repeat_into_the_hour_that_is_skipped_keeps_the_id_of_that_day_known(tmp_path: Path) -> None:
    days = "- {id: d, group: lac, starts_at: 2027-03-21 02:30, repeat: {every: 7d, until: 2027-04-04}}"
    orders = "member;distribution;product;quantity\n1;d-2027-03-28;Pain;1\n1;d-2027-04-04;Pain;1\n"
    files: dict[str, str | bytes] = {"distributions.yaml": days, "orders.csv": orders}
    calendar, found = calendar_of(tmp_path, files), orders_of(tmp_path, files)

    assert calendar.inputs.distributions.set_aside == {"d-2027-03-28"}
    [line] = lines_of(calendar.problems)
    assert "starts_at: d-2027-03-28 is set aside: no such local time: 2027-03-28 02:30" in line
    assert found.problems == ()
    assert [len(found.books[f"d-2027-{day}"].lines) for day in ("03-21", "04-04")] == [0, 1]


def test_a_row_of_its_own_takes_the_place_of_a_day_whose_start_is_skipped(tmp_path: Path) -> None:
    text = (
        "- {id: d, group: lac, starts_at: 2027-03-21 02:30, repeat: {every: 7d, until: 2027-04-04}}\n"
        "- {id: d-2027-03-28, group: lac, starts_at: 2027-03-28 03:30}\n"
    )
    calendar = calendar_of(tmp_path, {"distributions.yaml": text})

    assert [each.id for each in calendar.distributions] == ["d-2027-03-21", "d-2027-03-28", "d-2027-04-04"]
    assert calendar.inputs.distributions.set_aside == frozenset()


@pytest.mark.parametrize(
    ("start", "field", "first"),
    [
        ("2026-03-27 18:00", "orders_close_at", "2026-03-22 02:00"),
        ("2026-03-27 18:00", "orders_open_at", "2026-03-22 02:00"),
        ("2026-03-21 18:00", "ends_at", "2026-03-22 02:00"),
    ],
)
def test_a_repeat_of_which_the_clocks_skip_another_hour_than_the_start_is_a_warning_and_takes_place(
    tmp_path: Path, start: str, field: str, first: str
) -> None:
    text = (
        f"- {{id: d, group: lac, starts_at: {start}, {field}: {first}, place: Salle, "
        "repeat: {every: 7d, until: 2026-04-30}}"
    )
    calendar = calendar_of(tmp_path, {"distributions.yaml": text})

    second = calendar.distributions[1]
    assert len(calendar.distributions) >= 5
    assert getattr(second, field) == paris("2026-03-29T03:00")
    assert getattr(second, field).hour == 3
    assert calendar.inputs.distributions.set_aside == frozenset()
    [problem] = calendar.problems
    assert problem.is_warning
    assert str(problem).endswith(
        f"{field}: {second.id}: the clocks go forward over 2026-03-29 02:00: 2026-03-29 03:00 is taken"
    )


def test_a_repeat_into_the_hour_that_comes_twice_is_a_warning(tmp_path: Path) -> None:
    text = "- {group: lac, starts_at: 2027-10-24 02:30, repeat: {every: 7d, until: 2027-11-07}}"
    calendar = calendar_of(tmp_path, {"distributions.yaml": text})

    assert len(calendar.distributions) == 3
    assert [problem.is_warning for problem in calendar.problems] == [True]


@pytest.mark.parametrize(
    ("repeat", "problem"),
    [
        ("{every: 36h, until: 2027-01-08}", "repeat_every: expected whole days such as 7d, not '36h'"),
        ("{every: 0d, until: 2027-01-08}", "repeat_every: expected whole days such as 7d, not '0d'"),
        ("{every: 7d}", "repeat_until: missing"),
        ("{until: 2027-01-08}", "repeat_every: missing"),
        ("7d", "repeat_until: missing"),
        ("{every: 7d, until: 2026-12-17}", "repeat_until: before the first distribution"),
        ("{every: 1d, until: 2029-09-13}", "repeat_until: that makes 1001 distributions; the limit is 1000"),
        ("{every: 7d, until: 2027-01-08, except: [soon]}", "repeat_except: expected a date"),
        ("{every: 7d, untill: 2027-01-08}", "unknown key 'untill'; did you mean 'until'?"),
    ],
)
def test_a_bad_repeat_sets_its_row_aside(tmp_path: Path, repeat: str, problem: str) -> None:
    text = f"- {{group: lac, starts_at: 2026-12-18 18:00, repeat: {repeat}}}"
    calendar = calendar_of(tmp_path, {"distributions.yaml": text})

    assert calendar.distributions == ()
    assert lines_of(calendar.problems)[0].startswith(f"distributions.yaml:1: {problem}")


def test_the_thousandth_day_of_a_repeat_is_the_last_allowed(tmp_path: Path) -> None:
    assert len(repeated(tmp_path, "{every: 1d, until: 2029-09-12}")) == 1000


def test_an_exception_that_is_no_day_of_the_repeat_is_a_warning(tmp_path: Path) -> None:
    repeat = "{every: 7d, until: 2027-01-08, except: 2026-12-24}"
    text = f"- {{group: lac, starts_at: 2026-12-18 18:00, repeat: {repeat}}}"
    calendar = calendar_of(tmp_path, {"distributions.yaml": text})

    assert len(calendar.distributions) == 4
    assert lines_of(calendar.problems) == [
        "distributions.yaml:1: repeat_except: 2026-12-24 is none of its days"
    ]


@pytest.mark.parametrize("orders", ["orders.csv", "[]", "[{member: 1, product: a, quantity: 1}]"])
def test_a_repeat_cannot_serve_the_same_orders_every_day(tmp_path: Path, orders: str) -> None:
    repeat = "{every: 7d, until: 2027-01-08}"

    assert repeated(tmp_path, repeat, more=f", orders: {orders}") == []
    assert len(repeated(tmp_path, repeat, more=", orders: 'x-{date}.csv'")) == 4


def test_groups_in_a_column_are_all_told_apart(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "groups.csv": TWO_GROUPS,
        "members.csv": "id;groups\n1;lac\n",
        "distributions.csv": "group;starts_at\nport;2026-06-12 18:00\nlac;2026-06-12 18:00\n",
    }

    assert [each.id for each in calendar_of(tmp_path, files).distributions] == [
        "lac-2026-06-12",
        "port-2026-06-12",
    ]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("date;heure de début;heure de fin", "12/06/2026;18:00;19:30"),
        ("heure de fin;heure de début;date", "19h30;18h;2026-06-12"),
        ("Date;Début;Fin", "2026-06-12 00:00:00;18:00;19:30"),
        ("date de début;heure de début;date de fin;heure de fin", "12/06/26;18h00;12/06/26;19h30"),
        ("jour;début;fin", "vendredi;12/06/2026 18:00;12/06/2026 19:30"),
        ("date;heure;heure de fin", "12/06/2026;18h;19h30"),
    ],
)
def test_a_day_and_hours_in_columns_of_their_own_make_a_moment(tmp_path: Path, header: str, row: str) -> None:
    text = f"id;group;{header}\nd1;lac;{row}\n"

    calendar = calendar_of(tmp_path, {"distributions.csv": text})

    [found] = calendar.distributions
    assert calendar.problems == ()
    assert (found.starts_at, found.ends_at) == (paris("2026-06-12T18:00"), paris("2026-06-12T19:30"))


def test_two_columns_of_hours_are_still_one_too_many(tmp_path: Path) -> None:
    text = "id;group;date;début;heure de début\nd1;lac;12/06/2026;18:00;19:00\n"

    with pytest.raises(DataError, match="two columns for starts_at: 'début' and 'heure de début'"):
        calendar_of(tmp_path, {"distributions.csv": text})


@pytest.mark.parametrize(
    "keys",
    [
        "date: 2026-06-12, heure de début: 18:00, heure de fin: 19h30",
        "heure de fin: 19:30, heure: 18h, jour: 12/06/26",
        "date: 12/06/2026, starts_at: 18:00, ends_at: 19h30",
        "date de début: 12/06/2026, heure: 18h00, date de fin: 12/06/2026, heure de fin: 19h30",
    ],
)
def test_a_day_and_hours_under_keys_of_their_own_make_a_moment(tmp_path: Path, keys: str) -> None:
    found = the_distribution(tmp_path, f"- {{id: d1, group: lac, {keys}}}\n")

    assert (found.starts_at, found.ends_at) == (paris("2026-06-12T18:00"), paris("2026-06-12T19:30"))


@pytest.mark.parametrize(
    "keys",
    [
        "date: 2026-06-12, début: 2026-06-13 18:00",
        "date: 2026-06-12, jour: 2026-06-13",
        "heure: 18:00, début: 2026-06-13 18:00",
    ],
)
def test_two_keys_that_are_no_day_and_its_hours_are_one_too_many(tmp_path: Path, keys: str) -> None:
    calendar = calendar_of(tmp_path, {"distributions.yaml": f"- {{id: d1, group: lac, {keys}}}\n"})

    assert ("starts_at", "given twice") in [(one.field, one.message) for one in calendar.problems]


@pytest.mark.parametrize(
    ("ends_at", "said"),
    [
        ("2026-06-13 18:00", ""),
        ("2026-06-13 18:01", "2026-06-13 18:01 is more than 24 hours after the start, 2026-06-12 18:00"),
    ],
)
def test_an_end_more_than_a_day_after_the_start_is_a_warning_and_the_distribution_stands(
    tmp_path: Path, ends_at: str, said: str
) -> None:
    text = f"- id: d1\n  group: lac\n  starts_at: 2026-06-12 18:00\n  ends_at: {ends_at}\n"

    calendar = calendar_of(tmp_path, {"distributions.yaml": text})

    lines = [f"distributions.yaml:4: ends_at: {said}: is that the right day?"] if said else []
    assert [str(one) for one in calendar.problems] == lines
    assert all(one.is_warning for one in calendar.problems)
    assert [one.ends_at for one in calendar.distributions] == [paris(ends_at.replace(" ", "T"))]


def test_a_repeated_distribution_of_more_than_a_day_is_one_warning(tmp_path: Path) -> None:
    text = (
        "- {group: lac, starts_at: 2026-06-12 18:00, ends_at: 2026-07-12 19:30, "
        "repeat: {every: 7d, until: 2026-06-30}}"
    )

    calendar = calendar_of(tmp_path, {"distributions.yaml": text})

    assert len(calendar.distributions) == 3
    assert ["2026-07-12 19:30 is more than" in one.message for one in calendar.problems] == [True]


def test_a_catalog_that_is_named_twice_is_one(tmp_path: Path) -> None:
    text = "- {group: lac, starts_at: 2026-06-12 18:00, catalogs: [Pain, Pain, '', Légumes, PAIN]}\n"

    assert the_distribution(tmp_path, text).catalogs == ("Pain", "Légumes")
