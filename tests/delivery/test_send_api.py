from __future__ import annotations

import json
from typing import Any

import pytest

from cagette_notify.core.messages import Attachment, Outcome, StopReason
from cagette_notify.core.notices import Status
from cagette_notify.delivery.mailjet.http_answer import HttpAnswer, Silence
from cagette_notify.delivery.mailjet.send_api import Asked, WholeCallError, outcomes_in, payload
from tests.fixtures.mailjet_account import error
from tests.fixtures.messages import a_message


def an_answer(document: object, status: int = 200) -> HttpAnswer:
    return HttpAnswer(status, json.dumps(document).encode())


def success(custom_id: str | None = None, message_id: object = 2**60 + 1) -> dict[str, Any]:
    named = {} if custom_id is None else {"CustomID": custom_id}
    return {"Status": "success", "To": [{"Email": "a@example.org", "MessageID": message_id}], **named}


def refusal(*errors: object) -> dict[str, Any]:
    return {"Status": "error", "Errors": list(errors)}


def asked(*custom_ids: str) -> list[Asked]:
    return [Asked(custom_id, "a@example.org") for custom_id in custom_ids]


def outcomes(answer: HttpAnswer | Silence, *custom_ids: str) -> list[Outcome]:
    verdict = outcomes_in(answer, asked(*(custom_ids or ("l1-1",))))
    assert isinstance(verdict, list)
    return verdict


def only(answer: HttpAnswer | Silence) -> Outcome:
    (outcome,) = outcomes(answer)
    return outcome


def test_a_message_becomes_an_entry_to_one_person_without_tracking() -> None:
    assert payload(a_message("ana@example.org", custom_id="l1-1", campaign="l1-recap")) == {
        "From": {"Email": "noreply@mj.cagette.net", "Name": "AMAP de l'Étang"},
        "To": [{"Email": "ana@example.org", "Name": "Ana Martin"}],
        "ReplyTo": {"Email": "contact@example.org", "Name": "Zoé Durand"},
        "Subject": "Votre commande de vendredi",
        "TextPart": "Bonjour Ana,\nvotre panier vous attend.\n",
        "HTMLPart": "<p>Bonjour Ana,</p>\n<p>votre panier vous attend.</p>\n",
        "TrackOpens": "disabled",
        "TrackClicks": "disabled",
        "CustomID": "l1-1",
        "CustomCampaign": "l1-recap",
        "DeduplicateCampaign": True,
        "Headers": {"Auto-Submitted": "auto-generated"},
    }


def test_what_a_message_lacks_is_left_out() -> None:
    entry = payload(a_message(to_name="", html="", reply_to=None, headers=()))

    assert entry["To"] == [{"Email": "ana@example.org"}]
    assert not entry.keys() & {"HTMLPart", "TrackOpens", "TrackClicks", "ReplyTo", "Headers", "Attachments"}
    assert "InlinedAttachments" not in entry


def test_attachments_travel_as_they_were_encoded() -> None:
    entry = payload(a_message(attachments=(Attachment("carte.pdf", "application/pdf", "QUJD"),)))

    assert entry["Attachments"] == [
        {"ContentType": "application/pdf", "Filename": "carte.pdf", "Base64Content": "QUJD"}
    ]


def test_images_of_the_text_travel_apart_under_the_ids_by_which_it_shows_them() -> None:
    files = (
        Attachment("lac.png", "image/png", "iVBORw0KGgo=", "1a2b@inline"),
        Attachment("carte.pdf", "application/pdf", "QUJD"),
    )
    entry = payload(a_message(attachments=files))

    assert entry["InlinedAttachments"] == [
        {
            "ContentType": "image/png",
            "Filename": "lac.png",
            "Base64Content": "iVBORw0KGgo=",
            "ContentID": "1a2b@inline",
        }
    ]
    assert entry["Attachments"] == [
        {"ContentType": "application/pdf", "Filename": "carte.pdf", "Base64Content": "QUJD"}
    ]
    assert "Attachments" not in payload(a_message(attachments=files[:1]))


