"""What docs/upgrading.md promises to keep: released commands, options, settings and exit statuses."""

from __future__ import annotations

import click
import pytest

from cagette_notify.cli import main
from cagette_notify.config.options import OPTIONS
from cagette_notify.core import errors

ALWAYS = "--config --lang --verbose -c -v"
RELEASED = {
    "send-due": "--accept-data --at --dry-run --group --json --kind --lookback",
    "broadcast": "--again --as --attach --body --dry-run --json --send-at --subject --test --to --yes -s",
    "status": "--days --json",
    "report": "--by --json --offline --since -o",
    "check-member": "--all --group --json --offline",
    "notifications": "--off --on --reset",
    "log": "--group --json --kind --member --since --status",
    "forget": "--yes",
    "demo": "",
    "init": "--exports --systemd --yes",
    "check": "--offline",
    "preview": "--all --distribution --member --open --text -o",
    "settle": "",
    "ledger": "",
}
"""The options of each command of 1.0: none goes before 2.0, new ones are added here."""

SETTINGS = {
    "timezone": "Europe/Paris",
    "language": "fr",
    "data.groups": None,
    "data.distributions": None,
    "data.members": "",
    "data.orders": "",
    "data.duties": "",
    "data.camap.url": "",
    "data.camap.groups": "",
    "data.camap.credentials": "",
    "data.camap.own_mails": "",
    "sender.email": None,
    "sender.name": "",
    "delivery": "outbox",
    "outbox": "outbox",
    "ledger": "ledger.sqlite3",
    "notifications": "notifications.csv",
    "templates": "",
    "settings_url": "",
    "leave_url": "",
    "help_url": "",
    "map_url": "",
    "notices.opening.default": "yes",
    "notices.opening.late": "48h",
    "notices.closing.default": "no",
    "notices.closing.before": "24h",
    "notices.recap_24h.default": "yes",
    "notices.recap_4h.default": "no",
    "notices.duty.default": "yes",
    "notices.duty.before": "4d",
    "notices.duty_vacant.default": "no",
    "notices.duty_vacant.before": "7d",
    "inactive_after": "",
    "stale_orders": "hold",
    "prices": "show",
    "calendar": "no",
    "first_run_lookback": "1h",
    "keep": "400d",
    "alert_to": "",
    "summary_to": "none",
    "dns_resolver": "",
    "mailjet.credentials": "mailjet.key",
    "mailjet.api_url": "https://api.mailjet.com/",
    "mailjet.parallel": "4",
    "mailjet.timeout": "30s",
    "mailjet.settle_after": "10m",
    "mailjet.daily_quota": "",
}
"""The settings of 1.0 with their defaults, None where one is required."""

EXIT_STATUSES = {0, 1, 2, 65, 75, 78}


@pytest.mark.parametrize("name", RELEASED)
def test_no_option_of_a_released_command_goes(name: str) -> None:
    command = main.get_command(click.Context(main), name)

    assert command, name
    there = {option for parameter in command.params for option in parameter.opts}
    assert {*RELEASED[name].split(), *ALWAYS.split()} - there == set()


def test_each_command_is_kept_once_it_is_released() -> None:
    assert sorted(main.list_commands(click.Context(main))) == sorted(RELEASED)


def test_no_released_setting_goes_or_has_another_default() -> None:
    there = {option.key: option.default for option in OPTIONS}

    assert {key: there.get(key, "gone") for key in SETTINGS} == SETTINGS


def test_the_exit_statuses_are_those_that_were_released() -> None:
    assert {value for name, value in vars(errors).items() if name.startswith("EXIT_")} == EXIT_STATUSES
