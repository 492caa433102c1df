"""Read members' own settings from notifications.csv, which win over the data files."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from cagette_notify.core.errors import DataError, Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.kinds import CORRECTION, NOTICE_KINDS, Kind
from cagette_notify.core.labels import label
from cagette_notify.core.model import Member, Setting
from cagette_notify.core.parsing import day, yes_no
from cagette_notify.core.text import id_with_name
from cagette_notify.data.member_settings.latest_rows import (
    SettingRow,
    later,
    latest_settings,
    settings_held_back,
)
from cagette_notify.data.member_settings.misread_rows import day_of, guess_of, perhaps_turned_off
from cagette_notify.data.member_settings.other_names import NO_OTHER_NAMES, OtherNames, other_names_among
from cagette_notify.data.member_settings.shared_ids import in_doubt, people_by_shared_id, problems_in_doubt
from cagette_notify.data.members.nearly_named import names_with_group
from cagette_notify.data.rows.column_matching import FileColumns, plain
from cagette_notify.data.rows.read_rows import file_at, open_rows
from cagette_notify.readers.tree import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from cagette_notify.data.rows.cells import Row


_FIELDS = {
    "member": ("membre",),
    "kind": ("notice", "type"),
    "value": ("valeur",),
    "date": ("le",),
}
SCHEMA = FileColumns(
    title="notifications",
    titles=frozenset(("notifications",)),
    names={plain(name): field for field, others in _FIELDS.items() for name in (field, *others)},
    required=(("member",), ("kind",), ("value",)),
    may_be_joined=True,
)


class MemberSettings(Struct, frozen=True):
    """Every member's last change of each kind, by member id, and the rows that make no sense.

    ``unread`` are the problems of those rows that name somebody all the same, ``perhaps_off`` what such rows
    may turn off.
    """

    settings: Mapping[str, Mapping[Kind, Setting]]
    problems: tuple[Problem, ...] = ()
    unread: Mapping[str, tuple[Problem, ...]] = {}
    perhaps_off: Mapping[str, Mapping[Kind, Setting]] = {}

    @property
    def held_back(self) -> MemberSettings:
        """The same with what may be turned off."""
        if not self.perhaps_off:
            return self
        return replace(self, settings=settings_held_back(self.settings, self.perhaps_off), perhaps_off={})


def load_member_settings(path: Path, folder: Path, found: Iterable[Problem] = ()) -> MemberSettings:
    """Read the changes at ``path``; no file means no changes.

    Raises ``DataError``, with what was ``found`` wrong elsewhere, if they can't be read whole, or if they are
    behind a link that leads nowhere today: a mail to somebody who wants none can't be called back.
    """
    if not os.path.lexists(path):
        return MemberSettings({})
    feed = file_at(path, folder)
    try:
        return settings_in(open_rows(feed, SCHEMA).rows)
    except Unreadable as trouble:
        raise DataError(*dict.fromkeys((*found, feed.problem(trouble, stops_all=True)))) from None


def settings_in(rows: Iterable[Row]) -> MemberSettings:
    """Return what the rows say: of one member and kind, the latest one rules. May raise ``Unreadable``."""
    changes: list[SettingRow] = []
    problems: list[Problem] = []
    unread: dict[str, tuple[Problem, ...]] = {}
    perhaps_off: list[SettingRow] = []
    for row in rows:
        change = setting_row_of(row)
        if change:
            changes.append(change)
        elif name := (guess := guess_of(row)).text("member"):
            unread[name] = (*unread.get(name, ()), *row.problems)
            setting = Setting(value=False, origin=row.origin, changed_on=day_of(guess), is_unread=True)
            perhaps_off += [SettingRow(name, kind, setting) for kind in perhaps_turned_off(guess, named_kind)]
        problems += row.problems
    said = tuple(dict.fromkeys(problems))
    return MemberSettings(latest_settings(changes), said, unread, latest_settings(perhaps_off))


def setting_row_of(row: Row) -> SettingRow | None:
    """Return the change that a row tells of; None if it makes no sense, which the row then says."""
    name, kind = row.required("member"), row.read("kind", notice_kind)
    value, changed_on = row.read("value", yes_no), row.read("date", day)
    if missing := next((field for field in ("kind", "value") if field not in row.cells), ""):
        row.complain(missing, _("missing"))
    if row.is_spoiled or kind is None or value is None:
        return None
    return SettingRow(name, kind, Setting(value, row.origin, changed_on.isoformat() if changed_on else ""))


def notice_kind(text: str) -> Kind:
    """Read the name of a notice, in English or in French: ``recap-24h`` and ``Récap 24 h`` will do."""
    known = {kind.value: kind for kind in NOTICE_KINDS}
    name = named_kind(text)
    if name not in known:
        raise ValueError(_("expected one of {kinds}", kinds=", ".join(map(label, known))))
    return known[name]


def named_kind(text: str) -> str:
    """Return the name of the kind that a text means, as columns have it; one that means none as it is."""
    return _kinds_by_plain_name().get(plain(text), text)


@cache
def _kinds_by_plain_name() -> Mapping[str, str]:
    names = {
        plain(name): kind.value
        for kind in Kind
        for name in (kind.value, *kind.traits.aliases, *kind.traits.columns)
    }
    return {**names, "rectificatif": CORRECTION}


def with_own_settings(
    members: Iterable[Member], member_settings: MemberSettings, set_aside: Iterable[Member] = ()
) -> tuple[tuple[Member, ...], list[Problem]]:
    """Return the members with their own changes in place of what the data files say.

    Where two groups give one id to two people, a change must say whose it is, ``group/id``: one that
    does not turns off for each of them, and on for none, and that is said; but for an address, which is
    everybody's who reads it.
    """
    everybody, aside, member_settings = tuple(members), tuple(set_aside), member_settings.held_back
    of_all = member_settings.settings
    several = people_by_shared_id(everybody, aside)
    others = other_names_among(of_all, everybody, aside)
    addresses = {member.id for member in everybody if member.id in several and member.has_address_as_id}
    in_doubt = {id_: several[id_] for id_ in of_all if id_ in several and id_ not in addresses}
    in_doubt |= {name: others.people[name] for name in others.in_doubt}
    names = filter(in_doubt.__contains__, of_all)
    problems = [one for name in names for one in problems_in_doubt(name, in_doubt[name], of_all)]
    changed = (with_changes(one, member_settings, several.get(one.id, ()), others) for one in everybody)
    return tuple(changed), problems


def with_changes(
    member: Member,
    member_settings: MemberSettings,
    sharers: Sequence[Member],
    others: OtherNames = NO_OTHER_NAMES,
) -> Member:
    """Return a member with their own changes; ``sharers`` are all who have the id, if there are several.

    ``others`` are the names in the file that are nobody's id.
    """
    of_all = member_settings.settings
    changes = settings_of(member, member_settings, names_in_settings(member, is_only=not sharers))
    if others.of:
        changes = with_latest(changes, others.surely_of(member), member_settings)
    if sharers and not member.has_address_as_id:
        changes = {**in_doubt(member.id, sharers, of_all), **changes}
    for name in others.perhaps_of(member) if others.of else ():
        changes = {**in_doubt(name, others.people[name], of_all), **changes}
    if not changes:
        return member
    over = {kind: one.over(member.settings.get(kind)) for kind, one in changes.items()}
    return replace(member, settings={**member.settings, **over})


def names_in_settings(member: Member, *, is_only: bool) -> tuple[str, ...]:
    """Return by which names the changes call a member; where they differ, the last name rules.

    ``is_only`` tells that nobody else has that id.
    """
    in_groups = names_with_group(member)
    return (*_name_among_several(member), member.id, *in_groups) if is_only else in_groups


def _name_among_several(member: Member) -> tuple[str, ...]:
    """Return what a member whose id is the address was called while another name had it, too."""
    return (id_with_name(member.id, member.name),) if member.has_address_as_id and member.name else ()


def settings_of(member: Member, member_settings: MemberSettings, names: Iterable[str]) -> dict[Kind, Setting]:
    """Return the changes of a member under these names, and those made while the address alone was the id.

    Such a change holds for each of the names that have the address since, in whatever group, until they
    change it themselves: whose it was of them, nobody knows.
    """
    address, _blank, _name = member.id.partition(" ")
    return settings_under((address, *names) if member.has_address_in_id else names, member_settings)


def with_latest(
    changes: Mapping[Kind, Setting], addresses: Iterable[str], member_settings: MemberSettings
) -> dict[Kind, Setting]:
    """Return somebody's changes with those by their ``addresses``, which rule where they are later."""
    found = dict(changes)
    for address in addresses:
        for kind, setting in member_settings.settings.get(address, {}).items():
            found[kind] = later(found[kind], setting) if kind in found else setting
    return found


def settings_under(names: Iterable[str], member_settings: MemberSettings) -> dict[Kind, Setting]:
    """Return the changes of whoever has these names."""
    found: dict[Kind, Setting] = {}
    for name in names:
        found.update(member_settings.settings.get(name, {}))
    return found
