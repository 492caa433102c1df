"""What the machine, its proxy and odd answers do to a call: nothing is doubted that never left."""

from __future__ import annotations

import gzip
import socket
import threading
import tracemalloc
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.errors import LaterError
from cagette_notify.core.notices import Status
from cagette_notify.delivery.mailjet.bounded_answers import LARGEST_ANSWER
from cagette_notify.delivery.mailjet.rest_rows import fate
from cagette_notify.delivery.transport import LookupFailed
from tests.delivery.test_mailjet import a_transport, look_up, mailjet, statuses
from tests.fixtures.mailjet_server import Behaviour, Call, MailjetServer, accept, drop_before_reading, status
from tests.fixtures.messages import messages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cagette_notify.core.messages import Outcome

MEGABYTE = 1_000_000


def sent_under(server: MailjetServer) -> list[Outcome]:
    return a_transport(server.url).send(messages(2))


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        (
            "REQUESTS_CA_BUNDLE",
            "/nonexistent.pem",
            "certificates that $REQUESTS_CA_BUNDLE names are not there",
        ),
        ("CURL_CA_BUNDLE", "/nonexistent.pem", "certificates that $CURL_CA_BUNDLE names are not there"),
        ("https_proxy", "socks5://127.0.0.1:9", "$https_proxy names a SOCKS proxy, which needs PySocks"),
        ("ALL_PROXY", "socks5h://127.0.0.1:9", "$ALL_PROXY names a SOCKS proxy, which needs PySocks"),
        ("https_proxy", "http://[::1", "$https_proxy is no address of a proxy"),
        ("HTTPS_PROXY", "http://127.0.0.1:port", "$HTTPS_PROXY is no address of a proxy"),
        ("https_proxy", "http://127.0.0.1:99999", "$https_proxy is no address of a proxy"),
        ("https_proxy", "ftp://127.0.0.1", "$https_proxy is no address of a proxy"),
        ("https_proxy", "://", "$https_proxy is no address of a proxy"),
        ("https_proxy", "http://127.0.0.1:9", "no way through the proxy that $https_proxy names"),
    ],
)
def test_a_setting_of_the_machine_that_keeps_calls_from_being_made_is_named(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, said: str
) -> None:
    with mailjet(monkeypatch, accept) as server:
        monkeypatch.delenv("REQUESTS_CA_BUNDLE") if variable == "CURL_CA_BUNDLE" else None
        monkeypatch.setenv(variable, value)

        outcomes = sent_under(server)

        assert statuses(outcomes) == [Status.DEFERRED] * 2
        assert all(said in outcome.detail for outcome in outcomes)
        assert server.connections == 0
        with pytest.raises(LookupFailed) as caught:
            look_up(a_transport(server.url), "one")
        assert said in str(caught.value)


def test_certificates_that_are_other_programs_matter_keep_no_mail_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with mailjet(monkeypatch, accept) as server:
        monkeypatch.setenv("SSL_CERT_FILE", "/nonexistent.pem")
        monkeypatch.setenv("SSL_CERT_DIR", "/nonexistent")

        assert statuses(sent_under(server)) == [Status.SENT] * 2


@pytest.mark.parametrize("content", ["", "- no certificate\n"])
def test_a_file_that_holds_no_certificate_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str
) -> None:
    with mailjet(monkeypatch, accept) as server:
        (tmp_path / "bundle.pem").write_text(content)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "bundle.pem"))

        outcomes = sent_under(server)

        assert statuses(outcomes) == [Status.DEFERRED] * 2
        assert "that $REQUESTS_CA_BUNDLE names can't be read" in outcomes[0].detail
        assert server.posts == []


def test_a_log_of_keys_that_can_not_be_written_is_named_before_anything_is_claimed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with mailjet(monkeypatch, accept) as server:
        monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "no-folder" / "keys"))

        with pytest.raises(LaterError, match="SSLKEYLOGFILE"):
            a_transport(server.url).prepare()


def test_a_password_in_the_address_of_a_proxy_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    with mailjet(monkeypatch, accept) as server:
        for value in (
            "http://me:secret@[::1",
            "socks5://me:secret@127.0.0.1:9",
            "http://me:secret@127.0.0.1:9",
        ):
            monkeypatch.setenv("https_proxy", value)

            assert not [outcome for outcome in sent_under(server) if "secret" in outcome.detail]


