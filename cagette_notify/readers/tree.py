"""Define the tree that a document is read as: texts, lists and tables, with the lines they begin on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping


class Unreadable(Exception):  # noqa: N818 - it is said of a text
    """A text that can't be taken in as a whole. ``line`` counts from 1; 0 is unknown."""

    def __init__(self, message: str, line: int = 0) -> None:
        """Keep the sentence for people and the place it speaks of."""
        super().__init__(message)
        self.message = message
        self.line = line


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
