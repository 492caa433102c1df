"""The process behind ``tests.chaos.kills.warm``: it imports everything once, then forks for each command."""

from __future__ import annotations

import functools
import gc
import importlib
import json
import os
import signal
import ssl
import sys
import threading
import time
import traceback
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout, suppress
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
import time_machine

from cagette_notify.cli import main as command
from cagette_notify.delivery.mailjet import http as mailjet_http
from cagette_notify.delivery.mailjet import transport as mailjet
from cagette_notify.delivery.outbox.transport import OutboxTransport
from tests.chaos.kills.places import PACKAGE
from tests.fixtures.compiled import compile_once
from tests.fixtures.coop import A_DAY_BEFORE, Coop

if TYPE_CHECKING:
    from datetime import timedelta
    from types import FrameType

    from mailjet_rest import Client

NOBODY_LISTENS = "delivery: mailjet\nmailjet: {api_url: 'http://127.0.0.1:9/'}\n"
_PREFIX = str(PACKAGE) + os.sep
Place = tuple[str, int, int]  # a file of the package, a line, the how many-th time it is reached


class Lines:
    """Counts how often each line of the package is reached, in all threads, or signals itself at one."""

    def __init__(
        self, deadly: Place | None, deed: int = signal.SIGKILL, *, between_calls: bool = False
    ) -> None:
        self._deed = deed
        self._between_calls = between_calls
        self._deadly_file, self._deadly_line, self._times_left = deadly or ("", 0, 0)
        self._enter = self._enter_one if deadly else self._enter_any
        self.reached: Counter[tuple[str, int]] = Counter()

    def watch(self) -> None:
        threading.settrace(self._enter)
        sys.settrace(self._enter)

    def _enter_any(self, frame: FrameType, _event: str, _argument: object) -> Any:
        return self._count if frame.f_code.co_filename.startswith(_PREFIX) else None

    def _count(self, frame: FrameType, event: str, _argument: object) -> Any:
        if event == "line":
            self.reached[frame.f_code.co_filename.removeprefix(_PREFIX), frame.f_lineno] += 1
        return self._count

    def _enter_one(self, frame: FrameType, _event: str, _argument: object) -> Any:
        return self._die if frame.f_code.co_filename == _PREFIX + self._deadly_file else None

    def _die(self, frame: FrameType, event: str, _argument: object) -> Any:
        if event == "line" and frame.f_lineno == self._deadly_line:
            self._times_left -= 1
            if not self._times_left:
                if self._between_calls:
                    _let_calls_end()
                os.kill(os.getpid(), self._deed)
        return self._die


def _let_calls_end() -> None:
    """Wait for other threads that are between the proof that mails are theirs to send and an answer."""
    own, deadline = threading.get_ident(), time.monotonic() + 5
    while time.monotonic() < deadline and any(
        number != own and _is_calling(frame) for number, frame in sys._current_frames().items()
    ):
        time.sleep(0.001)


def _is_calling(frame: FrameType | None) -> bool:
    deliver = mailjet.MailjetTransport._deliver.__code__
    while frame and frame.f_code is not deliver:
        frame = frame.f_back
    return frame is not None


def serve() -> None:
    """Answer each order on stdin: a command with its process id, a wait with how that process ended."""
    with pytest.MonkeyPatch.context() as patch:
        _make_cheap(patch)
        _warm_up()
        for line in sys.stdin:
            order = json.loads(line)
            answer = os.waitpid(order["wait"], os.WUNTRACED)[1] if "wait" in order else _start(order)
            sys.stdout.write(f"{answer}\n")
            sys.stdout.flush()


def _make_cheap(patch: pytest.MonkeyPatch) -> None:
    """Let a few mails make several calls, and do once what each process would do again."""
    make_client = mailjet_http._client

    def make_impatient_client(
        url: str, keys: tuple[str, str], version: str, seconds: float, connect_within: timedelta | None
    ) -> Client:
        # The configuration can't say less than a second. Questions keep it: on a busy machine every one
        # of them may come late, and a doubt would stay one for hours.
        return make_client(url, keys, version, seconds / 8 if version == "v3.1" else seconds, connect_within)

    patch.setattr(mailjet_http, "_client", make_impatient_client)
    patch.setattr(mailjet.MailjetTransport, "batch", 2)
    patch.setattr(OutboxTransport, "batch", 2)
    patch.setattr(ssl, "create_default_context", functools.cache(ssl.create_default_context))
    compile_once(patch)


def _warm_up() -> None:
    with suppress(ImportError):  # an extra
        importlib.import_module("psycopg.types.string")
    keys = {"MJ_APIKEY_PUBLIC": "public-key", "MJ_APIKEY_PRIVATE": "private-key"}
    with (
        TemporaryDirectory() as folder,
        time_machine.travel(A_DAY_BEFORE, tick=True),
        redirect_stdout(StringIO()),
        redirect_stderr(StringIO()),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("CAGETTE_NOTIFY_CONFIG", f"{folder}/config.yaml")
        for extra in ("", NOBODY_LISTENS):
            letter = str(Coop(Path(folder), extra).write("letter.md", "Bonjour {{ member.first_name }}"))
            for name, value in keys.items():
                patch.setenv(name, value)
            for words in (["send-due"], ["broadcast", "-s", "x", "--body", letter, "--yes"], ["status"]):
                _run(words)
            _run(["check-member", "zoe", "--offline"])
            _run(["log"])
    assert threading.active_count() == 1, "a fork would lose the others"
    gc.collect()
    gc.freeze()


def _start(order: dict[str, Any]) -> int:
    pid = os.fork()
    if pid:
        return pid
    os._exit(_obey(order))


def _obey(order: dict[str, Any]) -> int:
    os.chdir(order["folder"])
    os.environ.update(order["environ"])
    for number, name in enumerate((os.devnull, f"{order['said']}.out", f"{order['said']}.err")):
        os.dup2(os.open(name, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), number)
    lines = Lines(order["deadly"], order["deed"], between_calls=order["between_calls"])
    if order["deed"] == signal.SIGINT:
        signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored by children of a background job
    with time_machine.travel(order["at"], tick=True):
        if order["deadly"] or order["counts"]:
            lines.watch()
        status = _run(order["words"])
    sys.settrace(None)
    if order["counts"]:
        rows = [[*line, times] for line, times in lines.reached.items()]
        Path(f"{order['said']}.lines").write_text(json.dumps(rows), encoding="utf-8")
    sys.stdout.flush()
    sys.stderr.flush()
    return status


def _run(words: list[str]) -> int:
    try:
        command(["--lang", "en", *words], prog_name="cagette-notify")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001 - printed as the interpreter would
        traceback.print_exc()
    return 1


if __name__ == "__main__":
    serve()
