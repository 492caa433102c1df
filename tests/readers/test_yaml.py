from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cagette_notify.readers import yaml as yaml_events
from cagette_notify.readers.encodings import decode
from cagette_notify.readers.tree import Items, Node, Table, Text, Unreadable
from cagette_notify.readers.yaml import parse_tree
from cagette_notify.readers.yaml_errors import MAX_DEPTH

SCALARS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"])), st.none(), st.booleans(), st.integers()
)
DOCUMENTS = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20
)


@pytest.fixture(params=["libyaml", "pure Python"])
def either_parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "pure Python":
        monkeypatch.setattr(yaml_events, "_PARSER", yaml.BaseLoader)


def plain(node: Node) -> Any:
    """Return the tree as the builtin types, to compare with literals."""
    if isinstance(node, Table):
        return {str(key): plain(value) for key, value in node.items()}
    if isinstance(node, Items):
        return [plain(value) for value in node]
    return node if node is None else str(node)


def table(text: str) -> Table:
    node = parse_tree(text)
    assert isinstance(node, Table)
    return node


def refusal(text: str) -> tuple[int, str]:
    with pytest.raises(Unreadable) as caught:
        parse_tree(text)
    assert "\n" not in caught.value.message
    return caught.value.line, caught.value.message


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize(
    "text",
    [
        "18:30",
        "no",
        "NO",
        "yes",
        "012345",
        "08",
        "0o17",
        "1_000",
        "1e3",
        ".inf",
        "2026-06-12",
        "2026-06-12 18:00:00",
        "=",
        "a:1",
    ],
)
def test_an_unquoted_scalar_stays_the_text_that_was_typed(text: str) -> None:
    assert plain(parse_tree(f"key: {text}")) == {"key": text}


@pytest.mark.usefixtures("either_parser")
def test_nothing_and_null_are_absent_but_a_quoted_one_is_a_text() -> None:
    text = "a:\nb: ~\nc: null\nd: ''\ne: '~'\nf: \"null\"\ng: nil\nh: !!str\ni: !!str null\n"

    assert plain(parse_tree(text)) == {
        "a": None,
        "b": None,
        "c": None,
        "d": "",
        "e": "~",
        "f": "null",
        "g": "nil",
        "h": "",
        "i": "null",
    }


@pytest.mark.usefixtures("either_parser")
def test_every_node_and_key_remembers_its_line() -> None:
    root = table("# first\na: 1\n\nb:\n  - x\n  - {c: y,\n     d: z}\n")
    items = root["b"]
    assert isinstance(items, Items)
    inner = items[1]
    assert isinstance(inner, Table)

    assert [(str(key), key.line) for key in root] == [("a", 2), ("b", 4)]
    assert [(str(key), key.line, getattr(value, "line", 0)) for key, value in inner.items()] == [
        ("c", 6, 6),
        ("d", 7, 7),
    ]
    assert (root.line, items.line, inner.line) == (2, 5, 6)


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n", "---\n", "~"])
def test_an_empty_document_is_nothing(text: str) -> None:
    assert parse_tree(text) is None


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize("char", ["😀", "é", "\u00a0", "Ễ", "€"])
def test_characters_beyond_ascii_come_through(char: str) -> None:
    assert plain(parse_tree(f"a: x{char}y\nb: 'x{char}y'")) == {"a": f"x{char}y", "b": f"x{char}y"}


@pytest.mark.usefixtures("either_parser")
def test_a_key_in_braces_may_end_with_its_colon() -> None:
    assert plain(parse_tree("a: {b:, c: [d:], e:}")) == {"a": {"b": None, "c": [{"d": None}], "e": None}}


def test_in_a_large_file_it_must_not() -> None:
    assert refusal(f"# {'x' * 1_000_000}\na: {{b:}}") == (2, "a blank was expected after ':'")


def test_texts_of_several_lines_come_through() -> None:
    assert plain(parse_tree("a: |\n  x\n  y\nb: >\n  x\n  y\nc: x\n  y\n")) == {
        "a": "x\ny\n",
        "b": "x y\n",
        "c": "x y",
    }


