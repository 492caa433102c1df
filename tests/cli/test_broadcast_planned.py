"""``broadcast --send-at``: planned, shown, called off, sent at once after all."""

from __future__ import annotations

import json
import os
import re
import shlex
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from click.testing import CliRunner, Result

from cagette_notify.cli import main
from cagette_notify.ledger.rows import utc_text
from tests.fixtures.command import run as run_command
from tests.fixtures.coop import Coop
from tests.fixtures.memory import utc
from tests.fixtures.raw_ledger import change, rows
from tests.fixtures.terminal import Keyboard

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOW = utc("2026-06-03T08:00")
TIME = "2026-06-04 18:00"
LEAVES = utc("2026-06-04T16:00")
EVERYBODY = ["lea@example.org", "maelle@example.org", "noel@example.org", "zoe@example.org"]


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    made = Coop(tmp_path)
    made.write("lettre.md", "Bonjour {{ member.first_name }},\n\non change de **salle**.\n")
    return made


def types(coop: Coop, *words: str, at: datetime = NOW, language: str = "en") -> Result:
    """Type a command at a time."""
    before = ["-c", str(coop.folder / "config.yaml"), "--lang", language]
    with time_machine.travel(at, tick=False):
        return CliRunner().invoke(main, [*before, *words])


def writes(coop: Coop, *words: str, at: datetime = NOW, subject: str = "On change", **asked: str) -> Result:
    """Give a mail without a terminal."""
    letter = str(coop.folder / "lettre.md")
    return types(coop, "broadcast", "-s", subject, "--body", letter, *words, at=at, **asked)


