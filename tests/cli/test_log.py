"""The command that tells what was sent, what not and why."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from cagette_notify.core.kinds import Kind
from cagette_notify.core.mailjet_fates import Fate
from cagette_notify.core.notices import Reason, Skip
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.ledger.fates import FateBook
from cagette_notify.ledger.skips import SkipBook
from cagette_notify.planning import due_times
from tests.fixtures.command import run
from tests.fixtures.coop import A_DAY_BEFORE, LONG_AGO, MEMBERS, OPENED, Coop
from tests.fixtures.mailjet_server import MailjetServer
from tests.fixtures.memory import PLANNED, utc
from tests.fixtures.raw_ledger import change

if TYPE_CHECKING:
    from pathlib import Path

KEYS = [
    *("at", "kind", "group", "distribution", "member", "address", "status", "reason"),
    *("custom_id", "message_id", "fate", "subject"),
]
FOUR_HOURS_BEFORE = utc("2026-06-12T12:05")
LAC = "Les Paniers du Lac (lac)"
LETTER = ("broadcast", "-s", "On change de salle", "--body", "lettre.md", "--yes")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a co-op whose openings and recaps left, Léa having ordered nothing."""
    coop = Coop(tmp_path_factory.mktemp("made"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(due_times, "NOTICE_KINDS", PLANNED)
        for at in (LONG_AGO, OPENED, A_DAY_BEFORE):
            coop.run(at)
    return coop.folder


@pytest.fixture
def coop(made: Path, tmp_path: Path, _no_other_kinds: None) -> Coop:
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return Coop(tmp_path)


def log(coop: Coop, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run(coop.folder, "--lang", "en", "log", *arguments)


def notices(coop: Coop, *arguments: str) -> list[dict[str, Any]]:
    result = log(coop, "--json", *arguments)

    assert (result.returncode, result.stderr) == (0, "")
    document = json.loads(result.stdout)
    assert list(document) == ["notices", "problems"]
    found: list[dict[str, Any]] = document["notices"]
    return found


def told(coop: Coop, *arguments: str) -> list[tuple[str, str]]:
    return sorted((one["kind"], one["address"]) for one in notices(coop, *arguments))


def fill(coop: Coop, count: int) -> None:
    address = "zoe@example.org"
    skips = [Skip(Kind.OPENING, "lac", f"d{n}", "1", address, Reason.SETTING_OFF) for n in range(count)]
    with open_ledger(coop.folder / "ledger.sqlite3") as ledger:
        SkipBook(ledger, "outbox").note(skips, A_DAY_BEFORE)


def test_the_table_says_when_what_to_whom_and_why_not(coop: Coop) -> None:
    result = log(coop)

    assert (result.returncode, result.stderr) == (0, "")
    head, _line, *rows = result.stdout.splitlines()
    assert " ".join(head.split()) == "when group notice distribution member address status reason"
    cells = [" ".join(row.split()) for row in rows]
    assert len(cells) == 8
    recap = f"Thu 11 Jun 6:05 pm {LAC} recap_24h Fri 12 Jun (d1)"
    assert f"{recap} Noël Bœuf (2) noel@example.org written" in cells[:3]
    assert f"{recap} Maëlle (2) maelle@example.org written" in cells[:3]
    assert cells[3] == f"{recap} Léa Roux (3) lea@example.org skipped no_order"
    assert f"Fri 5 Jun 8:05 am {LAC} opening Fri 12 Jun (d1) zoe@example.org written" in cells[4:]


def test_the_document_has_every_key(coop: Coop) -> None:
    found = notices(coop)

    assert all(list(one) == KEYS for one in found)
    assert [one["at"] for one in found] == [A_DAY_BEFORE.isoformat()] * 4 + [OPENED.isoformat()] * 4
    sent = next(one for one in found if one["address"] == "zoe@example.org")
    assert sent | {"custom_id": None, "message_id": None} == {
        "at": A_DAY_BEFORE.isoformat(),
        "kind": "recap_24h",
        "group": "lac",
        "distribution": "d1",
        "member": "1",
        "address": "zoe@example.org",
        "status": "sent",
        "reason": None,
        "custom_id": None,
        "message_id": None,
        "fate": None,
        "subject": None,
    }
    assert sent["message_id"] == f"{sent['custom_id']}.eml"
    skipped = next(one for one in found if one["status"] == "skipped")
    assert (skipped["reason"], skipped["custom_id"]) == ("no_order", None)


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        (["--kind", "opening"], 4),
        (["--status", "sent"], 7),
        (["--status", "skipped"], 1),
        (["--group", "lac"], 8),
        (["--since", "2026-06-11"], 4),
        (["--since", "11/06/2026 18h05"], 4),
        (["--since", "2026-06-11 18:06"], 0),
        (["--member", "zoe@example.org", "--kind", "recap_24h"], 1),
    ],
)
def test_each_option_narrows(coop: Coop, arguments: list[str], count: int) -> None:
    assert len(notices(coop, *arguments)) == count


@pytest.mark.parametrize(
    "who", ["2", "lac/2", "noel@example.org", "MAELLE@example.org", "Noël Bœuf", "boeuf noel", "maelle"]
)
def test_a_household_is_found_by_any_of_its_names(coop: Coop, who: str) -> None:
    assert told(coop, "--member", who) == [
        *(("opening", "maelle@example.org"), ("opening", "noel@example.org")),
        *(("recap_24h", "maelle@example.org"), ("recap_24h", "noel@example.org")),
    ]


def test_several_people_of_a_name_are_all_told(coop: Coop) -> None:
    coop.write("members.csv", f"{MEMBERS}4;Zoé;Petit;zoe.petit@example.org;;\n")
    coop.replace("orders.csv", "1;d1", "4;d1;Miel;1;5\n1;d1")
    coop.run(A_DAY_BEFORE)

    assert told(coop, "--member", "zoé", "--kind", "recap_24h", "--status", "sent") == [
        *(("recap_24h", "zoe.petit@example.org"), ("recap_24h", "zoe@example.org")),
    ]


def test_what_went_to_an_address_that_two_share_is_told_whoever_is_asked_for(coop: Coop) -> None:
    coop.replace("members.csv", "lea@example.org", "zoe@example.org")

    assert ("recap_24h", "zoe@example.org") in told(coop, "--member", "lac/3")


def test_an_id_in_another_group_is_somebody_else(coop: Coop) -> None:
    coop.write("groups.yaml", "- {id: lac, name: Lac}\n- {id: mer, name: Mer}\n")
    coop.write("members.csv", "id;email;groups\n1;zoe@example.org;lac\n2;noel@example.org;lac\n")
    with open_ledger(coop.folder / "ledger.sqlite3") as ledger:
        skip = Skip(Kind.OPENING, "mer", "m1", "1", "ana@example.org", Reason.SETTING_OFF)
        SkipBook(ledger, "outbox").note([skip], A_DAY_BEFORE)

    assert {address for _kind, address in told(coop, "--member", "1")} == {"zoe@example.org"}
    assert told(coop, "--member", "mer/1") == [("opening", "ana@example.org")]


@pytest.mark.parametrize("who", ["zoe@example.org", "ZOE@EXAMPLE.ORG", "1", "lac/1"])
def test_somebody_who_has_left_is_found_in_the_ledger(coop: Coop, who: str) -> None:
    coop.write("members.csv", MEMBERS.replace("1;Zoé;Martin;zoe@example.org;;\n", ""))

    assert len(notices(coop, "--member", who)) == 2


def test_nobody_is_nobody_and_the_nearest_are_named(coop: Coop) -> None:
    plain, document = log(coop, "--member", "Zoé Matrin"), log(coop, "--member", "Zoé Matrin", "--json")

    assert (plain.returncode, plain.stdout) == (1, "")
    assert plain.stderr.splitlines() == [
        "nobody is called 'Zoé Matrin', neither in the data nor in the ledger",
        "did you mean Zoé Martin <zoe@example.org> (lac/1)?",
    ]
    assert (document.returncode, document.stderr) == (1, plain.stderr)
    assert json.loads(document.stdout) == {"notices": [], "problems": []}


@pytest.mark.parametrize("who", ["", " "])
def test_an_empty_name_is_nobodys(coop: Coop, who: str) -> None:
    assert log(coop, "--member", who).returncode == 1


@pytest.mark.parametrize(("spoilt", "text"), [("members.csv", "nothing\n"), ("groups.yaml", "- {")])
def test_the_ledger_answers_by_itself_when_data_cannot_be_read(coop: Coop, spoilt: str, text: str) -> None:
    coop.write(spoilt, text)

    found = log(coop, "--member", "zoe@example.org", "--json")
    unknown = log(coop, "--member", "Zoé", "--json")

    document = json.loads(found.stdout)
    assert (found.returncode, len(document["notices"])) == (0, 2)
    assert document["problems"][0]["file"] == spoilt
    assert spoilt in found.stderr
    assert unknown.returncode == 65
    assert json.loads(unknown.stdout)["notices"] == []
    assert json.loads(unknown.stdout)["problems"][0]["file"] == spoilt


def test_distributions_that_cannot_be_read_are_no_matter(coop: Coop) -> None:
    coop.write("distributions.yaml", "x: [")

    found = log(coop, "--member", "zoe@example.org", "--json")

    document = json.loads(found.stdout)
    assert (found.returncode, len(document["notices"]), document["problems"]) == (0, 2, [])
    assert found.stderr == ""


@pytest.mark.parametrize(
    ("arguments", "status", "line"),
    [
        (
            ["--kind", "reminder"],
            2,
            "--kind: expected one of opening, closing, recap_24h, recap_4h, ",
        ),
        (
            ["--status", "lost"],
            2,
            "--status: expected one of claimed, sent, failed, ",
        ),
        (["--group", "lack"], 2, "--group: no group 'lack'; did you mean 'lac'?"),
        (["--since", "yesterday"], 2, "--since: expected a date"),
        (["-c", "nowhere.yaml"], 78, "nowhere.yaml: no such file"),
    ],
)
def test_what_makes_no_sense_is_one_line_and_a_status(
    coop: Coop, arguments: list[str], status: int, line: str
) -> None:
    plain, document = log(coop, *arguments), log(coop, *arguments, "--json")

    assert (plain.returncode, plain.stdout, plain.stderr.count("\n")) == (status, "", 1)
    assert plain.stderr.startswith(line)
    assert (document.returncode, document.stderr) == (status, plain.stderr)
    assert json.loads(document.stdout)["notices"] == []
    assert len(json.loads(document.stdout)["problems"]) == 1


def test_a_group_that_is_gone_is_still_in_the_ledger(coop: Coop) -> None:
    coop.write("groups.yaml", "- {id: mer, name: Mer}\n")
    coop.write("distributions.yaml", "[]\n")

    assert len(notices(coop, "--group", "lac")) == 8


def test_that_something_had_left_already_is_told_to_who_asks(coop: Coop) -> None:
    coop.run(A_DAY_BEFORE)

    rows, skipped = log(coop).stdout.splitlines()[2:], log(coop, "--status", "skipped").stdout

    assert len(rows) == 8
    assert not any("already_sent" in row for row in rows)
    assert skipped.count("already_sent") == 3
    assert [one["reason"] for one in notices(coop)].count("already_sent") == 3


@pytest.mark.parametrize("typed", ["pas envoyé", "Pas  envoye", "skipped"])
def test_a_status_may_be_named_as_the_french_table_does(coop: Coop, typed: str) -> None:
    result = run(coop.folder, "--lang", "fr", "log", "--status", typed)

    (row,) = result.stdout.splitlines()[2:]
    assert "pas envoyé" in row
    assert "lea@example.org" in row


def test_no_ledger_is_an_empty_one(tmp_path: Path) -> None:
    result = log(Coop(tmp_path))

    assert (result.returncode, result.stdout, result.stderr) == (0, "Nothing in the ledger matches.\n", "")
    assert not (tmp_path / "ledger.sqlite3").exists()
    assert notices(Coop(tmp_path)) == []


def test_a_damaged_ledger_is_a_line_and_a_status(coop: Coop) -> None:
    coop.write("ledger.sqlite3", b"no ledger")

    result = log(coop, "--json")

    assert (result.returncode, result.stderr.count("\n")) == (65, 1)
    assert json.loads(result.stdout)["notices"] == []


def test_french_days_are_written_as_people_write_them(coop: Coop) -> None:
    rows = run(coop.folder, "--lang", "fr", "log").stdout

    assert "jeu. 11 juin 18\u00a0h\u00a005" in rows
    assert "ven. 12 juin (d1)" in rows


@pytest.mark.parametrize("spoilt", ["groups.yaml", "distributions.yaml"])
def test_what_cannot_be_read_goes_by_its_id(coop: Coop, spoilt: str) -> None:
    coop.write(spoilt, "x: [")

    (row,) = [line for line in log(coop).stdout.splitlines() if "lea@" in line and "recap_24h" in line]

    cells = re.split(" {2,}", row)
    assert cells[3:6] == ["d1", "3" if spoilt == "groups.yaml" else "Léa Roux (3)", "lea@example.org"]
    assert cells[1] == ("lac" if spoilt == "groups.yaml" else LAC)


def test_times_are_those_of_the_group(coop: Coop) -> None:
    coop.replace("groups.yaml", "  name:", "  timezone: Indian/Reunion\n  name:")

    assert "Thu 11 Jun 8:05\u00a0pm" in log(coop).stdout


def test_a_broadcast_goes_by_its_subject_and_moves_no_cursor(coop: Coop) -> None:
    coop.write("lettre.md", "Bonjour,\n")
    assert run(coop.folder, "--lang", "en", *LETTER).returncode == 0
    with closing(sqlite3.connect(coop.folder / "ledger.sqlite3")) as raw:
        raw.execute("UPDATE broadcasts SET subject = 'On change' || char(27) || '[2J de salle'")
        raw.execute("UPDATE notices SET recipient = 'z' || char(13) || 'oe' WHERE kind = 'broadcast'")
        raw.commit()

    result = log(coop, "--kind", "broadcast")

    assert "On change [2J de salle" in result.stdout
    assert " z oe " in result.stdout
    assert "\x1b" not in result.stdout
    assert "\r" not in result.stdout
    assert {one["subject"] for one in notices(coop, "--kind", "broadcast")} == {"On change\x1b[2J de salle"}


@pytest.mark.long
@pytest.mark.parametrize("who", ["1", "lac/1", "Zoé Martin", "zoe@example.org", "neuve@example.org"])
def test_what_left_to_an_address_that_was_corrected_since_is_told_as_check_member_tells_it(
    coop: Coop, who: str
) -> None:
    coop.write("members.csv", MEMBERS.replace("3;Léa", "4;Ana;Petit;ana@example.org;;\n3;Léa"))
    coop.write("lettre.md", "Bonjour.")
    assert run(coop.folder, *LETTER).returncode == 0
    coop.replace("members.csv", "zoe@example.org", "neuve@example.org")

    of_log = {(one["subject"], one["address"]) for one in notices(coop, "--member", who) if one["subject"]}
    answer = json.loads(run(coop.folder, "check-member", "1", "--json").stdout)
    of_check = {(one["subject"], one["address"]) for one in answer["members"][0]["history"] if one["subject"]}

    assert of_log == of_check == {("On change de salle", "zoe@example.org")}
    assert {one["address"] for one in notices(coop, "--member", "4")} == {"ana@example.org"}


def test_what_left_to_an_address_that_is_another_s_today_is_theirs(coop: Coop) -> None:
    coop.write("lettre.md", "Bonjour.")
    assert run(coop.folder, *LETTER).returncode == 0
    coop.replace("members.csv", "zoe@example.org", "neuve@example.org")
    coop.replace("members.csv", "lea@example.org", "zoe@example.org")

    found = {one["address"] for one in notices(coop, "--member", "1", "--kind", "broadcast")}

    assert found == set()


def test_what_became_of_a_mail_later_is_told(tmp_path: Path) -> None:
    with MailjetServer(tls=False) as server:
        extra = f"delivery: mailjet\nmailjet: {{api_url: '{server.url}'}}\n"
        coop = Coop(tmp_path, extra=extra, environ=server.environment)
        coop.run(LONG_AGO)
        coop.run(OPENED)
    ids = {entry.recipient: entry.custom_id for entry in coop.entries(account="mailjet")}
    with open_ledger(tmp_path / "ledger.sqlite3") as ledger:
        FateBook(ledger, "mailjet").note(
            Fate(ids[f"{name}@example.org"], "1", "", OPENED, status, state)
            for name, status, state in (("zoe", "bounce", 3), ("noel", "opened", 0), ("lea", "sent", 0))
        )
        with ledger.transaction() as connection:
            connection.execute("UPDATE notices SET status = 'in_doubt' WHERE recipient = 'lea@example.org'")

    fates = {one["address"]: one["fate"] for one in notices(coop)}

    assert fates == {
        "zoe@example.org": "bounced",
        "noel@example.org": "accepted",
        "maelle@example.org": None,
        "lea@example.org": None,
    }
    lines = log(coop).stdout.splitlines()
    assert next(line for line in lines if "zoe@" in line).endswith("was sent back: the mailbox was full")
    assert next(line for line in lines if "noel@" in line).endswith("sent")


@pytest.mark.long
@pytest.mark.parametrize(("count", "more"), [(1000, ""), (1001, "1 more"), (1503, "503 more")])
def test_a_table_has_an_end_and_says_so(tmp_path: Path, count: int, more: str) -> None:
    coop = Coop(tmp_path)
    with open_ledger(coop.folder / "ledger.sqlite3") as ledger:
        skips = [
            Skip(Kind.OPENING, "lac", f"d{n}", "1", "zoe@example.org", Reason.SETTING_OFF)
            for n in range(count)
        ]
        SkipBook(ledger, "outbox").note(skips, A_DAY_BEFORE)

    result = log(coop)

    assert result.returncode == 0
    assert len(result.stdout.splitlines()) == 2 + 1000
    assert result.stderr.count("\n") == bool(more)
    assert more in result.stderr
    assert len(notices(coop)) == count


@pytest.mark.dear
def test_somebody_who_reads_slowly_keeps_nobody_from_writing(coop: Coop) -> None:
    with open_ledger(coop.folder / "ledger.sqlite3") as ledger:
        skips = [
            Skip(Kind.OPENING, "lac", f"d{n}", "1", "zoe@example.org", Reason.SETTING_OFF)
            for n in range(3000)
        ]
        SkipBook(ledger, "outbox").note(skips, A_DAY_BEFORE)
    line = "from cagette_notify.cli import main; main(['--lang', 'en', 'log', '--json'])"
    with subprocess.Popen([sys.executable, "-c", line], cwd=coop.folder, stdout=subprocess.PIPE) as pager:
        assert pager.stdout is not None
        pager.stdout.read(1)

        with closing(sqlite3.connect(coop.folder / "ledger.sqlite3", timeout=0)) as raw:
            raw.execute("BEGIN EXCLUSIVE")
        pager.stdout.read()


def test_corrections_are_called_so(coop: Coop) -> None:
    coop.replace("distributions.yaml", "2026-06-12 18:00", "2026-06-12 19:00")
    coop.run(A_DAY_BEFORE + timedelta(minutes=10))

    rows = log(coop, "--kind", "rectificatif").stdout.splitlines()[2:]

    assert len(rows) == 3
    assert all(" correction " in row for row in rows)
    assert {one["kind"] for one in notices(coop, "--kind", "correction")} == {"recap_24h"}


BOTH_RECAPS = "member;kind;value\n1;recap_4h;oui\n2;recap_4h;oui\n"


@pytest.mark.long
@pytest.mark.parametrize("kind", ["correction", "recap_24h", "recap_4h"])
def test_a_correction_of_both_recaps_has_one_row_and_an_entry_for_each(coop: Coop, kind: str) -> None:
    coop.write("notifications.csv", BOTH_RECAPS)
    coop.run(FOUR_HOURS_BEFORE)
    coop.replace("distributions.yaml", "Salle des fêtes", "Gymnase")
    coop.run(FOUR_HOURS_BEFORE + timedelta(minutes=10))

    rows = log(coop, "--kind", kind).stdout.splitlines()[2:]
    entries = notices(coop, "--kind", "correction")

    assert sorted(row.split()[-2] for row in rows if " correction " in row) == [
        "maelle@example.org",
        "noel@example.org",
        "zoe@example.org",
    ]
    assert sorted(one["kind"] for one in entries) == ["recap_24h"] * 3 + ["recap_4h"] * 3


def test_a_correction_of_both_recaps_that_came_too_late_has_one_row(coop: Coop) -> None:
    coop.write("notifications.csv", BOTH_RECAPS)
    coop.run(FOUR_HOURS_BEFORE)
    coop.replace("distributions.yaml", "Salle des fêtes", "Gymnase")
    coop.run(FOUR_HOURS_BEFORE + timedelta(days=1))

    rows = log(coop, "--status", "expired").stdout.splitlines()[2:]

    assert [re.split(" {2,}", row)[2] for row in rows] == ["correction"] * 3


def test_the_same_mail_written_twice_in_a_minute_has_two_rows(coop: Coop) -> None:
    coop.write("lettre.md", "Bonjour.")
    for again in ([], ["--again"]):
        assert run(coop.folder, *LETTER, *again).returncode == 0
    change(coop.folder / "ledger.sqlite3", "UPDATE notices SET settled_at = '2026-06-12T12:05:00+00:00'")

    rows = log(coop, "--kind", "broadcast", "--member", "lea@example.org").stdout.splitlines()[2:]

    assert len(rows) == 2


@pytest.mark.long
@pytest.mark.parametrize(
    ("befalls", "said"),
    [
        ("UPDATE broadcasts SET is_stopped = 1", "does not leave by itself: give the same broadcast command"),
        (
            "UPDATE broadcasts SET confirmed_at = '2026-06-01T00:00:00+00:00'",
            "does not leave by itself: give the same broadcast command",
        ),
        ("UPDATE broadcasts SET group_id = 'gone'", "does not leave by itself"),
        ("UPDATE broadcasts SET group_id = group_id", ""),
    ],
    ids=["stopped", "left undone for a day", "of no group", "leaves by itself"],
)
def test_what_was_put_off_and_does_not_leave_by_itself_is_told_so(
    coop: Coop, befalls: str, said: str
) -> None:
    coop.write("lettre.md", "Bonjour,\n")
    run(coop.folder, *LETTER)
    change(
        coop.folder / "ledger.sqlite3",
        f"UPDATE notices SET status = 'deferred', detail = 'HTTP 429' WHERE kind = 'broadcast'; {befalls}",
    )

    rows = [line for line in log(coop, "--kind", "broadcast").stdout.splitlines() if "deferred" in line]

    assert rows
    assert all(line.rstrip().endswith("HTTP 429") is not bool(said) for line in rows)
    assert all(said in line for line in rows)
