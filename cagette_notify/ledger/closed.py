"""Refuse to write to a ledger that was copied elsewhere: two memories would each send what the other sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.errors import ConfigError, Problem
from cagette_notify.core.i18n import _

if TYPE_CHECKING:
    from cagette_notify.ledger.engine import Connection

CLOSED = ("", "", "closed")
"""The mark of such a ledger, whose value is where its memory goes on."""


def refuse_closed(connection: Connection, name: str) -> None:
    """Raise ``ConfigError`` if it is closed, which names where it goes on."""
    query = "SELECT value FROM marks WHERE account = ? AND group_id = ? AND name = ?"
    if row := connection.execute(query, CLOSED).fetchone():
        message = _("copied to {place}, and closed: write ledger: {place} in config.yaml", place=row["value"])
        raise ConfigError(Problem(message, name))