def plain(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


def planned(coop: Coop) -> list[Any]:
    """Return when what is planned leaves, as the ledger has it."""
    ledger = coop.folder / "ledger.sqlite3"
    return [at for (at,) in rows(ledger, "SELECT send_at FROM planned")] if ledger.exists() else []


def test_unasked_it_is_planned_and_the_command_that_shows_it_is_said(coop: Coop) -> None:
    result = writes(coop, "--send-at", TIME, "--yes")

    said = plain(result.stdout)
    assert result.exit_code == 0
    assert "Planned for Thursday 4 June 2026 at 6:00 pm: it leaves with the first send-due" in said
    assert "to whoever is in the list then (today 4 addresses)" in said
    assert "Nothing leaves this machine: mails are only written to " in said
    (typed,) = re.findall(r"To see it, or to call it off: cagette-notify (.*)", result.stdout)
    assert shlex.split(typed)[-2:] == ["broadcast", "lac"]
    assert (planned(coop), coop.mailed()) == (["2026-06-04T16:00:00+00:00"], [])
    assert types(coop, "send-due", at=LEAVES).exit_code == 0
    assert coop.mailed() == EVERYBODY


@pytest.mark.parametrize(
    "time", ["", "bientôt", "18:00", "2026-06-03 10:00", "2026-08-02 10:00:01", "2026-03-29 02:30"]
)
def test_what_is_no_time_of_the_next_sixty_days_is_refused(coop: Coop, time: str) -> None:
    result = writes(coop, "--send-at", time, "--yes")

    (line,) = result.stderr.splitlines()
    assert (result.exit_code, line.startswith("--send-at: "), planned(coop)) == (2, True, [])


@pytest.mark.parametrize(
    ("time", "why"),
    [("2026-06-02 18:00", "past"), ("2026-06-03 10:00", "past"), ("2027-06-04 18:00", "later")],
)
def test_what_is_past_and_what_is_too_far_ahead_are_told_apart(coop: Coop, time: str, why: str) -> None:
    said = writes(coop, "--send-at", time, "--yes").stderr

    assert f"a time that is ahead, within 60 days, not '{time}', which is {why}\n" in said


@pytest.mark.parametrize("time", ["2026-06-03 10:00:01", "2026-08-02T08:00:00Z", "02/08/2026 10h"])
def test_the_next_second_and_the_sixtieth_day_are_ahead(coop: Coop, time: str) -> None:
    assert writes(coop, "--send-at", time, "--yes").exit_code == 0
    assert len(planned(coop)) == 1


def test_its_hours_are_the_group_s(coop: Coop) -> None:
    coop.replace("groups.yaml", "id: lac\n", "id: lac\n  timezone: Indian/Reunion\n")

    writes(coop, "--send-at", TIME, "--yes")

    assert planned(coop) == ["2026-06-04T14:00:00+00:00"]


def test_a_time_that_the_clock_skips_is_none_and_of_one_that_comes_twice_the_first_is_taken(
    coop: Coop,
) -> None:
    spring, autumn = utc("2027-03-20T08:00"), utc("2026-10-20T08:00")

    skipped = writes(coop, "--send-at", "2027-03-28 02:30", "--yes", at=spring)
    twice = writes(coop, "--send-at", "2026-10-25 02:30", "--yes", at=autumn)

    assert (skipped.exit_code, "no such local time: 2027-03-28 02:30" in skipped.stderr) == (2, True)
    assert (twice.exit_code, planned(coop)) == (0, ["2026-10-25T00:30:00+00:00"])
    assert "2026-10-25 02:30 comes twice that night: the first is taken" in twice.stderr


def test_the_document_has_its_time(coop: Coop) -> None:
    shown = json.loads(writes(coop, "--send-at", TIME, "--dry-run", "--json").stdout)
    made = json.loads(writes(coop, "--send-at", TIME, "--yes", "--json").stdout)
    at_once = json.loads(writes(coop, "--yes", "--json", subject="Autre").stdout)

    whens = [one["broadcast"]["send_at"] for one in (shown, made, at_once)]
    assert whens == ["2026-06-04T16:00:00+00:00", "2026-06-04T16:00:00+00:00", None]
    assert (shown["counts"]["would_send"], made["counts"]["sent"]) == (4, 0)
    assert (shown["broadcast"]["attempt"], bool(made["broadcast"]["attempt"])) == (None, True)


@pytest.mark.parametrize(
    ("since", "is_said"), [(None, True), (timedelta(hours=1), False), (timedelta(hours=1, seconds=1), True)]
)
def test_where_cron_seems_not_to_run_it_is_said_that_a_planned_mail_needs_it(
    coop: Coop, since: timedelta | None, *, is_said: bool
) -> None:
    if since:
        types(coop, "send-due", at=NOW - since)

    shown = writes(coop, "--send-at", TIME, "--dry-run")
    made = writes(coop, "--send-at", TIME, "--yes", "--json")
    at_once = writes(coop, "--yes", subject="Autre")

    words = "a planned mail leaves only if cron runs send-due, and no run got to its end within the last hour"
    assert [words in plain(said) for said in (shown.stdout, made.stderr)] == [is_said, is_said]
    assert any(words in one["message"] for one in json.loads(made.stdout)["problems"]) == is_said
    assert (made.exit_code, words in plain(at_once.output)) == (0, False)


def test_a_file_of_readers_is_said_to_count_as_it_stands(coop: Coop) -> None:
    coop.write("liste.txt", "zoe@example.org\n")
    there = f"file:{coop.folder / 'liste.txt'}"
    said = "liste.txt is not read again: the mail goes to whom its rows mean now, whatever it says by then"

    shown = writes(coop, "--send-at", TIME, "--dry-run", "--to", there)
    made = writes(coop, "--send-at", TIME, "--yes", "--to", there)
    at_once = writes(coop, "--dry-run", "--to", there)
    to_all = writes(coop, "--send-at", TIME, "--dry-run", "--to", "all")

    assert [said in plain(one.output) for one in (shown, made, at_once, to_all)] == [True, True, False, False]


@pytest.mark.long
@pytest.mark.parametrize(
    ("time", "is_over"), [("2026-06-12 19:29", False), ("2026-06-12 19:30", True), ("2026-06-13 18:00", True)]
)
def test_a_distribution_that_is_over_when_the_mail_leaves_is_pointed_out(
    coop: Coop, time: str, *, is_over: bool
) -> None:
    said = "the distribution of Friday 12 June 2026 (d1) will be over when this mail leaves"

    about = [
        plain(writes(coop, "--send-at", time, "--dry-run", "--to", one).stdout)
        for one in ("with-order:next", "without-order:d1", "all")
    ]

    assert [said in one for one in about] == [is_over, is_over, False]
    assert said not in plain(writes(coop, "--dry-run", "--to", "with-order:next").stdout)


def test_a_dry_run_plans_nothing_and_a_test_leaves_at_once(coop: Coop) -> None:
    shown = writes(coop, "--send-at", TIME, "--dry-run")
    tested = writes(coop, "--send-at", TIME, "--test", "claire@example.org")

    assert (shown.exit_code, tested.exit_code, planned(coop)) == (0, 0, [])
    assert "on Thursday 4 June 2026 at 6:00 pm, to whoever is in the list then" in plain(shown.stdout)
    assert coop.mailed() == ["claire@example.org"]


@pytest.mark.parametrize(
    ("time", "at", "status"),
    [
        (TIME, NOW, 0),
        ("2026-06-04T16:00Z", NOW, 0),
        ("2026-06-04 19:00", NOW, 1),
        (TIME, LEAVES + timedelta(minutes=1), 0),
        (TIME, LEAVES + timedelta(days=2), 0),
    ],
)
def test_unasked_the_same_command_changes_nothing(coop: Coop, time: str, at: datetime, status: int) -> None:
    writes(coop, "--send-at", TIME, "--yes")

    again = writes(coop, "--send-at", time, "--yes", at=at)

    assert again.exit_code == status
    assert re.search(r"(planned for|to leave on) Thursday 4 June 2026 at 6:00 pm", plain(again.output))
    assert "To see it, or to call it off: cagette-notify" in plain(again.output)
    is_other = "without --yes, o moves it to Thursday 4 June 2026 at 7:00 pm" in plain(again.stderr)
    assert is_other == bool(status)
    assert planned(coop) == ["2026-06-04T16:00:00+00:00"]


def test_once_it_has_left_it_is_refused_as_any_and_again_plans_it_anew(coop: Coop) -> None:
    writes(coop, "--send-at", TIME, "--yes")
    types(coop, "send-due", at=LEAVES)
    later = LEAVES + timedelta(hours=1)

    refused = writes(coop, "--send-at", TIME, "--yes", at=later)
    anew = writes(coop, "--send-at", "2026-06-05 18:00", "--yes", "--again", at=later)

    assert (
        refused.exit_code,
        "this very mail was written on Thursday 4 June 2026 at 6:00" in refused.stderr,
    ) == (
        1,
        True,
    )
    assert (anew.exit_code, planned(coop)) == (0, ["2026-06-05T16:00:00+00:00"])
    types(coop, "send-due", at=LEAVES + timedelta(days=1))
    assert len([mail for mail in coop.mails() if mail["Subject"] == "On change"]) == len(EVERYBODY * 2)


def test_what_is_under_way_is_not_planned(coop: Coop) -> None:
    writes(coop, "--yes")
    coop.replace("members.csv", "3;Léa;Roux;lea@example.org", "3;Léa;Roux;lea@")
    writes(coop, "--yes", "--again", subject="Autre")
    coop.replace("members.csv", "lea@;", "lea@example.org;")

    result = writes(coop, "--send-at", TIME, "--yes", subject="Autre")

    assert (result.exit_code, planned(coop)) == (1, [])
    assert "is not finished: it goes on without --send-at" in plain(result.stderr)


def test_without_the_option_it_leaves_at_once_instead(coop: Coop) -> None:
    writes(coop, "--send-at", TIME, "--yes")

    result = writes(coop, "--yes")

    assert (result.exit_code, planned(coop), coop.mailed()) == (0, [], EVERYBODY)
    assert "It is planned no more for Thursday 4 June 2026 at 6:00 pm." in plain(result.stdout)
    types(coop, "send-due", at=LEAVES)
    assert coop.mailed() == EVERYBODY


def test_a_group_whose_data_may_lack_people_is_planned_for_all_the_same(coop: Coop) -> None:
    rows_ = "".join(f"{number};a{number}@example.org\n" for number in range(12))
    coop.write("members.csv", f"id;email\n{rows_}")
    writes(coop, "--yes", subject="Bienvenue")
    coop.write("members.csv", "id;email\n1;a1@example.org\n")

    result = writes(coop, "--send-at", TIME, "--yes")

    assert (result.exit_code, len(planned(coop))) == (1, 1)
    assert "--accept-data lac" in result.stderr


def test_status_shows_it_and_says_when_it_waits_or_is_held(coop: Coop) -> None:
    writes(coop, "--send-at", TIME, "--yes")
    types(coop, "send-due")
    ahead = types(coop, "status")
    document = json.loads(types(coop, "status", "--json").stdout)
    coop.replace("groups.yaml", "coordination@", "nouvelle@")

    waiting = types(coop, "status", at=LEAVES)
    held = types(coop, "status", at=LEAVES + timedelta(days=1))
    late = json.loads(types(coop, "status", "--json", at=LEAVES + timedelta(days=1)).stdout)

    line = "Planned mail: On change, to group lac, tomorrow 6:00 pm, to about 4 addresses."
    assert line in plain(ahead.stdout)
    assert "Next to leave: tomorrow 6:00 pm, the planned mail On change." in plain(ahead.stdout)
    shown = {"at": "2026-06-04T16:00:00+00:00", "group": "lac", "subject": "On change", "addresses": 4}
    assert document["planned"] == [shown | {"held": False, "waits": False}]
    assert "replies would reach coordination@paniersdulac.example, who coordinates" in plain(waiting.stdout)
    assert "Planned mail, which waits: On change, to group lac." in plain(waiting.stdout)
    assert "next run" not in plain(waiting.stdout).replace("the next run that", "")
    assert "did not for a day, and is held" in plain(held.stdout)
    assert re.search(r"and is held: cagette-notify \S* ?\S* ?broadcast lac calls it off", plain(held.stdout))
    assert "as it would leave, and asks before it sends it" in plain(held.stdout)
    assert "Planned mail" not in held.stdout
    assert late["planned"] == [shown | {"held": True, "waits": False}]


def _torn(coop: Coop) -> None:
    coop.write("members.csv", 'id;email\n1;"zoe@exam')


def _group_gone(coop: Coop) -> None:
    coop.replace("groups.yaml", "id: lac", "id: mer")


def _data_gone(coop: Coop) -> None:
    coop.write("groups.yaml", "- {")


@pytest.mark.parametrize("happens", [_torn, _group_gone, _data_gone])
def test_status_promises_nothing_that_is_due_and_waits(coop: Coop, happens: Callable[[Coop], None]) -> None:
    writes(coop, "--send-at", TIME, "--yes")
    types(coop, "send-due")
    happens(coop)

    shown = plain(types(coop, "status", at=LEAVES).stdout)
    (told,) = json.loads(types(coop, "status", "--json", at=LEAVES).stdout)["planned"]

    assert "Planned mail, which waits: On change, to group lac." in shown
    assert ("Next to leave" in shown, "about 4" in shown, told["waits"]) == (False, False, True)


def _other_contact(coop: Coop) -> str:
    coop.replace("groups.yaml", "coordination@", "nouvelle@")
    return "replies would reach coordination@paniersdulac.example"


def _disabled(coop: Coop) -> str:
    coop.replace("groups.yaml", "id: lac", "id: lac\n  disabled: yes")
    return "its group is disabled"


def _cancelled(coop: Coop) -> str:
    coop.replace("distributions.yaml", "place: Salle des fêtes", "cancelled: yes")
    return "d1 took place when it was planned, and is off now"


def _deleted(coop: Coop) -> str:
    coop.write("distributions.yaml", "[]\n")
    return "no distribution 'd1'"


@pytest.mark.long
@pytest.mark.parametrize("happens", [_disabled, _cancelled, _deleted, _other_contact])
def test_status_promises_nothing_that_will_wait_as_the_data_stand(
    coop: Coop, happens: Callable[[Coop], str]
) -> None:
    writes(coop, "--to", "without-order:d1", "--send-at", TIME, "--yes")
    types(coop, "send-due")
    before = json.loads(types(coop, "status", "--json").stdout)["planned"]
    why = happens(coop)

    shown, french = (plain(types(coop, "status", language=one).stdout) for one in ("en", "fr"))
    (told,) = json.loads(types(coop, "status", "--json").stdout)["planned"]
    run = types(coop, "send-due", at=LEAVES)

    assert ([one["waits"] for one in before], told["waits"]) == ([False], True)
    assert f"will wait then, as the data stand: {why}" in shown.replace("--to: ", "")
    assert "Planned mail, which waits: On change, to group lac." in shown
    assert "the planned mail On change" not in shown
    assert "et attendra alors" in french
    assert why in run.stderr
    assert coop.mailed() == []


def test_what_may_come_by_then_keeps_no_planned_mail(coop: Coop) -> None:
    """Orders, for one, are there once they have closed."""
    (coop.folder / "orders.csv").unlink()
    writes(coop, "--to", "told:d1", "--to", "all", "--send-at", TIME, "--yes")

    (told,) = json.loads(types(coop, "status", "--json").stdout)["planned"]

    assert told["waits"] is False


def test_status_has_it_among_what_leaves_in_the_next_days(coop: Coop) -> None:
    types(coop, "send-due")
    none = types(coop, "status", "--days", "1")
    writes(coop, "--send-at", TIME, "--yes")

    ahead = plain(types(coop, "status", "--days", "2").stdout)
    too_soon = plain(types(coop, "status", "--days", "1").stdout)
    held = plain(types(coop, "status", "--days", "2", at=LEAVES + timedelta(days=1)).stdout)

    row = "Thu 4 Jun 6:00 pm Les Paniers du Lac (lac) broadcast about 4"
    said = [row in screen for screen in (ahead, too_soon, held)]
    assert (said, "No notice is planned for the next 1 days." in plain(none.stdout)) == (
        [True, False, False],
        True,
    )
    assert "The next 2 days:" in ahead
    assert "No notice is planned for the next 1 days." in too_soon


@pytest.mark.long
@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (timedelta(minutes=5), "Written today 6:00 pm: the mail On change, to group lac, 4 addresses."),
        (timedelta(days=1), "Written yesterday 6:00 pm: the mail On change, to group lac, 4 addresses."),
        (timedelta(days=2), "Written "),
        (timedelta(days=2, seconds=1), ""),
    ],
)
def test_status_says_for_two_days_that_it_has_left(coop: Coop, ago: timedelta, said: str) -> None:
    writes(coop, "--send-at", TIME, "--yes")
    types(coop, "send-due", at=LEAVES)
    writes(coop, "--test", "claire@example.org", subject="Un essai", at=LEAVES)

    shown = plain(types(coop, "status", at=LEAVES + ago).stdout)

    assert (said in shown, "Written" in shown, "Un essai" in shown) == (True, bool(said), False)