def test_a_success_is_sent_under_its_whole_message_id() -> None:
    assert only(an_answer({"Messages": [success("l1-1", 1152921504606846977)]})) == Outcome(
        Status.SENT, message_id="1152921504606846977"
    )


@pytest.mark.parametrize("to", [None, [], ["x"], [{}], [{"MessageID": None}], [{"MessageID": [1]}], {}])
def test_a_success_without_a_message_id_is_sent_all_the_same(to: object) -> None:
    assert only(an_answer({"Messages": [{"Status": "success", "To": to}]})) == Outcome(Status.SENT)


@pytest.mark.parametrize("status", [200, 201, 400, 500])
def test_a_usable_list_is_read_entry_by_entry_whatever_the_status(status: int) -> None:
    bad = error("mj-0013", "bad", "To[0].Email")
    found = outcomes(an_answer({"Messages": [success(), refusal(bad), success()]}, status), "a", "b", "c")

    assert [outcome.status for outcome in found] == [Status.SENT, Status.FAILED, Status.SENT]


@pytest.mark.parametrize(
    ("found", "about_content"),
    [
        (error("mj-0013", "bad", "To[0].Email"), False),
        (error("mj-0013", "bad"), False),
        (error("mj-0006", "too long", "To"), False),
        (error("mj-0013", "bad", "ReplyTo.Email"), True),
        (error("mj-0006", "too long", "Subject"), True),
        (error("send-0003", "no content", "TextPart", "HTMLPart"), True),
        (error("send-0011", "forbidden header", "Headers"), True),
        ({}, True),
        ({"ErrorCode": 7, "ErrorRelatedTo": {"x": 1}, "ErrorMessage": None}, True),
    ],
)
def test_an_error_of_one_message_is_about_its_address_or_its_content(
    found: dict[str, Any], about_content: bool
) -> None:
    outcome = only(an_answer({"Messages": [refusal(found)]}, 400))

    assert (outcome.status, outcome.about_content, outcome.stop) == (Status.FAILED, about_content, None)


def test_a_refusal_says_mailjets_reason_on_one_line() -> None:
    outcome = only(an_answer({"Messages": [refusal(error("mj-0013", 'bad\r\n  "x"', "To"))]}, 400))

    assert outcome.detail == 'Mailjet refuses the address: bad "x" (mj-0013)'


@pytest.mark.parametrize("errors", [None, [], "bad", [7], {}])
def test_an_error_without_a_usable_reason_is_a_refusal_still(errors: object) -> None:
    outcome = only(an_answer({"Messages": [{"Status": "error", "Errors": errors}]}, 400))

    assert (outcome.status, outcome.about_content) == (Status.FAILED, True)


@pytest.mark.parametrize(
    "found",
    [
        error("send-0008", "sender not allowed", "From", status=403),
        error("mj-0001", "suspended", status=401),
        error("mj-0015", "bad key", status=401),
        error("mj-0013", "bad", "From.Email"),
    ],
)
def test_the_accounts_own_trouble_costs_nobody_their_mail_and_stops_the_run(found: dict[str, Any]) -> None:
    entry = only(an_answer({"Messages": [refusal(found)]}, 400))
    whole = only(an_answer(found, 400))

    assert (entry.status, entry.stop) == (whole.status, whole.stop) == (Status.DEFERRED, StopReason.REFUSED)


def test_trouble_at_mailjet_leaves_a_message_in_doubt() -> None:
    entry = refusal(error("mj-0000", "internal", status=500))

    assert only(an_answer({"Messages": [entry]}, 400)).status is Status.IN_DOUBT


def test_a_rate_limit_on_one_message_stops_the_run() -> None:
    outcome = only(an_answer({"Messages": [refusal(error("x", "slow down", status=429))]}, 400))

    assert (outcome.status, outcome.stop) == (Status.DEFERRED, StopReason.SLOW_DOWN)


@pytest.mark.parametrize("entry", [{}, {"Status": "queued"}, {"Status": None}, None, 7, "success", []])
def test_an_entry_that_is_neither_success_nor_error_is_in_doubt_alone(entry: object) -> None:
    found = outcomes(an_answer({"Messages": [success(), entry]}), "a", "b")

    assert [outcome.status for outcome in found] == [Status.SENT, Status.IN_DOUBT]


