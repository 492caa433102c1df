"""Write the crontab line, or the systemd service and timer, that call send-due."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.cli.session import path_to_type
from cagette_notify.cli.setup.crontab import own_crontab
from cagette_notify.cli.setup.starting_files import annotated
from cagette_notify.core.commands_to_type import command_to_type
from cagette_notify.core.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

NAME = "cagette-notify"

SERVICE = """\
[Unit]
Description={about}
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
User={user}
ExecStart={program} --config {config} send-due
# A run that hangs must not stop all later ones; one that is killed is taken up by the next.
TimeoutStartSec=1h
UMask=0077

# The only folder it may write to; add those where {file} puts the ledger or the outbox elsewhere.
ReadWritePaths={folder}
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
NoNewPrivileges=yes
CapabilityBoundingSet=
LockPersonality=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
"""

TIMER = """\
[Unit]
Description={about}

[Timer]
OnCalendar=*:0/10
# After a night off, run at once.
Persistent=true

[Install]
WantedBy=timers.target
"""


_INSTALL_CRON = "sudo apt install cron"


class ScheduledCall(Struct, frozen=True):
    """What is to be called. All paths are absolute: neither cron nor systemd starts where a person does."""

    program: str
    config: str
    folder: str
    user: str


def crontab_line(call: ScheduledCall) -> str:
    """Return the line to add with ``crontab -e``."""
    command = command_to_type("send-due", program=[call.program, "--config", call.config])
    return "*/10 * * * * " + command.replace("%", r"\%")  # cron ends a command at a bare %


def crontab_lines(call: ScheduledCall) -> list[str]:
    """Return what to say so that somebody adds the line, once there is a cron."""
    missing = [_("This machine has no cron yet; to install it, on Debian or Ubuntu:"), f"  {_INSTALL_CRON}"]
    return [
        *([] if own_crontab() else missing),
        _("Then let cron send what is due: type crontab -e, and add this line:"),
        f"  {crontab_line(call)}",
    ]


def installation_lines(folder: Path, units: Iterable[str]) -> list[str]:
    """Return what to say so that somebody installs the service and the timer."""
    sources = shlex.join(path_to_type(folder / name) for name in units)
    return [
        _("Then let systemd send what is due; look at the two files first:"),
        f"  sudo install -m 644 -t /etc/systemd/system {sources}",
        "  sudo systemctl daemon-reload",
        f"  sudo systemctl enable --now {NAME}.timer",
        _("What it has to say is in: journalctl -u {name}", name=NAME),
    ]


def systemd_units(call: ScheduledCall) -> dict[str, str]:
    """Return the text of a systemd service and of its timer, by file name.

    The ``User`` is a person's, not root: a system unit outlives logins without lingering.
    """
    service = annotated(SERVICE).format(
        about=_("Send the notices of Cagette groups that are due"),
        user=call.user,
        program=_quoted(call.program),
        config=_quoted(call.config).replace("$", "$$"),
        folder=_quoted(call.folder),
        file=call.config,
    )
    timer = annotated(TIMER).format(
        about=_("Look every ten minutes for notices of Cagette groups that are due")
    )
    return {f"{NAME}.service": service, f"{NAME}.timer": timer}


def _quoted(path: str) -> str:
    """Quote a path where systemd would split or expand it."""
    escaped = path.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"' if escaped != path or {" ", "'"} & set(path) else path
