"""Remember marks between runs: first and last run, sizes, standing problems, alerts, lookback."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import asdict, replace

from cagette_notify.core.model import Sizes
from cagette_notify.ledger.errors import as_written
from cagette_notify.ledger.rows import from_utc_text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from cagette_notify.ledger.ledger import Ledger

FOLLOW_UP_EVERY = timedelta(hours=6)
WHOLE_DELIVERY = ""
"""Stands for the delivery as a whole where marks go by group: a run counts, whomever it had to hold."""

_ALL_DELIVERIES = ""
"""Stands for every delivery where they share a file, as they do members' own settings."""

_MINUTE = timedelta(minutes=1)
_JUMP = timedelta(hours=1)  # between runs that cron starts every few minutes
_LEAP = timedelta(days=31)  # no run for longer, or a time before that of the last one: a wrong clock, maybe
_SURE_AFTER = timedelta(days=7)


class LastSaid(Struct, frozen=True):
    """When a trouble was last said, and what must be looked at to see whether it still stands."""

    at: datetime
    scope: str


class RunMemory:
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
        """Return, by group and for the ``WHOLE_DELIVERY``, when a run last got to its end.

        A mark ahead of now is that of a wrong clock, then or now: the one beyond the jump counts, or now
        if that is ahead too.
        """
        marks, before = self._moments("complete"), self._moments("complete_before")
        return {id_: _last(now, at, before.get(id_)) or now for id_, at in marks.items()}

    def last_run(self, now: datetime) -> datetime | None:
        """Return when a run of the delivery last got to its end; ahead of now if only a wrong clock knows."""
        mark, before = (self._moments(name).get(WHOLE_DELIVERY) for name in ("complete", "complete_before"))
        return _last(now, mark, before) or mark

    def was_ahead(self, now: datetime) -> bool:
        """Tell whether the clock that the last runs went by was ahead of now."""
        return any(at > now for at in self._moments("complete").values())

    def keep_complete(self, group_ids: Collection[str], now: datetime) -> None:
        """Remember that a run got to its end for these groups, and the run before a jump of the clock.

        After a jump back that run is ahead of now, and stays remembered over later pauses: once the
        clock is right again, all that was seen by then has been seen.
        """
        marks, before = self._moments("complete"), self._moments("complete_before")
        jumps = {
            id_: marks[id_]
            for id_ in group_ids
            if id_ in marks and _is_jump(marks[id_], before.get(id_), now)
        }
        # That a run found nothing more to do lets the others rest all the same.
        self._keep("complete_before", {id_: at.isoformat() for id_, at in jumps.items()}, is_news=False)
        self._keep("complete", dict.fromkeys(group_ids, now.isoformat()), is_news=False)

    def note_leap(self, group_ids: Collection[str], now: datetime, keep: timedelta) -> None:
        """Remember it if the clock leapt since the last run that got to its end for these groups.

        To be noted before that run's mark is replaced. A leap shorter than ``keep`` deletes nothing that
        is still of use, nor does one back by the little that clocks are set.
        """
        marks, leapt = self._moments("complete"), self._moments("leapt").get("", now)
        last = max((marks[id_] for id_ in group_ids if id_ in marks), default=None)
        if last and (leapt > now or not -_JUMP <= now - last <= min(_LEAP, keep)):
            self._keep("leapt", {"": now.isoformat()})
            self._keep("leapt_from", {"": last.isoformat()})

    def sizes(self) -> dict[str, Sizes]:
        """Return the sizes of each group's data when something was last sent for it, or to all of it."""
        marks = self._ledger.marks(self._account, "sizes")
        with as_written():
            sizes = {id_: Sizes(**_loaded(value)) for id_, value in marks.items()}
        return {id_: self._of_same_ids(size) for id_, size in sizes.items()}

    def _of_same_ids(self, sizes: Sizes) -> Sizes:
        """Leave out how many orders an id had that means another distribution now."""
        other = self._ledger.ids_taken_over
        return replace(sizes, orders={id_: n for id_, n in sizes.orders.items() if id_ not in other})

    def keep_sizes(self, sizes: Mapping[str, Sizes]) -> None:
        """Remember them."""
        self._keep("sizes", {id_: _dumped(asdict(size)) for id_, size in sizes.items()})

    def settings_carried(self) -> dict[str, dict[str, list[str]]]:
        """Return whose settings a file with some hash has under new ids, by hashed address."""
        text = self._ledger.marks(_ALL_DELIVERIES, "settings_carried").get("")
        with as_written():
            return dict(_loaded(text)) if text else {}

    def keep_settings_carried(self, by_file: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        """Remember it, for the file as it is and as it is about to be."""
        self._ledger.set_marks(_ALL_DELIVERIES, "settings_carried", {"": _dumped(by_file)})

    def settings_file(self) -> str:
        """Return the file in which members' changes were last seen; nothing where there were none."""
        return self._ledger.marks(_ALL_DELIVERIES, "settings_file").get("", "")

    def keep_settings_file(self, name: str) -> None:
        """Remember it; no name forgets it."""
        if name != self.settings_file():
            self._ledger.set_marks(_ALL_DELIVERIES, "settings_file", {"": name or None})

    def source(self) -> str:
        """Return where the data came from at the last run; nothing for files."""
        return self._ledger.marks(self._account, "source").get("", "")

    def keep_source(self, name: str) -> None:
        """Remember it."""
        self._ledger.set_marks(self._account, "source", {"": name or None})

    def left_behind(self) -> frozenset[str]:
        """Return the distributions that another source told of, and of which this one knows nothing."""
        text = self._ledger.marks(self._account, "left_behind").get("", "")
        with as_written():
            return frozenset(_loaded(text)) if text else frozenset()

    def keep_left_behind(self, distribution_ids: Collection[str]) -> None:
        """Remember them."""
        text = _dumped(sorted(distribution_ids)) if distribution_ids else None
        self._ledger.set_marks(self._account, "left_behind", {"": text})

    def troubles(self) -> dict[str, LastSaid]:
        """Return the troubles that still stand, with when each was last said."""
        text = self._ledger.marks(self._account, "troubles").get("")
        with as_written():
            said = _loaded(text) if text else {}
            return {line: LastSaid(from_utc_text(at), scope) for line, (at, scope) in said.items()}

    def keep_troubles(self, said: Mapping[str, LastSaid]) -> None:
        """Remember them."""
        if said != self.troubles():
            text = _dumped({line: (one.at.isoformat(), one.scope) for line, one in said.items()})
            self._keep("troubles", {"": text})

    def owes_all_well(self) -> bool:
        """Tell whether the troubles are over, and a run without any is still to say so."""
        return bool(self._ledger.marks(self._account, "owes_all_well"))

    def keep_owes_all_well(self, *, owes: bool) -> None:
        """Remember it."""
        if owes != self.owes_all_well():
            self._ledger.set_marks(self._account, "owes_all_well", {"": "yes" if owes else None})

    def alerts(self) -> list[str]:
        """Return the lines that somebody is still to be mailed."""
        text = self._ledger.marks(self._account, "alerts").get("")
        with as_written():
            return list(_loaded(text)) if text else []

    def keep_alerts(self, lines: Sequence[str]) -> None:
        """Remember them; none forgets them."""
        if lines != self.alerts():
            self._ledger.set_marks(self._account, "alerts", {"": _dumped(lines) if lines else None})

    def alerts_since(self) -> str:
        """Return when the newest of those lines was noted."""
        return self._ledger.marks(self._account, "alerts_since").get("", "")

    def keep_alerts_since(self, now: datetime) -> None:
        """Remember it."""
        self._keep("alerts_since", {"": now.isoformat()})

    def is_news(self, event: str) -> bool:
        """Tell whether something that is said only once has not been said yet."""
        return event not in self._ledger.marks(self._account, "said")

    def said_at(self, event: str) -> datetime | None:
        """Return when something that is said only once was said."""
        return self._moments("said").get(event)

    def keep_said(self, events: Collection[str], now: datetime) -> None:
        """Remember that these were said."""
        self._keep("said", dict.fromkeys(events, now.isoformat()))

    def moved_since(self) -> dict[str, datetime]:
        """Return since when distributions are known to be otherwise than told, of a start that was ahead."""
        return self._moments("moved")

    def keep_moved(self, distribution_ids: frozenset[str], now: datetime) -> None:
        """Remember it, for those of which it was not known yet."""
        self._keep("moved", dict.fromkeys(distribution_ids - self.moved_since().keys(), now.isoformat()))

    def forget_moved(self, distribution_ids: frozenset[str]) -> None:
        """Forget it, once it is known what came of their corrections."""
        if gone := self.moved_since().keys() & distribution_ids:
            self._ledger.set_marks(self._account, "moved", dict.fromkeys(gone))

    def is_time_to_follow_up(self, now: datetime) -> bool:
        """Tell whether the fates of mails may be asked for again.

        A mark far ahead of now is that of a clock that had jumped ahead.
        """
        due = self._moments("follow_up").get("")
        return due is None or not timedelta(0) < due - now <= FOLLOW_UP_EVERY

    def keep_follow_up(self, due: datetime) -> None:
        """Remember when they may be asked for next."""
        self._keep("follow_up", {"": due.isoformat()})

    def is_time_to_purge(self, now: datetime, longest_window: timedelta) -> bool:
        """Tell whether a day has passed since old mails were deleted, and now is surely now.

        A clock that had jumped ahead for some days would delete what was sent, and once it is right
        again, all of that would be mailed again. So it must have gone on without a leap for longer than
        a notice can be due: what left before the leap can't be owed any more then.
        """
        last, leapt = self._moments("purged").get(""), self._moments("leapt").get("")
        if leapt and now - leapt < max(_SURE_AFTER, longest_window):
            return False
        return last is None or not timedelta(0) <= now - last < timedelta(days=1)

    def keep_purged(self, now: datetime) -> None:
        """Remember that old mails were deleted."""
        self._keep("purged", {"": now.isoformat()})
        self._ledger.set_marks(self._account, "leapt_from", {"": None})

    def sender_checked_at(self, address: str) -> datetime | None:
        """Return when Mailjet was last found to know the sender."""
        text = self._ledger.marks(self._account, "sender").get(address)
        return from_utc_text(text) if text else None

    def keep_sender_checked(self, address: str, now: datetime) -> None:
        """Remember that Mailjet knows the sender."""
        self._keep("sender", {address: now.isoformat()})

    def refusal(self) -> str:
        """Return what keeps everything from leaving until somebody mends it; empty if nothing does."""
        return self._ledger.marks(self._account, "refusal").get("", "")

    def keep_refusal(self, reason: str) -> None:
        """Remember it; an empty reason forgets it."""
        if reason != self.refusal():
            self._ledger.set_marks(self._account, "refusal", {"": reason or None})

    def clock_offset(self) -> timedelta | None:
        """Return by how much Mailjet's clock was ahead of ours when it was last heard; None if never."""
        text = self._ledger.marks(self._account, "clock_offset").get("")
        with as_written():
            return timedelta(seconds=float(text)) if text else None

    def keep_clock_offset(self, offset: timedelta) -> None:
        """Remember it, to the minute: most runs then have nothing to write."""
        before = self.clock_offset()
        if before is None or abs(offset - before) > _MINUTE:
            self._keep("clock_offset", {"": str(offset.total_seconds())})

    def _moments(self, name: str) -> dict[str, datetime]:
        marks = self._ledger.marks(self._account, name)
        return {id_: from_utc_text(value) for id_, value in marks.items()}

    def _keep(self, name: str, values: Mapping[str, str], *, is_news: bool = True) -> None:
        if values:
            self._ledger.set_marks(self._account, name, values, is_news=is_news)


def _dumped(value: object) -> str:
    import json  # here, as most runs have nothing to write

    return json.dumps(value)


def _loaded(text: str) -> Any:
    import json

    return json.loads(text)


def _last(now: datetime, *marks: datetime | None) -> datetime | None:
    return max((mark for mark in marks if mark and mark <= now), default=None)


def _is_jump(last: datetime, before: datetime | None, now: datetime) -> bool:
    """Tell whether the clock went back, or on by more than cron lets it; not if ``before`` is still ahead."""
    return now < last or (now - last > _JUMP and (before is None or before <= now))
