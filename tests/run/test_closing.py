"""The reminder that orders close: to whom, when, and to whom not, as far as orders are known."""

from __future__ import annotations

import os
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from cagette_notify.run import nothing_due
from tests.fixtures.coop import Coop
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from pathlib import Path

OPENED = utc("2026-06-05T06:05")
DUE = utc("2026-06-09T18:00")  # 24 hours before orders close, at 20:00 in Paris
CLOSES = utc("2026-06-10T18:00")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ON = "notices: {opening: {default: no}, closing: {default: yes}}\n"
EVERYBODY = ["lea@example.org", "maelle@example.org", "noel@example.org", "zoe@example.org"]
ORDERS = "member;distribution;product;quantity\n1;d1;Pain;1\n"  # Zoé's


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    """Give a co-op that wants it, which has been served since orders opened; its orders are not there yet."""
    made = Coop(tmp_path, extra=ON)
    (tmp_path / "orders.csv").unlink()
    made.run(OPENED)
    assert made.mailed() == []
    return made


def orders(coop: Coop, text: str, written_at: datetime) -> None:
    path = coop.write("orders.csv", text)
    os.utime(path, (written_at.timestamp(), written_at.timestamp()))


def text_to(coop: Coop, address: str) -> str:
    (mail,) = (one for one in coop.mails() if one["To"].addresses[0].addr_spec == address)
    body = mail.get_body(("plain",))
    assert body
    return " ".join(str(body.get_content()).split())


def test_it_leaves_a_day_before_orders_close_to_each_address_once(coop: Coop) -> None:
    coop.run(DUE - MINUTE)
    early = coop.mailed()
    coop.run(DUE)
    coop.run(DUE + 10 * MINUTE)

    assert (early, coop.mailed()) == ([], EVERYBODY)
    assert {str(mail["Subject"]) for mail in coop.mails()} == {"Fin des commandes pour vendredi 12 juin"}
    text = text_to(coop, "maelle@example.org")
    assert "Bonjour Maëlle" in text
    assert "jusqu’au mercredi 10 juin 2026 à 20 h" in text
    assert "aucune commande" not in text


def test_nobody_gets_it_who_did_not_ask_for_it(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    coop.replace("members.csv", "partner_email\n", "partner_email;fermeture\n")
    coop.replace("members.csv", "lea@example.org;;", "lea@example.org;;;oui")
    coop.run(utc("2026-06-08T06:00"))
    before = coop.mailed()

    coop.run(DUE)

    assert coop.mailed() == sorted([*before, "lea@example.org"])


def test_only_those_without_an_order_get_it_where_orders_are_known_afresh(coop: Coop) -> None:
    orders(coop, ORDERS, DUE - HOUR)

    report = coop.run(DUE)

    assert coop.mailed() == [one for one in EVERYBODY if one != "zoe@example.org"]
    assert "À 19 h, aucune commande à votre nom n’était connue" in text_to(coop, "lea@example.org")
    assert [line.reason for line in report.lines if line.member == "1"] == ["has_order"]


@pytest.mark.parametrize(
    ("text", "age"),
    [
        (ORDERS, timedelta(hours=2)),
        (ORDERS, -HOUR),
        (ORDERS + '2;d1;"Lait', HOUR),
        ("<html>Session expirée</html>\n", HOUR),
    ],
    ids=["old", "from the future", "torn", "no orders"],
)
def test_where_they_are_not_everybody_gets_it_and_nothing_is_said_of_orders(
    coop: Coop, text: str, age: timedelta
) -> None:
    orders(coop, text, DUE - age)

    report = coop.run(DUE, says_once=True)

    assert (coop.mailed(), report.news) == (EVERYBODY, ())
    assert "aucune commande" not in text_to(coop, "lea@example.org")


def test_who_had_an_order_then_gets_none_though_nobody_looks_again(coop: Coop) -> None:
    orders(coop, ORDERS, DUE - HOUR)
    for after in (timedelta(0), HOUR, 3 * HOUR, CLOSES - DUE):
        last = coop.run(DUE + after, says_once=True)

    assert "zoe@example.org" not in coop.mailed()
    assert (last.counts["expired"], last.news) == (0, ())


OFF = "1;closing;no;2026-06-09\n2;closing;no;2026-06-09\n3;closing;no;2026-06-09\n"
NOBODY_CHOSE = "member;kind;value;date\n"
EVERYBODY_S = ORDERS + "2;d1;Lait;1\n3;d1;Lait;1\n"


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("notifications.csv", "value;date\n", f"value;date\n{OFF}"),
        ("distributions.yaml", "- id: d1\n", "- id: d1\n  cancelled: yes\n"),
        ("groups.yaml", "- id: lac\n", "- id: lac\n  disabled: yes\n"),
        ("distributions.yaml", "- id: d1\n", "- id: d1\n  fixed: yes\n"),
    ],
    ids=["off", "cancelled", "disabled", "fixed"],
)
def test_nor_does_who_had_an_order_where_something_else_spoke_against_it_meanwhile(
    coop: Coop, file: str, before: str, after: str
) -> None:
    coop.write("notifications.csv", NOBODY_CHOSE)
    orders(coop, EVERYBODY_S, DUE - HOUR)
    coop.run(DUE)
    coop.replace(file, before, after)
    coop.run(DUE + HOUR)
    coop.replace(file, after, before)

    coop.run(DUE + 2 * HOUR)

    assert coop.mailed() == []


