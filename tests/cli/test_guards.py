"""What an operator meets when files are not as they should be: a line, a status, and nothing that leaves."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
from contextlib import closing
from datetime import datetime, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from cagette_notify.cli import main
from cagette_notify.cli.setup.demo import write_coop
from cagette_notify.core.package_files import templates_folder
from cagette_notify.ledger.connection import open_ledger
from tests.fixtures.command import run
from tests.fixtures.coop import let_rest
from tests.fixtures.two_users import AS_ROOT, Answer, Call, as_owner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Result = subprocess.CompletedProcess[str]

SOMEBODY, NAMELESS = 65534, 54321
as_root = pytest.mark.skipif(not AS_ROOT, reason="only root can make files somebody else's")


@pytest.fixture
def coop(tmp_path: Path) -> Path:
    write_coop(tmp_path / "coop", datetime.now(timezone.utc).replace(microsecond=0))
    let_rest(tmp_path / "coop" / "orders.csv")
    return tmp_path / "coop"


@pytest.fixture
def shared() -> Iterator[Path]:
    """Give a co-op of somebody else's that has sent its mails, in a folder that everybody can enter."""
    if not all(place.stat().st_mode & stat.S_IXOTH for place in templates_folder().parents):
        pytest.skip("another user could not read the templates of this installation")
    with TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        coop = Path(folder) / "coop"
        write_coop(coop, datetime.now(timezone.utc).replace(microsecond=0))
        let_rest(coop / "orders.csv")
        (coop / "notifications.csv").write_text("member;kind;value;date\n")
        assert run_here(coop, "send-due").returncode == 0
        give(coop, SOMEBODY)
        owe_another(coop)
        yield coop


def give(path: Path, uid: int) -> None:
    for each in (path, *path.rglob("*")):
        os.chown(each, uid, uid)


def owe_another(coop: Path) -> None:
    members = (coop / "members.csv").read_text()
    (coop / "members.csv").write_text(members.replace("zoe.martin@", "zoe@"))


def run_here(coop: Path, *arguments: str) -> Result:
    """Run a command in this process, where nothing can hang."""
    result = CliRunner().invoke(main, ["-c", str(coop / "config.yaml"), "--lang", "en", *arguments])
    assert not result.exception or isinstance(result.exception, SystemExit)
    return subprocess.CompletedProcess(arguments, result.exit_code, result.stdout, result.stderr)


def mails(coop: Path) -> int:
    return len(list((coop / "outbox").glob("*.eml")))


def as_another(uid: int, coop: Path, *arguments: str) -> Answer:
    [answer] = as_owner([Call(["--lang", "en", *arguments])], coop, owner=uid)
    return answer


@pytest.mark.long
@as_root
@pytest.mark.parametrize(
    ("whose", "status", "said"),
    [
        ("config.yaml", 78, "config.yaml: can't be read: Permission denied: config.yaml belongs to root"),
        ("ledger.sqlite3", 65, "ledger.sqlite3: belongs to root"),
        ("ledger.sqlite3.lock", 65, "ledger.sqlite3.lock: belongs to root"),
        ("outbox", 78, "outbox: can't be written to: Permission denied: {coop}/outbox belongs to root"),
        (
            "notifications.csv",
            65,
            "can't be read: Permission denied: {coop}/notifications.csv belongs to root",
        ),
        ("members.csv", 65, "can't be read: Permission denied: {coop}/members.csv belongs to root"),
    ],
)
def test_whose_file_it_is_is_said_with_what_to_type(shared: Path, whose: str, status: int, said: str) -> None:
    os.chown(shared / whose, 0, 0)
    (shared / whose).chmod(0o700 if whose == "outbox" else 0o600)

    result = as_another(SOMEBODY, shared, "send-due")

    assert (result.status, result.said.count("\n")) == (status, 1), result.said
    assert said.format(coop=shared) in result.said
    assert "run it as: sudo -u root cagette-notify ..." in result.said
    assert mails(shared) == 8


