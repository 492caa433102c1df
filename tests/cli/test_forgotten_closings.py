"""Reminders that orders close, to who was forgotten since orders opened, and stands in the list still."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cagette_notify.config import load as config
from cagette_notify.helpdesk.forget import forget
from tests.fixtures.coop import LONG_AGO, Coop
from tests.fixtures.mailjet_server import MailjetServer
from tests.fixtures.memory import utc
from tests.fixtures.office import Office

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

OPENED = utc("2026-06-05T06:05")
DUE = utc("2026-06-09T18:00")  # 24 hours before orders close
SOON, SOON_DUE = "2026-06-06 20:00", utc("2026-06-05T18:00")
EVERYBODY = ["lea@example.org", "maelle@example.org", "noel@example.org", "zoe@example.org"]


def zoe_is_forgotten(folder: Path, closes: str, opened: datetime = OPENED) -> Coop:
    """Give a co-op in which everybody had the opening, and Zoé was forgotten an hour after."""
    coop = Coop(folder, extra="notices: {closing: {default: yes}}\n")
    coop.replace("distributions.yaml", "2026-06-10 20:00", closes)
    (folder / "orders.csv").unlink()
    coop.run(LONG_AGO)
    coop.run(opened)
    assert coop.mailed() == EVERYBODY
    forget(config.load(folder / "config.yaml"), "zoe@example.org", opened + timedelta(hours=1))
    return coop


@pytest.mark.long
@pytest.mark.parametrize(
    ("closes", "due"), [("2026-06-10 20:00", DUE), (SOON, SOON_DUE)], ids=["later", "while-openings-leave"]
)
def test_they_get_it_with_the_others_and_so_it_is_foretold(
    tmp_path: Path, closes: str, due: datetime
) -> None:
    coop = zoe_is_forgotten(tmp_path, closes)
    with MailjetServer(tls=False) as server:
        _status, answer = Office(coop, server, OPENED + timedelta(hours=2)).asks("zoe@example.org")
    planned = answer["members"][0]["upcoming"]
    before = len(coop.mails())

    report = coop.run(due)

    assert [one["status"] for one in planned if one["kind"] == "closing"] == ["will_send"]
    assert len(coop.mails()) - before == len(EVERYBODY)
    assert not any(line.reason == "superseded" for line in report.lines)


def test_of_an_opening_that_left_once_it_was_due_nobody_reads_twice(tmp_path: Path) -> None:
    coop = zoe_is_forgotten(tmp_path, SOON, SOON_DUE + timedelta(minutes=5))

    coop.run(SOON_DUE + timedelta(hours=2))

    assert "zoe@example.org" not in coop.mailed()  # the opening is forgotten, too
