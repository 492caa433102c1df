"""Mailjet on loopback, as fast as it can be, in a process of its own: it accepts all, and remembers nothing.

``python -m tests.benchmarks.stand_in [--latency SECONDS] [--keep FILE]`` prints its port. Answers leave in
one write, and at once (asyncio sets TCP_NODELAY): else 40 ms a call would be the network's, and make every
ratio a lie.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from msgspec import Struct, json

from tests.benchmarks.measure import ROOT, program

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIRST_ID = 2**60
_SENDER = [{"Email": "*@mj.cagette.net", "Status": "Active"}]


class _Recipient(Struct):
    Email: str


class _Message(Struct):
    To: list[_Recipient]
    CustomID: str = ""


class _Call(Struct):
    """As much of a body as an answer needs."""

    Messages: list[_Message]


@contextmanager
def stand_in(*, latency: float = 0.0, keep: Path | None = None) -> Iterator[str]:
    """Start one and give its URL; ``latency`` in seconds, bodies are kept in a file, a line each."""
    kept = ["--keep", str(keep)] if keep else []
    command = program("stand_in", "--latency", str(latency), *kept)
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}/"
        finally:
            process.terminate()


class _Line(asyncio.Protocol):
    """One connection; requests come one after the other, as HTTP without pipelining has it."""

    def __init__(self, latency: float, kept: IO[bytes] | None) -> None:
        self._latency = latency
        self._kept = kept
        self._received = bytearray()
        self._wanted = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._wanted and (end := self._received.find(b"\r\n\r\n")) >= 0:
            self._wanted = end + 4 + _length(self._received[:end])
        if self._wanted and len(self._received) >= self._wanted:
            head, _gap, body = bytes(self._received).partition(b"\r\n\r\n")
            self._received, self._wanted = bytearray(), 0
            self._answer(head, body)

    def _answer(self, head: bytes, body: bytes) -> None:
        if head.startswith(b"POST") and self._kept:
            self._kept.write(body + b"\n")
        content = json.encode(_accepted(body) if head.startswith(b"POST") else _found(head))
        start = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        loop = asyncio.get_running_loop()
        loop.call_later(self._latency, self._transport.write, start.encode() + content)


def _length(head: bytes | bytearray) -> int:
    _before, found, after = bytes(head).lower().partition(b"content-length:")
    return int(after.partition(b"\r\n")[0]) if found else 0


def _accepted(body: bytes) -> dict[str, Any]:
    messages = json.decode(body, type=_Call).Messages
    return {"Messages": [_success(message, _FIRST_ID + i) for i, message in enumerate(messages)]}


def _success(message: _Message, number: int) -> dict[str, Any]:
    recipients = [
        {
            "Email": recipient.Email,
            "MessageUUID": str(number),
            "MessageID": number,
            "MessageHref": f"https://api.mailjet.com/v3/REST/message/{number}",
        }
        for recipient in message.To
    ]
    return {"Status": "success", "CustomID": message.CustomID, "To": recipients, "Cc": [], "Bcc": []}


def _found(head: bytes) -> dict[str, Any]:
    rows = _SENDER if b"/v3/REST/sender" in head.partition(b"\r\n")[0] else []
    return {"Count": len(rows), "Data": rows, "Total": len(rows)}


async def _serve(latency: float, kept: IO[bytes] | None) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: _Line(latency, kept), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 - whoever started it waits for that
    await server.serve_forever()


def main() -> None:
    """Serve until terminated."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--latency", type=float, default=0.0)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    kept = asked.keep.open("wb", buffering=0) if asked.keep else None
    asyncio.run(_serve(asked.latency, kept))


if __name__ == "__main__":
    main()
