"""What is going on when a command gets killed: the co-op, the command, and what it owes to whom."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.fixtures.coop import A_DAY_BEFORE, DISTRIBUTIONS, LONG_AGO, MEMBERS, ORDERS
from tests.fixtures.mailjet_server import Behaviour, accept_then_drop, drop_before_reading, status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime


_OPENS_TODAY = DISTRIBUTIONS.replace("06-05 08:00", "06-11 17:30").replace("06-10 20", "06-17 20")
ONE_TO_RECALL_TWO_THAT_OPEN = (
    DISTRIBUTIONS
    + _OPENS_TODAY.replace("d1", "d2").replace("06-12 1", "06-19 1")
    + _OPENS_TODAY.replace("d1", "d3").replace("06-12 1", "06-20 1")
)
LETTER = "Bonjour {{ member.first_name }},\n\non change de salle : ![La salle](salle.png)\n"
RECAPS = ("maelle@example.org", "noel@example.org", "zoe@example.org")
EVERYBODY = ("lea@example.org", *RECAPS)
SEND_DUE = ("send-due",)
BROADCAST = ("--lang", "en", "broadcast", "-s", "On change de salle", "--body", "lettre.md", "--yes")


@dataclass(frozen=True)
class Scene:
    """A command, when it is given, a mail for each address in ``owed``, and what is typed afterwards."""

    name: str
    words: Sequence[str] = SEND_DUE
    at: datetime = A_DAY_BEFORE
    owed: Sequence[str] = (*RECAPS, *EVERYBODY)  # one mail announces both openings
    letter_to: Sequence[str] = ()  # those of ``owed`` who get a broadcast
    then: Sequence[Sequence[str]] = (SEND_DUE,)
    delivery: str = "mailjet"
    has_ledger: bool = True
    before: Sequence[Behaviour] = ()  # how the server played with the run before this one
    extra: str = ""  # lines of the configuration
    files: Mapping[str, str] = field(default_factory=dict)
    news: Mapping[str, str] = field(default_factory=dict)  # files with something to complain of by now
    edits: Mapping[str, str] = field(default_factory=dict)  # files that are others by now
    planned: Sequence[str] = ()  # a command that was given with a run before
    orders_age: timedelta | None = None  # how old their file is when the command is given
    told: Sequence[str] = ()  # who run the tool: nothing of theirs is sent twice, but it may be lost


SENDING = Scene("send-due")
SENDING_FIRST = Scene("the first send-due", has_ledger=False)
_OVER_SOON = """\
- {id: d0, group: lac, starts_at: 2026-06-10 23:30, ends_at: 2026-06-10 23:50, place: Salle des fêtes}
"""
_CONTACT = "coordination@paniersdulac.example"
TELLING = replace(
    SENDING,
    name="send-due that tells those who run it",
    extra="alert_to: [admin@example.org, claire@example.org]\nsummary_to: contact\n"
    "notices: {recap_4h: {default: yes}}\n",
    files={
        "distributions.yaml": ONE_TO_RECALL_TWO_THAT_OPEN + _OVER_SOON,
        "orders.csv": f"{ORDERS}3;d0;Pain;1;3,00\n",
    },
    news={"members.csv": f"{MEMBERS}4;Eva;Petit;eva@;;\n"},
    told=("admin@example.org", "claire@example.org", _CONTACT),
)
TELLING_FOLDER = replace(TELLING, name="send-due that tells those who run it, outbox", delivery="outbox")
_CLOSES_TOMORROW = DISTRIBUTIONS.replace("06-12 1", "06-19 1").replace("06-10 20", "06-12 18")
CLOSING = Scene(
    "send-due a day before orders close",
    owed=(
        "lea@example.org",
        "maelle@example.org",
        "noel@example.org",
    ),  # one mail names what is left to order
    extra="notices: {closing: {default: yes}}\n",
    files={
        "distributions.yaml": _CLOSES_TOMORROW
        + _CLOSES_TOMORROW.replace("d1", "d2").replace("06-19", "06-20"),
        "orders.csv": f"{ORDERS}1;d2;Pain;1;3,00\n",
    },
    orders_age=timedelta(hours=1),
)
_DOUBTS = (accept_then_drop, drop_before_reading, status(500), status(429))
SETTLING = Scene("send-due with doubts", before=_DOUBTS)
DUTIES = Scene(
    "send-due with duties, of which some are given up, and vacant places",
    # Recaps, what Zoé and Noël had been told of, what Léa has taken over, and one call for both days.
    owed=(*RECAPS, *RECAPS, "lea@example.org", *EVERYBODY),
    extra="first_run_lookback: 3h\nnotices: {duty: {before: 2d}, duty_vacant: {default: yes, before: 2d}}\n",
    files={
        "distributions.yaml": DISTRIBUTIONS + DISTRIBUTIONS.replace("d1", "d2").replace("06-12 1", "06-13 1"),
        "duties.csv": "distribution;role;member\nd1;Table;1\nd1;Camion;2\nd2;Table;\n",
    },
    edits={"duties.csv": "distribution;role;member\nd1;Table;3\nd1;Camion;\nd2;Table;\n"},
)
SETTLING_DUTIES = replace(DUTIES, name="send-due with doubts about duties", before=_DOUBTS)
WRITING = Scene("send-due, outbox", delivery="outbox")
_A_LETTER = Scene("", BROADCAST, LONG_AGO, EVERYBODY, EVERYBODY, (SEND_DUE, BROADCAST))
BROADCASTING = replace(_A_LETTER, name="broadcast")
BROADCASTING_FIRST = replace(_A_LETTER, name="the first broadcast", has_ledger=False)
GOING_ON = replace(
    _A_LETTER, name="broadcast with doubts, again", before=(accept_then_drop, drop_before_reading)
)
WRITING_LETTERS = replace(_A_LETTER, name="broadcast, outbox", delivery="outbox")
PLANNING = replace(
    _A_LETTER,
    name="broadcast planned for later",
    words=(*BROADCAST, "--send-at", "2026-06-01 08:25"),
    then=((*BROADCAST, "--send-at", "2026-06-01 08:25"), SEND_DUE, SEND_DUE),
)
DEPARTING = replace(
    _A_LETTER,
    name="send-due when a planned broadcast leaves",
    words=SEND_DUE,
    planned=(*BROADCAST, "--send-at", "2026-06-01 07:55"),
)
RECONSIDERING = replace(DEPARTING, name="broadcast at once of what is planned and due", words=BROADCAST)
BUSY = replace(
    SENDING,
    name="all at once",
    owed=(*RECAPS, *EVERYBODY, *EVERYBODY),
    letter_to=EVERYBODY,
    then=(SEND_DUE, BROADCAST),
)
BUSY_FIRST = replace(BUSY, name="all at once, the first", has_ledger=False)
INTERRUPTING = replace(BUSY, name="broadcast while notices are due", words=BROADCAST)
INTERRUPTING_FIRST = replace(INTERRUPTING, name="the first broadcast while notices are due", has_ledger=False)
