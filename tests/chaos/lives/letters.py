"""What a mail says, read from the mail alone, beside what it should say."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.chaos.lives.contract_duties import members_here, vacant_places
from tests.chaos.lives.contract_model import CORRECTION, Letter
from tests.chaos.lives.contract_table import (
    CLOSING,
    DUTY,
    LEADS,
    OPENING,
    PARIS,
    RECAP_4H,
    RECAP_24H,
    TO_GROUP,
    VACANT,
    orders_are_fresh,
)

if TYPE_CHECKING:
    from tests.chaos.lives.contract_table import Key
    from tests.chaos.lives.world import World

SUBJECTS = {
    OPENING: re.compile(r"Commandez pour"),
    CLOSING: re.compile(r"Fin des commandes pour"),
    CORRECTION: re.compile(r"Changement|Vous n’êtes plus de permanence :"),
    DUTY: re.compile(r"Votre permanence :"),
    VACANT: re.compile(r"Bénévoles recherchés :"),
    RECAP_4H: re.compile(r"Rappel :"),
    RECAP_24H: re.compile(r".*: votre commande"),
}
MONTHS = dict(zip(["juin", "juillet", "août", "septembre"], range(6, 10), strict=True))
_DAY = re.compile(r"(\d+)(?:er)? (\w+) (\d{4}), à (\d+) h(?: (\d\d))?\s+Salle (\w+) (\w)")
_ROLES = re.compile(r"(?:Votre rôle|Vos rôles|Votre permanence ce jour-là) : (.+)")
_GIVEN_UP = re.compile(r"Vous n’y? ?avez plus de permanence")
_WITH = re.compile(r"(?:Avec vous|Et aussi) \((\w+)\) : (.+)")
_TOLD = re.compile(r"\s*\(au lieu de : [^)]*\)")  # what a correction corrects
_FREE = re.compile(r"Salle (\w+) \w((?:\n  \w+ : \d+ places?)+)")
_NO_ORDER = re.compile(r"(\d+) h(?: (\d\d))?,\s+aucune\s+commande\s+à\s+votre\s+nom\s+n’était\s+connue")
_LINE = re.compile(r"(\d+) ×\s+Riz (\w+)")


class Said(NamedTuple):
    """A mail as its reader takes it: about which distributions, when, where, and which order.

    ``member`` is whose name it says.
    """

    label: str
    address: str
    member: str
    days: frozenset[tuple[str, datetime, str]]
    lines: frozenset[tuple[str, int]]
    known_at: frozenset[tuple[int, int]] = frozenset()  # the hour at which no order was known
    roles: frozenset[str] | None = None  # none: it is about no duty
    helpers: frozenset[tuple[str, str]] = frozenset()  # the roles of others, and whose they are
    vacant: frozenset[tuple[str, str, int]] = frozenset()  # the distribution, its role, and how many it lacks


def read(message: dict[str, Any]) -> Said:
    """Read a mail as it was posted."""
    text = _TOLD.sub("", re.sub(r"[\u00a0\u202f]", " ", message["TextPart"]))
    subject = re.sub(r"[\u00a0\u202f]", " ", message["Subject"])
    label = next(label for label, pattern in SUBJECTS.items() if pattern.match(subject))
    days = {
        (id_, datetime(int(year), MONTHS[month], int(day), int(hour), int(minute or 0), tzinfo=PARIS), place)
        for day, month, year, hour, minute, id_, place in _DAY.findall(text)
    }
    greeted = re.search(r"Bonjour [MP](\d)", text)
    assert greeted or label == CORRECTION, text
    (recipient,) = message["To"]
    known_at = [(int(hour), int(minute or 0)) for hour, minute in _NO_ORDER.findall(text)]
    assert len(known_at) in (0, len(days)), text
    return Said(
        label,
        recipient["Email"].casefold(),
        f"m{greeted[1]}" if greeted and label not in TO_GROUP else "",
        frozenset(days),
        frozenset((member, int(quantity)) for quantity, member in _LINE.findall(text)),
        frozenset(known_at),
        _roles_in(text),
        frozenset((role, who) for role, names in _WITH.findall(text) for who in _members_in(names)),
        frozenset(
            (day, role, int(count))
            for day, places in _FREE.findall(text)
            for role, count in re.findall(r"(\w+) : (\d+)", places)
        ),
    )


def _roles_in(text: str) -> frozenset[str] | None:
    found = _ROLES.search(text)
    assert not (found and _GIVEN_UP.search(text)), text
    if found:
        return frozenset(found[1].split(" et "))
    return frozenset() if _GIVEN_UP.search(text) else None


def _members_in(names: str) -> list[str]:
    return [one.casefold() for one in re.findall(r"M\d", names)]


def should_say(letter: Letter, world: World, now: datetime, roles: frozenset[str]) -> Said:
    """Tell what a mail that is owed has to say by now; ``roles`` are its reader's that day."""
    key = min(
        letter.keys, key=lambda each: each.kind not in LEADS
    )  # an order is shown, whatever else there is
    days = {each.day: world.days[each.day] for each in letter.keys}
    lines = frozenset(
        (who, order.quantity)
        for (who, of), order in world.orders.items()
        if key.kind in LEADS and of == key.day and order.quantity and key.member in (who, order.shared_with)
    )
    told = frozenset((id_, day.starts.astimezone(PARIS), day.place) for id_, day in days.items())
    is_known = letter.label == CLOSING and orders_are_fresh(world, now)
    exported = world.orders_exported_at.astimezone(PARIS) if is_known and world.orders_exported_at else None
    known_at = frozenset([(exported.hour, exported.minute)] if exported else ())
    kinds = {each.kind for each in letter.keys}
    return Said(
        *(letter.label, letter.address, _greeted(letter, key, world), told, lines, known_at),
        roles if DUTY in kinds else None,
        _others(key.day, key.member, world) if kinds == {DUTY} and roles else frozenset(),
        frozenset((id_, *each) for id_ in days for each in vacant_places(world, id_).items())
        if kinds == {VACANT}
        else frozenset(),
    )


def _others(id_: str, member: str, world: World) -> frozenset[tuple[str, str]]:
    """Return who else serves there."""
    known = {*members_here(world, world.days[id_])} - {member}
    return frozenset((role, who) for role, who in world.duties.rows(id_) if who in known)


def _greeted(letter: Letter, key: Key, world: World) -> str:
    """Return whose name a mail says: of an address no longer listed by the household, of who alone does."""
    if letter.label != CORRECTION or letter.address in world.people[key.member].addresses:
        return key.member
    group = world.days[key.day].group
    readers = [
        id_
        for id_, one in world.people.items()
        if one.is_there and group in one.groups and letter.address in one.addresses
    ]
    return readers[0] if len(readers) == 1 else ""
