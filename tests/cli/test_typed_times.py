"""Days of the week, hours and moments before a distribution, as people type them."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from cagette_notify.cli.setup.typed_times import DaysOfDistributions, days_of_distributions, moment_before
from cagette_notify.core.dates_in_words import name_of_day
from cagette_notify.core.hours_in_words import hours_of_distribution
from cagette_notify.core.i18n import speak

FRIDAY = 4
TODAY = date(2026, 6, 8)
START = datetime(2026, 6, 12, 18)  # noqa: DTZ001 - as it is typed, of a group's own hours


@pytest.mark.parametrize("text", ["vendredi", "Vendredis", "ven.", "le vendredi", "friday", "FRI"])
def test_a_day_of_the_week_is_one_in_french_and_in_english(text: str) -> None:
    assert days_of_distributions(text, TODAY) == DaysOfDistributions(FRIDAY)


@pytest.mark.parametrize(
    "text",
    [
        "un vendredi sur deux",
        "vendredi, une semaine sur 2",
        "vendredi toutes les deux semaines",
        "every other Friday",
    ],
)
def test_every_other_week_is_said_in_words(text: str) -> None:
    assert days_of_distributions(text, TODAY) == DaysOfDistributions(FRIDAY, every=14)


@pytest.mark.parametrize(
    "text", ["vendredi, toutes les 3 semaines", "un vendredi sur trois", "Friday, every 3 weeks"]
)
def test_every_so_many_weeks_are_too(text: str) -> None:
    assert days_of_distributions(text, TODAY) == DaysOfDistributions(FRIDAY, every=21)


@pytest.mark.parametrize(
    "text",
    [
        *("12/06/2026", "vendredi 12/06/2026", "le 2026-06-12", "12/06"),
        *("vendredi 12 juin", "le vendredi 12 juin 2026", "12 juin", "ven. 12 juin 2026", "Friday 12 June"),
    ],
)
def test_a_date_is_the_first_one(text: str) -> None:
    assert days_of_distributions(text, TODAY) == DaysOfDistributions(FRIDAY, first=date(2026, 6, 12))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("demain", "expected a day of the week"),
        ("ve", "expected a day of the week"),
        ("lundi et jeudi", "expected one day, each week"),
        ("le 1er vendredi du mois", "expected one day, each week"),
        ("vendredi toutes les 12 semaines", "expected from 1 to 8 weeks, not '12'"),
        ("un vendredi sur beaucoup", "expected from 1 to 8 weeks, not 'beaucoup'"),
        ("jeudi 12/06/2026", "12/06/2026 is no Thursday"),
        ("31/06/2026", "no such date: '31/06/2026'"),
        ("jeudi 12 juin", "12/06/2026 is no Thursday"),
        ("31 juin", "no such date: '31/6/2026'"),
        ("le 12 et le 26 juin", "expected one day, each week"),
        ("vendredi 12", "expected a day of the week, or the date"),
        ("vendredi 12 jiun", "expected a day of the week, or the date"),
    ],
)
def test_what_is_no_day_is_refused_with_what_was_expected(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        days_of_distributions(text, TODAY)


def test_a_date_without_its_year_is_the_next_one_and_a_month_is_no_day_of_the_week() -> None:
    assert days_of_distributions("vendredi 4 juin", TODAY).first == date(2027, 6, 4)
    assert days_of_distributions("mercredi 17 mars", TODAY).first == date(2027, 3, 17)


@pytest.mark.parametrize("text", ["un vendredi sur 2 dès le 12 juin", "every other Friday from 12 June"])
def test_how_often_it_comes_again_may_stand_beside_the_first(text: str) -> None:
    assert days_of_distributions(text, TODAY) == DaysOfDistributions(FRIDAY, 14, date(2026, 6, 12))


@pytest.mark.parametrize(
    ("text", "every"), [("1 vendredi sur 2", 14), ("vendredi 18h30", 7), ("vendredi tous les 15 jours", 14)]
)
def test_figures_of_how_often_and_of_hours_are_no_date(text: str, every: int) -> None:
    assert days_of_distributions(text, TODAY) == DaysOfDistributions(FRIDAY, every)


@pytest.mark.parametrize(
    ("weekday", "today", "first"),
    [
        (FRIDAY, date(2026, 6, 8), date(2026, 6, 12)),
        (FRIDAY, date(2026, 6, 12), date(2026, 6, 12)),
        (FRIDAY, date(2026, 6, 13), date(2026, 6, 19)),
    ],
)
def test_the_first_is_the_next_such_day(weekday: int, today: date, first: date) -> None:
    assert DaysOfDistributions(weekday).first_from(today, None) == first


def test_a_day_that_is_known_is_the_first_if_it_is_that_day_of_the_week() -> None:
    known = date(2026, 5, 29)  # a Friday; the one after the next is the 12th of June

    assert DaysOfDistributions(FRIDAY, 14).first_from(date(2026, 6, 8), known) == known
    assert DaysOfDistributions(3).first_from(date(2026, 6, 8), known) == date(2026, 6, 11)


@pytest.mark.parametrize(
    "text", ["18h-19h30", "de 18 h à 19 h 30", "18:00-19:30", "18h 19h30", "18h jusqu’à 19h30", "18-19h30"]
)
def test_hours_are_two(text: str) -> None:
    assert hours_of_distribution(text) == (time(18), time(19, 30))


def test_hours_may_stand_in_words() -> None:
    assert hours_of_distribution("de 18 heures à 19 heures 30") == (time(18), time(19, 30))
    assert hours_of_distribution("20h-minuit") == (time(20), time(23, 59))
    assert hours_of_distribution("Midi à 14 heures") == (time(12), time(14))


def test_the_end_may_be_left_out() -> None:
    assert hours_of_distribution("18h") == (time(18), None)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("le soir", "expected hours such as 18h-19h30"),
        ("25h", "no such hour: '25h'"),
        ("18h61", "no such hour"),
        ("19h-18h", "it ends before it starts"),
        ("18h-18h", "it ends before it starts"),
    ],
)
def test_what_is_no_hour_is_refused_with_what_was_expected(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        hours_of_distribution(text)


@pytest.mark.parametrize(
    ("text", "day", "at"),
    [
        ("mercredi 20h", 10, time(20)),
        ("mercredi à 20 h 30", 10, time(20, 30)),
        ("Friday 12:00", 12, time(12)),
        ("vendredi 18h", 5, time(18)),  # not the hour of the distribution itself
        ("vendredi 20h", 5, time(20)),
        ("J-7 8h", 5, time(8)),
        ("7 jours avant, à 8h", 5, time(8)),
        ("D-2 8:00", 10, time(8)),
        ("le vendredi à 9 heures", 12, time(9)),
        ("mercredi 20 heures 30", 10, time(20, 30)),
        ("mardi minuit", 9, time(23, 59)),
        ("le mardi à midi", 9, time(12)),
    ],
)
def test_a_moment_is_the_last_such_day_before_the_start(text: str, day: int, at: time) -> None:
    assert moment_before(text).ahead_of(START) == datetime.combine(date(2026, 6, day), at)


def test_orders_open_on_the_last_such_day_before_they_close() -> None:
    close = moment_before("mercredi 20h").ahead_of(START)

    assert moment_before("jeudi 8h").ahead_of(START, close).date() == date(2026, 6, 4)
    assert moment_before("J-8 8h").ahead_of(START, close).date() == date(2026, 6, 4)


@pytest.mark.parametrize(
    "text", ["mercredi", "20h", "J-7", "mercredi J-7 20h", "quand vous voulez", "mercredi 25h"]
)
def test_a_moment_without_its_day_or_its_hour_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"expected a day and an hour such as Wednesday 20h|no such hour"):
        moment_before(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "le vendredi",
            "the hour is missing: expected a day and an hour such as vendredi 8h, not 'le vendredi'",
        ),
        ("J-7", "the hour is missing: "),
        ("9h", "the day is missing: "),
        ("à midi", "the day is missing: "),
        ("quand vous voulez", "expected a day and an hour such as vendredi 8h, not"),
        ("mercredi et jeudi 9h", "expected a day and an hour such as vendredi 8h, not"),
    ],
)
def test_what_is_missing_is_said_with_the_example_of_the_question(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=f"^{says}"):
        moment_before(text, "vendredi 8h")


def test_days_are_called_as_the_language_spoken_calls_them() -> None:
    assert name_of_day(FRIDAY) == "Friday"
    speak("fr")
    assert name_of_day(FRIDAY) == "vendredi"
