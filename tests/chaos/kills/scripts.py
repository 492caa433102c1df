"""How the stand-in for Mailjet misbehaves while a run is killed, or in the run after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.fixtures.mailjet_server import (
    Behaviour,
    accept,
    accept_then,
    accept_then_drop,
    accept_then_hang,
    chokes_on,
    drop_before_reading,
    empty_messages,
    hang_before_reading,
    redirect,
    rubbish,
    short_messages,
    status,
    wrong_types,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


LEA = "lea@example.org"
_PLAYS = 6  # more calls than a run makes


@dataclass(frozen=True)
class Script:
    """What the server does at each POST, and at each question; whom it refuses in every run."""

    name: str
    posts: Sequence[Behaviour] = ()
    questions: Sequence[Behaviour] = ()
    bad_addresses: frozenset[str] = frozenset()
    spoils_calls: bool = False  # a bad address has its whole call refused, which is then halved

    @property
    def refusals(self) -> list[Behaviour]:
        """What it keeps doing in every run, as nobody's address mends itself."""
        choking = self.spoils_calls and next(iter(self.bad_addresses), "")
        return [chokes_on(choking)] * 50 if choking else []


def _always(name: str, behaviour: Behaviour) -> Script:
    return Script(name, [behaviour] * _PLAYS)


ACCEPTS = Script("accepts")
SCRIPTS = (
    _always("accepts and hangs", accept_then_hang),
    _always("accepts and drops the line", accept_then_drop),
    _always("drops the line before reading", drop_before_reading),
    _always("hangs before reading", hang_before_reading),
    _always("429", status(429)),
    _always("500", status(500)),
    _always("502 after accepting", accept_then(502)),
    _always("401", status(401)),
    _always("403", status(403)),
    _always("redirect", redirect()),
    _always("a proxy's 400", status(400)),
    _always("rubbish after accepting", rubbish),
    _always("no Messages", empty_messages),
    _always("short Messages", short_messages),
    _always("wrong types", wrong_types),
    Script("accepts, then drops, then 429", [accept, accept_then_drop, status(429)]),
    Script("drops, then accepts and hangs, then 500", [drop_before_reading, accept_then_hang, status(500)]),
    Script("refuses an address", bad_addresses=frozenset({LEA})),
    Script("refuses a whole call for an address", bad_addresses=frozenset({LEA}), spoils_calls=True),
    Script("answers no questions", [accept_then_drop] * _PLAYS, [status(500)] * _PLAYS),
)
