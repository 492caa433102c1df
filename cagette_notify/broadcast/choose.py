"""Choose the recipients of a broadcast: what --to means."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from cagette_notify.broadcast.audience import (
    Audience,
    LeftOut,
    also_left_out,
    at_each_address,
    audience_of,
    coordinators_of,
    place_of,
    set_aside,
    together,
    without_reached,
    without_unsubscribed,
)
from cagette_notify.broadcast.by_catalog import members_by_catalog
from cagette_notify.broadcast.by_file import members_in_file
from cagette_notify.broadcast.by_order import ByOrder, members_by_order
from cagette_notify.broadcast.in_calendars import (
    InCalendars,
    back_on_since,
    called_off_since,
    left_in_calendars,
)
from cagette_notify.broadcast.lists import WantedList, is_told, wanted_list
from cagette_notify.broadcast.roles_today import RolesToday
from cagette_notify.broadcast.told import (
    REMEMBERED,
    Memory,
    forgotten_readers,
    mailboxes_told,
    only_members_count,
    told_elsewhere,
    told_of,
    told_there,
)
from cagette_notify.core.duty_list import DutyList
from cagette_notify.core.errors import DataError, Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.list_names import ALL, TOLD, VOLUNTEERS, WITH_ORDER
from cagette_notify.core.messages import name_of_lists
from cagette_notify.core.model import Distribution, Group, Member
from cagette_notify.core.notices import Entry, Reason
from cagette_notify.data.dataset import load_duties, load_members
from cagette_notify.run.reading.held_groups import GroupsRead

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from cagette_notify.core.order_book import OrderBook
    from cagette_notify.data.calendar import Calendar
    from cagette_notify.data.members.named_rows import NamedRow, NamedRows


class Choice(Struct, frozen=True):
    """An audience, the lists of which it is made, and what is wrong with the data behind it.

    ``called_off`` is what everybody of it was told of, ``back_on`` the same, on again, ``kept``
    what calendars keep of it all the same, in doubt. ``read`` is the data that has to be whole for nobody to
    be missing; there is none where the ledger, or the group's own row, says to whom it goes. It
    ``lacks_rows`` where some of orders or of duties, by which others would be of it, were set aside;
    ``of_rows`` are those of the problems that are with orders, duties or a list. ``missing`` says which
    orders should be known by now, and are not, ``stale`` which are from before their close.
    """

    audience: Audience
    lists: tuple[WantedList, ...]
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    called_off: tuple[InCalendars, ...] = ()
    back_on: tuple[InCalendars, ...] = ()
    kept: tuple[Problem, ...] = ()
    read: GroupsRead | None = None
    lacks_rows: bool = False
    of_rows: tuple[Problem, ...] = ()
    missing: tuple[Problem, ...] = ()
    stale: tuple[Problem, ...] = ()

    @property
    def not_whole(self) -> tuple[Problem, ...]:
        """Why nobody knows who is missing: data that may go on where its file ends, or isn't there."""
        cut = (one for one in self.problems if one.is_cut)
        return (*cut, *self.missing) if self.read else ()

    @property
    def name(self) -> str:
        """What the lists are called together, in whatever order they were typed."""
        return name_of_lists(one.name for one in self.lists)

    @property
    def name_to_type(self) -> str:
        """The same as it may be typed, in the language of whoever reads it."""
        return name_of_lists(one.name_to_type for one in self.lists)

    @property
    def is_of_all(self) -> bool:
        """Whether the whole group is meant, whoever else gets a copy."""
        return any(one.kind == ALL for one in self.lists)

    @property
    def name_given_again(self) -> str:
        """What tells it from the lists of another mail: everybody, whoever else gets a copy.

        Given once more with another list, or with one less, it must not go to all of them twice.
        """
        return ALL if self.is_of_all else self.name


def choose_audience(  # noqa: PLR0913 - what is wanted, and all that it is chosen from
    calendar: Calendar,
    group: Group,
    wanted: Sequence[str],
    now: datetime,
    memory: Memory,
    *,
    files: Mapping[str, NamedRows] = {},
) -> Choice:
    """Return the members of ``group`` that the lists ``wanted`` mean, together: each address once.

    A list is ``all``, ``coordinators``, ``with-order:D``, ``without-order:D``, ``told:D``,
    ``volunteers:D``, ``catalog:C`` or ``file:F``, in English or in French; D is a distribution's id, its
    date, or ``next``, C a catalog's name, F a file that names members: of ``files``, by their list, the rows
    are known. Raises ``UsageError`` for anything else, ``DataError`` where the members, or the orders, duties
    or file it depends on, can't be read whole.
    """
    told = memory.told_since(now - REMEMBERED) if any(map(is_told, wanted)) else ()
    found = (wanted_list(calendar, group, one, now, told=told, files=files) for one in wanted)
    typed = {one.name: one for one in found}
    lists = tuple(one for one in typed.values() if not (ALL in typed and one.is_part_of_all))
    chooser = _Chooser(calendar, group, now, told, memory, _people(calendar, group, lists))
    choices = [chooser.choose(one) for one in lists]
    choice = choices[0] if len(choices) == 1 else _united(choices)
    audience = without_reached(choice.audience)
    audience = without_unsubscribed(audience, memory.unsubscribed, chooser.people.members)
    choice = replace(choice, audience=audience)
    return replace(choice, notes=(*choice.notes, *_lost_by_uniting(choices)))


