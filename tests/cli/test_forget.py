"""The command that forgets a person: what is gone, what stays, and that nothing leaves a second time."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from cagette_notify.cli.setup.demo import write_coop
from cagette_notify.core.lock import run_lock
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.ledger.run_memory import RunMemory
from tests.fixtures.command import ROOT, run
from tests.fixtures.coop import let_rest
from tests.fixtures.memory import PLANNED
from tests.fixtures.raw_ledger import rows
from tests.fixtures.terminal import Keyboard

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime.now(timezone.utc).replace(microsecond=0)
NOEL, MAELLE, ZOE = "noel.boeuf@example.org", "maelle.legoff@example.org", "zoe.martin@example.org"
EMMA = "emma.wright@example.org"
CHANGES = (
    "member;kind;value;date\r\n"
    "membre-2;opening;yes;2026-01-01\r\n"
    "lac/membre-2;recap_24h;yes;2026-01-01\r\n"
    "1;recap_4h;yes;2026-01-01\r\n"
)
LETTER = ("broadcast", "-s", "Salut", "--body", "lettre.md", "--yes")
HIS = ("noel.boeuf", "maelle.legoff", "bœuf", "le goff", "noël", "maëlle", "membre-2")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a co-op whose notices and a broadcast have left, with changes of settings of Noël's."""
    folder = tmp_path_factory.mktemp("made") / "coop"
    write_coop(folder, NOW)
    replace(folder, "members.csv", "\n2;", "\nmembre-2;")
    replace(folder, "orders.csv", "\n2;", "\nmembre-2;")
    let_rest(folder / "orders.csv")
    (folder / "notifications.csv").write_bytes(CHANGES.encode())
    (folder / "lettre.md").write_text("Bonjour {{ member.first_name }},\n")
    assert run(folder, "send-due").returncode == 0
    assert run(folder, *LETTER).returncode == 0
    return folder


@pytest.fixture
def coop(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "coop")


def replace(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new))


def take_out(coop: Path) -> None:
    """Take Noël's household out of the data."""
    for name in ("members.csv", "orders.csv"):
        lines = (coop / name).read_text().splitlines(keepends=True)
        (coop / name).write_text("".join(line for line in lines if not line.startswith("membre-2;")))


def forget(coop: Path, who: str) -> subprocess.CompletedProcess[str]:
    return run(coop, "--lang", "en", "forget", "--yes", who)


def asked(coop: Path, who: str) -> Keyboard:
    return Keyboard(coop, "--lang", "en", "forget", who, environ={"COLUMNS": "120"})


def document(coop: Path, *arguments: str) -> Any:
    return json.loads(run(coop, *arguments, "--json").stdout)


def left_of_him(coop: Path) -> list[tuple[str, str]]:
    """Name what is still told of Noël's household in everything that the tool keeps."""
    kept = [coop / "ledger.sqlite3", coop / "notifications.csv", *(coop / "outbox").iterdir()]
    kept += coop.glob("ledger.sqlite3*")
    texts = {file.name: file.read_bytes().decode("utf-8", "replace").casefold() for file in kept}
    return [(name, word) for name, text in texts.items() for word in HIS if word in text]


def mailed(coop: Path) -> int:
    return len(list((coop / "outbox").glob("*.eml")))


def test_what_is_still_to_be_told_of_him_is_not_told_any_more(coop: Path) -> None:
    with open_ledger(coop / "ledger.sqlite3") as ledger:
        memory = RunMemory(ledger, "outbox")
        memory.keep_alerts([f"recap_24h of distribution d1 to {NOEL}: refused", "members.csv:9: a bad date"])

    forget(coop, NOEL)

    with open_ledger(coop / "ledger.sqlite3") as ledger:
        assert RunMemory(ledger, "outbox").alerts() == ["members.csv:9: a bad date"]


def test_a_summary_that_names_him_goes_with_his_mails(coop: Path) -> None:
    for name, about in (("summary-of-him", NOEL), ("summary-of-zoe", ZOE)):
        lines = (
            "Subject: x",
            "Content-Type: text/plain; charset=utf-8",
            "",
            f"- Somebody ({about}): bounced",
        )
        (coop / "outbox" / f"a-{name}.eml").write_bytes("\r\n".join(lines).encode())

    forget(coop, NOEL)

    assert [file.stem for file in (coop / "outbox").glob("*summary*")] == ["a-summary-of-zoe"]


