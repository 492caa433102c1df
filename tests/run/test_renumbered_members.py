"""Members who come back under other ids: nobody is told again, and nobody is forgotten."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.i18n import speak
from cagette_notify.core.notices import Status
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.ledger.known_people import KnownPeople
from cagette_notify.run.exit_status import exit_status_of
from tests.fixtures.coop import A_DAY_BEFORE, LONG_AGO, MEMBERS, OPENED, ORDERS, Coop, counted
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from pathlib import Path

LATER, LATER_STILL = utc("2026-06-11T16:15"), utc("2026-06-11T16:25")
NEW_IDS = {
    "renumbered": {"1": "1001", "2": "1002", "3": "1003"},
    "counted anew": {"1": "2", "2": "3", "3": "1"},
}


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    """Give a co-op whose four addresses were told of their orders."""
    coop = Coop(tmp_path)
    renumber(coop, {"1": "1", "2": "2", "3": "3"})
    coop.run(utc("2026-06-10T18:30"))
    assert counted(coop.run(A_DAY_BEFORE))["sent"] == 4
    return coop


def renumber(coop: Coop, new_ids: dict[str, str]) -> None:
    for name, text in (("members.csv", MEMBERS), ("orders.csv", f"{ORDERS}3;d1;Lait;1;2,00\n")):
        header, *rows = text.splitlines()
        coop.write(name, "\n".join([header, *(new_ids[row[0]] + row[1:] for row in rows), ""]))


def accept(coop: Coop, **request: bool) -> dict[str, int]:
    return counted(coop.run(LATER_STILL, accept_data=frozenset({"lac"}), **request))


def copies(coop: Coop) -> set[int]:
    return set(Counter(coop.mailed()).values())


@pytest.mark.parametrize("how", NEW_IDS)
def test_a_group_most_of_whose_readers_have_other_ids_is_held(coop: Coop, how: str) -> None:
    renumber(coop, NEW_IDS[how])

    held = coop.run(LATER)

    assert (counted(held), exit_status_of(held), copies(coop)) == ({}, 1, {1})
    assert "cagette-notify send-due --accept-data lac" in held.news[0]
    old, new = next(iter(NEW_IDS[how].items()))
    assert f"{old} -> {new}" in held.news[0]


def test_that_it_is_held_is_said_of_the_group_by_that_word(coop: Coop) -> None:
    renumber(coop, NEW_IDS["renumbered"])
    speak("fr")

    [said] = coop.run(LATER).news

    assert "rien n’est envoyé à ce groupe" in said
    assert " lui " not in said


def test_a_list_counted_anew_from_a_newcomer_on_is_held(coop: Coop) -> None:
    renumber(coop, {"1": "2", "2": "3", "3": "4"})
    coop.replace("members.csv", "\n2;", "\n1;Ana;Adam;ana@example.org;;\n2;")

    held = coop.run(LATER)

    assert (counted(held), copies(coop)) == ({}, {1})
    assert "1 -> 2" in held.news[0]
    assert "would be told again" in held.news[0]


@pytest.mark.long
@pytest.mark.parametrize("how", NEW_IDS)
def test_new_ids_that_were_accepted_take_over_what_their_addresses_were_told(coop: Coop, how: str) -> None:
    renumber(coop, NEW_IDS[how])
    coop.run(LATER)

    accepted, after = accept(coop), coop.run(utc("2026-06-11T16:35"))

    assert (accepted.get("sent", 0), counted(after).get("sent", 0), copies(coop)) == (0, 0, {1})
    assert after.news == ()
    told = {entry.key.member_id: entry.key.address for entry in coop.entries() if entry.status is Status.SENT}
    assert told[NEW_IDS[how]["1"]] == "zoe@example.org"


def test_the_openings_of_who_has_another_id_are_known_as_theirs(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    for at in (LONG_AGO, OPENED, A_DAY_BEFORE):
        coop.run(at)
    renumber(coop, NEW_IDS["counted anew"])
    coop.run(LATER)
    accept(coop)

    with open_ledger(tmp_path / "ledger.sqlite3", read_only=True) as ledger:
        assert KnownPeople(ledger).members_at("zoe@example.org") == {("lac", "2")}


def test_who_took_over_is_told_of_a_new_hour(coop: Coop) -> None:
    renumber(coop, NEW_IDS["counted anew"])
    accept(coop)
    coop.replace("distributions.yaml", "starts_at: 2026-06-12 18:00", "starts_at: 2026-06-12 17:00")

    assert counted(coop.run(utc("2026-06-11T16:35")))["sent"] == 4


def test_a_dry_run_shows_what_accepting_would_do_and_changes_nothing(coop: Coop) -> None:
    renumber(coop, NEW_IDS["renumbered"])
    before = coop.entries()

    assert accept(coop, dry_run=True).get("would_send", 0) == 0
    assert coop.entries() == before


def test_the_first_addresses_as_ids_are_other_ids_too(coop: Coop) -> None:
    coop.write("members.csv", "email\nzoe@example.org\nnoel@example.org\nlea@example.org\n")
    coop.write(
        "orders.csv",
        "member;distribution;product;quantity\nzoe@example.org;d1;Pain;1\nnoel@example.org;d1;Pain;1\n",
    )

    held = coop.run(LATER)

    assert (counted(held), exit_status_of(held), copies(coop)) == ({}, 1, {1})


def test_ids_that_are_back_lift_the_hold(coop: Coop) -> None:
    renumber(coop, NEW_IDS["renumbered"])
    coop.run(LATER)
    renumber(coop, {"1": "1", "2": "2", "3": "3"})

    back = coop.run(LATER_STILL)

    assert (counted(back).get("sent", 0), exit_status_of(back), copies(coop)) == (0, 0, {1})


def test_members_who_leave_are_not_renumbered(coop: Coop) -> None:
    coop.write("members.csv", "id;first_name;email\n3;Léa;lea@example.org\n4;Luc;luc@example.org\n")
    coop.write("orders.csv", "member;distribution;product;quantity\n3;d1;Pain;1\n4;d1;Pain;1\n")

    report = coop.run(LATER)

    assert (counted(report)["sent"], exit_status_of(report)) == (1, 0)


def test_an_address_that_passes_to_another_member_holds_nobody_up(coop: Coop) -> None:
    coop.replace("members.csv", "zoe@example.org;;", "zoe@elsewhere.example;;")
    coop.replace("members.csv", "lea@example.org;;", "zoe@example.org;;")

    assert exit_status_of(coop.run(LATER)) == 0


def test_it_holds_nobody_up_where_few_were_told(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    coop.run(utc("2026-06-10T18:30"))
    coop.write("orders.csv", "member;distribution;product;quantity\n1;d1;Pain;1\n")
    coop.run(A_DAY_BEFORE)
    coop.replace("members.csv", "zoe@example.org;;", "zoe@elsewhere.example;;")
    coop.replace("members.csv", "lea@example.org;;", "zoe@example.org;;")

    report = coop.run(LATER)

    assert (exit_status_of(report), coop.mailed()) == (0, ["zoe@elsewhere.example", "zoe@example.org"])


def test_the_run_that_accepts_new_ids_serves_the_group(coop: Coop) -> None:
    renumber(coop, NEW_IDS["renumbered"])
    coop.write("members.csv", (coop.folder / "members.csv").read_text() + "7;Luc;Roy;luc@example.org;;\n")
    coop.write("orders.csv", (coop.folder / "orders.csv").read_text() + "7;d1;Pain;1;2,00\n")

    report = coop.run(LATER_STILL, accept_data=frozenset({"lac"}))

    assert (counted(report)["sent"], report.news, exit_status_of(report)) == (1, (), 0)


def test_a_household_that_registers_anew_holds_nobody_up(coop: Coop) -> None:
    renumber(coop, {"1": "1001", "2": "2", "3": "3"})

    report = coop.run(LATER)

    assert exit_status_of(report) == 0


@pytest.mark.long
@pytest.mark.parametrize("names", [("Ana", "Bea"), ("", "")], ids=["by name", "without names"])
def test_two_households_at_one_address_take_over_one_recap_each(
    tmp_path: Path, names: tuple[str, str]
) -> None:
    coop = Coop(tmp_path)
    header, (one, other) = "id;first_name;email\n", names
    rows = "{}1;" + one + ";ab@example.org\n{}2;" + other + ";ab@example.org\n{}3;Léa;lea@example.org\n"
    coop.write("members.csv", header + rows.replace("{}", ""))
    coop.run(utc("2026-06-10T18:30"))
    coop.run(A_DAY_BEFORE)
    coop.write("members.csv", header + rows.replace("{}", "1"))
    coop.write("orders.csv", ORDERS.replace("\n1;", "\n11;").replace("\n2;", "\n12;"))

    assert accept(coop).get("sent", 0) == 0
    assert coop.mailed() == ["ab@example.org"] * 2


def test_of_two_households_at_one_address_the_one_that_ordered_takes_over(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    header = "id;first_name;email\n"
    coop.write("members.csv", f"{header}1;Ana;ab@example.org\n2;Bea;ab@example.org\n")
    coop.write("orders.csv", "member;distribution;product;quantity\n1;d1;Pain;1\n")
    coop.run(utc("2026-06-10T18:30"))
    coop.run(A_DAY_BEFORE)
    coop.write("members.csv", f"{header}12;Bea;ab@example.org\n11;Ana;ab@example.org\n")
    coop.write("orders.csv", "member;distribution;product;quantity\n11;d1;Pain;1\n")

    assert accept(coop).get("sent", 0) == 0
    assert [entry.key.member_id for entry in coop.entries()] == ["11"]


SIX = [f"{n};Nom{n};x;m{n}@example.org;;" for n in range(1, 7)]


def six(coop: Coop, new_ids: dict[str, str] | None = None, *more: str, without: str = "") -> None:
    """Write six households that all ordered, some of them under other ids."""
    ids = {id_: (new_ids or {}).get(id_, id_) for id_ in "123456" if id_ not in without}
    header, product = MEMBERS.splitlines()[0], "Pain;1;2,00"
    rows = [SIX[int(id_) - 1].replace(id_, new, 1) for id_, new in ids.items()]
    coop.write("members.csv", "\n".join([header, *rows, *more, ""]))
    orderers = [*ids.values(), *(row.partition(";")[0] for row in more)]
    orders = [f"{orderer};d1;{product}" for orderer in orderers]
    coop.write("orders.csv", "\n".join([ORDERS.splitlines()[0], *orders, ""]))


@pytest.fixture
def six_told(tmp_path: Path) -> Coop:
    coop = Coop(tmp_path)
    six(coop)
    coop.run(utc("2026-06-10T18:30"))
    assert counted(coop.run(A_DAY_BEFORE))["sent"] == 6
    return coop


def test_a_few_who_come_back_under_other_ids_are_told_nothing_twice(six_told: Coop) -> None:
    six(six_told, {"1": "1001", "2": "1002", "3": "1003"})

    reports = [six_told.run(LATER), six_told.run(LATER_STILL)]

    assert [exit_status_of(report) for report in reports] == [0, 0]
    assert copies(six_told) == {1}


def test_whoever_registers_twice_anew_is_told_nothing_twice(six_told: Coop) -> None:
    for new_id, at in (("1001", LATER), ("2001", LATER_STILL), ("1", utc("2026-06-11T16:35"))):
        six(six_told, {"1": new_id})
        six_told.run(at)

    assert copies(six_told) == {1}


def test_a_few_under_other_ids_are_told_of_a_new_hour_once(six_told: Coop) -> None:
    six(six_told, {"1": "1001", "2": "1002"})
    six_told.run(LATER)
    six_told.replace("distributions.yaml", "starts_at: 2026-06-12 18:00", "starts_at: 2026-06-12 17:00")

    sent = [counted(six_told.run(at)).get("sent", 0) for at in (LATER_STILL, utc("2026-06-11T16:35"))]

    assert (sent, copies(six_told)) == ([6, 0], {2})


def test_a_dry_run_announces_nothing_to_a_few_under_other_ids(six_told: Coop) -> None:
    six(six_told, {"1": "1001"})

    assert counted(six_told.run(LATER, dry_run=True)).get("would_send", 0) == 0


def test_a_household_at_the_address_of_one_that_is_away_takes_nothing_for_good(six_told: Coop) -> None:
    housemate = "7;Ana;x;m1@example.org;;"
    six(six_told, None, housemate, without="1")
    six_told.run(LATER)
    six(six_told, None, housemate)

    back = six_told.run(LATER_STILL)

    assert (counted(back)["sent"], six_told.mailed().count("m1@example.org")) == (1, 2)


def test_whose_row_can_not_be_read_today_is_not_gone(six_told: Coop) -> None:
    six(six_told, None, "7;Ana;x;m1@example.org;;")
    row = "\n1;Nom1;x;m1@example.org;;"
    six_told.replace("members.csv", f"partner_email{row}", f"partner_email;recap_24h{row};bof")

    assert counted(six_told.run(LATER))["sent"] == 1


def test_two_households_at_the_address_of_one_that_is_gone_get_their_own_recaps(six_told: Coop) -> None:
    six(six_told, None, "7;Ana;x;m1@example.org;;", "8;Bea;x;m1@example.org;;", without="1")

    assert counted(six_told.run(LATER))["sent"] == 2


HOUSEMATES = "7;Ana;x;m1@example.org;;", "8;Bea;x;m1@example.org;;"


@pytest.fixture
def house_told(tmp_path: Path) -> Coop:
    """Give six households and two more at the address of the first, who were all told of their orders."""
    coop = Coop(tmp_path)
    six(coop, None, *HOUSEMATES)
    coop.run(utc("2026-06-10T18:30"))
    assert counted(coop.run(A_DAY_BEFORE))["sent"] == 8
    return coop


def test_one_of_a_house_who_comes_back_under_other_ids_is_told_nothing_twice(house_told: Coop) -> None:
    for new_id, at in (("2050", LATER), ("3050", LATER_STILL), ("4050", utc("2026-06-11T16:35"))):
        six(house_told, None, HOUSEMATES[0], HOUSEMATES[1].replace("8", new_id, 1))
        assert [exit_status_of(house_told.run(at)), exit_status_of(house_told.run(at))] == [0, 0]

    assert house_told.mailed().count("m1@example.org") == 3


def test_one_of_a_house_under_another_id_is_told_of_a_new_hour_once(house_told: Coop) -> None:
    six(house_told, None, HOUSEMATES[0], HOUSEMATES[1].replace("8", "2050", 1))
    house_told.run(LATER)
    house_told.replace("distributions.yaml", "starts_at: 2026-06-12 18:00", "starts_at: 2026-06-12 17:00")

    sent = [counted(house_told.run(at)).get("sent", 0) for at in (LATER_STILL, utc("2026-06-11T16:35"))]

    assert sent == [8, 0]


def test_who_lived_beside_somebody_gone_is_another_and_gets_a_recap_of_their_own(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    six(coop, None, *HOUSEMATES)
    with_order = (coop.folder / "orders.csv").read_text()
    coop.replace("orders.csv", "\n7;d1;Pain;1;2,00", "")
    coop.run(utc("2026-06-10T18:30"))
    coop.run(A_DAY_BEFORE)
    six(coop, None, HOUSEMATES[0])
    coop.write("orders.csv", with_order.replace("\n8;d1;Pain;1;2,00", ""))

    report = coop.run(LATER)

    assert (counted(report)["sent"], coop.mailed().count("m1@example.org")) == (1, 3)


def test_a_newcomer_to_a_house_of_which_nobody_is_gone_gets_a_recap(house_told: Coop) -> None:
    six(house_told, None, *HOUSEMATES, "9;Eva;x;m1@example.org;;")

    assert counted(house_told.run(LATER))["sent"] == 1


def test_a_name_that_is_corrected_where_an_address_is_shared_makes_nobody_new(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    names = ["Zoé;Martin;martin", "Luc;Martn;martin", "Ana;Bo;ana", "Eve;Roy;eve"]
    for at, wrong, right in (
        (utc("2026-06-10T18:30"), "", ""),
        (A_DAY_BEFORE, "", ""),
        (LATER, "Martn", "Martin"),
        (LATER_STILL, "Martn", "Martin"),
    ):
        people = [name.replace(wrong, right) if wrong else name for name in names]
        rows = "".join(f"{person}@example.org\n" for person in people)
        coop.write("members.csv", f"first_name;last_name;email\n{rows}")
        orders = "".join("{1} {0};d1;Pain;1\n".format(*person.split(";")) for person in people)
        coop.write("orders.csv", f"member_name;distribution;product;quantity\n{orders}")
        coop.run(at)

    assert coop.mailed() == ["ana@example.org", "eve@example.org", *["martin@example.org"] * 2]


def test_a_newcomer_at_an_address_without_ids_is_not_the_one_who_was_told_there(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    people = ["Zoé;Martin;martin", "Ana;Bo;ana", "Eve;Roy;eve"]
    with_luc = ["Luc;Martin;martin", *people]
    for at, those in (
        (utc("2026-06-10T18:30"), people),
        (A_DAY_BEFORE, people),
        (LATER, with_luc),
        (LATER_STILL, with_luc),
    ):
        rows = "".join(f"{person}@example.org\n" for person in those)
        coop.write("members.csv", f"first_name;last_name;email\n{rows}")
        orders = "".join("{1} {0};d1;Pain;1\n".format(*person.split(";")) for person in those)
        coop.write("orders.csv", f"member_name;distribution;product;quantity\n{orders}")
        coop.run(at)

    greeted = [str(mail["To"]) for mail in coop.mails() if "martin@example.org" in mail["To"]]
    assert len(greeted) == 2
    assert sum("Luc" in to for to in greeted) == 1


@pytest.mark.long
@pytest.mark.parametrize("names", [("Ana", "Bea", "Eva"), ("Eva", "Bea", "Ana")])
def test_of_several_newcomers_to_a_house_those_of_the_same_names_were_told(
    house_told: Coop, names: tuple[str, ...]
) -> None:
    new = [f"{number};{name};x;m1@example.org;;" for number, name in enumerate(names, 2050)]
    six(house_told, None, *new)

    sent = [counted(house_told.run(at)).get("sent", 0) for at in (LATER, LATER_STILL)]

    eva = str(2050 + names.index("Eva"))
    assert sent == [1, 0]
    assert {entry.key.member_id for entry in house_told.entries() if len(entry.key.member_id) > 1} == {eva}


def exchange(coop: Coop, one: str, other: str) -> None:
    coop.replace("members.csv", f"{one}@example.org", "x@example.org")
    coop.replace("members.csv", f"{other}@example.org", f"{one}@example.org")
    coop.replace("members.csv", "x@example.org", f"{other}@example.org")


def test_two_of_many_who_have_one_anothers_ids_hold_the_group_until_that_is_accepted(six_told: Coop) -> None:
    exchange(six_told, "m1", "m2")

    held = six_told.run(LATER)
    accepted = accept(six_told)
    after = six_told.run(utc("2026-06-11T16:35"))

    assert (counted(held), exit_status_of(held), copies(six_told)) == ({}, 1, {1})
    assert "1 -> 2" in held.news[0]
    assert (accepted.get("sent", 0), counted(after).get("sent", 0), after.news) == (0, 0, ())
    told = {entry.key.address: entry.key.member_id for entry in six_told.entries()}
    assert (told["m1@example.org"], told["m2@example.org"]) == ("2", "1")


def test_three_of_many_who_have_one_anothers_ids_hold_the_group(six_told: Coop) -> None:
    exchange(six_told, "m1", "m2")
    exchange(six_told, "m2", "m3")

    assert (counted(six_told.run(LATER)), copies(six_told)) == ({}, {1})


def couples_told(coop: Coop, rows: str) -> None:
    others = "".join(f"{n};Nom;x;m{n}@example.org;;\n" for n in range(4, 9))
    coop.write("members.csv", f"{MEMBERS.splitlines()[0]}\n{rows}{others}")
    coop.write("orders.csv", ORDERS.splitlines()[0] + "".join(f"\n{n};d1;Pain;1;2,00" for n in "12") + "\n")
    coop.run(utc("2026-06-10T18:30"))
    assert counted(coop.run(A_DAY_BEFORE))["sent"] > 1


@pytest.mark.long
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "1;Zoé;x;zoe@example.org;Max;max@example.org\n2;Ana;x;ana@example.org;;\n",
            "1;Zoé;x;max@example.org;Max;zoe@example.org\n2;Ana;x;ana@example.org;;\n",
        ),
        (
            "1;Zoé;x;zoe@example.org;Max;max@example.org\n2;Ana;x;ana@example.org;Leo;leo@example.org\n",
            "1;Zoé;x;zoe@example.org;Max;leo@example.org\n2;Ana;x;ana@example.org;Leo;max@example.org\n",
        ),
        (
            "1;Zoé;x;zoe@example.org;Max;max@example.org\n2;Max;x;max@example.org;Zoé;zoe@example.org\n",
            "1;Zoé;x;max@example.org;;\n2;Max;x;zoe@example.org;;\n",
        ),
        (
            "1;Zoé;x;zoe@example.org;;\n2;Ana;x;zoe@example.org;Ana;ana@example.org\n",
            "1;Zoé;x;ana@example.org;;\n2;Ana;x;zoe@example.org;;\n",
        ),
    ],
    ids=["partner's column", "partners of two households", "two rows of one couple", "a shared address"],
)
def test_couples_who_share_or_swap_addresses_hold_nobody_up(tmp_path: Path, before: str, after: str) -> None:
    coop = Coop(tmp_path)
    couples_told(coop, before)
    coop.replace("members.csv", before, after)

    assert exit_status_of(coop.run(LATER)) == 0


@pytest.mark.parametrize("how", NEW_IDS)
def test_what_they_were_told_under_other_ids_did_not_come_too_late(coop: Coop, how: str) -> None:
    renumber(coop, NEW_IDS[how])
    coop.run(LATER)

    begun = coop.run(utc("2026-06-12T16:05"), says_once=True)

    assert (counted(begun).get("expired"), begun.held_groups, len(begun.news)) == (
        None,
        frozenset({"lac"}),
        1,
    )


@pytest.mark.parametrize("is_seen_ahead", [True, False])
def test_what_one_was_told_under_another_id_did_not_come_too_late(coop: Coop, *, is_seen_ahead: bool) -> None:
    for name, old, new in (("members.csv", "1;Zoé", "101;Zoé"), ("orders.csv", "1;d1", "101;d1")):
        coop.replace(name, old, new)
    if is_seen_ahead:
        coop.run(LATER)

    begun = coop.run(utc("2026-06-12T16:05"), says_once=True)

    assert (counted(begun).get("expired"), begun.held_groups) == (None, frozenset())


def test_an_order_that_nobody_was_told_of_still_comes_too_late(coop: Coop) -> None:
    coop.replace("members.csv", "3;Léa", "4;Eva;Petit;eva@example.org;;\n3;Léa")
    coop.replace("orders.csv", "3;d1", "4;d1;Pain;1;2\n3;d1")

    begun = coop.run(utc("2026-06-12T16:05"), says_once=True)

    assert counted(begun)["expired"] == 1
