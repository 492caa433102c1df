"""An address of a household is corrected between runs: who gets what, and that nobody gets it twice."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.notices import Status
from tests.fixtures.coop import A_DAY_BEFORE, OPENED, Coop
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

NAMES = "first_name;last_name;email;partner_first_name;partner_email"
OLD, PARTNERS_OLD = "noel@example.org", "maelle@example.org"
NEW, PARTNERS_NEW = "noel.boeuf@example.org", "maelle.boeuf@example.org"
EARLY = utc("2026-06-05T05:00")


def write(coop: Coop, own: str, partners: str, *, with_ids: bool) -> None:
    """Write members and orders: a household with these addresses, and some neighbours."""
    neighbours = [f"{name}@example.org" for name in ("ana", "bob", "eve", "jo", "max")]
    rows = [("2", own, f"Noël;Bœuf;{own};Maëlle;{partners}")]
    rows += [(f"1{at}", address, f"X;Y;{address};;") for at, address in enumerate(neighbours)]
    members = [f"id;{NAMES}", *(f"{id_};{row}" for id_, _address, row in rows)]
    if not with_ids:
        members = [NAMES, *(row for _id, _address, row in rows)]
    orders = [f"{id_ if with_ids else address or partners};d1;Pain;2" for id_, address, _row in rows]
    coop.write("members.csv", "\n".join(members) + "\n")
    coop.write("orders.csv", "\n".join(("member;distribution;product;quantity", *orders)) + "\n")


@pytest.mark.long
@pytest.mark.parametrize(
    ("own", "partners"),
    [
        (OLD, PARTNERS_NEW),
        (NEW, PARTNERS_OLD),
        (NEW, PARTNERS_NEW),
        (PARTNERS_OLD, OLD),
        (OLD, ""),
        ("", PARTNERS_OLD),
    ],
    ids=["the partner's", "their own", "both", "exchanged", "the partner's gone", "their own gone"],
)
@pytest.mark.parametrize("with_ids", [True, False], ids=["ids", "no ids"])
@pytest.mark.parametrize("at", [OPENED, A_DAY_BEFORE], ids=["opening", "recap"])
def test_only_an_address_that_was_corrected_gets_the_notice_anew(
    tmp_path: Path, own: str, partners: str, with_ids: bool, at: datetime
) -> None:
    coop = Coop(tmp_path)
    coop.run(EARLY)
    write(coop, OLD, PARTNERS_OLD, with_ids=with_ids)
    coop.run(at)
    before = Counter(coop.mailed())
    write(coop, own, partners, with_ids=with_ids)

    for minutes in (15, 30):
        coop.run(at.replace(minute=minutes))

    anew = {NEW, PARTNERS_NEW} & {own, partners}
    assert before[OLD] == before[PARTNERS_OLD] == 1
    assert Counter(coop.mailed()) == before + Counter(dict.fromkeys(anew, 1))


def test_an_opening_that_left_in_time_to_the_former_address_did_not_come_too_late(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    coop.run(EARLY)
    coop.run(OPENED)
    coop.replace("members.csv", "lea@example.org", NEW)

    report = coop.run(utc("2026-06-08T06:05"))

    assert not [line for line in report.lines if line.status == Status.EXPIRED]


@pytest.mark.parametrize("changed_at", ["2026-06-08T06:05", "2026-06-11T16:10"], ids=["before", "after"])
def test_nor_did_opening_and_closing_once_the_recap_has_left_to_the_new_one(
    tmp_path: Path, changed_at: str
) -> None:
    """Runs that keep no marks, as rehearsals, look at all that was ever due."""
    coop = Coop(tmp_path, "notices: {closing: {default: yes}}\n")
    coop.run(EARLY, rehearsal=True)
    coop.run(OPENED, rehearsal=True)
    closing, change = utc("2026-06-09T18:05"), utc(changed_at)
    for at in sorted((closing, A_DAY_BEFORE, change)):
        if at == change:
            coop.replace("members.csv", "zoe@example.org", NEW)
        coop.run(at, rehearsal=True)

    reports = [coop.run(utc(f"2026-06-11T16:{minute}"), rehearsal=True) for minute in (15, 30)]

    late = [line for report in reports for line in report.lines if line.status == Status.EXPIRED]
    assert (coop.mailed().count(NEW), late) == (1 if change > closing else 2, [])


def test_an_opening_of_another_day_that_came_too_late_to_a_new_address_is_said(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    coop.run(EARLY)
    coop.run(OPENED)
    coop.replace("distributions.yaml", "orders_open_at: 2026-06-05", "orders_open_at: 2026-06-06")
    coop.replace("members.csv", "lea@example.org", NEW)

    report = coop.run(utc("2026-06-08T12:05"))

    assert NEW in {line.address for line in report.lines if line.status == Status.EXPIRED}
