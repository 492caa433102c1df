"""What is planned can be called off whatever became of its text, its readers and the data."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from tests.cli.test_broadcast_planned import AHEAD, CHOICE, at_the_keyboard, plain, planned, writes
from tests.fixtures.command import run as run_command
from tests.fixtures.coop import Coop
from tests.fixtures.images import a_png

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DRAFT = "drafts/lettre.md"
PLAN = ("--lang", "en", "broadcast", "lac", "-s", "On change", "--body", DRAFT, "--send-at", AHEAD)
DESK = ("--lang", "en", "broadcast", "lac")
MENDED_OR_NOT = "[m] edit  [c] call the planned one off  [N] leave it planned "
STAYS = "It leaves as it was planned, with the text, images and files of then."


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    made = Coop(tmp_path)
    (made.folder / "drafts").mkdir()
    made.write(DRAFT, "Bonjour,\n\n![La salle](salle.png)\n")
    (made.folder / "salle.png").write_bytes(a_png())
    made.write("liste.txt", "zoe@example.org\n")
    made.write("orders.csv", "member;distribution;product;quantity\n1;d1;Pain;2\n")
    return made


def _image_gone(coop: Coop) -> None:
    (coop.folder / "salle.png").unlink()


def _no_place(coop: Coop) -> None:
    coop.write(DRAFT, "Bonjour {{ nobody }},\n")


@pytest.mark.long
@pytest.mark.parametrize("happens", [_image_gone, _no_place])
@pytest.mark.parametrize("words", [DESK, PLAN], ids=["from the list", "by its command"])
def test_a_text_of_which_no_mail_can_be_made_keeps_no_planned_mail(
    coop: Coop, words: tuple[str, ...], happens: Callable[[Coop], None]
) -> None:
    run_command(coop.folder, *PLAN, "--yes")
    happens(coop)

    with at_the_keyboard(coop, *words) as keyboard:
        if words is DESK:
            keyboard.types("1\n")
        shown = plain(keyboard.sees(MENDED_OR_NOT))
        keyboard.types("c\n")
        status = keyboard.ends()

    assert "the mail 'On change' to group lac is planned for" in shown
    assert STAYS in shown
    assert "Called off: nothing of it leaves." in keyboard.screen
    assert (status, planned(coop)) == (0, [])


def _other_id(coop: Coop) -> None:
    coop.replace("distributions.yaml", "id: d1\n", "id: D-1\n")


def _file_gone(coop: Coop) -> None:
    (coop.folder / "liste.txt").unlink()


def _members_gone(coop: Coop) -> None:
    (coop.folder / "members.csv").unlink()


def _disabled(coop: Coop) -> None:
    coop.replace("groups.yaml", "id: lac\n", "id: lac\n  disabled: yes\n")


def _luc_left(coop: Coop) -> None:
    coop.replace("groups.yaml", "luc@example.org", "eve@example.org")


@pytest.mark.long
@pytest.mark.parametrize(
    ("options", "happens"),
    [
        (("--to", "with-order:d1"), _other_id),
        (("--to", "file:liste.txt"), _file_gone),
        (("--to", "file:liste.txt"), _members_gone),
        ((), _members_gone),
        ((), _disabled),
        (("--as", "luc@example.org"), _luc_left),
    ],
)
def test_readers_who_cant_be_read_keep_no_planned_mail(
    coop: Coop, options: tuple[str, ...], happens: Callable[[Coop], None]
) -> None:
    coop.replace("groups.yaml", "id: lac\n", "id: lac\n  coordinators: [luc@example.org]\n")
    run_command(coop.folder, *PLAN, *options, "--yes")
    happens(coop)

    with at_the_keyboard(coop, "--lang", "en", "broadcast") as keyboard:
        keyboard.types("1\n")
        shown = plain(keyboard.sees(CHOICE))
        keyboard.types("c\n")
        status = keyboard.ends()

    assert STAYS in shown
    assert "To whom?" not in shown
    assert (status, planned(coop)) == (0, [])


def _torn(coop: Coop) -> None:
    coop.write("distributions.yaml", "- {id: d1\n")


def _no_group(coop: Coop) -> None:
    coop.replace("groups.yaml", "id: lac\n", "id: mer\n")
    coop.replace("distributions.yaml", "group: lac", "group: mer")


@pytest.mark.long
@pytest.mark.parametrize("happens", [_torn, _no_group])
@pytest.mark.parametrize("is_called_off", [True, False])
def test_data_that_can_t_be_read_keep_no_planned_mail(
    coop: Coop, happens: Callable[[Coop], None], *, is_called_off: bool
) -> None:
    run_command(coop.folder, *PLAN, "--yes")
    happens(coop)

    with at_the_keyboard(coop, *DESK) as keyboard:
        shown = plain(keyboard.sees("Number [2]: "))
        if is_called_off:
            keyboard.types("1\n")
            keyboard.sees(CHOICE)
            keyboard.types("c\n")
        else:
            keyboard.types("\n")
        status = keyboard.ends()

    assert "1 the mail 'On change' to group lac is planned for" in shown
    assert (status, len(planned(coop))) == ((0, 0) if is_called_off else (1, 1))


def test_a_draft_of_a_group_that_is_gone_is_shown_as_it_is_planned(coop: Coop) -> None:
    run_command(coop.folder, *PLAN, "--yes")
    _no_group(coop)

    with at_the_keyboard(coop, "--lang", "en", "broadcast") as keyboard:
        keyboard.types("1\n")
        shown = keyboard.sees(CHOICE)
        keyboard.types("c\n")
        status = keyboard.ends()

    assert "salle.png" in shown
    assert (status, planned(coop)) == (0, [])


def test_of_a_draft_that_is_not_planned_other_readers_are_asked_for_only_if_the_list_is_wrong(
    coop: Coop,
) -> None:
    left = (*PLAN[:-2], "--to", "file:liste.txt")
    with at_the_keyboard(coop, *left) as keyboard:
        keyboard.sees("[N] cancel ")
        keyboard.types("n\n")
        keyboard.ends()
    (coop.folder / "members.csv").unlink()

    with at_the_keyboard(coop, *DESK) as keyboard:
        keyboard.types("1\n")
        status = keyboard.ends()

    assert (status, "To whom?" in keyboard.screen) == (65, False)


@pytest.mark.long
@pytest.mark.parametrize("words", [DESK, PLAN], ids=["from the list", "by its command"])
def test_a_file_that_only_the_planned_mail_has_is_said_to_be_lacking_in_its_place(
    coop: Coop, words: tuple[str, ...]
) -> None:
    file = coop.folder / "compte.pdf"
    file.write_bytes(b"%PDF-1.4 compte")
    run_command(coop.folder, *PLAN, "--attach", "compte.pdf", "--yes")
    file.unlink()

    with at_the_keyboard(coop, *words) as keyboard:
        if words is DESK:
            keyboard.types("1\n")
        shown = plain(keyboard.sees("[N] cancel "))
        keyboard.types("n\n")
        keyboard.ends()

    said = "compte.pdf is no longer there: the planned mail has it, the one below does not"
    assert (said in shown) == (words is DESK)
    assert "the planned one carries compte.pdf, this one does not" in shown
    assert re.search(
        r"\[r\] in the place of the planned one: leaves on [^\[]*, WITHOUT compte\.pdf \[c\]", shown
    )
    assert len(planned(coop)) == 1


def test_another_file_of_that_name_or_that_file_by_another_name_is_not_lacking(coop: Coop) -> None:
    file = coop.folder / "compte.pdf"
    file.write_bytes(b"%PDF-1.4 compte")
    run_command(coop.folder, *PLAN, "--attach", "compte.pdf", "--yes")
    file.rename(coop.folder / "bilan.pdf")
    coop.write(DRAFT, "Bonjour bien,\n\n![La salle](salle.png)\n")

    with at_the_keyboard(coop, *PLAN, "--attach", "bilan.pdf") as keyboard:
        by_another_name = keyboard.sees("[N] cancel ")
        keyboard.types("n\n")
    file.write_bytes(b"%PDF-1.4 compte corrige")
    with at_the_keyboard(coop, *PLAN, "--attach", "compte.pdf") as keyboard:
        another = keyboard.sees("[N] cancel ")
        keyboard.types("n\n")

    assert "[r] in the place of" in by_another_name
    assert "WITHOUT" not in by_another_name + another


@pytest.mark.long
@pytest.mark.parametrize("group", [["lac"], ["Les Paniers du Lac"], []], ids=["id", "name", "none"])
@pytest.mark.parametrize(
    ("asked", "typed"), [("Number [2]: ", ""), ("Subject: ", "2\n"), ("[m] edit ", "1\n")]
)
@pytest.mark.parametrize("key", ["\x03", "\x04"], ids=["Ctrl-C", "end of input"])
def test_whoever_leaves_at_any_question_is_told_what_stays_planned(
    coop: Coop, group: list[str], asked: str, typed: str, key: str
) -> None:
    run_command(coop.folder, *PLAN, "--yes")
    _image_gone(coop)

    with at_the_keyboard(coop, "--lang", "en", "broadcast", *group) as keyboard:
        keyboard.types(typed)
        keyboard.sees(asked)
        keyboard.types(key)
        status = keyboard.ends()

    said = plain(keyboard.screen)
    assert said.count("the mail 'On change' to group lac stays planned for") == 1
    assert "cancelled: nothing was sent to the group" in said
    assert (status, len(planned(coop))) == (1, 1)


def test_what_is_planned_for_another_group_or_waits_is_no_news_or_said_to_wait(coop: Coop) -> None:
    due = datetime.now(timezone.utc) - timedelta(hours=30)
    coop.write("lettre.md", "Bonjour,\n")
    writes(coop, "--send-at", f"{due:%Y-%m-%d %H:%M}Z", "--yes", at=due - timedelta(days=1))
    coop.replace("groups.yaml", "- id: lac\n", "- {id: mer, name: La Mer}\n- id: lac\n")

    with at_the_keyboard(coop, "--lang", "en", "broadcast", "mer") as keyboard:
        keyboard.sees("Number [")
        keyboard.types("\x03")
        keyboard.ends()
        of_another = keyboard.screen
    with at_the_keyboard(coop, *DESK) as keyboard:
        keyboard.sees("Number [")
        keyboard.types("\x03")
        keyboard.ends()

    assert "On change" not in of_another
    assert re.search(
        r"the mail 'On change' to group lac: it was to leave on .* is held", plain(keyboard.screen)
    )


@pytest.mark.long
@pytest.mark.parametrize("is_neighbour", [False, True], ids=["itself", "the other one"])
def test_what_is_called_off_leaves_its_text_as_a_draft_where_no_other_has_it(
    coop: Coop, *, is_neighbour: bool
) -> None:
    coop.write(DRAFT, "Bonjour {{ member.first_name }},\n\non change de **salle**.\n")
    run_command(coop.folder, *PLAN, "--to", "file:liste.txt", "--yes")
    (coop.folder / DRAFT).unlink()
    coop.write("autre.md", "Autre texte.\n")

    words = (*PLAN, "--to", "file:liste.txt", "--body", "autre.md") if is_neighbour else DESK
    with at_the_keyboard(coop, *words) as keyboard:
        if not is_neighbour:
            hint = plain(keyboard.sees("Go on with a text"))
            keyboard.types("1\n")
        keyboard.sees("[c] call ")
        keyboard.types("c\n")
        keyboard.sees("Its text, as it was to leave, is kept in ")
        if is_neighbour:
            keyboard.types("n\n")
        keyboard.ends()

    (draft,) = (coop.folder / "drafts").glob("*.md")
    assert draft.read_text() == "Bonjour {{ member.first_name }},\n\non change de salle.\n"
    assert (
        is_neighbour
        or "What is planned leaves all the same, until its number and then c call it off." in hint
    )
    with at_the_keyboard(coop, *DESK) as keyboard:
        assert "'On change', to file:" in plain(keyboard.sees("Number [2]: "))


def test_what_a_draft_holds_is_kept_once_when_its_mail_is_called_off(coop: Coop) -> None:
    run_command(coop.folder, *PLAN, "--yes")
    _members_gone(coop)

    with at_the_keyboard(coop, *DESK) as keyboard:
        keyboard.types("1\n")
        keyboard.sees(CHOICE)
        keyboard.types("c\n")
        keyboard.ends()

    assert [draft.name for draft in (coop.folder / "drafts").glob("*.md")] == ["lettre.md"]
