"""From files to a database and back: nobody is told twice, and nothing is corrected or called off by it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from cagette_notify.config.load import load
from cagette_notify.core.kinds import Kind
from cagette_notify.helpdesk.status import service_status
from tests.data.camap.test_same_as_files import Export
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from cagette_notify.run.run_report import RunReport
    from tests.fixtures.coop import Coop
    from tests.fixtures.database import CamapCoop

MINUTE = timedelta(minutes=1)
DUE = utc("2026-06-11T16:00")
ELSEWHERE = "the data come from elsewhere now"


class Installation:
    """A folder whose configuration names files today, and the database tomorrow."""

    def __init__(self, coop: CamapCoop) -> None:
        """Write the same group into files, with one distribution more."""
        self.by_database = (coop.folder / "config.yaml").read_text("utf-8")
        self.by_database = self.by_database.replace("{7: lac, 8: epi}", "[7]")
        folder = coop.folder / "files"
        folder.mkdir()
        self.coop: Coop = Export(coop.database, "7").into(folder)
        self.by_files = (folder / "config.yaml").read_text("utf-8")
        text = (folder / "distributions.csv").read_text("utf-8")
        header = text.splitlines()[0].split(";")
        more = {"id": "fete", "group": "7", "starts_at": "2026-06-12 11:00", "place": "Place du village"}
        self.coop.write("distributions.csv", text + ";".join(more.get(name, "") for name in header) + "\n")
        orders = (folder / "orders.csv").read_text("utf-8")
        self.coop.write("orders.csv", orders + "101;fete;Gâteau;1;3;\n")

    def take(self, config: str) -> None:
        self.coop.write("config.yaml", config)

    def rename(self, old: str, new: str) -> None:
        """Give a distribution of the files another id than the database has."""
        for name in ("distributions.csv", "orders.csv", "duties.csv"):
            text = (self.coop.folder / name).read_text("utf-8")
            rows = [row.split(";") for row in text.split("\n")]
            renamed = [";".join(new if cell == old else cell for cell in row) for row in rows]
            self.coop.write(name, "\n".join(renamed))


@pytest.fixture
def moving(coop: CamapCoop) -> Installation:
    return Installation(coop)


def mailed(report: RunReport) -> list[tuple[str, str, str]]:
    return [(line.kind, line.distribution, line.address) for line in report.lines if line.status == "sent"]


def said(report: RunReport) -> str:
    return "\n".join(map(str, report.news))


@pytest.mark.dear
@pytest.mark.parametrize("id_", ["51", "vendredi"])
def test_there_and_back_nobody_is_told_twice(moving: Installation, id_: str) -> None:
    moving.rename("51", id_)
    coop = moving.coop
    coop.run(DUE - timedelta(days=8))
    first = mailed(coop.run(DUE))
    moving.take(moving.by_database)

    there = coop.run(DUE + 5 * MINUTE)
    again = coop.run(DUE + 10 * MINUTE)
    moving.take(moving.by_files)
    back = coop.run(DUE + 15 * MINUTE)
    again_there = coop.run(DUE + 20 * MINUTE)

    assert [one for one in first if one[0] == Kind.RECAP_24H and one[1] == id_]
    assert [one for one in first if one[1] == "fete"]
    assert (mailed(there), mailed(again), mailed(back), mailed(again_there)) == ([], [], [], [])
    assert f"{ELSEWHERE}, and 1 distribution ahead" in said(there)
    for report in (there, again, back, again_there):
        assert "is no longer in the data" not in said(report)
        assert "told otherwise" not in said(report)
    assert ELSEWHERE not in said(again)
    assert not [line for line in (*there.lines, *back.lines) if line.is_correction]


@pytest.mark.long
@pytest.mark.parametrize(
    "only", [{"kinds": frozenset({Kind.RECAP_24H})}, {"groups": frozenset({"7"})}], ids=["a kind", "a group"]
)
def test_nor_by_a_first_run_for_a_part_nor_by_the_one_after_it(
    moving: Installation, only: dict[str, Any]
) -> None:
    coop = moving.coop
    coop.run(DUE - timedelta(days=8))
    coop.run(DUE)
    moving.take(moving.by_database)

    part = coop.run(DUE + 5 * MINUTE, **only)
    whole = coop.run(DUE + 10 * MINUTE)

    assert (mailed(part), mailed(whole)) == ([], [])
    assert f"{ELSEWHERE}, and 1 distribution ahead" in said(whole)


def test_what_was_not_told_yet_leaves_from_the_database(moving: Installation) -> None:
    coop = moving.coop
    coop.run(DUE - timedelta(days=8))
    coop.run(DUE - MINUTE)
    moving.take(moving.by_database)

    report = coop.run(DUE)

    assert len([one for one in mailed(report) if one[:2] == ("recap_24h", "51")]) == 13


@pytest.mark.dear
def test_a_real_move_after_the_change_is_corrected(coop: CamapCoop, moving: Installation) -> None:
    moving.coop.run(DUE - timedelta(days=8))
    moving.coop.run(DUE)
    moving.take(moving.by_database)
    moving.coop.run(DUE + 5 * MINUTE)
    coop.database.do("UPDATE MultiDistrib SET distribStartDate = '2026-06-12 19:00:00' WHERE id = 51")

    report = moving.coop.run(DUE + 10 * MINUTE)

    corrected = [line for line in report.lines if line.is_correction and line.status == "sent"]
    assert len([line for line in corrected if line.kind == Kind.RECAP_24H]) == 13


def test_one_that_stays_behind_is_not_said_to_be_off_by_status(moving: Installation) -> None:
    coop = moving.coop
    coop.run(DUE - timedelta(days=8))
    coop.run(DUE)
    moving.take(moving.by_database)
    before = service_status(load(coop.folder / "config.yaml"), timedelta(days=7), DUE + 4 * MINUTE)
    coop.run(DUE + 5 * MINUTE)

    status = service_status(load(coop.folder / "config.yaml"), timedelta(days=7), DUE + 10 * MINUTE)

    assert "fete" not in str(before)
    assert "fete" not in str(status)
