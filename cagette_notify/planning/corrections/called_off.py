"""Find announced distributions that are cancelled, gone, or of a disabled or another group. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.commands_to_type import command_to_type
from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.list_names import TOLD, WITH_ORDER, list_to_type
from cagette_notify.planning.announced import announces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from cagette_notify.core.model import Distribution, Group
    from cagette_notify.core.notices import Entry
    from cagette_notify.core.set_aside import DistributionsAside


def called_off(
    announced: Iterable[Entry],
    distributions: Mapping[str, Distribution],
    groups: Mapping[str, Group],
    aside: DistributionsAside,
) -> dict[str, Problem]:
    """Say, by a key to remember it by, which announced distributions will not take place as told.

    Nobody is told automatically: only a person knows what to say.
    """
    found = {}
    for entry in announced:
        if why := why_off(entry, distributions, groups, aside):
            values = {
                "distribution": entry.key.distribution_id,
                "command": command_to_those_told(entry, distributions, groups),
                "why": why,
            }
            key = called_off_key(entry, distributions, groups)
            if entry.key.kind.traits.needs_duty and key in found:
                continue  # a recap had left, too: the same command reaches all of them
            message = (
                _duties_told(values)
                if entry.key.kind.traits.needs_duty
                else _(
                    "distribution {distribution} {why}, but the opening of its orders was announced; to tell "
                    "those who got that: {command}",
                    **values,
                )
                if entry.key.kind.traits.call_to_order
                else _(
                    "distribution {distribution} {why}, but recaps of it had left; to tell those who got "
                    "them: {command}",
                    **values,
                )
            )
            found[key] = Problem(message, group_id=entry.group_id, is_warning=True)
    return found


def _duties_told(values: Mapping[str, str]) -> str:
    return _(
        "distribution {distribution} {why}, but reminders of duties there had left; to tell those who got "
        "them: {command}",
        **values,
    )


def called_off_unheard(id_: str, group_id: str, why: str, addresses: Iterable[str]) -> Problem:
    """Say the same where no letter reaches anybody who was told: all of them have stopped broadcasts."""
    message = _(
        "distribution {distribution} {why}, and no letter reaches those who were told of it, as they have "
        "unsubscribed with Mailjet's link; tell them by another way, such as the telephone: {addresses}",
        distribution=id_,
        why=why,
        addresses=", ".join(sorted(addresses)),
    )
    return Problem(message, group_id=group_id, is_warning=True)


def off_once_open(  # noqa: PLR0913 - what was told, what is so, and what was said of it
    last_told: Iterable[Entry],
    announced: Iterable[Entry],
    distributions: Mapping[str, Distribution],
    groups: Mapping[str, Group],
    aside: DistributionsAside,
    *,
    has_said: Callable[[str], object],
) -> tuple[Entry, ...]:
    """Return a call to order for each distribution that is off and of which no recap was ``announced``.

    Or is on again, and a run had said by its key that it is off: a letter may have said so. Who has read it
    may have ordered. Of what a bad row may be the row's own problem says enough.
    """
    recalled = {one.key.distribution_id for one in announced if one.key.kind.traits.needs_order}
    calls = {
        entry.key.distribution_id: entry
        for entry in last_told
        if entry.key.kind.traits.call_to_order and entry.key.distribution_id not in recalled
    }
    return tuple(
        entry
        for entry in calls.values()
        if why_off(entry, distributions, groups, aside)
        or (
            takes_place_as_told(entry, distributions, groups, aside)
            and has_said(called_off_key(entry, distributions, groups))
        )
    )


def perhaps_off(
    announced: Iterable[Entry],
    distributions: Mapping[str, Distribution],
    groups: Mapping[str, Group],
    aside: DistributionsAside,
) -> dict[str, Problem]:
    """Say, by a key to remember it by, of which announced distributions a bad row leaves it open."""
    found = {}
    for entry in announced:
        if where := where_perhaps(entry, distributions, groups, aside):
            values = {"distribution": entry.key.distribution_id, "where": where}
            message = (
                _(
                    "distribution {distribution} is not found in the data, but reminders of duties there had "
                    "left: it may be what was set aside ({where}); mend that first, and it will be known "
                    "whether it takes place",
                    **values,
                )
                if entry.key.kind.traits.needs_duty
                else _(
                    "distribution {distribution} is not found in the data, but recaps of it had left: it may "
                    "be what was set aside ({where}); mend that first, and it will be known whether it takes "
                    "place",
                    **values,
                )
            )
            problem = Problem(message, group_id=entry.group_id, is_warning=True)
            found[perhaps_off_key(entry, distributions, groups)] = problem
    return found


def takes_place_as_told(
    entry: Entry,
    distributions: Mapping[str, Distribution],
    groups: Mapping[str, Group],
    aside: DistributionsAside,
) -> bool:
    """Tell whether what was announced is in the data, on, and so as it was told."""
    distribution = distributions.get(entry.key.distribution_id)
    if distribution is None or not announces(entry, distribution):
        return False
    return not why_off(entry, distributions, groups, aside)


def back_on_key(entry: Entry) -> str:
    """Return what an announcement that holds again is remembered by, once that was said."""
    return f"back on {entry.key.distribution_id} {entry.starts_at.isoformat()}"


def back_on_line(entry: Entry, command: str) -> Problem:
    """Say that what was told holds again, though a mail had said that it doesn't."""
    message = _(
        "distribution {distribution} takes place as told, but a mail had said that it is off; to tell those "
        "who got that: {command}",
        distribution=entry.key.distribution_id,
        command=command,
    )
    return Problem(message, group_id=entry.group_id, is_warning=True)


