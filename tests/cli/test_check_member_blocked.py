"""``check-member`` of an address that Mailjet no longer tries: what to mend before it is unblocked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.member_cases import all_of, fate

if TYPE_CHECKING:
    from tests.fixtures.office import Office


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
