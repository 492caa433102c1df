"""The contract's memory: what was told to whom, and so what each run has to do.

Written from the contract alone ("The automatic notices", "Never twice, never lost"), and importing nothing
of what it judges. Where the contract is silent, a mail may leave or not: ``Plan.maybe``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.chaos.lives.contract_duties import are_readable, calls, members_here, own_roles, unknown_roles
from tests.chaos.lives.contract_orders import OrdersNoted
from tests.chaos.lives.contract_table import (
    CLOSING,
    DUTY,
    LEADS,
    OF_DUTIES,
    OPENING,
    RECAP_4H,
    RECAP_24H,
    TO_GROUP,
    Key,
    active,
    closings,
    members_with_order,
    opening_of,
    openings,
    waits_for_orders,
    window,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from tests.chaos.lives.world import Day, World

CORRECTION = "correction"
FINAL = "-final"  # of the recap that follows a correction of its revision, once orders have closed
SETTLE_AFTER = timedelta(minutes=10)
CLAIMED, SENT, FAILED, DEFERRED, IN_DOUBT = "claimed", "sent", "failed", "deferred", "in_doubt"
EXPIRED, DROPPED = "expired", "dropped"
OPEN = (CLAIMED, IN_DOUBT)
TOLD = (*OPEN, SENT)
A_FEW = 3  # told of a duty: of fewer, half may well give up


@dataclass
class Row:
    """What is known of a notice: the mail it was in, and what that said."""

    key: Key
    status: str
    told: tuple[Any, ...]  # start and place; of a duty the member's roles, too
    since: datetime  # the claim or the outcome
    custom_id: str
    is_correction: bool
    revision: int
    copies: int = 0
    may_be_tried_again: bool = False  # refused for its text, which may have changed since
    began: datetime | None = None  # to wait anew, around a jump of the clock
    may_be_closed: bool = False  # by a run that was killed, perhaps
    left_at: datetime | None = None  # the last claim
    closing_due: datetime | None = None  # of its distribution then

    def waits_since(self, now: datetime) -> datetime:
        """Return from when on a doubt's age counts; what a clock ahead of now noted does not."""
        return self.began if self.began and self.began <= now else self.since


class Letter(NamedTuple):
    """A mail: the notices in it, and what it has to say. A correction may be two kinds of recap at once."""

    label: str
    address: str
    keys: frozenset[Key]


@dataclass
class Plan:
    """What a run has to do."""

    found: list[Row] = field(default_factory=list)  # to be settled as sent
    waiting: list[Row] = field(default_factory=list)  # still in doubt
    expired: list[Row] = field(default_factory=list)
    dropped: list[Row] = field(default_factory=list)
    either: list[Row] = field(default_factory=list)  # over, its orders missing: dropped now or by a later run
    corrected: list[Row] = field(default_factory=list)  # dropped as soon as a correction was accepted
    letters: set[Letter] = field(default_factory=set)
    maybe: set[Letter] = field(default_factory=set)  # the contract is silent
    held: set[str] = field(default_factory=set)  # distributions whose recaps wait for orders
    duties_held: set[str] = field(default_factory=set)  # groups of which nothing about duties leaves
    not_said: set[Key] = field(default_factory=set)  # owed or not: the contract is silent


