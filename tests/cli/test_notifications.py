"""``notifications``: the real command, and send-due after it."""

from __future__ import annotations

import os
import resource
import shlex
import stat
import subprocess
import sys
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from cagette_notify.cli import main
from cagette_notify.core.formatting import long_day
from tests.fixtures.command import ROOT, run, start
from tests.fixtures.terminal import Keyboard

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime.now(timezone.utc).replace(microsecond=0)
GROUPS = """\
- {id: lac, name: Les Paniers du Lac, contact: {email: claire@example.org}}
"""
MEMBERS = """\
id;first_name;last_name;email;partner_email;opening;recap_24h
1;Zoé;Martin;zoe@example.org;;non;
2;Noël;Bœuf;noel@example.org;maelle@example.org;;
3;Léa;Martin;lea@example.org;;;oui
4;Ana;Roux;ana@example.org;;peut-être;
"""
CONFIG = """\
language: en
data: {groups: groups.yaml, members: members.csv, distributions: distributions.yaml}
sender: {email: noreply@example.org}
"""


def today(zone: str = "Europe/Paris") -> str:
    return datetime.now(ZoneInfo(zone)).date().isoformat()


def today_in_words() -> str:
    return long_day(date.fromisoformat(today()), "en")


def a_day(name: str, *, opened: timedelta, starts: timedelta = timedelta(days=8)) -> str:
    times = (
        f"starts_at: {NOW + starts:%Y-%m-%d %H:%M}+00:00, orders_open_at: {NOW - opened:%Y-%m-%d %H:%M}+00:00"
    )
    return f"- {{id: {name}, group: lac, {times}}}\n"


