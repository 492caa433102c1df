"""Read members files: names, mailboxes, groups, settings."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from cagette_notify.core.addresses import is_placeholder, mailable_address
from cagette_notify.core.i18n import _
from cagette_notify.core.kinds import NOTICE_KINDS, Kind
from cagette_notify.core.model import AddressState, Mailbox, Member, Setting
from cagette_notify.core.parsing import language, moment, yes_no
from cagette_notify.core.text import (
    as_known,
    fold,
    id_with_name,
    nearest,
    quoted_with,
    quoted_with_hint,
    shortened,
)
from cagette_notify.data.files.newest_file import resolved
from cagette_notify.data.members.partner_names import partner_name
from cagette_notify.data.rows.broken_values import answers_none, why_spoilt
from cagette_notify.data.rows.columns import MEMBERS
from cagette_notify.data.rows.cut_rows import complain_if_cut
from cagette_notify.data.rows.moved_cells import as_typed, complain_if_moved
from cagette_notify.data.rows.read_rows import RowSource, open_rows
from cagette_notify.readers.tree import Unreadable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime, tzinfo

    from cagette_notify.core.errors import Origin, Problem
    from cagette_notify.data.rows.cells import Row

_ADDRESSES = frozenset(("email", "partner_email"))
_MARKS = re.compile(
    r"[,;/+&]|\b(?:et|and)\b", re.IGNORECASE
)  # by which people part what a list splits at ``|``
_SAME: Final = "idem"
_NO_SETTINGS: Final[Mapping[Kind, Setting]] = MappingProxyType({})


class MembersScope(Struct, frozen=True):
    """Whose file it is: the one group that carries it, or all of them.

    ``groups`` are those its rows can be members of; ``known`` are all the ids a row may name, or
    None if their own file is unreadable. ``perhaps`` are the rows that may be of further groups, and can't
    be read.
    """

    groups: frozenset[str]
    known: frozenset[str] | None
    timezone: tzinfo
    perhaps: tuple[Origin, ...] = ()

    @property
    def only(self) -> tuple[str, ...]:
        """The group of rows that name none, if there can be no doubt."""
        return tuple(self.groups) if len(self.groups) == 1 else ()


class SetAside(NamedTuple):
    """Somebody whose row is bad, as far as it can be read, and why it was left out."""

    member: Member
    problems: tuple[Problem, ...]


def read_members(
    source: RowSource,
    scope: MembersScope,
    problems: list[Problem],
    set_aside: list[SetAside],
    group_id: str = "",
) -> list[Member] | None:
    """Return a file's members, or None if it can't be read whole; ``problems`` grows.

    So does ``set_aside``: the people of bad rows, as far as they can be read.
    """
    source = resolved(source, MEMBERS)
    members: list[Member] = []
    aside: list[SetAside] = []
    lines: dict[str, int] = {}
    nameless: list[int] = []  # the places of those without an id of their own
    is_named = False
    is_whole = True
    try:
        sheet = open_rows(source, MEMBERS)
        told_by = [_ADDRESSES] if sheet.fields & _ADDRESSES else []
        for row in sheet.rows:
            complain_if_cut(row, told_by)
            is_named |= "groups" in row.cells
            group_ids = _group_ids(row, scope, sheet.fields)
            member = member_of(row, group_ids, scope.timezone, is_exported=sheet.is_cagette_s)
            complain_if_moved(row, member)
            is_whole &= row.is_first(_whose(row, member), lines, shown=member.id, stops_all=not group_id)
            if row.is_spoiled:
                aside.append(SetAside(_perhaps_meant(row, member, scope, sheet.fields), row.problems))
            else:
                members.append(member)
                nameless += [len(members) - 1] if "id" not in row.cells else []
            problems += row.problems_of(group_id or (group_ids[0] if len(group_ids) == 1 else ""))
        _tell_apart(members, nameless)
        if not is_named:
            members = _in_the_only_group(members, scope)
            if scope.only:
                aside = [SetAside(_in_the_only_group([one.member], scope)[0], one.problems) for one in aside]
        elif group_id:  # the rest of the file is for other groups
            members = [member for member in members if member.group_ids]
            aside = [one for one in aside if one.member.group_ids]
        set_aside += aside
    except Unreadable as trouble:
        problems.append(source.problem(trouble, group_id, stops_all=not group_id))
        return None
    return members if is_whole else None


def _perhaps_meant(row: Row, member: Member, scope: MembersScope, fields: Collection[str]) -> Member:
    """Return whom a bad row is of, as far as it can be read; where cells are misplaced, who seems meant.

    Without an id or an address, they go by their name: no id at all is that of mails to a whole group.
    """
    if row.misplaced:
        guess = row.as_guessed
        group_ids = _group_ids(guess, scope, fields)
        meant = member_of(guess, group_ids, scope.timezone, is_exported=member.is_exported)
    else:
        meant = as_typed(row, member)
    return meant if meant.id else replace(meant, id=meant.name)


def _whose(row: Row, member: Member) -> str:
    """Return what only one row of a file may have: an id, or an address with a name."""
    if not ("id" in row.cells or member.mailboxes):
        return ""  # two people may well have one name
    return member.id if "id" in row.cells or not member.id else _with_name(member)


def _with_name(member: Member) -> str:
    return id_with_name(member.id, member.name)


def _tell_apart(members: list[Member], nameless: Sequence[int]) -> None:
    """Make two members of two names at one address, who have no ids, and of one name without an address.

    Each has their name beside the address then, whatever the order of the rows: that changes when a list is
    sorted anew, and nobody may become somebody else by it. Those without an address are told nothing.
    """
    count = Counter(member.id.casefold() for member in members)
    for at in nameless:
        if count[members[at].id] > 1:
            members[at] = replace(members[at], id=_with_name(members[at]))
    namesakes: Counter[str] = Counter()
    for at in nameless:
        name = members[at].id
        namesakes[name] += 0 if members[at].mailboxes else 1
        if namesakes[name] > 1:
            members[at] = replace(members[at], id=f"{name} {namesakes[name]}")


def _group_ids(row: Row, scope: MembersScope, fields: Collection[str]) -> tuple[str, ...]:
    if "groups" not in fields:
        return scope.only
    named = tuple(_groups_named(row.listed("groups"), scope.known or frozenset()))
    for group_id in named:
        if scope.known is not None and group_id not in scope.known:
            row.remark("groups", _("no such group: {id}", id=_with_groups_meant(group_id, scope.known)))
    return tuple(dict.fromkeys(group_id for group_id in named if group_id in scope.groups))


def _groups_named(texts: Iterable[str], known: frozenset[str]) -> Iterator[str]:
    """Yield what a list names; of a text that is no group, each part of it, where one is, and one is none.

    So an unknown one takes nobody out of the others. What may all be groups, misspelt, is asked about whole.
    """
    for text in texts:
        parts = [as_known(part.strip(), known) for part in _MARKS.split(text) if part.strip()]
        has_known = as_known(text, known) not in known and not known.isdisjoint(parts)
        is_list = has_known and not known.issuperset(nearest(part, known) for part in parts)
        yield from parts if is_list else (as_known(text, known),)


@lru_cache(maxsize=1024)  # a whole column may be so
def _with_groups_meant(text: str, known: frozenset[str]) -> str:
    """Quote what names no group, with the one that was probably meant; with several, as lists are written."""
    by_mark = [nearest(part, known) for part in _MARKS.split(text) if part.strip()]
    by_blank = [as_known(part, known) for part in text.split()]
    for ids in (by_mark, by_blank):
        if len(ids) > 1 and known.issuperset(ids):
            return quoted_with(text, "|".join(ids))
    return quoted_with_hint(text, known)


def member_of(row: Row, group_ids: tuple[str, ...], zone: tzinfo, *, is_exported: bool = False) -> Member:
    """Make the member as their row has them; what is wrong with an address or a name, they can do without."""
    first_name, last_name = row.name("first_name"), row.name("last_name")
    partner = partner_name(row, last_name)
    mailboxes = _mailboxes(row, first_name, last_name, partner)
    told_by = mailboxes[0].key if mailboxes else _name_as_id(row, f"{first_name} {last_name}".strip())
    member_id = row.reference("id") or told_by
    if not member_id:
        row.complain("id", _("missing: an id or an address was expected"))
    return Member(
        id=member_id,
        group_ids=group_ids,
        first_name=first_name,
        last_name=last_name,
        mailboxes=mailboxes,
        partner=_partner_without_address(partner, mailboxes),
        language=row.read("language", language) or "",
        last_seen=_last_seen(row, zone) if "last_seen" in row.cells else None,
        settings=_settings(row) or _NO_SETTINGS,
        origin=row.origin,
        group_problems=tuple(one for one in row.problems if one.field == "groups") if row.problems else (),
        is_exported=is_exported,
    )


def _name_as_id(row: Row, name: str) -> str:
    """Return by what somebody without an address goes, where a list has no ids: no mail can reach them.

    In one that has them it may be anybody's, and is to be filled in.
    """
    return name if row.columns and "id" not in row.columns else ""


def _mailboxes(row: Row, first_name: str, last_name: str, partner: tuple[str, str]) -> tuple[Mailbox, ...]:
    found = []
    if _is_known(row, "email"):
        found.append(_mailbox(row, "email", first_name, last_name))
    if _is_known(row, "partner_email"):
        found.append(replace(_mailbox(row, "partner_email", *partner), of_partner=True))
    return tuple(found)


def _partner_without_address(name: tuple[str, str], mailboxes: tuple[Mailbox, ...]) -> Mailbox | None:
    first_name, last_name = name
    if any(box.of_partner for box in mailboxes) or not (first_name or last_name):
        return None
    return Mailbox("", first_name, last_name, AddressState.PLACEHOLDER, of_partner=True)


def _is_known(row: Row, field: str) -> bool:
    """Tell whether there is an address; one that is a spreadsheet's error is said, and is none.

    Nor is it one where somebody answered ``non`` or ``idem`` for the partner: one mail will do then.
    """
    typed = row.cells.get(field, "")
    if not isinstance(typed, str):
        return True
    is_of_partner = field == "partner_email"
    if (is_of_partner or "id" not in row.cells) and answers_none(typed):  # who it is, "non" does not tell
        return False
    if is_of_partner and fold(typed) == _SAME:
        return False
    why = why_spoilt(typed.strip())
    if why:
        # Without an id the addresses tell who it is: the other one would make somebody else of them.
        say = row.remark if "id" in row.cells else row.complain
        say(field, why)
    return field in row.cells and not why


def _mailbox(row: Row, field: str, first_name: str, last_name: str) -> Mailbox:
    typed = row.cells[field]
    state = AddressState.USABLE
    if not isinstance(typed, str):
        row.complain(field, _("a plain value was expected here"))
        typed = ""
    elif is_placeholder(typed):
        typed, state = typed.strip(), AddressState.PLACEHOLDER
    else:
        try:
            typed = mailable_address(typed)
        except ValueError as trouble:
            row.remark(field, str(trouble))
            # It is only ever shown, perhaps on a terminal that would obey control characters.
            typed = "".join(char if char.isprintable() else "�" for char in typed.strip())
            state = AddressState.INVALID
    return Mailbox(typed, first_name, last_name, state)


def _last_seen(row: Row, zone: tzinfo) -> datetime | None:
    return row.read("last_seen", lambda text: moment(text, zone, require_time=False).at)


def _settings(row: Row) -> dict[Kind, Setting]:
    return {
        kind: Setting(value, row.origin)
        for kind in NOTICE_KINDS
        if kind.value in row.cells and (value := row.read(kind.value, yes_no)) is not None
    }


def _in_the_only_group(members: list[Member], scope: MembersScope) -> list[Member]:
    if members and len(scope.groups) > 1:
        raise Unreadable(_no_telling(scope))
    if not scope.only or all(member.group_ids for member in members):
        return members
    return [replace(member, group_ids=scope.only) for member in members]


def _no_telling(scope: MembersScope) -> str:
    if len(scope.groups) - len(scope.perhaps) > 1:
        return _("which groups is each member in? With several groups a column must say: groups")
    places = shortened([f"{origin.file}:{origin.line}" for origin in scope.perhaps])
    return _(
        "which groups is each member in? {places} may be a second group: mend it, or take it out; with "
        "several groups a column must say: groups",
        places=places,
    )