def test_nor_does_who_had_an_order_and_has_another_address_by_now(coop: Coop) -> None:
    orders(coop, EVERYBODY_S, DUE - HOUR)
    coop.run(DUE)
    coop.replace("members.csv", "zoe@", "zz@")
    coop.write("notifications.csv", NOBODY_CHOSE + OFF)
    coop.run(DUE + HOUR)
    coop.write("notifications.csv", NOBODY_CHOSE)

    coop.run(DUE + 2 * HOUR)

    assert coop.mailed() == []


def test_who_had_an_order_no_more_while_it_was_off_gets_it_once_it_is_on(coop: Coop) -> None:
    orders(coop, ORDERS, DUE - HOUR)
    coop.run(DUE)
    coop.write("notifications.csv", NOBODY_CHOSE + OFF)
    orders(coop, ORDERS.replace(";1\n", ";0\n"), DUE)
    coop.run(DUE + HOUR)
    coop.write("notifications.csv", NOBODY_CHOSE)

    coop.run(DUE + 3 * HOUR)

    assert coop.mailed() == EVERYBODY


def test_who_is_known_to_have_taken_an_order_back_gets_it(coop: Coop) -> None:
    orders(coop, ORDERS, DUE - HOUR)
    coop.run(DUE)
    orders(coop, ORDERS.replace(";1\n", ";0\n"), DUE + HOUR)

    coop.run(DUE + HOUR + MINUTE)

    assert coop.mailed() == EVERYBODY


@pytest.mark.dear
def test_orders_that_somebody_may_still_be_writing_are_left_to_the_next_run(coop: Coop) -> None:
    orders(coop, "member;distribution;product;quantity\n", DUE - timedelta(seconds=2))

    waiting = coop.run(DUE)
    orders(coop, ORDERS, DUE - timedelta(seconds=2))
    coop.run(DUE + 10 * MINUTE)

    assert waiting.counts["sent"] == 0
    assert coop.mailed() == [one for one in EVERYBODY if one != "zoe@example.org"]


def test_orders_of_which_a_row_can_not_be_read_may_be_somebody_s(coop: Coop) -> None:
    orders(coop, f"{ORDERS}2;d1;Lait;beaucoup\n", DUE - HOUR)

    coop.run(DUE)

    assert coop.mailed() == ["lea@example.org"]


@pytest.mark.parametrize("close", ["", "fixed: yes\n  orders_close_at: 2026-06-10 20:00\n"])
def test_there_is_none_without_a_closing_hour_nor_under_fixed_contracts(coop: Coop, close: str) -> None:
    coop.replace("distributions.yaml", "orders_close_at: 2026-06-10 20:00\n", close)

    coop.run(DUE)
    coop.run(CLOSES - MINUTE)

    assert coop.mailed() == []


def test_it_is_not_due_before_orders_open(tmp_path: Path) -> None:
    coop = Coop(tmp_path, extra=ON)
    coop.replace("distributions.yaml", "2026-06-05 08:00", "2026-06-10 08:00")
    coop.run(DUE)
    early = coop.mailed()

    coop.run(utc("2026-06-10T06:00"))

    assert (early, coop.mailed()) == ([], EVERYBODY)


def test_an_opening_that_leaves_as_late_stands_for_it_for_good(tmp_path: Path) -> None:
    coop = Coop(tmp_path, extra="notices: {closing: {default: yes}}\n")
    coop.replace("distributions.yaml", "2026-06-05 08:00", "2026-06-10 08:00")
    coop.run(DUE)

    report = coop.run(utc("2026-06-10T06:00"))
    coop.run(utc("2026-06-10T06:10"))
    coop.run(CLOSES - MINUTE)

    assert {str(mail["Subject"]) for mail in coop.mails()} == {"Commandez pour vendredi 12 juin"}
    assert coop.mailed() == EVERYBODY
    assert {line.reason for line in report.lines if line.kind == "closing"} == {"superseded"}


