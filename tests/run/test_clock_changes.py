"""The nights when the clocks change: whole runs every quarter of an hour, whatever zone the machine is in."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result

from cagette_notify.cli import main
from cagette_notify.run.exit_status import exit_status_of
from tests.fixtures import command
from tests.fixtures.coop import ORDERS, Coop, counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


QUARTER, AN_HOUR, A_SECOND = timedelta(minutes=15), timedelta(hours=1), timedelta(seconds=1)
PARIS, NEW_YORK = "Europe/Paris", "America/New_York"
# Each zone's nights, and the hours of the day of the change.
NIGHTS = [
    (PARIS, "2026-03-29", 23),
    (PARIS, "2026-10-25", 25),
    (PARIS, "2027-03-28", 23),
    (PARIS, "2027-10-31", 25),
    (NEW_YORK, "2026-03-08", 23),
    (NEW_YORK, "2026-11-01", 25),
    (NEW_YORK, "2027-03-14", 23),
    (NEW_YORK, "2027-11-07", 25),
]
MACHINES = (
    "Pacific/Kiritimati",
    "Asia/Kathmandu",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Etc/GMT+12",
    PARIS,
    NEW_YORK,
    "Mars/Olympus",
)
SOME = [NIGHTS[number] for number in (0, 3, 5, 6)]  # of each zone one in spring and one in autumn
SETTINGS = "notices: {recap_4h: {default: yes}}\nfirst_run_lookback: 0s\nstale_orders: send\n"


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    yield monkeypatch
    monkeypatch.undo()
    time.tzset()


def moved_to(machine: pytest.MonkeyPatch, zone: str) -> None:
    machine.setenv("TZ", zone)
    time.tzset()


def a_coop(folder: Path, zone: str, *rows: str) -> Coop:
    """Make a co-op of that zone, with these distributions of the only group."""
    coop = Coop(folder, extra=f"timezone: {zone}\n{SETTINGS}")
    coop.write("distributions.yaml", "".join(f"- {{group: lac, {row.strip('{')}\n" for row in rows))
    coop.write("orders.csv", ORDERS + ORDERS.replace("d1", "d2").partition("\n")[2] * (len(rows) > 1))
    return coop


def local(zone: str, text: str) -> datetime:
    """Read a local time that comes once, as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(timezone.utc)


def leavings(coop: Coop, times: Iterable[datetime]) -> dict[str, set[datetime]]:
    """Run at these times, and return when mails of each kind and distribution left; no address gets two."""
    left: dict[str, set[datetime]] = {}
    seen: set[tuple[str, str, str]] = set()
    for at in times:
        for line in coop.run(at).lines:
            if line.status == "sent":
                one = (line.kind, line.distribution, line.address)
                assert one not in seen
                seen.add(one)
                left.setdefault(f"{line.kind} {line.distribution}", set()).add(at)
    return left


def quarters(since: datetime, until: datetime) -> Iterator[datetime]:
    while since <= until:
        yield since
        since += QUARTER


def up_to(*times: datetime) -> Iterator[datetime]:
    """Yield each time after the second before it."""
    for at in sorted(times):
        yield from (at - A_SECOND, at)


@pytest.mark.dear
@pytest.mark.parametrize(("zone", "day", "hours"), NIGHTS)
def test_cron_every_quarter_of_the_night_sends_each_notice_once_at_its_hour(
    tmp_path: Path, machine: pytest.MonkeyPatch, zone: str, day: str, hours: int
) -> None:
    moved_to(machine, MACHINES[[night[:2] for night in NIGHTS].index((zone, day))])
    before = (datetime.fromisoformat(day) - timedelta(days=1)).date()
    coop = a_coop(
        tmp_path,
        zone,
        f"{{id: d1, orders_open_at: {day} 00:30, orders_close_at: {day} 03:30, starts_at: {day} 05:15}}",
        f"{{id: d2, orders_open_at: {before} 23:45, starts_at: {day} 23:45}}",
    )
    midnight, starts = local(zone, f"{day} 00:00"), local(zone, f"{day} 05:15")

    left = leavings(coop, quarters(midnight - 6 * QUARTER, starts))

    assert starts - midnight == (hours - 24 + 5) * AN_HOUR + QUARTER
    assert left == {
        "opening d1": {midnight + 2 * QUARTER},
        "opening d2": {midnight - QUARTER},
        "recap_4h d1": {starts - 4 * AN_HOUR},
        "recap_24h d2": {midnight + (hours - 24) * AN_HOUR - QUARTER},
    }


