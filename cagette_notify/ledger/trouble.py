"""Say in plain words what SQLite and the disk complain of."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cagette_notify.errors import DataError, LaterError
from cagette_notify.language import _
from cagette_notify.model import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def in_plain_words(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours: what can't be recorded must stop the run, not the interpreter."""
    try:
        yield
    except sqlite3.OperationalError as error:
        text = str(error)
        if "locked" in text:
            raise LaterError(Problem(_("another program holds the ledger; close it"), str(path))) from None
        raise DataError(Problem(_("the ledger can't be used: {error}", error=text), str(path))) from None
    except sqlite3.DatabaseError as error:
        message = _(
            "the ledger is damaged ({error}); put back a copy of it, or ask for help: "
            "starting afresh would mail again what was sent",
            error=error,
        )
        raise DataError(Problem(message, str(path))) from None
    except OSError as error:
        raise DataError(Problem(error.strerror or str(error), str(path))) from None
