"""``check`` names the groups of which nothing leaves until somebody takes their data as right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.fixtures.office import Office

MANY = "id;email\n" + "".join(f"{n};m{n}@example.org\n" for n in range(12))
CUT_SHORT = "".join(MANY.splitlines(keepends=True)[:4])
COUNTED_ANEW = "id;email\n" + "".join(f"{n + 50};m{n}@example.org\n" for n in range(12))


@pytest.mark.long
@pytest.mark.parametrize("members", [CUT_SHORT, COUNTED_ANEW], ids=["cut short", "counted anew"])
def test_a_group_that_is_held_is_named_by_check_as_by_status(office: Office, members: str) -> None:
    office.coop.write("members.csv", MANY)
    office.coop.write(
        "orders.csv",
        "member;distribution;product;quantity\n" + "".join(f"{n};d1;Pain;1\n" for n in range(12)),
    )
    office.sends()
    assert office.invoke("check", "--offline").exit_code == 0
    office.coop.write("members.csv", members)

    checked, shown = office.invoke("check", "--offline"), office.invoke("status")

    held = [line for line in shown.stderr.splitlines() if "--accept-data lac" in line]
    assert held
    assert [line for line in checked.stderr.splitlines() if line in held] == held
    assert "All is well" not in checked.stdout
    assert checked.exit_code == 1
