"""Say of which distribution no order is known, or none whole, and what that keeps away. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.commands_to_type import command_to_type
from cagette_notify.core.i18n import _, _n
from cagette_notify.core.text import lacks_letters, quoted, shortened
from cagette_notify.helpdesk.check_member.findings.finding import Check, Finding, Health, Matter, next_run
from cagette_notify.helpdesk.check_member.findings.missed_notices import kind_and_occasion
from cagette_notify.helpdesk.check_member.findings.no_order import (
    if_they_did_order,
    rows_of_nobody,
    with_rows_of_nothing,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from cagette_notify.core.model import Distribution
    from cagette_notify.core.order_book import UnreadLine
    from cagette_notify.helpdesk.check_member.evidence.member_evidence import MemberEvidence
    from cagette_notify.helpdesk.check_member.evidence.pieces_of_evidence import Cancelled, UnreadOrder
    from cagette_notify.planning.timeline import TimelineEvent


def missing_orders(case: MemberEvidence) -> Iterator[Finding]:
    """Yield the distributions whose recap is not for the member: nothing is wrong, but it explains all."""
    moved = {one.distribution.id for one in case.uncorrected}
    for missing in case.missing_orders:
        if missing.distribution.id in moved:
            continue  # which says it, too
        if missing.distribution.id in case.without_orders:
            yield _without_orders(case, missing.distribution)
            continue
        one = missing.distribution
        values = {"distribution": one.id, "day": case.day_of(one), "file": missing.file}
        of_nobody = rows_of_nobody(missing.nobodys) if missing.is_everybodys else ""
        if missing.is_everybodys:
            summary = _(
                "the recap of {distribution} ({day}) goes only to those who ordered, and no order of anybody "
                "is known",
                **values,
            )
            advice = of_nobody or _("is {file} whole? If not, fetch the export of the orders again", **values)
        else:
            summary = _(
                "the recap of {distribution} ({day}) goes only to those who ordered, and no order in this "
                "name is known",
                **values,
            )
            advice = if_they_did_order(missing.file, missing.rows)
        summary = _("; ").join((summary, *(left_in_words(case, event) for event in missing.left)))
        summary = with_rows_of_nothing(summary, missing.rows)
        yield Finding(
            *(Check.LAST_MESSAGES, Health.WARNING if of_nobody else Health.OK, summary, advice),
            Matter.NO_ORDER,
            days=(_day(case, one),),
            group_id=one.group_id,
            left=missing.left,
        )


def orders_elsewhere(case: MemberEvidence) -> Iterator[Finding]:
    """Yield the files that nobody reads, in which the order may stand of which none is known."""
    for one in case.orders_elsewhere:
        files = shortened(one.files)
        yield Finding(
            *(Check.LAST_MESSAGES, Health.WARNING),
            _n(
                "no order in this name is known for {distribution} ({day}), and {files}, which seems to hold "
                "orders, is not read",
                "no order in this name is known for {distribution} ({day}), and {files}, which seem to hold "
                "orders, are not read",
                len(one.files),
                distribution=one.distribution.id,
                day=case.day_of(one.distribution),
                files=files,
            ),
            _(
                "look for the order in {files}; if it is there, {command} says what to do with that file",
                files=files,
                command=command_to_type("check"),
            ),
            Matter.ORDERS_ELSEWHERE,
            days=(_day(case, one.distribution),),
            group_id=one.distribution.group_id,
        )


def _without_orders(case: MemberEvidence, one: Distribution) -> Finding:
    return Finding(
        Check.LAST_MESSAGES,
        Health.WARNING,
        _(
            "no recap of {distribution} ({day}) could leave to anybody: no orders: are named for it",
            distribution=one.id,
            day=case.day_of(one),
        ),
        _("name the file of its orders under data:, or at the distribution"),
        Matter.NO_ORDERS_YET,
        group_id=one.group_id,
    )


def cancelled_distributions(case: MemberEvidence) -> Iterator[Finding]:
    """Yield the distributions that are cancelled, of which no recap had left: that explains all, too.

    Who has ordered all the same, and was told nothing of it, is still to hear that.
    """
    told = {entry.key.distribution_id for one in case.taken_back for entry in one.told}
    for one in case.cancelled:
        if case.is_mailed and one.distribution.id in told:
            continue  # which says it, too; but the reply tells of no mail where they are only written
        values = {"distribution": one.distribution.id, "day": case.day_of(one.distribution)}
        summary = (
            _(
                "distribution {distribution} ({day}) is cancelled, and there is an order in this name: no "
                "mail says so by itself",
                **values,
            )
            if one.command
            else _(
                "distribution {distribution} ({day}) is cancelled: no mail of it leaves any more", **values
            )
        )
        yield Finding(
            *(Check.LAST_MESSAGES, Health.WARNING if one.command else Health.OK, summary),
            *(_to_those_with_order(one) if one.command else "", Matter.CANCELLED),
            days=(_day(case, one.distribution),),
            group_id=one.distribution.group_id,
        )


def _to_those_with_order(one: Cancelled) -> str:
    if one.row_is_unread:
        return _(
            "tell the member; the command that tells all who have ordered reaches them once the row of the "
            "order is corrected: {command}",
            command=one.command,
        )
    return _("tell the member; to tell all who have ordered: {command}", command=one.command)


def left_in_words(case: MemberEvidence, event: TimelineEvent) -> str:
    """Say when a notice left, or perhaps, to which address, and whether that is one of the past."""
    values = {
        "notice": kind_and_occasion(case, event),
        "day": case.long_day(event.at),
        "address": event.address,
    }
    if case.is_former(event.address):
        if event.is_in_doubt:
            return _(
                "{notice} perhaps left on {day} to {address}, which is no address of theirs any more",
                **values,
            )
        return _("{notice} left on {day} to {address}, which is no address of theirs any more", **values)
    if event.is_in_doubt:
        return _("{notice} perhaps left on {day} to {address}", **values)
    return _("{notice} left on {day} to {address}", **values)


def unread_orders(case: MemberEvidence) -> Iterator[Finding]:
    """Yield the rows set aside that are, or may be, of the member's orders: recaps wait, or lack them."""
    for unread in case.unread_orders:
        for line in unread.lines:
            yield Finding(
                Check.LAST_MESSAGES,
                Health.WARNING,
                _row_in_words(case, unread, line),
                _cure(case, unread, line),
                _matter(unread),
                days=(_day(case, unread.distribution),),
                group_id=unread.distribution.group_id,
                by_itself=next_run() if unread.is_awaited else "",
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
            day=case.day_of(one.distribution),
        )
        advice = _("tell the member what is in the order: that recap is not sent again")
        another = _("another recap is still to leave, with all of the order")
        yield Finding(
            *(Check.LAST_MESSAGES, Health.WARNING, summary),
            advice="" if one.is_awaited else advice,
            cause=Matter.INCOMPLETE_RECAP,
            days=(_day(case, one.distribution),),
            group_id=one.distribution.group_id,
            by_itself=another if one.is_awaited else "",
        )


