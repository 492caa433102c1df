from __future__ import annotations

from datetime import date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cagette_notify.core import parsing as values
from cagette_notify.core import text as clean_text
from cagette_notify.core.i18n import speak

PARIS = ZoneInfo("Europe/Paris")
NEW_YORK = ZoneInfo("America/New_York")
APIA = ZoneInfo("Pacific/Apia")
FIRST, LAST = datetime.fromisoformat("1971-01-01"), datetime.fromisoformat("2199-12-30")
NBSP, NARROW_NBSP, MINUS = "\u00a0", "\u202f", "\u2212"


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=timezone.utc)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("10m", 600), ("4h", 14400), ("2d", 172800), ("2j", 172800), (" 4 H ", 14400), ("0s", 0)],
)
def test_a_duration_is_a_number_and_a_unit(text: str, seconds: int) -> None:
    assert values.duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text", ["", "4", "h", "1.5h", "-4h", "4h 30m", "4 hours", "٤h", "99999999999d", "9999999999d"]
)
def test_anything_else_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="duration"):
        values.duration(text)


def test_the_longest_duration_still_leads_to_a_date() -> None:
    assert utc(2026, 1, 1) - values.duration("36525d") < utc(2026, 1, 1)
    with pytest.raises(ValueError, match="too long"):
        values.duration("36526d")


@pytest.mark.parametrize("text", ["yes", "true", "1", "on", "oui", "vrai", "x", "X", "Oui", " YES ", "VRAI"])
def test_yes_is_said_in_two_languages_or_with_a_cross(text: str) -> None:
    assert values.yes_no(text) is True


@pytest.mark.parametrize("text", ["no", "false", "0", "off", "non", "faux", "Non", "FAUX", f"{NBSP}no"])
def test_no_is_said_in_two_languages(text: str) -> None:
    assert values.yes_no(text) is False


@pytest.mark.parametrize("text", ["", "y", "n", "2", "yes no", "peut-être"])
def test_a_maybe_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected yes or no"):
        values.yes_no(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3", "3"),
        ("2.5", "2.5"),
        ("2,5", "2.5"),
        ("1 234,50", "1234.50"),
        (f"1{NBSP}234,50", "1234.50"),
        (f"1{NARROW_NBSP}234{NARROW_NBSP}567.5", "1234567.5"),
        ("12,50 €", "12.50"),
        (f"12,50{NBSP}€", "12.50"),
        ("12 EUR", "12"),
        ("-3", "-3"),
        (f"{MINUS}3,5", "-3.5"),
        ("+3", "3"),
        ("0,000", "0.000"),
        ("007", "7"),
        ("999999999", "999999999"),
        ("-999 999 999,99", "-999999999.99"),
        ("1,234", "1.234"),
        ("0.30000000000000004", "0.30000000000000004"),
    ],
)
def test_a_number_has_a_point_or_a_comma_and_thousands_apart(text: str, expected: str) -> None:
    assert str(values.number(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "€",
        "1.234,50",
        "1,234.50",
        "1 23",
        "12 34",
        "1  234",
        "3.",
        ".5",
        "1e5",
        "1E+99999999",
        "nan",
        "inf",
        "-Infinity",
        "٣",
        "0x10",
        "1_000",
        "--1",
        "1-",
        "1234567890",
        "1" * 100_000,
        "1 234 567 890",
    ],
)
def test_what_is_no_plain_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected a number"):
        values.number(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-06-12 18:00",
        "2026-06-12T18:00",
        "2026-06-12t18:00:00",
        "2026-06-12  18h00",
        f"2026-06-12{NBSP}18{NBSP}h{NBSP}00",
        "12/06/2026 18h",
        "12/06/26 18:00",
        "12/6/26 18h",
        "12/6/2026 18 h",
        " 12/06/2026T18:00:00.000 ",
        "2026-06-12 18:00+02:00",
        "2026-06-12 18:00 +0200",
        "2026-06-12T16:00:00Z",
        "2026-06-12T16:00:00.000z",
        "2026-06-12T12:00-04:00",
    ],
)
def test_a_moment_is_written_in_many_ways(text: str) -> None:
    found = values.moment(text, PARIS)

    assert found == values.Moment(utc(2026, 6, 12, 16))
    assert found.at.tzinfo is PARIS


