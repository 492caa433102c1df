"""Read groups, members, distributions, orders and duties from a database, as from files."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from cagette_notify.config.camap import CAMAP
from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _
from cagette_notify.data.camap.distributions import distributions_in
from cagette_notify.data.camap.duties import duties_in
from cagette_notify.data.camap.groups import groups_in
from cagette_notify.data.camap.idle import state_in
from cagette_notify.data.camap.members import members_in
from cagette_notify.data.camap.orders import books_in
from cagette_notify.data.camap.queries import shape_of
from cagette_notify.data.camap.rights import TooManyRights, rights_too_many
from cagette_notify.data.camap.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from cagette_notify.config.camap import CamapSource
    from cagette_notify.config.paths import Sources
    from cagette_notify.core.duty_list import DutyList
    from cagette_notify.core.model import Distribution, Member
    from cagette_notify.core.order_book import OrderBook
    from cagette_notify.data.distributions.read import Distributions
    from cagette_notify.data.groups import Groups

_PAST = timedelta(days=400)
"""How long ago the distributions began that are read: years of them have nothing to say to anybody."""


class DatabaseState(NamedTuple):
    """How what began after a moment stood in a database."""

    source: CamapSource
    since: datetime
    state: str


class Camap:
    """A database that is read in one snapshot, or, unless somebody holds it, in a short one each time."""

    def __init__(self, source: CamapSource, sources: Sources) -> None:
        """Keep where it is; nothing is asked yet."""
        self._source = source
        self._sources = sources
        self._held: Snapshot | None = None
        self._is_held = False

    def hold(self) -> None:
        """Let all that is read from now on be of one moment, until it is given back."""
        self._is_held = True

    def give_back(self) -> None:
        """Let the server go on: nothing more of that moment is asked for."""
        self._is_held = False
        held, self._held = self._held, None
        if held:
            held.give_back()

    def state(self, now: datetime) -> DatabaseState | None:
        """Return how what is to come stands in the moment that is held; None where it was given back."""
        if self._held is None:
            return None
        since = now.astimezone(self._sources.timezone).replace(tzinfo=None)
        return DatabaseState(self._source, since, state_in(self._held, since))

    def groups(self, problems: list[Problem]) -> Groups:
        """Return the groups that are served; ``problems`` grows, here and below."""
        with self._reading() as snapshot:
            found = groups_in(snapshot, self._source.groups, self._sources, problems)
        for number in self._source.groups.keys() - found.numbers.keys():
            message = _("no such group there: {id}", id=number)
            problems.append(Problem(message, CAMAP, field="data.camap.groups"))
        return found.groups

    def distributions(self, groups: Groups, problems: list[Problem]) -> Distributions:
        """Return the distributions ahead, and those that have not long been over."""
        now = self._sources.now
        since = now and now - _PAST
        with self._reading() as snapshot:
            return distributions_in(snapshot, self._numbers(groups), groups, since, now, problems)

    def members(self, groups: Groups, problems: list[Problem]) -> list[Member]:
        """Return everybody in these groups."""
        with self._reading() as snapshot:
            return members_in(
                snapshot, self._numbers(groups), groups.groups, self._sources.timezone, problems
            )

    def books(
        self, distributions: Iterable[Distribution], members: Sequence[Member], problems: list[Problem]
    ) -> dict[str, OrderBook]:
        """Return the order book of each distribution: as of now, and never an old one."""
        with self._reading() as snapshot:
            return books_in(snapshot, tuple(distributions), members, problems)

    def duties(
        self, distributions: Iterable[Distribution], members: Sequence[Member], problems: list[Problem]
    ) -> dict[str, DutyList]:
        """Return who serves at each distribution, and where nobody does yet."""
        with self._reading() as snapshot:
            return duties_in(snapshot, tuple(distributions), members, problems)

    def is_old(self) -> bool:
        """Tell whether it has the tables of an old Cagette."""
        with self._reading() as snapshot:
            return not shape_of(snapshot).is_camap

    def rights(self) -> TooManyRights:
        """Return what its user may do and need not."""
        with self._reading() as snapshot:
            return rights_too_many(snapshot)

    def _numbers(self, groups: Groups) -> dict[int, str]:
        """Return the groups by their numbers in the database."""
        names = self._source.groups or {int(id_): id_ for id_ in groups.groups}
        return {number: id_ for number, id_ in names.items() if id_ in groups.groups}

    @contextmanager
    def _reading(self) -> Iterator[Snapshot]:
        snapshot = self._held or Snapshot(self._source)
        if self._is_held:
            self._held = snapshot
        is_whole = False
        try:
            yield snapshot
            is_whole = True
        finally:
            if not (self._is_held and is_whole):
                self._held = None
                snapshot.give_back()
