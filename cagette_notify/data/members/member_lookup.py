"""Look up the members of a group as orders name them: by id, address or name."""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property, partial
from typing import TYPE_CHECKING

from cagette_notify.core.addresses import address_key
from cagette_notify.core.i18n import _
from cagette_notify.core.text import fold, fold_name, lacks_letters, quoted_with, shortened
from cagette_notify.data.members.nearly_named import NearlyNamed, names_with_group, people_in
from cagette_notify.data.rows.cagette_export import HOUSEHOLD_SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from cagette_notify.core.model import Mailbox, Member

_SHOWN = 80
_WHOLE_FLOAT = re.compile(r"\d+\.0")


class MemberLookup:
    """The members of a group, looked up as orders name them.

    People whose row is set aside are found, too: an order may be theirs, and then is nobody else's. Where
    the list ``is_whole`` no more, as it can't be read, nobody can tell whom it lacks.
    """

    def __init__(
        self, members: Iterable[Member], set_aside: Iterable[Member] = (), *, is_whole: bool = True
    ) -> None:
        """Index the members by id; the other ways are indexed when they are first asked for."""
        self._is_whole = is_whole
        self._aside = list(set_aside)
        self._members = {member.id or f"\0{at}": member for at, member in enumerate(self._aside)}
        self._members |= {member.id: member for member in members}
        self._nearly_named = NearlyNamed(self._members.values())
        self._others: dict[tuple[int, str], Sequence[Member]] = {}

    def everybody(self) -> Iterable[Member]:
        """Return all of them, those that are set aside included."""
        return self._members.values()

    def referred_to(self, text: str) -> list[Member]:
        """Return the member with an id, else all those with an address.

        What nobody typed makes no other id: marks that have no width, and the ``.0`` of a program's number.
        """
        found = self._with_id_or_address(text)
        return found or self._with_id_or_address(_as_typed(text))

    def with_handle(self, text: str) -> list[Member]:
        """Return the members with an id as messages name it, ``group/id``, which is no id by itself."""
        return self._by_handle.get(text, []) if "/" in text else []

    def in_part(self, text: str) -> list[Member]:
        """Return those of whose names a text has but words, or their first letters: ``Ana``, ``Ana A.``.

        What stands in brackets is a remark. Such a one names nobody in particular, though there is one alone.
        """
        from cagette_notify.data.members.find_member import whole_names

        words = re.sub(r"\(.*?\)|[.-]", " ", fold(text)).split()
        if not any(len(word) > 1 for word in words):
            return []
        return [one for one in self._members.values() if any(_has(name, words) for name in whole_names(one))]

    def nearly(self, text: str) -> tuple[Member, ...]:
        """Return whom a text may mean that names nobody: one written almost right, or several at once.

        First whose name it was before letters were lost, last who has the first name in it, and a part of the
        family name: who married may be called so.
        """
        near = self._nearly_named
        return near.spoilt(text) or near.by(text) or near.by_family(text)

    def _with_id_or_address(self, text: str) -> list[Member]:
        found = self._members.get(text)
        return [found] if found else self._by_address.get(address_key(text), [])

    def is_set_aside(self, member: Member) -> bool:
        """Tell whether somebody who was found is served nothing, as their own row is bad."""
        return bool(self._aside) and any(one is member for one in self._aside)

    def called(self, text: str, *, by_cagette: bool = False) -> list[Member]:
        """Return the members with a name as Cagette writes it, "NOM Prénom / NOM2 Prénom2", or "Prénom Nom".

        A name alone may be anybody's who is called so, holder or partner, as whoever writes may leave the
        other one out. Only where it was written ``by_cagette`` is it that of a household of one, if there is
        such a one. A first name is no partner's whole name.
        """
        holder, _slash, partner = text.partition(HOUSEHOLD_SEPARATOR)
        if partner:
            return self._households_called(text, holder, partner)
        wanted = fold_name(text)
        if by_cagette and (alone := self._by_household.get(wanted)):
            return alone
        is_whole = " " in wanted or wanted in self._by_holder
        return self._nearly_named.called(wanted) if is_whole else []

    def other_than(
        self, member: Member, text: str, find: Callable[[str], Sequence[Member]]
    ) -> Sequence[Member]:
        """Return whom ``find`` finds by a text, unless it may mean the member, even but for a letter.

        Of several people that it names, as Cagette does couples, each may be another member: they may have
        parted. Remembered, as a file says the same of a member in all lines of an order.
        """
        asked = id(member), text
        if asked not in self._others:
            found = find(text)
            is_theirs = len(found) == 1 and found[0] is member
            self._others[asked] = () if is_theirs else tuple(_others_by(text, member, find))
        return self._others[asked]

    def _households_called(self, text: str, holder: str, partner: str) -> list[Member]:
        """Return the households with the names of two people.

        A partner without an address may be in no household's name: then the holder's name has to do, unless
        others are called so, or it is somebody else's of the group that stands beside it. Then the text names
        all of them.
        """
        for households in (self._by_household, self._by_household_first_names_first):
            if exact := households.get(fold_name(text)):
                return exact
        alike = self._holders_called(holder)
        theirs = [one for one in alike if any(_is_called(who, partner) for who in _partners(one))]
        if theirs or all(map(_partner_name, alike)):
            return theirs
        return [*alike, *self._others_in(partner, alike)]

    def _holders_called(self, name: str) -> Sequence[Member]:
        from cagette_notify.data.members.find_member import holder_called

        for holders in (self._by_holder, self._by_holder_first_name_first):
            if alike := holders.get(fold_name(name)):
                return alike
        return [one for one in self._nearly_named.called(fold_name(name)) if holder_called(name, one)]

    def why_not_one(
        self, found: Sequence[Member], text: str, *, is_name: bool = False, by_cagette: bool = False
    ) -> str:
        """Say why a text means nobody in particular who can be served; nothing if it does, or may.

        Who was probably meant is named as it would be understood in place of the text; where that is a name
        written ``by_cagette``, its next export has it again: then it is the list that is to be corrected.
        """
        if len(found) > 1:
            said = _("names several members of the group: {value!r}", value=text[:_SHOWN])
            if places := one_person_twice(found):
                said += _(
                    "; if {places} are one person: take all of these rows but one out of the list",
                    places=shortened(places),
                )
            return said
        if not found and not self._is_whole:
            return ""
        if not found:
            near = self.nearly(text)
            meant = near[0] if len(near) == 1 else None
            understood = self._understood(meant, is_name=is_name) if meant else ""
            said = _("names no member of the group: {value}", value=quoted_with(text[:_SHOWN], understood))
            if is_name and lacks_letters(text):
                said += _(
                    "; letters of it are lost, as where a spreadsheet saves a CSV file anew: export the "
                    "orders again, and leave them as they come, or as .xlsx"
                )
            elif meant and understood and is_name and by_cagette:
                place = f"{meant.origin.file}:{meant.origin.line}"
                said += _(
                    "; correct it in {place}: in the export it would be lost with the next one", place=place
                )
            return said
        if not self.is_set_aside(found[0]):
            return ""
        place = f"{found[0].origin.file}:{found[0].origin.line}"
        return _(
            "names a member whose own row is set aside ({place}): {value!r}", place=place, value=text[:_SHOWN]
        )

    def _understood(self, member: Member, *, is_name: bool) -> str:
        """Return an id or, where names are read, the household's name if it is nobody else's."""
        if not is_name:
            return member.id
        name = _household_name(member)
        return name if self.called(name) == [member] else ""

    def _others_in(self, text: str, theirs: Sequence[Member]) -> Iterable[Member]:
        """Return who is named in the place of a partner, and isn't of those households."""
        named = (
            found for found in self._nearly_named.by_each(text) if not any(one in found for one in theirs)
        )
        return {id(one): one for found in named for one in found}.values()

    @cached_property
    def _by_address(self) -> dict[str, list[Member]]:
        index: dict[str, list[Member]] = {}
        for member in self._members.values():
            for key in {box.key for box in member.mailboxes}:
                index.setdefault(key, []).append(member)
        return index

    @cached_property
    def _by_handle(self) -> dict[str, list[Member]]:
        index: dict[str, list[Member]] = {}
        for member in self._members.values():
            for name in names_with_group(member):
                index.setdefault(name, []).append(member)
        return index

    @cached_property
    def _by_household(self) -> dict[str, list[Member]]:
        return _index(self._members.values(), _household_name)

    @cached_property
    def _by_household_first_names_first(self) -> dict[str, list[Member]]:
        return _index(self._members.values(), partial(_household_name, is_first_name_first=True))

    @cached_property
    def _by_holder(self) -> dict[str, list[Member]]:
        return _index(self._members.values(), _holder_name)

    @cached_property
    def _by_holder_first_name_first(self) -> dict[str, list[Member]]:
        return _index(self._members.values(), partial(_holder_name, is_first_name_first=True))


