"""The file of members' own changes that goes away: nobody who had switched a notice off is mailed for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fixtures.coop import LONG_AGO, OPENED
from tests.fixtures.office import ZOE

if TYPE_CHECKING:
    from tests.fixtures.office import Office

HEADER = "member;kind;value;date\n"
GONE = "notifications.csv: it is not there any more"


@pytest.fixture
def lost(office: Office) -> Office:
    """Let Zoé have her openings off, a run see it, and the file be moved away."""
    coop = office.coop
    path = coop.write("notifications.csv", f"{HEADER}1;opening;no;2026-05-01\n")
    coop.run(LONG_AGO)
    path.rename(path.with_name("old.csv"))
    office.at = OPENED
    return office


def test_nothing_leaves_while_the_changes_are_gone(lost: Office) -> None:
    report = lost.coop.run(OPENED)

    assert report.counts["sent"] == 0
    assert [str(one) for one in report.problems if GONE in str(one)]


def test_once_the_changes_are_back_everybody_else_is_served(lost: Office) -> None:
    lost.coop.run(OPENED)
    (lost.coop.folder / "old.csv").rename(lost.coop.folder / "notifications.csv")
    report = lost.coop.run(OPENED)

    assert report.counts["sent"] == 3
    assert ZOE not in {line.address for line in report.lines if line.status == "sent"}


def test_a_file_with_its_header_alone_says_that_no_change_is_to_hold(lost: Office) -> None:
    lost.coop.write("notifications.csv", HEADER)
    lost.coop.run(LONG_AGO)
    (lost.coop.folder / "notifications.csv").unlink()

    assert lost.coop.run(OPENED).counts["sent"] == 4


def test_a_run_with_nothing_due_says_it_too(lost: Office) -> None:
    report = lost.coop.run(LONG_AGO)

    assert [str(one) for one in report.problems if GONE in str(one)]


def test_it_is_said_by_another_name_too(lost: Office) -> None:
    lost.coop.replace("config.yaml", "sender:", "notifications: conf/n.csv\nsender:")

    report = lost.coop.run(OPENED)

    assert report.counts["sent"] == 0
    assert "whoever turned something off in notifications.csv" in str(report.problems[-1])


@pytest.mark.parametrize(
    "command",
    [("check",), ("status",), ("check-member", "zoe"), ("notifications", "zoe", "--off", "recap_24h")],
)
def test_every_command_that_tells_what_is_on_says_that_the_changes_are_gone(
    lost: Office, command: tuple[str, ...]
) -> None:
    result = lost.invoke(*command)

    assert result.exit_code != 0
    assert GONE in result.output
    assert not (lost.coop.folder / "notifications.csv").exists()


def test_a_dry_run_remembers_nothing(office: Office) -> None:
    path = office.coop.write("notifications.csv", f"{HEADER}1;opening;no;2026-05-01\n")
    office.coop.run(LONG_AGO, dry_run=True)
    path.unlink()

    assert office.coop.run(OPENED).counts["sent"] == 4


def test_check_names_a_file_of_changes_that_was_never_there(office: Office) -> None:
    office.coop.replace("config.yaml", "sender:", "notifications: conf/n.csv\nsender:")

    assert "conf/n.csv: no such file yet" in office.invoke("check", "--offline").output
