"""Read Mailjet's two API keys, or a database's password, from the environment or a private file."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from cagette_notify.config.small_files import read_small_file
from cagette_notify.core.errors import ConfigError, Problem
from cagette_notify.core.i18n import _
from cagette_notify.readers.encodings import decode
from cagette_notify.readers.tree import Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cagette_notify.config.load import Config


_KEY = re.compile(r"[!-~]{1,200}")


def credentials(config: Config, environ: Mapping[str, str]) -> tuple[str, str]:
    """Return Mailjet's public and private key, from the environment or else from their file.

    Raises ConfigError, in which no part of a key ever stands, if they are missing, malformed, or if
    others than their owner may read the file.
    """
    keys = [environ.get(name, "").strip() for name in ("MJ_APIKEY_PUBLIC", "MJ_APIKEY_PRIVATE")]
    where = "$MJ_APIKEY_PUBLIC, $MJ_APIKEY_PRIVATE"
    try:
        if not all(keys):
            where = str(config.mailjet.credentials)
            keys = _keys_in(config.mailjet.credentials)
        if len(keys) != 2 or not all(_KEY.fullmatch(key) for key in keys):
            raise Unreadable(
                _("two lines were expected: the public key of Mailjet's API, then the private one")
            )
    except Unreadable as trouble:
        raise ConfigError(Problem(trouble.message, where)) from None
    return keys[0], keys[1]


def database_password(file: Path | None, environ: Mapping[str, str]) -> str:
    """Return the password of a database's user: from $CAMAP_PASSWORD, or else from its file.

    Nothing where neither is named: the server may know the user of a socket. Raises ConfigError, in which
    no part of it stands.
    """
    if (password := environ.get("CAMAP_PASSWORD")) or file is None:
        return password or ""
    try:
        lines = _lines_of(file)
        if len(lines) != 1:
            raise Unreadable(_("one line was expected: the password of the database's user"))
    except Unreadable as trouble:
        raise ConfigError(Problem(trouble.message, str(file))) from None
    return lines[0]


def _keys_in(file: Path) -> list[str]:
    if not os.path.exists(file):  # noqa: PTH110 - Path.exists raises where a folder may not be entered
        raise Unreadable(_("no such file: it holds Mailjet's two API keys, unless the environment does"))
    return _lines_of(file)


def _lines_of(file: Path) -> list[str]:
    return [line.strip() for line in decode(read_small_file(file, private=True)).splitlines() if line.strip()]
