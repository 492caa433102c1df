"""Tell where the numbers of orders are of another list than the members', whose names stand beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.text import quoted

if TYPE_CHECKING:
    from cagette_notify.core.model import Member
    from cagette_notify.data.members.member_lookup import MemberLookup
    from cagette_notify.data.orders.whose_order import Naming, Whose
    from cagette_notify.data.rows.cells import Row

_SHOWN = 3
_A_CHANCE = 1  # number whose name is a member's: of a newcomer, perhaps, who is called like somebody else


class NumbersOfOthers:
    """Watches the rows of a file: a list that a group keeps itself counts from 1, and Cagette's orders don't.

    Where no number is a member's, and most of the names beside them are, orders are joined by name. A list
    that Cagette exported has Cagette's numbers: there it is another group's, or somebody is missing.
    """

    def __init__(self, naming: Naming) -> None:
        """Watch nothing where a file has no names beside its numbers."""
        self._naming = naming
        self._is_theirs = not {"member", "member_name"}.issubset(naming.fields)
        self._is_named: dict[str, bool] = {}

    def see(self, row: Row, found: Whose, lookup: MemberLookup) -> None:
        """Note what the number of a row means, and the name beside it."""
        if self._is_theirs or self._naming.field_in(row) != "member":
            return
        number, name = row.reference("member"), self._naming.name_beside(row)
        if found.is_certain:
            self._is_theirs = True
        elif number and name and number not in self._is_named:
            named = lookup.called(name, by_cagette=self._naming.is_cagette_s)
            self._is_named[number] = len(named) == 1 and not _has_cagette_s_number(named[0])

    @property
    def are_there(self) -> bool:
        """Tell whether the orders are to be joined by name."""
        count = sum(self._is_named.values())
        return not self._is_theirs and count > _A_CHANCE and 2 * count > len(self._is_named)

    def said(self, file: str) -> Problem:
        """Return the warning that says so, and what makes it sure."""
        numbers = [*self._is_named]
        message = _(
            "none of its numbers ({numbers}) is a member's, and the names beside them are ({count} of "
            "{total}): its orders are joined by name, as long as each is written alike in both. To be sure, "
            "put these numbers into a column 'id' of the list of members, or take the list that Cagette "
            "exports",
            numbers=", ".join(map(quoted, numbers[:_SHOWN])) + ("…" if len(numbers) > _SHOWN else ""),
            count=sum(self._is_named.values()),
            total=len(numbers),
        )
        return Problem(message, file, is_warning=True)


def _has_cagette_s_number(member: Member) -> bool:
    return member.is_exported and not member.has_address_in_id
