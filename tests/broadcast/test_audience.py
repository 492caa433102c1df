"""Who a coordinator's mail reaches, and who is left out and why."""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from cagette_notify.broadcast.audience import audience_of, coordinators_of
from cagette_notify.broadcast.choose import Choice, choose_audience
from cagette_notify.broadcast.told import Memory
from cagette_notify.config import load as config
from cagette_notify.config.paths import sources_of
from cagette_notify.core.errors import DataError, UsageError
from cagette_notify.core.kinds import Kind
from cagette_notify.core.model import AddressState, Contact, Setting
from cagette_notify.core.notices import ForgottenKeys, Reason
from cagette_notify.data.dataset import load_calendar
from cagette_notify.ledger.connection import open_ledger
from tests.fixtures.builders import a_group, a_mailbox, a_member
from tests.fixtures.coop import LONG_AGO, Coop
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from pathlib import Path


CONTACT = "coordination@paniersdulac.example"
EVERYBODY = ["zoe@example.org", "noel@example.org", "maelle@example.org", "lea@example.org"]
UNITED = "coordinators + without-order:d1"


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    return Coop(tmp_path)


def choose(
    coop: Coop, wanted: str | tuple[str, ...], now: datetime = LONG_AGO, *, cancels: int = 0
) -> Choice:
    lists = (wanted,) if isinstance(wanted, str) else wanted
    calendar = load_calendar(sources_of(config.load(coop.folder / "config.yaml")))
    with open_ledger(coop.folder / "ledger.sqlite3", read_only=True) as ledger:
        forgotten = ForgottenKeys(ledger.forgotten("outbox"), ledger.ledger_id)
        memory = Memory(partial(ledger.told_since, "outbox"), forgotten, lambda _id: cancels)
        return choose_audience(calendar, calendar.groups["lac"], lists, now, memory)


def addresses(choice: Choice) -> list[str]:
    return [mailbox.address for mailbox in choice.audience.mailboxes]


def test_settings_do_not_matter() -> None:
    member = a_member(settings={kind: Setting(value=False) for kind in Kind})

    assert audience_of([member]).mailboxes == member.mailboxes


def test_both_addresses_of_a_household_are_one_household() -> None:
    member = a_member(mailboxes=(a_mailbox(), a_mailbox(address="maelle@example.org")))

    audience = audience_of([member])

    assert (audience.households, len(audience.mailboxes)) == (1, 2)


def test_an_address_gets_one_copy_whatever_its_case_and_its_members() -> None:
    members = [a_member(), a_member(id="2", mailboxes=(a_mailbox(address="ZOE.Martin@example.org"),))]

    audience = audience_of(members)

    assert (audience.households, [box.address for box in audience.mailboxes]) == (
        2,
        ["zoe.martin@example.org"],
    )


@pytest.mark.parametrize(
    ("mailboxes", "reason"),
    [
        ((), Reason.NO_ADDRESS),
        ((a_mailbox(address="4@no.mail", state=AddressState.PLACEHOLDER),), Reason.PLACEHOLDER_ADDRESS),
        ((a_mailbox(address="zoe@", state=AddressState.INVALID),), Reason.INVALID_ADDRESS),
    ],
)
def test_who_is_left_out_is_said_with_the_reason(mailboxes: tuple[()], reason: Reason) -> None:
    audience = audience_of([a_member(mailboxes=mailboxes)])

    assert (audience.households, audience.mailboxes) == (0, ())
    assert [one.reason for one in audience.left_out] == [reason]


def test_a_household_with_one_good_address_is_reached_and_the_other_is_said() -> None:
    bad = a_mailbox(address="zoe@", state=AddressState.INVALID)

    audience = audience_of([a_member(mailboxes=(bad, a_mailbox()))])

    assert audience.households == 1
    assert [(one.address, one.reason) for one in audience.left_out] == [("zoe@", Reason.INVALID_ADDRESS)]


