"""A co-op that mails through the stand-in for Mailjet, and somebody who asks about its members."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import time_machine
from click.testing import CliRunner

from cagette_notify.cli import main
from tests.support.coop import A_DAY_BEFORE, Coop

if TYPE_CHECKING:
    from datetime import datetime

    from click.testing import Result

    from tests.support.mailjet_account import Arrival
    from tests.support.mailjet_server import MailjetServer

AN_HOUR_LATER = A_DAY_BEFORE + timedelta(minutes=50)
ZOE = "zoe@example.org"
MAILJET = "delivery: mailjet\nmailjet: {{api_url: {url}, timeout: 2s, settle_after: 0s}}\n"


@dataclass
class Office:
    """A co-op whose mail goes through the stand-in, and somebody who asks about its members."""

    coop: Coop
    server: MailjetServer
    at: datetime = AN_HOUR_LATER

    def sends(self, at: datetime = A_DAY_BEFORE) -> None:
        """Run send-due as if it were ``at``."""
        self.at = at
        self.coop.run(at)
        self.at = AN_HOUR_LATER

    def has_written(
        self, address: str = ZOE, status: str = "sent", state: int = 0, *, days_ago: int = 1
    ) -> Arrival:
        """Let Mailjet remember a mail to somebody, and its fate."""
        arrival = self.server.account.remember(f"elsewhere-{address}-{days_ago}", address)
        arrival.at = (self.at - timedelta(days=days_ago)).timestamp()
        arrival.status, arrival.state = status, state
        self.knows(address)
        return arrival

    def knows(self, address: str = ZOE, **facts: Any) -> None:
        """Let Mailjet know an address as a contact."""
        row = {
            "Email": address,
            "IsSpamComplaining": False,
            "UnsubscribedAt": "",
            "IsExcludedFromCampaigns": False,
        }
        self.server.account.contacts[address] = [row | facts]

    def member(self, **cells: str) -> None:
        """Write the members file anew: Zoé with these cells, and two neighbours."""
        zoe = {"id": "1", "first_name": "Zoé", "last_name": "Martin", "email": ZOE} | cells
        names = list(dict.fromkeys((*zoe, "partner_first_name", "partner_email")))
        rows = [
            zoe,
            {"id": "2", "first_name": "Noël", "last_name": "Bœuf", "email": "noel@example.org"},
            {"id": "3", "first_name": "Léa", "last_name": "Roux", "email": "lea@example.org"},
        ]
        lines = [";".join(names), *(";".join(row.get(name, "") for name in names) for row in rows)]
        self.coop.write("members.csv", "\n".join(lines) + "\n")

    def invoke(self, *arguments: str) -> Result:
        """Type a command at the office's time."""
        folder = self.coop.folder
        with time_machine.travel(self.at, tick=False):
            return CliRunner().invoke(
                main,
                ["-c", str(folder / "config.yaml"), "--lang", "en", *arguments],
                env=dict(self.coop.environ),
            )

    def asks(self, who: str = "zoe", *options: str) -> tuple[int, Any]:
        """Return the exit status and the JSON of check-member."""
        result = self.invoke("check-member", who, "--json", *options)
        assert not result.exception or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, json.loads(result.stdout)

    def checks(self, who: str = "1") -> dict[str, Any]:
        """Return the checks of one member by id."""
        _status, document = self.asks(who)
        (member,) = document["members"]
        return {check["id"]: check for check in member["checks"]}

    def asks_all(self) -> tuple[int, Any]:
        """Return the same for everybody."""
        result = self.invoke("check-member", "--all", "--json")
        return result.exit_code, json.loads(result.stdout)

    def history(self, who: str) -> list[Any]:
        """Return what became of each notice to a member."""
        _status, document = self.asks(who)
        events: list[Any] = document["members"][0]["history"]
        return events

    def reply_to(self, who: str) -> str:
        """Return the reply to paste, with plain blanks."""
        shown = self.invoke("check-member", who).stdout
        return shown.partition("Reply to paste:\n\n")[2].replace("\u00a0", " ")
