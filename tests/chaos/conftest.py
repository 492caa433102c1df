"""Count what the attempts tried, over all processes that tests run in."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.chaos.input.corpora import Case

    Tried: TypeAlias = Callable[[Iterable[Case]], None]

_HERE = Path(__file__).parent


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave each test its first case alone, where neither a sample nor everything was asked for."""
    if config.getoption("sample") or config.getoption("full"):
        return
    seen: set[tuple[str, str]] = set()
    left = []
    for item in items:
        name = (str(item.path), getattr(item, "originalname", item.name))
        if _HERE in item.path.parents and name in seen:
            left.append(item)
        seen.add(name)
    items[:] = [item for item in items if item not in left]
    config.hook.pytest_deselected(items=left)


@pytest.fixture(scope="session")
def full(pytestconfig: pytest.Config) -> bool:
    """Tell whether every point is to be tried, not just some."""
    return bool(pytestconfig.getoption("full"))


@pytest.fixture
def tried_points(record_property: Callable[[str, object], None]) -> Callable[[int], None]:
    """Give what adds to the number of points where something was made to fail: one at least."""

    def add(number: int) -> None:
        assert number, "nothing was made to fail"
        record_property("points", number)

    return add


@pytest.fixture
def tried_cases(record_property: Callable[[str, object], None]) -> Tried:
    """Give what remembers the third-party cases that were put to one use."""
    return lambda cases: record_property("cases", [f"{case.corpus}/{case.name}" for case in cases])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how much was tried; with ``--points``, by which tests."""
    ended = [*terminalreporter.stats.get("passed", ()), *terminalreporter.stats.get("failed", ())]
    properties = [(report.nodeid, *each) for report in ended for each in report.user_properties]
    uses = [case for _test, name, cases in properties if name == "cases" for case in cases]
    points_of: Counter[str] = Counter()
    for test, name, number in properties:
        if name == "points":
            points_of[test.partition("[")[0]] += number
    if terminalreporter.config.getoption("points"):
        for test, number in sorted(points_of.items()):
            terminalreporter.write_line(f"{number:>7,} {test}")
    points = points_of.total()
    if points or uses:
        terminalreporter.write_line(
            f"chaos: {points:,} points of injection,"
            f" {len(set(uses)):,} third-party cases in {len(uses):,} uses tried"
        )
