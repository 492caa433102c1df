"""JSON text → events. The standard parser keeps no lines, and nests as deep as Python's stack."""

from __future__ import annotations

import re
from json.decoder import JSONDecodeError, scanstring  # type: ignore[attr-defined]  # typeshed leaves it out
from typing import TYPE_CHECKING

from cagette_notify.data.events import Event, Unreadable, What
from cagette_notify.language import _

if TYPE_CHECKING:
    from collections.abc import Iterator

_OPENINGS = {"{": (What.TABLE, "}"), "[": (What.ITEMS, "]")}
_BLANKS = re.compile(r"[ \t\r\n]*")
_PLAIN = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|true|false|null")
_SURROGATE = re.compile("[\ud800-\udfff]")


def json_events(text: str) -> Iterator[Event]:
    """Walk through the JSON document of ``text``; numbers and booleans come as they are written."""
    place = _Place(text)
    closings: list[str] = []
    while True:
        char = place.peek()
        if char in _OPENINGS:
            what, closing = _OPENINGS[char]
            yield Event(what, place.line)
            closings.append(closing)
            place.at += 1
            is_over = place.peek() == closing
        else:
            yield place.scalar(char)
            is_over = True
        while is_over and closings and place.peek() == closings[-1]:
            yield Event(What.END, place.line)
            closings.pop()
            place.at += 1
        if is_over and not closings:
            break
        if is_over:
            place.take(",")
        if closings[-1] == "}":
            yield place.key()
    if place.peek():
        raise place.wrong(_("something follows the end of the document"))


class _Place:
    """Where in the text the walk has come to."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.at = 0
        self.line = 1

    def peek(self) -> str:
        """Skip blanks; return the character that comes next, or nothing at the end."""
        blanks = _BLANKS.match(self._text, self.at)
        if blanks and blanks.end() > self.at:
            self.line += self._text.count("\n", self.at, blanks.end())
            self.at = blanks.end()
        return self._text[self.at : self.at + 1]

    def take(self, char: str) -> None:
        if self.peek() != char:
            raise self.wrong(_("'{char}' was expected", char=char))
        self.at += 1

    def key(self) -> Event:
        if self.peek() != '"':
            raise self.wrong(_("a key in double quotes was expected"))
        found = Event(What.SCALAR, self.line, self._string())
        self.take(":")
        return found

    def scalar(self, char: str) -> Event:
        if char == '"':
            return Event(What.SCALAR, self.line, self._string())
        found = _PLAIN.match(self._text, self.at)
        if not found:
            raise self.wrong(_("a value was expected"))
        self.at = found.end()
        return Event(What.SCALAR, self.line, None if found[0] == "null" else found[0])

    def wrong(self, message: str) -> Unreadable:
        return Unreadable(_("not valid JSON: {message}", message=message), self.line)

    def _string(self) -> str:
        try:
            value: str
            value, end = scanstring(self._text, self.at + 1, True)  # noqa: FBT003 - positional only
        except JSONDecodeError:
            raise self.wrong(_("a text that is not closed on its line, or a bad escape in it")) from None
        if _SURROGATE.search(value):
            raise self.wrong(_("half a character: a lone surrogate escape"))
        self.at = end
        return value
