"""``check-member`` on what should have left and never did: said for each address, and for a week."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fixtures.office import Office

FIRST_RUN = utc("2026-06-10T08:00")
DUE = utc("2026-06-11T16:05")
STARTED = utc("2026-06-12T16:05")
RECAP_4H_ON = "notices: {recap_4h: {default: yes}}\n"
LUC = {"partner_first_name": "Luc", "partner_email": "luc@example.org"}


def runs(office: Office, *times: Any) -> None:
    """Run send-due at these times, and ask right after the last."""
    for at in times:
        office.sends(at)
    office.at = times[-1] + timedelta(minutes=1)


def lose(office: Office) -> None:
    (office.coop.folder / "orders.csv").unlink()


def age(office: Office) -> None:
    long_ago = utc("2026-06-09T08:00").timestamp()
    os.utime(office.coop.folder / "orders.csv", (long_ago, long_ago))


def verdict(office: Office, who: str = "1") -> str:
    """Return the verdict's lines as one."""
    _who, *lines = office.invoke("check-member", who).stdout.split("\n\n")[0].splitlines()
    return " ".join(line.strip() for line in lines)


@pytest.mark.long
@pytest.mark.parametrize(("happens", "why"), [(lose, "waiting"), (age, "stale")])
def test_a_recap_whose_orders_never_came_is_missed_once_the_distribution_has_started(
    office: Office, happens: Callable[[Office], None], why: str
) -> None:
    happens(office)
    runs(office, FIRST_RUN, DUE, STARTED)

    said, reply = verdict(office), office.reply_to("1")

    assert said.startswith("WARNING: recap_24h d1 to zoe@example.org did not leave before the distribution")
    assert f"its orders were {why} (orders.csv)" in said
    assert "Le rappel de votre commande pour la distribution du vendredi 12 juin 2026 n’a pas pu" in reply
    assert "Toutes nos excuses" in reply


def test_it_is_missed_for_each_address_of_the_household(office: Office) -> None:
    office.member(**LUC)
    lose(office)
    runs(office, FIRST_RUN, DUE, STARTED)

    assert "to zoe@example.org did not leave" in verdict(office, "zoe@example.org")
    assert "to luc@example.org did not leave" in verdict(office, "luc@example.org")


def test_it_is_missed_where_no_run_was_there_before_the_start(office: Office) -> None:
    lose(office)
    runs(office, FIRST_RUN, STARTED)

    assert "did not leave before the distribution" in verdict(office)


def test_a_recap_of_before_the_first_run_is_not_missed(office: Office) -> None:
    lose(office)
    runs(office, utc("2026-06-12T15:30"), STARTED)

    assert "did not leave" not in verdict(office)


def test_orders_that_come_after_the_start_without_theirs_tell_that_nothing_is_missed(office: Office) -> None:
    lose(office)
    runs(office, FIRST_RUN, DUE, STARTED)
    office.coop.write("orders.csv", "member;distribution;product;quantity\n2;d1;Pain;1\n")

    said = verdict(office)

    assert "did not leave" not in said
    assert "no order in this name is known" in said


def test_orders_that_come_after_the_start_with_theirs_leave_it_missed(office: Office) -> None:
    lose(office)
    runs(office, FIRST_RUN, DUE, STARTED)
    office.coop.write("orders.csv", "member;distribution;product;quantity\n1;d1;Pain;1\n")

    assert "did not leave before the distribution started: the orders were not there" in verdict(office)


def test_a_recap_that_left_once_its_orders_came_is_not_missed(office: Office) -> None:
    orders = (office.coop.folder / "orders.csv").read_bytes()
    lose(office)
    office.sends(FIRST_RUN)
    office.sends(DUE)
    office.coop.write("orders.csv", orders)
    runs(office, DUE + timedelta(hours=1), STARTED)

    assert "did not leave" not in verdict(office)


def test_a_recap_that_left_once_its_orders_came_is_not_missed_for_a_place_changed_once_it_began(
    office: Office,
) -> None:
    orders = (office.coop.folder / "orders.csv").read_bytes()
    lose(office)
    office.sends(FIRST_RUN)
    office.sends(DUE)
    office.coop.write("orders.csv", orders)
    runs(office, DUE + timedelta(hours=1), STARTED)
    office.coop.replace("distributions.yaml", "Salle des fêtes", "Gymnase")

    assert "did not leave" not in verdict(office)


