"""What the coordination is told after a distribution, once, and how often what is counted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import pytest
from msgspec.structs import replace

from cagette_notify.config.load import Style
from cagette_notify.core.i18n import speaking
from cagette_notify.core.i18n import spoken as spoken_now
from cagette_notify.core.kinds import Kind
from cagette_notify.core.mailjet_fates import Fate
from cagette_notify.core.model import Contact
from cagette_notify.ledger.history import HistoryRecord
from cagette_notify.run import nothing_due as rest
from cagette_notify.run.exit_status import exit_status_of
from cagette_notify.run.nothing_due import nothing_can_be_due
from cagette_notify.run.operator_mail.summaries import is_summary_due, summary_at
from cagette_notify.run.operator_mail.summary_text import Summary, Unreached, content_of, summarize
from tests.fixtures.builders import a_distribution, a_group
from tests.fixtures.coop import A_DAY_BEFORE, ORDERS, Coop, counted
from tests.fixtures.mailjet_server import (
    Behaviour,
    MailjetServer,
    accept_then_drop,
    drop_before_reading,
    status,
)
from tests.fixtures.memory import utc
from tests.fixtures.raw_ledger import change, rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.fixtures.mailjet_account import Delivered

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
DUE = utc("2026-06-12T19:30")  # two hours after half past seven in Paris
BEGINS = utc("2026-06-12T16:00")
TOO_LATE = "the recap came too late: its orders came too late (orders.csv)"
WAITED = "the export of the orders was missing, too old, or in part illegible"
STYLE = Style(Contact("noreply@mj.cagette.net", "Cagette.net"), None)
LAC = a_group(name="Lac")
CONTACT = "coordination@paniersdulac.example"


class Office(NamedTuple):
    """A co-op that is told whom its recaps reached, and the stand-in they went through."""

    coop: Coop
    server: MailjetServer
    time_there: list[datetime]

    def run(self, at: datetime) -> None:
        self.time_there[0] = at
        self.coop.run(at, says_once=True)

    def fate(self, address: str, status_: str, state: int = 0) -> None:
        (arrival,) = (one for one in self.server.account.arrivals if one.address == address)
        arrival.status, arrival.state = status_, state

    @property
    def ledger(self) -> Path:
        return self.coop.folder / "ledger.sqlite3"

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What became of the summaries, by the ledger, oldest first."""
        query = "SELECT recipient, status FROM notices WHERE kind = 'summary' ORDER BY id"
        return [(to, status_) for to, status_ in rows(self.ledger, query)]

    @property
    def summaries(self) -> list[Delivered]:
        return [copy for copy in self.server.delivered if "-summary-" in copy.custom_id]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    times = [A_DAY_BEFORE]
    with MailjetServer(tls=False, clock=lambda: times[0].timestamp()) as server:  # noqa: PLW0108 - the time moves on
        extra = f"delivery: mailjet\nmailjet: {{api_url: '{server.url}', timeout: 1s}}\nsummary_to: contact\n"
        coop = Coop(tmp_path, extra=extra, environ=server.environment)
        coop.replace("groups.yaml", "  name:", "  language: en\n  name:")
        opened = Office(coop, server, times)
        opened.run(A_DAY_BEFORE - timedelta(hours=1))
        opened.run(A_DAY_BEFORE)
        yield opened


def test_two_hours_after_the_distribution_the_contact_is_told_once_whom_recaps_reached(
    office: Office,
) -> None:
    office.fate("zoe@example.org", "sent")
    office.fate("noel@example.org", "opened")
    office.fate("maelle@example.org", "bounce", 3)

    office.run(DUE - SECOND)
    before = office.summaries
    office.run(DUE)
    office.run(DUE + 10 * MINUTE)

    assert before == []
    (summary,) = office.summaries
    assert summary.address == CONTACT
    assert summary.message["Subject"] == "2 of 3 recaps accepted, Friday 12 June 2026 – Les Paniers du Lac"
    assert summary.message["TextPart"].splitlines()[:7] == [
        "Recaps of the distribution of Friday 12 June 2026: 3 left.",
        "Accepted by the mail providers: 2.",
        "Not reached:",
        "- Noël Bœuf (maelle@example.org): was sent back: the mailbox was full",
        "",
        "You may want to tell them yourself, and to ask for an address that",
        "works. Whoever looks after these mails can find out more.",
    ]
    assert ">Noël Bœuf (maelle@example.org)" in summary.message["HTMLPart"]


