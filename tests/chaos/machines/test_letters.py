"""A letter on two machines, of which one dies at any line, or given on both at once: each has it once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.chaos.kills.places import files_of_package
from tests.chaos.kills.test_kills import first_times, last_times, spread
from tests.chaos.machines.test_machines import KILLED, SETTLED, named
from tests.fixtures.coop import LONG_AGO

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.chaos.conftest import Share
    from tests.chaos.kills.warm import Place
    from tests.fixtures.machines import Federation

READERS = ["lea@example.org", "maelle@example.org", "noel@example.org", "zoe@example.org"]
LETTER = ("--lang", "en", "broadcast", "lac", "-s", "On change de salle", "--body", "lettre.md", "--yes")
PLANNED = (*LETTER, "--send-at", "2026-06-01 18:00")
AN_HOUR_AFTER_IT = timedelta(hours=11)
RECORDED = files_of_package(
    "broadcast/deliver.py",
    "broadcast/planned.py",
    "delivery/dispatch.py",
    "ledger/broadcasts.py",
    "ledger/ledger.py",
    "ledger/planned.py",
    "ledger/postgresql.py",
    "ledger/postgresql_lock.py",
)
DEPARTURE = (*RECORDED, *files_of_package("broadcast/depart.py", "broadcast/departures.py"))


def begin(federation: Federation) -> None:
    """Let no notice be due, and the letter's text lie on both machines."""
    federation.reset()
    federation.now = LONG_AGO
    for machine in federation.machines:
        (machine.folder / "lettre.md").write_text("Bonjour, la salle est prise.\n", encoding="utf-8")
        federation.make_alike(machine)


def lines_of(federation: Federation, *words: str) -> list[Place]:
    """Return what a command of Paris reaches."""
    paris, _lyon = federation.machines
    process = paris.start(*words, counts=True)
    assert paris.end(process).status == 0
    return federation.warm.lines(process)


def prove_that_each_reader_has_it_once(federation: Federation) -> None:
    assert federation.mailed() == READERS
    assert federation.doubles() == 0
    assert federation.statuses() == {"sent"}


def test_killed_at_any_line_it_is_the_other_machine_that_sends_the_rest(
    federation: Federation, share: Share, tried_points: Callable[[int], None]
) -> None:
    begin(federation)
    reached = lines_of(federation, *LETTER)
    places = first_times(reached, RECORDED) + last_times(reached, RECORDED)
    chosen = share(places, spread(places, 16))
    paris, lyon = federation.machines
    for place in chosen:
        with named(place):
            begin(federation)
            federation.mailjet.account.deduplicates = False
            assert paris.run(*LETTER, deadly=place).status in {0, KILLED}
            federation.wait(SETTLED)
            assert lyon.run(*LETTER).status in {0, 1, 75}
            federation.finish([lyon, paris], SETTLED)
            prove_that_each_reader_has_it_once(federation)
    tried_points(len(chosen))


def test_given_on_both_at_once_it_is_one_letter(
    federation: Federation, share: Share, tried_points: Callable[[int], None]
) -> None:
    rounds = share(range(40), range(6))
    for _round in rounds:
        begin(federation)
        federation.mailjet.account.deduplicates = False
        started = [(machine, machine.start(*LETTER)) for machine in federation.machines]
        assert {machine.end(process).status for machine, process in started} <= {0, 1, 75}
        federation.finish(federation.machines, SETTLED)
        prove_that_each_reader_has_it_once(federation)
    tried_points(len(rounds))


def test_one_that_is_planned_leaves_from_the_machine_that_lives(
    federation: Federation, share: Share, tried_points: Callable[[int], None]
) -> None:
    begin(federation)
    paris, lyon = federation.machines
    assert lyon.run(*PLANNED).status == 0
    federation.wait(AN_HOUR_AFTER_IT)
    reached = lines_of(federation, "send-due")
    places = first_times(reached, DEPARTURE) + last_times(reached, DEPARTURE)
    chosen = share(places, spread(places, 12))
    for place in chosen:
        with named(place):
            begin(federation)
            federation.mailjet.account.deduplicates = False
            assert lyon.run(*PLANNED).status == 0
            federation.wait(AN_HOUR_AFTER_IT)
            assert paris.run(deadly=place).status in {0, KILLED}
            federation.finish([lyon, paris], SETTLED)
            prove_that_each_reader_has_it_once(federation)
    tried_points(len(chosen))
