"""The command: ``python -m tests.benchmarks [--rounds N] [GROUP...]``."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from tests.benchmarks import asking, camap, idle, loading, making, month, peers, sending, shared
from tests.benchmarks.bench import Bench

GROUPS = {
    "idle": idle.tables,
    "month": month.tables,
    "sending": sending.tables,
    "loading": loading.tables,
    "making": making.tables,
    "asking": asking.tables,
    "peers": peers.tables,
    "camap": camap.tables,
    "shared": shared.tables,
}


@click.command()
@click.option("--rounds", type=click.IntRange(min=1), default=3, show_default=True, help="How often each.")
@click.argument("groups", nargs=-1, type=click.Choice(list(GROUPS)))
def main(rounds: int, groups: tuple[str, ...]) -> None:
    """Print what the program costs, as ratios to floors measured in turn with it: medians of all rounds."""
    for name in groups or GROUPS:
        with tempfile.TemporaryDirectory() as folder:
            for table in GROUPS[name](Bench(Path(folder), rounds)):
                click.echo(f"{table}\n")


if __name__ == "__main__":
    main()
