"""The sample, written into files and read as such, gives the same notices at the same moments."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from cagette_notify.config import load as config
from cagette_notify.core.kinds import Kind
from cagette_notify.planning.due_times import windows_of
from tests.data.camap.reading import calendar_of
from tests.fixtures.coop import Coop
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from cagette_notify.run.run_report import RunReport
    from tests.fixtures.database import CamapCoop, Database

MINUTE = timedelta(minutes=1)
SINCE = utc("2026-06-01T00:00")
UNTIL = utc("2027-04-01T00:00")
OF_OTHER_HOURS = frozenset(("53", "54"))  # whole days before a clock change are no whole number of 24 hours
ALLOWED = {
    "7": "duty: {default: yes, before: 4d}, duty_vacant: {default: yes, before: 7d}",
    "8": "duty: {default: yes, before: 2d}, duty_vacant: {default: no, before: 10d}",
}


def table(rows: Iterable[dict[str, Any]]) -> str:
    rows = list(rows)
    written = io.StringIO()
    writer = csv.DictWriter(written, [*dict.fromkeys(name for row in rows for name in row)], delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue()


def clean(value: object) -> object:
    """Undo what the connection that wrote some rows did to their texts."""
    if not isinstance(value, str):
        return "" if value is None else value
    raw = b""
    for letter in value:
        try:
            raw += letter.encode("cp1252")
        except UnicodeEncodeError:
            if ord(letter) > 0xFF:
                return value
            raw += bytes([ord(letter)])
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return value


class Export:
    """One group of a database as files, with what CAMAP's own rules make of its rows."""

    def __init__(self, database: Database, group: str) -> None:
        """Keep where to ask."""
        self.database, self.group = database, group

    def rows(self, query: str) -> list[dict[str, object]]:
        return [
            {name: clean(value) for name, value in row.items()}
            for row in self.database.ask(query.replace("GROUP_ID", self.group))
        ]

    def members(self) -> str:
        found = self.rows(
            "SELECT u.* FROM User u JOIN UserGroup ug ON ug.userId = u.id WHERE ug.groupId = GROUP_ID"
        )
        return table(
            {
                "id": row["id"],
                "first_name": row["firstName"],
                "last_name": row["lastName"],
                "email": row["email"],
                "partner_first_name": row["firstName2"],
                "partner_last_name": row["lastName2"],
                "partner_email": row["email2"],
                "opening": "yes" if int(str(row["flags"])) & 4 else "no",
                "recap_24h": "yes" if int(str(row["flags"])) & 2 else "no",
                "recap_4h": "yes" if int(str(row["flags"])) & 1 else "no",
            }
            for row in found
        )

    def distributions(self) -> str:
        found = []
        for row in self.rows("SELECT * FROM MultiDistrib WHERE groupId = GROUP_ID"):
            catalogs = self.rows(
                "SELECT c.type, c.name, IF(d.orderStartDate > '1970-01-01', d.orderStartDate, NULL) AS opens,"
                " IF(d.orderEndDate > '1970-01-01', d.orderEndDate, NULL) AS closes"
                " FROM Distribution d JOIN Catalog c ON c.id = d.catalogId"
                f" WHERE d.multiDistribId = {row['id']}"
            )
            variable = [one for one in catalogs if one["type"] == 1]
            opens = [str(one["opens"] or row["orderStartDate"]) for one in variable]
            closes = [str(one["closes"] or row["orderEndDate"]) for one in variable]
            is_fixed = bool(catalogs) and not variable
            found.append(
                {
                    "id": row["id"],
                    "group": self.group,
                    "starts_at": row["distribStartDate"],
                    "ends_at": row["distribEndDate"],
                    "orders_open_at": min(opens, default=row["orderStartDate"] if is_fixed else ""),
                    "orders_close_at": max(closes, default=row["orderEndDate"] if is_fixed else ""),
                    "fixed": "yes" if is_fixed else "no",
                    "place": "Halle",
                    "catalogs": "|".join(str(one["name"]) for one in catalogs),
                }
            )
        return table(found)

    def orders(self) -> str:
        found = self.rows(
            "SELECT o.userId AS member, d.multiDistribId AS distribution, p.name AS product, o.quantity,"
            " ROUND(o.quantity * o.productPrice, 2) AS total, o.userId2 AS shared_with FROM UserOrder o"
            " JOIN Distribution d ON d.id = o.distributionId JOIN Product p ON p.id = o.productId"
            " JOIN MultiDistrib md ON md.id = d.multiDistribId"
            " WHERE md.groupId = GROUP_ID AND o.userId <> 400"
        )
        return table(found)

    def duties(self) -> str:
        roles = {row["id"]: row["name"] for row in self.rows("SELECT id, name FROM VolunteerRole")}
        rows = self.rows("SELECT id, volunteerRolesIds AS roles FROM MultiDistrib WHERE groupId = GROUP_ID")
        found = []
        for row in rows:
            listed = dict.fromkeys(part for part in str(row["roles"]).split(",") if part)
            for role in (int(part) for part in listed if int(part) in roles):
                takers = self.rows(
                    "SELECT userId FROM Volunteer"
                    f" WHERE multiDistribId = {row['id']} AND volunteerRoleId = {role}"
                )
                names = [taker["userId"] for taker in takers] or [""]
                found += [{"distribution": row["id"], "role": roles[role], "member": one} for one in names]
        return table(found)

    def into(self, folder: Path) -> Coop:
        """Write all of it, and return the co-op that reads it."""
        coop = Coop(folder)
        coop.write(
            "config.yaml",
            "data: {groups: groups.yaml, members: members.csv, distributions: distributions.csv,"
            " orders: orders.csv, duties: duties.csv}\n"
            "stale_orders: send\nsender: {email: noreply@mj.cagette.net}\n"
            f"notices: {{{ALLOWED[self.group]}}}\n",
        )
        coop.write(
            "groups.yaml", f"- {{id: '{self.group}', name: Groupe, contact: {{email: a@example.org}}}}\n"
        )
        coop.write("members.csv", self.members())
        coop.write("distributions.csv", self.distributions())
        coop.write("orders.csv", self.orders())
        coop.write("duties.csv", self.duties())
        return coop


