"""Find what was told of starts ahead, in SQL; what was told before a start that is over is over with it."""

from __future__ import annotations

from cagette_notify.core.kinds import CORRECTED_KINDS, DUTY_KINDS, NOTICE_KINDS
from cagette_notify.ledger.rows import ENTRY_COLUMNS

_CORRECTED = ", ".join(f"'{kind}'" for kind in CORRECTED_KINDS)
_DUTIES = ", ".join(f"'{kind}'" for kind in DUTY_KINDS)
_NOTICES = ", ".join(f"'{kind}'" for kind in NOTICE_KINDS)

_TOLD = f"account = :account AND kind IN ({_CORRECTED}) AND status IN ('sent', 'claimed', 'in_doubt')"
_TOLD_ANYTHING = f"account = :account AND kind IN ({_NOTICES}) AND status IN ('sent', 'claimed', 'in_doubt')"

_COUNTER = f"CASE WHEN kind IN ({_DUTIES}) THEN 'of ' || member_id ELSE '' END"
"""Whose changes a row's revision counts: a distribution's, or those of one member's duty there."""

# One that was put off, moved back and held took place, though the day it was put off to is still to come.
# The + keeps from looking through all that is over for what concerns a distribution told of a start ahead.
TOLD_AHEAD = f"""
    SELECT {ENTRY_COLUMNS} FROM notices WHERE id IN (
        SELECT max(id) FROM notices
        LEFT JOIN (
            SELECT distribution_id AS id_over, {_COUNTER} AS counter_over, max(revision) AS last_over
            FROM notices
            WHERE {_TOLD} AND +starts_at <= :now AND distribution_id IN (
                SELECT distribution_id FROM notices WHERE {_TOLD} AND starts_at > :now
            )
            GROUP BY id_over, counter_over
        ) AS over_by_now ON id_over = distribution_id AND counter_over = {_COUNTER}
        WHERE {_TOLD} AND starts_at > :now AND revision > coalesce(last_over, -1)
        GROUP BY group_id, distribution_id, starts_at, place, kind IN ({_DUTIES})
    ) ORDER BY id
"""  # noqa: S608 - literals of this package
"""One recap, and one duty, that may have arrived for each group and start ahead that was announced."""

DUTIES_TOLD_AHEAD = f"""
    SELECT {ENTRY_COLUMNS} FROM notices
    WHERE account = :account AND distribution_id IN (
        SELECT distribution_id FROM notices
        WHERE {_TOLD} AND starts_at > :now AND kind IN ({_DUTIES})
    ) AND kind IN ({_DUTIES})
    ORDER BY id
"""  # noqa: S608 - literals of this package
"""All that was ever tried of duties, of the distributions ahead of which somebody was told one."""

LAST_TOLD_AHEAD = f"""
    SELECT {ENTRY_COLUMNS} FROM notices WHERE id IN (
        SELECT id FROM (
            SELECT id, row_number() OVER (
                PARTITION BY group_id, distribution_id, kind, starts_at ORDER BY claimed_at DESC, id
            ) AS nth
            FROM notices
            LEFT JOIN (
                SELECT distribution_id, max(claimed_at) AS last_over FROM notices
                WHERE {_TOLD_ANYTHING} AND +starts_at <= :now AND distribution_id IN (
                    SELECT distribution_id FROM notices WHERE {_TOLD_ANYTHING} AND starts_at > :now
                )
                GROUP BY distribution_id
            ) AS over_by_now USING (distribution_id)
            WHERE {_TOLD_ANYTHING} AND starts_at > :now AND claimed_at > coalesce(last_over, '')
        ) AS told WHERE nth = 1
    ) ORDER BY id
"""  # noqa: S608 - literals of this package
"""What was told last of each kind and start that a distribution ahead was told of."""
