"""A database that is away, refuses, is changed or dies: no mail is lost, and none made up."""

from __future__ import annotations

import socket
import sys
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from threading import Thread, Timer
from typing import TYPE_CHECKING

import pytest
import trustme

from cagette_notify.config import load as config
from cagette_notify.core.errors import EXIT_CONFIG, EXIT_DATA, EXIT_LATER, EXIT_PARTIAL
from cagette_notify.data.camap import members, orders, snapshot
from cagette_notify.run.context import RunRequest
from cagette_notify.run.exit_status import exit_status_of
from cagette_notify.run.send_due import send_due
from tests.fixtures.command import run
from tests.fixtures.database import CamapCoop, Server, why_no_server
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cagette_notify.run.run_report import RunReport
    from tests.fixtures.database import Database

NOW = utc("2026-06-11T16:05")  # a day before the distribution 51
BEFORE = NOW - timedelta(days=3)
COLUMNS = "id, lang, firstName, lastName, email, firstName2, lastName2, email2, ldate, flags"
TABLES = (
    *("`Group`", "UserGroup", "Place", "MultiDistrib", "Distribution", "Catalog", "Product", "UserOrder"),
    *("VolunteerRole", "Volunteer", "Subscription"),
)


@pytest.fixture
def served(coop: CamapCoop) -> CamapCoop:
    """Give a co-op that has been served since before the distribution, and an empty outbox."""
    coop.run(BEFORE)
    for mail in (coop.folder / "outbox").glob("*.eml"):
        mail.unlink()
    return coop


@pytest.fixture
def own_server() -> Iterator[Server]:
    """Start a server that a test may kill."""
    if reason := why_no_server():
        pytest.skip(reason)
    started = Server()
    yield started
    started.remove()


def said(report: RunReport) -> str:
    return "\n".join(map(str, report.news))


def test_out_of_reach_the_next_run_does_it(served: CamapCoop, database: Database) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    served.replace("config.yaml", database.url(), f"mysql://root@127.0.0.1:{port}/{database.name}")

    report = served.run(NOW)
    none = served.mailed()
    served.replace("config.yaml", f"mysql://root@127.0.0.1:{port}/{database.name}", database.url())
    served.run(NOW)

    assert exit_status_of(report) == EXIT_LATER
    assert "CAMAP: out of reach:" in said(report)
    assert (none, len(served.mailed())) == ([], 13)


@pytest.mark.parametrize("user", ["nobody", "poor"])
def test_what_it_refuses_is_a_matter_of_configuration(
    served: CamapCoop, database: Database, user: str
) -> None:
    database.do(f"CREATE OR REPLACE USER poor@localhost IDENTIFIED BY '{user}'")
    served.replace("config.yaml", database.url(), database.url(user))

    report = served.run(NOW)

    assert exit_status_of(report) == EXIT_CONFIG
    assert f"CAMAP: it refuses: Access denied for user '{user}'@'localhost'" in said(report)
    assert served.mailed() == []


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("RENAME TABLE Subscription TO Abonnement", "Subscription' doesn't exist"),
        ("ALTER TABLE Product DROP COLUMN bulk", "Unknown column 'p.bulk'"),
        ("ALTER TABLE MultiDistrib DROP COLUMN orderStartDate", "Unknown column 'md.orderStartDate'"),
    ],
)
def test_a_table_or_column_that_is_missing_is_named(
    served: CamapCoop, database: Database, change: str, named: str
) -> None:
    database.do(change)

    report = served.run(NOW)

    assert exit_status_of(report) == EXIT_DATA
    assert "CAMAP: it is of a version that isn't known:" in said(report)
    assert named in said(report)
    assert served.mailed() == []


