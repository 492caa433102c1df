"""Define groups, members and distributions. Pure."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from cagette_notify.core.addresses import address_key, addresses_within
from cagette_notify.core.errors import Origin

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, tzinfo

    from cagette_notify.core.errors import Problem
    from cagette_notify.core.kinds import Kind


class Contact(Struct, frozen=True):
    """A person mail can be sent to or answered by."""

    address: str
    name: str = ""


class Group(Struct, frozen=True):
    """A co-op, or one delivery point of it, with the people who answer for it.

    ``placeholders`` are addresses of theirs that are Cagette's for nobody: no mail goes there. ``defaults``
    and ``days_before``, in local days, stand in the place of the configuration's.
    """

    id: str
    name: str
    timezone: tzinfo
    language: str
    contact: Contact | None = None
    coordinators: tuple[str, ...] = ()
    placeholders: tuple[str, ...] = ()
    url: str = ""
    colour: str = ""
    logo: str = ""
    contact_phone: str = ""
    disabled: bool = False
    origin: Origin = Origin()
    defaults: tuple[tuple[Kind, bool], ...] = ()
    days_before: tuple[tuple[Kind, int], ...] = ()


class AddressState(str, Enum):
    """What an address in the data is good for."""

    USABLE = "usable"
    PLACEHOLDER = "placeholder"  # Cagette's x@no.mail: a member without an address
    INVALID = "invalid"

    __str__ = str.__str__


class Mailbox(Struct, frozen=True):
    """One of a household's addresses, with the name of the person who reads it.

    ``address`` is what is sent to (ASCII form); for unusable ones it is the text as typed.
    ``of_partner`` tells the partner's from that of the account's holder.
    """

    address: str
    first_name: str = ""
    last_name: str = ""
    state: AddressState = AddressState.USABLE
    of_partner: bool = False

    @property
    def key(self) -> str:
        """How addresses compare: the same mailbox whatever the case."""
        return self.address.casefold()

    @property
    def names(self) -> tuple[str, ...]:
        """All by which its reader may call it: the key; of a text that is no address, those within it too."""
        if self.state is not AddressState.INVALID:
            return (self.key,)
        return (self.key, *map(address_key, addresses_within(self.address)))

    @property
    def name(self) -> str:
        """First and last name, as one greets in a header."""
        return " ".join(part for part in (self.first_name, self.last_name) if part)


class Setting(Struct, frozen=True):
    """A member's choice for one kind of notice, and where it was made.

    ``may_be_of`` are the handles of several people, where the row does not say whose choice it is. One that
    ``is_unread`` is nobody's choice: its row can't be read, and what it may turn off is held back until then.
    ``holds_back_yes`` tells of either that it stands before a choice of theirs to have the notice.
    """

    value: bool
    origin: Origin = Origin()
    changed_on: str = ""  # ISO date; only for changes kept in notifications.csv
    may_be_of: tuple[str, ...] = ()
    is_unread: bool = False
    holds_back_yes: bool = False

    def over(self, under: Setting | None) -> Setting:
        """Return the same as it stands before what would hold without it."""
        is_in_doubt = self.is_unread or bool(self.may_be_of)
        is_asked_for = under is not None and (under.value or under.holds_back_yes)
        return replace(self, holds_back_yes=True) if is_in_doubt and is_asked_for else self


class MemberRow(Struct, frozen=True):
    """A row of a file that tells of a member, and the keys of the addresses that stand in it.

    What is typed into one that ``is_exported`` is gone with the next export.
    """

    origin: Origin
    addresses: frozenset[str]
    is_exported: bool = False


class Member(Struct, frozen=True):
    """An account of Cagette: a household with up to two addresses, its own first.

    ``mailboxes`` holds every address the data names, unusable ones included, so that the reason can
    be said. ``partner`` is a partner whom the data name without any: a mailbox with no address, and none of
    those. ``settings`` holds only what somebody chose; the defaults are the configuration's.
    ``group_problems`` keep the member out of groups that their row names. ``merged`` are the rows of
    somebody whom several files have; ``origin`` is that of the first. ``is_exported`` tells whether that
    file is an export, of which the next one takes the place. ``group_defaults`` are those of groups of theirs
    that have their own.
    """

    id: str
    group_ids: tuple[str, ...]
    first_name: str = ""
    last_name: str = ""
    mailboxes: tuple[Mailbox, ...] = ()
    partner: Mailbox | None = None
    language: str = ""
    last_seen: datetime | None = None
    settings: Mapping[Kind, Setting] = field(default_factory=dict)
    origin: Origin = Origin()
    group_problems: tuple[Problem, ...] = ()
    merged: tuple[MemberRow, ...] = ()
    is_exported: bool = False
    group_defaults: Mapping[str, Mapping[Kind, bool]] | None = None

    def default_of(self, kind: Kind, otherwise: bool, group_id: str) -> bool:  # noqa: FBT001 - a value
        """Return the default of a kind in a group of theirs, or whether any has it on."""
        ids = (group_id,) if group_id else self.group_ids
        own = self.group_defaults or {}
        return any(own.get(id_, {}).get(kind, otherwise) for id_ in ids)

    @property
    def rows(self) -> tuple[MemberRow, ...]:
        """The rows that tell of the member: mostly one."""
        keys = frozenset(box.key for box in self.mailboxes)
        return self.merged or (MemberRow(self.origin, keys, self.is_exported),)

    def rows_with(self, address: str) -> tuple[MemberRow, ...]:
        """Return those of the rows in which an address of theirs stands."""
        return tuple(row for row in self.rows if address.casefold() in row.addresses)

    def is_exported_with(self, address: str) -> bool:
        """Tell whether what stands beside an address, or of an unknown one anywhere, comes from an export."""
        return any(row.is_exported for row in self.rows_with(address) or self.rows)

    @property
    def handle(self) -> str:
        """What to type to mean this member and nobody else: groups may give one id to two people."""
        return f"{self.group_ids[0]}/{self.id}" if self.group_ids else self.id

    @property
    def has_address_as_id(self) -> bool:
        """Whether an address of theirs is their id, for want of another; others may read it, too."""
        return any(box.key == self.id for box in self.mailboxes)

    @property
    def has_address_in_id(self) -> bool:
        """Whether that address begins their id, before a name where others of the group have it, too."""
        address, _blank, _name = self.id.partition(" ")
        return any(box.key == address for box in self.mailboxes)

    @property
    def name(self) -> str:
        """First and last name of the account's holder."""
        return " ".join(part for part in (self.first_name, self.last_name) if part)


