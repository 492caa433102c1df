"""Texts that were left: offered again with what belongs to them, gone on with, put away once they left."""

from __future__ import annotations

import json
import os
import re
import stat
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from cagette_notify.cli.setup.demo import write_coop
from tests.cli.test_broadcast_terminal import (
    EVERYBODY,
    MENU,
    TEXT,
    at_the_keyboard,
    drafts,
    mails,
    second_group,
)
from tests.fixtures.command import run
from tests.fixtures.mailjet_server import MailjetServer, status
from tests.fixtures.terminal import Keyboard, an_editor

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

NEW = "no, a new mail"
COORDINATOR = "coordination@paniersdulac.example"


@pytest.fixture
def coop(tmp_path: Path) -> Path:
    write_coop(tmp_path / "coop", datetime.now(timezone.utc).replace(microsecond=0))
    (tmp_path / "coop" / "menu.pdf").write_bytes(b"%PDF-1.4 menu")
    return tmp_path / "coop"


def left(coop: Path, *options: str, subject: str = "Le panier du 12", writes: str | None = TEXT) -> Path:
    """Have somebody write a text, look at the screen and go; return the draft that lies there then."""
    with at_the_keyboard(coop, "broadcast", "-s", subject, *options, writes=writes) as keyboard:
        keyboard.sees(MENU)
        keyboard.types("n\n")
        keyboard.ends()
    return newest(coop)


def newest(coop: Path) -> Path:
    return max((coop / "drafts").glob("*.md"), key=lambda file: file.stat().st_mtime)


def last_touched(draft: Path, ago: timedelta) -> None:
    moment = (datetime.now(timezone.utc) - ago).timestamp()
    os.utime(draft, (moment, moment))


def gone_on_with(coop: Path, *options: str, answers: Sequence[str] = ("1", "n")) -> str:
    """Choose the first text that is offered, give the answers; return the screen, its blanks made one."""
    with Keyboard(coop, "--lang", "en", "broadcast", *options) as keyboard:
        for asked, answer in zip(("Number [", MENU), answers, strict=False):
            keyboard.sees(asked)
            keyboard.types(f"{answer}\n")
        keyboard.ends()
    return " ".join(keyboard.screen.split())


def test_a_text_that_was_left_is_gone_on_with_as_it_was_and_no_editor_opens(coop: Path) -> None:
    (coop / "fete.csv").write_text("zoe.martin@example.org\n")
    options = ("--to", "coordinators", "--to", "file:fete.csv", "--as", COORDINATOR, "--attach", "menu.pdf")
    draft = left(coop, *options)
    modes = [stat.S_IMODE(file.stat().st_mode) for file in (draft, draft.with_suffix(".json"))]
    last_touched(draft, timedelta(days=1))

    with Keyboard(coop, "--lang", "en", "broadcast") as keyboard:
        offered = keyboard.sees("Number [2]: ")
        keyboard.types("1\n")
        shown = " ".join(keyboard.sees(MENU).split())
        keyboard.types("o\n")
        assert keyboard.ends() == 0

    assert re.search(
        r"1  yesterday \d+:\d\d\s[ap]m, 'Le panier du 12', to coordinators \+ file:fete\.csv, 1\s+file\n"
        rf"  2  {NEW}\n",
        offered,
    )
    assert "Subject Le panier du 12 Text Bonjour Claire, On change de salle." in shown
    assert "the coordinators of Les Paniers du Lac + the members named in fete.csv; households: 2" in shown
    assert "Attached menu.pdf (1 kB)" in shown
    assert (len(mails(coop)), modes) == (2, [0o600, 0o600])


def test_what_was_changed_before_the_window_was_closed_is_there_again(coop: Path) -> None:
    (coop / "affiche.pdf").write_bytes(b"%PDF-1.4 affiche")
    with at_the_keyboard(coop, "broadcast", "-s", "Sammedi") as keyboard:
        answers = [(MENU, "s"), ("instead of", "Samedi"), (MENU, "d"), ("Recipients [", "coordinators")]
        answers += [(MENU, "p"), ("goes back: ", "affiche.pdf"), ("1  affiche.pdf", ""), (MENU, "m")]
        for asked, answer in answers:
            keyboard.sees(asked)
            keyboard.types(f"{answer}\n")
        keyboard.sees(MENU)  # and nobody answers: the process is killed

    said = gone_on_with(coop)

    assert "'Samedi', to coordinators, 1 file" in said
    assert "Subject Samedi Text Bonjour Claire, On change de salle. Bonjour" in said  # edited twice
    assert "Attached affiche.pdf" in said
    assert "[o] send to 1 address " in said


