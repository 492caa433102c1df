"""Closed ledgers that copies left behind: who is forgotten is taken out of them; nothing else is done."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.errors import ConfigError
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.ledger.copy import copy_ledger
from cagette_notify.ledger.forget import erase, sweep
from cagette_notify.ledger.history import Person
from cagette_notify.ledger.known_people import KnownPeople
from cagette_notify.ledger.left_behind import LeftBehind, left_behind, opened_left_behind
from tests.fixtures.builders import a_mail
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from pathlib import Path

    from cagette_notify.core.ledger_place import LedgerPlace
    from tests.fixtures.postgresql import PostgresqlServer

NOW = utc("2026-06-11T16:30")
ADDRESS = "zoe.martin@example.org"
ZOE = Person(frozenset({("lac", "1007")}), frozenset({ADDRESS}))


@pytest.fixture(params=["to a server", "to a file"])
def places(
    request: pytest.FixtureRequest, postgresql: PostgresqlServer, tmp_path: Path
) -> tuple[LedgerPlace, LedgerPlace]:
    """Give where a ledger was that knows Zoé, and where it is since it was copied."""
    file, shared = tmp_path / "ledger.sqlite3", postgresql.ledger(tmp_path)
    old, new = (file, shared) if request.param == "to a server" else (shared, file)
    with open_ledger(old) as ledger:
        ledger.claim("mailjet", [(a_mail(), "x")], NOW)
    copied(old, new)
    return old, new


def copied(old: LedgerPlace, new: LedgerPlace) -> None:
    copy_ledger(old, new, NOW, patience=timedelta(seconds=1))


def test_who_is_forgotten_is_taken_out_and_it_stays_closed(places: tuple[LedgerPlace, LedgerPlace]) -> None:
    old, new = places
    with open_ledger(new) as ledger:
        (one,) = left_behind(ledger)
        assert (one.name, one.is_elsewhere) == (str(old), False)
        with opened_left_behind(old, ledger) as closed:
            assert closed
            assert erase(closed, ZOE, frozenset(), NOW).mails == 1
            assert sweep(closed)
            assert not KnownPeople(closed).names(ADDRESS)
        assert KnownPeople(ledger).names(ADDRESS)
    with pytest.raises(ConfigError, match="copied to"), open_ledger(old):
        pass


def test_one_that_was_gone_back_to_or_is_another_by_now_is_left_alone(
    places: tuple[LedgerPlace, LedgerPlace], tmp_path: Path
) -> None:
    old, new = places
    copied(new, old)
    another = tmp_path / "another.sqlite3"
    with open_ledger(another):
        pass

    with open_ledger(old) as ledger:
        assert {one.name for one in left_behind(ledger)} == {str(old), str(new)}
        for place in (old, another, tmp_path / "nowhere.sqlite3"):
            with opened_left_behind(place, ledger) as closed:
                assert closed is None


def test_a_file_is_one_machines_and_a_database_nobodys() -> None:
    assert LeftBehind("/home/claire/ledger.sqlite3", "another").is_elsewhere
    assert not LeftBehind("postgresql://notify@db/notify", "").is_elsewhere
