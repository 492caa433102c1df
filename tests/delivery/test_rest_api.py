from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from cagette_notify.cli.session import now
from cagette_notify.delivery.mailjet import rest_api as mailjet_reader
from cagette_notify.delivery.mailjet.transport import MailjetTransport
from cagette_notify.delivery.transport import LookupFailed
from tests.fixtures.mailjet_server import Behaviour, Call, MailjetServer, status
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cagette_notify.delivery.mailjet.rest_api import MailjetReader

NOW, A_DAY = utc("2026-06-11T16:30"), timedelta(days=1)
NUMBERS = count()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailjetServer]:
    with MailjetServer() as opened:
        for name, value in opened.environment.items():
            monkeypatch.setenv(name, value)
        yield opened


def reader(server: MailjetServer) -> MailjetReader:
    return MailjetTransport(server.url, server.credentials, 1, timedelta(seconds=5), now).records


def a_key(public: str, **overrides: Any) -> dict[str, Any]:
    return {"APIKey": public, "IsActive": True, "Runlevel": "Normal", "SecretKey": "hush"} | overrides


def test_the_key_that_asks_is_found_among_those_of_sub_accounts(server: MailjetServer) -> None:
    keys = [a_key("other", IsActive=False), a_key("public-key", Runlevel="Softlock")]
    server.rest_script.append(status(200, {"Data": keys}))

    found = reader(server).api_key()

    assert found == {"IsActive": True, "Runlevel": "Softlock", "QuarantineValue": None}


@pytest.mark.parametrize("keys", [[], [a_key("other")], [a_key("other"), a_key("another")]])
def test_keys_of_others_tell_nothing_of_ours(server: MailjetServer, keys: list[dict[str, Any]]) -> None:
    server.rest_script.append(status(200, {"Data": keys}))

    with pytest.raises(LookupFailed, match="somebody or something else"):
        reader(server).api_key()


def endless(at: datetime) -> Behaviour:
    """Answer each time with a thousand rows that were never seen before."""

    def answer(call: Call) -> None:
        rows = [
            {
                "ID": next(NUMBERS),
                "ArrivedAt": at.isoformat(),
                "Status": "sent",
                "ContactAlt": "a@example.org",
            }
            for _row in range(1000)
        ]
        call.reply(200, {"Data": rows})

    return answer


def test_the_asking_ends_where_nothing_lies_between_the_two_times_any_more(server: MailjetServer) -> None:
    server.rest_script = [endless(NOW), endless(NOW - 2 * A_DAY), endless(NOW)]

    found = list(reader(server).messages(NOW - A_DAY, NOW))

    assert (len(found), len(server.gets)) == (1000, 2)


def test_the_asking_ends_even_if_the_answers_never_do(
    server: MailjetServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailjet_reader, "_MOST_MESSAGE_PAGES", 3)
    server.rest_script = [endless(NOW)] * 5

    found = list(reader(server).messages(NOW - A_DAY, NOW))

    assert (len(found), len(server.gets)) == (3000, 3)
