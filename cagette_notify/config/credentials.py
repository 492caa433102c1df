"""Read Mailjet's two API keys from the environment, or from a file that nobody else may read."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from cagette_notify.config.load import Config, read_small_file
from cagette_notify.core.errors import ConfigError, Problem
from cagette_notify.core.i18n import _
from cagette_notify.readers.encodings import decode
from cagette_notify.readers.tree import Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


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


def _keys_in(file: Path) -> list[str]:
    if not os.path.exists(file):  # noqa: PTH110 - Path.exists raises where a folder may not be entered
        raise Unreadable(_("no such file: it holds Mailjet's two API keys, unless the environment does"))
    return [line.strip() for line in decode(read_small_file(file, private=True)).splitlines() if line.strip()]