@pytest.mark.usefixtures("either_parser")
def test_a_key_given_twice_is_refused_at_its_second_line() -> None:
    assert refusal("a: 1\nb:\n  c: 1\n  'c': 2\n") == (4, "the key 'c' is there twice")


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize(
    ("text", "line", "clue"),
    [
        ("a: 1\n<<: {b: 2}", 2, "merge keys"),
        ("a: 1\n---\nb: 2", 2, "second document"),
        ("a: !!python/object/apply:os.system [ls]", 1, "tags"),
        ("a: !!int 3", 1, "tags"),
        ("a: !secret 3", 1, "tags"),
        ("a: !!binary aGk=", 1, "tags"),
        ("!!set {a, b}", 1, "tags"),
        ("\n? [a]\n: b", 2, "a key must be a word"),
        ("? {a: 1}\n: b", 1, "a key must be a word"),
        ("~: 1", 1, "a key must be a word"),
        ("a: 1\nb: *x", 2, "'*x' names nothing"),
        ("a: &x [*x]", 1, "'*x' names nothing"),
        ("a: 1\nb: c: d", 2, "':'"),
        ("a: 1\n  b: 2", 2, "indentation"),
        ("a:\n\t- 1", 2, "tab"),
        ("a: @x", 1, "special character"),
        ('a: 1\n\nb: "x\nc: 3\n', 3, "never closed"),
        ("a: 1\nb: [x,\n  y\n", 2, "never closed"),
        ("a: 1\nb 2\nc: 3\n", 2, "':' was expected"),
        ("a: 'it's'", 1, "quoted"),
        ('a: 1\nb: "C:\\Users"', 2, "escape"),
        ("a: 1\nb: x\x07y", 2, "'\\x07'"),
        ("a: 1\nb: \x7f", 2, "'\\x7f'"),
        ("%YAML 3.0\n---\na: 1", 1, "not valid YAML"),
        ("a: *", 1, "not valid YAML"),
    ],
)
def test_what_is_no_plain_yaml_is_refused_in_one_line_at_its_place(text: str, line: int, clue: str) -> None:
    found_line, message = refusal(text)

    assert found_line == line
    assert clue in message


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize("escape", [r"\UFFFFFFFF", r"\U00110000"])
def test_an_escape_beyond_all_characters_is_no_crash(escape: str) -> None:
    assert "stands for no character" in refusal(f'a: "{escape}"')[1]


@pytest.mark.usefixtures("either_parser")
def test_an_anchor_may_be_repeated() -> None:
    text = "a: &place Salle des fêtes\nb: *place\nc: &people {ana: 1}\nd: [*people, *people]\n"

    assert plain(parse_tree(text)) == {
        "a": "Salle des fêtes",
        "b": "Salle des fêtes",
        "c": {"ana": "1"},
        "d": [{"ana": "1"}, {"ana": "1"}],
    }


@pytest.mark.usefixtures("either_parser")
def test_an_alias_bomb_is_one_clear_line() -> None:
    lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]

    assert refusal("\n".join(lines)) == (6, "aliases ('*a4') repeat too much of the file")


def test_many_aliases_of_one_large_list_are_refused() -> None:
    text = f"a: &a [{'x,' * 2000}]\nb: [{'*a ,' * 2000}]"

    assert "repeat too much" in refusal(text)[1]


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize("opening", ["[", "{a: ", '{"a":', "- ", "? "])
def test_a_hundred_thousand_levels_are_refused_before_they_are_read(opening: str) -> None:
    line, message = refusal(opening * 100_000)

    assert line == 1
    assert message in (
        f"nested more than {MAX_DEPTH} levels deep",
        "a key must be a word, not a list, a table or nothing",
    )


