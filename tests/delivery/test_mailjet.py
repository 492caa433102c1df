from __future__ import annotations

import io
import logging
import socket
import subprocess
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from cagette_notify.cli.session import now
from cagette_notify.config.load import load
from cagette_notify.core.errors import ConfigError
from cagette_notify.core.ledger_place import shared_ledger
from cagette_notify.core.messages import Attachment, Outcome, StopReason
from cagette_notify.core.notices import Status
from cagette_notify.delivery.choose_transport import transport_for
from cagette_notify.delivery.mailjet.transport import MailjetTransport
from cagette_notify.delivery.transport import LookupFailed
from tests.fixtures.mailjet_server import (
    Behaviour,
    Call,
    MailjetServer,
    accept,
    accept_then,
    accept_then_drip,
    accept_then_drop,
    accept_then_hang,
    chokes_on,
    drop_before_reading,
    empty_messages,
    hang_before_reading,
    mixed,
    redirect,
    rubbish,
    short_messages,
    status,
    whole_call_error,
    wrong_types,
)
from tests.fixtures.messages import a_message, messages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime.now(timezone.utc)
SECRET = "private-key"


@contextmanager
def mailjet(monkeypatch: pytest.MonkeyPatch, *script: Behaviour, **options: Any) -> Iterator[MailjetServer]:
    with MailjetServer(script=script, **options) as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        yield server


def a_transport(url: str, *, seconds: float = 5.0, parallel: int = 4) -> MailjetTransport:
    return MailjetTransport(url, ("public-key", SECRET), parallel, timedelta(seconds=seconds), now)


def look_up(transport: MailjetTransport, *custom_ids: str) -> dict[str, Outcome]:
    return transport.look_up(custom_ids, since=NOW - timedelta(hours=1), until=NOW)


def statuses(outcomes: list[Outcome]) -> list[Status]:
    return [outcome.status for outcome in outcomes]


SENT, FAILED, DEFERRED, IN_DOUBT = Status.SENT, Status.FAILED, Status.DEFERRED, Status.IN_DOUBT


@pytest.mark.long
@pytest.mark.parametrize("tls", [True, False])
@pytest.mark.parametrize(
    ("behaviour", "expected", "arrived"),
    [
        pytest.param(accept, (SENT, None), 2, id="accept"),
        pytest.param(accept_then_hang, (IN_DOUBT, None), 2, id="accept, hang"),
        pytest.param(accept_then_drop, (IN_DOUBT, None), 2, id="accept, drop"),
        pytest.param(accept_then_drip, (IN_DOUBT, None), 2, id="accept, drip"),
        pytest.param(drop_before_reading, (IN_DOUBT, None), 0, id="drop"),
        pytest.param(hang_before_reading, (IN_DOUBT, None), 0, id="hang"),
        pytest.param(rubbish, (IN_DOUBT, None), 2, id="rubbish"),
        pytest.param(empty_messages, (IN_DOUBT, None), 2, id="no entries"),
        pytest.param(short_messages, (IN_DOUBT, None), 2, id="too few entries"),
        pytest.param(wrong_types, (IN_DOUBT, None), 2, id="no entries, but numbers"),
        pytest.param(accept_then(500), (IN_DOUBT, None), 2, id="accept, 500"),
        pytest.param(accept_then(502), (IN_DOUBT, None), 2, id="accept, 502"),
        pytest.param(accept_then(503), (IN_DOUBT, None), 2, id="accept, 503"),
        pytest.param(accept_then(504), (IN_DOUBT, None), 2, id="accept, 504"),
        pytest.param(status(400), (IN_DOUBT, None), 0, id="400 of a proxy"),
        pytest.param(status(413), (IN_DOUBT, None), 0, id="413 of a proxy"),
        pytest.param(status(429), (DEFERRED, StopReason.SLOW_DOWN), 0, id="429"),
        pytest.param(
            status(429, headers="Retry-After: 0\r\n"), (DEFERRED, StopReason.SLOW_DOWN), 0, id="429, retry"
        ),
        pytest.param(status(503, headers="Retry-After: 0\r\n"), (IN_DOUBT, None), 0, id="503, retry"),
        pytest.param(status(401), (DEFERRED, StopReason.REFUSED), 0, id="401"),
        pytest.param(status(403), (DEFERRED, StopReason.REFUSED), 0, id="403"),
        pytest.param(status(404), (DEFERRED, StopReason.REFUSED), 0, id="404"),
        pytest.param(redirect(code=301), (DEFERRED, StopReason.REFUSED), 0, id="301"),
        pytest.param(redirect(code=302), (DEFERRED, StopReason.REFUSED), 0, id="302"),
        pytest.param(redirect(code=307), (DEFERRED, StopReason.REFUSED), 0, id="307"),
        pytest.param(redirect(code=308), (DEFERRED, StopReason.REFUSED), 0, id="308"),
        pytest.param(status(302), (DEFERRED, StopReason.REFUSED), 0, id="302 to nowhere"),
        pytest.param(whole_call_error("mj-0001", 401), (DEFERRED, StopReason.REFUSED), 0, id="suspended"),
        pytest.param(whole_call_error("send-0008"), (DEFERRED, StopReason.REFUSED), 0, id="sender"),
        pytest.param(
            status(200, headers="Content-Encoding: gzip\r\n"), (IN_DOUBT, None), 0, id="no gzip after all"
        ),
        pytest.param(status(500, headers="X-Y: \xff\r\n"), (IN_DOUBT, None), 0, id="odd header"),
    ],
)
def test_a_call_is_one_post_and_its_answer_one_fate(
    monkeypatch: pytest.MonkeyPatch,
    behaviour: Behaviour,
    expected: tuple[Status, StopReason | None],
    arrived: int,
    tls: bool,
) -> None:
    with mailjet(monkeypatch, behaviour, tls=tls) as server:
        outcomes = a_transport(server.url, seconds=0.2).send(messages(2))

        assert [(outcome.status, outcome.stop) for outcome in outcomes] == [expected] * 2
        assert (len(server.posts), len(server.delivered)) == (1, arrived)


