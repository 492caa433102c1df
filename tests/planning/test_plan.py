from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from cagette_notify.core.kinds import Kind
from cagette_notify.core.model import AddressState, Mailbox, Setting
from cagette_notify.core.notices import Notice, Reason, Skip, Status, hash_of
from cagette_notify.core.order_book import OrderBook, OrdersState, UnreadLine
from cagette_notify.planning.plan import Plan, plan
from tests.fixtures.builders import (
    a_distribution,
    a_group,
    a_mailbox,
    a_member,
    a_notice,
    an_order_line,
    paris,
)
from tests.fixtures.memory import ALL_ON, a_book, a_situation, an_entry, utc

A_DAY_BEFORE = utc("2026-06-11T16:30")
FOUR_HOURS_BEFORE = utc("2026-06-12T12:30")
OPENED = utc("2026-06-05T06:30")


def owed(made: Plan) -> list[tuple[Kind, str]]:
    return [(one.notice.kind, one.notice.mailbox.address) for one in made.owed]


def reasons(made: Plan) -> list[Reason]:
    return [skip.reason for skip in made.skipped]


def test_a_member_with_an_order_is_owed_the_recap_of_the_day_before() -> None:
    made = plan(a_situation(A_DAY_BEFORE))

    assert owed(made) == [(Kind.RECAP_24H, "zoe.martin@example.org")]
    assert made.owed[0].notice.revision == 1
    assert len(made.owed[0].notice.lines) == 3


def test_nothing_is_owed_a_second_early() -> None:
    assert plan(a_situation(utc("2026-06-11T15:59:59"))) == Plan()


@pytest.mark.parametrize(
    ("distribution", "reason"),
    [
        ({"cancelled": True}, Reason.CANCELLED),
        ({"fixed": True}, Reason.FIXED_CONTRACT),
    ],
)
def test_an_occasion_that_is_off_is_owed_to_nobody(distribution: dict[str, object], reason: Reason) -> None:
    made = plan(a_situation(OPENED, a_distribution(**distribution)))

    assert made.owed == ()
    assert reasons(made) == [reason]


def test_fixed_contracts_still_get_their_recap() -> None:
    assert owed(plan(a_situation(A_DAY_BEFORE, a_distribution(fixed=True))))


def test_a_disabled_group_gets_nothing() -> None:
    made = plan(a_situation(A_DAY_BEFORE, group=a_group(disabled=True)))

    assert (made.owed, reasons(made)) == ((), [Reason.GROUP_DISABLED])


@pytest.mark.parametrize(
    ("member", "reason"),
    [
        ({"settings": {Kind.RECAP_24H: Setting(value=False)}}, Reason.SETTING_OFF),
        ({"id": "somebody without an order"}, Reason.NO_ORDER),
        ({"mailboxes": ()}, Reason.NO_ADDRESS),
        ({"mailboxes": (Mailbox("7@no.mail", state=AddressState.PLACEHOLDER),)}, Reason.PLACEHOLDER_ADDRESS),
        ({"mailboxes": (Mailbox("zoe@", state=AddressState.INVALID),)}, Reason.INVALID_ADDRESS),
    ],
)
def test_somebody_who_gets_nothing_is_named_with_the_reason(
    member: dict[str, object], reason: Reason
) -> None:
    made = plan(a_situation(A_DAY_BEFORE, members=(a_member(**member),)))

    assert (made.owed, reasons(made)) == ((), [reason])


def test_who_got_nothing_is_named_by_group_distribution_member_and_address() -> None:
    off = {"settings": {Kind.RECAP_24H: Setting(value=False)}}

    (whole,) = plan(a_situation(A_DAY_BEFORE, members=(a_member(**off),))).skipped
    (nowhere,) = plan(a_situation(A_DAY_BEFORE, members=(a_member(mailboxes=()),))).skipped

    named = (Kind.RECAP_24H, "lac", "2026-06-12", "1007")
    assert whole == Skip(*named, "zoe.martin@example.org", Reason.SETTING_OFF, "r1")
    assert nowhere == Skip(*named, "", Reason.NO_ADDRESS, "r1", addresses=0)


def test_who_gets_nothing_is_named_by_an_address_that_mail_could_reach() -> None:
    own = Mailbox("7@no.mail", state=AddressState.PLACEHOLDER)
    member = a_member(id="somebody without an order", mailboxes=(own, a_mailbox(address="luc@example.org")))

    (skip,) = plan(a_situation(A_DAY_BEFORE, members=(member,))).skipped

    assert (skip.address, skip.reason) == ("luc@example.org", Reason.NO_ORDER)


