"""Build a tree of texts with their lines from YAML or JSON.

No scalar is converted here: ``18:30``, ``no`` and ``012345`` arrive as they were typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _
from cagette_notify.readers.events import (
    MAX_DEPTH,
    DocumentEvent,
    DocumentEventType,
    Unreadable,
    nested_too_deep,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["MAX_DEPTH", "Items", "Node", "Table", "Text", "Unreadable", "parse_tree"]

MAX_CHARACTERS = 200_000_000
MAX_NODES = 10_000_000
MAX_REPEATED_NODES = 100_000  # that aliases stand for, in all


class Text(str):
    """A scalar or a key, with the line it begins on."""

    __slots__ = ("line",)
    line: int

    def __new__(cls, value: str = "", line: int = 0) -> Text:
        """Make a text that remembers ``line`` (from 1; 0 is unknown)."""
        text = super().__new__(cls, value)
        text.line = line
        return text


class Items(list["Node"]):
    """A list, with the line it begins on."""

    __slots__ = ("line",)

    def __init__(self, values: Iterable[Node] = (), line: int = 0) -> None:
        """Make a list that remembers ``line``."""
        super().__init__(values)
        self.line = line


class Table(Mapping[Text, "Node"]):
    """A mapping, with the line it begins on; its keys are unique and in the order of the file.

    Keys and their lines are kept apart and joined as one walks through them: as texts of their own,
    the keys of a large file would take as much memory as its values.
    """

    __slots__ = ("_lines", "_values", "line")

    def __init__(self, values: Iterable[tuple[Text, Node]] = (), line: int = 0) -> None:
        """Make a mapping that remembers ``line``."""
        self.line = line
        self._values: dict[str, Node] = {}
        self._lines: list[int] = []
        for key, value in values:
            self.put(key, value, line=key.line)

    def put(self, key: str, value: Node, *, line: int) -> None:
        """Add a key that isn't there yet."""
        self._values[key] = value
        self._lines.append(line)

    def __getitem__(self, key: str) -> Node:
        return self._values[key]

    def __contains__(self, key: object) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[Text]:
        return map(Text, self._values, self._lines)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Table({self._values!r}, line={self.line})"


Node = Text | Items | Table | None
"""None stands for what is absent: an empty unquoted scalar, ``~`` or ``null``."""


def parse_tree(text: str, *, json: bool = False) -> Node:
    """Build the tree of the one document in ``text``, in linear time and without recursion.

    Raises Unreadable for what is malformed, a key given twice, a merge key, a tag, and for depths, sizes and
    aliases beyond reason.
    """
    if len(text) > MAX_CHARACTERS:
        raise Unreadable(_("too large: more than {limit} characters", limit=MAX_CHARACTERS))
    builder = _Builder()
    for event in _events(text, json=json):
        builder.take(event)
    return builder.root


def _events(text: str, *, json: bool) -> Iterable[DocumentEvent]:
    if json:
        from cagette_notify.readers.json import json_events

        return json_events(text)
    from cagette_notify.readers.yaml import yaml_events

    return yaml_events(text)


class _Builder:
    """The tree so far: the collections still open, and the key each open table waits with."""

    def __init__(self) -> None:
        self.root: Node = None
        self._open: list[Items | Table] = []
        self._keys: list[Text | None] = []
        self._anchors: list[tuple[str | None, int]] = []  # of each open collection, and the count before it
        self._words: dict[str, str] = {}  # the keys met so far, each kept once
        self._anchor: str | None = None  # of the node at hand
        self._anchored: dict[str, tuple[Node, int]] = {}  # a node, and how many it is with all in it
        self._count = 0
        self._repeated = 0

    def take(self, event: DocumentEvent) -> None:
        what, line, text, self._anchor = event
        if what is DocumentEventType.SCALAR:
            self._add(None if text is None else Text(text, line), line)
        elif what is DocumentEventType.END:
            self._close()
        elif what is DocumentEventType.ALIAS:
            self._repeat(text or "", line)
        else:
            self._begin(Table(line=line) if what is DocumentEventType.TABLE else Items(line=line))

    def _begin(self, collection: Items | Table) -> None:
        name, self._anchor = self._anchor, None
        self._add(collection, collection.line)
        self._open.append(collection)
        self._keys.append(None)
        self._anchors.append((name, self._count - 1))
        if len(self._open) > MAX_DEPTH:
            raise nested_too_deep(collection.line)

    def _close(self) -> None:
        closed = self._open.pop()
        self._keys.pop()
        name, count_before = self._anchors.pop()
        if name:
            self._anchored[name] = (closed, self._count - count_before)

    def _repeat(self, name: str, line: int) -> None:
        if name not in self._anchored:
            raise Unreadable(_("'*{name}' names nothing that came before it", name=name), line)
        node, size = self._anchored[name]
        self._repeated += size
        if self._repeated > MAX_REPEATED_NODES:
            raise Unreadable(_("aliases ('*{name}') repeat too much of the file", name=name), line)
        self._count += size - 1
        self._add(node, line)

    def _add(self, node: Node, line: int) -> None:
        self._count += 1
        if self._count > MAX_NODES:
            raise Unreadable(_("too large: more than {limit} values", limit=MAX_NODES), line)
        if self._anchor:
            self._anchored[self._anchor] = (node, 1)
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        key = self._keys[-1]
        if isinstance(parent, Items):
            parent.append(node)
        elif key is None:
            self._keys[-1] = _checked_key(node, parent, line)
        else:
            parent.put(self._words.setdefault(key, str(key)), node, line=key.line)
            self._keys[-1] = None


def _checked_key(node: Node, table: Table, line: int) -> Text:
    if not isinstance(node, Text):
        raise Unreadable(_("a key must be a word, not a list, a table or nothing"), line)
    if node == "<<":
        raise Unreadable(_("merge keys ('<<') can't be used here: write the values out"), line)
    if node in table:
        raise Unreadable(_("the key {key!r} is there twice", key=str(node)), line)
    return node
