from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from cagette_notify.core.kinds import Kind
from cagette_notify.core.model import AddressState, Distribution, Member, Setting
from cagette_notify.core.notices import NoticeRules
from cagette_notify.planning.outlook.settings_effects import (
    Effect,
    EffectsInput,
    Turn,
    effects,
    effects_in_words,
    obstacles,
)
from tests.fixtures.builders import PARIS, a_distribution, a_group, a_mailbox, a_member, paris
from tests.fixtures.memory import DEFAULTS, SPANS

if TYPE_CHECKING:
    from collections.abc import Iterable


BEFORE_ALL = paris("2026-06-01T12:00")
SOON = "due now and leaves with the next run of send-due"
OPENS, STARTS = paris("2026-06-05T08:00"), paris("2026-06-12T18:00")


def wanting(**settings: bool) -> Member:
    return a_member(settings={Kind(kind): Setting(value) for kind, value in settings.items()})


def an_outset(now: datetime = BEFORE_ALL, *days: Distribution, **rules: Any) -> EffectsInput:
    group = a_group()
    return EffectsInput(
        now, NoticeRules(DEFAULTS, SPANS, **rules), {group.id: group}, days or (a_distribution(),)
    )


def turns(found: Iterable[Effect]) -> list[tuple[str, str]]:
    return [(effect.kind.value, effect.turn.value) for effect in found]


def words(before: Member, after: Member, outset: EffectsInput) -> list[str]:
    return list(effects_in_words(effects(before, after, outset)))


def test_what_was_turned_on_leaves_when_it_is_due() -> None:
    off = wanting(opening=False, recap_24h=False)

    assert words(off, wanting(opening=True, recap_24h=True, recap_4h=True), an_outset()) == [
        "opening of 2026-06-12: leaves on Friday 5 June 2026 at 8:00\u00a0am",
        "recap_24h of 2026-06-12: leaves on Thursday 11 June 2026 at 6:00\u00a0pm, if there is an order",
        "recap_4h of 2026-06-12: leaves on Friday 12 June 2026 at 2:00\u00a0pm, if there is an order",
    ]


def test_what_was_turned_off_does_not_leave() -> None:
    assert words(wanting(), wanting(recap_24h=False), an_outset()) == [
        "recap_24h of 2026-06-12, due on Thursday 11 June 2026 at 6:00\u00a0pm: does not leave"
    ]


def test_what_stays_as_it_was_is_not_spoken_of() -> None:
    assert effects(wanting(), wanting(opening=True, recap_4h=False), an_outset()) == ()


def test_times_are_the_groups_own() -> None:
    found = effects(wanting(), wanting(opening=False), an_outset())

    assert [effect.due_at.tzinfo for effect in found] == [PARIS]


@pytest.mark.parametrize(
    ("now", "turn"),
    [
        (OPENS - timedelta(seconds=1), ["leaves"]),
        (OPENS, ["leaves_now"]),
        (OPENS + timedelta(hours=48, seconds=-1), ["leaves_now"]),
        (OPENS + timedelta(hours=48), []),
    ],
)
def test_an_opening_leaves_at_once_while_its_window_is_open(now: datetime, turn: list[str]) -> None:
    found = effects(wanting(opening=False), wanting(), an_outset(now))

    assert [effect.turn.value for effect in found] == turn


def test_what_is_due_now_may_have_left() -> None:
    on, off = wanting(opening=True), wanting(opening=False)

    assert words(off, on, an_outset(OPENS)) == [
        f"opening of 2026-06-12: is {SOON}, unless it has left already",
    ]
    assert words(on, off, an_outset(OPENS)) == [
        (
            "opening of 2026-06-12, due since Friday 5 June 2026 at 8:00\u00a0am: no longer leaves, if "
            "it has "
            "not left yet"
        )
    ]
    assert words(wanting(recap_24h=False), wanting(), an_outset(STARTS - timedelta(hours=24))) == [
        f"recap_24h of 2026-06-12: is {SOON}, if there is an order, and unless it has left already",
    ]


@pytest.mark.parametrize(
    ("hours_before", "recap_4h", "turn"),
    [(5, True, "leaves_now"), (4, True, "superseded"), (4, False, "leaves_now"), (1, True, "superseded")],
)
def test_of_two_recaps_that_are_due_the_later_one_leaves_alone(
    hours_before: int, recap_4h: bool, turn: str
) -> None:
    before, after = wanting(recap_24h=False, recap_4h=recap_4h), wanting(recap_4h=recap_4h)

    found = effects(before, after, an_outset(STARTS - timedelta(hours=hours_before)))

    assert turns(found) == [("recap_24h", turn)]


@pytest.mark.parametrize(
    ("now", "is_ahead"),
    [
        (STARTS - timedelta(days=30, seconds=1), False),
        (STARTS - timedelta(days=30), True),
        (STARTS - timedelta(seconds=1), True),
        (STARTS, False),
    ],
)
def test_only_distributions_of_the_next_thirty_days_count(now: datetime, is_ahead: bool) -> None:
    assert bool(effects(wanting(), wanting(recap_4h=True), an_outset(now))) is is_ahead


