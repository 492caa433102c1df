"""The command without anybody to ask: its statuses, what it prints and where, and what leaves."""

from __future__ import annotations

import base64
import email
import email.policy
import hashlib
import io
import json
import os
import re
import shlex
import shutil
import stat
import sys
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from cagette_notify.broadcast import deliver as confirmed
from cagette_notify.broadcast.drafts import about_draft
from cagette_notify.cli import main
from cagette_notify.cli.setup.demo import write_coop
from cagette_notify.core.lock import run_lock
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.ledger.copy import copy_ledger
from tests.fixtures.command import start
from tests.fixtures.raw_ledger import change

if TYPE_CHECKING:
    from email.message import EmailMessage

COORDINATOR = "coordination@paniersdulac.example"
EVERYBODY = [
    "emma.wright@example.org",
    "maelle.legoff@example.org",
    "noel.boeuf@example.org",
    "zoe.martin@example.org",
]
MAIL = ("broadcast", "-s", "On change de salle", "--body", "lettre.md")


@pytest.fixture
def coop(tmp_path: Path) -> Path:
    folder = tmp_path / "coop"
    write_coop(folder, datetime.now(timezone.utc).replace(microsecond=0))
    (folder / "lettre.md").write_text("Bonjour {{ member.first_name }},\n\non change de **salle**.\n")
    return folder


def mails(coop: Path) -> list[EmailMessage]:
    files = sorted((coop / "outbox").glob("*.eml"))
    return [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part
    return str(part.get_content())


def mailed(coop: Path) -> list[str]:
    return sorted(mail["To"].addresses[0].addr_spec for mail in mails(coop))


class Result(NamedTuple):
    """What a command came to."""

    status: int
    stdout: str
    stderr: str


Run = Callable[..., Result]


@pytest.fixture
def run(coop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command in the co-op's folder, without a terminal."""
    monkeypatch.chdir(coop)

    def run_it(*arguments: str, piped: bytes = b"") -> Result:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(piped)))
        with pytest.raises(SystemExit) as ended:
            main(["--lang", "en", *arguments], prog_name="cagette-notify")
        assert isinstance(ended.value.code, int)
        return Result(ended.value.code, *capsys.readouterr())

    return run_it


def document(result: Result) -> Any:
    return json.loads(result.stdout)


def test_every_address_gets_a_copy_of_its_own_in_the_coordinators_name(coop: Path, run: Run) -> None:
    result = run(*MAIL, "--yes")

    assert (result.status, result.stderr) == (0, "")
    assert result.stdout == "Nothing left this machine: 4 mails were written to outbox.\n"
    assert mailed(coop) == EVERYBODY
    for mail in mails(coop):
        assert len(mail["To"].addresses) == 1
        assert mail["Reply-To"].addresses[0].addr_spec == COORDINATOR
        assert str(mail["From"]) == "Les Paniers du Lac <noreply@mj.cagette.net>"
        assert mail["Cc"] is mail["Bcc"] is mail["Auto-Submitted"] is None


def test_nobody_to_ask_and_no_yes_sends_nothing(coop: Path, run: Run) -> None:
    result = run(*MAIL)

    assert (result.status, result.stdout) == (2, "")
    assert result.stderr == "there is no terminal to ask on: --yes sends without asking\n"
    assert not (coop / "ledger.sqlite3").exists()


@pytest.mark.parametrize(
    ("named", "line"),
    [
        (["lac"], "no group 'lac': the data name no group at all\n"),
        ([], "there is no group to write to: the data name none\n"),
    ],
)
def test_without_any_group_no_list_of_none_is_given(
    coop: Path, run: Run, named: list[str], line: str
) -> None:
    (coop / "groups.yaml").write_text("[]\n")
    (coop / "distributions.yaml").write_text("[]\n")

    result = run(*MAIL, *named, "--yes")

    assert (result.status, result.stderr) == (2, line)


@pytest.mark.parametrize(
    ("arguments", "status", "line"),
    [
        (["--as", "zoe.martin@example.org"], 2, "--as: zoe.martin@example.org coordinates no group lac"),
        (["lack"], 2, "no group 'lack'; did you mean 'lac'?"),
        (["-s", "x" * 256], 2, "subject: 256 characters, at most 255"),
        (["-s", "a\nb"], 2, "subject: a line break"),
        (["-s", ""], 2, "subject: there is no subject"),
        (["--body", "nowhere.md"], 2, "nowhere.md: --body: No such file"),
        (["--body", "."], 2, ".: --body: "),
        (["--to", "everybody"], 2, "--to: expected all"),
        (["--to", "with-order:nothing"], 2, "--to: no distribution 'nothing'"),
        (["--attach", "nowhere.pdf"], 2, "nowhere.pdf: --attach: no such file"),
        (["--test", "nobody"], 2, "--test: not an address: 'nobody'"),
        (["--test", ""], 2, "--test: not an address: ''"),
        (["--as", " "], 2, "--as: not an address: ''"),
        (["--bogus"], 2, "No such option"),
        (["-c", "nowhere.yaml"], 78, "nowhere.yaml: no such file"),
    ],
)
def test_what_makes_no_sense_is_one_line_and_a_status(
    coop: Path, run: Run, arguments: list[str], status: int, line: str
) -> None:
    result = run(*MAIL, *arguments, "--yes")

    assert result.status == status
    assert line in result.stderr
    assert "Traceback" not in result.stderr
    assert mailed(coop) == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\n\n{{ ''.__class__ }}\n", "lettre.md:3: body: not a place for a name"),
        ("{% for x in range(10**9) %}x{% endfor %}", "lettre.md:1: body: not a place for a name"),
        ("Bonjour {{ member.firstname }}", "did you mean 'member.first_name'?"),
        (" \n", "lettre.md: --body: there is no text in it"),
    ],
)
def test_a_text_that_would_be_a_program_is_refused_with_its_line(
    coop: Path, run: Run, text: str, line: str
) -> None:
    (coop / "lettre.md").write_text(text)

    result = run(*MAIL, "--yes")

    assert result.status == 2
    assert line in result.stderr
    assert mailed(coop) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_text_may_come_from_any_editor(coop: Path, run: Run, encoding: str) -> None:
    (coop / "lettre.md").write_bytes("Été, début\r\nà 18 h\r\n".encode(encoding))

    assert run(*MAIL, "--yes").status == 0
    body = mails(coop)[0].get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines()[:2] == ["Été, début", "à 18 h"]


