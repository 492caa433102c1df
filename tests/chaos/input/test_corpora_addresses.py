"""Addresses that others collected, as the addresses of members."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.addresses import mailable_address
from cagette_notify.data.rows.broken_values import answers_none
from tests.chaos.input.corpora import Case, cases, some
from tests.chaos.input.desk import typed
from tests.fixtures.coop import OPENED, Coop
from tests.fixtures.rfc5322 import faults

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.chaos.conftest import Tried

GOOD = ["lea@example.org", "maelle@example.org", "noel@example.org", "zoe@example.org"]
JUDGED = [case for case in cases("email-validator") if not case.name.startswith("reserved")]
SPOILED_FILE = (b"\0", b"\r", b"\n")  # in a cell, these are the trouble of a whole file: tried elsewhere
# The suite reads these with a name beside the address, or in quotes: options that nobody asked for here.
OPTIONAL = {f"valid/{number}" for number in range(5, 12)}
# The one with an accent that is none: normalized, as the suite itself says, it is a plain backtick.
NORMALIZED = "accented/15"
# Blanks around these are their only fault. Cells have blanks around what is typed, so we strip them.
STRIPPED = {"my@example.com", "test@iana.org"}


def is_valid(case: Case) -> bool:
    kind, _slash, rest = case.name.partition("/")
    if text_of(case).strip() in STRIPPED or case.name == NORMALIZED:
        return True
    if kind == "pyisemail":
        return rest.startswith("ISEMAIL_VALID/")
    return kind == "valid" and case.name not in OPTIONAL


def is_absent(case: Case) -> bool:
    """Tell whether a cell with nothing else is one with nothing in it, as a database writes that too."""
    return is_blank(case) or text_of(case).strip() in {"NULL", "null", r"\N"}


def is_answer(case: Case, field: str) -> bool:
    """Tell whether a cell answers that a partner has no address."""
    return field == "partner_email" and answers_none(case.text)


def verdict(text: str) -> str:
    try:
        return mailable_address(text)
    except ValueError:
        return ""


@pytest.mark.parametrize("kind", sorted({case.name.partition("/")[0] for case in JUDGED}))
def test_our_verdict_is_that_of_email_validators_own_tests(kind: str, tried_cases: Tried) -> None:
    judged = [case for case in JUDGED if case.name.startswith(kind + "/")]

    assert {case.name: bool(verdict(text_of(case))) for case in judged} == {
        case.name: is_valid(case) for case in judged
    }
    tried_cases(judged)


def text_of(case: Case) -> str:
    return case.raw.decode("utf-8", "surrogatepass")


@pytest.mark.parametrize("field", ["email", "partner_email"])
def test_odd_addresses_cost_nobody_else_their_mail(
    tmp_path: Path, full: bool, field: str, tried_cases: Tried
) -> None:
    odd = [case for case in cases("email-validator", "blns") if not any(c in case.raw for c in SPOILED_FILE)]
    odd = list(some(odd, 250, full=full))
    coop = Coop(tmp_path)
    coop.write("members.csv", rows(odd, field))

    said = typed(coop, "send-due", at=OPENED)

    usable = {verdict(case.text) for case in odd} - {""}
    assert sorted(map(str.casefold, coop.mailed())) == sorted({*map(str.casefold, usable), *GOOD})
    assert said.status == 1
    silent = [case for case in odd if verdict(case.text) or is_absent(case) or is_answer(case, field)]
    assert len(said.complaints) == len(odd) - len(silent)
    assert all(f": {field}: " in line for line in said.complaints)
    assert {name: faults((tmp_path / "outbox" / name).read_bytes()) for name in outbox(tmp_path)} == {
        name: [] for name in outbox(tmp_path)
    }
    tried_cases(odd)


def is_blank(case: Case) -> bool:
    return not case.text.strip()


def outbox(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "outbox").glob("*.eml"))


def rows(odd: Sequence[Case], field: str) -> str:
    """Write a members file: three good households in front, in the middle and at the end."""
    text = io.StringIO()
    write = csv.writer(text, delimiter=";").writerow
    write(["id", "first_name", field, "partner_email" if field == "email" else "email"])
    pairs = iter(
        [("zoe@example.org", ""), ("noel@example.org", "maelle@example.org"), ("lea@example.org", "")]
    )
    for number, case in enumerate(odd):
        if number in {0, len(odd) // 2}:
            write([f"good{number}", "Zoé", *next(pairs)])
        write([f"odd{number}", "Odd", case.text, ""])
    write(["last", "Léa", *next(pairs)])
    return text.getvalue()
