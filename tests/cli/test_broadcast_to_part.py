"""A mail to a group whose data may lack people: asked about, and never ended by reaching a few."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.command import run
from tests.fixtures.coop import Coop
from tests.fixtures.terminal import Keyboard

if TYPE_CHECKING:
    from pathlib import Path

MAIL = ("--lang", "en", "broadcast", "lac", "-s", "On change de salle", "--body", "lettre.md")
ALL_THE_SAME = "The group's data may lack people: [o] send to 5 addresses all the same"
HELD = (
    "group lac has 5 members, down from 12: nothing is sent to it; if that is right: "
    "cagette-notify send-due --accept-data lac"
)
GONE = [f"m{number}@example.org" for number in range(5)]
EVERYBODY = sorted(f"m{number}@example.org" for number in range(12))


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    """A group of twelve, all told of tomorrow's distribution; nothing of that is in the outbox any more."""
    return told_coop(tmp_path, range(12))


def told_coop(folder: Path, ordered: range) -> Coop:
    made = Coop(folder)
    now = datetime.now(timezone.utc).replace(microsecond=0)
    starts, opened = (f"{now + timedelta(hours=hours):%Y-%m-%dT%H:%M}+00:00" for hours in (20, -1))
    made.write(
        "distributions.yaml", f"- {{id: d1, group: lac, starts_at: '{starts}', orders_open_at: '{opened}'}}\n"
    )
    made.write("orders.csv", "member;distribution;product;quantity\n" + "".join(orders(ordered)))
    made.write("lettre.md", "Bonjour,\n\non change de salle.\n")
    export(made, range(12))
    made.run(now, lookback=timedelta(days=1), reads_at_once=True)
    for mail in (folder / "outbox").glob("*.eml"):
        mail.unlink()
    return made


def export(coop: Coop, numbers: range, *, ids_from: int = 0) -> None:
    rows = "".join(f"{number + ids_from};m{number}@example.org\n" for number in numbers)
    coop.write("members.csv", "id;email\n" + rows)


def orders(numbers: range) -> list[str]:
    return [f"{number};d1;Pain;1\n" for number in numbers]


def sent_all_the_same(coop: Coop) -> str:
    with Keyboard(coop.folder, *MAIL) as keyboard:
        keyboard.sees(ALL_THE_SAME)
        keyboard.types("o\n")
        assert keyboard.ends() == 1
    return keyboard.screen


def test_nothing_leaves_unasked_while_the_members_export_is_shrunken(coop: Coop) -> None:
    export(coop, range(5))

    ended = run(coop.folder, *MAIL, "--yes")

    assert (ended.returncode, ended.stdout) == (65, "")
    (accept,) = re.findall(r"if that is right: (.*)", ended.stderr)
    assert ended.stderr.startswith(HELD.partition(";")[0])
    assert f"--config {coop.folder}/config.yaml send-due --accept-data lac" in accept
    assert "on a terminal, without --yes, it asks" in ended.stderr
    assert coop.mailed() == []


@pytest.fixture
def untold(tmp_path: Path) -> Coop:
    """A group of twelve, to whom nothing has left yet."""
    made = Coop(tmp_path)
    made.write("distributions.yaml", "- {id: d1, group: lac, starts_at: 2099-06-12 18:00}\n")
    made.write("lettre.md", "Bonjour,\n\non change de salle.\n")
    export(made, range(12))
    return made


def test_nothing_leaves_unasked_while_the_export_is_smaller_than_at_the_last_mail_to_everybody(
    untold: Coop,
) -> None:
    assert run(untold.folder, *MAIL, "--yes").returncode == 0
    export(untold, range(5))

    ended = run(untold.folder, *MAIL, "-s", "Deux", "--yes")

    assert ended.returncode == 65
    assert ended.stderr.startswith(HELD.partition(";")[0])
    assert len(untold.mailed()) == 12


def test_a_notice_is_held_while_the_export_is_smaller_than_at_the_last_mail_to_everybody(
    untold: Coop,
) -> None:
    run(untold.folder, *MAIL, "--yes", "--to", "all", "--to", "coordinators")
    export(untold, range(5))
    now = datetime.now(timezone.utc)
    starts, opened = (f"{now + timedelta(hours=hours):%Y-%m-%dT%H:%M}+00:00" for hours in (20, -1))
    one = f"- {{id: d1, group: lac, starts_at: '{starts}', orders_open_at: '{opened}'}}\n"
    untold.write("distributions.yaml", one)

    report = untold.run(now, lookback=timedelta(days=1), reads_at_once=True)

    assert HELD in [problem.message for problem in report.problems]
    assert report.counts["sent"] == 0


