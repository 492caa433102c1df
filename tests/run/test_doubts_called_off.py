"""Recaps and corrections of them that are all in doubt when their distribution is called off."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from cagette_notify.core.notices import Status
from tests.fixtures.coop import A_DAY_BEFORE, DISTRIBUTIONS, Coop
from tests.fixtures.mailjet_server import MailjetServer, status
from tests.fixtures.office import MAILJET

if TYPE_CHECKING:
    from pathlib import Path

SETTLED = timedelta(minutes=11)


def test_a_recap_and_its_correction_are_dropped_together(tmp_path: Path) -> None:
    now = A_DAY_BEFORE
    with MailjetServer(tls=False, clock=lambda: now.timestamp()) as server:  # noqa: PLW0108 - now moves
        coop = Coop(tmp_path, MAILJET.format(url=server.url), server.environment)
        for days in (DISTRIBUTIONS, DISTRIBUTIONS.replace("18:00", "17:00")):
            coop.write("distributions.yaml", days)
            server.script[:] = [status(500)] * 9
            coop.run(now)
            now += timedelta(seconds=1)
        server.script.clear()
        in_doubt = {(entry.revision, entry.status) for entry in coop.entries(account="mailjet")}
        coop.write("distributions.yaml", f"{DISTRIBUTIONS}  cancelled: oui\n")
        now += SETTLED

        coop.run(now)

        assert in_doubt == {(1, Status.IN_DOUBT), (2, Status.IN_DOUBT)}
        assert {entry.status for entry in coop.entries(account="mailjet")} == {Status.DROPPED}