@pytest.mark.long
@pytest.mark.parametrize("notices", ["", RECAP_4H_ON])
def test_recaps_whose_orders_came_too_late_are_one_miss_and_no_fault_of_the_machine(
    office: Office, notices: str
) -> None:
    config = office.coop.folder / "config.yaml"
    config.write_text(config.read_text(encoding="utf-8") + notices, encoding="utf-8")
    orders = (office.coop.folder / "orders.csv").read_bytes()
    lose(office)
    for at in (FIRST_RUN, DUE, STARTED - timedelta(minutes=15)):
        office.sends(at)
    office.coop.write("orders.csv", orders)
    runs(office, STARTED)

    said = " ".join(office.invoke("check-member", "1").stdout.partition("The last 30 days")[0].split())

    assert "it came too late, and was not sent: its orders came too late (orders.csv)" in said
    assert "machine or cron had stopped" not in said
    assert "did not leave before" not in said


def test_where_the_cause_of_several_misses_may_lie_is_said_once(office: Office) -> None:
    runs(office, utc("2026-06-01T06:00"), STARTED)

    said = " ".join(office.invoke("check-member", "1").stdout.partition("The last 30 days")[0].split())

    assert "recap_24h d1 to zoe@example.org: it came too late" in said
    assert (
        "-> tell the member what is in it; see whether the machine or cron had stopped; or whether the "
        "distribution was added only long after its orders had opened"
    ) in said
    assert said.count("tell the member what is in it") == said.count("had stopped") == 1
    assert "?" not in said


def test_a_correction_whose_orders_were_lost_is_missed(office: Office) -> None:
    office.sends(FIRST_RUN)
    office.sends(DUE)
    office.coop.replace("distributions.yaml", "Salle des fêtes", "Gare")
    lose(office)
    runs(office, utc("2026-06-12T06:05"), STARTED)

    assert "correction d1 to zoe@example.org did not leave before the distribution" in verdict(office)
    reply = office.reply_to("1")
    assert "avait changé d’horaire ou de lieu" in reply
    assert "Toutes nos excuses" in reply


def test_a_recap_whose_only_line_could_not_be_read_came_too_late_and_is_said_once(office: Office) -> None:
    office.coop.write("orders.csv", "member;distribution;product;quantity\n1;d1;Pain;deux\n2;d1;Pain;1\n")
    office.sends(FIRST_RUN)
    office.sends(DUE)
    office.at = STARTED
    first = office.invoke("send-due", "--json").stdout
    office.coop.replace("orders.csv", "deux", "2")
    office.at = STARTED + timedelta(minutes=5)
    second = office.invoke("send-due", "--json").stdout

    assert (first.count('"expired": 1'), second.count('"expired": 0')) == (1, 1)
    assert "recap_24h d1 to zoe@example.org: it came too late" in verdict(office)
    assert "Toutes nos excuses" in office.reply_to("1")


def test_what_came_too_late_is_said_for_each_address_of_the_household(office: Office) -> None:
    office.member(**LUC)
    runs(office, FIRST_RUN, STARTED)

    for address in ("zoe@example.org", "luc@example.org"):
        assert f"recap_24h d1 to {address}: it came too late" in verdict(office, address)
        assert verdict(office, address).startswith("WARNING")


def opens_another(office: Office) -> None:
    path = office.coop.folder / "distributions.yaml"
    more = "- {id: d2, group: lac, starts_at: 2026-06-26 18:00, orders_open_at: 2026-06-12 20:00}\n"
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")


@pytest.mark.long
@pytest.mark.parametrize("happens", [lambda _office: None, lose])
@pytest.mark.parametrize(("later", "is_said"), [(timedelta(days=6), True), (timedelta(days=8), False)])
def test_what_was_missed_is_said_for_a_week_whatever_left_afterwards(
    office: Office, happens: Callable[[Office], None], later: timedelta, *, is_said: bool
) -> None:
    opens_another(office)
    happens(office)
    runs(office, FIRST_RUN, STARTED, utc("2026-06-12T18:05"), STARTED + later)

    missed = ("to zoe@example.org: it came too late", "to zoe@example.org did not leave before")
    assert any(words in verdict(office) for words in missed) is is_said
    assert ("Toutes nos excuses" in office.reply_to("1")) is is_said


