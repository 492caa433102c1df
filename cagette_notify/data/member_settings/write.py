"""Write members' own settings to notifications.csv, under its lock."""

from __future__ import annotations

import hashlib
from contextlib import nullcontext
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.errors import ConfigError, DataError, Problem
from cagette_notify.core.files import replace_file
from cagette_notify.core.i18n import _
from cagette_notify.core.kinds import NOTICE_KINDS, Kind
from cagette_notify.core.lock import edit_lock
from cagette_notify.core.model import Setting
from cagette_notify.core.text import quoted
from cagette_notify.data.member_settings.edit import NEW, amended, rows_in, under_new_names, without_member
from cagette_notify.data.member_settings.latest_rows import SettingRow
from cagette_notify.data.member_settings.read import (
    SCHEMA,
    MemberSettings,
    load_member_settings,
    settings_in,
    settings_under,
    with_latest,
)
from cagette_notify.data.members.nearly_named import marks_typed
from cagette_notify.data.rows.read_rows import file_at, read_file
from cagette_notify.data.rows.table_rows import sheet_of_csv
from cagette_notify.readers.encodings import decode
from cagette_notify.readers.tree import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from collections.abc import Set as AbstractSet
    from datetime import date
    from pathlib import Path


class SettingsChange(Struct, frozen=True):
    """What to change for one person. Nothing ``wanted`` takes all their changes back.

    ``names`` are those by which rows may mean them (see ``names_of``), ``write_as`` those to use: one, but
    for whoever stands in several lists. ``addresses`` are those of theirs that stand in place of a name.
    """

    names: tuple[str, ...]
    write_as: tuple[str, ...]
    wanted: Mapping[Kind, bool]
    day: date
    addresses: tuple[str, ...] = ()

    def standing(self, settings: MemberSettings) -> Mapping[Kind, Setting]:
        """Return their changes in a file."""
        return with_latest(settings_under(self.names, settings), self.addresses, settings)


class AppliedChange(Struct, frozen=True):
    """What the file said before and says after a change; the same object where nothing was written."""

    before: MemberSettings
    after: MemberSettings

    @property
    def was_needed(self) -> bool:
        """Whether anything was written."""
        return self.before is not self.after


def refuse_what_is_no_csv(path: Path) -> None:
    """Raise ``ConfigError`` for a file that can be read, but not changed without losing its looks."""
    if path.suffix.casefold() != ".csv":
        message = _("only a .csv file can be changed by this command: edit it by hand")
        raise ConfigError(Problem(message, str(path)))


def change_member_settings(path: Path, folder: Path, order: SettingsChange) -> AppliedChange:
    """Change the file at ``path``, or make it. Wishes that are its last word already are not written.

    Raises ``DataError``, the file being as it was, where it can't be read whole, isn't ours, or where
    the disk refuses; ``LaterError`` where another command holds it for long.
    """
    refuse_what_is_no_csv(path)
    feed = file_at(path, folder)
    with edit_lock(path):
        try:
            raw = read_file(path) if path.exists() else NEW
            before = _read(raw, feed.name)
            dropped, added = _difference(order, before)
            if not dropped:
                return AppliedChange(before, before)
            changed = amended(raw, dropped, added)
            after = _read(changed, feed.name)
        except Unreadable as trouble:
            raise DataError(feed.problem(trouble)) from None
        stands = order.standing(after)
        if not all(_is_so(stands.get(kind), value=value) for kind, value in order.wanted.items()):
            message = _(
                "{name} can't be written here: such a cell counts as empty, or takes its row out",
                name=quoted(", ".join(order.write_as)),
            )
            raise DataError(Problem(message, feed.name))
        replace_file(path, changed)
    return AppliedChange(before, after)


def remove_member(
    path: Path, folder: Path, names: AbstractSet[str], marks: AbstractSet[str] = frozenset()
) -> int:
    """Remove a member's rows, whatever they say, by any of the names; return how many there were.

    ``marks`` are what else is theirs alone (see ``marks_of``).

    Raises ``DataError`` if the file can't be read whole, isn't ours, or can't be written anew; and
    ``ConfigError`` if the member is in a file that is no CSV, from which only a person can take them.
    """
    if not path.exists() or (path.suffix.casefold() != ".csv" and not _has_any(path, folder, names, marks)):
        return 0
    refuse_what_is_no_csv(path)
    with edit_lock(path):
        try:
            changed, count = without_member(read_file(path), names, marks)
        except Unreadable as trouble:
            raise DataError(file_at(path, folder).problem(trouble)) from None
        if count:
            replace_file(path, changed)
    return count


def _has_any(path: Path, folder: Path, names: AbstractSet[str], marks: AbstractSet[str]) -> bool:
    there = load_member_settings(path, folder).settings
    return any(name in names or not marks.isdisjoint(marks_typed(name)) for name in there)


class SettingsFile(Struct, frozen=True):
    """Which file it is: by the hash of it all, and by its rows, which stay when somebody edits others."""

    digest: str = ""
    rows: frozenset[str] = frozenset()


def rename_members(
    path: Path,
    folder: Path,
    names_in: Callable[[SettingsFile], Mapping[str, Collection[str]]],
    keep: Callable[[SettingsFile, SettingsFile], None] | None,
) -> MemberSettings | None:
    """Write the rows of old names under new ones; return what they say then, or None if there are none.

    ``names_in`` tells which names a file must still be rid of. ``keep`` gets the file as it is and as it is
    about to be, before anything is written: whoever is killed then can tell which of the two it is. Without
    it nothing is written. Raises what ``remove_member`` does.
    """
    if not path.exists() or (
        path.suffix.casefold() != ".csv"
        and not names_in(SettingsFile()).keys() & load_member_settings(path, folder).settings.keys()
    ):
        return None
    refuse_what_is_no_csv(path)
    feed = file_at(path, folder)
    with edit_lock(path) if keep else nullcontext():
        try:
            raw = read_file(path)
            before = _identified(raw)
            changed, count = under_new_names(raw, names_in(before))
            if not count:
                return None
            after = _read(changed, feed.name)
        except Unreadable as trouble:
            raise DataError(feed.problem(trouble)) from None
        if keep:
            keep(before, _identified(changed))
            replace_file(path, changed)
    return after


def _identified(raw: bytes) -> SettingsFile:
    return SettingsFile(hashlib.sha256(raw).hexdigest(), rows_in(raw))


def _read(raw: bytes, name: str) -> MemberSettings:
    return settings_in(sheet_of_csv(decode(raw), name, SCHEMA).rows)


def _difference(
    order: SettingsChange, before: MemberSettings
) -> tuple[set[tuple[str, Kind]], list[SettingRow]]:
    """Return the names and kinds whose rows must go, and the rows that must come."""
    standing = order.standing(before)
    kinds = [kind for kind, value in order.wanted.items() if not _is_so(standing.get(kind), value=value)]
    if not order.wanted and standing:
        kinds = list(NOTICE_KINDS)
    added = [
        SettingRow(name, kind, Setting(order.wanted[kind], changed_on=order.day.isoformat()))
        for kind in kinds
        if kind in order.wanted
        for name in order.write_as
    ]
    called = (*order.names, *order.write_as, *order.addresses)
    return {(name, kind) for name in called for kind in kinds}, added


def _is_so(setting: Setting | None, *, value: bool) -> bool:
    return setting is not None and setting.value is value
