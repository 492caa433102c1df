"""What a mail says, read from the mail alone, beside what it should say."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.chaos.lives.contract_model import CORRECTION, Letter
from tests.chaos.lives.contract_table import (
    CLOSING,
    LEADS,
    OPENING,
    PARIS,
    RECAP_4H,
    RECAP_24H,
    TO_GROUP,
    orders_are_fresh,
)

if TYPE_CHECKING:
    from tests.chaos.lives.contract_table import Key
    from tests.chaos.lives.world import World

SUBJECTS = {
    OPENING: re.compile(r"Commandez pour"),
    CLOSING: re.compile(r"Fin des commandes pour"),
    CORRECTION: re.compile(r"Changement :"),
    RECAP_4H: re.compile(r"Rappel :"),
    RECAP_24H: re.compile(r".*: votre commande"),
}
MONTHS = dict(zip(["juin", "juillet", "août", "septembre"], range(6, 10), strict=True))
_DAY = re.compile(r"(\d+)(?:er)? (\w+) (\d{4}), à (\d+) h(?: (\d\d))?\s+Salle (\w+) (\w)")
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


def read(message: dict[str, Any]) -> Said:
    """Read a mail as it was posted."""
    text = re.sub(r"[\u00a0\u202f]", " ", message["TextPart"])
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
    )


def should_say(letter: Letter, world: World, now: datetime) -> Said:
    """Tell what a mail that is owed has to say by now."""
    key = next(iter(letter.keys))
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
    return Said(letter.label, letter.address, _greeted(letter, key, world), told, lines, known_at)


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