@pytest.mark.dear
def test_a_server_that_dies_in_mid_read_costs_nobody_their_mail(
    tmp_path: Path, own_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    coop = CamapCoop(tmp_path, own_server.database())
    coop.run(NOW - timedelta(days=30))
    assert coop.mailed() == []
    read = orders.books_in

    def dies_first(*args: object) -> object:
        own_server.kill()
        return read(*args)  # type: ignore[arg-type]

    monkeypatch.setattr("cagette_notify.data.camap.source.books_in", dies_first)
    report = coop.run(NOW)
    none = coop.mailed()
    monkeypatch.undo()
    own_server.start()
    coop.run(NOW)

    assert exit_status_of(report) == EXIT_LATER
    assert none == []
    assert {"zoe.martin@example.org", "luc.martin@example.org", "noel@example.org"} <= set(coop.mailed())


@pytest.mark.dear
def test_a_table_that_a_migration_holds_is_waited_for_and_then_left_to_the_next_run(
    served: CamapCoop, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "PATIENCE", 1)
    migration = database.server.connect(database.name)
    with migration, migration.cursor() as cursor:
        cursor.execute("LOCK TABLES UserOrder WRITE")
        ends = Timer(5, cursor.execute, ["UNLOCK TABLES"])
        ends.start()
        report = served.run(NOW)
        ends.cancel()
        ends.join()
    none = served.mailed()
    served.run(NOW)

    assert exit_status_of(report) == EXIT_LATER
    assert "Lock wait timeout exceeded" in said(report)
    assert (none, len(served.mailed())) == ([], 13)


def test_all_that_a_run_reads_is_of_one_moment(
    served: CamapCoop, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = members.members_in

    def changed_since(*args: object) -> object:
        found = read(*args)  # type: ignore[arg-type]
        database.do("DELETE FROM UserOrder")
        return found

    monkeypatch.setattr("cagette_notify.data.camap.source.members_in", changed_since)
    served.run(NOW)

    assert len(served.mailed()) == 13


def test_the_moment_is_given_back_before_anything_is_sent(served: CamapCoop, database: Database) -> None:
    migrated = []

    def migrate(_done: int, _all: int) -> None:
        database.do("SET lock_wait_timeout = 1", "ALTER TABLE User ADD COLUMN more int NULL")
        migrated.append(True)

    run_watched(served, migrate)

    assert migrated
    assert len(served.mailed()) == 13


def run_watched(coop: CamapCoop, progress: Callable[[int, int], None]) -> None:
    """Run send-due, and do something once the first mails are on their way."""
    done: list[bool] = []

    def once(sent: int, whole: int) -> None:
        if not done:
            done.append(True)
            progress(sent, whole)

    loaded = config.load(coop.folder / "config.yaml")
    send_due(loaded, RunRequest(), clock=lambda: NOW, environ={}, progress=once)


def test_whoever_may_only_read_what_is_read_suffices(served: CamapCoop, database: Database) -> None:
    name = database.name
    database.do(
        "CREATE OR REPLACE USER notify@localhost IDENTIFIED BY 'lire seulement é'",
        f"GRANT SELECT ({COLUMNS}) ON {name}.User TO notify@localhost",
        *(f"GRANT SELECT ON {name}.{table} TO notify@localhost" for table in TABLES),
    )
    key = served.write("camap.key", "lire seulement é\n")
    key.chmod(0o600)
    served.replace("config.yaml", database.url(), database.url("notify"))
    served.replace("config.yaml", "groups:", "credentials: camap.key, groups:")

    report = served.run(NOW)

    assert exit_status_of(report) == EXIT_PARTIAL  # for an address that is none
    assert len(served.mailed()) == 13


@pytest.mark.dear
def test_over_tls_the_server_is_who_it_says(tmp_path: Path, own_server: Server) -> None:
    authority, another = trustme.CA(), trustme.CA()
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(own_server.folder / "pem")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    another.cert_pem.write_to_path(tmp_path / "other.pem")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    pem = own_server.folder / "pem"
    own_server.restart("--bind-address=127.0.0.1", f"--port={port}", f"--ssl-cert={pem}", f"--ssl-key={pem}")
    database = own_server.database()
    database.do(
        "CREATE USER far@'127.0.0.1' IDENTIFIED BY '' REQUIRE SSL",
        "CREATE USER far@localhost IDENTIFIED BY '' REQUIRE SSL",
        f"GRANT SELECT ON {database.name}.* TO far@'127.0.0.1'",
        f"GRANT SELECT ON {database.name}.* TO far@localhost",
    )
    coop = CamapCoop(tmp_path, database)
    url = f"mysql://far@127.0.0.1:{port}/{database.name}"
    coop.replace("config.yaml", database.url(), f"{url}?ssl_ca=ca.pem")
    coop.run(BEFORE)

    report = coop.run(NOW)
    coop.replace("config.yaml", "ca.pem", "other.pem")
    of_another = coop.run(NOW)
    coop.replace("config.yaml", "?ssl_ca=other.pem", "")
    without = coop.run(NOW)

    assert exit_status_of(report) == EXIT_PARTIAL
    assert "zoe.martin@example.org" in coop.mailed()
    assert exit_status_of(of_another) == EXIT_CONFIG
    assert "certificate verify failed" in said(of_another).lower()
    assert exit_status_of(without) == EXIT_CONFIG


def test_pymysql_is_named_where_it_is_missing(served: CamapCoop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pymysql", None)

    report = served.run(NOW)

    assert exit_status_of(report) == EXIT_CONFIG
    assert "CAMAP: PyMySQL is missing: pip install 'cagette-notify[camap]'" in said(report)


@pytest.mark.parametrize("text", [None, "no certificate"])
def test_certificates_that_cannot_be_read_are_named(
    served: CamapCoop, database: Database, text: str | None
) -> None:
    if text:
        served.write("ca.pem", text)
    served.replace("config.yaml", database.url(), f"mysql://root@127.0.0.1/{database.name}?ssl_ca=ca.pem")

    report = served.run(NOW)

    assert exit_status_of(report) == EXIT_CONFIG
    assert f"{served.folder / 'ca.pem'}: " in said(report)


def test_what_was_sent_is_shown_though_the_database_is_away(served: CamapCoop, database: Database) -> None:
    served.run(NOW)
    served.replace("config.yaml", database.url(), database.url("nobody"))

    log = run(served.folder, "log", "--kind", "recap_24h")

    assert "zoe.martin@example.org" in log.stdout


def test_whom_to_forget_waits_for_a_database_that_is_away(served: CamapCoop, database: Database) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    served.replace("config.yaml", database.url(), f"mysql://root@127.0.0.1:{port}/{database.name}")
    away = run(served.folder, "forget", "zoe.martin@example.org", "--yes")
    served.replace("config.yaml", f"mysql://root@127.0.0.1:{port}/{database.name}", database.url("nobody"))
    refused = run(served.folder, "forget", "zoe.martin@example.org", "--yes")

    assert (away.returncode, refused.returncode) == (EXIT_LATER, EXIT_CONFIG)
    assert "CAMAP: out of reach:" in away.stderr
    assert "CAMAP: it refuses:" in refused.stderr


@pytest.mark.parametrize("after", [0, 60, 200, 3000])
def test_answers_that_are_none_are_left_to_the_next_run(
    served: CamapCoop, database: Database, after: int
) -> None:
    with Garbling(str(database.server.socket), after) as path:
        served.replace("config.yaml", str(database.server.socket), path)
        report = served.run(NOW)

    assert exit_status_of(report) == EXIT_LATER
    (line,) = said(report).splitlines()
    assert line.startswith("CAMAP: out of reach: ")
    assert served.mailed() == []


class Garbling:
    """A socket before a server's, behind which its answers are junk from some byte on."""

    def __init__(self, server: str, after: int) -> None:
        self._server, self._after = server, after
        self._path = f"{server}{after}"
        self._listening = socket.socket(socket.AF_UNIX)

    def __enter__(self) -> str:
        self._listening.bind(self._path)
        self._listening.listen()
        self._thread = Thread(target=self._serve)
        self._thread.start()
        return self._path

    def __exit__(self, *_error: object) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listening.close()
        Path(self._path).unlink()

    def _serve(self) -> None:
        while True:
            try:
                asking, _address = self._listening.accept()
            except OSError:
                return
            with asking, socket.socket(socket.AF_UNIX) as answering:
                answering.connect(self._server)
                back = Thread(target=self._pump, args=(answering, asking, self._after))
                back.start()
                self._pump(asking, answering, None)
                back.join()

    @staticmethod
    def _pump(source: socket.socket, target: socket.socket, after: int | None) -> None:
        passed = 0
        with suppress(OSError):
            while data := source.recv(65_536):
                good = len(data) if after is None else max(0, min(len(data), after - passed))
                passed += len(data)
                target.sendall(data[:good] + bytes(byte ^ 0xA5 for byte in data[good:]))
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