def test_what_was_removed_is_said_in_counts_and_where_he_still_stands(coop: Path) -> None:
    reasons = rows(coop / "ledger.sqlite3", "SELECT kind FROM skips WHERE member_id = 'membre-2'")

    result = forget(coop, NOEL)

    assert (result.returncode, result.stderr) == (0, "")
    assert [kind for (kind,) in reasons if kind in PLANNED] == ["recap_24h", "recap_4h"]
    assert result.stdout == (
        f"Forgotten. Mails in the ledger: 6; reasons for none: {len(reasons)}; mails in the outbox: 6; "
        "changes of settings: 2.\n"
        "Still in the data: members.csv:3, orders.csv:5-6. Unless that is taken out, the next run writes to "
        "them again.\n"
    )


@pytest.mark.parametrize(
    "named", [f"Écrire à {NOEL}", "Merci à BŒUF\nNoël !", "Maëlle Le Goff apporte le pain."]
)
def test_texts_of_broadcasts_that_name_him_are_said_and_stay(coop: Path, named: str) -> None:
    for place, text, about in (
        ("one", named, {}),
        ("two", "Bonjour à tous", {"subject": " ".join(named.split())}),
        ("sent/three", named, {}),
        ("sent/four", "Bœuf au menu, maelle@example.org", {"subject": "Noël"}),
    ):
        draft = coop / "drafts" / f"{place}.md"
        draft.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(text)
        draft.with_suffix(".json").write_text(json.dumps(about, ensure_ascii=False))
    for age, name in enumerate(("one", "two", "sent/three")):
        os.utime(coop / "drafts" / f"{name}.md", (age, age))

    said = forget(coop, NOEL).stdout

    files = "drafts/one.md, drafts/two.md, drafts/sent/three.md"
    line = f"Texts of broadcasts that name them: {files}. They stay; change or delete them by hand."
    assert line in said.splitlines()
    assert len(list((coop / "drafts").rglob("*.md"))) == 4


def test_through_sudo_the_texts_that_name_somebody_are_counted_and_not_named(coop: Path) -> None:
    (coop / "drafts").mkdir()
    (coop / "drafts" / "one.md").write_text(f"Écrire à {NOEL}")
    others = ("--for-others", "-c", str(coop / "config.yaml"))

    said = run(coop, *others, "forget", "--yes", NOEL, environ={"SUDO_UID": str(os.geteuid() + 1)}).stdout

    assert "Texts of broadcasts that name them: 1. They stay" in said


@pytest.mark.long
@pytest.mark.parametrize("who", [NOEL.upper(), MAELLE, "membre-2", "lac/membre-2", "Noël Bœuf", "boeuf noel"])
def test_nothing_is_left_of_him_whatever_he_is_called(coop: Path, who: str) -> None:
    assert {word for _name, word in left_of_him(coop)} == set(HIS)

    assert forget(coop, who).returncode == 0

    assert left_of_him(coop) == []


@pytest.mark.long
@pytest.mark.parametrize("who", [NOEL, "membre-2", "lac/membre-2"])
def test_somebody_who_has_left_is_forgotten_from_the_ledger_alone(coop: Path, who: str) -> None:
    take_out(coop)

    result = forget(coop, who)

    assert (result.returncode, result.stderr) == (0, "")
    assert "Still in the data" not in result.stdout
    assert left_of_him(coop) == []
    assert forget(coop, who).returncode == 1


def test_a_former_address_to_which_only_a_broadcast_went_is_forgotten_too(tmp_path: Path) -> None:
    folder = tmp_path / "coop"
    write_coop(folder, NOW)
    (folder / "lettre.md").write_text("Bonjour {{ member.first_name }},\n")
    assert run(folder, *LETTER).returncode == 0
    replace(folder, "members.csv", NOEL, "noel.new@example.org")

    assert "Mails in the ledger: 2;" in forget(folder, "2").stdout
    assert not any(NOEL.encode() in file.read_bytes() for file in (folder / "outbox").glob("*.eml"))