@pytest.mark.parametrize("spoken", ["en", "fr"])
@pytest.mark.parametrize(
    ("language", "subject", "line"),
    [
        ("en", "2 of 3 recaps accepted, Friday 12 June 2026", "was sent back: the mailbox was full"),
        ("fr", "2 récapitulatifs acceptés sur 3, vendredi 12 juin 2026", "la boîte était pleine"),
    ],
)
def test_a_summary_is_in_the_group_s_language_whatever_the_run_speaks(
    office: Office, spoken: str, language: str, subject: str, line: str
) -> None:
    office.coop.replace("groups.yaml", "language: en", f"language: {language}")
    office.fate("maelle@example.org", "bounce", 3)

    with speaking(spoken):
        office.run(DUE)
        goes_on = spoken_now()

    (summary,) = office.summaries
    assert summary.message["Subject"].startswith(subject)
    assert line in summary.message["TextPart"]
    assert goes_on == spoken


@pytest.mark.parametrize(("behaviour", "posts"), [(status(429), 2), (drop_before_reading, 1)])
def test_what_surely_did_not_leave_is_tried_again_and_a_doubt_is_left_alone(
    office: Office, behaviour: Behaviour, posts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rest, "_SETTLED", 0)
    office.run(DUE - 10 * MINUTE)
    before = len(office.server.posts)
    office.server.script.append(behaviour)

    office.run(DUE)
    may_rest = nothing_can_be_due(office.coop.folder / "config.yaml", DUE + MINUTE)
    office.run(DUE + 2 * MINUTE)
    office.run(DUE + 3 * MINUTE)

    assert len(office.server.posts) - before == posts
    assert not may_rest


def test_nobody_rests_past_a_summary_that_is_due(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest, "_SETTLED", 0)
    config = office.coop.folder / "config.yaml"
    office.run(DUE - 40 * MINUTE)
    office.run(DUE - 30 * MINUTE)

    assert nothing_can_be_due(config, DUE - SECOND)
    assert not nothing_can_be_due(config, DUE)


def test_a_mailjet_that_cannot_be_asked_leaves_fates_unknown_and_the_summary_leaves(office: Office) -> None:
    office.server.rest_script += [status(500)] * 40

    office.run(DUE)

    (summary,) = office.summaries
    assert "Not known yet: 3." in summary.message["TextPart"]


def test_of_a_distribution_without_recaps_there_is_nothing_to_say(office: Office) -> None:
    office.coop.replace("distributions.yaml", "2026-06-12", "2026-06-22")
    office.coop.replace("orders.csv", ";2;2,50", ";0;2,50")
    office.coop.replace("orders.csv", ";1;12,50", ";0;12,50")

    office.run(DUE + timedelta(days=10))

    assert office.summaries == []


def test_recaps_that_left_before_it_was_put_off_are_counted_with_the_corrections(office: Office) -> None:
    for old, new in (("06-12", "06-15"), ("06-15", "06-22")):
        for at in ("starts_at", "ends_at"):
            office.coop.replace("distributions.yaml", f"{at}: 2026-{old}", f"{at}: 2026-{new}")
        office.run(BEGINS - (3 if old == "06-12" else 2) * timedelta(hours=1))

    office.run(DUE + timedelta(days=10))

    (summary,) = office.summaries
    assert "Recaps of the distribution of Monday 22 June 2026: 9 left." in summary.message["TextPart"]
    assert "Corrections among them, of an hour or a place: 6." in summary.message["TextPart"]


def test_recaps_of_what_took_place_are_not_counted_where_it_is_dated_anew(office: Office) -> None:
    office.run(DUE)
    for at in ("starts_at", "ends_at"):
        office.coop.replace("distributions.yaml", f"{at}: 2026-06-12", f"{at}: 2026-06-19")
    office.run(A_DAY_BEFORE + timedelta(days=7))

    office.run(DUE + timedelta(days=7))

    assert [one.message["TextPart"].splitlines()[0] for one in office.summaries][1:] == [
        "Recaps of the distribution of Friday 19 June 2026: 3 left."
    ]


@pytest.mark.parametrize(
    ("after", "is_in_time"),
    [(-SECOND, False), (0 * SECOND, True), (timedelta(days=3) - SECOND, True), (timedelta(days=3), False)],
)
def test_a_summary_is_due_for_three_days(after: timedelta, is_in_time: bool) -> None:
    distribution = a_distribution()

    assert is_summary_due(distribution, summary_at(distribution) + after) is is_in_time