def moments(coop: CamapCoop) -> list[datetime]:
    """Return when anything is due, or too late, and a minute before."""
    loaded = config.load(coop.folder / "config.yaml")
    found: set[datetime] = set()
    for one in calendar_of(coop).distributions:
        for window in windows_of(one, loaded.rules.spans):
            found |= {window.due_at, window.due_at - MINUTE, window.too_late_at, window.too_late_at - MINUTE}
    return sorted(at for at in found if SINCE <= at <= UNTIL)


def noticed(report: RunReport, group: str) -> set[tuple[str, ...]]:
    """Return what was to be sent, and to whom not, but for what files can't say."""
    return {
        (line.kind, line.distribution, line.member, line.address.casefold(), line.status, line.reason)
        for line in report.lines
        if line.group == group
        and line.kind != Kind.CLOSING  # due by the hours of each catalog
        and not (Kind(line.kind).traits.reads_duties and line.distribution in OF_OTHER_HOURS)
    }


def compare(coop: CamapCoop, group: str, times: Iterable[datetime]) -> int:
    """Compare runs over the database and over files, and return how many lines were the same."""
    folder = coop.folder / "files"
    folder.mkdir()
    coop.replace("config.yaml", "{7: lac, 8: epi}", f"[{group}]")
    files = Export(coop.database, group).into(folder)
    request = {"dry_run": True, "lookback": timedelta(days=400)}
    count = 0
    for at in times:
        found = noticed(coop.run(at, **request), group)
        assert found == noticed(files.run(at, **request), group), at
        count += len(found)
    return count


def test_a_day_before_a_distribution_the_same_leaves_to_the_same(coop: CamapCoop) -> None:
    due = utc("2026-06-11T16:00")

    assert compare(coop, "7", [due - MINUTE, due]) > 40


@pytest.mark.dear
@pytest.mark.parametrize("shape", ["CAMAP", "latin1", "old"])
@pytest.mark.parametrize("group", ["7", "8"])
def test_at_each_moment_the_same_leaves_to_the_same(coop: CamapCoop, group: str, shape: str) -> None:
    times = moments(coop)
    if shape == "latin1":
        database = coop.database.server.database(latin1=True)
        coop.replace("config.yaml", f"/{coop.database.name}?", f"/{database.name}?")
    elif shape == "old":
        coop.database.become_old()
        coop.replace("config.yaml", "prices: show", f"notices: {{{ALLOWED[group]}}}")

    assert len(times) > 60
    assert compare(coop, group, times) > 500
