"""Name the members who get no mail, as the data have no address that reaches them, or no group. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _, _n
from cagette_notify.core.model import AddressState, Member

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cagette_notify.core.model import Group


def members_without_address(groups: Mapping[str, Group], members: Iterable[Member]) -> tuple[Member, ...]:
    """Return whom no mail can reach: nobody in their household has an address that can be written to."""
    return tuple(
        member
        for member in members
        if not any(box.state is AddressState.USABLE for box in member.mailboxes)
        and any(id_ in groups and not groups[id_].disabled for id_ in member.group_ids)
    )


def members_in_no_group(members: Iterable[Member]) -> tuple[Member, ...]:
    """Return who is in no group, though others are; who names one that there isn't is told of otherwise."""
    everybody = tuple(members)
    if not any(member.group_ids for member in everybody):
        return ()
    return tuple(member for member in everybody if not (member.group_ids or member.group_problems))


def without_group_lines(members: Sequence[Member], most: int | None) -> Iterator[str]:
    """Yield those in no group, as ``without_mail_lines`` does."""
    if members:
        count = len(members)
        yield _n(
            "{count} member is in no group, and gets no mail; name it in their row:",
            "{count} members are in no group, and get no mail; name it in their rows:",
            count,
        )
        yield from _named(members, most)


def without_mail_lines(members: Sequence[Member], most: int | None) -> Iterator[str]:
    """Yield who they are, a line each, so that somebody can ask them; ``most`` at once, None for all."""
    if not members:
        return
    count = len(members)
    yield _n(
        "{count} member has no usable address, and gets no mail:",
        "{count} members have no usable address, and get no mail:",
        count,
    )
    yield from _named(members, most)
    if exported := dict.fromkeys(one.origin.file for one in members if one.is_exported):
        yield _(
            "The addresses of {files} are corrected in Cagette; then export the members again.",
            files=", ".join(exported),
        )


def _named(members: Sequence[Member], most: int | None) -> Iterator[str]:
    for member in members[:most]:
        yield f"  {_about(member)}"
    if most is not None and (more := len(members[most:])):
        yield "  " + _("and {count} more: cagette-notify check -v names them all", count=more)


def _about(member: Member) -> str:
    who = member.name or member.id
    where = f"{member.origin.file}:{member.origin.line}" if member.origin.line else member.origin.file
    stands = ", ".join(box.address for box in member.mailboxes)
    return ": ".join(filter(None, (where, f"{who} ({stands})" if stands else who)))
