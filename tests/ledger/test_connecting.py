"""Connecting to a ledger's server: how long is waited, what a session holds to, what somebody must mend."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING

import pytest
import trustme

from cagette_notify.core.errors import ConfigError, DataError, LaterError
from cagette_notify.core.ledger_place import SharedLedger, shared_ledger
from cagette_notify.core.lock import LockHeldError, run_lock
from cagette_notify.ledger import psycopg_wire
from cagette_notify.ledger.connection import open_ledger, prove_ledger
from tests.fixtures.memory import utc
from tests.fixtures.postgresql import PostgresqlServer, database_of, why_no_postgresql

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = utc("2026-06-11T16:30")

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


@pytest.fixture(scope="module")
def encrypted() -> Iterator[tuple[PostgresqlServer, int]]:
    """Give a server on a port of loopback, with a certificate of its own authority."""
    if reason := why_no_postgresql():
        pytest.skip(reason)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = PostgresqlServer("listen_addresses=127.0.0.1", port=port)
    yield server, port
    server.remove()


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


@pytest.mark.parametrize(
    ("setting", "value", "variable"),
    [
        ("datestyle", "German", "PGDATESTYLE"),
        ("datestyle", "SQL, DMY", "PGDATESTYLE"),
        ("timezone", "CET-1CEST", "PGTZ"),
        ("timezone", "<+0530>-5:30", "PGTZ"),
        ("intervalstyle", "iso_8601", ""),
        ("intervalstyle", "sql_standard", ""),
    ],
)
def test_times_are_read_however_a_database_or_a_machine_writes_them(  # noqa: PLR0917 - fixtures
    postgresql: PostgresqlServer,
    shared: SharedLedger,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    setting: str,
    value: str,
    variable: str,
) -> None:
    own = postgresql.ledger(shared.beside.parent)
    postgresql.do(f"ALTER DATABASE {database_of(shared)} SET {setting} = '{value}'")
    if variable:
        monkeypatch.setenv(variable, value)

    for place in (shared, own):
        with run_lock(place, NOW) as lock, open_ledger(place, lock=lock) as ledger:
            assert ledger.lease().holds()
            theirs = SharedLedger(place.url, place.beside.parent / "theirs" / "ledger.postgresql")
            with run_lock(theirs, NOW) as other, pytest.raises(LockHeldError):
                open_ledger(theirs, lock=other).__enter__()
    assert caplog.text == ""


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
    "parameters",
    ["sslmode=require", "sslmode=verify-full", "gssencmode=require", "sslmode=require&sslnegotiation=direct"],
)
def test_a_line_that_a_server_does_not_offer_is_for_somebody_to_mend(
    encrypted: tuple[PostgresqlServer, int], tmp_path: Path, parameters: str
) -> None:
    _server, port = encrypted
    url = f"postgresql://postgres@127.0.0.1:{port}/postgres?{parameters}"

    with pytest.raises(ConfigError, match="can't be asked"):
        may_be_opened(shared_ledger(url, tmp_path))


def test_a_certificate_that_is_missing_or_anothers_is_for_somebody_to_mend(
    encrypted: tuple[PostgresqlServer, int], tmp_path: Path
) -> None:
    server, port = encrypted
    own, other = trustme.CA(), trustme.CA()
    certificate = own.issue_cert("db.example.org")
    for name, blob in (
        ("server.crt", certificate.cert_chain_pems[0]),
        ("server.key", certificate.private_key_pem),
    ):
        server.keep(name, blob.bytes())
    server.do("ALTER SYSTEM SET ssl = on", "SELECT pg_reload_conf()")
    own.cert_pem.write_to_path(str(tmp_path / "own.crt"))
    other.cert_pem.write_to_path(str(tmp_path / "other.crt"))
    url = f"postgresql://postgres@127.0.0.1:{port}/postgres?sslmode=verify-"

    may_be_opened(shared_ledger(f"{url}ca&sslrootcert={tmp_path}/own.crt", tmp_path))
    for refused in (
        "ca&sslrootcert={}/other.crt",
        "ca&sslrootcert={}/none.crt",
        "full&sslrootcert={}/own.crt",
    ):
        with pytest.raises(ConfigError, match="can't be asked"):
            may_be_opened(shared_ledger(url + refused.format(tmp_path), tmp_path))


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://notify@127.0.0.1:99999/notify",
        "postgresql://notify@127.0.0.1:0/notify",
        "postgresql://notify@127.0.0.1:abc/notify",
        "postgresql://notify@127.0.0.1/notify?service=nowhere",
        "postgresql://notify@127.0.0.1/notify?sslmode=perhaps",
        "postgresql://notify@127.0.0.1/no%00tify",
    ],
)
def test_what_leads_to_no_server_is_for_somebody_to_mend(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigError, match="can't be asked"):
        may_be_opened(shared_ledger(url, tmp_path))


@pytest.mark.parametrize(
    "url", ["postgresql://notify@127.0.0.1:1/notify", "postgresql://notify@localhost:1/n"]
)
def test_where_nobody_listens_is_for_the_next_run(tmp_path: Path, url: str) -> None:
    with pytest.raises(LaterError, match="out of reach"):
        may_be_opened(shared_ledger(f"{url}?sslmode=verify-full", tmp_path))


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


@pytest.mark.parametrize(
    ("hindrance", "kind", "said"),
    [
        ("REVOKE CREATE ON SCHEMA public FROM public, helper", ConfigError, "permission denied for schema"),
        ("ALTER DATABASE {} SET default_transaction_read_only = on", LaterError, "can only be read"),
        ("CREATE TABLE notices (name text)", DataError, "another program's database"),
        ("CREATE TABLE marks (name text)", DataError, "another program's database"),
    ],
)
def test_check_finds_what_would_keep_a_run_from_making_the_tables(
    postgresql: PostgresqlServer, tmp_path: Path, hindrance: str, kind: type[Exception], said: str
) -> None:
    place = a_helpers_database(postgresql, tmp_path)
    postgresql.do(hindrance.format(database_of(place)), database=database_of(place))

    with pytest.raises(kind, match=said):
        prove_ledger(place)


@pytest.mark.parametrize(
    ("hindrance", "kind"),
    [
        ("GRANT SELECT ON identity TO helper", ConfigError),
        (
            "GRANT ALL ON identity TO helper; ALTER DATABASE {} SET default_transaction_read_only = on",
            LaterError,
        ),
    ],
)
def test_check_finds_what_would_keep_a_run_from_writing(
    postgresql: PostgresqlServer, tmp_path: Path, shared: SharedLedger, hindrance: str, kind: type[Exception]
) -> None:
    a_helpers_database(postgresql, tmp_path)
    for statement in hindrance.format(database_of(shared)).split(";"):
        postgresql.do(statement, database=database_of(shared))

    with pytest.raises(kind):
        prove_ledger(SharedLedger(shared.url.replace("postgres@", "helper@"), shared.beside))


def test_what_check_tries_leaves_nothing_behind(postgresql: PostgresqlServer, tmp_path: Path) -> None:
    place = a_helpers_database(postgresql, tmp_path)

    prove_ledger(place)
    prove_ledger(place)

    assert postgresql.do("SELECT to_regclass('identity')", database=database_of(place)) == [(None,)]


def a_helpers_database(postgresql: PostgresqlServer, folder: Path) -> SharedLedger:
    """Give an empty database of somebody who may do no more than needed."""
    postgresql.do("DROP DATABASE IF EXISTS helped")
    if not postgresql.do("SELECT 1 FROM pg_roles WHERE rolname = 'helper'"):
        postgresql.do("CREATE ROLE helper LOGIN")
    postgresql.do("CREATE DATABASE helped")
    postgresql.do("GRANT CREATE ON SCHEMA public TO helper", database="helped")
    return shared_ledger(postgresql.url("helped").replace("postgres@", "helper@"), folder)