def test_a_member_with_two_reasons_is_named_once_with_the_first() -> None:
    member = a_member(
        settings={Kind.RECAP_24H: Setting(value=False)}, mailboxes=(a_mailbox(), a_mailbox(address="b@x.org"))
    )

    made = plan(a_situation(A_DAY_BEFORE, members=(member,), books={}))

    assert reasons(made) == [Reason.SETTING_OFF]


def test_an_order_of_nothing_is_no_order() -> None:
    book = a_book(an_order_line(quantity=Decimal(0)))

    assert reasons(plan(a_situation(A_DAY_BEFORE, books={"2026-06-12": book}))) == [Reason.NO_ORDER]


@pytest.mark.parametrize("state", [OrdersState.WAITING, OrdersState.STALE, OrdersState.UNREADABLE])
def test_recaps_wait_for_orders_that_can_be_trusted(state: OrdersState) -> None:
    made = plan(a_situation(A_DAY_BEFORE, books={"2026-06-12": OrderBook(state, a_book().lines)}))

    assert (made.owed, reasons(made)) == ((), [Reason.WAITING_FOR_ORDERS])


def test_an_order_shared_with_a_household_is_in_the_recaps_of_both() -> None:
    other = a_member(id="1014", mailboxes=(a_mailbox(address="lea@example.org"),))
    book = a_book(an_order_line(shared_with="1014"))

    made = plan(a_situation(A_DAY_BEFORE, members=(a_member(), other), books={"2026-06-12": book}))

    assert [address for _kind, address in owed(made)] == ["zoe.martin@example.org", "lea@example.org"]
    assert made.owed[0].notice.lines == made.owed[1].notice.lines


def test_a_group_whose_members_could_not_be_read_is_owed_nothing_yet() -> None:
    assert plan(replace(a_situation(A_DAY_BEFORE), members={})) == Plan()


def test_the_partner_gets_a_mail_of_their_own() -> None:
    partner = a_mailbox(address="noel@example.org", first_name="Noël")
    made = plan(a_situation(A_DAY_BEFORE, members=(a_member(mailboxes=(a_mailbox(), partner)),)))

    assert [one.notice.mailbox.first_name for one in made.owed] == ["Zoé", "Noël"]


def test_a_partner_with_the_same_address_in_another_case_gets_no_second_copy() -> None:
    same = a_mailbox(address="ZOE.Martin@Example.org")

    made = plan(a_situation(A_DAY_BEFORE, members=(a_member(mailboxes=(a_mailbox(), same)),)))

    assert (len(made.owed), reasons(made)) == (1, [Reason.DUPLICATE_ADDRESS])


def test_two_members_who_share_an_address_get_one_opening_but_a_recap_each() -> None:
    two = (a_member(), a_member(id="1014"))
    book = a_book(an_order_line(), an_order_line(member_id="1014"))

    opening = plan(a_situation(OPENED, members=two))
    recaps = plan(a_situation(A_DAY_BEFORE, members=two, books={"2026-06-12": book}))

    assert (len(opening.owed), reasons(opening)) == (1, [Reason.DUPLICATE_ADDRESS])
    assert [one.notice.member.id for one in recaps.owed] == ["1007", "1014"]
    assert all(one.notice.address_is_shared for one in recaps.owed)


def test_an_address_whose_first_member_wants_no_opening_gets_the_second_members() -> None:
    off = a_member(settings={Kind.OPENING: Setting(value=False)})

    made = plan(a_situation(OPENED, members=(off, a_member(id="1014"))))

    assert [one.notice.member.id for one in made.owed] == ["1014"]
    assert reasons(made) == [Reason.SETTING_OFF]


def test_a_members_own_setting_wins_over_the_default() -> None:
    on = a_member(settings={Kind.RECAP_4H: Setting(value=True)})

    made = plan(a_situation(FOUR_HOURS_BEFORE, members=(on,)))

    assert [kind for kind, _address in owed(made)] == [Kind.RECAP_4H]


def test_when_both_recaps_are_due_only_the_shorter_leaves() -> None:
    made = plan(a_situation(FOUR_HOURS_BEFORE, defaults=ALL_ON))

    assert [kind for kind, _address in owed(made)] == [Kind.RECAP_4H]
    assert reasons(made) == [Reason.SUPERSEDED]