@pytest.mark.parametrize(
    "word", ["Zo\x8e".encode("latin-1"), "mangÃ©".encode(), "Zo\ufffd".encode(), "l’Ã©tÃ©".encode("utf-16")]
)
def test_a_text_whose_accents_went_wrong_is_refused_with_its_line(coop: Path, run: Run, word: bytes) -> None:
    bonjour = "Bonjour\n\nvoici ".encode("utf-16" if word.startswith(b"\xff\xfe") else "ascii")
    (coop / "lettre.md").write_bytes(bonjour + word.removeprefix(b"\xff\xfe"))

    result = run(*MAIL, "--yes")

    assert result.status == 2
    assert "lettre.md:3: body: the accents look wrong: " in result.stderr
    assert mailed(coop) == []


def test_a_subject_whose_accents_went_wrong_is_refused(coop: Path, run: Run) -> None:
    result = run("broadcast", "-s", "RÃ©union", "--body", "lettre.md", "--yes")

    assert (result.status, result.stderr) == (2, "subject: the accents look wrong: 'RÃ©union'\n")
    assert mailed(coop) == []


def test_names_that_only_look_odd_leave_as_they_are(coop: Path, run: Run) -> None:
    (coop / "lettre.md").write_text("KNEŽEVIĆ, Žofie et João\n")

    assert run(*MAIL, "--yes").status == 0


def test_one_mail_is_said_as_one(coop: Path, run: Run) -> None:
    members = (coop / "members.csv").read_text().splitlines()
    alone = [line for line in members if line.startswith("id") or "zoe.martin@" in line]
    (coop / "members.csv").write_text("\n".join(alone) + "\n")

    assert run(*MAIL, "--yes").stdout == "Nothing left this machine: 1 mail was written to outbox.\n"


def test_a_group_must_be_named_where_there_are_several_and_not_be_disabled(coop: Path, run: Run) -> None:
    with (coop / "groups.yaml").open("a") as file:
        file.write("- {id: etang, name: AMAP de l'Étang}\n- {id: old, name: Closed, disabled: yes}\n")
    members = (coop / "members.csv").read_text().splitlines()
    rows = [members[0] + ";groupes", *(f"{row};lac" for row in members[1:])]
    (coop / "members.csv").write_text("\n".join(rows) + "\n")

    several, disabled = run(*MAIL, "--yes"), run(*MAIL, "old", "--yes")
    by_name = run(*MAIL, "les paniers du lac", "--yes")

    assert (several.status, several.stderr) == (2, "there are several groups; name one of lac, etang\n")
    assert (disabled.status, disabled.stderr) == (2, "group old is disabled: nothing is sent to it\n")
    assert (by_name.status, mailed(coop)) == (0, EVERYBODY)


def test_the_command_that_goes_on_with_a_text_that_has_left_already_says_again(coop: Path, run: Run) -> None:
    first = run("broadcast", "-s", "X", "--yes", piped=b"Bonjour,\n")
    refused = run("broadcast", "-s", "X", "--yes", piped=b"Bonjour,\n")
    other = run("broadcast", "-s", "X", "--to", "nonsense", "--yes", piped=b"Bonjour,\n")

    assert (first.status, refused.status, other.status) == (0, 1, 2)
    assert "; to send it once more:\n" in refused.stderr
    command = refused.stderr.rstrip("\n").splitlines()[-1]
    assert command.endswith(" --again")
    assert run(*shlex.split(command)[1:], "--yes").status == 0
    assert Counter(mailed(coop)) == dict.fromkeys(EVERYBODY, 2)


def test_the_same_mail_is_refused_once_it_has_left_unless_again(coop: Path, run: Run) -> None:
    run(*MAIL, "--yes")
    refused = run(*MAIL, "--yes")
    (coop / "lettre.md").write_bytes((coop / "lettre.md").read_bytes().replace(b"\n", b"\r\n"))
    other_line_ends = run(*MAIL, "--yes")
    again = run(*MAIL, "--yes", "--again")

    assert (refused.status, other_line_ends.status) == (1, 1)
    assert "this very mail was written on" in refused.stderr
    assert "to 4 addresses" in refused.stderr
    assert again.status == 0
    assert Counter(mailed(coop)) == dict.fromkeys(EVERYBODY, 2)
    assert len({mail["X-Cagette-Campaign"] for mail in mails(coop)}) == 2


@pytest.mark.dear
def test_of_three_commands_at_once_those_that_sent_nothing_say_that_the_mail_left(coop: Path) -> None:
    processes = [start(coop, *MAIL, "--yes") for _each in range(3)]
    said = sorted(process.communicate(timeout=60) for process in processes)

    assert sorted(process.returncode for process in processes) == [0, 1, 1]
    assert said[2] == ("Nothing left this machine: 4 mails were written to outbox.\n", "")
    for out, err in said[:2]:
        assert (out, "this very mail was written on" in err, "to 4 addresses" in err) == ("", True, True)
    assert mailed(coop) == EVERYBODY


@pytest.mark.parametrize(
    "subject",
    ["Salle\u00a0! ", "  Salle  !", "Salle\u202f!", "\u200bSalle !\u00ad", "Salle !\u200f"],
    ids=["behind", "before", "narrow", "unseen", "turning"],
)
def test_a_blank_in_the_subject_makes_no_other_mail(coop: Path, run: Run, subject: str) -> None:
    (coop / "affiche.pdf").write_bytes(b"%PDF")
    sent = run(*MAIL, "--attach", "affiche.pdf", "-s", "Salle !", "--yes")

    refused = run(*MAIL, "--attach", "affiche.pdf", "-s", subject, "--yes")

    assert (sent.status, refused.status) == (0, 1)
    assert "this very mail was written on" in refused.stderr
    assert mailed(coop) == EVERYBODY


