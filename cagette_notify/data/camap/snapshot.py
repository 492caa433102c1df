"""Open a read-only snapshot of a MySQL or MariaDB server; say its refusals as they concern people."""

from __future__ import annotations

import os
import struct
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

from cagette_notify.config.camap import CAMAP, CamapSource
from cagette_notify.config.credentials import database_password
from cagette_notify.core.errors import ConfigError, DataError, LaterError, NotifyError, Problem
from cagette_notify.core.i18n import _, why

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pymysql import MySQLError
    from pymysql.connections import Connection

Stored: TypeAlias = "tuple[bytes | None, ...]"
"""A row as it is stored: texts in whatever encoding, dates and numbers as texts."""

PATIENCE = 10
"""Seconds for the server to answer a connection, or for a migration to let go of a table."""

_LONGEST = 120  # seconds for all rows of an answer
_SETTINGS = """
    SET SESSION character_set_results = NULL, sql_mode = '', time_zone = '+00:00', lock_wait_timeout = %s
"""
# Somebody may have made READ COMMITTED the server's default, of which a snapshot is none.
_BEGIN = (
    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
)

# https://mariadb.com/kb/en/mariadb-error-code-reference/; what is in none of the two may be over next time.
_REFUSED = frozenset(
    (1044, 1045, 1049, 1130, 1142, 1143, 1251, 1275, 1698, 1820, 1862, 2059, 2061, 3118, 4151)
)
_NO_TLS = 2026  # that of the server, where PyMySQL names no other cause
_OF_ANOTHER_VERSION = frozenset((1054, 1146))
# What PyMySQL raises where bytes are no packets of the protocol, as from a proxy: it checks none of them.
_GARBLED = (AssertionError, LookupError, ValueError, struct.error)


class Snapshot:
    """A server's data as they were at one moment, until it is given back.

    As long as it is open, whoever changes the server's tables waits for it.
    """

    def __init__(self, source: CamapSource) -> None:
        """Connect and begin; the error tells whether the next run may do better."""
        with _as_said():
            self._connection = _connection(source)
        try:
            with _as_said():
                cursor = self._connection.cursor()
                cursor.execute(_SETTINGS, (PATIENCE,))
                for statement in _BEGIN:
                    cursor.execute(statement)
        except NotifyError:
            self._connection.close()
            raise

    def rows(self, query: str, *values: Any) -> tuple[Stored, ...]:
        """Return all rows of an answer; a list among the ``values`` is one of SQL's."""
        with _as_said(), self._connection.cursor() as cursor:
            cursor.execute(query, values or None)
            return tuple(cursor.fetchall())

    def give_back(self) -> None:
        """Let the server go on without it."""
        with _as_said():
            self._connection.close()  # which ends a transaction that changes nothing


def _connection(source: CamapSource) -> Connection[Any]:
    import pymysql

    url = source.url
    try:
        return pymysql.connect(
            host=url.host,
            port=url.port,
            unix_socket=url.unix_socket or None,
            user=url.user,
            password=os.fsencode(database_password(source.credentials, os.environ)),
            database=url.name,
            charset="utf8mb4",
            use_unicode=False,
            conv=dict(pymysql.converters.encoders),  # and no decoders: each value comes as it is stored
            connect_timeout=PATIENCE,
            read_timeout=_LONGEST,
            write_timeout=_LONGEST,
            **_encryption(source),
        )
    except RuntimeError as error:  # MySQL 8 asks for a package that PyMySQL has as an extra
        raise ConfigError(Problem(str(error), CAMAP)) from None
    except OSError as error:  # of certificates; what is wrong with the line comes as MySQLError
        raise ConfigError(Problem(why(error), str(source.ssl_ca))) from None


def _encryption(source: CamapSource) -> dict[str, object]:
    # By default PyMySQL tries TLS, verifies nothing, and reads all of the system's certificates for it.
    if not source.ssl_ca:
        return {"ssl_disabled": True}
    return {"ssl_ca": str(source.ssl_ca), "ssl_verify_cert": True, "ssl_verify_identity": True}


@contextmanager
def _as_said() -> Iterator[None]:
    try:
        from pymysql import MySQLError
    except ImportError:
        message = _("PyMySQL is missing: pip install 'cagette-notify[camap]'")
        raise ConfigError(Problem(message, CAMAP)) from None
    try:
        yield
    except MySQLError as error:
        raise _meaning(error) from None
    except _GARBLED:
        reason = _("what comes from there is no answer of a MySQL or MariaDB")
        raise LaterError(Problem(_("out of reach: {reason}", reason=reason), CAMAP)) from None


def _meaning(error: MySQLError) -> NotifyError:
    """Return what a refusal means for this run and the next ones."""
    number, text = (*error.args, "", "")[:2]
    cause = getattr(error, "original_exception", None)
    said = str(text or error)
    if number in _OF_ANOTHER_VERSION:
        message = _("it is of a version that isn't known: {reason}", reason=said)
        return DataError(Problem(message, CAMAP, stops_all=True))
    has_no_tls = number == _NO_TLS and cause is None
    if number in _REFUSED or has_no_tls or type(cause).__name__ == "SSLCertVerificationError":
        return ConfigError(Problem(_("it refuses: {reason}", reason=said), CAMAP))
    return LaterError(Problem(_("out of reach: {reason}", reason=said or _("the line broke")), CAMAP))
