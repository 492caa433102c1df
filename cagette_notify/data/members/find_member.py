"""Find the member meant by an address, id or name; or the distribution by an id or date."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING
from unicodedata import normalize

from msgspec import Struct

from cagette_notify.core.addresses import address_key, readable_address
from cagette_notify.core.errors import Problem, UsageError
from cagette_notify.core.i18n import _
from cagette_notify.core.parsing import day
from cagette_notify.core.text import fold, fold_name, one_line
from cagette_notify.data.distributions.distribution_lookup import nearest_first
from cagette_notify.data.rows.cagette_export import HOUSEHOLD_SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from cagette_notify.core.model import Distribution, Mailbox, Member


_IN_BRACKETS = re.compile(r".*<([^<>@]+@[^<>@]+)>")  # as mail programs write a name with its address
_NEAR = 5  # people named when nobody was found
_ALIKE = 0.72  # of what two words share, from 0 to 1


class Namesake(Struct, frozen=True):
    """One of several people who may be meant: what to type to mean nobody else, and who that is."""

    handle: str
    description: str


class SeveralPeopleError(UsageError):
    """What was typed may be several people, or is only a part of one's name."""

    def __init__(self, message: str, namesakes: Sequence[Namesake]) -> None:
        """Give each person a number by which to choose."""
        self.namesakes = namesakes
        numbered = (f"  {number}  {one.description}" for number, one in enumerate(namesakes, start=1))
        super().__init__(Problem(message), *map(Problem, numbered))


class MemberMatch(Struct, frozen=True):
    """The people that were meant: several for a name, or an address or id, that several have.

    ``is_exact`` tells an address, an id or a whole name from a part of one. If nobody was found,
    ``near`` are those with the most similar address, id or name, best first.
    """

    members: tuple[Member, ...] = ()
    is_exact: bool = False
    near: tuple[Member, ...] = ()


def find_member(who: str, members: Sequence[Member]) -> MemberMatch:
    """Return whom ``who`` means: an exact address or id wins, then a whole name, then words of one.

    An id may say its group, ``group/id``, where two groups give one id to two people. An address may stand
    in a cell that is none, beside another or with a name. Of a couple, as orders name it, the partner may be
    in no list: then the holder's name is but a part of what was meant.
    """
    who = normalize("NFC", _IN_BRACKETS.sub(r"\1", who.strip()))  # as the data are read
    wanted = folded_name(who)
    if not wanted:
        return MemberMatch()
    holder, _slash, partner = wanted.partition(HOUSEHOLD_SEPARATOR)
    ways = (_by_address_or_id(who.strip()), _by_address_within(who), _by_whole_name(wanted))
    for is_meant in (*ways, _by_both_names(holder, partner)):
        if exact := tuple(filter(is_meant, members)):
            return MemberMatch(exact, is_exact=True)
    if partly := tuple(filter(_by_words(holder), members)):
        return MemberMatch(partly)
    return MemberMatch(near=_nearest(wanted, members))


def describe_member(member: Member) -> str:
    """Return who somebody is in a few words: name, addresses, id."""
    addresses = ", ".join(f"<{readable_address(mailbox.address)}>" for mailbox in member.mailboxes)
    return " ".join(part for part in (member.name, addresses, f"({member.handle})") if part)


def several_people(who: str, members: Sequence[Member]) -> SeveralPeopleError:
    """Return what to raise where one member had to be named, and several were."""
    message = _("{who!r} may be {count} people:", who=one_line(who), count=len(members))
    return SeveralPeopleError(
        message, [Namesake(member.handle, one_line(_with_partner(member))) for member in members]
    )


def _with_partner(member: Member) -> str:
    """Return who somebody is, with the partner by name: by that, too, the others may be called."""
    named = (one.name for one in readers_of(member) if one.of_partner)
    partner = next((name for name in named if fold_name(name) not in {"", fold_name(member.name)}), "")
    described = describe_member(member)
    return _("{member}, partner: {name}", member=described, name=partner) if partner else described


def only_in_part(who: str, member: Member) -> SeveralPeopleError:
    """Return what to raise where a whole name had to be typed, and was a part of one's."""
    message = _("{who!r} is only a part of the name of:", who=one_line(who))
    return SeveralPeopleError(message, [namesake(member)])


def namesake(member: Member) -> Namesake:
    """Return a member as one to choose."""
    return Namesake(member.handle, one_line(describe_member(member)))


def folded_name(who: str) -> str:
    """Return what was typed as ``reader_names`` are: a name, or an address as addresses compare."""
    who = _IN_BRACKETS.sub(r"\1", who.strip())
    return fold_name(address_key(who) if "@" in who else who)


def whole_names(member: Member) -> set[str]:
    """Return, folded, what the people of a household are called, either name first."""
    return set(_folded_names(member))


def reader_names(mailbox: Mailbox) -> frozenset[str]:
    """Return, folded, what the person who reads a mailbox is called, and its address."""
    return _called(mailbox.first_name, mailbox.last_name, [mailbox])


def readers_of(member: Member) -> tuple[Mailbox, ...]:
    """Return the mailboxes of a household, with an empty one for a partner who is only named."""
    return (*member.mailboxes, member.partner) if member.partner else member.mailboxes


def holder_called(who: str, member: Member) -> bool:
    """Tell whether ``who`` is the name, or an address, of the account's holder."""
    holders = [box for box in member.mailboxes if not box.of_partner]
    names = _called(member.first_name, member.last_name, holders)
    return folded_name(who) in {fold_name(member.first_name), *names}