@pytest.mark.long
@pytest.mark.parametrize("is_draft", [True, False])
def test_status_says_how_it_is_called_off(coop: Coop, *, is_draft: bool) -> None:
    letter = coop.folder / ("drafts/lettre.md" if is_draft else "lettre.md")
    letter.parent.mkdir(exist_ok=True)
    letter.write_text("on change de salle.\n", encoding="utf-8")
    run_command(coop.folder, *PLAN[:-3], str(letter), *PLAN[-2:], "--yes")

    said = plain(types(coop, "status", at=datetime.now(timezone.utc)).stdout)

    (typed,) = re.findall(r"To see it, or to call it off: cagette-notify .*?(broadcast lac)\b", said)
    with at_the_keyboard(coop, "--lang", "en", *typed.split()) as keyboard:
        keyboard.types("1\n")
        keyboard.sees(OFFERED if is_draft else CHOICE)
        keyboard.types("c\n")
        status = keyboard.ends()
    assert (status, planned(coop)) == (0, [])


@pytest.mark.long
@pytest.mark.parametrize("key", ["c\n", "\n", "\x03"], ids=["c", "Enter", "Ctrl-C"])
def test_without_its_command_and_its_file_it_is_listed_shown_and_called_off(coop: Coop, key: str) -> None:
    coop.write("affiche.pdf", "%PDF-1.4")
    coop.write("liste.txt", "zoe@example.org\n")
    run_command(coop.folder, *PLAN, "--to", "file:liste.txt", "--attach", "affiche.pdf", "--yes")
    for name in ("lettre.md", "liste.txt", "affiche.pdf"):
        (coop.folder / name).unlink()

    with at_the_keyboard(coop, "--lang", "en", "broadcast", "lac") as keyboard:
        listed = plain(keyboard.sees("Number [2]: "))
        keyboard.types("1\n")
        shown = plain(keyboard.sees(CHOICE))
        keyboard.types(key)
        status = keyboard.ends()

    day = r"\w+ \d+ \w+ 20\d\d"
    assert re.search(
        r"1 'On change', planned for \w+ 6:00 pm, to file:liste\.txt, 1 file 2 no, a new", listed
    )
    assert "Subject On change Text Bonjour {{ member.first_name }}, on change de salle." in shown
    assert "Replies to Claire Fontaine" in shown
    assert "Attached affiche.pdf (1 kB)" in shown
    assert re.search(rf"Planned for {day} at 6:00 pm, to whoever is in the list then;", shown)
    assert "when it was planned: 1 address" in shown
    assert re.search("write it anew: cagette-notify .*?broadcast lac --subject 'On change' --to file:", shown)
    assert "[o]" not in shown
    assert (status, len(planned(coop)), coop.mailed()) == (0, int(key != "c\n"), [])
    stays = re.search(rf"It stays planned for {day} at 6:00 pm\.", plain(keyboard.screen))
    assert (stays is None, "Called off" in keyboard.screen) == (key == "c\n", key == "c\n")