def test_coordinators_and_the_contact_are_called_by_their_names_as_members() -> None:
    group = a_group(
        coordinators=("ZOE.martin@example.org", "luc@example.org", "coordination@paniersdulac.example"),
        contact=Contact("coordination@paniersdulac.example", "Claire Fontaine"),
    )

    boxes = coordinators_of(group, [a_member()]).mailboxes

    assert [(box.key, box.first_name, box.name) for box in boxes] == [
        ("zoe.martin@example.org", "Zoé", "Zoé Martin"),
        ("luc@example.org", "", ""),
        ("coordination@paniersdulac.example", "Claire", "Claire Fontaine"),
    ]


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Claire", "Claire"),
        ("Anne-Marie LE GOFF", "Anne-Marie"),
        ("Élise Petit", "Élise"),
        ("La coordination", ""),
        ("Les Paniers", ""),
        ("AMAP du Lac", ""),
        ("Équipe du lac", ""),
        ("Claire et Paul", ""),
        ("PETIT Claire", ""),
        ("", ""),
    ],
)
def test_a_contact_has_a_first_name_where_the_whole_is_a_person_s(name: str, first: str) -> None:
    (box,) = coordinators_of(a_group(contact=Contact("claire@example.org", name)), []).mailboxes

    assert (box.first_name, box.name) == (first, name)


@pytest.mark.parametrize(
    ("wanted", "reached", "name"),
    [
        ("all", ["zoe@example.org", "noel@example.org", "maelle@example.org", "lea@example.org"], "all"),
        ("coordinators", ["coordination@paniersdulac.example"], "coordinators"),
        ("with-order:d1", ["zoe@example.org", "noel@example.org", "maelle@example.org"], "with-order:d1"),
        ("without-order:d1", ["lea@example.org"], "without-order:d1"),
        ("without-order:2026-06-12", ["lea@example.org"], "without-order:d1"),
        ("without-order:12/06/2026", ["lea@example.org"], "without-order:d1"),
        ("without-order:next", ["lea@example.org"], "without-order:d1"),
        ("coordination", ["coordination@paniersdulac.example"], "coordinators"),
        ("sans-commande:prochaine", ["lea@example.org"], "without-order:d1"),
        ("avec-commande:d1", ["zoe@example.org", "noel@example.org", "maelle@example.org"], "with-order:d1"),
    ],
)
def test_lists(coop: Coop, wanted: str, reached: list[str], name: str) -> None:
    choice = choose(coop, wanted)

    assert (addresses(choice), choice.name) == (reached, name)


DUTIES = "distribution;role;member\nd1;Accueil;2\nd1;Accueil;\nd1;Pain;9\nd2;Pain;1\n"


def with_duties(coop: Coop, text: str = DUTIES) -> Coop:
    coop.replace("config.yaml", "  orders: orders.csv\n", "  orders: orders.csv\n  duties: permanences.csv\n")
    coop.write("permanences.csv", text)
    return coop


@pytest.mark.parametrize("wanted", ["volunteers:d1", "bénévoles:12/06/2026", "benevoles:prochaine"])
def test_volunteers_are_the_households_with_a_role_that_day(coop: Coop, wanted: str) -> None:
    choice = choose(with_duties(coop), wanted)

    assert (addresses(choice), choice.name) == (["noel@example.org", "maelle@example.org"], "volunteers:d1")
    assert [str(one) for one in choice.problems] == [
        "permanences.csv:4: member: no member of the group: '9'",
        "permanences.csv:5: distribution: no such distribution: 'd2'",
    ]


def test_a_volunteer_whose_own_row_is_bad_is_left_out_by_name(coop: Coop) -> None:
    coop.replace("members.csv", "maelle@example.org", "maelle@example.org;x;y")

    choice = choose(with_duties(coop), "volunteers:d1")

    assert {(one.member.id, one.reason) for one in choice.audience.left_out} == {("2", Reason.SET_ASIDE)}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (DUTIES + "d1;Acc", "permanences.csv:6: it ends in the middle"),
        ("a;b\n", "permanences.csv:1: no header"),
    ],
)
def test_without_duties_that_are_whole_nobody_is_written_to(coop: Coop, text: str, said: str) -> None:
    with pytest.raises(DataError) as refused:
        choose(with_duties(coop, text), "volunteers:d1")

    assert any(str(one).startswith(said) for one in refused.value.problems)


def test_where_no_file_says_who_serves_that_is_said(coop: Coop) -> None:
    with pytest.raises(DataError, match=r"who serves at d1 is not known: data\.duties names the file"):
        choose(coop, "volunteers:d1")


def test_where_the_file_can_not_be_read_nobody_is_told_to_name_one(coop: Coop) -> None:
    with pytest.raises(DataError) as refused:
        choose(with_duties(coop, "a;b\n"), "volunteers:d1")

    assert str([*refused.value.problems][-1]) == "--to: who serves at d1 is not known"


