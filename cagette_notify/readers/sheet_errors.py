"""Find what calamine reads as empty cells: errors such as ``#N/A``, and formulas that nothing computed yet.

Namespaces are left out of account: of each of the two formats there are several.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from functools import reduce
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ERROR_OR_FORMULA = re.compile(rb't="e"|<(?:\w+:)?f\b')


def errors_in(raw: bytes, sheet: str) -> Mapping[tuple[int, int], str]:
    """Return what stands in such cells of a sheet, by row and column, both from 0; a formula with its ``=``.

    None of a file that is no .xlsx or .ods. Raises ``KeyError``, ``ValueError`` or ``ET.ParseError`` for one
    that is damaged.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            errors_of = _errors_of_ods if "content.xml" in archive.namelist() else _errors_of_xlsx
            return {(row, column): error for row, column, error in errors_of(archive, sheet)}
    except zipfile.BadZipFile:
        return {}


def _errors_of_xlsx(archive: zipfile.ZipFile, sheet: str) -> Iterator[tuple[int, int, str]]:
    xml = archive.read(_part_of(archive, sheet))
    if not _ERROR_OR_FORMULA.search(xml):
        return
    for _event, element in ET.iterparse(io.BytesIO(xml)):  # noqa: S314 - expat bounds what entities may grow to
        if _name(element.tag) == "c":
            if error := _error_in(element):
                letters, row = re.findall(r"[A-Z]+|[0-9]+", element.get("r", ""))
                yield (
                    int(row) - 1,
                    reduce(lambda at, letter: 26 * at + ord(letter) - 64, letters, 0) - 1,
                    error,
                )
            element.clear()


def _error_in(cell: ET.Element) -> str:
    parts = {_name(part.tag): part.text or "" for part in cell}
    if cell.get("t") == "e":
        return parts.get("v", "")
    is_computed = bool(parts.get("v")) or cell.get("t") == "str"  # a text may come out empty
    return f"={parts['f']}" if parts.get("f") and not is_computed else ""


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    book = ET.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - as above
    ids = {
        element.get("name"): _attribute(element, "id")
        for element in book.iter()
        if _name(element.tag) == "sheet"
    }
    parts = ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 - as above
    targets = {element.get("Id"): element.get("Target", "") for element in parts}
    return posixpath.normpath(posixpath.join("/xl", targets[ids[sheet]])).lstrip("/")


def _errors_of_ods(archive: zipfile.ZipFile, sheet: str) -> Iterator[tuple[int, int, str]]:
    xml = archive.read("content.xml")
    if b'"error"' not in xml:
        return
    row = column = 0
    is_it = False
    for event, element in ET.iterparse(io.BytesIO(xml), ("start", "end")):  # noqa: S314 - as above
        name = _name(element.tag)
        if name == "table" and event == "start":
            is_it, row = _attribute(element, "name") == sheet, 0
        elif name == "table-row":
            column = 0
            if event == "end":
                row += int(_attribute(element, "number-rows-repeated") or 1)
                element.clear()
        elif name in {"table-cell", "covered-table-cell"} and event == "end":
            if is_it and "error" in (value for key, value in element.items() if _name(key) == "value-type"):
                yield row, column, "".join(element.itertext())
            column += int(_attribute(element, "number-columns-repeated") or 1)


def _attribute(element: ET.Element, name: str) -> str:
    return next((value for key, value in element.items() if _name(key) == name), "")


def _name(tag: str) -> str:
    return tag.rpartition("}")[2]
