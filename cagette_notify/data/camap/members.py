"""Read the households of a database: couples, addresses, and what they chose to be told of."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from cagette_notify.core.errors import Origin
from cagette_notify.core.kinds import Kind
from cagette_notify.core.model import Setting
from cagette_notify.data.camap.mended import mended, wall_clock, whole_of
from cagette_notify.data.camap.queries import SELECT_MEMBERSHIPS, SELECT_USERS, in_groups_of
from cagette_notify.data.members.read import member_of
from cagette_notify.data.rows.cells import Row

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import tzinfo

    from cagette_notify.core.errors import Problem
    from cagette_notify.core.model import Group, Member
    from cagette_notify.data.camap.snapshot import Snapshot, Stored

REMOVED: Final = "deleted@camap.tld"
"""To whom CAMAP gives the orders of accounts that it has removed: nobody."""

_FLAGS: Final = {Kind.RECAP_4H: 1, Kind.RECAP_24H: 2, Kind.OPENING: 4}
_PAGE: Final = "CAMAP /account, User"  # where members change what they chose
_FIELDS: Final = (
    *("language", "first_name", "last_name", "email"),
    *("partner_first_name", "partner_last_name", "partner_email"),
)
_LANGUAGES: Final = frozenset(("fr", "en"))


def members_in(
    snapshot: Snapshot,
    numbers: Mapping[int, str],
    groups: Mapping[str, Group],
    zone: tzinfo,
    problems: list[Problem],
) -> list[Member]:
    """Return everybody in some groups, which are named by their numbers; ``problems`` grows."""
    asked = in_groups_of([*numbers])
    group_ids: dict[int, list[str]] = defaultdict(list)
    for group, user in snapshot.rows(SELECT_MEMBERSHIPS, asked):
        group_ids[whole_of(user)].append(numbers[whole_of(group)])
    defaults = {id_: dict(group.defaults) for id_, group in groups.items() if group.defaults}
    members = []
    for record in snapshot.rows(SELECT_USERS, asked):
        row, member = _member(record, group_ids[whole_of(record[0])], zone)
        if any(box.key == REMOVED for box in member.mailboxes):
            continue
        theirs = {id_: defaults[id_] for id_ in member.group_ids if id_ in defaults}
        members.append(replace(member, group_defaults=theirs or None))
        problems += row.problems_of(member.group_ids[0] if len(member.group_ids) == 1 else "")
    return members


def _member(record: Stored, group_ids: Sequence[str], zone: tzinfo) -> tuple[Row, Member]:
    number, *texts, seen, flags = record
    cells = {field: text for field, stored in zip(_FIELDS, texts, strict=True) if (text := mended(stored))}
    if cells.get("language", "").casefold() not in _LANGUAGES:
        cells.pop("language", None)  # any that a browser asked for; the group's stands in its place
    row = Row("User", whole_of(number), {"id": str(whole_of(number)), **cells})
    last_seen, origin = wall_clock(seen), Origin(_PAGE, row.line)
    return row, replace(
        member_of(row, tuple(group_ids), zone),
        last_seen=last_seen.replace(tzinfo=zone) if last_seen else None,
        settings={kind: Setting(bool(whole_of(flags) & bit), origin) for kind, bit in _FLAGS.items()},
    )
