"""Random damage to real files, and the machinery that deals it out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.chaos.input.desk import patience

if TYPE_CHECKING:
    from collections.abc import Callable

DAMAGE: list[bytes] = [
    *(b'"', b"'", b"\n", b"\r\n", b"\r", b"\0", b";", b",", b"\t", b"|", b": ", b"- ", b"? ", b"# ", b"..."),
    *(b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff", b"\x81", b"\xe9", b"\xe2\x80\xa8", b"\xed\xa0\x80"),
    *(
        b"[",
        b"]",
        b"{",
        b"}",
        b"[" * 200,
        b"{a: " * 200,
        b"&a ",
        b"*a",
        b"&a [*a, *a]",
        b"<<: *a",
        b"!!python/x ",
    ),
    *(b"\x1b[2J", b"\x85", b"\x7f", b"%YAML 9.9\n", b"---\n", b"9" * 400, b"1e999999999", b"x" * 5000, b"@"),
    *(
        "\u202e".encode(),
        b"0000-00-00",
        b"9999-12-31 23:59",
        b"0001-01-01",
        b"24:00",
        b"+99:99",
        b"= =",
        b"\\",
    ),
]
CUTS = st.tuples(st.integers(0, 2**16), st.integers(0, 30), st.sampled_from(DAMAGE) | st.binary(max_size=8))


def attempt(
    check: Callable[[Any], None], strategy: st.SearchStrategy[Any], *, full: bool, short: int
) -> None:
    """Put ``short`` random inputs to a check, the same ones each time; or very many new ones."""
    rules = settings(
        max_examples=short * 60 if full else short,
        derandomize=not full,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    with patience(30 * 60 if full else 120):
        rules(given(strategy)(check))()


@st.composite
def damaged(draw: st.DrawFn, samples: list[bytes]) -> bytes:
    """Take a sample, and cut, insert, repeat or replace at some places."""
    raw = draw(st.sampled_from(samples))
    for at, cut, insert in draw(st.lists(CUTS, min_size=1, max_size=4)):
        place = at % (len(raw) + 1)
        raw = raw[:place] + insert + raw[place + cut :]
    return raw