def test_the_last_one_comes_first_and_enter_begins_a_new_mail(coop: Path) -> None:
    last_touched(left(coop, subject="Ancien"), timedelta(days=3))
    left(coop, subject="Nouveau")

    with at_the_keyboard(coop, "broadcast", "lac") as keyboard:
        offered = keyboard.sees("Number [3]: ")
        keyboard.types("\n")
        keyboard.sees("Subject: ")
        keyboard.types("\x03")
        keyboard.ends()

    assert re.findall(r"'(\w+)'", offered) == ["Nouveau", "Ancien"]
    assert len(drafts(coop)) == 2


def test_only_the_last_ones_are_offered(coop: Path) -> None:
    draft = left(coop)
    for number in range(12):
        copy = draft.with_name(f"copy-{number}.md")
        copy.write_text(f"Texte {number}\n")
        last_touched(copy, timedelta(days=number + 1))

    with Keyboard(coop, "--lang", "en", "broadcast") as keyboard:
        offered = keyboard.sees("Number [10]: ")

    assert offered.count("'Texte ") == 8


def test_what_is_typed_with_the_command_counts_and_not_what_the_draft_says(coop: Path) -> None:
    left(coop, "--to", "coordinators", "--attach", "menu.pdf")
    (coop / "affiche.pdf").write_bytes(b"%PDF-1.4 affiche")

    said = gone_on_with(coop, "--to", "all", "--attach", "affiche.pdf")

    assert f"[o] send to {EVERYBODY} addresses" in said
    assert "Attached affiche.pdf (1 kB) " in said
    assert "everybody in Les Paniers du Lac; households" in said


def test_a_text_for_another_group_is_not_offered_to_the_one_that_is_named(coop: Path) -> None:
    second_group(coop)
    left(coop, "lac", "--to", "coordinators")

    with Keyboard(coop, "--lang", "en", "broadcast", "etang") as other:
        other.sees("Subject: ")
    with Keyboard(coop, "--lang", "en", "broadcast", "Les Paniers du Lac") as by_name:
        by_name.sees("1  today ")
    with Keyboard(coop, "--lang", "en", "broadcast") as any_group:
        offered = any_group.sees("Number [2]: ")
        any_group.types("1\n")
        shown = " ".join(any_group.sees(MENU).split())

    assert "'Le panier du 12', Les Paniers du Lac, to coordinators\n" in offered
    assert "the coordinators of Les Paniers du Lac" in shown


def test_a_text_of_a_group_that_is_gone_says_so_and_goes_to_whom_one_chooses(coop: Path) -> None:
    left(coop)
    groups, members = coop / "groups.yaml", coop / "members.csv"
    groups.write_text(groups.read_text().replace("id: lac", "id: rive"))
    members.write_text(members.read_text().replace("lac", "rive"))
    (coop / "distributions.yaml").write_text(
        (coop / "distributions.yaml").read_text().replace("group: lac", "group: rive")
    )

    said = gone_on_with(coop)

    assert "group lac is no longer in the data" in said
    assert "everybody in Les Paniers du Lac" in said


def test_a_file_that_is_gone_is_said_and_left_out(coop: Path) -> None:
    (coop / "affiche.pdf").write_bytes(b"%PDF-1.4 affiche")
    left(coop, "--attach", "menu.pdf", "--attach", "affiche.pdf")
    (coop / "menu.pdf").unlink()

    said = gone_on_with(coop)

    assert "menu.pdf is no longer there: the mail leaves without it" in said
    assert "Attached affiche.pdf (1 kB) " in said


