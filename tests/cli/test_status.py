"""``status``: what an operator sees at a glance."""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from cagette_notify.core.i18n import speaking
from cagette_notify.core.notices import Status
from cagette_notify.ledger.broadcasts import BroadcastBook
from cagette_notify.ledger.connection import open_ledger
from tests.data.files import SAMPLES
from tests.fixtures.builders import paris
from tests.fixtures.coop import A_DAY_BEFORE, LONG_AGO, OPENED, ORDERS, Coop
from tests.fixtures.departed import left
from tests.fixtures.mailjet_server import MailjetServer, accept_then_drop, mixed
from tests.fixtures.mailjet_server import status as behaves
from tests.fixtures.memory import utc
from tests.fixtures.office import ZOE, Office
from tests.fixtures.raw_ledger import change

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LAST_RUN = utc("2026-06-10T06:00")


def status(office: Office, *options: str) -> tuple[int, Any]:
    result = office.invoke("status", "--json", *options)
    return result.exit_code, json.loads(result.stdout)


@pytest.mark.parametrize(
    ("later", "exit_status"),
    [(timedelta(0), 0), (timedelta(hours=1), 0), (timedelta(hours=1, seconds=1), 1), (timedelta(days=3), 1)],
)
def test_it_is_alive_for_an_hour_after_a_run(office: Office, later: timedelta, exit_status: int) -> None:
    office.sends(LAST_RUN)
    office.at = LAST_RUN + later

    code, found = status(office)

    assert code == exit_status
    assert (found["last_run"], found["runs"]) == (LAST_RUN.isoformat(), exit_status == 0)


def test_without_any_run_it_says_so(office: Office) -> None:
    result = office.invoke("status")

    assert result.exit_code == 1
    assert "No run of send-due has got to its end yet" in result.stdout


def test_a_run_that_failed_is_none(office: Office) -> None:
    office.server.account.senders.clear()
    office.sends()

    assert status(office)[0] == 1


@pytest.mark.parametrize("ids", ["3", "123"], ids=["a few", "most"])
def test_nobody_who_was_told_under_another_id_is_counted_again(office: Office, ids: str) -> None:
    rows = "".join(f"{n};d1;Pain;1;2,00\n" for n in "12345")
    office.coop.replace("members.csv", "3;Léa", "4;Luc;x;luc@example.org;;\n5;Eve;x;eve@example.org;;\n3;Léa")
    office.coop.write("orders.csv", f"member;distribution;product;quantity;price\n{rows}")
    office.sends()
    before = status(office)[1]["upcoming"]
    for id_ in ids:
        office.coop.replace("members.csv", f"\n{id_};", f"\n100{id_};")
        office.coop.replace("orders.csv", f"\n{id_};", f"\n100{id_};")

    found = status(office)[1]

    assert found["upcoming"] == before
    assert ("have other ids now" in json.dumps(found["problems"])) is (ids == "123")


SECOND = """\
- {id: d2, group: lac, starts_at: 2026-06-26 18:00, orders_open_at: 2026-06-12 08:00, place: Halle}
"""


def twelve_members(office: Office, count: int = 12) -> None:
    office.coop.write("members.csv", "id;email\n" + "".join(f"{n};m{n}@example.org\n" for n in range(count)))


def twelve_orders(office: Office, count: int = 12) -> None:
    rows = "".join(f"{n};d1;Pain;1\n" for n in range(count))
    office.coop.write("orders.csv", f"member;distribution;product;quantity\n{rows}")


def told_twelve(office: Office) -> None:
    """Have twelve members told of a distribution; another one opens tomorrow."""
    twelve_members(office)
    twelve_orders(office)
    path = office.coop.folder / "distributions.yaml"
    path.write_text(path.read_text(encoding="utf-8") + SECOND, encoding="utf-8")
    office.sends()


def shrunken(office: Office) -> None:
    told_twelve(office)
    twelve_members(office, 5)
    twelve_orders(office, 5)


def unreadable(office: Office) -> None:
    told_twelve(office)
    office.coop.write("members.csv", "id;first_name\n1;Zoé\n")
    office.coop.write("distributions.yaml", "- {id: d1\n")


@pytest.mark.parametrize("breaks", [shrunken, unreadable])
@pytest.mark.parametrize("spoken", ["en", "fr"])
def test_a_trouble_is_said_once_whatever_language_the_run_spoke(
    office: Office, breaks: Callable[[Office], None], spoken: str
) -> None:
    breaks(office)
    with speaking(spoken):
        office.coop.run(office.at, says_once=True)

    _code, found = status(office)

    assert found["problems"]
    assert found["troubles"] == []


def test_commands_in_the_document_work_where_they_are_pasted(office: Office) -> None:
    shrunken(office)

    problems = status(office)[1]["problems"]

    command = f"cagette-notify --config {office.coop.folder}/config.yaml send-due --accept-data lac"
    assert problems
    assert all(command in problem["message"] for problem in problems)


@pytest.mark.parametrize(
    ("later", "said"),
    [
        (59, "the last time just now, at"),
        (60, "the last time 1 minute ago, at"),
        (120, "the last time 2 minutes ago, at"),
    ],
)
def test_minutes_are_said_as_one_says_them(office: Office, later: int, said: str) -> None:
    shrunken(office)
    office.coop.run(office.at)
    office.at += timedelta(seconds=later)

    assert said in office.invoke("status").stdout


