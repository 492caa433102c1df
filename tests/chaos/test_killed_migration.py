"""A kill in the middle of what makes an older ledger today's."""

from __future__ import annotations

import os
import signal
import sys
import warnings
from typing import TYPE_CHECKING, Any

import pytest

from cagette_notify.ledger import schema
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.ledger.schema import MIGRATIONS
from tests.fixtures.raw_ledger import SCHEMAS, a_kept_ledger, rows, schema_of, version_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import FrameType


@pytest.mark.dear
@pytest.mark.parametrize("version", range(1, len(MIGRATIONS)))
def test_a_migration_killed_at_any_line_leaves_the_old_ledger_or_the_new_one(
    tmp_path: Path, version: int, tried_points: Callable[[int], None]
) -> None:
    path = tmp_path / "ledger.sqlite3"
    with open_ledger(path.with_name("fresh.sqlite3")):
        pass
    old, new = schema_of(SCHEMAS / f"v{version}.sqlite3"), schema_of(path.with_name("fresh.sqlite3"))
    seen = []
    for line in range(1, 1000):
        a_kept_ledger(version, path)
        if not _killed_at(line, path):
            break
        found = version_of(path), schema_of(path)
        assert found in [(version, old), (len(MIGRATIONS), new)]
        seen.append(found[0])
        assert rows(path, "PRAGMA integrity_check") == [("ok",)]
        with open_ledger(path):
            assert (version_of(path), schema_of(path)) == (len(MIGRATIONS), new)

    tried_points(len(seen))
    assert set(seen) == {version, len(MIGRATIONS)}


def _killed_at(number: int, path: Path) -> bool:
    """Open the ledger in a child that is killed at that line of the migration; tell whether it got there."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the child needs none of pytest's threads
        child = os.fork()
    if child == 0:
        lines = 0

        def trace(frame: FrameType, event: str, _argument: object) -> Any:
            nonlocal lines
            if frame.f_code is not schema.migrate.__code__:
                return trace
            lines += event == "line"
            if lines == number or (event == "return" and lines == number - 1):
                os.kill(os.getpid(), signal.SIGKILL)
            return trace

        sys.settrace(trace)
        with open_ledger(path):
            os._exit(0)
    _pid, ended = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(ended) in {0, -signal.SIGKILL}
    return os.WIFSIGNALED(ended)
