"""What was called off in a mail, and is back on as told, is said until those told hear of it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.coop import A_DAY_BEFORE, DISTRIBUTIONS, Coop
from tests.fixtures.office import Office

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

TEN = timedelta(minutes=10)
FOUR_HOURS_BEFORE = A_DAY_BEFORE + timedelta(hours=20, minutes=5)
BACK_ON = "distribution d1 takes place as told, but a mail had said that it is off"
OFF = {"cancelled": DISTRIBUTIONS + "  cancelled: true\n", "lost": "[]\n"}


@pytest.fixture(name="coop", params=["yes", "no"])
def _coop(tmp_path: Path, request: pytest.FixtureRequest) -> Coop:
    """Give a co-op in which recaps of d1 have left."""
    coop = Coop(tmp_path, extra=f"calendar: {request.param}\nnotices: {{recap_4h: {{default: yes}}}}\n")
    coop.run(A_DAY_BEFORE - TEN)
    coop.run(A_DAY_BEFORE)
    assert len(coop.mailed()) == 3
    return coop


def said(coop: Coop, at: datetime) -> list[str]:
    return [line for line in coop.run(at).news if "distribution d1" in line]


def called_off(coop: Coop, at: datetime, how: str = "cancelled") -> None:
    coop.write("distributions.yaml", OFF[how])
    assert ["broadcast lac --to told:d1" in line for line in said(coop, at)] == [True]


def writes(coop: Coop, at: datetime, subject: str, *to: str) -> None:
    coop.write("letter.md", f"{subject}.\n")
    lists = [part for one in to or ("told:d1",) for part in ("--to", one)]
    letter = ("-s", subject, "--body", str(coop.folder / "letter.md"), "--yes")
    done = desk(coop, at).invoke("broadcast", "lac", *lists, *letter)
    assert done.exit_code == 0, done.output


def desk(coop: Coop, at: datetime) -> Office:
    return Office(coop, None, at)  # type: ignore[arg-type]  # nothing here asks Mailjet


def sequences(coop: Coop, method: str) -> list[int]:
    found = set()
    for mail in coop.mails():
        for part in mail.walk():
            if part.get_content_type() == "text/calendar":
                text = part.get_content()
                if f"METHOD:{method}" in text:
                    found.add(int(re.findall("SEQUENCE:([0-9]+)", text)[0]))
    return sorted(found)


def says_so(coop: Coop, at: datetime) -> tuple[bool, bool]:
    status = desk(coop, at).invoke("status").stdout
    member = desk(coop, at).invoke("check-member", "1").stdout
    return BACK_ON in " ".join(status.split()), "takes place as zoe@example.org was told" in " ".join(
        member.split()
    )


@pytest.mark.long
@pytest.mark.parametrize("how", OFF)
def test_what_is_back_on_is_said_once_and_named_until_those_told_are_written_to(coop: Coop, how: str) -> None:
    called_off(coop, A_DAY_BEFORE + TEN, how)
    writes(coop, A_DAY_BEFORE + 2 * TEN, "Annulée")
    coop.write("distributions.yaml", DISTRIBUTIONS)

    (line,) = said(coop, A_DAY_BEFORE + 3 * TEN)

    assert BACK_ON in line
    assert "broadcast lac --to told:d1" in line
    assert said(coop, A_DAY_BEFORE + 4 * TEN) == []
    assert says_so(coop, A_DAY_BEFORE + 4 * TEN) == (True, True)
    writes(coop, A_DAY_BEFORE + 5 * TEN, "Maintenue")
    assert says_so(coop, A_DAY_BEFORE + 6 * TEN) == (False, False)


def test_what_is_called_off_and_on_again_is_called_off_anew(coop: Coop) -> None:
    called_off(coop, A_DAY_BEFORE + TEN)
    writes(coop, A_DAY_BEFORE + 2 * TEN, "Annulée")
    coop.write("distributions.yaml", DISTRIBUTIONS)
    said(coop, A_DAY_BEFORE + 3 * TEN)
    writes(coop, A_DAY_BEFORE + 4 * TEN, "Maintenue")

    called_off(coop, A_DAY_BEFORE + 5 * TEN)


def test_what_is_back_on_before_anybody_was_written_to_is_not_said(coop: Coop) -> None:
    called_off(coop, A_DAY_BEFORE + TEN)
    coop.write("distributions.yaml", DISTRIBUTIONS)

    assert said(coop, A_DAY_BEFORE + 2 * TEN) == []
    assert says_so(coop, A_DAY_BEFORE + 2 * TEN) == (False, False)


def test_mails_that_say_it_takes_place_leave_nobody_to_be_told(coop: Coop) -> None:
    called_off(coop, A_DAY_BEFORE + TEN)
    writes(coop, A_DAY_BEFORE + 2 * TEN, "Annulée")
    coop.write("distributions.yaml", DISTRIBUTIONS)

    coop.run(FOUR_HOURS_BEFORE)

    assert says_so(coop, FOUR_HOURS_BEFORE + TEN) == (False, False)


@pytest.mark.parametrize("coop", ["yes"], indirect=True)
def test_what_puts_it_back_into_calendars_is_newer_than_what_took_it_out(coop: Coop) -> None:
    called_off(coop, A_DAY_BEFORE + TEN)
    writes(coop, A_DAY_BEFORE + 2 * TEN, "Annulée")
    assert (sequences(coop, "PUBLISH"), sequences(coop, "CANCEL")) == ([1], [2])
    coop.write("distributions.yaml", DISTRIBUTIONS)

    coop.run(FOUR_HOURS_BEFORE)

    assert sequences(coop, "PUBLISH") == [1, 3]
    called_off(coop, FOUR_HOURS_BEFORE + TEN)
    writes(coop, FOUR_HOURS_BEFORE + 2 * TEN, "Annulée encore")
    assert sequences(coop, "CANCEL") == [2, 4]


@pytest.mark.parametrize("coop", ["yes"], indirect=True)
def test_the_letter_that_says_it_is_back_on_puts_it_back_into_calendars(coop: Coop) -> None:
    called_off(coop, A_DAY_BEFORE + TEN)
    writes(coop, A_DAY_BEFORE + 2 * TEN, "Annulée")
    coop.write("distributions.yaml", DISTRIBUTIONS)

    writes(coop, A_DAY_BEFORE + 3 * TEN, "Maintenue")

    assert sequences(coop, "PUBLISH") == [1, 3]
    assert says_so(coop, A_DAY_BEFORE + 4 * TEN) == (False, False)


def test_a_mail_to_everybody_is_not_taken_for_one_that_called_it_off(coop: Coop) -> None:
    called_off(coop, A_DAY_BEFORE + TEN)
    writes(coop, A_DAY_BEFORE + 2 * TEN, "Recette du mois", "all")
    coop.write("distributions.yaml", DISTRIBUTIONS)

    assert said(coop, A_DAY_BEFORE + 3 * TEN) == []
    assert says_so(coop, A_DAY_BEFORE + 4 * TEN) == (False, False)


def test_a_letter_once_it_is_back_on_is_not_taken_for_one_that_called_it_off(coop: Coop) -> None:
    called_off(coop, A_DAY_BEFORE + TEN)
    coop.write("distributions.yaml", DISTRIBUTIONS)
    said(coop, A_DAY_BEFORE + 2 * TEN)
    writes(coop, A_DAY_BEFORE + 3 * TEN, "Apportez vos cabas")

    assert said(coop, A_DAY_BEFORE + 4 * TEN) == []
    assert says_so(coop, A_DAY_BEFORE + 5 * TEN) == (False, False)


def test_whoever_got_a_correction_since_has_heard_that_it_takes_place(coop: Coop) -> None:
    called_off(coop, A_DAY_BEFORE + TEN)
    writes(coop, A_DAY_BEFORE + 2 * TEN, "Annulée")
    coop.write("distributions.yaml", DISTRIBUTIONS.replace("Salle des fêtes", "Halle"))

    assert said(coop, A_DAY_BEFORE + 3 * TEN) == []
    assert len(coop.mailed()) == 9
    assert says_so(coop, A_DAY_BEFORE + 4 * TEN) == (False, False)


@pytest.mark.long
def test_of_those_who_were_told_that_it_is_off_only_who_got_a_recap_since_has_heard(coop: Coop) -> None:
    called_off(coop, A_DAY_BEFORE + TEN)
    writes(coop, A_DAY_BEFORE + 2 * TEN, "Annulée")
    coop.write("distributions.yaml", DISTRIBUTIONS)
    coop.replace("orders.csv", "1;d1;Tomates;2;2,50\n", "")
    coop.run(FOUR_HOURS_BEFORE)

    at = FOUR_HOURS_BEFORE + TEN
    assert says_so(coop, at) == (True, True)
    assert "takes place as" not in desk(coop, at).invoke("check-member", "2").stdout


@pytest.mark.long
def test_what_is_called_off_again_after_a_correction_is_called_off_anew(coop: Coop) -> None:
    called_off(coop, A_DAY_BEFORE + TEN)
    writes(coop, A_DAY_BEFORE + 2 * TEN, "Annulée")
    coop.write("distributions.yaml", DISTRIBUTIONS.replace("Salle des fêtes", "Halle"))
    said(coop, A_DAY_BEFORE + 3 * TEN)

    called_off(coop, A_DAY_BEFORE + 4 * TEN)

    at = A_DAY_BEFORE + 5 * TEN
    assert "distribution d1 is cancelled, but zoe@example.org was told" in " ".join(
        desk(coop, at).invoke("check-member", "1").stdout.split()
    )


WITH_ORDER = "with-order:d1"
TO_BOTH = f"--to told:d1 --to {WITH_ORDER}"
TO_EACH = f"--to told:d1; cagette-notify broadcast lac --to {WITH_ORDER}"


def lea_has_ordered_since(coop: Coop) -> None:
    coop.replace("orders.csv", "1;d1;Tomates;2;2,50\n", "1;d1;Tomates;2;2,50\n3;d1;Tomates;2;2,50\n")
    off = "".join(f"3;{kind};no;2026-06-01\n" for kind in ("recap_24h", "recap_4h"))
    coop.write("notifications.csv", f"member;kind;value;date\n{off}")


def heard_by_lea(coop: Coop, at: datetime) -> bool:
    shown = " ".join(desk(coop, at).invoke("check-member", "3").stdout.split())
    return "takes place, but a mail had said to lea@example.org that it is off" in shown


@pytest.mark.long
@pytest.mark.parametrize("letters", [[("told:d1", WITH_ORDER)], [("told:d1",), (WITH_ORDER,)]])
def test_who_heard_that_it_is_off_as_they_had_ordered_hears_that_it_is_on_by_the_same_lists(
    coop: Coop, letters: list[tuple[str, ...]]
) -> None:
    lea_has_ordered_since(coop)
    called_off(coop, A_DAY_BEFORE + TEN)
    for number, to in enumerate(letters):
        writes(coop, A_DAY_BEFORE + (2 + number) * TEN, "Annulée", *to)
    coop.write("distributions.yaml", DISTRIBUTIONS)

    (line,) = said(coop, A_DAY_BEFORE + 4 * TEN)

    in_calendars = len(letters) == 2 and sequences(coop, "CANCEL")
    assert line.endswith(TO_EACH if in_calendars else TO_BOTH)
    assert heard_by_lea(coop, A_DAY_BEFORE + 4 * TEN)
    writes(coop, A_DAY_BEFORE + 5 * TEN, "Maintenue")
    assert BACK_ON in " ".join(desk(coop, A_DAY_BEFORE + 6 * TEN).invoke("status").stdout.split())
    assert heard_by_lea(coop, A_DAY_BEFORE + 6 * TEN)
    writes(coop, A_DAY_BEFORE + 7 * TEN, "Maintenue aussi", WITH_ORDER)
    assert says_so(coop, A_DAY_BEFORE + 8 * TEN) == (False, False)
    assert not heard_by_lea(coop, A_DAY_BEFORE + 8 * TEN)
