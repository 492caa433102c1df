"""What the table of ``send-due`` counts: addresses, or members where a reason is said once of each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.notices import OF_THE_MEMBER, Reason
from tests.fixtures.coop import A_DAY_BEFORE

if TYPE_CHECKING:
    from tests.fixtures.office import Office


@pytest.mark.parametrize("address", ["lea at example.org", "12@no.mail", "", "lea@example.org"])
def test_who_has_no_order_is_counted_as_a_member_whatever_their_address(office: Office, address: str) -> None:
    office.coop.replace("members.csv", "lea@example.org", address)
    office.at = A_DAY_BEFORE

    shown = office.invoke("send-due", "--dry-run").stdout

    assert re.findall(r"no[_ ]order +(.+)", shown) == ["1 member"]
    assert re.findall(r"would[_ ]send +([0-9].*)", shown) == ["3"]


def test_an_address_that_is_none_is_counted_as_one_address(office: Office) -> None:
    office.coop.replace("members.csv", "maelle@example.org", "12@no.mail")
    office.at = A_DAY_BEFORE

    shown = office.invoke("send-due", "--dry-run").stdout

    assert re.findall(r"placeholder_address +(.+)", shown) == ["1"]
    assert {Reason.PLACEHOLDER_ADDRESS, Reason.INVALID_ADDRESS}.isdisjoint(OF_THE_MEMBER)
