"""Read whose a place in a row of duties is: a member's, of a couple one of the two, or vacant."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cagette_notify.core.duty_list import DutyPlace
from cagette_notify.core.i18n import _
from cagette_notify.core.text import fold, fold_name, quoted, quoted_with
from cagette_notify.data.members.find_member import holder_called, partner_called, readers_of, whole_names
from cagette_notify.data.rows.cagette_export import HOUSEHOLD_SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cagette_notify.core.model import Member
    from cagette_notify.data.members.member_lookup import MemberLookup
    from cagette_notify.data.rows.cells import Row

PEOPLE = ("member", "member_name", "first_name")
"""The columns that may say who serves, the surest first."""

_MARKS = " -–—_?!.…/()[]"
_FRENCH = ("a pourvoir", "poste a pourvoir", "vacant", "vacante", "poste vacant", "libre", "place libre")
_VACANT = frozenset(("", *_FRENCH, "personne", "nobody", "no one", "free", "open", "to fill"))


def read_places(row: Row, role: str, lookup: MemberLookup) -> tuple[DutyPlace, ...]:
    """Return the place of a row, and whose it is; what stands beside somebody as vacant is one of its own."""
    field, text = _whom(row)
    people = [part for part in text.split(HOUSEHOLD_SEPARATOR) if not _is_vacant(part)]
    vacant = text.count(HOUSEHOLD_SEPARATOR) + 1 - len(people) if people else 0
    whose = HOUSEHOLD_SEPARATOR.join(people) if vacant else text
    return (_read_place(row, role, lookup, field, whose), *[DutyPlace(role)] * vacant)


def _is_vacant(text: str) -> bool:
    return fold(text).strip(_MARKS) in _VACANT


def _read_place(row: Row, role: str, lookup: MemberLookup, field: str, text: str) -> DutyPlace:
    """Return a place, and whose it is; nobody's to take where the text names nobody in particular."""
    if not text:
        return DutyPlace(role, is_unknown=row.is_spoiled)
    found = _named(text, lookup)
    if not found and _is_vacant(text):
        return DutyPlace(role)
    if others := _others_beside(row, field, found, lookup):
        message = _(
            "several members: {who}; the id is one's, the name beside it another's",
            who=", ".join(one.handle for one in (*found, *others)),
        )
    elif len(found) == 1 and (stranger := _no_partner_in(text, found[0], lookup)):
        message = _(
            "several people: {stranger} is not the partner of {member}, beside whom it stands; a row for "
            "each",
            stranger=quoted(stranger),
            member=found[0].handle,
        )
    elif len(found) == 1:
        return DutyPlace(role, found[0].id, name=_taker(text, found[0]))
    elif found:
        message = _(
            "several members: {who}; name one by their id", who=", ".join(one.handle for one in found)
        )
    else:
        message = _("no member of the group: {who}", who=_with_hint(text, lookup))
    row.complain(field, message)
    return DutyPlace(role, is_unknown=True)


def _no_partner_in(text: str, member: Member, lookup: MemberLookup) -> str:
    """Return who stands beside a member that their name alone tells, and is no partner of theirs by name."""
    _holder, _slash, partner = text.partition(HOUSEHOLD_SEPARATOR)
    is_household = (
        lookup.referred_to(text) or lookup.with_handle(text) or fold_name(text) in whole_names(member)
    )
    return "" if is_household or (partner and partner_called(partner, member)) else partner


def _taker(text: str, member: Member) -> str:
    """Return who of a couple is meant, by name or address; nothing where that is an id, or both."""
    if fold(text) == fold(member.id) and not member.has_address_as_id:
        return ""
    if partner := partner_called(text, member):
        return partner.name
    is_couple = any(box.of_partner for box in readers_of(member))
    return member.name if is_couple and holder_called(text, member) else ""


def _named(text: str, lookup: MemberLookup) -> Sequence[Member]:
    return lookup.referred_to(text) or lookup.with_handle(text) or lookup.called(text)


def _others_beside(row: Row, field: str, found: Sequence[Member], lookup: MemberLookup) -> Sequence[Member]:
    """Return whom the name beside an id surely means, if the id is another's: one of the two is old."""
    if field != "member" or len(found) != 1:
        return ()
    return lookup.other_than(found[0], whole_name_in(row.as_guessed), partial(_named, lookup=lookup))


def _whom(row: Row) -> tuple[str, str]:
    """Return who has a place, as it is written, and in which field."""
    field = next((name for name in PEOPLE if name in row.cells), "member")
    return field, row.reference(field)


def whole_name_in(row: Row) -> str:
    """Return the name of who has a place, of whom there may be a first name alone."""
    return row.text("member_name") or row.text("first_name")


def _with_hint(text: str, lookup: MemberLookup) -> str:
    near = [one.handle for one in lookup.nearly(text) or lookup.in_part(text)]
    return quoted_with(text, *near) if len(near) == 1 else quoted(text)


def unread_place(row: Row, role: str) -> DutyPlace:
    """Return a place of which it can only be told whether somebody has it."""
    _field, text = _whom(row)
    is_free = not row.is_spoiled and _is_vacant(text)
    return DutyPlace(role, is_unknown=not is_free)
