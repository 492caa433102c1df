"""Define the orders of a distribution: lines, and rows that can't be told. Pure."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.errors import Origin

if TYPE_CHECKING:
    from decimal import Decimal

    from cagette_notify.core.errors import Problem

_A_FEW = 2  # people who may well be newcomers


class OrdersState(str, Enum):
    """Whether the orders of a distribution can be trusted for a recap."""

    READY = "ready"
    WAITING = "waiting"  # no file yet: normal before the export was made
    STALE = "stale"  # last modified before orders closed
    FRESH = "just written"  # and perhaps not to its end
    UNREADABLE = "unreadable"
    SHRUNKEN = "far fewer than before"  # read whole, but by what is known no proof that anybody has none

    __str__ = str.__str__


class OrderLine(Struct, frozen=True):
    """A product that one household ordered. ``total`` is in euros, rounded half up to the cent.

    Of what is sold by the piece, ``size`` is how much of ``size_unit`` one is, unless its name says it.
    """

    member_id: str
    product: str
    quantity: Decimal
    unit: str = ""
    price: Decimal | None = None
    total: Decimal | None = None
    paid: bool = False
    catalog: str = ""
    shared_with: str = ""  # a member's id, or nothing
    origin: Origin = Origin()
    fees: Decimal | None = None
    size: Decimal | None = None
    size_unit: str = ""

    @property
    def fees_in_total(self) -> Decimal | None:
        """The fees, where they are in the total beside the price."""
        if not self.fees or self.price is None or self.total is None:
            return None
        beside = self.total - self.price * self.quantity
        return self.fees if abs(beside - self.fees) < abs(beside) else None

    def other_than(self, member_id: str) -> str:
        """Return the id of the other household that shares it; nothing where it is one's own alone."""
        if self.shared_with in {"", self.member_id}:
            return ""
        return self.shared_with if self.member_id == member_id else self.member_id


class UnreadLine(Struct, frozen=True):
    """A row of a household's order that was set aside; its ``quantity`` may be what nobody could read.

    Unless it ``is_certain``, it may as well be of another household, or of another distribution. Of one that
    only nearly names a member, ``reference`` is whom it does name; one that names nobody ``is_anybodys``.
    ``alike`` are the rows of all who are meant, if they are called alike and may be one person.
    """

    member_id: str
    shared_with: str = ""
    quantity: Decimal | None = None
    origin: Origin = Origin()
    is_certain: bool = True
    reference: str = ""
    is_anybodys: bool = False
    alike: tuple[str, ...] = ()


class StrangerLine(Struct, frozen=True):
    """A row of an order that names no member of the group, or is shared with none: ``reference`` is whom.

    ``name`` is what stands beside it, where that is an id or an address.
    """

    reference: str
    origin: Origin = Origin()
    name: str = ""

    @property
    def called(self) -> str:
        """The name, with what stands beside it."""
        return f"{self.name} ({self.reference})" if self.name else self.reference


class OrderBook(Struct, frozen=True):
    """The orders of one distribution. ``file`` says which export to fetch when they are missing.

    ``unread`` tells in whose orders a line is missing; ``strangers`` are rows that somebody may miss
    who is no member. ``problem`` is why the file can't be read whole. One ``of_now``, as a database has it,
    comes of no export.
    """

    state: OrdersState
    lines: tuple[OrderLine, ...] = ()
    file: str = ""
    unread: tuple[UnreadLine, ...] = ()
    strangers: tuple[StrangerLine, ...] = ()
    problem: Problem | None = None
    of_now: bool = False

    @property
    def names_of_nobody(self) -> tuple[str, ...]:
        """Whom the rows name, in their order, if none of them names a member; nothing if one does.

        Nor of a few: they may be newcomers, and the first to order.
        """
        if self.lines or any(line.is_certain for line in self.unread):
            return ()
        rows: list[UnreadLine | StrangerLine] = [*self.unread, *self.strangers]
        rows.sort(key=lambda line: line.origin.line)
        names = dict.fromkeys(line.reference for line in rows if line.reference)
        return tuple(names) if len(names) > _A_FEW else ()
