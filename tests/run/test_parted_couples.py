"""Couples of whom one has an account of their own since they were told: what each of the two hears then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fixtures.coop import A_DAY_BEFORE, LONG_AGO, ORDERS, Coop, let_rest
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from pathlib import Path

FOUR_DAYS_BEFORE, LATER = utc("2026-06-08T16:05"), utc("2026-06-09T08:00")
AN_HOUR_LATER, MOVED = utc("2026-06-11T17:05"), utc("2026-06-11T18:05")
HEAD = "id;first_name;last_name;email;partner_first_name;partner_last_name;partner_email"
AL, ZOE = "3;Al;Bo;al@example.org;;;", "1;Zoé;Martin;zoe@example.org;;;"
COUPLE = "1;Zoé;Martin;zoe@example.org;Luc;Bernard;luc@example.org"
LUC = "7;Luc;Bernard;luc@example.org;;;"


def members(coop: Coop, *rows: str, with_ids: bool = True) -> None:
    lines = [HEAD, *rows]
    kept = lines if with_ids else [line.partition(";")[2] for line in lines]
    coop.write("members.csv", "\n".join([*kept, ""]))


def orders(coop: Coop, *rows: str) -> None:
    coop.write("orders.csv", "\n".join([ORDERS.splitlines()[0], *(f"{row};2,00" for row in rows), ""]))


def duties(coop: Coop, *rows: str) -> None:
    lines = ["distribution;role;member", *(f"d1;{row}" for row in rows), ""]
    let_rest(coop.write("duties.csv", "\n".join(lines)))


def texts(coop: Coop, who: str) -> list[str]:
    """Return what an address got, subject first, with plain blanks."""
    mails = [mail for mail in coop.mails() if f"{who}@example.org" in mail["To"]]
    bodies = [mail.get_body(("plain",)) for mail in mails]
    return [
        " ".join(f"{m['Subject']} {body.get_content()}".split())
        for m, body in zip(mails, bodies, strict=True)
        if body
    ]


def htmls(coop: Coop, who: str) -> list[str]:
    mails = [mail for mail in coop.mails() if f"{who}@example.org" in mail["To"]]
    return [body.get_content() for mail in mails if (body := mail.get_body(("html",)))]


def corrections(coop: Coop, who: str) -> list[str]:
    return [text for text in texts(coop, who) if text.startswith(("Changement", "Vous n’êtes plus"))]


def with_duties(folder: Path, *rows: str, with_ids: bool = True) -> Coop:
    """Give a couple and Al, told of their duties."""
    coop = Coop(folder)
    coop.replace("config.yaml", "  orders: orders.csv\n", "  duties: duties.csv\n")
    members(coop, COUPLE, AL, with_ids=with_ids)
    duties(coop, *rows)
    coop.run(LONG_AGO)
    coop.run(FOUR_DAYS_BEFORE)
    return coop


@pytest.fixture
def told(tmp_path: Path) -> Coop:
    """Give a couple that was told of its order."""
    coop = Coop(tmp_path)
    members(coop, COUPLE, AL)
    orders(coop, "1;d1;Pain;1")
    coop.run(LONG_AGO)
    coop.run(A_DAY_BEFORE)
    assert [len(texts(coop, who)) for who in ("zoe", "luc")] == [1, 1]
    return coop


def move(coop: Coop) -> None:
    coop.replace("distributions.yaml", "place: Salle des fêtes", "place: Gymnase")


SERVES = ("Accueil;Luc Bernard", "Caisse;Al Bo")


@pytest.mark.long
@pytest.mark.parametrize("with_ids", [True, False])
def test_whoever_of_a_couple_is_to_serve_and_parts_serves_as_told(tmp_path: Path, with_ids: bool) -> None:
    coop = with_duties(tmp_path, *SERVES, with_ids=with_ids)
    members(coop, ZOE, AL, LUC, with_ids=with_ids)

    coop.run(LATER)

    assert [len(texts(coop, who)) for who in ("zoe", "luc")] == [1, 1]


def test_so_does_whoever_goes_on_with_the_account(tmp_path: Path) -> None:
    coop = with_duties(tmp_path, "Accueil;Zoé Martin", "Caisse;Al Bo")
    members(coop, ZOE, AL, LUC)

    coop.run(LATER)

    assert [len(texts(coop, who)) for who in ("zoe", "luc")] == [1, 1]


def test_who_parts_and_comes_back_was_told(tmp_path: Path) -> None:
    coop = with_duties(tmp_path, *SERVES)
    members(coop, ZOE, AL, LUC)
    coop.run(LATER)
    members(coop, COUPLE, AL)

    coop.run(utc("2026-06-09T09:00"))

    assert [len(texts(coop, who)) for who in ("zoe", "luc")] == [1, 1]


def test_of_two_who_were_to_serve_each_reads_their_own_role(tmp_path: Path) -> None:
    coop = with_duties(tmp_path, "Accueil;Zoé Martin", "Pesée;Luc Bernard")
    members(coop, ZOE, AL, LUC)

    coop.run(LATER)

    (of_zoe,), (of_luc,) = corrections(coop, "zoe"), corrections(coop, "luc")
    assert "Votre rôle : Accueil (au lieu de : Accueil et Pesée)" in of_zoe
    assert "Votre rôle : Pesée (au lieu de : Accueil et Pesée)" in of_luc
    assert [len(texts(coop, who)) for who in ("zoe", "luc")] == [2, 2]


def test_who_parted_hears_that_somebody_else_serves(tmp_path: Path) -> None:
    coop = with_duties(tmp_path, *SERVES)
    members(coop, ZOE, AL, LUC)
    duties(coop, "Accueil;Al Bo", "Caisse;Al Bo")

    coop.run(LATER)

    assert ["n’avez plus de permanence" in text for text in corrections(coop, "luc")] == [True]
    assert corrections(coop, "zoe") == []


def test_who_shared_the_address_all_along_keeps_their_own_duty(tmp_path: Path) -> None:
    coop = with_duties(tmp_path)
    members(coop, COUPLE, AL, LUC)
    duties(coop, "Accueil;1", "Caisse;7")
    coop.run(LATER)
    before = len(texts(coop, "luc"))
    members(coop, ZOE, AL, LUC)

    coop.run(utc("2026-06-09T09:00"))

    assert len(texts(coop, "luc")) == before
    assert corrections(coop, "luc") == []


def test_who_parted_is_corrected_once_with_their_own_order(told: Coop) -> None:
    members(told, ZOE, AL, LUC)
    orders(told, "1;d1;Pain;1", "7;d1;Lait;1")
    told.run(AN_HOUR_LATER)
    move(told)

    told.run(MOVED)
    told.run(utc("2026-06-11T18:15"))

    (of_zoe,), (of_luc,) = corrections(told, "zoe"), corrections(told, "luc")
    assert ("Pain" in of_zoe, "Lait" in of_zoe) == (True, False)
    assert ("Pain" in of_luc, "Lait" in of_luc) == (False, True)
    assert len(texts(told, "luc")) == 3  # and the recap of their own order
    recaps = [one for one in told.entries() if one.key.address == "luc@example.org" and one.revision == 1]
    assert len({one.campaign for one in recaps}) == 2  # of one, Mailjet would drop the second


def test_who_parted_and_has_no_order_is_corrected_without_any_each_time(told: Coop) -> None:
    members(told, ZOE, AL, LUC)
    told.run(AN_HOUR_LATER)
    move(told)

    told.run(MOVED)
    told.replace("distributions.yaml", "place: Gymnase", "place: Parc")
    told.run(utc("2026-06-11T18:15"))

    of_luc = corrections(told, "luc")
    assert sorted("au lieu de : Salle des fêtes" in text for text in of_luc) == [False, True]
    assert not any("Pain" in text or "vous avez une commande" in text for text in of_luc)
    assert [html for html in htmls(told, "luc") if "0 produit" in html] == []


def test_whose_order_perhaps_is_the_partners_is_not_said_to_wait_once_corrected(told: Coop) -> None:
    members(told, ZOE, AL, LUC)
    told.write(
        "orders.csv", "member;name;distribution;product;quantity\n1;MARTIN Zoé / BERNARD Luc;d1;Pain;1\n"
    )
    told.run(AN_HOUR_LATER)
    move(told)

    report = told.run(MOVED)

    assert len(corrections(told, "luc")) == 1
    assert not any("Salle des fêtes" in problem.message for problem in report.problems)


def test_who_parted_has_their_own_recap_where_the_account_bears_another_id_too(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    others = ("4;Ida;Deux;ida@example.org;Bob;Deux;bob@example.org", AL)
    members(coop, COUPLE, *others)
    orders(coop, "1;d1;Pain;1", "4;d1;Miel;1")
    coop.run(LONG_AGO)
    coop.run(A_DAY_BEFORE)
    members(coop, ZOE.replace("1;", "8;", 1), *others, LUC)
    orders(coop, "8;d1;Pain;1", "4;d1;Miel;1", "7;d1;Lait;1")

    coop.run(AN_HOUR_LATER)

    assert [len(texts(coop, who)) for who in ("zoe", "luc")] == [1, 2]
    assert any("Lait" in text for text in texts(coop, "luc"))


def test_two_who_shared_an_address_are_corrected_once_each(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    members(coop, COUPLE, AL, LUC)
    orders(coop, "1;d1;Pain;1", "7;d1;Lait;1")
    coop.run(LONG_AGO)
    coop.run(A_DAY_BEFORE)
    members(coop, ZOE, AL, LUC)
    move(coop)

    coop.run(MOVED)

    (of_luc,) = corrections(coop, "luc")
    assert ("Pain" in of_luc, "Lait" in of_luc) == (False, True)
