"""Keep a broadcast's text in a draft file until its mail has left."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from cagette_notify.core.errors import DataError, Problem, UsageError
from cagette_notify.core.given_files import open_given
from cagette_notify.core.i18n import _, why
from cagette_notify.readers.encodings import decode_doubtful
from cagette_notify.readers.tree import Unreadable

if TYPE_CHECKING:
    from datetime import datetime

LARGEST = 5_000_000  # bytes of a text; what isn't one may have no end


class Draft:
    """A text, and the file that holds it whatever happens: a draft of ours, or one of its author's.

    ``images_in`` is the folder from which it names its images: its author's file's, also once it goes on in a
    draft, or where the command is given.
    """

    def __init__(self, path: Path, text: str, *, is_draft: bool) -> None:
        """Take note of a text that ``path`` holds."""
        self.path = path
        self.text = text
        self.is_draft = is_draft
        self.images_in = Path() if is_draft else path.parent

    @property
    def is_empty(self) -> bool:
        """Whether nobody wrote anything: nothing that can be read, nor, in the file, anything else."""
        if self.text.strip():
            return False
        try:
            return not self.path.stat().st_size
        except OSError:
            return True

    def discard(self) -> None:
        """Remove a draft that nobody needs any more; its author's own file stays."""
        if self.is_draft:
            with suppress(OSError):
                self.path.unlink()


def new_draft(folder: Path, group_id: str, local_time: datetime, text: str) -> Draft:
    """Keep a text in a new file named by the local time and the group."""
    stem = f"{local_time:%Y-%m-%d-%H%M}-{re.sub(r'[^a-zA-Z0-9]+', '-', group_id).strip('-') or 'group'}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for number in count(1):
            path = folder / (f"{stem}.md" if number == 1 else f"{stem}-{number}.md")
            with suppress(FileExistsError):
                descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
                break
        _write(descriptor, text)
    except OSError as error:
        raise DataError(Problem(why(error), str(folder))) from None
    return Draft(path, text, is_draft=True)


def overwrite_draft(path: Path, text: str) -> None:
    """Put another text in the place of a draft; a crash leaves one of the two whole."""
    new = path.with_name(f".{path.name}.new")
    try:
        with suppress(FileNotFoundError):
            new.unlink()
        _write(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), text)
        new.replace(path)
    except OSError as error:
        raise DataError(Problem(why(error), str(path))) from None


def read_text(path: Path) -> str:
    """Return the text in a file, whatever common encoding; raise ``UsageError`` if there is none."""
    try:
        with open_given(path) as file:
            raw = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        raise UsageError(Problem(why(error), str(path), field="--body")) from None
    return decoded(raw, str(path))


def decoded(raw: bytes, name: str) -> str:
    """Return bytes as text; raise ``UsageError`` naming where they came from if they are none."""
    if len(raw) > LARGEST:
        message = _("too large for the text of a mail; attach it instead")
        raise UsageError(Problem(message, name, field="--body"))
    try:
        read = decode_doubtful(raw)
        if read.in_doubt:
            raise UsageError(Problem(read.in_doubt, name, read.line_in_doubt, "body"))
        return read.text
    except Unreadable as trouble:
        raise UsageError(Problem(trouble.message, name, trouble.line)) from None


def _write(descriptor: int, text: str) -> None:
    with os.fdopen(descriptor, "wb") as file:
        file.write(text.encode("utf-8", "surrogatepass"))
        file.flush()
        os.fsync(file.fileno())
