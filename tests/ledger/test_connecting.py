"""Connecting to a ledger's server: how long is waited, what a session holds to, what somebody must mend."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.errors import ConfigError, LaterError
from cagette_notify.core.ledger_place import SharedLedger, shared_ledger
from cagette_notify.ledger.connection import open_ledger

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("psycopg")


def may_be_opened(place: SharedLedger) -> None:
    with open_ledger(place, read_only=True):
        pass


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