def test_what_a_keyboard_or_an_editor_changes_unseen_makes_no_other_mail(coop: Path, run: Run) -> None:
    (coop / "affiche.pdf").write_bytes(b"%PDF")
    (coop / "lettre.md").write_text("\u00c0 l'\u00e9cole :\n\n- a\n- b\n\nMerci !\n")
    run(*MAIL, "-s", "L'\u00e9cole", "--attach", "affiche.pdf", "--yes")
    (coop / "affiche.pdf").rename(coop / "affiche (1).pdf")
    (coop / "lettre.md").write_text(
        "A\u0300 l'e\u0301cole :\r\n\r\n\r\n- a \r\n- b\r\n\r\nMerci\u00a0!", newline=""
    )

    refused = run(*MAIL, "-s", "L'e\u0301cole", "--attach", "affiche (1).pdf", "--yes")

    assert (refused.status, mailed(coop)) == (1, EVERYBODY)


@pytest.mark.parametrize(
    "other",
    [
        ("-s", "On change de salles"),
        ("--to", "coordinators"),
        ("--attach", "affiche.pdf"),
        ("--body", "autre.md"),
    ],
    ids=["subject", "list", "attachment", "text"],
)
def test_what_a_reader_sees_makes_another_mail(coop: Path, run: Run, other: tuple[str, str]) -> None:
    (coop / "affiche.pdf").write_bytes(b"%PDF")
    (coop / "autre.md").write_text("Bonjour,\n\non change de **salles**.\n")
    run(*MAIL, "--yes")

    assert run(*MAIL, *other, "--yes").status == 0


def test_what_an_earlier_version_sent_is_refused_too(coop: Path, run: Run) -> None:
    (coop / "affiche.pdf").write_bytes(b"%PDF")
    with_file = (*MAIL, "--attach", "affiche.pdf", "--yes")
    run(*with_file)
    text = "Bonjour {{ member.first_name }},\n\non change de **salle**."
    digest = hashlib.sha256(base64.b64encode(b"%PDF")).hexdigest()
    parts = ["lac", "all", "", "On change de salle", text, [["affiche.pdf", digest]]]
    former = hashlib.sha256(json.dumps(parts).encode()).hexdigest()
    change(coop / "ledger.sqlite3", f"UPDATE broadcasts SET identity = '{former}'")

    refused, with_blank = run(*with_file), run(*with_file, "-s", "On change de salle ")

    assert (refused.status, with_blank.status, mailed(coop)) == (1, 1, EVERYBODY)


def test_several_lists_are_named_on_the_screen_and_make_one_mail(coop: Path, run: Run) -> None:
    lists = ("--to", "coordinators", "--to", "with-order:paniers")
    shown = run(*MAIL, *lists, "--dry-run")
    sent = run(*MAIL, *lists, "--yes", "--json")
    in_turn = run(*MAIL, *lists[2:], *lists[:2], "--yes")

    screen = " ".join(shown.stdout.split())
    assert "the coordinators of Les Paniers du Lac + those with an order for the distribution of" in screen
    assert document(sent)["broadcast"]["audience"] == "coordinators + with-order:paniers"
    assert COORDINATOR in mailed(coop)
    assert (sent.status, in_turn.status) == (0, 1)


def test_everybody_and_others_all_get_a_copy_and_everybody_is_not_written_to_twice(
    coop: Path, run: Run
) -> None:
    sent = run(*MAIL, "--to", "tous", "--to", "coordination", "--yes", "--json")
    to_all = run(*MAIL, "--to", "all", "--yes")

    assert document(sent)["broadcast"]["audience"] == "all + coordinators"
    assert (sent.status, to_all.status, mailed(coop)) == (0, 1, sorted([COORDINATOR, *EVERYBODY]))
    assert "--to" not in to_all.stderr


def test_what_left_to_everybody_is_refused_with_those_named_who_had_no_copy(coop: Path, run: Run) -> None:
    run(*MAIL, "--yes")

    refused = run(*MAIL, "--to", "all", "--to", "coordinators", "--yes")
    to_others = run(*MAIL, "--to", "coordinators", "--yes")

    assert (refused.status, to_others.status) == (1, 0)
    assert "who is only in coordinators gets no copy of it; to write to them: --to coordinators" in (
        refused.stderr
    )
    assert mailed(coop) == sorted([COORDINATOR, *EVERYBODY])


def test_an_unfinished_mail_to_everybody_goes_on_with_the_command_by_which_it_was_given(
    coop: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confirmed, "RUN_LOCK_WAIT", timedelta(0))
    with run_lock(coop / "ledger.sqlite3", datetime.now(timezone.utc)):
        run(*MAIL, "--yes")
    # As earlier versions wrote down that everybody takes in the coordinators.
    going_on = run(*MAIL, "--to", "all", "--to", "coordinators", "--yes")

    assert (going_on.status, mailed(coop)) == (0, EVERYBODY)
    assert "this mail was given to all: who is only in coordinators gets no copy of it" in going_on.stderr


def test_orders_that_may_not_be_all_are_said_on_the_screen_and_on_stderr(coop: Path, run: Run) -> None:
    long_ago = (datetime.now(timezone.utc) - timedelta(days=30)).timestamp()
    for file in coop.glob("*.csv"):
        os.utime(file, (long_ago, long_ago))

    shown = run(*MAIL, "--to", "with-order:paniers", "--dry-run")
    sent = run(*MAIL, "--to", "with-order:paniers", "--yes")

    assert (shown.status, sent.status) == (0, 0)
    for said in (shown.stdout, shown.stderr, sent.stderr):
        assert "whoever ordered since counts as without an order" in " ".join(said.split())


