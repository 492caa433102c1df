"""Read the distributions file, its repeats spelt out."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone, tzinfo
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from cagette_notify.core.i18n import _
from cagette_notify.core.model import Distribution
from cagette_notify.core.parsing import Moment, comes_twice, is_only_hours, moment, web_address, yes_no
from cagette_notify.core.set_aside import RowSetAside
from cagette_notify.core.text import as_known, fold, quoted, quoted_with_hint
from cagette_notify.data.distributions.moved_times import moved_times
from cagette_notify.data.distributions.repeated_distributions import days_of, is_repeated
from cagette_notify.data.files.days_off import begins_with_off
from cagette_notify.data.files.newest_file import resolved
from cagette_notify.data.rows.columns import DISTRIBUTIONS
from cagette_notify.data.rows.cut_rows import complain_if_cut
from cagette_notify.data.rows.read_rows import RowSource, open_rows, row_source_in
from cagette_notify.data.rows.shifted_rows import is_words, words
from cagette_notify.readers.tree import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cagette_notify.core.errors import Problem
    from cagette_notify.data.groups import Defaults, Groups
    from cagette_notify.data.rows.cells import Row

"""In the name of an orders file: the local day of the distribution."""

_TIMES = ("starts_at", "ends_at", "orders_open_at", "orders_close_at")
_LONGEST = timedelta(days=1)  # that a distribution is likely to last
_NEVER = datetime.max.replace(tzinfo=timezone.utc)


class Distributions(NamedTuple):
    """What the distributions file holds. ``set_aside`` are ids of what is bad: known, but not served.

    The ``rows_aside`` are where it stands, and bad rows of groups.
    """

    distributions: tuple[Distribution, ...] = ()
    set_aside: frozenset[str] = frozenset()
    rows_aside: tuple[RowSetAside, ...] = ()
    orders: Mapping[str, RowSource] = {}  # of those that carry their own


def read_distributions(
    source: RowSource, groups: Groups | None, defaults: Defaults, problems: list[Problem]
) -> Distributions | None:
    """Return the distributions, or None if the file can't be read whole; ``problems`` grows.

    Without ``groups`` (their file is unreadable) any group will do: the rest is still checked.
    """
    source = resolved(source, DISTRIBUTIONS)
    found: list[Distribution] = []
    set_aside: set[str] = set()
    rows_aside: list[RowSetAside] = []
    skipped: set[str] = set()
    orders: dict[str, RowSource] = {}
    lines: dict[str, int] = {}
    is_whole = True
    group_ids = groups.ids if groups else frozenset()
    try:
        for row in open_rows(source, DISTRIBUTIONS).rows:
            complain_if_cut(row, DISTRIBUTIONS.required)
            is_cut = row.is_unended and row.is_spoiled
            group_id = as_known(row.required("group"), group_ids)
            if groups and group_id in groups.set_aside:
                found_aside = list(_occurrences(row, group_id, defaults.timezone, None, skipped))
                set_aside.update((row.reference("id"), *(each.id for each in found_aside)))
                continue  # its group's own problem is said already
            is_whole &= _is_of_known_group(row, group_id, groups)
            own_orders = row_source_in(row, "orders", source, defaults.folder)
            zone = _zone(group_id, groups, defaults)
            occurrences = list(_occurrences(row, group_id, zone, own_orders, skipped))
            is_whole &= all([row.is_first(each.id, lines) for each in occurrences])  # noqa: C419 - every one
            if row.is_spoiled:
                set_aside.update((row.as_guessed.text("id"), *(each.id for each in occurrences)))
                starts = () if is_cut else tuple(each.starts_at for each in occurrences)
                # More may be missing behind it, of whatever group.
                rows_aside.append(RowSetAside(row.origin, "" if is_cut else group_id, starts))
            else:
                found += occurrences
                if own_orders:
                    orders |= {each.id: own_orders.on(each.starts_at.date()) for each in occurrences}
            problems += row.problems_of(group_id)
    except Unreadable as trouble:
        problems.append(source.problem(trouble, stops_all=True))
        return None
    found.sort(key=lambda each: (each.starts_at.astimezone(timezone.utc), each.id))
    # Where a start is skipped, a row of its own may stand in its place.
    set_aside |= skipped.difference(each.id for each in found)
    set_aside.discard("")
    rows_aside += _of_groups_aside(groups)
    return Distributions(tuple(found), frozenset(set_aside), tuple(rows_aside), orders) if is_whole else None


def _of_groups_aside(groups: Groups | None) -> Iterator[RowSetAside]:
    """Yield the bad rows of groups: nobody can write to such a group about what is missing of it."""
    for id_, origin in groups.set_aside.items() if groups else ():
        yield RowSetAside(origin, id_)


def _is_of_known_group(row: Row, group_id: str, groups: Groups | None) -> bool:
    if not groups or not group_id or group_id in groups.groups:
        return True
    message = _("no such group: {id}", id=quoted_with_hint(group_id, groups.ids))
    row.complain("group", message, stops_all=True)
    return False


def _zone(group_id: str, groups: Groups | None, defaults: Defaults) -> tzinfo:
    group = groups.groups.get(group_id) if groups else None
    return group.timezone if group else defaults.timezone


def _occurrences(
    row: Row, group_id: str, zone: tzinfo, orders: RowSource | None, skipped: set[str]
) -> Iterator[Distribution]:
    """Yield each distribution of a row; ``skipped`` grows by ids of those that would start in no hour."""
    times = _times(row, zone)
    check_order(row, times)
    model = _model(row, group_id, times)
    if model is None:
        return
    first = model.starts_at.date()
    if not is_repeated(row):
        warn_of_doubles(row, times)
        yield model if model.id else replace(model, id=f"{group_id}-{first}")
        return
    _check_repeated_orders(row, orders)
    for day in days_of(row, first):
        id_ = f"{model.id or group_id}-{day}"
        moved = moved_times(row, id_, times, day - first, zone)
        warn_of_doubles(row, moved)
        if "starts_at" in moved:
            yield replace(model, id=id_, **_instants(moved))
        else:
            skipped.add(id_)


def _times(row: Row, zone: tzinfo) -> dict[str, Moment]:
    times: dict[str, Moment] = {}
    if "starts_at" not in row.cells:
        row.complain("starts_at", _("missing"))
    for name in filter(row.cells.__contains__, _TIMES):
        if name == "ends_at" and "starts_at" not in times and is_only_hours(row.text(name)):
            continue  # right or wrong, it depends on a start that is wrong itself
        start = times.get("starts_at") if name == "ends_at" else None
        found = row.read(name, partial(_moment, zone=zone, start=start))
        if found:
            times[name] = found
    return times


def _moment(text: str, *, zone: tzinfo, start: Moment | None) -> Moment:
    # The end of a distribution is often typed as hours alone: they are those of the day it starts.
    if start and is_only_hours(text):
        text = f"{start.at.date()} {text}"
    if text[:1].isalpha() or text[-1:] == ")":  # and mostly not: most are of programs
        from cagette_notify.core.dates_in_words import in_figures_alone

        text = in_figures_alone(text)
    return moment(text, zone)


def check_order(row: Row, times: Mapping[str, Moment]) -> None:
    """Complain of times that can't follow one another as they do."""
    # Times of one zone compare by the wall clock, which goes back for an hour once a year.
    utc = {name: when.at.astimezone(timezone.utc) for name, when in times.items()}
    if _are_reversed("starts_at", "ends_at", utc):
        row.complain("ends_at", _("before the start"))
    elif "ends_at" in utc and "starts_at" in utc and utc["ends_at"] - utc["starts_at"] > _LONGEST:
        message = _(
            "{ends_at} is more than 24 hours after the start, {starts_at}: is that the right day?",
            ends_at=f"{times['ends_at'].at:%Y-%m-%d %H:%M}",
            starts_at=f"{times['starts_at'].at:%Y-%m-%d %H:%M}",
        )
        row.remark("ends_at", message, is_warning=True)
    if _are_reversed("orders_open_at", "orders_close_at", utc):
        row.complain("orders_close_at", _("before orders open"))
    if _are_reversed("orders_open_at", "starts_at", utc):
        row.complain("orders_open_at", _("after the start"))
    if _are_reversed("orders_close_at", "starts_at", utc):
        _check_late_close(row, utc)


