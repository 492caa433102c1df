"""A coordinator at the keyboard: what is asked, what is shown, what leaves, and where the text stays."""

from __future__ import annotations

import json
import re
import shlex
import signal
import sqlite3
import stat
import time
from contextlib import closing
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest

from cagette_notify.cli.setup.demo import write_coop
from tests.fixtures.command import run, start
from tests.fixtures.coop import Coop
from tests.fixtures.mailjet_server import Call, MailjetServer, accept, drop_before_reading, status
from tests.fixtures.terminal import Keyboard, an_editor

if TYPE_CHECKING:
    from pathlib import Path

EVERYBODY = 4  # addresses in the co-op
TEXT = "Bonjour {{ member.first_name }},\n\nOn change de **salle**.\n"
MAIL = ("--lang", "en", "broadcast", "-s", "On change de salle", "--body", "lettre.md")
MENU = (
    "[a] look at it in the browser  [e] a test to me  [m] edit  [s] subject  [d] recipients  "
    "[p] attachments  [N] cancel "
)


@pytest.fixture
def coop(tmp_path: Path) -> Path:
    write_coop(tmp_path / "coop", datetime.now(timezone.utc).replace(microsecond=0))
    return tmp_path / "coop"


def without_orders(coop: Path) -> None:
    """Leave no recap for which a quota is kept."""
    orders = coop / "orders.csv"
    orders.write_text(orders.read_text().splitlines(keepends=True)[0])


def at_the_keyboard(
    coop: Path,
    *arguments: str,
    writes: str | None = TEXT,
    piped: str | None = None,
    thinks: bool = False,
) -> Keyboard:
    editor = an_editor(coop.parent, writes=writes)
    environ = {"EDITOR": editor}
    return Keyboard(coop, "--lang", "en", *arguments, environ=environ, piped=piped, thinks=thinks)


def mails(coop: Path) -> list[str]:
    return [mail.read_text() for mail in (coop / "outbox").glob("*.eml")]


def drafts(coop: Path) -> list[Path]:
    """Return what lies among the drafts: texts, and what was kept beside a text that is no more."""
    found = (coop / "drafts").glob("*")
    return [one for one in found if one.suffix != ".json" or not one.with_suffix(".md").exists()]


def second_group(coop: Path) -> None:
    with (coop / "groups.yaml").open("a") as file:
        file.write("- {id: etang, name: AMAP de l'Étang, contact: {email: contact@etang.example}}\n")
        file.write("- {id: old, name: Closed, disabled: yes}\n")
    members = coop / "members.csv"
    text = members.read_text().replace("recap_4h", "recap_4h;groupes", 1)
    members.write_text(re.sub(r"^(\d.*)$", r"\1;lac", text, flags=re.MULTILINE))


@pytest.mark.dear
def test_alone_it_asks_for_everything_shows_what_would_leave_and_sends_after_o(coop: Path) -> None:
    second_group(coop)
    with at_the_keyboard(coop, "broadcast", thinks=True) as keyboard:
        question = keyboard.sees("Number: ")
        keyboard.types("1\n")
        keyboard.sees("Subject: ")
        keyboard.types("On change de salle\n")
        shown = keyboard.sees(MENU)
        assert mails(coop) == []
        keyboard.types("o\n")
        keyboard.sees("Sending to Les Paniers du Lac, 4 addresses, in 5 s; Ctrl-C cancels.")
        keyboard.sees("in 1 s; Ctrl-C cancels.")
        status = keyboard.ends()

    assert ["1  Les Paniers du Lac" in question, "2  AMAP de l'Étang" in question, "Closed" in question] == [
        True,
        True,
        False,
    ]
    for fact in (
        "Les Paniers du Lac <noreply@mj.cagette.net>",
        "Claire Fontaine <coordination@paniersdulac.example>",
        "On change de salle",
        "households: 3, addresses: 4",
        "Zoé Martin, Noël Bœuf, Maëlle Le Goff, …",
        "placeholder addresses: 1",
        "nothing will leave: mails are written to outbox",
    ):
        assert fact in shown
    assert status == 0
    assert "Nothing left this machine: 4 mails were written to outbox." in keyboard.screen
    assert len(mails(coop)) == EVERYBODY
    assert [draft.read_text() for draft in drafts(coop)] == [TEXT]


