"""Answers of Mailjet's shape with anything in them, put to what reads them."""

from __future__ import annotations

import json
from datetime import timezone
from typing import Any

import pytest
from hypothesis import strategies as st

from cagette_notify.core.messages import StopReason
from cagette_notify.core.notices import Status
from cagette_notify.delivery.mailjet import rest_rows as mailjet_records
from cagette_notify.delivery.mailjet.http_answer import HttpAnswer
from cagette_notify.delivery.mailjet.send_api import Asked, WholeCallError, outcomes_in
from tests.chaos.input.damage import attempt

JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
WORDS = st.sampled_from(
    ["success", "error", "sent", "mj-0013", "mj-0001", "c1", "To[0].Email", "From", "429", "15", "Active"]
)


def shaped(*keys: str, inner: st.SearchStrategy[Any] = JUNK) -> st.SearchStrategy[dict[str, Any]]:
    """Make objects that have some of Mailjet's keys, and in them anything."""
    return st.fixed_dictionaries({}, optional=dict.fromkeys(keys, inner | WORDS | st.integers(100, 600)))


ERRORS = shaped("ErrorCode", "ErrorMessage", "StatusCode", "ErrorRelatedTo")
ENTRIES = st.fixed_dictionaries(
    {"Status": WORDS | JUNK},
    optional={
        "CustomID": st.sampled_from(["c1", "c2"]) | JUNK,
        "Errors": st.lists(ERRORS | JUNK, max_size=2) | JUNK,
        "To": st.lists(shaped("MessageID") | JUNK, max_size=2) | JUNK,
    },
)
ANSWERS = st.builds(
    lambda status, document: HttpAnswer(status, json.dumps(document).encode()),
    st.sampled_from([200, 201, 302, 400, 401, 403, 404, 413, 429, 500, 503]),
    st.fixed_dictionaries({"Messages": st.lists(ENTRIES | JUNK, max_size=3)}) | ERRORS | JUNK,
)


@pytest.mark.dear
def test_whatever_mailjet_answers_no_mail_is_called_sent_or_refused_without_its_word(full: bool) -> None:
    def check(answer: HttpAnswer) -> None:
        verdict = outcomes_in(answer, [Asked("c1", "a"), Asked("c2", "b")])

        if isinstance(verdict, WholeCallError):
            assert answer.status in {400, 413}
            assert "ErrorCode" in answer.document()
            return
        entries: Any = answer.document().get("Messages")
        for at, outcome in enumerate(verdict):
            assert outcome.status is not Status.SENT or entries[at]["Status"] == "success"
            assert outcome.status is not Status.SENT or entries[at].get("CustomID") in {
                None,
                "",
                f"c{at + 1}",
            }
            assert outcome.status is not Status.FAILED or entries[at]["Status"] == "error"
            assert outcome.status is not Status.DEFERRED or outcome.stop in {
                StopReason.REFUSED,
                StopReason.SLOW_DOWN,
            }
        assert [type(outcome.detail) for outcome in verdict] == [str, str]

    attempt(check, ANSWERS, full=full, short=150)


def test_whatever_rows_mailjet_has_they_are_read_or_left(full: bool) -> None:
    keys = ("CustomID", "ID", "ArrivedAt", "Status", "StateID", "State", "Email", "EventAt", "Comment")
    flags = ("UnsubscribedAt", "IsSpamComplaining", "ContactAlt", "Subject")
    times = st.sampled_from(
        ["2026-06-11T16:05:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z", "24"]
    )
    rows = st.lists(shaped(*keys, *flags, inner=JUNK | times), max_size=3)

    def check(document: Any) -> None:
        found = mailjet_records.rows(HttpAnswer(200, json.dumps(document).encode())) or []
        outcome = mailjet_records.find_accepted(found, "c1")
        assert (outcome is not None) == any(row.get("CustomID") == "c1" for row in found)
        assert ("c1" in mailjet_records.active_senders(found)) == any(
            (row.get("Email"), row.get("Status")) == ("c1", "Active") for row in found
        )
        assert len(mailjet_records.last_comment(found).splitlines()) <= 1
        for row in found:
            mailjet_records.contact(row)
            fate = mailjet_records.fate(row)
            assert fate is None or fate.at.astimezone(timezone.utc).tzinfo

    attempt(check, st.fixed_dictionaries({"Data": rows}) | JUNK, full=full, short=150)
