"""Read the user's crontab, tell whether it calls a configuration's send-due, and add a line."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from cagette_notify.core.errors import NotifyError, Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.text import one_line

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

_PATIENCE = 30  # seconds
_NONE_YET = re.compile("no crontab|no such file", re.IGNORECASE)
_SETTING = re.compile(r"\s*CAGETTE_NOTIFY_CONFIG\s*=\s*(.*)")


class Crontab:
    """The crontab of whoever runs this. Its text goes back byte for byte, whatever its encoding."""

    def __init__(self, program: str) -> None:
        """Talk to the system's own program: where crontabs are is its secret."""
        self._program = program

    def read(self) -> str:
        """Return the text; raise ``NotifyError`` with the program's own words where it refuses."""
        done = self._run("-l")
        if done.returncode and not (_NONE_YET.search(_text(done.stderr)) and not done.stdout):
            raise _refused(done)
        return _text(done.stdout)

    def add(self, line: str, config: Path, others: AbstractSet[str]) -> None:
        """Add a line to what is there by now, unless that calls the configuration already."""
        before = self.read()
        if calls(before, config, others):
            return
        done = self._run("-", with_line(before, line).encode(errors="surrogateescape"))
        if done.returncode:
            raise _refused(done)

    def _run(self, argument: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(  # noqa: S603 - found on $PATH, as the shell would
                [self._program, argument],
                input=given,
                capture_output=True,
                check=False,
                timeout=_PATIENCE,
                env={**os.environ, "LC_ALL": "C"},
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise NotifyError(Problem(f"crontab: {one_line(str(error))}")) from None


def own_crontab() -> Crontab | None:
    """Return the crontab of whoever runs this; None where the system has no such program."""
    program = shutil.which("crontab")
    return Crontab(program) if program else None


def with_line(text: str, line: str) -> str:
    """Return a crontab with one more line."""
    return f"{text}{'' if not text or text.endswith(chr(10)) else chr(10)}{line}\n"


def calls(text: str, config: Path, others: AbstractSet[str] = frozenset()) -> bool:
    """Tell whether a line of a crontab has send-due run with a configuration.

    It names it, or it is one of ``others``: programs that find it by themselves; or the crontab sets it.
    """
    is_set = False
    for line in text.splitlines():
        if setting := _SETTING.fullmatch(line):
            is_set = _is_same(setting[1].strip("\"' \t"), config)
        words = _words(line)
        if "send-due" not in words:
            continue
        named = _config_named(words)
        if _is_same(named, config) if named else is_set or bool(others & set(words)):
            return True
    return False


def _words(line: str) -> list[str]:
    if line.lstrip().startswith("#"):
        return []
    command = line.replace(r"\%", "\0").partition("%")[0].replace("\0", "%")  # what follows a % is its input
    try:
        return shlex.split(re.sub(r"[;&|()]", " ", command))
    except ValueError:  # a quotation mark without its other one
        return command.split()


def _config_named(words: list[str]) -> str:
    for at, word in enumerate(words):
        if word in ("-c", "--config"):
            return next(iter(words[at + 1 : at + 2]), "")
        if word.startswith("--config="):
            return word.partition("=")[2]
        if word.startswith("CAGETTE_NOTIFY_CONFIG="):
            return word.partition("=")[2]
    return ""


def _is_same(named: str, config: Path) -> bool:
    return os.path.realpath(Path(named.replace("$HOME", "~", 1)).expanduser()) == os.path.realpath(config)


def _text(raw: bytes) -> str:
    return raw.decode(errors="surrogateescape")


def _refused(done: subprocess.CompletedProcess[bytes]) -> NotifyError:
    words = one_line(done.stderr.decode(errors="replace")) or _(
        "exit status {status}", status=done.returncode
    )
    return NotifyError(Problem(f"crontab: {words}"))
