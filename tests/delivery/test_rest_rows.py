from __future__ import annotations

import json

import pytest

from cagette_notify.core.messages import Outcome
from cagette_notify.core.notices import Status
from cagette_notify.delivery.mailjet.http_answer import HttpAnswer, Json, Silence
from cagette_notify.delivery.mailjet.rest_rows import (
    active_senders,
    contact,
    fate,
    find_accepted,
    find_all_accepted,
    rows,
    state_id,
)
from cagette_notify.delivery.sender_check import is_accepted

DUPLICATE = {"CustomID": "l1-1", "ID": 2, "StateID": "15", "Status": "blocked"}
FIRST = {"CustomID": "l1-1", "ID": "1", "StateID": 0, "Status": "sent"}


@pytest.mark.parametrize(
    "body", ["", "<html>", "[]", "{}", '{"Data": null}', '{"Data": {}}', '{"Data": [7]}', '{"Data": "x"}']
)
def test_what_is_not_a_list_of_rows_is_no_evidence(body: str) -> None:
    assert rows(HttpAnswer(200, body.encode())) is None


@pytest.mark.parametrize("status", [204, 302, 401, 404, 500])
def test_rows_with_another_status_are_no_evidence(status: int) -> None:
    assert rows(HttpAnswer(status, json.dumps({"Data": [FIRST]}).encode())) is None


def test_silence_is_no_evidence() -> None:
    assert rows(Silence(nothing_left=True, reason="")) is None


def test_an_empty_list_is_evidence() -> None:
    assert rows(HttpAnswer(200, b'{"Count": 0, "Data": [], "Total": 0}')) == []


@pytest.mark.parametrize("custom_id", ["", "L1-1", "l1-11", "l1-1 ", None, 7])
def test_another_custom_id_is_another_mail(custom_id: object) -> None:
    assert find_accepted([{"CustomID": custom_id, "ID": 1}], "l1-1") is None


@pytest.mark.parametrize("messages", [[FIRST, DUPLICATE], [DUPLICATE, FIRST]])
def test_the_copy_that_arrived_is_preferred_to_the_one_that_was_dropped(
    messages: list[dict[str, object]],
) -> None:
    assert find_accepted(messages, "l1-1") == Outcome(Status.SENT, message_id="1")


def test_a_dropped_duplicate_proves_that_the_first_arrived() -> None:
    assert find_accepted([DUPLICATE], "l1-1") == Outcome(Status.SENT, message_id="2")


@pytest.mark.parametrize(
    ("email", "status", "active"),
    [
        ("noreply@mj.cagette.net", "Active", True),
        ("NoReply@MJ.cagette.net", "Active", True),
        ("*@mj.cagette.net", "Active", True),
        ("noreply@mj.cagette.net", "Inactive", False),
        ("*@mj.cagette.net", "Deleted", False),
        ("reply@mj.cagette.net", "Active", False),
        ("*@cagette.net", "Active", False),
        (None, "Active", False),
    ],
)
def test_a_sender_is_active_by_its_address_or_its_whole_domain(
    email: str | None, status: str, active: bool
) -> None:
    validated = active_senders([{"Email": email, "Status": status}])

    assert is_accepted("noreply@mj.cagette.net", validated) is active


@pytest.mark.parametrize("email", ["noreply@épicerie.fr", "*@Épicerie.fr", "noreply@xn--picerie-9xa.fr"])
def test_a_sender_is_active_however_mailjet_writes_the_accents_of_its_domain(email: str) -> None:
    assert is_accepted("noreply@xn--picerie-9xa.fr", active_senders([{"Email": email, "Status": "Active"}]))


def test_a_fate_is_of_the_address_that_mail_is_sent_to() -> None:
    row = {"ArrivedAt": "2026-06-11T16:05:00Z", "Status": "bounce", "ContactAlt": "Zoe@épicerie.fr"}

    assert getattr(fate(row), "address", None) == "zoe@xn--picerie-9xa.fr"


@pytest.mark.parametrize(
    ("value", "state"),
    [
        (20, 20),
        ("20", 20),
        ("", 0),
        (None, 0),
        (-1, 0),
        ("9999", 9999),
        ("10000", 0),
        (2**63, 0),
        ("9" * 5000, 0),
        ("²", 0),
    ],
)
def test_a_state_has_a_few_digits(value: object, state: int) -> None:
    assert state_id({"StateID": value}) == state


@pytest.mark.parametrize(
    ("at", "is_read"),
    [
        ("2026-06-11T16:05:00Z", True),
        ("1970-01-01T00:00:00Z", True),
        ("2199-12-31T23:59:59Z", True),
        ("1969-12-31T23:59:59Z", False),
        ("2200-01-01T00:00:00Z", False),
        ("0001-01-01T00:00:00+14:00", False),
        ("9999-12-31T23:59:59-14:00", False),
    ],
)
def test_a_time_out_of_all_proportion_is_none(at: str, is_read: bool) -> None:
    assert (fate({"ArrivedAt": at, "Status": "sent"}) is not None) is is_read
    assert (contact({"UnsubscribedAt": at}).unsubscribed_at is not None) is is_read


@pytest.mark.parametrize(
    ("value", "unsubscribed"),
    [
        ("2026-06-11T16:05:00Z", True),
        ("last week", True),
        ("", False),
        (" ", False),
        (None, False),
        (False, False),
        (0, False),
    ],
)
def test_only_a_text_tells_that_somebody_unsubscribed(value: object, unsubscribed: bool) -> None:
    assert contact({"UnsubscribedAt": value}).unsubscribed is unsubscribed


def test_of_a_list_only_first_mails_count() -> None:
    messages: list[Json] = [
        {"CustomID": "a", "ID": 1, "StateID": "15"},
        {"CustomID": "b", "ID": 2, "StateID": "15"},
        {"CustomID": "a", "ID": 3, "StateID": "0"},
        {"CustomID": ["a"], "ID": 4},
        {"ID": 5},
        {"CustomID": "other", "ID": 6},
    ]

    assert find_all_accepted(messages, {"a", "b"}) == {"a": Outcome(Status.SENT, message_id="3")}
