"""Set a mark, in SQL."""

from __future__ import annotations

SET_MARK = """
    INSERT INTO marks VALUES (?, ?, ?, ?)
    ON CONFLICT (account, group_id, name) DO UPDATE SET value = excluded.value
"""
