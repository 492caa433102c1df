"""What mailboxes got, and what may so be said of it; without a look at the ledger."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from tests.chaos.answers.world import Day, Household, World
    from tests.fixtures.mailjet_server import MailjetServer


@dataclass(frozen=True)
class Landed:
    """A mail in a mailbox: what it is of, by marks, and what it said as the files did."""

    at: datetime
    address: str
    kind: str  # or correction
    custom_id: str
    days: frozenset[str]
    household: str
    member_id: str
    told: tuple[datetime, str] | None  # of a recap
    duty: tuple[datetime, str, frozenset[str]] | None = None  # and the roles, be it none
    closings: frozenset[tuple[str, date]] = frozenset()

    def __str__(self) -> str:
        """Say it short."""
        told = f" for {self.told[0]:%d %H:%M} {self.told[1]}" if self.told else ""
        return f"{self.kind} {'+'.join(sorted(self.days))}{told} to {self.address} at {self.at:%d %H:%M}"


@dataclass
class Oracle:
    """All that landed so far."""

    world: World
    server: MailjetServer
    landed: list[Landed] = field(default_factory=list)

    def look(self) -> list[Landed]:
        """Empty the letter boxes, and return what is new."""
        new = [
            self._read(one.address, one.custom_id, one.message)
            for one in self.server.delivered[len(self.landed) :]
        ]
        self.landed += new
        return new

    def _read(self, address: str, custom_id: str, message: dict[str, str]) -> Landed:
        text = message["TextPart"]
        days = frozenset(re.findall(r"Jour\d+", text))
        kind = message["CustomCampaign"].split("-")[1]
        marks = set(re.findall(r"Riz Jour\d+ (Foyer\d+)", text))
        readers = [one for one in self.world.people if address in one.had]
        household = next(iter([one for one in self.world.people if one.mark in marks] or readers))
        day = next((one for one in self.world.days if one.mark in days), None)
        is_one = kind.startswith("recap") or (kind == "correction" and "Riz" in text)
        roles = _roles_in(text)
        is_duty = kind == "duty" or (kind == "correction" and ("permanence" in text or "rôle" in text))
        return Landed(
            *(self.world.now, address.casefold(), kind, custom_id, days, household.mark, household.id),
            day.told if is_one and day else None,
            (*day.told, roles) if is_duty and day else None,
            frozenset(each.closing for each in self.world.days if kind == "closing" and each.mark in days),
        )

    def of(self, one: Household) -> list[Landed]:
        """Return what a household got, at whatever address."""
        return [each for each in self.landed[one.forgotten_after :] if each.household == one.mark]

    def holds(self, left: Landed, day: Day) -> bool:
        """Tell whether a mail says what is so, and nothing else left to that address since."""
        if left.duty:
            duties = [
                one.duty
                for one in self.landed
                if one.duty and one.address == left.address and day.mark in one.days
            ]
            household = next(one for one in self.world.people if one.mark == left.household)
            return {left.duty, duties[-1]} == {(*day.told, self.world.roles(household, day))}
        told = [
            one.told
            for one in self.landed
            if one.told and one.address == left.address and day.mark in one.days
        ]
        if left.closings:
            return day.closing in left.closings
        return not left.told or {left.told, told[-1]} == {day.told}

    def recaps(self, one: Household, day: Day) -> list[Landed]:
        """Return what a household got of their order, the last one last."""
        return [each for each in self.of(one) if day.mark in each.days and each.told]


def _roles_in(text: str) -> frozenset[str]:
    """Return the roles that a mail says are its reader's."""
    found = re.search(r"(?:Votre rôle|Vos rôles|Votre permanence ce jour-là)\s:\s(.+)", text)
    return frozenset(found[1].split(" et ") if found else ())
