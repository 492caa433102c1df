"""``check-member`` of an address that Mailjet no longer tries: what to mend before it is unblocked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.cli.member_cases import all_of, fate, knows
from tests.fixtures.coop import A_DAY_BEFORE
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fixtures.office import Office

QUIET = utc("2026-06-10T08:00")


@pytest.mark.parametrize(
    ("block", "bounce", "words", "ask", "told"),
    [
        (14, 1, "knows no such mailbox", "ask the member for the right address", "n’existe pas"),
        (20, 2, "no longer in use", "ask the member for the right address", "n’existe pas"),
        (14, 4, "no domain that takes mail", "look at what follows the @", "pourriez-vous la vérifier"),
    ],
)
def test_an_address_that_does_not_exist_is_asked_for_and_not_unblocked(  # noqa: PLR0917
    office: Office, block: int, bounce: int, words: str, ask: str, told: str
) -> None:
    all_of(fate("blocked", block), fate("hardbounced", bounce, days_ago=8))(office)

    found = office.checks()["mailjet_block"]
    reply = office.reply_to("1")

    assert words in found["summary"]
    assert ask in found["advice"]
    assert "support" not in found["advice"]
    assert told.casefold() in reply.casefold()
    assert "déblocage" not in reply
    assert "Fonctionne-t-elle" not in reply


@pytest.mark.parametrize(
    "before",
    [
        fate("softbounced", 3, days_ago=8),
        all_of(fate("softbounced", 3, days_ago=8), fate("hardbounced", 1, days_ago=9)),
        all_of(fate("sent", days_ago=8), fate("hardbounced", 1, days_ago=9)),
    ],
    ids=["full", "full since", "arrived since"],
)
def test_an_address_that_works_or_may_work_again_is_to_be_unblocked(office: Office, before: object) -> None:
    fate("blocked", 14)(office)
    before(office)  # type: ignore[operator]

    assert "then ask Mailjet's support to unblock it" in office.checks()["mailjet_block"]["advice"]
    assert "Fonctionne-t-elle de nouveau" in office.reply_to("1")


@pytest.mark.parametrize("order", ["1;d1;Tomates;2;2,50\n", ""], ids=["ordered", "not ordered"])
@pytest.mark.parametrize(
    "block", [knows(IsSpamComplaining=True), fate("blocked", 14), fate("blocked", 20)], ids=range(3)
)
def test_to_an_address_that_is_blocked_nothing_is_promised_for_the_next_days(
    office: Office, block: Callable[[Office], None], order: str
) -> None:
    office.at = QUIET
    office.coop.replace("orders.csv", "1;d1;Tomates;2;2,50\n", order)
    office.sends(QUIET)
    office.at = QUIET
    block(office)

    shown, of_noel = (
        office.invoke("check-member", who).stdout.partition("The next 30 days:")[2].partition("Reply")[0]
        for who in ("1", "2")
    )

    assert "would not arrive: Mailjet blocks the address" in shown
    assert not [word for word in ("will leave", "leaves ") if word in shown]
    assert "would not arrive" not in of_noel


@pytest.mark.parametrize("is_told", [True, False], ids=["Mailjet tells of the mail", "the ledger does"])
def test_mailjet_is_not_said_never_to_have_written_where_it_took_a_mail(
    office: Office, *, is_told: bool
) -> None:
    before = office.checks()["mailjet_block"]["summary"]
    office.sends()
    office.server.account.contacts.clear()
    if not is_told:
        office.server.account.arrivals.clear()

    assert before == "Mailjet has never written to zoe@example.org"
    assert office.checks()["mailjet_block"]["summary"] == "Mailjet holds nothing against zoe@example.org"


def test_the_words_of_a_bounce_that_only_the_ledger_keeps_are_heeded(office: Office) -> None:
    office.sends()
    (arrival,) = [one for one in office.server.account.arrivals if one.address == "zoe@example.org"]
    arrival.status, arrival.state = "hardbounced", 1
    office.sends(A_DAY_BEFORE + timedelta(minutes=30))
    office.server.account.arrivals.remove(arrival)
    fate("blocked", 14, days_ago=0)(office)

    found = office.checks()["mailjet_block"]

    assert "knows no such mailbox" in found["summary"]
    assert "ask the member for the right address" in found["advice"]
