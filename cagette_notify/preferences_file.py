"""Take a member's rows out of notifications.csv; every other byte of it stays as it was."""

from __future__ import annotations

import codecs
import io
import os
import re
import secrets
from typing import TYPE_CHECKING

from cagette_notify.data.delimited import read_records
from cagette_notify.data.fields import plain
from cagette_notify.data.sources import called, read_file
from cagette_notify.data.tree import Unreadable, decode
from cagette_notify.errors import DataError
from cagette_notify.model import Problem
from cagette_notify.preferences import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

_LINE_END = re.compile(r"\r\n|\r|\n")


def remove_member(path: Path, folder: Path, names: Collection[str]) -> int:
    """Remove a member's rows, by any of the names they may go by there; return how many there were.

    Raises ``DataError`` if the file can't be read whole, or not be written anew. A crash leaves the file
    as it was or as it should be.
    """
    if not path.exists():
        return 0
    name = called(path, folder)
    try:
        raw = read_file(path)
        text = decode(raw)
        rows = list(_rows_of(text, names))
    except Unreadable as trouble:
        raise DataError(Problem(trouble.message, name, trouble.line)) from None
    if rows:
        lines = io.StringIO(text, newline="").readlines()
        gone = {line for row in rows for line in row}
        kept = "".join(line for number, line in enumerate(lines, start=1) if number not in gone)
        _replace(path.resolve(), name, _encoded(kept, raw))
    return len(rows)


def _rows_of(text: str, names: Collection[str]) -> Iterator[range]:
    """Yield the lines, counted from 1, of each row of the member: more than one if a cell goes on."""
    records = read_records(text, lambda header: sum(plain(cell) in SCHEMA.names for cell in header))
    columns = [SCHEMA.names.get(plain(cell)) for cell in next(records).cells]
    at = columns.index("member") if "member" in columns else len(columns)
    for record in records:
        member = " ".join(record.cells[at].split()) if at < len(record.cells) else ""
        if member in names:
            more = sum(len(_LINE_END.findall(cell)) for cell in record.cells)
            yield range(record.line, record.line + more + 1)


def _encoded(text: str, like: bytes) -> bytes:
    """Write text as ``decode`` read it from those bytes."""
    if like.startswith(codecs.BOM_UTF16_LE):
        return codecs.BOM_UTF16_LE + text.encode("utf-16-le")
    if like.startswith(codecs.BOM_UTF16_BE):
        return codecs.BOM_UTF16_BE + text.encode("utf-16-be")
    try:
        like.decode()
    except UnicodeDecodeError:
        return text.encode("cp1252")
    return text.encode("utf-8-sig" if like.startswith(codecs.BOM_UTF8) else "utf-8")


def _replace(path: Path, name: str, content: bytes) -> None:
    new = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    try:
        mode = path.stat().st_mode & 0o777
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise DataError(Problem(error.strerror or str(error), name)) from None
