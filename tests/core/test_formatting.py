"""Days, hours, money and quantities as people write them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

import pytest
from babel.numbers import format_currency
from hypothesis import given
from hypothesis import strategies as st

from cagette_notify.core.formatting import (
    LOCALES,
    brief_day,
    clock,
    day_of_month,
    hours,
    instant,
    listing,
    long_day,
    money,
    nearness,
    product,
    quantity,
    short_day,
    short_hours,
    unit_price,
)
from tests.fixtures.builders import paris

SIX = paris("2026-06-12T18:00")
HALF_PAST_SEVEN = paris("2026-06-12T19:30")


@pytest.mark.parametrize(
    ("day", "language", "said"),
    [
        (date(2026, 6, 12), "fr", "vendredi 12 juin 2026"),
        (date(2026, 5, 1), "fr", "vendredi 1er mai 2026"),
        (date(2026, 8, 11), "fr", "mardi 11 août 2026"),
        (date(2026, 6, 12), "en", "Friday 12 June 2026"),
        (date(2026, 5, 1), "en", "Friday 1 May 2026"),
    ],
)
def test_a_day_is_said_in_full(day: date, language: str, said: str) -> None:
    assert long_day(day, language) == said


def test_a_day_of_a_file_is_said_shortly_the_first_as_an_ordinal() -> None:
    assert [day_of_month(date(2026, 6, day), "fr") for day in (1, 12)] == ["1er juin", "12 juin"]
    assert day_of_month(date(2026, 6, 1), "en") == "1 June"


def test_a_subject_leaves_the_year_out() -> None:
    assert short_day(date(2026, 6, 12), "fr") == "vendredi 12 juin"


@pytest.mark.parametrize(
    ("day", "today", "said"),
    [
        (date(2026, 11, 28), date(2026, 1, 1), ("sam. 28 nov.", "Sat 28 Nov")),
        (date(2026, 1, 1), date(2026, 11, 28), ("jeu. 1er janv.", "Thu 1 Jan")),
        (date(2025, 12, 31), date(2026, 1, 1), ("mer. 31 déc. 2025", "Wed 31 Dec 2025")),
    ],
)
def test_a_day_in_a_table_is_short_and_has_its_year_only_where_it_is_another(
    day: date, today: date, said: tuple[str, str]
) -> None:
    assert tuple(brief_day(day, today, language) for language in ("fr", "en")) == said


@pytest.mark.parametrize(
    ("time", "french", "english"),
    [
        ("00:00", "0 h", "midnight"),
        ("00:05", "0 h 05", "12:05 am"),
        ("11:59", "11 h 59", "11:59 am"),
        ("12:00", "12 h", "noon"),
        ("12:30", "12 h 30", "12:30 pm"),
        ("18:00", "18 h", "6:00 pm"),
    ],
)
def test_hours_are_held_together_by_no_break_spaces(time: str, french: str, english: str) -> None:
    moment = paris(f"2026-06-12T{time}")

    assert clock(moment, "fr") == french.replace(" ", "\u00a0")
    assert clock(moment, "en") == english.replace(" ", "\u00a0")


@pytest.mark.parametrize(
    ("ends_at", "french", "english"),
    [
        (HALF_PAST_SEVEN, "de 18 h à 19 h 30", "6:00 pm to 7:30 pm"),
        (None, "à 18 h", "at 6:00 pm"),
        (SIX, "à 18 h", "at 6:00 pm"),
        (
            paris("2026-06-13T01:00"),
            "de 18 h au samedi 13 juin à 1 h",
            "from 6:00 pm to Saturday 13 June at 1:00 am",
        ),
    ],
)
def test_from_when_till_when(ends_at: datetime | None, french: str, english: str) -> None:
    assert hours(SIX, ends_at, "fr").replace("\u00a0", " ") == french
    assert hours(SIX, ends_at, "en").replace("\u00a0", " ") == english


def test_a_subject_has_the_shortest_hours() -> None:
    assert short_hours(SIX, HALF_PAST_SEVEN, "fr").replace("\u00a0", " ") == "18 h – 19 h 30"
    assert short_hours(SIX, None, "fr").replace("\u00a0", " ") == "18 h"


@pytest.mark.parametrize("ends_at", ["2026-06-13T01:00", "2026-07-12T19:30"])
def test_a_subject_names_no_end_on_another_day_as_it_names_one_day(ends_at: str) -> None:
    said = [short_hours(SIX, paris(ends_at), language) for language in ("fr", "en")]

    assert said == ["18\u00a0h", "6:00\u00a0pm"]


def test_an_instant_has_its_day_and_hour() -> None:
    assert instant(SIX, "fr").replace("\u00a0", " ") == "vendredi 12 juin 2026 à 18 h"
    assert instant(SIX, "en").replace("\u00a0", " ") == "Friday 12 June 2026 at 6:00 pm"


@pytest.mark.parametrize(("today", "said"), [(10, ""), (11, "demain"), (12, "aujourd’hui"), (13, "")])
def test_only_today_and_tomorrow_are_near(today: int, said: str) -> None:
    assert nearness(date(2026, 6, 12), date(2026, 6, today), "fr") == said


@pytest.mark.parametrize(
    ("amount", "french", "english"),
    [
        ("12.5", "12,50\u00a0€", "€12.50"),
        ("1234.5", "1\u202f234,50\u00a0€", "€1,234.50"),
        ("0", "0,00\u00a0€", "€0.00"),
    ],
)
def test_money_has_two_decimals_and_its_sign(amount: str, french: str, english: str) -> None:
    assert money(Decimal(amount), "fr") == french
    assert money(Decimal(amount), "en") == english


@pytest.mark.parametrize(
    ("number", "unit", "said"),
    [
        ("2", "", "2 ×"),
        ("2.000", "pièce(s)", "2 pièces"),
        ("1.5", "pièce", "1,5 pièce"),
        ("0.5", "", "0,5 ×"),
        ("1.50", "kg", "1,5 kg"),
        ("1.5", "Kg.", "1,5 kg"),
        ("2", "l", "2 L"),
        ("3", "botte", "3 ×"),
    ],
)
def test_what_is_measured_has_its_unit_and_what_is_counted_a_sign(number: str, unit: str, said: str) -> None:
    assert quantity(Decimal(number), unit, "fr") == said.replace(" ", "\u00a0")


@pytest.mark.parametrize(
    ("unit", "said"), [("", "Radis"), ("kg", "Radis"), ("Pièce", "Radis"), ("botte", "Radis (botte)")]
)
def test_a_unit_that_is_no_measure_stands_beside_the_product(unit: str, said: str) -> None:
    assert product("Radis", unit) == said


def test_the_last_of_a_list_is_joined_by_a_word() -> None:
    assert (
        listing(
            (
                "Légumes",
                "Œufs",
                "Pain",
            ),
            "fr",
        )
        == "Légumes, Œufs et Pain"
    )
    assert (
        listing(
            (
                "Légumes",
                "Œufs",
            ),
            "en",
        )
        == "Légumes and Œufs"
    )
    assert listing((), "fr") == ""


@given(
    amount=st.decimals(min_value=-(10**12), max_value=10**12, places=3),
    language=st.sampled_from(("fr", "en")),
)
def test_money_is_said_as_babel_says_it(amount: Decimal, language: str) -> None:
    cents = amount.quantize(Decimal("0.01"), ROUND_HALF_UP)  # where babel takes the even one of two as near

    assert money(amount, language) == format_currency(cents, "EUR", locale=LOCALES[language])


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("0.012", "0,012 €"),
        ("3.505", "3,505 €"),
        ("2.5", "2,50 €"),
        ("2.50000", "2,50 €"),
        ("12", "12,00 €"),
        ("1200", "1 200,00 €"),
        ("-0.0125", "-0,0125 €"),
        ("0.005123", "0,005123 €"),
        ("0.333333333333333", "0,3333 €"),
        ("2.4000000000000004", "2,40 €"),
    ],
)
def test_a_price_has_the_digits_it_multiplies_with(amount: str, said: str) -> None:
    assert unit_price(Decimal(amount), "fr").replace("\u00a0", " ").replace("\u202f", " ") == said


def test_money_is_rounded_half_up() -> None:
    assert money(Decimal("3.505"), "fr") == "3,51\u00a0€"
    assert money(Decimal("3.515"), "fr") == "3,52\u00a0€"


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("0.00001", "0,00001 ×"),
        ("0.0004", "0,0004 ×"),
        ("0.001", "0,001 ×"),
        ("1.00049", "1,00049 ×"),
        ("1.2345", "1,2345 ×"),
        ("1.2500", "1,25 ×"),
        ("100", "100 ×"),
        ("1200.00", "1\u202f200 ×"),
        ("0.00", "0 ×"),
        ("123456789012.12345678901234567891", "123\u202f456\u202f789\u202f012,12345678901234567891 ×"),
        ("0", "0 ×"),
    ],
)
def test_a_quantity_has_all_its_digits(number: str, said: str) -> None:
    assert quantity(Decimal(number), "", "fr") == said.replace(" ", "\u00a0")


def test_a_quantity_is_written_as_english_writes_it() -> None:
    assert quantity(Decimal("1200.50"), "kg", "en") == "1,200.5\u00a0kg"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Brioche 1 pièce(s)", "Brioche 1 pièce"),
        ("Brioche 1,5 pièce(s)", "Brioche 1,5 pièce"),
        ("Œufs 6 unité(s)", "Œufs 6 unités"),
        ("Radis 2 botte(s) bio", "Radis 2 bottes bio"),
        ("Panier(s) de 1 Kg.", "Panier(s) de 1 Kg."),
    ],
)
def test_a_name_with_so_many_pieces_is_written_as_one_says_it(name: str, said: str) -> None:
    assert product(name, "") == said
