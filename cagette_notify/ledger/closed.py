"""Refuse to write to a ledger that was copied elsewhere: two memories would each send what the other sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.errors import ConfigError, Problem
from cagette_notify.core.i18n import _

if TYPE_CHECKING:
    from cagette_notify.ledger.engine import Connection

CLOSED = ("", "", "closed")
"""The mark of such a ledger, whose value is where its memory goes on."""


def goes_on_at(connection: Connection) -> str:
    """Return where a ledger's memory goes on, or, while it is copied, is still; nothing where it is open."""
    query = "SELECT value FROM marks WHERE account = ? AND group_id = ? AND name = ?"
    row = connection.execute(query, CLOSED).fetchone()
    return row["value"] if row else ""


def refuse_closed(connection: Connection, name: str) -> None:
    """Raise ``ConfigError`` if it is closed, which names where it goes on."""
    if place := goes_on_at(connection):
        raise copied_to(place, name)


def copied_to(place: str, name: str) -> ConfigError:
    """Return what is said of a ledger that goes on elsewhere."""
    message = _("copied to {place}, and closed: write ledger: {place} in config.yaml", place=place)
    return ConfigError(Problem(message, name))
