"""Ask a ledger's server what a crash or a failover would cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.ledger.psycopg_wire import connect

if TYPE_CHECKING:
    from cagette_notify.core.ledger_place import SharedLedger

_ASKED = """
    SELECT current_setting('fsync') = 'on' AS is_synced,
        (SELECT reset_val FROM pg_settings WHERE name = 'synchronous_commit') AS commits,
        current_setting('synchronous_standby_names') <> '' AS waits_for_standbys,
        (SELECT count(*) FROM pg_stat_replication) AS standbys,
        coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), FALSE)
            OR coalesce(inet_server_addr() << '127.0.0.0/8' OR inet_server_addr() = '::1', TRUE) AS is_private
"""


class ServerFacts(Struct, frozen=True):
    """How durable a server's commits are: ``commits`` is its synchronous_commit, which runs set to on."""

    is_synced: bool
    commits: str
    waits_for_standbys: bool
    standbys: int
    is_private: bool  # encrypted, or within this machine


def server_facts(place: SharedLedger) -> ServerFacts:
    """Return them; raises as ``open_ledger`` does."""
    wire = connect(place, read_only=True)
    try:
        with wire.in_plain_words():
            return ServerFacts(*wire.execute(_ASKED).fetchone())
    finally:
        wire.close()