@pytest.mark.long
@pytest.mark.parametrize("key", ["\n", "\x04", "\x03"], ids=["Enter", "end of input", "Ctrl-C"])
def test_anything_but_yes_sends_nothing_and_the_text_is_where_it_says(coop: Path, key: str) -> None:
    with at_the_keyboard(coop, "broadcast", "-s", "On change de salle", "--to", "all") as keyboard:
        keyboard.sees(MENU)
        keyboard.types(key)
        status = keyboard.ends()

    (place,) = re.findall(r"your text is in (\S+); to go on with it:", keyboard.screen)
    assert status == 1
    assert "cancelled: nothing was sent to the group" in keyboard.screen
    assert mails(coop) == []
    assert (coop / place).read_text() == TEXT
    assert stat.S_IMODE((coop / place).stat().st_mode) == 0o600


@pytest.mark.dear
def test_the_command_it_names_goes_on_with_the_text(coop: Path) -> None:
    with at_the_keyboard(
        coop, "broadcast", "-s", "L'été", "--as", "coordination@paniersdulac.example"
    ) as keyboard:
        keyboard.sees(MENU)
        keyboard.types("\n")
        keyboard.ends()

    (typed,) = re.findall(r"to go on with it:\s+cagette-notify (.*)", keyboard.screen)
    assert typed.endswith("broadcast lac")
    with Keyboard(coop, "--lang", "en", *shlex.split(typed)) as later:
        later.sees("Number [2]: ")
        later.types("1\n")
        later.sees(MENU)
        later.types("o\n")
        assert later.ends() == 0
    assert len(mails(coop)) == EVERYBODY


def test_of_a_file_of_one_s_own_the_command_it_names_has_all_that_was_said(coop: Path) -> None:
    (coop / "lettre.md").write_text(TEXT)
    options = ("-s", "L'été", "--body", "lettre.md", "--as", "coordination@paniersdulac.example")
    with at_the_keyboard(coop, "broadcast", *options) as keyboard:
        keyboard.sees(MENU)
        keyboard.types("\n")
        keyboard.ends()

    (typed,) = re.findall(r"to go on with it:\s+cagette-notify (.*)", keyboard.screen)
    assert run(coop, *shlex.split(typed), "--yes").returncode == 0
    assert len(mails(coop)) == EVERYBODY


@pytest.mark.long
@pytest.mark.parametrize(
    ("language", "typed", "named"),
    [
        ("fr", "coordinators", "coordination"),
        ("fr", "Coordination", "coordination"),
        ("en", "coordination", "coordinators"),
    ],
)
def test_the_command_it_names_has_the_lists_in_the_language_that_is_spoken(
    coop: Path, language: str, typed: str, named: str
) -> None:
    (coop / "lettre.md").write_text(TEXT)
    options = ("-s", "Merci", "--to", typed, "--body", "lettre.md")
    with at_the_keyboard(coop, "broadcast", "--lang", language, *options) as keyboard:
        keyboard.sees("[N]")
        keyboard.types("\n")
        keyboard.ends()

    assert re.findall(r" broadcast lac .*--to (\S+)", keyboard.screen) == [named]


def test_who_confirms_a_mail_that_left_since_it_was_shown_is_told_so(coop: Path) -> None:
    (coop / "lettre.md").write_text(TEXT)
    command = ("broadcast", "-s", "On change de salle", "--body", "lettre.md")
    with at_the_keyboard(coop, *command) as keyboard:
        keyboard.sees(MENU)
        assert run(coop, *command, "--yes").returncode == 0
        keyboard.types("o\n")
        status = keyboard.ends()

    assert status == 1
    assert re.search(
        r"was written on \w+ \d+ \w+ 20\d\d at \d+:\d\d\s[ap]m,\s+to\s+4\s+addresses", keyboard.screen
    )
    assert "0 mails" not in keyboard.screen
    assert len(mails(coop)) == EVERYBODY


def test_five_seconds_are_left_to_think_again(coop: Path) -> None:
    with at_the_keyboard(coop, "broadcast", "-s", "On change de salle", thinks=True) as keyboard:
        keyboard.sees(MENU)
        keyboard.types("Oui\n")
        keyboard.sees("in 5 s; Ctrl-C cancels.")
        keyboard.types("\x03")
        status = keyboard.ends()

    assert status == 1
    assert "your text is in drafts/" in keyboard.screen
    assert not (coop / "ledger.sqlite3").exists()
    assert [draft.read_text() for draft in drafts(coop)] == [TEXT]