@pytest.mark.parametrize(
    "document",
    [
        {},
        [],
        None,
        7,
        "Messages",
        {"Messages": None},
        {"Messages": {}},
        {"Messages": []},
        {"Messages": [success()]},
        {"Messages": [success()] * 3},
        {"Messages": [success("b"), success("a")]},
        {"Messages": [success(), {"Status": "success", "CustomID": ["a"]}]},
        {"ErrorCode": "mj-0002"},
    ],
)
def test_an_answer_without_a_usable_list_leaves_all_in_doubt(document: object) -> None:
    found = outcomes(an_answer(document), "a", "b")

    assert [outcome.status for outcome in found] == [Status.IN_DOUBT] * 2


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"\xff\xfe\x00", b"[" * 200_000, b'{"Messages":[', b"9" * 9999]
)
@pytest.mark.parametrize("status", [200, 400, 413, 500])
def test_rubbish_leaves_all_in_doubt(body: bytes, status: int) -> None:
    assert only(HttpAnswer(status, body)).status is Status.IN_DOUBT


@pytest.mark.parametrize(
    ("status", "fate", "stop"),
    [
        (204, Status.IN_DOUBT, None),
        (301, Status.DEFERRED, StopReason.REFUSED),
        (302, Status.DEFERRED, StopReason.REFUSED),
        (308, Status.DEFERRED, StopReason.REFUSED),
        (400, Status.IN_DOUBT, None),
        (401, Status.DEFERRED, StopReason.REFUSED),
        (403, Status.DEFERRED, StopReason.REFUSED),
        (404, Status.DEFERRED, StopReason.REFUSED),
        (405, Status.IN_DOUBT, None),
        (408, Status.IN_DOUBT, None),
        (413, Status.IN_DOUBT, None),
        (429, Status.DEFERRED, StopReason.SLOW_DOWN),
        (500, Status.IN_DOUBT, None),
        (502, Status.IN_DOUBT, None),
        (503, Status.IN_DOUBT, None),
        (504, Status.IN_DOUBT, None),
    ],
)
def test_a_page_without_mailjets_words_is_sorted_by_its_status(
    status: int, fate: Status, stop: StopReason | None
) -> None:
    outcome = only(HttpAnswer(status, b"<html>no</html>"))

    assert (outcome.status, outcome.stop) == (fate, stop)
    assert outcome.detail


@pytest.mark.parametrize("status", [400, 413])
@pytest.mark.parametrize(
    ("code", "about_content"), [("mj-0013", False), ("mj-0004", True), ("mj-0011", True)]
)
def test_an_error_for_the_whole_call_waits_until_the_culprit_is_alone(
    status: int, code: str, about_content: bool
) -> None:
    verdict = outcomes_in(an_answer(error(code, "no", status=status), status), asked("a", "b"))

    assert isinstance(verdict, WholeCallError)
    assert (verdict.outcome.status, verdict.outcome.about_content) == (Status.FAILED, about_content)


def test_silence_defers_only_what_surely_did_not_leave() -> None:
    assert only(Silence(nothing_left=True, reason="refused")) == Outcome(Status.DEFERRED, "refused")
    assert only(Silence(nothing_left=False, reason="late")) == Outcome(Status.IN_DOUBT, "late")


@pytest.mark.parametrize(
    ("to", "status"),
    [
        ([{"Email": "b@example.org", "MessageID": 7}], Status.IN_DOUBT),
        ([{"Email": "b@example.org"}, {"Email": "c@example.org"}], Status.IN_DOUBT),
        ([{"Email": "A@Example.org", "MessageID": 7}], Status.SENT),
        ([{"Email": "b@example.org"}, {"Email": "a@example.org"}], Status.SENT),
        ([{"MessageID": 7}], Status.SENT),
        ([{"Email": ""}, {"Email": 7}], Status.SENT),
        ([], Status.SENT),
        (None, Status.SENT),
    ],
)
def test_a_success_that_names_other_addresses_only_is_a_doubt(to: object, status: Status) -> None:
    assert only(an_answer({"Messages": [{"Status": "success", "To": to}]})).status is status
