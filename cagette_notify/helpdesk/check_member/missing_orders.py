"""Say of which distribution no order is known, or none whole, and what that keeps away. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _
from cagette_notify.core.text import one_line
from cagette_notify.helpdesk.check_member.findings import Check, Finding, Health, Matter
from cagette_notify.planning.announced import latest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date, datetime, tzinfo

    from cagette_notify.core.model import Distribution, UnreadLine
    from cagette_notify.helpdesk.check_member.evidence import (
        MemberEvidence,
        MissingOrder,
        Uncorrected,
        UnreadOrder,
    )


def missing_orders(case: MemberEvidence) -> Iterator[Finding]:
    """Yield the distributions whose recap is not for the member: nothing is wrong, but it explains all."""
    moved = {one.distribution.id for one in case.uncorrected}
    for missing in case.missing_orders:
        if missing.distribution.id in moved:
            continue  # which says it, too
        starts = missing.distribution.starts_at
        values = {"distribution": missing.distribution.id, "day": case.day(starts), "file": missing.file}
        if missing.is_everybodys:
            summary = _(
                "the recap of {distribution} ({day}) goes only to those who ordered, and no order of anybody "
                "is known",
                **values,
            )
            advice = _("is {file} whole? If not, fetch the export of the orders again", **values)
        else:
            summary = _(
                "the recap of {distribution} ({day}) goes only to those who ordered, and no order in this "
                "name is known",
                **values,
            )
            advice = _("if the member did order: under which name? See {file}", **values)
        health = Health.WARNING if missing.strangers else Health.OK
        if missing.strangers:
            summary = _("; ").join((summary, *_strangers_in_words(missing)))
            advice = _(
                "if it is the member's, write the id in {file} as the list of members has it; the next run "
                "sends what is not too late",
                **values,
            )
        days = (_day(case, missing.distribution),)
        yield Finding(Check.LAST_MESSAGES, health, summary, advice, Matter.NO_ORDER, days=days)


def _strangers_in_words(missing: MissingOrder) -> Iterator[str]:
    """Yield, once for each id that is like the member's, the row that names it."""
    first = {line.reference: line.origin for line in reversed(missing.strangers)}
    for reference, origin in reversed(first.items()):
        place = f"{origin.file}:{origin.line}"
        yield _(
            "but {place} is an order of {reference!r}, who is no member", place=place, reference=reference
        )


def unread_orders(case: MemberEvidence) -> Iterator[Finding]:
    """Yield the rows set aside that are, or may be, of the member's orders: recaps wait, or lack them."""
    for unread in case.unread_orders:
        for line in unread.lines:
            yield Finding(
                Check.LAST_MESSAGES,
                Health.WARNING,
                _row_in_words(case, unread, line),
                _cure(unread),
                _matter(unread),
                days=(_day(case, unread.distribution),),
            )


def incomplete_recaps(case: MemberEvidence) -> Iterator[Finding]:
    """Yield the recaps that lack a row which can be read now: nobody sends them again."""
    unread = {one.distribution.id for one in case.unread_orders}
    for one in case.incomplete_recaps:
        if one.distribution.id in unread:
            continue
        summary = _(
            "the recap of {distribution} ({day}) says that a row of the order could not be read",
            distribution=one.distribution.id,
            day=case.day(one.distribution.starts_at),
        )
        advice = (
            _("nothing: another recap is still to leave, with all of the order")
            if one.is_awaited
            else _("tell the member what is in the order: that recap is not sent again")
        )
        days = (_day(case, one.distribution),)
        yield Finding(
            Check.LAST_MESSAGES, Health.WARNING, summary, advice, Matter.INCOMPLETE_RECAP, days=days
        )


def _row_in_words(case: MemberEvidence, unread: UnreadOrder, line: UnreadLine) -> str:
    values = {
        "distribution": unread.distribution.id,
        "day": case.day(unread.distribution.starts_at),
        "file": line.origin.file,
        "place": f"{line.origin.file}:{line.origin.line}",
    }
    text = (
        _("a row of the order for {distribution} ({day}) can't be read: {place}", **values)
        if line.is_certain
        else _(
            "a line of {file} can't be attributed, and may be of the order for {distribution} "
            "({day}): {place}",
            **values,
        )
    )
    return text + (_("; the recap that left says that it is missing") if unread.is_in_no_recap else "")


def _cure(unread: UnreadOrder) -> str:
    if unread.is_awaited:
        return _("correct the row; the next run sends what is not too late")
    return _("correct the row, and tell the member what it says: no recap of it is to come")


def _matter(unread: UnreadOrder) -> Matter:
    if unread.is_in_no_recap:
        return Matter.INCOMPLETE_RECAP
    return Matter.UNREAD_ORDER if unread.is_awaited else Matter.UNTOLD_ORDER


def _day(case: MemberEvidence, distribution: Distribution) -> date:
    return distribution.starts_at.astimezone(case.zone).date()


def uncorrected(case: MemberEvidence) -> Iterator[Finding]:
    """Yield the distributions that the member was told otherwise, and whose correction is not for them.

    It goes to members with an order. Whoever is none any more, or has none, would stand before a closed door.
    """
    for one in case.uncorrected:
        zone, last = one.group.timezone, latest(one.told)
        values = {
            "distribution": one.distribution.id,
            "addresses": ", ".join(dict.fromkeys(entry.recipient for entry in one.told)),
            "told": _when_and_where(zone, last.starts_at, last.place),
            "now": _when_and_where(zone, one.distribution.starts_at, one.distribution.place),
        }
        summary, advice = _without_order(one, values) if one.is_members else _of_no_member(case, one, values)
        local = one.distribution.starts_at.astimezone(zone)
        yield Finding(
            Check.LAST_MESSAGES,
            Health.WARNING,
            summary,
            advice,
            Matter.NOT_CORRECTED if one.is_members else Matter.NOT_OF_GROUP,
            days=(local.date(),),
            starts_at=local,
            place=one_line(one.distribution.place),
        )


def _without_order(one: Uncorrected, values: Mapping[str, str]) -> tuple[str, str]:
    """Return what is so, and what to do about it, where the member has no order any more."""
    summary = _(
        "{distribution} was told to {addresses} for {told}, and it is {now}: the correction goes only to "
        "those who have an order, and no order in this name is known any more",
        **values,
    )
    return summary, _(
        "tell the member that it changed; if they did order: under which name? See {file}", file=one.file
    )


def _of_no_member(case: MemberEvidence, one: Uncorrected, values: Mapping[str, str]) -> tuple[str, str]:
    """Return the same where they are no member of the group, whatever is ordered in their name."""
    summary = _(
        "{distribution} was told to {addresses} for {told}, and it is {now}: the correction goes only to "
        "members of {group}, and this member is none",
        group=one.group.name,
        **values,
    )
    return summary, _(
        "tell the member that it changed; if they are of {group}, name that group too in {place}",
        group=one.group.name,
        place=case.place,
    )


def _when_and_where(zone: tzinfo, at: datetime, place: str) -> str:
    when = f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
    return f"{when}, {one_line(place)}" if place else when