@pytest.mark.long
@pytest.mark.parametrize("shrink", [twelve_members, twelve_orders])
def test_nothing_is_to_leave_to_a_group_whose_data_shrank(
    office: Office, shrink: Callable[[Office, int], None]
) -> None:
    told_twelve(office)
    before = status(office)[1]
    shrink(office, 5)

    found = status(office)[1]

    assert [one["addresses"] for one in before["upcoming"]] == [12]
    assert [one["addresses"] for one in found["upcoming"]] == []
    assert "down from 12: nothing is sent to" in json.dumps(found["problems"])
    office.sends()
    assert status(office)[1]["troubles"] == []  # what stands among the problems is said once


def test_what_it_says_to_type_works_wherever_it_is_pasted(office: Office) -> None:
    told_twelve(office)
    twelve_members(office, 5)

    result = office.invoke("status")

    config = office.coop.folder / "config.yaml"
    assert f"cagette-notify --config {config} send-due --accept-data lac" in result.stderr


def test_nothing_is_to_leave_to_a_group_whose_own_members_cannot_be_read(office: Office) -> None:
    told_twelve(office)
    office.coop.replace("groups.yaml", "name: Les", "members: own.csv\n  name: Les")
    office.coop.write("members.csv", "id;email;groups\n1;m1@example.org;lac\n")

    found = status(office)[1]

    assert not any(one["addresses"] for one in found["upcoming"])
    assert "down from 12" not in json.dumps(found["problems"])


def test_it_tells_what_leaves_when_to_how_many(office: Office) -> None:
    office.coop.replace("distributions.yaml", "place:", "repeat: {every: 7d, until: 2026-06-19}\n  place:")
    office.coop.replace("orders.csv", ";d1;", ";d1-2026-06-12;")
    office.at = LAST_RUN

    _code, found = status(office, "--days", "10")

    upcoming = [(one["at"], one["kind"], one["distribution"], one["addresses"]) for one in found["upcoming"]]
    assert upcoming == [
        ("2026-06-11T16:00:00+00:00", "recap_24h", "d1-2026-06-12", 3),
        ("2026-06-12T06:00:00+00:00", "opening", "d1-2026-06-19", 4),
        ("2026-06-18T16:00:00+00:00", "recap_24h", "d1-2026-06-19", 0),
    ]
    assert len(status(office, "--days", "1")[1]["upcoming"]) == 0


def test_orders_that_are_not_there_yet_are_waited_for(office: Office) -> None:
    (office.coop.folder / "orders.csv").unlink()
    office.at = LAST_RUN

    _code, found = status(office)

    (one,) = found["upcoming"]
    assert (one["kind"], one["addresses"], one["waits_for_orders"]) == ("recap_24h", 0, True)
    assert "the orders are not there yet" in office.invoke("status").stdout


@pytest.mark.parametrize(
    ("text", "modified_at", "said"),
    [
        ("", None, "the orders can't be read"),
        (ORDERS, utc("2026-06-10T17:00"), "the orders are older than their close"),
        (None, None, "the orders are not there yet"),
    ],
)
def test_orders_that_are_waited_for_are_said_to_be_as_they_are(
    office: Office, text: str | None, modified_at: datetime | None, said: str
) -> None:
    path = office.coop.folder / "orders.csv"
    if text is None:
        path.unlink()
    else:
        office.coop.write("orders.csv", text)
    if modified_at:
        os.utime(path, (modified_at.timestamp(), modified_at.timestamp()))
    office.at = A_DAY_BEFORE - timedelta(hours=4)

    _code, found = status(office)

    assert [one["waits_for_orders"] for one in found["upcoming"]] == [True]
    assert said in office.invoke("status").stdout


def test_what_a_held_group_would_get_is_not_said_to_leave(office: Office) -> None:
    office.member(recap_4h="yes")
    lines = "".join(f"2;d1;P{n};1;1\n" for n in range(12))
    office.coop.replace("orders.csv", "2;d1;Panier;1;12,50\n", lines)
    office.sends()
    before = status(office)[1]["upcoming"]
    office.coop.replace("orders.csv", lines, "2;d1;Panier;1;1\n")

    _code, found = status(office)

    assert [one["kind"] for one in before] == ["recap_4h"]
    assert found["upcoming"] == []
    assert "--accept-data lac" in " ".join(office.invoke("status").output.split())


def test_an_order_that_cannot_be_read_is_not_said_to_be_missing(office: Office) -> None:
    office.coop.replace("orders.csv", "1;d1;Tomates;2;", "1;d1;Tomates;two;")
    office.at = LAST_RUN

    _code, found = status(office)

    (one,) = found["upcoming"]
    assert (one["addresses"], one["waits_for_orders"], one["unread_orders"]) == (2, False, 1)
    shown = office.invoke("status").stdout
    assert "2; orders that can't be read: 1" in shown
    assert "not there yet" not in shown