def test_a_file_that_can_not_be_attached_any_more_is_said_and_left_out(coop: Path) -> None:
    left(coop, "--attach", "menu.pdf")
    (coop / "menu.pdf").write_bytes(b"")

    said = gone_on_with(coop)

    assert "menu.pdf: --attach: empty" in said
    assert "Attached" not in said.partition("empty")[2].partition("[o]")[0]


def test_who_coordinates_no_more_is_said_and_replies_reach_the_contact(coop: Path) -> None:
    groups = coop / "groups.yaml"
    text = groups.read_text()
    groups.write_text(text.replace("coordinators: [", "coordinators: [ana@example.org, "))
    left(coop, "--as", "ana@example.org")
    groups.write_text(text)

    said = gone_on_with(coop)

    assert "ana@example.org coordinates no group lac" in said
    assert f"Replies to Claire Fontaine <{COORDINATOR}>" in said


def test_lists_that_mean_nobody_any_more_are_asked_for_and_never_become_everybody(coop: Path) -> None:
    (coop / "fete.csv").write_text("zoe.martin@example.org\n")
    left(coop, "--to", "file:fete.csv")
    (coop / "fete.csv").unlink()

    with Keyboard(coop, "--lang", "en", "broadcast") as keyboard:
        keyboard.sees("Number [2]: ")
        keyboard.types("1\n")
        keyboard.sees("fete.csv: --to: no such file")
        keyboard.sees("Recipients: ")
        keyboard.types("everyone\n")
        keyboard.sees("expected all")
        keyboard.sees("Recipients: ")
        keyboard.types("coordinators\n")
        assert "[o] send to 1 address " in keyboard.sees(MENU)
    with Keyboard(coop, "--lang", "en", "broadcast", "--to", "file:fete.csv") as typed:
        typed.sees("Number [2]: ")
        typed.types("1\n")
        assert typed.ends() == 65


@pytest.mark.long
@pytest.mark.parametrize("key", ["\n", "\x03", "\x04"], ids=["Enter", "Ctrl-C", "end of input"])
def test_enter_where_lists_are_asked_for_cancels_and_says_where_the_text_is(coop: Path, key: str) -> None:
    (coop / "fete.csv").write_text("zoe.martin@example.org\n")
    draft = left(coop, "--to", "file:fete.csv")
    (coop / "fete.csv").unlink()

    with Keyboard(coop, "--lang", "en", "broadcast") as keyboard:
        keyboard.sees("Number [2]: ")
        keyboard.types("1\n")
        keyboard.sees("Recipients: ")
        keyboard.types(key)
        assert keyboard.ends() == 1

    assert f"your text is kept in drafts/{draft.name}" in keyboard.screen
    assert draft.read_text() == TEXT
    assert mails(coop) == []


@pytest.mark.long
@pytest.mark.parametrize("beside", [None, "", "{", '{"lists": 3}', '["a"]', "\x00"])
def test_a_text_is_offered_by_its_first_words_whatever_became_of_what_lay_beside_it(
    coop: Path, beside: str | None
) -> None:
    file = left(coop).with_suffix(".json")
    if beside is None:
        file.unlink()
    else:
        file.write_text(beside)

    with Keyboard(coop, "--lang", "en", "broadcast") as keyboard:
        offered = keyboard.sees("Number [2]: ")
        keyboard.types("1\n")
        keyboard.sees("Subject: ")
        keyboard.types("Retrouvé\n")
        shown = " ".join(keyboard.sees(MENU).split())

    assert "'Bonjour {{ member.first_name }},'" in offered
    assert "Subject Retrouvé Text Bonjour Zoé, On change de salle." in shown


def test_nothing_is_offered_of_an_empty_text_a_link_or_what_is_no_text(coop: Path) -> None:
    folder = coop / "drafts"
    folder.mkdir()
    (folder / "empty.md").write_text("\n<!--: **bold** -->\n")
    (folder / "link.md").symlink_to(coop / "config.yaml")
    (folder / "blank.md").write_bytes(b"\n")
    (folder / "photo.md").write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF")

    with Keyboard(coop, "--lang", "en", "broadcast") as keyboard:
        assert keyboard.sees("Subject: ").count("Number") == 0


