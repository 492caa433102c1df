"""Decode the bytes of a text file: UTF-16, UTF-8, Windows-1252 or Latin-9."""

from __future__ import annotations

import codecs
from typing import NamedTuple

from cagette_notify.core.i18n import _
from cagette_notify.core.text import shortened
from cagette_notify.readers.tree import Unreadable

LOST = "\ufffd"
"""What stands for an accent that nobody can tell."""


_ZIP, _OLE, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF-"
_SPREADSHEETS = (
    (_ZIP, b"xl/workbook", ".xlsx"),
    (_ZIP, b"opendocument.spreadsheet", ".ods"),
    (_OLE, "Workbook".encode("utf-16-le"), ".xls"),
)


class Decoded(NamedTuple):
    """A text, and why its accents are ``in_doubt``, if they are: each is LOST in it."""

    text: str
    in_doubt: str = ""

    @property
    def line_in_doubt(self) -> int:
        """The line that has the first accent, from 1."""
        return self.text.count("\n", 0, self.text.index(LOST)) + 1


def decode(raw: bytes) -> str:
    """Read UTF-16 with a BOM, UTF-8 with or without one, else Windows-1252 (French Excel) or Latin-9.

    Raise Unreadable for anything else, also where that is only what it seems to be.
    """
    read = decode_doubtful(raw)
    if read.in_doubt:
        raise Unreadable(read.in_doubt, read.line_in_doubt)
    return read.text


def decode_doubtful(raw: bytes) -> Decoded:
    """Read what ``decode`` does, and of an old Mac's or of DOS what is left without its accents."""
    _refuse_other_than_text(raw)
    has_utf16_bom = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        read = Decoded(raw.decode("utf-16" if has_utf16_bom else "utf-8-sig"))
    except UnicodeDecodeError as trouble:
        _refuse_if_cut(trouble)
        if has_utf16_bom:
            raise Unreadable(_unknown_encoding()) from None
        read = _of_single_bytes(raw)
    if "\0" in read.text:
        line = read.text.count("\n", 0, read.text.index("\0")) + 1
        raise Unreadable(_("not a text: it holds a NUL character"), line)
    return read


def _of_single_bytes(raw: bytes) -> Decoded:
    from cagette_notify.readers.single_bytes import NAMES, encoding_of

    encoding = encoding_of(raw)
    try:
        text = raw.decode("cp1252" if encoding in NAMES else encoding)
    except UnicodeDecodeError:
        raise Unreadable(_unknown_encoding(NAMES.get(encoding, ""))) from None
    if encoding not in NAMES:
        return Decoded(text)
    message = _of_two_encodings(raw) or _(
        "the accents look wrong: this seems to be saved as {encoding}; save the file as UTF-8 "
        "(in a spreadsheet: CSV UTF-8)",
        encoding=NAMES[encoding],
    )
    return Decoded(raw.decode("ascii", errors="replace"), message)


def _of_two_encodings(raw: bytes) -> str:
    """Say where a text has lines in UTF-8 and others that are none; nothing if all accents are of a kind."""
    accented = [(at, line) for at, line in enumerate(raw.splitlines(), start=1) if not line.isascii()]
    others = [at for at, line in accented if not _is_utf8(line)]
    if len(others) == len(accented):
        return ""
    return _(
        "two encodings stand in one file (lines with accents in UTF-8: {first}; in another one: {second}, "
        "which are {lines}), so that no accent in it is believed; save each part as UTF-8 (in a spreadsheet: "
        "CSV UTF-8)",
        first=len(accented) - len(others),
        second=len(others),
        lines=shortened([str(at) for at in others]),
    )


def _is_utf8(line: bytes) -> bool:
    """Tell whether a line reads as Latin letters and signs; a Mac's "l’é" would be an Armenian one."""
    try:
        text = line.decode()
    except UnicodeDecodeError:
        return False
    return all(char < "\u0180" or "\u2000" <= char < "\u2100" for char in text)


def _unknown_encoding(name: str = "") -> str:
    if name:
        return _(
            "neither UTF-8, UTF-16 with a byte order mark, nor Windows-1252, but {encoding} as it seems; "
            "save the file as UTF-8 (in a spreadsheet: CSV UTF-8)",
            encoding=name,
        )
    return _(
        "neither UTF-8, UTF-16 with a byte order mark, nor Windows-1252; save the file as UTF-8 "
        "(in a spreadsheet: CSV UTF-8)"
    )


def _refuse_other_than_text(raw: bytes) -> None:
    """Raise Unreadable for a spreadsheet or a PDF that is called a text: some encoding fits its bytes."""
    for begins, holds, ending in _SPREADSHEETS:
        if raw.startswith(begins) and holds in raw:
            message = _(
                "not a text, but a spreadsheet: let its name end in {ending}, or save it as CSV UTF-8",
                ending=ending,
            )
            raise Unreadable(message)
    if raw.startswith(_PDF):
        raise Unreadable(_("not a text, but a PDF"))


def _refuse_if_cut(trouble: UnicodeDecodeError) -> None:
    """Raise Unreadable for UTF-8 that ends inside a character: as another encoding, all of it were wrong.

    Nothing but ASCII before it proves no encoding: an accent at the end may be one of Windows-1252.
    """
    before = trouble.object[: trouble.start]
    is_at_end = trouble.end == len(trouble.object) and trouble.reason == "unexpected end of data"
    if trouble.encoding == "utf-8" and is_at_end and not before.isascii():
        message = _("it ends in the middle of a character: it is still being written, or was cut")
        raise Unreadable(message, before.count(b"\n") + 1) from None
