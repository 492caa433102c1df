"""A distribution that is put off while orders go on, whatever befalls its correction and its final recap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from typing import TYPE_CHECKING

import pytest

from tests.chaos.lives.contract_model import FINAL, SENT
from tests.chaos.lives.faults import FAULTS, FINE, KILLS, Fault
from tests.chaos.lives.premises import Premises
from tests.chaos.lives.referee import Referee
from tests.chaos.lives.world import HOUR, MINUTE
from tests.fixtures.mailjet_server import MailjetServer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.chaos.conftest import Share

NO_LAG = timedelta(0)


@dataclass
class Story:
    """One co-op of which d1 is put off, and what the referee holds of it."""

    referee: Referee
    lag: timedelta

    def goes_on(self, after: timedelta, incident: Fault = FINE) -> None:
        self.referee.now += after
        self.referee.run(incident, lag=self.lag)

    def puts_off(self, incident: Fault) -> None:
        """Have all of d1 told, then told otherwise, into trouble or not, and settled."""
        self.goes_on(MINUTE)
        self.referee.world.edit(self.referee.now, "is_put_off", "d1")
        self.goes_on(MINUTE, incident)
        for _run in range(8):
            self.goes_on(3 * HOUR)

    def tells_the_final_order(self, incident: Fault) -> None:
        self.referee.world.edit(self.referee.now, "exports")
        self.goes_on(MINUTE, incident)
        for _run in range(3):
            self.goes_on(3 * HOUR)

    def final_recaps(self) -> list[str]:
        """Return how those stand that follow a correction."""
        return [row.status for key, row in self.referee.oracle.rows.items() if key.occasion.endswith(FINAL)]


@pytest.mark.dear
def test_the_final_order_is_told_once_whatever_happens(
    tmp_path: Path, share: Share, tried_points: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    some = (FINE, *FAULTS, *KILLS)
    cases = [(*pair, lag) for pair in product(some, some) for lag in (NO_LAG, 2 * HOUR)]
    tried = share(cases, cases[::21])
    for number, (of_correction, of_recap, lag) in enumerate(tried):
        folder = tmp_path / str(number)
        folder.mkdir()
        statuses = _final_recaps(folder, of_correction, of_recap, lag, monkeypatch)
        assert SENT in statuses, (of_correction, of_recap, lag, statuses)
    tried_points(len(tried))


def _final_recaps(
    folder: Path, of_correction: Fault, of_recap: Fault, lag: timedelta, monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    stories: list[Story] = []

    def time() -> float:
        return stories[0].referee.now.timestamp()

    with MailjetServer(tls=False, clock=time) as server:
        environ = dict(server.environment)
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("SSL_CERT_FILE", environ["REQUESTS_CA_BUNDLE"])
        premises = Premises(folder, environ)
        premises.furnish(server.url)
        story = Story(Referee(premises, server), lag)
        stories.append(story)
        story.puts_off(of_correction)
        story.tells_the_final_order(of_recap)
        return story.final_recaps()
