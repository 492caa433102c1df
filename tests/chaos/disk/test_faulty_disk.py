"""A disk that fails, or a kill, at every change that a command makes: nothing twice, nothing lost."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.chaos.disk.bench import ALL_CALLS, Bench, Point, injection, points_in, why_no_strace
from tests.chaos.disk.endings import check_the_end, check_words
from tests.chaos.disk.scenes import SCENES, WELL, Stage, Take
from tests.fixtures.mailjet_server import MailjetServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from tests.chaos.conftest import Share
    from tests.chaos.disk.scenes import Scene


class Fault(NamedTuple):
    """What strace does to a call, and to those after it; every ``step``-th point is enough for ``--full``."""

    action: str
    onwards: str = ""
    step: int = 1


KILLED = -9
FAULTS = {
    "a kill": Fault("signal=SIGKILL"),
    "a full disk": Fault("error=ENOSPC"),
    "a bad disk": Fault("error=EIO"),
    "a full disk from then on": Fault("error=ENOSPC", "+", step=4),
    "a bad disk from then on": Fault("error=EIO", "+", step=4),
}
FEW = 20
SHORT = 200  # points of a scene, of which one is tried


class Theatre:
    """Scenes, each set once, with every point where it changes something on the disk."""

    def __init__(self, folder: Path, stack: ExitStack, scenes: Sequence[Scene]) -> None:
        self._folder, self._stack = folder, stack
        self._numbers = count()
        self._benches: dict[str, Bench] = {}
        sound = self._open("--seccomp-bpf")
        server = stack.enter_context(MailjetServer(tls=False))
        stages = [
            Stage(scene, folder / scene.name.replace(" ", "-"), server=server, bench=sound)
            for scene in scenes
        ]
        self.points = {stage: self._points(stage) for stage in stages}

    def _faulty(self, fault: str) -> Bench:
        if fault not in self._benches:
            self._benches[fault] = self._open(*injection(FAULTS[fault].action, FAULTS[fault].onwards))
        return self._benches[fault]

    def trouble_at(self, stage: Stage, point: Point, fault: str) -> str:
        """Say what is wrong after a failure there, or nothing."""
        take = self._take(stage)
        try:
            ended = self._faulty(fault).run(take.errand, point)
            if ended.status != KILLED:
                assert "INJECTED" in ended.trace
                check_words(ended.status, ended.stderr)
            assert not take.unrecorded
            take.mend()
            check_the_end(take)
        except AssertionError as error:
            return f"{stage.scene.name}, {point}, {fault}: {error}"
        shutil.rmtree(take.folder)
        return ""

    def _take(self, stage: Stage) -> Take:
        return stage.take(next(self._numbers))

    def _open(self, *options: str) -> Bench:
        scratch = self._folder / f"bench-{next(self._numbers)}"
        scratch.mkdir()
        return self._stack.enter_context(Bench(scratch, "-s", "0", "-e", f"trace={ALL_CALLS}", *options))

    def _points(self, stage: Stage) -> list[Point]:
        """Run a scene on a sound disk, to see what it does there."""
        take = self._take(stage)
        ended = stage.bench.run(take.errand)
        assert (ended.status, ended.stderr.replace(WELL, "")) == (0, ""), ended
        check_the_end(take)
        return points_in(ended, take.folder)


@pytest.fixture(scope="module")
def theatre(tmp_path_factory: pytest.TempPathFactory, share: Share) -> Iterator[Theatre]:
    folder = tmp_path_factory.mktemp("theatre")
    if reason := why_no_strace(folder):
        pytest.skip(reason)
    with ExitStack() as stack:
        yield Theatre(folder, stack, share(SCENES, SCENES))


def spread(points: Sequence[Point], number: int) -> list[Point]:
    """Choose some points of a scene, of the ledger's thread and of the others; other ones for each fault."""
    chosen = []
    shift = (number + 0.5) / len(FAULTS)
    for in_workers in (False, True):
        some = [point for point in points if point.in_workers is in_workers]
        count = 1 + len(some) // SHORT if len(some) > FEW else min(3, len(some))
        chosen += [some[int((each + shift) * len(some) / count)] for each in range(count)]
    return chosen


@pytest.mark.dear
@pytest.mark.parametrize("fault", FAULTS)
def test_nothing_is_doubled_or_lost_wherever_the_disk_fails(
    fault: str, theatre: Theatre, share: Share, tried_points: Callable[[int], None]
) -> None:
    number = list(FAULTS).index(fault)
    chosen = [
        (stage, point)
        for stage, points in theatre.points.items()
        for point in share(points[:: FAULTS[fault].step], spread(points, number))
        if not (FAULTS[fault].onwards and point.is_last_word)
    ]

    found = [theatre.trouble_at(stage, point, fault) for stage, point in chosen]

    assert [trouble for trouble in found if trouble] == []
    tried_points(len(chosen))
