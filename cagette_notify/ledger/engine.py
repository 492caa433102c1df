"""Define what the ledger asks of a database, whichever it is: a connection, and an engine around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    Values = Sequence[object] | Mapping[str, object]


class LedgerRow(Protocol):
    """A row of an answer, by the names of its columns or their positions."""

    def __getitem__(self, column: Any, /) -> Any:
        """Return a value."""

    def __iter__(self) -> Iterator[Any]:
        """Yield the values in order."""


class Rows(Protocol):
    """An answer."""

    @property
    def rowcount(self) -> int:
        """How many rows were written."""

    def fetchone(self) -> Any:
        """Return the next row; None after the last one."""

    def fetchall(self) -> list[Any]:
        """Return all rows that are left."""

    def __iter__(self) -> Iterator[Any]:
        """Yield the rows that are left."""


class Connection(Protocol):
    """Takes statements in the form that both engines share.

    Their values stand as ``?`` or ``:name``. A plus right before a column keeps SQLite from an index. Both
    know ``COLLATE NOCASE``, ``instr``, ``TRUE`` and a broadcast's ``rowid``.
    """

    def execute(self, query: str, values: Values = ..., /) -> Rows:
        """Execute one statement."""

    def executemany(self, query: str, values: Iterable[Any], /) -> Rows:
        """Execute it once for each of these values; ``rowcount`` counts the rows of all."""


class Lease(Protocol):
    """How long what is claimed now may be used."""

    def holds(self) -> bool:
        """Tell whether it may still be sent, now; raises ``LaterError`` where others may send it by now.

        Called from several threads.
        """


class Engine(Protocol):
    """A ledger's database."""

    @property
    def connection(self) -> Connection:
        """What takes statements, within a transaction or without one."""

    @property
    def name(self) -> str:
        """What problems call it."""

    @property
    def machine(self) -> str:
        """What this machine is called among those that share the ledger; nothing where none does."""

    def ledger_id(self) -> str:
        """Return the ledger's own name."""

    def in_plain_words(self) -> AbstractContextManager[None]:
        """Turn the database's errors into ours."""

    def stream(self, query: str, values: Values, /) -> Iterator[LedgerRow]:
        """Yield the rows of a query one by one, however many there are."""

    def transaction(self, *, erases: bool, is_news: bool) -> AbstractContextManager[Connection]:
        """Do everything in the block, durably, or nothing of it; nobody else writes meanwhile.

        What it ``erases`` is gone. Where nothing of it ``is_news``, nobody else has to look again.
        """

    def data_version(self) -> int:
        """Return a number that changes whenever somebody else has written."""

    def state(self) -> tuple[int, bytes]:
        """Return what tells one state of the ledger from another; not within a transaction."""

    def clock(self, own: Callable[[], datetime]) -> Callable[[], datetime]:
        """Return the clock by which all machines go that share it: this one's ``own``, if none does."""

    def lease(self) -> Lease:
        """Begin to count for what is about to be claimed."""

    def go_on_counting(self) -> None:
        """Give ids after those that were written with theirs."""

    def build_anew(self) -> None:
        """Leave nothing on the disk of what was deleted."""

    def sweep_half_made(self, before: datetime) -> None:
        """Delete what was left, before then, by commands that were killed while they made a ledger."""
