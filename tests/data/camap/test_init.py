"""``init`` asks for a database where one runs on the machine, and for nothing of it elsewhere."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from cagette_notify.cli.prompt import Terminal
from cagette_notify.cli.setup import database_answers
from cagette_notify.config.load import load
from cagette_notify.core.errors import NotifyError
from tests.fixtures.crontab import a_crontab_program
from tests.fixtures.desk import OTHERS, Desk, begun, plain

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fixtures.database import Database


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Give a home and a folder for the co-op, in which nothing is yet."""
    for name in ("home", "amap", "bin"):
        (tmp_path / name).mkdir()
    crontab = a_crontab_program(tmp_path / "bin", OTHERS.encode())
    return Desk(tmp_path / "home", tmp_path / "amap", crontab)


def test_it_writes_a_configuration_that_reads_the_database(
    desk: Desk, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_answers, "SOCKETS", (str(database.server.socket),))

    screen = plain(begun(desk, monkeypatch, "o", database.name, "root", "7, 8", "n", "n"))

    camap = load(desk.folder / "config.yaml").data.camap
    assert camap
    assert (camap.url.name, camap.url.user, camap.groups) == (database.name, "root", {7: "7", 8: "8"})
    assert sorted(one.name for one in desk.folder.iterdir()) == ["config.yaml"]
    assert "27 membres, 30 adresses" in screen


def test_groups_that_are_no_numbers_are_asked_for_again(
    desk: Desk, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_answers, "SOCKETS", (str(database.server.socket),))

    screen = plain(begun(desk, monkeypatch, "o", database.name, "root", "lac", "all", "n", "n"))

    camap = load(desk.folder / "config.yaml").data.camap
    assert camap
    assert camap.groups == {}
    assert "attendu : les numéros des groupes" in " ".join(screen.split())


def test_whoever_says_no_is_asked_as_before(
    desk: Desk, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_answers, "SOCKETS", (str(database.server.socket),))

    with pytest.raises(NotifyError):  # the end of what is typed
        begun(desk, monkeypatch, "n")

    assert not (desk.folder / "config.yaml").exists()


def test_without_a_server_nothing_is_asked_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_answers, "SOCKETS", (str(tmp_path / "nowhere"),))
    screen = io.StringIO()

    answers = database_answers.ask_database(Terminal(io.StringIO(), screen), "claire")

    assert (answers, screen.getvalue()) == (None, "")
