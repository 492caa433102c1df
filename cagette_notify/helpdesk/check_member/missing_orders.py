"""Say of which distribution no order is known, or none whole, so that nobody looks for its recap. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _
from cagette_notify.helpdesk.check_member.findings import Check, Finding, Health, Matter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cagette_notify.helpdesk.check_member.evidence import MemberEvidence


def missing_orders(case: MemberEvidence) -> Iterator[Finding]:
    """Yield the distributions whose recap is not for the member: nothing is wrong, but it explains all."""
    for missing in case.missing_orders:
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
        day = starts.astimezone(case.zone).date()
        yield Finding(Check.LAST_MESSAGES, Health.OK, summary, advice, Matter.NO_ORDER, days=(day,))


def unread_orders(case: MemberEvidence) -> Iterator[Finding]:
    """Yield the rows set aside that are, or may be, of the member's orders: recaps wait, or lack them."""
    for unread in case.unread_orders:
        starts = unread.distribution.starts_at
        values = {"distribution": unread.distribution.id, "day": case.day(starts)}
        day = starts.astimezone(case.zone).date()
        for line in unread.lines:
            place = f"{line.origin.file}:{line.origin.line}"
            summary = (
                _(
                    "a row of the order for {distribution} ({day}) can't be read: {place}",
                    place=place,
                    **values,
                )
                if line.is_certain
                else _(
                    "a line of {file} can't be attributed, and may be of the order for {distribution} "
                    "({day}): {place}",
                    file=line.origin.file,
                    place=place,
                    **values,
                )
            )
            advice = _("correct the row; the next run sends what is not too late")
            yield Finding(
                Check.LAST_MESSAGES, Health.WARNING, summary, advice, Matter.UNREAD_ORDER, days=(day,)
            )
