"""Say what a crash or a failover of a ledger's server would cost, for ``check``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _, _n
from cagette_notify.ledger.connection import server_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cagette_notify.core.ledger_place import LedgerPlace


def of_server(place: LedgerPlace) -> Iterator[Problem]:
    """Yield a warning for each way to lose what was recorded; nothing of a file."""
    if isinstance(place, Path):
        return
    facts, name = server_of(place), place.shown
    if not facts.is_synced:
        message = _("fsync is off: a crash of the server may lose what left, and it would leave again")
        yield Problem(message, name, is_warning=True)
    if facts.commits in {"off", "local"}:
        message = _("synchronous_commit is {value} there: each run sets it to on", value=facts.commits)
        yield Problem(message, name, is_warning=True)
    if facts.standbys and not facts.waits_for_standbys:
        message = _n(
            "its standby is not waited for (synchronous_standby_names is empty): a failover would lose what "
            "was recorded last, and those mails would be owed again",
            "its {count} standbys are not waited for (synchronous_standby_names is empty): a failover would "
            "lose what was recorded last, and those mails would be owed again",
            facts.standbys,
        )
        yield Problem(message, name, is_warning=True)
    if not facts.is_private:
        message = _("what is recorded travels unencrypted: add ?sslmode=verify-full")
        yield Problem(message, name, is_warning=True)
