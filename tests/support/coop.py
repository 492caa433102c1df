"""A co-op in a folder, its files as a volunteer keeps them, and runs of send-due over it."""

from __future__ import annotations

import email
import email.policy
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from cagette_notify.config import load as config
from cagette_notify.core.kinds import Kind
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.run.context import RunRequest
from cagette_notify.run.send_due import send_due
from tests.support.memory import PLANNED, utc

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from email.message import EmailMessage
    from pathlib import Path

    from cagette_notify.core.notices import Entry
    from cagette_notify.run.run_report import RunReport

CONFIG = """\
data:
  groups: groups.yaml
  members: members.csv
  distributions: distributions.yaml
  orders: orders.csv
sender: {email: noreply@mj.cagette.net, name: Cagette.net}
"""
GROUPS = """\
- id: lac
  name: Les Paniers du Lac
  contact: {name: Claire Fontaine, email: coordination@paniersdulac.example}
"""
MEMBERS = """\
id;first_name;last_name;email;partner_first_name;partner_email
1;Zoé;Martin;zoe@example.org;;
2;Noël;Bœuf;noel@example.org;Maëlle;maelle@example.org
3;Léa;Roux;lea@example.org;;
"""
DISTRIBUTIONS = """\
- id: d1
  group: lac
  starts_at: 2026-06-12 18:00
  ends_at: 2026-06-12 19:30
  orders_open_at: 2026-06-05 08:00
  orders_close_at: 2026-06-10 20:00
  place: Salle des fêtes
"""
ORDERS = """\
member;distribution;product;quantity;price
1;d1;Tomates;2;2,50
2;d1;Panier;1;12,50
"""

A_DAY_BEFORE = utc("2026-06-11T16:05")
OPENED = utc("2026-06-05T06:05")
LONG_AGO = utc("2026-06-01T06:00")


@dataclass
class Coop:
    """A folder with the files above, each of which a test may replace, and its runs."""

    folder: Path
    extra: str = ""  # lines added to the configuration
    environ: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Write the files."""
        self.write("config.yaml", CONFIG + self.extra)
        self.write("groups.yaml", GROUPS)
        self.write("members.csv", MEMBERS)
        self.write("distributions.yaml", DISTRIBUTIONS)
        self.write("orders.csv", ORDERS)

    def write(self, name: str, text: str | bytes) -> Path:
        """Write a file of the co-op."""
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def replace(self, name: str, old: str, new: str) -> None:
        """Edit a file, as somebody would."""
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def run(self, at: datetime, **request: Any) -> RunReport:
        """Run send-due as if it were ``at``."""
        return self.run_by(lambda: at, **request)

    def run_by(self, clock: Callable[[], datetime], **request: Any) -> RunReport:
        """Run send-due by a clock."""
        loaded = config.load(self.folder / "config.yaml")
        return send_due(
            loaded, RunRequest(**request), clock=clock, environ=self.environ, progress=lambda *_: None
        )

    def mails(self) -> list[EmailMessage]:
        """Read the outbox."""
        files = sorted((self.folder / "outbox").glob("*.eml"))
        return [email.message_from_bytes(f.read_bytes(), policy=email.policy.default) for f in files]

    def mailed(self) -> list[str]:
        """Name the addresses in the outbox, one for each mail."""
        return sorted(mail["To"].addresses[0].addr_spec for mail in self.mails())

    def entries(self, *distributions: str, account: str = "outbox") -> list[Entry]:
        """List what the ledger holds on these distributions."""
        with open_ledger(self.folder / "ledger.sqlite3", read_only=True) as ledger:
            return ledger.entries(account, distributions or ("d1",))


def let_rest(orders: Path) -> None:
    """Make orders as old as those that no run leaves to the next one."""
    a_minute_ago = orders.stat().st_mtime - 60
    os.utime(orders, (a_minute_ago, a_minute_ago))


def counted(report: RunReport) -> dict[str, int]:
    """Return the counts that are not zero, of the kinds that most tests are about."""
    lines = tuple(line for line in report.lines if line.kind in {*PLANNED, Kind.BROADCAST})
    return {status: count for status, count in replace(report, lines=lines).counts.items() if count}
