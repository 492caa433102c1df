"""Find who was told of a notice under an id that is gone, or at an address that is theirs no more. Pure."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from cagette_notify.planning.announced import told_at
from cagette_notify.planning.corrections.moved import is_anothers_now
from cagette_notify.planning.due_times import FIRST_RECAP

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from cagette_notify.core.kinds import Kind
    from cagette_notify.core.notices import Entry, Notice, NoticeKey
    from cagette_notify.planning.plan_index import PlanIndex


class ToldBefore:
    """Answers whether what is over reached its reader all the same: it did not come too late to them."""

    def __init__(self, index: PlanIndex) -> None:
        """Keep where to look."""
        self._index = index

    def reached(self, notice: Notice) -> bool:
        """Tell whether the address has it as another's, who reads it no more, or the member has it elsewhere.

        Nobody takes over what is over; and an address that was changed since lacks nothing. One at which the
        member was told something of it, while the notice could leave, was theirs before.
        """
        key = notice.key
        if (*_matter(key), key.address) in self._under_ids_gone:
            return True
        since = self._told_there.get((key.distribution_id, notice.member.id, key.address))
        is_new = since is None or since >= notice.too_late_at
        return is_new and (*_matter(key), notice.member.id) in self._at_addresses_gone

    @cached_property
    def _under_ids_gone(self) -> set[tuple[Kind, str, str, str]]:
        return {(*_matter(key), key.address) for key in (one.key for one in self._gone())}

    @cached_property
    def _at_addresses_gone(self) -> set[tuple[Kind, str, str, str]]:
        return {
            (*_matter(entry.key), entry.told_id)
            for entry in self._gone()
            if (member := self._index.members.get((entry.group_id, entry.told_id)))
            and not is_anothers_now(self._index, member, entry)
        }

    @cached_property
    def _told_there(self) -> dict[tuple[str, str, str], datetime]:
        """Since when members were told something, by distribution, member and address."""
        told = [one for one in self._index.situation.entries if self._index.may_have_arrived(one)]
        told.sort(key=told_at, reverse=True)
        return {(one.key.distribution_id, one.told_id, one.key.address): told_at(one) for one in told}

    def _gone(self) -> Iterator[Entry]:
        """Yield what members were told at addresses that they do not have, or not under that id.

        What was told of an earlier time, over when the first recap of this one was due, is another matter.
        """
        distributions = self._index.situation.distributions
        for entry in self._index.situation.entries:
            one = distributions.get(entry.key.distribution_id)
            is_of_this = one is not None and entry.starts_at > one.starts_at - FIRST_RECAP
            is_told = entry.told_id and self._index.may_have_arrived(entry)
            if is_of_this and is_told and not self._is_reader(entry):
                yield entry

    def _is_reader(self, entry: Entry) -> bool:
        member = self._index.members.get((entry.group_id, entry.told_id))
        return member is not None and any(box.key == entry.key.address for box in member.mailboxes)


def _matter(key: NoticeKey) -> tuple[Kind, str, str]:
    """Return what a notice is about: one that a day tells apart is another one on another day."""
    return key.kind, key.distribution_id, key.occasion if key.kind.traits.occasion_day else ""
