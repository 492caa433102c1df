"""Members' own changes of settings, kept in notifications.csv; they win over the data files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cagette_notify.data.fields import Schema, plain
from cagette_notify.data.sources import Feed, called, open_sheet
from cagette_notify.data.tree import Unreadable
from cagette_notify.errors import DataError
from cagette_notify.language import _
from cagette_notify.model import NOTICE_KINDS, Kind, Setting
from cagette_notify.values import day, yes_no

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from cagette_notify.data.rows import Row
    from cagette_notify.model import Member, Problem

_FIELDS = {
    "member": ("membre",),
    "kind": ("notice", "type"),
    "value": ("valeur",),
    "date": ("le",),
}
_SCHEMA = Schema(
    title="notifications",
    titles=frozenset(("notifications",)),
    names={plain(name): field for field, others in _FIELDS.items() for name in (field, *others)},
    required=(("member",), ("kind",), ("value",)),
)


@dataclass(frozen=True, slots=True)
class Preferences:
    """Every member's last change of each kind, by member id, and the rows that make no sense."""

    settings: Mapping[str, Mapping[Kind, Setting]]
    problems: tuple[Problem, ...] = ()


def load_preferences(path: Path, folder: Path) -> Preferences:
    """Read the changes at ``path``; no file means no changes.

    Raises ``DataError`` if they can't be read whole: a mail to somebody who wants none can't be
    called back.
    """
    if not path.exists():
        return Preferences({})
    feed = Feed(called(path, folder), path)
    settings: dict[str, dict[Kind, Setting]] = {}
    problems: list[Problem] = []
    try:
        for row in open_sheet(feed, _SCHEMA).rows:
            _note(row, settings)
            problems += row.problems
    except Unreadable as trouble:
        raise DataError(feed.problem(trouble)) from None
    return Preferences(settings, tuple(problems))


def with_preferences(members: Iterable[Member], preferences: Preferences) -> tuple[Member, ...]:
    """Return the members with their own changes in place of what the data files say."""
    return tuple(
        replace(member, settings={**member.settings, **changed})
        if (changed := preferences.settings.get(member.id))
        else member
        for member in members
    )


def _note(row: Row, settings: dict[str, dict[Kind, Setting]]) -> None:
    member_id, kind = row.required("member"), row.read("kind", _kind)
    value, changed_on = row.read("value", yes_no), row.read("date", day)
    if not row.is_spoiled and kind is not None and value is not None:
        setting = Setting(value, row.origin, changed_on.isoformat() if changed_on else "")
        settings.setdefault(member_id, {})[kind] = setting


def _kind(text: str) -> Kind:
    known = {kind.value: kind for kind in NOTICE_KINDS}
    if text not in known:
        raise ValueError(_("expected one of {kinds}", kinds=", ".join(known)))
    return known[text]
