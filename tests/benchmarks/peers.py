"""Others that send the same mails through Mailjet."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from tests.benchmarks.coops import SOON, households_with, write_data
from tests.benchmarks.measure import Usage, alternate, program, run
from tests.benchmarks.sending import captured, post, send
from tests.benchmarks.stand_in import stand_in
from tests.benchmarks.tables import Row, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.benchmarks.bench import Bench


def tables(bench: Bench) -> Iterator[Table]:
    """Measure a whole send-due, and peers that get their mails ready to send."""
    recaps = bench.scale.typical_recaps
    data, bodies = write_data(bench.new_folder(), households_with(recaps), SOON), captured(bench)
    with stand_in() as url:
        peers: dict[str, Callable[[], Usage]] = {
            "mailjet-rest, given documents": lambda: post("post_documents", url, bodies, recaps)
        }
        if find_spec("anymail"):
            for way in ("one_by_one", "batches"):
                command = program("anymail_loop", way, url, str(bodies))
                peers[f"anymail, {way.replace('_', ' ')}"] = lambda command=command: run(command)  # type: ignore[misc]
        ours, *found = alternate(bench.rounds, lambda: send(bench, data, url, recaps), *peers.values())
    rows = tuple(
        Row(f"send-due; floor: {name}", ours, peer, goal=0.2 if name.endswith("one by one") else None)
        for name, peer in zip(peers, found, strict=True)
    )
    remarks = () if find_spec("anymail") else ("Without anymail: `pip install django-anymail` adds it.",)
    yield Table(f"Peers, {recaps:,} recaps, no latency; each gets its mails rendered", rows, remarks)
