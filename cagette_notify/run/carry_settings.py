"""Carry members' own settings to the new ids that somebody accepted, before what was told follows."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from cagette_notify.core.errors import ConfigError
from cagette_notify.data.member_settings.write import SettingsFile, rename_members
from cagette_notify.data.roster import read_roster_before_settings
from cagette_notify.run.reading.read_data import read_run_data
from cagette_notify.run.take_over import moved_by_group

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cagette_notify.planning.changed_ids.renumbered_members import NewIds
    from cagette_notify.run.context import Run
    from cagette_notify.run.due_now import DueWork
    from cagette_notify.run.reading.read_data import RunData

_FILE = ""  # where the hash of the file stands that a row was new in


class _Renaming(NamedTuple):
    """A name in the file and the one to come; ``whose`` is the household, hashed, by address and group."""

    whose: str
    old: str
    new: str


def with_settings_carried(run: Run, work: DueWork, data: RunData) -> RunData:
    """Write the settings of those whose new ids were accepted under these, and return the data by them.

    A run that is killed before the ledger follows leaves the same ids to accept: the ledger remembers, by
    the file's hash, whose settings are carried in it already, as one's old id may be another's new one. A
    file that somebody has edited since is known by the rows that were new.
    """
    moved = moved_by_group(run, work, data)
    if not moved and not data.renamed:
        return data
    renamings = [*_renamings(run, moved, data), *_in_renamed_groups(run, moved, data)]
    carried = run.memory.settings_carried()
    new = _names_by_household(renamings)

    def done_in(file: SettingsFile) -> Mapping[str, Sequence[str]]:
        edited = (carried[row][_FILE][0] for row in _hashed_rows(run, file.rows) if row in carried)
        return carried.get(file.digest) or carried.get(next(edited, ""), {})

    def names_in(file: SettingsFile) -> dict[str, list[str]]:
        done = done_in(file)
        names: dict[str, list[str]] = defaultdict(list)
        for one in renamings:
            if done.get(one.whose) != new[one.whose] and one.new not in names[one.old]:
                names[one.old].append(one.new)
        return {old: those for old, those in names.items() if those}

    def keep(before: SettingsFile, after: SettingsFile) -> None:
        done = done_in(before)
        fresh = {row: {_FILE: [after.digest]} for row in _hashed_rows(run, after.rows - before.rows)}
        run.memory.keep_settings_carried({before.digest: done, after.digest: {**done, **new}, **fresh})

    path, folder = run.config.notifications, run.config.folder
    try:
        found = rename_members(path, folder, names_in, None if run.request.dry_run else keep)
    except ConfigError as error:  # no CSV: only a person can change it
        return replace(data, problems=(*data.problems, *error.problems))
    return read_run_data(run, work, found) if found else data


def _renamings(run: Run, moved: Mapping[str, NewIds], data: RunData) -> Iterator[_Renaming]:
    """Yield names with their group, and ids alone: one that another group has stays theirs, too."""
    roster = read_roster_before_settings(run.calendar)
    for group_id, new_ids in moved.items():
        by_id = {member.id: member for member in data.members.get(group_id, ())}
        everybody = (*roster.data.members, *roster.data.people_set_aside)
        elsewhere = {one.id for one in everybody if group_id not in one.group_ids}
        writes = {id_: roster.names_to_write(by_id[id_]) for id_ in {*new_ids.values()} & by_id.keys()}
        for (old_id, address), new_id in new_ids.items():
            in_group = _hashed(run, group_id, address)
            yield _Renaming(in_group, f"{group_id}/{old_id}", f"{group_id}/{new_id}")
            names = writes.get(new_id, ())
            if names and old_id in elsewhere:
                names = (old_id, *names)
            yield from (_Renaming(_hashed(run, "", address), old_id, name) for name in names)


def _in_renamed_groups(run: Run, moved: Mapping[str, NewIds], data: RunData) -> Iterator[_Renaming]:
    """Yield the names with a group that bears another id now, of those who have other ones, too."""
    for group_id, one in data.renamed.items():
        new_ids = {old: new for (old, _address), new in moved.get(group_id, {}).items()}
        staying = {member.id for member in data.members.get(group_id, ())}
        for old, new in {**{id_: id_ for id_ in staying - {*new_ids.values()}}, **new_ids}.items():
            yield _Renaming(_hashed(run, group_id, one.old, old), f"{one.old}/{old}", f"{group_id}/{new}")


def _names_by_household(renamings: Iterable[_Renaming]) -> dict[str, list[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for one in renamings:
        found[one.whose].add(f"{_short(one.old)} {_short(one.new)}")
    return {whose: sorted(names) for whose, names in found.items()}


def _hashed_rows(run: Run, rows: Iterable[str]) -> list[str]:
    return [_hashed(run, row) for row in rows]


def _hashed(run: Run, *parts: str) -> str:
    return _short("\0".join((run.ledger.ledger_id, *parts)))


def _short(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
