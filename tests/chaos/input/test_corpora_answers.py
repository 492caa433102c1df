"""Odd documents that others collected, as what Mailjet's servers, or a proxy before them, answer."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from cagette_notify.delivery.mailjet.transport import MailjetTransport
from tests.chaos.input.corpora import everything, some
from tests.chaos.input.desk import Said, typed
from tests.fixtures.coop import A_DAY_BEFORE, Coop
from tests.fixtures.mailjet_account import error
from tests.fixtures.mailjet_server import Behaviour, Call, MailjetServer
from tests.fixtures.office import MAILJET

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.chaos.conftest import Tried

LATER = A_DAY_BEFORE + timedelta(minutes=30)
LAST = A_DAY_BEFORE + timedelta(minutes=60)
SHORT = tuple(case for case in everything() if len(case.raw) < 400)
STATUSES = (200, 201, 400, 413, 500, 502)  # the others stop a run at the first


class Post:
    """A co-op whose every mail is a call of its own, so that each meets an answer of its own."""

    def __init__(self, folder: Path, server: MailjetServer) -> None:
        self.coop = Coop(folder, extra=MAILJET.format(url=server.url), environ=server.environment)
        self.server = server

    def has(self, count: int) -> None:
        """Give the co-op so many members, an order each."""
        numbers = range(count)
        members = "".join(f"{number};Ana;ana{number}@example.org\n" for number in numbers)
        self.coop.write("members.csv", "id;first_name;email\n" + members)
        orders = "".join(f"{number};d1;Tomates;2\n" for number in numbers)
        self.coop.write("orders.csv", "member;distribution;product;quantity\n" + orders)

    def runs(self, *options: str, later: bool = False) -> Said:
        """Run send-due, at a time on which its clock and Mailjet's agree."""
        at = LATER if later else A_DAY_BEFORE
        self.server.clock = self.server.account.clock = at.timestamp
        return typed(self.coop, "send-due", *options, at=at, seconds=900)

    def copies(self) -> Counter[str]:
        """Count what arrived, by address."""
        return Counter(copy.address for copy in self.server.delivered)