@dataclass
class Oracle:
    """Everything that was claimed, and the revision of each distribution, and of each member's duty there."""

    rows: dict[Key, Row] = field(default_factory=dict)
    claimed: dict[tuple[str, ...], tuple[int, tuple[Any, ...]]] = field(default_factory=dict)
    was_ahead: bool = False  # the clock of the last run that asked Mailjet
    orders: OrdersNoted = field(default_factory=OrdersNoted)
    known: dict[str, set[str]] = field(default_factory=dict)  # where runs have found each member

    def plan(
        self, world: World, now: datetime, is_found: Callable[[str], bool] | None, *, is_ahead: bool = False
    ) -> Plan:
        """Plan a run. ``is_found`` looks a CustomID up; None: Mailjet can't be asked.

        ``is_ahead`` tells that ``now`` is years ahead of Mailjet's clock: how old doubts are, a clock that
        has just jumped can't tell, so they begin to wait anew.
        """
        plan = Plan(held={id_ for id_, day in world.days.items() if waits_for_orders(world, day, now)})
        plan.duties_held = self.holds_duties(world, now)
        doubts = [row for row in self.rows.values() if row.status in OPEN]
        for row in sorted(doubts, key=lambda row: row.key.kind != OPENING):  # they may stand for closings
            if is_found and is_ahead and not self.was_ahead:
                row.began = now
            self._settle(row, world, now, plan, is_found)
        if is_found and (doubts or not is_ahead):
            self.was_ahead = is_ahead
        owed = self._owed(world, now, plan)
        for row in [row for row in self.rows.values() if row.status == DEFERRED]:
            if _is_too_late(row, world, now):
                plan.expired.append(row)
            elif row.key not in owed and _cannot_tell(row, plan, world):
                plan.either += [row] if _is_over(row, world, now) else []
            elif row.key not in owed:
                plan.dropped.append(row)
        fresh = self._fresh(owed)
        said = {key: is_correction for key, is_correction in fresh.items() if key not in plan.not_said}
        plan.letters |= set(_letters(said, world, self._put_off(said)))
        silent = {key: is_correction for key, is_correction in fresh.items() if key in plan.not_said}
        plan.maybe |= set(_letters(self._refused(owed) | silent, world, {}))
        self._again(plan, world, now)
        plan.corrected = [row for row in plan.dropped if row.status in OPEN and self._is_corrected(row, plan)]
        plan.dropped = [row for row in plan.dropped if row not in plan.corrected]
        return plan

    def holds_renumbered(self, world: World, now: datetime) -> bool:
        """Tell whether some of a group's readers are gone, and their addresses are another member's now.

        Where they are most, such a group is held until somebody acts, which no life here does; of a few,
        the other member counts as told.
        """
        told: dict[str, set[tuple[str, str]]] = {}
        for row in self.rows.values():
            if row.status in TOLD and row.key.member and row.told[0] > now:
                told.setdefault(world.days[row.key.day].group, set()).add((row.key.member, row.key.address))
        return any(
            _seems_renumbered(world, group, readers) or _has_heirs(world, group, readers)
            for group, readers in told.items()
        )

    def addresses_changed_hands(self, world: World) -> bool:
        """Tell whether somebody reads what was once another's, who reads it no more."""
        here = {id_: set(one.addresses) for id_, one in world.people.items() if one.is_there}
        lost = {box for id_, boxes in self.known.items() for box in boxes - here.get(id_, set())}
        return any(boxes & lost for boxes in here.values())

    def holds_duties(self, world: World, now: datetime) -> set[str]:
        """Return the groups of which nobody can read who serves, or half of those told serve no more."""
        if not are_readable(world):
            return {day.group for day in world.days.values()}
        gone: dict[str, list[bool]] = {}
        on = dict(active(world))
        for id_, member in {(key.day, key.member) for key in self.rows if key.kind == DUTY}:
            roles, is_corrected = self._roles_told(id_, member, now)
            if roles and not is_corrected and id_ in on and on[id_].starts > now:
                stays = own_roles(world, id_, member) or roles & unknown_roles(world, id_)
                gone.setdefault(on[id_].group, []).append(not stays)
        return {id_ for id_, each in gone.items() if len(each) >= A_FEW and sum(each) * 2 >= len(each)}

    def end_corrected(self, plan: Plan) -> None:
        """Part the doubts that corrections stand for, once it is known what came of those."""
        for row in plan.corrected:
            later = [one for one in self._later(row) if one.status in (SENT, FAILED)]
            (plan.dropped if later else plan.waiting).append(row)

    def missed(self, world: World, since: datetime, now: datetime) -> set[Key]:
        """Return what became due and too late after ``since`` with nobody there to send it."""
        missed: set[Key] = set()
        for id_, day in active(world):
            kinds = (
                *LEADS,
                *OF_DUTIES,
                *([OPENING] if day.opens else []),
                *([CLOSING] if day.closes else []),
            )
            for kind in kinds:
                due, too_late = window(kind, day)
                if due < too_late and since < too_late <= now:
                    last_moment = too_late - timedelta(minutes=1)
                    # An export as old as the end of orders is too old as soon as they have ended, not before.
                    is_held = any(waits_for_orders(world, day, at) for at in (last_moment, now))
                    plan = Plan(held={id_} if is_held else set())
                    plan.duties_held = self.holds_duties(world, last_moment) | self.holds_duties(world, now)
                    owed = self._owed(world, last_moment, plan)
                    missed |= {key for key in owed if (key.kind, key.day) == (kind, id_)} - plan.not_said
        return missed - self.rows.keys()

    def note_people(self, world: World) -> None:
        """Remember where a run has found everybody."""
        for id_, one in world.people.items():
            self.known.setdefault(id_, set()).update(one.addresses if one.is_there else ())

    def note_orders(self, world: World, now: datetime) -> None:
        """Remember who was left out of reminders as they had ordered, once a run has looked."""
        self.orders.note(world, now, {key for key, row in self.rows.items() if row.status in (*TOLD, FAILED)})

    def revision(self, key: Key, world: World, now: datetime) -> int:
        """Count: one more when start or place, or a member's roles, differ from what was last claimed."""
        truth = self.truth(key, world, now)
        number, told = self.claimed.get(counter_of(key), (1, truth))
        return number + (told != truth)

    def truth(self, key: Key, world: World, now: datetime) -> tuple[Any, ...]:
        """Return what a notice has to say that may turn out otherwise."""
        told = world.days[key.day].told
        return (*told, self.roles(key.day, key.member, world, now)) if key.kind == DUTY else told

    def roles(self, id_: str, member: str, world: World, now: datetime) -> frozenset[str]:
        """Return a member's roles; one that was told stands as long as nobody can tell whose it is."""
        told, _is_corrected = self._roles_told(id_, member, now)
        return own_roles(world, id_, member) | (told & unknown_roles(world, id_))

    def _roles_told(self, id_: str, member: str, now: datetime) -> tuple[frozenset[str], bool]:
        """Return the roles that a member was told last, and whether somebody is to hear of others already."""
        rows = [row for row in self.rows.values() if counter_of(row.key) == (id_, member)]
        over = max((row.revision for row in rows if row.status in TOLD and row.told[0] <= now), default=-1)
        told = [row for row in rows if row.status in TOLD and row.revision > over]
        if not told:
            return frozenset(), False
        last = max(told, key=lambda row: row.revision)
        later = [row for row in rows if row.revision > last.revision and row.status in (DEFERRED, FAILED)]
        return last.told[2], bool(later)

    def claim(self, letter: Letter, world: World, now: datetime, custom_id: str, status: str) -> None:
        """Note what has left, and what came of it."""
        said = {key: (self.truth(key, world, now), self.revision(key, world, now)) for key in letter.keys}
        for key, (truth, revision) in said.items():
            day = world.days[key.day]
            copies = self._copies_before(key)
            self.rows[key] = Row(
                key, status, truth, now, custom_id, letter.label == CORRECTION, revision, copies
            )
            self.rows[key].left_at = now
            self.rows[key].closing_due = window(CLOSING, day).due if day.closes else None
        for key, (truth, revision) in said.items():
            if key.kind not in TO_GROUP:
                self.claimed[counter_of(key)] = (revision, truth)

    def _copies_before(self, key: Key) -> int:
        """Count earlier copies, for which nothing excuses another.

        An index that lags for longer than ``settle_after`` may let openings be given up that arrived. Owed
        again, in other company, they are another mail: the campaign no longer tells Mailjet of the first.
        """
        row = self.rows.get(key)
        is_given_up = row and key.kind in TO_GROUP and row.status in (EXPIRED, DROPPED)
        return row.copies if row and not is_given_up else 0

    def _owed(self, world: World, now: datetime, plan: Plan) -> dict[Key, bool]:
        """Return what is owed now, whatever has been sent, with whether it is a correction."""
        owed: dict[Key, bool] = {}
        for id_, day in active(world):
            owed |= dict.fromkeys(openings(world, id_, day, now), False)
            owed |= dict.fromkeys(self._closings(world, id_, day, now, plan), False)
            if day.group not in plan.duties_held:
                owed |= dict.fromkeys(calls(world, id_, day, now), False)
                for member in members_here(world, day):
                    owed |= self._duties(world, now, id_, member, plan)
            if id_ not in plan.held:
                for member in members_with_order(world, id_, day):
                    owed |= self._recaps(world, now, id_, member, plan)
        return owed

    def _closings(self, world: World, id_: str, day: Day, now: datetime, plan: Plan) -> list[Key]:
        """Return the reminders that orders close; those of which it isn't said whether go to ``not_said``."""
        found = []
        for key, members in closings(world, id_, day, now).items():
            is_for = self.orders.leave_in(members, world, id_, now)
            stands = is_for is False or self._opening_stands(key, world, now, plan)
            if stands is not True:
                found.append(key)
            if stands is None or (is_for is None and not stands):
                plan.not_said.add(key)
        return found

    def _opening_stands(self, key: Key, world: World, now: datetime, plan: Plan) -> bool | None:
        """Tell whether an opening stands for a reminder, due in one run; None where it isn't said."""
        day = world.days[key.day]
        if not day.opens:
            return False
        opening, due = opening_of(key.day, day, key.address), window(CLOSING, day).due
        row, is_due = self.rows.get(opening), opening in openings(world, key.day, day, now)
        if row is None or row.left_at is None:
            return is_due
        if row.status in TOLD and row not in (*plan.expired, *plan.dropped, *plan.either):
            leaves_again = row.status in OPEN and row not in (*plan.found, *plan.waiting)
            was_said = row.closing_due == due  # else moved since: by which hour to go isn't said
            return leaves_again or (row.left_at >= due if was_said else None)
        if row.status == FAILED or (row.left_at >= due and not is_due):
            return None
        return is_due

    def _recaps(self, world: World, now: datetime, id_: str, member: str, plan: Plan) -> dict[Key, bool]:
        day, person = world.days[id_], world.people[member]
        revision = f"r{self.revision(Key(RECAP_24H, id_, '', member, ''), world, now)}"
        owed: dict[Key, bool] = {}
        due = [kind for kind in LEADS if person.wants(kind) and window(kind, day).holds(now)]
        for address in dict.fromkeys((*person.addresses, *self._ever_told(id_, member, LEADS))):
            kinds = [kind for kind in due if address in person.addresses]
            had = self._told_otherwise(Key(RECAP_24H, id_, revision, member, address), world, now)
            # One mail says it all: what is due just then travels in the correction.
            for kind in dict.fromkeys((*had, *kinds)):
                key = self._recap_key(kind, world, now, (id_, member, address), plan)
                superseded = kind == RECAP_24H and self._is_covered(key, kinds, world, now, plan)
                if had or not (superseded or self._knows(key, world, now, plan)):
                    owed[key] = bool(had)
        return owed

    def _recap_key(
        self, kind: str, world: World, now: datetime, reader: tuple[str, str, str], plan: Plan
    ) -> Key:
        """Return the key of this revision's recap, another one than of a correction that left too early."""
        id_, member, address = reader
        key = Key(kind, id_, f"r{self.revision(Key(kind, id_, '', member, ''), world, now)}", member, address)
        row = self.rows.get(key)
        is_final = row is not None and _shows_order_so_far(row, world.days[id_], plan)
        return key._replace(occasion=f"{key.occasion}{FINAL}") if is_final else key

    def _duties(self, world: World, now: datetime, id_: str, member: str, plan: Plan) -> dict[Key, bool]:
        day, person = world.days[id_], world.people[member]
        key = Key(DUTY, id_, "", member, "")
        key = key._replace(occasion=f"r{self.revision(key, world, now)}")
        is_due = self.roles(id_, member, world, now) and person.wants(DUTY) and window(DUTY, day).holds(now)
        owed: dict[Key, bool] = {}
        for address in dict.fromkeys((*person.addresses, *self._ever_told(id_, member, (DUTY,)))):
            key = key._replace(address=address)
            if self._told_otherwise(key, world, now):
                owed[key] = True
            elif is_due and address in person.addresses and not self._knows(key, world, now, plan):
                owed[key] = False
        return owed

    def _knows(self, key: Key, world: World, now: datetime, plan: Plan) -> bool:
        """Tell whether an earlier revision said the very same: moved, and back before a correction left."""
        truth = self.truth(key, world, now)
        return any(
            row.key == key._replace(occasion=row.key.occasion) != key and row.told == truth
            for row in self.told_ahead(key, now)
            if row not in plan.dropped and not _shows_order_so_far(row, world.days[key.day], plan)
        )

    def told_ahead(self, key: Key, now: datetime) -> list[Row]:
        """Return what somebody was told since anybody was last told a start that is over."""
        counter = counter_of(key)
        about = [one for one in self.rows.values() if counter_of(one.key) == counter and one.status in TOLD]
        over = max((row.revision for row in about if row.key.member and row.told[0] <= now), default=-1)
        return [row for row in about if reader_of(row.key) == reader_of(key) and row.revision > over]

    def _is_corrected(self, row: Row, plan: Plan) -> bool:
        """Tell whether its reader is about to hear what holds now, or may have heard it."""
        if row.key.kind in TO_GROUP:
            return False
        letters = (one for one in plan.letters | plan.maybe if one.label == CORRECTION)
        told = {reader_of(key) for letter in letters for key in letter.keys}
        settled = (*plan.found, *plan.dropped)
        in_doubt = [one for one in self._later(row) if one.status in OPEN and one not in settled]
        return reader_of(row.key) in told or bool(in_doubt)

    def _later(self, row: Row) -> list[Row]:
        about = reader_of(row.key)
        return [o for o in self.rows.values() if reader_of(o.key) == about and o.revision > row.revision]

    def _is_covered(self, key: Key, due: Iterable[str], world: World, now: datetime, plan: Plan) -> bool:
        """Tell whether the reminder 4 h before makes that of 24 h before superfluous."""
        late_key = self._recap_key(RECAP_4H, world, now, (key.day, key.member, key.address), plan)
        late = self.rows.get(late_key)
        has_had_it = bool(late and late.status in TOLD and late not in plan.dropped)
        has_had_it = has_had_it or self._knows(late_key, world, now, plan)
        return RECAP_4H in due or (has_had_it and window(RECAP_4H, world.days[key.day]).holds(now))

    def _ever_told(self, id_: str, member: str, kinds: Collection[str]) -> list[str]:
        those = (key for key in self.rows if key.kind in kinds)
        return [key.address for key in those if (key.day, key.member) == (id_, member)]

    def _told_otherwise(self, key: Key, world: World, now: datetime) -> list[str]:
        """Return the kinds that an address has had, if their last word is not what holds now.

        Whoever was told that they have no duty has heard enough of it as long as they have none.
        """
        had, truth = self.told_ahead(key, now), self.truth(key, world, now)
        newest = max((row.revision for row in had), default=0)
        last = [row.told for row in had if row.revision == newest]
        otherwise = any(told != truth and (truth[-1] or told[-1]) for told in last)
        return sorted({row.key.kind for row in had}) if otherwise and world.days[key.day].starts > now else []

    def _fresh(self, owed: dict[Key, bool]) -> dict[Key, bool]:
        """Leave out what was told, is in doubt, or was refused for good."""
        return {
            key: is_correction
            for key, is_correction in owed.items()
            if key not in self.rows or self.rows[key].status in (DEFERRED, EXPIRED, DROPPED)
        }

    def _put_off(self, owed: dict[Key, bool]) -> dict[tuple[str, ...], str]:
        """Name the mails of corrections that were put off: only what they say already joins them."""
        rows = (self.rows[key] for key, is_correction in owed.items() if is_correction and key in self.rows)
        return {_saying(row.key): row.custom_id for row in rows if row.status == DEFERRED}

    def _refused(self, owed: dict[Key, bool]) -> dict[Key, bool]:
        return {
            key: is_correction
            for key, is_correction in owed.items()
            if key in self.rows and self.rows[key].status == FAILED and self.rows[key].may_be_tried_again
        }

    def _settle(
        self, row: Row, world: World, now: datetime, plan: Plan, is_found: Callable[[str], bool] | None
    ) -> None:
        if row.may_be_closed:
            plan.either.append(row)
        elif is_found and is_found(row.custom_id):
            plan.found.append(row)
        elif is_found is None or now < row.waits_since(now) + SETTLE_AFTER:
            plan.waiting.append(row)
        elif _is_too_late(row, world, now):
            plan.expired.append(row)
        elif _cannot_tell(row, plan, world):
            row.may_be_closed = _is_over(row, world, now)
            (plan.either if row.may_be_closed else plan.waiting).append(row)
        elif not self._is_still_owed(row, world, now, plan):
            plan.dropped.append(row)

    def _is_still_owed(self, row: Row, world: World, now: datetime, plan: Plan) -> bool:
        key, day = row.key, world.days[row.key.day]
        if (key.day, day) not in active(world):
            return False
        if key.kind == CLOSING:
            return key in self._closings(world, key.day, day, now, plan)
        if key.kind in TO_GROUP:
            return key in (openings if key.kind == OPENING else calls)(world, key.day, day, now)
        of_whom = members_here(world, day) if key.kind == DUTY else members_with_order(world, key.day, day)
        is_this_revision = key.occasion.removesuffix(FINAL) == f"r{self.revision(key, world, now)}"
        if not is_this_revision or key.member not in of_whom:
            return False
        person = world.people[key.member]
        if row.is_correction:
            return True
        return person.wants(key.kind) and key.address in person.addresses and window(key.kind, day).holds(now)

    def _again(self, plan: Plan, world: World, now: datetime) -> None:
        """Let doubts leave again: those of a mail together, and with nothing else."""
        closed = {id(row) for row in (*plan.found, *plan.waiting, *plan.expired, *plan.dropped, *plan.either)}
        mails: dict[str, list[Row]] = {}
        for row in self.rows.values():
            if row.status in OPEN and id(row) not in closed:
                mails.setdefault(row.custom_id, []).append(row)
        for rows in mails.values():
            label = CORRECTION if rows[0].is_correction else rows[0].key.kind
            letter = Letter(label, rows[0].key.address, frozenset(row.key for row in rows))
            day, person = world.days[rows[0].key.day], world.people.get(rows[0].key.member)
            # A doubt is not quite unsent: whether the reminder 4 h before supersedes it is not said.
            is_covered = label == RECAP_24H and person and person.wants(RECAP_4H)
            if label == CORRECTION and not all(self._was_told_ahead(row, now) for row in rows):
                # The hour that they were told is over: a correction or an ordinary recap, none says which.
                apart = (Letter(row.key.kind, row.key.address, frozenset((row.key,))) for row in rows)
                plan.maybe |= {letter, *apart}
                continue
            is_silent = (is_covered and window(RECAP_4H, day).holds(now)) or plan.not_said & letter.keys
            (plan.maybe if is_silent else plan.letters).add(letter)

    def _was_told_ahead(self, row: Row, now: datetime) -> bool:
        """Tell whether an hour that is still to come was told before that row's."""
        return any(one.revision < row.revision for one in self.told_ahead(row.key, now))