def test_a_dry_run_of_a_test_shows_the_one_copy_that_would_leave(coop: Path, run: Run) -> None:
    run(*MAIL, "--yes")

    shown = run(*MAIL, "--test", "ana@example.org", "--dry-run")
    listed = document(run(*MAIL, "--test", "ana@example.org", "--dry-run", "--json"))

    assert (shown.status, mailed(coop)) == (0, EVERYBODY)
    assert "one test copy to ana@example.org, and to nobody else" in " ".join(shown.stdout.split())
    assert "households" not in shown.stdout
    assert [(one["address"], one["status"]) for one in listed["notices"]] == [
        ("ana@example.org", "would_send")
    ]


def test_the_command_that_goes_on_works_in_any_folder(coop: Path, run: Run) -> None:
    (coop / "affiche.pdf").write_bytes(b"%PDF")
    with_file = ("broadcast", "-s", "Salle", "--to", "coordinators", "--to", "with-order:paniers")

    kept = run(*with_file, "--attach", "affiche.pdf", "--yes", piped=b"{{ nothing }}\n")

    words = shlex.split(kept.stderr.splitlines()[-1])
    paths = [Path(words[words.index(option) + 1]) for option in ("--config", "--body", "--attach")]
    assert [path.is_absolute() and path.is_file() for path in paths] == [True] * 3
    assert words.count("--to") == 2


def test_another_mail_within_the_hour_is_pointed_out(run: Run) -> None:
    run(*MAIL, "--yes")

    result = run(*MAIL, "-s", "Une autre chose", "--dry-run")

    assert "another mail to this group was written at" in result.stdout
    assert "On change de salle" in " ".join(result.stdout.split())


@pytest.mark.parametrize("confirmed", ["--yes", "--dry-run"])
def test_who_has_the_same_text_by_another_list_is_counted(coop: Path, run: Run, confirmed: str) -> None:
    (coop / "liste.csv").write_text("zoe.martin@example.org\nmaelle.legoff@example.org\n")
    run(*MAIL, "--to", "file:liste.csv", "--yes")
    run(*MAIL, "--to", "coordinators", "--yes")

    result = run(*MAIL, confirmed)

    said = " ".join((result.stderr + result.stdout).split())
    assert "this very text was given to a file on " in said
    assert ": 2 of these addresses have it, and get it again; to spare them that, name the others" in said
    assert result.status == 0


@pytest.mark.long
@pytest.mark.parametrize(
    ("options", "text"),
    [
        (("--to", "coordinators"), "Bonjour {{ member.first_name }},\n\non change de **salle**.\n"),
        ((), "Bonjour {{ member.first_name }},\n\non change de **jour**.\n"),
        (("-s", "Encore"), "Bonjour {{ member.first_name }},\n\non change de **salle**.\n"),
    ],
    ids=["others_read_it", "another_text", "another_subject"],
)
def test_nothing_is_said_where_nobody_gets_it_twice(
    coop: Path, run: Run, options: tuple[str, ...], text: str
) -> None:
    (coop / "liste.csv").write_text("zoe.martin@example.org\n")
    run(*MAIL, "--to", "file:liste.csv", "--yes")
    (coop / "lettre.md").write_text(text)

    assert "this very text" not in run(*MAIL, *options, "--yes").stderr


def test_a_dry_run_shows_and_leaves_nothing(coop: Path, run: Run) -> None:
    before = sorted(coop.iterdir())

    result = run(*MAIL, "--dry-run")

    assert (result.status, result.stderr) == (0, "")
    assert "households: 3, addresses: 4" in result.stdout
    assert sorted(coop.iterdir()) == before


@pytest.mark.parametrize("body", [("--body", "-"), (), ("--body", "-", "--test", "moi@example.org")])
@pytest.mark.parametrize(("text", "status"), [(b"Bonjour,\n", 0), (b"{{ nothing }}\n", 2)])
def test_a_dry_run_of_a_piped_text_leaves_nothing_either(
    coop: Path, run: Run, body: tuple[str, ...], text: bytes, status: int
) -> None:
    before = sorted(coop.iterdir())

    result = run("broadcast", "-s", "X", *body, "--dry-run", piped=text)

    assert result.status == status
    assert result.stderr.startswith("standard input:1: body: " if status else "")
    assert len(result.stderr.splitlines()) == (1 if status else 0)
    assert sorted(coop.iterdir()) == before


@pytest.mark.dear
def test_a_mail_that_gmail_would_clip_is_pointed_out(coop: Path, run: Run) -> None:
    (coop / "lettre.md").write_text("Une ligne de la lettre, longue comme un jour sans pain.\n\n" * 900)

    rehearsed, listed = run(*MAIL, "--dry-run"), run(*MAIL, "--dry-run", "--json")
    sent = run(*MAIL, "--yes")

    assert "kB of HTML: Gmail shows 100" in " ".join(rehearsed.stdout.split())
    assert [problem["field"] for problem in document(listed)["problems"]] == ["body"]
    assert (sent.status, sent.stderr.count("kB of HTML: Gmail shows 100")) == (0, 1)


def test_a_file_that_is_spoken_of_and_was_forgotten_is_pointed_out(coop: Path, run: Run) -> None:
    (coop / "lettre.md").write_text("Bonjour,\n\nvous trouverez l'affiche ci-jointe.\n")
    (coop / "affiche.pdf").write_bytes(b"%PDF-1.4")

    with_it = run(*MAIL, "--attach", "affiche.pdf", "--dry-run")
    assert "none is attached" not in with_it.stdout + with_it.stderr

    without = run(*MAIL, "--yes")
    assert without.stderr == "--attach: the mail speaks of an attached file, and none is attached\n"
    assert mailed(coop) == EVERYBODY


def test_a_mail_that_gmail_shows_whole_is_not(coop: Path, run: Run) -> None:
    (coop / "lettre.md").write_text("Une ligne de la lettre, longue comme un jour sans pain.\n\n" * 500)

    assert "Gmail" not in run(*MAIL, "--dry-run").stdout


