"""Ask for the database of a CAMAP on this machine, in the place of exports."""

from __future__ import annotations

import json
import os
import stat
from typing import TYPE_CHECKING
from urllib.parse import quote

from msgspec import Struct

from cagette_notify.config.camap import CAMAP, camap_groups
from cagette_notify.core.i18n import _
from cagette_notify.core.text import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cagette_notify.cli.prompt import Terminal

SOCKETS = ("/run/mysqld/mysqld.sock", "/var/run/mysqld/mysqld.sock", "/var/lib/mysql/mysql.sock")
"""Where Debian's packages and others put the socket of MySQL or MariaDB."""


class DatabaseAnswers(Struct, frozen=True):
    """Which database is read, by whom, and which of its groups."""

    socket: str
    name: str
    user: str
    groups: str

    @property
    def lines(self) -> str:
        """The lines of config.yaml that say so."""
        url = f"mysql://{quote(self.user)}@localhost/{quote(self.name)}?unix_socket={self.socket}"
        password = _("a file with the password, chmod 600, where the user has one")
        stopped = _("once CAMAP no longer sends these mails itself")
        lines = (
            *("data:", "  camap:", f"    url: '{url}'"),
            f"    groups: {_as_yaml(camap_groups(self.groups)) or 'all'}",
            f"    # credentials: camap.key       # {password}",
            f"    # own_mails: stopped           # {stopped}",
        )
        return "".join(f"{line}\n" for line in lines)


def ask_database(terminal: Terminal, user: str) -> DatabaseAnswers | None:
    """Return what is answered; None where no server runs here, or nobody wants to read it."""
    socket = next(filter(_is_a_socket, SOCKETS), "")
    if not socket:
        return None
    wanted = _("A MySQL or MariaDB runs here: read everything from the database of a CAMAP or Cagette in it?")
    if not terminal.confirm(wanted, default=False):
        return None
    name = terminal.ask_for(_("Name of the database"), one_line, CAMAP.lower())
    reader = terminal.ask_for(_("User who reads it"), one_line, user)
    groups = terminal.ask_for(_("Numbers of the groups, such as 12|15, or all"), _groups_typed)
    return DatabaseAnswers(socket, name, reader, groups) if name and reader and groups else None


def _as_yaml(groups: Mapping[int, str]) -> str:
    """Return the groups as a flow: their numbers, with the id of each where one was typed."""
    if all(name == str(number) for number, name in groups.items()):
        return str([*groups]) if groups else ""
    return f"{{{', '.join(f'{number}: {json.dumps(name)}' for number, name in groups.items())}}}"


def _is_a_socket(path: str) -> bool:
    try:
        return stat.S_ISSOCK(os.stat(path).st_mode)  # noqa: PTH116 - the name of a socket
    except OSError:
        return False


def _groups_typed(text: str) -> str:
    typed = text.replace(",", "|").replace(" ", "")
    camap_groups(typed)
    return typed
