"""Find config.yaml; tell the paths of data files and of the drafts folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.errors import ConfigError, Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.ledger_place import own_name

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, tzinfo

    from cagette_notify.config.camap import CamapSource
    from cagette_notify.config.load import Config
    from cagette_notify.core.ledger_place import LedgerPlace


def home_config(environ: Mapping[str, str]) -> Path:
    """Return where a person's own configuration is found without being named."""
    return Path(environ.get("HOME") or "/") / ".config/cagette-notify/config.yaml"


def find_config(explicit: str | None, environ: Mapping[str, str]) -> Path:
    """Return the configuration's path: the one asked for, else the first that exists.

    What was asked for is taken at its word: ``load`` says if it isn't there.
    """
    named = explicit or environ.get("CAGETTE_NOTIFY_CONFIG")
    if named:
        return Path(named)
    places = (
        Path("config.yaml"),
        home_config(environ),
        Path("/etc/cagette-notify/config.yaml"),
    )
    for place in places:
        if os.path.exists(place):  # noqa: PTH110 - Path.exists raises where a folder may not be entered
            return place
    looked_at = ", ".join(map(str, places))
    raise ConfigError(
        Problem(
            _("no configuration: there is none at {places}; begin with cagette-notify init", places=looked_at)
        )
    )


def installed_config(pinned: str | None, environ: Mapping[str, str]) -> Path:
    """Return the configuration for those who may name none: what sudoers pins, or stands in its place.

    Its folder is the real one: by then no link that leads there can be turned elsewhere.
    """
    places = (home_config(environ), Path("/etc/cagette-notify/config.yaml"))
    for place in (Path(pinned),) if pinned else places:
        try:
            place.lstat()
            return place.parent.resolve(strict=True) / place.name
        except (OSError, ValueError):
            continue
    looked_at = pinned or ", ".join(map(str, places))
    raise ConfigError(
        Problem(_("no configuration is installed: there is none at {places}", places=looked_at))
    )


class Sources(Struct, frozen=True):
    """Where the configuration says the data is. All paths are absolute.

    Files inside ``folder``, the configuration's, are named relative to it in problems. Each may be a pattern:
    of the files that it means, with anything for ``*``, the newest counts. In ``orders`` ``{date}`` is the
    distribution's local day. A database, ``camap``, takes the place of the first four; of years of
    distributions there, those long over ``now`` are left out.
    """

    folder: Path
    groups: Path | None
    distributions: Path | None
    members: Path | None
    orders: str | None
    duties: Path | None
    timezone: tzinfo
    language: str
    camap: CamapSource | None = None
    now: datetime | None = None


def sources_of(config: Config, now: datetime | None = None) -> Sources:
    """Return where the configuration says that data are; ``now`` is when somebody asks for them."""
    return Sources(
        folder=config.folder,
        groups=config.data.groups,
        distributions=config.data.distributions,
        members=config.data.members,
        orders=config.data.orders,
        duties=config.data.duties,
        timezone=config.timezone,
        language=config.language,
        camap=config.data.camap,
        now=now,
    )


def drafts_folder(ledger: LedgerPlace) -> Path:
    """Return where drafts are: beside the ledger, for their author's eyes only."""
    return own_name(ledger).with_name("drafts")


def sent_drafts(drafts: Path) -> Path:
    """Return where, among the drafts, the texts lie of mails that have left."""
    return drafts / "sent"
