"""Open what a command names: for others, only what they hold open; the file of keys, for nobody."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import BinaryIO

from cagette_notify.core.files import open_without_waiting
from cagette_notify.core.i18n import _

_OPEN_ALREADY = re.compile(r"/dev/stdin|(?:/dev|/proc/self)/fd/([0-9]{1,9})")
_for_others = False
_secrets: tuple[Path, ...] = ()


class RefusedFileError(ValueError):
    """A file that is not read, whoever may read it."""


def work_for_others(*, is_so: bool) -> None:
    """Remember whether this process works for somebody who has other rights than it has itself."""
    global _for_others  # noqa: PLW0603 - a process works for one person, and whatever opens a file must know
    _for_others = is_so


def works_for_others() -> bool:
    """Tell whether this process works for somebody who has other rights than it has itself."""
    return _for_others


def keep_secret(*credentials: Path) -> None:
    """Remember which files hold keys and passwords, so that nothing makes a mail or a problem of them."""
    global _secrets  # noqa: PLW0603 - as above
    _secrets = credentials


def refuse_secret(found: os.stat_result) -> None:
    """Raise ``RefusedFileError`` for a file of keys, by whatever name or link it was reached."""
    for path in _secrets:
        try:
            secret = path.stat()
        except (OSError, ValueError):
            continue  # there is none, or nobody can reach it
        if os.path.samestat(found, secret):
            raise RefusedFileError(_("it holds keys or a password, and is never read as anything else"))


def open_given(path: Path) -> BinaryIO:
    """Open for reading, from its beginning, a file that somebody named.

    For others that is one which they hold open. Its path under ``/dev/fd`` is not opened: that would be
    done with the rights of this process, and so give more than the descriptor does (one of ``O_PATH``,
    which anybody gets, gives no byte).
    """
    if not _for_others:
        file = open(path, "rb", opener=open_without_waiting)  # noqa: SIM115 - the caller's to close
    else:
        file = os.fdopen(os.dup(_descriptor(path)), "rb")
        if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            file.seek(0)  # a mail that is proposed once more reads its files once more
    try:
        refuse_secret(os.fstat(file.fileno()))
    except RefusedFileError:
        file.close()
        raise
    return file


def read_given(path: Path, *, most: int, too_large: str) -> bytes:
    """Return what stands in a plain file that somebody named: a pipe can't be read once more.

    Raise ``ValueError``, which says ``too_large`` of more than ``most`` bytes, or why it is none; ``OSError``
    where it can't be read.
    """
    try:
        with open_given(path) as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise ValueError(_("not a file"))
            if found.st_size > most:
                raise ValueError(too_large)
            return file.read()
    except IsADirectoryError:
        raise ValueError(_("not a file")) from None
    except FileNotFoundError:
        raise ValueError(_("no such file")) from None


def given_name(path: Path) -> str:
    """Return what a file is called; nothing for a descriptor of what has no name."""
    if not _for_others:
        return path.name
    try:
        behind = Path(os.readlink(f"/proc/self/fd/{_descriptor(path)}"))  # noqa: PTH115 - it need not lead anywhere
    except OSError:
        return ""
    return behind.name if behind.is_absolute() else ""


def typed_path(text: str) -> Path:
    """Return a path that was typed where no shell takes quotes away, or puts a home in the place of ``~``."""
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        text = text[1:-1]
    return Path.home() / text[2:] if text.startswith("~/") else Path(text)


def is_held_open(name: str) -> bool:
    """Tell whether a name means a descriptor that this process was started with."""
    number = _number_in(name)
    try:
        # What this process opened by itself is closed for programs that it starts; what it was given isn't.
        return number is not None and os.get_inheritable(number)
    except OSError:
        return False


def _descriptor(path: Path) -> int:
    number = _number_in(str(path))
    if number is None or not is_held_open(str(path)):
        raise RefusedFileError(only_held_open())
    return number


def only_held_open() -> str:
    """Say what may be read for others."""
    return _("through sudo, only standard input and files that are open already are read")


def _number_in(name: str) -> int | None:
    found = _OPEN_ALREADY.fullmatch(name)
    return int(found[1] or 0) if found else None
