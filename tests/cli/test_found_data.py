"""What is said of tables that were found, and which of them an installation begins with."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from cagette_notify.cli.setup.found_data import ChosenData, alternatives, chosen_with, of_its_day
from cagette_notify.cli.setup.found_lines import lines_about, lines_left_aside
from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import speak
from cagette_notify.data.files.found_tables import FoundTable
from cagette_notify.data.files.listed_days import ListedDay, Listing, RowAside

FRIDAY = date(2026, 6, 12)


def members(name: str, *, at: float = 0, is_cagette_s: bool = False) -> FoundTable:
    return FoundTable(name, "members", 24, is_cagette_s, modified_at=at)


def orders(day: date | None, name: str = "Export-commandes-{day}-Cagette.csv") -> FoundTable:
    return FoundTable(name.format(day=day), "orders", 48, day=day)


def names(found: list[FoundTable]) -> list[str]:
    return [table.name for table in found]


def test_each_table_is_said_in_the_language_spoken() -> None:
    unread = RowAside(Problem("no day can be read in 'x'", "c.csv", 3))
    tables = [
        *(members("m.csv"), orders(FRIDAY, "c.csv"), orders(None, "d.csv")),
        FoundTable("g.csv", "groups", 2),
        FoundTable("b.csv", "duties", 9),
        FoundTable("c.csv", "distributions", 1, listing=Listing((ListedDay(FRIDAY),), (unread,))),
        FoundTable("p.xlsx", trouble="protected"),
        *(FoundTable(f"{number}.csv") for number in range(7)),
    ]
    speak("fr")

    assert list(lines_about(tables)) == [
        "m.csv: 24 membres",
        "c.csv: commandes du 12 juin, 48 lignes",
        "g.csv: 2 groupes",
        "b.csv: qui est de permanence aux distributions\u00a0: à nommer dans config.yaml, sous data.duties",
        "c.csv: 1 jour, le 12 juin, 1 ligne laissée de côté",
    ]
    assert list(lines_left_aside(tables)) == [
        (
            "d.csv: des commandes, mais sans jour dans le nom, tel que Export-commandes-2026-06-12.csv. Un "
            "fichier porte toutes les commandes d’un jour"
        ),
        "p.xlsx: protected",
        (
            "0.csv, 1.csv, 2.csv, 3.csv, 4.csv…\u00a0: aucune colonne n’a un nom connu\u00a0; une liste de "
            "membres en a, par exemple prénom, nom, email"
        ),
    ]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (
            FoundTable("c.xlsx", seems="distributions", lacks=(("group",),)),
            (
                "c.xlsx: semble être les distributions (pas de colonne pour\u00a0: groupe). Ajouter cette "
                "colonne, ou laisser ce fichier de côté\u00a0: un jour qui change devient une ligne à part "
                "dans distributions.yaml (docs/fr/installer.md)"
            ),
        ),
        (
            FoundTable("c.xlsx", "distributions", unread=2),
            (
                "c.xlsx: les distributions, mais aucune de ses lignes n’a son jour et son heure, par exemple "
                "12/06/2026 18h00"
            ),
        ),
        (
            FoundTable("o.csv", seems="orders", lacks=(("product",), ("quantity",))),
            (
                "o.csv: semble être des commandes (pas de colonne pour\u00a0: produit, quantité)\u00a0: une "
                "ligne pour chaque produit de chaque membre"
            ),
        ),
        (
            FoundTable("m.csv", seems="members", lacks=(("id", "email", "partner_email"),)),
            "m.csv: semble être les membres (pas de colonne pour\u00a0: id/email/email partenaire)",
        ),
        (
            FoundTable("o.csv", seems="orders", lacks=(("product",),), columns_say="members"),
            (
                "o.csv: des commandes d’après son nom, des membres d’après ses colonnes, donc ni l’un ni "
                "l’autre (pas de colonne pour\u00a0: produit). Si c’est la liste des membres, mettre ce mot "
                "dans son nom"
            ),
        ),
    ],
)
def test_what_is_left_aside_says_what_it_lacks(table: FoundTable, said: str) -> None:
    speak("fr")

    assert [*lines_left_aside([table])] == [said]
    assert [*lines_about([table])] == []


def test_of_one_name_the_newest_counts_and_cagette_s_own_come_first() -> None:
    tables = [
        *(members("autre.csv", at=9), members("membres.csv", at=1, is_cagette_s=True)),
        members("membres (2).csv", at=2, is_cagette_s=True),
    ]

    assert names(alternatives(tables, "members")) == ["membres (2).csv", "autre.csv"]


def test_sheets_of_the_workbook_that_has_the_distributions_come_first() -> None:
    tables = [members("membres.csv", is_cagette_s=True), members("amap.xlsx#Membres")]
    calendar = FoundTable("amap.xlsx#Calendrier", "distributions", 2)

    assert names(alternatives(tables, "members", calendar))[0] == "amap.xlsx#Membres"
    assert names(alternatives(tables, "members"))[0] == "membres.csv"


@pytest.mark.parametrize("name", ["Anciens", "Adhérents archivés", "membres_anciens", "Old members"])
def test_a_list_of_former_members_comes_last(name: str) -> None:
    tables = [FoundTable(f"a.xlsx#{name}", "members", 90), FoundTable("a.xlsx#Membres", "members", 12)]
    others = [members(f"{name}.csv", at=9, is_cagette_s=True), members("goldmembers.csv", at=1)]

    assert names(alternatives(tables, "members"))[0] == "a.xlsx#Membres"
    assert names(alternatives(others, "members"))[0] == "goldmembers.csv"


def test_a_newer_list_of_far_fewer_people_comes_behind_the_members() -> None:
    few, whole = FoundTable("payé.csv", "members", 3, modified_at=9), members("membres.csv", at=1)

    assert names(alternatives([few, whole], "members")) == ["membres.csv", "payé.csv"]
    assert names(alternatives([replace(few, rows=12), whole], "members")) == ["payé.csv", "membres.csv"]


def test_of_sheets_of_one_workbook_the_one_of_most_rows_comes_first() -> None:
    rows = {"Bureau": 8, "Adhérents": 12, "Référents": 4}
    tables = [FoundTable(f"a.xlsx#{name}", "members", count) for name, count in rows.items()]

    found = names(alternatives(tables, "members"))

    assert found == ["a.xlsx#Adhérents", "a.xlsx#Bureau", "a.xlsx#Référents"]


def test_of_two_files_of_a_day_it_is_said_at_once_which_is_read() -> None:
    newer, older = orders(FRIDAY, "c-{day}.csv"), orders(FRIDAY, "c-{day} (1).csv")
    other = orders(date(2026, 6, 19), "c-{day}.csv")
    newer = replace(newer, modified_at=2)

    assert list(lines_about([older, newer, other])) == [
        "c-2026-06-12 (1).csv: orders of 12 June, 48 lines",
        (
            "  c-2026-06-12 (1).csv is left aside (48 lines): of its day c-2026-06-12.csv is read, the newer "
            "one; if both hold orders, put their lines into one file, below one header"
        ),
        "c-2026-06-12.csv: orders of 12 June, 48 lines",
        "c-2026-06-19.csv: orders of 19 June, 48 lines",
    ]
    assert of_its_day([older, newer, other], older) == [newer, older]


def test_older_orders_of_a_day_that_stand_in_the_newer_file_are_no_choice() -> None:
    lines = frozenset({("zoé", "lait", "lait"), ("léa", "pain", "pain")})
    merged = replace(orders(FRIDAY, "c-{day}.xlsx"), modified_at=2, ordered=lines)
    bread = replace(orders(FRIDAY, "c-{day} pain.csv"), ordered=frozenset({("léa", "pain", "pain")}))
    other = replace(bread, name="d-2026-06-12.csv")
    tables = [bread, merged]

    assert list(lines_about(tables))[:2] == [
        "c-2026-06-12 pain.csv: orders of 12 June, 48 lines",
        (
            "  all of its lines stand in c-2026-06-12.xlsx, too, which is newer: it isn't used, and may be "
            "removed"
        ),
    ]
    assert names(alternatives(tables, "orders")) == ["c-2026-06-12.xlsx"]
    more = replace(bread, ordered=frozenset({("ana", "pain", "pain")}))
    assert names(alternatives([more, merged], "orders")) == ["c-2026-06-12.xlsx", "c-2026-06-12 pain.csv"]
    assert len(alternatives([other, merged], "orders")) == 2


def test_orders_of_no_day_are_none_to_begin_with() -> None:
    assert alternatives([orders(None, "commandes.csv")], "orders") == []


@pytest.mark.parametrize(
    ("days", "every"), [([], 7), ([12], 7), ([5, 12], 7), ([5, 19], 14), ([5, 19, 26], 7), ([5, 9], 7)]
)
def test_the_days_of_orders_tell_how_often_they_come(days: list[int], every: int) -> None:
    tables = [orders(date(2026, 6, day)) for day in days]
    found = chosen_with(tables, members=None, orders=next(iter(tables), None), distributions=None)

    assert found.days == tuple(date(2026, 6, day) for day in days)
    assert found.every == every


def test_groups_are_those_that_rows_name() -> None:
    calendar = FoundTable("calendrier.csv", "distributions", 2, group_names={"lac": "", "port": ""})

    assert ChosenData(distributions=calendar).group_ids == ("lac", "port")
    assert ChosenData(members=members("m.csv")).group_ids == ()