def partner_called(who: str, member: Member) -> Mailbox | None:
    """Return the partner's mailbox if ``who`` is the partner's address or name, and not the holder's.

    A partner without an address has one that is empty.
    """
    if holder_called(who, member):
        return None
    wanted = folded_name(who)
    for box in readers_of(member):
        if box.of_partner and wanted in {fold_name(box.first_name), *reader_names(box)}:
            return box
    return None


def _called(first: str, last: str, mailboxes: Iterable[Mailbox]) -> frozenset[str]:
    names = (*(name for box in mailboxes for name in box.names), *_either_name_first(first, last))
    return frozenset(map(fold_name, names))


def _by_address_or_id(who: str) -> Callable[[Member], bool]:
    key = address_key(who)
    called = {who, key} if "@" in who else {who}  # an address may be an id

    def is_meant(member: Member) -> bool:
        names = (member.id, *(f"{group_id}/{member.id}" for group_id in member.group_ids))
        return not called.isdisjoint(names) or any(mailbox.key == key for mailbox in member.mailboxes)

    return is_meant


def _by_address_within(who: str) -> Callable[[Member], bool]:
    address = address_key(who)
    return lambda member: any(address in mailbox.names[1:] for mailbox in member.mailboxes)


def _by_both_names(holder: str, partner: str) -> Callable[[Member], bool]:
    def is_meant(member: Member) -> bool:
        partners = (box for box in readers_of(member) if box.of_partner)
        is_holders = holder in _called(member.first_name, member.last_name, ())
        return is_holders and any(partner in reader_names(box) for box in partners)

    return is_meant


def _by_whole_name(wanted: str) -> Callable[[Member], bool]:
    return lambda member: wanted in whole_names(member)


def _by_words(wanted: str) -> Callable[[Member], bool]:
    words = set(wanted.split())

    def is_meant(member: Member) -> bool:
        return any(words <= set(name.split()) for name in whole_names(member))

    return is_meant


def _folded_names(member: Member) -> Iterator[str]:
    people = {(member.first_name, member.last_name)}
    people |= {(mailbox.first_name, mailbox.last_name) for mailbox in readers_of(member)}
    for first, last in people:
        yield from map(fold_name, _either_name_first(first, last))


def _either_name_first(first: str, last: str) -> Iterator[str]:
    """Yield a name in either order, wherever it is parted if all of it stands in one cell."""
    words = f"{first} {last}".split()
    if first and last:
        yield from (f"{first} {last}", f"{last} {first}")
    else:
        yield from (" ".join([*words[at:], *words[:at]]) for at in range(len(words)))


def _nearest(wanted: str, members: Iterable[Member]) -> tuple[Member, ...]:
    compare = SequenceMatcher(autojunk=False)
    compare.set_seq2(wanted)
    scores = []
    for position, member in enumerate(members):
        score = max(_scores(compare, member, wanted), default=0.0)
        if score >= _ALIKE:
            scores.append((-score, position, member))
    return tuple(member for _score, _position, member in sorted(scores, key=lambda one: one[:2])[:_NEAR])


def _scores(compare: SequenceMatcher[str], member: Member, wanted: str) -> Iterator[float]:
    """Yield how much each way to call a member is like what was typed; far ones are told cheaply.

    Of addresses both the whole and what stands before the domain have to be.
    """
    names = whole_names(member)
    words = {word for name in names for word in name.split()}
    for name in {*names, *words, member.id, *(mailbox.key for mailbox in member.mailboxes)}:
        compare.set_seq1(name)
        if compare.real_quick_ratio() >= _ALIKE and compare.quick_ratio() >= _ALIKE:
            yield min(compare.ratio(), _before_the_domain(name, wanted))


def _before_the_domain(name: str, wanted: str) -> float:
    """Return how much of an address is like what was typed, its domain left out: neighbours share that."""
    local, at, _domain = name.rpartition("@")
    if not at:
        return 1.0
    end = wanted.rfind("@") if "@" in wanted else len(local)
    # With the @, so that of three letters one may be wrong.
    return SequenceMatcher(None, f"{local}@", wanted[: end + 1], autojunk=False).ratio()


_NEXT = frozenset(("next", "prochaine"))


def distribution_called(
    name: str, mine: Sequence[Distribution], now: datetime, *, field: str
) -> Distribution:
    """Return the one that is meant by an id, a date or ``next``; raise ``UsageError`` about that option."""
    found = [one for one in mine if one.id == name] or _of_day(mine, name)
    if not found and fold(name) in _NEXT - {fold(one.id) for one in mine}:
        found = [one for one in mine if one.starts_at > now and not one.cancelled][:1]
    if len(found) == 1:
        return found[0]
    known = ", ".join(one.id for one in found or nearest_first(name, mine, now)[:5])
    if found:
        message = _("{name!r} means several distributions: {known}", name=name, known=known)
    elif mine:
        message = _("no distribution {name!r}; known here: {known}", name=name, known=known)
    else:
        message = _("no distribution {name!r}: the data name none here", name=name)
    raise UsageError(Problem(message, field=field))


def _of_day(distributions: Sequence[Distribution], name: str) -> list[Distribution]:
    try:
        date = day(name)
    except ValueError:
        return []
    return [one for one in distributions if one.starts_at.date() == date]
