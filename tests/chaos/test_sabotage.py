"""Seeded bugs: each is put into a copy of the program, and the tests named for it must fail there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.fixtures.sabotage import ROOT, Sabotage, copy_program, read_sabotages, run_tests

if TYPE_CHECKING:
    import pytest

SABOTAGES = read_sabotages(Path(__file__).with_name("sabotages.diff"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "sabotage" in metafunc.fixturenames:
        metafunc.parametrize("sabotage", _those(metafunc.config), ids=lambda one: one.breaks)


def _those(config: pytest.Config) -> list[Sabotage]:
    if config.getoption("full"):
        return SABOTAGES
    return SABOTAGES[::12] if config.getoption("sample") else SABOTAGES[:1]


def test_a_sabotage_is_caught(sabotage: Sabotage, tmp_path: Path) -> None:
    copy = copy_program(tmp_path)
    sabotage.apply(copy)

    ended = run_tests(copy, sabotage.caught_by)

    assert ended.returncode == 1, f"nobody saw that {sabotage.breaks}\n{ended.stdout}{ended.stderr}"


def test_what_catches_them_passes_on_a_copy_that_nobody_touched(
    tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    tests = {test: None for one in _those(pytestconfig) for test in one.caught_by}

    ended = run_tests(copy_program(tmp_path), tests)

    assert ended.returncode == 0, ended.stdout


def test_every_sabotage_still_fits_the_code_and_names_tests_that_exist() -> None:
    missing = []
    for sabotage in SABOTAGES:
        sabotage.applied((ROOT / sabotage.file).read_text(encoding="utf-8"))
        for test in sabotage.caught_by:
            file, _, name = test.partition("::")
            if f"def {name.partition('[')[0]}(" not in (ROOT / file).read_text(encoding="utf-8"):
                missing.append(test)

    assert missing == []
