"""Write config.yaml, groups and distributions around what was found and answered."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from cagette_notify.cli.setup.found_data import pattern_of
from cagette_notify.cli.setup.starting_files import (
    CONFIG,
    DISTRIBUTIONS_FILE,
    GROUPS_FILE,
    MEMBERS_FILE,
    ORDERS_FILE,
    field_called,
    heading_of,
    starting_files,
)
from cagette_notify.core.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from cagette_notify.cli.setup.answers import Answers, RepeatedDistribution

_PLAIN = re.compile(r"[\w./][\w ./()@'’*{}#°+,;:&!?–-]*")
_NO_PLAIN = re.compile(r": | #|[: ]$")
_DATA = re.compile(r"^data:.*\n(?: +.*\n)+", re.MULTILINE)
_FILES = frozenset(("  groups", "  members", "  distributions", "  orders"))
_BESIDE_CONFIG = {"ledger": "ledger.sqlite3", "notifications": "notifications.csv"}
_CAGETTE_S_ORDERS = "Export-commandes-{date}-Cagette*"


class _Field(Struct, frozen=True):
    """A field of a row in YAML, by its English name; the comment says what is expected without a value."""

    key: str
    value: str
    comment: str = ""
    is_flow: bool = False  # written as it is

    def __str__(self) -> str:
        """Make the text of its line."""
        value = self.value if self.is_flow or not self.value else scalar(self.value)
        comment = f"   # {self.comment}" if self.comment and (self.is_flow or not self.value) else ""
        return f"{field_called(self.key)}: {value}".rstrip() + comment


def files_around(answers: Answers, language: str, today: date, home: Path | None = None) -> dict[str, str]:
    """Return the text of each file by its name.

    config.yaml names them from its own folder; in another folder than ``home``, where the data is, in full.
    """
    started = starting_files()
    files = {CONFIG: _config(answers, started[CONFIG], language, home)}
    if answers.database:
        return files
    if not answers.data.groups:
        files[GROUPS_FILE] = _groups(answers)
    if not answers.data.distributions:
        files[DISTRIBUTIONS_FILE] = _distributions(answers, today)
    if not answers.data.members:
        files[MEMBERS_FILE] = started[MEMBERS_FILE] + _contact_s_row(answers)
    if _orders_for_all(answers) == ORDERS_FILE:
        files[ORDERS_FILE] = started[ORDERS_FILE]
    return files


def scalar(text: str) -> str:
    """Return a text as YAML has it on a line of its own: in quotes where it would mean something else."""
    is_plain = _PLAIN.fullmatch(text) and not _NO_PLAIN.search(text)
    return text if is_plain else "'" + text.replace("'", "''") + "'"


def _config(answers: Answers, text: str, language: str, home: Path | None) -> str:
    data = answers.data
    if answers.database:
        text = _DATA.sub(lambda _found: answers.database.lines if answers.database else "", text, count=1)
    members_for_all = pattern_of(data.members) if data.members else MEMBERS_FILE
    settings = {
        "language": language,
        "  groups": pattern_of(data.groups) if data.groups else GROUPS_FILE,
        "  members": "" if _members_of_group(answers) else members_for_all,
        "  distributions": pattern_of(data.distributions) if data.distributions else DISTRIBUTIONS_FILE,
        "  orders": _orders_for_all(answers),
        "  name": answers.group_name,  # and not the example's, who sends nothing of theirs
    }
    if answers.sender:
        settings["  email"] = answers.sender
    if home:
        settings |= {key: str(home / name) for key, name in settings.items() if key in _FILES and name}
        text = _with_setting(text, "outbox", str(home / "outbox"))
        text += "".join(f"{key}: {scalar(str(home / name))}\n" for key, name in _BESIDE_CONFIG.items())
    if answers.by_mailjet:
        settings["delivery"] = "mailjet"
        key_file = str(home / "mailjet.key") if home else "mailjet.key"
        text = text.replace(
            "# mailjet: {credentials: mailjet.key}",
            "mailjet: {credentials: '" + key_file.replace("'", "''") + "'}",
        )
    for key, value in settings.items():
        text = _with_setting(text, key, value)
    return text


def _with_setting(text: str, key: str, value: str) -> str:
    """Return the configuration with a setting's value; without one it becomes a comment."""

    def line(found: re.Match[str]) -> str:
        if not value:
            return re.sub(r"^( *)", r"\1# ", found[0])
        set_to = f"{key}: {scalar(value)}"
        room = max(len(found[1]), len(set_to) + 3)
        return f"{set_to:<{room}}{found[2]}".rstrip()

    return re.sub(rf"^({re.escape(key)}:[^#\n]*)(.*)$", line, text, count=1, flags=re.MULTILINE)


def _members_of_group(answers: Answers) -> str:
    """Return the list of a group's own members; nothing where rows or config.yaml say whose they are."""
    members = answers.data.members
    return pattern_of(members) if members and not (answers.data.groups or members.group_names) else ""


