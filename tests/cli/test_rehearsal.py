"""A rehearsal by ``--at``: what it writes, and what it says of the real run."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.builders import paris

if TYPE_CHECKING:
    from tests.fixtures.office import Office


@pytest.mark.parametrize("exported", ["2026-06-09T12:00", "2026-06-10T20:10"], ids=["before", "after"])
def test_a_rehearsal_says_that_the_real_run_would_wait_for_a_newer_export(
    office: Office, exported: str
) -> None:
    moment = paris(exported).timestamp()
    os.utime(office.coop.folder / "orders.csv", (moment, moment))
    office.at = paris("2026-06-09T13:00")

    rehearsed = office.invoke("send-due", "--dry-run", "--at", "2026-06-11 18:05", "--json")

    found = json.loads(rehearsed.stdout)
    is_old = exported < "2026-06-10T20:00"
    assert (rehearsed.exit_code, found["counts"]["would_send"]) == (0, 3)
    assert [one["file"] for one in found["problems"]] == (["orders.csv"] if is_old else [])
    assert ("the real run would wait for a new export" in rehearsed.stderr) is is_old
