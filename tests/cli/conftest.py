"""What several commands are tested with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.data.test_cagette import EXPORT
from tests.fixtures.coop import Coop
from tests.fixtures.crontab import a_crontab_program
from tests.fixtures.desk import OTHERS, Desk, put
from tests.fixtures.mailjet_server import MailjetServer
from tests.fixtures.office import MAILJET, Office

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Open an office whose mail goes through the stand-in; both go by the office's clock."""
    made: list[Office] = []
    with MailjetServer(tls=False, clock=lambda: made[0].at.timestamp()) as server:  # noqa: PLW0108 - not made yet
        coop = Coop(tmp_path, extra=MAILJET.format(url=server.url), environ=server.environment)
        made.append(Office(coop, server))
        yield made[0]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    for name in ("home", "amap-du-lac", "bin"):
        (tmp_path / name).mkdir()
    return Desk(
        tmp_path / "home", tmp_path / "amap-du-lac", a_crontab_program(tmp_path / "bin", OTHERS.encode())
    )


@pytest.fixture
def exports(desk: Desk) -> None:
    put(desk.folder, "membres.csv", EXPORT)
