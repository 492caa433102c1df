"""Odd strings that others collected, as the values of rows whose neighbours are as they should be."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from tests.chaos.input.corpora import Case, cases, everything
from tests.chaos.input.desk import typed
from tests.fixtures.coop import CONFIG, Coop
from tests.fixtures.rfc5322 import faults, parsed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tests.chaos.conftest import Tried

FIELDS = (
    *("groups.id", "groups.name", "groups.contact_name", "groups.contact_email", "groups.coordinators"),
    *("groups.url", "groups.logo", "groups.colour", "groups.timezone", "groups.language", "groups.disabled"),
    *("members.id", "members.first_name", "members.last_name", "members.groups", "members.recap_24h"),
    *("members.language", "members.last_seen", "members.partner_first_name", "members.partner_email"),
    *("distributions.id", "distributions.starts_at", "distributions.ends_at"),
    *("distributions.orders_close_at", "distributions.place", "distributions.name", "distributions.url"),
    *("distributions.catalogs", "distributions.cancelled", "distributions.repeat", "distributions.orders"),
    *("orders.member", "orders.distribution", "orders.product", "orders.quantity", "orders.unit"),
    *("orders.price", "orders.total", "orders.paid", "orders.catalog", "orders.shared_with"),
)
STRINGS = cases("blns")
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")  # blanks are collapsed
PAIR = re.compile(r"\\ud[89ab]..\\ud[c-f]..")  # of surrogates
FIRST = 5  # the line of the first odd row, after a bracket and three good ones
ODD = re.compile(r"odd(\d+)@example\.org")
GOOD = ["good@example.org", "lea@example.org", "zoe@example.org"]


Rows = dict[str, dict[str, Any]]
Pair = tuple[str, Case]
WITH_A_CONTACT = {"Reply-To", "List-Unsubscribe"}  # headers that a group without one lacks


@pytest.mark.dear
def test_odd_values_cost_no_neighbour_its_mail(tmp_path: Path, full: bool, tried_cases: Tried) -> None:
    for number, pairs in enumerate(chunks(full=full)):
        coop = a_coop(tmp_path / str(number), pairs)

        said = typed(coop, "send-due", "--json")

        mailed = coop.mailed()
        document = json.loads(said.stdout)
        assert said.status in {0, 1}
        assert [address for address in mailed if address in GOOD] == GOOD
        assert len(mailed) == len(set(mailed))
        assert unexplained(pairs, {*served(mailed), *complained_of(document), *noticed(document)}) == []
        assert with_controls(pairs) <= complained_of(document)
        assert breaches(coop) == []
        assert typed(coop, "send-due").status == said.status
        assert coop.mailed() == mailed
        tried_cases(odd for _field, odd in pairs)


def unexplained(pairs: Sequence[Pair], settled: set[int]) -> list[tuple[str, str]]:
    """List the values that cost their household its mail without a word."""
    return [(field, odd.text) for number, (field, odd) in enumerate(pairs) if number not in settled]


def with_controls(pairs: Sequence[Pair]) -> set[int]:
    return {number for number, (_field, odd) in enumerate(pairs) if CONTROL.search(odd.text)}


def breaches(coop: Coop) -> list[str]:
    """List what is wrong with the mails, such as a header that an odd value brought along."""
    mails = [path.read_bytes() for path in (coop.folder / "outbox").glob("*.eml")]
    headers = Counter(header for mail in mails for header in set(parsed(mail)) - WITH_A_CONTACT)
    found = [f"{header} in some only" for header, count in headers.items() if count != len(mails)]
    return found + [fault for mail in mails for fault in faults(mail)]


def chunks(*, full: bool) -> Iterator[list[Pair]]:
    """Yield what goes into a co-op: every field with some strings, or with half of them and of the rest."""
    if not full:
        yield [(field, case) for number, field in enumerate(FIELDS) for case in distinct(STRINGS[number::60])]
        return
    for number, field in enumerate(FIELDS):
        yield [(field, case) for case in distinct(STRINGS[number % 2 :: 2])]
    others = [case for case in everything() if len(case.raw) < 400 and case not in STRINGS]
    for number in range(8):
        yield [
            (FIELDS[(at + number) % len(FIELDS)], case) for at, case in enumerate(distinct(others[number::8]))
        ]


def distinct(odd: Sequence[Case]) -> list[Case]:
    return list({" ".join(case.text.split()): case for case in odd}.values())


def served(mailed: Sequence[str]) -> set[int]:
    return {int(found[1]) for address in mailed if (found := ODD.fullmatch(address))}


def complained_of(document: dict[str, Any]) -> set[int]:
    """Name those whose row, which is a line, is called bad."""
    return {(problem["line"] or 0) - FIRST for problem in document["problems"]}


def noticed(document: dict[str, Any]) -> set[int]:
    """Name those whose notice is there, with what became of it."""
    return served([notice["address"] for notice in document["notices"]])


def a_coop(folder: Path, pairs: Sequence[Pair]) -> Coop:
    """Write a co-op in which every odd value has a group, a member, a distribution with an order."""
    folder.mkdir()
    coop = Coop(folder)
    coop.write("config.yaml", CONFIG.replace(".csv", ".yaml"))
    everybody = [a_household(f"good{number}", address) for number, address in enumerate(GOOD)]
    everybody += [an_odd_household(number, *pair) for number, pair in enumerate(pairs)]
    for file in ("groups", "members", "distributions", "orders"):
        rows = [in_braces(household[file]) for household in everybody]
        coop.write(f"{file}.yaml", "[\n" + ",\n".join(rows) + "\n]\n")
    return coop


def in_braces(row: dict[str, Any]) -> str:
    """Write a row on one line of ASCII: JSON but for what two escapes stand for there, YAML has one."""
    return PAIR.sub(lambda pair: f"\\U{ord(json.loads(f'{chr(34)}{pair[0]}{chr(34)}')):08x}", json.dumps(row))


def an_odd_household(number: int, field: str, odd: Case) -> Rows:
    rows = a_household(f"odd{number}", f"odd{number}@example.org")
    file, _dot, name = field.partition(".")
    rows[file][name] = odd.text
    if field == "groups.id":
        rows["members"]["groups"] = [odd.text]
        rows["distributions"]["group"] = odd.text
    if field == "members.partner_first_name":  # nobody is greeted by it without an address
        rows["members"]["partner_email"] = f"partner{number}@example.org"
    if field == "distributions.id":
        rows["orders"]["distribution"] = odd.text
    return rows


def a_household(name: str, address: str) -> Rows:
    return {
        "groups": {"id": name, "name": name, "contact_email": "coordination@paniersdulac.example"},
        "members": {"id": name, "first_name": "Zoé", "email": address, "groups": [name]},
        "distributions": {"id": name, "group": name, "starts_at": "2026-06-12 18:00"},
        "orders": {"member": address, "distribution": name, "product": "Tomates", "quantity": "2"},
    }
