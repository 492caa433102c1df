"""A made-up co-op as it truly is: its people, distributions and orders, and how they are edited."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

T0 = datetime(2026, 6, 10, 12, tzinfo=timezone.utc)
KINDS = ("opening", "closing", "recap_24h", "recap_4h", "duty", "duty_vacant")
DEFAULTS = {
    "opening": True,
    "closing": False,
    "recap_24h": True,
    "recap_4h": True,
    "duty": True,
    "duty_vacant": False,
}
NOWHERE = ("", "d@no.mail", "bad@")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@dataclass
class Person:
    """A household. ``settings`` are the data file's, ``wishes`` those of notifications.csv."""

    groups: tuple[str, ...]
    email: str
    partner: str = ""
    settings: dict[str, bool] = field(default_factory=dict)
    wishes: dict[str, bool] = field(default_factory=dict)
    is_there: bool = True

    def wants(self, kind: str) -> bool:
        """Tell whether a kind is on: notifications.csv wins over the data, the data over the defaults."""
        return self.wishes.get(kind, self.settings.get(kind, DEFAULTS[kind]))

    @property
    def addresses(self) -> list[str]:
        """Name the addresses that mail can be sent to, each once."""
        real = [one.casefold() for one in (self.email, self.partner) if one not in NOWHERE]
        return list(dict.fromkeys(real))


@dataclass
class Day:
    """A distribution."""

    group: str
    starts: datetime
    place: str = "A"
    opens: datetime | None = None
    closes: datetime | None = None
    cancelled: bool = False
    fixed: bool = False
    is_there: bool = True

    @property
    def told(self) -> tuple[datetime, str]:
        """Return what a mail says of it that may turn out otherwise."""
        return self.starts, self.place


@dataclass
class Order:
    """A line of the export, of one product that bears the member's name."""

    quantity: int
    shared_with: str = ""


@dataclass
class Duties:
    """The file that says who serves: by distribution, role and row, the member, nobody, or a strange name."""

    places: dict[tuple[str, str, int], str] = field(default_factory=dict)
    needed: dict[tuple[str, str], int] = field(default_factory=dict)  # said in the first row of a role
    state: str = "whole"  # or nameless, torn, unreadable, missing

    def rows(self, day: str) -> list[tuple[str, str]]:
        """Return the role and the name of each row of a distribution."""
        is_nameless = self.state == "nameless"
        places = sorted(self.places.items())
        return [(role, "" if is_nameless else who) for (of, role, _row), who in places if of == day]