@pytest.fixture
def coop(tmp_path: Path) -> Path:
    files = {
        "config.yaml": CONFIG,
        "groups.yaml": GROUPS,
        "members.csv": MEMBERS,
        "distributions.yaml": a_day("d1", opened=timedelta(minutes=20)),
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def two_groups(coop: Path) -> Path:
    """Two groups with a list of their own each, which both count from 1."""
    (coop / "config.yaml").write_text(CONFIG.replace("members: members.csv, ", ""))
    (coop / "groups.yaml").write_text(
        GROUPS.replace("}}", "}, members: lac.csv}")
        + "- {id: port, name: Le Port, contact: {email: c@example.org}, members: port.csv}\n"
    )
    (coop / "lac.csv").write_text("id;first_name;email\n1;Zoe;zoe@example.org\n2;Lea;lea@example.org\n")
    (coop / "port.csv").write_text("id;first_name;email\n1;Luc;luc@example.org\n")
    return coop


def changes(coop: Path) -> str:
    path = coop / "notifications.csv"
    return path.read_text(encoding="utf-8-sig") if path.exists() else ""


def identity(path: Path) -> tuple[int, int]:
    """Return what a rewritten file has anew."""
    return path.stat().st_ino, path.stat().st_mtime_ns


def row(stdout: str, kind: str) -> list[str]:
    """Return the value of a kind, and where it was set."""
    (line,) = [line for line in stdout.splitlines() if line.startswith(f"{kind} ")]
    return line.split(maxsplit=2)[1:]


def mailed(coop: Path, address: str) -> int:
    run_of_cron = run(coop, "send-due")
    assert (run_of_cron.returncode, "Traceback" in run_of_cron.stderr) == (1, False)  # Ana's row is bad
    return sum(f"<{address}>" in mail.read_text() for mail in (coop / "outbox").glob("*.eml"))


@pytest.mark.dear
def test_off_in_the_file_then_on_then_taken_back_are_three_answers_that_send_due_obeys(coop: Path) -> None:
    off = run(coop, "notifications", "zoe@example.org")
    assert row(off.stdout, "opening") == ["no", "members.csv:2"]
    assert mailed(coop, "zoe@example.org") == 0

    written = run(coop, "notifications", "zoe@example.org", "--on", "opening")
    on = run(coop, "notifications", "zoe@example.org")
    assert (written.returncode, written.stderr) == (0, "")
    assert "opening of d1: is due now and leaves with the next run of send-due" in written.stdout
    assert row(on.stdout, "opening") == ["yes", f"notifications.csv:2, {today_in_words()}"]
    assert changes(coop) == f"member;kind;value;date\n1;opening;yes;{today()}\n"
    assert mailed(coop, "zoe@example.org") == 1

    back = run(coop, "notifications", "zoe@example.org", "--reset")
    again = run(coop, "notifications", "zoe@example.org")
    assert f"Taken back: opening yes (notifications.csv:2, {today_in_words()})." in back.stdout
    assert row(again.stdout, "opening") == ["no", "members.csv:2"]
    assert changes(coop) == "member;kind;value;date\n"
    days = coop / "distributions.yaml"
    days.write_text(days.read_text() + a_day("d2", opened=timedelta(minutes=5)))
    assert mailed(coop, "lea@example.org") == 2
    assert mailed(coop, "zoe@example.org") == 1


def test_each_kind_is_shown_with_where_it_was_set(coop: Path) -> None:
    (coop / "notifications.csv").write_text("member;kind;value;date\n3;opening;non;2026-06-10\n")

    result = run(coop, "notifications", "Léa Martin")

    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.splitlines()[0] == "Léa Martin <lea@example.org> (lac/3)"
    assert row(result.stdout, "opening") == ["no", "notifications.csv:2, Wednesday 10 June 2026"]
    assert row(result.stdout, "recap_24h") == ["yes", "members.csv:4"]
    assert row(result.stdout, "recap_4h") == ["no", "default (config.yaml: notices.recap_4h.default)"]


def test_several_kinds_change_at_once(coop: Path) -> None:
    result = run(coop, "notifications", "2", "--off", "opening", "--off", "recap_24h", "--on", "recap_4h")

    assert result.returncode == 0
    assert [row(result.stdout, kind)[0] for kind in ("opening", "recap_24h", "recap_4h")] == [
        "no",
        "no",
        "yes",
    ]
    assert len(changes(coop).splitlines()) == 4
    assert stat.S_IMODE((coop / "notifications.csv").stat().st_mode) == 0o600


def test_what_is_so_already_writes_nothing_and_says_so(coop: Path) -> None:
    run(coop, "notifications", "2", "--off", "opening")
    before = identity(coop / "notifications.csv")

    again = run(coop, "notifications", "2", "--off", "opening")
    nothing = run(coop, "notifications", "3", "--reset")

    where = f"notifications.csv:2, {today_in_words()}"
    assert f"Nothing to change: opening is no already ({where})." in again.stdout
    assert "Nothing to take back" in nothing.stdout
    assert (again.returncode, nothing.returncode) == (0, 0)
    assert identity(coop / "notifications.csv") == before


def test_a_change_that_says_what_the_file_says_is_kept_but_changes_no_mail(coop: Path) -> None:
    result = run(coop, "notifications", "1", "--off", "opening")

    assert "It changes nothing for the next distributions: so it was already." in result.stdout
    assert changes(coop).endswith(f"1;opening;no;{today()}\n")


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_the_day_is_that_of_the_configured_time_zone(coop: Path, zone: str) -> None:
    """The two are 25 hours apart: it is never the same day in both."""
    (coop / "config.yaml").write_text(f"{CONFIG}timezone: {zone}\n")

    run(coop, "notifications", "2", "--off", "opening")

    assert changes(coop).endswith(f"2;opening;no;{today(zone)}\n")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--on", "openings"], "--on: expected one of opening, closing, recap_24h, recap_4h"),
        (["--off", "broadcast"], "--off: expected one of opening, closing, recap_24h, recap_4h"),
        (["--on", "opening", "--off", "opening"], "both --on and --off: opening"),
        (["--reset", "--on", "opening"], "--reset takes all changes back"),
        (["--reset", "--off", "opening"], "--reset takes all changes back"),
    ],
)
def test_what_makes_no_sense_is_a_line_and_status_2(coop: Path, arguments: list[str], line: str) -> None:
    result = run(coop, "notifications", "1", *arguments)

    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(line)
    assert result.stderr.count("\n") == 1
    assert changes(coop) == ""


