"""Whole runs over real files, a real ledger and a real outbox; only the clock is an argument."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cagette_notify.broadcast.drafts import new_draft
from cagette_notify.core.errors import UsageError
from cagette_notify.core.kinds import Kind
from cagette_notify.core.lock import LockHeldError, run_lock
from cagette_notify.core.notices import Status
from cagette_notify.run.exit_status import exit_status_of
from tests.fixtures.coop import A_DAY_BEFORE, DISTRIBUTIONS, LONG_AGO, OPENED, Coop, counted
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from pathlib import Path

TEN_MINUTES = timedelta(minutes=10)


@pytest.fixture
def early(tmp_path: Path) -> Coop:
    """Make a co-op whose first run was before orders opened."""
    made = Coop(tmp_path)
    made.run(LONG_AGO)
    return made


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    """Make a co-op whose first run was after orders had closed."""
    made = Coop(tmp_path)
    made.run(utc("2026-06-10T18:30"))
    return made


def test_an_opening_reaches_every_member_and_partner(early: Coop) -> None:
    report = early.run(OPENED)

    assert counted(report) == {"sent": 4}
    assert exit_status_of(report) == 0
    assert early.mailed() == ["lea@example.org", "maelle@example.org", "noel@example.org", "zoe@example.org"]


def test_a_recap_reaches_every_address_of_those_who_ordered(coop: Coop) -> None:
    report = coop.run(A_DAY_BEFORE)

    assert counted(report) == {"sent": 3, "skipped": 1}
    assert coop.mailed() == ["maelle@example.org", "noel@example.org", "zoe@example.org"]
    assert all(len(mail["To"].addresses) == 1 and not mail["Cc"] for mail in coop.mails())


def test_a_second_run_sends_nothing(coop: Coop) -> None:
    coop.run(A_DAY_BEFORE)

    report = coop.run(A_DAY_BEFORE + TEN_MINUTES)

    assert counted(report) == {"skipped": 4}
    assert (exit_status_of(report), report.news) == (0, ())
    assert len(coop.mails()) == 3


def test_a_dry_run_sends_and_records_nothing(coop: Coop) -> None:
    before = (coop.folder / "ledger.sqlite3").read_bytes()

    report = coop.run(A_DAY_BEFORE, dry_run=True)

    assert counted(report) == {"would_send": 3, "skipped": 1}
    assert all(not line.custom_id for line in report.lines)
    assert (coop.folder / "ledger.sqlite3").read_bytes() == before
    assert not (coop.folder / "outbox").exists()


def test_a_dry_run_where_nothing_ever_ran_leaves_no_trace(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    before = sorted(tmp_path.iterdir())

    coop.run(A_DAY_BEFORE, dry_run=True)

    assert sorted(tmp_path.iterdir()) == before


def test_two_openings_in_one_run_are_one_mail_that_names_both(early: Coop) -> None:
    early.write(
        "distributions.yaml", DISTRIBUTIONS + DISTRIBUTIONS.replace("d1", "d2").replace("06-12", "06-19")
    )

    report = early.run(OPENED)

    assert counted(report) == {"sent": 4}
    assert len(report.lines) == 8
    body = early.mails()[0].get_body(("plain",))
    assert body is not None
    assert "12 juin" in body.get_content()
    assert "19 juin" in body.get_content()


def test_an_opening_that_comes_later_is_a_mail_of_its_own(early: Coop) -> None:
    early.run(OPENED)
    early.write(
        "distributions.yaml", DISTRIBUTIONS + DISTRIBUTIONS.replace("d1", "d2").replace("06-12", "06-19")
    )

    assert counted(early.run(OPENED + TEN_MINUTES)) == {"sent": 4, "skipped": 4}


def test_a_bad_address_is_named_and_holds_up_nobody(coop: Coop) -> None:
    coop.replace("members.csv", "zoe@example.org", "zoe@")

    report = coop.run(A_DAY_BEFORE)

    assert counted(report) == {"sent": 2, "skipped": 2}
    assert report.news == ("members.csv:2: email: not an address: 'zoe@'",)
    assert exit_status_of(report) == 1


def test_an_address_mended_in_time_gets_what_it_missed(coop: Coop) -> None:
    coop.replace("members.csv", "zoe@example.org", "zoe@")
    coop.run(A_DAY_BEFORE)
    coop.replace("members.csv", "zoe@", "zoe@example.org")

    report = coop.run(A_DAY_BEFORE + timedelta(hours=1))

    assert [line.address for line in report.lines if line.status == "sent"] == ["zoe@example.org"]


def test_a_skipped_night_of_cron_loses_nothing_that_still_makes_sense(coop: Coop) -> None:
    report = coop.run(utc("2026-06-12T15:59:59"))

    assert counted(report) == {"sent": 3, "skipped": 4}


def test_what_came_too_late_is_said_once(coop: Coop) -> None:
    coop.run(utc("2026-06-10T16:00"))

    first, second = coop.run(utc("2026-06-12T16:05")), coop.run(utc("2026-06-12T16:15"))

    assert counted(first) == {"expired": 3}
    assert exit_status_of(first) == 1
    assert "came too late and was not sent; addresses concerned: 3" in first.news[0]
    assert (counted(second), exit_status_of(second), second.news) == ({}, 0, ())
    assert coop.mails() == []


def test_a_clock_that_had_jumped_ahead_costs_nobody_their_mail(coop: Coop) -> None:
    coop.run(utc("2036-06-12T16:05"))

    report = coop.run(A_DAY_BEFORE)

    assert counted(report)["sent"] == 3


def test_the_first_run_ever_does_not_flood(tmp_path: Path) -> None:
    coop = Coop(tmp_path)

    first = coop.run(utc("2026-06-11T20:00"))
    second = coop.run(utc("2026-06-11T20:10"))
    third = coop.run(utc("2026-06-11T20:20"), lookback=timedelta(hours=5))

    assert counted(first) == {"skipped": 4}
    assert exit_status_of(first) == 1
    assert "send-due --lookback 5h" in first.news[0]
    assert (counted(second), exit_status_of(second), second.news) == ({"skipped": 4}, 0, ())
    assert counted(third) == {"sent": 3, "skipped": 1}


def test_a_first_run_within_the_hour_sends(tmp_path: Path) -> None:
    assert counted(Coop(tmp_path).run(utc("2026-06-11T17:00")))["sent"] == 3
    assert "sent" not in counted(Coop(tmp_path / "..").run(utc("2026-06-11T17:00:01"), dry_run=True))


def test_the_first_run_of_mailjet_is_another_than_that_of_the_outbox(coop: Coop) -> None:
    coop.run(A_DAY_BEFORE)

    assert coop.entries(account="mailjet") == []


def test_a_rehearsal_moves_no_marks(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    coop.run(A_DAY_BEFORE, rehearsal=True)

    held = coop.run(utc("2026-06-11T18:00"))

    assert "--lookback" not in (held.news or ("",))[0]
    assert counted(held) == {"skipped": 4}


def test_orders_not_there_yet_are_waited_for(early: Coop) -> None:
    orders = (early.folder / "orders.csv").read_bytes()
    (early.folder / "orders.csv").unlink()

    quiet, waiting = early.run(OPENED), early.run(A_DAY_BEFORE)
    early.write("orders.csv", orders)
    arrived = early.run(A_DAY_BEFORE + TEN_MINUTES)

    assert exit_status_of(quiet) == 0
    assert (counted(waiting), exit_status_of(waiting)) == ({"skipped": 3}, 1)
    assert "orders.csv" in waiting.news[0]
    assert counted(arrived)["sent"] == 3


def test_a_stale_export_is_held_until_a_fresh_one_comes(coop: Coop) -> None:
    orders = coop.folder / "orders.csv"
    os.utime(orders, (utc("2026-06-10T17:59").timestamp(),) * 2)

    stale = coop.run(A_DAY_BEFORE)
    os.utime(orders, (utc("2026-06-10T18:00").timestamp(),) * 2)
    fresh = coop.run(A_DAY_BEFORE + TEN_MINUTES)

    assert (counted(stale), exit_status_of(stale)) == ({"skipped": 3}, 1)
    assert "orders.csv" in stale.news[0]
    assert counted(fresh)["sent"] == 3


def test_stale_orders_can_be_sent_on_purpose(tmp_path: Path) -> None:
    coop = Coop(tmp_path, extra="stale_orders: send\n")
    os.utime(tmp_path / "orders.csv", (0, 0))
    coop.run(utc("2026-06-10T18:30"))

    assert counted(coop.run(A_DAY_BEFORE))["sent"] == 3


def test_an_orders_file_that_cannot_be_read_stops_only_its_recaps(coop: Coop) -> None:
    coop.write("orders.csv", "member;distribution;product\n1;d1;Tomates\n")
    coop.replace("distributions.yaml", "orders_open_at: 2026-06-05 08:00", "orders_open_at: 2026-06-11 18:00")
    coop.replace(
        "distributions.yaml", "orders_close_at: 2026-06-10 20:00", "orders_close_at: 2026-06-12 12:00"
    )

    report = coop.run(A_DAY_BEFORE)

    assert counted(report) == {"sent": 4, "skipped": 3}
    assert exit_status_of(report) == 1
    assert "quantity" in report.news[0]


@pytest.mark.usefixtures("_no_other_kinds")
def test_an_orders_file_that_cannot_be_read_where_nothing_else_is_due_serves_nobody(coop: Coop) -> None:
    coop.write("orders.csv", "member;distribution;product\n1;d1;Tomates\n")

    assert exit_status_of(coop.run(A_DAY_BEFORE)) == 65


def test_a_data_file_that_cannot_be_read_serves_nobody(coop: Coop) -> None:
    coop.write("members.csv", 'id;email\n1;"zoe@example.org\n')

    report = coop.run(A_DAY_BEFORE)

    assert (counted(report), exit_status_of(report)) == ({}, 65)
    assert report.news[0].startswith("members.csv:2:")


def test_a_groups_own_file_stops_that_group_only(early: Coop) -> None:
    early.write(
        "groups.yaml",
        "- {id: lac, name: Lac, members: lac.csv}\n- {id: bois, name: Bois, members: bois.csv}\n",
    )
    early.replace("config.yaml", "  members: members.csv\n", "")
    early.write("lac.csv", "id;email\n1;zoe@example.org\n")
    early.write("bois.csv", 'id;email\n1;"bad\n')
    early.write(
        "distributions.yaml",
        DISTRIBUTIONS + DISTRIBUTIONS.replace("d1", "d2").replace("group: lac", "group: bois"),
    )
    early.run(utc("2026-06-05T05:55"))

    report = early.run(OPENED)

    assert (counted(report), exit_status_of(report)) == ({"sent": 1}, 1)
    assert early.mailed() == ["zoe@example.org"]
    early.write("bois.csv", "id;email\n1;bo@example.org\n")
    assert counted(early.run(OPENED + TEN_MINUTES)) == {"sent": 1, "skipped": 1}


def test_a_template_that_fails_stops_the_run_while_nothing_has_left(tmp_path: Path) -> None:
    (tmp_path / "mine" / "fr").mkdir(parents=True)
    (tmp_path / "mine" / "fr" / "recap_24h.txt.j2").write_text("Bonjour\n{{ membre.prenom }}\n")
    coop = Coop(tmp_path, extra="templates: mine\n")
    coop.run(utc("2026-06-10T18:30"))

    report = coop.run(A_DAY_BEFORE)

    assert (counted(report), exit_status_of(report)) == ({"skipped": 1}, 78)
    assert "recap_24h.txt.j2:2" in report.news[0]
    assert "membre" in report.news[0]
    assert coop.entries() == []
    assert coop.mails() == []


def test_an_order_by_somebody_unknown_is_set_aside(coop: Coop) -> None:
    coop.replace("orders.csv", "1;d1;Tomates;2;2,50", "1;d1;Tomates;2;2,50\n99;d1;Pain;1;5")

    report = coop.run(A_DAY_BEFORE)

    assert (counted(report), exit_status_of(report)) == ({"sent": 3, "skipped": 1}, 1)
    assert report.news[0].startswith("orders.csv:3: member:")


def test_a_distribution_moved_by_a_day_and_back_is_corrected_twice(coop: Coop) -> None:
    coop.run(A_DAY_BEFORE)
    coop.replace("distributions.yaml", "2026-06-12 18:00", "2026-06-13 18:00")
    coop.replace("distributions.yaml", "2026-06-12 19:30", "2026-06-13 19:30")
    moved = coop.run(A_DAY_BEFORE + TEN_MINUTES)
    coop.replace("distributions.yaml", "2026-06-13 18:00", "2026-06-12 18:00")
    coop.replace("distributions.yaml", "2026-06-13 19:30", "2026-06-12 19:30")
    back = coop.run(A_DAY_BEFORE + 2 * TEN_MINUTES)
    quiet = coop.run(A_DAY_BEFORE + 3 * TEN_MINUTES)

    assert (counted(moved)["sent"], counted(back)["sent"]) == (3, 3)
    assert "sent" not in counted(quiet)
    subjects = [str(mail["Subject"]) for mail in coop.mails() if mail["To"].addresses[0].username == "zoe"]
    assert sum("hangement" in subject for subject in subjects) == 2
    assert {entry.revision for entry in coop.entries()} == {1, 2, 3}
    assert len({entry.campaign for entry in coop.entries()}) == 3


@pytest.mark.long
@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("distributions.yaml", "place: Salle des fêtes", "cancelled: yes"),
        ("groups.yaml", "name: Les Paniers du Lac", "name: Les Paniers du Lac\n  disabled: yes"),
        ("distributions.yaml", DISTRIBUTIONS, "[]"),
    ],
)
def test_a_distribution_called_off_after_its_recaps_is_said_once(
    coop: Coop, file: str, old: str, new: str
) -> None:
    coop.run(A_DAY_BEFORE)
    coop.replace(file, old, new)

    first, second = coop.run(A_DAY_BEFORE + TEN_MINUTES), coop.run(A_DAY_BEFORE + 2 * TEN_MINUTES)

    assert "cagette-notify broadcast lac --to told:d1" in first.news[0]
    assert (exit_status_of(first), second.news) == (0, ())
    assert len(coop.mails()) == 3


def test_a_distribution_that_had_moved_is_called_off_once(coop: Coop) -> None:
    coop.run(LONG_AGO)
    coop.run(A_DAY_BEFORE)
    coop.replace("distributions.yaml", "2026-06-12 18:00", "2026-06-12 19:00")
    coop.run(A_DAY_BEFORE + TEN_MINUTES)
    coop.replace("distributions.yaml", "place:", "cancelled: yes\n  place:")

    assert len(coop.run(A_DAY_BEFORE + 2 * TEN_MINUTES).news) == 1


def test_a_row_set_aside_has_not_been_called_off(coop: Coop) -> None:
    coop.run(A_DAY_BEFORE)
    coop.replace("distributions.yaml", "starts_at: 2026-06-12 18:00", "starts_at: soon")

    report = coop.run(A_DAY_BEFORE + TEN_MINUTES)

    assert len(report.news) == 1
    assert "starts_at" in report.news[0]


def test_troubles_are_said_once_a_day_and_all_well_again(early: Coop) -> None:
    early.replace("members.csv", "lea@example.org", "lea@")
    runs = [early.run(OPENED + n * TEN_MINUTES, says_once=True) for n in range(3)]
    next_day = early.run(OPENED + timedelta(days=1), says_once=True)
    early.replace("members.csv", "lea@", "lea@example.org")
    mended = early.run(OPENED + timedelta(days=1) + TEN_MINUTES, says_once=True)
    after = early.run(OPENED + timedelta(days=1) + 2 * TEN_MINUTES, says_once=True)

    assert [len(run.news) for run in (*runs, next_day)] == [1, 0, 0, 1]
    assert [exit_status_of(run) for run in runs] == [1, 1, 1]
    assert (mended.news, mended.all_well_again, after.all_well_again) == ((), True, False)


def test_a_run_that_reads_no_members_does_not_call_them_mended(early: Coop) -> None:
    early.replace("members.csv", "lea@example.org", "lea@")
    early.run(OPENED, says_once=True)

    early.run(utc("2026-06-07T07:00"), says_once=True)
    idle = early.run(utc("2026-06-07T07:10"), says_once=True)

    assert (idle.news, idle.all_well_again, exit_status_of(idle)) == ((), False, 0)


def many_members(count: int) -> str:
    return "id;email\n" + "".join(f"{n};m{n}@example.org\n" for n in range(count))


def test_an_export_that_lost_over_half_its_members_is_held_until_accepted(early: Coop) -> None:
    early.write("members.csv", many_members(20))
    early.run(OPENED)
    early.write("members.csv", many_members(9))
    early.write(
        "distributions.yaml", DISTRIBUTIONS + DISTRIBUTIONS.replace("d1", "d2").replace("05 08", "06 08")
    )

    held = early.run(OPENED + timedelta(days=1))
    accepted = early.run(OPENED + timedelta(days=1), accept_data=frozenset({"lac"}))
    after = early.run(OPENED + timedelta(days=1) + TEN_MINUTES)

    assert (counted(held), exit_status_of(held)) == ({}, 1)
    assert "send-due --accept-data lac" in held.news[0]
    assert counted(accepted)["sent"] == 9
    assert exit_status_of(after) == 0


@pytest.mark.long
@pytest.mark.parametrize(("before", "now", "held"), [(20, 10, False), (9, 1, False), (10, 4, True)])
def test_a_smaller_loss_or_a_small_group_is_nobodys_business(
    early: Coop, before: int, now: int, *, held: bool
) -> None:
    early.write("members.csv", many_members(before))
    early.run(OPENED)
    early.write("members.csv", many_members(now))

    assert (exit_status_of(early.run(OPENED + TEN_MINUTES)) == 1) is held


def test_only_the_asked_group_and_kind_are_served(early: Coop) -> None:
    assert counted(early.run(OPENED, kinds=frozenset({Kind.RECAP_24H}))) == {}
    with pytest.raises(UsageError, match="lac"):
        early.run(OPENED, groups=frozenset({"lacs"}))


def test_a_run_of_one_kind_moves_no_marks(coop: Coop) -> None:
    coop.run(utc("2026-06-12T16:05"), kinds=frozenset({Kind.OPENING}))

    assert counted(coop.run(utc("2026-06-12T16:10")))["expired"] == 3


def test_two_runs_at_once_are_one(early: Coop) -> None:
    with run_lock(early.folder / "ledger.sqlite3", OPENED), pytest.raises(LockHeldError):
        early.run(OPENED)


def test_notifications_csv_wins_over_the_data(coop: Coop) -> None:
    coop.write("notifications.csv", "member;kind;value;date\n1;recap_24h;non;2026-06-01\n")

    coop.run(A_DAY_BEFORE)

    assert coop.mailed() == ["maelle@example.org", "noel@example.org"]


def test_changes_of_settings_that_cannot_be_read_stop_everything(coop: Coop) -> None:
    coop.write("notifications.csv", 'member;kind;value\n1;"recap')

    assert exit_status_of(coop.run(A_DAY_BEFORE)) == 65
    assert coop.mails() == []


def test_a_claim_whose_file_is_there_was_sent(coop: Coop) -> None:
    coop.run(A_DAY_BEFORE)
    _forget_outcomes(coop)

    report = coop.run(A_DAY_BEFORE + TEN_MINUTES)

    assert counted(report) == {"sent": 3, "skipped": 4}
    assert {entry.status for entry in coop.entries()} == {Status.SENT}
    assert len(coop.mails()) == 3


def test_a_claim_whose_file_is_missing_is_written_under_its_name(coop: Coop) -> None:
    coop.run(A_DAY_BEFORE)
    names = sorted((coop.folder / "outbox").iterdir())
    _forget_outcomes(coop)
    names[0].unlink()

    coop.run(A_DAY_BEFORE + TEN_MINUTES)

    assert sorted((coop.folder / "outbox").iterdir()) == names


def test_a_claim_that_is_owed_no_more_is_dropped(coop: Coop) -> None:
    coop.run(A_DAY_BEFORE)
    _forget_outcomes(coop)
    for mail in (coop.folder / "outbox").iterdir():
        mail.unlink()
    coop.replace("distributions.yaml", "place: Salle", "cancelled: yes\n  place: Salle")

    report = coop.run(A_DAY_BEFORE + TEN_MINUTES)

    assert {entry.status for entry in coop.entries()} == {Status.DROPPED}
    assert (counted(report)["skipped"], coop.mails()) == (3, [])


def test_a_claim_that_comes_too_late_has_expired(coop: Coop) -> None:
    coop.run(A_DAY_BEFORE)
    _forget_outcomes(coop)
    for mail in (coop.folder / "outbox").iterdir():
        mail.unlink()

    report = coop.run(utc("2026-06-12T16:05"))

    assert counted(report) == {"expired": 3}
    assert {entry.status for entry in coop.entries()} == {Status.EXPIRED}


def test_nobody_is_mailed_by_trying_the_outbox_at_another_time(coop: Coop) -> None:
    coop.run(A_DAY_BEFORE, rehearsal=True)

    assert counted(coop.run(LONG_AGO + TEN_MINUTES)) == {}


def _forget_outcomes(coop: Coop) -> None:
    """Leave the ledger as a run does that is killed between writing and settling."""
    with closing(sqlite3.connect(coop.folder / "ledger.sqlite3")) as raw:
        raw.execute("UPDATE notices SET status = 'claimed', settled_at = NULL, message_id = ''")
        raw.commit()


def test_what_is_over_for_longer_than_kept_is_deleted(coop: Coop) -> None:
    coop.run(A_DAY_BEFORE)
    draft = new_draft(coop.folder / "drafts", "lac", A_DAY_BEFORE, "Bonjour").path
    draft.with_suffix(".json").write_text("{}")
    sent = draft.with_name("sent") / draft.name
    sent.parent.mkdir()
    sent.write_text("Bonjour")
    half = draft.with_name(f".{draft.name}.new")
    half.write_text("Bonj")
    texts = (draft, draft.with_suffix(".json"), half, sent)
    for file in (*texts, *(coop.folder / "outbox").iterdir()):
        os.utime(file, (A_DAY_BEFORE.timestamp(),) * 2)

    for days in range(25, 401, 25):
        coop.run(A_DAY_BEFORE + timedelta(days=days))
    assert (len(coop.entries()), len(coop.mails()), [one.exists() for one in texts]) == (3, 3, [True] * 4)
    coop.run(A_DAY_BEFORE + timedelta(days=402))

    assert (coop.entries(), coop.mails(), [one.exists() for one in texts]) == ([], [], [False] * 4)


def test_a_rehearsal_takes_any_export_as_fresh(coop: Coop) -> None:
    os.utime(coop.folder / "orders.csv", (0, 0))

    assert counted(coop.run(A_DAY_BEFORE, rehearsal=True))["sent"] == 3


def test_recaps_that_never_left_for_want_of_orders_are_said_once(coop: Coop) -> None:
    (coop.folder / "orders.csv").unlink()
    coop.run(A_DAY_BEFORE)

    started, after = coop.run(utc("2026-06-12T16:05")), coop.run(utc("2026-06-12T16:15"))

    assert any("d1 has started, and no recap of it could leave" in line for line in started.news)
    assert exit_status_of(started) == 1
    assert after.news == ()


def test_accepting_data_counts_in_a_run_of_one_kind_too(early: Coop) -> None:
    early.write("members.csv", many_members(20))
    early.run(OPENED)
    early.write("members.csv", many_members(5))

    early.run(OPENED + TEN_MINUTES, accept_data=frozenset({"lac"}), kinds=frozenset({Kind.OPENING}))

    assert exit_status_of(early.run(OPENED + 2 * TEN_MINUTES)) == 0


def test_a_clock_that_was_a_day_ahead_and_came_back_says_nothing_odd(coop: Coop) -> None:
    coop.run(utc("2026-06-10T18:40"))
    coop.run(utc("2026-06-18T18:40"))
    coop.replace("members.csv", "3;Léa", "4;Eva;Petit;eva@example.org;;\n3;Léa")

    back = coop.run(utc("2026-06-10T18:50"))

    assert (counted(back), back.news, exit_status_of(back)) == ({}, (), 0)
    assert counted(coop.run(A_DAY_BEFORE))["sent"] == 3


def test_a_change_of_settings_must_say_whose_it_is_where_two_people_have_one_id(early: Coop) -> None:
    early.write(
        "groups.yaml",
        "- {id: lac, name: Lac, members: lac.csv}\n- {id: mer, name: Mer, members: mer.csv}\n",
    )
    early.replace("config.yaml", "  members: members.csv\n", "")
    early.write("lac.csv", "id;email\n1;zoe@example.org\n")
    early.write("mer.csv", "id;email\n1;bo@example.org\n")
    early.write(
        "distributions.yaml",
        DISTRIBUTIONS + DISTRIBUTIONS.replace("d1", "d2").replace("group: lac", "group: mer"),
    )
    early.run(utc("2026-06-05T05:55"))
    early.write("notifications.csv", "member;kind;value\n1;opening;non\nlac/1;opening;non\n")

    report = early.run(OPENED)

    assert early.mailed() == []
    assert report.news == (
        (
            "notifications.csv:2: member: 1 is several people: opening is held back for mer/1, "
            "until it says whose it is; write mer/1;opening;no"
        ),
    )


def test_what_is_held_back_once_its_orders_are_there_is_said_then(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    orders = (tmp_path / "orders.csv").read_bytes()
    (tmp_path / "orders.csv").unlink()
    coop.run(utc("2026-06-11T20:00"))
    coop.write("orders.csv", orders)

    arrived, after = coop.run(utc("2026-06-11T20:10")), coop.run(utc("2026-06-11T20:20"))

    assert "send-due --lookback 5h" in arrived.news[0]
    assert after.news == ()
