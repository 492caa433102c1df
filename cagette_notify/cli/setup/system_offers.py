"""Offer what an installation changes outside of its folder: a short command, a line in the crontab."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from cagette_notify.cli.session import path_to_type
from cagette_notify.cli.setup.crontab import calls, own_crontab, with_line
from cagette_notify.cli.setup.schedule import ScheduledCall, crontab_line
from cagette_notify.cli.short_command import (
    config_of_short_command,
    is_found_as,
    is_short_for,
    short_command_path,
    short_command_text,
)
from cagette_notify.config.paths import home_config
from cagette_notify.core.commands_to_type import PROGRAM
from cagette_notify.core.errors import NotifyError, Problem
from cagette_notify.core.files import prove_writable
from cagette_notify.core.i18n import _, why

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cagette_notify.cli.prompt import Terminal


class SystemChanges(Struct, frozen=True):
    """What is to be changed: where the configuration goes, and what was agreed to.

    ``is_called`` tells that the crontab has its line already.
    """

    call: ScheduledCall
    short_command: bool = False
    crontab_line: bool = False
    is_called: bool = False


def offer_changes(
    terminal: Terminal, call: ScheduledCall, environ: Mapping[str, str], *, may_move: bool, with_cron: bool
) -> SystemChanges:
    """Ask what may be changed; one that ``may_move`` is offered a place where it is found without options."""
    changes = _offer_short_command(terminal, call, environ, may_move=may_move)
    return _offer_crontab_line(terminal, changes, environ) if with_cron else changes


def make_changes(changes: SystemChanges, environ: Mapping[str, str]) -> Iterator[str]:
    """Make what was agreed to, and yield what to say of it; raise ``NotifyError`` where that fails."""
    path = short_command_path(environ)
    if changes.short_command and path:
        _write_command(path, changes.call)
        yield _("wrote {file}", file=_from_home(path, environ))
    crontab = own_crontab()
    if changes.crontab_line and crontab:
        crontab.add(crontab_line(changes.call), Path(changes.call.config), _finders(changes.call, environ))
        yield _("The crontab has its line.")


def program_of(changes: SystemChanges, program: str, environ: Mapping[str, str]) -> list[str]:
    """Return how a command begins from now on: the short command, or the program with its configuration.

    A short command that isn't found yet is, once it was typed what ``to_find_the_bare_name`` says.
    """
    config = Path(changes.call.config)
    if is_short_for(config, environ) or changes.short_command:
        return [PROGRAM]
    return [program] if config == home_config(environ) else [program, "--config", path_to_type(config)]


def finders(config: Path, program: str, environ: Mapping[str, str]) -> set[str]:
    """Return the programs that find a configuration without being told."""
    path, known = short_command_path(environ), config_of_short_command(environ)
    found = {str(path), PROGRAM} if known and os.path.realpath(known) == os.path.realpath(config) else set()
    return found | ({program, PROGRAM} if config == home_config(environ) else set())


def to_find_the_bare_name(config: Path, environ: Mapping[str, str]) -> Iterator[tuple[list[str], str]]:
    """Yield what to type so that the bare name is found, in this terminal and in new ones, and why."""
    path, known, active = (
        short_command_path(environ),
        config_of_short_command(environ),
        environ.get("VIRTUAL_ENV"),
    )
    is_known = known is not None and os.path.realpath(known) == os.path.realpath(config)
    if path and is_known and str(path.parent) not in environ.get("PATH", "").split(os.pathsep):
        folder = _from_home(path.parent, environ)
        file = ".zshrc" if Path(environ.get("SHELL", "")).name == "zsh" else ".bashrc"
        added = 'export PATH="$HOME/.local/bin:$PATH"'
        yield (
            [f"{added}; echo '{added}' >> ~/{file}"],
            _(
                "first of all: {folder} is not on your PATH, and cagette-notify is found, in this terminal "
                "and in new ones, once it is",
                folder=folder,
            ),
        )
    elif active and not is_known and is_found_as(str(Path(active, "bin", PROGRAM)), environ):
        yield (
            [f"source {shlex.quote(str(Path(active, 'bin', 'activate')))}"],
            _("in each new terminal first: cagette-notify alone is found while its environment is active"),
        )


def _offer_short_command(
    terminal: Terminal, call: ScheduledCall, environ: Mapping[str, str], *, may_move: bool
) -> SystemChanges:
    import shutil

    path, kept = short_command_path(environ), home_config(environ)
    is_taken = shutil.which(PROGRAM, path=environ.get("PATH")) is not None or (path and os.path.lexists(path))
    if path and not is_taken and _is_writable(path.parent):
        terminal.tell(_("A short command would know this configuration: cagette-notify alone would do."))
        question = _("Make it, as {file}?", file=_from_home(path, environ))
        return SystemChanges(call, short_command=terminal.confirm(question, default=True))
    if may_move and environ.get("HOME") and not os.path.lexists(kept) and _is_writable(kept.parent):
        file = _from_home(kept, environ)
        terminal.tell(_("A configuration in {file} is found without options.", file=file))
        question = _("Write it there, and not into this folder?")
        if terminal.confirm(question, default=False):
            return SystemChanges(replace(call, config=str(kept)))
    return SystemChanges(call)


def _is_writable(folder: Path) -> bool:
    try:
        prove_writable(folder)
    except OSError:  # as through sudo, where the home is another user's
        return False
    return True


def _from_home(path: Path, environ: Mapping[str, str]) -> str:
    return f"~/{path.relative_to(environ['HOME'])}"


def _offer_crontab_line(
    terminal: Terminal, changes: SystemChanges, environ: Mapping[str, str]
) -> SystemChanges:
    crontab = own_crontab()
    if crontab is None:
        return changes  # what to install is said with the line to add
    try:
        before = crontab.read()
    except NotifyError as error:
        terminal.say(*map(str, error.problems))
        return changes
    if calls(before, Path(changes.call.config), _finders(changes.call, environ)):
        terminal.tell(_("The crontab calls send-due for this configuration already: it stays as it is."))
        return replace(changes, is_called=True)
    line = crontab_line(changes.call)
    terminal.say("", _("Your crontab now:"), *_shown(before), _("and with the line that sends what is due:"))
    terminal.say(*_shown(with_line(before, line)))
    agreed = terminal.confirm(_("Write it to the crontab?"), default=False)
    return replace(changes, crontab_line=agreed)


def _shown(text: str) -> list[str]:
    lines = text.encode(errors="surrogateescape").decode(errors="replace").splitlines()
    return [f"  {line}" for line in lines or [_("(empty)")]]


def _finders(call: ScheduledCall, environ: Mapping[str, str]) -> set[str]:
    return finders(Path(call.config), call.program, environ)


def _write_command(path: Path, call: ScheduledCall) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o755)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(short_command_text(call.program, call.config))
    except OSError as error:
        raise NotifyError(Problem(why(error), str(error.filename or path))) from None
