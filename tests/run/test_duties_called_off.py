"""Reminders of duties, and calls for volunteers, that are in doubt when their distribution is called off."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.kinds import Kind
from cagette_notify.core.notices import Status
from tests.fixtures.coop import A_DAY_BEFORE, CONFIG, DISTRIBUTIONS, Coop
from tests.fixtures.mailjet_server import MailjetServer, status
from tests.fixtures.office import MAILJET

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = "notices: {duty_vacant: {default: yes}}\nfirst_run_lookback: 7d\n"
DUTIES = "distribution;role;member\nd1;Table;3\nd1;Camion;\n"
CANCELLED = f"{DISTRIBUTIONS}  cancelled: oui\n"
ANOTHER = DISTRIBUTIONS.replace("d1", "d2").replace("06-12 1", "07-31 1")
SETTLED = timedelta(minutes=11)


@pytest.mark.parametrize("duties", [DUTIES, f'{DUTIES}d1;"Camion'], ids=["read", "cut short"])
@pytest.mark.parametrize("days", [CANCELLED, ANOTHER], ids=["cancelled", "no longer in the data"])
def test_what_is_in_doubt_of_a_distribution_that_is_off_is_owed_no_more(
    tmp_path: Path, days: str, duties: str
) -> None:
    with MailjetServer(tls=False) as server:
        coop = Coop(tmp_path, MAILJET.format(url=server.url) + SETTINGS, server.environment)
        told = a_coop_with_doubts(coop, server)
        coop.write("distributions.yaml", days)
        coop.write("duties.csv", duties)

        later(coop, server)

        assert told == {Status.IN_DOUBT}
        assert fates(coop) == {Status.DROPPED}


def test_what_is_in_doubt_of_one_that_takes_place_waits_for_the_file(tmp_path: Path) -> None:
    with MailjetServer(tls=False) as server:
        coop = Coop(tmp_path, MAILJET.format(url=server.url) + SETTINGS, server.environment)
        a_coop_with_doubts(coop, server)
        coop.write("duties.csv", f'{DUTIES}d1;"Camion')

        later(coop, server)

        assert fates(coop) == {Status.IN_DOUBT}


def a_coop_with_doubts(coop: Coop, server: MailjetServer) -> set[Status]:
    """Let all that is due be in doubt, and return what became of duties and vacant places."""
    config = (coop.folder / "config.yaml").read_text("utf-8")
    coop.write(
        "config.yaml", config.replace(CONFIG, CONFIG.replace("sender", "  duties: duties.csv\nsender"))
    )
    coop.write("duties.csv", DUTIES)
    server.clock = A_DAY_BEFORE.timestamp
    server.script[:] = [status(500)] * 9
    coop.run(A_DAY_BEFORE)
    server.script.clear()
    return fates(coop)


def later(coop: Coop, server: MailjetServer) -> None:
    """Run once doubts are old enough to be settled."""
    now = A_DAY_BEFORE + SETTLED
    server.clock = now.timestamp
    coop.run(now)


def fates(coop: Coop) -> set[Status]:
    """Return the statuses of what is about duties."""
    entries = coop.entries(account="mailjet")
    return {entry.status for entry in entries if entry.key.kind in {Kind.DUTY, Kind.DUTY_VACANT}}