@pytest.mark.parametrize(
    ("partner_email", "waiting"), [("maelle@example.org", 2), ("noel@example.org", 1), ("2@no.mail", 1)]
)
def test_orders_that_cannot_be_read_are_counted_by_address_as_all_that_leaves(
    office: Office, partner_email: str, waiting: int
) -> None:
    office.coop.replace("members.csv", "maelle@example.org", partner_email)
    office.coop.replace("orders.csv", "2;d1;Panier;1;", "2;d1;Panier;one;")
    office.at = LAST_RUN

    (one,) = status(office)[1]["upcoming"]

    assert (one["addresses"], one["unread_orders"]) == (1, waiting)


def test_it_counts_doubts_and_what_was_put_off(office: Office) -> None:
    office.coop.replace("config.yaml", "timeout: 2s", "timeout: 2s, daily_quota: 2")
    office.server.script = [accept_then_drop]
    office.coop.run(A_DAY_BEFORE, says_once=True)

    _code, found = status(office)

    assert (found["in_doubt"], found["deferred"]) == (2, 1)
    assert any("in doubt" in line for line in found["troubles"])


RECAPS_DUE = 3  # for which a mail to all leaves room


def test_copies_of_a_mail_that_was_stopped_are_not_put_off(office: Office) -> None:
    office.coop.replace("config.yaml", "timeout: 2s", f"timeout: 2s, daily_quota: {RECAPS_DUE + 2}")
    letter = office.coop.write("lettre.md", "Bonjour,")
    office.invoke("broadcast", "lac", "-s", "On change de salle", "--body", str(letter), "--yes")
    waiting = status(office)[1]["deferred"]
    with open_ledger(office.coop.folder / "ledger.sqlite3") as ledger:
        book = BroadcastBook(ledger, "mailjet")
        (one,) = book.unfinished()
        book.stop(one.broadcast.attempt)

    assert (waiting, status(office)[1]["deferred"]) == (2, 0)


@pytest.mark.parametrize("quota", [1, 2, 4])
def test_a_mail_that_was_stopped_when_part_of_it_had_left_is_named_for_some_days(
    office: Office, quota: int
) -> None:
    office.coop.replace("config.yaml", "timeout: 2s", f"timeout: 2s, daily_quota: {RECAPS_DUE + quota}")
    letter = office.coop.write("lettre.md", "Bonjour,")
    command = ("broadcast", "lac", "-s", "On change de salle", "--body", str(letter), "--yes")
    office.invoke(*command)
    with open_ledger(office.coop.folder / "ledger.sqlite3") as ledger:
        book = BroadcastBook(ledger, "mailjet")
        for one in book.unfinished():
            book.stop(one.broadcast.attempt)

    said = f"the mail 'On change de salle' to group lac was stopped after {quota} of 4 copies"

    assert (said in office.invoke("status").stdout) is (quota < 4)
    office.at += timedelta(days=7)
    assert said not in office.invoke("status").stdout


def test_a_mail_that_was_held_for_a_day_is_named_until_it_is_given_again_and_no_longer(
    office: Office,
) -> None:
    letter = office.coop.write("lettre.md", "Bonjour,")
    command = ("broadcast", "lac", "-s", "On change de salle", "--body", str(letter), "--yes")
    office.server.script = [behaves(429)]
    office.invoke(*command)
    office.server.script = []
    office.coop.run(office.at + timedelta(hours=24), says_once=True)
    office.at += timedelta(hours=24, minutes=5)
    before = status(office)[1]["troubles"]
    given_again = office.invoke(*command)

    assert any("left unfinished for a day and is held; copies not sent: 4" in line for line in before)
    assert given_again.exit_code == 0
    assert status(office)[1]["troubles"] == []


def test_a_mail_is_named_as_held_as_long_as_nobody_can_look_at_the_data(office: Office) -> None:
    letter = office.coop.write("lettre.md", "Bonjour,")
    command = ("broadcast", "lac", "-s", "On change de salle", "--body", str(letter), "--yes")
    office.server.script = [behaves(429)]
    office.invoke(*command)
    office.coop.run(office.at + timedelta(hours=24), says_once=True)
    office.coop.write("groups.yaml", "- {id: [")

    assert any("left unfinished for a day" in line for line in status(office)[1]["troubles"])


def test_what_was_deferred_is_no_trouble_once_it_has_left_whoever_sent_it(office: Office) -> None:
    letter = office.coop.write("lettre.md", "Bonjour,")
    command = ("broadcast", "lac", "-s", "On change de salle", "--body", str(letter), "--yes")
    office.sends()
    office.server.script = [behaves(429)] * 2
    office.invoke(*command)
    office.coop.run(office.at + timedelta(minutes=1), says_once=True)
    office.server.script = []
    before = status(office)[1]["troubles"]
    given_again = office.invoke(*command)

    assert any("some mails are deferred" in line for line in before)
    assert given_again.exit_code == 0
    assert status(office)[1]["troubles"] == []


