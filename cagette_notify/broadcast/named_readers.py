"""Greet by name who is known as a group's contact, and is no member."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.model import Mailbox
from cagette_notify.core.text import fold

if TYPE_CHECKING:
    from cagette_notify.core.model import Contact

_ARTICLES = frozenset(("le", "la", "les", "un", "une", "the"))


def reader_of(contact: Contact) -> Mailbox:
    """Return a contact as somebody who reads a mail: by their first name where theirs is a person's name.

    It is written in one cell. "La coordination" has no first name, nor has "Claire et Paul": they are
    greeted by none.
    """
    first, _blank, last = contact.name.partition(" ")
    is_of_person = first.istitle() and all(word[0].isupper() for word in last.split())
    if is_of_person and fold(first) not in _ARTICLES:
        return Mailbox(contact.address, first, last)
    return Mailbox(contact.address, last_name=contact.name)
