"""Count the rows of orders that name no distribution there is: one stands for all that name the same."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.core.i18n import _

if TYPE_CHECKING:
    from cagette_notify.core.errors import Problem


class UnplacedRows:
    """What such rows name, how often, and the line that says so."""

    def __init__(self) -> None:
        """Know of none yet."""
        self._counts: Counter[str] = Counter()
        self._named_in: dict[int, str] = {}

    def see(self, named: str, line: int) -> bool:
        """Note a row, and tell whether it is the first one that names that."""
        self._counts[named] += 1
        is_first = self._counts[named] == 1
        if is_first:
            self._named_in[line] = named
        return is_first

    def counted(self, problem: Problem) -> Problem:
        """Return what is said of the first one with how many there are; anything else as it is."""
        count = self._counts[self._named_in.get(problem.line, "")] if problem.field == "distribution" else 0
        if count <= 1:
            return problem
        what = _("{what} (such rows: {count})", what=problem.message, count=count)
        return replace(problem, message=what)
