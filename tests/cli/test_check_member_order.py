"""``check-member``: whether the reply is pasted first, or what the arrow says is done first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.member_cases import accepted_but_unknown, all_of, cells, cron_died, fate, knows, shrank

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fixtures.office import Office

FIRST = "Do what the arrow says first: it waits for no answer of the member's."


@pytest.mark.parametrize(
    "happens", [cells(recap_4h="peut-être"), cron_died, shrank, accepted_but_unknown], ids=range(4)
)
def test_what_is_ours_to_mend_is_done_before_the_reply_is_pasted(
    office: Office, happens: Callable[[Office], None]
) -> None:
    happens(office)

    shown = " ".join(office.invoke("check-member", "1").stdout.split())

    assert shown.index("-> ") < shown.index(FIRST) < shown.index("Reply to paste:")


@pytest.mark.parametrize(
    "happens",
    [
        *(fate("sent"), knows(IsSpamComplaining=True), fate("softbounced", 3)),
        *(cells(email="zoe@gmial.com"), cells(recap_24h="non"), all_of(cron_died, cells(recap_24h="non"))),
    ],
    ids=range(6),
)
def test_the_reply_comes_first_where_the_arrow_waits_for_the_member_or_there_is_none(
    office: Office, happens: Callable[[Office], None]
) -> None:
    happens(office)

    assert FIRST not in " ".join(office.invoke("check-member", "1").stdout.split())