@pytest.mark.parametrize(
    "text",
    [
        "",
        "18:00",
        "2026-06-12 18",
        "2026-06-12 18:0",
        "2026-06-12 18:00 CET",
        "12-06-2026 18:00",
        "2026/06/12 18:00",
        "2026-06-12 18:00\n18:00",
        "2026-06-1218:00",
        "12/06/026 18:00",
        "٢٠٢٦-06-12 18:00",
        "2026-06-12 18h60m",
    ],
)
def test_what_is_no_moment_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="such as 2026-06-12 18:00"):
        values.moment(text, PARIS)


@pytest.mark.parametrize(
    ("language", "text", "example"),
    [
        ("en", "2026-12-03", "2026-12-03 18:00"),
        ("en", "3/12/2026", "03/12/2026 18h00"),
        ("fr", "2026-12-03", "03/12/2026 18h00"),
        ("fr", "bientôt", "12/06/2026 18h00,"),
    ],
)
def test_a_day_without_its_hour_is_shown_with_one(language: str, text: str, example: str) -> None:
    speak(language)

    with pytest.raises(ValueError, match=rf" {example}\W"):
        values.moment(text, PARIS)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("31/02/2026 18:00", "no such date"),
        ("2026-13-01 18:00", "no such date"),
        ("2026-00-10 18:00", "no such date"),
        ("2025-02-29 18:00", "no such date"),
        ("0000-01-01 18:00", "no such date"),
        ("1969-12-31 23:59", "between 1970 and 2200"),
        ("2201-01-01 00:00", "between 1970 and 2200"),
        ("9999-12-31 23:59", "between 1970 and 2200"),
        ("2026-06-12 24:00", "no such hour"),
        ("2026-06-12 23:60", "no such hour"),
        ("2026-06-12 23:59:60", "no such hour"),
        ("2026-06-12 99h", "no such hour"),
        ("2026-06-12 18:00 +15:00", "no such offset"),
        ("2026-06-12 18:00 +02:60", "no such offset"),
    ],
)
def test_a_moment_that_never_comes_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        values.moment(text, PARIS)


@pytest.mark.parametrize(
    "text", ["1970-01-01 00:00", "2200-12-31 23:59", "2200-12-31 23:59 -14:00", "1970-01-01 00:00 +14:00"]
)
def test_the_first_and_the_last_year_are_no_trouble(text: str) -> None:
    assert values.moment(text, NEW_YORK).at.tzinfo is NEW_YORK


def test_a_day_alone_is_a_moment_only_where_it_may_be() -> None:
    assert values.moment("12/06/2026", PARIS, require_time=False).at == utc(2026, 6, 11, 22)
    with pytest.raises(ValueError, match="a date and an hour"):
        values.moment("12/06/2026", PARIS)


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("2027-03-28 01:59:59", PARIS, utc(2027, 3, 28, 0, 59, 59)),
        ("2027-03-28 03:00", PARIS, utc(2027, 3, 28, 1)),
        ("2026-03-08 01:59:59", NEW_YORK, utc(2026, 3, 8, 6, 59, 59)),
        ("2026-03-08 03:00", NEW_YORK, utc(2026, 3, 8, 7)),
    ],
)
def test_the_edges_of_a_skipped_hour_are_there(text: str, zone: tzinfo, expected: datetime) -> None:
    assert values.moment(text, zone) == values.Moment(expected)


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("2027-03-28 02:00", PARIS),
        ("2027-03-28 02:30", PARIS),
        ("2027-03-28 02:59:59", PARIS),
        ("2026-03-08 02:00", NEW_YORK),
        ("2026-03-08 02:59:59", NEW_YORK),
        ("2011-12-30 12:00", APIA),
    ],
)
def test_an_hour_that_the_clocks_skip_is_refused(text: str, zone: tzinfo) -> None:
    with pytest.raises(ValueError, match="no such local time"):
        values.moment(text, zone)


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("2027-10-31 02:00", PARIS, utc(2027, 10, 31, 0)),
        ("2027-10-31 02:59:59", PARIS, utc(2027, 10, 31, 0, 59, 59)),
        ("2026-11-01 01:00", NEW_YORK, utc(2026, 11, 1, 5)),
        ("2026-11-01 01:59:59", NEW_YORK, utc(2026, 11, 1, 5, 59, 59)),
    ],
)
def test_an_hour_that_comes_twice_is_the_first(text: str, zone: tzinfo, expected: datetime) -> None:
    found = values.moment(text, zone)

    assert found.ambiguous
    assert found.at.astimezone(timezone.utc) == expected


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("2027-10-31 01:59:59", PARIS),
        ("2027-10-31 03:00", PARIS),
        ("2027-10-31 02:30+02:00", PARIS),
        ("2027-10-31 02:30+01:00", PARIS),
        ("2026-11-01 02:00", NEW_YORK),
    ],
)
def test_around_that_hour_or_with_an_offset_there_is_no_doubt(text: str, zone: tzinfo) -> None:
    assert not values.moment(text, zone).ambiguous