@pytest.mark.parametrize(
    ("language", "lists", "said"),
    [
        ("en", ("--to", "coordinators"), "to 1 address;"),
        ("fr", ("--to", "coordinators"), "à 1 adresse\u00a0;"),
        ("en", (), "to 4 addresses;"),
        ("fr", (), "à 4 adresses\u00a0;"),
    ],
)
def test_one_address_is_one_in_what_is_said_of_a_mail_that_has_left(
    run: Run, language: str, lists: tuple[str, ...], said: str
) -> None:
    run(*MAIL, *lists, "--yes")

    assert said in run("--lang", language, *MAIL, *lists, "--yes").stderr


@pytest.mark.parametrize(
    ("language", "typed", "named"),
    [
        ("fr", "without-order:", "sans-commande:"),
        ("fr", "sans-commande:", "sans-commande:"),
        ("en", "sans-commande:", "without-order:"),
        ("fr", "volunteers:", "bénévoles:"),
    ],
)
def test_an_empty_list_is_named_in_the_language_that_is_spoken(
    coop: Path, run: Run, language: str, typed: str, named: str
) -> None:
    (coop / "permanences.csv").write_text("distribution;role;member\nd9;Accueil;\n")
    (coop / "distributions.yaml").write_text("- {id: d9, group: lac, starts_at: 2099-06-12 18:00}\n")
    ids = [line.partition(";")[0] for line in (coop / "members.csv").read_text().splitlines()[1:]]
    ordered = "".join(f"{id_};d9;Pain;1\n" for id_ in ids)
    (coop / "orders.csv").write_text(f"member;distribution;product;quantity\n{ordered}")
    config = (coop / "config.yaml").read_text()
    (coop / "config.yaml").write_text(config.replace("data:\n", "data:\n  duties: permanences.csv\n"))

    said = run("--lang", language, *MAIL, "--to", f"{typed}d9", "--yes")

    assert (said.status, f" {named}d9" in said.stderr.replace("\n", " ")) == (65, True)


def test_the_text_is_shown_as_it_will_leave(coop: Path, run: Run) -> None:
    (coop / "lettre.md").write_text(
        "Bonjour {{ prénom }},\n\nle panier : 2*5 €, **bio**\n+ 2 € de consigne\n\n3. Bilan\n5. Budget\n"
    )

    shown = run(*MAIL, "--dry-run").stdout.split("Text")[1].split("To  ")[0]
    run(*MAIL, "--yes")

    text = "\n".join(line.strip() for line in shown.strip().splitlines())
    assert text == "Bonjour Zoé,\n\nle panier : 2*5 €, bio\n+ 2 € de consigne\n\n3. Bilan\n5. Budget"
    bodies = [mail.get_body(("plain",)) for mail in mails(coop)]
    texts = [body.get_content().replace("\r\n", "\n") for body in bodies if body]
    assert sum(text in each for each in texts) == 1


@pytest.mark.parametrize(
    ("address", "to", "greeted"),
    [
        ("moi@example.org", "moi@example.org", "Bonjour Zoé,"),
        ("coordination@paniersdulac.example", "coordination@paniersdulac.example", "Bonjour Zoé,"),
        ("noel.boeuf@example.org", "Noël Bœuf <noel.boeuf@example.org>", "Bonjour Noël,"),
    ],
)
def test_a_test_greets_as_a_member_is_greeted(
    coop: Path, run: Run, address: str, to: str, greeted: str
) -> None:
    run(*MAIL, "--test", address)

    (copy,) = mails(coop)
    body = copy.get_body(("plain",))
    assert body
    assert copy["To"] == to
    assert body.get_content().startswith(greeted)


def test_a_test_goes_to_one_address_and_counts_for_nothing(coop: Path, run: Run) -> None:
    test = run(*MAIL, "--test", "Moi@Example.org")
    (copy,) = mails(coop)
    mail = run(*MAIL, "--yes")

    assert test.status == 0
    assert copy["To"].addresses[0].addr_spec == "Moi@example.org"
    assert copy["Subject"] == "[essai] On change de salle"
    assert mail.status == 0
    assert len(mails(coop)) == 1 + 4
    assert len({mail["X-Cagette-Campaign"] for mail in mails(coop)}) == 2


def test_json_says_what_send_due_says_and_of_which_mail(run: Run) -> None:
    result = run(*MAIL, "--yes", "--json")

    report = document(result)
    assert list(report) == ["at", "dry_run", "counts", "notices", "problems", "broadcast"]
    assert (report["counts"]["sent"], report["counts"]["skipped"]) == (4, 1)
    sent = [notice for notice in report["notices"] if notice["status"] == "sent"]
    assert sorted(notice["address"] for notice in sent) == EVERYBODY
    assert all(notice["custom_id"] and notice["kind"] == "broadcast" for notice in sent)
    attempt = report["broadcast"].pop("attempt")
    assert attempt
    assert report["broadcast"] == {
        "group": "lac",
        "subject": "On change de salle",
        "audience": "all",
        "send_at": None,
        "households": 3,
        "addresses": 4,
        "left_out": [{"member": "4", "address": "4@no.mail", "reason": "placeholder_address"}],
    }


@pytest.mark.parametrize(
    ("arguments", "status"), [(["--yes"], 1), (["--as", "x@y.fr"], 2), (["-c", "nowhere.yaml"], 78)]
)
def test_json_stays_json_whatever_the_status(run: Run, arguments: list[str], status: int) -> None:
    run(*MAIL, "--yes")

    result = run(*MAIL, *arguments, "--json")

    assert result.status == status
    assert document(result)["problems"][0]["message"]
    assert document(result)["broadcast"]["attempt"] is None


def test_a_dry_run_counts_what_would_be_sent(run: Run) -> None:
    report = document(run(*MAIL, "--dry-run", "--json"))

    assert report["dry_run"] is True
    assert (report["counts"]["would_send"], report["counts"]["sent"]) == (4, 0)