@pytest.mark.long
@pytest.mark.parametrize("options", [("--to", "coordinators"), ("--dry-run",), ("--test", "moi@example.org")])
def test_what_is_no_mail_to_everybody_measures_no_export(untold: Coop, options: tuple[str, ...]) -> None:
    run(untold.folder, *MAIL, "--yes", *options)
    export(untold, range(5))

    assert run(untold.folder, *MAIL, "-s", "Deux", "--yes").returncode == 0


def test_a_mail_to_a_shrunken_group_leaves_the_measure_as_it_was(coop: Coop) -> None:
    export(coop, range(5))
    sent_all_the_same(coop)

    assert run(coop.folder, *MAIL, "-s", "Deux", "--yes").returncode == 65


@pytest.mark.long
@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_mail_by_hand_tells_its_readers_that_they_are_members(untold: Coop, language: str) -> None:
    untold.replace("groups.yaml", "  name:", f"  language: {language}\n  name:")

    run(untold.folder, *MAIL, "--yes", "--to", "coordinators")

    (mail,) = untold.mails()
    for part in ("plain", "html"):
        body = mail.get_body((part,))
        assert body
        text = " ".join(body.get_content().split())
        assert not re.search(r"membre|member", text)
        assert "Les Paniers du Lac" in text


def test_a_document_says_why_it_was_held_back(coop: Coop) -> None:
    export(coop, range(5))

    ended = run(coop.folder, *MAIL, "--yes", "--json")

    assert ended.returncode == 65
    assert json.loads(ended.stdout)["problems"][0]["message"] == HELD


def test_nothing_leaves_unasked_while_the_members_have_other_ids_than_were_told(coop: Coop) -> None:
    export(coop, range(12), ids_from=500)

    ended = run(coop.folder, *MAIL, "--yes")

    assert ended.returncode == 65
    assert "send-due --accept-data lac" in ended.stderr
    assert coop.mailed() == []


def test_nothing_leaves_unasked_while_the_group_seems_to_be_another_under_a_new_id(coop: Coop) -> None:
    coop.replace("groups.yaml", "id: lac", "id: lac2")
    coop.replace("distributions.yaml", "id: d1, group: lac", "id: d2, group: lac2")

    ended = run(coop.folder, *MAIL[:3], "lac2", *MAIL[4:], "--yes")

    assert ended.returncode == 65
    assert "group lac2 seems to be lac under another id" in ended.stderr
    assert coop.mailed() == []


@pytest.mark.long
@pytest.mark.parametrize("wanted", ["with-order:d1", "without-order:d1"])
def test_nothing_leaves_unasked_by_orders_that_shrank(coop: Coop, wanted: str) -> None:
    coop.write("orders.csv", "member;distribution;product;quantity\n" + "".join(orders(range(5))))

    ended = run(coop.folder, *MAIL, "--to", wanted, "--yes")

    assert ended.returncode == 65
    assert "distribution d1 has 5 orders, down from 12" in ended.stderr
    assert coop.mailed() == []


def test_orders_that_shrank_hold_up_no_mail_to_everybody(coop: Coop) -> None:
    coop.write("orders.csv", "member;distribution;product;quantity\n")

    assert run(coop.folder, *MAIL, "--yes").returncode == 0
    assert coop.mailed() == EVERYBODY


@pytest.mark.long
@pytest.mark.parametrize(
    ("wanted", "reached"),
    [("coordinators", ["coordination@paniersdulac.example"]), ("told:d1", EVERYBODY)],
)
def test_who_is_known_without_the_export_is_written_to_without_asking(
    coop: Coop, wanted: str, reached: list[str]
) -> None:
    export(coop, range(5))

    ended = run(coop.folder, *MAIL, "--to", wanted, "--yes")

    assert (ended.returncode, ended.stderr) == (0, "")
    assert coop.mailed() == reached


def test_who_was_told_of_an_opening_alone_is_written_to_as_a_member_and_asked_about(tmp_path: Path) -> None:
    coop = told_coop(tmp_path, range(0))
    export(coop, range(5))

    ended = run(coop.folder, *MAIL, "--to", "told:d1", "--yes")

    assert ended.returncode == 65
    assert coop.mailed() == []