@pytest.mark.parametrize("option", [[], ["--on", "opening"], ["--reset"]])
def test_nobody_is_status_1_with_the_nearest_ones(coop: Path, option: list[str]) -> None:
    result = run(coop, "notifications", "Noel Boeff", *option)

    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.splitlines() == [
        "nobody found: 'Noel Boeff'",
        "Did you mean one of these?",
        "  Noël Bœuf <noel@example.org>, <maelle@example.org> (lac/2)",
    ]


def test_a_person_whose_row_is_set_aside_is_nobody_yet(coop: Path) -> None:
    result = run(coop, "notifications", "ana@example.org", "--on", "opening")

    assert (result.returncode, result.stdout, changes(coop)) == (1, "", "")
    assert "nobody found: 'ana@example.org'" in result.stderr
    assert "set aside: members.csv:5" in result.stderr


@pytest.mark.parametrize("option", [["--on", "recap_4h", "--off", "opening"], ["--reset"]])
@pytest.mark.parametrize("name", ["Zoé Martin", "martin zoe"])
def test_somebody_whose_name_only_begins_so_is_shown_and_not_changed(
    coop: Path, name: str, option: list[str]
) -> None:
    members = coop / "members.csv"
    members.write_text(members.read_text().replace("Zoé;Martin", "Zoé;Martin-Leroy"))

    result = run(coop, "notifications", name, *option)
    shown = run(coop, "notifications", name)

    assert (result.returncode, result.stdout, changes(coop)) == (1, "", "")
    assert "Zoé Martin-Leroy <zoe@example.org> (lac/1)" in result.stderr
    typed = shlex.split(result.stderr.splitlines()[-1])
    assert typed[-2 - len(option) :] == ["notifications", "lac/1", *option]
    assert (shown.returncode, "Zoé Martin-Leroy" in shown.stdout) == (0, True)


@pytest.mark.parametrize("option", [[], ["--on", "opening"], ["--reset"]])
def test_several_people_are_a_numbered_list_and_none_is_shown_or_changed(
    coop: Path, option: list[str]
) -> None:
    result = run(coop, "notifications", "Martin", *option)

    assert (result.returncode, result.stdout, changes(coop)) == (2, "", "")
    *lines, typed = result.stderr.splitlines()
    assert lines == [
        "'Martin' may be 2 people:",
        "  1  Zoé Martin <zoe@example.org> (lac/1)",
        "  2  Léa Martin <lea@example.org> (lac/3)",
        "To mean one of them, type what stands in brackets; for the first one:",
    ]
    assert typed.endswith(" ".join([" notifications lac/1", *option]))


def test_on_a_terminal_one_of_several_is_chosen_by_number(coop: Path) -> None:
    with Keyboard(coop, "--lang", "en", "notifications", "Martin", "--off", "recap_24h") as keyboard:
        keyboard.sees("2  Léa Martin")
        keyboard.sees("Number: ")
        keyboard.types("2\n")
        assert keyboard.ends() == 0

    assert changes(coop).endswith(f"3;recap_24h;no;{today()}\n")


def test_an_id_that_two_groups_give_is_told_apart_by_its_group(two_groups: Path) -> None:
    refused = run(two_groups, "notifications", "1", "--off", "opening")
    port = run(two_groups, "notifications", "port/1", "--off", "opening")
    only = run(two_groups, "notifications", "2", "--off", "opening")

    assert (refused.returncode, port.returncode, only.returncode) == (2, 0, 0)
    assert "lac/1" in refused.stderr
    assert "port/1" in refused.stderr
    assert changes(two_groups).splitlines()[1:] == [
        f"port/1;opening;no;{today()}",
        f"lac/2;opening;no;{today()}",
    ]
    assert row(run(two_groups, "notifications", "zoe@example.org").stdout, "opening")[0] == "yes"
    assert row(run(two_groups, "notifications", "luc@example.org").stdout, "opening")[0] == "no"


def test_while_a_groups_list_cannot_be_read_an_id_may_be_somebody_elses(two_groups: Path) -> None:
    (two_groups / "port.csv").unlink()

    result = run(two_groups, "notifications", "1", "--off", "opening")

    assert result.returncode == 0
    assert result.stderr == "port.csv: no such file\n"
    assert changes(two_groups).endswith(f"lac/1;opening;no;{today()}\n")