class _People(NamedTuple):
    """A group's members, those whose rows leave it open or are bad, and what is wrong with the file."""

    members: Sequence[Member]
    set_aside: tuple[Member, ...]
    problems: tuple[Problem, ...]


def _people(calendar: Calendar, group: Group, lists: Sequence[WantedList]) -> _People:
    """Return the group's members, and those who may be some; none if only those told are written to.

    That is, where they can't be read.
    """
    try:
        loaded = load_members(calendar, [group.id])
        if group.id in loaded.stopped_groups:
            raise DataError(*loaded.problems)
    except DataError as error:
        if any(one.kind != TOLD for one in lists):
            raise
        # Without names, then: that it is called off can't wait for them.
        return _People((), (), tuple(error.problems))
    members = [member for member in loaded.members if group.id in member.group_ids]
    aside = [one.member for one in loaded.set_aside if group.id in one.member.group_ids]
    aside += _perhaps_of(group, (*loaded.members, *(one.member for one in loaded.set_aside)))
    # Of a file that was cut, the rows that are missing may be of any group.
    problems = tuple(one for one in loaded.problems if one.is_cut or one.group_id in {group.id, ""})
    return _People(members, tuple(aside), problems)


def _perhaps_of(group: Group, members: Iterable[Member]) -> Iterator[Member]:
    """Yield, as the group's, those whose row names another, that can't be read: it may be this one."""
    for one in members:
        if one.group_problems and group.id not in one.group_ids:
            yield replace(one, group_ids=(*one.group_ids, group.id))


