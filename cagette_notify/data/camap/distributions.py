"""Read the distributions of a database: one for each MultiDistrib, with the hours of its catalogs."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, time, timedelta, timezone
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec.structs import replace

from cagette_notify.core.i18n import _
from cagette_notify.core.model import CatalogHours, Distribution
from cagette_notify.core.parsing import Moment, local
from cagette_notify.core.set_aside import RowSetAside
from cagette_notify.data.camap.mended import mended, wall_clock, whole_of
from cagette_notify.data.camap.queries import SELECT_DISTRIBUTIONS, SELECT_TAKING_PART, in_groups_of
from cagette_notify.data.distributions.read import Distributions, check_order, names_once, warn_of_doubles
from cagette_notify.data.rows.cells import Row

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import tzinfo

    from cagette_notify.core.errors import Problem
    from cagette_notify.core.model import Group
    from cagette_notify.data.camap.snapshot import Snapshot, Stored
    from cagette_notify.data.groups import Groups

_VARIABLE: Final = 1
_EVER: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - of no zone, as all that is stored there
_JUST_OVER: Final = timedelta(days=1)


class _Catalog(NamedTuple):
    """A catalog that takes part, with the hours of its own in which members may order."""

    name: str
    is_variable: bool
    opens_at: datetime | None
    closes_at: datetime | None


def distributions_in(  # noqa: PLR0913, PLR0917 - of which groups, since when, and what is over
    snapshot: Snapshot,
    numbers: Mapping[int, str],
    groups: Groups,
    since: datetime | None,
    now: datetime | None,
    problems: list[Problem],
) -> Distributions:
    """Return those that begin after a moment; ``problems`` grows, but not by what is over ``now``."""
    asked = in_groups_of([*numbers]), since.replace(tzinfo=None) if since else _EVER
    catalogs: dict[int, list[_Catalog]] = defaultdict(list)
    for id_, name, type_, opens, closes in snapshot.rows(SELECT_TAKING_PART, *asked):
        of_row = mended(name), whole_of(type_) == _VARIABLE, wall_clock(opens), wall_clock(closes)
        catalogs[whole_of(id_)].append(_Catalog(*of_row))
    found: list[Distribution] = []
    rows_aside: list[RowSetAside] = []
    for record in snapshot.rows(SELECT_DISTRIBUTIONS, *asked):
        group = groups.groups[numbers[whole_of(record[1])]]
        row, one = _distribution(record, group, catalogs[whole_of(record[0])])
        if one and not row.is_spoiled:
            found.append(one)
        else:
            rows_aside.append(RowSetAside(row.origin, group.id, (one.starts_at,) if one else ()))
        if not one or now is None or one.starts_at > now - _JUST_OVER:
            problems += row.problems_of(group.id)
    found.sort(key=lambda each: (each.starts_at.astimezone(timezone.utc), each.id))
    return Distributions(
        tuple(found), frozenset(str(one.origin.line) for one in rows_aside), tuple(rows_aside)
    )


def _distribution(
    record: Stored, group: Group, catalogs: Sequence[_Catalog]
) -> tuple[Row, Distribution | None]:
    number, _group, *stored, place, address1, address2, zip_code, city = record
    names = ("starts_at", "ends_at", "orders_open_at", "orders_close_at")
    walls = {name: at for name, text in zip(names, stored, strict=True) if (at := wall_clock(text))}
    row = Row("MultiDistrib", whole_of(number), {name: str(at) for name, at in walls.items()})
    if "starts_at" not in walls:
        row.complain("starts_at", _("missing"))  # a zero date
        return row, None
    variable = [one for one in catalogs if one.is_variable]
    hours = tuple(_hours(variable, walls))
    walls = {**walls, **_outer(hours)} if variable else walls
    if not catalogs:
        walls = {name: at for name, at in walls.items() if not name.startswith("orders_")}
    times = {name: _moment(row, name, at, group.timezone) for name, at in walls.items()}
    check_order(row, times)
    warn_of_doubles(row, times)
    differ = len({(one.opens_at, one.closes_at) for one in hours}) > 1
    where = _place(place, address1, address2, f"{mended(zip_code)} {mended(city)}".strip())
    one = Distribution(
        id=str(whole_of(number)),
        group_id=group.id,
        starts_at=times["starts_at"].at,
        place=where,
        place_is_unknown=not where,
        catalogs=names_once(one.name for one in catalogs if one.name),
        fixed=bool(catalogs) and not variable,
        origin=row.origin,
        hours=tuple(_placed(one, group.timezone) for one in hours) if differ else (),
        due=tuple(
            (kind, _in_zone(_days_before(walls["starts_at"], days), group.timezone))
            for kind, days in group.days_before
        ),
    )
    return row, replace(one, **{name: when.at for name, when in times.items()})


def _days_before(start: datetime, days: int) -> datetime:
    """Return that hour so many days before; for 0 of them midnight, as it is too late at the start."""
    return start - timedelta(days=days) if days > 0 else datetime.combine(start.date(), time())


def _hours(variable: Sequence[_Catalog], walls: Mapping[str, datetime]) -> Iterator[_Catalog]:
    """Yield the catalogs with their hours: those of their own, or else the distribution's."""
    for one in variable:
        yield one._replace(
            opens_at=one.opens_at or walls.get("orders_open_at"),
            closes_at=one.closes_at or walls.get("orders_close_at"),
        )


def _outer(hours: Sequence[_Catalog]) -> dict[str, datetime]:
    """Return when the first catalog opens and the last one closes."""
    opening = [one.opens_at for one in hours if one.opens_at]
    closing = [one.closes_at for one in hours if one.closes_at]
    found = {"orders_open_at": min(opening, default=None), "orders_close_at": max(closing, default=None)}
    return {name: at for name, at in found.items() if at}


def _moment(row: Row, name: str, wall: datetime, zone: tzinfo) -> Moment:
    try:
        return local(wall, zone)
    except ValueError as skipped:
        at = _in_zone(wall, zone)
        message = _("{problem}; it is taken for {time}", problem=skipped, time=f"{at:%H:%M}")
        row.remark(name, message, is_warning=True)
        return Moment(at)


def _placed(one: _Catalog, zone: tzinfo) -> CatalogHours:
    return CatalogHours(
        one.name,
        _in_zone(one.opens_at, zone) if one.opens_at else None,
        _in_zone(one.closes_at, zone) if one.closes_at else None,
    )


def _in_zone(wall: datetime, zone: tzinfo) -> datetime:
    """Return the time as clocks show it: one that they skip is an hour later."""
    return wall.replace(tzinfo=zone).astimezone(timezone.utc).astimezone(zone)


def _place(name: bytes | None, *lines: bytes | str | None) -> str:
    """Return a place as one line: its name and where that is."""
    parts = (mended(part) if isinstance(part, bytes) else part or "" for part in (name, *lines))
    return ", ".join(part for part in parts if part)