def one_person_twice(found: Sequence[Member]) -> tuple[str, ...]:
    """Return in which rows of lists they stand, if they are called alike; an export has ids of its own."""
    names = {fold_name(_household_name(one)) for one in found}
    if len(found) < 2 or len(names) != 1 or any(one.is_exported for one in found):
        return ()
    return tuple(
        f"{row.origin.file}:{row.origin.line}" for one in found for row in one.rows if row.origin.line
    )


class MemberLookups:
    """The people of each group, indexed once."""

    def __init__(
        self,
        members: Iterable[Member],
        set_aside: Iterable[Member] = (),
        unread_groups: Collection[str] = (),
    ) -> None:
        """Part the people by group; those that are set aside, too."""
        self._unread = unread_groups
        self._members = _by_group(members)
        self._aside = _by_group(set_aside)
        self._groups: dict[str, MemberLookup] = {}

    def of(self, group_id: str) -> MemberLookup:
        """Return the people of one group."""
        if group_id not in self._groups:
            members, aside = self._members.get(group_id, ()), self._aside.get(group_id, ())
            is_whole = group_id not in self._unread
            self._groups[group_id] = MemberLookup(members, aside, is_whole=is_whole)
        return self._groups[group_id]


def _has(name: str, words: Sequence[str]) -> bool:
    """Tell whether a folded name has all of some words, of which a single letter is any word's first."""
    has = name.replace("-", " ").split()
    return all(word in has or (len(word) == 1 and any(one[0] == word for one in has)) for word in words)


