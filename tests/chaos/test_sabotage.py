"""Seeded bugs: each is put into a copy of the program, and the tests named for it must fail there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.sabotage import ROOT, Copy, Sabotage, read_sabotages

if TYPE_CHECKING:
    from collections.abc import Iterator

SABOTAGES = read_sabotages(Path(__file__).with_name("sabotages.diff"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "sabotage" in metafunc.fixturenames:
        metafunc.parametrize("sabotage", _those(metafunc.config), ids=lambda one: one.breaks)


def _those(config: pytest.Config) -> list[Sabotage]:
    if config.getoption("full"):
        return SABOTAGES
    return SABOTAGES[::12] if config.getoption("sample") else SABOTAGES[:1]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    made = Copy(tmp_path_factory.mktemp("copy"))
    yield made
    made.close()


def test_a_sabotage_is_caught(sabotage: Sabotage, copy: Copy) -> None:
    with copy.broken_by(sabotage):
        status, printed = copy.run(sabotage.caught_by)

    assert status == 1, f"nobody saw that {sabotage.breaks}\n{printed}"


def test_what_catches_them_passes_on_a_copy_that_nobody_touched(
    copy: Copy, pytestconfig: pytest.Config
) -> None:
    tests = {test: None for one in _those(pytestconfig) for test in one.caught_by}

    status, printed = copy.run(tests)

    assert status == 0, printed


def test_every_sabotage_still_fits_the_code_and_names_tests_that_exist() -> None:
    missing = []
    for sabotage in SABOTAGES:
        sabotage.applied((ROOT / sabotage.file).read_text(encoding="utf-8"))
        for test in sabotage.caught_by:
            file, _, name = test.partition("::")
            if f"def {name.partition('[')[0]}(" not in (ROOT / file).read_text(encoding="utf-8"):
                missing.append(test)

    assert missing == []