@pytest.mark.parametrize("row", ["3;d1;Pain;3 kg;", "3;D1;Pain;3;", "3;d1;Pain;#N/A;"])
@pytest.mark.parametrize("wanted", ["without-order:d1", "with-order:d1"])
def test_of_whom_nobody_can_tell_whether_they_have_an_order_is_left_out_with_the_row(
    coop: Coop, row: str, wanted: str
) -> None:
    coop.replace("orders.csv", "2;d1;Panier", f"{row}\n2;d1;Panier")

    choice = choose(coop, wanted)

    assert "lea@example.org" not in addresses(choice)
    left = [(one.member.id, one.reason, one.place) for one in choice.audience.left_out]
    assert left == [("3", Reason.WAITING_FOR_ORDERS, "orders.csv:3")]
    assert any(str(problem).startswith("orders.csv:3") for problem in choice.problems)


@pytest.mark.parametrize("shared", ["#N/A", "2|#N/A"])
@pytest.mark.parametrize("wanted", ["without-order:d1", "with-order:d1"])
def test_whoever_may_share_an_order_that_does_not_tell_with_whom_is_in_no_list(
    coop: Coop, wanted: str, shared: str
) -> None:
    rows = f"1;d1;Tomates;2;2,50;{shared}\n2;d1;Panier;1;12,50;\n"
    coop.write("orders.csv", f"member;distribution;product;quantity;price;shared_with\n{rows}")

    choice = choose(coop, wanted)

    ordered = ["zoe@example.org", "noel@example.org", "maelle@example.org"]
    assert addresses(choice) == (ordered if wanted == "with-order:d1" else [])
    left = [(one.member.id, one.reason, one.place) for one in choice.audience.left_out]
    assert left == [("3", Reason.WAITING_FOR_ORDERS, "orders.csv:2")]


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("with-order:d1", ["noel@example.org", "maelle@example.org"]),
        ("without-order:d1", ["lea@example.org"]),
    ],
)
def test_whose_order_may_be_for_another_distribution_than_that_whose_file_it_is_is_in_no_list(
    coop: Coop, wanted: str, reached: list[str]
) -> None:
    coop.replace("distributions.yaml", "  place:", "  orders: orders.csv\n  place:")
    coop.replace("orders.csv", "1;d1;Tomates", "1;#N/A;Tomates")

    choice = choose(coop, wanted)

    assert addresses(choice) == reached
    assert [(one.member.id, one.place) for one in choice.audience.left_out] == [("1", "orders.csv:2")]


BAD_ROWS = [
    ("1;Zoé;Martin;zoe@example.org;;;never", "1", "zoe@example.org"),
    ("1;Zoé;Martin;zoe@example.org;;;;;too;many", "1", "zoe@example.org"),
    (";Zoé;Martin;;;;", "Zoé Martin", ""),
]


@pytest.mark.parametrize(("row", "member_id", "address"), BAD_ROWS)
@pytest.mark.parametrize("wanted", ["all", "with-order:d1", ("with-order:d1", "coordinators")])
def test_whoever_would_be_reached_but_for_their_own_row_is_left_out_with_it(
    coop: Coop, row: str, member_id: str, address: str, wanted: str | tuple[str, ...]
) -> None:
    coop.replace("members.csv", "partner_email", "partner_email;last_seen")
    coop.replace("members.csv", "1;Zoé;Martin;zoe@example.org;;", row)

    choice = choose(coop, wanted)

    assert "zoe@example.org" not in addresses(choice)
    left = [(one.member.id, one.address, one.reason, one.place) for one in choice.audience.left_out]
    aside = [(member_id, address, Reason.SET_ASIDE, "members.csv:2")]
    assert left == (aside if member_id == "1" or wanted == "all" else [])


@pytest.mark.parametrize("wanted", ["without-order:d1", "coordinators"])
def test_whoever_is_not_meant_is_not_left_out_for_their_row(coop: Coop, wanted: str) -> None:
    coop.replace("members.csv", "partner_email", "partner_email;last_seen")
    coop.replace("members.csv", "1;Zoé;Martin;zoe@example.org;;", "1;Zoé;Martin;zoe@example.org;;;never")

    assert choose(coop, wanted).audience.left_out == ()


