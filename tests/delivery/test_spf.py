"""The SPF record that is proposed: it passes the check that proposes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cagette_notify.core.errors import Problem
from cagette_notify.delivery.domain_check.mailjets_view import MailjetsView
from cagette_notify.delivery.domain_check.spf import judge_spf
from cagette_notify.delivery.domain_check.spf_look_ups import Broken, TooDear, servers_let_send
from cagette_notify.delivery.transport import LookupFailed

if TYPE_CHECKING:
    from cagette_notify.delivery.account_finding import AccountFinding

DOMAIN = "mj.example"
ZONES = {
    "spf.mailjet.com": ["v=spf1 ip4:192.0.2.1 ?all"],
    "host.example": ["v=spf1 ip4:192.0.2.2 -all"],
    "many.example": ["v=spf1 a mx include:host.example ~all"],
    "ours.example": ["v=spf1 include:spf.mailjet.com -all"],
    "back.example": ["v=spf1 include:mj.example -all"],
    "nobody.example": [],
    **{f"s{number}.example": ["v=spf1 ip4:192.0.2.3 -all"] for number in range(12)},
}
TEN = " ".join(f"include:s{number}.example" for number in range(10))
SIX = " ".join(f"include:s{number}.example" for number in range(6))
OTHER_SIX = " ".join(f"include:s{number}.example" for number in range(6, 12))
OURS = "v=spf1 include:spf.mailjet.com ~all"
TERMS = [
    *("a", "mx", "+a:a.b", "-mx:c.d", "?ptr", "ip4:192.0.2.4", "exists:%{i}.x.example", "exp=why.example"),
    *("include:host.example", "INCLUDE:many.example.", "~include:many.example", "-include:spf.mailjet.com"),
    *("include:ours.example", "include:back.example", "include:nobody.example", "incldue:host.example"),
    *("redirect=host.example", "redirect=many.example", "redirect=nobody.example", "include:spf.mailjet.com"),
    *("all", "-all", "~all", "?all"),
    *(f"include:s{number}.example" for number in range(12)),
]


def judged(*records: str, status: str = "ok") -> AccountFinding:
    """Return what is found of a domain with these records, of which Mailjet has that status."""
    view = MailjetsView(DOMAIN, in_account=True, spf_status=status)
    (found,) = judge_spf(DOMAIN, view, lambda name: {**ZONES, DOMAIN: [*records]}.get(name, []))
    return found


def senders(record: str) -> set[str]:
    """Return whose servers may send by a record; nobody's by one that receivers do without."""
    try:
        return servers_let_send(DOMAIN, record, lambda name: ZONES.get(name, []))
    except (Broken, TooDear):
        return set()


@given(
    st.lists(st.lists(st.sampled_from(TERMS), max_size=9).map(lambda those: " ".join(("v=spf1", *those)))),
    st.sampled_from(["ok", "error", "not checked"]),
)
def test_whatever_stands_there_the_record_that_is_proposed_passes_the_same_check(
    records: list[str], status: str
) -> None:
    found = judged(*records, status=status)

    if found.record:
        proposed = found.record.value
        again = judged(proposed, status=status)
        assert (again.record, again.is_fine or status == "error") == (None, True)
        assert not again.exit_status or "hasn't seen it yet" in again.message
        assert senders(proposed) >= set().union(*map(senders, records))


@pytest.mark.parametrize(
    ("records", "proposed"),
    [
        ((OURS, "v=spf1 redirect=host.example"), "include:spf.mailjet.com include:host.example ~all"),
        ((OURS, "v=spf1 a redirect=host.example -all"), "include:spf.mailjet.com a ~all"),
        (("v=spf1 a -all", "v=spf1 mx -all"), "include:spf.mailjet.com a mx -all"),
        (("v=spf1 a -all", "v=spf1 mx ~all"), "include:spf.mailjet.com a mx ~all"),
        (("v=spf1 a", "v=spf1 mx ?all"), "include:spf.mailjet.com a mx ?all"),
        (
            ("v=spf1 -include:spf.mailjet.com -all", "v=spf1 +A -all"),
            "include:spf.mailjet.com +A -include:spf.mailjet.com -all",
        ),
        (
            (
                "v=spf1 include:host.example exp=x.example -all",
                "v=spf1 include:Host.example. exp=y.example -all",
            ),
            "include:spf.mailjet.com include:Host.example. -all",
        ),
        (
            (f"v=spf1 {SIX} -all", f"v=spf1 include:s9.example {SIX} a mx -all"),
            f"include:spf.mailjet.com {SIX} include:s9.example a mx -all",
        ),
        ((f"v=spf1 {TEN} -all", "v=spf1 ip4:192.0.2.4 -all"), f"{TEN} ip4:192.0.2.4 -all"),
    ],
)
def test_several_records_become_one_with_what_each_of_them_says(
    records: tuple[str, ...], proposed: str
) -> None:
    found = judged(*records)

    assert found.record
    assert found.record.value == f"v=spf1 {proposed}"
    assert judged(found.record.value).is_fine


@pytest.mark.parametrize(
    ("records", "status", "said"),
    [
        ((f"v=spf1 {TEN} ~all",), "error", "more than 10 look-ups, and receivers give up there: whoever "),
        ((OURS, f"v=spf1 {TEN} -all"), "error", "include:s0.example (1), include:s1.example (1)"),
        ((f"v=spf1 {SIX} ~all", f"v=spf1 {OTHER_SIX} ~all"), "ok", "include:s11.example (1)"),
        ((OURS, "v=spf1 incldue:host.example ~all"), "ok", "couldn't read this: incldue:host.example is no"),
        (
            (OURS, "v=spf1 redirect=nobody.example"),
            "ok",
            "couldn't read this: include:nobody.example leads to",
        ),
    ],
)
def test_where_none_would_pass_it_is_said_what_has_to_go(
    records: tuple[str, ...], status: str, said: str
) -> None:
    found = judged(*records, status=status)

    assert (found.exit_status, found.record) == (1, None)
    assert said in found.message
    assert "include:spf.mailjet.com (" not in found.message


def test_what_may_stand_there_but_once_stands_there_but_once() -> None:
    found = judged("v=spf1 redirect=host.example redirect=many.example")

    assert (found.exit_status, found.record) == (1, None)
    assert "redirect= stands in it more than once" in found.message


def test_where_dns_fails_behind_several_records_they_are_wrong_all_the_same() -> None:
    def texts(name: str) -> list[str]:
        if name == "host.example":
            raise LookupFailed(Problem("no answer in time"))
        return [OURS, "v=spf1 include:host.example -all"] if name == DOMAIN else ZONES.get(name, [])

    (found,) = judge_spf(DOMAIN, None, texts)

    assert (found.exit_status, found.record) == (1, None)
    assert found.message == (
        "SPF of mj.example is wrong: 2 records, of which none counts; which record mends it can't be told "
        "now (no answer in time); ask again later"
    )