@contextmanager
def a_proxy_that_says(answer: bytes) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    line, _peer = listener.accept()
                except OSError:
                    return
                with line:
                    line.recv(65_536)
                    line.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)


@pytest.mark.parametrize("answer", [b"HTTP/1.1 403 Forbidden\r\n\r\n", b"HTTP/1.1 407 Who are you\r\n\r\n"])
def test_what_a_proxy_does_not_let_through_has_not_left(
    monkeypatch: pytest.MonkeyPatch, answer: bytes
) -> None:
    with mailjet(monkeypatch, accept) as server, a_proxy_that_says(answer) as proxy:
        monkeypatch.setenv("https_proxy", proxy)

        outcomes = sent_under(server)

        assert statuses(outcomes) == [Status.DEFERRED] * 2
        assert "$https_proxy" in outcomes[0].detail
        assert server.connections == 0


def test_a_line_that_breaks_is_still_a_doubt_where_a_proxy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with mailjet(monkeypatch, drop_before_reading) as server:
        monkeypatch.setenv("https_proxy", "http://[::1")
        monkeypatch.setenv("no_proxy", "127.0.0.1")

        assert statuses(sent_under(server)) == [Status.IN_DOUBT] * 2


@pytest.mark.parametrize(
    "date",
    [
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "Mon, 01 Jan 0001 00:00:00 GMT",
        "Fri, 31 Dec 99999999999999999999 23:59:59 GMT",
        "Fri, 31 Dec 9999 23:59:59 -2359",
    ],
)
def test_a_time_at_an_end_of_the_calendar_stops_no_question(
    monkeypatch: pytest.MonkeyPatch, date: str
) -> None:
    with mailjet(monkeypatch) as server:
        server.rest_script += [dated(date)] * 3
        transport = a_transport(server.url)

        assert look_up(transport, "one", "two") == {}
        assert (transport.clock_offset or timedelta(0)) < timedelta(days=1)


@pytest.mark.parametrize("time", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "2200-01-01T00:00:00Z"])
def test_a_mail_of_such_a_time_tells_nothing(time: str) -> None:
    row = {"CustomID": "one", "Status": "opened", "ArrivedAt": time}

    assert fate(row) is None
    assert fate(row | {"ArrivedAt": "2026-06-11T16:05:00Z"})


def dated(date: str) -> Behaviour:
    def say(call: Call) -> None:
        body = b'{"Data": []}'
        head = f"HTTP/1.1 200 OK\r\nDate: {date}\r\nContent-Type: application/json\r\n"
        call.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)

    return say


@cache
def inflating() -> bytes:
    """Return what inflates to 200 MB."""
    return gzip.compress(b" " * MEGABYTE * 200, 1)


def bomb(code: int) -> Behaviour:
    body = inflating()

    def burst(call: Call) -> None:
        if call.request.path.endswith("/send"):
            call.answer()
        head = f"HTTP/1.1 {code} Said\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n"
        call.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)

    return burst


@pytest.mark.dear
@pytest.mark.parametrize("code", [200, 400, 500])
def test_an_answer_that_inflates_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    with mailjet(monkeypatch, bomb(code)) as server:
        server.rest_script.append(bomb(code))
        transport = a_transport(server.url)
        transport.prepare()
        tracemalloc.start()
        try:
            outcomes = transport.send(messages(2))
            with pytest.raises(LookupFailed):
                transport.records.rows("sender", {})
            _now, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

        assert statuses(outcomes) == [Status.IN_DOUBT] * 2
        assert peak < 5 * LARGEST_ANSWER


def test_a_long_answer_is_read_whole_and_its_connection_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"Email": "somebody@example.org", "Status": "Active", "Name": "x" * 4_000}
    with mailjet(monkeypatch) as server:
        server.rest_script += [status(200, {"Data": [row] * 1000})] * 2
        transport = a_transport(server.url)

        assert len(transport.records.rows("sender", {})) == 1000
        assert len(transport.records.rows("sender", {})) == 1000
        assert server.connections == 1