def test_changes_that_nobody_understands_are_pointed_out(coop: Path) -> None:
    (coop / "notifications.csv").write_text("member;kind;value\n1;opening;maybe\n")

    result = run(coop, "notifications", "1")

    assert result.returncode == 0
    assert result.stderr.startswith("notifications.csv:2: value: expected yes or no")


def test_a_damaged_file_stops_the_command_with_65(coop: Path) -> None:
    (coop / "notifications.csv").write_text('member;kind;value\n1;"opening;no\n')

    result = run(coop, "notifications", "1", "--on", "opening")

    assert result.returncode == 65
    assert result.stderr.startswith("notifications.csv:2: ")
    assert changes(coop) == 'member;kind;value\n1;"opening;no\n'


def test_a_yaml_file_can_be_shown_but_not_changed(coop: Path) -> None:
    (coop / "config.yaml").write_text(f"{CONFIG}notifications: settings.yaml\n")
    (coop / "settings.yaml").write_text("- {member: 1, kind: opening, value: yes, date: 2026-06-01}\n")

    shown = run(coop, "notifications", "1")
    refused = run(coop, "notifications", "1", "--off", "opening")

    assert row(shown.stdout, "opening") == ["yes", "settings.yaml:1, Monday 1 June 2026"]
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (78, "", 1)
    assert "only a .csv file can be changed" in refused.stderr


def test_only_the_ledgers_owner_changes_what_send_due_must_read(
    coop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (coop / "ledger.sqlite3").touch()
    monkeypatch.setattr(os, "geteuid", lambda: coop.stat().st_uid + 123_456)

    result = CliRunner().invoke(
        main, ["-c", str(coop / "config.yaml"), "notifications", "1", "--on", "opening"]
    )

    assert (result.exit_code, result.stdout, changes(coop)) == (65, "", "")
    assert "ledger.sqlite3: belongs to" in result.stderr


def test_a_full_disk_is_one_line_and_leaves_the_old_file(coop: Path) -> None:
    run(coop, "notifications", "2", "--off", "opening")
    before = changes(coop)
    code = "from cagette_notify.cli import main; main(prog_name='cagette-notify')"

    result = subprocess.run(
        [sys.executable, "-c", code, "notifications", "1", "--on", "opening"],
        cwd=coop,
        env={"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (40, 40)),
        capture_output=True,
        text=True,
        check=False,
    )

    assert (result.returncode, result.stdout, result.stderr.count("\n")) == (65, "", 1)
    assert "File too large" in result.stderr
    assert changes(coop) == before
    assert not list(coop.glob("*.new"))


@pytest.mark.dear
def test_two_admins_at_once_lose_no_change(coop: Path) -> None:
    lines = [("1", "--on", "opening"), ("2", "--off", "opening"), ("3", "--off", "recap_24h")]
    admins = [start(coop, "notifications", *line) for line in lines]

    assert [admin.communicate(timeout=60)[1] for admin in admins] == ["", "", ""]
    assert sorted(changes(coop).splitlines()[1:]) == [
        f"1;opening;yes;{today()}",
        f"2;opening;no;{today()}",
        f"3;recap_24h;no;{today()}",
    ]


def test_a_change_says_that_it_is_for_the_whole_household(coop: Path) -> None:
    both, alone = (
        run(coop, "notifications", who, "--off", "recap_24h").stdout for who in ("maelle@example.org", "3")
    )

    assert "It is for the whole household: noel@example.org, maelle@example.org." in both
    assert "household" not in alone


def test_what_is_held_back_for_a_row_that_cannot_be_read_is_shown(coop: Path) -> None:
    (coop / "notifications.csv").write_text("member;kind;value;date\n3,opening,non,2026-01-02\n")

    before = run(coop, "notifications", "3")
    mailed_before = mailed(coop, "lea@example.org")
    after = run(coop, "notifications", "3", "--on", "opening")

    assert "held back" in before.stdout
    assert "notifications.csv:2, which can't be read" in before.stdout
    assert "notifications.csv:2: its cells stand in one" in before.stderr
    assert mailed_before == 0
    assert row(after.stdout, "opening") == ["yes", f"notifications.csv:3, {today_in_words()}"]
    assert mailed(coop, "lea@example.org") == 1
