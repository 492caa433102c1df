"""Keep those whom no correction reaches, and of them who was not written to since that was said."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from cagette_notify.ledger.run_memory import RunMemory
from cagette_notify.planning.corrections.left_uncorrected import of_uncorrected
from cagette_notify.run.as_told.letters_to_told import Letters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from cagette_notify.core.errors import Problem
    from cagette_notify.ledger.ledger import Ledger
    from cagette_notify.planning.corrections.left_uncorrected import LeftUncorrected
    from cagette_notify.run.context import Run


def still_uncorrected(
    ledger: Ledger, account: str, left: Iterable[LeftUncorrected]
) -> Iterator[LeftUncorrected]:
    """Yield those whom no letter to those told has reached since a run said that they lack a correction."""
    memory, letters = RunMemory(ledger, account), Letters(ledger, account)
    since: dict[tuple[str, datetime | None], list[LeftUncorrected]] = defaultdict(list)
    for one in left:
        since[one.distribution.id, memory.said_at(one.key)].append(one)
    for (id_, said_at), those in since.items():
        addresses = frozenset(one.told.key.address for one in those)
        lacking = letters.not_reached(addresses, id_, those[0].group.id, said_at)
        yield from (one for one in those if one.told.key.address in lacking)


def news_of_uncorrected(run: Run, still: Sequence[LeftUncorrected]) -> list[Problem]:
    """Return what to say of them, each once."""
    keys = {one.key for one in still if run.memory.is_news(one.key)}
    if run.request.moves_marks:
        run.memory.keep_said(keys, run.now)
    return [problem for problem, those in of_uncorrected(still) if any(one.key in keys for one in those)]
