"""The made-up co-op on disk, and runs of the tool over it."""

from __future__ import annotations

import json
import multiprocessing
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.config import load as config
from cagette_notify.run.context import RunRequest
from cagette_notify.run.nothing_due import nothing_can_be_due
from cagette_notify.run.send_due import send_due
from tests.chaos.lives.contract_table import PARIS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta
    from pathlib import Path

    from cagette_notify.run.run_report import RunReport
    from tests.chaos.lives.world import Day, Person, World

CONFIG = """\
data:
  {{groups: groups.yaml, members: members.yaml, distributions: distributions.yaml, orders: orders.csv,
    duties: duties.csv}}
sender: {{email: noreply@mj.cagette.net, name: Cagette.net}}
notices: {{recap_4h: {{default: yes}}, duty: {{before: 26h}}, duty_vacant: {{before: 50h}}}}
first_run_lookback: 20d
keep: 5000d
delivery: mailjet
mailjet: {{api_url: '{url}', settle_after: 10m, parallel: 1}}
"""
# A server of forks, started before any thread: a fork of a process with threads may hang.
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload([__name__, "cagette_notify.run.plan_and_send"])


@dataclass
class Premises:
    """A folder with the co-op's files, and what it takes to call Mailjet."""

    folder: Path
    environ: Mapping[str, str]

    def furnish(self, url: str) -> None:
        """Write what doesn't change."""
        (self.folder / "config.yaml").write_text(CONFIG.format(url=url), encoding="utf-8")

    def write(self, world: World) -> None:
        """Write the files as somebody keeps them."""
        groups = [{"id": id_, "name": id_, "disabled": id_ in world.disabled} for id_ in ("lac", "mer")]
        members = [_member(id_, one) for id_, one in world.people.items() if one.is_there]
        days = [_distribution(id_, one) for id_, one in world.days.items() if one.is_there]
        self._write("groups.yaml", json.dumps(groups))
        self._write("members.yaml", json.dumps(members))
        self._write("distributions.yaml", json.dumps(days))
        wishes = [
            f"{id_};{kind};{'yes' if value else 'no'};2026-06-01\n"
            for id_, one in world.people.items()
            for kind, value in one.wishes.items()
        ]
        self._write("notifications.csv", "".join(["member;kind;value;date\n", *wishes]))
        self._write_orders(world)
        self._write_duties(world)

    def rests(self, at: datetime) -> bool:
        """Tell whether cron's run would rest at that time."""
        return nothing_can_be_due(self.folder / "config.yaml", at)

    def run(
        self, at: datetime, timeout: timedelta, *, says_once: bool = False, rehearses: bool = False
    ) -> RunReport:
        """Run send-due as if it were ``at``; as cron does, that ``says_once`` what stands, or dry."""
        loaded = config.load(self.folder / "config.yaml")
        impatient = replace(loaded, mailjet=replace(loaded.mailjet, timeout=timeout))
        request = RunRequest(says_once=says_once, dry_run=rehearses)
        return send_due(impatient, request, clock=lambda: at, environ=self.environ, progress=lambda *_: None)

    def run_apart(self, at: datetime, timeout: timedelta) -> multiprocessing.process.BaseProcess:
        """Start the same in a process that can be killed."""
        process = _FORKS.Process(target=_run_apart, args=(self, at, timeout, dict(os.environ)))
        process.start()
        return process

    def _write(self, name: str, text: str) -> bool:
        """Write a file, if that changes it; tell whether it did."""
        path = self.folder / name
        if path.exists() and path.read_text("utf-8") == text:
            return False
        path.write_text(text, encoding="utf-8")
        return True

    def _write_orders(self, world: World) -> None:
        path = self.folder / "orders.csv"
        if world.orders_exported_at is None:
            path.unlink(missing_ok=True)
            return
        rows = [
            f"{member};{day};Riz {member};{order.quantity};{order.shared_with}\n"
            for (member, day), order in world.orders.items()
        ]
        text = "".join(["member;distribution;product;quantity;shared_with\n", *rows])
        moment = world.orders_exported_at.timestamp()
        if self._write("orders.csv", text) or path.stat().st_mtime != moment:
            os.utime(path, (moment, moment))

    def _write_duties(self, world: World) -> None:
        duties = world.duties
        if duties.state == "missing":
            (self.folder / "duties.csv").unlink(missing_ok=True)
            return
        head = "distribution;nonsense" if duties.state == "unreadable" else "distribution;role;member;needed"
        rows = [
            f"{day};{role};{who};{duties.needed.get((day, role), '')}\n"
            for day in world.days
            for role, who in duties.rows(day)
        ]
        end = 'd1;"Tab' if duties.state == "torn" else ""
        self._write("duties.csv", "".join([f"{head}\n", *rows, end]))


def _run_apart(premises: Premises, at: datetime, timeout: timedelta, environ: dict[str, str]) -> None:
    os.environ.update(environ)
    premises.run(at, timeout)


def _member(id_: str, person: Person) -> dict[str, object]:
    return {
        "id": id_,
        "first_name": id_.upper(),
        "email": person.email,
        "partner_first_name": id_.upper().replace("M", "P"),
        "partner_email": person.partner,
        "groups": list(person.groups),
        "notifications": {kind: "yes" if value else "no" for kind, value in person.settings.items()},
    }


def _distribution(id_: str, day: Day) -> dict[str, object]:
    def local(moment: datetime | None) -> str | None:
        return f"{moment.astimezone(PARIS):%Y-%m-%d %H:%M}" if moment else None

    return {
        "id": id_,
        "group": day.group,
        "starts_at": local(day.starts),
        "orders_open_at": local(day.opens),
        "orders_close_at": local(day.closes),
        "place": f"Salle {id_} {day.place}",
        "fixed": "yes" if day.fixed else "no",
        "cancelled": "yes" if day.cancelled else "no",
    }
