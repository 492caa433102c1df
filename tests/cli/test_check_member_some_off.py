"""The reply to who has a notice switched off, and whose mails are accepted all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.fixtures.office import Office

OFF = "Certaines notifications sont désactivées pour votre compte"
SPAM = "dans le dossier « Indésirables » ou « Spam »"


@pytest.mark.parametrize("kind", ["recap_24h", "opening"])
def test_the_spam_folder_is_named_beside_what_is_off(office: Office, kind: str) -> None:
    office.member(**{kind: "non"})
    office.has_written()

    reply = " ".join(office.reply_to("1").split())

    assert OFF in reply
    assert SPAM in reply
    assert reply.index(OFF) < reply.index(SPAM)


def test_where_nothing_had_left_no_mail_is_looked_for(office: Office) -> None:
    office.member(recap_24h="non")
    office.knows()

    reply = " ".join(office.reply_to("1").split())

    assert OFF in reply
    assert SPAM not in reply
