"""Why somebody gets no reminder of a duty while nobody can tell who serves."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.kinds import Kind
from tests.fixtures.coop import A_DAY_BEFORE, CONFIG, Coop
from tests.fixtures.memory import utc

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


@pytest.mark.parametrize(
    ("row", "moved_to"),
    [
        ("d1;Table;Zoé Mrtin", "2026-06-12"),
        ("12/06/2026;Table;1", "2026-06-13"),
        ("d1;Table;#N/A", "2026-06-12"),
    ],
    ids=["a name mistyped", "under the old day", "nobody that can be read"],
)
def test_what_can_not_be_read_takes_nobody_s_duty_once_it_has_begun_neither(
    tmp_path: Path, row: str, moved_to: str
) -> None:
    coop = a_coop(tmp_path, "distribution;role;member\nd1;Table;1\n")
    coop.write("duties.csv", f"distribution;role;member\n{row}\n")
    coop.replace("distributions.yaml", "06-12", moved_to[5:])
    coop.run(A_DAY_BEFORE + timedelta(hours=1))

    lines = coop.run(utc(f"{moved_to}T16:05")).lines

    assert [line.address for line in lines if line.kind == Kind.DUTY and line.status == "expired"] == []


def test_nor_is_a_call_missed_for_places_of_the_old_day(tmp_path: Path) -> None:
    coop = a_coop(
        tmp_path,
        "distribution;role;member;needed\nd1;Table;1;2\n12/06/2026;Table;2;\n",
        "notices: {duty_vacant: {default: yes}}\n",
    )
    coop.replace("distributions.yaml", "06-12", "06-13")
    coop.replace("members.csv", "3;Léa;Roux;lea@example.org;;\n", "4;Eva;Petit;eva@example.org;;\n")
    coop.run(A_DAY_BEFORE + timedelta(hours=1))

    lines = coop.run(utc("2026-06-13T16:05")).lines

    assert [
        line.address for line in lines if line.kind == Kind.DUTY_VACANT and line.status == "expired"
    ] == []


def test_a_duty_that_is_another_s_once_it_has_begun_is_not_theirs(tmp_path: Path) -> None:
    coop = a_coop(tmp_path, "distribution;role;member\nd1;Table;1\n")
    coop.write("duties.csv", "distribution;role;member\nd1;Table;3\nd1;Camion;Zoé Mrtin\n")

    lines = coop.run(utc("2026-06-12T16:05")).lines

    late = [line.address for line in lines if line.kind == Kind.DUTY and line.status == "expired"]
    assert sorted(late) == ["lea@example.org", "zoe@example.org"]


def a_coop(folder: Path, duties: str, extra: str = "") -> Coop:
    """Write a co-op, and let it tell of duties."""
    coop = Coop(folder, f"first_run_lookback: 7d\n{extra}")
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