@pytest.mark.long
@pytest.mark.parametrize("key", ["o\n", "\n", "c\n"])
def test_without_its_file_it_leaves_earlier_on_the_day_that_its_text_names(coop: Coop, key: str) -> None:
    """On another day only what it takes to write it anew is said: see the test before this one."""
    run_command(coop.folder, *PLAN, "--to", "coordinators", "--yes")
    (coop.folder / "lettre.md").unlink()
    today = datetime.now(ZoneInfo("Europe/Paris")).replace(hour=23, minute=59, second=59, microsecond=0)
    change(coop.folder / "ledger.sqlite3", f"UPDATE planned SET send_at = '{utc_text(today)}'")
    before = planned(coop)

    with at_the_keyboard(coop, "--lang", "en", "broadcast", "lac") as keyboard:
        keyboard.types("1\n")
        shown = plain(keyboard.sees("[o] let it leave with the next send-due  [c] call it off  [N] leave it"))
        keyboard.types(key)
        status = keyboard.ends()
    said, after = plain(keyboard.screen), planned(coop)
    types(coop, "send-due", at=datetime.now(timezone.utc))

    anew = r"write it anew: cagette-notify .*?broadcast lac --subject 'On change' --to coordinators"
    assert re.search(anew, shown)
    assert (status, len(after), after != before) == (0, int(key != "c\n"), key != "\n")
    assert ("It leaves with the next send-due, to whoever is in the list then." in said) is (key == "o\n")
    assert len(coop.mailed()) == int(key == "o\n")


def test_what_is_planned_is_listed_once_before_other_texts_and_by_its_group(coop: Coop) -> None:
    with (coop.folder / "groups.yaml").open("a") as file:
        file.write("- {id: mer, name: La Mer}\n")
    coop.write("members.csv", "id;email;groups\n1;zoe@example.org;lac\n")
    drafts = coop.folder / "drafts"
    drafts.mkdir()
    (drafts / "autre.md").write_text("un autre texte\n", encoding="utf-8")
    (drafts / "lettre.md").write_text("on change de salle.\n", encoding="utf-8")
    today = datetime.now(timezone.utc)
    for subject, file_, time in [("Lac", "drafts/lettre.md", LATER), ("Lettre", "lettre.md", AHEAD)]:
        body = str(coop.folder / file_)
        types(coop, "broadcast", "lac", "-s", subject, "--body", body, "--send-at", time, "--yes", at=today)
    os.utime(drafts / "autre.md")

    with at_the_keyboard(coop, "--lang", "en", "broadcast", "lac") as keyboard:
        of_lac = plain(keyboard.sees("Number [4]: "))
    with at_the_keyboard(coop, "--lang", "en", "broadcast", "mer") as keyboard:
        of_mer = plain(keyboard.sees("Number [2]: "))

    assert re.findall(r"'([^']+)'", of_lac) == ["Lettre", "Lac", "un autre texte"]
    assert re.findall(r"'([^']+)'", of_mer) == ["un autre texte"]


