"""Days of a co-op at random, and what check-member and status say of them."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.chaos.answers.life import Life
from tests.chaos.answers.oracle import Oracle
from tests.chaos.answers.world import World
from tests.fixtures.coop import Coop
from tests.fixtures.mailjet_server import MailjetServer
from tests.fixtures.office import MAILJET, Office

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.chaos.conftest import Share

SPANS = "notices: {duty: {before: 20h}, duty_vacant: {before: 30h}}\n"  # some begin once there is a life


@pytest.mark.dear
def test_nothing_untrue_is_said_of_what_happened(
    tmp_path: Path, full: bool, share: Share, tried_points: Callable[[int], None]
) -> None:
    judged = 0
    for seed in share(range(400), range(3, 11)):
        lived = live(tmp_path / str(seed), seed, steps=25 if full else 10)

        assert not lived.untrue, "\n".join([f"seed {seed}", *lived.diary, *lived.untrue])
        judged += lived.judged
    tried_points(judged)


def live(folder: Path, seed: int, *, steps: int) -> Life:
    """Live some days of a co-op, ever wilder with the seed."""
    folder.mkdir()
    made: list[World] = []
    with MailjetServer(tls=False, clock=lambda: made[0].now.timestamp()) as server:  # noqa: PLW0108 - not made yet
        coop = Coop(folder, extra=MAILJET.format(url=server.url) + SPANS, environ=server.environment)
        world = World(coop, Random(seed), crowd=10 * (seed % 5 == 0))
        made.append(world)
        life = Life(world, Oracle(world, server), Office(coop, server), wildness=seed % 4)
        life.goes_on(steps)
        return life