@pytest.fixture
def post(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    monkeypatch.setattr(MailjetTransport, "batch", 1)
    with MailjetServer(tls=False, clock=A_DAY_BEFORE.timestamp) as server:
        yield Post(tmp_path, server)


def once(count: int) -> Counter[str]:
    return Counter(f"ana{number}@example.org" for number in range(count))


def answers(raw: bytes, code: int = 200, *, accepting: bool, header: bytes = b"") -> Behaviour:
    """Answer with odd bytes, the mails taken or not."""

    def odd(call: Call) -> None:
        if accepting:
            call.answer()
        else:
            call.read()
        head = f"HTTP/1.1 {code} Odd\r\nContent-Type: application/json\r\nContent-Length: {len(raw)}\r\n"
        call.write(head.encode() + header + b"\r\n" + raw)

    return odd


def accepts(change: Callable[[dict[str, Any], str], object], text: str) -> Behaviour:
    """Take the mails, and say so in a document in which one value is odd."""

    def odd(call: Call) -> None:
        code, document = call.answer()
        change(document, text)
        call.reply(code, document)

    return odd


def refuses(values: dict[str, Any]) -> Behaviour:
    """Refuse the one mail of a call in odd words."""

    def odd(call: Call) -> None:
        call.read()
        refusal = error("mj-0013", "no", "To[0].Email") | values
        call.reply(400, {"Messages": [{"Status": "error", "Errors": [refusal]}]})

    return odd


def test_an_odd_answer_leaves_a_doubt_that_ends_with_one_copy(
    post: Post, full: bool, tried_cases: Tried
) -> None:
    odd = some(everything(), 90, full=full)
    post.has(len(odd))
    post.server.script = [
        answers(case.raw, STATUSES[at % len(STATUSES)], accepting=at % 2 == 0) for at, case in enumerate(odd)
    ]

    first = post.runs("--json")

    assert (first.status, json.loads(first.stdout)["counts"]["in_doubt"]) == (1, len(odd))
    assert post.runs(later=True).status == 0
    assert post.copies() == once(len(odd))
    tried_cases(odd)


def test_an_odd_header_loses_and_doubles_nothing(post: Post, full: bool, tried_cases: Tried) -> None:
    odd = some(everything(), 60, full=full)
    post.has(len(odd))
    names = (b"X-Odd: ", b"Date: ", b"", b"Transfer-Encoding: ", b"Content-Encoding: ", b"Location: ")
    post.server.script = [
        answers(b"{}", accepting=True, header=names[at % len(names)] + case.raw + b"\r\n")
        for at, case in enumerate(odd)
    ]

    assert post.runs().status == 1
    assert post.runs(later=True).status == 0
    assert post.copies() == once(len(odd))
    tried_cases(odd)


CHANGES: dict[str, Callable[[dict[str, Any], str], object]] = {
    "Messages": lambda document, text: document.update(Messages=text),
    "entry": lambda document, text: document.update(Messages=[text]),
    "Status": lambda document, text: document["Messages"][0].update(Status=text),
    "CustomID": lambda document, text: document["Messages"][0].update(CustomID=text),
    "To": lambda document, text: document["Messages"][0].update(To=text),
    "MessageID": lambda document, text: document["Messages"][0]["To"][0].update(MessageID=text),
    "a key of its own": lambda document, text: document.update({text: text}),
}


@pytest.mark.parametrize("place", CHANGES)
def test_an_odd_value_in_a_good_answer_loses_and_doubles_nothing(
    post: Post, full: bool, place: str, tried_cases: Tried
) -> None:
    odd = some(SHORT, 15, full=full)
    post.has(len(odd))
    post.server.script = [accepts(CHANGES[place], case.text) for case in odd]

    assert post.runs("--json").status in {0, 1}
    assert post.runs("--json", later=True).status == 0
    assert post.copies() == once(len(odd))
    assert typed(post.coop, "log", at=LAST).status == 0
    tried_cases(odd)


@pytest.mark.parametrize(
    "key", ["ErrorMessage", "ErrorCode", "ErrorRelatedTo", "ErrorIdentifier", "StatusCode"]
)
def test_a_refusal_in_odd_words_is_said_in_a_line_each(
    post: Post, full: bool, key: str, tried_cases: Tried
) -> None:
    odd = some(SHORT, 15, full=full)
    post.has(len(odd) + 1)
    post.server.script = [refuses({key: case.text}) for case in odd]

    said = post.runs()

    assert (said.status, len(post.server.delivered)) == (1, 1)
    assert len(said.complaints) == len(odd)
    assert post.runs(later=True).status in {0, 1}
    assert len(post.server.delivered) == 1
    assert typed(post.coop, "log", at=LAST).status == 0
    tried_cases(odd)


def test_a_look_up_that_is_answered_oddly_waits(post: Post, full: bool, tried_cases: Tried) -> None:
    odd = some(everything(), 480 if full else 6, full=False)
    post.has(1)
    post.server.script = [answers(b"", 500, accepting=True)]
    post.runs()
    for at, case in enumerate(odd):
        post.server.rest_script = [answers(case.raw, (200, 500, 404)[at % 3], accepting=False)] * 2

        assert post.runs(later=True).status == 1, case

    post.server.rest_script = []
    assert post.runs(later=True).status == 0
    assert post.copies() == once(1)
    tried_cases(odd)


def test_check_member_calls_odd_answers_unknown(post: Post, full: bool, tried_cases: Tried) -> None:
    odd = some(everything(), 480 if full else 6, full=False)
    post.has(1)
    for at, case in enumerate(odd):
        post.server.rest_script = [answers(case.raw, (200, 500, 404)[at % 3], accepting=False)] * 5

        said = typed(post.coop, "check-member", "ana0@example.org", "--json", at=LATER)

        (member,) = json.loads(said.stdout)["members"]
        found = {check["id"]: check["status"] for check in member["checks"]}
        assert (said.status, found["last_messages"]) == (0, "unknown"), case
    tried_cases(odd)


@pytest.mark.parametrize("key", ["status", "subject", "custom_id", "history"])
def test_odd_words_in_mailjets_records_reach_no_terminal(
    post: Post, full: bool, key: str, tried_cases: Tried
) -> None:
    odd = some(SHORT, 120 if full else 3, full=False)
    post.has(1)
    post.runs()
    (arrival,) = post.server.account.arrivals
    for case in odd:
        arrival.status, arrival.state = "bounced", 1
        words: Any = case.text
        if key == "history":
            words = [{"EventAt": case.text, "EventType": case.text, "Comment": case.text, "State": case.text}]
        setattr(arrival, key, words)

        typed(post.coop, "check-member", "ana0@example.org", "-v", at=LATER)
        typed(post.coop, "report", at=LATER)
    tried_cases(odd)
