"""``check-member`` as a volunteer reads it in French: whoever asks, and what is pasted to answer them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.mail_providers import provider_of
from tests.fixtures.command import run
from tests.fixtures.coop import A_DAY_BEFORE, Coop
from tests.fixtures.terminal import Keyboard

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fixtures.office import Office

MEMBERS = """\
id;first_name;last_name;email;partner_first_name;partner_last_name;partner_email
10;Zoé;Moreau;10@no.mail;Anaïs;Petit;anais@gmail.com
11;Léa;Roux;lea@orange.fr;;;
12;Noël;Bœuf;noel@gmial.com;Hélène;Le Goff;helene@wanadoo.fr
13;Ali;Baba;ali@free.fr;;;
14;Eva;Dupont;eva@laposte.net;Max;Dupont;max@gmail.com
15;Tom;Blanc;tom@example.org;;;
16;Paul;Moreau;paul@example.org;;;
17;Jean;Moreau;jean@sfr.fr;;;
"""
ORDERED = ("10", "12", "13", "14", "15", "16")
ADDRESSES = (
    *("anais@gmail.com", "lea@orange.fr", "noel@gmial.com", "helene@wanadoo.fr", "ali@free.fr"),
    *("eva@laposte.net", "max@gmail.com", "tom@example.org", "paul@example.org", "jean@sfr.fr"),
)


@pytest.fixture
def desk(office: Office) -> Office:
    """Open an office whose recaps have left to all who ordered, and who are all known to Mailjet."""
    office.coop.write("members.csv", MEMBERS)
    lines = "".join(f"{member};d1;Pain;1;2,50\n" for member in ORDERED)
    office.coop.write("orders.csv", f"member;distribution;product;quantity;price\n{lines}")
    office.sends()
    for address in ADDRESSES:
        office.knows(address)
    return office


def fate_of(office: Office, address: str, status: str, state: int) -> None:
    """Let Mailjet say what became of the recap to an address."""
    arrival = next(one for one in office.server.account.arrivals if one.address == address)
    arrival.status, arrival.state = status, state


def read(office: Office, *arguments: str) -> tuple[int, str, str]:
    """Return the status, what is said to the volunteer in one line, and the reply, all with plain blanks."""
    result = office.invoke("check-member", *arguments, "--lang", "fr")
    text = result.output.replace("\u00a0", " ").replace("\u202f", " ")
    said, _title, reply = text.partition("Réponse à coller :\n\n")
    return result.exit_code, " ".join(said.partition("Les 30 derniers jours")[0].split()), reply


@pytest.mark.parametrize("who", ["10", "Zoé Moreau"])
def test_without_an_address_of_her_own_she_reads_who_gets_the_mails(desk: Office, who: str) -> None:
    exit_status, said, reply = read(desk, who)

    assert exit_status == 1
    assert (
        "PROBLÈME : Zoé Moreau n’a pas d’adresse à son nom (members.csv:2) ; les e-mails ne vont qu’à "
        "Anaïs Petit <anais@gmail.com> -> demandez une adresse au membre"
    ) in said
    assert "nos messages ne sont envoyés qu’à l’adresse d’Anaïs, anais@gmail.com." in reply
    assert "Indésirables" not in reply


def test_without_any_entry_of_her_own_it_is_the_same(desk: Office) -> None:
    desk.coop.replace("members.csv", "10@no.mail", "")

    assert "PROBLÈME : Zoé Moreau n’a pas d’adresse à son nom" in read(desk, "10")[1]


def test_a_partner_without_an_address_of_his_own_reads_the_same_when_he_asks(desk: Office) -> None:
    desk.coop.replace("members.csv", "max@gmail.com", "14@no.mail")

    exit_status, said, reply = read(desk, "Max Dupont")

    assert exit_status == 1
    assert "PROBLÈME pour Max Dupont : Max Dupont n’a pas d’adresse à son nom" in said
    assert "envoyés qu’à l’adresse d’Eva, eva@laposte.net." in reply
    assert read(desk, "Eva Dupont")[0] == 0


def test_a_partner_named_without_any_entry_is_found_and_reads_who_gets_the_mails(desk: Office) -> None:
    desk.coop.replace("members.csv", "max@gmail.com", "")

    exit_status, said, reply = read(desk, "max DUPONT")

    assert exit_status == 1
    assert "PROBLÈME pour Max Dupont : Max Dupont n’a pas d’adresse à son nom" in said
    assert "Bonjour Max," in reply
    assert "envoyés qu’à l’adresse d’Eva, eva@laposte.net." in reply
    assert "Nous ne vous retrouvons pas" not in reply


def test_a_partner_named_without_any_entry_is_no_matter_for_the_holder(desk: Office) -> None:
    desk.coop.replace("members.csv", "max@gmail.com", "")

    exit_status, said, reply = read(desk, "Eva Dupont")

    assert exit_status == 0
    assert "Max" not in said + reply


def test_a_partner_named_without_any_entry_is_among_those_who_may_be_meant(desk: Office) -> None:
    desk.coop.replace("members.csv", "max@gmail.com", "")

    assert "peut-être : Eva Dupont <eva@laposte.net> (lac/14)" in read(desk, "Maxx Dupond")[1]


@pytest.mark.parametrize("partners", ["anais@", "anais@gmial.com"])
def test_nobody_is_said_to_get_mails_at_an_address_that_takes_none(desk: Office, partners: str) -> None:
    desk.coop.replace("members.csv", "10@no.mail", "")
    desk.coop.replace("members.csv", "anais@gmail.com", partners)

    exit_status, said, reply = read(desk, "10")

    assert (exit_status, "les e-mails ne vont qu’à" in said) == (1, False)
    assert "PROBLÈME : pas d’adresse dans members.csv:2" in said
    assert "Nous n’avons pas d’adresse e-mail pour vous." in reply


@pytest.mark.long
@pytest.mark.parametrize("who", ["10", "14"])
def test_whom_no_mail_can_reach_is_told_by_word_of_mouth(desk: Office, who: str) -> None:
    desk.coop.replace("members.csv", "10@no.mail", "")
    desk.coop.replace("members.csv", "anais@gmail.com", "")

    reply = read(desk, who)[2]
    said = desk.invoke("check-member", who).stdout

    assert ("No mail can reach them: say what follows by telephone" in said) is (who == "10")
    assert ("Donnez-nous la vôtre" in reply) is (who == "10")
    assert "en réponse" not in reply


def test_without_an_order_she_reads_that_the_reminder_is_for_those_who_ordered(desk: Office) -> None:
    exit_status, said, reply = read(desk, "Léa Roux")

    assert exit_status == 0
    assert (
        "OK : le récapitulatif de d1 (vendredi 12 juin 2026) n’est envoyé qu’à ceux qui ont commandé, et "
        "aucune commande à ce nom n’est connue -> si le membre a bien commandé : sous quel nom ? Voyez "
        "orders.csv"
    ) in said
    assert "pour la distribution du vendredi 12 juin 2026, nous ne trouvons pas de commande" in reply
    assert "Indésirables" not in reply
    assert "no order in this name is known" in desk.checks("11")["last_messages"]["summary"]


def test_what_did_arrive_comes_after_the_order_that_is_not_known(desk: Office) -> None:
    desk.has_written("lea@orange.fr", days_ago=6)

    reply = read(desk, "Léa Roux")[2]

    assert "accepted by Orange" in desk.checks("11")["last_messages"]["summary"]
    assert 0 < reply.index("nous ne trouvons pas de commande") < reply.index("acceptés par Orange")


def test_an_order_is_known_once_its_export_was_fetched_again(desk: Office) -> None:
    desk.coop.replace("orders.csv", "10;d1;Pain", "11;d1;Pain;1;2,50\n10;d1;Pain")

    assert "commande" not in read(desk, "Léa Roux")[1]


def test_nobody_elses_order_is_known_either_where_the_export_may_be_cut(desk: Office) -> None:
    desk.coop.write("orders.csv", "member;distribution;product;quantity;price\n")

    _status, said, _reply = read(desk, "Léa Roux")

    assert "aucune commande de qui que ce soit n’est connue" in said
    assert "orders.csv est-il complet ?" in said


def test_no_order_is_said_beside_a_problem_and_where_mailjet_is_not_asked(desk: Office) -> None:
    offline = read(desk, "Léa Roux", "--offline")
    desk.coop.replace("members.csv", "lea@orange.fr", "lea@orange.f")
    _status, said, reply = read(desk, "Léa Roux")

    assert "aucune commande à ce nom n’est connue" in offline[1]
    assert "nous ne trouvons pas de commande" in offline[2]
    assert "n’avons pas encore pu vérifier" in offline[2]
    assert "aucune commande à ce nom n’est connue" in said
    assert reply.index("lea@orange.fr ?") < reply.index("nous ne trouvons pas de commande")


def test_no_order_is_said_where_mails_only_go_to_a_folder(tmp_path: Path) -> None:
    coop, soon = Coop(tmp_path), datetime.now(timezone.utc) + timedelta(hours=20)
    text = f"- {{id: d1, group: lac, starts_at: '{soon:%Y-%m-%d %H:%M}+00:00'}}\n"
    coop.write("distributions.yaml", text)

    result = run(tmp_path, "check-member", "lea")

    assert result.returncode == 0
    assert "no order in this name is known; nothing is wrong, but" in " ".join(result.stdout.split())
    assert "nous ne trouvons pas de commande" in result.stdout.replace("\u00a0", " ")


def test_a_partner_who_asks_from_a_good_address_is_answered_first(desk: Office) -> None:
    for who in ("helene@wanadoo.fr", "Hélène Le Goff", "hélène", "Hélène <HELENE@wanadoo.fr>"):
        exit_status, said, reply = read(desk, who)

        assert exit_status == 1
        assert "OK pour Hélène Le Goff : le dernier e-mail à helene@wanadoo.fr" in said
        assert said.index("helene@wanadoo.fr, du") < said.index("PROBLÈME adresse : noel@gmial.com")
        assert reply.startswith("Bonjour Hélène,")
        assert (
            0
            < reply.index("à helene@wanadoo.fr ont bien été acceptés par Orange")
            < reply.index("au nom de Noël")
        )


def test_the_holder_with_a_good_address_is_answered_before_the_partners_trouble(desk: Office) -> None:
    fate_of(desk, "max@gmail.com", "softbounced", 3)

    _status, said, reply = read(desk, "eva@laposte.net")

    assert said.index("OK pour Eva Dupont : le dernier e-mail à eva@laposte.net") < said.index("PROBLÈME")
    assert reply.index("acceptés par La Poste") < reply.index("au nom de Max) était pleine")


@pytest.mark.parametrize(("status", "state"), [("hardbounced", 0), ("softbounced", 22), ("blocked", 0)])
def test_what_kept_a_mail_from_one_of_the_household_is_said_of_that_address_alone(
    desk: Office, status: str, state: int
) -> None:
    fate_of(desk, "eva@laposte.net", status, state)

    _status, _said, holders = read(desk, "14")
    _status, _said, partners = read(desk, "max@gmail.com")

    for reply in (holders, partners):
        assert "notre dernier message à eva@laposte.net" in reply
        assert "problème de notre côté" not in reply
    assert "sans dire pourquoi" in partners


def test_a_trouble_of_ours_with_one_address_is_not_said_of_the_others(desk: Office) -> None:
    fate_of(desk, "eva@laposte.net", "blocked", 17)

    _status, _said, holders = read(desk, "14")
    _status, _said, partners = read(desk, "max@gmail.com")

    assert "Un problème de notre côté a empêché l’envoi de vos messages." in holders
    assert "a empêché l’envoi de nos messages à eva@laposte.net (adresse de votre foyer" in partners


def test_a_holder_without_an_address_is_no_matter_for_the_partners_reply(desk: Office) -> None:
    exit_status, said, reply = read(desk, "Anaïs")

    assert (exit_status, "OK pour Anaïs Petit" in said, "PROBLÈME adresse : Zoé Moreau" in said) == (
        1,
        True,
        True,
    )
    assert "acceptés par Gmail" in reply
    assert "pas d’adresse" not in reply


@pytest.mark.parametrize(
    ("kinds", "told"),
    [
        (("opening", "recap_24h"), "Elles ont été désactivées par nos soins le jeudi 11 juin 2026."),
        (("recap_24h",), "24 h avant la distribution (réglage fait par nos soins le jeudi 11 juin 2026)."),
    ],
)
def test_settings_switched_off_today_are_said_with_their_day_and_by_what(
    desk: Office, kinds: tuple[str, ...], told: str
) -> None:
    options = [word for kind in kinds for word in ("--off", kind)]
    assert desk.invoke("notifications", "13", *options).exit_code == 0

    _status, said, reply = read(desk, "13")

    assert (
        "récap-24h : réglage désactivé (changé le jeudi 11 juin 2026 par `notifications`, notifications.csv:"
        in said
    )
    assert told in reply
    assert "pas servi depuis longtemps" not in reply


def test_settings_of_the_members_file_are_given_no_day_and_no_reason(desk: Office) -> None:
    desk.member(opening="non", recap_24h="non", recap_4h="non")

    reply = read(desk, "1")[2]

    assert "toutes désactivées" in reply
    assert "longtemps" not in reply
    assert "par nos soins le" not in reply


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "fr",
            "Désactivé par nos soins : le rappel envoyé 24 h avant la distribution (le jeudi 11 juin 2026).",
        ),
        (
            "en",
            "Switched off on our side: the reminder 24 h before the distribution (on Thursday 11 June 2026).",
        ),
    ],
)
def test_of_settings_switched_off_in_two_places_only_ours_are_said_to_be_ours(
    desk: Office, language: str, told: str
) -> None:
    desk.member(opening="non", language=language)
    assert desk.invoke("notifications", "1", "--off", "recap-24h").exit_code == 0

    reply = read(desk, "1")[2]

    assert told in reply
    assert "ont été désactivées par nos soins" not in reply
    assert "They were switched off" not in reply


def test_two_addresses_are_told_in_one_paragraph_with_their_real_providers(desk: Office) -> None:
    reply = read(desk, "14")[2]

    assert reply.count("ont bien été acceptés par") == 1
    assert "eva@laposte.net ont bien été acceptés par La Poste" in reply
    assert (
        "Il en va de même pour max@gmail.com (adresse de votre foyer, au nom de Max), chez Gmail (parfois "
        "sous « Promotions »)."
    ) in reply
    assert "Gmail" not in read(desk, "paul@example.org")[2]


def test_two_addresses_with_one_trouble_are_told_in_one_paragraph(desk: Office) -> None:
    for arrival in desk.server.account.arrivals:
        if arrival.address in {"eva@laposte.net", "max@gmail.com"}:
            arrival.status, arrival.state = "softbounced", 3

    reply = read(desk, "14")[2]

    assert reply.count("était pleine") == 1
    assert "Il en va de même pour max@gmail.com (adresse de votre foyer, au nom de Max)." in reply


@pytest.mark.parametrize(
    ("address", "provider"),
    [
        ("a@GMAIL.com", "Gmail"),
        ("a@wanadoo.fr", "Orange"),
        ("a@hotmail.fr", "Outlook"),
        ("a@neuf.fr", "SFR"),
        ("a@gmail.example.org", "gmail.example.org"),
        ("a@asso.fr", "asso.fr"),
    ],
)
def test_a_provider_is_named_as_members_call_it(address: str, provider: str) -> None:
    assert provider_of(address) == provider


def test_a_block_at_mailjet_is_said_without_internal_names(desk: Office) -> None:
    arrival = next(one for one in desk.server.account.arrivals if one.address == "tom@example.org")
    arrival.status, arrival.state = "blocked", 21

    exit_status, said, reply = read(desk, "Tom")

    assert exit_status == 1
    assert "PROBLÈME : Mailjet écarte sans bruit tout e-mail à tom@example.org" in said
    assert "-> comme pour le blocage Mailjet, ci-dessus" in said
    assert "oui, je souhaite recevoir vos messages" in reply
    for word in ("mailjet_block", "last_messages", "membership", "delivery"):
        assert word not in said


def test_a_second_account_of_the_name_is_no_matter_of_membership(desk: Office) -> None:
    desk.coop.replace("members.csv", "17;Jean;Moreau", "17;Tom;Blanc")
    desk.has_written("tom@example.org", "softbounced", 3)
    next(one for one in desk.server.account.arrivals if one.address == "tom@example.org").status = "bounce"

    said = read(desk, "15")[1]

    assert "ATTENTION deux comptes : le même nom a un autre compte, 17 (jean@sfr.fr)" in said
    assert "adhésion" not in said
    assert desk.checks("15")["membership"]["status"] == "warning"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Anaïs", "d’Anaïs"),
        ("Élodie", "d’Élodie"),
        ("Hélène", "d’Hélène"),
        ("Yves", "d’Yves"),
        ("Yann", "de Yann"),
        ("Œdipe", "d’Œdipe"),
        ("Max", "de Max"),
    ],
)
def test_a_name_is_elided_as_it_is_spoken(desk: Office, name: str, told: str) -> None:
    desk.coop.replace("members.csv", "Anaïs;Petit", f"{name};Petit")

    assert f"qu’à l’adresse {told}, anais@gmail.com" in read(desk, "10")[2]


def test_an_unknown_name_gets_a_question_back(desk: Office) -> None:
    exit_status, said, reply = read(desk, "qwertyuiop")

    assert exit_status == 1
    assert "personne dans les données ne correspond à 'qwertyuiop'" in said
    assert "Pourriez-vous nous indiquer le nom de votre groupe" in reply


@pytest.mark.parametrize("who", ["Luc Qwertyuiop", "999"])
def test_of_a_name_or_an_id_in_no_list_the_reply_does_not_claim_that_an_address_was_looked_for(
    desk: Office, who: str
) -> None:
    reply = read(desk, who)[2]

    assert "Nous ne vous retrouvons pas dans la liste de nos membres." in reply
    assert "votre prénom et votre nom, et l’adresse e-mail donnée à l’inscription" in reply
    assert "ni votre adresse" not in reply


@pytest.mark.parametrize("who", ["luc.moreau@free.example", "Luc Moreau <luc.moreau@free.example>"])
def test_of_an_address_in_no_list_the_reply_does_not_claim_that_the_name_was_looked_for(
    desk: Office, who: str
) -> None:
    reply = read(desk, who)[2]

    assert "Nous ne retrouvons pas l’adresse luc.moreau@free.example dans la liste de nos membres." in reply
    assert "Pourriez-vous nous indiquer votre nom" in reply
    assert "Nous ne vous retrouvons pas" not in reply
    assert "Voici ce qu’il en est" not in reply


def test_of_several_near_ones_each_has_its_command(desk: Office) -> None:
    desk.coop.replace("members.csv", "17;Jean;Moreau", "17;Paula;Moreau")

    said = read(desk, "Paule Moreau")[1]

    near = re.findall(r"peut-être : .*? \((lac/\d+)\)", said)
    assert len(near) > 1
    assert re.findall(r"check-member (lac/\d+)", said) == near


def test_several_of_a_name_are_a_numbered_list_and_mailjet_is_not_asked(desk: Office) -> None:
    desk.server.gets.clear()

    exit_status, said, reply = read(desk, "moreau")

    assert (exit_status, reply, desk.server.gets) == (2, "", [])
    assert (
        "'moreau' peut désigner 3 personnes : 1 Zoé Moreau <10@no.mail>, <anais@gmail.com> (lac/10), "
        "partenaire : Anaïs Petit 2 Paul Moreau <paul@example.org> (lac/16) "
        "3 Jean Moreau <jean@sfr.fr> (lac/17) Pour en désigner"
    ) in said
    assert said.endswith("check-member lac/10")


def test_on_a_terminal_one_of_several_is_asked_about_by_number(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    coop.replace("members.csv", "3;Léa;Roux", "3;Léa;Martin")

    with Keyboard(tmp_path, "--lang", "en", "check-member", "martin") as keyboard:
        keyboard.sees("2  Léa Martin")
        keyboard.sees("Number: ")
        keyboard.types("2\n")
        assert keyboard.ends() == 0

    assert "Bonjour Léa," in keyboard.screen
    assert "Bonjour Zoé," not in keyboard.screen


@pytest.mark.parametrize("columns", ["60", "75"])
def test_on_a_terminal_the_lines_of_those_to_choose_from_end_at_words(tmp_path: Path, columns: str) -> None:
    coop = Coop(tmp_path)
    long = "3;Léa;Martin;lea.martin.dupuis@example.org;Sébastien Dubois-Martinez;sebastien@example.org"
    coop.replace("members.csv", "3;Léa;Roux;lea@example.org;;", long)

    with Keyboard(
        tmp_path, "--lang", "en", "check-member", "martin", environ={"COLUMNS": columns}
    ) as keyboard:
        keyboard.sees("Number: ")
        keyboard.types("\n")
        keyboard.ends()

    lines = [line.rstrip() for line in keyboard.screen.splitlines()]
    assert max(map(len, lines)) <= int(columns)
    assert "partner: Sébastien Dubois-Martinez" in " ".join(" ".join(lines).split())


def test_on_a_terminal_nobody_need_be_chosen(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    coop.replace("members.csv", "3;Léa;Roux", "3;Léa;Martin")

    with Keyboard(tmp_path, "--lang", "en", "check-member", "martin") as keyboard:
        keyboard.sees("Number: ")
        keyboard.types("\n")
        assert keyboard.ends() == 1

    assert "nobody was chosen" in keyboard.screen


def test_a_partner_chosen_from_several_is_still_the_one_who_asks(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    coop.replace("members.csv", "lea@example.org;;", "lea@example.org;Maëlle;m@example.org")

    with Keyboard(tmp_path, "--lang", "en", "check-member", "maëlle") as keyboard:
        keyboard.sees("Number: ")
        keyboard.types("2\n")
        keyboard.ends()

    assert "Bonjour Maëlle," in keyboard.screen


def rows_of(office: Office, who: str, title: str) -> list[tuple[str, str]]:
    """Return the address and the rest of each recap in a table of check-member."""
    table = office.invoke("check-member", who).stdout.partition(title)[2].lstrip("\n").partition("\n\n")[0]
    rows = [row for row in table.splitlines() if "recap-24h" in row or "recap_24h" in row]
    return [(cells[3], cells[4]) for row in rows if (cells := re.split(" {2,}", row))]


@pytest.mark.long
@pytest.mark.parametrize(
    ("who", "addresses"),
    [
        ("zoe@example.org", ["zoe@example.org", "luc@example.org"]),
        ("luc@example.org", ["luc@example.org", "zoe@example.org"]),
    ],
)
def test_what_hangs_on_an_order_names_each_address_of_the_household_whoever_asks_first(
    office: Office, who: str, addresses: list[str]
) -> None:
    office.member(partner_first_name="Luc", partner_email="luc@example.org")
    office.coop.replace("orders.csv", "1;d1;Tomates;2;2,50\n", "")
    office.at = A_DAY_BEFORE - timedelta(days=1, hours=1)

    ahead = rows_of(office, who, "The next 30 days:")
    office.sends()
    office.at = A_DAY_BEFORE + timedelta(minutes=5)
    past = rows_of(office, who, "The last 30 days:")

    assert ahead == [(one, "leaves if there is an order by then") for one in addresses]
    assert past == [(one, "not sent: no order") for one in addresses]
    (member,) = office.asks(who)[1]["members"]
    recaps = [one["address"] for one in member["history"] if one["kind"] == "recap_24h"]
    assert recaps == addresses


def test_an_address_with_a_fate_of_its_own_is_not_named_by_what_holds_for_the_other(office: Office) -> None:
    office.sends()
    office.member(partner_first_name="Luc", partner_email="luc@example.org")
    office.coop.replace("orders.csv", "1;d1;Tomates;2;2,50\n", "")
    office.sends(A_DAY_BEFORE + timedelta(minutes=5))
    office.at = A_DAY_BEFORE + timedelta(minutes=10)

    past = rows_of(office, "1", "The last 30 days:")

    assert ("luc@example.org", "not sent: no order") in past
    assert [said for address, said in past if address == "zoe@example.org"] == ["was accepted by example.org"]


@pytest.mark.parametrize("name", ["AMAP du Lac", "Les Paniers d’Élodie"])
def test_no_name_of_a_group_stands_behind_a_word_that_elides(desk: Office, name: str) -> None:
    desk.coop.replace("groups.yaml", "Les Paniers du Lac", name)

    assert f"membre de : {name} (coordination : " in read(desk, "11", "-v")[1]