def test_a_rehearsal_offers_no_mail_to_call_off(coop: Coop) -> None:
    run_command(coop.folder, *PLAN, "--yes")

    with at_the_keyboard(coop, "--lang", "en", "broadcast", "lac", "--dry-run") as keyboard:
        assert "Number" not in keyboard.sees("Subject: ")


def offered(coop: Coop) -> str:
    """Return how a text that was left is offered."""
    with at_the_keyboard(coop, "--lang", "en", "broadcast", "lac") as keyboard:
        return plain(keyboard.sees("Number [2]: "))


def test_its_text_is_offered_with_the_time_for_which_it_is_planned_or_at_which_it_was_written(
    coop: Coop,
) -> None:
    letter = coop.folder / "drafts" / "lettre.md"
    letter.parent.mkdir()
    letter.write_text("on change de salle.\n", encoding="utf-8")
    due = datetime.now(timezone.utc) - timedelta(minutes=5)
    words = ("broadcast", "-s", "On change", "--body", str(letter))

    before = offered(coop)
    types(coop, *words, "--send-at", AHEAD, "--yes", at=due)
    ahead = offered(coop)
    types(coop, *words, "--yes", at=due)
    written = offered(coop)
    types(
        coop, *words, "--yes", "--again", "--send-at", f"{due:%Y-%m-%d %H:%M}Z", at=due - timedelta(hours=1)
    )
    late = offered(coop)

    assert "'on change de salle.' 2 " in before
    assert re.search(r"'On change', planned for \w+ 6:00 pm", ahead)
    assert re.search(r"'On change', written to the outbox (today|yesterday) \d+:\d\d [ap]m", written)
    assert re.search(r"'On change', was to leave (today|yesterday) \d+:\d\d [ap]m", late)


def test_status_says_that_it_is_given_up_and_that_is_no_trouble(coop: Coop) -> None:
    writes(coop, "--send-at", TIME, "--yes")
    types(coop, "send-due", at=LEAVES + timedelta(days=8))

    shown = types(coop, "status", at=LEAVES + timedelta(days=8))

    said = "was to leave on Thursday 4 June 2026 at 6:00 pm, never did, and is given up: no run names it"
    assert said in plain(shown.stdout)
    assert shown.exit_code == 0
    assert "and is held" not in plain(shown.stdout)


def test_under_another_delivery_status_says_that_it_does_not_leave(coop: Coop) -> None:
    writes(coop, "--send-at", TIME, "--yes")
    with (coop.folder / "config.yaml").open("a") as file:
        file.write("delivery: mailjet\n")

    shown = plain(types(coop, "status").stdout)
    long_after = plain(types(coop, "status", at=LEAVES + timedelta(days=8)).stdout)

    said = (
        "the mail 'On change' to group lac was planned for Thursday 4 June 2026 at 6:00 pm under delivery: "
        "outbox, and does not leave under delivery: mailjet"
    )
    assert [said in shown, said in long_after] == [True, False]
    assert "Planned mail" not in shown


def test_once_it_is_given_under_this_delivery_the_other_one_is_nobody_s_concern(coop: Coop) -> None:
    writes(coop, "--send-at", TIME, "--yes")
    elsewhere = "UPDATE planned SET account = 'mailjet'; UPDATE broadcasts SET account = 'mailjet'"
    change(coop.folder / "ledger.sqlite3", elsewhere)

    before = plain(types(coop, "status").stdout)
    writes(coop, "--send-at", TIME, "--yes")
    after = plain(types(coop, "status").stdout)

    said = "under delivery: mailjet, and does not leave under delivery: outbox"
    assert [said in before, said in after] == [True, False]


def test_its_readers_see_the_day_on_which_it_leaves(coop: Coop) -> None:
    writes(coop, "--send-at", TIME, "--yes")
    types(coop, "send-due", at=LEAVES)

    (body,) = {str(mail.get_body(("plain",))) for mail in coop.mails()[:1]}
    assert "4 juin 2026" in plain(body)
    assert "3 juin" not in plain(body)


def test_its_draft_knows_what_was_planned_of_it(coop: Coop) -> None:
    words = ("broadcast", "-s", "On change", "--body", "-", "--send-at", TIME, "--yes")
    before = ["-c", str(coop.folder / "config.yaml")]
    with time_machine.travel(NOW, tick=False):
        CliRunner().invoke(main, [*before, *words], input="Bonjour,\n")

    (beside,) = (coop.folder / "drafts").glob("*.json")
    attempts = [one for (one,) in rows(coop.folder / "ledger.sqlite3", "SELECT attempt FROM planned")]
    assert [json.loads(beside.read_text())["attempt"]] == attempts


def test_until_it_leaves_it_is_in_no_log(coop: Coop) -> None:
    writes(coop, "--send-at", TIME, "--yes")

    assert json.loads(types(coop, "log", "--json").stdout)["notices"] == []
    (member,) = json.loads(types(coop, "check-member", "zoe", "--json").stdout)["members"]
    assert "On change" not in str(member["history"])


AHEAD = f"{datetime.now(timezone.utc) + timedelta(days=2):%Y-%m-%d 18:00}"
PLAN = ("--lang", "en", "broadcast", "-s", "On change", "--body", "lettre.md", "--send-at", AHEAD)
CHOICE = "[c] call it off  [N] leave it planned "


def at_the_keyboard(coop: Coop, *words: str) -> Keyboard:
    return Keyboard(coop.folder, *words)


def test_asked_it_is_planned_by_the_first_answer_without_a_count_down(coop: Coop) -> None:
    with at_the_keyboard(coop, *PLAN) as keyboard:
        shown = keyboard.sees("[N] cancel ")
        keyboard.types("o\n")
        status = keyboard.ends()

    assert re.search(r"Leaves\s+on \w+ \d+ \w+ 20\d\d at 6:00\spm, to whoever is in the list\s+then", shown)
    assert re.search(r"\[o\] plan it for \w+ \d+ \w+ 20\d\d at 6:00\spm  \[a\]", shown)
    assert (status, len(planned(coop)), coop.mailed()) == (0, 1, [])
    assert "Ctrl-C cancels" not in keyboard.screen