@pytest.mark.long
@pytest.mark.parametrize("options", [("-s", "Autre"), ("--yes",), ("--body", "-")])
def test_nobody_is_asked_who_says_with_the_command_what_the_mail_is(
    coop: Path, options: tuple[str, ...]
) -> None:
    left(coop)
    with at_the_keyboard(coop, "broadcast", *options) as keyboard:
        if "-s" not in options:
            keyboard.sees("Subject: ")
            keyboard.types("Autre\n")
        keyboard.sees("Ctrl-D" if "-" in options else "mails were written" if "--yes" in options else MENU)

    assert NEW not in keyboard.screen


def test_without_a_terminal_nothing_is_asked(coop: Path) -> None:
    left(coop)

    done = run(coop, "broadcast", "lac", "--yes")

    assert (done.returncode, done.stderr) == (2, "a subject is missing: give it with --subject\n")


def test_for_others_no_text_is_offered_or_opened(coop: Path) -> None:
    draft = left(coop)
    config = str(coop / "config.yaml")
    others = {"SUDO_UID": str(os.geteuid() + 1), "SUDO_USER": "ana"}
    with Keyboard(
        coop, "--lang", "en", "--for-others", "-c", config, "broadcast", environ=others
    ) as keyboard:
        keyboard.sees("Subject: ")
        keyboard.types("Bonjour\n")
        keyboard.ends()

    assert NEW not in keyboard.screen
    assert "On change" not in keyboard.screen
    assert "through sudo, no editor opens" in keyboard.screen
    assert drafts(coop) == [draft]


def test_what_was_rehearsed_is_offered_and_written_again(coop: Path) -> None:
    left(coop, "--to", "coordinators")

    first = gone_on_with(coop, answers=("1", "o"))
    again = gone_on_with(coop, answers=("1", "o"))

    for said in (first, again):
        assert "Nothing left this machine: 1 mail was written to outbox." in said
        assert re.search(
            r"Your text stays in drafts/\S+\.md: on a terminal, broadcast offers it again\.", said
        )
    assert len(mails(coop)) == 2
    assert "this very mail was written on" not in first
    assert re.search(
        r"was written on \w+ \d+ \w+ 20\d\d at \d+:\d\d\s[ap]m, to 1 address: now it is written again",
        again,
    )


def test_what_was_rehearsed_last_is_named_and_no_other_mail_of_before(coop: Path) -> None:
    left(coop, "--to", "coordinators", subject="Le panier du 11")
    gone_on_with(coop, answers=("1", "o"))
    left(coop, "--to", "coordinators")
    first = gone_on_with(coop, answers=("1", "o"))
    again = gone_on_with(coop)

    assert "another mail to this group was written at" in first
    assert "another mail to this group was written at" not in again
    assert "this very mail was written on" in again


def by_mailjet(coop: Path, server: MailjetServer) -> None:
    config = coop / "config.yaml"
    ours = f"delivery: mailjet\nmailjet: {{api_url: '{server.url}'}}"
    config.write_text(config.read_text().replace("delivery: outbox", ours))


def test_a_rehearsed_text_is_offered_once_mails_leave_and_kept_apart_once_it_has_left(coop: Path) -> None:
    draft = left(coop, "--to", "coordinators")
    gone_on_with(coop, answers=("1", "o"))
    with MailjetServer(tls=False) as server:
        by_mailjet(coop, server)
        with Keyboard(coop, "--lang", "en", "broadcast", environ=server.environment) as keyboard:
            keyboard.sees("Number [2]: ")
            keyboard.types("1\n")
            keyboard.sees(MENU)
            keyboard.types("o\n")
            assert keyboard.ends() == 0
        with Keyboard(coop, "--lang", "en", "broadcast", environ=server.environment) as after:
            after.sees("Subject: ")

    sent = coop / "drafts" / "sent"
    assert [copy.subject for copy in server.delivered] == ["Le panier du 12"]
    assert (sent / draft.name).read_text() == TEXT
    assert json.loads((sent / draft.name).with_suffix(".json").read_text())["lists"] == ["coordinators"]
    assert drafts(coop) == [sent]
    assert stat.S_IMODE(sent.stat().st_mode) == 0o700
    assert "stays in" not in keyboard.screen


