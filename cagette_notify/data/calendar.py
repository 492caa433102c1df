"""Hold groups and distributions, and where all else that belongs to them is.

A run with nothing due must be cheap: what only the others need is imported where it is used.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cagette_notify.core.set_aside import DistributionsAside
from cagette_notify.data.distributions.read import Distributions
from cagette_notify.data.rows.read_rows import RowSource, file_at

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from cagette_notify.config.paths import Sources
    from cagette_notify.core.errors import Problem
    from cagette_notify.core.model import Distribution, Group
    from cagette_notify.data.camap.source import Camap
    from cagette_notify.data.groups import Groups
    from cagette_notify.data.orders.order_files import OrderFiles


class Inputs(NamedTuple):
    """Where the rest of the data is, for the loads that come after the calendar's.

    Without ``groups`` their file is unreadable, and the rest can only be surveyed. A database takes the place
    of all files but the one of duties.
    """

    sources: Sources
    groups: Groups | None = None
    distributions: Distributions = Distributions()
    camap: Camap | None = None

    @property
    def tell_who_serves(self) -> bool:
        """Whether anything says who serves at a distribution."""
        return bool(self.sources.duties or self.camap)

    @property
    def have_orders_for_all(self) -> bool:
        """Whether the orders of all distributions stand in one place."""
        return bool(self.sources.orders or self.camap)

    def feed(self, path: Path) -> RowSource:
        """Return a file that the configuration names."""
        return file_at(path, self.sources.folder)


class Calendar(NamedTuple):
    """All that a run with nothing due needs: no members and no orders were read.

    Repeats are spelt out; distributions are sorted by their start.
    """

    groups: Mapping[str, Group]
    distributions: tuple[Distribution, ...]
    problems: tuple[Problem, ...]
    inputs: Inputs

    @property
    def aside(self) -> DistributionsAside:
        """What is known of distributions that can't be served."""
        distributions = self.inputs.distributions
        return DistributionsAside(distributions.set_aside, distributions.rows_aside)

    @property
    def source(self) -> str:
        """What the data come from, as a ledger remembers it; nothing for files."""
        return "camap" if self.inputs.camap else ""

    def with_unknown(self, distribution_ids: frozenset[str]) -> Calendar:
        """Return the same, with distributions of which nothing is known: what was told of them stands."""
        found = self.inputs.distributions
        distributions = found._replace(set_aside=found.set_aside | distribution_ids)
        return self._replace(inputs=self.inputs._replace(distributions=distributions))

    def give_back(self) -> None:
        """Let a database go on, of which one moment was held; what is read from now on is of another."""
        if self.inputs.camap:
            self.inputs.camap.give_back()


def shelf_of(inputs: Inputs) -> OrderFiles:
    """Return where the orders of each distribution are."""
    from cagette_notify.data.orders.order_files import OrderFiles

    orders = inputs.sources.orders
    return OrderFiles(inputs.distributions, inputs.feed(Path(orders)) if orders else None)


def closing_after_export(calendar: Calendar, now: datetime) -> dict[str, datetime]:
    """Return when orders close, of distributions whose file of orders will be too old by then.

    Rows of the calendar's own never are, nor is a database.
    """
    shelf = shelf_of(calendar.inputs)
    return {
        one.id: one.orders_close_at
        for one in calendar.distributions
        if one.orders_close_at and one.orders_close_at > now and (feed := shelf.feed_of(one)) and feed.path
    }
