"""Fill in placeholders such as ``{{ member.first_name }}`` by way of tokens.

Between the text and the mail they are tokens: a word within two private-use characters, which mean
nothing to Markdown or to HTML and which ``cleaned`` keeps out of what people type.
"""

from __future__ import annotations

import html
import re
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote

from msgspec.structs import replace

from cagette_notify.core.i18n import _, spoken
from cagette_notify.core.letter_problems import of_body
from cagette_notify.core.model import Mailbox
from cagette_notify.core.text import fold, meant, nearest, one_line, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cagette_notify.core.errors import Problem
    from cagette_notify.core.messages import Content
    from cagette_notify.core.model import Group

MEMBER_PLACES = ("member.first_name", "member.last_name", "member.name")
GROUP_NAMES = ("group.name", "group.contact.name")
GROUP_ADDRESSES = ("group.url", "group.contact.email")
GROUP_PLACES = (*GROUP_NAMES, *GROUP_ADDRESSES)
_FRENCH = {"prénom": "member.first_name", "nom": "member.last_name", "groupe": "group.name"}
_FROM_FRENCH = {
    **dict.fromkeys(("prenom", "membre.prenom", "member.prenom"), "member.first_name"),
    **dict.fromkeys(("nom", "membre.nom", "member.nom"), "member.last_name"),
    **dict.fromkeys(("groupe", "groupe.nom", "group.nom"), "group.name"),
}
TOKEN_WIDTH = 8  # columns that a name takes, at a guess, where the text part is wrapped or aligned

_OPEN, _CLOSE = "\ue000", "\ue001"
_IN_ADDRESS, _FIRST = "url", "at"  # how words begin of tokens in an address, and first on a line
_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ue000\ue001]")
# Word's hyphen that breaks no line, and what a database puts between records and groups of them.
_PARTING = str.maketrans({"\x1e": "-", "\x1d": " ", "\x1c": " "})
_MARK = re.compile(r"\{\{|\{%|\{#")
_PLACE = re.compile(r"\{\{[ \t\u00a0\u202f]*(?P<name>[\w.\u0300-\u036f-]+)[ \t\u00a0\u202f]*\}\}")
# Only what was typed tells where a line begins: it has marks of blocks before it in the text part, tags in
# the HTML, and what is wrapped begins lines that nobody typed.
_MAYBE_FIRST = re.compile(
    rf"(?P<start>(?:^|\|)(?:[\s>*+_~`#!\[-]|[0-9]{{1,9}}[.)]){{0,60}})?{_PLACE.pattern}"
)
_LIKE_A_PLACE = re.compile(r"\{[{%#].{,40}?[}%#]\}+")
# What names a scheme, a host or a mailbox: a member's name there would lead anywhere.
_START_OF_ADDRESS = re.compile(
    r"(?:https?://[^\s/?#]*|mailto:[^\s?]*|www\.[^\s/?#]*|\]\(\s*<?)\Z", re.IGNORECASE
)
_LONGEST_HOST = 300  # characters looked back at
_ENCODED = re.compile(r"%EE%80%80([a-z]+)%EE%80%81")
_TOKEN = re.compile(f"{_OPEN}([a-z]+){_CLOSE}")
_TOKEN_IN_ADDRESS = re.compile(f"{_OPEN}{_IN_ADDRESS}([a-z]+){_CLOSE}")
_BLANKS = "[ \t\u00a0\u202f]{0,9}"  # bounded: a run of a thousand must not take its square
_OPENED = r"(?:<(?:strong|em|s|a|code)\b[^<>]*>)*"
_CLOSED = r"(?P<closed>(?:</(?:strong|em|s|a|code)>)*)"
_WITH_BLANK = re.compile(
    rf"(?P<blank>{_BLANKS})(?P<opened>{_OPENED}){_OPEN}(?P<word>[a-z]+){_CLOSE}{_CLOSED}"
)
# A link whose words are names alone, a heading that is, in the text part, and struck names there.
_MARKS = r"</?(?:strong|em|s)\b[^<>]*>"
_NAMES = rf"(?:{_MARKS}|{_BLANKS}{_OPEN}[a-z]+{_CLOSE}){{1,20}}{_BLANKS}"
_LINK = re.compile(rf'(?P<start><a\b[^<>]*?href="(?P<address>[^"]*)"[^<>]*>)(?P<words>{_NAMES})</a>')
_UNDERLINED = re.compile(rf"^(?P<words>{_NAMES})\n(?:=+|-+)$", re.MULTILINE)
_STRUCK = re.compile(rf"~~(?P<words>{_NAMES})~~")
# In what is no text of a coordinator's, a line begins after a line feed or a block's style.
_FIRST_OF_TEMPLATE = re.compile(rf"(?:\A|(?<=\n)|(?<=;\">))(?P<opened>{_OPENED}){_OPEN}(?!{_FIRST})")
_BEGINNING = re.compile(
    rf"(?P<blank>{_BLANKS}){_OPEN}(?P<word>{_FIRST}[a-z]+){_CLOSE}{_CLOSED},?{_BLANKS}"
    rf"(?P<next>{_OPENED}{_OPEN}(?!{_FIRST}))?"
)
_UNDERLINE = re.compile(
    rf"^(?=[^\n]*{_OPEN})(?P<words>[^\n]+)\n(?P<margin>[ >]*)(?P<line>={{2,}}|-{{2,}})$", re.MULTILINE
)
_TO_UNDERLINE = re.compile(r"^(?P<words>[^\n]*)\n(?P<margin>[ >]*)\0(?P<mark>[=-])", re.MULTILINE)
# Blanks where a line that is wrapped can't end: where there is no name, it would begin, or end, with a comma.
_BEFORE_NAME = re.compile(rf" (?=(?:~~)?{_OPEN})")
_AFTER_FIRST = re.compile(rf"({_OPEN}{_FIRST}[a-z]+{_CLOSE}(?:~~)?(?:\0{_OPEN}[a-z]+{_CLOSE})*,?) ")


