"""Whoever was told of a duty, and hears nothing of what changed, is counted until somebody writes to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.notices import Status
from tests.fixtures.coop import Coop, let_rest
from tests.fixtures.memory import utc
from tests.fixtures.office import Office

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

BEGUN, DUE = utc("2026-06-01T06:00"), utc("2026-06-08T16:00")
SEEN, LATER, AFTER = utc("2026-06-08T17:00"), utc("2026-06-08T17:05"), utc("2026-06-08T17:20")
NAMED = "  orders: orders.csv\n", "  orders: orders.csv\n  duties: permanences.csv\n"
DUTIES = "distribution;role;member\nd1;Accueil;1\nd1;Pesée;2\n"
ZOE_S_ROW = "1;Zoé;Martin;zoe@example.org;;\n"
HALL, GYM = (
    "Friday 12 June 2026 at 6:00\u00a0pm, Salle des fêtes",
    "Friday 12 June 2026 at 6:00\u00a0pm, Gymnase",
)
GONE = f"1 address was told of a duty at d1 ({HALL}) that is no member's any more: no correction goes there"
MOVED = f"1 address was told of a duty at d1 for {HALL}, and it is {GYM}: no correction goes there"
LETTER = "broadcast lac --to told:d1"


@pytest.fixture
def told(tmp_path: Path) -> Coop:
    """Give a co-op that told Zoé, and Noël's household, of their duties."""
    coop = Coop(tmp_path, "notices: {opening: {default: no}, recap_24h: {default: no}}\n")
    coop.replace("config.yaml", *NAMED)
    coop.write("permanences.csv", DUTIES)
    coop.run(BEGUN)
    coop.run(DUE)
    return coop


def news(coop: Coop, at: datetime) -> list[str]:
    return list(coop.run(at, says_once=True).news)


def at_the_desk(coop: Coop, at: datetime) -> Office:
    return Office(coop, None, at)  # type: ignore[arg-type]  # nothing here asks Mailjet


def shown(coop: Coop, what: str, at: datetime = LATER) -> list[str]:
    """Return what status and check say of it."""
    office = at_the_desk(coop, at)
    lines = (*office.invoke("status").stdout.splitlines(), *office.invoke("check").stderr.splitlines())
    return [line for line in lines if what in line]


def zoe_leaves(coop: Coop) -> None:
    coop.replace("members.csv", ZOE_S_ROW, "")
    coop.replace("permanences.csv", "d1;Accueil;1\n", "")


@pytest.mark.long
@pytest.mark.parametrize(
    ("place", "said"), [("Salle des fêtes", GONE), ("Gymnase", MOVED)], ids=["not moved", "moved"]
)
def test_who_has_left_with_their_duty_is_counted_until_a_letter_has_told_them(
    told: Coop, place: str, said: str
) -> None:
    zoe_leaves(told)
    told.replace("distributions.yaml", "Salle des fêtes", place)

    first, second = news(told, SEEN), news(told, LATER)
    before = shown(told, said)
    letter = told.write("lettre.md", "Au revoir.\n")
    at_the_desk(told, LATER).invoke(
        *("broadcast", "lac", "-s", "Merci", "--body", str(letter), "--yes", "--to", "told:d1")
    )

    assert [line.startswith(said) and LETTER in line for line in first] == [True]
    assert second == []
    assert len(before) == 2
    assert news(told, AFTER) == []
    assert shown(told, said, AFTER) == []


def test_who_is_a_member_still_or_has_the_duty_as_far_as_is_known_is_not_counted(told: Coop) -> None:
    told.replace("permanences.csv", "d1;Accueil;1\n", "")
    told.replace("permanences.csv", "d1;Pesée;2\n", "d1;Pesée;Personne D’Ici\n")
    told.replace("members.csv", "2;Noël;Bœuf;noel@example.org;Maëlle;maelle@example.org\n", "")

    assert [line for line in news(told, SEEN) if "no correction" in line] == []
    assert shown(told, "no correction") == []


