"""The questions of admins, put to a ledger of years, and about a federation."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta, timezone
from itertools import chain, islice, repeat
from math import log
from typing import TYPE_CHECKING

from cagette_notify.ledger.connection import open_ledger
from cagette_notify.ledger.rows import utc_text
from tests.benchmarks.coops import FAR, KEYS, households, write_config, write_data
from tests.benchmarks.federation import WEEKS, write_federation
from tests.benchmarks.idle import tick, warm_up
from tests.benchmarks.measure import COMMAND, Usage, alternate, run
from tests.benchmarks.tables import Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.benchmarks.bench import Bench

_WHO = "membre7@example.org"
_PER_DISTRIBUTION = 10_000  # notices: a federation's
_ANSWERED = frozenset({0, 1})  # an answer may be bad news
_INSERT = """
    INSERT INTO notices (
        account, kind, group_id, distribution_id, occasion, member_id, address, recipient, status, custom_id,
        campaign, revision, starts_at, place, due_at, too_late_at, claimed_at, settled_at, message_id
    ) VALUES ('mailjet', 'recap_24h', 'lac', ?, 'r0', ?, ?, ?, 'sent', ?, ?, 0, ?, 'Salle', ?, ?, ?, ?, ?)
"""


def tables(bench: Bench) -> Iterator[Table]:
    """Measure the questions and, as their floor, the idle run over the same ledger."""
    scale = bench.scale
    data = write_data(bench.new_folder(), scale.members_asked_about, FAR)
    config = write_config(bench.new_folder(), data)
    fill_ledger(config.with_name("ledger.sqlite3"), scale.ledger_rows)
    warm_up(config, scale.pause)
    questions = (
        (("check-member", _WHO, "--offline"), 3.0),
        (("log", "--member", _WHO), 3.0),
        (("status",), None),
        (("report", "--offline"), 10.0),
    )
    idle, *found = alternate(
        scale.short * bench.rounds,
        lambda: tick(config),
        *(lambda q=question: _ask(config, q) for question, _goal in questions),
    )
    rows = tuple(
        Row(" ".join(question), ours, idle, goal)
        for (question, goal), ours in zip(questions, found, strict=True)
    )
    people = f"{scale.members_asked_about:,} members"
    yield Table(f"Asking about {people}, {scale.ledger_rows:,} ledger rows; floor: an idle run", rows)
    yield _about_a_federation(bench)
    yield _status_of_many_hours(bench)


def _about_a_federation(bench: Bench) -> Table:
    """Measure what reads the whole calendar, by the run that rests over the same files."""
    groups = max(bench.scale.groups)
    config = write_federation(bench.new_folder(), groups)
    warm_up(config, bench.scale.pause)
    questions = (
        ("check", "--offline"),
        ("check-member", _WHO, "--offline"),
        ("log",),
        ("report", "--offline"),
    )
    idle, *found = alternate(
        bench.rounds, lambda: tick(config), *(lambda q=question: _ask(config, q) for question in questions)
    )
    rows = (
        Row(" ".join(question), ours, idle, 10.0) for question, ours in zip(questions, found, strict=True)
    )
    title = f"Asking about {groups} groups, {groups * WEEKS:,} distributions; floor: an idle run"
    return Table(title, tuple(rows))


def _status_of_many_hours(bench: Bench) -> Table:
    """Measure how ``status`` grows with the groups, each at hours of its own."""
    few, *_some, many = bench.scale.federations
    configs = {groups: write_federation(bench.new_folder(), groups) for groups in bench.scale.federations}
    for config in configs.values():
        warm_up(config, bench.scale.pause)
    asked = (lambda c=config: _ask(c, ("status",)) for config in configs.values())
    found = dict(zip(configs, alternate(bench.rounds, *asked), strict=True))
    exponent = log(found[many].cpu / found[few].cpu) / log(many / few)
    remark = f"From {few} to {many} groups the CPU time grows with exponent {exponent:.2f} (goal: <= 1.1)."
    rows = tuple(Row(f"{groups} groups", usage) for groups, usage in found.items())
    return Table("status, each group at hours of its own", rows, (remark,))


def fill_ledger(path: Path, count: int) -> None:
    """Make a ledger of ``count`` recaps: of a day's distribution, and of those before it."""
    with open_ledger(path) as made:
        ledger_id = made.ledger_id
    with closing(sqlite3.connect(path)) as ledger, ledger:
        ledger.executemany(_INSERT, islice(_rows(ledger_id), count))


def _rows(ledger_id: str) -> Iterator[tuple[str, ...]]:
    today = datetime.now(timezone.utc)
    people = [(one.id, one.email) for one in households(_PER_DISTRIBUTION)]
    days = ((days_ago, today - timedelta(days=days_ago)) for days_ago in range(1, 400))
    return chain.from_iterable(map(_rows_of_a_day, repeat(ledger_id), days, repeat(people)))


def _rows_of_a_day(
    ledger_id: str, day: tuple[int, datetime], people: list[tuple[str, str]]
) -> Iterator[tuple[str, ...]]:
    days_ago, starts_at = day
    id_, due_at = f"d{days_ago}", starts_at - timedelta(hours=24)
    start, due = utc_text(starts_at), utc_text(due_at)
    sent = utc_text(due_at + timedelta(minutes=5))
    for member_id, address in people:
        custom_id = f"{ledger_id}-{days_ago}-{member_id}"
        told = (start, due, start, sent, sent)
        yield id_, member_id, address, address, custom_id, f"{ledger_id}-{id_}", *told, custom_id


def _ask(config: Path, question: tuple[str, ...]) -> Usage:
    return run([*COMMAND, "-c", str(config), *question], environ=KEYS, expected=_ANSWERED)
