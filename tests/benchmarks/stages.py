"""The stages of a run, one by one, in a process that prints each one's wall and CPU seconds."""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jinja2 import Environment

from cagette_notify.config import load as config
from cagette_notify.config.paths import sources_of
from cagette_notify.data.dataset import load_calendar, load_members, load_orders
from cagette_notify.mails.renderer import Renderer
from cagette_notify.planning.envelopes import envelopes
from cagette_notify.planning.plan import plan
from cagette_notify.run import plan_and_send
from cagette_notify.run.context import RunRequest
from cagette_notify.run.send_due import send_due

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cagette_notify.config.load import Config
    from cagette_notify.core.messages import Content
    from cagette_notify.core.notices import Mail


class Stopwatch:
    """Wall and CPU seconds by stage."""

    def __init__(self) -> None:
        """Start with none."""
        self.seconds: dict[str, tuple[float, float]] = {}

    def time(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function with its time taken."""

        def timed(*arguments: Any, **options: Any) -> Any:
            wall, cpu = time.perf_counter(), time.process_time()
            result = function(*arguments, **options)
            self.seconds[stage] = (time.perf_counter() - wall, time.process_time() - cpu)
            return result

        return timed


def load(path: str) -> dict[str, tuple[float, float]]:
    """Load members and orders."""
    loaded = config.load(Path(path))
    calendar = load_calendar(sources_of(loaded))
    watch = Stopwatch()
    members = watch.time("members", load_members)(calendar, frozenset(calendar.groups))
    ids = [distribution.id for distribution in calendar.distributions]
    watch.time("orders", load_orders)(
        calendar, members.members, ids, set_aside=(), now=_now(), hold_stale=False
    )
    return watch.seconds


def make(path: str) -> dict[str, tuple[float, float]]:
    """Plan what is due, render it, and fill a bare template of the same text as often."""
    watch = Stopwatch()
    loaded = config.load(Path(path))
    mails, now = _planned(loaded, watch), _now()
    renderer = Renderer(loaded.style)
    sample = renderer.message(mails[0], now).content

    def render() -> None:
        for mail in mails:
            renderer.message(mail, now)

    watch.time("rendering", render)()
    watch.time("filling", _filling(sample, mails))()
    return watch.seconds


def _planned(loaded: Config, watch: Stopwatch) -> Sequence[Mail]:
    """Return the mails of a dry run, its planning timed where it happens."""
    found: list[Mail] = []

    def kept(*arguments: Any) -> list[Mail]:
        found[:] = envelopes(*arguments)
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plan_and_send, "plan", watch.time("planning", plan))
        patch.setattr(plan_and_send, "envelopes", kept)
        send_due(loaded, RunRequest(dry_run=True), clock=_now, environ=os.environ, progress=lambda *_: None)
    return found


def _filling(sample: Content, mails: Sequence[Mail]) -> Callable[[], None]:
    """Return what fills one mail's text, reader and products left open, once for each of the mails."""
    first = mails[0].first
    words = {first.mailbox.first_name, first.mailbox.last_name, *(line.product for line in first.lines)}
    source = "\0".join((sample.subject, sample.text, sample.html))
    values = {f"word_{number}": word for number, word in enumerate(sorted(words, key=len, reverse=True))}
    for name, word in values.items():
        source = source.replace(word, f"{{{{ {name} }}}}")
    template = Environment(autoescape=True).from_string(source)

    def fill() -> None:
        for _mail in mails:
            template.render(values)

    return fill


def _now() -> datetime:
    return datetime.now(timezone.utc).replace(microsecond=0)


if __name__ == "__main__":
    name, argument = sys.argv[1:]
    sys.stdout.write(json.dumps({"load": load, "make": make}[name](argument)))
