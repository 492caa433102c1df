"""Say each trouble with a shared ledger's place once a day, as only this machine's lock can remember it."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import DecodeError, json

from cagette_notify.core.errors import NotifyError, UsageError
from cagette_notify.core.lock import STAYS, Lock, LockHeldError
from cagette_notify.ledger.run_memory import LastSaid
from cagette_notify.run.operator_mail.alerts import note_alerts
from cagette_notify.run.said_once import ANY_RUN, problems_to_say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from cagette_notify.core.ledger_place import LedgerPlace
    from cagette_notify.run.operator_mail.send_operator_mail import Desk


@contextmanager
def said_once_a_day(place: LedgerPlace, lock: Lock, now: datetime) -> Iterator[None]:
    """Let what ends a run without its ledger be raised, but for problems that one of that day has said."""
    try:
        yield
    except (LockHeldError, UsageError):
        raise
    except NotifyError as error:
        if isinstance(place, Path):
            raise
        problems = {str(problem): problem for problem in error.problems}
        # Nothing counts as mended: a server that starts is away in other words at each run.
        to_say, said = problems_to_say(dict.fromkeys(problems, ANY_RUN), _said(lock), now, looked_at=())
        lock.leave(STAYS + json.encode(said))
        raise type(error)(*(problems[line] for line in to_say)) from None


def take_up_what_was_said(lock: Lock, desk: Desk) -> None:
    """Remember in a ledger that opens again what was said of it meanwhile: the run finds it mended."""
    if said := _said(lock):
        note_alerts(desk, list(said))
        desk.memory.keep_troubles({**desk.memory.troubles(), **said})
        lock.forget_note()


def _said(lock: Lock) -> dict[str, LastSaid]:
    if not lock.note.startswith(STAYS):
        return {}
    try:
        return json.decode(lock.note.removeprefix(STAYS), type=dict[str, LastSaid])
    except (DecodeError, UnicodeDecodeError):
        return {}
