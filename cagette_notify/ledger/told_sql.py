"""Find what was told of starts ahead, in SQL; what was told before a start that is over is over with it."""

from __future__ import annotations

from cagette_notify.core.kinds import CORRECTED_KINDS, NOTICE_KINDS
from cagette_notify.ledger.rows import ENTRY_COLUMNS

_CORRECTED = ", ".join(f"'{kind}'" for kind in CORRECTED_KINDS)
_NOTICES = ", ".join(f"'{kind}'" for kind in NOTICE_KINDS)

_TOLD = f"account = :account AND kind IN ({_CORRECTED}) AND status IN ('sent', 'claimed', 'in_doubt')"
_TOLD_ANYTHING = f"account = :account AND kind IN ({_NOTICES}) AND status IN ('sent', 'claimed', 'in_doubt')"

# One that was put off, moved back and held took place, though the day it was put off to is still to come.
# The + keeps from looking through all that is over for what concerns a distribution told of a start ahead.
TOLD_AHEAD = f"""
    SELECT {ENTRY_COLUMNS} FROM notices
    LEFT JOIN (
        SELECT distribution_id, max(revision) AS last_over FROM notices
        WHERE {_TOLD} AND +starts_at <= :now AND distribution_id IN (
            SELECT distribution_id FROM notices WHERE {_TOLD} AND starts_at > :now
        )
        GROUP BY distribution_id
    ) USING (distribution_id)
    WHERE {_TOLD} AND starts_at > :now AND revision > coalesce(last_over, -1)
    GROUP BY group_id, distribution_id, starts_at, place
"""  # noqa: S608 - literals of this package
"""One recap that may have arrived for each group and start ahead that was announced."""

LAST_TOLD_AHEAD = f"""
    SELECT {ENTRY_COLUMNS}, max(claimed_at) FROM notices
    LEFT JOIN (
        SELECT distribution_id, max(claimed_at) AS last_over FROM notices
        WHERE {_TOLD_ANYTHING} AND +starts_at <= :now AND distribution_id IN (
            SELECT distribution_id FROM notices WHERE {_TOLD_ANYTHING} AND starts_at > :now
        )
        GROUP BY distribution_id
    ) USING (distribution_id)
    WHERE {_TOLD_ANYTHING} AND starts_at > :now AND claimed_at > coalesce(last_over, '')
    GROUP BY group_id, distribution_id, kind, starts_at
"""  # noqa: S608 - literals of this package
"""What was told last of each kind and start that a distribution ahead was told of."""