def _orders_for_all(answers: Answers) -> str:
    """Return what config.yaml names as orders; nothing where the distributions name theirs."""
    orders, data = answers.data.orders, answers.data
    if orders and (data.distributions or not orders.day):
        return pattern_of(orders)
    return "" if _orders_of_days(answers) else ORDERS_FILE


def _orders_of_days(answers: Answers) -> str:
    """Return the name of the orders of each day: as those that were found, else as Cagette exports them."""
    data = answers.data
    if data.orders:
        return pattern_of(data.orders) if data.orders.day else ""
    if not (data.members and data.members.is_cagette_s) or data.distributions:
        return ""
    folder, slash, _name = data.members.name.rpartition("/")
    return f"{folder}{slash}{_CAGETTE_S_ORDERS}"


def _groups(answers: Answers) -> str:
    rows = (_row(list(_of_group(answers, id_)), is_given=True) for id_ in answers.group_ids)
    return heading_of(GROUPS_FILE) + "".join(rows)


def _of_group(answers: Answers, id_: str) -> Iterator[_Field]:
    yield _Field("id", id_)
    names = answers.data.group_names
    yield _Field("name", answers.group_name if len(answers.group_ids) == 1 else names.get(id_, id_))
    if answers.contact_name:
        yield _Field("contact_name", answers.contact_name)
    yield _Field("contact_email", answers.contact_email, _("whom a reply to a mail reaches"))
    if members := _members_of_group(answers):
        yield _Field("members", members)


def _distributions(answers: Answers, today: date) -> str:
    those = answers.listed or (answers.distribution,)
    is_given = all(one.first and one.starts_at for one in those)
    rows = [
        (one.first or today, _row(list(_of_day(answers, one, id_, today)), is_given=is_given))
        for id_ in answers.group_ids
        for one in those
    ]
    heading = heading_of(DISTRIBUTIONS_FILE)
    if answers.data.calendar:
        copied = _("Copied from {name}, which is read no more.", name=answers.data.calendar.name)
        heading += f"# {copied}\n"
        left_out = answers.data.calendar.listing.left_out
        rows += [(one.day or one.behind, f"# {one.problem.in_full}\n") for one in left_out]
        rows.sort(key=lambda row: row[0])
    text = "".join(row for _day, row in rows)
    if is_given:
        return heading + text
    todo = _("To begin with, fill in what is missing, and take the # off these lines.")
    return f"{heading}# {todo}\ndistributions:\n{text}"


def _of_day(answers: Answers, one: RepeatedDistribution, id_: str, today: date) -> Iterator[_Field]:
    """Yield the fields of a distribution; what a calendar says of it comes in the place of all else."""
    said = dict(one.cells)
    for field in _fields_of_day(answers, one, id_, today):
        yield replace(field, value=said.pop(field.key, field.value))
    yield from (_Field(key, value) for key, value in said.items())


def _fields_of_day(answers: Answers, one: RepeatedDistribution, id_: str, today: date) -> Iterator[_Field]:
    start = f"{one.first} {one.starts_at:%H:%M}" if one.first and one.starts_at else ""
    yield _Field("group", id_)
    yield _Field(
        "starts_at", start, _("the first one, such as {example}", example=f"{one.first or today} 18:00")
    )
    if one.ends_at or not start:
        yield _Field(
            "ends_at", f"{one.ends_at:%H:%M}" if one.ends_at else "", _("such as {example}", example="19:30")
        )
    for name, at, example in (
        ("orders_open_at", one.orders_open_at, f"{(one.first or today) - timedelta(days=7)} 08:00"),
        ("orders_close_at", one.orders_close_at, f"{(one.first or today) - timedelta(days=2)} 20:00"),
    ):
        yield _Field(name, f"{at:%Y-%m-%d %H:%M}" if at else "", _("such as {example}", example=example))
    yield _Field("place", one.place)
    if orders := _orders_of_days(answers):
        yield _Field("orders", orders)
    if not one.every:
        return
    until = one.last_from(today) or today.replace(year=today.year + 1, day=1)
    left_out = f", except: [{', '.join(map(str, one.holidays))}]" if one.holidays else ""
    example = "" if one.holidays else "except: [2026-12-25]"
    yield _Field("repeat", f"{{every: {one.every}d, until: {until}{left_out}}}", example, is_flow=True)


def _row(fields: list[_Field], *, is_given: bool) -> str:
    """Return a row; as comments if it is not ``is_given`` whole, as is each field without a value."""
    lines = []
    for at, field in enumerate(fields):
        mark = "- " if at == 0 else "  "
        if is_given:
            lines.append(f"{mark}{field}" if field.value else f"{mark}#{field}")
        else:
            lines.append(f"  #{mark}{field}")
    return "".join(f"{line}\n" for line in lines)


def _contact_s_row(answers: Answers) -> str:
    """Return the row of a contact who is to be the first member."""
    if not answers.lists_contact:
        return ""
    first_name, _blank, last_name = answers.contact_name.partition(" ")
    cells = ["1", first_name, last_name, answers.contact_email]
    return (
        ";".join('"' + cell.replace('"', '""') + '"' if set(cell) & set(';"') else cell for cell in cells)
        + "\n"
    )
