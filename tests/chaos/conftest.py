"""Count what the attempts tried, over all processes that tests run in."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

pytest.register_assert_rewrite("tests.chaos.stage")

from tests.chaos.stage import Stage  # noqa: E402
from tests.support.mailjet_server import MailjetServer  # noqa: E402
from tests.support.warm import Warm  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.chaos.scenes import Scene

_MEMORY = Path("/dev/shm")


@pytest.fixture(scope="session")
def full(pytestconfig: pytest.Config) -> bool:
    """Tell whether every point is to be tried, not just some."""
    return bool(pytestconfig.getoption("full"))


@pytest.fixture
def tried_points(record_property: Callable[[str, object], None]) -> Callable[[int], None]:
    """Give what adds to the number of points where something was made to fail."""
    return lambda number: record_property("points", number)


@pytest.fixture
def tried_cases(record_property: Callable[[str, object], None]) -> Callable[[int], None]:
    """Give what adds to the number of third-party cases that were tried."""
    return lambda number: record_property("cases", number)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how much was tried."""
    ended = [*terminalreporter.stats.get("passed", ()), *terminalreporter.stats.get("failed", ())]
    totals = {"points": 0, "cases": 0}
    for name, number in (each for report in ended for each in report.user_properties):
        if name in totals:
            totals[name] += number
    if any(totals.values()):
        terminalreporter.write_line(
            f"chaos: {totals['points']:,} points of injection, {totals['cases']:,} third-party cases tried"
        )


@pytest.fixture(scope="session")
def warm() -> Iterator[Warm]:
    """Give what starts commands in milliseconds."""
    with Warm() as started:
        yield started


@pytest.fixture(scope="session")
def quick_folder() -> Iterator[Path]:
    """Give a folder in memory where there is one: what is killed loses nothing that a disk would keep."""
    with TemporaryDirectory(dir=_MEMORY if os.access(_MEMORY, os.W_OK) else None) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def stage_of(warm: Warm, quick_folder: Path) -> Iterator[Callable[[Scene], Stage]]:
    """Give what sets a stage for a scene; it stays there for the next one who asks."""
    stages: dict[str, Stage] = {}
    with MailjetServer(tls=False) as server:

        def found(scene: Scene) -> Stage:
            if scene.name not in stages:
                folder = quick_folder / str(len(stages))
                stages[scene.name] = Stage(scene, warm=warm, server=server, folder=folder)
            return stages[scene.name]

        yield found
