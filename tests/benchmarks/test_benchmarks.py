"""The benchmarks run; what they measure is for no test to judge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.benchmarks.__main__ import GROUPS
from tests.benchmarks.bench import SMALLEST, Bench

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.dear
@pytest.mark.parametrize("group", GROUPS)
def test_each_group_has_figures_to_show(group: str, tmp_path: Path) -> None:
    found = list(GROUPS[group](Bench(tmp_path, 1, SMALLEST)))

    assert found
    for table in found:
        assert all(row.ours.wall > 0 and row.ours.peak > 0 for row in table.rows)
        assert len(str(table).splitlines()) >= len(table.rows) + 3