def cleaned(text: str) -> str:
    """Return text with line feeds for all line ends, without byte order marks, controls and tokens."""
    return _UNPRINTABLE.sub("", with_line_feeds(text).translate(_PARTING))


def with_line_feeds(text: str) -> str:
    """Return text with line feeds for all line ends, as its lines are counted."""
    return _LINE_ENDS.sub("\n", text)


def tokenized(text: str, group: Group) -> tuple[str, list[Problem]]:
    """Put tokens for the places in a ``cleaned`` text; return it with all that is wrong with them."""
    problems: list[Problem] = []
    lines = []
    for number, line in enumerate(text.split("\n"), start=1):
        reasons = dict.fromkeys(_refusals(line, group))
        problems += (of_body(reason, line=number) for reason in reasons)
        lines.append(_MAYBE_FIRST.sub(_tokens_for, line))
    return "\n".join(lines), problems


def group_filler(group: Group, *names: str) -> Callable[[str], str]:
    """Return what puts the group's own values for the named places; other tokens stay."""
    values = {_word(name): value for name, value in _group_values(group).items() if name in names}
    return partial(_TOKEN.sub, lambda token: values.get(token[1], token[0]))


def in_address(url: str) -> str:
    """Return a percent-encoded address whose tokens will be filled in percent-encoded as well."""
    return _ENCODED.sub(rf"{_OPEN}{_IN_ADDRESS}\1{_CLOSE}", url)


def has_token(text: str) -> bool:
    """Tell whether a name is still to come into the text."""
    return _OPEN in text


def shown(text: str) -> str:
    """Return the text with what people would take for a place where a token stands."""
    return _TOKEN.sub("{{ … }}", text)


def width(text: str) -> int:
    """Return how many columns the text takes once its tokens are filled in, about."""
    return len(_TOKEN.sub("x" * TOKEN_WIDTH, text))


def wrapped(line: str, wrap: Callable[[str], list[str]]) -> list[str]:
    """Return the lines that ``wrap`` makes of one: none begins or ends with a name that may be missing."""
    together = _AFTER_FIRST.sub("\\1\0", _BEFORE_NAME.sub("\0", line))
    return [part.replace("\0", " ") for part in wrap(together)]


def member_tokens() -> dict[str, str]:
    """Return the tokens of the reader's names, as templates call them: ``first_name`` and the like."""
    return {name.partition(".")[2]: _token(name) for name in MEMBER_PLACES}


def with_reader_names(content: Content, mailbox: Mailbox) -> Content:
    """Fill the reader's names in: escaped in HTML, plain in text, on one line everywhere."""
    names = {
        "member.first_name": one_line(mailbox.first_name),
        "member.last_name": one_line(mailbox.last_name),
        "member.name": one_line(mailbox.name),
    }
    plain = {_word(name): value for name, value in names.items()}
    plain |= {_FIRST + word: value for word, value in plain.items()}
    encoded = {word: quote(value, safe="") for word, value in plain.items()}
    escaped = {word: html.escape(value) for word, value in plain.items()}
    return replace(
        content,
        subject=_filled(content.subject, plain, encoded),
        text=_filled(content.text, plain, encoded),
        html=_filled(content.html, escaped, encoded),
    )


def with_names_of_places(content: Content) -> Content:
    """Fill in what was typed for the reader's names."""
    first, last, _both = (f"{{{{ {place} }}}}" for place in MEMBER_PLACES)
    return with_reader_names(content, Mailbox("", first, last))


def _refusals(line: str, group: Group) -> Iterator[str]:
    done = 0
    for mark in _MARK.finditer(line):
        if mark.start() < done:
            continue
        place = _PLACE.match(line, mark.start())
        done = place.end() if place else mark.end()
        if not place:
            yield _not_a_place(line, mark.start())
        elif reason := _refusal(_in_english(place[1]), line[: mark.start()][-_LONGEST_HOST:], group):
            yield reason


