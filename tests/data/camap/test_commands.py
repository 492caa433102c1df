"""Every command works with a database as with files."""

from __future__ import annotations

import json
from datetime import date, datetime, timezone
from typing import TYPE_CHECKING

import pytest
import time_machine
from click.testing import CliRunner

from cagette_notify.cli import main
from tests.data.camap.test_refusals import COLUMNS, TABLES
from tests.fixtures.command import run
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    import subprocess

    from tests.fixtures.database import CamapCoop

READING = f"({COLUMNS})"


@pytest.fixture
def today(coop: CamapCoop) -> CamapCoop:
    """Give a co-op whose distribution 51 is tomorrow at 18 h."""
    now = datetime.now(timezone.utc).date()
    coop.database.put_off((now - date(2026, 6, 11)).days)
    return coop


def typed(coop: CamapCoop, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run(coop.folder, *arguments)


def let_read_only(coop: CamapCoop, *more: str, columns: str = READING) -> None:
    """Let the configuration's user be one who may read, and do ``more``."""
    name = coop.database.name
    coop.database.do(
        "CREATE OR REPLACE USER notify@localhost IDENTIFIED BY ''",
        f"GRANT SELECT {columns} ON {name}.User TO notify@localhost",
        *(f"GRANT SELECT ON {name}.{table} TO notify@localhost" for table in TABLES),
        *more,
    )
    coop.replace("config.yaml", coop.database.url(), coop.database.url("notify"))


def test_check_names_the_version_and_the_households_of_each_group(coop: CamapCoop) -> None:
    let_read_only(coop)

    said = typed(coop, "check", "--offline")

    assert "The database has the tables of CAMAP.\n" in said.stdout
    assert "Les Paniers du Lac: 23 households\n" in said.stdout
    assert "AMAP L'Épi d'Or 🌾 « Été »: 6 households\n" in said.stdout
    assert "no orders: are named" not in said.stderr
    assert "CAMAP:" not in said.stderr


def test_check_and_status_name_a_group_whose_replies_reach_nobody(coop: CamapCoop) -> None:
    missing = "Group:8: contact_email: missing: whoever answers a mail of group 'epi' reaches nobody of it"

    assert missing in typed(coop, "check", "--offline").stderr
    assert missing in typed(coop, "status").stdout


def test_check_knows_an_old_cagette(coop: CamapCoop) -> None:
    coop.database.become_old()

    said = typed(coop, "check", "--offline")

    assert "The database has the tables of an old Cagette, in which no group is disabled." in said.stdout


@pytest.mark.long
@pytest.mark.parametrize(
    ("right", "columns", "named"),
    [
        ("GRANT UPDATE, DELETE ON {name}.UserOrder TO notify@localhost", READING, "UPDATE, DELETE; SELECT"),
        ("GRANT ALL ON {name}.* TO notify@localhost", READING, "ALL PRIVILEGES; SELECT"),
        ("GRANT SELECT ON {name}.Place TO notify@localhost WITH GRANT OPTION", READING, "GRANT OPTION"),
        ("GRANT SELECT ON {name}.* TO notify@localhost", READING, "the passwords of all accounts"),
        ("GRANT SELECT ON {name}.Place TO notify@localhost", "", "the passwords of all accounts"),
    ],
)
def test_check_names_rights_that_are_too_many(coop: CamapCoop, right: str, columns: str, named: str) -> None:
    let_read_only(coop, right.format(name=coop.database.name), columns=columns)

    said = typed(coop, "check", "--offline")

    assert [line for line in said.stderr.splitlines() if line.startswith("CAMAP:") and named in line]


def test_status_and_preview_show_what_is_to_come(today: CamapCoop) -> None:
    status = typed(today, "status", "--json")
    preview = typed(today, "preview", "recap_24h", "--member", "101", "--text")

    upcoming = json.loads(status.stdout)["upcoming"]
    assert ("recap_4h", "51", 3) in {(one["kind"], one["distribution"], one["addresses"]) for one in upcoming}
    assert "0,35\u00a0kg  Tomates cœur-de-bœuf" in preview.stdout
    assert "Total : 13,22\u00a0€" in preview.stdout.replace("\u00a0:", " :")
    assert "no orders: are named" not in typed(today, "status").stdout


def test_no_export_is_asked_for_while_orders_are_open(coop: CamapCoop) -> None:
    at = utc("2026-06-11T16:06")
    coop.run(at)

    with time_machine.travel(at, tick=False):
        status, as_json, check = (
            CliRunner().invoke(main, ["-c", str(coop.folder / "config.yaml"), "--lang", "en", *typed_words])
            for typed_words in (("status",), ("status", "--json"), ("check", "--offline"))
        )

    found = json.loads(as_json.stdout)
    (recap,) = (one for one in found["upcoming"] if (one["kind"], one["distribution"]) == ("recap_24h", "52"))
    assert found["exports"] == []
    assert (recap["export"], recap["waits_for_orders"]) == (None, False)
    assert "To do" not in status.stdout + check.stdout
    assert "the orders are not there yet" not in status.stdout


@pytest.mark.long
@pytest.mark.parametrize("at", ["2026-06-18T10:05", "2026-06-18T16:05"], ids=["closed", "due"])
def test_where_nobody_ordered_no_export_is_asked_for_either(coop: CamapCoop, at: str) -> None:
    coop.run(utc("2026-06-18T09:55"))
    coop.database.do(
        "DELETE o FROM UserOrder o JOIN Distribution d ON d.id = o.distributionId WHERE d.multiDistribId = 52"
    )
    report = coop.run(utc(at))

    with time_machine.travel(utc(at), tick=False):
        said = [
            CliRunner().invoke(main, ["-c", str(coop.folder / "config.yaml"), "--lang", "en", *typed_words])
            for typed_words in (("status",), ("check", "--offline"), ("check-member", "101", "-v"))
        ]

    assert "export the orders" not in " ".join(map(str, report.problems))
    assert "export the orders" not in " ".join(one.output for one in said)


def test_check_member_names_the_page_where_settings_are(today: CamapCoop) -> None:
    said = typed(today, "check-member", "jb.oconnor@example.org", "--json")

    (member,) = json.loads(said.stdout)["members"]
    (found,) = (one for one in member["checks"] if one["id"] == "notifications")
    assert "recap_24h off (CAMAP /account, User:104)" in found["summary"]
    assert not [one for one in member["upcoming"] if one["reason"] == "waiting_for_orders"]


def test_a_change_of_settings_wins_over_the_account(today: CamapCoop) -> None:
    typed(today, "notifications", "104", "--on", "recap_24h")

    said = typed(today, "notifications", "104")

    assert "notifications.csv:2" in said.stdout
    assert "default of the group in CAMAP" in said.stdout


@pytest.mark.long
@pytest.mark.parametrize(
    ("to", "addresses"),
    [
        ("all", 24),
        ("coordinators", 1),
        ("with-order:51", 13),
        ("without-order:51", 12),
        ("catalog:Légumes d'été", 10),
        ("volunteers:51", 2),
    ],
)
def test_a_broadcast_knows_its_readers(today: CamapCoop, to: str, addresses: int) -> None:
    body = today.write("body.md", "Bonjour {{ member.first_name }}\n")
    arguments = ("lac", "--subject", "Essai", "--body", str(body), "--to", to, "--yes")

    typed(today, "broadcast", *arguments)

    assert len(today.mailed()) == addresses


def test_forget_says_that_the_database_still_has_them(today: CamapCoop) -> None:
    said = typed(today, "forget", "zoe.martin@example.org", "--yes")

    assert "Still in the data: User:101." in said.stdout
    assert "CAMAP's database, which is only read here, still has them" in " ".join(said.stdout.split())
