"""Turn the ledger's records about a member into events, with Mailjet's word on each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.notices import Reason
from cagette_notify.planning.timeline import TimelineEvent

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cagette_notify.helpdesk.check_member.evidence.pieces_of_evidence import MailboxEvidence
    from cagette_notify.ledger.fates import FateBook
    from cagette_notify.ledger.history import HistoryRecord


def recorded_events(
    records: Iterable[HistoryRecord],
    mailboxes: Sequence[MailboxEvidence],
    kept: FateBook,
) -> list[TimelineEvent]:
    """Return ``records`` as events; Mailjet's newest word on each counts before the ``kept``."""
    records = [one for one in records if one.reason != Reason.ALREADY_SENT]
    fates = kept.of({one.custom_id for one in records if one.custom_id})
    fates |= {fate.custom_id: fate for box in mailboxes for fate in box.fates or () if fate.custom_id}
    return [
        TimelineEvent(
            *(one.at, one.kind, one.group_id, one.distribution_id, one.address, one.status, one.reason),
            custom_id=one.custom_id,
            subject=one.subject,
            fate=fates.get(one.custom_id),
            about_content=one.about_content,
            is_incomplete=one.is_incomplete,
            is_correction=one.is_correction,
        )
        for one in records
    ]
