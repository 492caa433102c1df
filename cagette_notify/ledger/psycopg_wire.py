"""Speak to a server of PostgreSQL in the ledger's statements. The only module that knows psycopg."""

from __future__ import annotations

import os
import secrets
import time
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cagette_notify.core.errors import ConfigError, NotifyError, Problem
from cagette_notify.core.i18n import _
from cagette_notify.ledger.server_errors import (
    cannot_be_asked,
    lets_nobody_in,
    meaning,
    other_encoding,
    out_of_reach,
)
from cagette_notify.ledger.server_statements import for_psycopg

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import psycopg

    from cagette_notify.core.ledger_place import SharedLedger
    from cagette_notify.ledger.engine import LedgerRow, Rows, Values

ANSWERS_WITHIN = 10
"""Seconds, to connect, until a server must answer, and for another writer: as long as SQLite waits."""

# By the server's defaults a machine that lost its power would hold its lock for two hours.
_CONNECTED_BY = {
    "client_encoding": "utf8",  # whatever $PGCLIENTENCODING says
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
}
# Once connected: `options` is the configuration's own, and what stands there target_session_attrs looks at.
_OPTIONS = {
    "tcp_keepalives_idle": 30,
    "tcp_keepalives_interval": 10,
    "tcp_keepalives_count": 3,
    "tcp_user_timeout": 60_000,
    "idle_session_timeout": 0,  # or an administrator's would take the lock away unsaid
    "idle_in_transaction_session_timeout": 60_000,  # or a machine that is paused would let nobody write
    "lock_timeout": ANSWERS_WITHIN * 1000,
    "default_transaction_isolation": "read committed",  # who has waited sees what was waited for
    # psycopg reads times written in no other way, and names a time zone that Python doesn't know.
    "datestyle": "ISO",
    "intervalstyle": "postgres",
    "timezone": "UTC",
    "client_min_messages": "error",
}
_PLAINLY = {"sslmode": "prefer", "gssencmode": "disable", "sslnegotiation": None}  # whoever answers there
_LAST_PORT = 65535
_READ_ONLY = {"default_transaction_read_only": "on"}
# A claim must outlast a crash of the server, whatever its default.
_DURABLY = """
    set_config('synchronous_commit', CASE WHEN current_setting('synchronous_commit') IN ('off', 'local')
        THEN 'on' ELSE current_setting('synchronous_commit') END, FALSE)
"""


class ServerWire:
    """A connection, each of whose statements is a transaction unless one has begun.

    It may be used from several threads: psycopg lets one statement wait for another.
    """

    def __init__(self, connection: psycopg.Connection[Any], name: str) -> None:
        """Wrap an open connection to what problems call ``name``."""
        self._connection = connection
        self._name = name

    def hold_to(self, settings: Mapping[str, object]) -> None:
        """Set what a session is to hold to; raises ``ConfigError`` where not every name can be kept."""
        parts = (f"set_config('{name}', '{value}', FALSE)" for name, value in settings.items())
        with self.in_plain_words():
            self.execute(f"SELECT {', '.join((*parts, _DURABLY))}")
            encoding = self._connection.info.parameter_status("server_encoding")
        if encoding and encoding != "UTF8":
            raise other_encoding(encoding, self._name)

    def execute(self, query: str, values: Values = (), /) -> Rows:
        """Execute one statement."""
        return self._connection.execute(for_psycopg(query), values)

    def executemany(self, query: str, values: Iterable[Any], /) -> Rows:
        """Execute it once for each of these values."""
        cursor = self._connection.cursor()
        cursor.executemany(for_psycopg(query), list(values))
        return cursor

    def stream(self, query: str, values: Values, /) -> Iterator[LedgerRow]:
        """Yield the rows of a query, few of which are here at a time: the server keeps the others."""
        name = f"rows_{secrets.token_hex(4)}"
        with self._connection.cursor(name, withhold=True) as cursor:
            yield from cursor.execute(for_psycopg(query), values)

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
            is_line = type(error) is psycopg.OperationalError
            raise meaning(error.sqlstate or "", _first_line(error), self._name, is_line=is_line) from None


