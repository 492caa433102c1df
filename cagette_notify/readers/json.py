"""Read JSON as events that remember their lines, nested no deeper than 40."""

from __future__ import annotations

import re
from json.decoder import JSONDecodeError, scanstring  # type: ignore[attr-defined]  # typeshed leaves it out
from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _
from cagette_notify.readers.events import DocumentEvent, DocumentEventType, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

_OPENINGS = {"{": (DocumentEventType.TABLE, "}"), "[": (DocumentEventType.ITEMS, "]")}
_BLANK = frozenset(" \t\r\n")
_BLANKS = re.compile(r"[ \t\r\n]*")
_PLAIN = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|true|false|null")
_SURROGATE = re.compile("[\ud800-\udfff]")


def json_events(text: str) -> Iterator[DocumentEvent]:
    """Walk through the JSON document of ``text``; numbers and booleans come as they are written."""
    place = _Place(text)
    yield place.value()
    while place.closing:
        if place.peek() == place.closing:
            yield place.end()
            continue
        place.separate()
        if place.closing == "}":
            yield place.key()
        yield place.value()
    if place.peek():
        raise place.wrong(_("something follows the end of the document"))


class _Place:
    """Where in the text the walk has come to, and what is open there."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line = 1
        self._closings: list[str] = []
        self._is_first = False  # nothing stands yet in what was opened last

    @property
    def closing(self) -> str:
        """What closes the innermost table or list, or nothing outside."""
        return self._closings[-1] if self._closings else ""

    def peek(self) -> str:
        """Skip blanks; return the character that comes next, or nothing at the end."""
        char = self._text[self._at : self._at + 1]
        if char not in _BLANK:
            return char
        end = _BLANKS.match(self._text, self._at).end()  # type: ignore[union-attr]  # it matches nothing too
        self._line += self._text.count("\n", self._at, end)
        self._at = end
        return self._text[end : end + 1]

    def separate(self) -> None:
        """Step over the comma that comes before all but the first."""
        if not self._is_first:
            self._take(",")

    def key(self) -> DocumentEvent:
        if self.peek() != '"':
            raise self.wrong(_("a key in double quotes was expected"))
        found = DocumentEvent(DocumentEventType.SCALAR, self._line, self._string())
        self._take(":")
        return found

    def value(self) -> DocumentEvent:
        char = self.peek()
        self._is_first = char in _OPENINGS
        if self._is_first:
            what, closing = _OPENINGS[char]
            self._closings.append(closing)
            self._at += 1
            return DocumentEvent(what, self._line)
        return DocumentEvent(
            DocumentEventType.SCALAR, self._line, self._string() if char == '"' else self._plain()
        )

    def end(self) -> DocumentEvent:
        self._closings.pop()
        self._at += 1
        self._is_first = False
        return DocumentEvent(DocumentEventType.END, self._line)

    def wrong(self, message: str) -> Unreadable:
        return Unreadable(_("not valid JSON: {message}", message=message), self._line)

    def _string(self) -> str:
        try:
            value: str
            value, end = scanstring(self._text, self._at + 1, True)  # noqa: FBT003 - positional only
        except JSONDecodeError:
            raise self.wrong(_("a text that is not closed on its line, or a bad escape in it")) from None
        if _SURROGATE.search(value):
            raise self.wrong(_("half a character: a lone surrogate escape"))
        self._at = end
        return value

    def _plain(self) -> str | None:
        found = _PLAIN.match(self._text, self._at)
        if not found:
            raise self.wrong(_("a value was expected"))
        self._at = found.end()
        return None if found[0] == "null" else found[0]

    def _take(self, char: str) -> None:
        if self.peek() != char:
            raise self.wrong(_("'{char}' was expected", char=char))
        self._at += 1