def test_outcomes_come_in_the_order_of_the_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    with mailjet(monkeypatch, mixed("member1@example.org")) as server:
        outcomes = a_transport(server.url).send(messages(3))

        assert statuses(outcomes) == [SENT, FAILED, SENT]
        assert [copy.custom_id for copy in server.delivered] == ["l1-0", "l1-2"]
        assert [server.account.arrivals[0].id, server.account.arrivals[1].id] == [
            int(outcomes[0].message_id),
            int(outcomes[2].message_id),
        ]


def test_text_travels_as_utf8_with_a_key_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    with mailjet(monkeypatch) as server:
        transport = a_transport(server.url)
        for custom_id in ("l1-1", "l1-2"):
            transport.send([a_message(custom_id=custom_id, campaign=custom_id, subject="Été 🍅")])

        assert [copy.subject for copy in server.delivered] == ["Été 🍅"] * 2
        assert server.posts[0].headers["Content-Type"] == "application/json"
        assert len({post.headers["Idempotency-Key"] for post in server.posts}) == 2


@pytest.mark.parametrize("culprit", [0, 1, 24, 49])
def test_a_message_that_spoils_its_call_is_found_by_halving(
    monkeypatch: pytest.MonkeyPatch, culprit: int
) -> None:
    script = [chokes_on(f"member{culprit}@example.org")] * 20
    with mailjet(monkeypatch, *script) as server:
        outcomes = a_transport(server.url).send(messages(50))

        assert statuses(outcomes) == [FAILED if n == culprit else SENT for n in range(50)]
        assert outcomes[culprit].about_content
        assert len(server.posts) <= 13
        assert len(server.delivered) == 49


def test_a_call_that_is_too_large_goes_in_halves(monkeypatch: pytest.MonkeyPatch) -> None:
    with mailjet(monkeypatch, whole_call_error("mj-0011", 413)) as server:
        outcomes = a_transport(server.url).send(messages(5))

        assert statuses(outcomes) == [SENT] * 5
        assert [len(post.custom_ids) for post in server.posts] == [5, 2, 3]


@pytest.mark.parametrize(("answer", "stop"), [(429, StopReason.SLOW_DOWN), (401, StopReason.REFUSED)])
def test_once_stopped_no_other_half_is_posted(
    monkeypatch: pytest.MonkeyPatch, answer: int, stop: StopReason
) -> None:
    with mailjet(monkeypatch, whole_call_error(), status(answer)) as server:
        outcomes = a_transport(server.url).send(messages(4))

        assert [(outcome.status, outcome.stop) for outcome in outcomes] == [(DEFERRED, stop)] * 4
        assert len(server.posts) == 2


