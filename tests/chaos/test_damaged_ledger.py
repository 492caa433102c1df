"""A ledger cut short, overwritten or rotten in places: said in a line, and nobody is mailed twice."""

from __future__ import annotations

import random
from dataclasses import dataclass
from email.header import decode_header, make_header
from email.parser import BytesHeaderParser
from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.errors import NotifyError
from cagette_notify.run.exit_status import exit_status_of
from tests.fixtures.coop import A_DAY_BEFORE, OPENED, ORDERS, Coop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

PAGE = 4096
REFUSED = 65


@dataclass
class Victim:
    """A co-op that has sent all its mails; ``before`` is its ledger of the time before the last of them."""

    coop: Coop
    before: bytes
    intact: bytes

    @property
    def mails(self) -> list[tuple[str, str]]:
        """Address and subject of everything that ever left."""
        return sorted(map(_mail, (self.coop.folder / "outbox").glob("*.eml")))

    def try_with(self, ledger: bytes) -> int:
        """Run over this ledger, then over the intact one, and return the first one's status."""
        sent = self.mails
        status = self.run(ledger)
        left = self.mails
        assert left == sent or status != REFUSED
        assert len(set(left)) == len(left)
        if left == sent:
            assert (self.run(self.intact), self.mails) == (0, sent)
        else:
            self._forget_beyond(len(sent))
        return status

    def run(self, ledger: bytes) -> int:
        """Put a ledger there, run send-due and return its status; a bug's traceback is its own."""
        (self.coop.folder / "ledger.sqlite3").write_bytes(ledger)
        (self.coop.folder / "ledger.sqlite3-journal").unlink(missing_ok=True)
        try:
            return exit_status_of(self.coop.run(A_DAY_BEFORE))
        except NotifyError as error:
            return error.exit_status

    def _forget_beyond(self, count: int) -> None:
        files = sorted((self.coop.folder / "outbox").glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
        for file in files[count:]:
            file.unlink()


def _mail(file: Path) -> tuple[str, str]:
    headers = BytesHeaderParser().parsebytes(file.read_bytes())
    return headers["To"].rpartition("<")[2].rstrip(">"), str(make_header(decode_header(headers["Subject"])))


@pytest.fixture
def victim(tmp_path: Path) -> Victim:
    coop = Coop(tmp_path)
    coop.run(OPENED)
    before = (tmp_path / "ledger.sqlite3").read_bytes()
    coop.run(A_DAY_BEFORE)
    intact = (tmp_path / "ledger.sqlite3").read_bytes()
    assert len(before) == len(intact)
    return Victim(coop, before, intact)


def some(points: Sequence[int], count: int, *, full: bool) -> Sequence[int]:
    """Return all points, or for a short run about so many of them, spread."""
    return points if full else points[:: max(1, len(points) // count)]


def spoilt_pages(victim: Victim, number: int) -> Iterator[bytes]:
    """Yield the ledger with a page empty, full of noise, of the time before, or of its neighbour."""
    at = number * PAGE
    neighbour = (at + PAGE) % len(victim.intact)
    noise = random.Random(number).randbytes(PAGE)
    for other in (bytes(PAGE), noise, victim.before[at:][:PAGE], victim.intact[neighbour:][:PAGE]):
        if other != victim.intact[at:][:PAGE]:
            yield victim.intact[:at] + other + victim.intact[at + PAGE :]


def test_a_ledger_cut_short_anywhere_is_refused(
    victim: Victim, full: bool, tried_points: Callable[[int], None]
) -> None:
    size = len(victim.intact)
    lengths = {0, 1, 99, 100, size - 1, *some(range(512, size, 512), 25, full=full)}

    statuses = {length: victim.try_with(victim.intact[:length]) for length in sorted(lengths)}

    tried_points(len(statuses))
    assert {length: status for length, status in statuses.items() if status != REFUSED} == {}


@pytest.mark.dear
def test_no_page_that_is_spoilt_makes_a_second_copy(
    victim: Victim, tried_points: Callable[[int], None]
) -> None:
    pages = range(len(victim.intact) // PAGE)
    tried = [victim.try_with(ledger) for number in pages for ledger in spoilt_pages(victim, number)]

    tried_points(len(tried))
    assert REFUSED in tried


@pytest.mark.parametrize("mask", [0x01, 0x80, 0xFF])
def test_no_byte_that_is_rotten_makes_a_second_copy(
    victim: Victim, full: bool, mask: int, tried_points: Callable[[int], None]
) -> None:
    used = [at for at, byte in enumerate(victim.intact) if byte]
    places = some(used[mask % 7 :: 23], 25, full=full)

    for at in places:
        rotten = bytearray(victim.intact)
        rotten[at] ^= mask
        victim.try_with(bytes(rotten))

    tried_points(len(places))


@pytest.mark.parametrize("length", [0, PAGE, 10 * PAGE])
def test_what_is_owed_meanwhile_leaves_once_the_copy_is_put_back(victim: Victim, length: int) -> None:
    victim.coop.write("orders.csv", ORDERS + "3;d1;Miel;1;8,50\n")
    sent = victim.mails

    assert victim.run(victim.intact[:length]) == REFUSED
    assert victim.mails == sent
    assert victim.run(victim.intact) == 0
    assert [to for to, _subject in victim.mails].count("lea@example.org") == 2
    assert len(victim.mails) == len(sent) + 1
