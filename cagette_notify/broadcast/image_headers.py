"""Tell from an image's first bytes of what kind it is, and how many pixels wide. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator

_PNG = b"\x89PNG\r\n\x1a\n"
_GIF = (b"GIF87a", b"GIF89a")
_JPEG = b"\xff\xd8\xff"
_DOCUMENTS = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"{\\rtf")  # docx, odt and xlsx are zip files
_ALONE = frozenset((0x01, *range(0xD0, 0xD8)))  # markers of a JPEG that no length follows
_LAST = frozenset((0xD9, 0xDA))  # the end, and the beginning of what no length is told of
_OF_TABLES = frozenset((0xC4, 0xC8, 0xCC))  # among those that begin a frame


def kind_and_width(content: bytes) -> tuple[str, int]:
    """Return the content type and the width of an image, or raise ``ValueError``.

    Mail programs agree on three kinds: Outlook shows no WebP, and only Apple's show an iPhone's HEIC.
    """
    if content.startswith(_PNG):
        kind, width = "image/png", number_at(content, 16, 4)
    elif content.startswith(_GIF):
        kind, width = "image/gif", int.from_bytes(content[6:8], "little")
    elif content.startswith(_JPEG):
        kind, width = "image/jpeg", _jpeg_width(content)
    else:
        kind, width = "", 0
    if not width:
        raise ValueError(_("no image that every mail program shows: save it as JPEG, PNG or GIF"))
    return kind, width


def is_document(content: bytes) -> bool:
    """Tell whether a file is a PDF, or one of an office program, which a mail carries and never shows."""
    return content.startswith(_DOCUMENTS)


def jpeg_segments(content: bytes) -> Iterator[tuple[int, int]]:
    """Yield the markers of a JPEG and where they stand, up to that of its picture or of its end."""
    at = 2
    while content[at : at + 1] == b"\xff":
        marker = number_at(content, at + 1, 1)
        if marker == 0xFF:  # a byte that fills
            at += 1
            continue
        yield marker, at
        if marker in _LAST:
            return
        at += 2 if marker in _ALONE else 2 + number_at(content, at + 2, 2)


def _jpeg_width(content: bytes) -> int:
    """Return the width that the frame's header names, behind what a camera has to say; 0 if there is none."""
    for marker, at in jpeg_segments(content):
        if 0xC0 <= marker <= 0xCF and marker not in _OF_TABLES:
            return number_at(content, at + 7, 2)
    return 0


def number_at(content: bytes, start: int, size: int) -> int:
    """Return the number that some bytes are, the greatest first; 0 where there are none."""
    return int.from_bytes(content[start : start + size], "big")
