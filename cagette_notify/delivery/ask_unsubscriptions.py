"""Ask Mailjet who unsubscribed by its link, and keep of which mails that is about."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

from cagette_notify.core.unsubscriptions import OF_UNKNOWN_MAIL, UNKNOWN_MAIL, Act, Unsubscription
from cagette_notify.delivery.transport import AboutSomethingElse, LookupFailed, NoAnswer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cagette_notify.core.kinds import Kind
    from cagette_notify.core.mailjet_fates import Fate
    from cagette_notify.delivery.mailjet.rest_api import MailjetReader
    from cagette_notify.ledger.unsubscriptions import UnsubscriptionBook

_PRESSED_WITHIN = timedelta(days=90)  # of a mail's arrival; later on nobody can tell which one it was
_SKEW = timedelta(days=1)  # between our clock and Mailjet's, as in look-ups
_SEEN_WITHIN = timedelta(hours=1)  # a contact tells of a press before the mail that was pressed does
_MOST_LOOKED_UP = 50  # addresses a question: each is a call, for which the mails of a run wait


@runtime_checkable
class KeepsRecords(Protocol):
    """A transport whose provider can be asked about addresses and mails."""

    records: MailjetReader


class _Press(NamedTuple):
    """A mail whose link was pressed, when it had arrived, and which kinds stop by it."""

    custom_id: str
    arrived_at: datetime
    kinds: frozenset[Kind]


def ask_unsubscriptions(records: MailjetReader, book: UnsubscriptionBook, now: datetime) -> None:
    """Keep what is new, one address after the other; nothing of before the ledger wrote to it.

    Mailjet may keep one date for all that an address presses: those that are known are looked up again, in
    turn, as far as what is new leaves calls for it. What is new beyond that counts as of an unknown mail
    until the next question. Of a press of this very hour whose mail can't be told yet, that one hears again.
    So it does of what Mailjet tells nothing of now: raises ``LookupFailed`` for that once all others are
    kept, or at once where Mailjet is out of reach, and ``ConfigError`` where it refuses the keys.
    """
    heard = [*records.unsubscribed()]
    written_to = book.addresses_written_to() if heard else {}
    heard = [act for act in heard if act.address in written_to]
    known = book.known()
    new = [act for act in heard if act not in known and written_to[act.address] <= act.at]
    book.hold(new[_MOST_LOOKED_UP:])
    others = [act for act in heard if act in known or act.at < written_to[act.address]]
    new = new[:_MOST_LOOKED_UP]
    failure: LookupFailed | None = None
    for act in (*new, *book.whose_turn(others, _MOST_LOOKED_UP - len(new))):
        try:
            presses = _presses(records, book, act, written_to[act.address], now)
        except NoAnswer:
            raise
        except LookupFailed as error:
            failure = error
            continue
        _note(book, act, presses, is_to_count=act in new and now - act.at >= _SEEN_WITHIN)
    if failure:
        raise failure


def _presses(
    records: MailjetReader, book: UnsubscriptionBook, act: Act, first: datetime, now: datetime
) -> list[_Press]:
    """Return the mails whose links an address pressed, of those since the ``first`` of ours, newest first."""
    try:
        fates = records.messages_to(act.address, act.at - _PRESSED_WITHIN, max(now, act.at) + _SKEW)
    except AboutSomethingElse:
        return []
    return _presses_among(fates, book, act, first)


def _presses_among(
    fates: Iterable[Fate], book: UnsubscriptionBook, act: Act, first: datetime
) -> list[_Press]:
    pressed = [one for one in fates if one.status == "unsub"]
    ours = book.kinds_by_mail(act.address, [one.custom_id for one in pressed])
    return [
        _Press(one.custom_id, one.at, ours[one.custom_id])
        if one.custom_id in ours
        else _Press(UNKNOWN_MAIL, one.at, OF_UNKNOWN_MAIL)
        for one in pressed
        if one.custom_id in ours or one.at >= first
    ]


def _note(book: UnsubscriptionBook, act: Act, presses: Sequence[_Press], *, is_to_count: bool) -> None:
    """Keep what was pressed anew."""
    for at, kinds_by_mail in _pressed_anew(book, act, presses, is_to_count=is_to_count).items():
        book.note(Act(act.address, at), kinds_by_mail)


def _pressed_anew(
    book: UnsubscriptionBook, act: Act, presses: Sequence[_Press], *, is_to_count: bool
) -> dict[datetime, dict[str, frozenset[Kind]]]:
    """Return the mails that no earlier act is known to be about, by Mailjet's date, or their own where later.

    An act that ``is_to_count`` and has none of these was a link used anew, in any of them, or an unknown
    mail's.
    """
    earlier = book.attributed(act.address)
    mails: defaultdict[datetime, dict[str, frozenset[Kind]]] = defaultdict(dict)
    for one in presses:
        if one.custom_id not in earlier:
            mails[max(act.at, one.arrived_at)][one.custom_id] = one.kinds
    if is_to_count and act.at not in mails:
        anew = {one.custom_id: one.kinds for one in presses if one.arrived_at <= act.at}
        mails[act.at] = anew or {UNKNOWN_MAIL: OF_UNKNOWN_MAIL}
    return dict(mails)


def heard_of(
    book: UnsubscriptionBook, act: Act, fates: Iterable[Fate], first: datetime, now: datetime
) -> tuple[Unsubscription, ...]:
    """Return what an act stops of which Mailjet tells, as the next question would keep it: nothing is kept.

    ``fates`` are those of the mails to its address, to which the ``first`` of ours left then.
    """
    is_new = act not in book.known() and first <= act.at and now - act.at >= _SEEN_WITHIN
    pressed = _pressed_anew(book, act, _presses_among(fates, book, act, first), is_to_count=is_new)
    return tuple(
        Unsubscription(act.address, at, frozenset().union(*mails.values()), frozenset(mails))
        for at, mails in pressed.items()
    )
