"""Read the groups of a database, with who answers for them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from cagette_notify.core.addresses import is_placeholder, mailable_address
from cagette_notify.core.i18n import _
from cagette_notify.core.kinds import Kind
from cagette_notify.core.model import Contact, Group
from cagette_notify.core.parsing import web_address
from cagette_notify.data.camap.mended import mended, rights_in, whole_of
from cagette_notify.data.camap.queries import Shape, in_groups_of, shape_of
from cagette_notify.data.groups import Groups
from cagette_notify.data.rows.cells import Row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cagette_notify.config.paths import Sources
    from cagette_notify.core.errors import Problem
    from cagette_notify.data.camap.snapshot import Snapshot, Stored

_ADMIN: Final = "GroupAdmin"
_ALLOWED: Final = {Kind.DUTY: 1 << 11, Kind.DUTY_VACANT: 1 << 12}  # bits of a group's flags


class NumberedGroups(NamedTuple):
    """The groups, and their ids by the numbers that the database has for them."""

    groups: Groups
    numbers: Mapping[int, str]


def groups_in(
    snapshot: Snapshot, names: Mapping[int, str], sources: Sources, problems: list[Problem]
) -> NumberedGroups:
    """Return the groups that have ``names``, by their numbers, or all; ``problems`` grows."""
    shape = shape_of(snapshot)
    rows = {whole_of(row[0]): row for row in snapshot.rows(shape.groups)}
    numbers = {number: names.get(number, str(number)) for number in rows if not names or number in names}
    coordinators = _coordinators(snapshot, shape, numbers, problems)
    groups = {}
    for number, id_ in numbers.items():
        row, group = _group(rows[number], id_, shape, coordinators[number], sources)
        groups[id_] = group
        problems += row.problems_of(id_)
    return NumberedGroups(Groups(groups), numbers)


def _group(
    record: Stored, id_: str, shape: Shape, coordinators: list[str], sources: Sources
) -> tuple[Row, Group]:
    number, name, url, flags, *days, disabled, first_name, last_name, email = record
    allowed = whole_of(flags)
    contact_name = " ".join(filter(None, (mended(first_name), mended(last_name))))
    texts = {
        "name": mended(name),
        "url": mended(url),
        "contact_name": contact_name,
        "contact_email": mended(email),
    }
    row = Row("Group", whole_of(number), {field: text for field, text in texts.items() if text})
    address = next(iter(row.read_good("contact_email", mailable_address)), "")
    answering = [*([address] if address else []), *coordinators]
    return row, Group(
        id=id_,
        name=row.text("name") or id_,
        timezone=sources.timezone,
        language=sources.language,
        contact=Contact(address, row.name("contact_name"))
        if address and not is_placeholder(address)
        else None,
        coordinators=tuple(dict.fromkeys(one for one in coordinators if not is_placeholder(one))),
        placeholders=tuple(dict.fromkeys(filter(is_placeholder, answering))),
        url=row.read_dispensable("url", web_address) or "",
        disabled=disabled is not None,
        origin=row.origin,
        defaults=tuple((kind, bool(allowed & bit)) for kind, bit in _ALLOWED.items() if shape.is_camap),
        days_before=tuple((kind, whole_of(count)) for kind, count in zip(_ALLOWED, days, strict=True)),
    )


def _coordinators(
    snapshot: Snapshot, shape: Shape, numbers: Mapping[int, str], problems: list[Problem]
) -> dict[int, list[str]]:
    """Return the addresses of those who administer each group."""
    found: dict[int, list[str]] = defaultdict(list)
    for group, user, email, rights in snapshot.rows(shape.with_rights, in_groups_of([*numbers])):
        number = whole_of(group)
        row = Row("User", whole_of(user), {"email": mended(email)})
        try:
            is_admin = _ADMIN in rights_in(rights)
        except ValueError:
            row.remark("rights", _("it can't be read which rights they have"), is_warning=True)
            is_admin = False
        if is_admin:
            found[number] += row.read_good("email", mailable_address)
        problems += row.problems_of(numbers[number])
    return found
