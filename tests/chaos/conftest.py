"""How much of each attempt is tried, and what counts it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tests.chaos.input.corpora import Case

    Tried: TypeAlias = Callable[[Iterable[Case]], None]
    T = TypeVar("T")

    class Share(Protocol):
        """Chooses some of the points that a test could try."""

        def __call__(self, every: Sequence[T], sample: Sequence[T], /) -> Sequence[T]: ...


@pytest.fixture(scope="session")
def full(pytestconfig: pytest.Config) -> bool:
    """Tell whether every point is to be tried, not just some."""
    return bool(pytestconfig.getoption("full"))


@pytest.fixture(scope="session")
def share(pytestconfig: pytest.Config, full: bool) -> Share:
    """Give what chooses points: every one, a sample, or, if neither was asked for, an eighth of that."""
    step = 1 if pytestconfig.getoption("sample") else 8
    return lambda every, sample: every if full else sample[::step]


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
