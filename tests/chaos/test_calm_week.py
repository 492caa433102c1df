"""A week of cron: every line that it would have mailed to the operator, and none that was not deserved."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from cagette_notify.run import nothing_due as rest
from cagette_notify.run.nothing_due import nothing_can_be_due
from tests.fixtures.coop import GROUPS, MEMBERS, Coop
from tests.fixtures.mailjet_server import MailjetServer, status
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BEGINS, ENDS = utc("2026-06-05T05:00"), utc("2026-06-12T20:00")
TICK = timedelta(minutes=5)
RECAPS = ("maelle@example.org", "noel@example.org", "zoe@example.org")
OPENING = ("lea@example.org", *RECAPS)


def faults(coop: Coop, server: MailjetServer, at: datetime) -> None:
    """Let Mailjet be down for two hours, and somebody make two mistakes that take hours to be seen."""
    is_down = utc("2026-06-05T06:00") <= at < utc("2026-06-05T08:00")
    server.script[:] = [status(503)] * 40 if is_down else []
    server.rest_script[:] = [status(503)] * 40 if is_down else []
    is_mistyped = utc("2026-06-06T12:00") <= at < utc("2026-06-06T18:00")
    _write(coop, "members.csv", MEMBERS.replace("lea@example.org", "lea@") if is_mistyped else MEMBERS)
    is_broken = utc("2026-06-08T09:00") <= at < utc("2026-06-09T15:00")
    _write(coop, "groups.yaml", GROUPS.replace("name: Les", "name: 'Les") if is_broken else GROUPS)


def _write(coop: Coop, name: str, text: str) -> None:
    if (coop.folder / name).read_text(encoding="utf-8") != text:
        coop.write(name, text)


@pytest.mark.dear
def test_a_week_of_cron_says_what_somebody_has_to_know_and_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, full: bool, tried_points: Callable[[int], None]
) -> None:
    monkeypatch.setattr(rest, "_SETTLED", 0)
    times = [BEGINS]
    said: list[str] = []
    runs = rested = 0
    with MailjetServer(tls=False, clock=lambda: times[0].timestamp()) as server:  # noqa: PLW0108 - the time moves on
        extra = f"delivery: mailjet\nmailjet: {{api_url: '{server.url}', timeout: 1s}}\n"
        coop = Coop(tmp_path, extra=extra, environ=server.environment)
        while times[0] < ENDS:
            faults(coop, server, times[0])
            runs += 1
            if nothing_can_be_due(tmp_path / "config.yaml", times[0]):
                rested += 1
            else:
                report = coop.run(times[0], says_once=True)
                said += [f"{times[0]:%d %H:%M} {line}" for line in report.news]
                said += [f"{times[0]:%d %H:%M} all well again"] * report.all_well_again
            times[0] += TICK if full else 6 * TICK
        arrived = sorted(copy.address for copy in server.delivered)

    assert [line.replace("'", "").partition(" Mailjets")[0] for line in said] == [
        "05 06:00 cant tell who has unsubscribed at Mailjet: Mailjet cant be asked now:",
        "05 06:00 cant tell whether Mailjet accepts noreply@mj.cagette.net: Mailjet cant be asked now:",
        "05 06:00 some mails are in doubt: nobody knows yet whether they left; the next runs look them up",
        f"05 06:{5 if full else 30:02} Mailjet cant be asked now:",
        "05 08:00 all well again",
        "06 12:00 members.csv:4: email: not an address: lea@",
        "06 18:00 all well again",
        "08 09:00 groups.yaml:2: a quote that opens here is never closed",
        "09 09:00 groups.yaml:2: a quote that opens here is never closed",
        "09 15:00 all well again",
    ]
    assert arrived == sorted([*OPENING, *RECAPS])
    assert rested
    tried_points(runs)
