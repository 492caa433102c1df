"""Decode the bytes of a text file: UTF-16, UTF-8 or Windows-1252."""

from __future__ import annotations

import codecs

from cagette_notify.core.i18n import _
from cagette_notify.readers.events import Unreadable


def decode(raw: bytes) -> str:
    """Read UTF-16 with a BOM, UTF-8 with or without one, else Windows-1252 (French Excel)."""
    has_utf16_bom = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if has_utf16_bom else ("utf-8-sig", "cp1252"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            raise Unreadable(
                _("not a text: it holds a NUL character"), text.count("\n", 0, text.index("\0")) + 1
            )
        return text
    raise Unreadable(_("neither UTF-8, UTF-16 with a byte order mark, nor Windows-1252"))
