from __future__ import annotations

import shlex
from configparser import ConfigParser
from typing import TYPE_CHECKING

import pytest

from cagette_notify.cli.setup.schedule import ScheduledCall, crontab_line, crontab_lines, systemd_units
from tests.fixtures.crontab import a_crontab_program

if TYPE_CHECKING:
    from pathlib import Path


def a_call(folder: str = "/srv/paniers", program: str = "/opt/cagette/bin/cagette-notify") -> ScheduledCall:
    return ScheduledCall(program, f"{folder}/config.yaml", folder, "claire")


def the_section(text: str, section: str) -> dict[str, str]:
    parser = ConfigParser(interpolation=None)
    parser.read_string(text)
    return dict(parser[section])


def test_cron_calls_send_due_every_ten_minutes() -> None:
    assert crontab_line(a_call()) == (
        "*/10 * * * * /opt/cagette/bin/cagette-notify --config /srv/paniers/config.yaml send-due"
    )


@pytest.mark.parametrize("has_cron", [True, False])
def test_where_there_is_no_cron_its_package_is_said_before_the_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, has_cron: bool
) -> None:
    if has_cron:
        a_crontab_program(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))

    *first, line = crontab_lines(a_call())

    assert ("  sudo apt install cron" in first) is not has_cron
    assert (first[-1].startswith("Then let cron"), line) == (True, f"  {crontab_line(a_call())}")


@pytest.mark.parametrize("folder", ["/srv/les paniers", "/srv/l'oasis", "/srv/100%", "/srv/$HOME"])
def test_cron_s_shell_gets_the_names_as_they_are(folder: str) -> None:
    command = crontab_line(a_call(folder)).removeprefix("*/10 * * * * ")

    assert command.count("%") == command.count(r"\%")
    assert shlex.split(command.replace(r"\%", "%"))[2] == f"{folder}/config.yaml"


def test_the_service_may_write_to_its_folder_only() -> None:
    service = the_section(systemd_units(a_call())["cagette-notify.service"], "Service")

    assert service["protectsystem"] == "strict"
    assert service["readwritepaths"] == "/srv/paniers"
    assert service["nonewprivileges"] == "yes"
    assert service["privatetmp"] == "yes"
    assert service["umask"] == "0077"
    assert service["user"] == "claire"


@pytest.mark.parametrize(
    ("folder", "written"),
    [
        ("/srv/les paniers", '"/srv/les paniers/config.yaml"'),
        ("/srv/l'oasis", '"/srv/l\'oasis/config.yaml"'),
        ("/srv/100%", '"/srv/100%%/config.yaml"'),
        ("/srv/$HOME", "/srv/$$HOME/config.yaml"),
        ('/srv/"x"', r'"/srv/\"x\"/config.yaml"'),
        (r"/srv/a\b", r'"/srv/a\\b/config.yaml"'),
    ],
)
def test_systemd_gets_the_names_as_they_are(folder: str, written: str) -> None:
    service = the_section(systemd_units(a_call(folder))["cagette-notify.service"], "Service")

    assert service["execstart"] == f"/opt/cagette/bin/cagette-notify --config {written} send-due"


def test_the_timer_makes_up_for_a_night_off() -> None:
    timer = the_section(systemd_units(a_call())["cagette-notify.timer"], "Timer")

    assert timer == {"oncalendar": "*:0/10", "persistent": "true"}
