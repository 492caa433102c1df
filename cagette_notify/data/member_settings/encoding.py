"""Encode notifications.csv again as it was encoded before."""

from __future__ import annotations

import codecs

from cagette_notify.readers.encodings import decode

_BY_MARK = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}


def encode_like(text: str, sample: bytes) -> bytes:
    """Return the bytes that ``decode`` reads as ``text``, in the encoding it reads ``sample`` by.

    Windows-1252 lacks most characters, and is only believed of what is no UTF-8: a text that it
    can't hold, or that would be mistaken for UTF-8, becomes UTF-8 with a byte order mark.
    """
    for mark, encoding in _BY_MARK.items():
        if sample.startswith(mark):
            return mark + text.encode(encoding)
    try:
        sample.decode("utf-8")
        return text.encode("utf-8")
    except UnicodeDecodeError:
        return _as_windows_1252(text) or codecs.BOM_UTF8 + text.encode("utf-8")


def _as_windows_1252(text: str) -> bytes:
    try:
        raw = text.encode("cp1252")
    except UnicodeEncodeError:
        return b""
    return raw if decode(raw) == text else b""
