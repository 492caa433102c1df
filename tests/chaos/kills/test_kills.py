"""SIGKILL at every line of a run, whatever the server does: then everybody gets each mail, once."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING
from zlib import crc32

import pytest

from tests.chaos.kills.places import files_of_package
from tests.chaos.kills.scenes import (
    BROADCASTING,
    BROADCASTING_FIRST,
    CLOSING,
    DEPARTING,
    DUTIES,
    GOING_ON,
    PLANNING,
    SEND_DUE,
    SENDING,
    SENDING_FIRST,
    SETTLING,
    SETTLING_DUTIES,
    TELLING,
    TELLING_FOLDER,
    WRITING,
    WRITING_LETTERS,
    Scene,
)
from tests.chaos.kills.scripts import ACCEPTS, SCRIPTS, Script
from tests.fixtures.mailjet_server import accept, kill_client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.chaos.conftest import Share
    from tests.chaos.kills.stage import Stage
    from tests.chaos.kills.warm import Place

KILLED = -9
SCENES = (
    SENDING,
    SENDING_FIRST,
    SETTLING,
    WRITING,
    BROADCASTING,
    BROADCASTING_FIRST,
    GOING_ON,
    WRITING_LETTERS,
    TELLING,
    TELLING_FOLDER,
    CLOSING,
    DUTIES,
    SETTLING_DUTIES,
    PLANNING,
    DEPARTING,
)
WIRE = files_of_package(
    "delivery/",
    "ledger/",
    "mails/make_message.py",
    "planning/envelopes.py",
    "run/hand_over.py",
    "run/quota.py",
)
SENDING_HALF = files_of_package(
    *WIRE,
    "cli/",
    "run/plan_and_send.py",
    "run/send_due.py",
    "run/exit_status.py",
    "run/purge.py",
    "run/operator_mail/alerts.py",
    "run/operator_mail/send_operator_mail.py",
    "run/operator_mail/summaries.py",
    "broadcast/deliver.py",
    "broadcast/depart.py",
    "broadcast/planned.py",
    "core/lock.py",
    "ledger/run_memory.py",
    "mails/renderer.py",
)
AROUND_THE_POST = files_of_package(
    "delivery/dispatch.py",
    "delivery/mailjet/transport.py",
    "ledger/ledger.py",
    "run/hand_over.py",
    "run/quota.py",
)
TELLING_HALF = files_of_package(
    "run/operator_mail/alerts.py",
    "run/operator_mail/send_operator_mail.py",
    "run/send_due.py",
    "run/operator_mail/summaries.py",
)
(THE_POST,) = files_of_package("delivery/mailjet/send_api.py")


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_killed_at_any_line_it_still_sends_each_mail_once(
    stage_of: Callable[[Scene], Stage], scene: Scene, share: Share, tried_points: Callable[[int], None]
) -> None:
    stage = stage_of(scene)
    files = ("",) if scene in (SENDING, BROADCASTING) else SENDING_HALF
    places = first_times(stage.lines(ACCEPTS), files) + last_times(stage.lines(ACCEPTS), WIRE)

    tried_points(kill_at(stage, share(places, spread(places, 5)), ACCEPTS))


def test_a_first_run_that_is_killed_leaves_to_one_much_later_what_was_its_own_to_send(
    stage_of: Callable[[Scene], Stage], share: Share, tried_points: Callable[[int], None]
) -> None:
    stage = stage_of(SENDING_FIRST)
    places = since_the_first_post(first_times(stage.lines(ACCEPTS)))

    tried_points(kill_at(stage, share(places, spread(places, 4)), ACCEPTS, then_wait=timedelta(hours=2)))


@pytest.mark.parametrize("turn", range(3))
def test_killed_at_every_line_around_the_post_it_still_sends_each_mail_once(
    stage_of: Callable[[Scene], Stage], turn: int, share: Share, tried_points: Callable[[int], None]
) -> None:
    stage, script = stage_of(SENDING), (ACCEPTS, *SCRIPTS[1:3])[turn]
    places = first_times(stage.lines(script), AROUND_THE_POST)[turn::3]

    tried_points(kill_at(stage, share(places, places), script))


@pytest.mark.parametrize("scene", [TELLING, TELLING_FOLDER], ids=lambda scene: scene.name)
def test_killed_while_it_tells_those_who_run_it_it_tells_nothing_twice(
    stage_of: Callable[[Scene], Stage], scene: Scene, share: Share, tried_points: Callable[[int], None]
) -> None:
    stage = stage_of(scene)
    stage.set(ACCEPTS)
    stage.run(*SEND_DUE)
    stage.finish()
    assert sorted(address for address, _subject in stage.told) == sorted(scene.told)
    lines = stage.lines(ACCEPTS)
    told_from = next(place for place in lines if place.file == "run/operator_mail/send_operator_mail.py")
    places = last_times(lines[lines.index(told_from) :], AROUND_THE_POST) + first_times(lines, TELLING_HALF)

    tried_points(kill_at(stage, share(places, places[:: len(places) // 12]), ACCEPTS))


@pytest.mark.dear
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_killed_while_the_server_misbehaves_it_still_sends_each_mail_once(
    stage_of: Callable[[Scene], Stage], script: Script, full: bool, tried_points: Callable[[int], None]
) -> None:
    one_of_two = (CLOSING, DUTIES)[SCRIPTS.index(script) % 2]
    for scene in (SENDING, BROADCASTING, TELLING, CLOSING, DUTIES) if full else (SENDING, one_of_two):
        stage = stage_of(scene)
        lines = since_the_first_post(stage.lines(script))
        places = first_times(lines) + last_times(stage.lines(script), AROUND_THE_POST)
        tried_points(kill_at(stage, places if full else spread(places, 3), script))


@pytest.mark.dear
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_killed_before_the_server_misbehaves_it_still_sends_each_mail_once(
    stage_of: Callable[[Scene], Stage], script: Script, full: bool, tried_points: Callable[[int], None]
) -> None:
    for scene in (SENDING, BROADCASTING):
        stage = stage_of(scene)
        places = first_times(stage.lines(ACCEPTS), WIRE)
        mine = (
            places[SCRIPTS.index(script) % 2 :: 2]
            if full
            else [places[crc32(script.name.encode()) % len(places)]]
        )
        tried_points(kill_at(stage, mine, script, in_run_after=True))


@pytest.mark.parametrize("accepting", [True, False])
@pytest.mark.parametrize("scene", [SENDING, BROADCASTING, CLOSING, DUTIES], ids=lambda scene: scene.name)
def test_killed_while_the_server_holds_the_post_run_after_run_it_still_sends_each_mail_once(
    stage_of: Callable[[Scene], Stage], scene: Scene, accepting: bool, tried_points: Callable[[int], None]
) -> None:
    stage = stage_of(scene)
    for calls in [(0,), (1,), (0, 0), (1, 0)]:
        stage.set(ACCEPTS)
        for number, accepted in enumerate(calls):
            stage.play([*[accept] * accepted, kill_client(stage.running, accepting=accepting)])
            ended = stage.run(*(scene.then[0] if number else scene.words))
            assert number or ended.status == KILLED
            stage.wait()
        stage.play()
        stage.finish()
        tried_points(len(calls))


def first_times(places: Sequence[Place], files: tuple[str, ...] = ("",)) -> list[Place]:
    """Return where each line is reached for the first time."""
    return [place._replace(time=1) for place in places if place.file.startswith(files)]


def last_times(places: Sequence[Place], files: tuple[str, ...]) -> list[Place]:
    """Return where lines that are reached several times are reached last."""
    return [place for place in places if place.time > 1 and place.file.startswith(files)]


def spread(places: Sequence[Place], count: int) -> list[Place]:
    """Choose some places, far from each other; the last one is always among them."""
    return list(places[:: -max(1, len(places) // count)][:count])


def since_the_first_post(places: Sequence[Place]) -> list[Place]:
    """Leave out what is reached before the server can misbehave."""
    files = [place.file for place in places]
    return list(places[files.index(THE_POST) :])


def kill_at(
    stage: Stage,
    places: Sequence[Place],
    script: Script,
    *,
    in_run_after: bool = False,
    then_wait: timedelta = timedelta(0),
) -> int:
    """Kill the stage's command at each place, prove that the runs after it make all well, and count."""
    assert places, "nowhere to kill it"
    killed = 0
    for number, place in enumerate(places):
        with named(stage, place, script):
            stage.set(script)
            if not in_run_after:
                stage.play(script.posts, script.questions)
            killed += stage.run(*stage.scene.words, deadly=place).status == KILLED
            if in_run_after:
                stage.play(script.posts, script.questions)
            else:
                stage.play()
            stage.wait(then_wait)
            stage.finish(once_more=number % 4 == 0)
    assert killed * 2 >= len(places)
    return killed


@contextmanager
def named(stage: Stage, place: Place, script: Script) -> Iterator[None]:
    """Say of a failure where the command was killed."""
    try:
        yield
    except AssertionError as error:
        msg = f"{stage.scene.name} killed at {place}, server: {script.name}\n{error}"
        raise AssertionError(msg) from error