def test_the_last_seconds_stand_on_one_row_however_long_the_group_s_name(coop: Path) -> None:
    groups = coop / "groups.yaml"
    long = "Les Paniers du Lac et de toutes les communes de la vallée, d'amont en aval"
    groups.write_text(groups.read_text().replace("Les Paniers du Lac", f'"{long}"'))
    with at_the_keyboard(coop, "broadcast", "-s", "Samedi", "--to", "coordinators") as keyboard:
        keyboard.sees(MENU)
        keyboard.types("o\n")
        keyboard.sees("\r")
        shown = keyboard.sees("Ctrl-C cancels. ")
        keyboard.ends()

    assert re.fullmatch(r"Sending to Les Paniers du Lac.*…, 1 address, in 5 s; Ctrl-C cancels\. ", shown)
    assert len(shown) < 80


@pytest.mark.dear
@pytest.mark.parametrize("key", ["n\n", "\x03"], ids=["n", "Ctrl-C"])
def test_a_mail_that_was_held_up_is_called_off_by_no(coop: Path, key: str) -> None:
    config = coop / "config.yaml"
    with MailjetServer(tls=False) as server:
        ours = f"delivery: mailjet\nmailjet: {{api_url: '{server.url}'}}"
        config.write_text(config.read_text().replace("delivery: outbox", ours))
        (coop / "lettre.md").write_text(TEXT)
        wrong = {**server.environment, "MJ_APIKEY_PRIVATE": "wrong"}

        held_up = run(coop, *MAIL, "--yes", environ=wrong)
        with Keyboard(coop, *MAIL, environ=server.environment) as keyboard:
            keyboard.sees(MENU)
            keyboard.types(key)
            keyboard.ends()
        run(coop, "send-due", environ=server.environment)

    assert held_up.returncode == 78
    assert "The mail is recorded: once that is mended, the next send-due sends the 4 copies" in held_up.stdout
    assert f"stopped: 0 of {EVERYBODY} copies had left" in keyboard.screen
    assert "goes on all the same" not in keyboard.screen
    assert [copy for copy in server.delivered if copy.subject == "On change de salle"] == []


@pytest.mark.dear
def test_a_test_copy_that_could_not_leave_comes_with_no_later_run(coop: Path) -> None:
    config = coop / "config.yaml"
    with MailjetServer(tls=False) as server:
        ours = f"delivery: mailjet\nmailjet: {{api_url: '{server.url}'}}"
        config.write_text(config.read_text().replace("delivery: outbox", ours))
        (coop / "lettre.md").write_text(TEXT)
        server.script.append(status(429))

        tried = run(coop, *MAIL, "--test", "claire@example.org", environ=server.environment)
        run(coop, "send-due", environ=server.environment)
        (row,) = json.loads(run(coop, "log", "--kind", "broadcast", "--json").stdout)["notices"]

    assert "The test copy was not sent to claire@example.org." in tried.stderr
    assert (row["status"], row["reason"]) == ("dropped", "Mailjet asks to slow down (429)")
    assert [copy for copy in server.delivered if copy.address == "claire@example.org"] == []


@pytest.mark.dear
def test_no_to_the_rest_of_a_killed_mail_counts_what_stands_in_the_outbox(coop: Path) -> None:
    (coop / "lettre.md").write_text(TEXT)
    run(coop, *MAIL, "--yes")
    as_a_kill_leaves_it(coop, written=1)
    with Keyboard(coop, *MAIL) as keyboard:
        keyboard.sees(MENU)
        keyboard.types("n\n")
        keyboard.ends()
    said = run(coop, "status").stdout

    assert len(mails(coop)) == 1
    assert "stopped: 1 of 4 copies were written to the outbox" in keyboard.screen
    assert "In doubt" not in keyboard.screen
    assert "was stopped after 1 of 4 copies; give" in said


def as_a_kill_leaves_it(coop: Path, *, written: int) -> None:
    """Leave all copies claimed, and some of them written."""
    for mail in sorted((coop / "outbox").glob("*.eml"))[written:]:
        mail.unlink()
    with closing(sqlite3.connect(coop / "ledger.sqlite3")) as ledger, ledger:
        ledger.execute("UPDATE notices SET status = 'claimed', settled_at = NULL, message_id = ''")


