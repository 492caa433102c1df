"""``status`` and the end of ``init`` on an opening that was due before the first run."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.coop import OPENED
from tests.fixtures.desk import SHORT_COMMAND, WITH_EXPORTS, Desk, begun
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from datetime import datetime

    from tests.fixtures.office import Office

TOO_LATE = utc("2026-06-08T06:00")  # for the opening of three days before, and orders are still open
IN_TIME = utc("2026-06-06T06:00")


def said_by_status(office: Office, at: datetime) -> list[str]:
    office.at = at
    found = json.loads(office.invoke("status", "--json").stdout)
    messages = [one["message"] for one in found["unannounced"]]
    shown = office.invoke("status").stdout
    assert ("orders opened on" in shown) == bool(messages)
    return messages


@pytest.mark.parametrize("has_run", [False, True])
def test_that_it_does_not_leave_is_said_before_the_first_run_and_after_it(
    office: Office, *, has_run: bool
) -> None:
    if has_run:
        office.sends(TOO_LATE)

    (message,) = said_by_status(office, TOO_LATE + timedelta(minutes=5))

    assert "before the first run: the notice of it doesn't leave any more" in message
    assert message.endswith("/config.yaml broadcast lac --to all")


def test_as_long_as_it_may_leave_the_look_back_is_named_until_a_run_has_said_so(office: Office) -> None:
    (message,) = said_by_status(office, IN_TIME)
    office.sends(IN_TIME)

    assert message.endswith("/config.yaml send-due --lookback 25h")
    assert said_by_status(office, IN_TIME + timedelta(minutes=5)) == []
    assert "--lookback 25h" in office.invoke("status").stdout  # as what the first run held back


def test_an_opening_that_left_after_all_is_none(office: Office) -> None:
    office.sends(IN_TIME)
    office.at = IN_TIME + timedelta(minutes=5)
    assert office.invoke("send-due", "--lookback", "48h").exit_code == 0

    assert said_by_status(office, TOO_LATE) == []


def test_an_opening_that_left_is_none_though_its_orders_are_said_to_have_opened_before(
    office: Office,
) -> None:
    office.sends(OPENED)
    office.coop.replace("distributions.yaml", "2026-06-05 08:00", "2026-06-01 08:00")

    assert said_by_status(office, TOO_LATE) == []


def test_an_opening_that_nobody_would_get_is_none(office: Office) -> None:
    office.coop.replace("config.yaml", "data:", "notices: {opening: {default: no}}\ndata:")

    assert said_by_status(office, TOO_LATE) == []


@pytest.mark.parametrize(("to", "is_said"), [("all", False), ("coordinators", True)])
def test_once_everybody_was_written_to_by_hand_it_is_not_said_any_more(
    office: Office, to: str, *, is_said: bool
) -> None:
    office.coop.replace("groups.yaml", "contact:", "coordinators: [zoe@example.org]\n  contact:")
    office.sends(TOO_LATE)
    office.at = TOO_LATE + timedelta(minutes=5)
    office.coop.write("body.md", "Les commandes sont ouvertes.\n")
    body = str(office.coop.folder / "body.md")
    sent = office.invoke("broadcast", "lac", "--to", to, "-s", "Commandes", "--body", body, "--yes")
    assert sent.exit_code == 0

    assert bool(said_by_status(office, TOO_LATE + timedelta(minutes=10))) == is_said


@pytest.mark.usefixtures("exports")
def test_init_ends_with_what_does_not_leave_and_the_command_as_it_works_here(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = " ".join(begun(desk, monkeypatch, *(question.answer for question in WITH_EXPORTS)).split())

    assert (
        "amap-du-lac-2026-06-12 : commandes ouvertes le vendredi 5 juin 2026 à 8 h, avant le premier "
        "passage : l’annonce ne partira plus ; pour écrire à tous à la main : "
        "cagette-notify broadcast amap-du-lac --to tous"
    ) in screen


@pytest.mark.usefixtures("exports")
def test_each_command_at_the_end_of_init_stands_whole_on_its_line_however_the_program_is_called(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["/srv/les paniers/.venv/bin/cagette-notify"])
    members = (desk.folder / "membres.csv").read_text("utf-8")
    (desk.folder / "membres.csv").write_text(members.replace("@", " at "), encoding="utf-8")
    answers = ["n" if question is SHORT_COMMAND else question.answer for question in WITH_EXPORTS]

    screen = begun(desk, monkeypatch, *answers)

    program = f"'/srv/les paniers/.venv/bin/cagette-notify' --config {desk.folder}/config.yaml"
    commands = ("broadcast amap-du-lac --to tous", "check -v", "check", "status")
    for command in commands:
        assert [line for line in screen.splitlines() if f"{program} {command}" in line], command
    assert not re.findall(r"(?<!/)cagette-notify (?:broadcast|check|status)", screen)


def test_who_reads_french_is_shown_the_list_as_they_type_it_and_it_means_everybody(office: Office) -> None:
    office.at = TOO_LATE
    shown = office.invoke("status", "--lang", "fr").stdout

    (typed,) = re.findall(r"broadcast lac --to (\w+)", shown)
    body = office.coop.write("body.md", "Les commandes sont ouvertes.\n")
    dry = office.invoke("broadcast", "lac", "--to", typed, "-s", "x", "--body", str(body), "--dry-run")

    assert typed == "tous"
    assert "everybody in Les Paniers du Lac" in dry.stdout
