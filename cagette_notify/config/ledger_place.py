"""Read where the ledger is, and what a configuration must say besides if machines share it."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cagette_notify.config.option_values import is_loopback, path
from cagette_notify.core.i18n import _
from cagette_notify.core.ledger_place import is_shared, shared_ledger
from cagette_notify.core.text import quoted
from cagette_notify.core.transport_traits import TRANSPORTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cagette_notify.core.ledger_place import LedgerPlace

_LEAST_SETTLE_AFTER = timedelta(minutes=5)
"""What a machine posts at the last moment has reached Mailjet by then, and another finds it there."""

_SECRET = re.compile(r"pass(word|wd|phrase)|secret|scram_\w+_key", re.IGNORECASE)

# A slip in the scheme, or libpq's other spelling: as a file it would be a memory of this machine's own.
_MEANS_A_SERVER = re.compile(
    r"\s*(?:postgre|pgsql|psql)\w*(?:\+\w+)?\s*(?::(?!//)|;|//)"
    r"|(?:.*\s)?(?:host(?:addr)?|port|dbname|user|service|\w*pass\w*)\s*=",
    re.IGNORECASE | re.DOTALL,
)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*", re.IGNORECASE)


def ledger_place(text: str) -> Path | str:
    """Read a file's path, or the URL of a PostgreSQL database, in which no password stands."""
    if not is_shared(text):
        scheme, is_url, _rest = text.partition("://")
        if _MEANS_A_SERVER.match(text) or (is_url and not _SCHEME.fullmatch(scheme)):
            raise ValueError(_not_a_database())
        if is_url:
            raise ValueError(
                _(
                    "only a file of this machine, or postgresql://user@host/database, is supported here, not "
                    "{value}",
                    value=quoted(f"{scheme}://…"),
                )
            )
        return path(text)
    from urllib.parse import parse_qsl, unquote, urlsplit  # for few configurations

    try:
        found = urlsplit(text)
        given = parse_qsl(found.query)
        unquote(text, errors="strict")
        before_host = unquote(text.partition("://")[2].rpartition("@")[0])
    except ValueError:
        raise ValueError(_not_a_database()) from None
    # Up to the last @: where a slash stands in a password, libpq ends the host there, and nobody the secret.
    if ":" in before_host or any(_SECRET.search(name) for name, _value in given):
        raise ValueError(
            _("no password here, which logs and backups would show: it stands in ~/.pgpass or $PGPASSWORD")
        )
    if not found.path.strip("/") or not text.isprintable() or " " in text:
        raise ValueError(_not_a_database())
    return text


def place_named(text: str, folder: Path) -> LedgerPlace:
    """Return the ledger that is called so, of a configuration in ``folder``; else raise ``ValueError``."""
    read = ledger_place(text)
    return read.absolute() if isinstance(read, Path) else shared_ledger(read, folder)


def _not_a_database() -> str:
    """Say what was expected, and nothing of what stands there: it may be a password in the wrong place."""
    return _("expected postgresql://user@host/database")


def of_shared_ledger(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the settings that can't stand beside a ledger that machines share, each with why not."""
    if found["ledger"] is None or isinstance(found["ledger"], Path):
        return
    delivery = found["delivery"]
    if delivery and not TRANSPORTS[delivery].leaves_the_machine:
        yield (
            "ledger",
            _("machines share this ledger, but no outbox: name a file here, or write delivery: mailjet"),
        )
    api_url, settle_after = found["mailjet.api_url"], found["mailjet.settle_after"]
    if api_url and settle_after is not None and settle_after < _LEAST_SETTLE_AFTER:
        from urllib.parse import urlsplit

        if not is_loopback(urlsplit(api_url).hostname or ""):
            yield (
                "mailjet.settle_after",
                _("at least 5m where machines share the ledger: until then another may be sending still"),
            )