@pytest.mark.parametrize(
    ("notices", "opens"),
    [
        ("closing: {default: yes, before: 4d}", "2026-06-07 08:00"),  # two days are over before orders close
        ("closing: {default: yes}, opening: {default: yes, late: 2h}", "2026-06-10 08:00"),
    ],
)
def test_nor_does_it_leave_once_that_opening_would_be_too_late(
    tmp_path: Path, notices: str, opens: str
) -> None:
    coop = Coop(tmp_path, extra=f"notices: {{{notices}}}\n")
    coop.replace("distributions.yaml", "2026-06-05 08:00", opens)
    coop.run(utc("2026-06-07T05:00"))
    coop.run(utc(f"{opens[:10]}T06:00"))

    for before in (9 * HOUR, 5 * HOUR, MINUTE):
        coop.run(CLOSES - before)

    assert {str(mail["Subject"]) for mail in coop.mails()} == {"Commandez pour vendredi 12 juin"}
    assert coop.mailed() == EVERYBODY


@pytest.mark.parametrize("first", ["1", "3"])
def test_an_opening_to_an_address_stands_for_it_whoever_has_it_on_there(tmp_path: Path, first: str) -> None:
    coop = Coop(tmp_path, extra=ON)
    coop.replace("distributions.yaml", "2026-06-05 08:00", "2026-06-10 08:00")
    coop.replace("members.csv", "lea@", "Zoe@")
    coop.write(
        "notifications.csv",
        f"member;kind;value;date\n{first};opening;yes;2026-06-01\n{first};closing;no;2026-06-01\n",
    )
    coop.run(DUE)

    coop.run(utc("2026-06-10T06:00"))
    coop.run(utc("2026-06-10T06:10"))

    subjects = {str(one["To"]).casefold()[-16:]: str(one["Subject"]) for one in coop.mails()}
    assert sorted(address.casefold() for address in coop.mailed()) == EVERYBODY[1:]
    assert subjects["zoe@example.org>"] == "Commandez pour vendredi 12 juin"


def test_an_opening_that_left_before_it_was_due_does_not(tmp_path: Path) -> None:
    coop = Coop(tmp_path, extra="notices: {closing: {default: yes}}\n")
    coop.replace("distributions.yaml", "2026-06-05 08:00", "2026-06-09 08:00")
    coop.run(utc("2026-06-09T06:00"))

    coop.run(DUE)

    assert coop.mailed() == sorted([*EVERYBODY, *EVERYBODY])


def test_who_switched_openings_off_gets_it_all_the_same(coop: Coop) -> None:
    coop.replace("distributions.yaml", "2026-06-05 08:00", "2026-06-10 08:00")

    coop.run(utc("2026-06-10T06:00"))

    assert coop.mailed() == EVERYBODY


def test_those_of_a_group_that_leave_together_make_one_mail(coop: Coop) -> None:
    with (coop.folder / "distributions.yaml").open("a") as file:
        file.write("- {id: d2, group: lac, starts_at: 2026-06-13 10:00, orders_close_at: 2026-06-10 20:00}\n")

    coop.run(DUE)

    assert coop.mailed() == EVERYBODY
    assert "vendredi 12 juin et samedi 13 juin" in str(coop.mails()[0]["Subject"])


def test_once_orders_are_closed_it_is_too_late_and_said_once(coop: Coop) -> None:
    first, second = (coop.run(at, says_once=True) for at in (CLOSES, CLOSES + MINUTE))

    assert (first.counts["expired"], coop.mailed()) == (4, [])
    assert "closing of distribution d1: came too late" in "".join(first.news)
    assert second.news == ()


@pytest.mark.parametrize("hour", ["21:00", "19:00"])
def test_moved_within_the_day_it_is_the_same_one(coop: Coop, hour: str) -> None:
    coop.run(DUE)
    coop.replace("distributions.yaml", "2026-06-10 20:00", f"2026-06-10 {hour}")

    coop.run(DUE + HOUR)

    assert coop.mailed() == EVERYBODY


