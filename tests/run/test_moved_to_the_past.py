"""Distributions moved to an hour that is past already, by a wrong digit or too late: said, and once."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.notices import Status
from cagette_notify.run.exit_status import exit_status_of
from tests.fixtures.coop import A_DAY_BEFORE, DISTRIBUTIONS, OPENED, ORDERS, Coop, counted
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from pathlib import Path

NOTICED, LATER = utc("2026-06-11T17:05"), utc("2026-06-11T18:05")
FOUR_HOURS_BEFORE, BEGUN = utc("2026-06-12T12:05"), utc("2026-06-12T16:05")
YESTERDAY = DISTRIBUTIONS.replace("starts_at: 2026-06-12 18:00", "starts_at: 2026-06-11 18:00")
SLIP = (
    "distributions.yaml:1: starts_at: distribution d1 is Thursday 11 June 2026 at 6:00\u00a0pm, Salle "
    "des fêtes, which is past, "
    "but members were told Friday 12 June 2026 at 6:00\u00a0pm, Salle des fêtes: no correction can "
    "leave any more; "
    "if it is right, tell them: cagette-notify broadcast lac --to told:d1"
)
SETTINGS = """\
id;first_name;email;partner_email;récap 4h
1;Zoé;zoe@example.org;;yes
2;Noël;noel@example.org;maelle@example.org;
"""


@pytest.fixture
def opened(tmp_path: Path) -> Coop:
    """Give a co-op that was told that orders are open; Zoé has the recap of four hours before."""
    coop = Coop(tmp_path)
    coop.write("members.csv", SETTINGS)
    assert counted(coop.run(OPENED, says_once=True))["sent"] == 3
    return coop


@pytest.fixture
def coop(opened: Coop) -> Coop:
    """Give one that was told of Friday's distribution on Thursday, too."""
    assert counted(opened.run(A_DAY_BEFORE, says_once=True))["sent"] == 3
    return opened


def statuses(coop: Coop) -> Counter[str]:
    recaps = (one for one in coop.entries() if one.key.kind.traits.needs_order)
    return Counter(f"{one.key.kind} {one.revision} {one.status}" for one in recaps)


def test_it_is_said_once_with_what_never_leaves(coop: Coop) -> None:
    coop.write("distributions.yaml", YESTERDAY)

    first, second, third = (coop.run(at, says_once=True) for at in (NOTICED, LATER, FOUR_HOURS_BEFORE))

    _ends_late, slip, correction, recap = first.news
    assert slip == SLIP
    assert correction.startswith("correction of distribution d1: came too late and was not sent; addresses")
    assert (
        ": 3 (told Friday 12 June 2026 at 6:00\u00a0pm, Salle des fêtes; it is Thursday 11 June 2026 at "
        "6:00\u00a0pm" in correction
    )
    assert recap == (
        "recap_4h of distribution d1: came too late and was not sent; addresses concerned: 1 "
        "(its start was moved to an hour that was past)"
    )
    assert exit_status_of(first) == 1
    assert SLIP not in (*second.news, *third.news)
    assert [exit_status_of(one) for one in (second, third)] == [0, 0]
    assert statuses(coop) == {"recap_24h 1 sent": 3, "recap_24h 2 expired": 3, "recap_4h 2 expired": 1}


def test_right_again_in_time_what_is_due_leaves(coop: Coop) -> None:
    coop.write("distributions.yaml", YESTERDAY)
    coop.run(NOTICED, says_once=True)
    coop.write("distributions.yaml", DISTRIBUTIONS)

    report = coop.run(FOUR_HOURS_BEFORE, says_once=True)
    last = coop.run(BEGUN, says_once=True)

    assert (counted(report)["sent"], last.news) == (1, ())
    assert coop.mailed().count("zoe@example.org") == 3


def test_moved_to_another_hour_that_is_past_it_is_said_anew(coop: Coop) -> None:
    coop.write("distributions.yaml", YESTERDAY)
    coop.run(NOTICED, says_once=True)
    coop.write("distributions.yaml", YESTERDAY.replace("06-11 18:00", "06-11 17:00"))

    report = coop.run(LATER, says_once=True)

    assert "distribution d1 is Thursday 11 June 2026 at 5:00\u00a0pm" in "".join(report.news)


def test_a_cancelled_one_is_no_slip(coop: Coop) -> None:
    coop.write("distributions.yaml", YESTERDAY + "  cancelled: yes\n")

    report = coop.run(NOTICED, says_once=True)

    said = "".join(report.news)
    assert ("is cancelled" in said, "which is past" in said, "too late" in said) == (True, False, False)


def test_before_any_recap_those_who_ordered_lack_theirs(opened: Coop) -> None:
    opened.write("distributions.yaml", YESTERDAY.replace("06-11 18:00", "06-09 18:00"))

    first, second = (opened.run(utc(at), says_once=True) for at in ("2026-06-10T08:05", "2026-06-10T08:15"))

    said = "\n".join(first.news)
    assert (
        "d1 is Tuesday 9 June 2026 at 6:00\u00a0pm, Salle des fêtes, which is past, but members were "
        "told Friday 12 June 2026 at 6:00\u00a0pm" in said
    )
    assert "recap_24h of distribution d1: came too late and was not sent; addresses concerned: 2" in said
    assert second.news == ()
    assert {one.status for one in opened.entries() if one.key.kind.traits.needs_order} == {Status.EXPIRED}


def test_moved_in_time_and_ordered_by_nobody_it_is_no_slip(opened: Coop) -> None:
    opened.write("orders.csv", ORDERS.splitlines()[0] + "\n")
    opened.write("distributions.yaml", YESTERDAY)

    reports = [opened.run(utc(at), says_once=True) for at in ("2026-06-10T16:05", "2026-06-11T14:05")]
    after = opened.run(NOTICED, says_once=True)

    assert "which is past" not in "".join((*reports[0].news, *reports[1].news, *after.news))


def test_orders_that_cannot_be_read_are_not_said_at_each_run(coop: Coop) -> None:
    coop.write("distributions.yaml", YESTERDAY)
    coop.write("orders.csv", "member;distribution")

    first, second = (coop.run(at, says_once=True) for at in (NOTICED, LATER))

    assert SLIP in first.news
    assert "has started" not in "".join(second.news)