class CatalogHours(Struct, frozen=True):
    """When members may order of one catalog that takes part in a distribution."""

    name: str
    opens_at: datetime | None = None
    closes_at: datetime | None = None


class Distribution(Struct, frozen=True):
    """One day on which a group hands out what was ordered. All times are aware.

    Where ``place_is_unknown``, the data has none, or something that is no place: ``place`` is then what the
    reader was told, which stands, or nothing. A cell that is empty by accident looks like any other one.
    Where catalogs have different ``hours``, orders open with the first of them, and close with the last.
    ``due`` is when kinds are, of which its group says how many days before.
    """

    id: str
    group_id: str
    starts_at: datetime
    ends_at: datetime | None = None
    orders_open_at: datetime | None = None
    orders_close_at: datetime | None = None
    name: str = ""
    place: str = ""
    place_is_unknown: bool = False
    note: str = ""
    url: str = ""
    catalogs: tuple[str, ...] = ()
    fixed: bool = False
    cancelled: bool = False
    origin: Origin = Origin()
    hours: tuple[CatalogHours, ...] = ()
    due: tuple[tuple[Kind, datetime], ...] = ()

    @property
    def first_close_at(self) -> datetime | None:
        """When orders close of the first catalog: until then all is still to be had."""
        return min((one.closes_at for one in self.hours if one.closes_at), default=self.orders_close_at)

    def is_on(self, groups: Mapping[str, Group]) -> bool:
        """Tell whether it takes place: nobody has cancelled it, or disabled its group."""
        return not (self.cancelled or groups[self.group_id].disabled)


class Sizes(Struct, frozen=True):
    """How much data a group had when something was last sent for it, or all of it was written to."""

    members: int = 0
    orders: Mapping[str, int] = field(default_factory=dict)  # by distribution
    addresses: int = 0  # that can be written to; ledgers of before they were counted have none
