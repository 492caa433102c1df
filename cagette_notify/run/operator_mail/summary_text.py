"""Word the summary of a distribution's recaps: sent, accepted, unreached."""

from __future__ import annotations

from collections import defaultdict
from itertools import takewhile
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from cagette_notify.core.i18n import _, _n
from cagette_notify.core.mailjet_fates import BAD_CATEGORIES, Fate, FateCategory, fate_in_words
from cagette_notify.core.notices import Reason, Status
from cagette_notify.mails.operator_mail import OperatorText, operator_content

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from cagette_notify.config.load import Style
    from cagette_notify.core.messages import Content
    from cagette_notify.core.model import Group
    from cagette_notify.ledger.history import HistoryRecord


class Unreached(Struct, frozen=True):
    """Somebody whom a recap did not reach, as far as anybody knows, and why."""

    member_id: str
    address: str
    why: str


class Summary(Struct, frozen=True):
    """What became of a distribution's recaps, counted in mails, their ``corrections`` among them."""

    left: int = 0
    corrections: int = 0
    accepted: int = 0
    unknown: int = 0
    unreached: tuple[Unreached, ...] = ()
    is_of_outbox: bool = False  # they were written to files, and nobody was to be reached

    def __bool__(self) -> bool:
        """Tell whether there is anything to say."""
        return bool(self.left or self.unreached)


def summarize(
    records: Iterable[HistoryRecord],
    fates: Mapping[str, Fate],
    listed: Mapping[str, Sequence[str]] | None = None,
    *,
    without_order: Collection[str] = (),
    is_of_outbox: bool = False,
) -> Summary:
    """Return what became of the recaps in ``records``, the newest first.

    ``fates`` are those known, by CustomID; ``listed`` the addresses that members have by now, by id. Who
    is ``without_order``, as turned out since, waited for nothing.
    """
    recaps = [
        record
        for record in records
        if record.kind.traits.needs_order and not (_waited(record) and record.member_id in without_order)
    ]
    left = {record.custom_id: record for record in recaps if record.status == Status.SENT}
    outlooks = {id_: fates[id_].outlook if id_ in fates else FateCategory.UNKNOWN for id_ in left}
    arrived = {id_ for id_, outlook in outlooks.items() if is_of_outbox or outlook is FateCategory.ACCEPTED}
    return Summary(
        left=len(left),
        corrections=sum(record.is_correction for record in left.values()),
        accepted=sum(outlook is FateCategory.ACCEPTED for outlook in outlooks.values()),
        unknown=sum(outlook in {FateCategory.UNKNOWN, FateCategory.WAITING} for outlook in outlooks.values()),
        unreached=tuple(sorted(_unreached(recaps, fates, listed or {}, arrived), key=_by_member)),
        is_of_outbox=is_of_outbox,
    )


def content_of(style: Style, summary: Summary, group: Group, day: str, names: Mapping[str, str]) -> Content:
    """Return the mail. ``names`` are people's, by member's id; who is not in it is named by the id."""
    people = (
        _("{name} ({address}): {why}", name=names.get(one.member_id, one.member_id), **_seen(one))
        for one in summary.unreached
    )
    text = OperatorText(
        _("{figures}, {day} – {group}", figures=_figures(summary), day=day, group=group.name),
        _figures(summary),
        before=tuple(_lines(summary, day)),
        listed=tuple(people),
        after=_cure(summary),
        why=_("You get this summary because you are the contact of {group}.", group=group.name),
    )
    return operator_content(style, text, group)


def _figures(summary: Summary) -> str:
    """Say how many recaps left, or were accepted, in the few words of a subject."""
    if summary.is_of_outbox:
        return _written(summary)
    if summary.corrections:
        return _n(
            "{count} of {left} recaps and corrections accepted",
            "{count} of {left} recaps and corrections accepted",
            summary.accepted,
            left=summary.left,
        )
    return _n(
        "{count} of {left} recaps accepted",
        "{count} of {left} recaps accepted",
        summary.accepted,
        left=summary.left,
    )


def _written(summary: Summary) -> str:
    if summary.corrections:
        return _n("{count} correction written", "{count} recaps and corrections written", summary.left)
    return _n("{count} recap written", "{count} recaps written", summary.left)