@pytest.mark.long
@as_root
@pytest.mark.parametrize("command", ["send-due", "status", "log"])
def test_root_leaves_nothing_of_its_own_beside_anothers_ledger(shared: Path, command: str) -> None:
    (shared / "ledger.sqlite3.lock").unlink()
    before = {path.name: path.stat().st_uid for path in shared.iterdir()}

    result = run_here(shared, command)

    assert result.returncode == 78
    assert "config.yaml: belongs to nobody; run it as: sudo -u nobody cagette-notify ..." in result.stderr
    assert {path.name: path.stat().st_uid for path in shared.iterdir()} == before
    assert as_another(SOMEBODY, shared, "send-due").status == 0
    assert mails(shared) == 10


@pytest.mark.long
@as_root
@pytest.mark.parametrize("command", ["send-due", "status", "log"])
def test_root_leaves_nothing_of_its_own_beside_a_ledger_that_alone_is_anothers(
    shared: Path, command: str
) -> None:
    for each in (shared, shared / "config.yaml"):
        os.chown(each, 0, 0)
    (shared / "ledger.sqlite3.lock").unlink()
    before = {path.name: path.stat().st_uid for path in shared.iterdir()}

    result = run_here(shared, command)

    assert result.returncode == 65
    assert "ledger.sqlite3: belongs to nobody; run it as: sudo -u nobody cagette-notify ..." in result.stderr
    assert {path.name: path.stat().st_uid for path in shared.iterdir()} == before


@as_root
def test_a_user_without_a_name_is_typed_so_that_a_shell_takes_it(shared: Path) -> None:
    os.chown(shared / "config.yaml", NAMELESS, NAMELESS)

    assert f"sudo -u '#{NAMELESS}' cagette-notify" in run_here(shared, "send-due").stderr


@pytest.mark.long
@as_root
@pytest.mark.parametrize(("what", "mode"), [("ledger.sqlite3", 0o400), ("", 0o500)])
def test_what_can_only_be_read_can_be_looked_at_but_sends_nothing(shared: Path, what: str, mode: int) -> None:
    (shared / what).chmod(mode)

    sent, looked = as_another(SOMEBODY, shared, "send-due"), as_another(SOMEBODY, shared, "status")

    assert sent.status == 65
    assert "the ledger can't be written to" in sent.said
    assert looked.status == 0, looked.said
    assert mails(shared) == 8


def a_pipe(path: Path) -> None:
    os.mkfifo(path, 0o600)


def a_dead_link(path: Path) -> None:
    path.symlink_to("nowhere")


def a_link(path: Path) -> None:
    path.with_name("elsewhere").touch(mode=0o600)
    path.symlink_to("elsewhere")


@pytest.mark.parametrize("make", [a_pipe, a_dead_link, a_link, Path.mkdir])
@pytest.mark.parametrize(
    "name", ["ledger.sqlite3", "ledger.sqlite3.lock", "ledger.sqlite3-journal", "outbox", "members.csv"]
)
def test_what_is_no_file_of_ours_stops_the_run_and_does_not_hold_it_up(
    coop: Path, name: str, make: Callable[[Path], None]
) -> None:
    if name == "outbox" and make is Path.mkdir:
        pytest.skip("a folder is what it should be")
    if name == "ledger.sqlite3-journal":
        assert run_here(coop, "send-due").returncode == 0
    before = mails(coop)
    (coop / name).unlink(missing_ok=True)
    make(coop / name)
    inode = (coop / name).lstat().st_ino

    result = (run if make is a_pipe else run_here)(coop, "send-due")

    assert result.returncode == (78 if name == "outbox" else 65)
    assert (result.stderr.count("\n"), name in result.stderr) == (1, True), result.stderr
    assert (coop / name).lstat().st_ino == inode
    assert mails(coop) == before
    assert not (coop / "nowhere").exists()


@pytest.mark.parametrize("setting", ["config.yaml", "mailjet.key", "notifications.csv"])
def test_a_pipe_that_nobody_writes_to_holds_up_nobody(coop: Path, setting: str) -> None:
    config = coop / "config.yaml"
    if setting == "mailjet.key":
        config.write_text(config.read_text().replace("delivery: outbox", "delivery: mailjet"))
    (coop / setting).unlink(missing_ok=True)
    a_pipe(coop / setting)

    result = run(coop, "send-due")

    assert result.returncode in {65, 78}
    assert setting in result.stderr