def test_what_is_turned_on_once_it_was_due_looks_back_as_a_first_run_does(tmp_path: Path) -> None:
    coop = Coop(tmp_path, extra="notices: {opening: {default: no}}\n")
    coop.run(DUE)
    coop.replace(
        "config.yaml", "{opening: {default: no}}", "{opening: {default: no}, closing: {default: yes}}"
    )

    later = coop.run(DUE + 2 * HOUR, says_once=True)
    asked = coop.run(DUE + 2 * HOUR, lookback=3 * HOUR)

    assert "before the first run, and held back so that nobody is flooded: 4 mails" in "".join(later.news)
    assert (later.counts["sent"], asked.counts["sent"]) == (0, 4)


def test_longer_before_it_looks_back_as_a_first_run_does(coop: Coop) -> None:
    coop.run(DUE - 30 * HOUR)
    coop.replace("config.yaml", "closing: {default: yes}", "closing: {default: yes, before: 3d}")

    later = coop.run(DUE - 29 * HOUR, says_once=True)

    assert coop.mailed() == []
    assert "before the first run" in "".join(later.news)


def test_recaps_leave_first_then_reminders_then_openings(tmp_path: Path) -> None:
    coop = Coop(tmp_path, extra="notices: {closing: {default: yes}}\n")
    with (coop.folder / "distributions.yaml").open("a") as file:
        file.write(
            "- {id: d2, group: lac, starts_at: 2026-06-13 10:00, orders_open_at: 2026-06-11 18:00}\n"
            "- {id: d3, group: lac, starts_at: 2026-06-14 10:00, orders_close_at: 2026-06-12 18:00}\n"
        )
    coop.run(utc("2026-06-11T15:00"))

    report = coop.run(utc("2026-06-11T16:05"))

    sent = [line.kind for line in report.lines if line.status == "sent"]
    assert list(dict.fromkeys(sent)) == ["recap_24h", "closing", "opening"]


def test_no_run_rests_before_it_has_read_orders_that_were_being_written(
    coop: Coop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nothing_due, "_SETTLED", 0)
    orders(coop, ORDERS, DUE - timedelta(seconds=2))
    time.sleep(0.05)  # a tick of the disk's clock
    coop.run(DUE, says_once=True)

    assert not nothing_due.nothing_can_be_due(coop.folder / "config.yaml", DUE + MINUTE)

    coop.run(DUE + MINUTE, says_once=True)
    coop.run(DUE + 2 * MINUTE, says_once=True)

    assert nothing_due.nothing_can_be_due(coop.folder / "config.yaml", DUE + 3 * MINUTE)


MANY = "id;email\n" + "".join(f"{n};m{n}@example.org\n" for n in range(1, 16))


def many(coop: Coop, ordered: range) -> None:
    rows = "".join(f"{n};d1;Pain;1\n" for n in ordered)
    orders(coop, f"member;distribution;product;quantity\n{rows}", DUE - HOUR)


@pytest.mark.parametrize("row", [";d1;Pain;1", "#REF!;d1;Pain;1"])
def test_a_row_that_may_be_anybody_s_order_takes_the_reminder_from_nobody(coop: Coop, row: str) -> None:
    orders(coop, f"{ORDERS}{row}\n", DUE - HOUR)

    coop.run(DUE)

    assert coop.mailed() == [one for one in EVERYBODY if one != "zoe@example.org"]
    assert "aucune commande" not in text_to(coop, "lea@example.org")


def test_a_file_that_lost_most_orders_tells_nobody_that_they_have_none(coop: Coop) -> None:
    coop.write("members.csv", MANY)
    many(coop, range(1, 12))
    coop.run(DUE)
    before = coop.mailed()
    many(coop, range(1, 4))

    coop.run(DUE + MINUTE)

    assert len(before) == 4
    assert coop.mailed() == before


def test_a_few_orders_taken_back_are_believed(coop: Coop) -> None:
    coop.write("members.csv", MANY)
    many(coop, range(1, 12))
    coop.run(DUE)
    many(coop, range(1, 10))

    coop.run(DUE + MINUTE)

    assert len(coop.mailed()) == 6


def test_of_two_who_share_an_address_neither_is_told_that_it_has_it_already(tmp_path: Path) -> None:
    coop = Coop(tmp_path, extra="notices: {closing: {default: yes}}\n")
    coop.replace("distributions.yaml", "2026-06-05 08:00", "2026-06-10 08:00")
    coop.replace("members.csv", "lea@example.org", "zoe@example.org")
    coop.run(DUE)

    report = coop.run(utc("2026-06-10T06:00"))

    assert {line.reason for line in report.lines if line.kind == "closing"} == {"superseded"}
