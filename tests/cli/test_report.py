"""``report``: the mails that left, as Mailjet tells of them, counted in people's terms."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from click.testing import CliRunner, Result

from cagette_notify.cli import main
from cagette_notify.cli.session import now
from cagette_notify.core.formatting import long_day
from cagette_notify.core.notices import Status
from cagette_notify.ledger.connection import open_ledger
from tests.fixtures.builders import PARIS
from tests.fixtures.command import run
from tests.fixtures.coop import Coop
from tests.fixtures.departed import arrived, left
from tests.fixtures.mailjet_server import (
    Behaviour,
    MailjetServer,
    accept_then_drop,
    hang_before_reading,
    rubbish,
    status,
)
from tests.fixtures.raw_ledger import change
from tests.fixtures.terminal import Keyboard

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.fixtures.office import Office


NOW = now()
YESTERDAY = NOW - timedelta(days=1)
LAC = ["Les", "Paniers", "du", "Lac", "(lac)"]
COUNTS = ["left", "accepted", "bounced", "blocked", "spam", "waiting", "unknown"]


class Post(NamedTuple):
    """A co-op whose mail goes through a stand-in."""

    coop: Coop
    server: MailjetServer

    def report(self, *options: str) -> Result:
        return CliRunner().invoke(
            main, ["-c", str(self.coop.folder / "config.yaml"), "--lang", "en", "report", *options]
        )

    def document(self, *options: str) -> Any:
        return json.loads(self.report("--json", *options).stdout)

    def left(
        self, *addresses: str, day: str = "d1", at: datetime = YESTERDAY, status: str = "sent", state: int = 0
    ) -> None:
        """Let mails leave and arrive; an empty status: Mailjet never shows them."""
        custom_ids = left(self.coop.folder / "ledger.sqlite3", *addresses, at=at, day=day)
        for custom_id, address in zip(custom_ids, addresses, strict=True):
            if status:
                arrived(self.server, custom_id, address, at=at, status=status, state=state)


@pytest.fixture
def post(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    with MailjetServer() as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        extra = f"delivery: mailjet\nmailjet: {{api_url: '{server.url}', timeout: 1s}}\n"
        yield Post(Coop(tmp_path, extra=extra), server)


def everybody(count: int) -> list[str]:
    return [f"m{number}@example.org" for number in range(count)]


def test_it_says_how_many_were_accepted_and_of_which_notice(post: Post) -> None:
    post.left(*everybody(186))
    post.left("zoe@example.org", day="d2", status="softbounced", state=3)

    result = post.report()

    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0].startswith("186 of 187 accepted by the mail providers (mails that left since ")
    assert lines[1] == "bounced: 1, blocked: 0, reported as spam: 0, waiting: 0, no known fate: 0"
    assert [line.split() for line in lines[3:]] == [
        ["notice", "group", "distribution", *COUNTS],
        [line for line in lines[4].split() if set(line) == {"-"}],
        ["recap_24h", *LAC, "d2", "1", "0", "1", "0", "0", "0", "0"],
        ["recap_24h", *LAC, "Fri", "12", "Jun", "(d1)", "186", "186", "0", "0", "0", "0", "0"],
    ]


def test_json_is_one_document_with_every_key(post: Post) -> None:
    post.left("a@example.org", "b@example.org")
    post.left("zoe@example.org", day="d2", status="bounce", state=3, at=YESTERDAY - timedelta(days=1))
    post.left("zoe@example.org", day="d3", status="blocked", state=14)

    document = post.document()

    assert list(document) == ["since", "until", "counts", "in_doubt", "notices", "failing", "problems"]
    assert document["counts"] == dict.fromkeys(COUNTS, 0) | {
        "left": 4,
        "accepted": 2,
        "bounced": 1,
        "blocked": 1,
    }
    assert list(document["notices"][0]) == ["kind", "group", "distribution", "subject", *COUNTS]
    assert [one["distribution"] for one in document["notices"]] == ["d3", "d1", "d2"]
    assert document["failing"] == [
        {
            "address": "zoe@example.org",
            "failures": 2,
            "since": (YESTERDAY - timedelta(days=1)).isoformat(),
            "fate": "was not tried: Mailjet blocks the address as mails to it bounced lately",
        }
    ]
    assert document["problems"] == []


def test_who_fails_repeatedly_is_named_with_what_to_type(post: Post) -> None:
    for day in (1, 2, 3):
        at = NOW - timedelta(days=day)
        post.left("zoe@example.org", day=f"d{day}", at=at, status="hardbounced", state=1)

    text = post.report().stdout

    since = long_day((NOW - timedelta(days=3)).astimezone(PARIS).date(), "en")
    assert "Addresses that fail repeatedly:\n" in text
    assert f"  zoe@example.org: failures since {since}: 3; the last mail was sent back: " in text
    assert re.search(r"^    cagette-notify --config \S+ check-member zoe@example.org$", text, re.MULTILINE)
    assert "gets no more mail" not in text


@pytest.mark.parametrize("columns", [60, 80])
def test_on_a_terminal_its_sentences_end_at_words_and_who_fails_is_a_warning(
    post: Post, columns: int
) -> None:
    for day in (1, 2, 3):
        at = NOW - timedelta(days=day)
        post.left("zoe@example.org", day=f"d{day}", at=at, status="hardbounced", state=1)
    environ = {"COLUMNS": str(columns), "TERM": "xterm", "NO_COLOR": ""}
    with Keyboard(post.coop.folder, "--lang", "fr", "report", environ=environ) as keyboard:
        keyboard.ends()

    lines = re.sub(r"\x1b\[\d+m", "", keyboard.screen).splitlines()
    assert [line for line in lines if len(line) > columns and "cagette-notify" not in line] == []
    assert "\x1b[33m  zoe@example.org\xa0: échecs depuis" in keyboard.screen


def refused(post: Post, *days_ago: int, address: str = "zoe@example.org") -> None:
    ledger = post.coop.folder / "ledger.sqlite3"
    for day in days_ago:
        at = NOW - timedelta(days=day)
        left(ledger, address, at=at, day=f"refused-{day}", status=Status.FAILED)
    change(ledger, "UPDATE notices SET detail = 'mj-0013: no address' WHERE status = 'failed'")


def test_whom_mailjet_refuses_again_and_again_is_named(post: Post) -> None:
    refused(post, 3, 2, 1)
    nothing_left = post.report().stdout
    post.left("noel@example.org")
    text, document = post.report().stdout, post.document()

    since = NOW - timedelta(days=3)
    day = long_day(since.astimezone(PARIS).date(), "en")
    line = f"  zoe@example.org: failures since {day}: 3; the last mail was refused"
    assert line in nothing_left
    assert f"{line} by Mailjet: mj-0013: no address\n" in text
    assert "check-member zoe@example.org\n" in text
    assert document["failing"] == [
        {
            "address": "zoe@example.org",
            "failures": 3,
            "since": since.isoformat(),
            "fate": "was refused by Mailjet: mj-0013: no address",
        }
    ]


@pytest.mark.parametrize("what", ["refused once", "got one since", "for its text", "an alert"])
def test_who_is_not_refused_again_and_again_is_not_named(post: Post, what: str) -> None:
    refused(post, *([2] if what == "refused once" else [3, 2]))
    ledger = post.coop.folder / "ledger.sqlite3"
    if what == "got one since":
        post.left("ZOE@example.org")
    elif what == "for its text":
        change(ledger, "UPDATE notices SET about_content = 1")
    elif what == "an alert":
        change(ledger, "UPDATE notices SET kind = 'alert'")

    assert post.document()["failing"] == []


def test_who_is_newly_blocked_is_named_too(post: Post) -> None:
    post.left("zoe@example.org", status="blocked", state=20)

    line = "zoe@example.org gets no more mail: the last one was not tried"
    assert line in post.report().stdout
    (problem,) = post.document()["problems"]
    assert line in problem["message"]
    assert f"cagette-notify --config {post.coop.folder}/config.yaml check-member" in problem["message"]
    assert post.document()["failing"] == []


@pytest.mark.long
@pytest.mark.parametrize(
    ("accepted", "bounced", "compared"),
    [(999, 0, ""), (1000, 0, "100.0 %"), (999, 1, "99.9 %"), (994, 6, "99.4 %")],
)
def test_the_last_thousand_mails_are_compared_however_long_ago_they_left(
    post: Post, accepted: int, bounced: int, compared: str
) -> None:
    long_ago = NOW - timedelta(days=390)
    post.left(*[f"o{number}@example.org" for number in range(20 if compared else 0)], at=long_ago, day="d-1")
    post.left(*everybody(accepted - 10), at=NOW - timedelta(days=200), day="d0")
    post.left(*[f"b{number}@example.org" for number in range(bounced)], status="bounce", state=3)
    post.left(*everybody(10))

    text = post.report("--since", f"{NOW - timedelta(days=395):%Y-%m-%d}").stdout

    said = f"Cagette's documentation promises 99.5 %; of the last 1000 mails here: {compared}"
    assert (said in text) is bool(compared)


def test_messages_of_others_are_counted_nowhere(post: Post) -> None:
    post.left("zoe@example.org")
    for number in range(1200):
        arrived(post.server, f"other-{number}", "zoe@example.org", at=YESTERDAY, status="bounce", state=1)

    document = post.document()

    assert document["counts"] == dict.fromkeys(COUNTS, 0) | {"left": 1, "accepted": 1}
    assert document["failing"] == []


def test_a_filter_that_is_ignored_leaves_fates_unknown(post: Post) -> None:
    post.left("zoe@example.org", at=NOW - timedelta(minutes=30), status="")
    for number in range(12):
        arrived(post.server, f"other-{number}", "zoe@example.org", at=YESTERDAY, status="bounce", state=1)
    post.server.account.ignores_filters = True

    assert post.document()["counts"] == dict.fromkeys(COUNTS, 0) | {"left": 1, "unknown": 1}


def test_a_repeat_that_its_campaign_dropped_does_not_hide_the_first(post: Post) -> None:
    post.left("zoe@example.org", status="bounce", state=1)
    first = post.server.account.arrivals[0]
    arrived(post.server, first.custom_id, "zoe@example.org", at=NOW, status="blocked", state=15)

    assert post.document()["counts"]["bounced"] == 1


@pytest.mark.long
@pytest.mark.parametrize(
    "behaviour", [status(500), status(429), rubbish, hang_before_reading, status(200, {"Data": "no"})]
)
def test_mailjet_out_of_reach_is_said_and_what_is_known_is_counted(post: Post, behaviour: Behaviour) -> None:
    post.left("zoe@example.org", status="bounce", state=3)
    post.report()
    post.left("noel@example.org", day="d2")
    post.server.rest_script += [behaviour] * 2

    text, document = post.report(), post.report("--json")

    assert (text.exit_code, document.exit_code) == (1, 1)
    assert text.stderr.startswith("Mailjet can't be asked now: ")
    assert text.stdout.startswith("0 of 2 accepted by the mail providers")
    found = json.loads(document.stdout)
    assert (found["counts"]["bounced"], found["counts"]["unknown"]) == (1, 1)
    assert found["problems"][0]["message"] == text.stderr.strip()


def test_refused_keys_are_78_at_the_first_answer_and_what_is_known_is_counted(post: Post) -> None:
    post.left("zoe@example.org")
    post.server.credentials = ("other", "keys")

    result = post.report()

    assert result.exit_code == 78
    assert "Mailjet refuses the API keys (HTTP 401)" in result.stderr
    assert result.stdout.startswith("0 of 1 accepted by the mail providers")
    assert len(post.server.gets) == 1


def test_no_keys_are_78_and_what_is_known_is_counted(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    post.left("zoe@example.org")
    monkeypatch.delenv("MJ_APIKEY_PRIVATE")

    result = post.report("--json")

    assert (result.exit_code, post.server.gets) == (78, [])
    assert json.loads(result.stdout)["counts"]["left"] == 1


def test_offline_counts_what_is_known_and_asks_nobody(post: Post) -> None:
    post.left("zoe@example.org")
    post.report()
    asked = len(post.server.gets)
    post.left("noel@example.org", day="d2", status="")

    document = post.document("--offline")

    assert len(post.server.gets) == asked
    assert document["counts"] == dict.fromkeys(COUNTS, 0) | {"left": 2, "accepted": 1, "unknown": 1}
    assert document["problems"] == []


def test_mails_that_mailjet_never_shows_make_the_sender_suspect(post: Post) -> None:
    post.left("zoe@example.org", "noel@example.org", status="")

    result = post.report()

    assert result.exit_code == 0
    assert "Mailjet took the last mails (2) and knows nothing of them: perhaps noreply@mj" in result.stdout
    assert re.search(r"what to do: cagette-notify --config \S+ check$", result.stdout.rstrip())
    assert "knows nothing" not in post.report("--offline").stdout
    post.server.rest_script.append(status(500))
    assert "knows nothing" not in post.report().stdout


@pytest.mark.parametrize(("age", "count"), [(29, 1), (31, 0)])
def test_thirty_days_are_counted_unless_asked_otherwise(post: Post, age: int, count: int) -> None:
    post.left("zoe@example.org", at=NOW - timedelta(days=age))

    assert post.document()["counts"]["left"] == count
    assert post.document("--since", f"{NOW - timedelta(days=40):%Y-%m-%d}")["counts"]["accepted"] == 1
    assert post.document("--since", f"{NOW - timedelta(days=5):%d/%m/%Y}")["counts"]["left"] == 0


def test_since_is_a_day_of_the_co_ops(post: Post) -> None:
    assert post.document("--since", "2026-06-12")["since"] == "2026-06-11T22:00:00+00:00"


@pytest.mark.parametrize(("since", "said"), [("lately", "expected a date"), ("2199-01-01", "to come")])
def test_a_day_that_makes_no_sense_is_2_and_json_stays_json(post: Post, since: str, said: str) -> None:
    result = post.report("--since", since, "--json")

    assert result.exit_code == 2
    assert result.stderr.startswith("--since: ")
    assert said in result.stderr
    assert said in json.loads(result.stdout)["problems"][0]["message"]


def test_nothing_left_asks_nobody_and_begins_no_ledger(post: Post) -> None:
    result = post.report()

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("No mail has left since ")
    assert post.server.gets == []
    assert not (post.coop.folder / "ledger.sqlite3").exists()


def test_what_is_in_doubt_is_not_said_to_have_stayed(office: Office) -> None:
    office.server.script = [accept_then_drop]
    office.sends()

    said, document = office.invoke("report").stdout, json.loads(office.invoke("report", "--json").stdout)

    assert said.startswith("in doubt: 3, not known whether they left (tried since ")
    assert "No mail has left" not in said
    assert (document["in_doubt"], document["counts"]["left"]) == (3, 0)


def test_what_is_in_doubt_stands_beside_what_left(office: Office) -> None:
    office.sends()
    office.server.script = [accept_then_drop]
    office.at += timedelta(minutes=30)
    body = office.coop.write("lettre.md", "Bonjour,\n\nla salle est fermée.\n")
    office.invoke("broadcast", "lac", "-s", "Travaux", "--body", str(body), "--yes")

    said = office.invoke("report").stdout

    assert said.startswith("3 of 3 accepted")
    assert "\nin doubt: 4, not known whether they left" in said


def test_a_doubt_of_before_is_not_counted(office: Office) -> None:
    office.server.script = [accept_then_drop]
    office.sends()

    assert office.invoke("report", "--since", "2026-06-11T18:30").stdout.startswith("No mail has left since")


def test_under_the_outbox_nothing_was_mailed(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    left(coop.folder / "ledger.sqlite3", "zoe@example.org", "noel@example.org", at=NOW, account="outbox")

    text, document = run(tmp_path, "report"), run(tmp_path, "report", "--json")

    assert (text.returncode, text.stderr, document.returncode) == (0, "", 0)
    assert text.stdout.startswith("Nothing was mailed ('delivery: outbox'). Mails written to outbox since ")
    assert text.stdout.endswith(": 2.\n")
    assert json.loads(document.stdout)["counts"] == dict.fromkeys(COUNTS, 0)


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_under_the_outbox_no_page_is_written_and_that_is_said(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    coop = Coop(tmp_path)
    left(coop.folder / "ledger.sqlite3", "zoe@example.org", at=NOW, account="outbox")

    result = run(tmp_path, "report", "-o", "page.html", *options)

    assert (result.returncode, (tmp_path / "page.html").exists()) == (0, False)
    assert result.stderr.startswith("no page was written: ")
    assert "Nothing was mailed ('delivery: outbox')" in result.stdout


def test_a_ledger_that_cannot_be_used_is_65_and_json_stays_json(post: Post) -> None:
    post.coop.write("ledger.sqlite3", "no ledger at all")

    result = post.report("--json")

    assert result.exit_code == 65
    assert json.loads(result.stdout)["problems"][0]["file"] == str(post.coop.folder / "ledger.sqlite3")


def test_a_broadcast_is_named_by_its_subject(post: Post) -> None:
    post.coop.write("text.md", "Bonjour")
    config = str(post.coop.folder / "config.yaml")
    text = str(post.coop.folder / "text.md")
    subject = "Réunion de rentrée, salle des fêtes, vendredi soir"
    options = ["--subject", subject, "--body", text, "--yes"]
    sent = CliRunner().invoke(main, ["-c", config, "--lang", "en", "broadcast", "lac", *options])

    result = post.report()

    assert sent.exit_code == 0, sent.output
    assert "broadcast: Réunion de rentrée, salle des fêtes, ve…  Les Paniers du Lac (lac)" in result.stdout
    (notice,) = post.document()["notices"]
    assert (notice["subject"], notice["distribution"], notice["accepted"]) == (subject, None, 4)


def test_a_mail_that_is_still_in_doubt_has_not_left(post: Post) -> None:
    post.left("zoe@example.org")
    with open_ledger(post.coop.folder / "ledger.sqlite3") as ledger:
        ledger.rows("UPDATE notices SET status = 'in_doubt'", [])

    assert post.document()["counts"]["left"] == 0


def test_by_provider_the_domains_of_one_are_counted_together_and_few_addresses_are_others(post: Post) -> None:
    post.left(*(f"a{number}@orange.fr" for number in range(3)), *(f"b{n}@wanadoo.fr" for n in range(2)))
    post.left("c1@orange.fr", status="hardbounced", state=1)
    post.left(*(f"d{number}@gmail.com" for number in range(4)), "zoe@martin.example")

    text = post.report("--by", "provider").stdout
    document = post.document("--by", "provider")

    assert re.search(r"^Orange +6 +6 +5 +1 +0 ", text, re.MULTILINE)
    assert re.search(r"^others +5 +5 +5 +0 ", text, re.MULTILINE)
    assert "Gmail" not in text
    assert "martin.example" not in text
    rows = [(row["provider"], row["addresses"], row["left"], row["bounced"]) for row in document["providers"]]
    assert rows == [("Orange", 6, 6, 1), (None, 5, 5, 0)]


def test_of_whom_was_forgotten_no_provider_is_known(post: Post) -> None:
    post.left(*(f"a{number}@orange.fr" for number in range(5)))
    change(
        post.coop.folder / "ledger.sqlite3",
        "UPDATE notices SET address = 'forgotten-1', recipient = '' WHERE address = 'a0@orange.fr'",
    )

    (others,) = post.document("--by", "provider")["providers"]

    assert (others["provider"], others["left"], others["addresses"]) == (None, 5, 4)


def test_of_whom_was_forgotten_the_mails_count_and_none_as_an_address(post: Post) -> None:
    for day in range(4):
        post.left("zoe@martin.example", day=f"w{day}")
    ledger = post.coop.folder / "ledger.sqlite3"
    change(ledger, "UPDATE notices SET address = 'forgotten-' || id, recipient = ''")
    post.left(*(f"a{number}@orange.fr" for number in range(5)), day="w5")

    rows = post.document("--by", "provider")["providers"]

    assert [(row["provider"], row["left"], row["addresses"]) for row in rows] == [
        ("Orange", 5, 5),
        (None, 4, 0),
    ]


def a_season(post: Post) -> None:
    """Let mails leave for some weeks, of which Orange refused one, and one provider nobody knows."""
    for week in range(4):
        at = NOW - timedelta(days=7 * week + 1)
        post.left(*(f"a{number}@orange.fr" for number in range(20)), day=f"w{week}", at=at)
        post.left(*(f"b{number}@gmail.com" for number in range(30)), day=f"w{week}", at=at)
    post.left("claire.dupont@orange.fr", day="bad", status="bounce", state=9)
    post.server.account.arrivals[-1].history = [
        {
            "EventAt": 1,
            "EventType": "bounced",
            "Comment": "550 <claire.dupont@orange.fr>: Claire.Dupont OFR_417",
        }
    ]
    post.left("zoe@martin.example", day="bad", status="bounce", state=1)


def test_the_page_counts_by_week_and_by_provider_and_names_nobody(post: Post) -> None:
    a_season(post)
    file = post.coop.folder / "page.html"

    result = post.report("-o", str(file))

    page = file.read_text("utf-8")
    assert result.exit_code == 0
    assert file.stat().st_mode & 0o777 == 0o600
    assert "200 of 202 accepted by the mail providers" in page
    local = (NOW - timedelta(days=22)).astimezone(PARIS).isocalendar()
    assert f'<th scope="row">{local.week}/{local.year}</th><td>50</td><td>50</td>' in page
    assert '<th scope="row">Orange</th><td>81</td><td>80</td><td>1</td>' in page
    assert "Orange: 550 &lt;▒▒▒&gt;: ▒▒▒ OFR_417 (1)" in page
    for name in ("dupont", "Dupont", "zoe", "martin.example", "a1@", "<script", "http", "src="):
        assert name not in page
    assert page.count("<svg ") == 2
    assert "99.5 %</text>" in page


NAMES = """\
id;first_name;last_name;email;partner_first_name;partner_last_name;partner_email
1;Zoé;Le Goff;zlg@orange.fr;Jo;Dupré;jd@orange.fr
"""


def turned_away(post: Post, address: str, words: str) -> None:
    """Let a mail leave that its server refuses, saying ``words``."""
    post.left(address, day="bad", status="bounce", state=9)
    post.server.account.arrivals[-1].history = [{"EventAt": 1, "EventType": "bounced", "Comment": words}]


@pytest.mark.parametrize(
    ("address", "said", "shown"),
    [
        ("zlg@orange.fr", "550 GOFF, Zoe: la boite est pleine", "550 ▒▒▒, ▒▒▒: la boite est pleine"),
        ("zlg@orange.fr", "550 Zoé Le Goff", "550 ▒▒▒ ▒▒▒"),
        ("ZLG@orange.fr", "550 Mailbox of Jo Dupre is full", "550 Mailbox of ▒▒▒ ▒▒▒ is full"),
        ("marie.dupond75@orange.fr", "550 Dupond Marie has left", "550 ▒▒▒ ▒▒▒ has left"),
    ],
    ids=["turned about", "of two words", "a partner's", "of a former member, in the address"],
)
def test_the_page_has_no_name_that_stands_in_a_provider_s_words(
    post: Post, address: str, said: str, shown: str
) -> None:
    post.coop.write("members.csv", NAMES)
    post.left(*(f"a{number}@orange.fr" for number in range(20)))
    turned_away(post, address, said)
    file = post.coop.folder / "page.html"

    post.report("-o", str(file))

    assert f"<li>Orange: {shown} (1)</li>" in file.read_text("utf-8")


def test_where_a_list_cannot_be_read_no_words_stand_that_may_hold_a_name(post: Post) -> None:
    post.left(*(f"a{number}@orange.fr" for number in range(20)))
    turned_away(post, "zlg@orange.fr", "550 GOFF, Zoe: la boite est pleine")
    (post.coop.folder / "members.csv").unlink()
    file = post.coop.folder / "page.html"

    result = post.report("-o", str(file))

    page = file.read_text("utf-8")
    assert result.exit_code == 0
    assert "pleine" not in page
    assert re.search(r"<li>Orange: .+ \(1\)</li>", page)


def charts(post: Post) -> list[list[tuple[str, str]]]:
    """Return where each name at the foot of the page's charts begins, or its middle is, and the name."""
    file = post.coop.folder / "page.html"
    since = (NOW - timedelta(days=200)).date().isoformat()
    post.report("-o", str(file), "--since", since)
    drawings = file.read_text("utf-8").split("<svg ")[1:]
    return [re.findall(r'<text x="([\d.]+)" .+?>([^<%]+)</text>', one) for one in drawings]