@dataclass
class World:
    """The co-op. Each edit is a method, so that a list of edits can be printed, and played again."""

    people: dict[str, Person] = field(default_factory=dict)
    days: dict[str, Day] = field(default_factory=dict)
    orders: dict[tuple[str, str], Order] = field(default_factory=dict)  # by member and distribution
    duties: Duties = field(default_factory=Duties)
    disabled: set[str] = field(default_factory=set)
    orders_exported_at: datetime | None = T0

    def edit(self, now: datetime, verb: str, *arguments: Any) -> None:
        """Play one edit."""
        getattr(self, verb)(now, *arguments)

    def writes_to(self, _now: datetime, member: str, email: str, partner: str) -> None:
        """Give a household other addresses."""
        self.people[member].email, self.people[member].partner = email, partner

    def sets(self, _now: datetime, member: str, kind: str, value: bool | None) -> None:
        """Change a setting in the data file."""
        _put(self.people[member].settings, kind, value)

    def wishes(self, _now: datetime, member: str, kind: str, value: bool | None) -> None:
        """Change a setting in notifications.csv."""
        _put(self.people[member].wishes, kind, value)

    def comes_or_leaves(self, _now: datetime, member: str) -> None:
        """Let somebody leave, or come back."""
        self.people[member].is_there = not self.people[member].is_there
        for (orderer, _day), order in self.orders.items():
            if member in (orderer, order.shared_with):
                order.shared_with = ""

    def moves(self, now: datetime, day: str, ahead: timedelta) -> None:
        """Give a distribution another hour; its opening moves nowhere unless it would come after."""
        one = self.days[day]
        one.starts = now + ahead
        self._keep_in_order(one)

    def moves_by(self, _now: datetime, day: str, step: timedelta) -> None:
        """Move a distribution a little, so that it may be moved back exactly."""
        self.days[day].starts += step
        self._keep_in_order(self.days[day])

    def is_put_off(
        self, now: datetime, day: str, ahead: timedelta = 48 * HOUR, closes_before: timedelta = 24 * HOUR
    ) -> None:
        """Put a distribution off, by days, and let orders go on until its first recap is nearly due."""
        one = self.days[day]
        one.starts, one.closes = now + ahead, now + ahead - closes_before
        one.opens = min(one.opens or now, now)

    def moves_to(self, _now: datetime, day: str, place: str) -> None:
        """Give a distribution another place."""
        self.days[day].place = place

    def opens(self, now: datetime, day: str, ahead: timedelta, lasting: timedelta | None) -> None:
        """Let orders open at another time."""
        one = self.days[day]
        one.opens = now + ahead
        one.closes = one.opens + lasting if lasting else None
        self._keep_in_order(one)

    def toggles(self, _now: datetime, day: str, what: str) -> None:
        """Cancel a distribution, let it vanish from the data, make its contracts fixed; or take it back."""
        setattr(self.days[day], what, not getattr(self.days[day], what))

    def group_toggles(self, _now: datetime, group: str) -> None:
        """Disable a group, or take it back."""
        self.disabled ^= {group}

    def orders_are(self, now: datetime, member: str, day: str, quantity: int, shared_with: str) -> None:
        """Change an order: a new export comes with it."""
        if self.days[day].group in self.people[member].groups and self.people[member].is_there:
            friend = self.people.get(shared_with)
            is_known = friend and friend.is_there and self.days[day].group in friend.groups
            shared = shared_with if is_known and shared_with != member else ""
            self.orders[member, day] = Order(quantity, shared)
            self.exports(now)

    def exports(self, now: datetime, age: timedelta = timedelta(0)) -> None:
        """Fetch the orders anew, or put a file there that was written earlier, or by a clock ahead."""
        self.orders_exported_at = now - age

    def loses_orders(self, _now: datetime) -> None:
        """Let the orders file be not there."""
        self.orders_exported_at = None

    def serves(self, _now: datetime, day: str, role: str, row: int, who: str | None) -> None:
        """Put a name, or none, into a row of the duties; None takes the row out."""
        self.duties.places.pop((day, role, row), None)
        if who is not None:
            self.duties.places[day, role, row] = who

    def needs(self, _now: datetime, day: str, role: str, count: int) -> None:
        """Say how many a role takes."""
        self.duties.needed[day, role] = count

    def duties_are(self, _now: datetime, state: str) -> None:
        """Spoil the file of duties, let it lose all names, or mend it."""
        self.duties.state = state

    def _keep_in_order(self, day: Day) -> None:
        if day.opens and day.opens >= day.starts:
            day.opens = day.closes = None
        if day.closes and day.closes > day.starts:
            day.closes = day.starts


def _put(settings: dict[str, bool], kind: str, value: bool | None) -> None:
    if value is None:
        settings.pop(kind, None)
    else:
        settings[kind] = value


def a_world() -> World:
    """Make a co-op of two groups where something is due, or soon will be, in every way."""
    return World(
        {
            "m1": Person(("lac",), "a@example.org", settings={"closing": True}),
            "m2": Person(("lac",), "b@example.org", "c@example.org", {"closing": True}),
            "m3": Person(
                ("lac",),
                "A@example.org",
                settings={"recap_4h": False, "closing": True, "duty_vacant": True},
            ),
            "m4": Person(("mer",), "e@example.org", "E@example.org"),
            "m5": Person(
                ("lac", "mer"), "f@example.org", "b@example.org", {"closing": True, "duty_vacant": True}
            ),
        },
        {
            "d1": Day("lac", T0 + 24 * HOUR, opens=T0 - HOUR),
            "d2": Day("lac", T0 + 28 * HOUR, opens=T0 + 10 * MINUTE, closes=T0 + 20 * HOUR),
            "d3": Day("mer", T0 + 4 * HOUR + 10 * MINUTE, opens=T0 - 50 * HOUR, closes=T0 + 3 * HOUR),
        },
        {
            ("m1", "d1"): Order(2),
            ("m2", "d1"): Order(1, "m1"),
            ("m3", "d1"): Order(1),
            ("m2", "d2"): Order(1),
            ("m5", "d2"): Order(1),
            ("m4", "d3"): Order(2, "m5"),
        },
        Duties(
            {
                ("d1", "Table", 0): "m1",
                ("d1", "Table", 1): "m2",
                ("d1", "Camion", 0): "m2",
                ("d2", "Table", 0): "m5",
                ("d3", "Table", 0): "m4",
                ("d3", "Table", 1): "",
            },
            {("d2", "Table"): 2},
        ),
    )