@pytest.mark.dear
def test_copies_in_doubt_are_nowhere_said_to_have_left(coop: Path) -> None:
    with MailjetServer(tls=False) as server:
        ours = f"delivery: mailjet\nmailjet: {{api_url: '{server.url}'}}"
        config = coop / "config.yaml"
        config.write_text(config.read_text().replace("delivery: outbox", ours))
        (coop / "lettre.md").write_text(TEXT)
        server.script.append(drop_before_reading)
        run(coop, *MAIL, "--yes", environ=server.environment)
        other = run(coop, *MAIL, "-s", "Autre chose", "--dry-run", environ=server.environment)
        with Keyboard(coop, *MAIL, environ=server.environment) as keyboard:
            keyboard.sees(MENU)
            keyboard.types("m\n")
            edited = keyboard.sees(MENU)
            keyboard.types("n\n")
            keyboard.ends()
        said = run(coop, "status", environ=server.environment).stdout

    assert re.search(r"another mail to this group, confirmed at \S+\s[ap]m, may have left", other.stdout)
    assert "4 of 4 copies have left, or may have, as they are" in edited
    assert "stopped: 0 of 4 copies had left" in keyboard.screen
    assert (
        "In doubt: 4. The next send-due looks up what became of them, and sends nothing." in keyboard.screen
    )
    assert "was stopped after 0 of 4 copies; in doubt: 4; give" in said


@pytest.mark.dear
def test_what_was_only_written_is_nowhere_said_to_have_left(coop: Path) -> None:
    (coop / "lettre.md").write_text(TEXT)
    run(coop, *MAIL, "--yes")
    as_a_kill_leaves_it(coop, written=1)
    with Keyboard(coop, "--lang", "en", "broadcast") as elsewhere:
        elsewhere.sees("Subject: ")
        elsewhere.types("\x03")
        elsewhere.ends()
    with Keyboard(coop, *MAIL) as keyboard:
        keyboard.sees(MENU)
        keyboard.types("m\n")
        keyboard.sees("copies were written to the outbox: the text can't be changed")
        keyboard.sees(MENU)
        keyboard.types("n\n")
        keyboard.ends()

    said = " ".join(f"{elsewhere.screen}{keyboard.screen}".split())
    assert "to group lac goes on all the same: " in said
    assert "copies were written to the outbox, the next send-due sees to the others" in said
    assert " left" not in said.replace("copies left", "")


@pytest.mark.dear
@pytest.mark.parametrize("key", ["\x03", "\x04"], ids=["Ctrl-C", "end of input"])
def test_who_breaks_off_before_the_mail_is_known_reads_what_goes_on_all_the_same(
    coop: Path, key: str
) -> None:
    with MailjetServer(tls=False) as server:
        without_orders(coop)
        ours = f"delivery: mailjet\nmailjet: {{api_url: '{server.url}', daily_quota: 1}}"
        config = coop / "config.yaml"
        config.write_text(config.read_text().replace("delivery: outbox", ours))
        (coop / "lettre.md").write_text(TEXT)
        run(coop, *MAIL, "--yes", environ=server.environment)
        with Keyboard(coop, "--lang", "en", "broadcast", environ=server.environment) as keyboard:
            keyboard.sees("Subject: ")
            keyboard.types(key)
            status = keyboard.ends()
        said, before = " ".join(keyboard.screen.split()), len(server.delivered)
        config.write_text(config.read_text().replace("daily_quota: 1", "daily_quota: 100"))
        run(coop, "send-due", environ=server.environment)

    assert (status, before) == (1, 1)
    assert "cancelled: this command sent nothing to the group" in said
    assert (
        "the mail 'On change de salle' to group lac goes on all the same: 1 of 4 copies is known to" in said
    )
    assert len([one for one in server.delivered if one.subject == "On change de salle"]) == EVERYBODY


@pytest.mark.dear
def test_who_breaks_off_a_test_copy_stops_nothing_of_the_group_s_mail(coop: Path) -> None:
    processes: list[Any] = []

    def interrupt(call: Call) -> None:
        processes[0].send_signal(signal.SIGINT)
        time.sleep(0.3)
        accept(call)

    with MailjetServer(tls=False) as server:
        ours = f"delivery: mailjet\nmailjet: {{api_url: '{server.url}'}}"
        config = coop / "config.yaml"
        config.write_text(config.read_text().replace("delivery: outbox", ours))
        (coop / "lettre.md").write_text(TEXT)
        server.script += [status(429), interrupt]
        run(coop, *MAIL, "--yes", environ=server.environment)
        processes.append(start(coop, *MAIL, "--test", "claire@example.org", environ=server.environment))
        said = processes[0].communicate(timeout=60)[1]
        run(coop, "send-due", environ=server.environment)

    assert "goes on all the same: 0 of 4 copies are known to have left" in said
    assert len([one for one in server.delivered if one.subject == "On change de salle"]) == EVERYBODY


