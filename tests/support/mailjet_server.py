"""Mailjet on loopback: a real HTTP server over TLS, whose misbehaviour is a script.

    with MailjetServer(script=[status(429), accept_then_drop]) as server: ...

Behaviours are played one a POST, in order; after the last one calls are accepted.
"""

from __future__ import annotations

import base64
import json
import os
import select
import signal
import socket
import socketserver
import sys
import threading
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.support import certificates
from tests.support.mailjet_account import Account, Delivered, error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType

    from typing_extensions import Self

Behaviour: TypeAlias = "Callable[[Call], None]"


@dataclass
class Request:
    """What reached the server; ``document`` stays None where the body was not read, or is no JSON."""

    path: str
    at: float
    headers: dict[str, str] = field(default_factory=dict)
    document: Any = None

    @property
    def custom_ids(self) -> list[str]:
        """Name the messages of a POST, in order."""
        return [entry["CustomID"] for entry in self.document["Messages"]] if self.document else []


class MailjetServer:
    """An account behind a port. ``posts`` and ``gets`` are all that came, ``delivered`` what arrived."""

    def __init__(
        self,
        *,
        tls: bool = True,
        script: Iterable[Behaviour] = (),
        rest_script: Iterable[Behaviour] = (),
        credentials: tuple[str, str] = ("public-key", "private-key"),
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.account = Account(clock)
        self.script, self.rest_script = list(script), list(rest_script)
        self.credentials = credentials
        self.clock = clock
        self.posts: list[Request] = []
        self.gets: list[Request] = []
        self.connections = 0
        self.closing = threading.Event()
        self.bugs: list[BaseException] = []
        self.lock = threading.Lock()
        self._tls = tls
        self._stack = ExitStack()

    @property
    def delivered(self) -> list[Delivered]:
        """What reached mailboxes, in order."""
        return self.account.delivered

    @property
    def environment(self) -> dict[str, str]:
        """Give what a process needs to call this server."""
        public, private = self.credentials
        return {
            "REQUESTS_CA_BUNDLE": self.ca_bundle,
            "MJ_APIKEY_PUBLIC": public,
            "MJ_APIKEY_PRIVATE": private,
        }

    def __enter__(self) -> Self:
        self.ca_bundle = self._stack.enter_context(certificates.bundle())
        self._listener = _Listener(self, tls=self._tls)
        scheme = "https" if self._tls else "http"
        self._port = self._listener.server_address[1]
        self.url = f"{scheme}://127.0.0.1:{self._port}/"
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._listener.shutdown()
        self._thread.join()
        self._listener.hang_up()
        self._listener.server_close()
        self._stack.close()
        assert not self.bugs, self.bugs

    def wait_until_idle(self) -> None:
        """Wait until all calls that came so far were served, also those of processes that have died."""
        with socket.create_connection(("127.0.0.1", self._port)) as last_in_line, suppress(OSError):
            last_in_line.shutdown(socket.SHUT_WR)
            last_in_line.recv(1)
        while self._listener.lines:
            time.sleep(0.001)

    def next_of(self, script: list[Behaviour]) -> Behaviour:
        """Take the next behaviour off a script."""
        with self.lock:
            return script.pop(0) if script else accept


class Call:
    """One request, as a behaviour sees it."""

    def __init__(self, handler: _Handler, request: Request) -> None:
        self.server = handler.server.mailjet
        self.request = request
        self._handler = handler

    def read(self) -> Any:
        """Read the whole body; of a caller who died over it, nothing is left to answer."""
        length = int(self._handler.headers.get("Content-Length", 0))
        body = self._handler.rfile.read(length)
        if len(body) < length:
            raise ConnectionAbortedError
        with suppress(ValueError):
            self.request.document = json.loads(body)
        return self.request.document

    def answer(self) -> tuple[int, dict[str, Any]]:
        """Do what Mailjet does, and return the answer it would give."""
        if self._handler.command == "POST":
            document = self.read()
            return (
                (400, error("mj-0002", "malformed JSON"))
                if document is None
                else self.server.account.send(document)
            )
        parts = urlsplit(self.request.path)
        _empty, _version, _rest, resource, *name = parts.path.split("/")
        # Not parse_qsl's plus for a blank: Sort=ArrivedAt+DESC keeps it.
        query = dict(parse_qsl(parts.query.replace("+", "%2B")))
        return self.server.account.rest(resource, unquote("/".join(name)), query)

    def reply(self, status: int, body: object, *, headers: str = "") -> None:
        """Answer in one write: JSON for a document, HTML for text."""
        kind = "text/html" if isinstance(body, str) else "application/json"
        content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        date = formatdate(self.server.clock(), usegmt=True)
        head = (
            f"HTTP/1.1 {status} Said\r\nDate: {date}\r\nContent-Type: {kind}\r\n"
            f"Content-Length: {len(content)}\r\n{headers}\r\n"
        )
        self.write(head.encode() + content)

    def write(self, content: bytes) -> None:
        """Put bytes on the wire as they are."""
        self._handler.wfile.write(content)

    def drop(self) -> None:
        """Hang up without a word."""
        self._handler.close_connection = True
        with suppress(OSError):
            self._handler.connection.shutdown(socket.SHUT_RDWR)

    def hang(self) -> None:
        """Say nothing until the caller has gone, or the test is over."""
        watch = select.poll()
        watch.register(self._handler.connection, getattr(select, "POLLRDHUP", select.POLLHUP))
        while not self.server.closing.wait(0.01) and not watch.poll(0):
            pass
        self.drop()


def accept(call: Call) -> None:
    """Do as Mailjet does."""
    call.reply(*call.answer())


def accept_then_hang(call: Call) -> None:
    """Take the mails, never say so."""
    call.answer()
    call.hang()


def accept_then_drop(call: Call) -> None:
    """Take the mails, then lose the line."""
    call.answer()
    call.drop()


def drop_before_reading(call: Call) -> None:
    """Lose the line before the mails were read."""
    call.drop()


def hang_before_reading(call: Call) -> None:
    """Read nothing, say nothing."""
    call.hang()


def accept_then_drip(call: Call) -> None:
    """Take the mails, then answer a byte at a time, without end."""
    call.answer()
    call.write(b"HTTP/1.1 200 OK\r\nX-Drip: ")
    while not call.server.closing.wait(0.05):
        call.write(b"x")


def status(code: int, body: object = "<html><body>no</body></html>", *, headers: str = "") -> Behaviour:
    """Refuse with an HTTP status and a page, or with a document; ``headers`` are whole lines."""

    def refuse(call: Call) -> None:
        call.read()
        call.reply(code, body, headers=headers)

    return refuse


def redirect(to: str = "/v3.1/elsewhere", code: int = 302) -> Behaviour:
    """Send the caller to another path."""
    return status(code, headers=f"Location: {to}\r\n")


def accept_then(code: int, body: object = "<html><body>oops</body></html>") -> Behaviour:
    """Take the mails, then answer as if something had gone wrong."""

    def blunder(call: Call) -> None:
        call.answer()
        call.reply(code, body)

    return blunder


def mixed(*bad_addresses: str) -> Behaviour:
    """Refuse some addresses of this call, accept the others."""

    def pick(call: Call) -> None:
        account = call.server.account
        with call.server.lock:
            account.bad_addresses |= set(bad_addresses)
            answer = call.answer()
            account.bad_addresses -= set(bad_addresses)
        call.reply(*answer)

    return pick


def whole_call_error(code: str = "mj-0004", http_status: int = 400) -> Behaviour:
    """Refuse a whole call with one of Mailjet's codes."""
    return status(http_status, error(code, "the call can't be taken", status=http_status))


def chokes_on(address: str, code: str = "mj-0004", http_status: int = 400) -> Behaviour:
    """Refuse a call as a whole if one message is to ``address``; script it as often as needed."""

    def choke(call: Call) -> None:
        entries = call.read()["Messages"]
        if any(entry["To"][0]["Email"].casefold() == address for entry in entries):
            call.reply(http_status, error(code, "the call can't be taken", status=http_status))
        else:
            call.reply(*call.server.account.send(call.request.document))

    return choke


def rubbish(call: Call) -> None:
    """Take the mails, answer with what isn't JSON."""
    accept_then(200, "<html><body>Welcome to the hotel's network</body></html>")(call)


def empty_messages(call: Call) -> None:
    """Take the mails, answer with an empty list."""
    accept_then(200, {"Messages": []})(call)


def short_messages(call: Call) -> None:
    """Take the mails, answer with one entry too few."""
    code, document = call.answer()
    call.reply(code, {"Messages": document["Messages"][1:]})


def wrong_types(call: Call) -> None:
    """Take the mails, answer with a list of what are no entries."""
    code, document = call.answer()
    call.reply(code, {"Messages": [7 for _entry in document["Messages"]]})


def kill_client(pid: int | Callable[[], int], *, accepting: bool = True) -> Behaviour:
    """Kill the caller at the POST, its mails taken or not; ``pid`` may be asked for when it's time."""

    def kill(call: Call) -> None:
        if accepting:
            call.answer()
        os.kill(pid if isinstance(pid, int) else pid(), signal.SIGKILL)
        call.drop()

    return kill


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Listener

    def do_POST(self) -> None:
        self._serve(self.server.mailjet.posts, self.server.mailjet.script)

    def do_GET(self) -> None:
        self._serve(self.server.mailjet.gets, self.server.mailjet.rest_script)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
        """Say nothing."""

    def _serve(self, requests: list[Request], script: list[Behaviour]) -> None:
        mailjet = self.server.mailjet
        request = Request(self.path, mailjet.clock(), dict(self.headers))
        requests.append(request)
        call = Call(self, request)
        known = base64.b64encode(":".join(mailjet.credentials).encode()).decode()
        if self.headers.get("Authorization") != f"Basic {known}":
            status(401, error("mj-0015", "API key authentication failed", status=401))(call)
        elif self.command == "POST" and self.path != "/v3.1/send":
            status(405, error("mj-0405", "not here", status=405))(call)
        else:
            mailjet.next_of(script)(call)


class _Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, mailjet: MailjetServer, *, tls: bool) -> None:
        self.mailjet = mailjet
        self._tls = tls
        self.lines: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Handler)

    def get_request(self) -> tuple[socket.socket, Any]:
        line, address = super().get_request()
        if self._tls:
            # The handshake happens in the caller's own thread, at its first read.
            line = certificates.server_context().wrap_socket(
                line, server_side=True, do_handshake_on_connect=False
            )
        self.lines.add(line)
        self.mailjet.connections += 1
        return line, address

    def shutdown_request(self, request: Any) -> None:
        self.lines.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        bug = sys.exc_info()[1]
        if bug and not isinstance(bug, OSError):  # callers that hang up are what this server is for
            self.mailjet.bugs.append(bug)

    def hang_up(self) -> None:
        for line in list(self.lines):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
