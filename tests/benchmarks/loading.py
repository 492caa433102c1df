"""Members and orders read from their files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.benchmarks.coops import LINES, SOON, write_config, write_data
from tests.benchmarks.measure import Usage, alternate, stages
from tests.benchmarks.tables import Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.benchmarks.bench import Bench


def tables(bench: Bench) -> Iterator[Table]:
    """Measure both files in both forms: as many members, then as many lines of orders."""
    count = bench.scale.rows
    rows: list[Row] = []
    for stage, households in (("members", count), ("orders", -(-count // LINES))):
        as_csv = write_data(bench.new_folder(), households, SOON, rows=count)
        rows += _rows(bench, as_csv, stage, households)
    yield Table(f"Loading {count:,} rows; floor: csv.reader over the same data", tuple(rows))


def _rows(bench: Bench, as_csv: Path, stage: str, households: int) -> list[Row]:
    as_yaml = write_data(bench.new_folder(), households, SOON, form="yaml", rows=bench.scale.rows)
    configs = {
        "csv": write_config(bench.new_folder(), as_csv),
        "yaml": write_config(bench.new_folder(), as_yaml, form="yaml"),
    }

    def read(floor: str, path: Path) -> Usage:
        return stages("bare", floor, str(path)).usage_of("reading")

    def load(form: str) -> Usage:
        return stages("stages", "load", str(configs[form])).usage_of(stage)

    rows_floor, events_floor, of_csv, of_yaml = alternate(
        bench.rounds,
        lambda: read("read_csv", as_csv / f"{stage}.csv"),
        lambda: read("read_events", as_yaml / f"{stage}.yaml"),
        lambda: load("csv"),
        lambda: load("yaml"),
    )
    return [
        Row(f"{stage}, csv", of_csv, rows_floor),
        Row(f"{stage}, yaml", of_yaml, rows_floor),
        Row(f"{stage}, yaml; floor: libyaml's events", of_yaml, events_floor),
    ]
