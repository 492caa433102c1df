"""Members' own changes of settings, kept in notifications.csv; they win over the data files."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cagette_notify.data.fields import Schema, plain
from cagette_notify.data.sources import Feed, called, open_sheet
from cagette_notify.data.tree import Unreadable
from cagette_notify.errors import DataError
from cagette_notify.language import _
from cagette_notify.model import NOTICE_KINDS, Kind, Problem, Setting
from cagette_notify.values import day, yes_no

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from cagette_notify.data.rows import Row
    from cagette_notify.model import Member

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


def with_preferences(
    members: Iterable[Member], preferences: Preferences
) -> tuple[tuple[Member, ...], list[Problem]]:
    """Return the members with their own changes in place of what the data files say.

    Where two groups give one id to two people, a change must say whose it is, ``group/id``: one that
    does not is nobody's, and that is said.
    """
    everybody = tuple(members)
    count = Counter(member.id for member in everybody)
    problems = [
        Problem(
            _("{id} is several people; write group/{id}", id=id_),
            setting.origin.file,
            setting.origin.line,
            "member",
        )
        for id_, settings in preferences.settings.items()
        if count[id_] > 1
        for setting in list(settings.values())[:1]
    ]
    changed = (_changed(member, preferences, is_only=count[member.id] == 1) for member in everybody)
    return tuple(changed), problems


def _changed(member: Member, preferences: Preferences, *, is_only: bool) -> Member:
    names = [f"{group_id}/{member.id}" for group_id in member.group_ids]
    if is_only:
        names.insert(0, member.id)
    changes = [preferences.settings[name] for name in names if name in preferences.settings]
    settings = {**member.settings}
    for change in changes:
        settings.update(change)
    return replace(member, settings=settings) if changes else member


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