@pytest.mark.parametrize(
    "distribution",
    [
        a_distribution(cancelled=True),
        a_distribution(group_id="port"),
        a_distribution(orders_open_at=None),
        a_distribution(fixed=True),
        a_distribution(orders_close_at=OPENS),
    ],
)
def test_where_there_is_no_opening_there_is_no_effect(distribution: Distribution) -> None:
    assert effects(wanting(opening=False), wanting(), an_outset(BEFORE_ALL, distribution)) == ()


def test_a_disabled_group_sends_nothing() -> None:
    group = a_group(disabled=True)
    outset = EffectsInput(BEFORE_ALL, NoticeRules(DEFAULTS, SPANS), {group.id: group}, (a_distribution(),))

    assert effects(wanting(), wanting(recap_4h=True), outset) == ()


def test_the_next_notice_comes_first_and_no_more_than_one_reads() -> None:
    days = [
        a_distribution(id=f"d{number}", starts_at=STARTS + timedelta(days=number)) for number in range(15)
    ]

    found = words(wanting(), wanting(recap_4h=True), an_outset(BEFORE_ALL, *reversed(days)))

    assert [line.partition(":")[0] for line in found[:2]] == ["recap_4h of d0", "recap_4h of d1"]
    assert found[12:] == ["and 3 more"]


def test_who_has_no_usable_address_is_told_so() -> None:
    unusable = a_mailbox(state=AddressState.PLACEHOLDER)

    def told(member: Member) -> list[str]:
        return list(obstacles(member, [Kind.OPENING], an_outset()))

    assert told(a_member(mailboxes=(unusable,))) == ["but no notice can leave: there is no usable address"]
    assert told(a_member(mailboxes=(unusable, a_mailbox()))) == []
    assert told(a_member(mailboxes=(), settings={Kind.OPENING: Setting(value=False)})) == []


@pytest.mark.parametrize(("seconds", "lines"), [(0, 0), (1, 1)])
def test_who_has_not_been_seen_for_long_gets_no_opening(seconds: int, lines: int) -> None:
    limit = timedelta(days=100)
    member = a_member(last_seen=BEFORE_ALL - limit - timedelta(seconds=seconds))
    outset = an_outset(BEFORE_ALL, inactive_after=limit)

    assert len(list(obstacles(member, [Kind.OPENING], outset))) == lines
    assert list(obstacles(member, [Kind.RECAP_24H], outset)) == []


def test_every_turn_has_its_words() -> None:
    for turn in Turn:
        (line,) = effects_in_words([Effect(Kind.RECAP_24H, "d1", OPENS, turn)])
        assert line.startswith("recap_24h of d1")


def test_an_address_that_another_member_reads_gets_by_them_what_is_turned_off() -> None:
    neighbour = a_member(
        id="20", first_name="Tom", last_name="Roy", settings={Kind.OPENING: Setting(value=True)}
    )
    outset = replace(an_outset(), others=(neighbour,))
    off = wanting(opening=False, recap_24h=False)

    address = a_mailbox().address
    assert words(wanting(opening=True), off, outset) == [
        f"opening of 2026-06-12, due on Friday 5 June 2026 at 8:00\u00a0am: leaves all the same to {address}",
        "recap_24h of 2026-06-12, due on Thursday 11 June 2026 at 6:00\u00a0pm: does not leave",
    ]
    assert list(obstacles(off, [Kind.OPENING, Kind.RECAP_24H], outset)) == [
        f"{address} is also read by Tom Roy (lac/20), for whom opening is on: it still arrives there"
    ]


@pytest.mark.parametrize(
    "other",
    [
        {"settings": {Kind.OPENING: Setting(value=False)}},
        {"group_ids": ("mer",)},
        {"mailboxes": (a_mailbox(address="tom@example.org"),)},
        {"last_seen": BEFORE_ALL - timedelta(days=400)},
    ],
    ids=["off", "elsewhere", "another", "inactive"],
)
def test_a_neighbour_who_gets_nothing_there_covers_nobody(other: dict[str, Any]) -> None:
    neighbour = a_member(**{"id": "20", "settings": {Kind.OPENING: Setting(value=True)}} | other)
    outset = replace(an_outset(inactive_after=timedelta(days=365)), others=(neighbour,))

    assert words(wanting(opening=True), wanting(opening=False), outset) == [
        "opening of 2026-06-12, due on Friday 5 June 2026 at 8:00\u00a0am: does not leave"
    ]


@pytest.mark.parametrize(
    ("opens", "wants_opening", "said"),
    [
        ("2026-06-10T08:00", True, "does not leave, as opening is due too and says the same"),
        (
            "2026-06-10T08:00",
            False,
            "leaves on Wednesday 10 June 2026 at 8:00\u00a0am, unless an order is known by then",
        ),
        (
            "2026-06-05T08:00",
            True,
            "leaves on Tuesday 9 June 2026 at 8:00\u00a0pm, unless an order is known by then",
        ),
    ],
)
def test_a_closing_that_is_due_as_orders_open_leaves_it_to_the_opening(
    opens: str, wants_opening: bool, said: str
) -> None:
    day = a_distribution(orders_open_at=paris(opens))
    before = wanting(opening=wants_opening, closing=False)

    assert words(before, wanting(opening=wants_opening, closing=True), an_outset(BEFORE_ALL, day)) == [
        f"closing of 2026-06-12: {said}"
    ]
