"""Recognise members who were told, and forgotten since, by the hashes that were kept of them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.core.notices import Status

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from cagette_notify.core.model import Distribution, Member
    from cagette_notify.core.notices import Entry, ForgottenKeys


def told_and_forgotten(
    entries: Collection[Entry],
    distributions: Mapping[str, Distribution],
    members: Mapping[str, Iterable[Member]],
    forgotten: ForgottenKeys,
) -> Iterator[Entry]:
    """Yield, as if their rows still named them, what members of today were told of start and place.

    They have the hour that they were told in mind, whatever the ledger forgot. What one of a revision was
    told is what all of it were, with the place if any heard of one; a hash says who else they are.
    ``members`` are by group.
    """
    if not forgotten:
        return
    told = {
        (entry.key.kind, entry.key.distribution_id, entry.key.occasion): entry
        for entry in sorted(entries, key=lambda entry: bool(entry.place))
        if entry.key.kind.traits.needs_order and entry.may_have_arrived
    }
    known = {entry.key for entry in entries}
    for entry in told.values():
        distribution = distributions.get(entry.key.distribution_id)
        for member in members.get(distribution.group_id, ()) if distribution else ():
            for box in member.mailboxes:
                key = replace(entry.key, member_id=member.id, address=box.key)
                if key not in known and key in forgotten:
                    found = replace(entry, key=key, recipient=box.address)
                    yield replace(found, status=Status.SENT, custom_id="", campaign="", member_name="")
