"""An address whose domain has an accent is one, wherever and however somebody writes it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.command import run
from tests.fixtures.coop import A_DAY_BEFORE, Coop, let_rest
from tests.fixtures.raw_ledger import rows

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

MEMBERS = """\
id;first_name;last_name;email;partner_first_name;partner_email
1;Léa;Fort;lea@café.fr;;
2;Tom;Bon;tom@exämple.org;Maëlle;maelle@CAFÉ.fr
3;Jo;Xn;jo@xn--caf-dma.fr;;
4;Zoé;Martin;zoe@example.org;;
"""
ORDERS = """\
member;distribution;product;quantity
lea@café.fr;d1;Pain;2
TOM@EXÄMPLE.ORG;d1;Pain;1
jo@cafe\u0301.fr;d1;Pain;3
"""
LEA, TOM, JO = "lea@xn--caf-dma.fr", "tom@xn--exmple-cua.org", "jo@xn--caf-dma.fr"
MAELLE = "maelle@xn--caf-dma.fr"


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    made = Coop(tmp_path)
    made.write("members.csv", MEMBERS)
    made.write("orders.csv", ORDERS)
    made.write("m.md", "Bonjour.\n")
    return made


def without_ids(coop: Coop) -> None:
    lines = [line.partition(";")[2] for line in MEMBERS.splitlines()]
    coop.write("members.csv", "\n".join(lines) + "\n")


def body_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    return str(body.get_content()) if body else ""


@pytest.mark.parametrize("has_ids", [True, False])
def test_whoever_an_order_names_by_their_address_gets_the_recap(coop: Coop, has_ids: bool) -> None:
    if not has_ids:
        without_ids(coop)

    report = coop.run(A_DAY_BEFORE)

    assert [str(one) for one in report.problems] == []
    assert coop.mailed() == sorted([LEA, TOM, MAELLE, JO])


@pytest.mark.long
@pytest.mark.parametrize(("wanted", "reached"), [("with-order:d1", 4), ("without-order:d1", 1)])
def test_a_list_by_orders_holds_whom_their_address_names(coop: Coop, wanted: str, reached: int) -> None:
    to = ("broadcast", "lac", "-s", "Salle", "--body", "m.md", "--to", wanted)

    said = run(coop.folder, *to, "--dry-run", "--json")

    assert json.loads(said.stdout)["counts"]["would_send"] == reached


@pytest.mark.long
@pytest.mark.parametrize("typed", ["lea@café.fr", "LEA@CAFÉ.FR", "Léa <lea@cafe\u0301.fr>", LEA])
@pytest.mark.parametrize("has_ids", [True, False])
def test_whoever_is_asked_about_is_found_by_what_was_typed(coop: Coop, typed: str, has_ids: bool) -> None:
    if not has_ids:
        without_ids(coop)

    for command in ("check-member", "notifications"):
        answer = run(coop.folder, command, typed)

        assert answer.stdout.startswith("Léa Fort <lea@café.fr>"), answer.stderr


def test_a_partner_who_asks_by_address_is_answered_first(coop: Coop) -> None:
    answer = run(coop.folder, "check-member", "maelle@café.fr")

    assert "Bonjour Maëlle," in answer.stdout


def test_a_preview_for_the_partner_greets_them(coop: Coop) -> None:
    shown = run(coop.folder, "preview", "recap_24h", "--member", "maelle@café.fr", "--text")

    assert "Bonjour Maëlle," in shown.stdout


def test_the_log_and_a_change_of_settings_are_of_whom_the_typed_address_is(coop: Coop) -> None:
    coop.run(A_DAY_BEFORE)

    listed = json.loads(run(coop.folder, "log", "--member", "tom@exämple.org", "--json").stdout)
    run(coop.folder, "notifications", "tom@exämple.org", "--off", "recap_24h")

    assert {one["address"] for one in listed["notices"]} == {TOM, MAELLE}
    assert "\n2;recap_24h;no;" in (coop.folder / "notifications.csv").read_text()


@pytest.mark.long
@pytest.mark.parametrize("has_ids", [True, False])
def test_whoever_is_forgotten_by_what_was_typed_is_gone_everywhere(coop: Coop, has_ids: bool) -> None:
    if not has_ids:
        without_ids(coop)
    coop.run(A_DAY_BEFORE)

    said = run(coop.folder, "forget", "tom@exämple.org", "--yes")

    assert said.returncode == 0
    assert "read by another member" not in said.stdout
    assert coop.mailed() == sorted([LEA, JO])
    assert not rows(coop.folder / "ledger.sqlite3", "SELECT 1 FROM notices WHERE address LIKE 'tom%'")


def test_whoever_left_and_went_by_their_address_is_forgotten_by_it(coop: Coop) -> None:
    without_ids(coop)
    coop.run(A_DAY_BEFORE)
    coop.write("members.csv", "id;email\n4;zoe@example.org\n")

    said = run(coop.folder, "forget", "lea@café.fr", "--yes")

    assert said.returncode == 0
    assert coop.mailed() == sorted([TOM, MAELLE, JO])
    assert not rows(coop.folder / "ledger.sqlite3", f"SELECT 1 FROM notices WHERE address = '{LEA}'")


def test_what_was_said_of_an_address_as_it_stands_in_a_file_is_forgotten(tmp_path: Path) -> None:
    coop = Coop(tmp_path, extra="alert_to: [chef@épicerie.fr]\n")
    starts = f"{datetime.now(timezone.utc) + timedelta(hours=20):%Y-%m-%dT%H:%M}+00:00"
    coop.write("distributions.yaml", f"- {{id: d1, group: lac, starts_at: '{starts}'}}\n")
    coop.write("orders.csv", "member;distribution;product;quantity\n1;d1;Pain;2\nrose@café.fr;d1;Pain;2\n")
    let_rest(coop.folder / "orders.csv")
    run(coop.folder, "send-due", "--lookback", "1d")
    alerts = [mail for mail in coop.mails() if mail["To"] == "chef@xn--picerie-9xa.fr"]
    assert ["rose@café.fr" in body_of(mail) for mail in alerts] == [True]

    coop.write("members.csv", "id;first_name;email\n1;Zoé;zoe@example.org\n2;Rose;rose@café.fr\n")
    run(coop.folder, "forget", "rose@café.fr", "--yes")

    assert coop.mailed() == ["zoe@example.org"]
    assert not rows(coop.folder / "ledger.sqlite3", "SELECT 1 FROM marks WHERE value LIKE '%rose@%'")


@pytest.mark.long
@pytest.mark.parametrize("typed", ["claire@exâmple.org", "PAT@Example.org", "Co@exämple.org"])
def test_a_coordinator_is_known_by_what_was_typed(coop: Coop, typed: str) -> None:
    people = "contact: claire@exâmple.org, coordinators: [co@exämple.org, pat@example.org]"
    coop.write("groups.yaml", f"- {{id: lac, name: Lac, {people}}}")

    said = run(
        coop.folder, *("broadcast", "lac", "-s", "Salle", "--body", "m.md", "--as", typed, "--dry-run")
    )

    assert said.returncode == 0, said.stderr


def test_mail_comes_from_a_sender_whose_domain_has_an_accent(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    coop.replace("config.yaml", "noreply@mj.cagette.net", "noreply@épicerie.fr")

    coop.run(A_DAY_BEFORE)

    assert {mail["From"].addresses[0].addr_spec for mail in coop.mails()} == {"noreply@xn--picerie-9xa.fr"}
