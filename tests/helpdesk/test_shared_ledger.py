"""What ``check`` says of a ledger's server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cagette_notify.helpdesk import shared_ledger
from cagette_notify.helpdesk.shared_ledger import of_server
from cagette_notify.ledger.connection import server_of
from cagette_notify.ledger.server_facts import ServerFacts
from tests.fixtures.postgresql import PostgresqlServer, database_of, why_no_postgresql

if TYPE_CHECKING:
    from pathlib import Path

FINE = {"is_synced": True, "commits": "on", "waits_for_standbys": False, "standbys": 0, "is_private": True}


def test_nothing_is_said_of_a_file(tmp_path: Path) -> None:
    assert list(of_server(tmp_path / "ledger.sqlite3")) == []


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, []),
        ({"is_synced": False}, ["fsync is off"]),
        ({"commits": "off"}, ["synchronous_commit is off there"]),
        ({"commits": "remote_apply"}, []),
        ({"standbys": 1}, ["its standby is not waited for"]),
        ({"standbys": 2}, ["its 2 standbys are not waited for"]),
        ({"standbys": 2, "waits_for_standbys": True}, []),
        ({"is_private": False}, ["what is recorded travels unencrypted"]),
    ],
)
def test_each_way_to_lose_what_was_recorded_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, facts: dict[str, bool | int | str], said: list[str]
) -> None:
    from cagette_notify.core.ledger_place import shared_ledger as a_shared_ledger

    monkeypatch.setattr(shared_ledger, "server_of", lambda _place: ServerFacts(**{**FINE, **facts}))  # type: ignore[arg-type]

    found = list(of_server(a_shared_ledger("postgresql://h/db", tmp_path)))

    assert [one.message.partition(":")[0].partition(" (")[0] for one in found] == said
    assert all(one.is_warning for one in found)


@pytest.mark.dear
def test_the_facts_are_the_servers_and_not_what_a_run_sets(
    postgresql: PostgresqlServer, tmp_path: Path
) -> None:
    ledger = postgresql.ledger(tmp_path)
    postgresql.do(f"ALTER DATABASE {database_of(ledger)} SET synchronous_commit = local")

    found = server_of(ledger)

    assert found == ServerFacts(
        is_synced=False, commits="local", waits_for_standbys=False, standbys=0, is_private=True
    )


@pytest.mark.dear
def test_a_standby_that_follows_is_seen_and_whether_it_is_waited_for(tmp_path: Path) -> None:
    if reason := why_no_postgresql():
        pytest.skip(reason)
    primary = PostgresqlServer("wal_level=replica")
    try:
        with primary.standby():
            ledger = primary.ledger(tmp_path)
            assert (server_of(ledger).standbys, server_of(ledger).waits_for_standbys) == (1, False)
            primary.do("ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()")
            assert server_of(ledger).waits_for_standbys
    finally:
        primary.remove()