def test_whoever_had_the_shorter_recap_and_then_put_it_off_gets_no_longer_one() -> None:
    had = an_entry(a_notice(Kind.RECAP_4H, revision=1))

    made = plan(a_situation(FOUR_HOURS_BEFORE, entries=(had,)))

    assert (made.owed, reasons(made)) == ((), [Reason.SUPERSEDED, Reason.ALREADY_SENT])


def test_a_member_who_has_only_the_longer_recap_on_gets_it_late() -> None:
    assert [kind for kind, _ in owed(plan(a_situation(FOUR_HOURS_BEFORE)))] == [Kind.RECAP_24H]


def test_what_is_sent_is_not_sent_again() -> None:
    notice = plan(a_situation(A_DAY_BEFORE)).owed[0].notice

    made = plan(a_situation(A_DAY_BEFORE, entries=(an_entry(notice),)))

    assert (made.owed, reasons(made)) == ((), [Reason.ALREADY_SENT])


def test_already_sent_comes_before_every_other_reason() -> None:
    notice = plan(a_situation(A_DAY_BEFORE)).owed[0].notice
    off = a_member(settings={Kind.RECAP_24H: Setting(value=False)})

    made = plan(
        a_situation(A_DAY_BEFORE, a_distribution(cancelled=True), members=(off,), entries=(an_entry(notice),))
    )

    assert reasons(made) == [Reason.ALREADY_SENT]


@pytest.mark.parametrize("status", [Status.CLAIMED, Status.IN_DOUBT])
def test_a_doubt_is_neither_sent_again_nor_explained_away(status: Status) -> None:
    notice = plan(a_situation(A_DAY_BEFORE)).owed[0].notice

    assert plan(a_situation(A_DAY_BEFORE, entries=(an_entry(notice, status=status),))) == Plan()


@pytest.mark.parametrize(
    ("status", "extra"),
    [
        (Status.CLAIMED, {"custom_id": "lost"}),
        (Status.IN_DOUBT, {"custom_id": "lost"}),
        (Status.DEFERRED, {}),
        (Status.EXPIRED, {}),
        (Status.DROPPED, {}),
        (Status.FAILED, {"about_content": True}),
    ],
)
def test_what_surely_did_not_arrive_is_owed_again_in_the_same_envelope(
    status: Status, extra: dict[str, object]
) -> None:
    notice = plan(a_situation(A_DAY_BEFORE)).owed[0].notice
    entry = an_entry(notice, status=status, **extra)

    made = plan(a_situation(A_DAY_BEFORE, entries=(entry,), lost=frozenset({"lost"})))

    assert [one.entry for one in made.owed] == [entry]


@pytest.mark.parametrize("ended", [{"status": Status.FAILED}, {"status": Status.DROPPED, "by_hand": True}])
def test_what_was_refused_for_good_or_dropped_by_hand_is_not_owed(ended: dict[str, object]) -> None:
    notice = plan(a_situation(A_DAY_BEFORE)).owed[0].notice

    assert plan(a_situation(A_DAY_BEFORE, entries=(an_entry(notice, **ended),))) == Plan()


def test_a_corrected_address_gets_what_the_wrong_one_could_not() -> None:
    notice = plan(a_situation(A_DAY_BEFORE)).owed[0].notice
    mended = a_member(mailboxes=(a_mailbox(address="zoe@example.net"),))

    made = plan(
        a_situation(A_DAY_BEFORE, members=(mended,), entries=(an_entry(notice, status=Status.FAILED),))
    )

    assert owed(made) == [(Kind.RECAP_24H, "zoe@example.net")]


def test_what_was_due_before_the_first_run_is_held_back() -> None:
    floor = {"lac": A_DAY_BEFORE - timedelta(minutes=10)}

    made = plan(a_situation(A_DAY_BEFORE, floors=floor))

    assert (made.owed, reasons(made)) == ((), [Reason.BEFORE_FIRST_RUN])


def test_the_floor_itself_is_owed() -> None:
    due_at = a_notice().due_at

    assert owed(plan(a_situation(A_DAY_BEFORE, floors={"lac": due_at})))
    assert not owed(plan(a_situation(A_DAY_BEFORE, floors={"lac": due_at + timedelta(seconds=1)})))


