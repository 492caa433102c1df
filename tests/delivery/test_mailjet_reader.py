from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from cagette_notify.delivery.lookup import LookupFailed
from cagette_notify.delivery.mailjet import MailjetTransport
from tests.support.mailjet_server import MailjetServer, status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cagette_notify.delivery.mailjet_reader import MailjetReader


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailjetServer]:
    with MailjetServer() as opened:
        for name, value in opened.environment.items():
            monkeypatch.setenv(name, value)
        yield opened


def reader(server: MailjetServer) -> MailjetReader:
    return MailjetTransport(server.url, server.credentials, 1, timedelta(seconds=5)).records


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