def _seems_renumbered(world: World, group: str, told: set[tuple[str, str]]) -> bool:
    here = {id_: one for id_, one in world.people.items() if one.is_there and group in one.groups}
    gone = {(id_, box) for id_, box in told if id_ not in here or box not in here[id_].addresses}
    still_here = {id_ for id_, _box in gone if id_ in here}
    if len(still_here) < 3:
        gone = {(id_, box) for id_, box in gone if id_ not in here}
    back = {
        (id_, box)
        for id_, box in gone
        if any(box in one.addresses and (other, box) not in told for other, one in here.items())
    }
    return len(gone) * 2 > len(told) and bool(back) and len(back) * 2 >= len(gone)


def _has_heirs(world: World, group: str, told: set[tuple[str, str]]) -> bool:
    here = [one for one in world.people.values() if one.is_there and group in one.groups]
    gone = {(id_, box) for id_, box in told if world.people[id_] not in here}
    return any(sum(box in one.addresses for one in here) == 1 for _id, box in gone)


def reader_of(key: Key) -> tuple[str, ...]:
    """Return who reads what, of which distribution: of their duty there apart from all else."""
    return (*counter_of(key), key.member, key.address)


def counter_of(key: Key) -> tuple[str, ...]:
    """Return what has a revision: a distribution, and each member's duty there."""
    return (key.day, key.member) if key.kind == DUTY else (key.day,)


