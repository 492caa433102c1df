"""Speak to a server of PostgreSQL in the ledger's statements. The only module that knows psycopg."""

from __future__ import annotations

import os
import re
import secrets
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cagette_notify.core.errors import ConfigError, DataError, LaterError, NotifyError, Problem
from cagette_notify.core.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import psycopg

    from cagette_notify.ledger.engine import LedgerRow, Rows, Values

_PATIENCE = 10  # seconds, to connect, and for another writer: as long as SQLite waits

# By the server's defaults a machine that lost its power would hold its lock for two hours.
_KEEPALIVES = {
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
}
_OPTIONS = {
    "tcp_keepalives_idle": 30,
    "tcp_keepalives_interval": 10,
    "tcp_keepalives_count": 3,
    "tcp_user_timeout": 60_000,
    "idle_session_timeout": 0,  # or an administrator's would take the lock away unsaid
    "idle_in_transaction_session_timeout": 60_000,  # or a machine that is paused would let nobody write
    "lock_timeout": _PATIENCE * 1000,
    "client_min_messages": "error",
}
# A claim must outlast a crash of the server, whatever its default.
_COMMIT_DURABLY = """
    SELECT set_config('synchronous_commit', 'on', FALSE)
    WHERE current_setting('synchronous_commit') IN ('off', 'local')
"""
_REFUSED = "42501"  # insufficient privilege
_HELD = frozenset(("55P03", "57014", "40P01", "40001"))  # by another writer, for too long
_READS_ONLY = "25006"
_CLASSES_OF_LATER = frozenset(("08", "53", "57"))  # the line, resources, an operator
_DISK_FULL = "53100"

# A plus before a column is for SQLite alone; in quotes and comments nothing is meant.
_PARTS = re.compile(r"'[^']*'|--[^\n]*|\?|(?<![:\w]):(\w+)|%|(?<=[\s(])\+(?=[a-z])")


class ServerWire:
    """A connection, each of whose statements is a transaction unless one has begun.

    It may be used from several threads: psycopg lets one statement wait for another.
    """

    def __init__(self, connection: psycopg.Connection[Any], name: str) -> None:
        """Wrap an open connection to what problems call ``name``."""
        self._connection = connection
        self._name = name

    def execute(self, query: str, values: Values = (), /) -> Rows:
        """Execute one statement."""
        return self._connection.execute(_for_psycopg(query), values)

    def executemany(self, query: str, values: Iterable[Any], /) -> Rows:
        """Execute it once for each of these values."""
        cursor = self._connection.cursor()
        cursor.executemany(_for_psycopg(query), list(values))
        return cursor

    def stream(self, query: str, values: Values, /) -> Iterator[LedgerRow]:
        """Yield the rows of a query, few of which are here at a time: the server keeps the others."""
        name = f"rows_{secrets.token_hex(4)}"
        with self._connection.cursor(name, withhold=True) as cursor:
            yield from cursor.execute(_for_psycopg(query), values)

    @contextmanager
    def transaction(self) -> Iterator[ServerWire]:
        """Do everything in the block or nothing of it; where the line breaks, the server rolls back."""
        self._connection.execute("BEGIN")
        try:
            yield self
            self._connection.execute("COMMIT")
        except BaseException:
            with suppress(NotifyError), self.in_plain_words():
                if not self._connection.closed:
                    self._connection.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Let go of it, and of all locks that it holds."""
        self._connection.close()

    @contextmanager
    def in_plain_words(self) -> Iterator[None]:
        """Turn psycopg's errors into ours."""
        import psycopg

        try:
            yield
        except psycopg.Error as error:
            raise _meaning(error, self._name) from None


