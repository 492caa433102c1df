"""A CAMAP's tables become the same groups, members, distributions, orders and duties as files."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from cagette_notify.config.load import Style
from cagette_notify.core.kinds import Kind
from cagette_notify.core.model import AddressState, Contact
from cagette_notify.mails.renderer import Renderer
from tests.data.camap.reading import (
    NOW,
    book_of,
    calendar_of,
    distributions_of,
    duties_of,
    everybody_of,
    groups_of,
    members_of,
    orders_of,
)
from tests.fixtures.builders import a_group, a_notice, paris
from tests.fixtures.database import CamapCoop
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from pathlib import Path

    from cagette_notify.core.order_book import OrderLine
    from tests.fixtures.database import Database, Server


def settings_of(coop: CamapCoop, id_: str) -> str:
    settings = members_of(coop)[id_].settings
    return " ".join(kind for kind, setting in settings.items() if setting.value)


@pytest.mark.parametrize("shape", ["CAMAP", "latin1", "old"])
def test_texts_are_the_same_in_every_charset_and_version(tmp_path: Path, server: Server, shape: str) -> None:
    database = server.database(latin1=shape == "latin1")
    if shape == "old":
        database.become_old()
    coop = CamapCoop(tmp_path, database)

    members = members_of(coop)
    names = {id_: [box.name for box in members[id_].mailboxes] for id_ in ("102", "202", "204")}
    products = {called(line) for id_ in ("51", "54", "55") for line in book_of(coop, id_).lines}

    emoji, polish, dang = ("🐝", "Åsa ŁUKASIŃSKA", "Đặng VĂN")
    assert names["102"] == ["Noël BŒUF"]
    assert names["204"] == ["Éloïse LEFÈVRE-CŒUR", f"Àgnes {emoji} L’ÎLE"]
    assert names["202"] == [polish, dang]
    assert {"Tomates cœur-de-bœuf", "Fève à l’ancienne 1 kg", "Huile de colza 🌼 750 ml"} <= products
    assert "Épicerie & crèmerie – œufs 🥚" in distributions_of(coop)["54"].catalogs
    assert groups_of(coop)["epi"].name == "AMAP L'Épi d'Or 🌾 « Été »"
    database.remove()


def test_a_group_has_its_contact_its_coordinators_and_its_own_say_in_duties(coop: CamapCoop) -> None:
    groups = groups_of(coop)

    assert groups["lac"].contact == Contact("claire@example.org", "Claire FONTAINE")
    assert groups["lac"].coordinators == ("claire@example.org",)
    assert groups["epi"].contact is None
    assert groups["epi"].coordinators == ("hote@example.org",)
    assert groups["lac"].defaults == ((Kind.DUTY, True), (Kind.DUTY_VACANT, True))
    assert groups["epi"].defaults == ((Kind.DUTY, True), (Kind.DUTY_VACANT, False))
    assert groups["epi"].days_before == ((Kind.DUTY, 2), (Kind.DUTY_VACANT, 10))


def test_rights_that_were_cut_make_nobody_a_coordinator_and_are_said(coop: CamapCoop) -> None:
    problems = [str(one) for one in calendar_of(coop).problems]

    assert problems == ["User:121: rights: it can't be read which rights they have"]


def test_an_old_cagette_says_nothing_of_duties_and_disables_no_group(
    coop: CamapCoop, database: Database
) -> None:
    database.become_old()

    groups = groups_of(coop)

    assert groups["lac"].defaults == ()
    assert groups["lac"].coordinators == ("claire@example.org",)


def test_a_group_that_is_disabled_is_so_here(tmp_path: Path, database: Database) -> None:
    coop = CamapCoop(tmp_path, database)
    coop.replace("config.yaml", "{7: lac, 8: epi}", "all")

    assert {id_: one.disabled for id_, one in groups_of(coop).items()} == {"7": False, "8": False, "9": True}


def test_a_group_that_is_not_there_is_said_and_costs_the_others_nothing(coop: CamapCoop) -> None:
    coop.replace("config.yaml", "8: epi", "88: epi")

    calendar = calendar_of(coop)

    assert "CAMAP: data.camap.groups: no such group there: 88" in map(str, calendar.problems)
    assert {one.group_id for one in calendar.distributions} == {"lac"}


def test_a_household_is_a_couple_with_two_addresses_and_its_own_settings(coop: CamapCoop) -> None:
    zoe = members_of(coop)["101"]

    assert [(box.address, box.name, box.of_partner) for box in zoe.mailboxes] == [
        ("zoe.martin@example.org", "Zoé MARTIN", False),
        ("luc.martin@example.org", "Luc MARTIN", True),
    ]
    assert zoe.group_ids == ("lac",)
    assert zoe.last_seen == paris("2026-06-09T21:14:05")
    assert members_of(coop)["110"].group_ids == ("lac", "epi")
    assert members_of(coop)["114"].language == "en"
    assert members_of(coop)["122"].language == ""  # es: the group's stands in its place


@pytest.mark.parametrize(
    ("member", "are_on"),
    [
        ("101", "recap_24h opening"),
        ("103", "recap_4h recap_24h opening"),
        ("104", "opening"),
        ("107", ""),
        ("108", "recap_4h"),
        ("111", "recap_24h opening"),  # and a bit that means nothing any more
    ],
)
def test_settings_are_the_bits_of_an_account(coop: CamapCoop, member: str, are_on: str) -> None:
    assert sorted(settings_of(coop, member).split()) == sorted(are_on.split())


def test_addresses_that_are_none_are_told_apart_and_blanks_trimmed(coop: CamapCoop) -> None:
    found = everybody_of(coop)
    members = {one.id: one for one in found.members}
    states = {
        id_: [box.state for box in members[id_].mailboxes] for id_ in ("106", "112", "113", "115", "116")
    }

    usable, placeholder = AddressState.USABLE, AddressState.PLACEHOLDER
    assert states["106"] == [placeholder, usable]
    assert states["112"] == [AddressState.INVALID]
    assert states["113"] == [usable]
    assert members["115"].mailboxes[0].address == "paul@example.org"
    assert states["116"] == [usable, placeholder]
    assert "User:112: email: not an address: 'pas de mail'" in map(str, found.problems)


def test_whom_camap_gives_the_orders_of_removed_accounts_is_nobody(
    coop: CamapCoop, database: Database
) -> None:
    database.do("INSERT INTO UserGroup (groupId, userId) VALUES (7, 400)")

    orders = orders_of(coop, "50")

    assert "400" not in members_of(coop)
    assert [line.member_id for line in orders.books["50"].lines] == ["101"]
    assert orders.books["50"].strangers == ()
    assert orders.problems == ()


def test_orders_open_with_the_first_catalog_and_close_with_the_last(coop: CamapCoop) -> None:
    one = distributions_of(coop)["51"]

    assert (one.orders_open_at, one.orders_close_at) == (paris("2026-06-05T18:00"), paris("2026-06-11T12:00"))
    assert one.first_close_at == paris("2026-06-10T22:00")
    assert [(each.name, each.opens_at, each.closes_at) for each in one.hours] == [
        ("Légumes d'été", paris("2026-06-05T18:00"), paris("2026-06-10T22:00")),
        ('Volailles ; œufs, "frais"', paris("2026-06-08T08:00"), paris("2026-06-11T12:00")),
    ]
    assert one.catalogs == ("Légumes d'été", "Pain (contrat)", 'Volailles ; œufs, "frais"')
    assert one.place == "Halle du Lac, 1 rue du Lac, 44000 Nantes"
    assert not one.fixed


def test_a_catalog_without_an_hour_has_the_distribution_s(coop: CamapCoop) -> None:
    assert distributions_of(coop)["52"].orders_open_at == paris("2026-06-12T18:00")


def test_zero_dates_are_no_hours(coop: CamapCoop, database: Database) -> None:
    database.do("UPDATE MultiDistrib SET distribEndDate = '0000-00-00' WHERE id = 51")

    distributions = distributions_of(coop)

    assert distributions["55"].orders_open_at is None
    assert distributions["55"].orders_close_at is None
    assert distributions["51"].ends_at is None


def test_a_distribution_whose_start_is_a_zero_date_is_set_aside_and_not_gone(
    coop: CamapCoop, database: Database
) -> None:
    database.do("UPDATE MultiDistrib SET distribStartDate = '0000-00-00' WHERE id = 51")

    calendar = calendar_of(coop)

    assert "51" in calendar.aside.ids
    assert "MultiDistrib:51: starts_at: missing" in map(str, calendar.problems)


def test_fixed_contracts_alone_open_nothing_and_without_a_catalog_there_is_nothing_to_announce(
    coop: CamapCoop,
) -> None:
    distributions = distributions_of(coop)

    assert distributions["58"].fixed
    assert not distributions["57"].fixed
    assert distributions["57"].orders_open_at is None


def test_duties_are_due_whole_local_days_before(coop: CamapCoop) -> None:
    due = dict(distributions_of(coop)["54"].due)  # on the day when the clocks go forward

    assert due[Kind.DUTY] == paris("2027-03-26T10:00")
    assert due[Kind.DUTY_VACANT] == paris("2027-03-18T10:00")


@pytest.mark.long
@pytest.mark.parametrize("days", [0, -1])
def test_no_day_before_is_the_day_itself_from_its_beginning(
    coop: CamapCoop, database: Database, days: int
) -> None:
    database.do(
        f"UPDATE `Group` SET volunteersMailDaysBeforeDutyPeriod = {days},"
        f" vacantVolunteerRolesMailDaysBeforeDutyPeriod = {days}"
    )
    coop.run(paris("2026-06-11T23:00"))

    early = coop.run(paris("2026-06-11T23:59"))
    report = coop.run(paris("2026-06-12T00:00"))

    told = {line.kind for line in report.lines if (line.distribution, line.status) == ("51", "sent")}
    assert not [line for line in early.lines if line.kind == Kind.DUTY and line.status == "sent"]
    assert Kind.DUTY in told


def test_a_closing_hour_that_the_clocks_skip_is_taken_for_one_later_and_said(
    coop: CamapCoop, database: Database
) -> None:
    database.do("UPDATE Distribution SET orderEndDate = '2027-03-28 02:30:00' WHERE id = 540")

    calendar = calendar_of(coop)

    (one,) = (each for each in calendar.distributions if each.id == "54")
    assert one.orders_close_at == paris("2027-03-28T03:30")
    (said,) = (str(each) for each in calendar.problems if each.line == 54)
    assert said == (
        "MultiDistrib:54: orders_close_at: no such local time: 2027-03-28 02:30 (Europe/Paris: the clocks go "
        "forward over it); it is taken for 03:30"
    )


def test_what_is_wrong_with_the_past_is_nobody_s_trouble(coop: CamapCoop, database: Database) -> None:
    database.do("UPDATE MultiDistrib SET distribEndDate = '2026-06-01 10:00:00' WHERE id IN (50, 52)")

    problems = [one.line for one in calendar_of(coop).problems if one.file == "MultiDistrib"]

    assert problems == [52]


def test_what_began_long_ago_is_left_out(coop: CamapCoop, database: Database) -> None:
    long_ago = (NOW - timedelta(days=500)).replace(tzinfo=None)
    database.do(f"UPDATE MultiDistrib SET distribStartDate = '{long_ago}' WHERE id = 50")

    assert "50" not in distributions_of(coop)
    assert "51" in distributions_of(coop)


def called(line: OrderLine) -> str:
    """Return a product's name, and how much one is."""
    return f"{line.product} {line.size:f} {line.size_unit}" if line.size else line.product