@pytest.mark.long
@pytest.mark.parametrize("writes", [None, " \n\n"])
def test_an_empty_or_unchanged_text_cancels(coop: Path, writes: str | None) -> None:
    with at_the_keyboard(coop, "broadcast", "-s", "On change de salle", writes=writes) as keyboard:
        status = keyboard.ends()

    assert status == 1
    assert "there is no text: cancelled" in keyboard.screen
    assert drafts(coop) == []
    assert (coop.parent / "editor.found").read_text().strip().count("\n") == 1


def test_a_test_copy_goes_to_oneself_alone_and_one_is_asked_again(coop: Path) -> None:
    with at_the_keyboard(coop, "broadcast", "-s", "On change de salle") as keyboard:
        keyboard.sees(MENU)
        keyboard.types("e\n")
        said = keyboard.sees("written to outbox")
        assert "a test copy to coordination@paniersdulac.example was\n" in said
        keyboard.sees(MENU)
        (copy,) = mails(coop)
        keyboard.types("\n")
        keyboard.ends()

    assert 'To: "Claire Fontaine" <coordination@paniersdulac.example>' in copy
    assert "Subject: [essai] On change de salle" in copy


@pytest.mark.dear
def test_a_test_copy_of_a_mail_that_has_left_in_part_goes_to_oneself_alone(coop: Path) -> None:
    with MailjetServer(tls=False) as server:
        without_orders(coop)
        ours = f"delivery: mailjet\nmailjet: {{api_url: '{server.url}', daily_quota: 1}}"
        config = coop / "config.yaml"
        config.write_text(config.read_text().replace("delivery: outbox", ours))
        (coop / "lettre.md").write_text(TEXT)
        run(coop, *MAIL, "--yes", environ=server.environment)
        config.write_text(config.read_text().replace("daily_quota: 1", "daily_quota: 100"))
        with Keyboard(coop, *MAIL, environ=server.environment) as keyboard:
            keyboard.sees(MENU)
            keyboard.types("e\n")
            keyboard.sees("A test copy was sent to coordination@paniersdulac.example.")
            screen = keyboard.sees(MENU)

    assert "copies left: 3 of 4" in screen
    (first, test) = server.delivered
    assert (first.subject, test.subject) == ("On change de salle", "[essai] On change de salle")
    assert test.address == "coordination@paniersdulac.example"


def test_without_anybody_to_reply_to_one_is_asked_where_the_test_goes(coop: Path) -> None:
    groups = coop / "groups.yaml"
    groups.write_text("- {id: lac, name: Les Paniers du Lac}\n")
    with at_the_keyboard(coop, "broadcast", "-s", "On change de salle") as keyboard:
        assert "nobody: the group has no contact" in keyboard.sees(MENU)
        keyboard.types("e\n")
        keyboard.sees("Your address: ")
        keyboard.types("moi@example.org\n")
        keyboard.sees("a test copy to moi@example.org")
        keyboard.sees(MENU)

    assert len(mails(coop)) == 1


def test_back_to_the_editor_and_to_the_screen(coop: Path) -> None:
    with at_the_keyboard(coop, "broadcast", "-s", "On change de salle", writes="Encore.\n") as keyboard:
        keyboard.sees(MENU)
        keyboard.types("m\n")
        keyboard.sees(MENU)
        keyboard.types("\n")
        keyboard.ends()

    (draft,) = drafts(coop)
    assert draft.read_text() == "Encore.\nEncore.\n"


@pytest.mark.long
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_menu_is_broken_between_its_items(coop: Path, language: str) -> None:
    """But for 80 columns, which a screen has that doesn't say: see ``MENU`` in the other tests."""
    (coop / "lettre.md").write_text(TEXT)
    for width in (24, 60, 100, 120):
        options = ("--lang", language, *MAIL[2:])
        with Keyboard(coop, *options, environ={"COLUMNS": str(width)}) as keyboard:
            screen = keyboard.sees("[N] " + {"en": "cancel ", "fr": "quitter "}[language])
        menu = screen.rstrip()[screen.index("[o]") :].replace("\r", "").split("\n")

        assert max(map(len, menu)) <= width, menu
        items = [one for line in menu for one in line.split("  ")]
        assert len(items) == 8 or width == 24, menu
        assert all(one.startswith("[") for one in items) or width == 24, menu


