"""What is synced before what: a power cut can't take back what the wire or the outbox was told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.chaos.disk.bench import Bench, Errand, why_no_strace
from tests.chaos.disk.wire_and_disk import TRACED, Disk, calls_in
from tests.fixtures.coop import A_DAY_BEFORE, Coop
from tests.fixtures.mailjet_server import MailjetServer
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

THREE_CALLS = 120  # members
MAILJET = "delivery: mailjet\nmailjet: {{api_url: '{url}', parallel: {parallel}}}\n"
LETTER = ("broadcast", "lac", "-s", "Bonjour", "--body", "lettre.md", "--yes")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    if reason := why_no_strace(tmp_path_factory.mktemp("probe")):
        pytest.skip(reason)
    options = ("--seccomp-bpf", "-s", "9999999", "-e", f"trace={TRACED}")
    with Bench(tmp_path_factory.mktemp("bench"), *options) as bench:
        yield bench


def a_crowd(folder: Path, extra: str) -> Coop:
    coop = Coop(folder, extra=extra)
    people = [f"{number};Ana;Roux;ana{number}@example.org;;" for number in range(THREE_CALLS)]
    orders = [f"{number};d1;Panier;1;12,50" for number in range(THREE_CALLS)]
    coop.write(
        "members.csv", "\n".join(("id;first_name;last_name;email;partner_first_name;partner_email", *people))
    )
    coop.write("orders.csv", "\n".join(("member;distribution;product;quantity;price", *orders)))
    coop.write("lettre.md", "Bonjour {{ member.first_name }},\n")
    return coop


@pytest.mark.dear
@pytest.mark.parametrize("arguments", [("send-due",), LETTER], ids=["send-due", "broadcast"])
@pytest.mark.parametrize("parallel", [1, 4])
def test_no_post_leaves_while_a_ledger_file_is_not_synced(
    parallel: int,
    arguments: tuple[str, ...],
    bench: Bench,
    tmp_path: Path,
    tried_points: Callable[[int], None],
) -> None:
    with MailjetServer(tls=False, clock=A_DAY_BEFORE.timestamp) as server:
        a_crowd(tmp_path, MAILJET.format(url=server.url, parallel=parallel))
        assert (
            bench.run(Errand(tmp_path, ("send-due",), utc("2026-06-10T18:30"), server.environment)).status
            == 0
        )

        ended = bench.run(Errand(tmp_path, arguments, A_DAY_BEFORE, server.environment))

    disk = Disk(tmp_path)
    for call in calls_in(ended.trace):
        disk.see(call)
    assert (disk.posts, len(disk.posted), ended.status) == (3, THREE_CALLS, 0), ended.stderr
    assert disk.early == []
    if parallel == 1:  # else another call's mails may be settled just then
        assert disk.open_at_post == set()
    tried_points(disk.posts)


def test_a_mail_is_settled_only_once_its_file_is_synced_and_so_is_its_name(
    bench: Bench, tmp_path: Path, tried_points: Callable[[int], None]
) -> None:
    Coop(tmp_path)
    bench.run(Errand(tmp_path, ("send-due",), utc("2026-06-10T18:30")))

    ended = bench.run(Errand(tmp_path, ("send-due",), A_DAY_BEFORE))

    unsynced: set[str] = set()
    settled_early, names = [], 0
    outbox = str(tmp_path / "outbox")
    for call in calls_in(ended.trace):
        if call.name in {"fsync", "fdatasync"}:
            unsynced.discard(call.path)
        elif call.path.startswith(f"{outbox}/") and call.name == "write":
            unsynced.add(call.path)
        elif call.path.startswith(f"{outbox}/") and call.name.startswith("rename"):
            unsynced.add(outbox)
            names += 1
            assert not any(path in call.arguments for path in unsynced - {outbox})
        elif call.path == str(tmp_path / "ledger.sqlite3") and call.name == "pwrite64":
            settled_early += sorted(unsynced)
    assert (names, settled_early, unsynced) == (3, [], set())
    tried_points(names)