def test_each_provider_s_bar_has_its_name(post: Post) -> None:
    domains = ["orange.fr", "gmail.com", "free.fr", "laposte.net", "sfr.fr", "hotmail.fr", "yahoo.fr"]
    for domain in domains:
        post.left(*(f"a{number}@{domain}" for number in range(5)), day=domain)

    _weeks, providers = charts(post)

    names = {name for _place, name in providers}
    assert names == {"Orange", "Gmail", "Free", "La Poste", "SFR", "Outlook", "Yahoo"}


def test_of_many_weeks_some_are_named_and_the_first_is_not_cut(post: Post) -> None:
    for week in range(24):
        post.left("zoe@example.org", day=f"w{week}", at=NOW - timedelta(days=7 * week + 1))

    weeks, _providers = charts(post)

    first = (NOW - timedelta(days=7 * 23 + 1)).astimezone(PARIS).isocalendar()
    assert len(weeks) == 6
    assert weeks[0] == ("0.0", f"{first.week}/{first.year}")


def test_what_arrived_and_was_called_spam_is_not_said_to_have_stayed_away(post: Post) -> None:
    post.left("zoe@example.org", status="spam")
    file = post.coop.folder / "page.html"

    post.report("-o", str(file))

    page = file.read_text("utf-8")
    assert "<td>1</td></tr>" in page
    assert "did not arrive" not in page


