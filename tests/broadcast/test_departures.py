"""A planned mail: recorded at once, read by whoever is in its list when it leaves, never two, never lost."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from cagette_notify.broadcast.deliver import progress_of, record_broadcast
from cagette_notify.broadcast.departures import depart_due
from cagette_notify.broadcast.planned import call_off, plan_broadcast, planned_mail
from cagette_notify.broadcast.proposal import BroadcastRequest, Proposal, propose
from cagette_notify.config import load as config
from cagette_notify.config.paths import sources_of
from cagette_notify.core.kinds import Kind
from cagette_notify.data.dataset import load_calendar
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.ledger.planned import PlannedBook
from cagette_notify.run.context import Run, RunRequest, run_over
from cagette_notify.run.exit_status import exit_status_of
from cagette_notify.run.run_report import WOULD_SEND
from tests.fixtures.coop import A_DAY_BEFORE, DISTRIBUTIONS, GROUPS, MEMBERS, Coop, counted
from tests.fixtures.images import a_png
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from cagette_notify.run.run_report import RunReport

NOW = utc("2026-06-03T08:00")
TIME = utc("2026-06-04T16:00")
A_SECOND = timedelta(seconds=1)
A_DAY = timedelta(hours=24)
EVERYBODY = ["lea@example.org", "maelle@example.org", "noel@example.org", "zoe@example.org"]


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    made = Coop(tmp_path)
    made.run(NOW - timedelta(hours=1))
    return made


def proposed(coop: Coop, at: datetime = NOW, send_at: datetime | None = TIME, **asked: Any) -> Proposal:
    loaded = config.load(coop.folder / "config.yaml")
    calendar = load_calendar(sources_of(loaded))
    made = BroadcastRequest(
        calendar.groups["lac"], "On change de salle", "Bonjour {{ member.first_name }},", send_at=send_at
    )
    return propose(loaded, calendar, replace(made, **asked), at)


def planned(coop: Coop, at: datetime = TIME, **asked: Any) -> str:
    proposal = proposed(coop, send_at=at, **asked)
    return plan_broadcast(config.load(coop.folder / "config.yaml"), proposal, at, NOW)


def letters(report: RunReport) -> dict[str, int]:
    """Count what became of broadcasts alone."""
    mine = tuple(line for line in report.lines if line.kind == Kind.BROADCAST)
    return counted(replace(report, lines=mine))


def is_planned(coop: Coop, attempt: str) -> bool:
    return planned_mail(config.load(coop.folder / "config.yaml"), attempt) is not None


def said_of_it(report: RunReport) -> list[str]:
    return [problem.message.replace("\u00a0", " ") for problem in report.held_mails or ()]


def test_it_leaves_from_its_time_on_once_to_whoever_is_in_the_list_then(coop: Coop) -> None:
    planned(coop)
    coop.write(
        "members.csv", f"{MEMBERS}4;Eva;Petit;eva@example.org;;\n".replace("3;Léa;Roux;lea", "3;L;R;l")
    )

    assert letters(coop.run(TIME - A_SECOND)) == {}
    assert letters(coop.run(TIME)) == {"sent": 5}
    assert letters(coop.run(TIME + A_SECOND)) == {}
    assert coop.mailed() == sorted(["eva@example.org", "l@example.org", *EVERYBODY[1:]])


def test_what_is_recorded_is_what_leaves_whatever_becomes_of_the_files(coop: Coop) -> None:
    enclosed = coop.write("plan.txt", "par ici\n")
    named = coop.write("list.csv", "email\nzoe@example.org\n")
    planned(coop, attachments=(enclosed,), lists=(f"file:{named}",))
    enclosed.unlink()
    named.write_text("email\nlea@example.org\n")

    coop.run(TIME)

    (mail,) = coop.mails()
    (file,) = mail.iter_attachments()
    assert (mail["To"].addresses[0].addr_spec, file.get_content()) == ("zoe@example.org", "par ici\n")


def test_an_image_beside_the_text_travels_though_it_is_gone_by_then(coop: Coop) -> None:
    photo = coop.write("photo.png", a_png())
    planned(coop, body="Bonjour,\n\n![Photo](photo.png)", images_in=coop.folder)
    photo.unlink()

    coop.run(TIME)

    assert len(coop.mails()) == len(EVERYBODY)
    for mail in coop.mails():
        (image,) = (part for part in mail.walk() if part.get_content_type() == "image/png")
        html = mail.get_body(("html",))
        assert html
        assert f"cid:{image['Content-ID'].strip('<>')}" in html.get_content()


def test_next_means_what_it_meant_when_it_was_planned(coop: Coop) -> None:
    coop.write("orders.csv", "member;distribution;product;quantity\n1;d1;Pain;1\n3;d2;Pain;1\n")
    with (coop.folder / "distributions.yaml").open("a") as file:
        file.write("- {id: d2, group: lac, starts_at: 2026-06-19 18:00}\n")
    planned(coop, utc("2026-06-14T08:00"), lists=("with-order:next",))

    coop.run(utc("2026-06-14T08:00"))

    assert [mail["To"].addresses[0].addr_spec for mail in coop.mails() if "salle" in mail["Subject"]] == [
        "zoe@example.org"
    ]


def test_its_list_is_about_the_distribution_that_it_meant_under_another_id(coop: Coop) -> None:
    coop.write("orders.csv", "member;distribution;product;quantity\n1;d1;Pain;1\n")
    at = A_DAY_BEFORE - timedelta(days=3)
    coop.run(at - timedelta(days=3), lookback=timedelta(days=7))  # its opening was told
    planned(coop, at, lists=("with-order:d1",))
    coop.replace("distributions.yaml", "id: d1", "id: D-1")
    coop.replace("orders.csv", "d1", "D-1")

    report = coop.run(at)

    assert letters(report) == {"sent": 1}
    assert said_of_it(report) == []


@pytest.mark.parametrize(
    ("late", "what"), [(A_DAY - A_SECOND, {"sent": 4}), (A_DAY, {})], ids=["within a day", "a day"]
)
def test_a_machine_that_slept_sends_it_within_a_day_of_its_time_and_holds_it_then(
    coop: Coop, late: timedelta, what: dict[str, int]
) -> None:
    attempt = planned(coop)

    report = coop.run(TIME + late)

    assert (letters(report), is_planned(coop, attempt)) == (what, not what)
    held = (
        ["was to leave on Thursday 4 June 2026 at 6:00 pm, did not for a day, and is held"]
        if not what
        else []
    )
    assert [any(words in said for said in said_of_it(report)) for words in held] == [True] * len(held)


def test_held_it_is_named_for_a_week_more_and_given_up_then(coop: Coop) -> None:
    attempt = planned(coop)

    last, after = coop.run(TIME + 8 * A_DAY - A_SECOND), coop.run(TIME + 8 * A_DAY)

    assert "and is held" in "".join(said_of_it(last))
    assert (exit_status_of(after), said_of_it(after), letters(after)) == (0, [], {})
    assert is_planned(coop, attempt)


def test_the_day_in_which_its_copies_leave_counts_from_its_time(coop: Coop) -> None:
    attempt = planned(coop)
    coop.run(TIME + timedelta(hours=5))
    loaded = config.load(coop.folder / "config.yaml")

    progress = progress_of(loaded, attempt)

    assert progress
    assert progress.broadcast.confirmed_at == TIME


def test_a_letter_planned_to_those_told_of_what_is_off_reaches_them_though_their_group_is_disabled(
    coop: Coop,
) -> None:
    coop.run(A_DAY_BEFORE)
    coop.write("distributions.yaml", f"{DISTRIBUTIONS}  cancelled: yes\n")
    at, told = A_DAY_BEFORE + timedelta(hours=1), sorted(coop.mailed())
    letter = proposed(coop, A_DAY_BEFORE, send_at=at, lists=("told:d1",))
    plan_broadcast(config.load(coop.folder / "config.yaml"), letter, at, A_DAY_BEFORE)
    _disabled(coop)

    coop.run(at)

    assert told
    assert sorted(coop.mailed()) == sorted(told * 2)


def _disabled(coop: Coop) -> None:
    coop.write("groups.yaml", f"{GROUPS}  disabled: yes\n")


def _gone(coop: Coop) -> None:
    coop.write("groups.yaml", GROUPS.replace("id: lac", "id: mer"))
    coop.write("distributions.yaml", DISTRIBUTIONS.replace("group: lac", "group: mer"))


def _unread(coop: Coop) -> None:
    coop.write("members.csv", 'id;email\n1;"zoe@example.org\n')


def _cut(coop: Coop) -> None:
    coop.write("members.csv", MEMBERS[: MEMBERS.index("Roux")])


def _perhaps_cut(coop: Coop) -> None:
    coop.write("members.csv", "id;email\n1;zoe@example.org\n3;lea@exam")


def _cut_behind_a_separator(coop: Coop) -> None:
    coop.write(
        "members.csv", "id;email;partner_email\n1;zoe@example.org;paul@example.org\n3;lea@example.org;"
    )


def _nobody(coop: Coop) -> None:
    coop.write("members.csv", "id;email\n")


def _answered_by_another(coop: Coop) -> None:
    coop.replace("groups.yaml", "coordination@", "nouvelle@")


@pytest.mark.long
@pytest.mark.parametrize(
    ("happens", "why"),
    [
        (_disabled, "its group is disabled or no longer in the data"),
        (_gone, "its group is disabled or no longer in the data"),
        (_unread, "members.csv:2: a quote that is never closed"),
        (_cut, "members.csv:4: it ends in the middle of this row"),
        (_perhaps_cut, "members.csv:3: email: perhaps cut: the file ends here"),
        (
            _cut_behind_a_separator,
            "members.csv:3: perhaps cut: the file ends behind this row's last separator",
        ),
        (_nobody, "group lac has 0 members, down from 3: nothing is sent to it"),
        (_answered_by_another, "replies would reach coordination@paniersdulac.example, who coordinates it"),
    ],
)
def test_what_keeps_it_from_leaving_is_said_and_once_that_is_mended_it_leaves(
    coop: Coop, happens: Callable[[Coop], None], why: str
) -> None:
    attempt = planned(coop)
    before = {name: (coop.folder / name).read_text() for name in ("groups.yaml", "members.csv")}
    happens(coop)

    waiting = coop.run(TIME, says_once=True)
    again = coop.run(TIME + timedelta(minutes=5), says_once=True)

    ((said,), (_same,)) = said_of_it(waiting), said_of_it(again)
    assert f"was to leave on Thursday 4 June 2026 at 6:00 pm, and waits: {why}" in said
    assert "before Friday 5 June 2026 at 6:00 pm" in said
    assert ([" waits: " in line for line in waiting.news].count(True), again.news) == (1, ())
    assert (exit_status_of(waiting), letters(waiting), is_planned(coop, attempt)) == (1, {}, True)
    for name, text in before.items():
        coop.write(name, text)
    coop.write("distributions.yaml", DISTRIBUTIONS)
    mended = coop.run(TIME + timedelta(minutes=10), says_once=True)
    assert (letters(mended), mended.all_well_again) == ({"sent": 4}, True)


def test_a_file_for_all_groups_that_is_cut_may_lack_members_of_any(coop: Coop) -> None:
    planned(coop)
    coop.write("groups.yaml", f"{GROUPS}- {{id: mer, name: AMAP de la mer}}\n")
    coop.write("members.csv", "id;groups;email\n1;lac;zoe@example.org\n7;mer;ana@exam")

    report = coop.run(TIME)

    (said,) = said_of_it(report)
    assert "members.csv:3: email: perhaps cut: the file ends here" in said
    assert letters(report) == {}


def test_it_waits_where_the_file_of_duties_is_perhaps_cut(coop: Coop) -> None:
    coop.replace("config.yaml", "  orders: orders.csv\n", "  orders: orders.csv\n  duties: duties.csv\n")
    rows = "distribution;role;member\nd1;Pesée;zoe@example.org\nd1;Caisse;noel@example.org\n"
    coop.write("duties.csv", rows)
    planned(coop, lists=("volunteers:d1",))
    coop.write("duties.csv", rows[: rows.rindex("mple.org")])

    report = coop.run(TIME)

    (said,) = said_of_it(report)
    assert "duties.csv:3: member: perhaps cut: the file ends here" in said
    assert letters(report) == {}


def test_a_row_set_aside_keeps_nobody_else_waiting(coop: Coop) -> None:
    planned(coop)
    coop.replace("members.csv", "3;Léa", "#N/A;Léa")

    assert letters(coop.run(TIME)) == {"sent": 3}


def test_whom_the_ledger_knows_get_it_though_the_members_file_is_cut(coop: Coop) -> None:
    coop.run(A_DAY_BEFORE - timedelta(hours=1))
    coop.run(A_DAY_BEFORE, reads_at_once=True)
    later = A_DAY_BEFORE + timedelta(hours=2)
    proposal = proposed(coop, A_DAY_BEFORE, later, lists=("told:d1",))
    plan_broadcast(config.load(coop.folder / "config.yaml"), proposal, later, A_DAY_BEFORE)
    _cut(coop)

    assert letters(coop.run(later)) == {"sent": 3}


def test_it_waits_for_a_distribution_that_its_list_is_about_and_takes_no_other_of_that_day(
    coop: Coop,
) -> None:
    dated = DISTRIBUTIONS.replace("id: d1", "id: 2026-06-12")
    coop.write("distributions.yaml", dated)
    coop.write("orders.csv", "member;distribution;product;quantity\n1;2026-06-12;Pain;1\n")
    planned(coop, lists=("with-order:next",))
    coop.write("distributions.yaml", dated.replace("id: 2026-06-12", "id: d9"))
    coop.write("orders.csv", "member;distribution;product;quantity\n3;d9;Pain;1\n")

    report = coop.run(TIME)

    (said,) = said_of_it(report)
    assert "the distribution that its list is about is no longer in the data" in said
    assert coop.mails() == []


def crowd(count: int) -> str:
    rows = "".join(f"{number};a{number}@example.org\n" for number in range(count))
    return f"id;email\n{rows}"


def shrunken(coop: Coop) -> None:
    """Let a mail leave to twelve, plan another, and lose most of the twelve."""
    coop.write("members.csv", crowd(12))
    loaded = config.load(coop.folder / "config.yaml")
    record_broadcast(loaded, proposed(coop, send_at=None, subject="Bienvenue"), NOW)
    coop.run(NOW)
    planned(coop)
    coop.write("members.csv", crowd(4))


def test_a_guard_that_holds_the_group_holds_it_until_somebody_takes_the_data_as_right(coop: Coop) -> None:
    shrunken(coop)

    held = coop.run(TIME)

    (said,) = said_of_it(held)
    assert "send-due --accept-data lac" in said
    assert letters(held) == {}
    assert letters(coop.run(TIME + A_SECOND, accept_data=frozenset({"lac"}))) == {"sent": 4}


@pytest.mark.long
@pytest.mark.parametrize(("rehearsal", "is_held"), [(False, True), (True, False)], ids=["run", "rehearsal"])
def test_a_mail_to_everybody_tells_the_guard_how_many_there_were_unless_it_is_a_rehearsal_s(
    coop: Coop, rehearsal: bool, is_held: bool
) -> None:
    planned(coop)
    planned(coop, TIME + timedelta(hours=2), subject="Encore")
    coop.write("members.csv", crowd(12))
    assert letters(coop.run(TIME, rehearsal=rehearsal)) == {"sent": 12}
    coop.write("members.csv", crowd(4))

    second = coop.run(TIME + timedelta(hours=2))

    assert (bool(said_of_it(second)), letters(second)) == (is_held, {} if is_held else {"sent": 4})


@pytest.mark.long
@pytest.mark.parametrize(
    ("lists", "left"),
    [
        (("all",), crowd(4)),
        (("all", "coordinators"), crowd(4)),
        (("all",), crowd(12).replace("@", " ")),  # a column that holds no addresses any more
    ],
)
def test_a_plan_for_everybody_tells_the_guard_how_many_there_were(
    coop: Coop, lists: tuple[str, ...], left: str
) -> None:
    coop.write("members.csv", crowd(12))
    planned(coop, lists=lists)
    coop.write("members.csv", left)

    held = coop.run(TIME)

    assert "down from 12" in said_of_it(held)[0]
    assert letters(held) == {}
    coop.write("members.csv", crowd(6))
    assert letters(coop.run(TIME + A_SECOND))["sent"] >= 6


def test_who_is_left_out_as_it_leaves_gets_it_by_the_same_command_once_their_row_is_mended(
    coop: Coop,
) -> None:
    planned(coop)
    coop.replace("members.csv", "lea@example.org", "lea@")
    assert letters(coop.run(TIME)) == {"sent": 3}
    coop.replace("members.csv", "lea@", "lea@example.org")

    again = proposed(coop, TIME + timedelta(hours=1), None)

    assert [box.address for box in again.late] == ["lea@example.org"]


def test_calendars_are_told_what_is_so_as_it_leaves(tmp_path: Path) -> None:
    coop = Coop(tmp_path, extra="calendar: yes\n")
    coop.run(A_DAY_BEFORE - timedelta(hours=1))
    coop.run(A_DAY_BEFORE, reads_at_once=True)
    sent = len(coop.mails())
    later = A_DAY_BEFORE + timedelta(hours=2)
    coop.write("distributions.yaml", f"{DISTRIBUTIONS}  cancelled: yes\n")
    plan_broadcast(
        config.load(tmp_path / "config.yaml"),
        proposed(coop, A_DAY_BEFORE, later, lists=("told:d1",)),
        later,
        A_DAY_BEFORE,
    )

    coop.run(later)

    mails = [mail for mail in coop.mails() if "salle" in mail["Subject"]]
    assert len(coop.mails()) - sent == len(mails) == 3
    assert all("METHOD:CANCEL" in str(next(iter(mail.iter_attachments())).get_content()) for mail in mails)


@pytest.mark.parametrize(
    "request_",
    [{"dry_run": True}, {"kinds": frozenset({Kind.OPENING})}, {"groups": frozenset({"mer"})}],
    ids=["dry run", "kind", "group"],
)
def test_a_run_that_sends_no_broadcasts_of_the_group_leaves_it_planned(
    coop: Coop, request_: dict[str, Any]
) -> None:
    coop.write("groups.yaml", f"{GROUPS}- {{id: mer, name: AMAP de la mer}}\n")
    coop.write(
        "members.csv", MEMBERS.replace("partner_email", "partner_email;groups").replace(";;\n", ";;;lac\n")
    )
    coop.replace("members.csv", "maelle@example.org", "maelle@example.org;lac")
    attempt = planned(coop)
    ledger = (coop.folder / "ledger.sqlite3").read_bytes()

    report = coop.run(TIME, **request_)

    assert is_planned(coop, attempt)
    assert letters(report) == ({WOULD_SEND: 4} if "dry_run" in request_ else {})
    assert "dry_run" not in request_ or (coop.folder / "ledger.sqlite3").read_bytes() == ledger


def test_two_that_plan_the_same_mail_at_once_plan_one(coop: Coop) -> None:
    loaded = config.load(coop.folder / "config.yaml")
    mine, theirs = proposed(coop), proposed(coop, send_at=TIME + A_DAY)
    first = plan_broadcast(loaded, mine, TIME, NOW)

    second = plan_broadcast(loaded, theirs, TIME + A_DAY, NOW)

    found = planned_mail(loaded, second)
    assert (first == second, found and found.send_at) == (True, TIME)


def test_a_mail_that_is_sent_while_somebody_plans_it_is_one_mail(coop: Coop) -> None:
    loaded = config.load(coop.folder / "config.yaml")
    to_plan, to_send = proposed(coop), proposed(coop, send_at=None)
    sent = record_broadcast(loaded, to_send, NOW)

    assert plan_broadcast(loaded, to_plan, TIME, NOW) == sent
    assert not is_planned(coop, sent)


def test_a_mail_that_is_sent_after_all_is_planned_no_more(coop: Coop) -> None:
    loaded = config.load(coop.folder / "config.yaml")
    attempt = planned(coop)
    record_broadcast(loaded, proposed(coop, send_at=None), NOW)

    assert not is_planned(coop, attempt)
    assert letters(coop.run(NOW)) == {"sent": 4}
    assert letters(coop.run(TIME)) == {}
    assert coop.mailed() == EVERYBODY


def test_a_mail_that_leaves_while_somebody_confirms_it_at_once_is_one_mail(coop: Coop) -> None:
    loaded = config.load(coop.folder / "config.yaml")
    attempt = planned(coop)
    at_once = proposed(coop, TIME - A_SECOND, None)
    coop.run(TIME)

    assert record_broadcast(loaded, at_once, TIME) == attempt
    assert letters(coop.run(TIME + A_SECOND)) == {}
    assert coop.mailed() == EVERYBODY


def test_nothing_is_left_of_what_was_called_off(coop: Coop) -> None:
    loaded = config.load(coop.folder / "config.yaml")
    named = coop.write("list.csv", "email\nzoe@example.org\n")
    attempt = planned(coop, attachments=(coop.write("plan.txt", "par ici\n"),), lists=(f"file:{named}",))
    found = planned_mail(loaded, attempt)
    assert found

    assert (call_off(loaded, found), call_off(loaded, found)) == (True, False)

    with open_ledger(loaded.ledger) as ledger:
        tables = ("planned", "planned_rows", "broadcasts", "attachments", "notices", "copies")
        assert [ledger.rows(f"SELECT * FROM {table}", []) for table in tables] == [[]] * len(tables)
    assert letters(coop.run(TIME)) == {}


@pytest.fixture
def runs(coop: Coop) -> Iterator[tuple[Run, Run]]:
    """Give two runs at once, each with the ledger open."""
    loaded = config.load(coop.folder / "config.yaml")
    calendar = load_calendar(sources_of(loaded))
    with open_ledger(loaded.ledger) as one, open_ledger(loaded.ledger) as other:
        yield tuple(
            run_over(
                *(loaded, RunRequest(), calendar, ledger, TIME),
                clock=lambda: TIME,
                environ={},
                progress=lambda *_: None,
            )
            for ledger in (one, other)
        )  # type: ignore[misc]


def test_of_two_runs_that_find_it_due_at_once_one_gives_it_its_readers(
    coop: Coop, runs: tuple[Run, Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    planned(coop)
    one, other = runs
    due = PlannedBook(one.ledger, one.account).due(TIME)
    monkeypatch.setattr(PlannedBook, "due", lambda _book, _now: due)  # as both saw it

    depart_due(one)
    depart_due(other)

    assert letters(coop.run(TIME)) == {"sent": 4}


def test_a_mail_planned_for_about_the_same_time_or_of_the_same_subject_is_pointed_out(coop: Coop) -> None:
    planned(coop)

    near = proposed(coop, send_at=TIME + timedelta(hours=1), subject="Autre")
    far = proposed(coop, send_at=TIME + timedelta(hours=1, seconds=1), subject="Autre")
    now = proposed(coop, TIME - timedelta(minutes=30), None, subject="Autre")
    changed = proposed(coop, send_at=TIME + A_DAY, body="Bonjour,")

    once_held = proposed(coop, TIME + A_DAY, None, body="Bonjour,")

    found = [bool(one.planned_neighbour) for one in (near, far, now, changed, once_held)]
    assert found == [True, False, True, True, False]


@pytest.mark.long
@pytest.mark.parametrize("is_sent_now", [False, True])
def test_nothing_takes_the_place_of_a_planned_mail_that_is_no_more(coop: Coop, *, is_sent_now: bool) -> None:
    first = planned(coop)
    loaded = config.load(coop.folder / "config.yaml")
    second = proposed(coop, send_at=None if is_sent_now else TIME, body="Bonjour,")
    coop.run(TIME)

    if is_sent_now:
        recorded = record_broadcast(loaded, second, TIME, instead_of=first)
    else:
        recorded = plan_broadcast(loaded, second, TIME, TIME, instead_of=first)

    assert recorded == ""
    assert letters(coop.run(TIME + A_SECOND)) == {}


def test_the_quota_of_its_day_counts_it_with_as_many_addresses_as_it_had(tmp_path: Path) -> None:
    coop = Coop(tmp_path, extra="delivery: mailjet\nmailjet: {daily_quota: 50}\n")
    planned(coop)

    lefts = [
        proposed(coop, at, send_at, subject="Autre").quota_left
        for at, send_at in ((NOW, TIME), (NOW, TIME + A_DAY), (NOW, None), (TIME - A_SECOND, None))
    ]

    assert lefts == [46, 50, 50, 46]