@pytest.mark.parametrize(("language", "said"), [("fr", "Lait 1,5 L"), ("en", "Lait 1.5 L")])
def test_how_much_one_is_reads_as_its_language_has_numbers(coop: CamapCoop, language: str, said: str) -> None:
    (line,) = (one for one in book_of(coop, "55").lines if one.origin.line == 1019)
    group = a_group(language=language)

    content = Renderer(Style(Contact("noreply@mj.cagette.net", "Cagette.net"), None)).render(
        [a_notice(lines=(line,), group=group)], NOW
    )

    assert all(said in part.replace("\u00a0", " ") for part in (content.text, content.html))


def test_weighed_lines_show_their_weight_and_sums_are_those_of_a_cash_desk(coop: CamapCoop) -> None:
    lines = {line.origin.line: line for id_ in ("51", "55") for line in book_of(coop, id_).lines}
    shown = {
        id_: (called(line), str(line.quantity), line.unit, str(line.total)) for id_, line in lines.items()
    }

    assert shown[1002] == ("Tomates cœur-de-bœuf", "0.35", "kg", "1.72")  # 1.715
    assert shown[1003] == ("Pommes de terre « Agria » 5 kg", "1", "", "7.50")
    assert shown[1006] == ("Poulet fermier", "1.62", "kg", "20.24")  # with five per cent
    assert shown[1008] == ("Œufs 6", "1", "", "2.21") or shown[1008][0] == "Œufs"
    assert shown[1011] == ("Brioche – façon Mémé", "2", "", "12.10")
    assert shown[1018] == ("Lentilles vertes", "1.5", "kg", "10.00")  # half a kilo each
    assert shown[1019] == ("Lait 1.5 L", "5", "", "5.03")  # 5.025
    assert lines[1018].price == Decimal("6.666")
    assert not any(line.paid for line in lines.values())