def test_a_piped_text_that_was_only_rehearsed_stays_a_draft(coop: Path, run: Run) -> None:
    result = run("broadcast", "-s", "X", "--body", "-", "--yes", piped=b"Bonjour,\n")

    assert result.status == 0
    assert mailed(coop) == EVERYBODY
    (draft,) = (coop / "drafts").glob("*.md")
    assert draft.read_bytes() == b"Bonjour,\n"
    assert f"Your text stays in drafts/{draft.name}" in result.stdout


def test_a_piped_text_that_is_refused_is_kept_for_its_author_alone(coop: Path, run: Run) -> None:
    result = run("broadcast", "-s", "X", "--yes", piped=b"{{ nothing }}\n")

    (draft,) = (coop / "drafts").glob("*.md")
    assert result.status == 2
    assert f"your text is in drafts/{draft.name}" in result.stderr
    assert draft.read_bytes() == b"{{ nothing }}\n"
    assert stat.S_IMODE(draft.stat().st_mode) == 0o600


def spoil_ledger(coop: Path) -> None:
    (coop / "ledger.sqlite3").write_bytes(b"no ledger" * 1000)


def close_ledger(coop: Path) -> None:
    with open_ledger(coop / "ledger.sqlite3"):
        pass
    copy_ledger(
        coop / "ledger.sqlite3", coop / "moved.sqlite3", datetime.now(timezone.utc), patience=timedelta(0)
    )


def spoil_groups(coop: Path) -> None:
    (coop / "groups.yaml").write_text("- {id: lac\n")


def deliver_by_mailjet(coop: Path, *, key_mode: int) -> str:
    (coop / "mailjet.key").write_text("x\ny\n")
    (coop / "mailjet.key").chmod(key_mode)
    config = (coop / "config.yaml").read_text().replace("delivery: outbox", "delivery: mailjet")
    (coop / "config.yaml").write_text(config)
    return config


def take_the_server_away(coop: Path) -> None:
    config = deliver_by_mailjet(coop, key_mode=0o600)
    away = "ledger: postgresql://nobody@127.0.0.1:1/nothing\nmailjet: {api_url: 'http://127.0.0.1:1'}\n"
    (coop / "config.yaml").write_text(f"{config}\n{away}")


def open_keys_to_all(coop: Path) -> None:
    deliver_by_mailjet(coop, key_mode=0o644)


@pytest.mark.parametrize(
    ("spoil", "status"),
    [
        (spoil_ledger, 65),
        (close_ledger, 78),
        (spoil_groups, 65),
        (take_the_server_away, 75),
        (open_keys_to_all, 78),
    ],
)
@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_piped_text_is_kept_whatever_stands_in_its_way(
    coop: Path, run: Run, spoil: Callable[[Path], None], status: int, options: tuple[str, ...]
) -> None:
    spoil(coop)

    result = run("broadcast", "-s", "X", "--body", "-", "--yes", *options, piped=b"Bonjour,\n")

    (draft,) = (coop / "drafts").glob("*.md")
    assert (result.status, draft.read_bytes()) == (status, b"Bonjour,\n")
    assert result.stderr.splitlines()[-1] == f"your text is kept in drafts/{draft.name}"
    assert about_draft(draft).subject == "X"


@pytest.mark.parametrize("wrong", [("--to", "nobody"), ("--as", ""), ("--send-at", "yesterday")])
def test_a_piped_text_is_kept_where_the_command_is_mistyped(
    coop: Path, run: Run, wrong: tuple[str, str]
) -> None:
    result = run("broadcast", "-s", "X", *wrong, "--yes", piped=b"Bonjour,\n")

    (draft,) = (coop / "drafts").glob("*.md")
    assert (result.status, draft.name in result.stderr) == (2, True)


def test_a_dry_run_keeps_no_piped_text_and_none_is_no_text(coop: Path, run: Run) -> None:
    spoil_ledger(coop)
    run("broadcast", "-s", "X", "--body", "-", "--dry-run", piped=b"Bonjour,\n")
    run("broadcast", "-s", "X", "--body", "-", "--yes", piped=b"\n")

    assert not (coop / "drafts").exists()


@pytest.mark.parametrize(("confirmed", "drafts"), [("--dry-run", 0), ("--yes", 1)])
def test_a_text_out_of_a_pipe_with_a_name_is_kept_but_for_a_dry_run(
    coop: Path, run: Run, confirmed: str, drafts: int
) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"Bonjour,\n")
    os.close(writing)

    result = run("broadcast", "-s", "X", "--body", f"/dev/fd/{reading}", confirmed)
    os.close(reading)

    assert result.status == 0
    assert len([*(coop / "drafts").glob("*.md")]) == drafts


def test_a_text_without_a_terminal_needs_yes_even_if_piped(coop: Path, run: Run) -> None:
    assert run("broadcast", "-s", "X", piped=b"Bonjour,\n").status == 2
    assert run("broadcast", "-s", "X", "--yes", piped=b"").status == 2
    assert mailed(coop) == []


def test_a_draft_given_again_is_sent_without_the_lines_for_its_author(coop: Path, run: Run) -> None:
    run("broadcast", "-s", "X", "--yes", "--as", COORDINATOR, piped=b"{{ nothing }}\n")
    (draft,) = (coop / "drafts").glob("*.md")
    draft.write_text("Bonjour,\n\n<!--: a line for the author -->\n")

    result = run("broadcast", "-s", "X", "--body", f"drafts/{draft.name}", "--yes")

    assert (result.status, mailed(coop)) == (0, EVERYBODY)
    assert "for the author" not in str(mails(coop)[0])


