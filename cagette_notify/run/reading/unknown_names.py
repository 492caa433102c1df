"""Tell the changes of settings that name nobody from those of members who have left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.ledger.known_people import KnownPeople

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cagette_notify.core.errors import Problem
    from cagette_notify.ledger.ledger import Ledger


def unknown_names(of_nobody: Mapping[str, Problem], ledger: Ledger) -> list[Problem]:
    """Return what is wrong with changes that are nobody's, and never were: perhaps of who wants no mail.

    Whoever has left stays in that file, and would be said every day: the ledger knows their ids.
    """
    traces = KnownPeople(ledger) if of_nobody else None
    return [problem for name, problem in of_nobody.items() if traces and not traces.members_called(name)]
