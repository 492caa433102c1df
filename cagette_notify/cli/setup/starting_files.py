"""Write the configuration and data files that ``init`` starts with, comments translated."""

from __future__ import annotations

import errno
import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING

from cagette_notify.cli.session import path_to_type
from cagette_notify.core.errors import Problem, UsageError
from cagette_notify.core.i18n import _, translated, why
from cagette_notify.core.kinds import NOTICE_KINDS
from cagette_notify.core.package_files import example_config

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

CONFIG = "config.yaml"
GROUPS_FILE = "groups.yaml"
MEMBERS_FILE = "members.csv"
DISTRIBUTIONS_FILE = "distributions.yaml"
ORDERS_FILE = "orders.csv"

_GROUPS = """\
# The groups that are mailed for; all fields are in docs/data-files.md.
- id: my-group
  name: My group
  #contact: {name: Claire Fontaine, email: claire@example.org}   # whom a reply to a mail reaches
  #coordinators: [claire@example.org]
  #url: https://app.cagette.net/group/...
"""

# No column for groups: with one group, everybody is in it.
_MEMBERS = "id;first_name;last_name;email;partner_first_name;partner_last_name;partner_email;" + ";".join(
    kind.value for kind in NOTICE_KINDS
)

_DISTRIBUTIONS = """\
# The days on which a group hands out what was ordered; all fields are in docs/data-files.md.
# To add the first one, take the # off these lines and change them.
distributions:
  #- id: 2027-06-11
  #  group: my-group
  #  starts_at: 2027-06-11 18:00
  #  ends_at: 19:30
  #  orders_open_at: 2027-06-04 08:00
  #  orders_close_at: 2027-06-09 20:00
  #  place: Salle des fêtes
  #  note: Apportez vos cabas
"""

# What fields of YAML are called; config.yaml's are English everywhere.
_FIELDS = (
    "group;name;contact_name;contact_email;members;starts_at;ends_at;orders_open_at;orders_close_at;place;"
    "note;catalogs;fixed;cancelled"
)

_ORDERS = "member;distribution;product;quantity;unit;price;catalog;paid"


_KEY = re.compile(r"^( *#? *(?:- )?)(\w+)(?=:)", re.MULTILINE)
_COMMENT = re.compile(r"(?<=# )(?! *[a-z_0-9]+:(?: |$)).+$", re.MULTILINE)
"""What follows the last ``# `` of a line, unless it is a setting to be taken out of its comment."""


def starting_files() -> dict[str, str]:
    """Return the text of each file by its name: together they pass ``check`` as they are.

    Comments, names of columns and the group's are in the language spoken.
    """
    return {
        CONFIG: annotated(example_config().read_text(encoding="utf-8")),
        GROUPS_FILE: _with_names(annotated(_GROUPS)),
        MEMBERS_FILE: f"{translated(_MEMBERS)}\n",
        DISTRIBUTIONS_FILE: _with_names(annotated(_DISTRIBUTIONS)),
        ORDERS_FILE: f"{translated(_ORDERS)}\n",
    }


def heading_of(name: str) -> str:
    """Return the comment that a file begins with."""
    return starting_files()[name].partition("\n")[0] + "\n"


def headers() -> tuple[str, ...]:
    """Return the names of columns that there are to translate."""
    return _MEMBERS, _ORDERS, _FIELDS


def field_called(key: str) -> str:
    """Return what a field of YAML is called in the language spoken."""
    return dict(zip(_FIELDS.split(";"), translated(_FIELDS).split(";"), strict=True)).get(key, key)


def _with_names(text: str) -> str:
    text = _KEY.sub(lambda found: found[1] + field_called(found[2]), text)
    return text.replace("my-group", _("my-group")).replace("My group", _("My group"))


def write_missing(folder: Path, files: dict[str, str]) -> list[str]:
    """Write those files that are not there yet, all or none, and return their names.

    They are named from ``folder``, or in full.

    All are for their owner's eyes only: they will hold people's addresses. Raises ``UsageError``
    where they can't be written; then, as after Ctrl-C, nothing is left behind.
    """
    written: list[str] = []
    made: list[Path] = []
    try:
        for name, text in files.items():
            made += _make_folder((folder / name).parent)
            if _write_if_missing(folder / name, text):
                written.append(name)
    except BaseException as error:  # Ctrl-C, too, leaves nothing behind
        for name in written:
            (folder / name).unlink(missing_ok=True)
        for place in reversed(made):
            with suppress(OSError):
                place.rmdir()
        if isinstance(error, OSError):
            raise UsageError(Problem(why(error), str(error.filename or folder))) from None
        raise
    return written


def written_lines(folder: Path, files: Iterable[str], written: Collection[str]) -> Iterator[str]:
    """Yield what became of each file."""
    for name in files:
        path = path_to_type(folder / name)
        yield _("wrote {file}", file=path) if name in written else _("{file} is there: kept", file=path)


def _make_folder(folder: Path) -> list[Path]:
    """Make a folder and those above it, and return those that were not there."""
    missing = [place for place in (folder, *folder.parents) if not os.path.lexists(place)]
    for place in reversed(missing):
        place.mkdir(mode=0o700)
    if not folder.is_dir():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(folder))
    return missing[::-1]


def _write_if_missing(path: Path, text: str) -> bool:
    try:
        # O_EXCL takes a dangling link, too, for what it is: somebody's file.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError:
        path.unlink()  # or the next try would keep half a file
        raise
    return True


def annotated(text: str) -> str:
    """Return a file's text with its comments translated; settings stay as they are."""
    return _COMMENT.sub(lambda found: translated(found[0]), text)


def comments(text: str) -> Iterator[str]:
    """Yield what there is to translate in a file's text."""
    yield from _COMMENT.findall(text)
