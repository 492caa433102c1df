"""Let new ids of members and groups take over what was told: most once accepted, a few members unasked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.ledger.heirs import Heirs
from cagette_notify.ledger.skips import SkipBook
from cagette_notify.ledger.take_over import TakeOver
from cagette_notify.planning.changed_ids.renamed_groups import under_new_groups
from cagette_notify.planning.changed_ids.renumbered_members import (
    NewIds,
    as_told_to_few,
    moved_households,
    under_new_ids,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from cagette_notify.core.notices import Entry
    from cagette_notify.run.context import Run
    from cagette_notify.run.due_now import DueWork
    from cagette_notify.run.reading.read_data import RunData


def take_over(run: Run, work: DueWork, data: RunData) -> DueWork:
    """Record the new ids that were accepted, and return the work as it is under them."""
    accepted = accepted_ids(run, data)
    if not accepted and not data.renamed:
        return work
    if not run.request.dry_run:
        books = TakeOver(run.ledger, run.account, run.now)
        for group_id, one in data.renamed.items():
            ids = {(one.old, old): (group_id, new) for old, new in one.distributions.items()}
            books.distributions(Heirs(run.now, ids))
        for group_id, new_ids in moved_by_group(run, work, data).items():
            books.members(group_id, new_ids)
    unfinished = under_new_groups(work.unfinished, data.renamed, run.now)
    return replace(work, unfinished=tuple(under_new_ids(unfinished, accepted, run.now)))


def entries_taken_over(
    run: Run, data: RunData, distribution_ids: Iterable[str], lost: Collection[str]
) -> tuple[Entry, ...]:
    """Return what the ledger holds, as if a few had been told it under the ids they have now.

    On a dry run, which writes nothing, also as if those accepted had taken over.
    """
    ids = frozenset(distribution_ids)
    entries = run.ledger.entries(run.account, ids)
    if run.request.dry_run:
        old_ids = {old for one in data.renamed.values() for old in one.distributions} - ids
        entries += under_new_groups(run.ledger.entries(run.account, old_ids), data.renamed, run.now)
        entries = under_new_ids(entries, accepted_ids(run, data), run.now)
    return tuple(as_told_to_few(entries, data.renumbered, run.now, lost))


def moved_by_group(run: Run, work: DueWork, data: RunData) -> dict[str, NewIds]:
    """Return the new ids that were accepted, by group, also of households that were told nothing."""
    accepted = accepted_ids(run, data)
    ahead = {entry.key.distribution_id for entry in work.announced} if accepted else set()
    spared = SkipBook(run.ledger, run.account).spared(ahead)
    return {
        group_id: moved_households(
            {(id_, address) for group, id_, address in spared if group == group_id},
            new_ids,
            data.members.get(group_id, ()),
        )
        for group_id, new_ids in accepted.items()
    }


def accepted_ids(run: Run, data: RunData) -> Mapping[str, NewIds]:
    """Return the new ids of members that somebody says are right, by group."""
    accepted = run.request.accept_data
    return {id_: one.most for id_, one in data.renumbered.items() if one.most and id_ in accepted}
