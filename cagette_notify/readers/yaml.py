"""Build a tree from YAML, every scalar as it was typed.

No scalar is converted here: ``18:30``, ``no`` and ``012345`` arrive as they were typed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from cagette_notify.core.i18n import _
from cagette_notify.core.text import quoted
from cagette_notify.readers.tree import Items, Node, Table, Text, Unreadable
from cagette_notify.readers.yaml_errors import MAX_DEPTH, explained, nested_too_deep

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_CHARACTERS = 200_000_000
MAX_NODES = 10_000_000
MAX_REPEATED_NODES = 100_000  # that aliases stand for, in all

# libyaml's parser is ten times faster; it is missing where PyYAML was built without it.
_PARSER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
# It refuses {name:, email:}, which YAML 1.2 allows and people write; PyYAML's own parser takes it.
_EMPTY_IN_BRACES = re.compile(r":[,\]}]")
_LONGEST_FOR_THE_SLOW = 1_000_000  # characters
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))
_TEXT_TAGS = frozenset(("!", "tag:yaml.org,2002:str"))
_SURROGATE = re.compile("[\ud800-\udfff]")
_LIKE_A_VALUE = r"[ \t]+(#[^\s#!])"  # a line of #### is none
_LIKE_AN_ANCHOR = r"(?:^|[\s:,\[{])&[^\s&]"


def parse_tree(text: str) -> Node:
    """Build the tree of the one document in ``text``, in linear time and without recursion.

    Raises Unreadable for what is malformed, a key given twice, a merge key, a tag, and for depths, sizes and
    aliases beyond reason.
    """
    if len(text) > MAX_CHARACTERS:
        raise Unreadable(_("too large: more than {limit} characters", limit=MAX_CHARACTERS))
    try:
        return _built(text)
    except yaml.YAMLError as error:
        raise explained(error, text) from None
    except (ValueError, OverflowError):  # PyYAML's own parser, at an escape such as "\Uffffffff"
        raise Unreadable(_("not valid YAML: an escape that stands for no character")) from None


class CutValue(NamedTuple):
    """What YAML takes off a value: after a # that no blank follows as in most comments, or as an anchor."""

    line: int
    text: str
    is_all: bool  # nothing of the value is left

    def message(self) -> str:
        """Say how to keep it, or to say that it is a comment."""
        if self.text.startswith("&"):
            return _(
                "{text} is taken for an anchor: quote the whole value if it belongs to it",
                text=quoted(self.text),
            )
        return _(
            "{text} is taken for a comment: quote the whole value if it belongs to it, "
            "or put a blank after the #",
            text=quoted(self.text),
        )


def cut_values(text: str) -> Iterator[CutValue]:
    """Yield what unquoted values of a readable document lose, such as ``colour: #c00``, ``place: &Co``."""
    if not re.search(f"{_LIKE_A_VALUE}|{_LIKE_AN_ANCHOR}", text, re.MULTILINE):
        return
    lines = text.splitlines()
    anchors: dict[str, CutValue] = {}
    for event in yaml.parse(text, Loader=_parser_for(text)):
        if isinstance(event, yaml.AliasEvent):
            anchors.pop(event.anchor or "", None)
        if isinstance(event, yaml.ScalarEvent) and event.implicit[0]:
            at = event.end_mark.line  # type: ignore[union-attr]  # a parser always marks
            rest = lines[at][event.end_mark.column :] if at < len(lines) else ""  # type: ignore[union-attr]
            if found := re.match(_LIKE_A_VALUE, rest):
                yield CutValue(at + 1, rest[found.start(1) :].strip(), is_all=not event.value)
            if event.anchor:
                line = event.start_mark.line + 1  # type: ignore[union-attr]  # a parser always marks
                anchors[event.anchor] = CutValue(line, f"&{event.anchor}", is_all=not event.value)
    yield from anchors.values()  # that nothing refers to


def _built(text: str) -> Node:
    builder, documents = _Builder(), 0
    for event in yaml.parse(text, Loader=_parser_for(text)):
        line = event.start_mark.line + 1  # type: ignore[union-attr]  # a parser always marks
        documents += isinstance(event, yaml.DocumentStartEvent)
        if documents > 1:
            raise Unreadable(_("a second document ('---') begins here; only one was expected"), line)
        builder.take(event, line)
    return builder.root


def _parser_for(text: str) -> Any:
    is_short = len(text) <= _LONGEST_FOR_THE_SLOW
    return yaml.BaseLoader if is_short and _EMPTY_IN_BRACES.search(text) else _PARSER


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

    def take(self, event: yaml.Event, line: int) -> None:
        self._anchor = None if isinstance(event, yaml.AliasEvent) else getattr(event, "anchor", None)
        if isinstance(event, yaml.ScalarEvent):
            text = _scalar(event, line)
            self._add(None if text is None else Text(text, line), line)
        elif isinstance(event, yaml.CollectionStartEvent):
            if event.tag not in (None, "!"):
                raise _bad_tag(line)
            self._begin(Table(line=line) if isinstance(event, yaml.MappingStartEvent) else Items(line=line))
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close()
        elif isinstance(event, yaml.AliasEvent):
            self._repeat(event.anchor or "", line)

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


def _scalar(event: yaml.ScalarEvent, line: int) -> str | None:
    text: str = event.value
    if event.style == '"' and _SURROGATE.search(text):  # libyaml refuses them itself
        raise Unreadable(_("half a character: a lone surrogate escape"), line)
    if event.tag in _TEXT_TAGS:
        return text
    if event.tag:
        raise _bad_tag(line)
    is_plain = event.implicit[0]
    return None if is_plain and text in _NULLS else text


def _bad_tag(line: int) -> Unreadable:
    return Unreadable(_("tags such as '!!int' can't be used here: remove the tag"), line)
