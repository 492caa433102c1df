"""An index that lags: whatever the look-up can't see yet, one copy arrives, and no repeat is a failure."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import product
from typing import TYPE_CHECKING

import pytest

from tests.chaos.kills.scenes import BROADCASTING, RECAPS, SEND_DUE, SENDING, Scene
from tests.chaos.kills.scripts import ACCEPTS, SCRIPTS
from tests.fixtures.mailjet_server import accept_then_drop, kill_client

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.chaos.kills.stage import Stage

DOUBTFUL = (
    "accepts and hangs",
    "accepts and drops the line",
    "502 after accepting",
    "rubbish after accepting",
    "no Messages",
    "short Messages",
    "wrong types",
    "accepts, then drops, then 429",
    "drops, then accepts and hangs, then 500",
)
SHORTER, LONGER = (60, 5 * 60, 9 * 60 + 58), (11 * 60 + 30, 60 * 60, 6 * 60 * 60)
CRON = timedelta(minutes=5)


@pytest.mark.dear
@pytest.mark.parametrize("name", DOUBTFUL)
def test_however_long_the_index_lags_one_copy_arrives(
    stage_of: Callable[[Scene], Stage], name: str, full: bool, tried_points: Callable[[int], None]
) -> None:
    (script,) = (script for script in SCRIPTS if script.name == name)
    cases = list(product((*SHORTER, *LONGER), (SENDING, BROADCASTING)))
    for lag, scene in cases if full else cases[DOUBTFUL.index(name) % 6 :: 6]:
        stage = stage_of(scene)
        stage.set(script)
        stage.play(script.posts)
        stage.server.account.index_lag = lag
        stage.run(*scene.words)
        stage.play()

        for _run in range(3):
            stage.wait(CRON)
            stage.run(*SEND_DUE)

        stage.finish()
        tried_points(1)


@pytest.mark.parametrize("lag", [SHORTER[-1], LONGER[0]])
@pytest.mark.parametrize("scene", [SENDING, BROADCASTING], ids=lambda scene: scene.name)
def test_killed_before_it_heard_that_a_mail_was_taken_it_repeats_only_what_it_can_not_find(
    stage_of: Callable[[Scene], Stage], scene: Scene, lag: float
) -> None:
    stage = stage_of(scene)
    stage.set(ACCEPTS)
    stage.play([kill_client(stage.running)])
    stage.server.account.index_lag = lag

    stage.run(*scene.words)
    stage.play()
    stage.finish()

    assert bool(stage.repeats()) is (lag in LONGER)


def test_a_repeat_that_its_campaign_kept_from_people_is_no_failure_in_any_command(
    stage_of: Callable[[Scene], Stage],
) -> None:
    stage = stage_of(SENDING)
    stage.set(ACCEPTS)
    stage.play([accept_then_drop] * 4)
    stage.server.account.index_lag = LONGER[0]
    stage.run(*SEND_DUE)
    stage.play([accept_then_drop] * 4)
    stage.finish()
    stage.wait(timedelta(hours=7))

    followed_up = stage.run(*SEND_DUE)

    assert len(stage.repeats()) == len(SENDING.owed)
    assert (followed_up.status, followed_up.stderr) == (0, "")
    counts = json.loads(stage.run("report", "--json").stdout)["counts"]
    assert (counts["accepted"], counts["left"]) == (len(SENDING.owed), len(SENDING.owed))
    asked = stage.run("check-member", RECAPS[0], "--json")
    assert (asked.status, json.loads(asked.stdout)["verdict"]) == (0, "ok")