@pytest.mark.dear
def test_a_text_that_a_later_run_has_sent_is_not_offered_and_one_that_waits_is(coop: Path) -> None:
    draft = left(coop)
    with MailjetServer(tls=False) as server:
        by_mailjet(coop, server)
        server.script.append(status(429))
        environ = server.environment
        with Keyboard(coop, "--lang", "en", "broadcast", environ=environ) as keyboard:
            keyboard.sees("Number [2]: ")
            keyboard.types("1\n")
            keyboard.sees(MENU)
            keyboard.types("o\n")
            keyboard.ends()
        with Keyboard(coop, "--lang", "en", "broadcast", environ=environ) as waiting:
            waiting.sees("Number [2]: ")
            waiting.types("1\n")
            shown = waiting.sees(MENU)
        run(coop, "send-due", environ=environ)
        with Keyboard(coop, "--lang", "en", "broadcast", environ=environ) as after:
            assert NEW not in after.sees("Subject: ")

    assert "copies left: 4 of 4" in shown
    assert (coop / "drafts" / "sent" / draft.name).read_text() == TEXT


def test_a_text_takes_no_name_of_one_that_has_left(coop: Path) -> None:
    sent = coop / "drafts" / "sent"
    with MailjetServer(tls=False) as server:
        by_mailjet(coop, server)
        send_by(server, coop, "Un")
        (first,) = sent.glob("*.md")
        minute, group = first.stem[:15], first.name[15:]
        for later in range(1, 4):  # as of those who go on writing
            at = datetime.strptime(minute, "%Y-%m-%d-%H%M") + timedelta(minutes=later)  # noqa: DTZ007
            (sent / f"{at:%Y-%m-%d-%H%M}{group}").write_bytes(first.read_bytes())
        send_by(server, coop, "Deux")

    assert len(list(sent.glob("*.md"))) == 5


def send_by(server: MailjetServer, coop: Path, subject: str) -> None:
    with at_the_keyboard_by(server, coop, subject) as keyboard:
        keyboard.sees(MENU)
        keyboard.types("o\n")
        keyboard.ends()


def at_the_keyboard_by(server: MailjetServer, coop: Path, subject: str) -> Keyboard:
    environ = {**server.environment, "EDITOR": an_editor(coop.parent, writes=TEXT)}
    return Keyboard(coop, "--lang", "en", "broadcast", "-s", subject, "--to", "coordinators", environ=environ)


@pytest.mark.dear
def test_a_text_that_went_out_before_is_said_to_be_sent_once_more(coop: Path) -> None:
    text = coop / "lettre.md"
    text.write_text("Bonjour,\n\non change de salle.\n")
    (coop / "qui.txt").write_text("zoe.martin@example.org\n")
    words = ("--lang", "en", "broadcast", "-s", "On change", "--body", "lettre.md", "--attach", "menu.pdf")
    run(coop, *words, "--to", "file:qui.txt", "--yes")
    offers = []

    for given in (words, words, (*words[:-2], "--to", "all"), (*words, "--again")):
        with at_the_keyboard(coop, *given[2:]) as keyboard:
            offers.append(keyboard.sees(MENU).splitlines()[-1])
            keyboard.types("n\n" if given is words and len(offers) == 1 else "o\n")
            keyboard.ends()

    assert [offer.partition("  [a]")[0] for offer in offers] == [
        "[o] send to 4 addresses, ONCE MORE to 1 of them",
        "[o] send to 4 addresses, ONCE MORE to 1 of them",
        "[o] send to 4 addresses, ONCE MORE",
        "[o] send to 4 addresses, ONCE MORE",
    ]


def test_a_rehearsed_text_that_is_taken_up_is_said_to_be_sent_once_more(coop: Path) -> None:
    with at_the_keyboard(coop, "broadcast", "-s", "Le panier du 12", writes=TEXT) as keyboard:
        keyboard.sees("[o] send to 4 addresses  [a]")
        keyboard.types("o\n")
        keyboard.ends()

    with at_the_keyboard(coop, "broadcast") as keyboard:
        keyboard.types("1\n")
        keyboard.sees("[o] send to 4 addresses, ONCE MORE  [a]")
        keyboard.types("n\n")
        keyboard.ends()
