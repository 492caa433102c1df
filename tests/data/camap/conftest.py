"""A database for each test, on one server for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fixtures.database import CamapCoop, Server, why_no_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.fixtures.database import Database


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Start a MariaDB, if there is one."""
    if reason := why_no_server():
        pytest.skip(reason)
    started = Server()
    yield started
    started.remove()


@pytest.fixture
def database(server: Server) -> Iterator[Database]:
    """Give a database with the sample in it, which the test may change."""
    made = server.database()
    yield made
    made.remove()


@pytest.fixture
def coop(tmp_path: Path, database: Database) -> CamapCoop:
    """Give a co-op that reads that database."""
    return CamapCoop(tmp_path, database)
