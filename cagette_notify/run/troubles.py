"""Say each trouble once, again after a day, and know when all is well again. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from cagette_notify.ledger.run_memory import Said

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

AGAIN_AFTER = timedelta(days=1)


def news(
    troubles: Mapping[str, str], said: Mapping[str, Said], now: datetime, *, looked_at: Collection[str]
) -> tuple[list[str], dict[str, Said]]:
    """Return the lines to say now, and what to remember as said.

    ``troubles`` maps each line to its scope. A trouble that is gone is forgotten only if its scope was
    looked at: a run with nothing due reads no members, and must not call their problems mended.
    """
    to_say = [line for line in troubles if _is_due(said.get(line), now)]
    standing = {
        line: Said(now if line in to_say else said[line].at, scope) for line, scope in troubles.items()
    }
    unseen = {line: old for line, old in said.items() if line not in troubles and old.scope not in looked_at}
    return to_say, standing | unseen


def _is_due(said: Said | None, now: datetime) -> bool:
    # A time ahead of now was noted by a clock that had jumped ahead.
    return said is None or not timedelta(0) <= now - said.at < AGAIN_AFTER
