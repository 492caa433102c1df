"""``check-member`` of who was told of a distribution that does not take place: no mail says so by itself."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.fixtures.coop import A_DAY_BEFORE, DISTRIBUTIONS, GROUPS, LONG_AGO
from tests.fixtures.mailjet_server import mixed
from tests.fixtures.office import ZOE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fixtures.office import Office

PAST_THE_FIRST = A_DAY_BEFORE + timedelta(hours=25)
SOON = A_DAY_BEFORE + timedelta(minutes=30)
TOLD = "but zoe@example.org was told of it for Friday 12 June 2026 at 6:00\u00a0pm, Salle des fêtes"
ANOTHER_DAY = DISTRIBUTIONS.replace("d1", "d9").replace("2026-06-", "2026-07-")


def cancelled(office: Office) -> None:
    office.coop.write("distributions.yaml", f"{DISTRIBUTIONS}  cancelled: yes\n")


def taken_out(office: Office) -> None:
    office.coop.write("distributions.yaml", ANOTHER_DAY)


def disabled(office: Office) -> None:
    office.coop.write("groups.yaml", f"{GROUPS}  disabled: yes\n")


def told(office: Office, who: str = "1") -> dict[str, Any]:
    """Return the check of what left to a member, or did not."""
    check: dict[str, Any] = office.checks(who)["last_messages"]
    return check


@pytest.mark.long
@pytest.mark.parametrize(
    ("happens", "why"),
    [
        (cancelled, "is cancelled"),
        (taken_out, "is no longer in the data"),
        (disabled, "belongs to a group that is disabled"),
    ],
)
def test_who_was_told_of_what_is_called_off_is_not_sent_to_look_for_it(
    office: Office, happens: Callable[[Office], None], why: str
) -> None:
    office.sends()
    happens(office)
    for _before_and_after in range(2):
        last = told(office)

        assert last["status"] == "warning"
        assert f"distribution d1 {why}, {TOLD}" in last["summary"]
        assert "broadcast lac --to told:d1" in last["advice"]
        office.sends(SOON)


def test_in_french_the_command_names_the_list_as_they_type_it_and_reaches_them(office: Office) -> None:
    office.sends()
    cancelled(office)
    body = office.coop.write("text.md", "La distribution n’a pas lieu.")

    shown = office.invoke("check-member", "1", "--lang", "fr").stdout
    (typed,) = re.findall(r"broadcast lac --to '(\S+)'", shown)
    mail = ("broadcast", "lac", "--to", typed, "-s", "x", "--body", str(body), "--dry-run")

    assert typed == "prévenus:d1"
    assert "addresses: 3" in office.invoke(*mail).stdout


def test_the_reply_says_that_it_does_not_take_place_as_announced(office: Office) -> None:
    office.sends()
    cancelled(office)

    reply = office.reply_to("1")

    assert (
        "La distribution du vendredi 12 juin 2026, dont nous vous avions envoyé le rappel, n’a pas" in reply
    )
    assert "ont bien été acceptés" not in reply


def without_an_order(office: Office) -> None:
    moved(office)
    office.coop.replace("orders.csv", "1;d1;Tomates;2", "1;d1;Tomates;0")


def moved(office: Office) -> None:
    office.coop.replace("distributions.yaml", "Salle des fêtes", "Gymnase")


def moved_while_orders_are_gone(office: Office) -> None:
    moved(office)
    (office.coop.folder / "orders.csv").unlink()


def back_on_after_a_letter(office: Office) -> None:
    cancelled(office)
    office.sends(SOON)
    writes(office, "Annulée", "--to", "told:d1")
    office.coop.write("distributions.yaml", DISTRIBUTIONS)


def test_the_reply_says_that_what_is_back_on_takes_place_as_announced(office: Office) -> None:
    office.sends()
    back_on_after_a_letter(office)

    reply = office.reply_to("1")

    assert "La distribution du vendredi 12 juin 2026 a bien lieu comme l’indiquait le rappel" in reply


def test_the_reply_to_who_was_told_of_no_more_than_that_it_is_off_names_no_reminder(office: Office) -> None:
    off = "".join(f"3;{kind};no;2026-06-01\n" for kind in ("recap_24h", "recap_4h"))
    office.coop.write("notifications.csv", f"member;kind;value;date\n{off}")
    office.coop.replace("orders.csv", "1;d1;Tomates;2", "3;d1;Tomates;2\n1;d1;Tomates;2")
    office.sends()
    cancelled(office)
    office.sends(SOON)
    writes(office, "Annulée", "--to", "told:d1", "--to", "with-order:d1")
    office.coop.write("distributions.yaml", DISTRIBUTIONS)

    reply = office.reply_to("3")

    assert "2026 a bien lieu, contrairement à ce qu’a pu vous dire un message. La" in reply


@pytest.mark.long
@pytest.mark.parametrize(
    "happens", [cancelled, taken_out, without_an_order, moved_while_orders_are_gone, back_on_after_a_letter]
)
def test_where_nothing_leaves_the_reply_tells_of_no_mail_that_had(
    office: Office, happens: Callable[[Office], None]
) -> None:
    office.coop.replace("config.yaml", "delivery: mailjet", "delivery: outbox")
    office.sends()
    happens(office)

    reply = office.reply_to("1")

    assert "aucun message n’est parti pour l’instant" in reply
    assert "le rappel que nous vous" not in reply
    assert "avions" not in reply
    assert "avait été annoncé" not in reply
    assert office.checks("1")["last_messages"]["status"] == "warning"  # for whoever tries it out


def test_who_was_told_nothing_of_it_is_not_said_to_have_been(office: Office) -> None:
    office.sends()
    cancelled(office)

    assert "was told" not in told(office, "3")["summary"]


def test_nothing_is_said_of_it_once_those_told_were_written_to(office: Office) -> None:
    office.sends()
    cancelled(office)
    office.sends(SOON)
    office.coop.write("text.md", "La distribution n’a pas lieu.")
    office.at = SOON + timedelta(minutes=5)
    words = [
        "broadcast",
        "lac",
        "--to",
        "told:d1",
        "-s",
        "Annulée",
        "--body",
        f"{office.coop.folder}/text.md",
    ]
    assert office.invoke(*words, "--yes").exit_code == 0
    assert [one.address for one in office.server.delivered].count(ZOE) == 2

    assert "was told" not in told(office)["summary"]


def writes(office: Office, subject: str, *to: str) -> None:
    office.at += timedelta(minutes=5)
    body = office.coop.write("text.md", f"{subject}.")
    mail = ("broadcast", "lac", "-s", subject, "--body", str(body), *to, "--yes")
    office.invoke(*mail)


def status(office: Office) -> str:
    return " ".join(office.invoke("status").stdout.split())


def test_a_mail_to_everybody_is_named_and_not_taken_for_one_that_says_so(office: Office) -> None:
    office.sends()
    cancelled(office)
    office.sends(SOON)
    writes(office, "Recette du mois")

    assert "distribution d1 is cancelled, but recaps of it had left" in status(office)
    since = "the mail 'Recette du mois' of Thursday 11 June 2026 at 7:00 pm has gone to all"
    assert f"{since} of group lac since: if it says so, they know" in status(office).replace("\u00a0", " ")
    last = told(office)
    assert last["status"] == "warning"
    assert f"distribution d1 is cancelled, {TOLD}" in last["summary"]
    assert f"{since} since: if it says so, they know" in last["summary"].replace("\u00a0", " ")
    reply = office.reply_to("1")
    assert "n’a pas lieu comme nous vous l’avions annoncé, ce qu’un message a pu vous dire depuis." in reply
    writes(office, "Annulée", "--to", "told:d1")
    assert "is cancelled" not in status(office)
    assert "was told" not in told(office)["summary"]


@pytest.mark.dear
def test_whom_a_letter_that_was_stopped_has_not_reached_is_still_to_be_told(office: Office) -> None:
    office.sends()
    cancelled(office)
    office.sends(SOON)
    office.coop.replace("config.yaml", "timeout: 2s", "timeout: 2s, daily_quota: 5")  # three have left
    writes(office, "Annulée", "--to", "told:d1")

    untold = {who: "was told of it" in told(office, who)["summary"] for who in ("1", "2")}
    summary = told(office, "2")["summary"]

    assert untold == {"1": False, "2": True}
    assert "maelle@example.org was told of it" in summary
    assert "noel@example.org" not in summary
    assert "distribution d1 is cancelled, but recaps of it had left" in status(office)
    office.coop.replace("config.yaml", "daily_quota: 5", "daily_quota: 9")
    writes(office, "Annulée", "--to", "told:d1")
    assert "is cancelled" not in status(office)
    assert "was told" not in told(office, "2")["summary"]


def test_once_a_letter_is_whole_the_group_is_done_though_an_address_refused_it(office: Office) -> None:
    office.sends()
    cancelled(office)
    office.sends(SOON)
    office.server.script = [mixed(ZOE)]
    writes(office, "Annulée", "--to", "told:d1")

    assert "is cancelled" not in status(office)
    assert f"distribution d1 is cancelled, {TOLD}" in told(office)["summary"]
    assert "was told" not in told(office, "2")["summary"]


def test_what_takes_place_for_another_group_of_theirs_is_not_called_off(office: Office) -> None:
    office.coop.write("groups.yaml", f"{GROUPS}- {{id: bourg, name: Le Bourg}}\n")
    office.coop.write(
        "members.csv",
        f"id;first_name;last_name;email;groups\n1;Zoé;Martin;{ZOE};lac|bourg\n"
        "2;Noël;Bœuf;noel@example.org;lac\n",
    )
    office.sends()
    office.coop.replace("distributions.yaml", "group: lac", "group: bourg")

    assert "is of group bourg now" not in told(office, "1")["summary"]
    assert "d1 is of group bourg now, but noel@example.org was told of it" in told(office, "2")["summary"]


@pytest.mark.parametrize(("later", "is_said"), [(timedelta(days=2), True), (timedelta(days=9), False)])
def test_who_came_in_vain_is_told_so_for_a_week(office: Office, later: timedelta, *, is_said: bool) -> None:
    office.sends()
    cancelled(office)
    office.at = A_DAY_BEFORE + later

    assert (f"distribution d1 is cancelled, {TOLD}" in told(office)["summary"]) is is_said


def test_what_is_over_and_out_of_the_data_is_not_called_off(office: Office) -> None:
    office.sends()
    taken_out(office)
    office.at = A_DAY_BEFORE + timedelta(days=2)

    assert "was told" not in told(office)["summary"]


D9 = "- {id: d9, group: lac, starts_at: 2026-08-32, place: Salle}\n"
BAD = "- {id: d9, group: lac, starts_at: 2026-06-19 18:00, ends_at: 17h, place: Salle}\n"


def test_a_bad_row_of_another_day_hides_nothing_of_what_a_member_was_told(office: Office) -> None:
    office.sends()
    office.coop.write("distributions.yaml", BAD)

    assert f"distribution d1 is no longer in the data, {TOLD}" in told(office)["summary"]
    assert "distribution d1 is no longer in the data" in office.invoke("status").stdout


def test_what_may_be_a_bad_row_is_neither_taken_back_nor_kept(office: Office) -> None:
    office.sends()
    office.coop.write("distributions.yaml", D9)
    for _before_and_after in range(2):
        last = told(office)

        assert last["status"] == "warning"
        assert f"distribution d1 is not found in the data, {TOLD}" in last["summary"]
        assert "(distributions.yaml:1)" in last["summary"]
        assert "told:d1" not in last["advice"]
        assert "may be what was set aside (distributions.yaml:1)" in office.invoke("status").stdout
        assert "n’a pas" not in office.reply_to("1")
        office.sends(SOON)


def recaps_off_for_noel(office: Office) -> None:
    office.coop.write("notifications.csv", "member;kind;value;date\n2;recap_24h;no;2026-06-01\n")


def row_of_noel_set_aside(office: Office) -> None:
    office.coop.replace("orders.csv", "2;d1;Panier;1;", "2;d1;Panier;un;")


def addressed_to(office: Office, command: str) -> str:
    """Return what a broadcast would do, whose command check-member gives."""
    (to,) = re.findall(r"broadcast lac --to ([^\s;]+)", command)
    body = office.coop.write("text.md", "La distribution n’a pas lieu.")
    mail = ("broadcast", "lac", "--to", to, "-s", "x", "--body", str(body), "--dry-run")
    return office.invoke(*mail).stdout


def test_who_has_ordered_and_got_no_recap_is_to_be_told_by_a_command_that_reaches_them(
    office: Office,
) -> None:
    recaps_off_for_noel(office)
    office.sends()
    cancelled(office)
    office.sends(SOON)

    last = told(office, "2")

    assert last["status"] == "warning"
    assert (
        "d1 (Friday 12 June 2026) is cancelled, and there is an order in this name: no mail says so"
        in last["summary"]
    )
    assert "broadcast lac --to with-order:d1" in last["advice"]
    assert "addresses: 3" in addressed_to(office, last["advice"])
    assert "La distribution du vendredi 12 juin 2026 est annulée" in office.reply_to("2")
    assert told(office, "3")["status"] == "ok"  # who has not ordered
    assert "with-order" not in told(office, "1")["advice"]  # who got one

    writes(office, "Annulée", "--to", "with-order:d1")

    assert (
        "d1 (Friday 12 June 2026) is cancelled: no mail of it leaves any more" in told(office, "2")["summary"]
    )
    assert told(office, "2")["status"] == "ok"


def test_whose_order_could_not_be_read_is_to_be_told_and_their_row_corrected_first(office: Office) -> None:
    row_of_noel_set_aside(office)
    office.sends()
    cancelled(office)

    last = told(office, "2")

    assert "is cancelled, and there is an order in this name: no mail says so by itself" in last["summary"]
    assert "reaches them once the row of the order is corrected" in last["advice"]
    assert "addresses: 1" in addressed_to(office, last["advice"])
    office.coop.replace("orders.csv", "2;d1;Panier;un;", "2;d1;Panier;1;")
    assert "addresses: 3" in addressed_to(office, told(office, "2")["advice"])


def test_who_only_got_a_reminder_of_their_duty_is_told_of_no_recap(office: Office) -> None:
    office.coop.replace("config.yaml", "  orders:", "  duties: duties.csv\n  orders:")
    office.coop.write("duties.csv", "distribution;role;member\nd1;Accueil;1\n")
    office.coop.run(LONG_AGO)
    office.sends(A_DAY_BEFORE - timedelta(days=2))
    cancelled(office)
    office.at = A_DAY_BEFORE - timedelta(days=1)

    advice = told(office)["advice"]

    assert "to tell all who were told of it: " in advice
    assert "recap" not in advice


@pytest.mark.long
@pytest.mark.parametrize("is_corrected", [True, False])
def test_once_the_hour_told_first_is_past_only_who_heard_of_no_other_was_told_it(
    office: Office, *, is_corrected: bool
) -> None:
    office.sends()
    first = "starts_at: 2026-06-12 18:00\n  ends_at: 2026-06-12"
    later = first.replace("06-12", "06-13")
    if is_corrected:
        office.coop.replace("distributions.yaml", first, later)
        office.coop.run(SOON)
    office.coop.write("distributions.yaml", DISTRIBUTIONS.replace(first, later) + "  cancelled: yes\n")
    office.sends(PAST_THE_FIRST)
    office.at = PAST_THE_FIRST
    writes(office, "Annulée", "--to", "told:d1")

    assert (
        "was told of it for Friday 12 June 2026 at 6:00\u00a0pm" in told(office)["summary"]
    ) is not is_corrected
    assert "was told of it for Saturday 13 June 2026" not in told(office)["summary"]
