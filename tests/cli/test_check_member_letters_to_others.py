"""``check-member`` on letters of which somebody is no reader: one may have heard of them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.cli.test_check_member_planned import AFTER_RECAP, MORNING, plans

if TYPE_CHECKING:
    from tests.fixtures.office import Office

TITLE = "The newest letters of which they are no reader:"


def writes(office: Office, subject: str, *lists: str) -> None:
    office.coop.write("noel.csv", "noel@example.org\n")
    letter = str(office.coop.write("lettre.md", f"{subject}\n"))
    words = [part for one in lists for part in ("--to", one)]
    office.invoke("broadcast", "lac", "-s", subject, "--body", letter, "--yes", *words)


def told(office: Office, who: str = "1") -> list[str]:
    """Return the lines under the title, with one blank for several."""
    shown = office.invoke("check-member", who).stdout
    _before, _title, after = shown.partition(f"{TITLE}\n")
    return [" ".join(line.split()) for line in after.partition("\n\n")[0].splitlines()]


@pytest.mark.long
@pytest.mark.parametrize("to_others", ["with-order:d1", "file:noel.csv", "volunteers:d1", "catalog:Paniers"])
def test_a_letter_that_left_to_others_is_named_and_nobody_s_fault(office: Office, to_others: str) -> None:
    office.coop.write(
        "orders.csv", "member;distribution;product;quantity;price;catalog\n2;d1;Riz;1;1;Paniers\n"
    )
    office.coop.write("permanences.csv", "distribution;role;member\nd1;Accueil;2\n")
    config = office.coop.folder / "config.yaml"
    config.write_text(config.read_text().replace("data:\n", "data:\n  duties: permanences.csv\n", 1))
    path = to_others.replace("noel.csv", str(office.coop.folder / "noel.csv"))
    before = office.asks("1")
    writes(office, "Sortez les cabas", path)

    shown = "a file" if "file" in to_others else to_others.lower()
    (line,) = told(office)
    assert re.fullmatch(rf"Thu 11 Jun \d:\d\d pm Sortez les cabas to {shown} left", line)
    assert office.asks("1") == before
    assert told(office, "2") == []


def test_a_planned_one_is_named_where_it_is_known_to_whom_it_goes(office: Office) -> None:
    plans(office, AFTER_RECAP, f"file:{office.coop.folder / 'noel.csv'}")

    assert told(office) == ["Fri 12 Jun 10:00 am On change to file:noel.csv planned"]
    assert told(office, "2") == []

    plans(office, AFTER_RECAP, "with-order:d1", subject="Pesée")
    office.coop.write("orders.csv", "")
    assert told(office) == ["Fri 12 Jun 10:00 am On change to file:noel.csv planned"]


@pytest.mark.dear
def test_the_newest_three_of_thirty_days_are_named(office: Office) -> None:
    office.at = MORNING - timedelta(days=29)
    for number in range(5):
        writes(office, f"Lettre {number}", f"file:{office.coop.folder / 'noel.csv'}")
        office.at += timedelta(hours=2)
    writes(office, "À tous", "all")

    assert [line.partition("Lettre ")[2][0] for line in told(office)] == ["4", "3", "2"]

    office.at += timedelta(days=31)
    assert told(office) == []


def test_what_went_to_their_former_address_or_to_another_group_went_to_no_others(office: Office) -> None:
    writes(office, "À tous", "all")
    office.coop.replace("members.csv", "zoe@example.org", "zoe.martin@example.org")

    assert told(office) == []

    with (office.coop.folder / "groups.yaml").open("a") as file:
        file.write("- {id: mer, name: La Mer}\n")
    office.coop.write("members.csv", "id;email;groups\n1;zoe@example.org;lac\n9;ana@example.org;mer\n")
    assert told(office, "9") == []


NOT_THEIRS = "vous n’étiez pas parmi ses destinataires"


@pytest.mark.long
@pytest.mark.parametrize(
    ("to_others", "said"),
    [
        ("with-order:d1", "n’était adressé qu’aux membres qui ont une commande pour la distribution du"),
        ("volunteers:d1", "n’était adressé qu’aux bénévoles de la distribution du"),
    ],
)
def test_the_reply_says_to_whom_a_letter_went_that_they_may_have_heard_of(
    office: Office, to_others: str, said: str
) -> None:
    office.coop.write("orders.csv", "member;distribution;product;quantity;price\n2;d1;Riz;1;1\n")
    office.coop.write("permanences.csv", "distribution;role;member\nd1;Accueil;2\n")
    office.coop.replace("config.yaml", "data:\n", "data:\n  duties: permanences.csv\n")
    writes(office, "Sortez les cabas", to_others)

    reply = office.reply_to("1")

    assert (
        f"Le message envoyé par la coordination le jeudi 11 juin 2026 {said} vendredi 12 juin 2026" in reply
    )
    assert f"{NOT_THEIRS}. Si cela vous étonne, dites-le-nous" in reply
    assert "cabas" not in reply
    assert "n’était adressé" not in office.reply_to("2")


def test_of_a_list_that_is_its_writers_own_the_reply_says_nothing(office: Office) -> None:
    writes(office, "Pour Noël", f"file:{office.coop.folder / 'noel.csv'}")
    writes(office, "Entre nous", "coordinators")

    assert "coordination" not in office.reply_to("1").partition("@")[0]


def test_of_a_planned_one_the_reply_says_that_they_are_not_among_its_readers_today(office: Office) -> None:
    office.coop.write("orders.csv", "member;distribution;product;quantity;price\n2;d1;Riz;1;1\n")
    plans(office, AFTER_RECAP, "with-order:d1")

    reply = office.reply_to("1")

    assert (
        "Un message de la coordination doit partir le vendredi 12 juin 2026 à 10 h, mais seulement aux "
        "membres qui ont une commande pour la distribution du vendredi 12 juin 2026 : à ce jour"
    ) in reply


def test_where_nothing_leaves_or_an_answer_is_asked_for_first_no_letter_is_named(office: Office) -> None:
    office.coop.write("orders.csv", "member;distribution;product;quantity;price\n2;d1;Riz;1;1\n")
    writes(office, "Sortez les cabas", "with-order:d1")
    office.coop.replace("members.csv", "zoe@example.org", "zoe@gmial.com")

    assert NOT_THEIRS not in office.reply_to("1")

    office.coop.replace("members.csv", "zoe@gmial.com", "zoe@example.org")
    office.coop.replace("config.yaml", "delivery: mailjet", "delivery: outbox")
    writes(office, "Sortez les cabas", "with-order:d1")

    assert NOT_THEIRS not in office.reply_to("1")
