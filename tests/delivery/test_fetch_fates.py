"""Fates are asked for page by page, of all that an account took; only ours are kept."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import pytest

from cagette_notify.config import load as config
from cagette_notify.core.errors import ConfigError
from cagette_notify.delivery.choose_transport import mailjet_reader
from cagette_notify.delivery.fetch_fates import fetch_fates
from cagette_notify.delivery.transport import LookupFailed
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.ledger.fates import FateBook
from tests.fixtures.coop import A_DAY_BEFORE, Coop
from tests.fixtures.departed import arrived, left
from tests.fixtures.mailjet_server import Behaviour, Call, MailjetServer, accept, rubbish, status
from tests.fixtures.memory import kept_fates

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


AN_HOUR = timedelta(hours=1)


class Books(NamedTuple):
    """A co-op with a ledger and a Mailjet account."""

    coop: Coop
    server: MailjetServer

    @property
    def ledger(self) -> Path:
        return self.coop.folder / "ledger.sqlite3"

    def ask(self, most: int | None = None) -> None:
        loaded = config.load(self.coop.folder / "config.yaml")
        with open_ledger(self.ledger) as ledger:
            records = mailjet_reader(loaded, self.server.environment, lambda: A_DAY_BEFORE)
            book = FateBook(ledger, "mailjet")
            fetch_fates(records, book, since=A_DAY_BEFORE, until=A_DAY_BEFORE + AN_HOUR, most=most)

    @property
    def known(self) -> list[str]:
        with open_ledger(self.ledger, read_only=True) as ledger:
            return sorted(one.address for one in kept_fates(ledger).values())


@pytest.fixture
def books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Books]:
    clock = (A_DAY_BEFORE + AN_HOUR).timestamp()
    with MailjetServer(clock=lambda: clock) as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        yield a_coop(tmp_path, server)


def a_coop(folder: Path, server: MailjetServer) -> Books:
    extra = f"delivery: mailjet\nmailjet: {{api_url: '{server.url}', timeout: 1s}}\n"
    return Books(Coop(folder, extra=extra), server)


def mail_to(books: Books, *addresses: str) -> None:
    """Let a mail to each address leave, and arrive at Mailjet."""
    for custom_id, address in zip(left(books.ledger, *addresses, at=A_DAY_BEFORE), addresses, strict=True):
        arrived(books.server, custom_id, address, at=A_DAY_BEFORE)


def others_write(books: Books, count: int) -> None:
    for number in range(count):
        arrived(books.server, f"other-{number}", f"m{number}@example.org", at=A_DAY_BEFORE + AN_HOUR / 2)


def without_offset(call: Call) -> None:
    """Answer as a server that never heard of pages."""
    call.request.path = re.sub(r"Offset=\d+", "Offset=0", call.request.path)
    accept(call)


@pytest.mark.parametrize(("others", "pages"), [(0, 1), (998, 1), (999, 2), (2500, 3)])
def test_every_page_is_read(books: Books, others: int, pages: int) -> None:
    mail_to(books, "zoe@example.org")
    others_write(books, others)

    books.ask()

    assert books.known == ["zoe@example.org"]
    assert len(books.server.gets) == pages
    assert all("FromTS=" in get.path and "ToTS=" in get.path for get in books.server.gets)


def test_a_server_that_ignores_pages_is_not_asked_without_end(books: Books) -> None:
    others_write(books, 1500)
    mail_to(books, "zoe@example.org")
    books.server.rest_script += [without_offset] * 50

    books.ask()

    assert books.known == ["zoe@example.org"]
    assert len(books.server.gets) == 2


@pytest.mark.parametrize("behaviour", [status(500), status(429), rubbish, status(200, {"Data": [7]})])
def test_what_was_told_before_a_page_fails_is_kept(books: Books, behaviour: Behaviour) -> None:
    mail_to(books, "old@example.org")
    others_write(books, 1000)
    mail_to(books, "zoe@example.org")
    books.server.rest_script += [accept, behaviour]

    with pytest.raises(LookupFailed):
        books.ask()

    assert books.known == ["zoe@example.org"]


def test_no_more_is_looked_at_than_may_be(books: Books) -> None:
    mail_to(books, "zoe@example.org")
    others_write(books, 2000)

    books.ask(most=1000)

    assert books.known == []
    assert len(books.server.gets) == 1


def test_refused_keys_are_asked_with_once(books: Books) -> None:
    others_write(books, 2000)
    books.server.rest_script += [status(401)] * 9

    with pytest.raises(ConfigError, match="refuses the API keys"):
        books.ask()

    assert len(books.server.gets) == 1


def test_two_co_ops_may_share_an_account(books: Books, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = a_coop(tmp_path / "other", books.server)
    mail_to(books, "zoe@example.org", "noel@example.org")
    mail_to(other, "zoe@example.org")
    arrival = books.server.account.arrivals[-1]
    arrival.status, arrival.state = "blocked", 20

    books.ask()
    other.ask()

    assert (books.known, other.known) == (["noel@example.org", "zoe@example.org"], ["zoe@example.org"])
    with open_ledger(books.ledger, read_only=True) as ledger:
        assert {one.status for one in kept_fates(ledger).values()} == {"sent"}


def test_a_filter_that_is_ignored_tells_nothing_of_others(books: Books) -> None:
    (custom_id,) = left(books.ledger, "zoe@example.org", at=A_DAY_BEFORE)
    others_write(books, 12)
    arrived(books.server, custom_id, "zoe@example.org", at=A_DAY_BEFORE - timedelta(days=30))
    books.server.account.ignores_filters = True

    books.ask()

    assert books.known == []
