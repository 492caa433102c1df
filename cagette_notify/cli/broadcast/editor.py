"""Open the coordinator's editor on a draft, with hints below its text."""

from __future__ import annotations

import re
import shlex
import shutil
import signal
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cagette_notify.cli.prompt import CancelledError, Terminal
from cagette_notify.core.errors import Problem, UsageError
from cagette_notify.core.i18n import _, why

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

_EDITORS = ("sensible-editor", "nano", "vi")
_HINT = "<!--: "  # no comment that anybody types
_HINTS = re.compile(rf"^{_HINT}.*-->[ \t]*$", re.MULTILINE)


def open_editor(terminal: Terminal, path: Path, environ: Mapping[str, str]) -> None:
    """Open the person's editor on a file, and wait until it is closed."""
    command = [*_editor(environ), str(path)]
    terminal.writer.flush()
    try:
        with _editor_hears_ctrl_c():
            done = subprocess.run(command, stdin=terminal.reader, stdout=terminal.writer, check=False)  # noqa: S603 - the editor its user chose
    except OSError as error:
        message = _("the editor {name!r} can't be started: {reason}", name=command[0], reason=why(error))
        raise UsageError(Problem(message, field="$EDITOR")) from None
    if done.returncode:
        raise CancelledError(
            Problem(_("the editor ended with an error: cancelled, nothing was sent to the group"))
        )


@contextmanager
def _editor_hears_ctrl_c() -> Iterator[None]:
    # The terminal sends it to both; in an editor it is a key like any other. Not SIG_IGN: the editor
    # would inherit that.
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _editor(environ: Mapping[str, str]) -> list[str]:
    for name in ("VISUAL", "EDITOR"):
        if environ.get(name, "").strip():
            return _split(environ[name])
    found: Iterable[str | None] = map(shutil.which, _EDITORS)
    editor = next(filter(None, found), None)
    if not editor:
        raise UsageError(Problem(_("no editor: set $EDITOR, or give the text with --body FILE")))
    return [editor]


def _split(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:
        return [command]


def with_hints(text: str) -> str:
    """Return a text to be edited, with two lines below it that say what may be used.

    They are HTML's comments: editors show them as such, and no heading or list of Markdown looks like
    one. Below, not above: the lines of the text keep their numbers.
    """
    hints = (
        _("**bold**  - list  [link](https://...)") + "  {{ member.first_name }}",
        _("These two lines are not sent; an empty text cancels."),
    )
    return "\n".join((text.rstrip("\n") or "\n", "", *(f"{_HINT}{hint} -->" for hint in hints), ""))


def without_hints(text: str) -> str:
    """Return an edited text without the lines of ``with_hints``; the other lines keep their numbers."""
    return _HINTS.sub("", text).rstrip() + "\n"
