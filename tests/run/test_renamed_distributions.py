"""Distributions whose ids appear, change or are counted anew: nobody is told again, nor of a false change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cagette_notify.config.load import load
from cagette_notify.helpdesk.status import service_status
from cagette_notify.run.exit_status import exit_status_of
from tests.fixtures.coop import A_DAY_BEFORE, OPENED, Coop, counted
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cagette_notify.run.run_report import RunReport

BEFORE = utc("2026-06-10T18:30")
LATER, LATER_STILL, LAST = utc("2026-06-11T16:15"), utc("2026-06-11T16:25"), utc("2026-06-11T16:35")
PAST, FRIDAY, NEXT, AFTER = "2026-06-05 18:00", "2026-06-12 18:00", "2026-06-19 18:00", "2026-06-26 18:00"
LAC = frozenset({"lac"})


def write(coop: Coop, starts: Mapping[str, str], more: str = "", group: str = "lac") -> None:
    """Write distributions by id, and orders of two households (three addresses) for each."""
    rows = [
        f"- {{id: {id_}, group: {group}, starts_at: {at}, place: Salle{more}}}\n"
        for id_, at in starts.items()
    ]
    coop.write("distributions.yaml", "".join(rows))
    orders = [f"{member};{id_};Tomates;2;2,50\n" for id_ in starts for member in (1, 2)]
    coop.write("orders.csv", "member;distribution;product;quantity;price\n" + "".join(orders))


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    coop = Coop(tmp_path)
    write(coop, {"1": PAST, "2": FRIDAY, "3": NEXT})
    return coop


def sent(report: RunReport) -> int:
    return counted(report).get("sent", 0)


def test_a_recap_of_an_id_that_is_gone_is_told_by_the_one_at_the_same_hour(coop: Coop) -> None:
    coop.run(A_DAY_BEFORE)
    write(coop, {"vendredi": FRIDAY, "3": NEXT})

    report = coop.run(LATER)

    assert (sent(report), report.news, exit_status_of(report), len(coop.mails())) == (0, (), 0, 3)
    assert {entry.key.distribution_id for entry in coop.entries("2", "vendredi")} == {"vendredi"}


def test_an_opening_is_not_told_again_when_its_distribution_gets_an_id(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    coop.replace("distributions.yaml", "- id: d1\n  group: lac", "- group: lac")
    told = sent(coop.run(OPENED))
    coop.replace("distributions.yaml", "- group: lac", "- id: vendredi\n  group: lac")

    assert (told, sent(coop.run(utc("2026-06-05T06:15"))), len(coop.mails())) == (4, 0, 4)


def test_a_list_that_was_counted_anew_is_known_by_what_was_told_of_the_past(coop: Coop) -> None:
    coop.run(utc("2026-06-04T16:05"))
    coop.run(A_DAY_BEFORE)
    write(coop, {"1": FRIDAY, "2": NEXT})

    report = coop.run(LATER)

    assert (sent(report), report.news, len(coop.mails())) == (0, (), 6)
    assert [counted(coop.run(at)) for at in (LATER_STILL, utc("2026-06-18T16:05"))][1]["sent"] == 3


def test_what_was_told_of_the_past_is_kept_beside_what_its_id_takes_over(coop: Coop) -> None:
    coop.run(utc("2026-06-04T16:05"))
    coop.run(A_DAY_BEFORE)
    write(coop, {"1": FRIDAY, "2": NEXT})
    coop.run(LATER)

    assert sorted((one.revision, f"{one.starts_at:%d}") for one in coop.entries("1")) == [
        *[(1, "05")] * 3,
        *[(2, "12")] * 3,
    ]


def test_one_id_at_the_hour_of_another_that_has_moved_holds_the_group(coop: Coop) -> None:
    coop.run(A_DAY_BEFORE)
    write(coop, {"1": FRIDAY, "2": NEXT})

    report = coop.run(LATER)

    assert (sent(report), exit_status_of(report), len(coop.mails())) == (0, 1, 3)
    assert any("send-due --accept-data lac" in line for line in report.news)


def test_ids_that_were_accepted_take_over_and_tell_nobody_again(coop: Coop) -> None:
    coop.run(A_DAY_BEFORE)
    write(coop, {"1": FRIDAY, "2": NEXT})
    coop.run(LATER)
    dry = coop.run(LATER_STILL, accept_data=LAC, dry_run=True)

    accepted, after = coop.run(LATER_STILL, accept_data=LAC), coop.run(LAST)

    assert counted(dry).get("would_send", 0) == 0
    assert [(sent(one), exit_status_of(one)) for one in (accepted, after)] == [(0, 0)] * 2
    assert sent(coop.run(utc("2026-06-18T16:05"))) == 3


def test_a_distribution_that_really_moved_is_corrected_once_the_other_is_out(coop: Coop) -> None:
    coop.run(A_DAY_BEFORE)
    write(coop, {"1": FRIDAY, "2": NEXT})
    coop.run(LATER)
    write(coop, {"2": NEXT})
    corrected = coop.run(LATER_STILL)
    write(coop, {"1": FRIDAY, "2": NEXT})

    assert (sent(corrected), sent(coop.run(LAST))) == (3, 3)
    assert [str(mail["Subject"]).startswith("Changement") for mail in coop.mails()].count(True) == 3


def test_several_that_were_told_and_shifted_together_need_nobody(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    opening = ", orders_open_at: 2026-06-05 08:00"
    write(coop, {"2": FRIDAY, "3": NEXT}, opening)
    coop.run(OPENED)
    coop.run(A_DAY_BEFORE)
    mails = len(coop.mails())
    write(coop, {"1": FRIDAY, "2": NEXT, "3": AFTER})

    assert (sent(coop.run(LATER)), coop.run(LATER_STILL).news, len(coop.mails())) == (0, (), mails)


def test_distributions_that_all_moved_by_a_week_are_corrected(coop: Coop) -> None:
    close = "2026-06-12 20:00"
    write(coop, {"1": FRIDAY, "2": close})
    coop.run(BEFORE)
    assert sent(coop.run(utc("2026-06-11T18:05"))) == 6
    write(coop, {"1": close, "2": NEXT})

    assert sent(coop.run(utc("2026-06-11T18:15"))) == 6
    assert sum(str(mail["Subject"]).startswith("Changement") for mail in coop.mails()) == 6


def test_two_that_have_one_anothers_hours_hold_the_group_until_somebody_says(coop: Coop) -> None:
    close = "2026-06-12 20:00"
    write(coop, {"1": FRIDAY, "2": close})
    coop.run(BEFORE)
    coop.run(utc("2026-06-11T18:05"))
    write(coop, {"1": close, "2": FRIDAY})

    held = coop.run(utc("2026-06-11T18:15"))
    accepted = coop.run(utc("2026-06-11T18:25"), accept_data=LAC)
    after = coop.run(utc("2026-06-11T18:35"))

    assert [(sent(one), exit_status_of(one)) for one in (held, accepted, after)] == [(0, 1), (0, 0), (0, 0)]


def test_an_id_that_was_changed_together_with_the_hour_is_no_heir(coop: Coop) -> None:
    coop.run(BEFORE)
    coop.run(A_DAY_BEFORE)
    write(coop, {"vendredi": "2026-06-12 17:00"})

    report = coop.run(LATER)

    assert sent(report) == 3
    assert any("is no longer in the data" in line for line in report.news)


def test_who_was_told_under_the_old_id_hears_of_a_new_hour(coop: Coop) -> None:
    coop.run(A_DAY_BEFORE)
    write(coop, {"vendredi": FRIDAY})
    coop.run(LATER)
    write(coop, {"vendredi": "2026-06-12 17:00"})

    assert sent(coop.run(LATER_STILL)) == 3
    assert sum(str(mail["Subject"]).startswith("Changement") for mail in coop.mails()) == 3


def test_a_distribution_that_was_told_itself_takes_over_nothing(coop: Coop) -> None:
    write(coop, {"1": FRIDAY, "2": FRIDAY})
    coop.run(A_DAY_BEFORE)
    write(coop, {"1": FRIDAY})

    assert any("distribution 2 is no longer in the data" in line for line in coop.run(LATER).news)


def test_an_id_whose_row_is_set_aside_is_not_gone(coop: Coop) -> None:
    coop.run(A_DAY_BEFORE)
    write(coop, {"autre": FRIDAY, "2": "vendredi"})
    coop.run(LATER)

    assert {entry.key.distribution_id for entry in coop.entries("2")} == {"2"}


def test_a_distribution_of_another_group_at_the_same_hour_is_no_heir(coop: Coop) -> None:
    groups = (coop.folder / "groups.yaml").read_text(encoding="utf-8")
    coop.write("groups.yaml", f"{groups}- {{id: mer, name: Mer}}\n")
    header, *rows = (coop.folder / "members.csv").read_text(encoding="utf-8").splitlines()
    coop.write("members.csv", "\n".join([f"{header};groups", *(f"{row};lac|mer" for row in rows), ""]))
    coop.run(A_DAY_BEFORE)
    write(coop, {"autre": FRIDAY}, group="mer")

    assert sent(coop.run(LATER)) == 3


def test_many_orders_of_what_an_id_meant_before_hold_nobody_up(coop: Coop) -> None:
    orders = (coop.folder / "orders.csv").read_text(encoding="utf-8")
    coop.write("orders.csv", orders + "1;2;Lait;1;1,00\n" * 20)
    coop.run(A_DAY_BEFORE)
    write(coop, {"1": FRIDAY, "2": NEXT})
    dry = coop.run(LATER, accept_data=LAC, dry_run=True)

    accepted = coop.run(LATER, accept_data=LAC)

    assert [exit_status_of(one) for one in (dry, accepted, coop.run(utc("2026-06-18T16:05")))] == [0, 0, 0]


@pytest.mark.long
@pytest.mark.parametrize(
    ("starts", "held"), [({"vendredi": FRIDAY, "3": NEXT}, 0), ({"1": FRIDAY, "2": NEXT}, 1)]
)
def test_status_and_a_dry_run_say_what_the_run_will_do(
    coop: Coop, starts: Mapping[str, str], held: int
) -> None:
    coop.run(A_DAY_BEFORE)
    write(coop, starts)

    status = service_status(load(coop.folder / "config.yaml"), LATER - A_DAY_BEFORE, LATER)
    dry, report = coop.run(LATER, dry_run=True), coop.run(LATER)

    assert (len(status.problems), status.warnings, status.upcoming) == (held, (), ())
    assert counted(dry).get("would_send", 0) == sent(report) == 0
    assert dry.news == report.news
    assert len(report.news) == held
