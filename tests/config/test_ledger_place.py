"""Where the ledger is: what of a server's URL is taken, and what can't stand beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cagette_notify.config.paths import drafts_folder
from cagette_notify.core.ledger_place import SharedLedger
from tests.config.test_load import a_config, loaded, problems

if TYPE_CHECKING:
    from pathlib import Path

MAILJET = "delivery: mailjet\n"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://notify@db.example.org/notify",
        "postgres://notify@/notify?host=/run/postgresql",
        "postgresql://h:5433/notify?user=me%40realm&passfile=/etc/pgpass&sslkey=/etc/own.key",
        "postgresql://a,b:5433/notify?target_session_attrs=read-write&sslmode=verify-full",
    ],
)
def test_a_database_that_machines_share_is_taken_as_it_is_named(tmp_path: Path, url: str) -> None:
    ledger = loaded(tmp_path, f"{MAILJET}ledger: {url}\n").ledger

    assert ledger == SharedLedger(url, tmp_path / "ledger.postgresql")
    assert drafts_folder(ledger) == tmp_path / "drafts"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:s3cret@h/db",
        "postgresql://u:s3cr/et@h/db",
        "postgresql://u:s3cr?et@h/db",
        "'postgresql://u:s3cr#et@h/db'",
        "postgresql://u:s3cr@et@h/db",
        "postgresql://u%3As3cret@h/db",
        "postgresql://u@h/db?password=s3cret",
        "postgresql://u@h/db?PassWord=s3cret",
        "postgresql://u@h/db?pass%77ord=s3cret",
        "postgresql://u@h/db?sslmode=require&sslpassword=s3cret",
        "postgresql://u@h/db?oauth_client_secret=s3cret",
        "postgresql://u@h/db?scram_client_key=s3cret",
    ],
)
def test_no_password_stands_in_it(tmp_path: Path, url: str) -> None:
    (said,) = problems(a_config(tmp_path, f"{MAILJET}ledger: {url}\n"))

    assert said.startswith("config.yaml:4: ledger: no password here")
    assert not {"s3cr", "et@"} & {said[at : at + size] for at in range(len(said)) for size in (3, 4)}


@pytest.mark.parametrize("url", ["mysql://u:s3cret@h/db", "PostgreSQL://u:s3cret@h/db"])
def test_nor_is_one_shown_in_what_is_no_such_url(tmp_path: Path, url: str) -> None:
    (said,) = problems(a_config(tmp_path, f"{MAILJET}ledger: {url}\n"))

    assert "is supported here, not" in said
    assert "s3cret" not in said


@pytest.mark.parametrize(
    "slip",
    [
        "postgresql:/u:s3cret@h/db",
        "postgres:u:s3cret@h/db",
        "Postgresql:/u@h/db",
        "postgresql+psycopg:/u:s3cret@h/db",
        "postgresql//u:s3cret@h/db",
        "postgresql;//u:s3cret@h/db",
        "psql:/u:s3cret@h/db",
        "host=127.0.0.1 port=5433 user=notify password=s3cret",
        "dbname = notify",
        "password=s3cret host=h options=a://b",
        "sslmode=require user=notify",
        "u:s3cret@h/db?options=a://b",
        "jdbc:postgresql://h/db?user=u&password=s3cret",
    ],
)
def test_a_slip_in_the_scheme_is_no_file_and_shows_no_password(tmp_path: Path, slip: str) -> None:
    said = problems(a_config(tmp_path, f"{MAILJET}ledger: '{slip}'\n"))

    assert said == ["config.yaml:4: ledger: expected postgresql://user@host/database"]


@pytest.mark.parametrize(
    "name",
    ["postgresql/ledger.sqlite3", "postgres.sqlite3", "ports.sqlite3", "host/a=b.sqlite3", "notre user"],
)
def test_a_file_may_be_called_nearly_so(tmp_path: Path, name: str) -> None:
    assert loaded(tmp_path, f"ledger: '{name}'\n").ledger == tmp_path / name


@pytest.mark.parametrize(
    "url", ["postgresql://u@h", "postgresql://[h/db", "postgresql://u@h/d b", "postgresql://u@h/%ff"]
)
def test_what_names_no_database_says_what_was_expected(tmp_path: Path, url: str) -> None:
    (said,) = problems(a_config(tmp_path, f"{MAILJET}ledger: {url}\n"))

    assert said == "config.yaml:4: ledger: expected postgresql://user@host/database"


def test_an_outbox_is_no_delivery_that_machines_share(tmp_path: Path) -> None:
    (said,) = problems(a_config(tmp_path, "ledger: postgresql://u@h/db\n"))

    assert said.startswith("config.yaml:3: ledger: machines share this ledger, but no outbox")


@pytest.mark.parametrize(
    ("settle_after", "api_url", "is_taken"),
    [
        ("299s", "https://api.mailjet.com/", False),
        ("5m", "https://api.mailjet.com/", True),
        ("1s", "http://127.0.0.1:8025/", True),
        ("1s", "http://localhost/", True),
    ],
)
def test_a_doubt_waits_until_no_other_machine_can_be_sending(
    tmp_path: Path, settle_after: str, api_url: str, *, is_taken: bool
) -> None:
    mailjet = f"mailjet: {{settle_after: {settle_after}, api_url: '{api_url}'}}\n"
    text = f"{MAILJET}ledger: postgresql://u@h/db\n{mailjet}"

    if is_taken:
        loaded(tmp_path, text)
    else:
        (said,) = problems(a_config(tmp_path, text))
        assert said.startswith("config.yaml:5: mailjet.settle_after: at least 5m")


def test_a_file_may_settle_sooner(tmp_path: Path) -> None:
    loaded(tmp_path, f"{MAILJET}mailjet: {{settle_after: 1s}}\n")


def test_other_addresses_say_what_is_supported(tmp_path: Path) -> None:
    (said,) = problems(a_config(tmp_path, "ledger: s3://a/b\n"))

    assert "only a file of this machine, or postgresql://user@host/database, is supported here" in said
