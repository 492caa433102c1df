"""Say in plain words what is the matter with a ledger."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from cagette_notify.core.errors import DataError, Problem
from cagette_notify.core.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cagette_notify.ledger.engine import Connection


@contextmanager
def as_written() -> Iterator[None]:
    """Take for damage what can't be read back: nobody but this program writes to a ledger."""
    try:
        yield
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise damaged(error) from None


def damaged(error: object, where: Path | str = "") -> DataError:
    """Return what is said of a ledger that can't be trusted any more."""
    message = _(
        "the ledger is damaged ({error}); put back a copy of it, or ask for help: "
        "starting afresh would mail again what was sent",
        error=error,
    )
    return DataError(Problem(message, str(where)))


def no_writable_ledger(path: Path) -> DataError:
    """Return what is said of a ledger that can only be read."""
    message = _("the ledger can't be written to: look at the rights of the file, its folder and the disk")
    return DataError(Problem(message, str(path)))


def name_among(connection: Connection, where: str) -> str:
    """Return the name that a ledger made for itself: without it no mail is known to be of this one."""
    names = [row["ledger_id"] for row in connection.execute("SELECT ledger_id FROM identity")]
    if len(names) != 1 or not isinstance(names[0], str):
        raise damaged(_("it has lost its own name"), where)
    return names[0]


def newer_version(name: str) -> DataError:
    """Return what is said of a ledger that a later version has changed."""
    return DataError(Problem(_("written by a newer cagette-notify; install that version"), name))
