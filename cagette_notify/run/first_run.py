"""Say what the first run of a group, or of a kind in it, holds back, and how --lookback sends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.errors import Problem
from cagette_notify.core.notices import WAITING
from cagette_notify.planning.outlook.held_back import held_in_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cagette_notify.core.order_book import OrderBook
    from cagette_notify.planning.outlook.held_back import Held
    from cagette_notify.planning.plan import Plan
    from cagette_notify.run.context import Run


def held_back_by_first_run(run: Run, made: Plan, books: Mapping[str, OrderBook]) -> dict[str, Problem]:
    """Say once, by a key to remember it by, what is left to the time before a first run.

    Of what waits for its orders that is said, and once these are there, how many mails it is.
    """
    held = [skip for skip in made.skipped if skip.is_held_back and run.memory.is_news(_held_back_key(skip))]
    said = held_in_words(held, run.distributions, run.config.rules.spans, books, run.now)
    return {_held_back_key(one): Problem(text) for text, those in said for one in those}


def _held_back_key(one: Held) -> str:
    key = f"held back {one.kind} {one.distribution_id}"
    return f"{key}, waiting" if one.reason in WAITING else key
