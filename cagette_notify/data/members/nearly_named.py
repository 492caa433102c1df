"""Tell whom a text nearly names: by an address, a name, something like an id, or one of these within it."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from cagette_notify.core.addresses import address_key
from cagette_notify.core.text import bare_id, fold_name, id_with_name, lacks_letters
from cagette_notify.data.members.family_names import FamilyNames
from cagette_notify.data.members.misspelt_names import Misspelt
from cagette_notify.data.members.spoilt_names import SpoiltNames

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from cagette_notify.core.model import Member

_ID = "\0"  # before an id: none is a name
# Texts, not compiled patterns: few runs meet what they are for, and compiling costs every run.
_BETWEEN_PEOPLE = r"\s*[|;,/&+()<>]\s*|\s+et\s+|\s+and\s+"
# More narrowly: ``zoe+lac@example.org`` is an address, and ``port/7`` nobody of another group.
_SURELY_BETWEEN_PEOPLE = r"\s*[|;,&()<>]\s*|\s+[+/]\s+|\s+et\s+|\s+and\s+"
_BETWEEN_WORDS = r"[^\w@.+-]+|n?[°º№]"
_LONGEST_NAME = 5  # words
_LONGEST = 200  # characters of a cell in which people are looked for


def marks_typed(name: str) -> frozenset[str]:
    """Return, as ``marks_of`` does, what a text that is nobody's id may be."""
    if "@" in name:
        return frozenset({address_key(name)})
    return frozenset({fold_name(name), f"{_ID}{bare_id(name)}"} - {"", _ID})


def people_in(text: str) -> list[str]:
    """Return the people that a text surely names, each on their own."""
    return re.split(_SURELY_BETWEEN_PEOPLE, text[:_LONGEST])


def names_within(text: str) -> tuple[list[str], ...]:
    """Return what a text may name that names nobody as it stands: each of several people, else words in it.

    Of an address with a name there are none: that is somebody in particular, and may be who has left.
    """
    text = text[:_LONGEST]
    people = people_in(text)
    address, _blank, name = text.partition(" ")
    if len(people) == 1 and "@" in address and text == id_with_name(address, name):
        return ()
    words = text.split()
    return tuple(names for names in (people, [*words, *_runs_of(words)]) if len(names) > 1)


def marks_of(member: Member) -> Iterator[str]:
    """Yield by what somebody may be called beside their id: addresses, whole names, what is like the id."""
    return marks_by(("@", " ", "/"))(member)


def marks_by(names: Collection[str]) -> Callable[[Member], Iterator[str]]:
    """Return what yields a member's addresses, whole names and bare ids, of which only the ``names`` ask.

    There may be very many members, and mostly what asks is the id of somebody who has left.
    """
    from cagette_notify.data.members.find_member import whole_names

    by_address, by_id = any("@" in name for name in names), any("@" not in name for name in names)
    by_name, by_group = any(" " in name for name in names), any("/" in name for name in names)

    def marks(member: Member) -> Iterator[str]:
        if by_address:
            yield from (name for box in member.mailboxes for name in box.names)
        if by_name:
            yield from whole_names(member)
        if by_id:
            ids = (member.id, *(names_with_group(member) if by_group else ()))
            yield from (f"{_ID}{bare_id(name)}" for name in ids)

    return marks


def names_with_group(member: Member) -> tuple[str, ...]:
    """Return an id of several people as each of their groups has it."""
    return tuple(f"{group_id}/{member.id}" for group_id in member.group_ids)


def _runs_of(words: Sequence[str]) -> Iterator[str]:
    """Yield what words beside each other may be the name of: ``M. Zoé Martin``."""
    for start in range(len(words)):
        for end in range(start + 2, min(start + _LONGEST_NAME, len(words)) + 1):
            yield " ".join(words[start:end])


