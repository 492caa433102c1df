"""The .ics file as a calendar reads it: by the icalendar library."""

from __future__ import annotations

import base64
import re
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cagette_notify.config.load import Style
from cagette_notify.core.kinds import Kind
from cagette_notify.core.model import Contact, Distribution, Group
from cagette_notify.delivery.mailjet.send_api import payload
from cagette_notify.delivery.outbox.eml import eml_bytes
from cagette_notify.mails.calendar_entry import calendar_attachment
from cagette_notify.mails.renderer import Renderer
from tests.fixtures.builders import a_contact, a_distribution, a_group, a_mail, a_notice, paris
from tests.fixtures.coop import A_DAY_BEFORE, Coop
from tests.fixtures.rfc5322 import faults, parsed

if TYPE_CHECKING:
    from pathlib import Path

    from cagette_notify.core.messages import Message
    from cagette_notify.core.notices import Notice

SENDER = Contact("noreply@mj.cagette.net", "Cagette.net")
NOW = paris("2026-06-11T18:00")
WITH_CALENDAR = Renderer(Style(SENDER, None, calendar=True))


def the_file(
    distribution: Distribution | None = None, group: Group | None = None, revision: int = 1
) -> bytes:
    made = calendar_attachment(group or a_group(), distribution or a_distribution(), revision, SENDER, NOW)
    return base64.b64decode(made.base64)


def the_event(*arguments: Any, **named: Any) -> Any:
    calendar: Any = icalendar.Calendar.from_ical(the_file(*arguments, **named))
    (event,) = calendar.walk("VEVENT")
    assert not calendar.errors
    assert not event.errors
    return event


def the_message(notice: Notice, renderer: Renderer = WITH_CALENDAR) -> Message:
    return renderer.message(a_mail([notice]), NOW)


def test_an_entry_says_what_when_and_where() -> None:
    calendar: Any = icalendar.Calendar.from_ical(the_file())
    event = the_event()

    assert (calendar["VERSION"], calendar["METHOD"]) == ("2.0", "PUBLISH")
    assert event["SUMMARY"] == "Distribution – Les Paniers du Lac"
    assert event["LOCATION"] == "Salle des fêtes, 3 rue de l’Église, Bordeaux"
    assert event.decoded("DTSTART") == datetime(2026, 6, 12, 16, 0, tzinfo=timezone.utc)
    assert event.decoded("DTEND") == datetime(2026, 6, 12, 17, 30, tzinfo=timezone.utc)
    assert event.decoded("DTSTAMP") == NOW
    assert event["ORGANIZER"] == "mailto:coordination@paniersdulac.example"
    assert event["ORGANIZER"].params["CN"] == "Claire Fontaine"


@pytest.mark.parametrize("day", ["2026-03-27", "2026-03-29", "2026-10-23", "2026-10-25", "2026-10-30"])
def test_the_hour_is_right_on_both_sides_of_a_change_of_clocks(day: str) -> None:
    event = the_event(a_distribution(starts_at=paris(f"{day}T18:00"), ends_at=paris(f"{day}T19:30")))

    start = event.decoded("DTSTART").astimezone(paris(f"{day}T00:00").tzinfo)
    assert f"{start:%Y-%m-%d %H:%M}" == f"{day} 18:00"


def test_the_night_the_clocks_change_has_its_own_length() -> None:
    through = a_distribution(starts_at=paris("2026-10-24T23:00"), ends_at=paris("2026-10-25T04:00"))

    event = the_event(through)

    assert (event.decoded("DTEND") - event.decoded("DTSTART")).total_seconds() == 6 * 3600