def test_the_screen_shows_the_text_and_says_in_words_who_reads_it(coop: Path) -> None:
    (coop / "lettre.md").write_text("Bonjour,\n\n" + "".join(f"Ligne {n}.\n" for n in range(300)))
    with Keyboard(coop, *MAIL, "--to", "with-order:paniers", environ={"COLUMNS": "120"}) as keyboard:
        screen = " ".join(keyboard.sees("[N] cancel ").split())

    assert "Text Bonjour, Ligne 0. Ligne 1. Ligne 2. " in screen
    assert " Ligne 298. Ligne 299. " in screen
    assert "more lines" not in screen
    assert re.search(
        r"those with an order for the distribution of \w+ \d+ \w+ \d+ \(paniers\); households", screen
    )


@pytest.mark.dear
@pytest.mark.parametrize("key", ["n\n", ""], ids=["n", "the window is closed"])
def test_what_has_left_in_part_can_not_be_edited(coop: Path, key: str) -> None:
    with MailjetServer(tls=False) as server:
        without_orders(coop)
        ours = f"delivery: mailjet\nmailjet: {{api_url: '{server.url}', daily_quota: 1}}"
        config = coop / "config.yaml"
        config.write_text(config.read_text().replace("delivery: outbox", ours))
        (coop / "lettre.md").write_text(TEXT)
        run(coop, *MAIL, "--yes", environ=server.environment)
        with Keyboard(coop, *MAIL, environ=server.environment) as keyboard:
            screen = keyboard.sees(MENU)
            keyboard.types("m\n")
            keyboard.sees("1 of 4 copies have left as they are")
            keyboard.sees(MENU)
            if key:
                keyboard.types(key)
                keyboard.ends()
        config.write_text(config.read_text().replace("daily_quota: 1", "daily_quota: 100"))
        run(coop, "send-due", environ=server.environment)

    assert "by Mailjet, for real" in screen
    assert ("stopped: 1 of 4 copies had left" in keyboard.screen) == bool(key)
    assert len([one for one in server.delivered if one.subject == "On change de salle"]) == (1 if key else 4)


@pytest.mark.dear
@pytest.mark.parametrize("answer", ["n", "o"])
def test_of_a_mail_that_waits_only_the_edited_text_leaves(coop: Path, answer: str) -> None:
    with MailjetServer(tls=False) as server:
        ours = f"delivery: mailjet\nmailjet: {{api_url: '{server.url}'}}"
        config = coop / "config.yaml"
        config.write_text(config.read_text().replace("delivery: outbox", ours))
        (coop / "lettre.md").write_text(TEXT)
        server.script.append(status(429))
        run(coop, *MAIL, "--yes", environ=server.environment)
        editor = an_editor(coop.parent, writes="Nouveau.\n")
        with Keyboard(coop, *MAIL, environ={**server.environment, "EDITOR": editor}) as keyboard:
            keyboard.sees(MENU)
            keyboard.types("m\n")
            keyboard.sees(MENU)
            keyboard.types(f"{answer}\n")
            keyboard.ends()
        run(coop, "send-due", environ=server.environment)

    letters = [one for one in server.delivered if one.subject == "On change de salle"]
    assert len(letters) == (EVERYBODY if answer == "o" else 0)
    assert all("Nouveau." in one.message["TextPart"] for one in letters)


def test_a_subject_is_typed_anew_before_it_is_confirmed(coop: Path) -> None:
    (coop / "lettre.md").write_text(TEXT)
    with at_the_keyboard(coop, "broadcast", "-s", "On change de sale", "--body", "lettre.md") as keyboard:
        keyboard.sees(MENU)
        keyboard.types("s\n")
        keyboard.sees("Subject, instead of 'On change de sale': ")
        keyboard.types("\n")
        keyboard.sees(MENU)
        keyboard.types("s\n")
        keyboard.sees("instead of 'On change de sale': ")
        keyboard.types(f"{'x' * 256}\n")
        keyboard.sees("instead of 'On change de sale': ")
        keyboard.types("On change de salle\n")
        assert "Subject On change de salle Text" in " ".join(keyboard.sees(MENU).split())
        keyboard.types("n\n")
        keyboard.ends()

    assert "--subject 'On change de salle' --body" in " ".join(keyboard.screen.split())