def _row_in_words(case: MemberEvidence, unread: UnreadOrder, line: UnreadLine) -> str:
    values = {
        "distribution": unread.distribution.id,
        "day": case.day_of(unread.distribution),
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


def cure_of_row(case: MemberEvidence, distribution_id: str) -> str:
    """Return what to do about the first row of a distribution that is set aside."""
    unread = next((one for one in case.unread_orders if one.distribution.id == distribution_id), None)
    return _cure(case, unread, unread.lines[0]) if unread else _("correct the row")


def _cure(case: MemberEvidence, unread: UnreadOrder, line: UnreadLine) -> str:
    if line.alike:
        return _(
            "if {places} are one person: take all of these rows but one out of the list",
            places=shortened(line.alike),
        )
    if lacks_letters(line.reference):
        return _(
            "if it is theirs, export the orders again, and leave them as they come, or as .xlsx: {name} has "
            "lost letters, as where a spreadsheet saves a CSV file anew",
            name=quoted(line.reference),
        )
    is_name = not any(each == "@" or each.isdecimal() for each in line.reference)
    if is_name and " " in line.reference:
        return _(
            "if it is theirs, write the name in {place} as the orders have it, {name}: what is corrected in "
            "an export is lost with the next one",
            place=case.place,
            name=quoted(line.reference),
        )
    if unread.is_awaited:
        return _("correct the row")
    return _("correct the row, and tell the member what it says: no recap of it is to come")


def _matter(unread: UnreadOrder) -> Matter:
    if unread.is_in_no_recap:
        return Matter.INCOMPLETE_RECAP
    return Matter.UNREAD_ORDER if unread.is_awaited else Matter.UNTOLD_ORDER


def _day(case: MemberEvidence, distribution: Distribution) -> date:
    return distribution.starts_at.astimezone(case.zone).date()
