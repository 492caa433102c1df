"""A mail that can't be made fails alone; a template that makes none stops the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cagette_notify.run.exit_status import exit_status_of
from tests.fixtures.coop import A_DAY_BEFORE, DISTRIBUTIONS, ORDERS, Coop, counted

if TYPE_CHECKING:
    from pathlib import Path

OPENS_TODAY = """\
- id: d2
  group: lac
  starts_at: 2026-06-26 18:00
  orders_open_at: 2026-06-11 18:00
  place: Salle des fêtes
"""
WITHOUT_END = "{% for a in range(1000) %}{% for b in range(1000) %}{% endfor %}{% endfor %}"


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    return Coop(tmp_path)


def of(member: str, lines: int) -> str:
    return "".join(f"{member};d1;Produit {number};1;1,00\n" for number in range(lines))


def override(coop: Coop, template: str, text: str) -> None:
    path = coop.folder / "overrides" / "fr" / template
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    if "templates:" not in (config := coop.folder / "config.yaml").read_text():
        config.write_text(config.read_text() + "templates: overrides\n")


@pytest.mark.dear
@pytest.mark.parametrize("member", ["1", "2", "3"])
def test_an_order_too_long_for_a_mail_costs_only_its_own_member_the_mail(coop: Coop, member: str) -> None:
    coop.write("orders.csv", f"{ORDERS}3;d1;Pain;1;1\n{of(member, 7_000)}")

    report = coop.run(A_DAY_BEFORE)

    failed = [line for line in report.lines if line.status == "failed"]
    assert {line.member for line in failed} == {member}
    assert "the template fails: a mail above" in failed[0].reason
    assert counted(report)["sent"] == 4 - len(failed)
    assert exit_status_of(report) == 1


@pytest.mark.dear
def test_where_the_only_recap_is_too_long_the_opening_leaves(coop: Coop) -> None:
    coop.write("orders.csv", ORDERS.splitlines()[0] + "\n" + of("1", 7_000))
    coop.write("distributions.yaml", DISTRIBUTIONS + OPENS_TODAY)

    report = coop.run(A_DAY_BEFORE)

    assert (counted(report)["failed"], counted(report)["sent"]) == (1, 4)
    assert coop.mailed() == ["lea@example.org", "maelle@example.org", "noel@example.org", "zoe@example.org"]


@pytest.mark.dear
def test_the_mail_that_was_too_long_leaves_once_it_is_shorter(coop: Coop) -> None:
    coop.write("orders.csv", ORDERS + of("1", 7_000))
    coop.run(A_DAY_BEFORE)

    coop.write("orders.csv", ORDERS + of("1", 3_600))
    report = coop.run(A_DAY_BEFORE)

    assert (counted(report)["sent"], exit_status_of(report)) == (1, 0)
    assert "zoe@example.org" in coop.mailed()


def test_where_no_mail_can_be_made_the_run_stops_and_nobody_loses_a_mail(coop: Coop) -> None:
    coop.write("orders.csv", ORDERS.splitlines()[0] + "\n" + of("1", 7_000))

    report = coop.run(A_DAY_BEFORE)

    assert exit_status_of(report) == 78
    assert coop.entries() == []


@pytest.mark.parametrize("mistake", ["{{ group.nom }}", "{{ 1 / 0 }}"])
def test_a_template_that_fails_for_everybody_stops_the_run_before_anything_left(
    coop: Coop, mistake: str
) -> None:
    coop.write("distributions.yaml", DISTRIBUTIONS + OPENS_TODAY)
    override(coop, "recap_24h.txt.j2", mistake)

    report = coop.run(A_DAY_BEFORE)

    assert exit_status_of(report) == 78
    assert coop.mails() == []


def test_a_template_that_fails_for_one_member_stops_nobody_else_s_mail(coop: Coop) -> None:
    override(coop, "recap_24h.txt.j2", "{{ 1 // (0 if member.first_name == 'Léa' else 1) }}")
    coop.write("orders.csv", ORDERS + "3;d1;Pain;1;1\n")

    report = coop.run(A_DAY_BEFORE)

    assert (counted(report)["failed"], counted(report)["sent"]) == (1, 3)


def test_a_loop_without_end_in_one_template_lets_the_others_leave(coop: Coop) -> None:
    coop.write("distributions.yaml", DISTRIBUTIONS + OPENS_TODAY)
    override(coop, "recap_24h.txt.j2", WITHOUT_END)

    report = coop.run(A_DAY_BEFORE)

    assert (counted(report)["failed"], counted(report)["sent"]) == (3, 4)
