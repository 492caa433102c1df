"""A place that can't be read is unknown, not changed: what an address was told of it stands, and is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fixtures.coop import A_DAY_BEFORE, OPENED, Coop, counted
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

QUARTER_PAST = utc("2026-06-11T16:20")
HALF_PAST = utc("2026-06-11T16:35")
FOUR_HOURS_BEFORE = utc("2026-06-12T12:05")
LATER_THAT_DAY = utc("2026-06-12T12:20")
SALLE = "Salle des fêtes"
EXTRA = "notices: {opening: {default: no}, recap_4h: {default: yes}}\ncalendar: yes\nfirst_run_lookback: 3d\n"
LEA = "lea@example.org"
ZOE = "zoe@example.org"


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    """Return a co-op of which all who ordered were told of the place, a day before."""
    coop = Coop(tmp_path, extra=EXTRA)
    coop.run(A_DAY_BEFORE)
    return coop


def breaks(coop: Coop) -> None:
    """Let nobody read the place any more."""
    coop.replace("distributions.yaml", f"place: {SALLE}", 'place: "#N/A"')


def mends(coop: Coop, place: str = SALLE) -> None:
    """Write a place that can be read."""
    coop.replace("distributions.yaml", 'place: "#N/A"', f"place: {place}")


def moves(coop: Coop, old: str = "18:00", new: str = "19:00") -> None:
    """Let the distribution begin at another hour."""
    coop.replace("distributions.yaml", f"starts_at: 2026-06-12 {old}", f"starts_at: 2026-06-12 {new}")


def lea_orders(coop: Coop) -> None:
    """Let somebody order who was told nothing yet."""
    coop.replace("orders.csv", "2;d1;Panier", "3;d1;Panier;1;2\n2;d1;Panier")


def mailed_by(coop: Coop, at: datetime) -> dict[str, str]:
    """Run, and return what left in this run, calendar entry included, by address."""
    before = {mail["X-MJ-CustomID"] for mail in coop.mails()}
    coop.run(at)
    new = [mail for mail in coop.mails() if mail["X-MJ-CustomID"] not in before]
    found = {}
    for mail in new:
        body = mail.get_body(("plain",))
        assert body
        entries = "".join(file.get_content() for file in mail.iter_attachments())
        found[mail["To"].addresses[0].addr_spec] = body.get_content() + entries
    assert len(found) == len(new)
    return found


def claims_of(coop: Coop, address: str) -> list[tuple[int, str]]:
    """Return what the ledger says that an address was told of the place, by revision."""
    return sorted((one.revision, one.place) for one in coop.entries() if one.key.address == address)


def test_whoever_was_first_told_while_the_place_was_broken_gets_a_correction_once_it_is_mended(
    coop: Coop,
) -> None:
    breaks(coop)
    lea_orders(coop)
    first = mailed_by(coop, QUARTER_PAST)
    mends(coop)
    then = mailed_by(coop, HALF_PAST)

    assert [*first] == [*then] == [LEA]
    assert (SALLE in first[LEA], then[LEA].count(SALLE)) == (False, 2)
    assert "Le lieu de votre distribution est maintenant connu." in then[LEA]
    assert claims_of(coop, LEA) == [(1, ""), (2, SALLE)]
    assert mailed_by(coop, HALF_PAST) == {}


def test_so_does_whoever_was_followed_by_somebody_who_knew_the_place(coop: Coop) -> None:
    coop.write("notifications.csv", "member;kind;value\n3;recap_4h;no\n")
    breaks(coop)
    lea_orders(coop)
    mailed_by(coop, QUARTER_PAST)
    mailed_by(coop, FOUR_HOURS_BEFORE)
    mends(coop)

    assert [*mailed_by(coop, LATER_THAT_DAY)] == [LEA]


def test_nobody_is_told_again_whose_recap_was_off_when_another_was_corrected(coop: Coop) -> None:
    breaks(coop)
    lea_orders(coop)
    mailed_by(coop, FOUR_HOURS_BEFORE)
    coop.write("notifications.csv", "member;kind;value\n1;recap_4h;no\n2;recap_4h;no\n3;recap_4h;no\n")
    mends(coop)

    assert [*mailed_by(coop, LATER_THAT_DAY)] == [LEA]


def test_who_had_the_later_recap_alone_is_not_sent_the_earlier_one_at_a_new_revision(tmp_path: Path) -> None:
    coop = Coop(tmp_path, extra=EXTRA)
    coop.run(FOUR_HOURS_BEFORE)
    breaks(coop)
    lea_orders(coop)
    mailed_by(coop, LATER_THAT_DAY)
    coop.write("notifications.csv", "member;kind;value\n1;recap_4h;no\n")
    mends(coop)

    assert [*mailed_by(coop, utc("2026-06-12T12:35"))] == [LEA]


def test_a_correction_repeats_the_place_that_was_told_and_that_nobody_can_read_now(coop: Coop) -> None:
    breaks(coop)
    lea_orders(coop)
    mailed_by(coop, QUARTER_PAST)
    moves(coop)
    moved = mailed_by(coop, QUARTER_PAST)
    mends(coop)
    mended = mailed_by(coop, HALF_PAST)

    assert [moved[one].count(SALLE) for one in (ZOE, LEA)] == [2, 0]
    assert claims_of(coop, ZOE) == [(1, SALLE), (2, SALLE)]
    assert [*mended] == [LEA]
    assert SALLE in mended[LEA]


def test_a_later_recap_shows_the_place_that_an_earlier_one_told(coop: Coop) -> None:
    breaks(coop)
    recaps = mailed_by(coop, FOUR_HOURS_BEFORE)
    mends(coop)

    assert {text.count(SALLE) for text in recaps.values()} == {2}
    assert len(recaps) == 3
    assert mailed_by(coop, LATER_THAT_DAY) == {}


def test_a_recap_shows_the_place_that_an_opening_told(tmp_path: Path) -> None:
    coop = Coop(tmp_path, extra="calendar: yes\nfirst_run_lookback: 3d\n")
    coop.run(OPENED)
    breaks(coop)
    recaps = mailed_by(coop, A_DAY_BEFORE)
    mends(coop)

    assert {text.count(SALLE) for text in recaps.values()} == {2}
    assert mailed_by(coop, QUARTER_PAST) == {}


def test_a_place_that_holds_no_more_is_not_told_again_while_the_new_one_is_broken(coop: Coop) -> None:
    coop.replace("orders.csv", "1;d1;Tomates;2;2,50\n", "")
    coop.replace("distributions.yaml", SALLE, "Gymnase")
    assert ZOE not in mailed_by(coop, QUARTER_PAST)
    coop.replace("orders.csv", "2;d1;Panier", "1;d1;Tomates;2;2,50\n2;d1;Panier")
    coop.replace("distributions.yaml", "place: Gymnase", 'place: "#N/A"')
    broken = mailed_by(coop, FOUR_HOURS_BEFORE)
    mends(coop, "Gymnase")
    mended = mailed_by(coop, LATER_THAT_DAY)

    assert ["Gymnase" in broken[one] for one in (ZOE, "noel@example.org")] == [False, True]
    assert SALLE not in broken[ZOE]
    assert [*mended] == [ZOE]
    assert "Gymnase" in mended[ZOE]


def test_a_new_place_after_a_broken_one_is_told_to_everybody_once(coop: Coop) -> None:
    breaks(coop)
    lea_orders(coop)
    mailed_by(coop, QUARTER_PAST)
    mends(coop, "Gymnase")

    assert len(mailed_by(coop, HALF_PAST)) == 4
    assert counted(coop.run(HALF_PAST)).get("sent", 0) == 0


def test_a_correction_names_the_place_and_the_hour_that_its_reader_heard_last(coop: Coop) -> None:
    coop.replace("distributions.yaml", f"place: {SALLE}", "place: Cour de l’école")
    elsewhere = mailed_by(coop, QUARTER_PAST)
    moves(coop)
    later = mailed_by(coop, HALF_PAST)

    assert f"(au lieu de\u00a0: {SALLE})" in elsewhere[ZOE]
    assert "(au lieu de\u00a0: 18\u00a0h)" in later[ZOE]
    assert SALLE not in later[ZOE]
