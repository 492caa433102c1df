"""Tell why a mail that surely did not arrive is owed no more."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from cagette_notify.core.notices import Reason

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from cagette_notify.core.notices import Entry
    from cagette_notify.planning.plan import Plan
    from cagette_notify.run.context import Run
    from cagette_notify.run.reading.read_data import RunData


def why_dropped(run: Run, data: RunData, made: Plan, entries: Iterable[Entry]) -> list[str]:
    """Return a reason for each entry; its own detail, that of its delay, where nobody knows a better one.

    What kept it from leaving at first is over, and is not what keeps it now.
    """
    entries = tuple(entries)
    if not entries:
        return []
    readers: dict[tuple[str, str], set[str]] = defaultdict(set)
    for group_id, members in data.members.items():
        for member in members:
            for box in member.mailboxes:
                readers[group_id, box.key].add(member.id)
    skipped: dict[tuple[str, ...], Reason] = {}
    for skip in made.skipped:
        about = (skip.kind, skip.distribution_id, skip.member_id)
        skipped |= {about: skip.reason, (*about, skip.address.casefold()): skip.reason}
    known = {(group_id, one.id) for group_id, those in data.members.items() for one in those}
    return [
        _gone(data, entry, readers, known)
        or _skipped(entry, readers[entry.group_id, entry.key.address], skipped)
        or _otherwise(run, entry)
        or entry.detail
        for entry in entries
    ]


def _gone(
    data: RunData,
    entry: Entry,
    readers: Mapping[tuple[str, str], Collection[str]],
    known: Collection[tuple[str, str]],
) -> str:
    """Tell whether the member has left, or the address is read by nobody to whom the mail is."""
    if entry.group_id not in data.members:
        return ""
    key, theirs = entry.key, readers[entry.group_id, entry.key.address]
    if not key.kind.traits.told_to_group and (entry.group_id, key.member_id) not in known:
        return str(Reason.SET_ASIDE if key.member_id in data.ids_set_aside else Reason.NO_MEMBER)
    is_read = theirs if key.kind.traits.told_to_group else key.member_id in theirs
    return "" if is_read else Reason.ADDRESS_GONE.value


def _skipped(entry: Entry, readers: Collection[str], skipped: Mapping[tuple[str, ...], Reason]) -> str:
    key = entry.key
    for member_id in [key.member_id] if key.member_id else sorted(readers):
        about = (key.kind, key.distribution_id, member_id)
        found = skipped.get((*about, key.address)) or skipped.get(about)
        if found and found is not Reason.ALREADY_SENT:
            return str(found)
    return ""


def _otherwise(run: Run, entry: Entry) -> str:
    distribution = run.distributions.get(entry.key.distribution_id)
    if distribution is None:
        return Reason.NO_DISTRIBUTION.value
    if distribution.cancelled:
        return Reason.CANCELLED.value
    if run.calendar.groups[distribution.group_id].disabled:
        return Reason.GROUP_DISABLED.value
    return Reason.MOVED.value if distribution.starts_at != entry.starts_at else ""