@pytest.mark.long
@pytest.mark.parametrize("key", ["\n", "n\n", "\x04", "\x03"], ids=["Enter", "n", "end of input", "Ctrl-C"])
def test_anything_but_c_leaves_it_planned(coop: Coop, key: str) -> None:
    run_command(coop.folder, *PLAN, "--yes")

    with at_the_keyboard(coop, *PLAN) as keyboard:
        shown = keyboard.sees(CHOICE)
        keyboard.types("o\n")
        keyboard.sees("Answer c or N.")
        keyboard.sees(CHOICE)
        keyboard.types(key)
        status = keyboard.ends()

    assert re.search(r"Planned\s+for \w+ \d+ \w+ 20\d\d at 6:00\spm", shown)
    assert (status, len(planned(coop))) == (0, 1)
    assert "It stays planned for " in keyboard.screen


def test_c_calls_it_off_and_says_where_the_text_is(coop: Coop) -> None:
    run_command(coop.folder, *PLAN, "--yes")

    with at_the_keyboard(coop, *PLAN[:-1], "2026-01-01 18:00") as keyboard:  # whatever the time
        keyboard.sees(CHOICE)
        keyboard.types("c\n")
        status = keyboard.ends()

    assert (status, planned(coop), coop.mailed()) == (0, [], [])
    assert "Called off: nothing of it leaves." in keyboard.screen
    assert "your text is in lettre.md; to go on with it:" in keyboard.screen


OFFERED = "[c] call it off  [a] look at it in the browser  [e] a test to me  [N] leave it planned "


def test_who_answers_no_to_sending_it_at_once_leaves_it_planned_and_is_offered_no_change(coop: Coop) -> None:
    run_command(coop.folder, *PLAN, "--yes")

    with at_the_keyboard(coop, *PLAN[:-2]) as keyboard:
        shown = keyboard.sees(OFFERED)
        for key in "msdpr":
            keyboard.types(f"{key}\n")
            keyboard.sees("Answer o, c, a, e or N.")
            keyboard.sees(OFFERED)
        keyboard.types("n\n")
        status = keyboard.ends()

    assert "this very mail is planned for" in shown
    assert (status, len(planned(coop)), coop.mailed()) == (0, 1, [])
    assert "cancelled" not in keyboard.screen
    assert re.search(
        r"It stays planned for .*\. To see it, or to call it off: .* broadcast lac", plain(keyboard.screen)
    )


def test_ctrl_c_in_the_count_down_leaves_it_planned(coop: Coop) -> None:
    run_command(coop.folder, *PLAN, "--yes")

    with Keyboard(coop.folder, *PLAN[:-2], thinks=True) as keyboard:
        keyboard.sees(OFFERED)
        keyboard.types("o\n")
        keyboard.sees("Ctrl-C cancels")
        keyboard.types("\x03")
        status = keyboard.ends()

    assert (status, len(planned(coop)), coop.mailed()) == (0, 1, [])
    assert "It stays planned for " in plain(keyboard.screen)
    assert "cancelled" not in keyboard.screen


def test_who_answers_yes_sends_it_at_once(coop: Coop) -> None:
    run_command(coop.folder, *PLAN, "--yes")

    with at_the_keyboard(coop, *PLAN[:-2]) as keyboard:
        keyboard.sees(OFFERED)
        keyboard.types("o\n")
        status = keyboard.ends()

    assert (status, planned(coop), coop.mailed()) == (0, [], EVERYBODY)


@pytest.mark.long
@pytest.mark.parametrize(("time", "is_typed"), [(AHEAD, True), ("2026-01-01 18:00", False)])
@pytest.mark.parametrize("is_draft", [True, False])
def test_what_is_said_to_go_on_with_it_plans_it_unless_that_time_is_past(
    coop: Coop, time: str, *, is_typed: bool, is_draft: bool
) -> None:
    letter = coop.folder / ("drafts/lettre.md" if is_draft else "lettre.md")
    letter.parent.mkdir(exist_ok=True)
    letter.write_text("on change de salle.\n", encoding="utf-8")
    words = (*PLAN[:-3], str(letter), *PLAN[-2:])
    run_command(coop.folder, *words, "--yes")

    with at_the_keyboard(coop, *words[:-1], time) as keyboard:
        keyboard.sees(CHOICE)
        keyboard.types("c\n")
        keyboard.ends()
    (typed,) = re.findall(r"to go on with it:\s+cagette-notify (.*)", keyboard.screen)

    assert ("--send-at" in typed, "--body" in typed) == (is_typed, not is_draft)
    with at_the_keyboard(coop, "--lang", "en", *shlex.split(typed)) as keyboard:
        if is_draft:
            keyboard.types("1\n")
        assert ("[o] plan it for " in keyboard.sees("[N] cancel ")) == is_typed


def test_who_is_asked_whether_to_send_it_now_can_call_it_off(coop: Coop) -> None:
    run_command(coop.folder, *PLAN, "--yes")

    with at_the_keyboard(coop, *PLAN[:-2]) as keyboard:
        keyboard.sees(OFFERED)
        keyboard.types("c\n")
        status = keyboard.ends()

    assert (status, planned(coop), coop.mailed()) == (0, [], [])
    assert "Called off: nothing of it leaves." in keyboard.screen


LATER = f"{datetime.now(timezone.utc) + timedelta(days=5):%Y-%m-%d 09:30}"


@pytest.mark.long
@pytest.mark.parametrize(("key", "is_moved"), [("o\n", True), ("\n", False), ("c\n", False)])
def test_with_another_time_it_is_moved_if_that_is_wanted(coop: Coop, key: str, *, is_moved: bool) -> None:
    run_command(coop.folder, *PLAN, "--yes")
    (before,) = planned(coop)

    with at_the_keyboard(coop, *PLAN[:-1], LATER) as keyboard:
        shown = plain(keyboard.sees("  [c] call it off  [N] leave it planned "))
        keyboard.types(key)
        status = keyboard.ends()

    assert re.search(r"Planned for \w+ \d+ \w+ 20\d\d at 6:00 pm, to whoever", shown)
    assert re.search(r"\[o\] move it to \w+ \d+ \w+ 20\d\d at 9:30 am \[c\]", shown)
    assert (status, len(planned(coop))) == (0, int(key != "c\n"))
    assert (before in planned(coop)) == (key == "\n")
    assert ("It is planned no more for " in keyboard.screen) == is_moved
    assert ("Planned for " in keyboard.screen.split("[N]")[1]) == is_moved


