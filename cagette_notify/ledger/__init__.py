"""The memory of what was owed, tried and sent. The only place that speaks SQL."""

from cagette_notify.ledger.broadcasts import BroadcastBook
from cagette_notify.ledger.ledger import Ledger
from cagette_notify.ledger.opening import open_ledger

__all__ = ["BroadcastBook", "Ledger", "open_ledger"]
