"""What is written around answers: what was typed is read again, and names lead to the newest."""

from __future__ import annotations

import os
from datetime import date, time
from typing import TYPE_CHECKING

import pytest

from cagette_notify.cli.setup.answer_files import files_around
from cagette_notify.cli.setup.answers import Answers, RepeatedDistribution, name_of_folder
from cagette_notify.cli.setup.found_data import ChosenData, pattern_of
from cagette_notify.cli.setup.short_ids import id_of
from cagette_notify.cli.setup.starting_files import write_missing
from cagette_notify.config.load import load
from cagette_notify.config.paths import sources_of
from cagette_notify.core.errors import UsageError
from cagette_notify.data.dataset import load_calendar
from cagette_notify.data.files.found_tables import FoundTable

if TYPE_CHECKING:
    from pathlib import Path

TODAY = date(2026, 6, 8)
FRIDAY = RepeatedDistribution(date(2026, 6, 12), 14, time(18), time(19, 30), "Salle des fêtes")
ODD_NAMES = [
    *("L'AMAP: 100 % bio", "- tiret", "Jardin #3", "« Les Paniers »", '"Cité"', "*", "a: b", "100", "oui"),
    *("Le Lac:", "Terre & Mer", "[ici]", "@table", "Été – hiver, 2", "x #y", "'", "0123", "?", "%", "!"),
]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_name_is_read_again_as_it_was_typed(tmp_path: Path, name: str) -> None:
    answers = Answers(ChosenData(), name, "Zoé", "z@exemple.org", FRIDAY, sender="a@amap.example")
    write_missing(tmp_path, files_around(answers, "fr", TODAY))

    config = load(tmp_path / "config.yaml")
    calendar = load_calendar(sources_of(config))

    (group,) = calendar.groups.values()
    assert group.contact
    assert (group.name, group.contact.name, group.contact.address) == (name, "Zoé", "z@exemple.org")
    assert (config.style.sender.name, config.language) == (name, "fr")
    assert not calendar.problems


def test_every_other_week_until_a_year_from_today(tmp_path: Path) -> None:
    write_missing(tmp_path, files_around(Answers(ChosenData(), "Le Lac", distribution=FRIDAY), "fr", TODAY))

    sources = sources_of(load(tmp_path / "config.yaml"))
    days = [each.starts_at.date() for each in load_calendar(sources).distributions]

    assert (days[0], days[1], days[-1], len(days)) == (
        *(date(2026, 6, 12), date(2026, 6, 26), date(2027, 6, 11)),
        27,
    )


def test_a_first_day_long_ago_still_has_a_year_ahead() -> None:
    old = RepeatedDistribution(date(2024, 1, 5), 7)

    last = old.last_from(TODAY)

    assert last
    assert last.weekday() == 4
    assert 357 <= (last - TODAY).days <= 364


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("membres.csv", "membres*"),
        ("exports/membres-2020.csv", "exports/membres*"),
        ("téléchargement (3).csv", "téléchargement*"),
        ("Liste 12-06-2026.xlsx", "Liste*"),
        ("amap.xlsx#Membres", "amap.xlsx#Membres"),
    ],
)
def test_members_are_named_by_what_the_next_download_is_called_too(name: str, pattern: str) -> None:
    assert pattern_of(FoundTable(name, "members")) == pattern


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("Export-commandes-2026-06-12-Cagette.csv", "Export-commandes-{date}-Cagette*"),
        ("x/Export-commandes-2026-06-12-Cagette (1).csv", "x/Export-commandes-{date}-Cagette*"),
        ("amap.xlsx#2026-06-12", "amap.xlsx#{date}"),
    ],
)
def test_orders_are_named_by_their_day(name: str, pattern: str) -> None:
    assert pattern_of(FoundTable(name, "orders", day=date(2026, 6, 12))) == pattern


@pytest.mark.parametrize(
    ("folder", "name"),
    [("amap-du-lac", "Amap du lac"), ("les_paniers", "Les paniers"), ("2026", "My group"), ("", "My group")],
)
def test_a_folder_suggests_the_group_s_name(folder: str, name: str) -> None:
    assert name_of_folder(folder) == name


@pytest.mark.parametrize(
    ("name", "id_"), [("L'Été à l'Épicerie", "l-ete-a-l-epicerie"), ("№ ?", "no"), ("?", "my-group")]
)
def test_a_group_s_id_can_be_typed(name: str, id_: str) -> None:
    assert id_of(name) == id_


def test_where_one_file_can_t_be_written_none_is(tmp_path: Path) -> None:
    home = tmp_path / "new"
    (tmp_path / "file").touch()

    with pytest.raises(UsageError):
        write_missing(home, {"config.yaml": "a", "groups.yaml": "b", str(tmp_path / "file" / "x"): "c"})

    assert os.listdir(tmp_path) == ["file"]  # noqa: PTH208
