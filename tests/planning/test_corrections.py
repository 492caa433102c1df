from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from cagette_notify.core.kinds import Kind
from cagette_notify.core.model import Distribution, Mailbox, Member, Setting
from cagette_notify.core.notices import Entry, Reason, Status
from cagette_notify.core.text import fold
from cagette_notify.planning.announced import revision_of
from cagette_notify.planning.plan import Plan, plan
from tests.fixtures.builders import a_distribution, a_group, a_mailbox, a_member, an_order_line, paris
from tests.fixtures.memory import ALL_ON, a_book, a_situation, an_entry, utc

TOLD_AT = utc("2026-06-11T16:30")
FRIDAY = a_distribution(orders_open_at=None)
SATURDAY = replace(FRIDAY, starts_at=paris("2026-06-13T18:00"), ends_at=None)
NEXT_WEEK = replace(FRIDAY, starts_at=paris("2026-06-19T18:00"), ends_at=None)
CLOSES_AT = utc("2026-06-17T18:00")


def told(made: Plan, **overrides: Any) -> tuple[Entry, ...]:
    """Return the ledger after these notices were sent."""
    return tuple(an_entry(one.notice, **overrides) for one in made.owed)


def told_friday(**situation: Any) -> tuple[Entry, ...]:
    return told(plan(a_situation(TOLD_AT, FRIDAY, **situation)))


def corrections(made: Plan) -> list[tuple[Kind, int, bool]]:
    return [(one.notice.kind, one.notice.revision, one.notice.correction) for one in made.owed]


def at(now: datetime, distribution: Distribution, entries: tuple[Entry, ...], **more: Any) -> Plan:
    return plan(a_situation(now, distribution, entries=entries, **more))


def test_whoever_was_told_the_old_day_is_told_the_new_one() -> None:
    made = at(TOLD_AT, SATURDAY, told_friday())

    assert corrections(made) == [(Kind.RECAP_24H, 2, True)]


def test_a_correction_may_leave_until_the_new_start() -> None:
    (one,) = at(TOLD_AT, SATURDAY, told_friday()).owed

    assert (one.notice.due_at, one.notice.too_late_at) == (TOLD_AT, utc("2026-06-13T16:00"))


def test_a_distribution_that_stands_hides_no_other_that_moved() -> None:
    stands = replace(FRIDAY, id="another")
    entries = told(plan(a_situation(TOLD_AT, stands, FRIDAY)))

    made = plan(a_situation(TOLD_AT, stands, SATURDAY, entries=entries))

    assert [(one.notice.distribution.id, one.notice.correction) for one in made.owed] == [(FRIDAY.id, True)]


def test_a_new_place_is_worth_a_correction_too() -> None:
    made = at(TOLD_AT, replace(FRIDAY, place="Gymnase"), told_friday())

    assert corrections(made) == [(Kind.RECAP_24H, 2, True)]


@pytest.mark.parametrize(
    ("told", "place", "is_same"),
    [
        ("Halle du lac, 1 rue du Lac, NANTES", "Halle du Lac, 1, rue du lac - Nantes", True),
        ("Cour de l'école", "cour  de l’Ecole", True),
        ("Salle des fêtes", "Salle des fetes.", True),
        ("Salle des fêtes, 1 rue du Lac", "Salle des fêtes, 11 rue du Lac", False),
        ("Salle 1", "Salle 2", False),
        ("Salle des fêtes", "Salle des fêtes, 1 rue du Lac", False),
        ("🌾", "", False),
    ],
)
def test_a_place_that_is_only_written_otherwise_is_none(told: str, place: str, *, is_same: bool) -> None:
    made = at(TOLD_AT, replace(FRIDAY, place=place), tuple(replace(one, place=told) for one in told_friday()))

    assert (corrections(made) == []) is is_same


def test_a_new_end_or_name_is_not() -> None:
    made = at(TOLD_AT, replace(FRIDAY, ends_at=None, name="Marché"), told_friday())

    assert corrections(made) == []


@pytest.mark.parametrize(
    ("status", "left_at", "final"),
    [
        (Status.SENT, TOLD_AT, [(Kind.RECAP_24H, "r2-final")]),
        (Status.SENT, CLOSES_AT - timedelta(seconds=1), [(Kind.RECAP_24H, "r2-final")]),
        (Status.SENT, CLOSES_AT, []),
        (Status.IN_DOUBT, TOLD_AT, []),
        (Status.CLAIMED, TOLD_AT, []),
    ],
)
def test_a_correction_before_orders_close_is_followed_by_a_recap_of_the_final_order(
    status: Status, left_at: datetime, final: list[tuple[Kind, str]]
) -> None:
    put_off = replace(NEXT_WEEK, orders_close_at=CLOSES_AT)
    first = told_friday()
    second = told(at(TOLD_AT, put_off, first), status=status, claimed_at=left_at, campaign="l-correction-x")

    made = at(utc("2026-06-18T16:30"), put_off, first + second)

    assert [(one.notice.kind, one.notice.occasion) for one in made.owed] == final


