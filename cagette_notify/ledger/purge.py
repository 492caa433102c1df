"""Delete notices, fates, skips and plans older than ``keep``, in SQL.

The hashes that people left who were forgotten go as soon as they guard nothing any more.
"""

from __future__ import annotations

from cagette_notify.ledger.broadcast_rows import OF_PART
from cagette_notify.ledger.rows import FAR

PURGE = (
    f"""
    DELETE FROM notices
    WHERE status NOT IN ('claimed', 'in_doubt', 'deferred')
        AND CASE WHEN too_late_at = '{FAR}' THEN due_at ELSE too_late_at END < :before
    """,  # noqa: S608 - a literal of this package
    "DELETE FROM skips WHERE noted_at < :before",
    "DELETE FROM forgotten WHERE too_late_at <= :now",
    "DELETE FROM fates WHERE NOT EXISTS (SELECT 1 FROM notices WHERE notices.custom_id = fates.custom_id)",
    """
    DELETE FROM copies WHERE NOT EXISTS (SELECT 1 FROM notices WHERE notices.custom_id = copies.custom_id)
    """,
    "DELETE FROM planned_rows WHERE attempt IN (SELECT attempt FROM planned WHERE send_at < :before)",
    "DELETE FROM planned WHERE send_at < :before",
    """
    DELETE FROM attachments WHERE NOT EXISTS (SELECT 1 FROM copies WHERE copies.attempt = attachments.attempt)
        AND attempt NOT IN (SELECT attempt FROM planned)
    """,
    """
    DELETE FROM broadcasts WHERE NOT EXISTS (SELECT 1 FROM copies WHERE copies.attempt = broadcasts.attempt)
        AND attempt NOT IN (SELECT attempt FROM planned)
    """,
    f"""
    DELETE FROM marks
    WHERE name = '{OF_PART}'
        AND NOT EXISTS (SELECT 1 FROM broadcasts WHERE broadcasts.attempt = marks.group_id)
    """,  # noqa: S608 - a literal of this package
)