def a_record(status_: str, reason: str = "", member: str = "1", custom_id: str = "id-1") -> HistoryRecord:
    return HistoryRecord(
        DUE, Kind.RECAP_24H, "lac", "d1", member, f"{member}@example.org", status_, reason, custom_id
    )


@pytest.mark.parametrize(
    ("record", "why"),
    [
        (a_record("failed", "no such address"), "no such address"),
        (a_record("expired"), "the recap came too late"),
        (a_record("in_doubt"), "nobody knows whether the recap left"),
        (a_record("skipped", "no_address"), "no address in the list of members"),
        (
            a_record("skipped", "waiting_for_orders"),
            "the export of the orders was missing, too old, or in part illegible",
        ),
    ],
)
def test_who_was_not_reached_is_named_with_the_reason(record: HistoryRecord, why: str) -> None:
    summary = summarize([record], {})

    assert [(one.member_id, one.why) for one in summary.unreached] == [("1", why)]
    text = content_of(STYLE, summary, LAC, "Friday", {"1": "Zoé"}).text
    assert f"- Zoé (1@example.org): {why}" in " ".join(text.split())


@pytest.mark.parametrize("reason", ["setting_off", "no_order", "already_sent", "superseded"])
def test_who_was_owed_nothing_is_not_named(reason: str) -> None:
    assert not summarize([a_record("skipped", reason)], {})


def test_both_recaps_of_one_member_are_two_mails_and_one_name() -> None:
    bounced = {id_: Fate(id_, "9", "1@example.org", DUE, "bounce", 3) for id_ in ("id-1", "id-2")}

    summary = summarize([a_record("sent"), a_record("sent", custom_id="id-2")], bounced)

    assert (summary.left, summary.accepted, len(summary.unreached)) == (2, 0, 1)


BOUNCED, ARRIVED = ("bounce", 3), ("sent", 0)


def summarized(newer: tuple[str, int], older: tuple[str, int], *, is_correction: bool = False) -> list[str]:
    """Name whom no recap reached, where these became of two to one address."""
    records = [
        replace(a_record("sent", custom_id="newer"), is_correction=is_correction),
        a_record("sent", custom_id="older"),
    ]
    fates = {
        id_: Fate(id_, "9", "1@example.org", DUE, *fate) for id_, fate in (("newer", newer), ("older", older))
    }
    return [one.why for one in summarize(records, fates).unreached]


@pytest.mark.parametrize(("newer", "older"), [(ARRIVED, BOUNCED), (BOUNCED, ARRIVED), (ARRIVED, ARRIVED)])
def test_whom_one_recap_reached_is_not_named_for_the_other(
    newer: tuple[str, int], older: tuple[str, int]
) -> None:
    assert summarized(newer, older) == []


@pytest.mark.parametrize(("newer", "older"), [(BOUNCED, BOUNCED), (("hardbounced", 1), BOUNCED)])
def test_whom_no_recap_reached_is_named_once_with_what_became_of_the_newest(
    newer: tuple[str, int], older: tuple[str, int]
) -> None:
    (why,) = summarized(newer, older)

    assert ("no such mailbox" in why) is (newer != older)


def test_whom_a_recap_reached_and_its_correction_did_not_is_named() -> None:
    assert len(summarized(BOUNCED, ARRIVED, is_correction=True)) == 1
    assert summarized(ARRIVED, BOUNCED, is_correction=True) == []


def test_an_address_that_was_corrected_is_not_named_once_a_recap_has_reached_the_household() -> None:
    records = [replace(a_record("sent", custom_id="new"), address="right@example.org"), a_record("failed")]
    fates = {"new": Fate("new", "9", "right@example.org", DUE, *ARRIVED)}

    assert not summarize(records, fates, {"1": ["right@example.org"]}).unreached
    both = summarize(records, fates, {"1": ["right@example.org", "1@example.org"]})
    assert [one.address for one in both.unreached] == ["1@example.org"]


def test_where_recaps_waited_for_orders_every_address_of_a_household_is_named() -> None:
    waited = a_record("skipped", "waiting_for_orders")

    summary = summarize([waited], {}, {"1": ["1@example.org", "partner@example.org"]})

    assert [one.address for one in summary.unreached] == ["1@example.org", "partner@example.org"]