@pytest.mark.dear
@pytest.mark.parametrize("typed", ["", "Autre salle"])
def test_another_subject_makes_another_mail_and_stops_the_one_confirmed_earlier(
    coop: Path, typed: str
) -> None:
    with MailjetServer(tls=False) as server:
        ours = f"delivery: mailjet\nmailjet: {{api_url: '{server.url}'}}"
        config = coop / "config.yaml"
        config.write_text(config.read_text().replace("delivery: outbox", ours))
        (coop / "lettre.md").write_text(TEXT)
        server.script.append(status(429))
        run(coop, *MAIL, "--yes", environ=server.environment)
        with Keyboard(coop, *MAIL, environ=server.environment) as keyboard:
            keyboard.sees(MENU)
            keyboard.types("s\n")
            keyboard.sees("instead of ")
            keyboard.types(f"{typed}\n")
            keyboard.sees(MENU)
            keyboard.types("o\n")
            keyboard.ends()
        run(coop, "send-due", environ=server.environment)

    subjects = {one.subject for one in server.delivered} & {"On change de salle", "Autre salle"}
    assert subjects == {typed or "On change de salle"}
    assert ("What was confirmed earlier is kept back" in keyboard.screen) is bool(typed)


def test_a_wrong_key_is_answered(coop: Path) -> None:
    with at_the_keyboard(coop, "broadcast", "-s", "On change de salle") as keyboard:
        keyboard.sees(MENU)
        keyboard.types("x\n")
        keyboard.sees("Answer o, a, e, m, s, d, p or N.")
        keyboard.sees(MENU)


def test_a_mistake_in_the_text_leads_back_to_the_editor(coop: Path) -> None:
    bad = "Bonjour,\n\n{{ member.firstname }}\n"
    with at_the_keyboard(coop, "broadcast", "-s", "On change de salle", writes=bad) as keyboard:
        complaint = keyboard.sees("[m] edit  [N] cancel ")
        an_editor(coop.parent, writes="Et voilà.\n")
        keyboard.types("\n")
        keyboard.ends()

    assert re.search(r"drafts/\S+\.md:3: body: .*member\.first_name", complaint, re.DOTALL)
    assert [draft.read_text() for draft in drafts(coop)] == [bad]


def test_a_bad_subject_is_asked_again(coop: Path) -> None:
    with at_the_keyboard(coop, "broadcast") as keyboard:
        keyboard.sees("Subject: ")
        keyboard.types(f"{'long ' * 60}\n")
        keyboard.sees("at most 255")
        keyboard.sees("Subject: ")
        keyboard.types("\x03")

        assert keyboard.ends() == 1
    assert drafts(coop) == []


def test_what_is_wrong_with_the_options_is_said_before_the_editor_opens(coop: Path) -> None:
    with at_the_keyboard(coop, "broadcast", "-s", "X", "--as", "zoe.martin@example.org") as keyboard:
        assert keyboard.ends() == 2

    assert "coordinates no group" in keyboard.screen
    assert not (coop.parent / "editor.found").exists()


@pytest.mark.dear
def test_a_piped_text_leaves_the_questions_to_the_terminal(coop: Path) -> None:
    with at_the_keyboard(coop, "broadcast", piped=TEXT) as keyboard:
        keyboard.sees("Subject: ")
        keyboard.types("On change de salle\n")
        keyboard.sees(MENU)
        keyboard.types("\n")

        assert keyboard.ends() == 1
    assert [draft.read_text() for draft in drafts(coop)] == [TEXT]


def test_a_file_that_was_forgotten_is_said_right_above_the_question(coop: Path) -> None:
    writes = "Bonjour,\n\nl'affiche est en pièce jointe.\n"
    with at_the_keyboard(coop, "broadcast", "-s", "L'affiche", writes=writes) as keyboard:
        shown = keyboard.sees(MENU)
        keyboard.types("\n")
        status = keyboard.ends()

    *_above, said, empty, menu = shown.split("\n")
    assert re.fullmatch(r"Note +the mail speaks of an attached file, and none is attached", said)
    assert (empty, menu) == ("", f"[o] send to 4 addresses  {MENU}")
    assert (status, mails(coop)) == (1, [])


def test_an_own_file_is_never_changed(coop: Path) -> None:
    (coop / "lettre.md").write_text("De moi.\n")
    arguments = ("broadcast", "-s", "On change de salle", "--body", "lettre.md")
    with at_the_keyboard(coop, *arguments, writes="En plus.\n") as keyboard:
        keyboard.sees(MENU)
        keyboard.types("m\n")
        keyboard.sees(MENU)
        keyboard.types("\n")
        keyboard.ends()

    assert (coop / "lettre.md").read_text() == "De moi.\n"
    assert [draft.read_text() for draft in drafts(coop)] == ["En plus.\nDe moi.\n"]


