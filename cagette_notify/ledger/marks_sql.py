"""Set a mark, or delete it, in SQL."""

from __future__ import annotations

SET_MARK = """
    INSERT INTO marks VALUES (?, ?, ?, ?)
    ON CONFLICT (account, group_id, name) DO UPDATE SET value = excluded.value
"""

DELETE_MARK = "DELETE FROM marks WHERE account = ? AND group_id = ? AND name = ?"
