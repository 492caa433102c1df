"""Read the groups file."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cagette_notify.core.addresses import is_placeholder, mailable_address
from cagette_notify.core.errors import Origin, Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.model import Contact, Group
from cagette_notify.core.parsing import colour, language, telephone, web_address, yes_no, zone
from cagette_notify.core.text import quoted
from cagette_notify.data.files.newest_file import resolved
from cagette_notify.data.rows.columns import GROUPS
from cagette_notify.data.rows.cut_rows import complain_if_cut
from cagette_notify.data.rows.read_rows import RowSource, open_rows, row_source_in
from cagette_notify.readers.tree import Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo
    from pathlib import Path

    from cagette_notify.data.rows.cells import Row


class Groups(NamedTuple):
    """What the groups file holds. ``set_aside`` are the ids of bad rows, and where: known, but not served."""

    groups: Mapping[str, Group] = {}
    set_aside: Mapping[str, Origin] = {}
    members: Mapping[str, RowSource] = {}  # of groups that carry their own

    @property
    def ids(self) -> frozenset[str]:
        """Every group the file names."""
        return frozenset((*self.groups, *self.set_aside))


class Defaults(NamedTuple):
    """What rows that don't say get, and the folder that files are named from."""

    folder: Path
    timezone: tzinfo
    language: str


def read_groups(source: RowSource, defaults: Defaults, problems: list[Problem]) -> Groups | None:
    """Return the groups, or None if the file can't be read whole; ``problems`` grows."""
    source = resolved(source, GROUPS)
    groups: dict[str, Group] = {}
    set_aside: dict[str, Origin] = {}
    members: dict[str, RowSource] = {}
    lines: dict[str, int] = {}
    is_whole = True
    try:
        for row in open_rows(source, GROUPS).rows:
            if remark := _remark_in(row, source):
                problems.append(remark)
                continue
            complain_if_cut(row, GROUPS.required)
            group = _group(row, defaults)
            own_members = row_source_in(row, "members", source, defaults.folder)
            is_whole &= row.is_first(group.id, lines)
            if row.is_spoiled:
                set_aside[group.id or row.as_guessed.text("id")] = row.origin
            else:
                groups[group.id] = group
                if own_members:
                    members[group.id] = own_members
            problems += row.problems_of(group.id)
    except Unreadable as trouble:
        problems.append(source.problem(trouble, stops_all=True))
        return None
    set_aside.pop("", None)
    return Groups(groups, set_aside, members) if is_whole else None


def _remark_in(row: Row, source: RowSource) -> Problem | None:
    """Return what is said of words below a table, which name no group: ``Updated on 3 March``."""
    cells = row.as_guessed.cells
    text = cells.get("id")
    if not source.is_table or cells.keys() != {"id"} or not isinstance(text, str) or " " not in text.strip():
        return None
    message = _("{value} is taken for a remark, and for no group: it has no name", value=quoted(text.strip()))
    return Problem(message, row.file, row.line, "id", is_warning=True)


def _group(row: Row, defaults: Defaults) -> Group:
    """Make the group as its row has it. What only adorns its mails, or has a default, doesn't stop them."""
    contact, coordinators = _contact(row), row.read_good("coordinators", mailable_address)
    answering = dict.fromkeys((*([contact.address] if contact else []), *coordinators))
    return Group(
        id=row.required("id"),
        name=row.required("name"),
        timezone=row.read("timezone", zone) or defaults.timezone,
        language=row.read_dispensable("language", language) or defaults.language,
        contact=None if contact and is_placeholder(contact.address) else contact,
        coordinators=tuple(one for one in dict.fromkeys(coordinators) if not is_placeholder(one)),
        placeholders=tuple(filter(is_placeholder, answering)),
        url=row.read_dispensable("url", web_address) or "",
        colour=row.read_dispensable("colour", colour) or "",
        logo=row.read_dispensable("logo", web_address) or "",
        contact_phone=row.read_dispensable("contact_phone", telephone) or "",
        disabled=row.read("disabled", yes_no) or False,
        origin=row.origin,
    )


def _contact(row: Row) -> Contact | None:
    name = row.name("contact_name")
    found = row.read_good("contact_email", mailable_address)
    if name and "contact_email" not in row.cells:
        row.remark("contact_email", _("missing: a contact needs an address that replies can go to"))
    return Contact(found[0], name) if found else None