def test_an_offset_tells_the_two_hours_apart() -> None:
    first, second = (values.moment(f"2027-10-31 02:30{offset}", PARIS) for offset in ("+02:00", "+01:00"))

    assert first.at.astimezone(timezone.utc) == utc(2027, 10, 31, 0, 30)
    assert second.at.astimezone(timezone.utc) == utc(2027, 10, 31, 1, 30)


@given(st.datetimes(FIRST, LAST), st.sampled_from([PARIS, NEW_YORK, APIA]))
def test_a_local_time_is_refused_or_comes_back_as_it_was(naive: datetime, zone: tzinfo) -> None:
    try:
        found = values.local(naive, zone).at
    except ValueError:
        found = naive.replace(tzinfo=zone)
        assert found.astimezone(timezone.utc).astimezone(zone).replace(tzinfo=None) != naive
    else:
        assert found.astimezone(timezone.utc).astimezone(zone).replace(tzinfo=None) == naive


@pytest.mark.parametrize("text", ["2026-06-12", "12/06/2026", " 12/6/2026 ", "12/06/26"])
def test_a_day_is_written_in_several_ways(text: str) -> None:
    assert values.day(text) == date(2026, 6, 12)


@pytest.mark.parametrize("text", ["", "2026-06-12 18:00", "12.06.2026", "30/02/2026", "1969-12-31", "12/06"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"date|year"):
        values.day(text)


def test_a_time_zone_is_named() -> None:
    assert values.zone("America/New_York") == NEW_YORK


@pytest.mark.parametrize(
    "text",
    ["", "Europe", "Europe/Pari", "../etc/passwd", "/etc/localtime", "Europe/Paris\0", "CEST", "é" * 300],
)
def test_a_time_zone_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no such time zone"):
        values.zone(text)


def test_a_mistyped_time_zone_is_recognised() -> None:
    with pytest.raises(ValueError, match="did you mean 'Europe/Paris'"):
        values.zone("europe/pariss")


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("timezon", "timezone"),
        ("TIMEZONE", "timezone"),
        ("prenom", "Prénom"),
        ("zzzz", ""),
        ("", ""),
        ("timezon" * 9999, ""),
    ],
)
def test_the_nearest_word_is_found_whatever_its_case_and_accents(word: str, expected: str) -> None:
    assert clean_text.nearest(word, ["timezone", "language", "Prénom"]) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Prénom ", "prenom"),
        ("PRE\u0301NOM", "prenom"),
        (f"E-mail{NBSP}{NARROW_NBSP} du\tconjoint", "e-mail du conjoint"),
        ("Œufs", "oeufs"),
        ("ŒUFS", "oeufs"),
        ("Straße", "strasse"),
        ("\ufeffid", "id"),
        ("NGUYỄN", "nguyen"),
        ("L’été", "l'ete"),
        ("İstanbul", "istanbul"),
        ("", ""),
    ],
)
def test_folded_texts_compare_whatever_their_case_accents_and_blanks(text: str, expected: str) -> None:
    assert clean_text.fold(text) == expected


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert clean_text.fold(clean_text.fold(text)) == clean_text.fold(text)


def test_a_long_bad_value_is_cut_in_the_message() -> None:
    with pytest.raises(ValueError, match=r"xxx…'$") as caught:
        values.duration("x" * 10_000)

    assert len(str(caught.value)) < 150