def test_a_correction_is_that_revisions_recap() -> None:
    first = told_friday()
    second = told(at(TOLD_AT, SATURDAY, first))

    made = at(utc("2026-06-12T16:30"), SATURDAY, first + second)

    assert corrections(made) == []
    assert [skip.reason for skip in made.skipped] == [Reason.ALREADY_SENT]


def test_moved_back_is_another_revision_and_another_correction() -> None:
    first = told_friday()
    second = told(at(TOLD_AT, SATURDAY, first))

    made = at(TOLD_AT, FRIDAY, first + second)

    assert corrections(made) == [(Kind.RECAP_24H, 3, True)]


def test_moved_and_back_before_any_run_is_nothing() -> None:
    assert corrections(at(TOLD_AT, FRIDAY, told_friday())) == []


def test_moved_back_while_a_correction_was_deferred_tells_nobody_what_they_know() -> None:
    first = told_friday()
    second = told(at(TOLD_AT, SATURDAY, first), status=Status.DEFERRED)

    made = at(TOLD_AT, FRIDAY, first + second)

    assert corrections(made) == []
    assert [skip.reason for skip in made.skipped] == [Reason.ALREADY_SENT]


def test_what_became_due_since_is_no_part_of_a_correction_that_leaves_once_more() -> None:
    earlier = replace(FRIDAY, starts_at=paris("2026-06-12T17:00"))
    in_doubt = {"custom_id": "id-2", "campaign": "0-correction-d1@r2", "status": Status.IN_DOUBT}
    second = told(at(TOLD_AT, earlier, told_friday()), **in_doubt)
    four_hours_before, entries = utc("2026-06-12T11:30"), told_friday() + second

    made = at(four_hours_before, earlier, entries, lost=frozenset({"id-2"}), defaults=ALL_ON)

    assert corrections(made) == [(Kind.RECAP_24H, 2, True), (Kind.RECAP_4H, 2, False)]


def test_a_deferred_correction_is_owed_again_in_its_envelope() -> None:
    first = told_friday()
    second = told(at(TOLD_AT, SATURDAY, first), status=Status.DEFERRED)

    made = at(TOLD_AT, SATURDAY, first + second)

    assert [one.entry for one in made.owed] == list(second)
    assert corrections(made) == [(Kind.RECAP_24H, 2, True)]


@pytest.mark.parametrize("status", [Status.CLAIMED, Status.IN_DOUBT])
def test_claimed_and_doubtful_count_as_told(status: Status) -> None:
    perhaps = tuple(replace(entry, status=status) for entry in told_friday())

    assert corrections(at(TOLD_AT, SATURDAY, perhaps)) == [(Kind.RECAP_24H, 2, True)]


def test_a_doubt_that_was_looked_up_in_vain_is_still_told_of_another_day() -> None:
    perhaps = tuple(replace(entry, status=Status.IN_DOUBT) for entry in told_friday())

    made = at(TOLD_AT, NEXT_WEEK, perhaps, lost=frozenset({"id-1"}))

    assert corrections(made) == [(Kind.RECAP_24H, 2, True)]


def test_a_correction_that_was_looked_up_in_vain_leaves_again_as_one() -> None:
    first = told_friday()
    second = told(at(TOLD_AT, SATURDAY, first), status=Status.IN_DOUBT, custom_id="id-2")

    made = at(TOLD_AT, SATURDAY, first + second, lost=frozenset({"id-2"}))

    assert corrections(made) == [(Kind.RECAP_24H, 2, True)]


@pytest.mark.parametrize("status", [Status.DEFERRED, Status.FAILED, Status.EXPIRED, Status.DROPPED])
def test_whoever_was_told_nothing_gets_no_correction(status: Status) -> None:
    nothing = tuple(replace(entry, status=status) for entry in told_friday())

    assert corrections(at(TOLD_AT, NEXT_WEEK, nothing)) == []


def test_a_correction_goes_out_whatever_the_settings() -> None:
    off = a_member(settings={Kind.RECAP_24H: Setting(value=False)})

    assert corrections(at(TOLD_AT, SATURDAY, told_friday(), members=(off,))) == [(Kind.RECAP_24H, 2, True)]


def test_a_correction_goes_to_the_address_that_was_told_and_greets_nobody_where_nobody_lists_it() -> None:
    elsewhere = a_member(mailboxes=(a_mailbox(address="zoe@example.net"),))

    made = at(TOLD_AT, NEXT_WEEK, told_friday(), members=(elsewhere,))

    assert [one.notice.mailbox for one in made.owed] == [Mailbox(a_mailbox().address)]