def test_whose_recap_is_counted_is_not_counted_twice(tmp_path: Path) -> None:
    coop = Coop(tmp_path, "notices: {opening: {default: no}, recap_24h: {default: yes}}\n")
    coop.replace("config.yaml", *NAMED)
    coop.write("permanences.csv", DUTIES)
    coop.run(BEGUN)
    coop.run(utc("2026-06-11T16:00"))
    zoe_leaves(coop)
    coop.replace("distributions.yaml", "Salle des fêtes", "Gymnase")

    said = [line for line in news(coop, utc("2026-06-11T17:00")) if "no correction goes there" in line]

    assert ["d1 was told to 1 address" in line for line in said] == [True]


WAITS = f"for {HALL}, and it is {GYM}: the correction waits until it is known who serves"


@pytest.mark.long
@pytest.mark.parametrize("duties", [f"{DUTIES}d1;Ca", ""], ids=["cut short", "gone"])
def test_while_nobody_knows_who_serves_who_was_told_otherwise_is_named(told: Coop, duties: str) -> None:
    told.replace("distributions.yaml", "Salle des fêtes", "Gymnase")
    told.write("permanences.csv", duties)

    said = news(told, SEEN)
    asked = at_the_desk(told, LATER).invoke("check-member", "1").output.replace("\n  ", " ")
    status = at_the_desk(told, LATER).invoke("status").output
    told.write("permanences.csv", DUTIES)
    news(told, AFTER)

    assert f"d1 was told to 3 addresses {WAITS}" in said
    assert f"d1 was told to 3 addresses {WAITS}" in status
    assert f"d1 was told to zoe@example.org {WAITS}" in asked
    assert "is due, and waits" not in asked
    assert "tell the member that it changed, and mend the file of duties" in asked
    assert told.mailed().count("zoe@example.org") == 2
    assert shown(told, "the correction waits", AFTER) == []


def test_what_was_put_off_by_weeks_is_named_too(told: Coop) -> None:
    told.replace("distributions.yaml", "06-12 18:00", "06-26 18:00")
    told.replace("distributions.yaml", "06-12 19:30", "06-26 19:30")
    told.write("permanences.csv", f"{DUTIES}d1;Ca")

    said = [line for line in news(told, SEEN) if "the correction waits until it is known who serves" in line]

    assert len(said) == 1


def test_whose_recap_says_where_it_is_now_waits_for_no_duties(tmp_path: Path) -> None:
    coop = Coop(tmp_path, "notices: {opening: {default: no}, recap_24h: {default: yes}}\n")
    coop.replace("config.yaml", *NAMED)
    coop.write("permanences.csv", DUTIES)
    coop.run(BEGUN)
    coop.run(utc("2026-06-11T16:00"))
    coop.replace("distributions.yaml", "Salle des fêtes", "Gymnase")
    coop.write("permanences.csv", f"{DUTIES}d1;Ca")

    said = news(coop, utc("2026-06-11T17:00"))

    assert [line for line in said if "the correction waits" in line] == []
    assert coop.mailed().count("zoe@example.org") == 3


ZOE_S_ORDER = "1;d1;Pain;1\n"
TOLD_AT, MOVED_AT, NEXT = utc("2026-06-11T16:00"), utc("2026-06-11T17:00"), utc("2026-06-11T17:10")
UNCORRECTED = "no correction goes there"


@pytest.fixture
def told_twice(tmp_path: Path) -> Coop:
    """Give a co-op that told Zoé of her duty, and of her order, which is gone since."""
    coop = Coop(tmp_path)
    coop.replace("config.yaml", *NAMED)
    coop.write("permanences.csv", DUTIES)
    let_rest(coop.write("orders.csv", f"member;distribution;product;quantity\n2;d1;Pain;1\n{ZOE_S_ORDER}"))
    for at in (BEGUN, DUE, TOLD_AT):
        coop.run(at)
    coop.replace("orders.csv", ZOE_S_ORDER, "")
    let_rest(coop.folder / "orders.csv")
    return coop


def mails_to_zoe(coop: Coop) -> int:
    return coop.mailed().count("zoe@example.org")


