"""Who was told of a later day while orders were open again gets a recap of the final order, once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cagette_notify.config.load import load
from cagette_notify.helpdesk.status import service_status
from tests.fixtures.coop import A_DAY_BEFORE, DISTRIBUTIONS, Coop
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

PUT_OFF = utc("2026-06-11T17:05")
DUE, AFTER = utc("2026-06-18T16:05"), utc("2026-06-18T16:15")
FOUR_HOURS_BEFORE = utc("2026-06-19T12:05")
TO_NEXT_WEEK = DISTRIBUTIONS.replace("2026-06-12", "2026-06-19")
OPEN_AGAIN = TO_NEXT_WEEK.replace("2026-06-10 20:00", "2026-06-17 20:00")


@pytest.fixture(name="coop")
def _coop(tmp_path: Path) -> Coop:
    """Give a co-op that has put off its distribution, and said so."""
    coop = Coop(tmp_path)
    coop.run(A_DAY_BEFORE)
    return put_off(coop, OPEN_AGAIN)


def put_off(coop: Coop, distributions: str) -> Coop:
    coop.write("distributions.yaml", distributions)
    coop.run(PUT_OFF)
    assert changed(coop) == 3
    return coop


def changed(coop: Coop) -> int:
    """Count the mails that say that something changed."""
    return sum(str(mail["Subject"]).startswith("Changement") for mail in coop.mails())


def recaps_at(coop: Coop, *moments: datetime) -> list[int]:
    """Run then, and return how many mails each run has sent."""
    counts = []
    for at in moments:
        before = len(coop.mails())
        coop.run(at)
        counts.append(len(coop.mails()) - before)
    return counts


def test_the_final_order_is_told_when_the_recap_is_due_and_once(coop: Coop) -> None:
    coop.replace("orders.csv", "1;d1;Tomates;2", "1;d1;Fraises;7")

    assert recaps_at(coop, DUE, AFTER) == [3, 0]
    assert sum("Fraises" in str(mail.get_body(("plain",))) for mail in coop.mails()) == 1
    assert changed(coop) == 3


def test_it_is_another_mail_to_mailjet_than_the_correction(coop: Coop) -> None:
    recaps_at(coop, DUE)

    of_zoe = [one for one in coop.entries("d1") if one.key.address == "zoe@example.org"]
    assert len({one.key for one in of_zoe}) == len({one.campaign for one in of_zoe}) == 3
    assert [one.revision for one in of_zoe] == [1, 2, 2]


def closed_for_good(coop: Coop) -> None:
    coop.write("distributions.yaml", TO_NEXT_WEEK)


def open_beyond(coop: Coop) -> None:
    coop.replace("distributions.yaml", "2026-06-17 20:00", "2026-06-18 20:00")


def never_closing(coop: Coop) -> None:
    coop.replace("distributions.yaml", "  orders_close_at: 2026-06-17 20:00\n", "")


@pytest.mark.parametrize("happens", [closed_for_good, open_beyond, never_closing])
def test_a_correction_that_no_more_final_order_follows_stands_for_the_recap(
    coop: Coop, happens: Callable[[Coop], None]
) -> None:
    happens(coop)

    assert recaps_at(coop, DUE, AFTER) == [0, 0]


def test_whoever_has_both_recaps_on_gets_both(tmp_path: Path) -> None:
    coop = Coop(tmp_path, extra="notices: {recap_4h: {default: yes}}\n")
    coop.run(A_DAY_BEFORE)
    coop.run(utc("2026-06-12T12:05"))
    coop.write("distributions.yaml", OPEN_AGAIN)
    coop.run(utc("2026-06-12T13:05"))

    assert recaps_at(coop, DUE, AFTER, FOUR_HOURS_BEFORE) == [3, 0, 3]


def test_the_one_of_four_hours_before_leaves_alone_if_no_run_came_before(tmp_path: Path) -> None:
    coop = Coop(tmp_path, extra="notices: {recap_4h: {default: yes}}\n")
    coop.run(A_DAY_BEFORE)
    put_off(coop, OPEN_AGAIN)

    assert recaps_at(coop, FOUR_HOURS_BEFORE, FOUR_HOURS_BEFORE + timedelta(minutes=10)) == [3, 0]


def test_who_has_recaps_off_since_gets_none(coop: Coop) -> None:
    coop.replace("config.yaml", "data:", "notices: {recap_24h: {default: no}}\ndata:")

    assert recaps_at(coop, DUE) == [0]


def test_moved_again_it_is_corrected_again_and_the_final_order_told_once(coop: Coop) -> None:
    coop.replace("distributions.yaml", "2026-06-19", "2026-06-20")
    coop.run(utc("2026-06-15T06:00"))

    assert changed(coop) == 6
    day = timedelta(days=1)
    assert recaps_at(coop, DUE, DUE + day, AFTER + day) == [0, 3, 0]


@pytest.mark.parametrize(("between", "corrected"), [("", 0), ("2;d1;Panier;1;12,50\n", 4)])
def test_moved_and_back_before_all_were_told_so_the_final_order_is_told_once(
    coop: Coop, between: str, corrected: int
) -> None:
    orders = (coop.folder / "orders.csv").read_text("utf-8")
    coop.write("orders.csv", f"{orders.splitlines()[0]}\n{between}")
    coop.replace("distributions.yaml", "Salle des fêtes", "Gymnase")
    coop.run(utc("2026-06-15T06:00"))
    coop.replace("distributions.yaml", "Gymnase", "Salle des fêtes")
    coop.write("orders.csv", orders)
    coop.run(utc("2026-06-15T06:10"))

    assert recaps_at(coop, DUE, AFTER) == [3, 0]
    assert changed(coop) == 3 + corrected


def test_moved_once_the_final_order_was_told_it_is_corrected_and_no_more(coop: Coop) -> None:
    recaps_at(coop, DUE)
    coop.replace("distributions.yaml", "Salle des fêtes", "Gymnase")

    assert recaps_at(coop, AFTER, AFTER + timedelta(minutes=10)) == [3, 0]
    assert changed(coop) == 6


def test_under_another_id_both_are_known(coop: Coop) -> None:
    recaps_at(coop, DUE)
    for name in ("distributions.yaml", "orders.csv"):
        text = (coop.folder / name).read_text("utf-8")
        coop.write(name, text.replace("d1", "vendredi"))

    assert recaps_at(coop, AFTER, AFTER + timedelta(minutes=10)) == [0, 0]
    assert {one.key.occasion for one in coop.entries("vendredi")} == {"r2", "r2-final"}


def test_status_counts_whom_it_is_to_reach_and_says_of_nobody_that_they_have_it(coop: Coop) -> None:
    config, tonight = load(coop.folder / "config.yaml"), timedelta(hours=12)
    (line,) = service_status(config, tonight, utc("2026-06-18T10:00")).upcoming
    recaps_at(coop, DUE)

    assert (line.addresses, line.already, line.is_correction) == (3, 0, False)
    assert not service_status(config, tonight, AFTER).upcoming


def test_status_knows_it_before_the_correction_has_left(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    coop.run(A_DAY_BEFORE)
    coop.write("distributions.yaml", OPEN_AGAIN)

    ahead = service_status(load(coop.folder / "config.yaml"), timedelta(days=8), PUT_OFF).upcoming

    assert [(one.is_correction, one.addresses) for one in ahead if one.addresses] == [(True, 3), (False, 3)]