@pytest.mark.long
@pytest.mark.parametrize(("zone", "day", "hours"), SOME)
def test_a_notice_leaves_at_its_second_not_the_one_before_across_the_night(
    tmp_path: Path, zone: str, day: str, hours: int
) -> None:
    coop = a_coop(tmp_path, zone, f"{{id: d1, orders_open_at: {day} 01:00+00:00, starts_at: {day} 12:30}}")
    opens, starts = datetime.fromisoformat(f"{day}T01:00+00:00"), local(zone, f"{day} 12:30")
    due = {"opening d1": opens, "recap_24h d1": starts - 24 * AN_HOUR, "recap_4h d1": starts - 4 * AN_HOUR}
    coop.run(starts - 30 * AN_HOUR)

    left = leavings(coop, up_to(*due.values()))

    assert left == {name: {at} for name, at in due.items()}
    on_the_clock = due["recap_24h d1"].astimezone(ZoneInfo(zone))
    assert on_the_clock.hour == 12 - (24 - hours)


@pytest.mark.parametrize(("zone", "day", "hours"), SOME[1:3])
@pytest.mark.parametrize("is_late", [False, True])
def test_an_opening_is_too_late_48_elapsed_hours_after_it_was_due(
    tmp_path: Path, zone: str, day: str, hours: int, *, is_late: bool
) -> None:
    before = (datetime.fromisoformat(day) - timedelta(days=1)).date()
    coop = a_coop(tmp_path, zone, f"{{id: d1, orders_open_at: {before} 10:00, starts_at: 2028-01-01 18:00}}")
    opens = local(zone, f"{before} 10:00")
    coop.run(opens - A_SECOND)

    report = coop.run(opens + 48 * AN_HOUR - (not is_late) * A_SECOND)

    assert (opens + 48 * AN_HOUR).astimezone(ZoneInfo(zone)).hour == 10 - (hours - 24)
    assert counted(report) == ({"expired": 4} if is_late else {"sent": 4})


@pytest.mark.parametrize(("zone", "day", "hours"), SOME)
def test_a_closing_leaves_24_elapsed_hours_before_orders_close_and_not_a_second_earlier(
    tmp_path: Path, zone: str, day: str, hours: int
) -> None:
    before = (datetime.fromisoformat(day) - timedelta(days=2)).date()
    coop = a_coop(
        tmp_path,
        zone,
        f"{{id: d1, orders_open_at: {before} 08:00, orders_close_at: {day} 12:30, starts_at: 2028-01-01 9h}}",
    )
    coop.replace("config.yaml", "notices: {", "notices: {opening: {default: no}, closing: {default: yes}, ")
    closes = local(zone, f"{day} 12:30")
    coop.run(closes - 30 * AN_HOUR)

    left = leavings(coop, up_to(closes - 24 * AN_HOUR, closes))

    assert left == {"closing d1": {closes - 24 * AN_HOUR}}
    assert (closes - 24 * AN_HOUR).astimezone(ZoneInfo(zone)).hour == 12 - (24 - hours)


@pytest.mark.long
@pytest.mark.parametrize(("zone", "day", "hours"), SOME[1:3])
def test_a_repeat_keeps_its_hour_on_the_wall_and_its_recaps_their_elapsed_hours(
    tmp_path: Path, zone: str, day: str, hours: int
) -> None:
    change = datetime.fromisoformat(day)
    days = [f"{change + timedelta(days=number):%Y-%m-%d}" for number in (-1, 0)]
    coop = a_coop(
        tmp_path, zone, f"{{id: d, starts_at: {days[0]} 18:30, repeat: {{every: 1d, until: {day}}}}}"
    )
    coop.write("orders.csv", ORDERS.partition("\n")[0] + "".join(f"\n1;d-{one};Pain;1;5" for one in days))
    starts = {f"d-{one}": local(zone, f"{one} 18:30") for one in days}
    due = {
        f"{kind} {id_}": at - lead
        for id_, at in starts.items()
        for kind, lead in (("recap_24h", 24 * AN_HOUR), ("recap_4h", 4 * AN_HOUR))
    }
    coop.run(min(due.values()) - AN_HOUR)

    left = leavings(coop, up_to(*due.values()))

    assert left == {name: {at} for name, at in due.items()}
    assert starts[f"d-{days[1]}"] - starts[f"d-{days[0]}"] == hours * AN_HOUR