def test_who_is_told_the_new_place_with_their_duty_lacks_no_correction_of_their_order(
    told_twice: Coop,
) -> None:
    before = mails_to_zoe(told_twice)
    told_twice.replace("distributions.yaml", "Salle des fêtes", "Gymnase")

    said = [*news(told_twice, MOVED_AT), *news(told_twice, NEXT)]

    assert mails_to_zoe(told_twice) == before + 1
    assert [line for line in (*said, *shown(told_twice, UNCORRECTED, NEXT)) if UNCORRECTED in line] == []


def test_whose_duty_is_given_to_another_since_it_was_told_anew_knows_the_place(told_twice: Coop) -> None:
    told_twice.replace("distributions.yaml", "Salle des fêtes", "Gymnase")
    news(told_twice, MOVED_AT)
    told_twice.replace("permanences.csv", "Accueil;1", "Accueil;2")

    assert [line for line in news(told_twice, NEXT) if UNCORRECTED in line] == []
    assert shown(told_twice, UNCORRECTED, NEXT) == []
    answer = at_the_desk(told_twice, NEXT).invoke("check-member", "1").stdout
    assert "the correction goes only to those who have an order" not in " ".join(answer.split())


def test_who_hears_no_more_of_their_duty_than_that_it_is_another_s_is_counted(told_twice: Coop) -> None:
    told_twice.replace("permanences.csv", "Accueil;1", "Accueil;2")
    news(told_twice, MOVED_AT)
    told_twice.replace("distributions.yaml", "Salle des fêtes", "Gymnase")

    (said,) = [line for line in news(told_twice, NEXT) if UNCORRECTED in line]

    assert f"d1 was told to 1 address for {HALL}, and it is {GYM}" in said


@pytest.fixture
def under_guard(tmp_path: Path) -> Coop:
    """Give a co-op that told three of their duties and orders, and of whose duties two are gone since."""
    coop = Coop(tmp_path, "notices: {opening: {default: no}}\n")
    coop.replace("config.yaml", *NAMED)
    coop.write("orders.csv", "member;distribution;product;quantity\n1;d1;Pain;1\n2;d1;Pain;1\n")
    coop.write("permanences.csv", f"{DUTIES}d1;Camion;3\n")
    for at in (BEGUN, DUE, TOLD_AT):
        coop.run(at)
    coop.write("permanences.csv", "distribution;role;member\nd1;Accueil;1\nd1;Pesée;\nd1;Camion;\n")
    coop.replace("distributions.yaml", "Salle des fêtes", "Gymnase")
    assert any("--accept-data" in line for line in news(coop, MOVED_AT))
    return coop


def test_who_read_of_the_new_place_with_their_order_is_told_late_of_no_more_than_their_duty(
    under_guard: Coop,
) -> None:
    begun = [line for line in news(under_guard, utc("2026-06-12T16:05")) if "came too late" in line]

    late = {
        entry.key.address: entry.detail for entry in under_guard.entries() if entry.status is Status.EXPIRED
    }
    in_gym = f"told {GYM}, Pesée; it is {GYM}, no duty; nobody knew who serves"
    in_hall = f"told {HALL}, Camion; it is {GYM}, no duty; nobody knew who serves"
    of_noel = dict.fromkeys(("noel@example.org", "maelle@example.org"), in_gym)
    assert late == {**of_noel, "lea@example.org": in_hall}
    assert len(begun) == 2


def test_who_has_left_since_is_said_to_know_the_place_that_they_read_with_their_order(
    under_guard: Coop,
) -> None:
    under_guard.replace("members.csv", ZOE_S_ROW, "")
    under_guard.replace("permanences.csv", "d1;Accueil;1\n", "d1;Accueil;\n")

    held = [line for line in news(under_guard, NEXT) if UNCORRECTED in line]
    accepted = under_guard.run(utc("2026-06-11T17:20"), accept_data=frozenset(("lac",)), says_once=True).news

    (said,) = [line for line in accepted if UNCORRECTED in line]
    assert held == []
    assert f"1 address was told of a duty at d1 ({GYM}) that is no member's any more" in said
