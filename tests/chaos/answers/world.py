"""A made-up co-op whose mails name, by marks that stay, whom and what they are of."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from tests.fixtures.builders import PARIS

if TYPE_CHECKING:
    from random import Random

    from tests.fixtures.coop import Coop

BEGINNING = datetime(2026, 6, 10, 16, tzinfo=timezone.utc)
KINDS = ("opening", "closing", "recap_24h", "recap_4h", "duty", "duty_vacant")
OFF_BY_DEFAULT = ("closing", "recap_4h", "duty_vacant")
TO_GROUP = ("opening", "closing", "duty_vacant")  # once to an address, whoever of the group reads it
GROUPS = ("lac", "mer")
NOWHERE = ("", "x@no.mail", "bad@")


@dataclass
class Household:
    """People who stay the same, whatever their row says."""

    mark: str  # which their mails say
    id: str
    email: str
    partner: str = ""
    groups: tuple[str, ...] = ("lac",)
    settings: dict[str, str] = field(default_factory=dict)
    is_there: bool = True
    had: set[str] = field(default_factory=set)  # addresses, today's too
    count: int = 0
    row_since: datetime = BEGINNING  # that names these groups and addresses
    wishes: dict[str, str] = field(default_factory=dict)  # typed, which win
    forgotten_after: int = 0  # mails that had landed

    @property
    def handle(self) -> str:
        """What to type to mean them."""
        return f"{self.groups[0]}/{self.id}"

    def __str__(self) -> str:
        """Say it short."""
        row = (f"{'|'.join(self.groups)}/{self.id}", self.email, self.partner, self.settings, self.wishes)
        return f"{self.mark} ({' '.join(map(str, row))})"

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.mark} Nom{self.mark[5:]}"

    @property
    def addresses(self) -> list[str]:
        """Name the addresses that mail can be sent to today."""
        return [one for one in (self.email, self.partner) if one not in NOWHERE]

    def moves_in(self) -> str:
        """Make an address that nobody has had."""
        self.count += 1
        return f"{self.mark.casefold()}.{self.count}@example.org"

    def is_set(self, kind: str) -> bool:
        """Tell whether a kind is on."""
        wish = self.wishes.get(kind, self.settings.get(kind, ""))
        return wish == "oui" if kind in OFF_BY_DEFAULT else wish != "non"


@dataclass
class Day:
    """A distribution that stays the same, whatever its row says."""

    mark: str
    id: str
    group: str
    starts: datetime
    opens: datetime
    closes: datetime
    place: str = "A"
    cancelled: bool = False
    is_there: bool = True

    @property
    def told(self) -> tuple[datetime, str]:
        """Return what a mail says of it that may turn out otherwise."""
        return self.starts, self.place

    @property
    def closing(self) -> tuple[str, date]:
        """Return what tells its closing from another."""
        return self.mark, self.closes.astimezone(PARIS).date()

    def __str__(self) -> str:
        """Say it short."""
        off = " cancelled" if self.cancelled else ""
        return f"{self.mark} ({self.group}/{self.id}, {self.starts:%d %H:%M} {self.place}{off})"


@dataclass
class World:
    """The truth, and the files that say it."""

    coop: Coop
    random: Random
    crowd: int = 0  # who change only as all do, and ask nothing
    now: datetime = BEGINNING
    people: list[Household] = field(default_factory=list)
    days: list[Day] = field(default_factory=list)
    orders: dict[tuple[str, str], int] = field(default_factory=dict)  # by marks
    have_ordered: set[tuple[str, str]] = field(default_factory=set)  # once, by marks
    orders_are: str = "there"
    orders_at: datetime = BEGINNING
    duties: dict[tuple[str, str], str] = field(default_factory=dict)  # by marks and role, whose mark
    duties_are: str = "there"
    members_are_there: bool = True
    first_run: datetime = BEGINNING
    disabled: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Found the co-op."""
        pick = self.random.choice
        for number in range(1, 5):
            one = Household(f"Foyer{number}", str(number), "")
            one.email = one.moves_in()
            one.partner = one.moves_in() if pick([True, False]) else ""
            one.groups = pick([("lac",), ("lac",), ("mer",), ("lac", "mer")])
            one.settings = {"recap_4h": pick(["", "oui"]), "closing": pick(["", "oui", "oui"])}
            one.settings["duty_vacant"] = pick(["", "oui"])
            self.people.append(one)
        for number in range(5, 5 + self.crowd):
            self.people.append(Household(f"Foyer{number}", str(number), f"foyer{number}.1@example.org"))
        for number in range(1, 4):
            self.days.append(self.a_day(number))
        self._fill_places()
        for one in self.people:
            for day in self.days:
                if day.group in one.groups and self.random.random() < 0.7:
                    self.orders[one.mark, day.mark] = 1

    def _fill_places(self) -> None:
        """Let some serve, and places be vacant."""
        marks = ["", *(one.mark for one in self.people[:4])]
        for day in self.days:
            for role in ("Table", "Camion"):
                self.duties[day.mark, role] = self.random.choice(marks)
        orders = "  orders: orders.csv\n"
        self.coop.replace("config.yaml", orders, f"{orders}  duties: duties.csv\n")

    def a_day(self, number: int) -> Day:
        """Make a distribution of the next days."""
        starts = BEGINNING + timedelta(hours=self.random.randrange(6, 72))
        opens = starts - timedelta(hours=self.random.choice([5, 30, 50]))
        closes = starts - timedelta(hours=self.random.choice([1, 3, 26]))
        closes = max(closes, opens + timedelta(hours=1))
        return Day(
            f"Jour{number}",
            f"d{number}",
            self.random.choice(GROUPS[:1] * 2 + GROUPS[1:]),
            starts,
            opens,
            closes,
        )

    @property
    def askers(self) -> list[Household]:
        """Name those who are in the list today, and whom something happens to."""
        return [one for one in self.people[:4] if one.is_there]

    @property
    def members(self) -> list[Household]:
        """Name those who are in the list today."""
        return [one for one in self.people if one.is_there]

    def has_order(self, one: Household, day: Day) -> bool:
        """Tell whether anything was ordered there."""
        return self.orders.get((one.mark, day.mark), 0) > 0

    def roles(self, one: Household, day: Day) -> frozenset[str]:
        """Return the roles of a household there, as the file has them."""
        mine = {role for (of, role), who in self.duties.items() if (of, who) == (day.mark, one.mark)}
        return frozenset(mine if day.group in one.groups else ())

    def day_called(self, id_: str) -> Day | None:
        """Return which distribution an id means today."""
        return next((one for one in self.days if one.is_there and one.id == id_), None)

    def write(self) -> None:
        """Write the files as they are now."""
        rows = ["id;first_name;last_name;email;partner_first_name;partner_email;groups;" + ";".join(KINDS)]
        for one in self.members:
            settings = [one.settings.get(kind, "") for kind in KINDS]
            partner = "Conjoint" if one.partner else ""
            names = [one.id, *one.name.split(), one.email, partner, one.partner, "|".join(one.groups)]
            rows.append(";".join([*names, *settings]))
        if self.members_are_there:
            self.coop.write("members.csv", "\n".join([*rows, ""]))
        else:
            self.coop.write("members.csv", "id;email\n1;a@example.org\n1;b@example.org\n")
        groups = [
            f"- {{id: {id_}, name: {id_}, contact: c@example.org, disabled: {id_ in self.disabled}}}"
            for id_ in GROUPS
        ]
        self.coop.write("groups.yaml", "\n".join([*groups, ""]))
        self.coop.write(
            "distributions.yaml", "\n".join([*map(_row, filter(lambda d: d.is_there, self.days)), ""])
        )
        self.write_orders()
        self.write_duties()

    def write_orders(self) -> None:
        """Write the export of orders, or something else in its place."""
        file = self.coop.folder / "orders.csv"
        if self.orders_are == "missing":
            file.unlink(missing_ok=True)
            return
        ids = {one.mark: one.id for one in self.people}
        days = {one.mark: one.id for one in self.days if one.is_there}
        rows = [
            f"{ids[who]};{days[day]};Riz {day} {who};{count}"
            for (who, day), count in self.orders.items()
            if day in days
        ]
        head = "member;distribution;product;quantity" if self.orders_are == "there" else "nonsense"
        self.coop.write("orders.csv", "\n".join([head, *rows, ""]))
        self.have_ordered |= {one for one, count in self.orders.items() if count}
        at = self.orders_at.timestamp() - 60
        os.utime(file, (at, at))

    def write_duties(self) -> None:
        """Write who serves, or something else in its place."""
        file = self.coop.folder / "duties.csv"
        if self.duties_are == "missing":
            file.unlink(missing_ok=True)
            return
        ids = {one.mark: one.id for one in self.people}
        days = {one.mark: one.id for one in self.days if one.is_there}
        rows = [
            f"{days[day]};{role};{ids.get(who, '')}"
            for (day, role), who in self.duties.items()
            if day in days
        ]
        head = "distribution;role;member" if self.duties_are == "there" else "nonsense"
        self.coop.write("duties.csv", "\n".join([head, *rows, ""]))


def _row(day: Day) -> str:
    def at(moment: datetime) -> str:
        return f"{moment.astimezone(PARIS):%Y-%m-%d %H:%M}"

    fields = {
        "id": day.id,
        "group": day.group,
        "starts_at": at(day.starts),
        "orders_open_at": at(day.opens),
        "orders_close_at": at(day.closes),
        "place": f"{day.place} {day.mark}",
        "catalogs": f"[Catalogue {day.mark}]",
        "cancelled": "oui" if day.cancelled else "non",
    }
    return "- {" + ", ".join(f"{key}: {value}" for key, value in fields.items()) + "}"