def test_a_basket_that_two_share_is_of_both(coop: CamapCoop) -> None:
    (line,) = (one for one in book_of(coop, "51").lines if one.origin.line == 1004)

    assert (line.member_id, line.shared_with) == ("101", "102")


def test_of_absences_only_so_many_count(coop: CamapCoop, database: Database) -> None:
    before = [line.origin.line for line in book_of(coop, "51").lines if line.member_id == "101"]
    database.do("UPDATE Catalog SET absentDistribsMaxNb = 2 WHERE id = 80")

    after = [line.origin.line for line in book_of(coop, "51").lines if line.member_id == "101"]

    assert before == [1002, 1003, 1004]
    assert after == [1004]


def test_whoever_left_and_ordered_is_said_and_gets_nothing(coop: CamapCoop) -> None:
    orders = orders_of(coop, "51")

    assert "401" not in {line.member_id for line in orders.books["51"].lines}
    assert [(one.reference, one.name) for one in orders.books["51"].strangers] == [("401", "Parti LAPORTE")]
    (said,) = orders.problems
    assert str(said) == (
        "UserOrder:1013: userId: "
        "401 has an order for 51, and is no member of the group any more: no mail leaves"
    )


def test_a_line_without_its_product_is_one_that_nobody_can_read(coop: CamapCoop, database: Database) -> None:
    database.do("DELETE FROM Product WHERE id = 603")

    read = orders_of(coop, "51")

    (unread,) = read.books["51"].unread
    assert (unread.member_id, unread.origin.line) == ("102", 1005)
    assert "UserOrder:1005: product: missing" in map(str, read.problems)