def test_nobody_is_left_out_at_an_address_that_gets_the_mail(coop: Coop) -> None:
    coop.replace("members.csv", "partner_email", "partner_email;last_seen")
    coop.replace("members.csv", "3;Léa", "4;Zoé;Martin;ZOE@example.org;;;never\n3;Léa")

    choice = choose(coop, "all")

    assert "zoe@example.org" in addresses(choice)
    assert choice.audience.left_out == ()


@pytest.mark.parametrize("lists", [("with-order:d1", "coordinators"), ("coordinators", "without-order:d1")])
def test_whoever_gets_the_mail_by_another_list_is_not_left_out_for_an_order_that_cannot_be_read(
    coop: Coop, lists: tuple[str, ...]
) -> None:
    coop.replace("groups.yaml", CONTACT, "NOEL@example.org")
    coop.replace("orders.csv", "2;d1;Panier;1", "2;d1;Panier;x")

    choice = choose(coop, lists)

    assert "NOEL@example.org".casefold() in map(str.casefold, addresses(choice))
    assert "maelle@example.org" not in addresses(choice)
    left = [(one.member.id, one.address, one.reason) for one in choice.audience.left_out]
    assert left == [("2", "maelle@example.org", Reason.WAITING_FOR_ORDERS)]


def test_a_row_that_names_nobody_leaves_nobody_out_and_is_said(coop: Coop) -> None:
    coop.replace("orders.csv", "2;d1;Panier", "leo petit;d1;Pain;1;\n2;d1;Panier")

    choice = choose(coop, "without-order:d1")

    assert addresses(choice) == ["lea@example.org"]
    assert list(map(str, choice.problems)) == [
        "orders.csv:3: member: names no member of the group: 'leo petit'"
    ]


@pytest.mark.parametrize("name", ["lea roux", "ROUX Léa", "3.", "n° 3", "Léa <lea@example.org>", "3|1"])
def test_nobody_whom_an_order_nearly_names_is_told_that_they_have_none(coop: Coop, name: str) -> None:
    coop.replace("orders.csv", "2;d1;Panier", f"{name};d1;Pain;1;\n2;d1;Panier")

    choice = choose(coop, "without-order:d1")

    assert addresses(choice) == []
    left = [(one.member.id, one.reason) for one in choice.audience.left_out]
    assert left == [("3", Reason.WAITING_FOR_ORDERS)]


def test_whoever_has_an_order_of_which_the_quantity_can_be_read_is_with_order(coop: Coop) -> None:
    coop.replace("orders.csv", "1;d1;Tomates;2;2,50", "1;d1;Tomates;2;cheap")

    assert "zoe@example.org" in addresses(choose(coop, "with-order:d1"))


def test_where_there_is_no_distribution_none_is_listed(coop: Coop) -> None:
    coop.write("distributions.yaml", "[]")

    with pytest.raises(UsageError, match=r"no distribution 'd1': the data name none here$"):
        choose(coop, "with-order:d1")


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("everybody", "expected all, coordinators"),
        ("with-order", "expected all, coordinators"),
        ("with-orders:d1", "expected all, coordinators"),
        ("with-order:d2", "no distribution 'd2'; known here: d1"),
        ("all:d1", "expected all, coordinators"),
        ("coordination:d1", "expected all, coordinators"),
        ("with-order:", "no distribution ''; known here: d1"),
        ("with-order:2026-06-13", "no distribution '2026-06-13'"),
    ],
)
def test_anything_else_is_refused(coop: Coop, wanted: str, message: str) -> None:
    with pytest.raises(UsageError, match=f"--to: {message}"):
        choose(coop, wanted)


@pytest.mark.parametrize("name", ["next", "prochaine"])
def test_a_distribution_of_that_name_comes_before_the_word(coop: Coop, name: str) -> None:
    with (coop.folder / "distributions.yaml").open("a") as file:
        file.write(f"- {{id: {name}, group: lac, starts_at: 2026-07-01 18:00}}\n")

    assert choose(coop, f"with-order:{name}").name == f"with-order:{name}"


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("ALL", "all"),
        ("Tous", "all"),
        ("Coordination", "coordinators"),
        ("Avec-Commande:Prochaine", "with-order:d1"),
    ],
)
def test_case_does_not_matter(coop: Coop, wanted: str, name: str) -> None:
    assert choose(coop, wanted).name == name