def test_in_french_per_cent_have_a_comma(post: Post) -> None:
    post.left(*everybody(990))
    post.left(*[f"b{number}@example.org" for number in range(10)], status="bounce", state=3)
    file = post.coop.folder / "page.html"

    told = post.report("-o", str(file), "--lang", "fr").stdout

    said = "promet 99,5 % ; ici, sur les 1000 derniers e-mails : 99,0 %"
    page = file.read_text("utf-8")
    assert (said in told.replace("\xa0", " "), said in page.replace("\xa0", " ")) == (True, True)
    assert "99,5 %</text>" in page


def test_a_file_that_is_there_is_not_written_over(post: Post) -> None:
    post.left("zoe@example.org")
    file = post.coop.write("page.html", "mine")

    result = post.report("-o", str(file))

    assert result.exit_code == 2
    assert "is there already, and stays as it is" in result.stderr
    assert file.read_text() == "mine"


def test_offline_the_page_asks_nobody_and_says_what_is_known(post: Post) -> None:
    a_season(post)
    post.report()
    asked = len(post.server.gets)

    post.report("--offline", "-o", str(post.coop.folder / "page.html"))

    assert len(post.server.gets) == asked
    page = (post.coop.folder / "page.html").read_text("utf-8")
    assert "OFR_417" not in page
    assert "Orange: " in page
