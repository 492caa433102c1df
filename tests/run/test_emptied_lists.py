"""A list of members emptied down to its header is said, however small the group was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cagette_notify.run.exit_status import exit_status_of
from tests.fixtures.coop import A_DAY_BEFORE, GROUPS, LONG_AGO, OPENED, Coop
from tests.fixtures.memory import utc
from tests.fixtures.office import Office

if TYPE_CHECKING:
    from pathlib import Path

NOBODY = "group 'lac': nobody is in it, so that nothing can leave; is the list of members whole?"
HEADER = "id;first_name;last_name;email\n"
MER = "- {id: mer, name: Mer, contact: {name: Paul, email: paul@example.org}, members: mer.csv}\n"
OF_MER = "- {id: m1, group: mer, starts_at: 2026-06-20 18:00, place: Port}\n"
ANOTHER = """\
- {id: d2, group: lac, starts_at: 2026-06-19 18:00, orders_open_at: 2026-06-11 18:10, place: Salle}
"""


@pytest.fixture(name="coop")
def _coop(tmp_path: Path) -> Coop:
    """Give two groups, each with a list of its own; to the small one mail has left."""
    coop = Coop(tmp_path)
    coop.replace("config.yaml", "  members: members.csv\n", "")
    coop.write("groups.yaml", GROUPS + "  members: lac.csv\n" + MER)
    coop.write("distributions.yaml", (tmp_path / "distributions.yaml").read_text() + ANOTHER + OF_MER)
    coop.write("lac.csv", HEADER + "".join(f"{n};A{n};B;a{n}@example.org\n" for n in range(1, 10)))
    coop.write("mer.csv", HEADER + "1;Zoé;Martin;zoe@example.org\n")
    coop.run(LONG_AGO)
    return coop


def said(coop: Coop, command: str) -> str:
    result = Office(coop, None, A_DAY_BEFORE).invoke(command)  # type: ignore[arg-type]  # nothing asks Mailjet
    return " ".join((result.stdout + result.stderr).split())


def test_a_group_that_had_mail_and_has_nobody_any_more_is_held(coop: Coop) -> None:
    assert len(coop.run(OPENED).lines) == 9
    coop.write("lac.csv", HEADER)

    report = coop.run(utc("2026-06-11T16:20"))

    assert any("group lac has 0 members, down from 9" in line for line in report.news)
    assert any("send-due --accept-data lac" in line for line in report.news)
    assert exit_status_of(report) == 1
    assert "group lac has 0 members, down from 9" in said(coop, "status")


def test_a_group_in_which_nobody_ever_was_is_named_by_status_and_check(coop: Coop) -> None:
    assert NOBODY not in said(coop, "status") + said(coop, "check")
    coop.write("lac.csv", HEADER)

    assert NOBODY in said(coop, "status")
    assert NOBODY in said(coop, "check")
    assert "All is well" not in said(coop, "check")


def test_a_group_is_not_said_to_be_empty_that_has_nothing_ahead_or_is_of_bad_rows(coop: Coop) -> None:
    coop.write("lac.csv", HEADER + "1;A;B;a@example.org\n;C;D;c@example.org\n")
    coop.write("mer.csv", HEADER)
    coop.replace("distributions.yaml", "2026-06-20", "2026-06-01")

    assert "nobody is in it" not in said(coop, "status") + said(coop, "check")
