"""A disk with little room, or files that may not grow: nothing leaves that can't be recorded."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import ExitStack
from itertools import count
from typing import TYPE_CHECKING

import pytest

from tests.chaos.disk.bench import Bench
from tests.chaos.disk.endings import check_the_end, check_words
from tests.chaos.disk.scenes import SCENES, Stage, Take
from tests.fixtures.mailjet_server import MailjetServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from tests.chaos.conftest import Share


KB = 1024
NAMES = ("first run", "outbox", "mailjet", "broadcast", "forget", "settings")
ROOM = range(0, 260, 4)  # kB: more than any of these commands needs
SIZES = range(1, 131, 3)  # kB, of the largest file: more than the ledger has
SHORT = 27  # every so many of the points


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "small"
    folder.mkdir()
    command = ("mount", "-t", "tmpfs", "-o", "size=8m,mode=700", "small", str(folder))
    if not shutil.which("mount") or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a small disk can't be mounted here: that takes root, where it is allowed at all")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def stages_in(folder: Path, stack: ExitStack, scratch: Path) -> list[Stage]:
    scratch.mkdir()
    bench = stack.enter_context(Bench(scratch))
    server = stack.enter_context(MailjetServer(tls=False))
    scenes = [scene for scene in SCENES if scene.name in NAMES]
    return [Stage(one, folder / one.name.replace(" ", "-"), server=server, bench=bench) for one in scenes]


def leave_room(disk: Path, size: int) -> Path:
    """Fill the disk but for so many bytes."""
    filler = disk / "filler"
    found = os.statvfs(disk)
    with filler.open("wb") as file:
        file.write(bytes(found.f_bavail * found.f_frsize - size))
    return filler


def trouble_with(take: Take, limits: Mapping[str, int], where: str, *, filler: Path | None = None) -> str:
    """Say what is wrong after a run within ``limits``, and one without, or nothing."""
    try:
        ended = take.stage.bench.run(take.within(limits))
        if filler:
            filler.unlink()
        check_words(ended.status, ended.stderr)
        assert not take.unrecorded
        take.mend()
        check_the_end(take)
    except AssertionError as error:
        return f"{take.stage.scene.name}, {where}: {error}"
    finally:
        shutil.rmtree(take.folder)
    return ""


@pytest.mark.dear
def test_a_disk_that_fills_up_loses_and_doubles_nothing(
    small_disk: Path, tmp_path: Path, share: Share, tried_points: Callable[[int], None]
) -> None:
    with ExitStack() as stack:
        stages = stages_in(small_disk, stack, tmp_path / "bench")
        every = [(stage, room) for stage in stages for room in ROOM]
        points = share(every, every[::SHORT])

        found = []
        for (stage, room), number in zip(points, count(), strict=False):
            take = stage.take(number)
            filler = leave_room(small_disk, room * KB)
            found.append(trouble_with(take, {}, f"{room} kB free", filler=filler))

    assert [trouble for trouble in found if trouble] == []
    tried_points(len(points))


@pytest.mark.dear
def test_files_that_may_not_grow_lose_and_double_nothing(
    tmp_path: Path, share: Share, tried_points: Callable[[int], None]
) -> None:
    with ExitStack() as stack:
        stages = stages_in(tmp_path, stack, tmp_path / "bench")
        every = [(stage, size) for stage in stages for size in SIZES]
        points = share(every, every[::SHORT])

        found = [
            trouble_with(stage.take(number), {"RLIMIT_FSIZE": size * KB}, f"files of {size} kB at most")
            for (stage, size), number in zip(points, count(), strict=False)
        ]

    assert [trouble for trouble in found if trouble] == []
    tried_points(len(points))
