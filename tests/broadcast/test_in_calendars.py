"""What a letter to those told takes out of calendars or puts back: a duty only in those of who has it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.coop import A_DAY_BEFORE, DISTRIBUTIONS, Coop
from tests.fixtures.memory import utc
from tests.run.test_back_on import called_off, writes

if TYPE_CHECKING:
    from pathlib import Path

TEN = timedelta(minutes=10)
DUE = utc("2026-06-08T16:00")  # four days before
DUTIES = "distribution;role;member\nd1;Accueil;1\nd1;Pesée;2\n"
ZOE, NOEL, MAELLE, LEA = (f"{name}@example.org" for name in ("zoe", "noel", "maelle", "lea"))


def in_calendars(
    coop: Coop, address: str, subject: str = "", *, of: str = "Permanence"
) -> list[tuple[str, str, int]]:
    """Return the entries of a duty that an address got: method, what, and number, in their order.

    Or those ``of`` the distribution.
    """
    found = []
    for mail in sorted(coop.mails(), key=lambda one: one["Date"].datetime):
        if mail["To"].addresses[0].addr_spec != address or subject not in mail["Subject"]:
            continue
        for part in mail.iter_attachments():
            lines = dict(line.split(":", 1) for line in str(part.get_content()).splitlines() if ":" in line)
            if of in lines["SUMMARY"]:
                what = lines["SUMMARY"].partition(" – ")[0].replace("\\", "")
                found.append((lines["METHOD"], what, int(lines["SEQUENCE"])))
    return found


@pytest.fixture
def off(tmp_path: Path) -> Coop:
    """Give a co-op in which duties and recaps were told, and then that it is all off."""
    coop = Coop(tmp_path, extra="calendar: yes\n")
    coop.replace("config.yaml", "  orders: orders.csv\n", "  orders: orders.csv\n  duties: permanences.csv\n")
    coop.write("permanences.csv", DUTIES)
    for at in (DUE - TEN, DUE, A_DAY_BEFORE):
        coop.run(at)
    called_off(coop, A_DAY_BEFORE + TEN)
    writes(coop, A_DAY_BEFORE + 2 * TEN, "Annulée")
    coop.write("distributions.yaml", DISTRIBUTIONS)
    return coop


@pytest.mark.dear
def test_a_duty_leaves_the_calendars_of_who_has_it_alone(off: Coop) -> None:
    assert {address: in_calendars(off, address, "Annulée") for address in (ZOE, NOEL, MAELLE, LEA)} == {
        **{address: [("CANCEL", "Permanence", 2)] for address in (ZOE, NOEL, MAELLE)},
        LEA: [],
    }


@pytest.mark.long
@pytest.mark.parametrize("is_told", [True, False], ids=["told by a run", "before any run"])
def test_only_who_serves_now_gets_their_duty_back_with_its_roles(off: Coop, is_told: bool) -> None:
    off.write("permanences.csv", "distribution;role;member\nd1;Accueil;1\nd1;Rangement;1\n")
    if is_told:
        off.run(A_DAY_BEFORE + 3 * TEN)

    writes(off, A_DAY_BEFORE + 4 * TEN, "Maintenue")

    back = {address: in_calendars(off, address, "Maintenue") for address in (ZOE, NOEL, MAELLE, LEA)}
    zoe = ("PUBLISH", "Permanence, Accueil, Rangement", 4 if is_told else 3)
    assert back == {ZOE: [zoe], NOEL: [], MAELLE: [], LEA: []}
    assert in_calendars(off, NOEL)[-1][0] == "CANCEL"


def test_who_serves_since_has_the_same_entry_and_the_next_change_is_newer(off: Coop) -> None:
    off.write("permanences.csv", f"{DUTIES}d1;Rangement;3\n")
    off.run(A_DAY_BEFORE + 3 * TEN)
    writes(off, A_DAY_BEFORE + 4 * TEN, "Maintenue")
    off.write("permanences.csv", DUTIES)
    off.run(A_DAY_BEFORE + 5 * TEN)

    rangement = "Permanence, Rangement"
    assert in_calendars(off, LEA) == [
        *[("PUBLISH", rangement, 3)] * 2,
        ("CANCEL", "Permanence", 4),
    ]
    assert in_calendars(off, NOEL, "Maintenue") == [("PUBLISH", "Permanence, Pesée", 3)]


@pytest.mark.long
@pytest.mark.parametrize("duties", [f'{DUTIES}d1;"Table', "distribution;role;member\n46185;Pesée;2\n"])
def test_what_nobody_can_read_is_put_back_as_it_was_told(off: Coop, duties: str) -> None:
    off.write("permanences.csv", duties)

    writes(off, A_DAY_BEFORE + 3 * TEN, "Maintenue")

    assert in_calendars(off, ZOE, "Maintenue") == [("PUBLISH", "Permanence, Accueil", 3)]


@pytest.mark.dear
def test_who_reads_another_address_since_gets_it_back_there(off: Coop) -> None:
    off.replace("members.csv", ZOE, "zoe.martin@example.org")

    writes(off, A_DAY_BEFORE + 3 * TEN, "Maintenue")

    assert in_calendars(off, "zoe.martin@example.org") == [("PUBLISH", "Permanence, Accueil", 3)]


@pytest.mark.dear
def test_only_who_had_the_distribution_in_their_calendar_gets_it_back(tmp_path: Path) -> None:
    coop = Coop(tmp_path, extra="calendar: yes\n")
    coop.replace("config.yaml", "  orders: orders.csv\n", "  orders: orders.csv\n  duties: permanences.csv\n")
    coop.write("permanences.csv", DUTIES)
    coop.replace("orders.csv", "1;d1;Tomates;2;2,50\n", "")  # Zoé serves, and ordered nothing
    for at in (DUE - TEN, DUE, A_DAY_BEFORE):
        coop.run(at)
    called_off(coop, A_DAY_BEFORE + TEN)
    writes(coop, A_DAY_BEFORE + 2 * TEN, "Annulée")
    coop.write("distributions.yaml", DISTRIBUTIONS)
    coop.replace("members.csv", NOEL, "noel.boeuf@example.org")

    writes(coop, A_DAY_BEFORE + 3 * TEN, "Maintenue")

    readers = (ZOE, NOEL, "noel.boeuf@example.org", MAELLE, LEA)
    back = {who: len(in_calendars(coop, who, "Maintenue", of="Distribution")) for who in readers}
    assert back == {ZOE: 0, NOEL: 1, "noel.boeuf@example.org": 1, MAELLE: 1, LEA: 0}
    assert len(in_calendars(coop, ZOE, "Maintenue")) == 1
