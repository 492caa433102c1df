"""Tell who is calling, and refuse what somebody with other rights than this process may not have it do."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cagette_notify.core.errors import Problem, UsageError
from cagette_notify.core.given_files import is_held_open, only_held_open, work_for_others, works_for_others
from cagette_notify.core.i18n import _
from cagette_notify.core.list_names import FILE, kind_of_list

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

FLAG = "--for-others"
OPEN_TO_OTHERS = frozenset(
    (
        *("send-due", "broadcast", "status", "report", "check-member", "notifications", "log", "forget"),
        *("check", "preview", "settle", "next-steps"),
    )
)
"""Commands that make no files or folders where somebody says. A new one is closed until it is named here."""

_READS = frozenset(("body", "attachments"))  # what these name is read by way of core/given_files.py
_LISTS = "lists"  # of which some are files
_CONFIG = "config_file"
_OPENS = frozenset(("opens",))  # a browser, for which a file is written before ``_fence`` sees it
_FILE = re.compile(r"\b(?:FILE|FOLDER|DIR|PATH)\b")
_STARTS_A_PROGRAM = frozenset(
    (
        *("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.startfile"),
        *("os.fork", "os.forkpty", "pty.spawn", "webbrowser.open"),
    )
)


def enter(arguments: Sequence[str], environ: Mapping[str, str]) -> bool:
    """Find out for whom this process works, before it reads anything; return whether it is for others."""
    is_so = FLAG in arguments or is_called_by_another(environ)
    work_for_others(is_so=is_so)
    if is_so:
        sys.addaudithook(_fence)
    return is_so


def is_called_by_another(environ: Mapping[str, str]) -> bool:
    """Tell whether sudo, doas or pkexec was called by somebody who is neither root nor this very user.

    They set these variables themselves, whatever the caller has put there.
    """
    named = {name: environ[name] for name in ("SUDO_UID", "PKEXEC_UID", "DOAS_USER") if environ.get(name)}
    return any(_uid(text) not in {0, os.geteuid()} for text in named.values())


def refuse_to_others(ctx: click.Context) -> None:
    """Raise ``UsageError`` for a command or option that would reach files, or programs, of this user."""
    if ctx.command.name not in OPEN_TO_OTHERS:
        message = _(
            "through sudo, there is no {command}: it is for whoever administers the server",
            command=ctx.command.name,
        )
        raise UsageError(Problem(message))
    if problems := list(_refused(ctx)):
        raise UsageError(*problems)


def pinned_config(named: Sequence[str]) -> str | None:
    """Return the configuration that stands behind --for-others where sudoers says so; raise for another."""
    for later in named[1:]:
        refuse_other_config(later, Path(named[0]))
    return named[0] if named else None


def refuse_other_config(named: str, installed: Path) -> None:
    """Raise ``UsageError`` for any configuration but the one that is installed."""
    try:
        is_same = Path(named).samefile(installed)
    except (OSError, ValueError):
        is_same = False
    if not is_same:
        message = _("through sudo, only the configuration that is installed is used: leave this out")
        raise UsageError(Problem(message, field="--config"))


def _refused(ctx: click.Context) -> Iterator[Problem]:
    for param in ctx.command.params:
        value = ctx.params.get(param.name or "")
        if not value or param.name == _CONFIG:
            continue
        values = value if isinstance(value, tuple) else (value,)
        field = max(param.opts, key=len)
        if param.name in _OPENS or (_names_a_file(param) and param.name not in _READS):
            yield Problem(no_programs(), field=field)
        elif not all(map(is_held_open, _named_in(param, values))):
            yield Problem(only_held_open(), field=field)


def _names_a_file(param: click.Parameter) -> bool:
    return isinstance(param.type, (click.Path, click.File)) or bool(_FILE.search(param.metavar or ""))


def _named_in(param: click.Parameter, values: Sequence[object]) -> Iterator[str]:
    """Yield the files that an option names; standard input is nobody's but the caller's."""
    for value in map(str, values):
        kind, _colon, about = value.partition(":")
        if param.name in _READS and value != "-":
            yield value
        elif param.name == _LISTS and kind_of_list(kind) == FILE:
            yield about.strip()


def _uid(text: str) -> int | None:
    if text.isdecimal():
        return int(text)
    import pwd

    try:
        return pwd.getpwnam(text).pw_uid
    except KeyError:
        return None


def no_programs() -> str:
    """Say what this user starts for nobody else."""
    return _("through sudo, no file is written and no program started")


def _fence(event: str, _arguments: tuple[object, ...]) -> None:
    # Whatever was forgotten above: an editor or a pager would give its user a shell of this user's.
    # Python asks this before any program is started, and nobody can take it back.
    if event in _STARTS_A_PROGRAM and works_for_others():
        raise UsageError(Problem(no_programs()))