@pytest.mark.parametrize(
    ("entry", "is_owed"),
    [
        ({"status": Status.DEFERRED}, True),
        ({"status": Status.DEFERRED, "claimed_at": None}, True),
        ({"status": Status.CLAIMED, "custom_id": "lost"}, True),
        ({"status": Status.IN_DOUBT, "custom_id": "lost"}, True),
        ({"status": Status.EXPIRED, "claimed_at": None}, False),
    ],
)
def test_what_an_earlier_run_claimed_or_put_off_is_owed_however_long_ago_it_was_due(
    entry: dict[str, Any], is_owed: bool
) -> None:
    tried = an_entry(plan(a_situation(A_DAY_BEFORE)).owed[0].notice, **entry)

    made = plan(
        a_situation(A_DAY_BEFORE, floors={"lac": A_DAY_BEFORE}, entries=(tried,), lost=frozenset({"lost"}))
    )

    assert bool(made.owed) is is_owed
    assert reasons(made) == ([] if is_owed else [Reason.BEFORE_FIRST_RUN])


@pytest.mark.parametrize("after", [utc("2026-06-12T16:00"), utc("2026-06-12T16:05")])
def test_what_nobody_sent_in_time_has_expired(after: datetime) -> None:
    made = plan(a_situation(after, since=A_DAY_BEFORE))

    assert [one.notice.kind for one in made.expired] == [Kind.RECAP_24H]
    assert (made.owed, made.skipped) == ((), ())


def test_what_has_expired_is_said_once() -> None:
    after = utc("2026-06-12T16:05")
    notice = plan(a_situation(after, since=A_DAY_BEFORE)).expired[0].notice
    entry = an_entry(notice, status=Status.EXPIRED, claimed_at=None)

    assert plan(a_situation(after, since=A_DAY_BEFORE, entries=(entry,))) == Plan()


@pytest.mark.parametrize("after", [utc("2026-06-12T16:00"), utc("2026-06-12T16:05")])
def test_nobody_who_was_owed_nothing_has_anything_expired(after: datetime) -> None:
    off = a_member(settings={Kind.RECAP_24H: Setting(value=False)})

    assert plan(a_situation(after, members=(off,), since=A_DAY_BEFORE)) == Plan()


@pytest.mark.parametrize(
    ("last_seen", "active", "got"),
    [
        (None, frozenset(), True),
        (utc("2026-05-06T06:30"), frozenset(), True),
        (utc("2026-05-06T06:29:59"), frozenset(), False),
        (utc("2020-01-01T00:00"), frozenset({("lac", "1007")}), True),
    ],
)
def test_members_not_seen_for_long_get_no_opening_unless_they_ordered(
    last_seen: datetime | None, active: frozenset[tuple[str, str]], got: bool
) -> None:
    situation = a_situation(OPENED, members=(a_member(last_seen=last_seen),), active=active, books={})
    situation = replace(situation, rules=replace(situation.rules, inactive_after=timedelta(days=30)))

    made = plan(situation)

    assert bool(made.owed) is got
    assert reasons(made) == ([] if got else [Reason.INACTIVE])


def test_an_inactive_member_with_an_order_gets_the_recap() -> None:
    situation = a_situation(A_DAY_BEFORE, members=(a_member(last_seen=utc("2020-01-01T00:00")),))
    situation = replace(situation, rules=replace(situation.rules, inactive_after=timedelta(days=30)))

    assert owed(plan(situation))


def test_an_opening_moved_within_its_day_is_the_same_opening() -> None:
    first = plan(a_situation(OPENED)).owed[0].notice
    later = a_distribution(orders_open_at=paris("2026-06-05T09:00"))
    next_day = a_distribution(orders_open_at=paris("2026-06-06T09:00"))

    same = plan(a_situation(utc("2026-06-05T07:30"), later, entries=(an_entry(first),)))
    another = plan(a_situation(utc("2026-06-06T07:30"), next_day, entries=(an_entry(first),)))

    assert (same.owed, reasons(same)) == ((), [Reason.ALREADY_SENT])
    assert len(another.owed) == 1


def an_ambiguous_night() -> Notice:
    twice = a_distribution(starts_at=paris("2027-10-31T02:30"), orders_open_at=None)
    return plan(a_situation(utc("2027-10-30T12:00"), twice)).owed[0].notice