def test_who_turns_out_to_have_no_order_is_not_named_for_having_waited() -> None:
    records = [a_record("skipped", "no_order"), a_record("skipped", "waiting_for_orders")]

    assert not summarize(records, {}).unreached
    assert len(summarize(records[::-1], {}).unreached) == 1


def test_what_is_known_of_a_recap_that_came_too_late_is_said() -> None:
    (late,) = summarize([a_record("expired", "a row could not be read: orders.csv:3")], {}).unreached

    assert late.why == "the recap came too late: a row could not be read: orders.csv:3"


@pytest.mark.parametrize(
    ("orders", "why"),
    [
        (ORDERS, {"Zoé": TOO_LATE, "Noël": TOO_LATE}),
        ("member;distribution;product;quantity\n2;d1;Pain;1\n", {"Noël": TOO_LATE}),
        ("member;distribution;product;quantity\n", {"Zoé": WAITED, "Noël": WAITED, "Léa": WAITED}),
    ],
)
def test_who_waited_for_orders_that_came_too_late_is_named_if_they_have_one(
    tmp_path: Path, orders: str, why: dict[str, str]
) -> None:
    coop = Coop(tmp_path, extra="summary_to: contact\n")
    coop.replace("groups.yaml", "  name:", "  language: en\n  name:")
    (tmp_path / "orders.csv").unlink()
    for at in (A_DAY_BEFORE - timedelta(hours=1), A_DAY_BEFORE, BEGINS - 10 * MINUTE):
        coop.run(at, says_once=True)
    coop.write("orders.csv", orders)
    for at in (BEGINS, DUE):
        coop.run(at, says_once=True)

    (summary,) = (mail for mail in coop.mails() if mail["To"].addresses[0].addr_spec == CONTACT)

    body = summary.get_body(("plain",))
    assert body is not None
    said_of = "\n".join(body.get_content().splitlines()).partition("\n\n")[0]
    said = [" ".join(one.split()).split(maxsplit=1) for one in said_of.split("\n- ")[1:]]
    assert {name: rest.partition("): ")[2] for name, rest in said} == why


@pytest.mark.parametrize(
    ("names", "days"),
    [
        (("Légumes", "Viande"), {"Friday 12 June 2026 (Légumes)", "Friday 12 June 2026 (Viande)"}),
        (("Paniers", "Paniers"), {"Friday 12 June 2026 (d1)", "Friday 12 June 2026 (d2)"}),
        (("", "Viande"), {"Friday 12 June 2026 (d1)", "Friday 12 June 2026 (Viande)"}),
        (("Légumes", None), {"Friday 12 June 2026"}),
    ],
)
def test_two_distributions_of_one_day_are_told_apart(
    tmp_path: Path, names: tuple[str, str | None], days: set[str]
) -> None:
    coop = Coop(tmp_path, extra="summary_to: contact\n")
    coop.replace("groups.yaml", "  name:", "  language: en\n  name:")
    first = (tmp_path / "distributions.yaml").read_text("utf-8") + f"  name: {names[0]}\n"
    second = first.replace("id: d1", "id: d2").replace(f"name: {names[0]}", f"name: {names[1]}")
    coop.write("distributions.yaml", first if names[1] is None else first + second)
    (tmp_path / "orders.csv").write_text(ORDERS + "1;d2;Poulet;1;9\n", encoding="utf-8")
    for at in (A_DAY_BEFORE - timedelta(hours=1), A_DAY_BEFORE, DUE):
        coop.run(at, says_once=True)

    summaries = [mail for mail in coop.mails() if mail["To"].addresses[0].addr_spec == CONTACT]

    said = [str(mail["Subject"]).partition(" written, ")[2].partition(" – ")[0] for mail in summaries]
    assert {*said} == days
    for mail, day in zip(summaries, said, strict=True):
        body = mail.get_body(("plain",))
        assert body
        assert f"distribution of {day}:" in " ".join(body.get_content().split())


