"""Read where a CAMAP's or Cagette's database is, and which of its groups are served."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.i18n import _
from cagette_notify.core.text import nearest, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CAMAP = "CAMAP"
"""How problems call the database, where files have their names."""

_PORT = 3306
_WITH_PASSWORD = re.compile(r"//[^/@]*:[^@]*@")
_PARAMETERS = ("unix_socket", "ssl_ca")


class DatabaseUrl(Struct, frozen=True):
    """Where a database is: over the network, which is encrypted and verified, or on this machine."""

    user: str
    name: str
    host: str = ""
    port: int = _PORT
    unix_socket: str = ""
    ssl_ca: str = ""


class CamapSource(Struct, frozen=True):
    """A database that takes the place of the data files.

    ``groups`` are those that are served, each with its id here; none means all of them. Its ``credentials``
    are a file with the password, ``ssl_ca`` whose certificates are believed.
    """

    url: DatabaseUrl
    groups: Mapping[int, str]
    credentials: Path | None = None
    ssl_ca: Path | None = None


def database_url(text: str) -> DatabaseUrl:
    """Read ``mysql://user@host/name`` with ``?unix_socket=`` or ``?ssl_ca=``; no password stands there."""
    from urllib.parse import parse_qsl, unquote, urlsplit  # for few configurations

    from cagette_notify.config.option_values import is_loopback  # a run at rest does without

    if _WITH_PASSWORD.search(text):
        raise ValueError(
            _("no password here, which logs and backups would show: it stands in data.camap.credentials")
        )
    try:
        found = urlsplit(text)
        port = found.port or _PORT
    except ValueError:
        raise ValueError(_not_a_database()) from None
    name = unquote(found.path.strip("/"))
    if found.scheme != "mysql" or not found.username or not name or not text.isprintable():
        raise ValueError(_not_a_database())
    given = _known_parameters(dict(parse_qsl(found.query)))
    url = DatabaseUrl(unquote(found.username), name, found.hostname or "localhost", port, **given)
    if not (url.unix_socket or url.ssl_ca or is_loopback(url.host)):
        raise ValueError(
            _(
                "members' data would travel unencrypted to {host}: name the certificate of who answers for "
                "it, ?ssl_ca=camap-ca.pem",
                host=url.host,
            )
        )
    return url


def _not_a_database() -> str:
    """Say what was expected, and nothing of what stands there: it may be a password in the wrong place."""
    return _("expected mysql://user@host/database")


def _known_parameters(given: dict[str, str]) -> dict[str, str]:
    for name in given.keys() - set(_PARAMETERS):
        near = nearest(name, _PARAMETERS)
        hint = _(" (did you mean {close!r}?)", close=near) if near else ""
        raise ValueError(_("nothing is known of {name!r} there", name=name) + hint)
    return given


def camap_groups(text: str) -> dict[int, str]:
    """Read which groups are served: ``12|15``, or with their ids here ``12=lac|15``; ``all`` has none."""
    if text.casefold() in {"all", "tous", "toutes"}:
        return {}
    found: dict[int, str] = {}
    for part in text.split("|"):
        number, _sign, name = (piece.strip() for piece in part.partition("="))
        if not re.fullmatch("[0-9]{1,9}", number):
            raise ValueError(
                _(
                    "expected the numbers of groups, such as [12, 15], or with ids of their own, such as "
                    "{{12: lac, 15: }}, or all; not {value}",
                    value=quoted(part),
                )
            )
        if int(number) in found or (name or number) in found.values():
            raise ValueError(_("{value} twice", value=quoted(part)))
        found[int(number)] = name or number
    return found
