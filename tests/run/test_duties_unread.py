"""Why somebody gets no reminder of a duty while nobody can tell who serves."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.kinds import Kind
from tests.fixtures.coop import A_DAY_BEFORE, CONFIG, Coop

if TYPE_CHECKING:
    from pathlib import Path

ALL_THREE = "distribution;role;member\nd1;Table;1\nd1;Table;2\nd1;Camion;3\n"
CUT_SHORT, NAMELESS = f'{ALL_THREE}d1;"Camion', "distribution;role;member\nd1;Table;\nd1;Camion;\n"


@pytest.mark.parametrize("duties", [CUT_SHORT, NAMELESS], ids=["cut short", "held by the guard"])
def test_who_was_told_of_a_duty_has_it_whatever_became_of_the_file(tmp_path: Path, duties: str) -> None:
    coop = a_coop(tmp_path, ALL_THREE)

    assert reasons(coop, duties) == {"1": "already_sent", "2": "already_sent", "3": "already_sent"}


def test_who_was_told_of_none_waits_for_the_file(tmp_path: Path) -> None:
    coop = a_coop(tmp_path, "distribution;role;member\nd1;Table;1\nd1;Table;\n")

    assert reasons(coop, CUT_SHORT) == {
        "1": "already_sent",
        "2": "waiting_for_duties",
        "3": "waiting_for_duties",
    }


def a_coop(folder: Path, duties: str) -> Coop:
    """Write a co-op, and let it tell of duties."""
    coop = Coop(folder, "first_run_lookback: 7d\n")
    config = (folder / "config.yaml").read_text("utf-8")
    coop.write(
        "config.yaml", config.replace(CONFIG, CONFIG.replace("sender", "  duties: duties.csv\nsender"))
    )
    coop.write("duties.csv", duties)
    coop.run(A_DAY_BEFORE)
    return coop


def reasons(coop: Coop, duties: str) -> dict[str, str]:
    """Return why each member gets no reminder in the run after the file was changed."""
    coop.write("duties.csv", duties)
    lines = coop.run(A_DAY_BEFORE + timedelta(minutes=5)).lines
    return {line.member: line.reason for line in lines if line.kind == Kind.DUTY}
