"""What a coordinator changes, or looks at, before a mail is confirmed: recipients, files, the page."""

from __future__ import annotations

import os
import re
import stat
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cagette_notify.cli.setup.demo import write_coop
from tests.cli.test_broadcast_terminal import MAIL, MENU, TEXT, at_the_keyboard, mails
from tests.fixtures.command import run
from tests.fixtures.mailjet_server import MailjetServer, status
from tests.fixtures.terminal import Keyboard

if TYPE_CHECKING:
    from collections.abc import Sequence

PDF = b"%PDF-1.4 affiche"


@pytest.fixture
def coop(tmp_path: Path) -> Path:
    write_coop(tmp_path / "coop", datetime.now(timezone.utc).replace(microsecond=0))
    (tmp_path / "coop" / "affiche été.pdf").write_bytes(PDF)
    (tmp_path / "coop" / "lettre.md").write_text(TEXT)
    return tmp_path / "coop"


def screen_after(keyboard: Keyboard, answers: Sequence[tuple[str, str]]) -> str:
    """Give answers to what is asked in turn; return the screen up to the question whether to send."""
    for asked, answer in answers:
        keyboard.sees(asked)
        keyboard.types(f"{answer}\n")
    return " ".join(keyboard.sees(MENU).split())


def test_the_question_says_to_how_many_it_leaves(coop: Path) -> None:
    with at_the_keyboard(coop, "broadcast", "-s", "Samedi", "--to", "coordinators") as keyboard:
        assert keyboard.sees(MENU).endswith(f"\n[o] send to 1 address  {MENU}")


def test_recipients_are_typed_anew_and_what_is_no_list_is_asked_again(coop: Path) -> None:
    (coop / "fete.csv").write_text("zoe.martin@example.org\n")
    with at_the_keyboard(coop, "broadcast", "-s", "Samedi", "--body", "lettre.md") as keyboard:
        asked = "Recipients [all]: "
        keyboard.sees(MENU)
        keyboard.types("d\n")
        shown = keyboard.sees(asked)
        assert "with-order:DISTRIBUTION" in shown
        keyboard.types("everyone\n")
        keyboard.sees("expected all")
        keyboard.sees(asked)
        keyboard.types("file:nowhere.csv\n")
        keyboard.sees("no such file")
        keyboard.sees(asked)
        keyboard.types("coordinators + fichier:fete.csv\n")
        screen = " ".join(keyboard.sees(MENU).split())
        keyboard.types("n\n")
        keyboard.ends()

    assert "the coordinators of Les Paniers du Lac + the members named in fete.csv; households: 2" in screen
    assert "[o] send to 2 addresses" in screen
    said = " ".join(keyboard.screen.split())
    assert "--to coordinators --to file:fete.csv" in said


def test_enter_keeps_the_recipients_and_asks_no_new_look(coop: Path) -> None:
    with at_the_keyboard(coop, "broadcast", "-s", "Samedi", "--to", "coordinators") as keyboard:
        screen = screen_after(keyboard, [(MENU, "d"), ("Recipients [coordinators]: ", "")])

    assert "Subject" not in screen
    assert "[o] send to 1 address" in screen


@pytest.mark.dear
@pytest.mark.parametrize("typed", ["", "coordinators"])
def test_other_recipients_make_another_mail_and_stop_the_one_confirmed_earlier(
    coop: Path, typed: str
) -> None:
    with MailjetServer(tls=False) as server:
        ours = f"delivery: mailjet\nmailjet: {{api_url: '{server.url}'}}"
        config = coop / "config.yaml"
        config.write_text(config.read_text().replace("delivery: outbox", ours))
        server.script.append(status(429))
        run(coop, *MAIL, "--yes", environ=server.environment)
        with Keyboard(coop, *MAIL, environ=server.environment) as keyboard:
            screen_after(keyboard, [(MENU, "d"), ("Recipients [all]: ", typed)])
            keyboard.types("o\n")
            keyboard.ends()
        run(coop, "send-due", environ=server.environment)

    letters = [one for one in server.delivered if one.subject == "On change de salle"]
    assert len(letters) == (1 if typed else 4)
    assert ("What was confirmed earlier is kept back" in keyboard.screen) is bool(typed)


def test_files_are_added_and_taken_out_again(coop: Path) -> None:
    (coop / "menu.pdf").write_bytes(PDF)
    asked = "Enter goes back: "
    options = ("-s", "Samedi", "--attach", "menu.pdf", "--body", "lettre.md")
    with at_the_keyboard(coop, "broadcast", *options) as keyboard:
        answers = [(MENU, "p"), ("1  menu.pdf (1 kB)", ""), (MENU, "p"), (asked, "'affiche été.pdf'")]
        answers += [("2  affiche été.pdf", "nowhere.pdf"), ("no such file", "1"), ("1  affiche été.pdf", "")]
        screen = screen_after(keyboard, answers)
        assert "Attached affiche été.pdf (1 kB)" in screen
        keyboard.types("n\n")
        keyboard.ends()

    assert "--attach 'affiche été.pdf'" in " ".join(keyboard.screen.split())


