"""Decode the bytes of a text file: UTF-16, UTF-8 or Windows-1252."""

from __future__ import annotations

import codecs

from cagette_notify.core.i18n import _
from cagette_notify.readers.tree import Unreadable


def decode(raw: bytes) -> str:
    """Read UTF-16 with a BOM, UTF-8 with or without one, else Windows-1252 (French Excel)."""
    has_utf16_bom = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if has_utf16_bom else ("utf-8-sig", "cp1252"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError as trouble:
            _refuse_if_cut(trouble)
            continue
        if "\0" in text:
            raise Unreadable(
                _("not a text: it holds a NUL character"), text.count("\n", 0, text.index("\0")) + 1
            )
        return text
    raise Unreadable(
        _(
            "neither UTF-8, UTF-16 with a byte order mark, nor Windows-1252; save the file as UTF-8 "
            "(in a spreadsheet: CSV UTF-8)"
        )
    )


def _refuse_if_cut(trouble: UnicodeDecodeError) -> None:
    """Raise Unreadable for UTF-8 that ends inside a character: as another encoding, all of it were wrong.

    Nothing but ASCII before it proves no encoding: an accent at the end may be one of Windows-1252.
    """
    before = trouble.object[: trouble.start]
    is_at_end = trouble.end == len(trouble.object) and trouble.reason == "unexpected end of data"
    if trouble.encoding == "utf-8" and is_at_end and not before.isascii():
        message = _("it ends in the middle of a character: it is still being written, or was cut")
        raise Unreadable(message, before.count(b"\n") + 1) from None
