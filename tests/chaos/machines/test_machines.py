"""Two machines with one ledger, of which one dies, is paused or loses its server at any line: each mail once.

Mails are counted with Mailjet's deduplication, as people see them, and without it: what is doubled then was
left to it.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.chaos.kills.places import files_of_package
from tests.chaos.kills.test_kills import first_times, last_times, spread
from tests.fixtures.proxy import Proxy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.chaos.conftest import Share
    from tests.chaos.kills.warm import Place
    from tests.fixtures.machines import Federation
    from tests.fixtures.postgresql import PostgresqlServer

SETTLED = timedelta(minutes=11)
OWED = ["maelle@example.org", "noel@example.org", "zoe@example.org"]
KILLED = -9
DISPATCH = files_of_package(
    "delivery/dispatch.py",
    "ledger/connection.py",
    "ledger/ledger.py",
    "ledger/postgresql.py",
    "ledger/postgresql_lock.py",
    "ledger/psycopg_wire.py",
    "run/hand_over.py",
)
THE_CALL = files_of_package("delivery/mailjet/transport.py", "delivery/mailjet/http.py")
_lines: list[Place] = []


def lines(federation: Federation) -> list[Place]:
    """Return what a run reaches, as often as each of several does: how long it waits differs."""
    if not _lines:
        least: dict[tuple[str, int], Place] = {}
        for _run in range(3):
            federation.reset()
            paris, _lyon = federation.machines
            process = paris.start(counts=True)
            assert paris.end(process).status == 0
            found = {(one.file, one.line): one for one in federation.warm.lines(process)}
            before = least or found
            least = {at: min(one, before[at]) for at, one in found.items() if at in before}
        _lines.extend(least.values())
    return list(_lines)


def places_in(federation: Federation, files: tuple[str, ...]) -> list[Place]:
    reached = lines(federation)
    return first_times(reached, files) + last_times(reached, files)


@contextmanager
def named(place: Place) -> Iterator[None]:
    """Say of a failure where it happened."""
    try:
        yield
    except AssertionError as error:
        msg = f"at {place}\n{error}"
        raise AssertionError(msg) from error


def prove_that_each_has_one(federation: Federation, *, doubles: int = 0) -> None:
    assert federation.mailed() == OWED
    assert federation.doubles() <= doubles
    assert federation.statuses() == {"sent"}


def test_killed_at_any_line_it_leaves_to_the_other_what_is_owed(
    federation: Federation, share: Share, tried_points: Callable[[int], None]
) -> None:
    places = places_in(federation, (*DISPATCH, *THE_CALL))
    chosen = share(places, spread(places, 16))
    paris, lyon = federation.machines
    for place in chosen:
        with named(place):
            federation.reset()
            assert paris.run(deadly=place).status in {0, KILLED}
            federation.finish([lyon, paris], SETTLED)
            prove_that_each_has_one(federation)
    tried_points(len(chosen))


def test_both_at_once_send_each_mail_once(
    federation: Federation, share: Share, tried_points: Callable[[int], None]
) -> None:
    rounds = share(range(60), range(8))
    for _round in rounds:
        federation.reset()
        started = [(machine, machine.start()) for machine in federation.machines]
        assert sorted(machine.end(process).status for machine, process in started) in ([0, 0], [0, 75])
        prove_that_each_has_one(federation)
    tried_points(len(rounds))


def test_paused_at_any_line_and_ousted_it_posts_nothing_once_it_wakes_up(
    federation: Federation, share: Share, tried_points: Callable[[int], None]
) -> None:
    places = places_in(federation, DISPATCH)
    chosen = share(places, spread(places, 16))
    paris, lyon = federation.machines
    paused_at: list[Place] = []
    for place in chosen:
        with named(place):
            federation.reset()
            federation.mailjet.account.deduplicates = False
            if (paused := paris.pause_at(place, between_calls=True)) is None:
                continue
            paused_at.append(place)
            federation.end_sessions("paris")
            federation.finish([lyon], SETTLED)
            assert paris.go_on(paused).status in {0, 1, 75}
            federation.finish([lyon, paris], SETTLED)
            prove_that_each_has_one(federation)
    assert len(paused_at) * 2 >= len(chosen)
    tried_points(len(paused_at))


def test_paused_between_the_proof_and_the_call_it_is_mailjet_that_holds_its_mails_back(
    federation: Federation, share: Share, tried_points: Callable[[int], None]
) -> None:
    places = places_in(federation, THE_CALL)
    chosen = share(places, spread(places, 8))
    paris, lyon = federation.machines
    paused_at: list[Place] = []
    for place in chosen:
        with named(place):
            federation.reset()
            if (paused := paris.pause_at(place)) is None:
                continue
            paused_at.append(place)
            federation.end_sessions("paris")
            federation.finish([lyon], SETTLED)
            assert paris.go_on(paused).status in {0, 1, 75}
            federation.finish([lyon, paris], SETTLED)
            prove_that_each_has_one(federation, doubles=len(OWED))
    assert len(paused_at) * 2 >= len(chosen)
    tried_points(len(paused_at))


def test_paused_for_longer_than_a_claim_lives_it_leaves_its_mails_to_the_next_run(
    federation: Federation, share: Share, tried_points: Callable[[int], None]
) -> None:
    places = places_in(federation, files_of_package("delivery/dispatch.py", "ledger/postgresql.py"))
    chosen = share(places, spread(places, 8))
    paris, lyon = federation.machines
    paused_at: list[Place] = []
    for place in chosen:
        with named(place):
            federation.reset()
            federation.mailjet.account.deduplicates = False
            if (paused := paris.pause_at(place, between_calls=True)) is None:
                continue
            paused_at.append(place)
            assert lyon.run().status == (75 if holds_the_lock(federation) else 0)
            federation.wait(timedelta(minutes=3))
            federation.set_clock()
            assert paris.go_on(paused).status in {0, 1, 75}
            federation.finish([lyon, paris], SETTLED)
            prove_that_each_has_one(federation)
    assert len(paused_at) * 2 >= len(chosen)
    tried_points(len(paused_at))


def holds_the_lock(federation: Federation) -> bool:
    return bool(federation.ask("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted"))


def test_a_server_that_is_killed_and_restarted_at_any_line_costs_no_mail_and_doubles_none(
    federation: Federation,
    postgresql: PostgresqlServer,
    share: Share,
    tried_points: Callable[[int], None],
) -> None:
    places = places_in(federation, DISPATCH)
    chosen = share(places, spread(places, 8))
    paris, lyon = federation.machines
    paused_at: list[Place] = []
    for place in chosen:
        with named(place):
            federation.reset()
            federation.mailjet.account.deduplicates = False
            if (paused := paris.pause_at(place, between_calls=True)) is None:
                continue
            paused_at.append(place)
            postgresql.kill()
            postgresql.start()
            assert paris.go_on(paused).status in {0, 1, 75}
            federation.finish([lyon, paris], SETTLED)
            prove_that_each_has_one(federation)
    assert len(paused_at) * 2 >= len(chosen)
    tried_points(len(paused_at))


def test_a_line_that_is_cut_at_any_line_costs_no_mail_and_doubles_none(
    federation: Federation,
    postgresql: PostgresqlServer,
    share: Share,
    tried_points: Callable[[int], None],
) -> None:
    places = places_in(federation, DISPATCH)
    chosen = share(places, spread(places, 8))
    paris, lyon = federation.machines
    paused_at: list[Place] = []
    with Proxy(postgresql.folder) as proxy:
        for place in chosen:
            with named(place):
                federation.reset()
                federation.mailjet.account.deduplicates = False
                paris.reach_the_server_by(proxy.folder)
                if (paused := paris.pause_at(place)) is None:
                    continue
                paused_at.append(place)
                proxy.cut()
                assert paris.go_on(paused).status in {0, 1, 75}
                federation.finish([lyon, paris], SETTLED)
                prove_that_each_has_one(federation)
    assert len(paused_at) * 2 >= len(chosen)
    tried_points(len(paused_at))


@pytest.mark.parametrize("error", [timedelta(minutes=-9), timedelta(minutes=9)], ids=str)
def test_killed_while_clocks_are_minutes_apart_it_leaves_to_the_other_what_is_owed(
    federation: Federation, error: timedelta, share: Share, tried_points: Callable[[int], None]
) -> None:
    places = places_in(federation, DISPATCH)
    chosen = share(places, spread(places, 8))
    paris, lyon = federation.machines
    for place in chosen:
        with named(place):
            federation.reset()
            federation.mailjet.account.deduplicates = False
            federation.mailjet.account.index_lag = 300
            lyon.clock_error = error
            assert paris.run(deadly=place).status in {0, KILLED}
            federation.finish([lyon, paris], timedelta(minutes=4))
            prove_that_each_has_one(federation)
    tried_points(len(chosen))
