"""Members whom no mail can reach, as the data have no address of theirs."""

from __future__ import annotations

import pytest

from cagette_notify.core.errors import Origin
from cagette_notify.core.i18n import speak
from cagette_notify.core.model import AddressState, Mailbox
from cagette_notify.planning.outlook.without_mail import members_without_address, without_mail_lines
from tests.fixtures.builders import a_group, a_mailbox, a_member

PLACEHOLDER = Mailbox("12@no.mail", state=AddressState.PLACEHOLDER)
INVALID = Mailbox("zoe@", state=AddressState.INVALID)


@pytest.mark.parametrize(
    ("mailboxes", "is_named"),
    [
        ((), True),
        ((PLACEHOLDER,), True),
        ((PLACEHOLDER, a_mailbox(of_partner=True)), False),
        ((INVALID,), True),
        ((PLACEHOLDER, INVALID), True),
        ((a_mailbox(),), False),
    ],
    ids=["none", "placeholder", "partner's", "invalid", "placeholder and invalid", "usable"],
)
def test_whose_household_no_mail_can_reach_is_named(mailboxes: tuple[Mailbox, ...], is_named: bool) -> None:
    member, group = a_member(mailboxes=mailboxes), a_group()

    assert members_without_address({group.id: group}, [member]) == ((member,) if is_named else ())


def test_nobody_is_named_of_a_group_that_rests_or_of_none() -> None:
    resting = a_group(disabled=True)
    members = [a_member(mailboxes=()), a_member(mailboxes=(), group_ids=())]

    assert members_without_address({resting.id: resting}, members) == ()


def test_each_is_named_with_the_row_and_what_stands_in_it() -> None:
    speak("en")
    zoe = a_member(
        first_name="Zoé", last_name="Martin", mailboxes=(PLACEHOLDER,), origin=Origin("members.csv", 3)
    )
    nameless = a_member(id="7", first_name="", last_name="", mailboxes=(), origin=Origin("members.csv", 4))

    assert [*without_mail_lines([zoe, nameless], 2)] == [
        "2 members have no usable address, and get no mail:",
        "  members.csv:3: Zoé Martin (12@no.mail)",
        "  members.csv:4: 7",
    ]
    assert [*without_mail_lines([zoe, nameless, nameless], 1)][1:] == [
        "  members.csv:3: Zoé Martin (12@no.mail)",
        "  and 2 more: cagette-notify check -v names them all",
    ]
    assert [*without_mail_lines([], 5)] == []
