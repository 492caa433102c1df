"""``check-member`` on a change that came too late: what the member believes, and what is so."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.coop import DISTRIBUTIONS, OPENED
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tests.fixtures.office import Office

DUE, FOUR_HOURS_BEFORE = utc("2026-06-11T16:05"), utc("2026-06-12T12:05")
AFTER_FIVE, BEGUN, LATER = utc("2026-06-12T15:10"), utc("2026-06-12T16:10"), utc("2026-06-12T16:30")
AT_SIX = "told Friday 12 June 2026 at 6:00 pm, Salle des fêtes"
WHAT = "WARNING: correction d1 to zoe@example.org: it came too late, and was not sent: "


def run(office: Office, *times: datetime) -> None:
    """Run send-due at these times, and ask right after the last."""
    for at in times:
        office.sends(at)
    office.at = times[-1] + timedelta(minutes=1)


def said(office: Office, who: str = "zoe@example.org") -> str:
    return " ".join(office.invoke("check-member", who).stdout.split())


def at_five(office: Office) -> None:
    office.coop.write("distributions.yaml", DISTRIBUTIONS.replace("06-12 18:00", "06-12 17:00"))


def elsewhere(office: Office) -> None:
    office.coop.write("distributions.yaml", DISTRIBUTIONS.replace("Salle des fêtes", "Gymnase"))


def yesterday(office: Office) -> None:
    office.coop.write(
        "distributions.yaml", DISTRIBUTIONS.replace("s_at: 2026-06-12 18", "s_at: 2026-06-11 18")
    )


@pytest.mark.long
@pytest.mark.parametrize("is_seen_by_a_run", [False, True])
def test_what_changed_too_late_is_said_with_what_the_member_believes(
    office: Office, is_seen_by_a_run: bool
) -> None:
    run(office, DUE)
    run(office, FOUR_HOURS_BEFORE, utc("2026-06-12T14:30"))
    at_five(office)
    office.at = AFTER_FIVE
    if is_seen_by_a_run:
        run(office, AFTER_FIVE)

    shown, reply = said(office), office.reply_to("zoe@example.org")

    assert f"{WHAT}{AT_SIX}; it is Friday 12 June 2026 at 5:00 pm, Salle des fêtes" in shown
    assert "tell the member what changed, if it is right: see distributions.yaml:1" in shown
    assert "machine or cron had stopped" not in shown
    assert "distribution du vendredi 12 juin 2026 avait changé d’horaire ou de lieu depuis le" in reply
    assert "elle était prévue le vendredi 12 juin 2026 à 17 h, Salle des fêtes. Ce changement" in reply


def test_another_place_is_in_the_reply(office: Office) -> None:
    run(office, DUE)
    elsewhere(office)
    run(office, BEGUN)

    assert "prévue le vendredi 12 juin 2026 à 18 h, Gymnase." in office.reply_to("zoe@example.org")


def test_a_start_that_is_past_by_a_slip_of_the_pen_is_said_beside_the_recap_that_never_left(
    office: Office,
) -> None:
    office.member(**{"récap 4h": "oui"})
    run(office, OPENED)
    run(office, DUE)
    yesterday(office)
    run(office, utc("2026-06-11T17:05"))

    shown = said(office)

    assert f"{WHAT}{AT_SIX}; it is Thursday 11 June 2026 at 6:00 pm, Salle des fêtes" in shown
    assert (
        "recap_4h d1 to zoe@example.org: it came too late, and was not sent: its start was moved to an"
        in shown
    )
    assert "machine or cron had stopped" not in shown


def test_right_again_there_is_nothing_to_correct(office: Office) -> None:
    run(office, DUE)
    yesterday(office)
    run(office, utc("2026-06-11T17:05"))
    office.coop.write("distributions.yaml", DISTRIBUTIONS)
    run(office, FOUR_HOURS_BEFORE)

    assert "WARNING: correction" not in said(office)
    assert "avait changé" not in office.reply_to("zoe@example.org")


def test_once_it_took_place_what_it_is_re_dated_to_was_never_told(office: Office) -> None:
    run(office, DUE)
    run(office, BEGUN)
    office.coop.write("distributions.yaml", DISTRIBUTIONS.replace("06-12", "06-19").replace("06-10", "06-17"))
    run(office, utc("2026-06-19T16:05"))

    assert "correction d1" not in said(office)


def test_a_recap_that_is_still_to_leave_is_not_missed(office: Office) -> None:
    run(office, OPENED)
    yesterday(office)
    office.coop.replace("distributions.yaml", "starts_at: 2026-06-11 18:00", "starts_at: 2026-06-09 18:00")
    run(office, utc("2026-06-10T08:05"))
    missed = said(office)
    office.coop.write("distributions.yaml", DISTRIBUTIONS)
    run(office, utc("2026-06-10T09:05"))

    late = "recap_24h d1 to zoe@example.org: it came too late"
    assert (late in missed, late in said(office)) == (True, False)


@pytest.mark.long
@pytest.mark.parametrize("change", [at_five, elsewhere])
def test_that_the_group_was_held_is_said_and_not_asked(
    office: Office, change: Callable[[Office], None]
) -> None:
    members = "".join(f"{n};Zoé;m{n}@example.org\n" for n in range(2, 13))
    whole = f"id;first_name;email\n1;Zoé;zoe@example.org\n{members}"
    office.coop.write("members.csv", whole)
    run(office, DUE)
    office.coop.write("members.csv", "".join(whole.splitlines(keepends=True)[:4]))
    change(office)
    run(office, FOUR_HOURS_BEFORE, AFTER_FIVE, BEGUN)
    office.coop.write("members.csv", whole)
    run(office, LATER)

    shown = said(office)

    assert f"{WHAT}{AT_SIX}; it is Friday 12 June 2026 at " in shown
    assert "; the group was held" in shown
    assert "machine or cron had stopped" not in shown