@pytest.mark.dear
@pytest.mark.parametrize("time", ["2026-01-01 18:00", "2099-01-01 18:00"])
def test_to_no_time_that_can_t_be_it_is_moved(coop: Coop, time: str) -> None:
    run_command(coop.folder, *PLAN, "--yes")
    with at_the_keyboard(coop, *PLAN[:-1], time) as keyboard:
        shown = keyboard.sees(CHOICE)
        keyboard.types("\n")
        keyboard.ends()
    unasked = writes(coop, "--send-at", time, "--yes", at=datetime.now(timezone.utc))

    assert ("[o]" in shown, len(planned(coop))) == (False, 1)
    assert (unasked.exit_code, "a time that is ahead, within 60 days" in unasked.stderr) == (2, True)


@pytest.mark.long
@pytest.mark.parametrize(
    ("hours", "state", "stays"),
    [
        (2, "has not yet; what it waits for: cagette-notify status", "leave it planned"),
        (30, "held until you send it, or call it off", "leave it held"),
    ],
)
def test_one_that_did_not_leave_at_its_time_can_be_sent_now_called_off_or_moved(
    coop: Coop, hours: int, state: str, stays: str
) -> None:
    due = datetime.now(timezone.utc) - timedelta(hours=hours)
    time = f"{due:%Y-%m-%d %H:%M}Z"
    writes(coop, "--send-at", time, "--yes", at=due - timedelta(days=1))

    with at_the_keyboard(coop, *PLAN[:-1], LATER) as keyboard:
        moving = keyboard.sees(f"  [c] call it off  [N] {stays} ")
        keyboard.types("\n")
        keyboard.ends()
    with at_the_keyboard(coop, *PLAN[:-1], time) as keyboard:
        shown = keyboard.sees(f"[o] send it now  [c] call it off  [N] {stays} ")
        keyboard.types("o\n")
        as_it_leaves = keyboard.sees(
            f"[o] send NOW to 4 addresses  {OFFERED.replace('leave it planned', stays)}"
        )
        keyboard.types("o\n")
        status = keyboard.ends()

    assert [state in plain(screen) for screen in (shown, as_it_leaves)] == [True, True]
    assert "[o] move it to " in moving
    assert (status, planned(coop), coop.mailed()) == (0, [], EVERYBODY)


def test_a_planned_mail_whose_text_was_changed_since_is_pointed_out_and_can_be_called_off(coop: Coop) -> None:
    run_command(coop.folder, *PLAN, "--yes")
    coop.write("lettre.md", "Bonjour,\n\non change bien de salle.\n")

    with at_the_keyboard(coop, *PLAN) as keyboard:
        shown = keyboard.sees("[c] call the planned one off  [a]")
        keyboard.types("x\n")
        keyboard.sees("Answer o, r, c, a, e, m, s, d, p or N.")
        keyboard.types("c\n")
        keyboard.sees("Called off: nothing of it leaves.")
        again = keyboard.sees("[N] cancel ")
        keyboard.types("o\n")
        status = keyboard.ends()

    assert re.search(r"another mail to this group is planned for .*:\s+On change", shown, re.DOTALL)
    assert ("another mail" in again, "[c]" in again) == (False, False)
    assert (status, len(planned(coop))) == (0, 1)


BOTH = "too: both leave  [r] in the place of the planned one"


@pytest.mark.long
@pytest.mark.parametrize(
    ("key", "texts"), [("r\n", ["bien"]), ("o\n", ["bien", "salle"]), ("n\n", ["salle"])]
)
@pytest.mark.parametrize("words", [PLAN, PLAN[:-2]], ids=["planned", "sent now"])
def test_a_text_that_was_corrected_takes_the_place_of_the_planned_one_or_both_leave(
    coop: Coop, words: tuple[str, ...], key: str, texts: list[str]
) -> None:
    run_command(coop.folder, *PLAN, "--yes")
    coop.write("lettre.md", "on change bien de salle.\n")

    with at_the_keyboard(coop, *words) as keyboard:
        shown = keyboard.sees("[N] cancel ")
        keyboard.types(key)
        status = keyboard.ends()

    types(coop, "send-due", at=utc(f"{AHEAD[:10]}T20:00"))
    left = [mail for mail in coop.mails() if mail["To"].addresses[0].addr_spec == "zoe@example.org"]
    assert BOTH in shown
    assert status == int(key == "n\n")
    assert sorted("bien" if "bien" in str(mail) else "salle" for mail in left) == texts
    stays = "the mail 'On change' to group lac stays planned for" in plain(keyboard.screen)
    assert stays == (key == "n\n")


@pytest.mark.dear
@pytest.mark.parametrize(
    ("time", "hour"), [([], "6:00 pm"), (["--send-at", LATER], "9:30 am")], ids=["its time", "a time given"]
)
def test_what_takes_the_place_of_a_planned_one_leaves_at_its_time_unless_another_is_given(
    coop: Coop, time: list[str], hour: str
) -> None:
    run_command(coop.folder, *PLAN, "--yes")
    coop.write("lettre.md", "on change bien de salle.\n")

    with at_the_keyboard(coop, *PLAN[:-2], *time) as keyboard:
        shown = plain(keyboard.sees("[N] cancel "))
        keyboard.types("r\n")
        status = keyboard.ends()

    at = LATER if time else AHEAD
    assert re.search(rf"\[r\] in the place of the planned one: leaves on \w+ \d+ \w+ 20\d\d at {hour}", shown)
    assert ("send NOW to 4 addresses, too: both leave" in shown) == (not time)
    assert (status, [one[:10] for one in planned(coop)], coop.mailed()) == (0, [at[:10]], [])
    said = plain(keyboard.screen)
    assert re.search(r"The one that was planned for \w+ \d+ \w+ 20\d\d at 6:00 pm leaves no more\.", said)
    types(coop, "send-due", at=utc(f"{at[:10]}T20:00"))
    body = coop.mails()[0].get_body(("plain",))
    assert body
    assert re.search(rf"\b{int(at[8:10])} \w+ {at[:4]}", plain(body.get_content()))