def test_before_each_call_it_is_asked_whether_it_may_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    too_late = Outcome(DEFERRED, "too late")
    answers = [None, None, too_late]
    with mailjet(monkeypatch, whole_call_error()) as server:
        outcomes = a_transport(server.url).send(messages(4), lambda: answers.pop(0))

        assert statuses(outcomes) == [SENT, SENT, DEFERRED, DEFERRED]
        assert (len(server.posts), answers) == (2, [])


def test_a_half_in_doubt_does_not_hold_back_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    with mailjet(monkeypatch, whole_call_error(), accept_then_drop) as server:
        outcomes = a_transport(server.url).send(messages(2))

        assert statuses(outcomes) == [IN_DOUBT, SENT]


def with_attachment(custom_id: str, megabytes: int) -> Any:
    attachment = Attachment("a.pdf", "application/pdf", "QUJD" * (megabytes * 250_000))
    return a_message(custom_id=custom_id, campaign=custom_id, attachments=(attachment,))


def test_attachments_never_make_a_call_of_over_15_mb(monkeypatch: pytest.MonkeyPatch) -> None:
    some = [
        with_attachment("a", 4),
        with_attachment("b", 10),
        with_attachment("c", 5),
        with_attachment("d", 5),
    ]
    with mailjet(monkeypatch) as server:
        outcomes = a_transport(server.url).send(some)

        assert statuses(outcomes) == [SENT] * 4
        assert [post.custom_ids for post in server.posts] == [["a", "b"], ["c", "d"]]


def test_after_a_stop_the_rest_of_a_heavy_call_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    with mailjet(monkeypatch, status(429)) as server:
        outcomes = a_transport(server.url).send([with_attachment("a", 10), with_attachment("b", 10)])

        assert [(outcome.status, outcome.stop) for outcome in outcomes] == [
            (DEFERRED, StopReason.SLOW_DOWN)
        ] * 2
        assert len(server.posts) == 1


def test_a_message_that_cannot_be_written_keeps_nobody_else_from_theirs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    some = [
        a_message(custom_id=f"l1-{n}", campaign=f"c{n}", subject=s)
        for n, s in enumerate(["a\nb", "ok", "\ud800"])
    ]
    with mailjet(monkeypatch) as server:
        outcomes = a_transport(server.url).send(some)

        assert statuses(outcomes) == [FAILED, SENT, FAILED]
        assert server.posts[0].custom_ids == ["l1-1"]


def test_a_contact_list_is_nobody_to_write_to(monkeypatch: pytest.MonkeyPatch) -> None:
    with mailjet(monkeypatch) as server:
        (outcome,) = a_transport(server.url).send([a_message("abc@Lists.Mailjet.com")])

        assert (outcome.status, outcome.about_content) == (FAILED, False)
        assert not server.posts


def test_a_refused_connection_defers(monkeypatch: pytest.MonkeyPatch) -> None:
    with mailjet(monkeypatch, tls=False) as server:
        url = server.url

    assert statuses(a_transport(url).send(messages(2))) == [DEFERRED] * 2


