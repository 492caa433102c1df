"""Compare the readers of a broadcast with those of an earlier giving of the same mail, or of its text."""

from __future__ import annotations

import shlex
from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.errors import Problem
from cagette_notify.core.formatting import instant
from cagette_notify.core.i18n import _, _n, spoken
from cagette_notify.core.list_names import list_to_type, sent_list_to_show
from cagette_notify.core.messages import name_of_lists

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from cagette_notify.broadcast.choose import Choice
    from cagette_notify.core.messages import Broadcast, BroadcastProgress
    from cagette_notify.core.model import Group, Mailbox
    from cagette_notify.ledger.broadcasts import BroadcastBook


_LATELY = timedelta(days=7)  # a text that serves each week is news each time


class TextBefore(Struct, frozen=True):
    """To how many of a mail's readers its text is nothing new, and what is to be said of that."""

    readers: int = 0
    notes: tuple[Problem, ...] = ()


def late_readers(
    choice: Choice, book: BroadcastBook, earlier: BroadcastProgress | None, *, is_again: bool
) -> tuple[Mailbox, ...]:
    """Return who had no copy of a mail that was of part of its readers, unless all are to get it again."""
    if not earlier or not earlier.broadcast.of_part or (is_again and not earlier.unfinished):
        return ()
    known = book.addressed(earlier.broadcast.attempt)
    return tuple(box for box in choice.audience.mailboxes if box.key not in known)


def without_copy(
    choice: Choice, book: BroadcastBook, earlier: BroadcastProgress | None, *, is_again: bool
) -> tuple[Problem, ...]:
    """Say for whom an earlier giving to everybody does not count, as another list was united with it now."""
    if not earlier or earlier.broadcast.of_part or (is_again and not earlier.unfinished):
        return ()
    known, lists = book.addressed(earlier.broadcast.attempt), earlier.broadcast.lists
    others = [one.name_to_type for one in choice.lists if one.name not in lists]
    if not others or all(box.key in known for box in choice.audience.mailboxes):
        return ()
    message = _(
        "this mail was given to {earlier}: who is only in {lists} gets no copy of it; to write to them: "
        "{options}",
        earlier=name_of_lists(map(list_to_type, lists)),
        lists=name_of_lists(others),
        options=shlex.join(part for one in sorted(others) for part in ("--to", one)),
    )
    return (Problem(message, field="--to", is_warning=True),)


def with_this_text(  # noqa: PLR0913, PLR0917 - a mail, and who reads it
    choice: Choice,
    book: BroadcastBook,
    group: Group,
    subject: str,
    text: str,
    now: datetime,
    *,
    but: Collection[str],
) -> TextBefore:
    """Return how many of the readers had this very text lately, in a mail to other lists, ``but`` of some."""
    readers = {box.key for box in choice.audience.mailboxes}
    alike = (one.broadcast for one in book.gone_since(group.id, now - _LATELY))
    had = {
        one: readers & {each.key.address for each in book.entries(one.attempt) if each.may_have_arrived}
        for one in alike
        if one.identity not in but and _says(one, subject, text)
    }
    earlier, count = [one for one, those in had.items() if those], len(frozenset().union(*had.values()))
    if not earlier:
        return TextBefore()
    message = _n(
        "this very text was given to {lists} on {at}: {count} of these addresses has it, and gets it again; "
        "to spare it that, name the others: --to file:FILE",
        "this very text was given to {lists} on {at}: {count} of these addresses have it, and get it again; "
        "to spare them that, name the others: --to file:FILE",
        count,
        lists=name_of_lists(sent_list_to_show(each) for one in earlier for each in one.lists),
        at=instant(earlier[0].confirmed_at.astimezone(group.timezone), spoken()),
    )
    return TextBefore(count, (Problem(message, field="--to", is_warning=True),))


def _says(earlier: Broadcast, subject: str, text: str) -> bool:
    """Tell whether a mail said the same, above its footer."""
    said = " ".join(earlier.content.text.split())
    return earlier.content.subject == subject and said.startswith(" ".join(text.split()))
