"""Files that others collected, each in the place of a file of the co-op's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from cagette_notify.readers.csv import read_records
from cagette_notify.readers.encodings import decode
from cagette_notify.readers.tree import Unreadable
from cagette_notify.readers.yaml import parse_tree
from tests.chaos.input.corpora import FILES, Case, cases, everything, some
from tests.chaos.input.desk import typed
from tests.fixtures.coop import DISTRIBUTIONS, GROUPS, MEMBERS, OPENED, Coop

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.chaos.conftest import Tried

RECAPS = ["maelle@example.org", "noel@example.org", "zoe@example.org"]
OPENINGS = ["lea@example.org", *RECAPS]
CSV_EXPECTED = {case.name: case for case in cases("csv-spectrum") if case.name.endswith(".json")}
# One of its two files was made anonymous, the other forgotten.
MISPRINTS = {"location_coordinates.json": {"Contact Phone Number": "2095257564"}}
NO_KEYS = ("two lines were expected", "neither UTF-8", "not a text")
A_GROUP = "- {{id: odd{number}, name: Odd {number}, members: odd/{number}.{suffix}}}\n"
A_DISTRIBUTION = """\
- {{id: odd{number}, group: {group}, starts_at: 2026-06-12 18:00, orders_open_at: 2026-06-05 08:00{orders}}}
"""


def test_what_is_json_to_others_is_a_tree_or_one_clear_line(tried_cases: Tried) -> None:
    judged = cases("json-test-suite")

    assert all(_said(case.raw).isprintable() for case in judged)
    tried_cases(judged)


def _said(raw: bytes) -> str:
    try:
        parse_tree(decode(raw))
    except Unreadable as trouble:
        return trouble.message
    return ""


@pytest.mark.parametrize("name", sorted(CSV_EXPECTED))
def test_csv_is_read_as_its_spectrum_says(name: str, tried_cases: Tried) -> None:
    (case,) = (case for case in cases("csv-spectrum") if case.name == name.replace(".json", ".csv"))

    header, *records = read_records(decode(case.raw), lambda _cells: 0)

    expected = json.loads(CSV_EXPECTED[name].raw)
    expected = expected if isinstance(expected, list) else [expected]
    rows = [dict(zip(header.cells, each.cells, strict=True)) for each in records]
    assert rows == [row | MISPRINTS.get(name, {}) for row in expected]
    tried_cases([case])


@pytest.mark.parametrize("suffix", ["csv", "yaml"])
def test_a_group_s_odd_members_file_stops_that_group_only(
    tmp_path: Path, full: bool, suffix: str, tried_cases: Tried
) -> None:
    coop = Coop(tmp_path)
    odd = some(everything(), 60, full=full)
    shelve(coop, odd, suffix)
    coop.write("members.csv", MEMBERS.replace("\n", ";lac\n").replace("email;lac", "email;groups"))
    coop.write(
        "groups.yaml", GROUPS + "".join(A_GROUP.format(number=n, suffix=suffix) for n in range(len(odd)))
    )
    coop.write(
        "distributions.yaml", DISTRIBUTIONS + "".join(a_distribution(n, f"odd{n}") for n in range(len(odd)))
    )

    said = typed(coop, "send-due", "--json", at=OPENED)

    assert (said.status, coop.mailed()) == (1, OPENINGS)
    assert strangers(json.loads(said.stdout), suffix) == []
    tried_cases(odd)


@pytest.mark.parametrize("suffix", ["csv", "yaml"])
def test_an_odd_orders_file_stops_the_recaps_of_its_distribution_only(
    tmp_path: Path, full: bool, suffix: str, tried_cases: Tried
) -> None:
    coop = Coop(tmp_path)
    odd = some(everything(), 60, full=full)
    shelve(coop, odd, suffix)
    orders = [a_distribution(n, "lac", f", orders: odd/{n}.{suffix}") for n in range(len(odd))]
    coop.write("distributions.yaml", DISTRIBUTIONS + "".join(orders))

    said = typed(coop, "send-due", "--json", "--kind", "recap_24h")

    assert (said.status, coop.mailed()) == (1, RECAPS)
    assert strangers(json.loads(said.stdout), suffix) == []
    tried_cases(odd)


def shelve(coop: Coop, odd: Sequence[Case], suffix: str) -> None:
    (coop.folder / "odd").mkdir()
    for number, case in enumerate(odd):
        coop.write(f"odd/{number}.{suffix}", case.raw)


def a_distribution(number: int, group: str, orders: str = "") -> str:
    return A_DISTRIBUTION.format(number=number, group=group, orders=orders)


def strangers(document: dict[str, Any], suffix: str) -> list[Any]:
    """List the problems that don't name an odd file, and in it a line that it has."""
    return [
        problem
        for problem in document["problems"]
        if not (problem["file"].startswith("odd/") and problem["file"].endswith(suffix))
    ]


PLACES: dict[str, tuple[set[int], set[str]]] = {  # the statuses, and the files that hang on it
    "groups.yaml": ({1, 65}, {"distributions.yaml"}),
    "distributions.yaml": ({0, 1, 65}, set()),
    "members.csv": ({1, 65}, set()),
    "orders.csv": ({0, 1, 65}, set()),
    "notifications.csv": ({0, 1, 65}, set()),
    "config.yaml": ({78}, set()),
}


@pytest.mark.parametrize("name", PLACES)
def test_an_odd_file_sends_nothing_twice_and_once_mended_everything_leaves(
    tmp_path: Path, full: bool, name: str, tried_cases: Tried
) -> None:
    coop = Coop(tmp_path)
    good = (tmp_path / name).read_bytes() if (tmp_path / name).exists() else b"member;kind;value\n"
    statuses, dependent = PLACES[name]
    odd = some(cases(*FILES), 25, full=full)
    for case in odd:
        coop.write(name, case.raw)

        said = typed(coop, "send-due", "--json")

        assert said.status in statuses, case
        assert files_in(said.stdout) <= {name, str(tmp_path / name), *dependent}, case
        assert coop.mailed() in ([], RECAPS), case
    coop.write(name, good)
    assert typed(coop, "send-due").status in {0, 1}
    assert coop.mailed() == RECAPS
    tried_cases(odd)


def test_odd_keys_are_refused_and_never_shown(tmp_path: Path, full: bool, tried_cases: Tried) -> None:
    coop = Coop(tmp_path, extra="delivery: mailjet\nmailjet: {api_url: http://127.0.0.1:9/}\n")
    odd = [case for case in some(everything(), 40, full=full) if len(case.text.split()) != 2]
    for case in odd:
        coop.write("mailjet.key", case.raw).chmod(0o600)

        said = typed(coop, "send-due", "--json")

        (problem,) = json.loads(said.stdout)["problems"]
        assert said.status == 78, case
        assert problem["message"].startswith(NO_KEYS), case
    tried_cases(odd)


def files_in(document: str) -> set[str]:
    return {problem["file"] for problem in json.loads(document)["problems"]}