def _check_late_close(row: Row, utc: Mapping[str, datetime]) -> None:
    """Refuse orders that close once the distribution is over; until it ends, some take them on the spot.

    With the day of a typo members would be told to order for a day that is past, and recaps would leave
    by an export from before orders closed.
    """
    if "ends_at" not in utc:
        row.complain("orders_close_at", _("after the start"))
    elif _are_reversed("orders_close_at", "ends_at", utc):
        row.complain("orders_close_at", _("after the end"))


def _are_reversed(early: str, late: str, utc: Mapping[str, datetime]) -> bool:
    return early in utc and late in utc and utc[late] < utc[early]


def _model(row: Row, group_id: str, times: Mapping[str, Moment]) -> Distribution | None:
    """Make the distribution as its row has it; None without a start. Bad values spoil the row."""
    place = _place(row)
    distribution = Distribution(
        id=row.reference("id"),
        group_id=group_id,
        starts_at=_NEVER,
        name=words(row, "name"),
        place=place,
        place_is_unknown=not place,
        note=row.text("note"),
        url=row.read("url", web_address) or "",
        catalogs=names_once(one for one in row.listed("catalogs") if is_words(row, "catalogs", one)),
        fixed=row.read("fixed", yes_no) or False,
        cancelled=row.read("cancelled", yes_no) or False,
        origin=row.origin,
    )
    return replace(distribution, **_instants(times)) if "starts_at" in times else None


def _place(row: Row) -> str:
    """Return where it is; empty where nobody says so. That it is off is no place, and spoils the row."""
    place = words(row, "place")
    if begins_with_off(place):
        message = _("no place: {value}; to call the distribution off: cancelled: yes", value=quoted(place))
        row.complain("place", message)
    elif place and not any(map(str.isalnum, place)):
        row.remark("place", _("no place: {value}", value=quoted(place)))
        return ""
    return place


def names_once(names: Iterable[str]) -> tuple[str, ...]:
    """Return names in their order, each once, whatever its case and accents."""
    first: dict[str, str] = {}
    for name in names:
        first.setdefault(fold(name), name)
    return tuple(first.values())


def _instants(times: Mapping[str, Moment]) -> dict[str, datetime]:
    return {name: when.at for name, when in times.items()}


def warn_of_doubles(row: Row, times: Mapping[str, Moment]) -> None:
    """Say which times come twice, in the night when the clocks go back."""
    for name, when in times.items():
        if when.ambiguous:
            row.remark(name, comes_twice(when), is_warning=True)


def _check_repeated_orders(row: Row, orders: RowSource | None) -> None:
    if orders and not orders.is_of_a_day:
        row.complain(
            "orders", _("the same orders can't serve every day of a repeat: name a file with {{date}} in it")
        )