def test_of_files_nobody_says_that_they_were_not_accepted(tmp_path: Path) -> None:
    coop = Coop(tmp_path, extra="summary_to: contact\n")
    coop.replace("groups.yaml", "  name:", "  language: en\n  name:")
    for at in (A_DAY_BEFORE - timedelta(hours=1), A_DAY_BEFORE, DUE):
        coop.run(at, says_once=True)

    (summary,) = (mail for mail in coop.mails() if mail["To"].addresses[0].addr_spec == CONTACT)

    body = summary.get_body(("plain",))
    assert summary["Subject"] == "3 recaps written, Friday 12 June 2026 – Les Paniers du Lac"
    assert body is not None
    said, foot = body.get_content().split("----")[0], body.get_content().split("----")[-1]
    assert " ".join(said.split()) == (
        "Recaps of the distribution of Friday 12 June 2026: 3 written to the outbox. "
        "Nothing left this machine."
    )
    assert "because you are the contact of Les Paniers du Lac." in " ".join(foot.split())


@pytest.mark.parametrize(
    ("is_of_outbox", "subject"),
    [
        (True, "3 recaps and corrections written, Friday – Lac"),
        (False, "0 of 3 recaps and corrections accepted, Friday – Lac"),
    ],
)
def test_corrections_are_counted_as_such(subject: str, *, is_of_outbox: bool) -> None:
    records = [
        replace(a_record("sent", custom_id=f"id-{number}"), is_correction=number > 1) for number in (1, 2, 3)
    ]

    content = content_of(STYLE, summarize(records, {}, is_of_outbox=is_of_outbox), LAC, "Friday", {})

    assert content.subject == subject
    assert "Corrections among them, of an hour or a place: 2." in content.text


@pytest.mark.parametrize("is_of_outbox", [True, False])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_contact_is_told_whom_to_tell_and_no_command_to_type(language: str, *, is_of_outbox: bool) -> None:
    with speaking(language):
        summary = summarize([a_record("expired")], {}, is_of_outbox=is_of_outbox)
        content = content_of(STYLE, summary, LAC, "Friday", {"1": "Zoé"})

    text = " ".join(content.text.split())
    said = {
        "fr": ("Personnes non jointes : - Zoé", "les prévenir vous-même"),
        "en": ("Not reached: - Zoé", "tell them yourself"),
    }[language]
    assert [part in text.replace("\u00a0", " ") for part in said] == [True, True]
    assert "cagette-notify" not in content.text + content.html


def test_names_cannot_break_out_of_the_page() -> None:
    content = content_of(STYLE, summarize([a_record("expired")], {}), LAC, "Friday", {"1": "<b>Zoé"})

    assert "&lt;b&gt;Zoé" in content.html


def test_a_summary_is_claimed_and_settled_like_all_mail(office: Office) -> None:
    office.run(DUE)

    ((status_, custom_id, group, distribution),) = rows(
        office.ledger,
        "SELECT status, custom_id, group_id, distribution_id FROM notices WHERE kind = 'summary'",
    )
    assert (status_, group, distribution) == ("sent", "lac", "d1")
    assert [one.custom_id for one in office.summaries] == [custom_id]


def test_a_summary_in_doubt_is_looked_up_and_found(office: Office) -> None:
    office.server.script.append(accept_then_drop)
    office.run(DUE)
    before = office.kept

    office.run(DUE + 11 * MINUTE)

    assert (before, office.kept) == ([(CONTACT, "in_doubt")], [(CONTACT, "sent")])
    assert len(office.summaries) == 1


def test_a_summary_that_is_not_found_is_dropped_and_never_sent_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rest, "_SETTLED", 0)
    office.server.script.append(drop_before_reading)
    posts = len(office.server.posts) + 1
    config = office.coop.folder / "config.yaml"

    found = []
    for minutes in (0, 5, 11, 22):
        office.run(DUE + minutes * MINUTE)
        found.append((office.kept, nothing_can_be_due(config, DUE + minutes * MINUTE + SECOND)))

    in_doubt, dropped = [(CONTACT, "in_doubt")], [(CONTACT, "dropped")]
    assert found == [(in_doubt, False), (in_doubt, False), (dropped, True), (dropped, True)]
    assert (len(office.server.posts), office.summaries) == (posts, [])


@pytest.mark.parametrize("then", [(1, 12), (12, 20)])
@pytest.mark.parametrize(
    ("behaviour", "copies", "end"), [(accept_then_drop, 1, "sent"), (drop_before_reading, 0, "dropped")]
)
def test_a_run_that_died_after_its_claim_leaves_a_doubt_and_no_second_summary(
    office: Office, behaviour: Behaviour, copies: int, end: str, then: tuple[int, ...]
) -> None:
    office.server.script.append(behaviour)
    office.run(DUE)
    change(
        office.ledger,
        "UPDATE notices SET status = 'claimed', settled_at = NULL WHERE kind = 'summary';"
        " DELETE FROM marks WHERE name = 'said'",
    )

    for minutes in then:
        office.run(DUE + minutes * MINUTE)

    assert office.kept == [(CONTACT, end)]
    assert len(office.summaries) == copies


