"""What a mail says, read from the mail alone, beside what it should say."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.chaos.lives.contract_model import CORRECTION, Letter
from tests.chaos.lives.contract_table import OPENING, PARIS, RECAP_4H, RECAP_24H

if TYPE_CHECKING:
    from tests.chaos.lives.world import World

SUBJECTS = {
    OPENING: re.compile(r"Commandez pour"),
    CORRECTION: re.compile(r"Changement :"),
    RECAP_4H: re.compile(r"Rappel :"),
    RECAP_24H: re.compile(r".*: votre commande"),
}
MONTHS = dict(zip(["juin", "juillet", "août", "septembre"], range(6, 10), strict=True))
_DAY = re.compile(r"(\d+)(?:er)? (\w+) (\d{4}), à (\d+) h(?: (\d\d))?\s+Salle (\w+) (\w)")
_LINE = re.compile(r"(\d+) ×\s+Riz (\w+)")


class Said(NamedTuple):
    """A mail as its reader takes it: about which distributions, when, where, and which order."""

    label: str
    address: str
    member: str
    days: frozenset[tuple[str, datetime, str]]
    lines: frozenset[tuple[str, int]]


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
    assert greeted, text
    (recipient,) = message["To"]
    return Said(
        label,
        recipient["Email"].casefold(),
        "" if label == OPENING else f"m{greeted[1]}",
        frozenset(days),
        frozenset((member, int(quantity)) for quantity, member in _LINE.findall(text)),
    )


def should_say(letter: Letter, world: World) -> Said:
    """Tell what a mail that is owed has to say by now."""
    key = next(iter(letter.keys))
    days = {each.day: world.days[each.day] for each in letter.keys}
    lines = frozenset(
        (who, order.quantity)
        for (who, of), order in world.orders.items()
        if key.kind != OPENING and of == key.day and order.quantity and key.member in (who, order.shared_with)
    )
    told = frozenset((id_, day.starts.astimezone(PARIS), day.place) for id_, day in days.items())
    return Said(letter.label, letter.address, key.member, told, lines)
