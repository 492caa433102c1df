"""``status`` and ``check-member`` of what the first run held back: it can be sent until it is too late."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from datetime import datetime

    from tests.fixtures.office import Office

FIRST_RUN = utc("2026-06-11T18:13")  # the recap was due at 16:00
SOON_AFTER = FIRST_RUN + timedelta(minutes=7)
TOO_LATE = utc("2026-06-12T16:00")


def warned(office: Office) -> list[str]:
    found = json.loads(office.invoke("status", "--json").stdout)
    return [one["message"] for one in found["warnings"]]


def last_messages(office: Office, who: str = "1") -> tuple[str, str, str]:
    found = office.checks(who)["last_messages"]
    return found["status"], found["summary"], found["advice"] or ""


def first_run(office: Office, at: datetime = SOON_AFTER) -> None:
    office.sends(FIRST_RUN)
    office.at = at


def test_status_says_what_the_first_run_holds_back_and_how_to_send_it(office: Office) -> None:
    first_run(office)

    shown = office.invoke("status").stdout

    assert "All is well" not in shown
    assert "held back so that nobody is flooded: 3 mails" in shown
    assert "send-due --lookback 3h" in shown


def test_check_member_says_that_the_recap_is_held_back_and_how_to_send_it(office: Office) -> None:
    first_run(office)

    health, summary, advice = last_messages(office)
    shown = office.invoke("check-member", "1").stdout
    reply = office.reply_to("1")

    assert health == "warning"
    assert "recap_24h d1 was due before the first run, which held it back" in summary
    assert advice.startswith("to send all that was due since then: cagette-notify send-due --lookback 3h")
    assert "WARNING: recap_24h d1 was due before the first run" in shown
    assert (
        "Le rappel de votre commande, pour la distribution du vendredi 12 juin 2026, ne vous a pas encore"
        in reply
    )
    assert "aucun message ne vous a été envoyé" not in reply
    assert "pas trouvé d’anomalie" not in reply
    everybody = office.invoke("check-member", "--all").stdout
    assert "Of others, something looks odd: 2" in everybody


def test_what_is_printed_sends_what_was_held_back_and_then_nothing_is_said_any_more(office: Office) -> None:
    first_run(office)

    office.coop.run(office.at, lookback=timedelta(hours=3))

    assert sorted(arrival.address for arrival in office.server.account.arrivals) == [
        "maelle@example.org",
        "noel@example.org",
        "zoe@example.org",
    ]
    assert not any("held back" in line for line in warned(office))
    assert "held it back" not in last_messages(office)[1]


@pytest.mark.parametrize(
    ("at", "hours"),
    [
        (utc("2026-06-11T18:59:59"), "3h"),
        (utc("2026-06-11T19:00"), "4h"),
        (TOO_LATE - timedelta(seconds=1), "24h"),
    ],
)
def test_the_look_back_reaches_from_whenever_it_is_read(office: Office, at: datetime, hours: str) -> None:
    first_run(office, at)

    assert any(line.endswith(f"--lookback {hours}") for line in warned(office))
    assert f"send-due --lookback {hours}" in last_messages(office)[2]


def test_once_it_is_too_late_nothing_is_held_back(office: Office) -> None:
    first_run(office, TOO_LATE)

    assert not any("held back" in line for line in warned(office))
    assert "held it back" not in last_messages(office)[1]


def test_before_any_run_nothing_is_held_back(office: Office) -> None:
    office.at = SOON_AFTER

    assert not any("held back" in line for line in warned(office))
    assert "held it back" not in last_messages(office)[1]


def test_whoever_ordered_nothing_misses_nothing(office: Office) -> None:
    first_run(office)

    assert "held it back" not in last_messages(office, "3")[1]


def test_whoever_got_the_later_recap_misses_nothing(office: Office) -> None:
    office.member(recap_4h="oui")
    first_run(office)
    office.at = utc("2026-06-12T12:05")
    office.coop.run(office.at)

    assert "held it back" not in last_messages(office)[1]
    assert any("flooded: 1 mail; to send it" in line for line in warned(office))


def test_whoever_had_the_earlier_recap_misses_the_later_one_that_was_turned_on(office: Office) -> None:
    office.sends(utc("2026-06-11T15:50"))
    office.sends(utc("2026-06-11T16:05"))
    path = office.coop.folder / "config.yaml"
    path.write_text(
        path.read_text(encoding="utf-8") + "notices: {recap_4h: {default: yes}}\n", encoding="utf-8"
    )
    office.coop.run(utc("2026-06-12T14:05"))
    office.at = utc("2026-06-12T14:06")

    health, summary, advice = last_messages(office)

    assert "All is well" not in office.invoke("status").stdout
    assert any("held back so that nobody is flooded: 3 mails" in line for line in warned(office))
    assert health == "warning"
    assert "recap_4h d1 was due before the first run, which held it back" in summary
    assert "send-due --lookback 3h" in advice
    assert "not sent: due before such mails were first sent here" in office.invoke("check-member", "1").stdout
    assert (
        "Le dernier rappel de votre commande, pour la distribution du vendredi 12 juin 2026, ne vous a pas "
        "encore été envoyé : c’était prévu juste avant la mise en service de cet envoi automatique."
    ) in office.reply_to("1")


def test_the_reply_about_an_opening_agrees_with_it_and_speaks_english_to_the_english(office: Office) -> None:
    office.coop.replace("distributions.yaml", "2026-06-10 20:00", "2026-06-11 23:00")
    office.coop.replace("distributions.yaml", "2026-06-05 08:00", "2026-06-11 14:00")
    first_run(office)

    french = office.reply_to("3")
    office.coop.replace("groups.yaml", "  name:", "  language: en\n  name:")
    english = office.reply_to("3")

    assert "L’annonce de l’ouverture des commandes, pour la distribution du vendredi 12 juin" in french
    assert "ne vous a pas encore été envoyée :" in french
    assert "The announcement that orders are open, for the distribution of Friday 12 June" in english


def test_what_a_held_group_would_not_get_by_a_look_back_is_not_offered(office: Office) -> None:
    office.coop.replace("groups.yaml", "  name:", "  members: lac.csv\n  name:")
    office.coop.write("lac.csv", "id;email\n1;zoe@example.org\n")
    first_run(office)
    (office.coop.folder / "lac.csv").unlink()

    assert not any("held back" in line for line in warned(office))
    assert "held it back" not in last_messages(office)[1]


def test_what_was_due_before_the_first_run_is_said_by_its_hour_alone(office: Office) -> None:
    office.at = TOO_LATE
    office.sends(TOO_LATE)
    office.at = TOO_LATE

    said = office.invoke("--lang", "fr", "check-member", "1", "-v").stdout.replace("\u00a0", " ")

    assert "pas envoyé : l’heure prévue était passée quand l’outil a commencé à envoyer ces e-mails" in said
    assert "réglages d’aujourd’hui : l’heure" not in said


WAITS = (
    "recap_24h of distribution d1: due before the first run, and held back so that nobody is flooded; once "
    "its orders are there (orders.csv), this sends it: cagette-notify"
)


def test_what_waits_for_its_orders_besides_is_promised_to_nobody(office: Office) -> None:
    orders = office.coop.folder / "orders.csv"
    there = orders.read_bytes()
    orders.unlink()

    said = office.coop.run(FIRST_RUN, says_once=True).news
    office.at = SOON_AFTER
    again = office.coop.run(SOON_AFTER, says_once=True).news
    status, checked = office.invoke("status").stdout, office.invoke("check", "--offline")
    _health, summary, advice = last_messages(office)
    orders.write_bytes(there)
    ready = office.coop.run(SOON_AFTER + timedelta(minutes=7), says_once=True).news

    assert f"{WAITS} send-due --lookback 24h" in said
    assert again == ()
    assert WAITS in status
    assert WAITS in checked.stderr
    assert not any(promise in status + checked.stdout for promise in ("next run", "To do"))
    assert "waits for its orders: orders.csv" in summary
    assert advice == (
        "fetch the export of the orders; then, as it was due before the first run, which holds it back: "
        "cagette-notify send-due --lookback 24h"
    )
    assert any(
        line.startswith("due before the first run, and held back so that nobody is flooded: 3")
        for line in ready
    )


def test_what_waits_until_it_is_known_who_serves_besides_is_promised_to_nobody_either(office: Office) -> None:
    office.coop.replace(
        "config.yaml", "  orders: orders.csv\n", "  orders: orders.csv\n  duties: duties.csv\n"
    )
    office.coop.write("duties.csv", 'distribution;role;member\nd1;"Table;1\n')

    said = office.coop.run(FIRST_RUN, says_once=True).news
    office.at = SOON_AFTER

    waits = [line for line in said if line.startswith("duty of distribution d1: due before the first run")]
    assert [
        line.endswith("once it is known who serves, this sends it: cagette-notify send-due --lookback 96h")
        for line in waits
    ] == [True]
    assert "mend the file, or say that it is right; then, as it was due before the first run" in " ".join(
        office.invoke("check-member", "1").stdout.split()
    )
