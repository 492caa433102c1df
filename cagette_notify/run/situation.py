"""Put together what a plan depends on: what was read, the ledger's memory, the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.ledger.cancellations import cancellations
from cagette_notify.ledger.unsubscriptions import UnsubscriptionBook
from cagette_notify.planning.plan_input import PlanInput
from cagette_notify.run.take_over import entries_taken_over

if TYPE_CHECKING:
    from cagette_notify.run.context import Run
    from cagette_notify.run.due_now import DueWork
    from cagette_notify.run.reading.read_data import RunData


def situation_of(run: Run, work: DueWork, data: RunData, lost: frozenset[str]) -> PlanInput:
    """Return what a plan of this work depends on; ``lost`` are CustomIDs of doubts that did not arrive."""
    distributions = run.distributions
    looked_at = {window.distribution.id for window in work.windows} | work.moved | work.serving
    config = run.config
    return PlanInput(
        now=run.now,
        rules=config.rules,
        groups=run.calendar.groups,
        distributions={id_: distributions[id_] for id_ in looked_at},
        windows=work.windows,
        members=data.members,
        books=data.books,
        entries=entries_taken_over(run, data, looked_at, lost),
        lost=lost,
        floors=run.floors.by_group,
        kind_floors=run.floors.by_kind,
        active=data.active,
        so_far=data.so_far,
        duties=data.duties.lists,
        duties_held=data.duties.held,
        unsubscribed=UnsubscriptionBook(run.ledger, run.account).standing(),
        forgotten=run.ledger.forgotten(run.account),
        ledger_id=run.ledger.ledger_id,
        moved_since=run.memory.moved_since(),
        cancels={id_: len(sent) for id_, sent in cancellations(run.ledger, run.account).items()},
    )