@pytest.mark.long
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("quantity = -1", "quantity: expected a quantity of 0 or more, not '-1'"),
        ("quantity = 1e300", "quantity: expected a number such as 2.5 or 1 234,50, not '1000"),
        ("productPrice = 1e26", "price: expected a number such as 2.5 or 1 234,50, not '1000"),
        ("productPrice = -1e26", "price: expected a number such as 2.5 or 1 234,50, not '-1000"),
        ("feesRate = 1e26", "fees: expected a number such as 2.5 or 1 234,50, not '1000"),
    ],
)
def test_a_number_that_can_be_none_sets_its_line_aside_and_no_other(
    coop: CamapCoop, database: Database, change: str, said: str
) -> None:
    database.do(f"UPDATE UserOrder SET {change} WHERE id = 1005")

    report = coop.run(utc("2026-06-11T16:05"))

    assert [str(one) for one in report.problems if str(one).startswith(f"UserOrder:1005: {said}")]
    assert "102" in {line.member for line in report.lines if line.status == "sent"}
    assert len([line for line in report.lines if (line.kind, line.status) == ("recap_24h", "sent")]) > 5


def test_what_rounding_left_of_nothing_is_no_trouble(coop: CamapCoop, database: Database) -> None:
    database.do("UPDATE UserOrder SET quantity = 5.551115123125783e-17 WHERE id = 1005")

    read = orders_of(coop, "51")

    assert not read.books["51"].unread
    assert not [one for one in read.problems if one.line == 1005]


def test_roles_are_due_where_the_distribution_lists_them(coop: CamapCoop) -> None:
    duties = duties_of(coop)

    assert [(one.role, one.member_id) for one in duties["51"].places] == [
        ("Accueil", "101"),
        ("Émargement", ""),
        ("Pesée des légumes", ""),
    ]
    assert [(one.role, one.member_id) for one in duties["52"].places] == [
        ("Accueil", "102"),
        ("Émargement", "102"),
    ]
    assert "53" not in duties
    assert "55" not in duties


def test_whoever_left_keeps_a_role_that_is_no_vacancy(coop: CamapCoop, database: Database) -> None:
    database.do("DELETE FROM UserGroup WHERE userId = 101")

    (place, *_vacant) = duties_of(coop)["51"].places

    assert place.is_unknown
    assert duties_of(coop)["51"].vacant == (("Émargement", 1), ("Pesée des légumes", 1))


def test_a_file_of_duties_beside_it_wins(coop: CamapCoop) -> None:
    coop.write("duties.csv", "distribution;role;member\n51;Buvette;102\n")
    coop.replace("config.yaml", "data: {", "data: {duties: duties.csv, ")

    duties = duties_of(coop)

    assert [(one.role, one.member_id) for one in duties["51"].places] == [("Buvette", "102")]
    assert duties.keys() == {"51"}
