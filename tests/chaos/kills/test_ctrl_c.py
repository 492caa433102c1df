"""Ctrl-C at every line of a broadcast that goes on: what is said of its copies holds in the run after it."""

from __future__ import annotations

import signal
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.chaos.kills.scenes import BROADCAST, BROADCASTING, EVERYBODY, SEND_DUE
from tests.chaos.kills.scripts import ACCEPTS
from tests.chaos.kills.test_kills import first_times, spread
from tests.fixtures.mailjet_server import accept, status

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.chaos.conftest import Share
    from tests.chaos.kills.scenes import Scene
    from tests.chaos.kills.stage import Stage
    from tests.chaos.kills.warm import Ended, Place

    StageOf = Callable[[Scene], Stage]

_WORDS = {
    "given again": BROADCAST,
    "a test copy": (*BROADCAST, "--test", "claire@example.org"),
    "a rehearsal": (*BROADCAST, "--dry-run"),
}
_FILES = ("broadcast/", "cli/broadcast/", "config/", "data/", "ledger/", "mails/", "run/")


@pytest.mark.dear
@pytest.mark.parametrize("errand", _WORDS)
def test_ctrl_c_at_any_line_leaves_a_mail_that_goes_on_as_it_says(
    stage_of: Callable[[Scene], Stage], errand: str, share: Share, tried_points: Callable[[int], None]
) -> None:
    stage = stage_of(replace(BROADCASTING, name=errand, words=_WORDS[errand]))
    places = first_times(stage.lines(ACCEPTS), _FILES)

    pressed = 0
    for place in share(places, spread(places, 64)):
        ended = pressed_at(stage, place)
        had = letters(stage)
        stage.wait()
        stage.run(*SEND_DUE)

        if errand == "given again":
            check_what_was_said(place, ended, had, letters(stage))
        else:
            assert (len(had), letters(stage)) == (2, sorted(EVERYBODY)), (place, ended)
        pressed += ended.status == 1
    tried_points(pressed)


def pressed_at(stage: Stage, place: Place) -> Ended:
    """Give a mail of which half is put off, and press Ctrl-C where the stage's command reaches a line."""
    stage.set(ACCEPTS)
    stage.play([accept, status(429)])
    stage.run(*BROADCAST)
    stage.play()
    return stage.end(stage.start(*stage.scene.words, deadly=place, deed=signal.SIGINT))


def letters(stage: Stage) -> list[str]:
    """Return who got the mail itself; no test copy is one."""
    return sorted(one.address for one in stage.server.delivered if one.subject == "On change de salle")


def check_what_was_said(place: Place, ended: Ended, had: Sequence[str], has: Sequence[str]) -> None:
    """Hold that nobody has it twice, and that what was said of those without it was true."""
    assert len(has) == len(set(has)), (place, "twice", has)
    assert "nothing was sent to the group" not in ended.stderr, (place, ended)
    if "goes on all the same" in ended.stderr:
        assert has == sorted(EVERYBODY), (place, ended)
    elif "Aborted!" not in ended.stderr:  # by then nothing was read of it, nor is anything said
        assert has == had, (place, ended)
