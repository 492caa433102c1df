"""Once, whatever the server does: whole runs against Mailjet's API over TLS, counted at the mailboxes."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import pytest

from cagette_notify.core.kinds import Kind
from cagette_notify.core.notices import Status
from cagette_notify.run.exit_status import exit_status_of
from tests.fixtures.coop import A_DAY_BEFORE, DISTRIBUTIONS, Coop, counted
from tests.fixtures.mailjet_server import (
    Behaviour,
    MailjetServer,
    accept,
    accept_then,
    accept_then_drop,
    accept_then_hang,
    chokes_on,
    drop_before_reading,
    empty_messages,
    hang_before_reading,
    mixed,
    redirect,
    rubbish,
    short_messages,
    status,
    whole_call_error,
    wrong_types,
)
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cagette_notify.run.run_report import RunReport

EVERYBODY = ["maelle@example.org", "noel@example.org", "zoe@example.org"]
SETTLED = timedelta(minutes=10)
SECOND = timedelta(seconds=1)


class Post(NamedTuple):
    """A co-op whose mail goes through a stand-in, and the time it is there."""

    coop: Coop
    server: MailjetServer
    times: list[datetime]

    def run(self, after: timedelta = timedelta(0), **request: object) -> RunReport:
        self.times[0] += after
        return self.coop.run(self.times[0], **request)

    @property
    def arrived(self) -> Counter[str]:
        return Counter(copy.address for copy in self.server.delivered)

    @property
    def statuses(self) -> set[Status]:
        return {entry.status for entry in self.coop.entries(account="mailjet")}


@pytest.fixture
def post(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    times = [A_DAY_BEFORE]
    with MailjetServer(clock=lambda: times[0].timestamp()) as server:  # noqa: PLW0108 - the time moves on
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        extra = (
            "delivery: mailjet\n"
            f"mailjet: {{api_url: '{server.url}', timeout: 1s, settle_after: 10m, parallel: 2}}\n"
        )
        coop = Coop(tmp_path, extra=extra, environ=server.environment)
        coop.run(utc("2026-06-10T18:30"))
        yield Post(coop, server, times)


def test_every_address_gets_its_copy_and_no_second_one(post: Post) -> None:
    first, second = post.run(), post.run(SETTLED)

    assert (counted(first), exit_status_of(first)) == ({"sent": 3, "skipped": 1}, 0)
    assert (counted(second), exit_status_of(second)) == ({"skipped": 4}, 0)
    assert post.arrived == Counter(EVERYBODY)
    assert len(post.server.posts) == 1
    (message,) = {len(copy.message["To"]) for copy in post.server.delivered}
    assert message == 1


@pytest.mark.dear
@pytest.mark.parametrize(
    ("behaviour", "outcome", "exit_status"),
    [
        (accept_then_hang, "in_doubt", 1),
        (accept_then_drop, "in_doubt", 1),
        (accept_then(502), "in_doubt", 1),
        (drop_before_reading, "in_doubt", 1),
        (hang_before_reading, "in_doubt", 1),
        (status(429), "deferred", 75),
        (status(500), "in_doubt", 1),
        (status(503), "in_doubt", 1),
        (status(401), "deferred", 78),
        (status(403), "deferred", 78),
        (status(404), "deferred", 78),
        (status(400), "in_doubt", 1),
        (redirect(), "deferred", 78),
        (rubbish, "in_doubt", 1),
        (empty_messages, "in_doubt", 1),
        (short_messages, "in_doubt", 1),
        (wrong_types, "in_doubt", 1),
    ],
    ids=lambda value: getattr(value, "__qualname__", str(value)),
)
def test_whatever_the_server_does_one_post_leaves_and_one_copy_arrives(
    post: Post, behaviour: Behaviour, outcome: str, exit_status: int
) -> None:
    post.server.script.append(behaviour)

    first = post.run()

    assert (counted(first), exit_status_of(first)) == ({outcome: 3, "skipped": 1}, exit_status)
    assert len(post.server.posts) == 1
    for _run in range(3):
        last = post.run(SETTLED)
    assert post.arrived == Counter(EVERYBODY)
    assert (post.statuses, exit_status_of(last)) == ({Status.SENT}, 0)


def test_mixed_results_are_read_one_by_one(post: Post) -> None:
    post.server.script.append(mixed("zoe@example.org"))

    first, second = post.run(), post.run(SETTLED)

    assert (counted(first), exit_status_of(first)) == ({"sent": 2, "failed": 1, "skipped": 1}, 1)
    assert "zoe@example.org: refused" in first.news[0]
    assert (counted(second), second.news, exit_status_of(second)) == ({"skipped": 3}, (), 0)
    assert post.arrived == Counter(EVERYBODY[:2])


def test_a_call_that_one_mail_spoils_is_halved_until_that_mail_is_alone(post: Post) -> None:
    post.server.script += [chokes_on("zoe@example.org")] * 10

    report = post.run()

    assert counted(report) == {"sent": 2, "failed": 1, "skipped": 1}
    assert post.arrived == Counter(EVERYBODY[:2])


def test_a_refused_text_is_tried_again_once_it_changes(post: Post) -> None:
    post.server.script += [whole_call_error()] * 5

    refused, same = post.run(), post.run(SETTLED)
    post.server.script.clear()
    post.coop.replace("distributions.yaml", "19:30", "20:00")
    changed = post.run(SETTLED)

    assert counted(refused) == {"failed": 3, "skipped": 1}
    assert counted(same) == {"skipped": 1}
    assert counted(changed) == {"sent": 3, "skipped": 1}


def test_nothing_listening_defers_everything(post: Post) -> None:
    closed = "http://127.0.0.1:9/"
    post.coop.replace("config.yaml", post.server.url, closed)

    first = post.run()
    post.coop.replace("config.yaml", closed, post.server.url)
    second = post.run(SETTLED)

    assert (counted(first), exit_status_of(first)) == ({"deferred": 3, "skipped": 1}, 75)
    assert counted(second)["sent"] == 3
    assert post.arrived == Counter(EVERYBODY)


def test_a_certificate_that_nobody_trusts_defers_everything(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    monkeypatch.delenv("CURL_CA_BUNDLE", raising=False)

    report = post.run()

    assert (counted(report), exit_status_of(report)) == ({"deferred": 3, "skipped": 1}, 75)
    assert post.server.posts == []


def test_wrong_keys_stop_the_run_and_cost_nobody_their_mail(post: Post) -> None:
    post.server.credentials = ("other", "keys")

    first, second = post.run(), post.run(SETTLED)
    post.server.credentials = ("public-key", "private-key")
    mended = post.run(SETTLED)

    assert {exit_status_of(first), exit_status_of(second)} == {78}
    assert counted(mended)["sent"] == 3
    assert post.arrived == Counter(EVERYBODY)
    assert "private-key" not in "".join(first.news)


def test_a_slow_down_makes_no_more_calls_in_this_run(post: Post) -> None:
    rows = "".join(f"m{n};;;m{n}@example.org;;\n" for n in range(200))
    post.coop.write("members.csv", "id;first_name;last_name;email;partner_first_name;partner_email\n" + rows)
    orders = "".join(f"m{n};d1;Pain;1;5\n" for n in range(200))
    post.coop.write("orders.csv", "member;distribution;product;quantity;price\n" + orders)
    post.server.script += [status(429)] * 10

    first = post.run()
    calls = len(post.server.posts)
    post.server.script.clear()
    second = post.run(SETTLED)

    assert (counted(first), exit_status_of(first)) == ({"deferred": 200}, 75)
    assert calls <= 3
    assert counted(second) == {"sent": 200}
    assert set(post.arrived.values()) == {1}


@pytest.mark.parametrize("senders", [{}, {"noreply@mj.cagette.net": "Inactive"}, {"*@cagette.net": "Active"}])
def test_an_unknown_sender_stops_the_run_before_the_first_claim(post: Post, senders: dict[str, str]) -> None:
    post.server.account.senders = senders

    report = post.run()

    assert (counted(report), exit_status_of(report)) == ({"skipped": 1}, 78)
    assert post.coop.entries(account="mailjet") == []
    assert post.server.posts == []


def test_a_validated_domain_is_as_good_as_the_address(post: Post) -> None:
    post.server.account.senders = {"*@MJ.cagette.net": "Active"}

    assert counted(post.run())["sent"] == 3


def test_a_sender_nobody_can_look_up_is_said_and_mail_leaves(post: Post) -> None:
    post.server.rest_script.append(status(500))

    report = post.run()

    assert (counted(report)["sent"], exit_status_of(report)) == (3, 0)
    assert "can't tell" in report.news[0]


def test_the_sender_is_looked_up_once_a_day(post: Post) -> None:
    def look_ups() -> int:
        return sum("sender" in request.path for request in post.server.gets)

    post.run()
    post.coop.replace("members.csv", "zoe@", "zoe2@")
    post.run(SETTLED)
    assert look_ups() == 1
    post.coop.replace("members.csv", "zoe2@", "zoe3@")
    post.run(timedelta(hours=23, minutes=30))
    assert look_ups() == 1


def test_a_doubt_is_sent_again_in_its_campaign_only_after_the_index_had_time(post: Post) -> None:
    post.server.script.append(drop_before_reading)

    first = post.run()
    early = post.run(SETTLED - timedelta(seconds=1))
    again = post.run(timedelta(seconds=1))

    assert counted(first) == {"in_doubt": 3, "skipped": 1}
    assert counted(early) == {"in_doubt": 3, "skipped": 1}
    assert counted(again) == {"sent": 3, "skipped": 1}
    claimed = {entry.custom_id for entry in post.coop.entries(account="mailjet")}
    assert set(post.server.posts[-1].custom_ids) == claimed


@pytest.mark.dear
def test_an_index_that_lags_longer_than_we_wait_still_delivers_once(post: Post) -> None:
    post.server.script.append(accept_then_hang)
    post.server.account.index_lag = 3600

    post.run()
    again = post.run(SETTLED)

    assert counted(again)["sent"] == 3
    assert post.arrived == Counter(EVERYBODY)


def test_a_look_up_that_answers_with_other_peoples_mail_loses_nothing(post: Post) -> None:
    post.server.script.append(drop_before_reading)
    for number in range(12):
        post.server.account.remember(f"somebody-elses-{number}")
    post.server.account.ignores_filters = True

    post.run()
    for _run in range(2):
        post.run(SETTLED)

    assert post.arrived == Counter(EVERYBODY)


def test_a_look_up_that_fails_waits(post: Post) -> None:
    post.server.script.append(drop_before_reading)
    post.run()
    post.server.rest_script += [status(500)] * 4

    waiting = post.run(SETTLED)
    post.server.rest_script.clear()
    later = post.run(SETTLED)

    assert (counted(waiting), exit_status_of(waiting)) == ({"in_doubt": 3, "skipped": 1}, 1)
    assert len(post.server.posts) == 2
    assert counted(later)["sent"] == 3
    assert post.arrived == Counter(EVERYBODY)


def test_a_doubt_that_is_too_late_has_expired(post: Post) -> None:
    post.server.script.append(drop_before_reading)
    post.run()

    report = post.run(timedelta(hours=24))

    assert counted(report) == {"expired": 3}
    assert post.arrived == Counter()


def test_a_mail_is_addressed_as_the_contract_says(post: Post) -> None:
    post.run()

    message = next(copy.message for copy in post.server.delivered if copy.address == "maelle@example.org")
    assert message["From"] == {"Email": "noreply@mj.cagette.net", "Name": "Les Paniers du Lac"}
    assert message["ReplyTo"] == {"Email": "coordination@paniersdulac.example", "Name": "Claire Fontaine"}
    assert message["Headers"]["Auto-Submitted"] == "auto-generated"
    assert message["DeduplicateCampaign"] is True
    (prefix,) = {value.split("-")[0] for value in (message["CustomID"], message["CustomCampaign"])}
    assert len(prefix) == 8
    assert "Bonjour Maëlle" in message["TextPart"]


def test_a_daily_quota_is_kept_and_the_rest_goes_tomorrow(post: Post) -> None:
    post.coop.replace("config.yaml", "parallel: 2", "parallel: 2, daily_quota: 2")

    first, second = post.run(), post.run(SETTLED)
    tomorrow = post.run(timedelta(hours=8))

    assert (counted(first), exit_status_of(first)) == ({"sent": 2, "deferred": 1, "skipped": 1}, 1)
    assert "daily quota of 2" in first.news[0]
    assert counted(second) == {"deferred": 1, "skipped": 3}
    assert counted(tomorrow)["sent"] == 1
    assert post.arrived == Counter(EVERYBODY)


@pytest.mark.parametrize("missing", ["orders.csv", "members.csv"])
def test_data_that_is_missing_for_a_while_drops_nothing_that_was_deferred(post: Post, missing: str) -> None:
    post.server.script.append(status(429))
    post.run()
    text = (post.coop.folder / missing).read_bytes()
    (post.coop.folder / missing).unlink()

    post.run(SETTLED)
    held = post.statuses
    post.coop.write(missing, text)
    post.run(SETTLED)

    assert held == {Status.DEFERRED}
    assert post.arrived == Counter(EVERYBODY)


def test_an_opening_that_is_off_and_on_again_is_a_mail_of_its_own(post: Post) -> None:
    two = DISTRIBUTIONS + DISTRIBUTIONS.replace("d1", "d2").replace("06-12", "06-13")
    later = two.replace("open_at: 2026-06-05 08:00", "open_at: 2026-06-11 18:00").replace(
        "06-10 20", "06-12 12"
    )
    post.coop.write("distributions.yaml", later)
    post.coop.write("orders.csv", "member;distribution;product;quantity\n")
    post.server.script.append(status(429))
    post.run()
    post.coop.write("distributions.yaml", later.replace("- id: d2\n", "- id: d2\n  cancelled: yes\n"))
    post.run(SETTLED)
    post.coop.write("distributions.yaml", later)

    again = post.run(SETTLED)

    assert counted(again)["sent"] == 4
    assert set(post.arrived.values()) == {2}


def test_corrections_to_an_address_two_members_had_both_arrive(post: Post) -> None:
    post.coop.write("members.csv", "id;first_name;email\n1;Zoé;a@example.org\n2;Noël;a@example.org\n")
    post.run()
    post.coop.write("members.csv", "id;first_name;email\n1;Zoé;z@example.org\n2;Noël;n@example.org\n")
    post.coop.replace("distributions.yaml", "2026-06-12 18:00", "2026-06-12 19:00")

    post.run(SETTLED)

    assert post.arrived["a@example.org"] == 2 + 2


@pytest.mark.dear
def test_doubts_that_end_well_do_not_vouch_for_a_shrunken_export(post: Post) -> None:
    post.coop.write("members.csv", "id;email\n" + "".join(f"{n};m{n}@example.org\n" for n in range(20)))
    post.coop.write("orders.csv", "member;distribution;product;quantity\n0;d1;Pain;1\n")
    post.run()
    post.coop.write("orders.csv", "member;distribution;product;quantity\n0;d1;Pain;1\n1;d1;Pain;1\n")
    post.server.script.append(accept_then_hang)
    post.run(SETTLED)
    post.coop.write("members.csv", "id;email\n0;m0@example.org\n1;m1@example.org\n2;m2@example.org\n")
    post.coop.write("orders.csv", "member;distribution;product;quantity\n2;d1;Pain;1\n")

    held, still_held = post.run(SETTLED), post.run(SETTLED)

    assert counted(held) == {"sent": 1}
    assert (exit_status_of(held), exit_status_of(still_held)) == (1, 1)
    assert "m2@example.org" not in post.arrived


def test_what_a_look_back_for_one_kind_put_off_is_owed_by_the_next_run(post: Post) -> None:
    rows = "".join(f"m{n};m{n}@example.org\n" for n in range(120))
    post.coop.write("members.csv", "id;email\n" + rows)
    post.coop.write("orders.csv", "member;distribution;product;quantity\n")
    opened = "open_at: 2026-06-09 18:30"
    post.coop.replace("distributions.yaml", "open_at: 2026-06-05 08:00", opened)
    post.coop.replace("distributions.yaml", "close_at: 2026-06-10 20:00", "close_at: 2026-06-12 12:00")
    post.coop.replace("config.yaml", "parallel: 2", "parallel: 1")
    post.server.script += [accept, status(429)]

    first = post.run(lookback=timedelta(hours=48), kinds=frozenset({Kind.OPENING}))
    second = post.run(SETTLED)

    assert counted(first) == {"sent": 50, "deferred": 70}
    assert counted(second)["sent"] == 70
    assert set(post.arrived.values()) == {1}


def test_keys_refused_while_a_doubt_is_looked_up_stop_the_run_at_the_first_answer(post: Post) -> None:
    post.server.script.append(drop_before_reading)
    post.run()
    post.server.credentials = ("other", "keys")
    before = len(post.server.gets)

    report = post.run(SETTLED)

    assert exit_status_of(report) == 78
    assert len(post.server.gets) - before == 1
    assert len(post.server.posts) == 1


def test_a_lost_doubt_of_a_group_whose_data_cannot_be_read_is_still_counted(post: Post) -> None:
    post.server.script.append(drop_before_reading)
    post.run()
    post.coop.replace("groups.yaml", "- id: lac", "- id: lac\n  members: lac.csv")
    post.coop.write("lac.csv", 'id;email\n1;"zoe\n')

    report = post.run(SETTLED)

    assert counted(report)["in_doubt"] == 3


@pytest.mark.long
@pytest.mark.parametrize(
    ("behaviour", "counts"),
    [
        (status(429), [{"deferred": 3, "in_doubt": 3}, {"sent": 3}, {}, {}]),
        (drop_before_reading, [{"in_doubt": 6}, {"in_doubt": 6}, {"sent": 3}, {}]),
    ],
)
def test_a_correction_after_a_lost_doubt_is_owed_until_it_has_left(
    post: Post, behaviour: Behaviour, counts: list[dict[str, int]]
) -> None:
    post.server.script += [drop_before_reading, behaviour]
    post.run()
    post.coop.replace("distributions.yaml", "2026-06-12", "2026-06-14")

    reports = [post.run(after) for after in (SETTLED, SETTLED - SECOND, SECOND, SETTLED)]

    assert [counted(report) for report in reports] == counts
    assert post.arrived == Counter(EVERYBODY)
    assert post.statuses == {Status.SENT, Status.DROPPED}


def test_a_run_for_one_group_does_not_call_the_doubts_of_another_mended(post: Post) -> None:
    post.coop.write("groups.yaml", "- {id: lac, name: Lac}\n- {id: mer, name: Mer}\n")
    post.coop.replace("members.csv", "partner_email\n", "partner_email;groups\n")
    post.coop.replace("members.csv", "zoe@example.org;;", "zoe@example.org;;;lac")
    post.server.script.append(drop_before_reading)
    post.run(says_once=True)

    other = post.run(SETTLED, groups=frozenset({"mer"}), says_once=True)

    assert not other.all_well_again
