"""Let new ids of members take over what their addresses were told, once somebody has accepted them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.planning.renumbered_members import under_new_ids

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cagette_notify.core.notices import Entry
    from cagette_notify.planning.renumbered_members import NewIds
    from cagette_notify.run.context import Run
    from cagette_notify.run.due_now import DueWork
    from cagette_notify.run.read_data import RunData


def take_over(run: Run, work: DueWork, data: RunData) -> DueWork:
    """Record the new ids that were accepted, and return the work as it is under them."""
    accepted = _accepted(run, data)
    if not accepted:
        return work
    if not run.request.dry_run:
        for group_id, new_ids in accepted.items():
            run.ledger.take_over(run.account, group_id, new_ids, run.now)
    return replace(work, unfinished=tuple(under_new_ids(work.unfinished, accepted, run.now)))


def entries_taken_over(run: Run, data: RunData, distribution_ids: Iterable[str]) -> tuple[Entry, ...]:
    """Return what the ledger holds; on a dry run, which writes nothing, as if it had been taken over."""
    entries = run.ledger.entries(run.account, frozenset(distribution_ids))
    accepted = _accepted(run, data) if run.request.dry_run else {}
    return tuple(under_new_ids(entries, accepted, run.now))


def _accepted(run: Run, data: RunData) -> Mapping[str, NewIds]:
    return {id_: new_ids for id_, new_ids in data.renumbered.items() if id_ in run.request.accept_data}
