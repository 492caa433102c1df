from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

from tests import conftest

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def _on_purpose() -> Iterator[None]:
    yield

    assert conftest.left
    conftest.left.clear()


@pytest.mark.usefixtures("_on_purpose")
def test_a_connection_to_a_stranger_is_refused() -> None:
    with socket.socket() as line, pytest.raises(AssertionError, match=r"192\.0\.2\.1"):
        line.connect(("192.0.2.1", 443))


@pytest.mark.usefixtures("_on_purpose")
def test_a_datagram_to_a_stranger_is_refused() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as line, pytest.raises(AssertionError):
        line.sendto(b"", ("192.0.2.1", 53))


@pytest.mark.usefixtures("_on_purpose")
def test_no_library_looks_up_a_stranger_s_name() -> None:
    with pytest.raises(AssertionError, match=r"api\.mailjet\.com"):
        requests.get("https://api.mailjet.com/", timeout=1)


def test_loopback_is_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        socket.create_connection(("localhost", port)).close()


def test_nothing_can_be_kept_at_home() -> None:
    with pytest.raises(NotADirectoryError):
        (Path.home() / ".config").mkdir(parents=True)


def test_no_keys_are_around() -> None:
    assert not [name for name in os.environ if name.startswith("MJ_APIKEY_")]