@pytest.mark.dear
def test_a_dry_run_and_a_test_copy_are_held_up_by_nothing(coop: Coop) -> None:
    export(coop, range(5))

    shown = run(coop.folder, *MAIL, "--dry-run")
    tried = run(coop.folder, *MAIL, "--test", "claire@example.org")

    assert (shown.returncode, tried.returncode) == (1, 0)
    assert "Caution" in shown.stdout
    assert f"cagette-notify --config {coop.folder}/config.yaml send-due --accept-data lac\n" in shown.stdout
    assert coop.mailed() == ["claire@example.org"]


def test_the_screen_and_the_question_say_that_people_may_be_missing(coop: Coop) -> None:
    export(coop, range(5))
    with Keyboard(coop.folder, *MAIL) as keyboard:
        shown = " ".join(keyboard.sees(ALL_THE_SAME).split())
        keyboard.types("\n")
        status = keyboard.ends()

    assert status == 1
    assert "Caution group lac has 5 members, down from 12" in shown
    assert "This mail goes only to whom the data still names." in shown
    assert coop.mailed() == []


@pytest.mark.dear
def test_the_same_command_goes_on_with_who_was_missing_and_with_nobody_twice(coop: Coop) -> None:
    export(coop, range(5))
    screen = sent_all_the_same(coop)
    assert coop.mailed() == GONE
    assert "Whoever is missing in the data is left out." in screen
    export(coop, range(12))

    rest = run(coop.folder, *MAIL, "--yes")
    once_more = run(coop.folder, *MAIL, "--yes")

    assert (rest.returncode, rest.stderr) == (0, "")
    assert coop.mailed() == EVERYBODY
    assert once_more.returncode == 1
    assert "this very mail was written on" in once_more.stderr
    assert "to 12 addresses" in once_more.stderr


@pytest.mark.dear
def test_a_test_copy_in_between_takes_nothing_from_those_who_were_missing(coop: Coop) -> None:
    export(coop, range(5))
    sent_all_the_same(coop)
    export(coop, range(12))

    tried = run(coop.folder, *MAIL, "--test", "claire@example.org")
    rest = run(coop.folder, *MAIL, "--yes")

    assert (tried.returncode, rest.returncode) == (0, 0), rest.stderr
    assert coop.mailed() == sorted([*EVERYBODY, "claire@example.org"])


def test_who_was_missing_is_shown_before_it_goes_on(coop: Coop) -> None:
    export(coop, range(5))
    sent_all_the_same(coop)
    export(coop, range(12))

    ended = run(coop.folder, *MAIL, "--dry-run")
    listed = run(coop.folder, *MAIL, "--dry-run", "--json")

    assert "addresses that get it now: 7, that had it: 5" in " ".join(ended.stdout.split())
    assert sorted(one["address"] for one in json.loads(listed.stdout)["notices"]) == sorted(
        set(EVERYBODY) - set(GONE)
    )


@pytest.mark.dear
def test_others_who_are_missing_still_are_waited_for(coop: Coop) -> None:
    export(coop, range(5))
    sent_all_the_same(coop)
    export(coop, range(3, 8))

    unasked = run(coop.folder, *MAIL, "--yes")
    with Keyboard(coop.folder, *MAIL) as keyboard:
        keyboard.sees("[o] send to 3 addresses all the same")
        keyboard.types("o\n")
        keyboard.ends()
    export(coop, range(12))
    rest = run(coop.folder, *MAIL, "--yes")

    assert (unasked.returncode, rest.returncode) == (65, 0)
    assert coop.mailed() == EVERYBODY


def test_while_people_are_missing_it_is_not_sent_again_to_who_had_it(coop: Coop) -> None:
    export(coop, range(5))
    sent_all_the_same(coop)

    ended = run(coop.folder, *MAIL, "--yes")

    assert ended.returncode == 1
    assert "this very mail was written on" in ended.stderr
    assert coop.mailed() == GONE


def test_again_means_everybody_again(coop: Coop) -> None:
    export(coop, range(5))
    sent_all_the_same(coop)
    export(coop, range(12))

    assert run(coop.folder, *MAIL, "--yes", "--again").returncode == 0
    assert coop.mailed() == sorted([*GONE, *EVERYBODY])


@pytest.mark.dear
def test_a_mail_that_reached_the_whole_group_does_not_go_on_with_who_joined_since(coop: Coop) -> None:
    run(coop.folder, *MAIL, "--yes")
    export(coop, range(13))

    shown = run(coop.folder, *MAIL, "--dry-run")
    ended = run(coop.folder, *MAIL, "--yes")

    assert (shown.returncode, ended.returncode) == (1, 1)
    assert coop.mailed() == EVERYBODY