def test_others_keep_their_settings_and_every_mail(coop: Path) -> None:
    before = mailed(coop)

    forget(coop, NOEL)

    kept = (coop / "notifications.csv").read_text(encoding="utf-8-sig")
    assert kept == "member;kind;value;date\n1;recap_4h;yes;2026-01-01\n"
    assert mailed(coop) == before - 6
    sent = {one["address"] for one in document(coop, "log", "--status", "sent")["notices"]}
    assert {ZOE, EMMA} < sent
    assert len([address for address in sent if address.startswith("forgotten-")]) == 6


def test_the_next_run_sends_him_nothing_again_and_everybody_else_what_is_due(coop: Path) -> None:
    forget(coop, NOEL)
    before = mailed(coop)
    replace(coop, "orders.csv", "\n4;paniers", "\n3;paniers;Pain;1;;5;;\n4;paniers")
    let_rest(coop / "orders.csv")

    report = document(coop, "send-due")

    assert [(one["address"], one["kind"]) for one in report["notices"] if one["status"] == "sent"] == [
        (EMMA, "recap_24h")
    ]
    again = {(one["address"], one["reason"]) for one in report["notices"] if one["address"] in (NOEL, MAELLE)}
    assert (NOEL, "already_sent") in again
    assert (MAELLE, "already_sent") in again
    assert mailed(coop) == before + 1


def test_the_same_broadcast_is_still_known_to_have_left(coop: Path) -> None:
    forget(coop, NOEL)

    result = run(coop, "--lang", "en", *LETTER)

    assert result.returncode == 1
    assert "this very mail was written on" in result.stderr


def test_an_author_is_needed_until_the_broadcast_has_left(coop: Path) -> None:
    replace(coop, "groups.yaml", "[coordination@paniersdulac.example]", f"[{NOEL}]")
    assert run(coop, *LETTER[:2], "Encore", *LETTER[3:], "--as", NOEL).returncode == 0
    with sqlite(coop) as raw:
        raw.execute(
            "UPDATE notices SET status = 'deferred' WHERE recipient = ? AND kind = 'broadcast'", [ZOE]
        )

    first = forget(coop, NOEL)
    assert run(coop, "send-due").returncode == 0
    second = forget(coop, NOEL)

    assert "Unfinished broadcasts that name the address, and need it until they have left: 1." in first.stdout
    assert "members.csv:3, groups.yaml:1" in first.stdout
    assert "Finished broadcasts that named the address, and do no more: 1." in second.stdout
    with sqlite(coop) as raw:
        assert raw.execute(
            "SELECT count(*) FROM broadcasts WHERE reply_to_address = ?", [NOEL]
        ).fetchone() == (0,)


def test_what_only_names_an_address_that_another_member_reads_is_left_alone(coop: Path) -> None:
    replace(coop, "members.csv", EMMA, NOEL)

    ambiguous, result = forget(coop, NOEL), forget(coop, "membre-2")

    assert ambiguous.returncode == 1
    assert "Addresses that another member reads too: 1." in result.stdout
    notices = document(coop, "log", "--member", "3")["notices"]
    his = [(one["kind"], one["member"]) for one in notices if one["address"] == NOEL]
    assert sorted(his) == [("broadcast", None), ("opening", None)]
    assert not document(coop, "log", "--kind", "recap_24h", "--member", MAELLE)["notices"]
    to_noel = [file for file in (coop / "outbox").iterdir() if f"<{NOEL}>" in file.read_text()]
    assert len(to_noel) == 2


@pytest.mark.parametrize(("options", "exit_status"), [(["--yes"], 1), ([], 2)])
def test_several_people_are_numbered_and_nobody_is_forgotten(
    coop: Path, options: list[str], exit_status: int
) -> None:
    replace(coop, "members.csv", EMMA, ZOE)
    before = (coop / "ledger.sqlite3").read_bytes()

    result = run(coop, "forget", ZOE, *options)

    assert (result.returncode, result.stdout) == (exit_status, "")
    *lines, typed = result.stderr.splitlines()
    assert lines == [
        f"'{ZOE}' may be 2 people:",
        f"  1  Zoé Martin <{ZOE}> (lac/1)",
        f"  2  Emma Wright <{ZOE}> (lac/3)",
        "To mean one of them, type what stands in brackets; for the first one:",
    ]
    assert typed.endswith(" ".join([" forget lac/1", *options]))
    assert (coop / "ledger.sqlite3").read_bytes() == before