def _refusal(name: str, before: str, group: Group) -> str:
    """Return what is wrong with a place, or nothing; ``before`` is what stands before it on its line."""
    if name in MEMBER_PLACES:
        if _START_OF_ADDRESS.search(before):
            return _("{name}: a member's name can't be the beginning of a link's address", name=quoted(name))
        return ""
    if name in GROUP_PLACES:
        return "" if _group_values(group)[name] else _("{name}: the group has none", name=quoted(name))
    places = (*MEMBER_PLACES, *GROUP_PLACES)
    message = _("no such place: {name}", name=quoted(name))
    if nearest(name, (*places, *_FRENCH)):
        return meant(message, name, (*places, *_FRENCH))
    known = ", ".join(map(_place_to_type, places))
    return _("{message}; expected one of {known}", message=message, known=known)


def _place_to_type(name: str) -> str:
    """Return a place's name as one types it in the language spoken, where that has a word of its own."""
    said = {place: word for word, place in _FRENCH.items()} if spoken() == "fr" else {}
    return said.get(name, name)


def _in_english(name: str) -> str:
    """Return a place's name for the one that a French coordinator would give it."""
    return _FROM_FRENCH.get(fold(name), name)


def _not_a_place(line: str, at: int) -> str:
    said = _LIKE_A_PLACE.match(line, at)
    start = said[0] if said else line[at : at + 20]
    example = f"{{{{ {_place_to_type('member.first_name')} }}}}"
    return _(
        "not a place for a name: {start}; expected such as {example}", start=quoted(start), example=example
    )


def _group_values(group: Group) -> Mapping[str, str]:
    contact = group.contact
    values = (group.name, contact.name if contact else "", group.url, contact.address if contact else "")
    return dict(zip(GROUP_PLACES, map(one_line, values), strict=True))


def _word(name: str) -> str:
    """Name a place in letters alone: ``_`` and ``.`` mean something to Markdown."""
    return re.sub(r"[._]", "", name)


def _token(name: str, before: str = "") -> str:
    return f"{_OPEN}{before}{_word(name)}{_CLOSE}"


def _tokens_for(found: re.Match[str]) -> str:
    name, start = _in_english(found["name"]), found["start"]
    is_first = start is not None and name in MEMBER_PLACES
    return f"{start or ''}{_token(name, _FIRST if is_first else '')}"


def _filled(text: str, values: Mapping[str, str], encoded: Mapping[str, str]) -> str:
    """Put the values for their tokens; where there is none, the line must still read well.

    ``Bonjour {{ member.first_name }},`` loses the blank, a line that begins with a name its comma; a link
    shows its address, as it does where it has no words.
    """

    def is_nameless(words: str) -> bool:
        return not any(values.get(word) for word in _TOKEN.findall(words))

    def shown(found: re.Match[str]) -> str:
        address = found["address"].removeprefix("mailto:")
        return f"{found['start']}{address}</a>" if is_nameless(found["words"]) else found[0]

    def unmarked(found: re.Match[str]) -> str:
        return found["words"] if is_nameless(found["words"]) else found[0]

    def begin(found: re.Match[str]) -> str:
        if values.get(found["word"]):
            return found[0]
        following = f"{found['next']}{_FIRST}" if found["next"] else ""
        blank = found["blank"] if following or found.string[found.end() : found.end() + 1].strip("\n") else ""
        return f"{blank}{found['closed']}{following}"

    def fill(found: re.Match[str]) -> str:
        value = values.get(found["word"], "")
        blank = found["blank"] if value else ""
        return f"{blank}{found['opened']}{value}{found['closed']}"

    # Whatever is done with the words of a link must find its address filled in.
    text = _TOKEN_IN_ADDRESS.sub(lambda token: encoded.get(token[1], ""), text)
    text = _STRUCK.sub(unmarked, _UNDERLINED.sub(unmarked, _LINK.sub(shown, text)))
    text = _without_underlines(text, values)
    text, before = _FIRST_OF_TEMPLATE.sub(rf"\g<opened>{_OPEN}{_FIRST}", text), ""
    while text != before:  # a line may begin with several
        before, text = text, _BEGINNING.sub(begin, text)
    return _underlined(_WITH_BLANK.sub(fill, text))


def _without_underlines(text: str, values: Mapping[str, str]) -> str:
    """Leave to ``_underlined`` the lines under headings that will be shorter than they were taken to be."""

    def marked(found: re.Match[str]) -> str:
        has_all = all(values.get(word) for word in _TOKEN.findall(found["words"]))
        is_its_own = width(found["words"]) == len(found["margin"] + found["line"])
        line = found["line"] if has_all or not is_its_own else f"\0{found['line'][0]}"
        return f"{found['words']}\n{found['margin']}{line}"

    return _UNDERLINE.sub(marked, text)


def _underlined(text: str) -> str:
    def line_under(found: re.Match[str]) -> str:
        line = found["mark"] * (len(found["words"]) - len(found["margin"]))
        return f"{found['words']}\n{found['margin']}{line}"

    return _TO_UNDERLINE.sub(line_under, text)
