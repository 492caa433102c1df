"""``check-member`` of addresses to which nothing has left, while others of the household had mail."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.fixtures.coop import A_DAY_BEFORE, GROUPS, OPENED
from tests.fixtures.memory import utc
from tests.fixtures.office import ZOE

if TYPE_CHECKING:
    from tests.fixtures.office import Office

MAX = "max@example.org"
NEW = "new@example.org"
OLD = (
    "nothing has left to {address} in the last 30 days; recap_24h d1 left on Thursday 11 June 2026 to {other}"
)
NOBODY_S = "est parti le jeudi 11 juin 2026 à {other}"


def household(office: Office, own: str = ZOE, partner: str = MAX, **cells: str) -> None:
    office.member(email=own, partner_first_name="Max", partner_email=partner, **cells)


def last(office: Office, who: str = "1") -> dict[str, Any]:
    """Return the check of what left to a member, or did not."""
    check: dict[str, Any] = office.checks(who)["last_messages"]
    return check


def withdraws(office: Office) -> None:
    office.coop.replace("orders.csv", "1;d1;Tomates;2", "1;d1;Tomates;0")


def only_max_had_the_recap(office: Office) -> None:
    """Let a recap leave to the partner, who reads it; then the other address comes, and the order is 0."""
    household(office, own="")
    office.sends()
    office.has_written(MAX)
    household(office)
    withdraws(office)
    office.knows()


@pytest.mark.dear
@pytest.mark.parametrize("who", ["1", ZOE, "Zoé Martin"])
def test_who_was_never_written_to_is_not_sent_to_the_spam_folder(office: Office, who: str) -> None:
    only_max_had_the_recap(office)

    status, document = office.asks(who)
    shown, reply = office.invoke("check-member", who).stdout, office.reply_to(who)

    assert (status, document["verdict"]) == (0, "warning")
    assert OLD.format(address=ZOE, other=MAX) in last(office)["summary"]
    assert "no order in this name is known for d1 (Friday 12 June 2026)" in last(office)["summary"]
    assert "if the member did order: correct the quantity in orders.csv:2" in last(office)["advice"]
    assert shown.splitlines()[1].startswith(f"WARNING: nothing has left to {ZOE}")
    assert f"aucun de nos messages n’a été envoyé à {ZOE}. Le dernier" in reply
    assert NOBODY_S.format(other=MAX) in reply
    assert "nous ne trouvons pas de commande à votre nom" in reply
    assert "pas trouvé d’anomalie" not in reply


def test_it_is_said_in_english_too(office: Office) -> None:
    only_max_had_the_recap(office)
    household(office, language="en")

    reply = office.reply_to("1")

    assert f"none of our e-mails was sent to {ZOE}. The last one of your account left on Thursday" in reply
    assert f"to {MAX} (your household’s, in the name of Max). The reminder of an order only" in reply


def test_who_reads_the_address_that_was_written_to_hears_of_that_first(office: Office) -> None:
    only_max_had_the_recap(office)

    assert (
        office.invoke("check-member", MAX).stdout.splitlines()[1].startswith("OK for Max: the last 2 mails")
    )
    assert office.reply_to(MAX).index("acceptés par example.org") < office.reply_to(MAX).index("aucun de nos")


def test_a_partner_who_was_never_written_to_is_told_so(office: Office) -> None:
    household(office, partner="")
    office.sends()
    office.has_written(ZOE)
    household(office)
    withdraws(office)
    office.knows(MAX)

    assert "WARNING for Max: nothing has left to max@example.org" in office.invoke("check-member", MAX).stdout
    assert f"envoyé à {MAX}. Le dernier message de votre compte" in office.reply_to(MAX)


def test_it_is_still_said_once_a_run_has_found_no_order(office: Office) -> None:
    office.member(recap_4h="oui", email="", partner_first_name="Max", partner_email=MAX)
    office.sends()
    office.has_written(MAX)
    household(office, recap_4h="oui")
    withdraws(office)
    office.knows()
    office.sends(utc("2026-06-12T12:05"))
    office.at = utc("2026-06-12T13:00")

    reply = office.reply_to("1")

    assert last(office)["status"] == "warning"
    assert reply.count("de commande à votre nom") == 1
    assert "aucun rappel n’est donc parti" not in reply


def test_an_address_that_came_after_the_mails_is_said_to_be_served_from_now_on(office: Office) -> None:
    household(office, own="")
    office.sends()
    office.sends(utc("2026-06-12T16:05"))
    household(office)
    office.knows()
    office.at = utc("2026-06-12T16:30")

    assert "this address was not in the data then" in last(office)["summary"]
    assert "Cette adresse ne figurait pas alors dans nos données" in office.reply_to("1")


def test_what_is_about_to_leave_to_it_is_said_to(office: Office) -> None:
    only_max_had_the_recap(office)
    office.coop.replace("orders.csv", "Tomates;0", "Tomates;2")

    assert "it is to leave to this address, too" in last(office)["summary"]
    assert "Il va être envoyé à cette adresse aussi." in office.reply_to("1")
    office.sends(A_DAY_BEFORE + timedelta(minutes=30))
    assert "nothing has left" not in last(office)["summary"]


@pytest.mark.long
@pytest.mark.parametrize("who", ["1", NEW])
def test_a_recap_that_left_to_the_former_address_is_said_to(office: Office, who: str) -> None:
    office.sends()
    office.coop.replace("members.csv", ZOE, NEW)
    withdraws(office)
    office.knows(NEW)

    assert OLD.format(address=NEW, other=f"{ZOE}, which is no address of theirs") in last(office)["summary"]
    reply = office.reply_to(who)
    assert "jeudi 11 juin 2026 à votre ancienne adresse, zoe@example.org" in reply
    assert "aucun rappel n’est donc parti" not in reply


def test_an_address_that_a_mail_was_tried_for_is_no_such_address(office: Office) -> None:
    household(office)
    office.server.account.bad_addresses.add(ZOE)
    office.sends()
    withdraws(office)

    assert "refused for good" in last(office)["summary"]
    assert "nothing has left" not in last(office)["summary"]


def test_an_address_of_which_mailjet_knows_mail_is_no_such_address(office: Office) -> None:
    only_max_had_the_recap(office)
    office.has_written()

    assert "nothing has left" not in last(office)["summary"]


def test_where_nobody_of_the_household_had_anything_nothing_is_said_of_the_address(office: Office) -> None:
    household(office)
    withdraws(office)
    office.sends()

    assert last(office)["status"] == "ok"
    assert "nothing has left" not in last(office)["summary"]


def max_has_an_account(office: Office, **zoes: str) -> None:
    household(office, **zoes)
    path = office.coop.folder / "members.csv"
    names = path.read_text("utf-8").splitlines()[0].split(";")
    row = {"id": "9", "first_name": "Max", "last_name": "Roux", "email": MAX}
    path.write_text(path.read_text("utf-8") + ";".join(row.get(name, "") for name in names) + "\n", "utf-8")
    office.coop.write("orders.csv", "member;distribution;product;quantity\n9;d1;Pain;1\n1;d1;Tomates;0\n")


def test_what_the_partner_had_for_an_account_of_their_own_is_not_said_to_be_hers(office: Office) -> None:
    max_has_an_account(office)
    office.sends()
    office.knows()

    summary, reply = last(office)["summary"], office.reply_to("1")

    assert f"nothing has left to {ZOE} in the last 30 days; no order in this name is known for d1" in summary
    assert "left on" not in summary
    assert "Indésirables" not in reply
    assert "nous ne trouvons pas de commande à votre nom" in reply


@pytest.mark.long
@pytest.mark.parametrize("why", [{"opening": "non"}, {"last_seen": "2026-01-15"}])
def test_an_opening_that_only_the_partner_s_account_had_is_not_hers(
    office: Office, why: dict[str, str]
) -> None:
    path = office.coop.folder / "config.yaml"
    path.write_text(path.read_text("utf-8") + "inactive_after: 90d\n", "utf-8")
    max_has_an_account(office, **why)
    office.sends(OPENED - timedelta(hours=1))
    office.sends(OPENED)
    office.at = OPENED + timedelta(hours=1)
    office.knows()

    assert f"what left to {MAX} was not of this account" in last(office)["summary"]
    assert f"Ceux qui ont été envoyés à {MAX} ne concernaient pas votre compte" not in office.reply_to(MAX)


def test_of_a_distribution_that_is_gone_no_order_is_looked_for(office: Office) -> None:
    only_max_had_the_recap(office)
    office.coop.write("distributions.yaml", "[]\n")

    assert "this address was not in the data then" in last(office)["summary"]


def test_who_was_forgotten_may_have_been_written_to(office: Office) -> None:
    household(office)
    office.sends()
    assert office.invoke("forget", ZOE, "--yes").exit_code == 0
    withdraws(office)

    assert "nothing has left" not in last(office)["summary"]


def test_a_former_address_that_was_another_s_is_not_named(office: Office) -> None:
    office.coop.write("members.csv", "id;first_name;last_name;email\n1;Ana;Petit;ana@example.org\n")
    office.sends()
    office.coop.write("members.csv", f"id;first_name;last_name;email\n1;Zoé;Martin;{ZOE}\n")
    withdraws(office)
    office.knows()

    reply = office.reply_to("1")

    assert "ana@example.org" not in reply
    assert "à une autre adresse, que nous avions alors" in reply


def test_a_group_that_was_disabled_since_changes_nothing_of_what_had_left(office: Office) -> None:
    only_max_had_the_recap(office)
    office.coop.write("groups.yaml", f"{GROUPS}  disabled: yes\n")

    assert OLD.format(address=ZOE, other=MAX) in last(office)["summary"]


def test_a_broadcast_to_a_former_address_is_in_the_history_and_the_reply(office: Office) -> None:
    body = office.coop.write("lettre.md", "Bonjour,\n\nla salle est fermée.\n")
    office.at = OPENED
    office.invoke("broadcast", "lac", "-s", "Travaux", "--body", str(body), "--yes")
    office.member(email=NEW)
    office.knows(NEW)

    reply = office.reply_to("1")

    assert [(one["subject"], one["address"]) for one in office.history("1") if one["status"] == "sent"] == [
        ("Travaux", ZOE)
    ]
    assert (
        f"broadcast Travaux left on Friday 5 June 2026 to {ZOE}, which is no address of theirs"
        in last(office)["summary"]
    )
    assert f"est parti le vendredi 5 juin 2026 à votre ancienne adresse, {ZOE}" in reply
    assert "aucun message ne vous a été envoyé" not in reply
