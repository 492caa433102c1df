"""Compare the readers of a broadcast with those of an earlier giving of the very same mail."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.list_names import list_to_type
from cagette_notify.core.messages import name_of_lists

if TYPE_CHECKING:
    from cagette_notify.broadcast.choose import Choice
    from cagette_notify.core.messages import BroadcastProgress
    from cagette_notify.core.model import Mailbox
    from cagette_notify.ledger.broadcasts import BroadcastBook


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