@contextmanager
def nobody_answers() -> Iterator[int]:
    """Give a port at which callers hear nothing."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        port = listener.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]  # a full queue
        for caller in waiting:
            caller.setblocking(False)
            caller.connect_ex(("127.0.0.1", port))
        yield port
        for caller in waiting:
            caller.close()


def test_a_connection_that_takes_too_long_defers() -> None:
    with nobody_answers() as port:
        outcomes = a_transport(f"http://127.0.0.1:{port}/", seconds=0.2).send(messages(1))

    assert statuses(outcomes) == [DEFERRED]


def test_where_machines_share_a_ledger_connecting_has_its_time_in_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with nobody_answers() as port:
        twice = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))] * 2
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: twice)
        url, keys = f"http://localhost:{port}/", ("public-key", SECRET)
        transport = MailjetTransport(url, keys, 1, timedelta(seconds=9), now, timedelta(seconds=0.5))
        begun = time.monotonic()
        outcomes = transport.send(messages(1))

    assert statuses(outcomes) == [DEFERRED]
    assert 0.45 < time.monotonic() - begun < 3  # with three tries of nine seconds, no limit held


def test_machines_that_share_a_ledger_have_20_seconds_to_connect(tmp_path: Path) -> None:
    environ = {"MJ_APIKEY_PUBLIC": "public-key", "MJ_APIKEY_PRIVATE": SECRET}
    (tmp_path / "config.yaml").write_text(
        "data: {groups: g.yaml, distributions: d.yaml}\nsender: {email: noreply@example.org}\n"
        "delivery: mailjet\n"
    )
    alone = load(tmp_path / "config.yaml")
    shared = replace(alone, ledger=shared_ledger("postgresql://h/d", tmp_path))

    transports = [transport_for(config, environ, now) for config in (alone, shared)]

    assert [one._wire._connect_within for one in transports if isinstance(one, MailjetTransport)] == [
        None,
        timedelta(seconds=20),
    ]


def test_a_name_that_does_not_resolve_defers(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)

    (outcome,) = a_transport("https://api.mailjet.com/").send(messages(1))
    assert outcome == Outcome(DEFERRED, "Mailjet's name can't be resolved: is the network up?")


def test_a_certificate_that_nobody_vouches_for_defers(monkeypatch: pytest.MonkeyPatch) -> None:
    with mailjet(monkeypatch) as server:
        monkeypatch.delenv("REQUESTS_CA_BUNDLE")
        (outcome,) = a_transport(server.url).send(messages(1))

        assert outcome == Outcome(DEFERRED, "Mailjet's certificate can't be verified")
        assert not server.posts


def test_any_other_tls_error_is_a_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    with mailjet(monkeypatch, tls=False) as server:
        outcomes = a_transport(server.url.replace("http:", "https:")).send(messages(1))

    assert statuses(outcomes) == [IN_DOUBT]


def test_an_endless_answer_does_not_hold_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    with mailjet(monkeypatch, accept_then_drip) as server:
        transport = a_transport(server.url, seconds=0.1)
        began = time.monotonic()
        first = transport.send(messages(1))
        waited = time.monotonic() - began
        second = transport.send([a_message(custom_id="l1-next", campaign="next")])

    assert (statuses(first), statuses(second)) == ([IN_DOUBT], [SENT])
    assert waited < 2


def test_several_threads_share_a_transport_but_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    batches = [messages(400)[start : start + 10] for start in range(0, 400, 10)]
    with mailjet(monkeypatch) as server:
        transport = a_transport(server.url)
        with ThreadPoolExecutor(4) as pool:
            outcomes = [outcome for some in pool.map(transport.send, batches) for outcome in some]

        assert statuses(outcomes) == [SENT] * 400
        assert set(server.account.copies().values()) == {1}
        assert len(server.delivered) == 400
        assert server.connections <= 4


def test_calls_one_after_the_other_share_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    with mailjet(monkeypatch) as server:
        transport = a_transport(server.url)
        transport.prepare()
        for message in messages(5):
            transport.send([message])

        assert server.connections == 1


@pytest.mark.parametrize(
    "credentials",
    [
        ("", ""),
        ("public", " "),
        ("pub\nlic", SECRET),
        ("public", f"{SECRET}é"),
        ("public", f"{SECRET}\u200b"),
    ],
)
def test_keys_that_cannot_be_keys_stop_the_run_before_it_begins(credentials: tuple[str, str]) -> None:
    transport = MailjetTransport("https://api.mailjet.com/", credentials, 4, timedelta(seconds=1), now)

    with pytest.raises(ConfigError) as caught:
        transport.prepare()
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert caught.value.__context__ is None


def test_a_url_that_is_not_mailjets_stops_the_run_before_it_begins() -> None:
    with pytest.raises(ConfigError, match="api_url"):
        a_transport("https://mail.example.org/").prepare()


@pytest.fixture
def journal() -> Iterator[io.StringIO]:
    """Return what a program that logs everything would see."""
    text, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(text), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield text
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.mark.parametrize(
    "behaviour", [status(401), status(500), drop_before_reading, hang_before_reading, rubbish]
)
def test_no_trouble_tells_the_secret_key(
    monkeypatch: pytest.MonkeyPatch,
    behaviour: Behaviour,
    journal: io.StringIO,
    capfd: pytest.CaptureFixture[str],
) -> None:
    with mailjet(monkeypatch, behaviour, rest_script=[behaviour]) as server:
        transport = a_transport(server.url, seconds=0.2)
        outcomes = transport.send(messages(1))
        with pytest.raises((LookupFailed, ConfigError)) as caught:
            look_up(transport, "l1-0")

    trace = "".join(traceback.format_exception(caught.value))
    assert SECRET not in repr(transport) + repr(vars(transport)) + repr(outcomes) + journal.getvalue() + trace
    assert "Traceback" not in journal.getvalue()
    assert capfd.readouterr() == ("", "")


def test_what_was_accepted_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    with mailjet(monkeypatch) as server:
        transport = a_transport(server.url)
        sent = transport.send(messages(3))

        assert look_up(transport, "l1-0", "l1-2", "l1-9") == {
            "l1-0": Outcome(SENT, message_id=sent[0].message_id),
            "l1-2": Outcome(SENT, message_id=sent[2].message_id),
        }


def test_other_peoples_mails_are_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    with mailjet(monkeypatch) as server:
        for n in range(12):
            server.account.remember(f"other-{n}")
        server.account.ignores_filters = True

        assert look_up(a_transport(server.url), "l1-1") == {}


def test_ours_is_found_among_other_peoples(monkeypatch: pytest.MonkeyPatch) -> None:
    with mailjet(monkeypatch) as server:
        server.account.remember("l1-1")
        for n in range(500):
            server.account.remember(f"other-{n}")
        server.account.ignores_filters = True

        assert set(look_up(a_transport(server.url), "l1-1")) == {"l1-1"}


def test_a_repeat_that_was_dropped_proves_the_first_arrived(monkeypatch: pytest.MonkeyPatch) -> None:
    with mailjet(monkeypatch) as server:
        transport = a_transport(server.url)
        first, _repeat = transport.send([a_message()]), transport.send([a_message()])

        assert look_up(transport, "l1-1") == {"l1-1": first[0]}
        assert len(server.delivered) == 1


@pytest.mark.parametrize("minutes_ahead", [-1200, -60, -5, 0, 5, 60, 1200])
def test_clocks_may_differ(monkeypatch: pytest.MonkeyPatch, minutes_ahead: int) -> None:
    with mailjet(monkeypatch, clock=lambda: time.time() + minutes_ahead * 60) as server:
        server.account.remember("l1-1")

        assert set(look_up(a_transport(server.url), "l1-1")) == {"l1-1"}


def test_mails_of_other_days_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    with mailjet(monkeypatch) as server:
        server.account.remember("l1-1").at -= 5 * 86400
        transport = a_transport(server.url)

        found = transport.look_up(["l1-1"], since=NOW - timedelta(days=5), until=NOW)
        assert set(found) == {"l1-1"}


def test_the_index_may_lag(monkeypatch: pytest.MonkeyPatch) -> None:
    with mailjet(monkeypatch) as server:
        server.account.hidden_look_ups = 1
        server.account.remember("l1-1")
        transport = a_transport(server.url)

        assert look_up(transport, "l1-1") == {}
        assert set(look_up(transport, "l1-1")) == {"l1-1"}


@pytest.mark.parametrize(
    "behaviour",
    [
        status(404, {"ErrorInfo": "", "ErrorMessage": "Object not found", "StatusCode": 404}),
        status(429),
        status(500),
        status(200),
        status(200, []),
        status(200, {"Data": None}),
        redirect(),
        drop_before_reading,
        hang_before_reading,
    ],
)
def test_evidence_that_cannot_be_had_is_not_a_no(
    monkeypatch: pytest.MonkeyPatch, behaviour: Behaviour
) -> None:
    with mailjet(monkeypatch, rest_script=[accept, behaviour]) as server:
        server.account.remember("l1-0")

        with pytest.raises(LookupFailed, match="Mailjet can't be asked now: "):
            look_up(a_transport(server.url, seconds=0.2, parallel=1), "l1-0", "l1-1")
        assert len(server.gets) == 2


@pytest.mark.parametrize("count", [40, 500])
@pytest.mark.parametrize("code", [401, 403])
def test_refused_keys_end_a_look_up(monkeypatch: pytest.MonkeyPatch, code: int, count: int) -> None:
    with mailjet(monkeypatch, rest_script=[status(code)] * 500) as server:
        with pytest.raises(ConfigError):
            look_up(a_transport(server.url), *(f"l1-{n}" for n in range(count)))

        assert len(server.gets) == 1  # repeated 401s get the IP cut off


def test_the_first_failure_ends_a_look_up(monkeypatch: pytest.MonkeyPatch) -> None:
    with mailjet(monkeypatch, rest_script=[status(500)] * 500) as server:
        with pytest.raises(LookupFailed):
            look_up(a_transport(server.url), *(f"l1-{n}" for n in range(500)))

        assert len(server.gets) == 2  # for a list, and for one of them


def test_many_are_found_on_lists_and_the_others_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    doubts = [f"l1-{n}" for n in range(100)]
    with mailjet(monkeypatch) as server:
        for name in (*doubts[:98], *(f"other-{n}" for n in range(1500))):
            server.account.remember(name)

        assert set(look_up(a_transport(server.url), *doubts)) == set(doubts[:98])
        assert len(server.gets) == 4


@pytest.mark.long
@pytest.mark.parametrize("behaviour", [status(500), status(200, {"Data": []}), hang_before_reading])
def test_what_a_list_does_not_tell_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, behaviour: Behaviour
) -> None:
    doubts = [f"l1-{n}" for n in range(60)]
    with mailjet(monkeypatch, rest_script=[behaviour]) as server:
        for name in doubts:
            server.account.remember(name)

        assert set(look_up(a_transport(server.url, seconds=1), *doubts)) == set(doubts)


@pytest.mark.parametrize(
    ("senders", "active"),
    [
        ({"noreply@mj.cagette.net": "Active"}, True),
        ({"*@mj.cagette.net": "Active"}, True),
        ({"noreply@mj.cagette.net": "Inactive"}, False),
        ({}, False),
        ({f"s{n}@example.org": "Active" for n in range(2500)} | {"noreply@mj.cagette.net": "Active"}, True),
        ({f"s{n}@example.org": "Active" for n in range(2000)}, False),
    ],
)
def test_the_sender_is_looked_for_on_every_page(
    monkeypatch: pytest.MonkeyPatch, senders: dict[str, str], active: bool
) -> None:
    with mailjet(monkeypatch) as server:
        server.account.senders = senders

        assert a_transport(server.url).sender_state("noreply@mj.cagette.net") is active


def test_whether_a_sender_is_valid_may_be_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    with mailjet(monkeypatch, rest_script=[status(500)]) as server, pytest.raises(LookupFailed):
        a_transport(server.url).sender_state("noreply@mj.cagette.net")


def test_mailjets_clock_is_compared_with_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    with mailjet(monkeypatch, accept, status(429), clock=lambda: 1_800_000_060.0) as server:
        transport = MailjetTransport(
            server.url,
            ("public-key", SECRET),
            1,
            timedelta(seconds=5),
            clock=lambda: datetime.fromtimestamp(1_800_000_000, timezone.utc),
        )
        assert transport.clock_offset is None

        transport.send(messages(1))
        assert transport.clock_offset == timedelta(seconds=60)

        server.clock = lambda: 1_799_999_400.0
        transport.send(messages(1))
        assert transport.clock_offset == timedelta(seconds=-600)


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 99 Foo 2026 25:61:61 GMT"])
def test_a_date_that_makes_no_sense_tells_nothing(monkeypatch: pytest.MonkeyPatch, date: str) -> None:
    def answer(call: Call) -> None:
        call.answer()
        call.write(f"HTTP/1.1 200 OK\r\nDate: {date}\r\nContent-Length: 0\r\n\r\n".encode())

    with mailjet(monkeypatch, answer) as server:
        transport = a_transport(server.url)
        transport.send(messages(1))

    assert transport.clock_offset is None


def test_nothing_costly_is_imported_before_a_mail_leaves() -> None:
    code = """if True:
        import sys
        from datetime import timedelta
        from cagette_notify.delivery.mailjet.transport import MailjetTransport
        MailjetTransport("https://api.mailjet.com/", ("a", "b"), 4, timedelta(seconds=30), print)
        print({"requests", "mailjet_rest", "ssl", "email", "jinja2"} & sys.modules.keys() or "nothing")
    """
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "nothing\n"
