"""The guard over a file of duties that lost half of those who were told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from cagette_notify.core.kinds import Kind
from cagette_notify.core.notices import Entry, Status
from cagette_notify.planning.shrunken_duties import shrunken_duties
from tests.fixtures.builders import a_distribution, a_group, a_member, a_notice
from tests.fixtures.memory import an_entry

if TYPE_CHECKING:
    from datetime import datetime

DAY = a_distribution()
THREE = ("1", "2", "3")


def told(member_id: str, revision: int = 1, status: Status = Status.SENT) -> Entry:
    notice = a_notice(
        Kind.DUTY, distribution=DAY, member=a_member(id=member_id), revision=revision, roles=("Table",)
    )
    return replace(an_entry(notice, status=status), roles=("Table",))


@pytest.mark.parametrize("status", [Status.DROPPED, Status.EXPIRED])
def test_whose_correction_was_never_sent_counts_as_told_still(status: Status) -> None:
    entries = [*map(told, THREE), told("1", 2, status)]

    assert holds(entries, before=DAY.starts_at)


@pytest.mark.parametrize("status", [Status.DEFERRED, Status.FAILED])
def test_who_is_being_told_so_already_counts_no_more(status: Status) -> None:
    entries = [*map(told, THREE), told("1", 2, status)]

    assert not holds(entries, before=DAY.starts_at)


def holds(entries: list[Entry], before: datetime) -> bool:
    """Tell whether the group is held a while before, if nobody serves any more."""
    groups, now = {DAY.group_id: a_group(id=DAY.group_id)}, before.replace(hour=1)
    return any(shrunken_duties(entries, {}, {DAY.id: DAY}, groups, now))
