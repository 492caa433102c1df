"""Runs over a database rest while no notice is due, and ask it whether that is still so."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cagette_notify.run import nothing_due as rest
from cagette_notify.run.nothing_due import nothing_can_be_due
from tests.fixtures.coop import write_quiet_coop
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from tests.fixtures.database import CamapCoop

NOW = utc("2026-12-01T08:00")  # nothing is due before March
MINUTE = timedelta(minutes=1)


@pytest.fixture
def quiet(coop: CamapCoop, monkeypatch: pytest.MonkeyPatch) -> CamapCoop:
    """Give a co-op whose data are all right, and whose last run had nothing to do."""
    monkeypatch.setattr(rest, "_SETTLED", -1)  # all is written within one tick of the disk's clock
    coop.database.do("DELETE FROM UserGroup WHERE userId IN (112, 121, 201)")
    coop.run(NOW, says_once=True)
    assert rests_at(coop, NOW + MINUTE)
    return coop


def rests_at(coop: CamapCoop, at: datetime) -> bool:
    return nothing_can_be_due(coop.folder / "config.yaml", at)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE MultiDistrib SET distribStartDate = '2026-12-02 18:00:00' WHERE id = 54",
        "UPDATE MultiDistrib SET groupId = 7 WHERE id = 54",
        "UPDATE MultiDistrib SET placeId = 10 WHERE id = 54",
        "UPDATE Place SET name = 'Préau' WHERE id = 4",
        "UPDATE Place SET city = 'Rezé' WHERE id = 4",
        "UPDATE MultiDistrib SET volunteerRolesIds = '5,1' WHERE id = 54",
        "UPDATE Distribution SET orderStartDate = '2026-12-01 08:30:00' WHERE id = 540",
        "UPDATE Distribution SET orderEndDate = '0000-00-00 00:00:00' WHERE id = 540",
        "UPDATE Distribution SET date = NULL, orderStartDate = '2026-12-01 08:30:00' WHERE id = 540",
        "UPDATE Catalog SET type = 1 - type WHERE id = (SELECT catalogId FROM Distribution WHERE id = 540)",
        "DELETE FROM Distribution WHERE id = 540",
        "DELETE FROM MultiDistrib WHERE id = 54",
        "INSERT INTO MultiDistrib SELECT 99, 7, 4, NULL, '2026-12-01 18:00', '2026-12-01 19:00', 0, 0, ''",
        "UPDATE `Group` SET disabled = 'MOVED' WHERE id = 8",
        "UPDATE `Group` SET volunteersMailDaysBeforeDutyPeriod = 120 WHERE id = 8",
        "UPDATE `Group` SET flags = 6144 WHERE id = 8",
    ],
)
def test_whatever_can_make_a_notice_due_ends_it(quiet: CamapCoop, change: str) -> None:
    quiet.database.do(change)

    assert not rests_at(quiet, NOW + 3 * MINUTE)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE User SET firstName = 'Zoë' WHERE id = 101",
        "INSERT INTO Basket (num, data, userId, multiDistribId) VALUES (9, '', 202, 54)",
        "UPDATE MultiDistrib SET distribEndDate = '2026-06-05 20:00:00' WHERE id = 50",
    ],
)
def test_what_can_make_none_due_does_not(quiet: CamapCoop, change: str) -> None:
    quiet.database.do(change)

    assert rests_at(quiet, NOW + 2 * MINUTE)


def test_it_rests_until_something_is_due(quiet: CamapCoop) -> None:
    due = utc("2027-03-18T09:00")  # a call for volunteers, ten local days before the 28th
    quiet.run(due - 30 * MINUTE, says_once=True)

    assert rests_at(quiet, due - MINUTE)
    assert not rests_at(quiet, due)


def test_while_a_window_is_open_none_rests(quiet: CamapCoop) -> None:
    opened = utc("2027-03-21T09:00")
    quiet.run(opened, says_once=True)
    quiet.run(opened + MINUTE, says_once=True)

    assert not rests_at(quiet, opened + 2 * MINUTE)


def test_out_of_reach_a_run_in_full_says_so(quiet: CamapCoop) -> None:
    name = quiet.database.name
    quiet.database.do(f"RENAME TABLE MultiDistrib TO {name}.Gone")

    assert not rests_at(quiet, NOW + 2 * MINUTE)


def test_no_password_stands_in_the_note(quiet: CamapCoop) -> None:
    key = quiet.write("camap.key", "s3cret\n")
    key.chmod(0o600)
    quiet.database.do(
        "CREATE OR REPLACE USER reader@localhost IDENTIFIED BY 's3cret'",
        f"GRANT SELECT ON {quiet.database.name}.* TO reader@localhost",
    )
    quiet.replace("config.yaml", "root@", "reader@")
    quiet.replace("config.yaml", "groups:", "credentials: camap.key, groups:")
    quiet.run(NOW + MINUTE, says_once=True)

    assert rests_at(quiet, NOW + 2 * MINUTE)
    for file in quiet.folder.glob("ledger*"):
        assert b"s3cret" not in file.read_bytes()


@pytest.mark.dear
def test_a_run_at_rest_over_files_knows_of_no_database(tmp_path: Path) -> None:
    write_quiet_coop(tmp_path)
    code = f"""
import sys
from cagette_notify.cli import main
main({["--config", str(tmp_path / "config.yaml"), "send-due"]}, standalone_mode=False)
print([name for name in sys.modules if "pymysql" in name or "camap" in name and "data" in name])
"""

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
