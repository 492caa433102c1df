"""What people do to a co-op's files, one thing at a time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.chaos.answers.world import GROUPS, KINDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.chaos.answers.world import Day, Household, World


def address_changes(world: World) -> None:
    one = _somebody(world)
    one.email = world.random.choice([one.moves_in(), *sorted(one.had - {one.partner}), "bad@", "x@no.mail"])


def partner_changes(world: World) -> None:
    one = _somebody(world)
    one.partner = "" if one.partner else world.random.choice([one.moves_in(), *sorted(one.had - {one.email})])


def setting_changes(world: World) -> None:
    _somebody(world).settings[world.random.choice(KINDS)] = world.random.choice(["oui", "non", ""])


def groups_change(world: World) -> None:
    _somebody(world).groups = world.random.choice([("lac",), ("mer",), GROUPS])


def somebody_goes_or_comes(world: World) -> None:
    one = world.random.choice(world.people[:4])
    one.is_there = not one.is_there or len(world.askers) == 1


def ids_change(world: World) -> None:
    some = world.random.choice([world.people, world.people[:1], world.people[1:3]])
    for one in some:
        one.wishes = {}  # kept under the id of before
        one.id = str(int(one.id) + 100)


def day_moves(world: World) -> None:
    day = _some_day(world)
    day.starts += timedelta(hours=world.random.choice([-5, -1, 1, 3, 25]))
    day.closes = min(day.closes, day.starts - timedelta(hours=1))
    day.opens = min(day.opens, day.closes - timedelta(hours=1))


def place_changes(world: World) -> None:
    _some_day(world).place = world.random.choice("AB")


def day_is_called_off_or_on(world: World) -> None:
    day = _some_day(world)
    day.cancelled = not day.cancelled


def day_vanishes_or_returns(world: World) -> None:
    day = _some_day(world)
    day.is_there = not day.is_there


def day_is_renamed(world: World) -> None:
    day = _some_day(world)
    if day.starts - world.now > timedelta(hours=12):  # what is over is taken over by no id
        day.id += "x"


def order_changes(world: World) -> None:
    one, day = _somebody(world), _some_day(world)
    if day.group in one.groups:
        world.orders[one.mark, day.mark] = world.random.choice([0, 1, 2])
        world.orders_at = world.now


def orders_are_fetched(world: World) -> None:
    world.orders_at, world.orders_are = world.now, "there"


def orders_are_lost(world: World) -> None:
    world.orders_are = world.random.choice(["missing", "unreadable"])


def duty_changes(world: World) -> None:
    place = _some_day(world).mark, world.random.choice(["Table", "Camion"])
    world.duties[place] = world.random.choice(["", *(one.mark for one in world.askers)])
    world.duties_are = "there"


def duties_are_lost(world: World) -> None:
    world.duties_are = world.random.choice(["missing", "unreadable"])


def members_are_lost_or_found(world: World) -> None:
    world.members_are_there = not world.members_are_there


def export_is_cut_or_whole(world: World) -> None:
    is_cut = not all(one.is_there for one in world.people[4:])
    for one in world.people[4:]:
        one.is_there = is_cut


def group_rests_or_serves(world: World) -> None:
    world.disabled ^= {world.random.choice(GROUPS)}


FEW = (
    *(
        address_changes,
        partner_changes,
        setting_changes,
        order_changes,
        orders_are_fetched,
        orders_are_fetched,
    ),
    *(day_moves, place_changes, day_is_called_off_or_on, orders_are_lost),
    *(duty_changes, duty_changes, duties_are_lost),
)
MORE = (
    *(groups_change, somebody_goes_or_comes, ids_change, day_vanishes_or_returns, day_is_renamed),
    *(members_are_lost_or_found, members_are_lost_or_found, group_rests_or_serves, export_is_cut_or_whole),
)


def something_changes(world: World, changes: tuple[Callable[[World], None], ...]) -> str:
    """Let one thing become otherwise, and name it."""
    change = world.random.choice(changes)
    before = {id(one): str(one) for one in (*world.people, *world.days)}
    change(world)
    for one in world.people:
        one.had |= set(one.addresses)
        if before[id(one)] != str(one):
            one.row_since = world.now
    world.write()
    now = {id(one): str(one) for one in (*world.people, *world.days)}
    changed = [f"{before[key]} -> {now[key]}" for key in before if before[key] != now[key]]
    rest = (
        f"orders {world.orders_are} {world.orders}" if "order" in change.__name__ else f"off {world.disabled}"
    )
    if "dut" in change.__name__:
        rest = f"duties {world.duties_are} {world.duties}"
    return f"{change.__name__}: {changed or rest}"


def _somebody(world: World) -> Household:
    return world.random.choice(world.askers)


def _some_day(world: World) -> Day:
    return world.random.choice(world.days)
