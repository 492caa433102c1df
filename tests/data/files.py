"""A co-op's data files, written where a test wants them."""

from __future__ import annotations

import os
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from cagette_notify.config.paths import Sources
from cagette_notify.data.dataset import Members, Orders, load_calendar, load_members, load_orders
from tests.fixtures.builders import PARIS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cagette_notify.core.errors import Problem
    from cagette_notify.data.calendar import Calendar
    from cagette_notify.data.files.file_ages import NextRun

SAMPLES = Path(__file__).parent / "samples"

ONE_GROUP = "id;name\nlac;Les Paniers du Lac\n"
TWO_GROUPS = "id;name\nlac;Les Paniers du Lac\nport;Le Port\n"
ONE_DAY = "id;group;starts_at;orders_close_at\nvendredi;lac;2026-06-12 18:00;2026-06-10 20:00\n"
TWO_MEMBERS = (
    "id;first_name;last_name;email\n1;Zoé;Martin;zoe@exemple.example\n2;Ana;Roux;ana@exemple.example\n"
)


def a_folder(folder: Path, files: dict[str, str | bytes], **overrides: Any) -> Sources:
    """Write files, and name those called groups, members and so on as a configuration does."""
    stems = {Path(name).stem for name in files}
    defaults: dict[str, str | bytes] = {"groups.csv": ONE_GROUP, "distributions.csv": "group;starts_at\n"}
    files = {name: text for name, text in defaults.items() if Path(name).stem not in stems} | files
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    named = {Path(name).stem: folder / name for name, content in files.items() if "/" not in name}
    orders = named.get("orders")
    sources = Sources(
        folder=folder,
        groups=named["groups"],
        distributions=named["distributions"],
        members=named.get("members"),
        orders=str(orders) if orders else None,
        duties=named.get("duties"),
        timezone=PARIS,
        language="fr",
    )
    return replace(sources, **overrides)


def calendar_of(folder: Path, files: dict[str, str | bytes], **overrides: Any) -> Calendar:
    return load_calendar(a_folder(folder, {"members.csv": TWO_MEMBERS, **files}, **overrides))


def members_of(folder: Path, files: dict[str, str | bytes], **overrides: Any) -> Members:
    calendar = load_calendar(a_folder(folder, files, **overrides))
    return load_members(calendar, calendar.groups)


def orders_of(
    folder: Path,
    files: dict[str, str | bytes],
    *,
    now: datetime = datetime(2026, 6, 11, 16, tzinfo=timezone.utc),
    hold_stale: bool = False,
    next_run: NextRun | None = None,
    **overrides: Any,
) -> Orders:
    files = {"members.csv": TWO_MEMBERS, "distributions.csv": ONE_DAY, **files}
    calendar = load_calendar(a_folder(folder, files, **overrides))
    members = load_members(calendar, calendar.groups)
    asked = [each.id for each in calendar.distributions]
    return load_orders(
        calendar,
        members.members,
        asked,
        set_aside=[one.member for one in members.set_aside],
        now=now,
        hold_stale=hold_stale,
        next_run=next_run,
    )


def modified(path: Path, when: datetime) -> None:
    os.utime(path, (when.timestamp(), when.timestamp()))


def lines_of(problems: Iterable[Problem]) -> list[str]:
    return [str(problem) for problem in problems]
