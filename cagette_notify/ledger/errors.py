"""Translate errors of SQLite and the disk into plain words."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cagette_notify.core.errors import DataError, LaterError, Problem
from cagette_notify.core.files import why_refused
from cagette_notify.core.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def in_plain_words(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours: what can't be recorded must stop the run, not the interpreter."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise _refusal(path, str(error)) from None
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        # What SQLite can't make sense of it quotes, and Python can't always decode the quote.
        raise damaged(error, path) from None
    except OSError as error:
        raise DataError(Problem(why_refused(path, error), str(path))) from None


@contextmanager
def as_written() -> Iterator[None]:
    """Take for damage what can't be read back: nobody but this program writes to a ledger."""
    try:
        yield
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise damaged(error) from None


def damaged(error: object, path: Path | None = None) -> DataError:
    """Return what is said of a ledger that can't be trusted any more."""
    message = _(
        "the ledger is damaged ({error}); put back a copy of it, or ask for help: "
        "starting afresh would mail again what was sent",
        error=error,
    )
    return DataError(Problem(message, str(path or "")))


def no_writable_ledger(path: Path) -> DataError:
    """Return what is said of a ledger that can only be read."""
    message = _("the ledger can't be written to: look at the rights of the file, its folder and the disk")
    return DataError(Problem(message, str(path)))


def _refusal(path: Path, text: str) -> DataError | LaterError:
    if "locked" in text:
        return LaterError(Problem(_("another program holds the ledger; close it"), str(path)))
    if "readonly" in text:
        return no_writable_ledger(path)
    return DataError(Problem(_("the ledger can't be used: {error}", error=text), str(path)))