PARTNER = a_mailbox(address="noel@example.org", first_name="Noël")


@pytest.mark.parametrize(
    ("others", "greeted"),
    [
        ((), ""),
        ((a_member(id="8", first_name="Noël", mailboxes=(PARTNER,)),), "Noël"),
        (
            (
                a_member(id="8", first_name="Noël", mailboxes=(PARTNER,)),
                a_member(id="9", mailboxes=(replace(PARTNER, first_name="Max"),)),
            ),
            "",
        ),
    ],
    ids=["taken out", "an account of their own", "several read it"],
)
def test_the_correction_to_who_was_the_partner_does_not_greet_the_member(
    others: tuple[Member, ...], greeted: str
) -> None:
    two, alone = a_member(mailboxes=(a_mailbox(), PARTNER)), a_member()
    entries = told(plan(a_situation(TOLD_AT, FRIDAY, members=(two,))), member_name=fold(two.name))

    made = at(TOLD_AT, SATURDAY, entries, members=(alone, *others))

    by_address = {one.notice.mailbox.address: one.notice.mailbox.first_name for one in made.owed}
    assert by_address == {a_mailbox().address: "Zoé", PARTNER.address: greeted}


def test_who_ties_their_name_otherwise_is_corrected_at_the_address_they_gave_up() -> None:
    then = a_member(last_name="Le Gall - Hervé", mailboxes=(a_mailbox(address="old@example.org"),))
    now = replace(then, last_name="Le Gall-Hervé", mailboxes=(a_mailbox(),))
    entries = told(plan(a_situation(TOLD_AT, FRIDAY, members=(then,))), member_name=fold(then.name))
    partner = a_member(id="8", first_name="Max", mailboxes=(a_mailbox(address="old@example.org"),))

    made = at(TOLD_AT, SATURDAY, entries, members=(now, partner))

    assert "old@example.org" in {one.notice.mailbox.address for one in made.owed if one.notice.correction}


def test_the_correction_to_a_partner_greets_the_partner() -> None:
    partner = a_mailbox(address="noel@example.org", first_name="Noël")
    two = (a_member(mailboxes=(a_mailbox(), partner)),)

    made = at(TOLD_AT, SATURDAY, told_friday(members=two), members=two)

    assert [one.notice.mailbox for one in made.owed] == [a_mailbox(), partner]


def test_a_partner_who_was_told_nothing_gets_the_recap_beside_the_others_correction() -> None:
    partner = a_mailbox(address="noel@example.org", first_name="Noël")
    two = (a_member(mailboxes=(a_mailbox(), partner)),)

    made = at(TOLD_AT, replace(FRIDAY, place="Gymnase"), told_friday(), members=two)

    assert [(one.notice.mailbox.first_name, one.notice.correction) for one in made.owed] == [
        ("Zoé", True),
        ("Noël", False),
    ]


@pytest.mark.parametrize("ended", [{"status": Status.FAILED}, {"status": Status.DROPPED, "by_hand": True}])
def test_a_correction_that_was_refused_or_dropped_by_hand_is_not_tried_again(ended: dict[str, Any]) -> None:
    first = told_friday()
    second = told(at(TOLD_AT, SATURDAY, first), **ended)

    assert corrections(at(TOLD_AT, SATURDAY, first + second)) == []


@pytest.mark.parametrize(
    "gone",
    [
        {"members": ()},
        {"books": {"2026-06-12": a_book(an_order_line(quantity=Decimal(0)))}},
        {"group": a_group(disabled=True)},
    ],
)
def test_no_member_no_order_no_group_no_correction(gone: dict[str, Any]) -> None:
    assert corrections(at(TOLD_AT, SATURDAY, told_friday(), **gone)) == []


def test_a_cancelled_distribution_corrects_nothing() -> None:
    assert corrections(at(TOLD_AT, replace(SATURDAY, cancelled=True), told_friday())) == []


@pytest.mark.parametrize("afterwards", [FRIDAY.starts_at, utc("2026-06-18T16:30")])
def test_a_distribution_re_dated_after_it_took_place_gets_ordinary_recaps(afterwards: datetime) -> None:
    a_day_later = replace(FRIDAY, starts_at=afterwards + timedelta(hours=20))

    made = at(afterwards, a_day_later, told_friday())

    assert corrections(made) == [(Kind.RECAP_24H, 2, False)]


def told_and_moved_back(other: Distribution) -> tuple[Entry, ...]:
    """Return the ledger after a distribution was put off, and then moved back before it took place."""
    first = told_friday()
    second = first + told(at(TOLD_AT, other, first))
    return second + told(at(TOLD_AT, FRIDAY, second))


