"""A planned mail whose command is refused by now is called off all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.test_broadcast_planned import AHEAD, CHOICE, at_the_keyboard, plain, planned
from tests.fixtures.command import run as run_command
from tests.fixtures.coop import Coop

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PLAN = ("--lang", "en", "broadcast", "lac", "-s", "On change", "--body", "lettre.md", "--send-at", AHEAD)
BY_ORDER = ("--to", "with-order:d1")
BY_FILE = ("--to", "file:liste.txt")
BY_LUC = ("--as", "luc@example.org")


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    made = Coop(tmp_path)
    made.replace("groups.yaml", "id: lac\n", "id: lac\n  coordinators: [luc@example.org]\n")
    made.write("lettre.md", "Bonjour {{ member.first_name }},\n\non change de **salle**.\n")
    made.write("liste.txt", "Léa Roux\nzoe@example.org\n")
    made.write("orders.csv", "member;distribution;product;quantity\n1;d1;Pain;2\n")
    return made


def _luc_left(coop: Coop) -> None:
    coop.replace("groups.yaml", "luc@example.org", "eve@example.org")


def _other_id(coop: Coop) -> None:
    coop.replace("distributions.yaml", "id: d1\n", "id: D-1\n")


def _another_lea(coop: Coop) -> None:
    with (coop.folder / "members.csv").open("a") as file:
        file.write("9;Léa;Roux;autre@example.org;;\n")


def _file_gone(coop: Coop) -> None:
    (coop.folder / "liste.txt").unlink()


def _disabled(coop: Coop) -> None:
    coop.replace("groups.yaml", "id: lac\n", "id: lac\n  disabled: yes\n")


def _no_group(coop: Coop) -> None:
    coop.replace("groups.yaml", "id: lac\n", "id: mer\n")


def _torn(coop: Coop) -> None:
    coop.write("members.csv", 'id;email\n1;"zoe@example.org\n')


REFUSED = pytest.mark.parametrize(
    ("options", "happens", "why"),
    [
        (BY_LUC, _luc_left, "--as: luc@example.org coordinates no group lac"),
        (BY_ORDER, _other_id, "--to: "),
        (BY_FILE, _another_lea, "liste.txt:1: --to: names several members of the group: 'Léa Roux'"),
        (BY_FILE, _file_gone, "liste.txt: --to: no such file"),
        ((), _disabled, "group lac is disabled"),
        ((), _no_group, "distributions.yaml:2: group: no such group: 'lac'"),
        ((), _torn, "members.csv:2: a quote that is never closed"),
    ],
)


@pytest.mark.long
@REFUSED
def test_it_is_shown_with_what_is_refused_and_called_off(
    coop: Coop, options: tuple[str, ...], happens: Callable[[Coop], None], why: str
) -> None:
    run_command(coop.folder, *PLAN, *options, "--yes")
    happens(coop)

    with at_the_keyboard(coop, *PLAN, *options) as keyboard:
        shown = plain(keyboard.sees(CHOICE))
        keyboard.types("o\n")
        keyboard.sees("Answer c or N.")
        keyboard.types("c\n")
        status = keyboard.ends()

    assert plain(why) in shown
    assert "the mail 'On change' to group lac is planned for" in shown
    assert "Called off: nothing of it leaves." in keyboard.screen
    assert (status, planned(coop)) == (0, [])


@pytest.mark.long
@pytest.mark.parametrize("key", ["\n", "n\n", "\x04", "\x03"], ids=["Enter", "n", "end of input", "Ctrl-C"])
def test_anything_but_c_leaves_it_planned(coop: Coop, key: str) -> None:
    run_command(coop.folder, *PLAN, *BY_LUC, "--yes")
    _luc_left(coop)

    with at_the_keyboard(coop, *PLAN, *BY_LUC) as keyboard:
        keyboard.sees(CHOICE)
        keyboard.types(key)
        status = keyboard.ends()

    assert (status, len(planned(coop))) == (1, 1)
    assert "It stays planned for " in keyboard.screen


def test_unasked_it_stays_and_how_it_is_called_off_is_said(coop: Coop) -> None:
    run_command(coop.folder, *PLAN, *BY_LUC, "--yes")
    _luc_left(coop)

    refused = run_command(coop.folder, *PLAN, *BY_LUC, "--yes")

    said = plain(refused.stderr)
    assert (refused.returncode, len(planned(coop))) == (2, 1)
    assert "the mail 'On change' to group lac is planned for" in said
    assert "it stays so: on a terminal, without --yes, this command calls it off" in said


def test_of_two_with_its_subject_it_is_the_one_to_its_lists(coop: Coop) -> None:
    with (coop.folder / "distributions.yaml").open("a") as file:
        file.write("- {id: d2, group: lac, starts_at: 2027-06-19 18:00}\n")
    coop.write("orders.csv", "member;distribution;product;quantity\n1;d1;Pain;2\n2;d2;Pain;2\n")
    run_command(coop.folder, *PLAN, *BY_ORDER, "--yes")
    later = AHEAD.replace("18:00", "19:30")
    run_command(coop.folder, *PLAN[:-1], later, "--to", "with-order:d2", "--yes", "--again")
    coop.write("distributions.yaml", "[]\n")

    with at_the_keyboard(coop, *PLAN, "--to", "avec-commande:d2") as keyboard:
        shown = plain(keyboard.sees(CHOICE))
        keyboard.types("c\n")
        keyboard.ends()

    assert "at 7:30 pm, to with-order:d2 (then" in shown
    assert len(planned(coop)) == 1


def test_what_is_wrong_with_the_text_the_time_or_other_lists_is_of_another_mail(coop: Coop) -> None:
    run_command(coop.folder, *PLAN, "--yes")
    coop.write("lettre.md", "Bonjour {{ nobody }},\n")

    text = run_command(coop.folder, *PLAN, "--yes")
    time = run_command(coop.folder, *PLAN[:-1], "bientôt", "--yes")
    lists = run_command(coop.folder, *PLAN, "--to", "with-order:d9", "--yes")

    assert [one.returncode for one in (text, time, lists)] == [2, 2, 2]
    assert "is planned for" not in text.stderr + time.stderr + lists.stderr
