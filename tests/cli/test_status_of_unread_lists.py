"""``status`` of a group whose own list of members can't be read: nothing leaves to it, and that is said."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.coop import OPENED
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from datetime import datetime

    from tests.fixtures.office import Office

TWO_GROUPS = "- {id: lac, name: Lac, members: lac.csv}\n- {id: mont, name: Mont, members: members.csv}\n"
NO_LIST = "group 'lac': its list of members can't be read, so that nothing leaves to it"


@pytest.fixture(autouse=True)
def two(office: Office) -> None:
    office.coop.replace("config.yaml", "  members: members.csv\n", "")
    office.coop.write("groups.yaml", TWO_GROUPS)
    office.coop.write("lac.csv", "name\nZoé\n")
    (office.coop.folder / "orders.csv").unlink()


@pytest.mark.parametrize(
    ("at", "kinds"),
    [
        (OPENED, ["opening", "recap_24h"]),
        (utc("2026-06-10T06:00"), ["recap_24h"]),
        (utc("2026-06-12T06:00"), ["recap_24h"]),
    ],
    ids=["once orders are open", "before the recaps are due", "once they are"],
)
def test_what_a_group_would_get_is_foretold_though_its_list_cannot_be_read(
    office: Office, at: datetime, kinds: list[str]
) -> None:
    office.at = at

    shown, found = office.invoke("status"), json.loads(office.invoke("status", "--json").stdout)

    assert [(one["kind"], one["group"], one["unread_members"]) for one in found["upcoming"]] == [
        (kind, "lac", True) for kind in kinds
    ]
    assert NO_LIST in shown.stdout
    assert "No notice is planned" not in shown.stdout
    assert "Next to leave" not in shown.stdout
    assert "export the orders of d1" in shown.stdout
    assert shown.stdout.count("the list of members can't be read") == len(kinds)
    assert "is of a member" not in shown.stdout


def test_whoever_has_it_already_is_not_foretold_it_again(office: Office) -> None:
    office.coop.write("lac.csv", "id;email\n1;zoe@example.org\n")
    office.sends(OPENED)
    office.coop.write("lac.csv", "name\nZoé\n")
    office.at = OPENED

    found = json.loads(office.invoke("status", "--json").stdout)

    assert [one["kind"] for one in found["upcoming"]] == ["recap_24h"]
