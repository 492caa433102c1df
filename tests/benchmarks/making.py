"""Deciding who is owed what, and writing it: by the notice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.benchmarks.coops import SOON, households_with, write_config, write_data
from tests.benchmarks.measure import middle, stages
from tests.benchmarks.tables import Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.benchmarks.bench import Bench


def tables(bench: Bench) -> Iterator[Table]:
    """Measure planning and rendering; the floor of rendering is filled in the same process."""
    recaps = bench.scale.typical_recaps
    data = write_data(bench.new_folder(), households_with(recaps), SOON)
    config = write_config(bench.new_folder(), data)
    found = [stages("stages", "make", str(config)) for _ in range(bench.rounds)]
    planning, rendering, filling = (
        middle([one.usage_of(stage) for one in found]) for stage in ("planning", "rendering", "filling")
    )
    rows = (
        Row("planning", planning, per=recaps),
        Row("rendering subject, text and HTML", rendering, filling, per=recaps),
    )
    yield Table(f"A notice of {recaps:,}; floor: one bare Jinja2 template of the same text", rows)