def connect(place: SharedLedger, *, read_only: bool = False) -> ServerWire:
    """Connect as a machine of that name; the error tells whether the next run may do better."""
    try:
        import psycopg
        from psycopg.conninfo import make_conninfo
        from psycopg.types.string import StrDumperUnknown
    except ImportError:
        message = _("psycopg is missing: pip install 'cagette-notify[postgresql]'")
        raise ConfigError(Problem(message, place.shown)) from None

    class WithoutNul(StrDumperUnknown):
        """PostgreSQL has no NUL in its texts; SQLite has."""

        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\0", "\N{REPLACEMENT CHARACTER}"))

    class Watched(psycopg.Connection[Any]):
        """Waits for an answer only while the server answers others."""

        def wait(self, gen: Any, *interval: Any, **options: Any) -> Any:
            return super().wait(_while_answered(gen, self), *interval, **options)

    try:
        name = f"cagette-notify {machine_name()}"
        target = make_conninfo(
            place.url, application_name=name, connect_timeout=ANSWERS_WITHIN, **_CONNECTED_BY
        )
        connection = Watched.connect(target, autocommit=True, row_factory=_rows_of)
    except psycopg.ProgrammingError as error:
        raise cannot_be_asked(_first_line(error), place.shown) from None
    except psycopg.OperationalError as error:
        raise _why_not_connected(place, error) from None
    connection.adapters.register_dumper(str, WithoutNul)
    wire = ServerWire(connection, place.shown)
    try:
        wire.hold_to(_OPTIONS | (_READ_ONLY if read_only else {}))
    except BaseException:
        wire.close()
        raise
    return wire


def machine_name() -> str:
    """Return what this machine calls itself to the others: $PGAPPNAME, or its host's name."""
    return os.environ.get("PGAPPNAME") or os.uname().nodename


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


def _while_answered(waiting: Any, connection: psycopg.Connection[Any]) -> Any:
    """Let a statement take as long as it takes, and give up once its server answers nobody else either.

    Keepalives tell when a line is broken: not when a server was stopped, nor over a socket of this machine.
    """
    from psycopg import OperationalError
    from psycopg.pq import Ping

    until, ready = time.monotonic() + ANSWERS_WITHIN, None
    try:
        while True:
            ready = yield waiting.send(ready)
            if ready:
                until = time.monotonic() + ANSWERS_WITHIN
            elif time.monotonic() >= until:
                if _ping(connection.info.dsn) == Ping.NO_RESPONSE:
                    connection.close()
                    raise OperationalError(_("it doesn't answer any more"))
                until = time.monotonic() + ANSWERS_WITHIN
    except StopIteration as done:
        return done.value


def _why_not_connected(place: SharedLedger, error: psycopg.OperationalError) -> NotifyError:
    """Tell a server that is away from one that lets nobody in, and from what leads to none.

    libpq says it in words alone, in those of the system's language, and psycopg knows no state of either.
    """
    from psycopg.errors import ConnectionTimeout
    from psycopg.pq import Ping

    reason = _first_line(error)
    if isinstance(error, ConnectionTimeout):  # asked again it would take as long
        return out_of_reach(reason, place.shown)
    answer = _ping(place.url)
    if answer == Ping.OK:
        return lets_nobody_in(reason, place.shown)
    if answer == Ping.NO_ATTEMPT or not _leads_to_a_port(error) or _ping(place.url, **_PLAINLY) == Ping.OK:
        return cannot_be_asked(reason, place.shown)
    return out_of_reach(reason, place.shown)


def _ping(target: str, **otherwise: str | None) -> int:
    from psycopg.conninfo import conninfo_to_dict, make_conninfo
    from psycopg.pq import PGconn

    asked: dict[str, Any] = {**conninfo_to_dict(target), "connect_timeout": ANSWERS_WITHIN, **otherwise}
    return PGconn.ping(make_conninfo(**asked).encode())


def _leads_to_a_port(error: psycopg.OperationalError) -> bool:
    port = error.pgconn.port.decode() if error.pgconn else ""
    return not port or (port.isdigit() and 0 < int(port) <= _LAST_PORT)


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else ""