def test_changes_of_settings_behind_a_dead_link_are_not_taken_for_none(coop: Path) -> None:
    a_dead_link(coop / "notifications.csv")

    result = run_here(coop, "send-due")

    assert (result.returncode, result.stderr.count("notifications.csv: no such file")) == (65, 1)
    assert mails(coop) == 0


@pytest.mark.parametrize("hold", ["BEGIN EXCLUSIVE", "BEGIN; SELECT count(*) FROM notices"])
def test_a_ledger_in_another_programs_hands_is_for_later(
    coop: Path, hold: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = sqlite3.connect
    monkeypatch.setattr(
        sqlite3, "connect", lambda *args, **kwargs: connect(*args, **{**kwargs, "timeout": 0})
    )
    assert run_here(coop, "send-due").returncode == 0
    owe_another(coop)
    with closing(connect(coop / "ledger.sqlite3", isolation_level=None)) as other:
        for statement in hold.split(";"):
            other.execute(statement).fetchone()
        held = run_here(coop, "send-due")
        other.execute("ROLLBACK")

    assert (held.returncode, mails(coop)) == (75, 8)
    assert held.stderr.endswith("ledger.sqlite3: another program holds the ledger; close it\n")
    assert (run_here(coop, "send-due").returncode, mails(coop)) == (0, 10)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the ledger is damaged (the file is empty); put back a copy of it"),
        (
            b"member;kind;value\n" * 500,
            "the ledger is damaged (file is not a database); put back a copy of it",
        ),
    ],
)
@pytest.mark.parametrize(
    "command", [["send-due"], ["send-due", "--dry-run"], ["status"], ["check-member", "zoe"]]
)
def test_a_file_that_is_no_ledger_is_never_started_afresh(
    coop: Path, content: bytes, said: str, command: list[str]
) -> None:
    (coop / "ledger.sqlite3").write_bytes(content)

    result = run_here(coop, *command)

    assert (result.returncode, result.stdout) == (65, "")
    assert said in result.stderr
    assert (coop / "ledger.sqlite3").read_bytes() == content
    assert not (coop / "outbox").exists()


def test_another_programs_database_is_refused(coop: Path) -> None:
    with closing(sqlite3.connect(coop / "ledger.sqlite3")) as other:
        other.execute("CREATE TABLE notices (id)")

    result = run_here(coop, "send-due")

    assert result.returncode == 65
    assert "another program's database" in result.stderr


def test_a_ledger_that_was_deleted_is_a_first_run_and_floods_nobody(coop: Path) -> None:
    distributions = (coop / "distributions.yaml").read_text()
    two_hours_ago = datetime.now(timezone.utc).timestamp() - 7200
    opened = datetime.fromtimestamp(two_hours_ago, timezone.utc).strftime("%Y-%m-%d %H:%M+00:00")
    lines = [
        f"  orders_open_at: {opened}" if "orders_open_at" in line else line
        for line in distributions.splitlines()
        if "soon" not in line
    ]
    (coop / "distributions.yaml").write_text("\n".join(lines) + "\n")
    assert run_here(coop, "send-due", "--lookback", "24h").returncode == 0
    before = mails(coop)
    (coop / "ledger.sqlite3").unlink()

    result = run_here(coop, "send-due")

    assert "due before the first run, and held back so that nobody is flooded: " in result.stderr
    assert len(list((coop / "outbox").glob("*opening*"))) == 4
    assert mails(coop) > before


def test_an_older_copy_of_the_ledger_sends_again_what_it_does_not_know_of(coop: Path) -> None:
    copy = coop / "copy.sqlite3"
    with open_ledger(coop / "ledger.sqlite3"):
        pass
    shutil.copyfile(coop / "ledger.sqlite3", copy)
    assert run_here(coop, "send-due").returncode == 0
    (coop / "ledger.sqlite3").write_bytes(copy.read_bytes())

    shown = run_here(coop, "send-due", "--dry-run")

    assert (shown.returncode, shown.stdout.count("would_send")) == (0, 3)