def test_what_is_wrong_with_an_answer_is_said_without_options_that_nobody_typed(coop: Path) -> None:
    files = [(MENU, "p"), ("No file is attached.", "plan.pdf"), ("No file is attached.", "")]
    lists = [(MENU, "d"), ("[all]", "nobody"), ("[all]", "")]
    with at_the_keyboard(coop, "broadcast", "-s", "Samedi", "--body", "lettre.md") as keyboard:
        screen_after(keyboard, [*files, *lists])
        screen = " ".join(keyboard.screen.split())
        keyboard.types("n\n")
        keyboard.ends()

    assert "plan.pdf: no such file" in screen
    assert "expected all" in screen
    assert "--attach" not in screen
    assert "--to" not in screen


def test_the_only_group_is_named_before_the_subject_is_asked(coop: Path) -> None:
    with at_the_keyboard(coop, "broadcast", "--body", "lettre.md") as keyboard:
        assert "To group Les Paniers du Lac (lac).\n" in keyboard.sees("Subject: ")
        keyboard.types("\x03")
        keyboard.ends()


def test_what_was_attached_at_the_question_leaves_with_the_mail(coop: Path) -> None:
    with at_the_keyboard(coop, "broadcast", "-s", "Samedi", "--to", "coordinators") as keyboard:
        answers = [(MENU, "p"), ("No file is attached.", "affiche été.pdf"), ("1  affiche", "")]
        screen_after(keyboard, answers)
        keyboard.types("o\n")
        assert keyboard.ends() == 0

    (mail,) = mails(coop)
    assert "application/pdf" in mail


def an_opener(coop: Path, *, ends: int = 0) -> dict[str, str]:
    opener = coop / "bin" / "xdg-open"
    opener.parent.mkdir()
    opener.write_text(f'#!/bin/sh\necho "$1" > "{coop}/opened"\nexit {ends}\n')
    opener.chmod(0o755)
    scratch = coop / "scratch"
    scratch.mkdir()
    path = f"{opener.parent}:{os.environ['PATH']}"
    return {"PATH": path, "TMPDIR": str(scratch), "DISPLAY": ":0"}


@pytest.mark.parametrize(
    ("typed", "name"),
    [("", "Zoé"), ("maelle.legoff@example.org", "Maëlle"), ("2", "Noël"), ("le goff maelle", "Maëlle")],
)
def test_a_look_in_the_browser_shows_the_mail_as_one_reader_sees_it(
    coop: Path, typed: str, name: str
) -> None:
    with Keyboard(coop, *MAIL, environ=an_opener(coop)) as keyboard:
        answers = [(MENU, "a"), ("[Zoé Martin]: ", "nobody at all"), ("to nobody called 'nobody", typed)]
        screen_after(keyboard, answers)
        keyboard.types("n\n")
        keyboard.ends()

    page = Path((coop / "opened").read_text().strip())
    assert f"Bonjour {name}," in page.read_text(encoding="utf-8")
    modes = [stat.S_IMODE(one.stat().st_mode) for one in (page, page.parent)]
    assert (modes, mails(coop)) == ([0o600, 0o700], [])


def test_of_several_of_a_name_an_address_is_asked_for(coop: Path) -> None:
    with (coop / "members.csv").open("a") as members:
        members.write("77;Zoé;Martin;autre@example.org;;;;;\n")
    with Keyboard(coop, *MAIL, environ=an_opener(coop)) as keyboard:
        asked = "type an address: zoe.martin@example.org, autre@example.org"
        screen_after(keyboard, [(MENU, "a"), ("]: ", "zoe martin"), (asked, "autre@example.org")])
        keyboard.types("n\n")
        keyboard.ends()

    assert (coop / "opened").exists()


@pytest.mark.parametrize(
    ("typed", "asked", "shown"),
    [
        ("maëlle", "", "as Maëlle Le Goff <maelle.legoff@example.org> gets it"),
        ("noël", "", "as Noël Bœuf <noel.boeuf@example.org> gets it"),
        ("Bœuf", "", "as Noël Bœuf <noel.boeuf@example.org> gets it"),
        ("2", "", "as Noël Bœuf <noel.boeuf@example.org> gets it"),
        (
            "léa",
            "an address: lea@example.org, roux@example.org",
            "as Léa Roux <lea@example.org> gets it",
        ),
    ],
)
def test_a_first_name_means_who_has_it_and_whose_view_it_is_is_said(
    coop: Path, typed: str, asked: str, shown: str
) -> None:
    with (coop / "members.csv").open("a") as members:
        members.write(
            "77;Léa;Roux;lea@example.org;;;;;\n78;Jean;Roux;jean@example.org;Léa;Roux;roux@example.org;;\n"
        )
    with Keyboard(coop, *MAIL, environ=an_opener(coop)) as keyboard:
        answers = [(MENU, "a"), ("]: ", typed), *([(asked, "lea@example.org")] if asked else [])]
        screen = screen_after(keyboard, answers)
        keyboard.types("n\n")
        keyboard.ends()

    assert shown in screen


def test_without_a_browser_the_file_to_open_is_named(coop: Path) -> None:
    with Keyboard(coop, *MAIL, environ=an_opener(coop, ends=3)) as keyboard:
        screen = screen_after(keyboard, [(MENU, "a"), ("[Zoé Martin]: ", "")])

    assert re.search(r"no browser could be started: open \S+preview.html yourself", screen)