def test_another_run_that_does_not_end_leaves_it_to_the_next(
    coop: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confirmed, "RUN_LOCK_WAIT", timedelta(seconds=0.1))
    with run_lock(coop / "ledger.sqlite3", datetime.now(timezone.utc)):
        result = run(*MAIL, "--yes", "--json")

    assert result.status == 75
    assert result.stderr == "another run is at work: the mail is recorded, and the next send-due sends it\n"
    assert document(result)["broadcast"]["attempt"]
    assert run("send-due", "--json").status == 0
    assert set(EVERYBODY) <= set(mailed(coop))


def test_a_mail_that_left_late_is_said_to_have_left_when_it_did(
    coop: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confirmed, "RUN_LOCK_WAIT", timedelta(0))
    with run_lock(coop / "ledger.sqlite3", datetime.now(timezone.utc)):
        run(*MAIL, "--yes")
    change(
        coop / "ledger.sqlite3", "UPDATE broadcasts SET confirmed_at = datetime('now', '-20 hours')||'+00:00'"
    )
    run("send-due")
    change(
        coop / "ledger.sqlite3",
        "UPDATE notices SET settled_at = '2026-06-12T07:00:00+00:00' WHERE kind = 'broadcast'",
    )

    refused = run(*MAIL, "--yes")

    assert refused.status == 1
    assert (
        "this very mail was written on Friday 12 June 2026 at 9:00\u00a0am, to 4 addresses" in refused.stderr
    )


def test_files_travel_by_name_and_type(coop: Path, run: Run) -> None:
    (coop / "Affiche été.pdf").write_bytes(b"%PDF-1.4 and so on")

    assert run(*MAIL, "--attach", "Affiche été.pdf", "--yes").status == 0
    for mail in mails(coop):
        (attachment,) = mail.iter_attachments()
        assert (attachment.get_filename(), attachment.get_content_type()) == (
            "Affiche été.pdf",
            "application/pdf",
        )
        assert attachment.get_content() == b"%PDF-1.4 and so on"


def test_too_large_a_file_is_refused_before_the_first_copy(coop: Path, run: Run) -> None:
    (coop / "film.mp4").write_bytes(b"\0" * 11_500_000)

    result = run(*MAIL, "--attach", "film.mp4", "--yes")

    assert result.status == 2
    assert "too large" in result.stderr
    assert not (coop / "ledger.sqlite3").exists()


def test_who_wrote_it_is_said_if_it_was_said(coop: Path, run: Run) -> None:
    run(*MAIL, "--yes")
    assert all("La coordination du groupe" in text_of(mail) for mail in mails(coop))

    run("broadcast", "-s", "Autre", "--body", "lettre.md", "--yes", "--as", COORDINATOR)
    assert sum("Claire Fontaine a écrit ce message" in text_of(mail) for mail in mails(coop)) == 4


@pytest.mark.dear
def test_a_large_group_with_partners_shared_and_impossible_addresses(coop: Path, run: Run) -> None:
    rows = [f"{n};M{n};m{n}@example.org;" for n in range(170)]
    rows += [f"{n};M{n};m{n}@example.org;p{n}@example.org" for n in range(170, 240)]
    for n in range(5):
        rows[n] = f"{n};M{n};M{n + 5}@Example.org;"  # shared with somebody else
    for n, bad in zip((20, 30, 200), ("ana@", "bob", "c@@d.fr"), strict=True):
        rows[n] = f"{n};M{n};{bad};" + ("p200@example.org" if n == 200 else "")
    (coop / "members.csv").write_text("id;first_name;email;partner_email\n" + "\n".join(rows) + "\n")

    result = run(*MAIL, "--yes", "--json")

    report = document(result)
    assert result.status == 1
    assert report["counts"]["sent"] == len(set(mailed(coop))) == len(mails(coop)) == 240 - 5 - 3 + 70
    assert {mail["Reply-To"].addresses[0].addr_spec for mail in mails(coop)} == {COORDINATOR}
    assert {len(mail["To"].addresses) for mail in mails(coop)} == {1}
    assert result.stderr.splitlines() == [
        "members.csv:22: email: not an address: 'ana@'",
        "members.csv:32: email: not an address: 'bob'",
        "members.csv:202: email: not an address: 'c@@d.fr'",
    ]
    assert [one["reason"] for one in report["broadcast"]["left_out"]] == ["invalid_address"] * 3
    assert report["broadcast"]["households"] == 238


def test_keys_that_are_missing_are_said_before_anything_is_recorded(coop: Path, run: Run) -> None:
    config = coop / "config.yaml"
    config.write_text(config.read_text().replace("delivery: outbox ", "delivery: mailjet "))
    shutil.rmtree(coop / "outbox", ignore_errors=True)

    result = run(*MAIL, "--yes")

    assert result.status == 78
    assert "mailjet.key" in result.stderr
    assert not (coop / "ledger.sqlite3").exists()


def test_a_comment_in_a_piped_text_stays_the_authors(coop: Path, run: Run) -> None:
    piped = b"Bonjour,\n<!-- note -->\n"
    run("broadcast", "-s", "X", "--yes", piped=piped)

    again = run("broadcast", "-s", "X", "--yes", piped=piped)

    assert (again.status, mailed(coop)) == (1, EVERYBODY)


def test_a_dry_run_of_a_test_sends_nothing(coop: Path, run: Run) -> None:
    result = run("broadcast", "-s", "X", "--dry-run", "--test", "me@example.org", piped=b"Bonjour,\n")

    assert (result.status, mailed(coop)) == (0, [])


def test_who_is_left_out_for_their_own_row_is_named_with_it(coop: Path, run: Run) -> None:
    members = coop / "members.csv"
    rows = members.read_text(encoding="utf-8").splitlines()
    [at] = [at for at, row in enumerate(rows) if "noel.boeuf@" in row]
    rows[at] += ";x" * 20
    members.write_text("\n".join(rows) + "\n", encoding="utf-8")

    shown = " ".join(run(*MAIL, "--dry-run").stdout.split())
    told = document(run(*MAIL, "--dry-run", "--json"))["broadcast"]["left_out"]

    assert f"whose row in the data is to be corrected: Noël Bœuf (members.csv:{at + 1})" in shown
    assert [(one["address"], one["reason"]) for one in told if one["member"] == "2"] == [
        ("noel.boeuf@example.org", "set_aside"),
        ("maelle.legoff@example.org", "set_aside"),
    ]