@pytest.mark.parametrize(
    ("file", "right", "wrong"),
    [
        ("members.csv", "3;Léa;Roux;lea@example.org", "3;Léa;Roux;lea@"),
        ("groups.yaml", "name: Claire Fontaine", "name: Claire Fontaine, color: red"),
    ],
)
def test_a_row_that_was_mended_is_no_trouble_though_no_run_has_read_it_since(
    office: Office, file: str, right: str, wrong: str
) -> None:
    office.coop.replace(file, right, wrong)
    office.sends()
    office.coop.run(A_DAY_BEFORE, says_once=True)
    office.at = A_DAY_BEFORE + timedelta(minutes=5)
    before = status(office)[1]
    office.coop.replace(file, wrong, right)

    after = status(office)[1]

    assert [one["file"] for one in before["problems"]] == [file]
    assert (after["problems"], after["troubles"]) == ([], [])


def test_what_is_wrong_with_orders_is_left_to_the_runs_that_read_them(office: Office) -> None:
    office.coop.replace("orders.csv", "1;d1;Tomates;2;", "1;d1;Tomates;two;")
    office.coop.run(A_DAY_BEFORE, says_once=True)

    assert any("orders.csv:2" in line for line in status(office)[1]["troubles"])


def test_what_was_in_doubt_is_no_trouble_once_somebody_has_settled_it(office: Office) -> None:
    office.server.script = [accept_then_drop]
    office.coop.run(A_DAY_BEFORE, says_once=True)
    before = status(office)[1]["troubles"]
    for entry in office.coop.entries(account="mailjet"):
        if entry.status is Status.IN_DOUBT:
            office.invoke("settle", entry.custom_id, "sent")

    assert any("some mails are in doubt" in line for line in before)
    assert not any("in doubt" in line for line in status(office)[1]["troubles"])


def test_a_mail_that_was_called_off_before_anything_left_is_not_named(office: Office) -> None:
    office.coop.replace("config.yaml", "timeout: 2s", "timeout: 2s, daily_quota: 2")
    office.server.script = [behaves(429)]
    letter = office.coop.write("lettre.md", "Bonjour,")
    office.invoke("broadcast", "lac", "-s", "On change de salle", "--body", str(letter), "--yes")
    with open_ledger(office.coop.folder / "ledger.sqlite3") as ledger:
        book = BroadcastBook(ledger, "mailjet")
        (one,) = book.unfinished()
        book.stop(one.broadcast.attempt)

    assert "was stopped" not in office.invoke("status").stdout


def test_what_was_refused_for_good_is_named_until_its_address_is_corrected(office: Office) -> None:
    office.server.script = [mixed(ZOE)]
    office.sends()

    result, (_code, found) = office.invoke("status"), status(office)

    assert "All is well" not in result.stdout
    assert f"recap_24h of distribution d1 to {ZOE}: refused: " in result.stdout
    assert [one["address"] for one in found["refused"]] == [ZOE]
    office.coop.replace("members.csv", ZOE, "zoe.martin@example.org")
    assert status(office)[1]["refused"] == []


def test_whom_mailjet_refuses_again_and_again_is_named_though_no_mail_may_leave_any_more(
    office: Office,
) -> None:
    ledger = office.coop.folder / "ledger.sqlite3"
    for days in (20, 10, 40):
        left(ledger, ZOE, at=A_DAY_BEFORE - timedelta(days=days), day=f"old-{days}", status=Status.FAILED)
    change(ledger, "UPDATE notices SET starts_at = claimed_at, too_late_at = claimed_at")
    line = f"{ZOE} gets no mail: Mailjet has refused 2 of them since Friday 22 May 2026, the last one as: "

    named = office.invoke("status").stdout
    office.coop.replace("members.csv", ZOE, "zoe.martin@example.org")
    corrected = office.invoke("status").stdout

    assert line in named
    assert "All is well" not in named
    assert "gets no mail" not in corrected


def test_whose_refused_notice_may_still_leave_is_named_once(office: Office) -> None:
    ledger = office.coop.folder / "ledger.sqlite3"
    left(ledger, ZOE, at=A_DAY_BEFORE - timedelta(days=10), day="old", status=Status.FAILED)
    office.server.script = [mixed(ZOE)]
    office.sends()

    assert "gets no mail" not in office.invoke("status").stdout


def test_of_who_was_refused_and_forgotten_there_is_no_address_to_correct(office: Office) -> None:
    office.server.script = [mixed(ZOE)]
    office.sends()
    office.invoke("forget", ZOE, "--yes")
    (office.coop.folder / "members.csv").unlink()  # nobody can tell whose addresses are still read

    result, (_code, found) = office.invoke("status"), status(office)

    assert "forgotten-" not in result.stdout
    assert found["refused"] == []


@pytest.mark.long
@pytest.mark.parametrize("wanted", ["told:d1", "with-order:d1"])
def test_a_distribution_that_is_off_is_named_until_those_who_ordered_are_written_to(
    office: Office, wanted: str
) -> None:
    office.sends()
    office.coop.replace("distributions.yaml", "place:", "cancelled: yes\n  place:")
    letter = office.coop.write("lettre.md", "Bonjour,")

    mail = ("broadcast", "lac", "-s", "Annulée", "--body", str(letter), "--to", wanted, "--yes")
    assert office.invoke(*mail).exit_code == 0  # before anybody knew that it is off
    office.at += timedelta(minutes=5)
    office.coop.run(office.at)
    before = office.invoke("status").stdout
    office.at += timedelta(minutes=5)
    assert office.invoke(*mail, "--again").exit_code == 0

    assert "distribution d1 is cancelled, but recaps of it had left" in before
    assert " broadcast lac --to told:d1" in before
    assert "All is well" not in before
    assert "is cancelled" not in office.invoke("status").stdout


