"""Short lives of a co-op whose duties change hands, each run of which has to keep the contract."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from tests.chaos.lives.faults import FAULTS, FINE, Fault
from tests.chaos.lives.premises import Premises
from tests.chaos.lives.referee import Referee
from tests.chaos.lives.world import HOUR, MINUTE
from tests.fixtures.mailjet_server import MailjetServer

if TYPE_CHECKING:
    from pathlib import Path

    Edit: TypeAlias = tuple[Any, ...]

(PUTS_OFF,) = (fault for fault in FAULTS if fault.name == "429")
TABLE, CAMION = ("d1", "Table", 0), ("d1", "Camion", 0)
LATER: list[Edit] = [("moves_by", "d1", 26 * HOUR)]  # too early for a recap, and for a duty


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param(
            [[], [("serves", *TABLE, "m3")], [], [("moves_to", "d1", "B")], [("serves", *CAMION, "")]],
            id="handed over, moved, given up",
        ),
        pytest.param(
            [[("serves", *TABLE, "m3")], [("serves", *TABLE, "m1")], [("serves", *TABLE, None)]],
            id="handed over and back",
        ),
        pytest.param([LATER, [("serves", *TABLE, "m3")], []], id="handed over before anybody was told"),
        pytest.param(
            [[], [("serves", *TABLE, "Zz")], [("moves_to", "d1", "B")], [("serves", *TABLE, "")]],
            id="a name of nobody, for a while",
        ),
        pytest.param(
            [[], [("serves", *TABLE, "m3"), ("duties_are", "torn")], [], [("duties_are", "whole")]],
            id="handed over in a file that is cut short, for a while",
        ),
        pytest.param(
            [
                [("serves", *CAMION, "")],
                [],
                [("serves", *CAMION, "m2")],
                [("serves", *CAMION, ""), ("wishes", "m1", "duty_vacant", True)],
                [("needs", "d1", "Table", 3)],
            ],
            id="vacant in two places, taken and vacant again",
        ),
        pytest.param(
            [[], [], [("duties_are", "nameless")], [("moves_to", "d1", "B")], [("duties_are", "whole")], []],
            id="all names lost, for a while",
        ),
    ],
)
def test_duties_are_told_and_corrected_once(tmp_path: Path, steps: list[list[Edit]]) -> None:
    live(tmp_path, [(FINE, edits) for edits in steps])


def test_whose_reminder_was_put_off_hears_nothing_once_they_serve_no_more(tmp_path: Path) -> None:
    live(tmp_path, [(PUTS_OFF, []), (FINE, [("serves", *TABLE, "m3")]), (FINE, [])])


def live(folder: Path, steps: list[tuple[Fault, list[Edit]]]) -> None:
    """Let people edit, and cron run, an hour apart."""
    made: list[Referee] = []
    with MailjetServer(tls=False, clock=lambda: made[0].now.timestamp()) as server:  # noqa: PLW0108 - not made yet
        premises = Premises(folder, server.environment)
        premises.furnish(server.url)
        referee = Referee(premises, server)
        made.append(referee)
        for fault, edits in steps:
            for edit in edits:
                referee.world.edit(referee.now, *edit)
            referee.now += HOUR + 10 * MINUTE
            referee.run(fault, lag=timedelta(0))