def test_everybody_may_be_asked_for_in_french(coop: Coop) -> None:
    assert choose(coop, "tous").name == "all"
    assert addresses(choose(coop, "tous")) == addresses(choose(coop, "all"))


def test_next_is_the_first_still_ahead_and_not_cancelled(coop: Coop) -> None:
    row = "- {{id: d{0}, group: lac, starts_at: 2026-06-{0} 18:00{1}}}\n"
    rows = row.format(19, ", cancelled: yes") + row.format(26, "") + row.format(20, "")
    with (coop.folder / "distributions.yaml").open("a") as file:
        file.write(rows)

    assert choose(coop, "with-order:next", utc("2026-06-12T15:59:59")).name == "with-order:d1"
    assert choose(coop, "with-order:next", utc("2026-06-12T16:00")).name == "with-order:d20"
    with pytest.raises(UsageError, match="no distribution 'next'"):
        choose(coop, "with-order:next", utc("2026-06-26T16:00"))


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("2026-08-14", "panier-2026-08-14, panier-2026-08-07, panier-2026-08-21"),  # put off
        ("2026-08-22", "panier-2026-08-21, panier-2026-08-28, panier-2026-09-04"),
        ("22/08/2026", "panier-2026-08-21, panier-2026-08-28, panier-2026-09-04"),
        ("panier-2026-08-22", "panier-2026-08-21, panier-2026-08-28, panier-2026-09-04"),
        ("22 août", "panier-2026-08-21, panier-2026-08-28, panier-2026-09-04"),
        ("45/13/2026", "panier-2026-07-03, panier-2026-06-26, panier-2026-07-10"),
        ("bientôt", "panier-2026-07-03, panier-2026-06-26, panier-2026-07-10"),
    ],
)
def test_of_many_distributions_those_are_listed_that_are_near_to_what_was_typed_or_to_now(
    coop: Coop, typed: str, first: str
) -> None:
    days = [date(2026, 5, 1) + timedelta(weeks=week) for week in range(40)]
    rows = [f"- {{id: panier-{day}, group: lac, starts_at: {day} 18:00}}\n" for day in days]
    coop.write("distributions.yaml", "".join(rows).replace("s_at: 2026-08-14", "s_at: 2026-12-31"))

    with pytest.raises(UsageError) as stop:
        choose(coop, f"with-order:{typed}", utc("2026-07-02T16:00"))

    _what, _, known = str(stop.value).partition("known here: ")
    assert known.startswith(first)
    assert known.count(",") == 4


def test_a_day_with_two_distributions_asks_which(coop: Coop) -> None:
    with (coop.folder / "distributions.yaml").open("a") as file:
        file.write("- {id: d1b, group: lac, starts_at: 2026-06-12 10:00}\n")

    with pytest.raises(UsageError, match="means several distributions: d1b, d1"):
        choose(coop, "with-order:2026-06-12")


def test_a_day_is_the_groups_own(coop: Coop) -> None:
    coop.replace("distributions.yaml", "2026-06-12 18:00", "2026-06-12 00:30")

    assert choose(coop, "with-order:2026-06-12").name == "with-order:d1"


def test_without_the_orders_nobody_knows_who_has_one(coop: Coop) -> None:
    (coop.folder / "orders.csv").unlink()

    for wanted in ("with-order:d1", "without-order:d1"):
        with pytest.raises(DataError) as refused:
            choose(coop, wanted)
        assert "orders.csv" in str(refused.value)
    assert len(addresses(choose(coop, "all"))) == 4


def test_an_order_of_nothing_is_none(coop: Coop) -> None:
    coop.replace("orders.csv", "2;d1;Panier;1", "2;d1;Panier;0")

    assert addresses(choose(coop, "with-order:d1")) == ["zoe@example.org"]


def test_members_that_cannot_be_read_whole_stop_it(coop: Coop) -> None:
    coop.write("members.csv", b"\x00")

    with pytest.raises(DataError, match=r"members\.csv"):
        choose(coop, "all")


def test_an_impossible_address_is_a_problem_with_its_line(coop: Coop) -> None:
    coop.replace("members.csv", "lea@example.org", "lea@")

    choice = choose(coop, "all")

    assert [str(problem) for problem in choice.problems] == ["members.csv:4: email: not an address: 'lea@'"]


