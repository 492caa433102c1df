"""That all is well again is said once nobody is misled any more, too."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.coop import A_DAY_BEFORE, DISTRIBUTIONS, Coop
from tests.fixtures.office import Office

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from cagette_notify.run.run_report import RunReport

TEN = timedelta(minutes=10)
CANCELLED = f"{DISTRIBUTIONS}  cancelled: true\n"
TOLD = "broadcast lac --to told:d1"


@pytest.fixture(name="coop")
def _coop(tmp_path: Path) -> Coop:
    """Give a co-op in which recaps of d1 have left."""
    coop = Coop(tmp_path)
    coop.run(A_DAY_BEFORE - TEN)
    coop.run(A_DAY_BEFORE)
    return coop


def cron(coop: Coop, at: datetime) -> RunReport:
    return coop.run(at, says_once=True)


def bad_row_said(coop: Coop, at: datetime) -> None:
    coop.replace("distributions.yaml", "ends_at: 2026-06-12 19:30", "ends_at: 12 juillet")
    assert len(cron(coop, at).news) == 1


def writes(coop: Coop, at: datetime, subject: str) -> None:
    coop.write("letter.md", f"{subject}.\n")
    letter = ("-s", subject, "--body", str(coop.folder / "letter.md"), "--yes")
    office = Office(coop, None, at)  # type: ignore[arg-type]  # nothing here asks Mailjet
    done = office.invoke("broadcast", "lac", "--to", "told:d1", *letter)
    assert done.exit_code == 0, done.output


def test_all_is_well_again_once_those_told_were_written_to_that_it_is_called_off(coop: Coop) -> None:
    bad_row_said(coop, A_DAY_BEFORE + TEN)
    coop.write("distributions.yaml", CANCELLED)

    runs = [cron(coop, A_DAY_BEFORE + n * TEN) for n in (2, 3)]

    assert [[TOLD in line for line in one.news] for one in runs] == [[True], []]
    assert [one.all_well_again for one in runs] == [False, False]
    writes(coop, A_DAY_BEFORE + 4 * TEN, "Annulée")
    after = [cron(coop, A_DAY_BEFORE + n * TEN) for n in (5, 6)]
    assert [(one.news, one.all_well_again) for one in after] == [((), True), ((), False)]


def test_all_is_well_again_once_those_told_were_written_to_that_it_takes_place(coop: Coop) -> None:
    coop.write("distributions.yaml", CANCELLED)
    cron(coop, A_DAY_BEFORE + TEN)
    writes(coop, A_DAY_BEFORE + 2 * TEN, "Annulée")
    coop.write("distributions.yaml", DISTRIBUTIONS)
    bad_row_said(coop, A_DAY_BEFORE + 3 * TEN)
    coop.write("distributions.yaml", DISTRIBUTIONS)

    back_on = cron(coop, A_DAY_BEFORE + 4 * TEN)

    assert [TOLD in line for line in back_on.news] == [True]
    assert not back_on.all_well_again
    writes(coop, A_DAY_BEFORE + 5 * TEN, "Maintenue")
    assert cron(coop, A_DAY_BEFORE + 6 * TEN).all_well_again


def test_all_is_well_again_once_what_was_called_off_would_be_over(coop: Coop) -> None:
    bad_row_said(coop, A_DAY_BEFORE + TEN)
    coop.write("distributions.yaml", CANCELLED)
    cron(coop, A_DAY_BEFORE + 2 * TEN)

    later = [cron(coop, A_DAY_BEFORE + timedelta(hours=n)) for n in (2, 30)]

    assert [one.all_well_again for one in later] == [False, True]
