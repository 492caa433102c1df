"""Real files with random damage, put to the readers."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import strategies as st

from cagette_notify.config import load as config
from cagette_notify.core.errors import ConfigError, DataError, Problem
from cagette_notify.core.text import visible
from cagette_notify.data.dataset import load_calendar, load_members, load_orders, survey
from cagette_notify.data.member_settings.read import load_member_settings
from cagette_notify.readers.csv import lines_of, read_records
from cagette_notify.readers.tree import Unreadable
from tests.chaos.input.damage import DAMAGE, attempt, damaged
from tests.chaos.input.desk import patience
from tests.data.files import ONE_DAY, ONE_GROUP, SAMPLES, TWO_MEMBERS, a_folder
from tests.fixtures.coop import CONFIG, DISTRIBUTIONS, GROUPS, MEMBERS, ORDERS

if TYPE_CHECKING:
    from collections.abc import Iterator


SAMPLE_FILES = {path.name: path.read_bytes() for path in sorted(SAMPLES.glob("*.csv"))}
PLACES = {
    "groups.csv": [ONE_GROUP.encode()],
    "groups.yaml": [GROUPS.encode()],
    "members.csv": [
        MEMBERS.encode(),
        *(raw for name, raw in SAMPLE_FILES.items() if name.startswith("membres")),
    ],
    "members.yaml": [b"- {id: 1, email: zoe@example.org, partner: {email: x@example.org}, groups: [lac]}\n"],
    "members.yml": [b'[{"id": 1, "email": "zoe@example.org", "notifications": {"opening": "no"}}]\n'],
    "distributions.csv": [ONE_DAY.encode()],
    "distributions.yaml": [
        DISTRIBUTIONS.encode()
        + b"  repeat: {every: 7d, until: 2027-06-25, except: [2026-12-25]}\n  fixed: no\n"
    ],
    "orders.csv": [
        ORDERS.encode(),
        *(raw for name, raw in SAMPLE_FILES.items() if name.startswith("Export")),
    ],
    "orders.yml": [
        b'[{"member": 1, "distribution": "vendredi", "product": "x", "quantity": 2.5, "price": 1e2}]'
    ],
}


@contextmanager
def a_place() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def look(folder: Path, name: str, raw: bytes) -> list[Problem]:
    """Load all that a run loads and all that check looks at; return the problems of both."""
    files: dict[str, str | bytes] = {"members.csv": TWO_MEMBERS, "distributions.csv": ONE_DAY}
    others = {other: text for other, text in files.items() if Path(other).stem != Path(name).stem}
    sources = a_folder(folder, {**others, name: raw})
    problems = list(survey(sources).problems)
    try:
        calendar = load_calendar(sources)
        members = load_members(calendar, calendar.groups)
        ids = [each.id for each in calendar.distributions]
        now = datetime(2026, 6, 11, 16, tzinfo=timezone.utc)
        aside = [one.member for one in members.set_aside]
        orders = load_orders(calendar, members.members, ids, set_aside=aside, now=now, hold_stale=False)
    except DataError as error:
        return [*problems, *error.problems]
    return [*problems, *calendar.problems, *members.problems, *orders.problems]


def ill_said(problems: list[Problem], raw: bytes) -> list[str]:
    """List the problems that aren't a line with a place in a file."""
    count = raw.count(b"\n") + raw.count(b"\r") + 20
    return [
        str(one)
        for one in problems
        if visible(str(one)) != str(one) or not one.file or not 0 <= one.line <= count
    ]


@pytest.mark.parametrize("name", PLACES)
def test_a_damaged_data_file_is_rows_or_lines_of_trouble(name: str, full: bool) -> None:
    def check(raw: bytes) -> None:
        with a_place() as folder:
            problems = look(folder, name, raw)

        assert ill_said(problems, raw) == []

    attempt(check, damaged(PLACES[name]), full=full, short=25)


def test_damaged_settings_of_members_are_changes_or_lines_of_trouble(full: bool) -> None:
    def check(raw: bytes) -> None:
        with a_place() as folder:
            path = folder / "notifications.csv"
            path.write_bytes(raw)
            try:
                problems = list(load_member_settings(path, folder).problems)
            except DataError as error:
                problems = list(error.problems)

        assert ill_said(problems, raw) == []

    attempt(check, damaged([b"member;kind;value;date\n1;opening;no;2026-06-01\n"]), full=full, short=40)


def test_a_damaged_configuration_is_settings_or_lines_of_trouble(full: bool) -> None:
    example = Path(__file__).parents[3] / "config.example.yaml"

    def check(raw: bytes) -> None:
        with a_place() as folder:
            path = folder / "config.yaml"
            path.write_bytes(raw)
            problems: list[Problem] = []
            try:
                config.load(path)
            except ConfigError as error:
                problems += error.problems

        assert ill_said(problems, raw) == []

    attempt(check, damaged([CONFIG.encode(), example.read_bytes()]), full=full, short=40)


def test_damage_in_every_row_makes_no_reader_go_back_and_forth(full: bool) -> None:
    def check(damage: tuple[bytes, int]) -> None:
        piece, at = damage
        row = b'"1";"Ana";"ana@example.org";"x"\n'
        raw = b'"id";"first_name";"email";"groups"\n' + (row[:at] + piece + row[at:]) * 2_000
        with a_place() as folder, patience(20):
            assert ill_said(look(folder, "members.csv", raw), raw) == []

    attempt(check, st.tuples(st.sampled_from(DAMAGE), st.integers(0, 34)), full=full, short=4)


def test_the_records_of_any_text_end(full: bool) -> None:
    def known(cells: list[str]) -> int:
        return sum(cell in {"a", "b"} for cell in cells)

    def check(text: str) -> None:
        lines = [0]
        try:
            lines += [record.line for record in read_records(text, known)]
        except Unreadable as trouble:
            lines += [trouble.line or len(lines_of(text))]
        assert lines == sorted(lines)
        assert lines[-1] <= len(lines_of(text))

    texts = st.text(st.sampled_from("ab;,\t\"\r\n \u2028é'"), max_size=60)
    attempt(check, texts, full=full, short=150)