def connect(url: str, *, read_only: bool = False) -> ServerWire:
    """Connect as a machine of that name; the error tells whether the next run may do better."""
    try:
        import psycopg
        from psycopg.conninfo import conninfo_to_dict, make_conninfo
        from psycopg.types.string import StrDumperUnknown
    except ImportError:
        message = _("psycopg is missing: pip install 'cagette-notify[postgresql]'")
        raise ConfigError(Problem(message, url)) from None

    class WithoutNul(StrDumperUnknown):
        """PostgreSQL has no NUL in its texts; SQLite has."""

        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\0", "\N{REPLACEMENT CHARACTER}"))

    set_here = _OPTIONS | ({"default_transaction_read_only": "on"} if read_only else {})
    try:
        given = str(conninfo_to_dict(url).get("options") or "")
        target = make_conninfo(
            url,
            application_name=f"cagette-notify {machine_name()}",
            connect_timeout=_PATIENCE,
            options=" ".join([given, *(f"-c {name}={value}" for name, value in set_here.items())]),
            **_KEEPALIVES,
        )
        connection = psycopg.connect(target, autocommit=True, row_factory=_rows_of)
    except psycopg.ProgrammingError as error:
        raise ConfigError(Problem(_("it can't be asked: {reason}", reason=_first_line(error)), url)) from None
    except psycopg.OperationalError as error:
        raise _why_not_connected(url, _first_line(error)) from None
    connection.adapters.register_dumper(str, WithoutNul)
    wire = ServerWire(connection, url)
    try:
        with wire.in_plain_words():
            wire.execute(_COMMIT_DURABLY)
    except BaseException:
        wire.close()
        raise
    return wire


def machine_name() -> str:
    """Return what this machine calls itself to the others: $PGAPPNAME, or its host's name."""
    return os.environ.get("PGAPPNAME") or os.uname().nodename


@lru_cache(maxsize=1024)
def _for_psycopg(query: str) -> str:
    return _PARTS.sub(_translated, query)


def _translated(part: re.Match[str]) -> str:
    if part[0] == "?":
        return "%s"
    if part[1]:
        return f"%({part[1]})s"
    return "" if part[0] == "+" else part[0].replace("%", "%%")


def _rows_of(cursor: psycopg.Cursor[Any]) -> Any:
    return _row_class(tuple(column.name for column in cursor.description or ()))


@lru_cache(maxsize=256)
def _row_class(names: tuple[str, ...]) -> type:
    positions = {name: position for position, name in reversed([*enumerate(names)])}

    class NamedRow(tuple[Any, ...]):
        __slots__ = ()

        def __getitem__(self, column: Any) -> Any:
            return super().__getitem__(positions[column] if isinstance(column, str) else column)

    return NamedRow


def _meaning(error: psycopg.Error, name: str) -> NotifyError:
    state, reason = error.sqlstate or "", _first_line(error)
    if state in _HELD:
        return LaterError(Problem(_("another program holds the ledger; close it"), name))
    if state == _READS_ONLY:
        return LaterError(
            Problem(_("the server can only be read: it is a standby, or someone set it so"), name)
        )
    if state == _REFUSED:
        return ConfigError(Problem(_("it refuses: {reason}", reason=reason), name))
    if state == _DISK_FULL:
        return DataError(Problem(_("the ledger can't be used: {error}", error=reason), name))
    # Where the line breaks, nobody is left to name a state.
    if state[:2] in _CLASSES_OF_LATER or (not state and type(error).__name__ == "OperationalError"):
        return LaterError(Problem(_("out of reach: {reason}", reason=reason or _("the line broke")), name))
    return DataError(Problem(_("the ledger can't be used: {error}", error=reason), name))


def _why_not_connected(url: str, reason: str) -> NotifyError:
    """Tell a server that is away from one that lets nobody in: psycopg doesn't know the state of either."""
    from psycopg.pq import PGconn, Ping

    is_crowded = re.search(r"too many|slots|trop de", reason)
    if PGconn.ping(url.encode()) == Ping.OK and not is_crowded:
        return ConfigError(Problem(_("it refuses: {reason}", reason=reason), url))
    return LaterError(Problem(_("out of reach: {reason}", reason=reason), url))


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else ""
