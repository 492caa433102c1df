"""What may go wrong in a run, and what the contract says becomes of its mails."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from tests.chaos.lives.contract_model import CLAIMED, DEFERRED, FAILED, IN_DOUBT, SENT
from tests.fixtures.mailjet_server import (
    Behaviour,
    Call,
    accept,
    accept_then,
    accept_then_drop,
    accept_then_hang,
    chokes_on,
    empty_messages,
    mixed,
    rubbish,
    short_messages,
    status,
)

PATIENCE = timedelta(seconds=20)


@dataclass(frozen=True, repr=False)
class Fault:
    """A behaviour of the server, and the status it leaves mails in, those to ``refused`` apart."""

    name: str
    behaviour: Behaviour
    outcome: str
    refused: str = ""
    for_good: bool = True  # so it is refused whatever its text
    is_final: bool = False  # no more calls in this run
    kills: bool = False  # once the behaviour is done
    patience: timedelta = PATIENCE

    def __repr__(self) -> str:
        return f"<{self.name}>"

    def outcome_for(self, address: str) -> str:
        """Return the status of a mail to ``address``."""
        return FAILED if address == self.refused else self.outcome


def reads_then_drops(call: Call) -> None:
    """Lose the line with nothing taken, in a way that lets a test see what came."""
    call.read()
    call.drop()


def takes(call: Call) -> None:
    """Take the mails, and say nothing."""
    call.answer()


def reads(call: Call) -> None:
    """Read them, and take nothing."""
    call.read()


FINE = Fault("all is well", accept, SENT)
FAULTS = (
    Fault("accepts and drops", accept_then_drop, IN_DOUBT),
    Fault("drops", reads_then_drops, IN_DOUBT),
    Fault("502 after accepting", accept_then(502), IN_DOUBT),
    Fault("500", status(500), IN_DOUBT),
    Fault("rubbish", rubbish, IN_DOUBT),
    Fault("no entries", empty_messages, IN_DOUBT),
    Fault("an entry short", short_messages, IN_DOUBT),
    Fault("429", status(429), DEFERRED, is_final=True),
    Fault("401", status(401), DEFERRED, is_final=True),
    *(Fault(f"refuses {one}", mixed(one), SENT, one) for one in ("a@example.org", "b@example.org")),
    *(
        Fault(f"chokes on {one}", chokes_on(one), SENT, one, for_good=False)
        for one in ("b@example.org", "f@example.org")
    ),
)
HANGS = Fault("accepts and hangs", accept_then_hang, IN_DOUBT, patience=timedelta(seconds=3))
JUMP = Fault("all is well but the clock, ten years ahead", accept, SENT)
KILLS = (
    Fault("killed, mails taken", takes, CLAIMED, kills=True),
    Fault("killed", reads, CLAIMED, kills=True),
)
