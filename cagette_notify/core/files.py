"""Replace files atomically, and refuse links or files of other users."""

from __future__ import annotations

import errno
import os
import shlex
import stat
from pathlib import Path

from cagette_notify.core.errors import DataError, Problem
from cagette_notify.core.i18n import _, why


def refuse_what_is_not_ours(path: Path) -> None:
    """Raise ``DataError`` for a link, a folder, or another user's file; one that is missing is fine.

    A new file would take the place of the link, not of what it leads to; and it would belong to whoever
    runs this now, so that cron could no longer read it.
    """
    try:
        found = path.lstat()
    except FileNotFoundError:
        return
    except OSError as error:
        raise DataError(Problem(why_refused(path, error), str(path))) from None
    if not stat.S_ISREG(found.st_mode):
        message = _("it must be a plain file, not a symbolic link, a folder or a pipe")
        raise DataError(Problem(message, str(path)))
    if found.st_uid != os.geteuid():
        raise DataError(Problem(_belongs_to(found.st_uid), str(path)))


def stranger_owner(path: Path) -> str:
    """Return whose a file is, links followed; nothing where it is root's, this user's, or not there."""
    try:
        owner = path.stat().st_uid
    except (OSError, ValueError):
        return ""
    return "" if owner in {0, os.geteuid()} else _belongs_to(owner)


def why_refused(path: Path, error: OSError) -> str:
    """Return why the disk refuses a file, and whose it is, or whose folder, where that may be the reason."""
    reason = why(error)
    if not isinstance(error, PermissionError):
        return reason
    for place in (path, *path.absolute().parents):
        try:
            owner = place.stat().st_uid
        except OSError:
            continue  # in a folder that may not be entered: its owner is the one to tell
        return reason if owner == os.geteuid() else f"{reason}: {place} {_belongs_to(owner)}"
    return reason


def prove_writable(folder: Path) -> None:
    """Raise ``OSError`` where no file can be made in a folder, or the folder itself can't be."""
    nearest = next(one for one in (folder, *folder.absolute().parents) if os.path.lexists(one))
    if not nearest.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def replace_file(path: Path, content: bytes) -> None:
    """Put a new file of mode 600 in place of ``path``: readers see the old one whole, or the new one.

    To be called under a lock, which is why one name will do for the new file; what a killed command
    left under it is cleared away. Raises ``DataError`` where the disk refuses, the old file intact.
    """
    new = path.with_name(f"{path.name}.new")
    try:
        new.unlink(missing_ok=True)
        try:
            _write(new, content)
            new.replace(path)
        finally:
            new.unlink(missing_ok=True)
        sync_folder(path.parent)
    except OSError as error:
        raise DataError(Problem(why(error), str(path))) from None


def sync_folder(folder: Path) -> None:
    """Make it outlast a power cut that a file of the folder was made or renamed."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(path: Path, content: bytes) -> None:
    # O_EXCL follows no link that somebody may have put there in the meantime.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)


def _belongs_to(uid: int) -> str:
    owner = _name_of(uid)
    # Quoted: for a shell, the # of a number begins a comment.
    return _(
        "belongs to {owner}; run it as: sudo -u {typed} cagette-notify ...",
        owner=owner,
        typed=shlex.quote(owner),
    )


def _name_of(uid: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"#{uid}"


def open_without_waiting(path: str, flags: int) -> int:
    """Open for ``open(..., opener=at_once)``: a pipe that nobody writes to reads as an empty file.

    Opened as usual it would hold up the command until somebody did: under cron, for ever.
    """
    descriptor = os.open(path, flags | os.O_NONBLOCK)
    os.set_blocking(descriptor, True)
    return descriptor


def as_on_disk(path: Path) -> Path:
    """Return a path as the disk spells it: accents may be whole there, or, from a Mac, apart (NFC, NFD).

    What is not there is spelt as it was typed.
    """
    if str(path).isascii() or os.path.lexists(path):
        return path
    found = Path(path.anchor)
    for part in path.parts[1:] if path.anchor else path.parts:
        there = (found / spelling for spelling in accents_of(part) if os.path.lexists(found / spelling))
        found = next(there, found / part)
    return found


def accents_of(name: str) -> tuple[str, ...]:
    """Return a name as it is, with its accents whole, and with them apart: each once."""
    if name.isascii():
        return (name,)
    import unicodedata

    return tuple(dict.fromkeys((name, *(unicodedata.normalize(form, name) for form in ("NFC", "NFD")))))


def name_within(path: Path | str, folder: Path) -> str:
    """Return the name people know a file by: relative if it is inside ``folder``."""
    try:
        return str(Path(path).relative_to(folder))
    except ValueError:
        return str(path)