def test_of_a_household_who_gets_no_copy_is_named_and_not_who_does(coop: Path, run: Run) -> None:
    for name, old, new in (
        ("groups.yaml", COORDINATOR, "noel.boeuf@example.org"),
        ("orders.csv", "Panier de légumes;1;", "Panier de légumes;x;"),
        ("orders.csv", "Fromage de chèvre frais;2;", "Fromage de chèvre frais;x;"),
    ):
        text = (coop / name).read_text(encoding="utf-8")
        assert old in text
        (coop / name).write_text(text.replace(old, new), encoding="utf-8")
    lists = ("--to", "with-order:paniers", "--to", "coordinators")

    shown = " ".join(run(*MAIL, *lists, "--dry-run").stdout.split())
    told = document(run(*MAIL, *lists, "--dry-run", "--json"))["broadcast"]["left_out"]

    assert "Noël Bœuf" in shown
    assert "of whom nobody can tell whether they have an order: Maëlle Le Goff (orders.csv:5)" in shown
    assert [(one["address"], one["reason"]) for one in told if one["member"] == "2"] == [
        ("maelle.legoff@example.org", "waiting_for_orders")
    ]


@pytest.mark.parametrize("is_planned", [False, True])
def test_given_with_yes_rows_of_a_file_that_get_nothing_are_said(
    coop: Path, run: Run, *, is_planned: bool
) -> None:
    tomorrow = datetime.now(timezone.utc) + timedelta(days=1)
    members = (coop / "members.csv").read_text(encoding="utf-8")
    (coop / "members.csv").write_text(members.replace("emma.wright@example.org", ""), encoding="utf-8")
    rows = "Nom;E-mail\nZoé Martin;zoe.martin@example.org\nPaul;paul@example.org\nEmma Wright;\n"
    (coop / "fete.csv").write_text(rows, encoding="utf-8")

    done = run(
        *MAIL,
        "--to",
        "file:fete.csv",
        "--yes",
        *(["--send-at", f"{tomorrow:%Y-%m-%d %H:%M}"] if is_planned else []),
    )

    assert done.status == 0
    assert "not a member of the group: paul@example.org (fete.csv:3)" in done.stderr
    assert "without an address: 1" in done.stderr


def test_who_is_in_a_file_and_no_member_is_named_and_gets_nothing(coop: Path, run: Run) -> None:
    (coop / "fete.csv").write_text("Nom;E-mail\nZoé Martin;zoe.martin@example.org\nPaul;paul@example.org\n")

    shown = run(*MAIL, "--to", "file:fete.csv", "--dry-run")
    assert "the members named in fete.csv; households: 1, addresses: 1" in shown.stdout
    assert re.search(r"Left out +not a member of the group: paul@example.org \(fete.csv:3\)", shown.stdout)

    sent = run(*MAIL, "--to", "fichier:fete.csv", "--yes", "--json")
    assert mailed(coop) == ["zoe.martin@example.org"]
    assert document(sent)["broadcast"]["left_out"] == [
        {"member": "", "address": "paul@example.org", "reason": "no_member"}
    ]


def test_of_many_who_are_no_members_some_are_named_and_the_others_counted(coop: Path, run: Run) -> None:
    strangers = "".join(f"s{number}@example.org\n" for number in range(1, 31))
    (coop / "fete.csv").write_text(f"zoe.martin@example.org\n{strangers}")

    shown = " ".join(run(*MAIL, "--to", "file:fete.csv", "--dry-run").stdout.split())

    assert "s20@example.org (fete.csv:21) and 10 more" in shown
    assert "s21@example.org" not in shown


def test_a_file_that_can_not_be_read_is_a_status_and_a_line(coop: Path, run: Run) -> None:
    (coop / "fete.csv").write_bytes(b"zoe.martin@example.org\n\0\n")

    result = run(*MAIL, "--to", "file:fete.csv", "--yes")

    assert (result.status, result.stderr) == (65, "fete.csv:2: --to: not a text: it holds a NUL character\n")


def test_a_file_that_names_the_same_makes_no_other_mail_wherever_it_lies(coop: Path, run: Run) -> None:
    (coop / "fete.csv").write_text("zoe.martin@example.org\nNoël Bœuf\n")
    (coop / "là").mkdir()
    (coop / "là" / "liste.txt").write_text("NOËL BŒUF\n\nzoe.martin@example.org")
    (coop / "others.csv").write_text("zoe.martin@example.org\n")

    assert run(*MAIL, "--to", "file:fete.csv", "--yes").status == 0
    assert "this very mail was written" in run(*MAIL, "--to", "file:là/liste.txt", "--yes").stderr
    assert run(*MAIL, "--to", "file:others.csv", "--yes").status == 0


def test_the_command_that_goes_on_names_the_file_as_it_is_found_from_anywhere(coop: Path, run: Run) -> None:
    (coop / "fete.csv").write_text("zoe.martin@example.org\n")

    kept = run("broadcast", "-s", "Fête", "--to", "file:fete.csv", "--yes", piped=b"{{ nothing }}\n")

    assert f"--to file:{coop / 'fete.csv'}" in kept.stderr


def test_a_catalog_is_named_on_the_screen_as_the_data_have_it(run: Run) -> None:
    shown = " ".join(run(*MAIL, "--to", "catalogue:legumes", "--dry-run").stdout.split())
    assert "those with an order in the catalog Légumes, ahead or within 30 days; households: 2" in shown

    unknown = run(*MAIL, "--to", "catalog:Viande", "--yes")
    assert (unknown.status, unknown.stderr) == (
        2,
        "--to: no catalog 'Viande'; known here: Chèvre, Légumes, Miel, Œufs, Pain, Verger\n",
    )
