"""Count what the attempts tried, over all processes that tests run in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


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
