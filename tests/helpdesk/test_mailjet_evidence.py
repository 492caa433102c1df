"""What Mailjet can tell of addresses, and what keeps it from being asked about the next one."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cagette_notify.delivery.mailjet.transport import MailjetTransport
from cagette_notify.helpdesk.check_member.evidence.mailjet_evidence import MailjetWitness
from tests.fixtures.builders import a_mailbox
from tests.fixtures.mailjet_server import Call, MailjetServer, accept, status
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from collections.abc import Iterator


NOW = utc("2026-06-11T16:30")
A_DAY = timedelta(days=1)


@pytest.fixture
def server() -> Iterator[MailjetServer]:
    with MailjetServer(tls=False, clock=NOW.timestamp) as opened:
        yield opened


def a_witness(server: MailjetServer) -> MailjetWitness:
    return MailjetWitness(
        MailjetTransport(server.url, server.credentials, 1, timedelta(seconds=5), lambda: NOW).records
    )


def refuse_slowly(call: Call) -> None:
    time.sleep(0.1)
    status(401)(call)


@pytest.mark.parametrize(
    "odd", ["a/b@example.org", "a..b@example.org", "%2f@example.org", "{{a}}@example.org"]
)
def test_an_address_that_can_not_be_asked_about_leaves_the_others_askable(
    server: MailjetServer, odd: str
) -> None:
    witness = a_witness(server)
    server.account.remember("elsewhere", odd)

    of_it, of_another = (
        witness.about(a_mailbox(address=address), NOW - A_DAY, NOW) for address in (odd, "zoe@example.org")
    )

    assert (of_it.contact, of_it.why_unknown) == (
        None,
        f"Mailjet can't be asked about an address such as {odd}",
    )
    assert [fate.address for fate in of_it.fates or ()] == [odd]
    assert (of_another.contact is None, of_another.why_unknown) == (False, "")


def test_among_all_only_that_address_is_unknown(server: MailjetServer) -> None:
    mailboxes = [a_mailbox(address=f"{name}@example.org") for name in ("zoe", "a/b", "lea")]

    told = a_witness(server).about_all(mailboxes, NOW - A_DAY, NOW, parallel=1)

    assert [one.contact is None for one in told] == [False, True, False]


def test_keys_that_may_not_read_contacts_are_tried_once(server: MailjetServer) -> None:
    mailboxes = [a_mailbox(address=f"m{number}@example.org") for number in range(20)]
    server.rest_script = [accept, *[refuse_slowly] * 20]

    told = a_witness(server).about_all(mailboxes, NOW - A_DAY, NOW, parallel=8)

    assert [one.mailbox for one in told] == mailboxes
    assert all("Mailjet refuses the API keys (HTTP 401)" in one.why_unknown for one in told)
    assert len(server.gets) == 2