def test_a_correction_takes_the_place_of_what_it_corrects() -> None:
    moved = a_distribution(starts_at=paris("2026-06-13T10:00"), ends_at=None)
    before, after = the_event(), the_event(moved, revision=2)

    assert before["UID"] == after["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (1, 2)


@pytest.mark.parametrize("ends_at", [None, "2026-06-12T18:00", "2026-06-12T17:00"])
def test_what_has_no_end_takes_an_hour_as_calendars_show_nothing_of_no_length(ends_at: str | None) -> None:
    event = the_event(a_distribution(ends_at=ends_at and paris(ends_at)))

    assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(hours=1)


def test_an_entry_says_what_to_bring_and_whom_to_call() -> None:
    day = a_distribution(note="Cabas, bocaux; code 1234", url="https://app.cagette.net/shop/1")
    phone = a_group(contact_phone="06 39 98 12 34")

    assert the_event(day, phone)["DESCRIPTION"] == (
        "Cabas, bocaux; code 1234\nSur place\u00a0: Claire Fontaine, 06 39 98 12 34\nhttps://app.cagette.net/shop/1"
    )
    assert the_event()["DESCRIPTION"] == "https://app.cagette.net/group/lac"
    assert "DESCRIPTION" not in the_event(group=a_group(url=""))


def test_two_distributions_are_two_entries() -> None:
    names = [(id_, group_id) for id_ in ("1", "2") for group_id in ("lac", "mer")]

    uids = {the_event(a_distribution(id=id_, group_id=group_id))["UID"] for id_, group_id in names}

    assert len(uids) == len(names)


@given(st.text(max_size=120), st.text(max_size=120))
def test_any_words_are_read_back_and_no_line_is_too_long(name: str, place: str) -> None:
    group = a_group(name=f"Le; {name}", contact=a_contact(name=f"{name}\r\nX:1"))
    distribution = a_distribution(place=f"{place}\\, fin", name="Marché")

    raw = the_file(distribution, group)
    event = the_event(distribution, group)

    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert event["SUMMARY"].startswith("Marché – Le;")
    assert event["LOCATION"].endswith("\\, fin")
    assert {str(key) for key in event} == {
        *("UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "LOCATION", "ORGANIZER"),
        "DESCRIPTION",
    }


def test_no_character_is_cut_in_two() -> None:
    raw = the_file(a_distribution(place="é🥕" * 60))

    assert all(re.sub(rb"^ ", b"", line).decode() is not None for line in raw.split(b"\r\n"))


@pytest.mark.parametrize(
    ("kind", "correction", "files"),
    [
        (Kind.OPENING, False, []),
        (Kind.RECAP_24H, False, ["distribution-2026-06-12.ics"]),
        (Kind.RECAP_4H, False, ["distribution-2026-06-12.ics"]),
        (Kind.RECAP_24H, True, ["distribution-2026-06-12.ics"]),
    ],
)
def test_recaps_and_corrections_carry_an_entry(kind: Kind, correction: bool, files: list[str]) -> None:
    message = the_message(a_notice(kind, correction=correction))

    assert [one.filename for one in message.attachments] == files
    assert ("pièce jointe" in message.content.text) is bool(files)
    assert ("pièce jointe" in message.content.html) is bool(files)


def test_without_the_setting_nothing_is_attached() -> None:
    message = the_message(a_notice(), Renderer(Style(SENDER, None)))

    assert message.attachments == ()
    assert "pièce jointe" not in message.content.text + message.content.html


def test_both_transports_carry_the_file() -> None:
    message = the_message(a_notice(revision=3))
    raw = eml_bytes(message, NOW)

    (attached,) = parsed(raw).iter_attachments()
    assert (attached.get_filename(), attached.get_content_type()) == (
        "distribution-2026-06-12.ics",
        "text/calendar",
    )
    assert attached.get_payload(decode=True) == the_file(revision=3)
    assert faults(raw) == []
    entry: Any = payload(message)
    (sent,) = entry["Attachments"]
    assert base64.b64decode(sent["Base64Content"]) == the_file(revision=3)


def test_a_run_attaches_it_and_the_correction_s_moves_the_entry(tmp_path: Path) -> None:
    coop = Coop(tmp_path, extra="calendar: yes\n")
    coop.run(A_DAY_BEFORE)
    first = entries(coop)

    coop.replace("distributions.yaml", "starts_at: 2026-06-12 18:00", "starts_at: 2026-06-12 19:00")
    coop.replace("distributions.yaml", "ends_at: 2026-06-12 19:30", "ends_at: 2026-06-12 20:30")
    coop.run(A_DAY_BEFORE + timedelta(minutes=10))

    ((uid, sequence, start),) = first
    assert start == datetime(2026, 6, 12, 16, 0, tzinfo=timezone.utc)
    assert entries(coop) - first == {(uid, sequence + 1, start + timedelta(hours=1))}


def entries(coop: Coop) -> set[tuple[str, int, datetime]]:
    """Return the name, the state and the start of what the mails in the outbox put into calendars."""
    files: list[Any] = [file for mail in coop.mails() for file in mail.iter_attachments()]
    events: list[Any] = [
        event
        for file in files
        for event in icalendar.Calendar.from_ical(file.get_payload(decode=True)).walk("VEVENT")
    ]
    return {(str(one["UID"]), int(one["SEQUENCE"]), one.decoded("DTSTART")) for one in events}
