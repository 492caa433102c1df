"""What a delivery remembers between runs besides its mails: first and last run, sizes, troubles said."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cagette_notify.ledger.rows import moment
from cagette_notify.ledger.trouble import as_written
from cagette_notify.troubles import Said

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from cagette_notify.ledger import Ledger

FOLLOW_UP_EVERY = timedelta(hours=6)
DELIVERY = ""
"""Stands for the delivery as a whole where marks go by group: a run counts, whomever it had to hold."""

_JUMP = timedelta(hours=1)  # between runs that cron starts every few minutes


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much data a group had when a run last sent something for it."""

    members: int = 0
    orders: Mapping[str, int] = field(default_factory=dict)  # by distribution


class Memory:
    """The marks of one delivery, read and written through the ledger."""

    def __init__(self, ledger: Ledger, account: str) -> None:
        """Keep where to look; nothing is read yet."""
        self._ledger = ledger
        self._account = account

    def floors(
        self,
        group_ids: Collection[str],
        now: datetime,
        *,
        first_lookback: timedelta,
        lookback: timedelta | None,
    ) -> dict[str, datetime]:
        """Return, by group, the moment before which what was due is held back.

        That is ``first_lookback`` before the group's first run. Had the clock jumped ahead then, the
        mark is ahead of now and means nothing; ``lookback`` reaches further back on demand.
        """
        marks = self._moments("first_run")
        reach = now - max(first_lookback, lookback or first_lookback)
        return {
            id_: min(reach if lookback else now - first_lookback, marks.get(id_, now)) for id_ in group_ids
        }

    def groups_seen(self) -> frozenset[str]:
        """Return the groups that had their first run."""
        return frozenset(self._moments("first_run"))

    def keep_floors(self, floors: Mapping[str, datetime]) -> None:
        """Remember them: what a run with a look-back could not send, the next one still owes."""
        marks = self._moments("first_run")
        lower = {id_: floor for id_, floor in floors.items() if id_ not in marks or floor < marks[id_]}
        self._keep("first_run", {id_: floor.isoformat() for id_, floor in lower.items()})

    def last_complete_runs(self, now: datetime) -> dict[str, datetime]:
        """Return, by group and for the ``DELIVERY``, when a run last got to its end.

        A mark ahead of now is that of a clock that had jumped ahead: the one before the jump counts.
        """
        before = self._moments("complete_before")
        marks = self._moments("complete")
        return {id_: at if at <= now else min(before.get(id_, now), now) for id_, at in marks.items()}

    def keep_complete(self, group_ids: Collection[str], now: datetime) -> None:
        """Remember that a run got to its end for these groups, and where a jump of the clock began."""
        marks = self._moments("complete")
        jumps = {id_: marks[id_] for id_ in group_ids if id_ in marks and now - marks[id_] > _JUMP}
        self._keep("complete_before", {id_: at.isoformat() for id_, at in jumps.items()})
        self._keep("complete", dict.fromkeys(group_ids, now.isoformat()))

    def sizes(self) -> dict[str, Sizes]:
        """Return the sizes of each group's data when something was last sent for it."""
        marks = self._ledger.marks(self._account, "sizes")
        with as_written():
            return {id_: Sizes(**json.loads(value)) for id_, value in marks.items()}

    def keep_sizes(self, sizes: Mapping[str, Sizes]) -> None:
        """Remember them."""
        texts = {id_: {"members": size.members, "orders": dict(size.orders)} for id_, size in sizes.items()}
        self._keep("sizes", {id_: json.dumps(text) for id_, text in texts.items()})

    def troubles(self) -> dict[str, Said]:
        """Return the troubles that still stand, with when each was last said."""
        text = self._ledger.marks(self._account, "troubles").get("")
        with as_written():
            said = json.loads(text) if text else {}
            return {line: Said(moment(at), scope) for line, (at, scope) in said.items()}

    def keep_troubles(self, said: Mapping[str, Said]) -> None:
        """Remember them."""
        if said != self.troubles():
            text = json.dumps({line: (one.at.isoformat(), one.scope) for line, one in said.items()})
            self._keep("troubles", {"": text})

    def is_news(self, event: str) -> bool:
        """Tell whether something that is said only once has not been said yet."""
        return event not in self._ledger.marks(self._account, "said")

    def keep_said(self, events: Collection[str], now: datetime) -> None:
        """Remember that these were said."""
        self._keep("said", dict.fromkeys(events, now.isoformat()))

    def is_time_to_follow_up(self, now: datetime) -> bool:
        """Tell whether the fates of mails may be asked for again.

        A mark far ahead of now is that of a clock that had jumped ahead.
        """
        due = self._moments("follow_up").get("")
        return due is None or not timedelta(0) < due - now <= FOLLOW_UP_EVERY

    def keep_follow_up(self, due: datetime) -> None:
        """Remember when they may be asked for next."""
        self._keep("follow_up", {"": due.isoformat()})

    def is_time_to_purge(self, now: datetime) -> bool:
        """Tell whether a day has passed since old mails were deleted."""
        last = self._moments("purged").get("")
        return last is None or not timedelta(0) <= now - last < timedelta(days=1)

    def keep_purged(self, now: datetime) -> None:
        """Remember that old mails were deleted."""
        self._keep("purged", {"": now.isoformat()})

    def sender_checked_at(self, address: str) -> datetime | None:
        """Return when Mailjet was last found to know the sender."""
        text = self._ledger.marks(self._account, "sender").get(address)
        return moment(text) if text else None

    def keep_sender_checked(self, address: str, now: datetime) -> None:
        """Remember that Mailjet knows the sender."""
        self._keep("sender", {address: now.isoformat()})

    def _moments(self, name: str) -> dict[str, datetime]:
        marks = self._ledger.marks(self._account, name)
        return {id_: moment(value) for id_, value in marks.items()}

    def _keep(self, name: str, values: Mapping[str, str]) -> None:
        if values:
            self._ledger.set_marks(self._account, name, values)