class _Chooser(NamedTuple):
    """What the lists are chosen from."""

    calendar: Calendar
    group: Group
    now: datetime
    told: Sequence[Entry]
    memory: Memory
    people: _People

    def choose(self, wanted: WantedList) -> Choice:
        """Return whom one list means."""
        if wanted.file:
            return self._in_file(wanted, wanted.file)
        if wanted.catalog:
            return self._in_catalog(wanted)
        if wanted.distribution:
            return self._by_distribution(wanted, wanted.distribution)
        if wanted.kind == ALL:
            audience = also_left_out(audience_of(self.people.members), set_aside(self.people.set_aside))
            return Choice(audience, (wanted,), self.people.problems, read=self._read())
        return Choice(coordinators_of(self.group, self.people.members), (wanted,))

    def _by_distribution(self, wanted: WantedList, distribution: Distribution) -> Choice:
        if wanted.kind == TOLD:
            return self._told(wanted, distribution)
        if wanted.kind == VOLUNTEERS:
            return self._volunteers(wanted, distribution)
        people = self.people.members, self.people.set_aside
        with_order = wanted.kind == WITH_ORDER
        found = members_by_order(self.calendar, *people, distribution, self.now, with_order=with_order)
        return self._by_order(wanted, found)

    def _in_catalog(self, wanted: WantedList) -> Choice:
        people = self.people.members, self.people.set_aside
        name, found = members_by_catalog(self.calendar, self.group, *people, wanted.catalog, now=self.now)
        return self._by_order(replace(wanted, catalog=name), found)

    def _by_order(self, wanted: WantedList, found: ByOrder) -> Choice:
        of_rows = tuple(one for one in found.said if not one.is_warning)
        problems = (*self.people.problems, *of_rows)
        notes = tuple(one for one in found.said if one.is_warning)
        unknown = (
            out
            for member, origin in found.unknown
            for out in at_each_address(member, Reason.WAITING_FOR_ORDERS, origin)
        )
        audience = also_left_out(audience_of(found.members), (*unknown, *set_aside(found.set_aside)))
        return Choice(
            *(audience, (wanted,), problems, notes),
            read=self._read(found.books),
            lacks_rows=found.lacks_rows,
            of_rows=of_rows,
            missing=found.missing,
            stale=found.stale,
        )

    def _in_file(self, wanted: WantedList, file: NamedRows) -> Choice:
        people = self.people.members, self.people.set_aside
        found = members_in_file(file, self.group.id, *people)
        if found.unclear and not file.is_recorded:
            raise DataError(*found.unclear)
        strangers = (
            LeftOut(Member("", ()), _shown(row), Reason.NO_MEMBER, place_of(row.origin))
            for row in found.strangers
        )
        audience = also_left_out(audience_of(found.members), (*set_aside(found.set_aside), *strangers))
        known = replace(wanted, file=file._replace(rows=found.rows))
        problems = (*self.people.problems, *found.unclear)
        return Choice(audience, (known,), problems, read=self._read(), of_rows=found.unclear)

    def _volunteers(self, wanted: WantedList, distribution: Distribution) -> Choice:
        members, aside = self.people.members, self.people.set_aside
        duties = load_duties(self.calendar, members, set_aside=aside, asked=distribution.id)
        if duties.lists is None:
            message = (
                _("who serves at {id} is not known", id=distribution.id)
                if self.calendar.inputs.tell_who_serves
                else _("who serves at {id} is not known: data.duties names the file", id=distribution.id)
            )
            raise DataError(*duties.problems, Problem(message, field="--to"))
        those = duties.lists.get(distribution.id, DutyList())
        serving = those.member_ids
        audience = audience_of(one for one in members if one.id in serving)
        audience = also_left_out(audience, set_aside(one for one in aside if one.id in serving))
        of_rows = tuple(one for one in duties.problems if self._concerns(one))
        return Choice(
            *(audience, (wanted,), (*self.people.problems, *of_rows)),
            read=replace(self._read(), duties=duties.lists),
            lacks_rows=those.may_lack_people,
            of_rows=of_rows,
        )

    def _concerns(self, problem: Problem) -> bool:
        return problem.is_cut or problem.group_id in {self.group.id, ""}

    def _told(self, wanted: WantedList, distribution: Distribution) -> Choice:
        mine = told_of(self.calendar, distribution, self.told)
        cancels = self.memory.cancels(distribution.id)
        members, problems = self.people.members, self.people.problems
        forgotten = forgotten_readers(mine, (*members, *self.people.set_aside), self.memory.forgotten)
        everybody, aside = (*members, *self.people.set_aside), self.people.set_aside
        elsewhere = told_elsewhere(mine, members, everybody)
        off = called_off_since(self.calendar, distribution, mine, cancels, elsewhere)
        roles = RolesToday(self.calendar, members, aside, self.told, distribution, self.now)
        of_orders = [one for one in mine if one.key.kind.traits.needs_order]
        again = forgotten_readers(of_orders, everybody, self.memory.forgotten)
        boxes = [box for _id, box in again]
        on = back_on_since(self.calendar, distribution, mine, cancels, elsewhere, boxes, roles)
        moved = audience_of(elsewhere)
        unsure = (*told_there(mine, aside), *told_elsewhere(mine, aside, everybody))
        left_out = Audience((), frozenset(), tuple(set_aside(unsure)))
        audience = together([Audience(*mailboxes_told(mine, members, forgotten)), moved, left_out])
        read = self._read() if members and only_members_count(mine) else None
        kept = () if off else tuple(left_in_calendars(self.calendar, mine))
        return Choice(audience, (wanted,), problems, called_off=off, back_on=on, kept=kept, read=read)

    def _read(self, books: Mapping[str, OrderBook] | None = None) -> GroupsRead:
        members = {self.group.id: self.people.members}
        return GroupsRead(self.calendar, members, self.people.set_aside, books or {})


def _shown(row: NamedRow) -> str:
    return (row.meant and row.meant.name) or row.shown


def _united(choices: Sequence[Choice]) -> Choice:
    """Return the choices as one; who is in several gets one copy."""
    read = [one.read for one in choices if one.read]
    duties = next((one.duties for one in read if one.duties is not None), None)
    books = {id_: book for one in read for id_, book in one.books.items()}
    return Choice(
        together([one.audience for one in choices]),
        tuple(wanted for one in choices for wanted in one.lists),
        tuple(dict.fromkeys(problem for one in choices for problem in one.problems)),
        tuple(dict.fromkeys(note for one in choices for note in one.notes)),
        read=replace(read[0], books=books, duties=duties) if read else None,
        lacks_rows=any(one.lacks_rows for one in choices),
        of_rows=tuple(dict.fromkeys(problem for one in choices for problem in one.of_rows)),
        missing=tuple(dict.fromkeys(problem for one in choices for problem in one.missing)),
        stale=tuple(dict.fromkeys(problem for one in choices for problem in one.stale)),
    )


def _lost_by_uniting(choices: Sequence[Choice]) -> Iterator[Problem]:
    """Say what a list of those who were told does for their calendars only where it stands alone."""
    if len(choices) == 1:
        return
    off = ", ".join(one.name_to_type for one in choices if one.called_off)
    back_on = ", ".join(one.name_to_type for one in choices if one.back_on)
    if off:
        message = _("united with another list, {lists} takes nothing out of calendars", lists=off)
        yield Problem(message, field="--to", is_warning=True)
    if back_on:
        message = _("united with another list, {lists} puts nothing back into calendars", lists=back_on)
        yield Problem(message, field="--to", is_warning=True)
