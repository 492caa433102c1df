"""Choose the members whom a file names, and tell which of its rows are nobody's in the group."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from cagette_notify.core.addresses import address_key
from cagette_notify.core.errors import Problem
from cagette_notify.data.members.member_lookup import MemberLookup
from cagette_notify.data.members.named_rows import Meant

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cagette_notify.core.model import Mailbox, Member
    from cagette_notify.data.members.named_rows import NamedRow, NamedRows


class ByFile(NamedTuple):
    """The members whom a file names, those whose own row is bad apart, and the rows that are nobody's.

    Each has the addresses that the file names; all of them where it names the member by id or name.
    ``unclear`` says which rows name several members; ``rows`` are all of them, with whom each means.
    """

    members: list[Member]
    set_aside: list[Member]
    strangers: list[NamedRow]
    unclear: tuple[Problem, ...]
    rows: tuple[NamedRow, ...]


def members_in_file(
    file: NamedRows, group_id: str, members: Sequence[Member], set_aside: Sequence[Member]
) -> ByFile:
    """Return whom the rows name; nobody where one names several members.

    A name that several have does, and an id with another's name beside it. An address that no member has is
    a stranger's, whatever id or name stands beside it.
    """
    lookup = MemberLookup(members, set_aside)
    named: dict[int, tuple[Member, dict[Mailbox, None]]] = {}
    strangers: list[NamedRow] = []
    unclear: list[Problem] = []
    rows: list[NamedRow] = []
    for row in file.rows:
        found = _named_by(row, group_id, lookup)
        if len(found) > 1 and not (row.addresses or row.meant):
            text = lookup.why_not_one([one for one, _boxes in found], row.shown)
            unclear.append(Problem(text, row.origin.file, row.origin.line, "--to"))
            continue
        rows.append(row if row.addresses or not found else row._replace(meant=_meant_by(found[0][0])))
        for member, boxes in found:
            named.setdefault(id(member), (member, {}))[1].update(dict.fromkeys(boxes))
        if not found:
            strangers.append(row)
    people = [(member, _with_mailboxes(member, boxes)) for member, boxes in named.values()]
    return ByFile(
        [narrowed for member, narrowed in people if not lookup.is_set_aside(member)],
        [narrowed for member, narrowed in people if lookup.is_set_aside(member)],
        strangers,
        tuple(unclear),
        tuple(rows),
    )


def _named_by(row: NamedRow, group_id: str, lookup: MemberLookup) -> list[tuple[Member, tuple[Mailbox, ...]]]:
    if row.meant:
        return _still(row.meant, lookup)
    return _with_address(row.addresses, lookup) or _called(row.references, group_id, lookup)


def _meant_by(member: Member) -> Meant:
    return Meant(member.id, member.name, tuple(box.address for box in member.mailboxes))


def _still(meant: Meant, lookup: MemberLookup) -> list[tuple[Member, tuple[Mailbox, ...]]]:
    """Return who was meant: by the id, with an address or the name of then, and who has the addresses.

    The id alone may be another's by now, and a household two members.
    """
    keys, called = {*map(address_key, meant.addresses)}, lookup.called(meant.name) if meant.name else ()
    for member in lookup.referred_to(meant.id):
        if any(box.key in keys for box in member.mailboxes) or any(one is member for one in called):
            theirs = {box.key for box in member.mailboxes}
            others = (address for address in meant.addresses if address_key(address) not in theirs)
            return [(member, member.mailboxes), *_with_address(others, lookup)]
    return _with_address(meant.addresses, lookup)


def _with_address(addresses: Iterable[str], lookup: MemberLookup) -> list[tuple[Member, tuple[Mailbox, ...]]]:
    """Return everybody who has one of the addresses, with those of their mailboxes that it is."""
    found = []
    for address in addresses:
        key = address_key(address)
        for member in lookup.referred_to(address):
            boxes = tuple(box for box in member.mailboxes if box.key == key)
            found.append((member, boxes or member.mailboxes))
    return found


def _called(
    references: Sequence[str], group_id: str, lookup: MemberLookup
) -> list[tuple[Member, tuple[Mailbox, ...]]]:
    """Return whom the first of some ids and names means that means anybody, with all their mailboxes.

    With them come those whom another surely means, if it can't mean them: ids are given anew.
    """

    def meant(text: str) -> Sequence[Member]:
        return lookup.referred_to(text.removeprefix(f"{group_id}/")) or lookup.called(text)

    found = next(filter(None, map(meant, references)), [])
    if len(found) == 1:
        others = (one for text in references for one in lookup.other_than(found[0], text, meant))
        found = [*found, *{id(one): one for one in others}.values()]
    return [(member, member.mailboxes) for member in found]


def _with_mailboxes(member: Member, boxes: Iterable[Mailbox]) -> Member:
    wanted = set(boxes)
    return replace(member, mailboxes=tuple(box for box in member.mailboxes if box in wanted))