def _shows_order_so_far(row: Row, day: Day, plan: Plan) -> bool:
    """Tell whether a correction left while people could still order, and its recap is due once they can't."""
    if not (row.key.kind in LEADS and row.is_correction and day.closes and row.left_at):
        return False
    is_sent = row.status == SENT or row in plan.found
    return is_sent and row.left_at < day.closes <= window(row.key.kind, day).due


def _is_over(row: Row, world: World, now: datetime) -> bool:
    return world.days[row.key.day].starts <= now


def _cannot_tell(row: Row, plan: Plan, world: World) -> bool:
    """Tell whether it takes the missing orders to know if a recap is still owed, or the file of duties."""
    id_, kind = row.key.day, row.key.kind
    waits = id_ in plan.held if kind in LEADS else world.days[id_].group in plan.duties_held
    return id_ in dict(active(world)) and kind in (*LEADS, *OF_DUTIES) and waits


def _is_too_late(row: Row, world: World, now: datetime) -> bool:
    day = world.days[row.key.day]
    if row.key.kind in (OPENING, CLOSING):
        is_there = day.opens if row.key.kind == OPENING else day.closes
        return not is_there or now >= window(row.key.kind, day).too_late
    told: datetime = row.told[0]
    return now >= told


def _saying(key: Key) -> tuple[str, ...]:
    """Return what corrections that say the same to the same reader have in common."""
    return (*reader_of(key), key.occasion)


def _letters(owed: dict[Key, bool], world: World, put_off: dict[tuple[str, ...], str]) -> Iterable[Letter]:
    """Put notices in mails: a group's openings, its closings, a correction and what it stands for, recaps."""
    mails: dict[tuple[str, ...], list[Key]] = {}
    for key, is_correction in owed.items():
        label = CORRECTION if is_correction else key.kind
        about = world.days[key.day].group if key.kind in TO_GROUP else key.day
        before = put_off.get(_saying(key), "") if is_correction else ""
        mails.setdefault((label, about, key.member, key.address, before), []).append(key)
    return (Letter(label, address, frozenset(keys)) for (label, _, _, address, _), keys in mails.items())
