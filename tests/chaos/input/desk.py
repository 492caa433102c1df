"""Commands typed at a co-op's time, their output held to its manners."""

from __future__ import annotations

import re
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import time_machine
from click.testing import CliRunner

from cagette_notify.cli import main
from tests.fixtures.coop import A_DAY_BEFORE, Coop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from types import FrameType


STATUSES = frozenset((0, 1, 2, 65, 75, 78))
_PATIENCE = 120  # seconds; on a busy machine nothing here takes ten
# What moves a cursor, ends a line elsewhere than expected, or turns the direction of the text after it.
_RUDE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class NoEndError(BaseException):
    """What hangs was cut short; nothing in the product catches this, as it does an OSError."""


class Said(NamedTuple):
    """What a command came to."""

    status: int
    stdout: str
    stderr: str

    @property
    def complaints(self) -> list[str]:
        """The lines of trouble."""
        return self.stderr.split("\n")[:-1]


def typed(
    coop: Coop, *arguments: str, at: datetime = A_DAY_BEFORE, piped: bytes = b"", seconds: int = _PATIENCE
) -> Said:
    """Run a command over a co-op as if it were ``at``; fail for a traceback, a hang or rude output."""
    command = ["-c", str(coop.folder / "config.yaml"), "--lang", "en", *arguments]
    with patience(seconds), time_machine.travel(at, tick=False):
        result = CliRunner().invoke(main, command, env=dict(coop.environ), input=piped)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    said = Said(result.exit_code, result.stdout, result.stderr)
    assert said.status in STATUSES
    assert not _RUDE.search(said.stdout + said.stderr), said
    assert "Traceback" not in said.stderr
    return said


@contextmanager
def patience(seconds: int) -> Iterator[None]:
    """Fail where something hangs."""

    def lose_it(_number: int, _frame: FrameType | None) -> None:
        msg = f"no end after {seconds} seconds"
        raise NoEndError(msg)

    before = signal.signal(signal.SIGALRM, lose_it)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