@pytest.mark.long
@pytest.mark.parametrize("command", ["status", "check"])
def test_what_was_moved_to_an_hour_that_is_past_is_said_until_its_people_were_told(
    office: Office, command: str
) -> None:
    office.sends()
    office.coop.replace("distributions.yaml", "starts_at: 2026-06-12 18:00", "starts_at: 2026-06-11 17:00")
    at_once = office.invoke(command)
    office.sends(A_DAY_BEFORE + timedelta(minutes=10))
    before = office.invoke(command)
    body = office.coop.write("m.md", "18 h, comme prévu.")
    mail = ("broadcast", "lac", "-s", "Rendez-vous", "--body", str(body), "--yes", "--to", "told:d1")
    office.at += timedelta(minutes=5)
    assert office.invoke(*mail).exit_code == 0

    for said in (at_once.output, before.output):
        assert "d1 is Thursday 11 June 2026 at 5:00 pm, Salle des fêtes, which is past" in " ".join(
            said.split()
        )
        assert " broadcast lac --to told:d1" in said
    assert "which is past" not in office.invoke(command).output


def test_an_address_that_mailjet_blocks_is_named(office: Office) -> None:
    office.sends()
    next(one for one in office.server.account.arrivals if one.address == ZOE).status = "spam"
    office.sends(A_DAY_BEFORE + timedelta(minutes=30))

    _code, found = status(office)

    assert [one["address"] for one in found["blocked"]] == [ZOE]
    assert "check-member zoe@example.org" in office.invoke("status").stdout


@pytest.mark.parametrize(
    ("old", "new", "is_named"),
    [
        ("zoe@example.org", "zoe2@example.org", False),
        ("zoe@example.org", "Zoe@Example.org", True),
        ("id;", "one line that is no header\nid;", True),
    ],
    ids=["corrected", "written otherwise", "no list that can be read"],
)
def test_a_blocked_address_is_named_until_nobody_reads_it(
    office: Office, old: str, new: str, is_named: bool
) -> None:
    office.sends()
    next(one for one in office.server.account.arrivals if one.address == ZOE).status = "spam"
    office.sends(A_DAY_BEFORE + timedelta(minutes=30))
    office.coop.replace("members.csv", old, new)

    _code, found = status(office)

    assert [one["address"] for one in found["blocked"]] == [ZOE] * is_named


def test_data_that_can_not_be_read_is_said_and_the_rest_stands(office: Office) -> None:
    office.sends()
    office.coop.write("members.csv", "nothing\n")

    result = office.invoke("status")

    assert result.exit_code == 0
    assert "members.csv:1: no header" in result.stderr
    assert "It runs" in result.stdout


def test_what_leaves_of_data_that_can_not_be_read_is_not_said_to_be_nothing(office: Office) -> None:
    office.sends()
    (office.coop.folder / "members.csv").unlink()

    result = office.invoke("status")
    code, found = status(office)

    assert "members.csv: no such file" in result.stderr
    assert "What leaves in the next 7 days can't be told" in result.stdout
    assert "No notice is planned" not in result.stdout
    assert (result.exit_code, code, found["upcoming"]) == (0, 0, None)


@pytest.mark.parametrize(
    ("file", "text", "exit_status", "delivery"),
    [
        ("ledger.sqlite3", "not a ledger " * 99, 65, "mailjet"),
        ("config.yaml", "delivery: pigeon\n", 78, None),
    ],
)
def test_what_stops_it_is_a_document_too(
    office: Office, file: str, text: str, exit_status: int, delivery: str | None
) -> None:
    office.sends()
    whole = status(office)[1]
    office.coop.write(file, text)

    code, found = status(office)

    assert (code, set(found)) == (exit_status, set(whole))
    assert (found["delivery"], found["last_run"], found["runs"], found["upcoming"]) == (
        delivery,
        None,
        False,
        None,
    )
    assert file in found["problems"][0]["file"]
    assert file in office.invoke("status", "--json").stderr


def test_under_the_outbox_it_says_that_nothing_leaves(tmp_path: Path) -> None:
    with MailjetServer(tls=False) as server:
        office = Office(Coop(tmp_path), server)
        office.sends()

        result = office.invoke("status")

    assert "Nothing leaves this machine: mails are only written to " in result.stdout
    assert "delivery: outbox" not in result.stdout  # which says nothing to its readers
    assert result.stdout.count("delivery") == 1  # as what is left to do


def test_a_group_for_which_nothing_is_planned_any_more_is_named(office: Office) -> None:
    office.at = A_DAY_BEFORE + timedelta(days=2)

    _code, found = status(office)

    assert [one["message"] for one in found["warnings"]] == [
        "group 'lac': no distribution is planned any more; add the next ones"
    ]
    assert "group 'lac': no distribution is planned" in office.invoke("status").stdout


