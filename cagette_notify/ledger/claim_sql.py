"""Claim, defer and reopen notices, note who got none, in SQL; sent rows and those ended by hand resist."""

from __future__ import annotations

RECORD = """
    INSERT INTO notices (
        account, kind, group_id, distribution_id, occasion, member_id, address, recipient, status,
        custom_id, campaign, revision, starts_at, place, due_at, too_late_at, claimed_at, settled_at,
        detail, fingerprint, is_incomplete, member_name, reader_id, roles, served_by
    ) VALUES (
        :account, :kind, :group_id, :distribution_id, :occasion, :member_id, :address, :recipient, :status,
        :custom_id, :campaign, :revision, :starts_at, :place, :due_at, :too_late_at, :claimed_at,
        :settled_at, :detail, :fingerprint, :is_incomplete, :member_name, :reader_id, :roles,
        :served_by
    )
    ON CONFLICT (account, kind, distribution_id, occasion, member_id, address) DO UPDATE SET
        recipient = excluded.recipient, status = excluded.status, revision = excluded.revision,
        starts_at = excluded.starts_at, place = excluded.place, due_at = excluded.due_at,
        too_late_at = excluded.too_late_at, settled_at = excluded.settled_at, detail = excluded.detail,
        about_content = 0, member_name = excluded.member_name, reader_id = excluded.reader_id,
        roles = excluded.roles, served_by = excluded.served_by,
        is_incomplete = CASE
            -- What is in doubt may have arrived: then the one that is sent again is dropped on the way.
            WHEN notices.is_incomplete = 1 AND notices.status IN ('claimed', 'in_doubt') THEN 1
            ELSE excluded.is_incomplete
        END,
        custom_id = coalesce(nullif(excluded.custom_id, ''), notices.custom_id),
        campaign = coalesce(nullif(excluded.campaign, ''), notices.campaign),
        claimed_at = coalesce(excluded.claimed_at, notices.claimed_at),
        fingerprint = coalesce(nullif(excluded.fingerprint, ''), notices.fingerprint)
    WHERE notices.status <> 'sent' AND notices.by_hand = 0
"""

# A doubt stays one: put off, it is still to be looked up before it is sent again.
DEFER = RECORD + " AND notices.status NOT IN ('claimed', 'in_doubt')"

# A broadcast's copy has its row since it was confirmed.
WHY_COPY_WAITS = """
    UPDATE notices SET detail = :reason
    WHERE custom_id = :custom_id AND status = 'deferred' AND detail <> :reason
"""

RECLAIM = """
    UPDATE notices SET status = 'claimed', claimed_at = ?, settled_at = NULL, detail = ''
    WHERE custom_id = ? AND status <> 'sent' AND by_hand = 0
"""

# What was claimed once keeps its row, as revisions are counted by those.
REOPEN = (
    """
    DELETE FROM notices
    WHERE account = ? AND status = 'expired' AND too_late_at > ? AND claimed_at IS NULL
    """,
    "UPDATE notices SET status = 'dropped' WHERE account = ? AND status = 'expired' AND too_late_at > ?",
)