@pytest.mark.long
@pytest.mark.parametrize(
    ("zone", "first", "second"),
    [
        (PARIS, "2026-10-25 02:30+02:00", "2026-10-25 02:30+01:00"),
        (NEW_YORK, "2027-11-07 01:30-04:00", "2027-11-07 01:30-05:00"),
    ],
)
def test_an_hour_that_comes_twice_moved_to_its_second_time_is_corrected_and_told_once(
    tmp_path: Path, zone: str, first: str, second: str
) -> None:
    coop = a_coop(tmp_path, zone, f"{{id: d1, starts_at: {first}}}")
    starts = datetime.fromisoformat(first).astimezone(timezone.utc)
    coop.run(starts - 25 * AN_HOUR)
    coop.run(starts - 24 * AN_HOUR)

    coop.replace("distributions.yaml", first, first[:-6])
    same = coop.run(starts - 5 * AN_HOUR)
    coop.replace("distributions.yaml", first[:-6], second)
    moved, after = coop.run(starts - 5 * AN_HOUR), coop.run(starts - 4 * AN_HOUR)
    last = coop.run(starts - 3 * AN_HOUR)

    assert (same.counts["sent"], exit_status_of(same)) == (0, 0)
    assert "comes twice that night: the first is taken" in same.news[0]
    assert [report.counts["sent"] for report in (moved, after, last)] == [3, 0, 3]


@pytest.mark.parametrize(("zone", "day", "hours"), NIGHTS)
@pytest.mark.parametrize("field", ["starts_at", "orders_open_at", "orders_close_at"])
def test_a_time_in_the_night_that_never_comes_or_comes_twice_is_said_with_its_line(
    tmp_path: Path, zone: str, day: str, hours: int, field: str
) -> None:
    at = f"{day} 0{2 if zone == PARIS else 1 if hours == 25 else 2}:30"
    start = "" if field == "starts_at" else "starts_at: 2028-06-12 18:00, "
    coop = a_coop(tmp_path, zone, f"{{id: d1, {start}{field}: {at}}}")

    report = coop.run(local(zone, f"{day} 12:00") - 3 * 24 * AN_HOUR)

    (line,) = report.news
    assert line.startswith(f"distributions.yaml:1: {field}: ")
    assert ("no such local time" if hours == 23 else "comes twice that night: the first is taken") in line
    assert exit_status_of(report) == (1 if hours == 23 else 0)


@pytest.mark.parametrize(
    "option", [("send-due", "--at"), ("log", "--since"), ("report", "--offline", "--since")]
)
def test_a_typed_time_that_never_comes_is_refused_and_one_that_comes_twice_is_the_first(
    tmp_path: Path, option: tuple[str, ...]
) -> None:
    coop = a_coop(tmp_path, PARIS, "{id: d1, starts_at: 2028-06-12 18:00}")

    never = typed(coop, *option, "2026-03-29 02:30")
    twice = typed(coop, *option, "2025-10-26 02:30")

    assert (never.exit_code, never.stdout) == (2, "")
    assert never.stderr.startswith(f"{option[-1]}: no such local time: 2026-03-29 02:30")
    assert twice.exit_code == 0
    assert twice.stderr == f"{option[-1]}: 2025-10-26 02:30 comes twice that night: the first is taken\n"


def typed(coop: Coop, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["-c", str(coop.folder / "config.yaml"), "--lang", "en", *arguments])


def test_a_machine_without_time_zones_is_told_what_to_install(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    (tmp_path / "tzdata.py").write_text("raise ImportError('not installed')\n")

    done = command.run(
        coop.folder, "send-due", environ={"PYTHONTZPATH": "", "PYTHONPATH": f"{tmp_path}:{command.ROOT}"}
    )

    assert (done.returncode, done.stdout) == (78, "")
    assert done.stderr == (
        "config.yaml: timezone: this machine has no time zone database: pip install tzdata\n"
    )


@pytest.mark.parametrize(("zone", "day", "hours"), SOME)
def test_duties_and_calls_leave_elapsed_days_before_and_not_a_second_earlier(
    tmp_path: Path, zone: str, day: str, hours: int
) -> None:
    coop = a_coop(tmp_path, zone, f"{{id: d1, starts_at: {day} 12:30}}")
    coop.replace("config.yaml", "  orders: orders.csv\n", "  orders: orders.csv\n  duties: permanences.csv\n")
    coop.replace("config.yaml", "{recap_4h: {default: yes}}", "{duty_vacant: {default: yes}}")
    coop.write("permanences.csv", "distribution;role;member\nd1;Accueil;1\nd1;Pain;\n")
    starts = local(zone, f"{day} 12:30")
    coop.run(starts - 200 * AN_HOUR)

    left = leavings(coop, up_to(starts - 168 * AN_HOUR, starts - 96 * AN_HOUR))

    assert left == {"duty_vacant d1": {starts - 168 * AN_HOUR}, "duty d1": {starts - 96 * AN_HOUR}}
    assert (starts - 96 * AN_HOUR).astimezone(ZoneInfo(zone)).hour == 12 - (24 - hours)