def test_a_summary_that_was_put_off_goes_to_whoever_is_the_contact_by_then(office: Office) -> None:
    office.server.script.append(status(429))
    office.run(DUE)
    office.coop.replace("groups.yaml", CONTACT, "claire@example.org")

    office.run(DUE + 10 * MINUTE)
    office.run(DUE + 20 * MINUTE)

    assert office.kept == [(CONTACT, "dropped"), ("claire@example.org", "sent")]


def test_what_was_put_off_until_it_interests_nobody_waits_no_longer(office: Office) -> None:
    office.server.script += [status(429)] * 9
    office.run(DUE)

    office.run(DUE + timedelta(days=3))

    assert office.kept == [(CONTACT, "dropped")]


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("distributions.yaml", "id: d1", "id: d1\n  cancelled: maybe"),
        ("groups.yaml", CONTACT, "coordination@"),
    ],
)
def test_what_was_put_off_outlasts_a_slip_of_the_pen(
    office: Office, name: str, right: str, wrong: str
) -> None:
    office.server.script.append(status(429))
    office.run(DUE)
    office.coop.replace(name, right, wrong)
    office.run(DUE + 10 * MINUTE)
    office.coop.replace(name, wrong, right)

    office.run(DUE + 20 * MINUTE)

    assert office.kept == [(CONTACT, "sent")]


def test_what_was_put_off_outlasts_a_clock_that_goes_back(office: Office) -> None:
    office.server.script.append(status(429))
    office.run(DUE)
    office.run(DUE - 10 * MINUTE)

    office.run(DUE + 10 * MINUTE)

    assert office.kept == [(CONTACT, "sent")]


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("distributions.yaml", "id: d1", "id: d1\n  cancelled: yes"),
        ("config.yaml", "summary_to: contact\n", ""),
    ],
)
def test_what_was_put_off_and_is_not_wanted_any_more_waits_no_longer(
    office: Office, name: str, old: str, new: str
) -> None:
    office.server.script.append(status(429))
    office.run(DUE)
    office.coop.replace(name, old, new)

    office.run(DUE + 10 * MINUTE)

    assert office.kept == [(CONTACT, "dropped")]


def test_a_run_for_another_group_leaves_what_was_put_off(office: Office) -> None:
    office.server.script.append(status(429))
    office.run(DUE)
    groups = (office.coop.folder / "groups.yaml").read_text(encoding="utf-8")
    office.coop.write("groups.yaml", groups + "- {id: mer, name: La Mer}\n")

    office.coop.run(DUE + MINUTE, says_once=True, groups=frozenset({"mer"}))

    assert office.kept == [(CONTACT, "deferred")]


def test_a_summary_is_in_no_count_and_no_list_of_the_notices(office: Office) -> None:
    office.server.script.append(status(429))
    office.time_there[0] = DUE

    report = office.coop.run(DUE, says_once=True)

    assert (counted(report), report.lines, report.news, exit_status_of(report)) == ({}, (), (), 0)
    assert office.kept == [(CONTACT, "deferred")]
    assert {entry.key.kind for entry in office.coop.entries("d1", account="mailjet")} == {Kind.RECAP_24H}


@pytest.mark.parametrize(
    ("left", "is_of_outbox", "subject", "line"),
    [
        (0, True, "0 récapitulatif écrit", "0 écrit dans"),
        (1, True, "1 récapitulatif écrit", "1 écrit dans"),
        (2, True, "2 récapitulatifs écrits", "2 écrits dans"),
        (0, False, "0 récapitulatif accepté sur 0", "0 parti."),
        (2, False, "0 récapitulatif accepté sur 2", "2 partis."),
    ],
)
def test_in_french_none_is_counted_as_one_is(
    left: int, subject: str, line: str, *, is_of_outbox: bool
) -> None:
    summary = Summary(left=left, unreached=(Unreached("1", "", ""),), is_of_outbox=is_of_outbox)

    with speaking("fr"):
        content = content_of(STYLE, summary, LAC, "vendredi", {})

    assert content.subject == f"{subject}, vendredi – Lac"
    assert line in content.text