def test_what_takes_the_place_of_one_that_should_have_left_leaves_now_and_that_is_said(coop: Coop) -> None:
    due = datetime.now(timezone.utc) - timedelta(hours=2)
    writes(coop, "--send-at", f"{due:%Y-%m-%d %H:%M}Z", "--yes", at=due - timedelta(days=1))
    coop.write("lettre.md", "on change bien de salle.\n")

    with at_the_keyboard(coop, *PLAN[:-2]) as keyboard:
        keyboard.sees("[r] send NOW, in the place of the planned one")
        keyboard.types("r\n")
        status = keyboard.ends()

    assert (status, planned(coop), coop.mailed()) == (0, [], EVERYBODY)


@pytest.mark.long
@pytest.mark.parametrize(
    ("lists", "subject", "is_asked"),
    [
        (["--to", "without-order:d1"], "Autre", False),
        (["--to", "without-order:d1"], "On change", False),
        (["--to", "all"], "Autre", True),
        (["--to", "with-order:d1", "--to", "coordinators"], "Autre", True),
    ],
)
def test_both_leave_is_said_where_somebody_would_get_both(
    coop: Coop, lists: list[str], subject: str, *, is_asked: bool
) -> None:
    run_command(coop.folder, *PLAN, "--to", "with-order:d1", "--yes")

    with at_the_keyboard(coop, *PLAN[:4], subject, *PLAN[5:], *lists) as keyboard:
        shown = keyboard.sees("[N] cancel ")
        keyboard.types("n\n")
        keyboard.ends()

    assert "another mail to this group is planned for" in plain(shown)
    assert (BOTH in shown, "[c] call the planned one off" in shown) == (is_asked, True)


@pytest.mark.long
@pytest.mark.parametrize("time", [["--send-at", TIME], ["--send-at", "2026-06-20 18:00"], []])
def test_unasked_no_second_mail_of_that_subject_is_given_to_readers_of_the_planned_one(
    coop: Coop, time: list[str]
) -> None:
    writes(coop, "--send-at", TIME, "--yes")
    coop.write("lettre.md", "on change bien de salle.\n")

    refused = writes(coop, *time, "--yes")
    shown = writes(coop, *time, "--dry-run")
    by_then = (planned(coop), coop.mailed())
    wanted = writes(coop, *time, "--yes", "--again")

    assert (refused.exit_code, shown.exit_code, wanted.exit_code) == (1, 0, 0)
    assert "with this subject is planned for Thursday 4 June 2026 at 6:00 pm" in plain(refused.stderr)
    assert by_then == (["2026-06-04T16:00:00+00:00"], [])
    assert len(planned(coop)) + len(coop.mailed()) // 4 == 2


def test_unasked_what_others_read_or_what_has_another_subject_is_planned_beside(coop: Coop) -> None:
    writes(coop, "--send-at", TIME, "--yes", "--to", "with-order:d1")

    others = writes(coop, "--send-at", TIME, "--yes", "--to", "without-order:d1")
    another = writes(coop, "--send-at", TIME, "--yes", subject="Autre")

    assert (others.exit_code, another.exit_code, len(planned(coop))) == (0, 0, 3)


def test_what_was_held_for_a_day_is_said_to_be_and_can_be_sent_now(coop: Coop) -> None:
    writes(coop, "--send-at", TIME, "--yes")
    later = LEAVES + timedelta(days=1)

    shown = writes(coop, "--send-at", TIME, "--dry-run", at=later)
    unasked = writes(coop, "--send-at", TIME, "--yes", at=later)
    sent = writes(coop, "--yes", at=later)

    held = "it was to leave on Thursday 4 June 2026 at 6:00 pm, did not for a day, and is held"
    assert [held in plain(one.stdout) for one in (shown, unasked)] == [True, True]
    assert (sent.exit_code, coop.mailed()) == (0, EVERYBODY)


def test_a_time_that_is_past_is_refused_before_anybody_writes_a_text(coop: Coop) -> None:
    with at_the_keyboard(
        coop, "--lang", "en", "broadcast", "-s", "On", "--send-at", "2026-01-01 18:00"
    ) as board:
        status = board.ends()

    assert (status, "a time that is ahead, within 60 days" in board.screen) == (2, True)


@pytest.mark.parametrize("time", ["2026-01-01 18:00", "bientôt"])
def test_a_time_that_can_t_be_is_refused_before_anything_is_asked(coop: Coop, time: str) -> None:
    drafts = coop.folder / "drafts"
    drafts.mkdir()
    (drafts / "lettre.md").write_text("on change de salle.\n", encoding="utf-8")

    with at_the_keyboard(coop, "--lang", "en", "broadcast", "lac", "--send-at", time) as keyboard:
        status = keyboard.ends()

    assert (status, "--send-at: " in keyboard.screen) == (2, True)
    assert ("Number" in keyboard.screen, "Subject" in keyboard.screen) == (False, False)


def test_how_a_text_is_thrown_away_is_said_and_how_one_leaves_without_a_subject(coop: Coop) -> None:
    drafts = coop.folder / "drafts"
    drafts.mkdir()
    (drafts / "lettre.md").write_text("on change de salle.\n", encoding="utf-8")

    with at_the_keyboard(coop, "--lang", "en", "broadcast", "lac") as keyboard:
        listed = keyboard.sees("Number [2]: ")
        keyboard.types("\n")
        keyboard.sees("Subject: ")
        keyboard.types("\n")
        asked_again = keyboard.sees("Subject: ")

    assert "To throw a text away, delete its file in drafts." in listed
    assert "To leave without sending anything: Ctrl-C." in asked_again


def test_in_french_it_is_said_in_french(coop: Coop) -> None:
    result = writes(coop, "--send-at", TIME, "--yes", language="fr")

    assert "Programmé pour jeudi 4 juin 2026 à 18 h : il part avec le premier send-due" in plain(
        result.stdout
    )


def test_in_french_the_hours_of_what_left_and_of_what_is_planned_are_written_alike(coop: Coop) -> None:
    writes(coop, "--yes", at=utc("2026-06-03T06:40"))
    writes(coop, "--yes", "--again", "--send-at", TIME)

    other = plain(
        writes(coop, "--dry-run", subject="Autre", at=utc("2026-06-03T07:00"), language="fr").stdout
    )
    again = plain(writes(coop, "--yes", language="fr").stderr)

    assert "un autre e-mail à ce groupe a été écrit à 8 h 40 : On change" in other
    assert "ce même e-mail a été écrit le mercredi 3 juin 2026 à 8 h 40" in again
    assert not re.search(r"\d\d:\d\d", other + again)