def test_an_hour_that_exists_twice_is_still_the_same_hour() -> None:
    notice = an_ambiguous_night()

    made = plan(a_situation(utc("2027-10-30T12:00"), notice.distribution, entries=(an_entry(notice),)))

    assert (made.owed, reasons(made)) == ((), [Reason.ALREADY_SENT])


def a_forgotten(*notices: Notice) -> dict[str, Any]:
    hashes = frozenset(hash_of(notice.key, "salt") for notice in notices)
    return {"forgotten": hashes, "ledger_id": "salt"}


@pytest.mark.parametrize(("at", "kind"), [(A_DAY_BEFORE, Kind.RECAP_24H), (OPENED, Kind.OPENING)])
def test_what_left_to_somebody_who_was_forgotten_does_not_leave_again(at: datetime, kind: Kind) -> None:
    revision = 1 if kind is Kind.RECAP_24H else 0
    made = plan(a_situation(at, **a_forgotten(a_notice(kind, revision=revision))))

    assert (made.owed, reasons(made)) == ((), [Reason.ALREADY_SENT])


def test_what_somebody_else_was_sent_is_no_matter() -> None:
    other = a_member(id="1014", mailboxes=(a_mailbox(address="leo@example.org"),))
    book = a_book(an_order_line(), an_order_line(member_id="1014"))

    made = plan(
        a_situation(
            A_DAY_BEFORE,
            members=(a_member(), other),
            books={"2026-06-12": book},
            **a_forgotten(a_notice(revision=1)),
        )
    )

    assert owed(made) == [(Kind.RECAP_24H, "leo@example.org")]


def test_a_hash_is_of_one_ledger() -> None:
    forgotten = a_forgotten(a_notice(revision=1)) | {"ledger_id": "another"}

    assert owed(plan(a_situation(A_DAY_BEFORE, **forgotten)))


def test_a_later_time_is_told_even_to_somebody_who_was_forgotten() -> None:
    told = a_notice(revision=1)
    moved = a_distribution(starts_at=paris("2026-06-12T17:00"))
    other = an_entry(replace(told, member=a_member(id="9")), key=replace(told.key, member_id="", address="x"))

    made = plan(a_situation(A_DAY_BEFORE, moved, entries=(other,), **a_forgotten(told)))

    assert [one.notice.revision for one in made.owed] == [2]


def test_what_was_forgotten_and_has_ended_is_not_called_late() -> None:
    forgotten = a_forgotten(a_notice(revision=1), a_notice(Kind.OPENING))

    made = plan(a_situation(utc("2026-06-12T16:05"), **forgotten))

    assert made == Plan()


def test_a_recap_of_four_hours_before_stands_for_the_other_though_it_was_forgotten() -> None:
    off = {Kind.RECAP_4H: Setting(value=False)}
    forgotten = a_forgotten(a_notice(Kind.RECAP_4H, revision=1))

    made = plan(a_situation(FOUR_HOURS_BEFORE, members=(a_member(settings=off),), **forgotten))

    assert (made.owed, reasons(made)) == ((), [Reason.SUPERSEDED, Reason.ALREADY_SENT])


@pytest.mark.parametrize(
    ("row", "expired", "skipped"),
    [
        (UnreadLine(a_member().id), 1, []),
        (UnreadLine(a_member().id, is_certain=False), 1, []),
        (UnreadLine(a_member().id, is_certain=False, is_anybodys=True), 0, [Reason.WAITING_FOR_ORDERS]),
    ],
)
def test_a_recap_of_which_no_row_could_be_read_comes_too_late_if_a_row_names_them(
    row: UnreadLine, expired: int, skipped: list[Reason]
) -> None:
    book = replace(a_book(), lines=(), unread=(row,))
    at_the_start = a_situation(utc("2026-06-12T16:00"), books={a_distribution().id: book})

    made = plan(at_the_start)

    assert ([one.notice.kind for one in made.expired], reasons(made)) == ([Kind.RECAP_24H] * expired, skipped)


@pytest.mark.parametrize(
    ("floor", "skipped"),
    [("2026-06-11T16:00", [Reason.WAITING_FOR_ORDERS]), ("2026-06-11T16:01", [])],
)
def test_what_waited_for_its_orders_to_the_end_is_noted_if_it_was_ours_to_send(
    floor: str, skipped: list[Reason]
) -> None:
    situation = replace(a_situation(utc("2026-06-12T16:00"), books={}), floors={"lac": utc(floor)})

    assert reasons(plan(situation)) == skipped