def _others_by(text: str, member: Member, find: Callable[[str], Sequence[Member]]) -> Collection[Member]:
    """Return whom a text means by a name that can't be the member's: the whole of it, or one of several."""
    whole_names = (name for name in people_in(text) if " " in name or "@" in name)
    others: dict[int, Member] = {}
    for name in dict.fromkeys((text, *whole_names)):
        found = find(name)
        if not any(one is member for one in found) and not (found and NearlyNamed([member]).by(name)):
            others |= {id(one): one for one in found}
    return others.values()


def _by_group(members: Iterable[Member]) -> dict[str, list[Member]]:
    found: dict[str, list[Member]] = {}
    for member in members:
        for group_id in member.group_ids:
            found.setdefault(group_id, []).append(member)
    return found


def _index(members: Iterable[Member], name_of: Callable[[Member], str]) -> dict[str, list[Member]]:
    index: dict[str, list[Member]] = {}
    for member in members:
        index.setdefault(fold_name(name_of(member)), []).append(member)
    return index


def _household_name(member: Member, *, is_first_name_first: bool = False) -> str:
    holder = _holder_name(member, is_first_name_first=is_first_name_first)
    partner = _partner_name(member, is_first_name_first=is_first_name_first)
    return HOUSEHOLD_SEPARATOR.join(filter(None, (holder, partner)))


def _holder_name(member: Member, *, is_first_name_first: bool = False) -> str:
    return _name(member, is_first_name_first=is_first_name_first)


def _partner_name(member: Member, *, is_first_name_first: bool = False) -> str:
    partners = (box for box in member.mailboxes if box.name != member.name)
    names = (_name(box, is_first_name_first=is_first_name_first) for box in partners)
    return next((name for name in names if name.strip()), "")


def _partners(member: Member) -> Iterator[Mailbox]:
    yield from (box for box in member.mailboxes if box.of_partner)
    if member.partner:
        yield member.partner


def _is_called(who: Mailbox, name: str) -> bool:
    """Tell whether a name may be somebody's, of whom a list may have the first name alone, or one cell."""
    if who.first_name and not who.last_name:
        return {*fold_name(who.first_name).split()} <= {*fold_name(name).split()}
    return fold_name(name) in {fold_name(_name(who, is_first_name_first=first)) for first in (False, True)}


def _name(who: Member | Mailbox, *, is_first_name_first: bool) -> str:
    names = (who.first_name, who.last_name) if is_first_name_first else (who.last_name, who.first_name)
    return " ".join(filter(None, names))


def _as_typed(text: str) -> str:
    """Return a reference without what programs put there: an id of which they made a number, unseen marks."""
    if not text.isascii():
        text = "".join(char for char in text if unicodedata.category(char) != "Cf").strip()
    return text.removesuffix(".0") if _WHOLE_FLOAT.fullmatch(text) else text