def test_the_deepest_tree_is_read_and_one_level_more_is_not() -> None:
    assert isinstance(parse_tree("[" * MAX_DEPTH + "]" * MAX_DEPTH), Items)
    assert refusal("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))[1].startswith("nested")


def test_a_tree_with_too_many_values_or_characters_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cagette_notify.readers.yaml.MAX_NODES", 3)
    monkeypatch.setattr("cagette_notify.readers.yaml.MAX_CHARACTERS", 20)

    assert plain(parse_tree("[a, b]")) == ["a", "b"]
    assert refusal("[a,\nb,\nc]") == (3, "too large: more than 3 values")
    assert refusal("x" * 21) == (0, "too large: more than 20 characters")


@given(st.text())
def test_any_text_is_a_tree_or_one_clear_line(text: str) -> None:
    assert _trouble(text).isprintable()


def _trouble(text: str) -> str:
    try:
        parse_tree(text)
    except Unreadable as trouble:
        return trouble.message
    return ""


@given(DOCUMENTS, st.sampled_from([None, True, False]))
def test_a_document_comes_through_whatever_its_layout(document: Any, flow_style: bool | None) -> None:
    text = yaml.safe_dump(document, default_flow_style=flow_style)

    assert plain(parse_tree(text)) == _as_texts(document) if "<<" not in text else True


def _as_texts(document: Any) -> Any:
    if isinstance(document, dict):
        return {key: _as_texts(value) for key, value in document.items()}
    if isinstance(document, list):
        return [_as_texts(value) for value in document]
    if document is None or isinstance(document, str):
        return document
    return json.dumps(document)


def test_lines_are_remembered_within_braces() -> None:
    root = table('{\n"a": 1,\r\n\n"b":\n 2,"c": {\n}}')

    assert [(str(key), key.line, getattr(value, "line", 0)) for key, value in root.items()] == [
        *[("a", 2, 2), ("b", 4, 5), ("c", 5, 5)]
    ]


@pytest.mark.parametrize("text", [r'{a:, b: "\ud83d"}', r'{a:, b: "\ude00\ud83d"}'])
def test_half_a_character_is_refused_by_the_parser_that_takes_it_too(text: str) -> None:
    assert refusal(text) == (1, "half a character: a lone surrogate escape")


@pytest.mark.parametrize(
    "raw",
    [
        "Prénom: Maëlle €".encode(),
        "Prénom: Maëlle €".encode("utf-8-sig"),
        "Prénom: Maëlle €".encode("utf-16"),
        b"\xfe\xff" + "Prénom: Maëlle €".encode("utf-16-be"),
        "Prénom: Maëlle €".encode("cp1252"),
    ],
)
def test_four_encodings_are_told_apart(raw: bytes) -> None:
    assert decode(raw) == "Prénom: Maëlle €"


def test_an_empty_file_is_an_empty_text() -> None:
    assert decode(b"") == decode(b"\xef\xbb\xbf") == ""


@pytest.mark.parametrize(
    ("raw", "line", "clue"),
    [
        (b"a\n\nb\0", 3, "NUL"),
        ("abc".encode("utf-16-le"), 1, "NUL"),
        ("abc".encode("utf-32"), 1, "NUL"),
        (b"\xff\xfea", 0, "neither UTF-8"),
        (b"\xff\xfe\x00\xd8", 0, "neither UTF-8"),
        (b"caf\x81", 0, "neither UTF-8"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", 3, "NUL"),
    ],
)
def test_what_is_no_text_is_refused(raw: bytes, line: int, clue: str) -> None:
    with pytest.raises(Unreadable) as caught:
        decode(raw)

    assert caught.value.line == line
    assert clue in caught.value.message


@given(st.binary())
def test_any_bytes_are_a_text_or_refused(raw: bytes) -> None:
    try:
        text = decode(raw)
    except Unreadable:
        return
    assert "\0" not in text


def test_a_table_is_built_by_hand_as_it_is_read() -> None:
    built = Table([(Text("a", 3), Text("1", 3)), (Text("b", 4), None)], line=3)

    assert built == table("\n\na: 1\nb:\n")
    assert [key.line for key in built] == [3, 4]
    assert "a" in built
    assert len(built) == 2


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("colour: #c00\n", [(1, "#c00")]),
        ("a: 1\nplace: Maison de quartier, porte #2  # la verte\n", [(2, "#2  # la verte")]),
        ("- {id: lac,\n   note: porte #2\n  }\n", [(2, "#2")]),
        ("a: Maison\n  de quartier #2\nb: 1\n", [(2, "#2")]),
        ("- bureau #3\n- Été\u0301 #4\n", [(1, "#3"), (2, "#4")]),
        ("a: 1 # a comment\n#another\nb: 2\n  #a third\n", []),
        ("a: 'porte #2'\nb: \"x\" #2\nc: |\n  x #2\n", []),
        ("a: 1 #### ----\nb: porte#2\nc: 1 #\n", []),
        ("a: {id: lac, name:, porte: x #2\n  }\n", [(1, "#2")]),
        ("a: 1\nplace: &Maison du lac\n", [(2, "&Maison")]),
        ("- &Co\n- {id: lac, name: &Fils et Cie}\n", [(1, "&Co"), (2, "&Fils")]),
        ("a: &place la Maison\nb: *place\n", []),
        ("a: Pain & Cie\nb: '&Co'\nc: x &y\nd: &all [1, 2]\ne: &quoted 'x'\n", []),
    ],
)
def test_what_a_hash_cuts_off_a_value_is_found(text: str, cut: list[tuple[int, str]]) -> None:
    parse_tree(text)

    assert [(one.line, one.text) for one in yaml_events.cut_values(text)] == cut


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize(
    ("text", "line", "named"),
    [
        ("- id: lac\n\tname: x\n", 2, "a tab begins"),
        ("- id: lac\n  name:\u00a0x\n", 2, "a non-breaking blank begins"),
        ("- id: lac\n\u00a0\u00a0name: x\n", 2, "a non-breaking blank begins"),
        ("- id: lac\n \u202fname: x\n", 2, "a non-breaking blank begins"),
        ("a: 1\nb:\u00a02\nc: 3\n", 2, "a non-breaking blank begins"),
        ("- id: lac\n  contact:\n\t  name: x\n", 3, "a tab begins"),
    ],
)
def test_a_blank_that_only_looks_like_one_is_named(text: str, line: int, named: str) -> None:
    with pytest.raises(Unreadable) as stop:
        parse_tree(text)

    assert (stop.value.message[: len(named)], stop.value.line) == (named, line)
