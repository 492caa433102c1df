"""Tell which ids several people have, and what holds while a change does not say whose it is."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.labels import label
from cagette_notify.core.text import shortened
from cagette_notify.data.members.nearly_named import names_with_group

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cagette_notify.core.kinds import Kind
    from cagette_notify.core.model import Member, Setting


def people_by_shared_id(
    members: Sequence[Member], set_aside: Iterable[Member] = ()
) -> Mapping[str, tuple[Member, ...]]:
    """Return the people of each id that several have, of whom only their groups tell which is meant.

    Somebody of another group whose row is ``set_aside`` today is one of them: a mistake in it may not give
    away their changes.
    """
    count = Counter(member.id for member in members)
    found = {id_ for id_, people in count.items() if people > 1}
    aside = [one for one in set_aside if one.group_ids and one.id in count]
    with_one = {one.id for one in aside} - found
    only = {member.id: member for member in members if member.id in with_one}
    found.update(one.id for one in aside if one.id in only and not _may_be(one, only[one.id]))
    people: dict[str, tuple[Member, ...]] = {}
    for one in (*members, *aside) if found else ():
        if one.id in found:
            people[one.id] = (*people.get(one.id, ()), one)
    return people


def _may_be(one: Member, other: Member) -> bool:
    mine, theirs = ({box.key for box in each.mailboxes} for each in (one, other))
    return bool(mine & theirs or {*one.group_ids} & {*other.group_ids})


def in_doubt(
    id_: str, people: Sequence[Member], of_all: Mapping[str, Mapping[Kind, Setting]]
) -> dict[Kind, Setting]:
    """Return what the rows of an id mean for each of the ``people`` who have it: what they turn off.

    A mail to somebody who wants none can't be called back; one that was held back is asked for.
    """
    return {
        kind: replace(setting, may_be_of=_undecided(id_, kind, people, of_all))
        for kind, setting in of_all.get(id_, {}).items()
        if not setting.value
    }


def problems_in_doubt(
    id_: str, people: Sequence[Member], of_all: Mapping[str, Mapping[Kind, Setting]]
) -> Iterator[Problem]:
    """Yield what is wrong with each row of an id that several people have, and what to write in its place.

    Nothing where each of them has a row of their own, which rules.
    """
    for kind, setting in of_all[id_].items():
        if handles := _undecided(id_, kind, people, of_all):
            yield Problem(
                _said(id_, people, handles, kind, setting), setting.origin.file, setting.origin.line, "member"
            )


def _undecided(
    id_: str, kind: Kind, people: Sequence[Member], of_all: Mapping[str, Mapping[Kind, Setting]]
) -> tuple[str, ...]:
    """Return the handles of those who have said nothing for certain, but of nobody who is in no group."""
    names = {one.handle: {*names_with_group(one), one.id} - {id_} for one in people if one.group_ids}
    return tuple(
        handle for handle, theirs in names.items() if not any(kind in of_all.get(name, {}) for name in theirs)
    )


def _said(id_: str, people: Sequence[Member], handles: Sequence[str], kind: Kind, setting: Setting) -> str:
    value = "yes" if setting.value else "no"
    fields = {
        "id": id_,
        "kind": label(kind.value),
        "people": shortened(handles),
        "lines": shortened([f"{handle};{kind.value};{value}" for handle in handles]),
    }
    if "@" not in id_ and any(one.id != id_ for one in people):
        return _nobodys_id(fields, value=setting.value)
    if setting.value:
        return _("{id} is several people: {kind} is turned on for none of them; write {lines}", **fields)
    return _(
        "{id} is several people: {kind} is held back for {people}, until it says whose it is; write {lines}",
        **fields,
    )


def _nobodys_id(fields: Mapping[str, str], *, value: bool) -> str:
    if value:
        return _("{id!r} is nobody's id: {kind} is turned on for nobody; write {lines}", **fields)
    return _(
        "{id!r} is nobody's id: {kind} is held back for {people}, until it says whose it is; write {lines}",
        **fields,
    )