@pytest.mark.parametrize("who", ["1", ZOE, "Zoé Martin", "zoé"])
@pytest.mark.parametrize("answer", ["\n", "n\n", "\x04", "Zoé\n"])
def test_anything_but_a_yes_forgets_nobody(coop: Path, who: str, answer: str) -> None:
    before = (coop / "ledger.sqlite3").read_bytes()

    with asked(coop, who) as keyboard:
        keyboard.sees(f"Zoé Martin <{ZOE}> (lac/1)")
        keyboard.sees("Forget this person? [y/N] ")
        keyboard.types(answer)
        assert keyboard.ends() == 1

    assert "nobody was forgotten" in keyboard.screen
    assert (coop / "ledger.sqlite3").read_bytes() == before


@pytest.mark.parametrize("answer", ["y", "O", "oui", "yes"])
def test_a_yes_forgets_who_was_shown(coop: Path, answer: str) -> None:
    with asked(coop, "noël") as keyboard:
        keyboard.sees(f"Noël Bœuf <{NOEL}>, <{MAELLE}> (lac/membre-2)")
        keyboard.sees("[y/N] ")
        keyboard.types(f"{answer}\n")
        assert keyboard.ends() == 0

    assert left_of_him(coop) == []


def test_one_of_several_is_chosen_by_number_and_confirmed(coop: Path) -> None:
    replace(coop, "members.csv", EMMA, NOEL)

    with asked(coop, NOEL) as keyboard:
        keyboard.sees("Number: ")
        keyboard.types("1\n")
        keyboard.sees("(lac/membre-2)")
        keyboard.sees("[y/N] ")
        keyboard.types("y\n")
        assert keyboard.ends() == 0

    assert "Forgotten. Mails in the ledger: " in keyboard.screen
    assert not document(coop, "log", "--kind", "recap_24h", "--member", MAELLE)["notices"]


def test_where_nobody_can_be_asked_it_shows_who_it_is_and_what_to_type(coop: Path) -> None:
    before = (coop / "ledger.sqlite3").read_bytes()

    result = run(coop, "forget", NOEL)

    who, why, typed = result.stderr.splitlines()
    assert (result.returncode, result.stdout) == (2, "")
    assert who == f"Noël Bœuf <{NOEL}>, <{MAELLE}> (lac/membre-2)"
    assert why.startswith("nobody was forgotten")
    assert (coop / "ledger.sqlite3").read_bytes() == before
    assert run(coop, *shlex.split(typed)[1:]).returncode == 0
    assert left_of_him(coop) == []


def test_whoever_only_the_ledger_knows_is_shown_by_what_it_knows(coop: Path) -> None:
    take_out(coop)

    with asked(coop, NOEL) as keyboard:
        keyboard.sees(f"lac/membre-2, {NOEL}: in no list of members any more")
        keyboard.sees("[y/N] ")
        keyboard.types("y\n")
        assert keyboard.ends() == 0

    assert left_of_him(coop) == []


def test_somebody_else_of_that_name_by_the_time_of_the_answer_is_not_forgotten(coop: Path) -> None:
    with asked(coop, "membre-2") as keyboard:
        keyboard.sees("[y/N] ")
        replace(coop, "members.csv", "\nmembre-2;", "\nmembre-9;")
        replace(coop, "members.csv", "\n1;", "\nmembre-2;")
        keyboard.types("y\n")
        assert keyboard.ends() == 75

    assert "the data changed meanwhile: nobody was forgotten" in keyboard.screen
    assert left_of_him(coop)


def test_a_part_of_a_name_is_not_enough(coop: Path) -> None:
    result = forget(coop, "zoé")

    assert (result.returncode, result.stdout) == (2, "")
    *lines, typed = result.stderr.splitlines()
    assert lines == [
        "'zoé' is only a part of the name of:",
        f"  1  Zoé Martin <{ZOE}> (lac/1)",
        "To mean this member, type:",
    ]
    assert typed.endswith(" forget lac/1 --yes")


