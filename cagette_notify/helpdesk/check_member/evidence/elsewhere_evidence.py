"""Gather the files in which an order may stand of which none is known, as nobody reads them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from cagette_notify.data.files_in_use import unused_orders
from cagette_notify.data.replaced_orders import replaced_orders
from cagette_notify.helpdesk.check_member.evidence.pieces_of_evidence import OrdersElsewhere

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cagette_notify.core.model import Distribution
    from cagette_notify.data.roster import Roster
    from cagette_notify.helpdesk.check_member.evidence.distribution_evidence import DistributionEvidence


class ElsewhereEvidence:
    """The orders files beside those that are read.

    A class because they are looked for once for all who are asked about.
    """

    def __init__(self, roster: Roster, occasions: DistributionEvidence) -> None:
        """Look at nothing yet."""
        self._roster = roster
        self._occasions = occasions

    def of(self, distributions: Iterable[Distribution]) -> Iterator[OrdersElsewhere]:
        """Yield, for those distributions of which somebody has no order, the files that nobody reads."""
        for one in distributions:
            if files := (*self._unused, *self._replaced(one)):
                yield OrdersElsewhere(one, files)

    @cached_property
    def _unused(self) -> tuple[str, ...]:
        return unused_orders(self._roster.calendar)

    def _replaced(self, one: Distribution) -> Iterator[str]:
        books = {one.id: self._occasions.whole_book(one.id)}
        roster = self._roster
        found = replaced_orders(
            roster.calendar, [one], books, roster.members, set_aside=roster.people_set_aside
        )
        yield from (problem.file for problem in found)