def _unreached(
    recaps: Iterable[HistoryRecord],
    fates: Mapping[str, Fate],
    listed: Mapping[str, Sequence[str]],
    arrived: Collection[str],
) -> Iterator[Unreached]:
    """Yield each reader whom no recap reached, with what became of the newest one.

    Nobody asks after an address that was corrected, once a recap has reached its household.
    """
    told = _by_reader(recaps, listed)
    reached = {reader for reader, those in told.items() if any(one.custom_id in arrived for one in those)}
    households = {member_id for member_id, _address in reached}
    for (member_id, address), those in told.items():
        known = {one.casefold() for one in listed.get(member_id, ())}
        is_corrected = bool(known) and address not in known and member_id in households
        owed = takewhile(lambda one: one.reason != Reason.NO_ORDER.value, those)
        whys = filter(None, (_why_unreached(one, fates.get(one.custom_id)) for one in owed))
        why = next(whys, "")
        if why and not is_corrected and (member_id, address) not in reached:
            yield Unreached(member_id, those[0].address, why)


def _by_reader(
    recaps: Iterable[HistoryRecord], listed: Mapping[str, Sequence[str]]
) -> dict[tuple[str, str], list[HistoryRecord]]:
    """Return the recaps by member and address, but for what one said that was corrected since."""
    found: dict[tuple[str, str], list[HistoryRecord]] = defaultdict(list)
    for record in (each for recap in recaps for each in _at_each_address(recap, listed)):
        those = found[record.member_id, record.address.casefold()]
        if not any(one.is_correction for one in those):
            those.append(record)
    return found


def _at_each_address(record: HistoryRecord, listed: Mapping[str, Sequence[str]]) -> Iterator[HistoryRecord]:
    """Yield it once for each address: where a recap waited for its orders, one is noted for all."""
    yield record
    if _waited(record):
        for address in listed.get(record.member_id, ()):
            yield replace(record, address=address)


def _waited(record: HistoryRecord) -> bool:
    return record.reason == Reason.WAITING_FOR_ORDERS.value


def _by_member(one: Unreached) -> tuple[str, str]:
    return one.member_id, one.address


def _why_unreached(record: HistoryRecord, fate: Fate | None) -> str:
    if record.status == Status.SENT:
        return fate_in_words(fate) if fate and fate.outlook in BAD_CATEGORIES else ""
    if record.status == "skipped":
        return _why_skipped().get(record.reason, "")
    too_late = _("the recap came too late")
    reasons = {
        Status.FAILED.value: record.reason or _("refused by Mailjet"),
        Status.EXPIRED.value: _("{what}: {reason}", what=too_late, reason=record.reason)
        if record.reason
        else too_late,
        Status.IN_DOUBT.value: _("nobody knows whether the recap left"),
        Status.CLAIMED.value: _("nobody knows whether the recap left"),
        Status.DEFERRED.value: _("the recap did not leave in time"),
    }
    return reasons.get(record.status, "")


def _why_skipped() -> dict[str, str]:
    return {
        Reason.NO_ADDRESS.value: _("no address in the list of members"),
        Reason.PLACEHOLDER_ADDRESS.value: _("no address in the list of members"),
        Reason.INVALID_ADDRESS.value: _("the address in the list of members is none"),
        Reason.WAITING_FOR_ORDERS.value: _(
            "the export of the orders was missing, too old, or in part illegible"
        ),
    }


def _lines(summary: Summary, day: str) -> Iterator[str]:
    if summary.is_of_outbox:
        yield _n(
            "Recaps of the distribution of {day}: {count} written to the outbox. Nothing left this machine.",
            "Recaps of the distribution of {day}: {count} written to the outbox. Nothing left this machine.",
            summary.left,
            day=day,
        )
        yield from _corrections(summary)
        if summary.unreached:
            yield _("Not reached:")
        return
    yield _n(
        "Recaps of the distribution of {day}: {count} left.",
        "Recaps of the distribution of {day}: {count} left.",
        summary.left,
        day=day,
    )
    yield from _corrections(summary)
    if summary.left:
        yield _("Accepted by the mail providers: {accepted}.", accepted=summary.accepted)
    if summary.unknown:
        yield _("Not known yet: {unknown}.", unknown=summary.unknown)
    yield _("Not reached:") if summary.unreached else _("Nobody is known to have been missed.")


def _corrections(summary: Summary) -> Iterator[str]:
    if summary.corrections:
        yield _("Corrections among them, of an hour or a place: {count}.", count=summary.corrections)


def _seen(one: Unreached) -> dict[str, str]:
    return {"address": one.address or _("no address"), "why": one.why}


def _cure(summary: Summary) -> str:
    if not summary.unreached:
        return ""
    return _(
        "You may want to tell them yourself, and to ask for an address that works. Whoever looks after these "
        "mails can find out more."
    )