@pytest.mark.parametrize(
    ("lists", "reached", "name"),
    [
        (("coordinators", "without-order:d1"), [CONTACT, "lea@example.org"], UNITED),
        (("sans-commande:next", "coordination"), ["lea@example.org", CONTACT], UNITED),
        (("with-order:d1", "without-order:d1"), EVERYBODY, "with-order:d1 + without-order:d1"),
        (("without-order:next", "without-order:d1"), ["lea@example.org"], "without-order:d1"),
        (("coordinators", "all"), [CONTACT, *EVERYBODY], "all + coordinators"),
        (("with-order:d1", "tous"), EVERYBODY, "all"),
    ],
)
def test_several_lists_are_united(coop: Coop, lists: tuple[str, ...], reached: list[str], name: str) -> None:
    choice = choose(coop, lists)

    assert (sorted(addresses(choice)), choice.name) == (sorted(reached), name)
    assert len(addresses(choice)) == len(reached)


def test_what_only_members_can_be_asks_for_no_orders_where_everybody_is_written_to(coop: Coop) -> None:
    (coop.folder / "orders.csv").unlink()

    assert addresses(choose(coop, ("all", "without-order:d1"))) == EVERYBODY


def test_a_household_that_two_lists_reach_counts_once(coop: Coop) -> None:
    coop.replace("groups.yaml", CONTACT, "zoe@example.org")

    audience = choose(coop, ("coordinators", "with-order:d1")).audience

    assert (audience.households, len(audience.mailboxes)) == (2, 3)


def test_one_list_that_means_nothing_refuses_all_of_them(coop: Coop) -> None:
    for lists in (("all", "everybody"), ("coordinators", "with-order:nothing"), ("all", "")):
        with pytest.raises(UsageError, match="--to: "):
            choose(coop, lists)


def test_what_uniting_takes_from_those_who_were_told_is_said(coop: Coop) -> None:
    at = utc("2026-06-11T16:05")
    coop.run(at)
    coop.replace("distributions.yaml", "id: d1", "id: d1\n  cancelled: yes")

    for lists in (("all", "told:d1"), ("told:d1", "coordinators")):
        notes = choose(coop, lists, at).notes
        assert [str(note).partition(", ")[2] for note in notes] == ["told:d1 takes nothing out of calendars"]
    assert choose(coop, "told:d1", at).notes == ()


def test_what_uniting_takes_from_those_who_were_told_that_it_is_off_is_said_too(coop: Coop) -> None:
    at = utc("2026-06-11T16:05")
    coop.run(at)

    for lists in (("all", "told:d1"), ("told:d1", "coordinators")):
        (note,) = choose(coop, lists, at, cancels=1).notes
        assert str(note).endswith("told:d1 puts nothing back into calendars")
        assert choose(coop, lists, at).notes == ()
    assert choose(coop, "told:d1", at, cancels=1).notes == ()


def test_without_order_is_refused_where_not_one_order_is_known(coop: Coop) -> None:
    coop.write("orders.csv", "member;distribution;product;quantity;price\n1;d1;Panier;0;12\n")

    with pytest.raises(UsageError, match=r"--to: not one order of d1 is known.*--to all"):
        choose(coop, "without-order:d1")
    with pytest.raises(UsageError, match="not one order of d1 is known"):
        choose(coop, ("coordinators", "sans-commande:next"))


CLOSED = utc("2026-06-10T18:00")


@pytest.mark.parametrize(
    ("modified", "now", "said"),
    [
        (CLOSED - timedelta(seconds=1), CLOSED, "older than their close"),
        (CLOSED, CLOSED + timedelta(hours=3), ""),
        (CLOSED - timedelta(hours=4), CLOSED - timedelta(hours=1), "whoever ordered since"),
        (CLOSED - timedelta(hours=2), CLOSED - timedelta(seconds=1), ""),
    ],
    ids=["old", "last", "open", "fresh"],
)
@pytest.mark.parametrize("wanted", ["with-order:d1", "without-order:d1", "sans-commande:next"])
def test_orders_that_may_not_be_all_are_warned_of(
    coop: Coop, wanted: str, modified: datetime, now: datetime, said: str
) -> None:
    os.utime(coop.folder / "orders.csv", (modified.timestamp(),) * 2)

    notes = choose(coop, wanted, now).notes

    assert [str(note) for note in notes if said in str(note)] == [str(note) for note in notes]
    assert (len(notes), all(note.is_warning for note in notes)) == (bool(said), True)
