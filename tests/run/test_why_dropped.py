"""Why a mail that was put off is dropped: what has changed since, not what had put it off."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.notices import Status
from tests.fixtures.coop import A_DAY_BEFORE, Coop
from tests.fixtures.mailjet_server import MailjetServer, status
from tests.fixtures.office import MAILJET, Office

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LATER = A_DAY_BEFORE + timedelta(minutes=10)
ZOE = "1;Zoé;Martin;zoe@example.org;;\n"
CHANGES = [
    ("members.csv", ZOE, "", "no_member"),
    ("members.csv", "zoe@example.org", "new@example.org", "address_gone"),
    ("members.csv", ZOE, "1;Zoé;Martin;zoe@@example.org;;\n", "address_gone"),
    ("orders.csv", "1;d1;Tomates;2;2,50\n", "", "no_order"),
    ("distributions.yaml", "  group: lac\n", "  group: lac\n  cancelled: yes\n", "cancelled"),
    ("groups.yaml", "- id: lac\n", "- id: lac\n  disabled: yes\n", "group_disabled"),
    ("distributions.yaml", "2026-06-12", "2026-06-19", "moved"),
    ("distributions.yaml", "id: d1", "id: d9", "no_distribution"),
    ("config.yaml", "sender:", "notices: {recap_24h: {default: no}}\nsender:", "setting_off"),
]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with MailjetServer(tls=False) as server:
        coop = Coop(tmp_path, extra=MAILJET.format(url=server.url), environ=server.environment)
        coop.run(A_DAY_BEFORE - timedelta(hours=1))
        yield Office(coop, server)


def puts_off(office: Office) -> None:
    office.server.script[:] = [status(429)]
    office.sends(A_DAY_BEFORE)
    assert {entry.status for entry in office.coop.entries(account="mailjet")} == {Status.DEFERRED}


@pytest.mark.long
@pytest.mark.parametrize(("file", "old", "new", "reason"), CHANGES, ids=[one[-1] for one in CHANGES])
def test_what_was_put_off_is_dropped_for_what_has_changed_since(
    office: Office, file: str, old: str, new: str, reason: str
) -> None:
    puts_off(office)
    office.coop.replace(file, old, new)

    office.sends(LATER)

    entries = {entry.key.address: entry for entry in office.coop.entries(account="mailjet")}
    assert entries["zoe@example.org"].status is Status.DROPPED
    assert entries["zoe@example.org"].detail == reason


def test_check_member_and_log_tell_that_reason(office: Office) -> None:
    puts_off(office)
    office.coop.replace("members.csv", "zoe@example.org", "new@example.org")
    office.sends(LATER)

    said = office.invoke("check-member", "1").stdout
    logged = office.invoke("log", "--status", "dropped", "--json").stdout

    assert "no longer owed, not tried again: the address was not in the data any more" in said
    assert '"reason": "address_gone"' in logged


def test_whoever_is_back_is_not_said_to_be_owed_nothing_above_what_will_leave(office: Office) -> None:
    puts_off(office)
    office.coop.replace("members.csv", ZOE, "")
    office.sends(LATER)
    office.coop.replace("members.csv", "2;Noël", ZOE + "2;Noël")

    said = office.invoke("check-member", "1").stdout

    assert "was not owed any more then: the member was not in the group any more" in said
    assert "no longer owed, not tried again" not in said
    assert "will leave" in said


@pytest.mark.dear
def test_a_member_whose_row_is_set_aside_has_not_left(office: Office) -> None:
    puts_off(office)
    office.coop.replace("members.csv", ZOE, ZOE.rstrip("\n") + ";too;many;cells\n")

    office.sends(LATER)

    (entry,) = [one for one in office.coop.entries(account="mailjet") if one.key.member_id == "1"]
    assert entry.detail == "set_aside"