def test_nobody_is_nobody_and_the_nearest_are_named(coop: Path) -> None:
    result = forget(coop, "zoe.martin@exemple.org")

    assert (result.returncode, result.stdout) == (1, "")
    assert f"did you mean Zoé Martin <{ZOE}> (lac/1)?" in result.stderr


def test_an_id_of_two_groups_that_only_the_ledger_knows_is_two_people(coop: Path) -> None:
    with sqlite(coop) as raw:
        for group_id in ("mer", "bois"):
            values = (group_id, group_id, f"ana@{group_id}.example")
            raw.execute(
                "INSERT INTO skips VALUES ('outbox', 'opening', ?, ?, '77', ?, 'no_order', '')", values
            )

    both, one = forget(coop, "77"), forget(coop, "mer/77")

    assert both.returncode == 1
    assert "  1  bois/77\n  2  mer/77\n" in both.stderr
    assert one.stdout.startswith("Forgotten. Mails in the ledger: 0; reasons for none: 1;")


@pytest.mark.parametrize("who", ["Tom Roy", "lac/", ""])
def test_whoever_has_neither_id_nor_address_takes_no_mail_to_the_group_along(coop: Path, who: str) -> None:
    """Openings and letters go to the group: in the ledger they name no member, either."""
    header, *_members = (coop / "members.csv").read_text().splitlines()
    roy = {"prénom": "Tom", "nom": "Roy"}
    with (coop / "members.csv").open("a") as members:
        members.write(";".join(roy.get(name, "") for name in header.split(";")) + "\n")
    before, shown = mailed(coop), document(coop, "log")

    theirs = document(coop, "log", "--member", who)["notices"] if who else []
    result = forget(coop, who)

    assert (mailed(coop), document(coop, "log"), theirs) == (before, shown, [])
    assert result.returncode == (0 if who == "Tom Roy" else 1)


def test_data_that_cannot_be_read_may_hold_somebody_who_shares_the_address(coop: Path) -> None:
    (coop / "members.csv").write_text("nothing\n")
    before = (coop / "ledger.sqlite3").read_bytes()

    result = forget(coop, NOEL)

    assert (result.returncode, result.stdout) == (65, "")
    assert "members.csv" in result.stderr
    assert (coop / "ledger.sqlite3").read_bytes() == before


@pytest.mark.dear
def test_another_run_is_waited_for(coop: Path) -> None:
    with run_lock(coop / "ledger.sqlite3", NOW):
        result = run_script(coop, HURRY)

    assert (result.returncode, result.stdout) == (75, "")
    assert result.stderr == "another run is at work: nothing was forgotten; try again later\n"
    assert left_of_him(coop)


@pytest.fixture
def moved(coop: Path) -> Path:
    """Let the co-op's ledger go on in another file."""
    assert run(coop, "ledger", "copy", "ledger.sqlite3", "ledger.sqlite3.moved").returncode == 0
    with (coop / "config.yaml").open("a") as file:
        file.write("ledger: ledger.sqlite3.moved\n")
    return coop


def test_a_ledger_that_was_copied_forgets_him_too(moved: Path) -> None:
    result = forget(moved, NOEL)

    assert result.returncode == 0
    assert f"Mails in {moved}/ledger.sqlite3, which was copied: 6." in result.stdout.splitlines()
    assert left_of_him(moved) == []


def test_whoever_only_the_ledger_that_was_copied_still_knows_is_forgotten_there(moved: Path) -> None:
    take_out(moved)
    away = (moved / "ledger.sqlite3").replace(moved.parent / "away")
    assert forget(moved, NOEL).returncode == 0
    away.replace(moved / "ledger.sqlite3")
    assert left_of_him(moved)

    result = forget(moved, NOEL)

    assert (result.returncode, left_of_him(moved)) == (0, [])


def test_a_ledger_that_was_copied_and_cannot_be_opened_is_named(moved: Path) -> None:
    (moved / "ledger.sqlite3").write_bytes(b"no ledger" * 1000)

    result = forget(moved, NOEL)

    assert result.returncode == 1
    assert f"Still in {moved}/ledger.sqlite3, which was copied: " in result.stdout


