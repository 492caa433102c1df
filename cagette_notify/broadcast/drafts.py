"""Keep a broadcast's text in a draft file, what belongs to it beside it, and what left apart from both."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from cagette_notify.config.paths import sent_drafts
from cagette_notify.core.errors import DataError, Problem, UsageError
from cagette_notify.core.given_files import open_given
from cagette_notify.core.i18n import _, why
from cagette_notify.core.letter_problems import of_body
from cagette_notify.core.text import names_any
from cagette_notify.readers.encodings import decode_doubtful
from cagette_notify.readers.tree import Unreadable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

LARGEST = 5_000_000  # bytes of a text; what isn't one may have no end


class About(msgspec.Struct, frozen=True):
    """What belongs to a draft: its group, subject, ``lists`` as after --to, --as and files, by whole paths.

    ``attempt`` is what the ledger calls the mail that was last made of it, ``images_in`` the folder from
    which the text names its images.
    """

    group_id: str = ""
    subject: str = ""
    lists: tuple[str, ...] = ()
    answers_to: str = ""
    attachments: tuple[str, ...] = ()
    attempt: str = ""
    images_in: str = ""


class Draft:
    """A text, and the file that holds it whatever happens: a draft of ours, or one of its author's.

    ``images_in`` is the folder from which it names its images: its author's file's, also once it goes on in a
    draft, or where the command was given first.
    """

    def __init__(self, path: Path, text: str, *, is_draft: bool, attempt: str = "") -> None:
        """Take note of a text that ``path`` holds, and of the ``attempt`` that was last made of it."""
        self.path = path
        self.text = text
        self.is_draft = is_draft
        self.images_in = Path() if is_draft else path.parent
        self.attempt = attempt

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
            self.is_draft = False
            for file in (self.path, _beside(self.path)):
                with suppress(OSError):
                    file.unlink()

    def remember(self, about: About) -> None:
        """Keep beside a draft what belongs to it, in a file that no editor opens.

        A disk that refuses that has the text still, which is what nobody can type once more.
        """
        if self.is_draft:
            folder = str(self.images_in.absolute())
            what = msgspec.to_builtins(replace(about, attempt=self.attempt, images_in=folder))
            with suppress(DataError, OSError):
                overwrite_draft(_beside(self.path), json.dumps(what, ensure_ascii=False, indent=1))
                os.utime(self.path)  # by which drafts are in order, and purged

    def keep_as_sent(self) -> None:
        """Put a draft whose mail has left where none is offered again; its author's own file stays."""
        if not self.is_draft:
            return
        with suppress(OSError):
            folder = sent_drafts(self.path.parent)
            folder.mkdir(mode=0o700, exist_ok=True)
            os.utime(self.path)  # kept from now on
            self.path = self.path.replace(folder / self.path.name)
            self.is_draft = False
            beside = _beside(folder.with_name(self.path.name))
            beside.replace(folder / beside.name)


class KeptDraft(msgspec.Struct, frozen=True):
    """A draft that lies there, with what belongs to it; ``changed_at`` in seconds, as files have it."""

    path: Path
    changed_at: float
    text: str
    about: About


def kept_drafts(folder: Path) -> Iterator[KeptDraft]:
    """Yield the drafts that can be read, the last one first; none to others, who may open no file here."""
    for changed_at, path in sorted(_plain_files(folder), reverse=True):
        with suppress(UsageError):
            yield KeptDraft(path, changed_at, read_text(path), about_draft(path))


def texts_naming(folder: Path, words: Collection[str], longer: Collection[str]) -> list[Path]:
    """Return the drafts, and the texts that left, that have one of these in or beside them, casefolded.

    Within a ``longer`` name it is somebody else's.
    """
    texts = [path for place in (folder, sent_drafts(folder)) for _at, path in sorted(_plain_files(place))]
    return [path for path in texts if names_any(_whole_text(path), words, longer)]


def _whole_text(path: Path) -> str:
    """Return what a draft says and what is kept beside it, casefolded, with a blank for several."""
    whole = b""
    for file in (path, _beside(path)):
        with suppress(OSError):
            whole += file.read_bytes()
    return " ".join(whole.decode("utf-8", "replace").casefold().split())


def _plain_files(folder: Path) -> Iterator[tuple[float, Path]]:
    with suppress(OSError):
        for path in folder.glob("*.md"):
            found = path.lstat()
            if stat.S_ISREG(found.st_mode):
                yield found.st_mtime, path


def about_draft(path: Path) -> About:
    """Return what is kept beside a draft; nothing where that is gone, or no longer what was written."""
    try:
        with open_given(_beside(path)) as file:
            read = json.loads(file.read(LARGEST).decode("utf-8", "surrogatepass"))
        return msgspec.convert(read, About)
    except (OSError, ValueError, RecursionError, msgspec.ValidationError):
        return About()


def _beside(path: Path) -> Path:
    return path.with_suffix(".json")


def new_draft(folder: Path, group_id: str, local_time: datetime, text: str) -> Draft:
    """Keep a text in a new file named by the local time and the group."""
    stem = f"{local_time:%Y-%m-%d-%H%M}-{re.sub(r'[^a-zA-Z0-9]+', '-', group_id).strip('-') or 'group'}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for number in count(1):
            path = folder / (f"{stem}.md" if number == 1 else f"{stem}-{number}.md")
            if (sent_drafts(folder) / path.name).exists():
                continue  # whose place this one takes once it has left
            with suppress(FileExistsError):
                descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
                break
        _write(descriptor, text)
    except OSError as error:
        raise DataError(Problem(why(error), str(folder))) from None
    return Draft(path, text, is_draft=True)


def move_drafts(folder: Path, to: Path) -> int:
    """Move all texts, those that left too, and what lies beside them to another folder; return how many.

    Their dates, by which they are in order and purged, stay.
    """
    moved = 0
    try:
        for old, new in ((folder, to), (sent_drafts(folder), sent_drafts(to))):
            for _at, path in sorted(_plain_files(old)):
                new.mkdir(mode=0o700, parents=True, exist_ok=True)
                target = new / _free_name(path.stem, to)
                shutil.move(path, target)
                with suppress(FileNotFoundError):
                    shutil.move(_beside(path), _beside(target))
                moved += 1
    except OSError as error:
        raise DataError(Problem(why(error), str(folder))) from None
    return moved


def _free_name(stem: str, folder: Path) -> str:
    """Return what no draft is called, nor a text that left."""
    names = (f"{stem}.md" if number == 1 else f"{stem}-{number}.md" for number in count(1))
    places = (folder, sent_drafts(folder))
    return next(name for name in names if not any((place / name).exists() for place in places))


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
            raise UsageError(of_body(read.in_doubt, file=name, line=read.line_in_doubt))
        return read.text
    except Unreadable as trouble:
        raise UsageError(Problem(trouble.message, name, trouble.line)) from None


def _write(descriptor: int, text: str) -> None:
    with os.fdopen(descriptor, "wb") as file:
        file.write(text.encode("utf-8", "surrogatepass"))
        file.flush()
        os.fsync(file.fileno())
