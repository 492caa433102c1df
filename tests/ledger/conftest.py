"""What all tests of the ledger share: each makes its own from nothing, in SQLite and in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cagette_notify.ledger import schema, sqlite
from cagette_notify.ledger.sqlite import SqliteEngine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cagette_notify.core.ledger_place import LedgerPlace
    from cagette_notify.ledger.ledger import Ledger
    from tests.fixtures.postgresql import PostgresqlServer


@pytest.fixture(autouse=True)
def _make_ledgers_anew() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite, "migrate", schema.migrate)
        yield


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Try each test of a ledger in both databases, but those of what is SQLite's alone."""
    if "engine" in metafunc.fixturenames:
        is_sqlite_s = not {"path", "sqlite_engine"}.isdisjoint(metafunc.fixturenames)
        metafunc.parametrize("engine", ["sqlite"] if is_sqlite_s else ["sqlite", "postgresql"])


@pytest.fixture
def sqlite_engine(ledger: Ledger) -> SqliteEngine:
    """Give what is SQLite's alone of a ledger."""
    engine = ledger._engine
    assert isinstance(engine, SqliteEngine)
    return engine


@pytest.fixture
def place(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> LedgerPlace:
    """Say where the test's ledger is."""
    if engine == "sqlite":
        return tmp_path / "ledger.sqlite3"
    postgresql: PostgresqlServer = request.getfixturevalue("postgresql")
    return postgresql.ledger(tmp_path)
