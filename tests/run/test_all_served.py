"""Runs while windows are open and all is served: they rest, until a file, the ledger or a window changes."""

from __future__ import annotations

import os
import shutil
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from cagette_notify.ledger.connection import open_ledger
from cagette_notify.run import nothing_due
from cagette_notify.run.nothing_due import nothing_can_be_due
from tests.fixtures.coop import A_DAY_BEFORE, Coop, counted
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
HALF_PAST = utc("2026-06-12T11:30")  # half an hour before the recaps of the last hours are due
TEMPLATE = "{% extends 'shipped/fr/recap_24h.txt.j2' %}"


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Coop:
    """Give a co-op whose recaps left a while ago and may still, with a folder of exports and of templates."""
    monkeypatch.setattr(nothing_due, "_SETTLED", 0)
    coop = Coop(tmp_path)
    coop.replace("config.yaml", "orders: orders.csv", "orders: exports/orders*.csv\ntemplates: ours")
    for folder in ("exports", "ours/fr"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.move(tmp_path / "orders.csv", tmp_path / "exports/orders 1.csv")
    shutil.copy(tmp_path / "exports/orders 1.csv", tmp_path / "exports/orders 0.csv")
    os.utime(tmp_path / "exports/orders 0.csv", (0, 0))
    coop.write("ours/fr/recap_24h.txt.j2", TEMPLATE)
    time.sleep(0.05)  # a disk's clock ticks
    assert counted(coop.run(A_DAY_BEFORE, says_once=True))["sent"] == 3
    coop.run(A_DAY_BEFORE + MINUTE, says_once=True)
    return coop


def rests_at(coop: Coop, at: datetime) -> bool:
    return nothing_can_be_due(coop.folder / "config.yaml", at)


def test_it_rests_once_a_run_found_nothing_left_to_send(served: Coop) -> None:
    assert rests_at(served, A_DAY_BEFORE + 2 * MINUTE)
    assert rests_at(served, A_DAY_BEFORE + 50 * MINUTE)


def test_the_run_that_sent_something_is_looked_after_by_the_next(served: Coop) -> None:
    served.replace("members.csv", "3;Léa;Roux", "1;Zoé;Martin;zoe.martin@example.org;;\n3;Léa;Roux")
    served.replace("members.csv", "1;Zoé;Martin;zoe@example.org;;\n", "")
    time.sleep(0.05)
    assert counted(served.run(A_DAY_BEFORE + 2 * MINUTE, says_once=True))["sent"] == 1

    assert not rests_at(served, A_DAY_BEFORE + 3 * MINUTE)


def changed(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\n")


@pytest.mark.parametrize(
    "change",
    [
        *(
            lambda folder, name=name: changed(folder / name)
            for name in ("config.yaml", "groups.yaml", "distributions.yaml", "members.csv")
        ),
        lambda folder: changed(folder / "exports/orders 1.csv"),
        lambda folder: changed(folder / "ours/fr/recap_24h.txt.j2"),
        lambda folder: (folder / "notifications.csv").write_text("member;kind;value;date\n"),
        lambda folder: (folder / "members.csv").unlink(),
        lambda folder: (folder / "exports/orders 2.csv").write_text("member;distribution;product;quantity\n"),
        lambda folder: os.utime(folder / "exports/orders 0.csv"),
        lambda folder: (folder / "exports/orders 0.csv").unlink(),
        lambda folder: (folder / "ours/fr/recap_24h.html.j2").write_text(TEMPLATE),
    ],
)
def test_whatever_is_read_or_might_be_is_looked_at_once_it_changes(
    served: Coop, change: Callable[[Path], object]
) -> None:
    change(served.folder)

    assert not rests_at(served, A_DAY_BEFORE + 2 * MINUTE)


def test_a_list_that_was_passed_over_is_looked_at_once_it_is_the_newest(served: Coop) -> None:
    served.replace("config.yaml", "members: members.csv", "members: members*.csv")
    older = shutil.copy(served.folder / "members.csv", served.folder / "members old.csv")
    os.utime(older, (0, 0))
    time.sleep(0.05)
    served.run(A_DAY_BEFORE + 2 * MINUTE, says_once=True)
    assert rests_at(served, A_DAY_BEFORE + 3 * MINUTE)

    os.utime(older)

    assert not rests_at(served, A_DAY_BEFORE + 3 * MINUTE)


def test_it_rests_no_further_than_the_next_edge(served: Coop) -> None:
    served.run(HALF_PAST, says_once=True)

    assert rests_at(served, HALF_PAST + 30 * MINUTE - SECOND)
    assert not rests_at(served, HALF_PAST + 30 * MINUTE)


def test_the_end_of_orders_is_an_edge_as_an_older_file_is_stale_from_then_on(served: Coop) -> None:
    served.replace("distributions.yaml", "2026-06-10 20:00", "2026-06-11 18:20")  # 16:20 UTC
    time.sleep(0.05)  # a disk's clock ticks
    served.run(A_DAY_BEFORE + 2 * MINUTE, says_once=True)

    assert rests_at(served, utc("2026-06-11T16:20") - SECOND)
    assert not rests_at(served, utc("2026-06-11T16:20"))


def orders_are_missing(coop: Coop) -> None:
    shutil.rmtree(coop.folder / "exports")


def orders_are_being_written(coop: Coop) -> None:
    at = (A_DAY_BEFORE + 2 * MINUTE).timestamp()
    os.utime(coop.folder / "exports/orders 1.csv", (at, at))


def half_of_the_members_are_gone(coop: Coop) -> None:
    more = "".join(f"{n};Membre;{n};m{n}@example.org;;\n" for n in range(10, 30))
    coop.replace("members.csv", "3;Léa", f"{more}3;Léa")
    coop.replace("exports/orders 1.csv", "2;d1;", "10;d1;Pain;1;2,00\n2;d1;")
    coop.run(A_DAY_BEFORE + 2 * MINUTE, says_once=True)
    coop.replace("members.csv", more, "")


def a_mail_is_in_doubt(coop: Coop) -> None:
    with open_ledger(coop.folder / "ledger.sqlite3") as ledger, ledger.transaction() as connection:
        connection.execute("UPDATE notices SET status = 'in_doubt' WHERE member_id = '1'")


@pytest.mark.parametrize(
    "trouble",
    [orders_are_missing, orders_are_being_written, half_of_the_members_are_gone, a_mail_is_in_doubt],
)
def test_while_something_waits_is_held_or_in_doubt_no_run_rests(
    served: Coop, trouble: Callable[[Coop], None]
) -> None:
    trouble(served)
    time.sleep(0.05)
    served.run(A_DAY_BEFORE + 2 * MINUTE + SECOND, says_once=True)

    assert not rests_at(served, A_DAY_BEFORE + 3 * MINUTE)