REPEATED = """\
- group: lac
  starts_at: 2026-06-12 18:00
  orders_open_at: 2026-06-05 08:00
  orders_close_at: 2026-06-10 20:00
  place: Salle des fêtes
  repeat: {every: 7d, until: 2026-06-26%s}
"""
CANCELLED = "  cancelled: yes\n"
ONE_DAY = REPEATED.partition("  repeat")[0] + CANCELLED


@pytest.mark.parametrize("command", ["status", "check"])
def test_a_row_that_cancels_a_whole_repeat_is_named_with_how_to_cancel_one_day(
    office: Office, command: str
) -> None:
    office.coop.write("distributions.yaml", REPEATED % "" + CANCELLED)

    said = " ".join(office.invoke(command).output.split())

    assert "distributions.yaml:1: cancelled: all 3 distributions ahead of this repeat are cancelled" in said
    assert "give it a row of its own, with id: lac-2026-06-12 and cancelled: yes" in said


@pytest.mark.parametrize("command", ["status", "check"])
def test_one_day_of_a_repeat_is_cancelled_by_a_row_of_its_own(office: Office, command: str) -> None:
    office.coop.run(LONG_AGO)
    office.coop.write("distributions.yaml", REPEATED % "")
    office.coop.run(OPENED)
    office.coop.write("distributions.yaml", REPEATED % ", except: [2026-06-12]" + ONE_DAY)

    report = office.coop.run(OPENED + timedelta(hours=1))

    assert [one for one in report.events if "lac-2026-06-12 is cancelled, but the opening" in str(one)]
    assert "of this repeat are cancelled" not in office.invoke(command).output


@pytest.mark.parametrize(
    ("days", "message"),
    [
        (REPEATED % "" + CANCELLED, "all 3 distributions ahead are cancelled"),
        (ONE_DAY, "no distribution is planned any more; add the next ones"),
    ],
)
def test_a_group_of_which_all_that_is_ahead_is_cancelled_is_asked_for_more_only_where_that_is_one_day(
    office: Office, days: str, message: str
) -> None:
    office.coop.write("distributions.yaml", days)

    _code, found = status(office)

    assert f"group 'lac': {message}" in [one["message"] for one in found["warnings"]]


NO_ADDRESSES = "id;first_name;mail perso\n1;Zoé;zoe@example.org\n2;Noël;noel@example.org\n"


@pytest.mark.parametrize(
    ("members", "is_named"),
    [
        (NO_ADDRESSES, True),
        (NO_ADDRESSES.replace("mail perso", "email").replace("@example.org", "@no.mail"), True),
        (NO_ADDRESSES.replace("mail perso", "email").replace("zoe@example.org", ""), False),
    ],
)
def test_a_group_none_of_whose_members_can_be_written_to_is_named(
    office: Office, members: str, is_named: bool
) -> None:
    office.coop.write("members.csv", members)

    _code, found = status(office)

    line = "group 'lac': no member has an address that can be written to; is there a column email?"
    assert (line in [one["message"] for one in found["warnings"]]) is is_named


@pytest.mark.parametrize("more", ["disabled: yes", "contact_email: a@example.org"])
def test_a_group_whose_replies_reach_nobody_is_named_unless_it_rests(office: Office, more: str) -> None:
    office.coop.replace("groups.yaml", "contact:", f"{more} #")
    office.at = LAST_RUN

    assert status(office)[1]["warnings"] == []


def test_a_group_without_a_contact_is_named_with_its_line(office: Office) -> None:
    office.coop.replace("groups.yaml", "contact:", "#")
    office.at = LAST_RUN

    (warning,) = status(office)[1]["warnings"]

    assert (warning["file"], warning["line"], warning["field"]) == ("groups.yaml", 1, "contact_email")


def test_who_gets_nothing_for_want_of_an_address_is_named_by_status_too(office: Office) -> None:
    office.coop.replace("members.csv", "lea@example.org", "3@no.mail")
    office.at = LAST_RUN
    office.sends(LAST_RUN)

    found, said = status(office)[1], office.invoke("status").stdout

    assert found["without_address"] == [
        {"member": "lac/3", "name": "Léa Roux", "file": "members.csv", "line": 4}
    ]
    assert "  members.csv:4: Léa Roux (3@no.mail)\n" in said
    assert found["problems"] == found["warnings"] == []


IN_NO_GROUP = "1 member is in no group, and gets no mail; name it in their row:\n  members.csv:4: Léa Roux ("


@pytest.mark.parametrize(
    ("groups", "is_named"),
    [(("lac", "lac", ""), True), (("", "", ""), False), (("lac", "lac", "lac"), False)],
)
def test_who_gets_nothing_for_want_of_a_group_is_named_where_others_have_one(
    office: Office, groups: tuple[str, str, str], *, is_named: bool
) -> None:
    people = ("1;Zoé;Martin;zoe@example.org", "2;Noël;Bœuf;noel@example.org", "3;Léa;Roux;lea@example.org")
    rows = "".join(f"{who};{group}\n" for who, group in zip(people, groups, strict=True))
    office.coop.write("members.csv", f"id;first_name;last_name;email;groupes\n{rows}")
    office.sends(LAST_RUN)
    office.at = LAST_RUN

    found, said = status(office)[1], office.invoke("status").stdout

    assert [one["member"] for one in found["in_no_group"]] == (["3"] if is_named else [])
    assert (IN_NO_GROUP in said) is is_named
    assert (IN_NO_GROUP in office.invoke("check", "--offline").stdout) is is_named
    all_but_one = "All is well, except that 1 member gets nothing, for want of a group or an address."
    assert (all_but_one in said) is is_named
    assert found["problems"] == found["warnings"] == []