class NearlyNamed:
    """The members that texts nearly name which are nobody's id or address."""

    def __init__(self, members: Iterable[Member]) -> None:
        """Index nothing yet: in few files a text names nobody."""
        self._members = members
        self._found: dict[str, tuple[Member, ...]] = {}

    def by(self, text: str) -> tuple[Member, ...]:
        """Return whom the whole text may mean, else those whom people, else words, within it may.

        Last come those whom it means but for a letter of an address or of a name.
        """
        if text not in self._found:
            self._found[text] = self._by(text[:_LONGEST])
        return self._found[text]

    def by_family(self, text: str) -> tuple[Member, ...]:
        """Return whose first name the text has, or a person within it, with a part of the family name."""
        people = re.split(_BETWEEN_PEOPLE, text[:_LONGEST])
        found = (one for part in people for one in self._family_names.meant_by(fold_name(part)))
        return tuple({id(one): one for one in found}.values())

    def spoilt(self, text: str) -> tuple[Member, ...]:
        """Return whose name the text was, or that of a person within it, before letters of it were lost."""
        people = filter(lacks_letters, re.split(_BETWEEN_PEOPLE, text[:_LONGEST]))
        found = (one for part in people for one in self._spoilt_names.meant_by(fold_name(part)))
        return tuple({id(one): one for one in found}.values())

    def called(self, name: str) -> list[Member]:
        """Return everybody of whom a folded name is the whole one, partners included."""
        return self._by_name.get(name, [])

    def by_each(self, text: str) -> Iterator[tuple[Member, ...]]:
        """Yield whom the text may mean of each person that it names."""
        yield from map(self.by, people_in(text))

    def _by(self, text: str) -> tuple[Member, ...]:
        words = re.split(_BETWEEN_WORDS, text)
        for parts in ([text], re.split(_BETWEEN_PEOPLE, text), [*words, *_runs_of(words)]):
            found = {id(one): one for part in parts if part for one in self._by_part(part)}
            if found:
                return tuple(found.values())
        return tuple({id(one): one for one in self._misspelt_in(text)}.values())

    def _misspelt_in(self, text: str) -> Iterator[Member]:
        if "@" in text:
            yield from self._misspelt_addresses.meant_by(address_key(text))
            return
        words = fold_name(text).split()
        for at in range(len(words) if 1 < len(words) <= _LONGEST_NAME else 0):  # whichever name is the first
            yield from self._misspelt_names.meant_by(" ".join([*words[at:], *words[:at]]))

    def _by_part(self, part: str) -> Iterator[Member]:
        if "@" in part:
            part = part.strip(".+-")
        for mark in marks_typed(part):
            for index in self._indexes_for(part):
                yield from index.get(mark, ())

    def _indexes_for(self, part: str) -> Iterator[dict[str, list[Member]]]:
        if "@" in part:
            yield self._by_address
            return
        if " " in part:
            yield self._by_name
        yield self._by_id
        if "/" in part:
            yield self._by_group

    @cached_property
    def _misspelt_addresses(self) -> Misspelt:
        return Misspelt((box.key, one) for one in self._members for box in one.mailboxes)

    @cached_property
    def _misspelt_names(self) -> Misspelt:
        from cagette_notify.data.members.find_member import readers_of

        called = ((one, {one.name, *(box.name for box in readers_of(one))}) for one in self._members)
        return Misspelt((fold_name(name), one) for one, names in called for name in names)

    @cached_property
    def _spoilt_names(self) -> SpoiltNames:
        return SpoiltNames((name, one) for name, those in self._by_name.items() for one in those)

    @cached_property
    def _family_names(self) -> FamilyNames:
        from cagette_notify.data.members.find_member import readers_of

        called = (
            (
                one,
                {(who.first_name, who.last_name) for who in readers_of(one)}
                | {(one.first_name, one.last_name)},
            )
            for one in self._members
        )
        return FamilyNames((fold_name(a), fold_name(b), one) for one, names in called for a, b in names)

    @cached_property
    def _by_address(self) -> dict[str, list[Member]]:
        return self._index(marks_by(["@"]))

    @cached_property
    def _by_name(self) -> dict[str, list[Member]]:
        from cagette_notify.data.members.find_member import whole_names

        return self._index(whole_names)

    @cached_property
    def _by_id(self) -> dict[str, list[Member]]:
        return self._index(marks_by(["id"]))

    @cached_property
    def _by_group(self) -> dict[str, list[Member]]:
        return self._index(marks_by(["group/id"]))

    def _index(self, marks: Callable[[Member], Iterable[str]]) -> dict[str, list[Member]]:
        index: dict[str, list[Member]] = defaultdict(list)
        for member in self._members:
            for mark in marks(member):
                index[mark].append(member)
        return index