def test_what_was_missed_is_said_for_longer_where_nothing_left_afterwards(office: Office) -> None:
    runs(office, FIRST_RUN, STARTED, STARTED + timedelta(days=8))

    assert "it came too late" in verdict(office)


@pytest.mark.long
@pytest.mark.parametrize("who", ["1", "2"])
def test_while_nothing_was_due_the_member_hears_nothing_of_runs_that_no_longer_come(
    office: Office, who: str
) -> None:
    office.coop.replace("members.csv", "partner_email", "partner_email;opening;recap_24h")
    office.coop.replace(
        "members.csv", "Bœuf;noel@example.org;Maëlle;maelle@example.org", "Bœuf;n@x.org;;;non;non"
    )
    office.sends(FIRST_RUN)
    office.at = FIRST_RUN + timedelta(hours=3)

    shown, reply = office.invoke("check-member", who).stdout, office.reply_to(who)

    assert "no run of send-due got to its end since Wednesday 10 June 2026 at 10:00 am" in " ".join(
        shown.split()
    )
    assert "problème de notre côté" not in reply
    assert "prochain message prévu" not in reply


def loses_mailjet(office: Office) -> None:
    """Let nothing leave any more, as nobody listens where Mailjet was."""
    office.coop.replace("config.yaml", office.server.url, "http://127.0.0.1:9")


def test_what_was_missed_is_said_first_where_another_mail_waits_to_leave_by_itself(office: Office) -> None:
    opens_another(office)
    office.sends(FIRST_RUN)
    loses_mailjet(office)
    runs(office, DUE, STARTED, utc("2026-06-12T18:05"))

    said, reply = verdict(office), office.reply_to("1")

    assert said.startswith("WARNING: recap_24h d1 to zoe@example.org: it came too late")
    assert reply.index("n’a pas pu vous être envoyé à temps") < reply.index("est en attente")


def test_what_was_missed_is_said_beside_what_is_wrong_with_its_address(office: Office) -> None:
    lose(office)
    runs(office, FIRST_RUN, DUE, STARTED)
    office.has_written("zoe@example.org", "softbounced", 3)

    reply = office.reply_to("1")

    assert reply.index("était pleine") < reply.index("n’a pas pu partir")


def test_two_mails_of_an_address_that_came_too_late_are_said_once(office: Office) -> None:
    path = office.coop.folder / "distributions.yaml"
    more = "- {id: d2, group: lac, starts_at: 2026-06-12 17:00, place: Gare}\n"
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    office.coop.replace("orders.csv", "1;d1;", "1;d2;Riz;1;2,00\n1;d1;")
    runs(office, FIRST_RUN, STARTED)

    shown, reply = " ".join(office.invoke("check-member", "1").stdout.split()), office.reply_to("1")

    assert all(f"recap_24h {one} to zoe@example.org: it came too late" in shown for one in ("d1", "d2"))
    assert reply.count("envoyé à temps") == 1
    assert "Il en va de même" not in reply


def test_who_was_told_what_is_so_misses_no_correction_as_another_of_the_house_waits_in_vain(
    office: Office,
) -> None:
    office.sends(FIRST_RUN)
    office.sends(DUE)
    office.member(**LUC)
    lose(office)
    runs(office, STARTED)

    assert "correction" not in verdict(office)
    assert "avait changé d’horaire" not in office.reply_to("1")


def test_of_who_had_a_recap_already_the_reply_says_which_one_is_missing(office: Office) -> None:
    office.coop.write("config.yaml", office.coop.folder.joinpath("config.yaml").read_text() + RECAP_4H_ON)
    office.sends(FIRST_RUN)
    office.sends(DUE)
    lose(office)
    runs(office, utc("2026-06-12T12:05"), STARTED)

    reply = office.reply_to("1")

    assert "un rappel de votre commande était déjà parti ; en revanche, le rappel envoyé 4 h avant" in reply
    assert verdict(office).startswith("WARNING: recap_4h d1 to zoe@example.org did not leave before")