@pytest.mark.parametrize(
    ("editor", "said"), [("/nowhere/editor", "can't be started"), ("false", "ended with an error")]
)
def test_an_editor_that_fails_sends_nothing(coop: Path, editor: str, said: str) -> None:
    with Keyboard(coop, "--lang", "en", "broadcast", "-s", "X", environ={"VISUAL": editor}) as keyboard:
        assert keyboard.ends() in {1, 2}

    assert said in keyboard.screen
    assert "Traceback" not in keyboard.screen
    assert drafts(coop) == []


@pytest.mark.parametrize("ends", ["exit 1", "kill -9 $$"])
def test_what_an_editor_saved_before_it_ended_with_an_error_is_kept_and_its_place_said(
    coop: Path, ends: str
) -> None:
    editor = an_editor(coop.parent, writes=TEXT, then=ends)
    with Keyboard(coop, *MAIL[:-2], environ={"EDITOR": editor}) as keyboard:
        assert keyboard.ends() == 1

    assert "ended with an error" in keyboard.screen
    assert "your text is in drafts/" in keyboard.screen
    assert [draft.read_text() for draft in drafts(coop)] == [TEXT]
    assert mails(coop) == []


def test_a_text_that_an_editor_saved_unreadably_is_kept_and_its_place_said(coop: Path) -> None:
    editor = an_editor(coop.parent, writes=TEXT, then="printf '\\000\\001' >> \"$1\"")
    with Keyboard(coop, *MAIL[:-2], environ={"EDITOR": editor}) as keyboard:
        keyboard.ends()

    (draft,) = drafts(coop)
    assert draft.read_text().startswith(TEXT)
    assert "your text is in drafts/" in keyboard.screen


def test_a_text_that_was_emptied_by_an_editor_which_fails_is_kept(coop: Path) -> None:
    with at_the_keyboard(coop, *MAIL[2:-2]) as keyboard:
        keyboard.sees(MENU)
        an_editor(coop.parent, writes=None, then=': > "$1"; exit 1')
        keyboard.types("m\n")
        keyboard.ends()

    assert [draft.read_text() for draft in drafts(coop)] == [TEXT]


def test_a_text_typed_to_standard_input_ends_with_ctrl_d(coop: Path) -> None:
    with at_the_keyboard(coop, "broadcast", "-s", "On change de salle", "--body", "-") as keyboard:
        keyboard.sees("Ctrl-D on a line of its own ends it.")
        keyboard.types("De vive voix.\n\x04")
        keyboard.sees(MENU)
        keyboard.types("\n")

        assert keyboard.ends() == 1
    assert [draft.read_text() for draft in drafts(coop)] == ["De vive voix.\n"]


@pytest.mark.dear
def test_a_mail_that_mailjet_took_is_said_to_have_left_when_it_is_given_again(coop: Path) -> None:
    config = coop / "config.yaml"
    with MailjetServer(tls=False) as server:
        ours = f"delivery: mailjet\nmailjet: {{api_url: '{server.url}'}}"
        config.write_text(config.read_text().replace("delivery: outbox", ours))
        (coop / "lettre.md").write_text(TEXT)
        sent = run(coop, *MAIL, "--yes", environ=server.environment)
        refused = run(coop, *MAIL, "--yes", environ=server.environment)

    assert (sent.returncode, refused.returncode) == (0, 1)
    assert re.search(
        r"this very mail left on \w+ \d+ \w+ 20\d\d at \d+:\d\d\s[ap]m, to 4 addresses", refused.stderr
    )


def test_ctrl_c_while_files_are_written_is_answered_on_the_screen(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    coop.write("lettre.md", TEXT)
    with (tmp_path / "members.csv").open("a") as members:
        members.writelines(f"m{one};Zoé;Martin;m{one}@example.org;;\n" for one in range(600))

    with at_the_keyboard(tmp_path, *MAIL[2:], writes=None) as keyboard:
        keyboard.types("o\n")
        keyboard.sees("[#")
        keyboard.types("\x03")
        keyboard.sees("Stop asked for: the copies under way are finished, no other begins.")
        status = keyboard.ends()

    assert status == 1
    assert re.search(r"stopped: (\d+) of 604 copies were written", keyboard.screen)