def test_a_ledger_that_was_copied_on_another_machine_is_named(moved: Path) -> None:
    with open_ledger(moved / "ledger.sqlite3.moved") as ledger:
        ledger.set_marks("", "left_behind", {f"{moved}/ledger.sqlite3": "paris"})
    (moved / "ledger.sqlite3").unlink()

    result = forget(moved, NOEL)

    assert result.returncode == 0
    assert f"Maybe still in {moved}/ledger.sqlite3 on paris, which was copied: " in result.stdout


def test_what_is_older_than_keep_goes_from_the_ledger_that_was_copied_too(moved: Path) -> None:
    with closing(sqlite3.connect(moved / "ledger.sqlite3")) as raw:
        raw.execute("UPDATE notices SET too_late_at = '2020-01-01' WHERE kind = 'opening'")
        raw.commit()
    with open_ledger(moved / "ledger.sqlite3.moved") as ledger:
        ledger.set_marks("outbox", "purged", {"": None})

    assert run(moved, "send-due").returncode == 0

    kinds = "SELECT DISTINCT kind FROM notices WHERE kind IN ('opening', 'recap_24h')"
    assert rows(moved / "ledger.sqlite3", kinds) == [("recap_24h",)]


def test_what_could_only_be_deleted_and_not_built_anew_is_said_to_wait(coop: Path) -> None:
    result = run_script(coop, "import cagette_notify.helpdesk.forget as f\nf.sweep = lambda _ledger: False")

    assert (result.returncode, result.stdout.startswith("Forgotten. Mails in the ledger: 6")) == (1, True)
    assert "Another program reads the ledger" in result.stdout


def test_the_next_run_builds_anew_what_had_to_wait(coop: Path) -> None:
    with open_ledger(coop / "ledger.sqlite3") as ledger:
        ledger.set_marks("", "unswept", {"": "1"})

    assert run(coop, "send-due").returncode == 0

    with open_ledger(coop / "ledger.sqlite3") as ledger:
        assert ledger.marks("", "unswept") == {}


STEPS = ("delete_mails", "remove_member", "erase", "sweep", "Forgotten")


@pytest.mark.dear
@pytest.mark.parametrize("step", STEPS)
def test_killed_before_any_step_it_is_finished_by_the_next(coop: Path, step: str) -> None:
    count = len(document(coop, "log", "--status", "sent")["notices"])
    take_out(coop)
    killed = run_script(coop, KILL.format(step=step))

    again = forget(coop, NOEL)

    assert killed.returncode == -signal.SIGKILL
    assert again.returncode == (1 if step in STEPS[3:] else 0), again.stderr
    assert left_of_him(coop) == []
    assert len(document(coop, "log", "--status", "sent")["notices"]) == count
    before = mailed(coop)
    assert run(coop, "send-due").returncode == 0
    assert mailed(coop) == before


HURRY = """
import datetime
import cagette_notify.helpdesk.forget as forgetting
forgetting.RUN_LOCK_WAIT = datetime.timedelta(0)
"""
KILL = """
import os, signal
import cagette_notify.helpdesk.forget as forgetting
done = []
def die(*_, **__):
    if "{step}" != "sweep" or done:  # the first sweep is of what an earlier one left
        os.kill(os.getpid(), signal.SIGKILL)
    done.append(1)
forgetting.{step} = die
"""


def run_script(coop: Path, script: str) -> subprocess.CompletedProcess[str]:
    """Forget Noël in a process of its own, after a script."""
    code = (
        f"{script}\nfrom cagette_notify.cli import main\nmain(['--lang', 'en', 'forget', '--yes', '{NOEL}'])"
    )
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=coop,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@contextmanager
def sqlite(coop: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(coop / "ledger.sqlite3")) as raw:
        yield raw
        raw.commit()


def test_rows_in_the_lists_of_planned_mails_are_counted_and_others_stay(coop: Path) -> None:
    (coop / "liste.txt").write_text(f"{NOEL}\nmembre-2\n{ZOE}\n")
    planned = run(
        coop, *LETTER, "--to", "file:liste.txt", "--send-at", f"{NOW + timedelta(days=2):%Y-%m-%d %H:%M}"
    )
    assert planned.returncode == 0

    assert "Rows that named them in the lists of planned mails: 2.\n" in forget(coop, NOEL).stdout
    assert [shown for (shown,) in rows(coop / "ledger.sqlite3", "SELECT shown FROM planned_rows")] == [ZOE]