def test_who_names_a_group_that_there_is_not_is_told_of_once(office: Office) -> None:
    office.coop.write("members.csv", "id;email;groupes\n1;zoe@example.org;lac\n2;noel@example.org;lca\n")
    office.sends(LAST_RUN)

    assert status(office)[1]["in_no_group"] == []


@pytest.mark.parametrize("is_there", [False, True], ids=["not there", "from before orders close"])
def test_an_export_that_will_be_needed_is_named_with_the_time(office: Office, is_there: bool) -> None:
    if not is_there:
        (office.coop.folder / "orders.csv").unlink()
    office.at = LAST_RUN

    _code, found = status(office)

    assert found["exports"] == [
        {
            "file": "orders.csv",
            "after": "2026-06-10T18:00:00+00:00",
            "by": "2026-06-11T16:00:00+00:00",
            "distribution": "d1",
            "distributions": ["d1"],
            "is_there": is_there,
        }
    ]
    line = "To do between today 8:00 pm and tomorrow 6:00 pm: export the orders of d1"
    assert line in office.invoke("status").stdout.replace("\u00a0", " ")


def test_an_export_that_lies_there_unused_is_named_and_nothing_is_wrong_with_that(office: Office) -> None:
    office.coop.write("membres-2020.csv", (SAMPLES / "membres-2020.csv").read_bytes())
    office.sends(LAST_RUN)

    found = status(office)[1]

    assert [(one["file"], found["warnings"]) for one in found["unused"]] == [("membres-2020.csv", [])]
    assert "membres-2020.csv: looks like Cagette's export of members" in office.invoke("status").stdout


@pytest.mark.parametrize(
    ("gone", "en", "fr"),
    [
        ([], "All is well.", "Tout va bien."),
        (
            ["lea@example.org"],
            "All is well, except that 1 member gets nothing, for want of an address.",
            "Tout va bien, sauf qu’un membre ne reçoit rien, faute d’adresse.",
        ),
        (
            ["lea@example.org", "zoe@example.org"],
            "All is well, except that 2 members get nothing, for want of an address.",
            "Tout va bien, sauf que 2 membres ne reçoivent rien, faute d’adresse.",
        ),
    ],
)
def test_the_first_line_says_of_whom_all_is_not_well(
    office: Office, gone: list[str], en: str, fr: str
) -> None:
    for address in gone:
        office.coop.replace("members.csv", address, "")
    office.sends(LAST_RUN)
    office.at = LAST_RUN

    for language, well in (("en", en), ("fr", fr)):
        shown = office.invoke("--lang", language, "status")
        assert (shown.stdout.startswith(f"{well} "), shown.exit_code) == (True, 0), language


def test_the_file_that_counts_of_several_is_named_and_one_alone_is_not(office: Office) -> None:
    office.coop.replace("config.yaml", "members: members.csv", "members: members*")
    office.sends(LAST_RUN)
    office.at = LAST_RUN
    alone = status(office)[1]["chosen"], office.invoke("status").stdout
    written = paris("2026-05-29T00:10").timestamp()
    os.utime(office.coop.folder / "members.csv", (written, written))
    older = office.coop.write("members-2025.csv", "id;first_name;last_name;email\n")
    os.utime(older, (written - 1, written - 1))
    office.coop.write("members-and-orders.csv", ORDERS)  # none of them, whatever its name

    shown = office.invoke("status").stdout

    assert alone[0] == []
    assert "the newest" not in alone[1]
    assert (
        "Members are read from members.csv (of 29 May at 12:10\u00a0am), the newest of members*.\n" in shown
    )
    assert "passed over" not in shown
    assert status(office)[1]["chosen"] == [{"name": "members*", "file": "members.csv"}]
    assert "All is well" in shown


def test_an_export_that_is_missing_once_orders_have_closed_is_named_with_the_time(office: Office) -> None:
    (office.coop.folder / "orders.csv").unlink()
    office.at = paris("2026-06-10T20:30")

    assert [one.keys() for one in status(office)[1]["exports"]] == [
        {"file", "by", "distribution", "distributions", "is_there"}
    ]
    line = f"To do by tomorrow 6:00 pm: export the orders of d1 into {office.coop.folder}, as orders.csv."
    assert line in office.invoke("status").stdout.replace("\u00a0", " ")


@pytest.mark.parametrize("changed", ["stale_orders: send", "once orders have closed"])
def test_an_export_that_stays_good_is_not_asked_for(office: Office, changed: str) -> None:
    office.at = paris("2026-06-10T19:00" if ":" in changed else "2026-06-10T20:30")
    if ":" in changed:
        office.coop.replace("config.yaml", "sender:", f"{changed}\nsender:")
    else:
        when = paris("2026-06-10T20:15").timestamp()
        os.utime(office.coop.folder / "orders.csv", (when, when))

    assert status(office)[1]["exports"] == []


