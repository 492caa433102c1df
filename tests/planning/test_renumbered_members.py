"""Who takes over under new ids: those who were told, and households known to have got nothing."""

from __future__ import annotations

from cagette_notify.planning.changed_ids.renumbered_members import moved_households
from tests.fixtures.builders import a_mailbox, a_member

ZOE, LUC = "zoe@example.org", "luc@example.org"


def test_households_that_got_nothing_move_with_those_who_were_told() -> None:
    members = [
        a_member(id=id_, mailboxes=(a_mailbox(address=address),)) for id_, address in (("2", ZOE), ("1", LUC))
    ]

    moved = moved_households({("4", LUC)}, {("1", ZOE): "2"}, members)

    assert moved == {("1", ZOE): "2", ("4", LUC): "1"}
