"""Colours: where somebody sees them, of what the words say as well."""

from __future__ import annotations

import sys
from io import StringIO
from typing import TYPE_CHECKING

import pytest

from cagette_notify.cli import colours
from cagette_notify.cli.colours import Tone, coloured, painted
from tests.fixtures.command import run
from tests.fixtures.coop import MEMBERS, Coop
from tests.fixtures.mailjet_server import accept_then_drop
from tests.fixtures.terminal import Keyboard

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.fixtures.office import Office

COLOURFUL = {"TERM": "xterm", "NO_COLOR": ""}
RED, YELLOW, GREEN, BOLD, END = "\x1b[31m", "\x1b[33m", "\x1b[32m", "\x1b[1m", "\x1b[0m"


class Screen(StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    coop = Coop(tmp_path)
    coop.write("members.csv", MEMBERS.replace("lea@example.org", "4@no.mail"))
    return coop


def shown(coop: Coop, *arguments: str, environ: Mapping[str, str] = COLOURFUL) -> str:
    with Keyboard(coop.folder, *arguments, environ={"COLUMNS": "100", **environ}) as keyboard:
        keyboard.ends()
    return keyboard.screen


@pytest.mark.parametrize(("language", "word"), [("fr", "PROBLÈME"), ("en", "PROBLEM")])
def test_a_verdict_has_its_colour_and_keeps_its_word(coop: Coop, language: str, word: str) -> None:
    screen = shown(coop, "--lang", language, "check-member", "3", "--offline")

    assert f"\n{RED}{word}{END}" in screen
    assert screen.replace(RED, "").replace(END, "") == shown(
        coop, "--lang", language, "check-member", "3", "--offline", environ={"TERM": "dumb"}
    )


def test_what_is_fine_is_green_and_what_is_odd_yellow(coop: Coop) -> None:
    coop.write("notifications.csv", "member;kind;value;date\n1;opening;no;2026-06-01\n")

    screen = shown(coop, "--lang", "en", "check-member", "1", "--offline", "-v")

    assert f"\n{GREEN}OK{END} " in screen
    assert f"\n{YELLOW}WARNING{END}" in screen
    assert f"{GREEN}All is well" in shown(coop, "--lang", "en", "check", "--offline")


def test_trouble_is_red_and_a_warning_yellow_line_by_line(coop: Coop) -> None:
    coop.write("members.csv", f"{MEMBERS}4;Ana;Roux;ana@gmial.com;;\n5;Eve;Roux;eve@;;\n")

    lines = shown(coop, "--lang", "en", "check", "--offline").splitlines()

    assert [line for line in lines if line.startswith(f"{RED}members.csv:6: ") and line.endswith(END)]
    assert [line for line in lines if line.startswith(f"{YELLOW}members.csv:5: ") and line.endswith(END)]
    assert f"{RED}--group: no group" in shown(coop, "--lang", "en", "log", "--group", "x")


@pytest.mark.parametrize("environ", [{"TERM": "dumb"}, {"TERM": "xterm", "NO_COLOR": "1"}])
@pytest.mark.parametrize("command", ["--help", "status", "check --offline", "check-member 3 --offline"])
def test_who_wants_no_colours_gets_none(coop: Coop, command: str, environ: Mapping[str, str]) -> None:
    assert "\x1b" not in shown(coop, *command.split(), environ=environ)


@pytest.mark.parametrize("command", ["--help", "status", "check --offline", "check-member 3 --offline"])
def test_a_file_gets_none(coop: Coop, command: str) -> None:
    ended = run(coop.folder, *command.split(), environ=COLOURFUL)

    assert "\x1b" not in ended.stdout + ended.stderr


def test_each_stream_is_asked_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)

    assert coloured("no", Tone.PROBLEM, Screen()) == f"{RED}no{END}"
    assert coloured("no", Tone.PROBLEM, StringIO()) == "no"


def test_what_data_hold_colours_nothing(coop: Coop) -> None:
    coop.write("members.csv", MEMBERS.replace("Zoé", f"{GREEN}OK").replace("zoe@example.org", "x@"))

    for command in ("check --offline", "check-member 1 --offline"):
        screen = shown(coop, "--lang", "en", *command.split())
        assert GREEN not in screen
        assert "OK" in screen


def test_a_word_has_its_colour_where_a_cell_begins_with_it_and_nowhere_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdout", Screen())
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    row = "failed-over  it failed  failed  why"

    assert painted(f"{row}\nfailed", {"failed": Tone.PROBLEM}).splitlines() == [
        f"failed-over  it failed  {RED}failed{END}  why",
        f"{RED}failed{END}",
    ]
    assert colours.bold("x", sys.stdout) == f"{BOLD}x{END}"


def test_headings_of_help_are_bold(coop: Coop) -> None:
    assert f"{BOLD}Setting it up{END}:" in shown(coop, "--lang", "en", "--help")
    assert f"{BOLD}Options{END}" in shown(coop, "--lang", "en", "status", "--help")


def test_the_question_before_a_mail_leaves_is_bold(coop: Coop) -> None:
    coop.write("text.md", "Bonjour.")
    with Keyboard(
        coop.folder, "--lang", "en", "broadcast", "-s", "On", "--body", "text.md", environ=COLOURFUL
    ) as one:
        one.sees(f"{BOLD}[o] send to")
        one.types("n\n")
        one.ends()


def test_what_is_wrong_with_a_text_is_red_before_the_question(coop: Coop) -> None:
    coop.write("text.md", "Bonjour {{ x.y }}")
    typed = ("--lang", "en", "broadcast", "-s", "On", "--body", "text.md")
    with Keyboard(coop.folder, *typed, environ=COLOURFUL) as one:
        one.sees("[m] edit")
        one.types("n\n")
        one.ends()

    assert f"{RED}text.md:1: body: no such place" in one.screen


def test_whom_a_letter_did_not_reach_is_red(office: Office) -> None:
    office.coop.write("text.md", "Bonjour.")
    office.server.account.bad_addresses.add("zoe@example.org")
    typed = ("--lang", "en", "broadcast", "-s", "On", "--body", "text.md", "--yes")
    with Keyboard(office.coop.folder, *typed, environ={**COLOURFUL, **office.coop.environ}) as one:
        one.ends()

    assert f"{RED}Refused for good: 1.{END}" in one.screen
    assert f"{RED}  Zoé Martin <zoe@example.org>: " in one.screen


def test_that_mails_are_in_doubt_is_yellow(office: Office) -> None:
    office.server.script = [accept_then_drop]
    office.sends()

    assert f"{YELLOW}In doubt: 3 mails; the next runs look them up.{END}" in shown(
        office.coop, "--lang", "en", "status", environ={**COLOURFUL, **office.coop.environ}
    )
