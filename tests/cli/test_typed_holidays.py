"""Days without a distribution, as people type them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from cagette_notify.cli.setup.typed_holidays import holidays
from cagette_notify.core.i18n import speak

TODAY = date(2026, 6, 8)
FRIDAYS = [date(2026, 6, 12) + timedelta(days=7 * number) for number in range(52)]
CHRISTMAS, NEW_YEAR = date(2026, 12, 25), date(2027, 1, 1)


@pytest.mark.parametrize(
    "text",
    [
        "25/12/2026, 01/01/2027",
        "2026-12-25 2027-01-01",
        "25/12 et 1/1",
        "25/12/26; 1/1/27",
        "les 25/12, 1/1",
        "du 19/12 au 3/1",
        "19/12/2026-03/01/2027",
        "2026-12-19 - 2027-01-03",
        "25/12, 25/12–1/1",
        "from 2026-12-25 to 2027-01-01",
        "25 décembre et 1er janvier",
        "25 décembre 2026, 1er janvier 2027",
        "le vendredi 25 décembre et le vendredi 1er janvier 2027",
        "du 19 décembre au 3 janvier",
        "du 19/12 au 3 janvier",
        "25 DECEMBRE, 1 JANV.",
        "25 December and 1 January",
        "vendredi 25/12, 1/1",
    ],
)
def test_days_are_named_by_date_or_in_a_stretch(text: str) -> None:
    assert holidays(text, FRIDAYS, TODAY) == (CHRISTMAS, NEW_YEAR)


@pytest.mark.parametrize(
    "text", ["7, 14 et 21 août", "du 7 au 21 août", "7 août, 14 août et 21 août", "7 et 14 août 2026, 21/8"]
)
def test_days_may_share_their_month(text: str) -> None:
    assert holidays(text, FRIDAYS, TODAY) == (date(2026, 8, 7), date(2026, 8, 14), date(2026, 8, 21))


def test_nothing_is_no_holiday() -> None:
    assert holidays("", FRIDAYS, TODAY) == ()


def test_a_date_of_today_without_its_year_is_today() -> None:
    assert holidays("12/6", FRIDAYS, FRIDAYS[0]) == (FRIDAYS[0],)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Noël", "expected dates such as"),
        ("25/12 ?", "expected dates such as"),
        ("25 décembre et vendredi", "expected dates such as"),
        ("24 décembre", "no distribution on 24/12; nearest: Friday 25 December 2026"),
        ("décembre 2026", "expected dates such as"),
        ("24/12/2026", "no distribution on 24/12/2026; nearest: Friday 25 December 2026"),
        ("25/12/2026, 28/12", "no distribution on 28/12; nearest: Friday 25 December 2026"),
        ("19/12/2026-20/12/2026", "no distribution from 19/12/2026 to 20/12/2026; nearest: Friday 18 Dec"),
        ("25/12/2030", "no distribution on 25/12/2030; nearest: Friday 4 June 2027"),
        ("03/01/2027-19/12/2026", "it ends before it starts: '03/01/2027 - 19/12/2026'"),
        ("31/02/2027", "31/02/2027"),
    ],
)
def test_what_names_no_day_of_them_is_said_in_a_line(text: str, says: str) -> None:
    speak("en")

    with pytest.raises(ValueError, match=r"^[^\n]+$") as trouble:
        holidays(text, FRIDAYS, TODAY)

    assert says in str(trouble.value)


@pytest.mark.parametrize("text", ["29/2", "30/2"])
def test_a_day_that_no_year_at_hand_has_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="2"):
        holidays(text, FRIDAYS, TODAY)