@pytest.mark.parametrize("put_off_to", [SATURDAY, NEXT_WEEK])
@pytest.mark.parametrize("redated_to", [SATURDAY, NEXT_WEEK])
def test_put_off_moved_back_and_held_it_is_re_dated_with_ordinary_recaps(
    put_off_to: Distribution, redated_to: Distribution
) -> None:
    entries = told_and_moved_back(put_off_to)

    at_once = at(FRIDAY.starts_at + timedelta(minutes=5), redated_to, entries)
    in_time = at(redated_to.starts_at - timedelta(hours=20), redated_to, entries)

    assert not any(is_correction for _kind, _revision, is_correction in corrections(at_once))
    assert corrections(in_time) == [(Kind.RECAP_24H, 4, False)]


def test_whoever_had_withdrawn_their_order_before_it_was_moved_back_gets_an_ordinary_recap() -> None:
    noel = a_member(id="1008", mailboxes=(a_mailbox(address="noel@example.org"),))
    entries = told_and_moved_back(NEXT_WEEK)
    of_noel = tuple(
        replace(entry, key=replace(entry.key, member_id=noel.id, address="noel@example.org"))
        for entry in entries
        if entry.revision < 3
    )
    books = {FRIDAY.id: a_book(an_order_line(member_id=noel.id))}
    now = NEXT_WEEK.starts_at - timedelta(hours=20)

    made = at(now, NEXT_WEEK, entries + of_noel, members=(noel,), books=books)

    assert corrections(made) == [(Kind.RECAP_24H, 4, False)]


def test_what_was_told_before_it_took_place_is_no_recap_of_the_day_it_was_re_dated_to() -> None:
    now, later = NEXT_WEEK.starts_at - timedelta(hours=20), NEXT_WEEK.starts_at - timedelta(hours=3)
    both = tuple(
        replace(entry, key=replace(entry.key, kind=kind))
        for entry in told_and_moved_back(NEXT_WEEK)
        for kind in (Kind.RECAP_24H, Kind.RECAP_4H)
    )
    again = both + told(at(now, NEXT_WEEK, both))

    assert corrections(at(later, NEXT_WEEK, again, defaults=ALL_ON)) == [(Kind.RECAP_4H, 4, False)]


@pytest.mark.parametrize("seconds", [0, 1])
def test_a_distribution_moved_into_the_past_is_corrected_for_nobody(seconds: int) -> None:
    begun = replace(FRIDAY, starts_at=TOLD_AT - timedelta(seconds=seconds))

    assert corrections(at(TOLD_AT, begun, told_friday())) == []


def test_one_correction_stands_for_both_recaps_that_were_had() -> None:
    both = told_friday() + told(
        plan(a_situation(utc("2026-06-12T12:30"), FRIDAY, defaults=ALL_ON, entries=told_friday()))
    )

    made = at(utc("2026-06-12T12:30"), SATURDAY, both)

    assert corrections(made) == [(Kind.RECAP_24H, 2, True), (Kind.RECAP_4H, 2, True)]


def test_a_recap_that_is_due_just_then_travels_in_the_correction() -> None:
    now = utc("2026-06-12T12:30")
    earlier = replace(FRIDAY, starts_at=paris("2026-06-12T17:30"))

    made = at(now, earlier, told_friday(), defaults=ALL_ON)

    assert corrections(made) == [(Kind.RECAP_24H, 2, True), (Kind.RECAP_4H, 2, True)]
    assert made.skipped == ()


def test_a_recap_that_is_not_due_yet_does_not_travel_in_the_correction() -> None:
    moved = replace(FRIDAY, place="Gymnase", orders_open_at=paris("2026-06-11T18:00"), orders_close_at=None)

    made = at(TOLD_AT, moved, told_friday(), defaults=ALL_ON)

    assert [one.notice.kind for one in made.owed if one.notice.correction] == [Kind.RECAP_24H]


def test_a_recap_not_had_is_due_at_its_new_hour() -> None:
    first = told_friday()
    second = told(at(TOLD_AT, SATURDAY, first))

    made = at(utc("2026-06-13T12:30"), SATURDAY, first + second, defaults=ALL_ON)

    assert corrections(made) == [(Kind.RECAP_4H, 2, False)]


def test_a_revision_counts_what_was_claimed_not_what_was_edited() -> None:
    entries = told_friday()
    never_claimed = tuple(replace(entry, claimed_at=None) for entry in entries)

    assert revision_of(FRIDAY, ()) == 1
    assert revision_of(FRIDAY, entries) == 1
    assert revision_of(SATURDAY, entries) == 2
    assert revision_of(SATURDAY, never_claimed) == 1
