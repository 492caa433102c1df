"""Say who was told of a duty ahead, where no file is named any more that says who serves. Pure."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _, _n
from cagette_notify.planning.announced import announces, as_told, when_and_where
from cagette_notify.planning.corrections.called_off import command_to_those_told
from cagette_notify.planning.shrunken_duties import told_of_duties

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from cagette_notify.core.model import Distribution, Group
    from cagette_notify.core.notices import Entry


def of_unnamed_duties(
    entries: Iterable[Entry],
    distributions: Mapping[str, Distribution],
    groups: Mapping[str, Group],
    now: datetime,
) -> Iterator[Problem]:
    """Say of each group how many were told, and of which start or place that holds no more.

    ``entries`` are all rows of duties. Nothing corrects them: it takes a file to know whose they are.
    """
    told: dict[str, list[tuple[Entry, Distribution]]] = defaultdict(list)
    for last, distribution in told_of_duties(entries, distributions, groups, now):
        told[distribution.group_id].append((last, distribution))
    for group_id, those in sorted(told.items()):
        yield _in_words(group_id, len({last.key.member_id for last, _distribution in those}))
        otherwise = (
            _otherwise(last, as_told(distribution, last), groups)
            for last, distribution in those
            if not announces(last, distribution)
        )
        yield from dict.fromkeys(otherwise)


def _in_words(group_id: str, count: int) -> Problem:
    message = _n(
        "group {group}: {count} member was told of a duty ahead, and data.duties names no file any more: "
        "nobody hears of what changes there; name the file again",
        "group {group}: {count} members were told of duties ahead, and data.duties names no file any more: "
        "nobody hears of what changes there; name the file again",
        count,
        group=group_id,
    )
    return Problem(message, group_id=group_id, is_warning=True)


def _otherwise(told: Entry, distribution: Distribution, groups: Mapping[str, Group]) -> Problem:
    zone = groups[distribution.group_id].timezone
    message = _(
        "who serves at {distribution} was told {told}, and it is {now}: no correction of their duty goes "
        "there; if they don't know yet, tell them: {command}",
        distribution=distribution.id,
        told=when_and_where(zone, told.starts_at, told.place),
        now=when_and_where(zone, distribution.starts_at, distribution.place),
        command=command_to_those_told(told, {distribution.id: distribution}, groups),
    )
    return Problem(message, group_id=distribution.group_id, is_warning=True)
