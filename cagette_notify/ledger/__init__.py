"""The memory of what was owed, tried and sent. The only place that speaks SQL."""

from cagette_notify.ledger.broadcasts import BroadcastBook
from cagette_notify.ledger.fates import FateBook
from cagette_notify.ledger.ledger import Ledger
from cagette_notify.ledger.opening import open_ledger, sweep_half_made
from cagette_notify.ledger.records import Person, RecordBook
from cagette_notify.ledger.traces import TraceBook

__all__ = [
    "BroadcastBook",
    "FateBook",
    "Ledger",
    "Person",
    "RecordBook",
    "TraceBook",
    "open_ledger",
    "sweep_half_made",
]
