"""A co-op whose runs rest where they can, beside one whose runs never do: nobody can tell them apart."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cagette_notify.run import nothing_due
from tests.fixtures.coop import Coop
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

NOW = utc("2026-06-05T05:00")  # an hour before orders open
MINUTE = timedelta(minutes=1)
OPENS_AT = utc("2026-06-05T06:00")
# Orders open, an opening is too late, orders close, the recaps are due, the distribution begins.
EDGES = [OPENS_AT, OPENS_AT + timedelta(days=2), utc("2026-06-10T18:00")]
EDGES += [utc("2026-06-11T16:00"), utc("2026-06-12T12:00"), utc("2026-06-12T16:00")]


def is_near_an_edge(at: datetime) -> bool:
    return any(abs(at - edge) <= timedelta(hours=2) for edge in EDGES)


@pytest.mark.dear
def test_a_co_op_whose_runs_rest_gets_the_same_mails_at_the_same_minute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eight days with an opening and both recaps: every seven minutes near an edge, else every two hours."""
    monkeypatch.setattr(nothing_due, "_SETTLED", 0)  # files count as soon as they are written
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    restful, restless = Coop(tmp_path / "a"), Coop(tmp_path / "b")
    rested = 0
    ticks = [NOW + minutes * MINUTE for minutes in range(0, 8 * 24 * 60, 7)]
    ticks = [at for number, at in enumerate(ticks) if not number % 17 or is_near_an_edge(at)]
    for at in ticks:
        if nothing_due.nothing_can_be_due(restful.folder / "config.yaml", at):
            rested += 1
        else:
            restful.run(at, says_once=True)
        restless.run(at, says_once=True)
        assert restful.mailed() == restless.mailed(), at
    assert rested > len(ticks) / 2
    assert len(restful.mailed()) > 3
