"""Connecting to a ledger's server: how long is waited, what a session holds to, what somebody must mend."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.errors import ConfigError, LaterError
from cagette_notify.core.ledger_place import SharedLedger, shared_ledger
from cagette_notify.ledger import psycopg_wire
from cagette_notify.ledger.connection import open_ledger, prove_ledger
from tests.fixtures.postgresql import database_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.fixtures.postgresql import PostgresqlServer

pytest.importorskip("psycopg")


@pytest.fixture
def shared(postgresql: PostgresqlServer, tmp_path: Path) -> SharedLedger:
    return postgresql.ledger(tmp_path)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psycopg_wire, "ANSWERS_WITHIN", 1)


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Give a port that takes connections and never answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def may_be_opened(place: SharedLedger) -> None:
    with open_ledger(place, read_only=True):
        pass


@pytest.mark.usefixtures("impatient")
def test_a_server_that_takes_connections_and_never_answers_is_waited_for_no_longer_than_to_connect(
    silent_port: int, tmp_path: Path
) -> None:
    begun = time.monotonic()

    with pytest.raises(LaterError, match="out of reach"):
        may_be_opened(shared_ledger(f"postgresql://notify@127.0.0.1:{silent_port}/notify", tmp_path))

    assert time.monotonic() - begun < 10


@pytest.mark.usefixtures("impatient")
def test_a_server_that_stops_in_mid_run_is_away(postgresql: PostgresqlServer, shared: SharedLedger) -> None:
    with open_ledger(shared) as ledger, postgresql.frozen():
        with pytest.raises(LaterError, match="out of reach: it doesn't answer any more"):
            ledger.marks("mailjet", "x")
        with pytest.raises(LaterError, match="out of reach"):
            ledger.set_marks("mailjet", "x", {"": "1"})


@pytest.mark.usefixtures("impatient")
def test_what_takes_a_server_long_is_waited_for(shared: SharedLedger) -> None:
    with open_ledger(shared) as ledger:
        assert ledger.rows("SELECT 'done' FROM pg_sleep(3)", [])[0][0] == "done"


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
def test_a_database_that_lacks_characters_of_names_is_refused(
    postgresql: PostgresqlServer, tmp_path: Path, encoding: str
) -> None:
    name = f"in_{encoding.lower()}"
    postgresql.do(f"CREATE DATABASE {name} ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0")
    place = shared_ledger(postgresql.url(name), tmp_path)

    for use in (may_be_opened, prove_ledger):
        with pytest.raises(ConfigError, match=f"its encoding is {encoding}.*createdb -E UTF8 -T template0"):
            use(place)


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
def test_texts_come_back_whatever_encoding_a_machine_prefers(
    shared: SharedLedger, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    monkeypatch.setenv("PGCLIENTENCODING", encoding)

    with open_ledger(shared) as ledger:
        ledger.set_marks("mailjet", "x", {"": "Sacré-Cœur \N{SNOWMAN}"})
        assert ledger.marks("mailjet", "x") == {"": "Sacré-Cœur \N{SNOWMAN}"}


@pytest.mark.parametrize("attributes", ["read-write", "primary"])
def test_whoever_only_reads_may_ask_for_the_server_that_is_written_to(
    shared: SharedLedger, attributes: str
) -> None:
    place = SharedLedger(f"{shared.url}&target_session_attrs={attributes}", shared.beside)

    with open_ledger(place, read_only=True) as ledger:
        assert ledger.marks("mailjet", "x") == {}
        with pytest.raises(LaterError, match="can only be read"):
            ledger.set_marks("mailjet", "x", {"": "1"})


def test_a_pair_of_which_none_is_written_to_at_the_moment_is_for_the_next_run(
    postgresql: PostgresqlServer, shared: SharedLedger
) -> None:
    postgresql.do(f"ALTER DATABASE {database_of(shared)} SET default_transaction_read_only = on")

    with pytest.raises(LaterError, match="out of reach"):
        may_be_opened(SharedLedger(f"{shared.url}&target_session_attrs=read-write", shared.beside))


@pytest.mark.parametrize("way", ["variable", "service", "URL"])
def test_options_hold_wherever_libpq_takes_them_from(
    postgresql: PostgresqlServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    name, option = f"by_{way.lower()}", "-c search_path=led"
    postgresql.do(f"CREATE DATABASE {name}")
    postgresql.do("CREATE SCHEMA led", database=name)
    url = postgresql.url(name)
    if way == "variable":
        monkeypatch.setenv("PGOPTIONS", option)
    elif way == "service":
        (tmp_path / "services").write_text(f"[coop]\noptions={option}\n")
        monkeypatch.setenv("PGSERVICEFILE", str(tmp_path / "services"))
        url += "&service=coop"
    else:
        url += "&options=-c%20search_path%3Dled"

    with open_ledger(shared_ledger(url, tmp_path)) as ledger:
        assert ledger.rows("SHOW lock_timeout", [])[0][0] == "10s"

    assert postgresql.do("SELECT to_regclass('led.notices') IS NULL", database=name) == [(False,)]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://notify@127.0.0.1:1/n?sslmode=disable&user=claire", "postgresql://127.0.0.1:1/n"),
        ("postgresql://a%40b@/n?port=1&host=/nowhere&x=y", "postgresql:///n?port=1&host=/nowhere"),
    ],
)
def test_problems_name_the_place_and_nothing_else_of_its_url(tmp_path: Path, url: str, shown: str) -> None:
    with pytest.raises((LaterError, ConfigError)) as said:
        may_be_opened(shared_ledger(url, tmp_path))

    assert [problem.file for problem in said.value.problems] == [shown]
