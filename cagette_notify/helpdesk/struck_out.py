"""Strike out whom a mail server's words name: addresses, and the people of the household they are about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cagette_notify.core.text import fold, one_line

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from cagette_notify.core.model import Mailbox, Member

_ADDRESS = re.compile(r"[^\s<>()\"',;:]+@[^\s<>()\"',;]+")
_WORD = re.compile(r"[^\W\d_]+")
_SHORTEST = 3  # letters: shorter words of a name, Le or De, are those of sentences, too
_STRUCK = "▒▒▒"


def struck_out(words: str, texts: Iterable[str], names: Collection[str]) -> str:
    """Return a server's words on one line, without any address, nor these texts, nor a word of these names.

    A name's words are struck out whatever their order, case and accents: servers turn names about.
    """
    line = _ADDRESS.sub(_STRUCK, one_line(words))
    for text in filter(None, (*texts, *names)):
        line = re.sub(rf"(?<!\w){re.escape(text)}(?!\w)", _STRUCK, line, flags=re.IGNORECASE)
    theirs = {fold(word) for name in names for word in _WORD.findall(name) if len(word) >= _SHORTEST}
    return _WORD.sub(lambda found: _STRUCK if fold(found[0]) in theirs else found[0], line)


def names_by_address(members: Iterable[Member]) -> Mapping[str, Collection[str]]:
    """Return how the people of a household are called, under the key of each of its addresses."""
    names: dict[str, set[str]] = {}
    for member in members:
        people: tuple[Member | Mailbox, ...] = (member, *member.mailboxes, member.partner or member)
        called = {name for one in people for name in (one.first_name, one.last_name) if name}
        for mailbox in member.mailboxes:
            names.setdefault(mailbox.key, set()).update(called)
    return names