@pytest.mark.parametrize(("quota", "days"), [(2, ["Thursday 11 June 2026"]), (3, [])])
def test_a_day_on_which_more_is_planned_than_the_quota_allows_is_named(
    office: Office, quota: int, days: list[str]
) -> None:
    office.coop.replace("config.yaml", "timeout: 2s", f"timeout: 2s, daily_quota: {quota}")
    office.at = LAST_RUN

    _code, found = status(office)

    assert [one["message"].partition(":")[0] for one in found["warnings"]] == days


BEGUN = utc("2026-06-12T16:05")


def lose_orders(office: Office) -> None:
    (office.coop.folder / "orders.csv").unlink()


def cut_orders(office: Office) -> None:
    office.coop.write("orders.csv", "member;distribution")


@pytest.fixture(params=[lose_orders, cut_orders])
def begun(office: Office, request: pytest.FixtureRequest) -> Office:
    """Have a distribution begin of which nobody got a recap."""
    request.param(office)
    for at in (A_DAY_BEFORE, BEGUN):
        office.sends(at)
    office.at = BEGUN
    return office


def missed(office: Office) -> list[str]:
    return [one["message"] for one in status(office)[1]["warnings"] if "has started" in one["message"]]


def test_a_distribution_that_began_without_recaps_is_named_until_it_is_over(begun: Office) -> None:
    assert "All is well" not in begun.invoke("status").stdout
    assert len(missed(begun)) == 1
    assert missed(begun)[0].startswith(
        "distribution d1 has started, and no recap of it could leave: its orders"
    )

    begun.at = utc("2026-06-12T17:29:59")
    assert len(missed(begun)) == 1
    begun.at = utc("2026-06-12T17:30:00")
    assert missed(begun) == []


@pytest.mark.parametrize(("at", "count"), [("2026-06-12T19:59:59", 1), ("2026-06-12T20:00:00", 0)])
def test_one_of_which_nobody_knows_the_end_is_named_for_four_hours(
    begun: Office, at: str, count: int
) -> None:
    begun.coop.replace("distributions.yaml", "  ends_at: 2026-06-12 19:30\n", "")
    begun.at = utc(at)

    assert len(missed(begun)) == count


def test_orders_that_come_once_it_has_begun_are_too_late(begun: Office) -> None:
    begun.coop.write("orders.csv", ORDERS)

    assert missed(begun) == [
        "distribution d1 has started, and no recap of it could leave: its orders came too late (orders.csv)"
    ]


def test_nobody_misses_a_recap_by_orders_that_come_late_and_are_none(begun: Office) -> None:
    begun.coop.write("orders.csv", ORDERS.splitlines()[0] + "\n")

    assert missed(begun) == []


def test_a_distribution_of_which_the_recaps_left_late_lacks_none(office: Office) -> None:
    lose_orders(office)
    office.sends(A_DAY_BEFORE)
    office.coop.write("orders.csv", ORDERS)
    office.sends(A_DAY_BEFORE + timedelta(minutes=10))
    office.sends(BEGUN)
    office.at = BEGUN

    assert missed(office) == []


TWO_DAYS_BEFORE = A_DAY_BEFORE - timedelta(days=1)


def test_a_distribution_is_named_of_which_all_recaps_came_too_late(office: Office) -> None:
    for at in (TWO_DAYS_BEFORE, BEGUN):
        office.sends(at)
    office.at = BEGUN

    assert missed(office) == [
        "distribution d1 has started, and no recap of it could leave: no run sent them in time"
    ]
    assert "All is well" not in office.invoke("status").stdout
    office.at = utc("2026-06-12T17:30:00")
    assert missed(office) == []


def test_so_is_one_of_which_a_recap_came_too_late(office: Office) -> None:
    head, first, *others = ORDERS.splitlines(keepends=True)
    office.coop.write("orders.csv", head + first)
    office.sends(A_DAY_BEFORE)
    office.coop.write("orders.csv", "".join((head, first, *others)))
    office.sends(BEGUN)
    office.at = BEGUN

    assert missed(office) == [
        "distribution d1 has started, and not all of its mails could leave: no run sent them in time"
    ]


@pytest.mark.parametrize("row", ["1;d1;Tomates;;2,50", "1;d1;Tomates;2;cheap"])
def test_one_of_which_a_recap_waited_for_a_row_in_vain_is_named_with_the_row(
    office: Office, row: str
) -> None:
    office.coop.write("orders.csv", f"member;distribution;product;quantity;price\n3;d1;Lait;1;3\n{row}\n")
    for at in (A_DAY_BEFORE, BEGUN):
        office.sends(at)
    office.at = BEGUN

    why = "a row of the order could not be read: orders.csv:3"
    assert missed(office) == [f"distribution d1 has started, and not all of its mails could leave: {why}"]


def test_one_that_was_put_off_once_it_had_begun_lacks_none(office: Office) -> None:
    for at in (TWO_DAYS_BEFORE, BEGUN):
        office.sends(at)
    office.coop.replace("distributions.yaml", "starts_at: 2026-06-12 18:00", "starts_at: 2026-06-12 18:30")
    office.sends(BEGUN + timedelta(minutes=10))
    office.at = BEGUN + timedelta(minutes=40)

    assert missed(office) == []
