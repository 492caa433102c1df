"""What would outlast a power cut, and what is on the wire by then, read from strace's lines."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TRACED = (
    "pwrite64,write,ftruncate,fsync,fdatasync,sendto,sendmsg,"
    "?open,openat,?rename,?renameat,?renameat2,?unlink,?unlinkat"
)
_SENDING = ("sendto", "sendmsg")
_CALL = re.compile(r"(\d+) +(\w+)\((.*)", re.DOTALL)
_RESUMED = re.compile(r"(\d+) +<\.\.\. \w+ resumed>")
_DESCRIPTOR = re.compile(r"\d+<([^>]*)>")
_QUOTED = re.compile(r'"([^"]*)"')
_CUSTOM_ID = re.compile(r'CustomID\\": ?\\"([\w.-]+)')


class Call(NamedTuple):
    """A system call: one that sends when it begins, any other once it has ended."""

    thread: str
    name: str
    arguments: str

    @property
    def path(self) -> str:
        """The file it is about, or the last one of two."""
        if found := _DESCRIPTOR.match(self.arguments):
            return found[1]
        return str(_QUOTED.findall(self.arguments)[-1])


def calls_in(trace: str) -> Iterator[Call]:
    """Yield the calls of a trace in the order in which they took effect."""
    begun: dict[str, Call] = {}
    for line in trace.splitlines():
        if (resumed := _RESUMED.match(line)) and resumed[1] in begun:
            yield begun.pop(resumed[1])
        elif found := _CALL.match(line):
            call = Call(*found.groups())
            if line.endswith("<unfinished ...>") and call.name not in _SENDING:
                begun[call.thread] = call
            else:
                yield call


@dataclass
class Disk:
    """The ledger and the outbox as a power cut would leave them, and the POSTs that came too early."""

    folder: Path
    unsynced: set[str] = field(default_factory=set)
    recorded: str = ""  # all that transactions wrote which are over for good
    early: list[str] = field(default_factory=list)
    posts: int = 0
    open_at_post: set[str] = field(default_factory=set)  # unsynced when a POST began, whatever it was
    posted: set[str] = field(default_factory=set)
    _written: str = ""
    _committed: str = ""
    _known_at_post: dict[str, str] = field(default_factory=dict)

    @property
    def ledger(self) -> str:
        """The ledger's file."""
        return str(self.folder / "ledger.sqlite3")

    @property
    def journal(self) -> str:
        """The file that takes a transaction back, as long as it is there."""
        return f"{self.ledger}-journal"

    def see(self, call: Call) -> None:
        """Take note of a call."""
        if call.name in _SENDING:
            self._see_sending(call)
        elif call.name in {"fsync", "fdatasync"}:
            self._see_sync(call.path)
        elif call.path in {self.ledger, self.journal}:
            self._see_change(call)

    def _see_change(self, call: Call) -> None:
        if call.name in {"pwrite64", "write", "ftruncate"}:
            self.unsynced.add(call.path)
            if call.path == self.ledger:
                self._note({self.journal, str(self.folder)}, "the ledger is written")
                self._written += call.arguments
        elif call.name.startswith("unlink"):
            self._note({self.ledger}, "the journal is removed")
            self.unsynced.discard(self.journal)
            self.unsynced.add(str(self.folder))
            self._committed, self._written = self._committed + self._written, ""
        elif "O_CREAT" in call.arguments:
            self.unsynced.add(str(self.folder))

    def _see_sync(self, path: str) -> None:
        self.unsynced.discard(path)
        if path == str(self.folder):
            self.recorded, self._committed = self.recorded + self._committed, ""

    def _see_sending(self, call: Call) -> None:
        if "POST /v3.1/send" in call.arguments:
            self.posts += 1
            self.open_at_post |= self.unsynced
            self._known_at_post[call.thread] = self.recorded
        for custom_id in _CUSTOM_ID.findall(call.arguments):
            self.posted.add(custom_id)
            if custom_id not in self._known_at_post[call.thread]:
                self.early.append(f"{custom_id} is posted, its claim could still vanish")

    def _note(self, paths: set[str], what: str) -> None:
        if first := paths & self.unsynced:
            self.early.append(f"{what}, not yet synced: {first}")
