"""Hold what the template of an answer to a member reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from cagette_notify.core.model import Contact
    from cagette_notify.mails.views import GroupView, Reader


class LeftView(Struct, frozen=True):
    """A notice that left: on which day, to which address; that is empty if it may not have been theirs.

    ``owner`` is as a finding's. One that ``is_former`` is none of theirs any more, and of a household of
    several may have been anybody's, if it ``is_households``. What ``is_in_doubt`` has perhaps left.
    ``subject`` is a broadcast's.
    """

    day: str
    address: str
    owner: str
    is_former: bool
    is_households: bool
    is_in_doubt: bool
    kind: str
    subject: str


class FindingView(Struct, frozen=True):
    """One thing to tell a member who gets no mail: a ``Cause`` or ``Matter``, and the address it is about.

    ``owner`` is the first name of who reads the address, if that isn't who asks, ``instead`` the household's
    address that is reached; ``kinds`` are notices that are off, or stopped, and ``days`` in words since when
    each is, where that is known, or the distribution's, ``at`` and ``place`` when and where that is now,
    ``told_at`` and ``told_place`` what they heard of it; ``group`` is the name of the group that it is about,
    where they are in several; ``left`` is what had left all the same, ``why`` the reason where a matter has
    several.
    ``covered`` are addresses that get them by another account; ``also`` is the same of other addresses. One
    that ``is_anothers`` is about an address that whoever asks doesn't read.
    """

    cause: str
    address: str = ""
    provider: str = ""
    meant: str = ""
    instead: str = ""
    owner: str = ""
    kinds: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    group: str = ""
    at: str = ""
    place: str = ""
    told_at: str = ""
    told_place: str = ""
    left: tuple[LeftView, ...] = ()
    why: str = ""
    covered: tuple[str, ...] = ()
    is_anothers: bool = False
    also: tuple[FindingView, ...] = ()


class NextView(Struct, frozen=True):
    """The next mail that will leave: its kind, the distribution's day, and when it leaves, in words.

    ``group`` is as a finding's; a broadcast has no ``day``.
    ``at`` is empty for one that leaves with the next run. ``also`` are those that leave at the same time, all
    of them in so many ``mails``.
    """

    kind: str
    day: str
    at: str
    group: str = ""
    also: tuple[NextView, ...] = ()
    mails: int = 1


class OthersLetterView(Struct, frozen=True):
    """A broadcast to others: the kind of its list, the day of its distribution, and when it left, or is to.

    ``group`` is as a finding's.
    """

    kind: str
    day: str
    at: str
    is_planned: bool
    group: str = ""


class ReplyView(Struct, frozen=True):
    """Every variable that the reply to "I don't receive the mails" knows: nothing but the member's own.

    ``group`` is None for a member of none that is active, ``next`` where nothing is known to leave or
    arrive; ``letter`` is the first broadcast that is planned, ``others_letter`` one of which they are no
    reader. ``asks_back`` tells that an answer is asked for already. The ``sender`` has no address as long as
    none was chosen.
    """

    language: str
    member: Reader
    group: GroupView | None
    sender: Contact
    findings: tuple[FindingView, ...]
    next: NextView | None
    asks_back: bool
    settings_url: str
    help_url: str
    letter: NextView | None = None
    others_letter: OthersLetterView | None = None

    def variables(self) -> dict[str, object]:
        """Return them by name, as Jinja2 wants them."""
        return {name: getattr(self, name) for name in self.__struct_fields__}