def where_perhaps(
    entry: Entry,
    distributions: Mapping[str, Distribution],
    groups: Mapping[str, Group],
    aside: DistributionsAside,
) -> str:
    """Return where bad rows stand that may be what was told and is missing; nothing if none may be."""
    is_there = entry.key.distribution_id in distributions
    return "" if is_there else aside.perhaps(entry, groups.keys())


def perhaps_off_key(
    entry: Entry, distributions: Mapping[str, Distribution], groups: Mapping[str, Group]
) -> str:
    """Return what that doubt is remembered by, once it was said: what is certain is said anew."""
    return f"perhaps {called_off_key(entry, distributions, groups)}"


def called_off_key(
    entry: Entry, distributions: Mapping[str, Distribution], groups: Mapping[str, Group]
) -> str:
    """Return what an announcement that no longer holds is remembered by, once that was said."""
    what = f"{entry.key.distribution_id} {entry.starts_at.isoformat()}"
    # It may be called off after that, too, which is said anew.
    if is_of_another_group(entry, distributions, groups):
        return f"gone over from {entry.group_id} {what}"
    return f"called off {what}"


def is_of_another_group(
    entry: Entry, distributions: Mapping[str, Distribution], groups: Mapping[str, Group]
) -> bool:
    """Tell whether it takes place for another group than it was told to, which is still there.

    Whoever was told and is no member of that one hears nothing more of it.
    """
    distribution = distributions.get(entry.key.distribution_id)
    group = groups.get(distribution.group_id) if distribution else None
    if distribution is None or group is None or distribution.cancelled or group.disabled:
        return False
    return entry.group_id in groups and entry.group_id != group.id


def why_off(
    entry: Entry,
    distributions: Mapping[str, Distribution],
    groups: Mapping[str, Group],
    aside: DistributionsAside,
) -> str:
    """Say why what was announced does not take place as told, after its name; nothing if it does.

    What was set aside is unknown, not called off: it will be back once it is mended.
    """
    distribution = distributions.get(entry.key.distribution_id)
    # By its group as it is now: one that bears another id since takes place all the same.
    group = groups.get(distribution.group_id) if distribution else None
    if group is None or distribution is None:
        is_aside = entry.key.distribution_id in aside.ids or aside.perhaps(entry, groups.keys())
        return "" if is_aside else _("is no longer in the data")
    if distribution.cancelled:
        return _("is cancelled")
    if group.disabled:
        return _("belongs to a group that is disabled")
    is_elsewhere = is_of_another_group(entry, distributions, groups)
    return _("is of group {group} now", group=group.id) if is_elsewhere else ""


def command_to_those_told(
    entry: Entry,
    distributions: Mapping[str, Distribution],
    groups: Mapping[str, Group],
    kinds: Iterable[str] = (TOLD,),
) -> str:
    """Return the command that writes to whoever was told of a distribution, or to lists of other kinds."""
    lists = [list_to_type(f"{kind}:{entry.key.distribution_id}") for kind in kinds]
    return command_to_type(
        "broadcast",
        group_to_write_to(entry, distributions, groups),
        options=[part for one in lists for part in ("--to", one)],
    )


def command_to_those_with_order(distribution: Distribution) -> str:
    """Return the command that writes to whoever has ordered, told of it or not."""
    return command_to_type(
        "broadcast",
        distribution.group_id,
        options=["--to", list_to_type(f"{WITH_ORDER}:{distribution.id}")],
    )


def group_to_write_to(
    entry: Entry, distributions: Mapping[str, Distribution], groups: Mapping[str, Group]
) -> str:
    """Return the group to write to, or what most likely is its id now; a gap if nobody can tell."""
    alike = [one.group_id for one in distributions.values() if announces(entry, one)]
    known = distributions.get(entry.key.distribution_id)
    is_elsewhere = is_of_another_group(entry, distributions, groups)
    here = [known.group_id] if known and not is_elsewhere else []
    likely = [*here, entry.group_id, *(alike if len(set(alike)) == 1 else [])]
    found = [id_ for id_ in (*likely, *(groups if len(groups) == 1 else ())) if id_ in groups]
    return found[0] if found else "GROUP"
