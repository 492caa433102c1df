"""Read the images that lie beside a broadcast's text, or say why one can't be shown."""

from __future__ import annotations

import base64
import hashlib
import re
import shlex
import unicodedata
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from cagette_notify.broadcast.attachments import LARGEST_MESSAGE, name_and_content, too_large
from cagette_notify.broadcast.image_ends import lacks_end
from cagette_notify.broadcast.image_headers import is_document, kind_and_width
from cagette_notify.core.formatting import megabytes
from cagette_notify.core.given_files import works_for_others
from cagette_notify.core.i18n import _, spoken
from cagette_notify.core.letter_problems import of_body
from cagette_notify.core.messages import Attachment
from cagette_notify.core.text import meant
from cagette_notify.mails.broadcast_text.image_files import Image

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cagette_notify.core.errors import Problem

HEAVY_FROM = 1_000_000
"""Bytes of all images of a mail: more keeps a phone waiting."""

_SUFFIXES = (".jpg", ".jpeg", ".png", ".gif")  # of what somebody may have meant
_DISK = re.compile(r"[a-z]:/", re.IGNORECASE)


class ImagesBeside:
    """The images in the folder of a text, or below. Each is read once, and no more than a mail may weigh.

    ``found`` has them by the names that the text gives them.
    """

    def __init__(self, folder: Path) -> None:
        """Take note of the folder; nothing is read before it is named."""
        self._folder = folder
        self.found: dict[str, Image] = {}

    def __call__(self, name: str) -> Image:
        """Return the image that a text names so; raise ``OSError`` or ``ValueError`` if it can't be shown."""
        if name not in self.found:
            image = _image_in(_path(self._folder, name))
            files = {one.file.content_id: one.file for one in (*self.found.values(), image)}
            if sum(len(one.base64) for one in files.values()) > LARGEST_MESSAGE:
                raise ValueError(_too_many() if len(files) > 1 else too_large())
            self.found[name] = image
        return self.found[name]


def _too_many() -> str:
    return _("too large, with the images before it: a mail may weigh 15 MB, encoded; make them smaller")


def heavy_images(images: Iterable[Attachment]) -> Iterator[Problem]:
    """Point out images that keep a phone waiting."""
    size = sum(len(one.base64) * 3 // 4 for one in images)
    if size > HEAVY_FROM:
        message = _(
            "the images weigh {size} MB, which a phone is slow to show: make them smaller",
            size=megabytes(size, spoken()),
        )
        yield of_body(message, is_warning=True)


def _path(folder: Path, name: str) -> Path:
    """Return where an image lies: in the folder or below, and not by a link that leads elsewhere."""
    if works_for_others():
        return Path(name)  # of which only what they hold open is read
    paths = [_below(folder, spelled) for spelled in _spellings(name.replace("\\", "/"))]
    path = next((one for one in paths if one.exists()), None)
    if path is None:
        raise ValueError(_missing(paths[0]))
    inside = path.relative_to(folder)
    if any((folder / part).is_symlink() for part in (inside, *inside.parents[:-1])):
        raise ValueError(_("a link leads there: put the image itself beside the text"))
    return path


def _missing(path: Path) -> str:
    """Say where no such file is, and which it was probably meant to be: ``photo.JPG``."""
    names: list[str] = []
    with suppress(OSError, ValueError):
        names = sorted(one.name for one in path.parent.iterdir() if one.suffix.lower() in _SUFFIXES)
    return meant(_("no such file in {folder}", folder=path.parent.absolute()), path.name, names)


def _below(folder: Path, name: str) -> Path:
    if name.startswith("/") or _DISK.match(name) or ".." in PurePosixPath(name).parts:
        raise ValueError(_("expected a file beside the text, or in a folder there: copy it"))
    return folder / name


def _spellings(name: str) -> Iterator[str]:
    """Yield a name as it was typed, as browsers copy it, and with accents as Macs and others write them."""
    for text in (name, unquote(name)):
        yield text
        yield unicodedata.normalize("NFC", text)
        yield unicodedata.normalize("NFD", text)


def _image_in(path: Path) -> Image:
    name, content = name_and_content(path)
    if is_document(content):
        command = shlex.join(["--attach", str(path)])
        raise ValueError(
            _("a document, no image: take it out of the text, and give it by {option}", option=command)
        )
    kind, width = kind_and_width(content)
    if lacks_end(content, kind):
        raise ValueError(_("it ends too early: it is still being copied, or was cut"))
    # Of the content, so that it is the same in each copy, and says nothing of a machine or a person.
    content_id = f"{hashlib.sha256(content).hexdigest()[:32]}@inline"
    return Image(Attachment(name, kind, base64.b64encode(content).decode(), content_id), width)
