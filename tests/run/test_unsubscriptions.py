"""Who unsubscribes with Mailjet's link gets no more of what they pressed, and all the rest."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from click.testing import CliRunner, Result

from cagette_notify.cli import main
from cagette_notify.core.kinds import OPERATOR_KINDS, Kind
from cagette_notify.core.notices import Reason
from tests.fixtures.coop import A_DAY_BEFORE, DISTRIBUTIONS, OPENED, ORDERS, Coop
from tests.fixtures.mailjet_server import MailjetServer, accept, drop_before_reading, status
from tests.fixtures.memory import utc
from tests.fixtures.raw_ledger import change, rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cagette_notify.run.run_report import RunReport
    from tests.fixtures.mailjet_account import Arrival

HOUR = timedelta(hours=1)
ZOE, NOEL, MAELLE = "zoe@example.org", "noel@example.org", "maelle@example.org"
PRESSED = "2026-06-06T10:00:00Z"


@dataclass
class Village:
    """A co-op of which Noël and Maëlle share an account, and the account at Mailjet."""

    coop: Coop
    server: MailjetServer
    clock: list[datetime]

    def run(self, at: datetime) -> RunReport:
        self.clock[0] = at
        return self.coop.run(at)

    def types(self, at: datetime, *command: str) -> Result:
        self.clock[0] = at
        config = str(self.coop.folder / "config.yaml")
        with time_machine.travel(at, tick=False):
            return CliRunner(env=dict(self.coop.environ)).invoke(
                main, ["-c", config, "--lang", "en", *command]
            )

    def mail_to(self, address: str, number: int = -1) -> Arrival:
        """Return one of the mails that Mailjet took for an address."""
        return [one for one in self.server.account.arrivals if one.address == address][number]

    def presses(self, address: str, *mails: Arrival, at: str = PRESSED) -> None:
        self.server.account.unsubscribe(address, at, *mails)

    def got(self, kind: str) -> list[str]:
        """Return who was written to, by the ledger, with mails of a kind."""
        query = f"SELECT address FROM notices WHERE kind = '{kind}' AND status = 'sent' ORDER BY address"
        return [address for (address,) in rows(self.coop.folder / "ledger.sqlite3", query)]

    def kept(self) -> list[tuple[str, str, str]]:
        query = "SELECT address, at, kinds FROM unsubscribed ORDER BY address, at"
        return [tuple(row) for row in rows(self.coop.folder / "ledger.sqlite3", query)]

    def why_not(self, report: RunReport, address: str) -> list[str]:
        return [line.reason for line in report.lines if line.address == address and line.status == "skipped"]


@pytest.fixture
def village(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Village]:
    clock = [OPENED]
    with MailjetServer(clock=lambda: datetime.timestamp(clock[0])) as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        extra = f"delivery: mailjet\nmailjet: {{api_url: '{server.url}', timeout: 1s}}\n"
        yield Village(Coop(tmp_path, extra=extra, environ=server.environment), server, clock)


def asked(village: Village) -> int:
    return sum("/contact?" in get.path for get in village.server.gets)


def test_pressed_on_an_opening_stops_openings_and_no_recap(village: Village) -> None:
    village.run(OPENED)
    village.presses(ZOE, village.mail_to(ZOE))

    village.run(A_DAY_BEFORE)

    assert village.kept() == [(ZOE, "2026-06-06T10:00:00+00:00", "opening")]
    assert ZOE in village.got("recap_24h")


def test_the_next_opening_is_not_theirs(village: Village) -> None:
    village.run(OPENED)
    others = village.got("opening")
    village.presses(ZOE, village.mail_to(ZOE))
    village.coop.replace("distributions.yaml", "2026-06-", "2026-07-")

    report = village.run(OPENED + timedelta(days=30))

    assert village.why_not(report, ZOE) == [Reason.UNSUBSCRIBED.value]
    assert village.got("opening") == sorted([*others, *(one for one in others if one != ZOE)])


def test_pressed_on_a_recap_stops_that_kind_for_that_address_of_the_household(village: Village) -> None:
    village.coop.replace("config.yaml", "delivery", "notices: {recap_4h: {default: yes}}\ndelivery")
    village.run(A_DAY_BEFORE)
    village.presses(NOEL, village.mail_to(NOEL), at="2026-06-11T17:00:00Z")

    village.run(A_DAY_BEFORE + timedelta(hours=20))
    village.coop.replace("distributions.yaml", "2026-06-", "2026-07-")
    report = village.run(A_DAY_BEFORE + timedelta(days=30))

    assert village.kept() == [(NOEL, "2026-06-11T17:00:00+00:00", "recap_24h")]
    assert NOEL in village.got("recap_4h"), "another kind"
    assert Reason.UNSUBSCRIBED.value in village.why_not(report, NOEL)
    assert village.got("recap_24h").count(MAELLE) == 2, "the other of the household"


@pytest.mark.long
@pytest.mark.parametrize("is_others", [True, False])
def test_of_a_mail_that_may_be_anybody_s_recaps_still_come(village: Village, *, is_others: bool) -> None:
    village.run(OPENED)
    mail = [village.server.account.remember("a-newsletter", ZOE)] if is_others else []
    village.presses(ZOE, *mail)

    village.run(A_DAY_BEFORE)

    assert village.kept() == [(ZOE, "2026-06-06T10:00:00+00:00", "closing|duty_vacant|opening")]
    assert ZOE in village.got("recap_24h")


@pytest.mark.long
@pytest.mark.parametrize(
    ("is_seen_later", "kinds"), [(True, "opening"), (False, "closing|duty_vacant|opening")]
)
def test_of_a_press_of_this_hour_the_mail_may_show_up_later(
    village: Village, kinds: str, *, is_seen_later: bool
) -> None:
    village.run(OPENED)
    mail = village.mail_to(ZOE)
    village.presses(ZOE, at="2026-06-11T15:05:01Z")
    village.run(A_DAY_BEFORE)
    at_first = village.kept()
    mail.status = "unsub" if is_seen_later else "sent"
    village.coop.replace("members.csv", "noel@", "leon@")

    village.run(A_DAY_BEFORE + HOUR)

    assert (at_first, village.kept()) == ([], [(ZOE, "2026-06-11T15:05:01+00:00", kinds)])


def test_a_press_of_this_hour_whose_mail_is_known_is_obeyed_at_once(village: Village) -> None:
    village.run(OPENED)
    village.presses(ZOE, village.mail_to(ZOE), at="2026-06-11T16:04:59Z")

    village.run(A_DAY_BEFORE)

    assert village.kept() == [(ZOE, "2026-06-11T16:04:59+00:00", "opening")]


@pytest.mark.long
@pytest.mark.parametrize(("at", "is_ours"), [("06:04:59", False), ("06:05:00", True), ("06:05:01", True)])
def test_what_was_pressed_before_anything_of_ours_came_is_not_ours_to_obey(
    village: Village, at: str, *, is_ours: bool
) -> None:
    village.run(OPENED)
    village.run(A_DAY_BEFORE)
    village.presses(ZOE, at=f"2026-06-05T{at}Z")
    village.coop.replace("distributions.yaml", "2026-06-", "2026-07-")

    report = village.run(OPENED + timedelta(days=30))

    assert [address for address, _at, _kinds in village.kept()] == [ZOE] * is_ours
    assert village.why_not(report, ZOE) == [Reason.UNSUBSCRIBED.value] * is_ours


def test_whom_the_ledger_never_wrote_to_is_not_kept(village: Village) -> None:
    village.run(OPENED)
    village.presses("stranger@example.org")

    village.run(A_DAY_BEFORE)

    assert village.kept() == []


def test_a_filter_that_mailjet_ignores_stops_nobody_else(village: Village) -> None:
    village.run(OPENED)
    village.presses(NOEL, at="")
    village.server.account.ignores_filters = True

    village.run(A_DAY_BEFORE)

    assert village.kept() == []


def test_it_is_asked_before_the_first_claim_and_once_an_hour(village: Village) -> None:
    village.run(OPENED)
    assert asked(village) == 1
    village.coop.replace("members.csv", "noel@", "leon@")

    village.run(OPENED + HOUR - timedelta(seconds=1))
    again = asked(village)
    village.coop.replace("members.csv", "leon@", "lulu@")
    village.run(OPENED + HOUR)

    assert (again, asked(village)) == (1, 2)


def test_a_run_that_owes_nothing_asks_nothing(village: Village) -> None:
    village.run(OPENED - timedelta(days=2))

    assert asked(village) == 0


def test_ten_pages_are_read_at_most(village: Village) -> None:
    for number in range(11_500):
        village.presses(f"{number}@example.net")

    village.run(OPENED)

    assert asked(village) == 10


TROUBLE = "can't tell who has unsubscribed at Mailjet: "


def all_press_recaps(village: Village) -> None:
    """Let three unsubscribe from recaps, in an hour of which the mails are known."""
    village.run(A_DAY_BEFORE)
    for address in (ZOE, NOEL, MAELLE):
        village.presses(address, village.mail_to(address), at="2026-06-11T17:00:00Z")
    village.coop.replace("distributions.yaml", "2026-06-", "2026-07-")
    village.server.gets.clear()


def looked_up(village: Village) -> int:
    return sum("ContactAlt=" in get.path for get in village.server.gets)


def test_a_press_that_mailjet_tells_nothing_of_keeps_no_other_from_counting(village: Village) -> None:
    all_press_recaps(village)
    village.server.rest_script += [accept, status(500)]

    report = village.run(A_DAY_BEFORE + timedelta(days=30))

    assert [address for address, _at, _kinds in village.kept()] == [MAELLE, NOEL]
    assert [village.got("recap_24h").count(one) for one in (ZOE, NOEL, MAELLE)] == [2, 1, 1]
    assert [one for one in report.news if one.startswith(TROUBLE)]


def test_where_mailjet_falls_silent_what_it_told_before_counts(village: Village) -> None:
    all_press_recaps(village)
    village.server.rest_script += [accept, accept, drop_before_reading]

    report = village.run(A_DAY_BEFORE + timedelta(days=30))

    assert [address for address, _at, _kinds in village.kept()] == [ZOE]
    assert looked_up(village) == 2
    assert [village.got("recap_24h").count(one) for one in (ZOE, NOEL, MAELLE)] == [1, 2, 2]
    assert [one for one in report.news if one.startswith(TROUBLE)]


def sixty_who_read_an_opening(village: Village) -> list[str]:
    readers = [f"{number}@example.org" for number in range(60)]
    village.coop.write("members.csv", "\n".join(["id;email", *(f"{one};{one}" for one in readers), ""]))
    village.run(OPENED)
    return readers


def sixty_who_pressed_an_opening(village: Village) -> list[str]:
    readers = sixty_who_read_an_opening(village)
    for one in readers:
        village.presses(one, village.mail_to(one))
    village.server.gets.clear()
    return readers


def test_fifty_presses_are_looked_up_at_a_time_and_meanwhile_no_other_is_mailed_what_it_may_have_stopped(
    village: Village,
) -> None:
    readers = sixty_who_pressed_an_opening(village)
    village.coop.replace("distributions.yaml", "2026-06-", "2026-07-")

    report = village.run(OPENED + timedelta(days=30))
    at_first = [kinds for _address, _at, kinds in village.kept()]
    calls, (told,) = looked_up(village), news(village)
    a_letter(village, OPENED + timedelta(days=30, hours=1), "Fête", "--to", "coordinators")
    village.run(OPENED + timedelta(days=30, hours=1))

    assert calls == 50
    assert sorted(at_first) == sorted(["opening"] * 50 + ["closing|duty_vacant|opening"] * 10)
    assert village.got("opening") == sorted(readers)
    assert all(village.why_not(report, one) == [Reason.UNSUBSCRIBED.value] for one in readers)
    assert [kinds for _address, _at, kinds in village.kept()] == ["opening"] * 60
    assert [one.count("@example.org)") for one in (told, news(village)[-1])] == [50, 10]


def test_who_waits_to_be_looked_up_gets_within_the_hour_what_they_had_not_stopped(village: Village) -> None:
    readers = sixty_who_read_an_opening(village)
    a_letter(village, OPENED + HOUR, "Fête")
    for one in readers:
        village.presses(one, village.mail_to(one))
    village.coop.replace("distributions.yaml", "2026-06-", "2026-07-")

    village.run(OPENED + timedelta(days=30))
    at_first = len(village.got("opening"))
    village.run(OPENED + timedelta(days=30, hours=1))

    assert (at_first, len(village.got("opening"))) == (110, 120)


@pytest.mark.dear
def test_who_is_known_to_have_unsubscribed_is_looked_up_again_in_turn(village: Village) -> None:
    readers = sixty_who_pressed_an_opening(village)
    letters = [utc("2026-06-07T10:00") + hours * HOUR for hours in range(4)]
    for at in letters[:2]:
        a_letter(village, at, f"Fête {at}")
    for one in readers:
        village.presses(one, village.mail_to(one))

    for at in letters[2:]:
        village.server.gets.clear()
        a_letter(village, at, f"Fête {at}", "--to", "coordinators")
        assert looked_up(village) == 50

    assert [kinds for _address, _at, kinds in village.kept()].count("broadcast") == 60


@pytest.mark.parametrize("behaviour", [drop_before_reading, status(500)])
def test_out_of_reach_it_is_said_and_mails_leave(village: Village, behaviour: object) -> None:
    village.server.rest_script.append(behaviour)  # type: ignore[arg-type]

    report = village.run(OPENED)

    assert ZOE in village.got("opening")
    assert [one for one in report.news if one.startswith(TROUBLE)]


def test_refused_keys_stop_the_run_at_the_first_answer(village: Village) -> None:
    village.server.rest_script += [status(401)] * 9

    report = village.run(OPENED)

    assert (report.failure, len(village.server.gets), village.server.posts) == (78, 1, [])


def test_switched_on_again_it_counts_no_more_until_the_link_is_used_anew(village: Village) -> None:
    village.run(OPENED)
    first = village.mail_to(ZOE)
    village.presses(ZOE, first)
    village.run(A_DAY_BEFORE)
    shown = village.types(A_DAY_BEFORE, "notifications", ZOE)

    again = village.types(A_DAY_BEFORE + HOUR, "notifications", ZOE, "--on", "opening")

    assert f"{ZOE} gets no opening: unsubscribed with Mailjet's link on Saturday 6 June 2026." in shown.output
    assert f"{ZOE} had unsubscribed with Mailjet's link, and is written to again." in again.output
    assert "opens Contacts there" in again.output
    village.coop.replace("distributions.yaml", "2026-06-", "2026-07-")
    village.run(OPENED + timedelta(days=30))
    assert village.got("opening").count(ZOE) == 2
    village.presses(ZOE, first, village.mail_to(ZOE), at="2026-07-06T10:00:00Z")
    village.run(A_DAY_BEFORE + timedelta(days=30))
    assert village.kept()[-1] == (ZOE, "2026-07-06T10:00:00+00:00", "opening")
    after = village.types(A_DAY_BEFORE + timedelta(days=30, hours=1), "notifications", ZOE)
    assert "unsubscribed with Mailjet's link on Monday 6 July 2026" in after.output


@pytest.mark.long
@pytest.mark.parametrize("is_recorded_between", [False, True])
def test_each_mail_that_was_pressed_counts_though_mailjet_keeps_one_date(
    village: Village, *, is_recorded_between: bool
) -> None:
    village.run(OPENED)
    opening = village.mail_to(ZOE)
    a_letter(village, OPENED + HOUR, "Fête")
    letter = village.mail_to(ZOE)
    village.presses(ZOE, opening)
    if is_recorded_between:
        a_letter(village, utc("2026-06-07T10:00"), "Chantier", "--to", "coordinators")
        assert village.kept() == [(ZOE, "2026-06-06T10:00:00+00:00", "opening")]
    village.presses(ZOE, letter)

    village.run(A_DAY_BEFORE)

    assert village.kept() == [(ZOE, "2026-06-06T10:00:00+00:00", "broadcast|opening")]


def test_a_mail_that_came_after_mailjet_s_date_counts_from_when_it_came(village: Village) -> None:
    village.run(OPENED)
    village.presses(ZOE, village.mail_to(ZOE))
    a_letter(village, utc("2026-06-07T10:00"), "Fête")
    village.presses(ZOE, village.mail_to(ZOE))

    village.run(A_DAY_BEFORE)

    assert village.kept() == [
        (ZOE, "2026-06-06T10:00:00+00:00", "opening"),
        (ZOE, "2026-06-07T10:00:00+00:00", "broadcast"),
    ]


def test_of_whom_mailjet_has_an_older_date_our_mails_count_too(village: Village) -> None:
    village.run(OPENED)
    newsletter = village.server.account.remember("a-newsletter", ZOE)
    newsletter.at -= 7200
    village.presses(ZOE, newsletter, village.mail_to(ZOE, 0), at="2025-06-06T10:00:00Z")

    village.run(A_DAY_BEFORE)

    assert village.kept() == [(ZOE, "2026-06-05T06:05:00+00:00", "opening")]


def test_pressed_again_in_the_same_mail_it_stops_the_same_kind_again(village: Village) -> None:
    a_letter(village, OPENED, "Fête")
    letter = village.mail_to(ZOE)
    village.presses(ZOE, letter)
    a_letter(village, utc("2026-06-07T10:00"), "Chantier")
    village.types(utc("2026-06-07T12:00"), "notifications", ZOE, "--on", "broadcast")
    village.presses(ZOE, letter, at="2026-06-08T10:00:00Z")

    a_letter(village, utc("2026-06-09T10:00"), "Marché")

    assert village.kept()[1:] == [(ZOE, "2026-06-08T10:00:00+00:00", "broadcast")]
    assert village.got("broadcast").count(ZOE) == 1


def test_pressed_again_in_one_of_two_mails_what_either_was_counts(village: Village) -> None:
    village.run(OPENED)
    opening = village.mail_to(ZOE)
    a_letter(village, OPENED + HOUR, "Fête")
    village.presses(ZOE, opening, village.mail_to(ZOE))
    a_letter(village, utc("2026-06-07T10:00"), "Chantier")
    village.types(utc("2026-06-07T12:00"), "notifications", ZOE, "--on", "broadcast")
    village.presses(ZOE, at="2026-06-08T10:00:00Z")

    a_letter(village, utc("2026-06-09T10:00"), "Marché")

    assert village.kept()[1:] == [(ZOE, "2026-06-08T10:00:00+00:00", "broadcast|opening")]


@pytest.mark.long
@pytest.mark.parametrize("kind", ["opening", "broadcast"])
def test_as_it_is_switched_on_again_nothing_says_that_it_is_stopped_or_was_so_already(
    village: Village, kind: str
) -> None:
    village.run(OPENED)
    a_letter(village, OPENED + HOUR, "Fête")
    village.presses(ZOE, village.mail_to(ZOE, 0 if kind == "opening" else 1))
    a_letter(village, utc("2026-06-07T10:00"), "Chantier", "--to", "coordinators")

    said = village.types(utc("2026-06-07T12:00"), "notifications", ZOE, "--on", kind)
    again = village.types(utc("2026-06-07T12:30"), "notifications", ZOE, "--on", "recap_24h")

    assert "is written to again" in said.stdout
    assert not [one for one in ("gets no", "so it was already") if one in said.output]
    assert ("so it was already" in again.output, "is written to again" in again.output) == (True, False)


def test_what_was_switched_on_before_mailjet_could_be_asked_counts_too(village: Village) -> None:
    village.run(OPENED)
    village.presses(ZOE, village.mail_to(ZOE))
    village.types(utc("2026-06-06T12:00"), "notifications", ZOE, "--on", "opening")

    village.run(A_DAY_BEFORE)

    assert "unsubscribed" not in village.types(A_DAY_BEFORE + HOUR, "notifications", ZOE).output


def test_the_contact_hears_of_it_once(village: Village) -> None:
    village.run(OPENED)
    village.presses(ZOE, village.mail_to(ZOE))

    for hours in range(3):
        village.run(A_DAY_BEFORE + hours * HOUR)

    told = [one for one in village.server.delivered if "désinscrit" in one.subject]
    assert len(told) == 1
    assert ZOE in told[0].message["TextPart"]
    assert "notifications" in told[0].message["TextPart"]


def news(village: Village) -> list[str]:
    return [one.message["TextPart"] for one in village.server.delivered if "désinscrit" in one.subject]


def test_the_contact_hears_of_what_is_stopped_still(village: Village) -> None:
    village.run(OPENED)
    village.presses(ZOE, village.mail_to(ZOE))
    village.presses(NOEL)
    for address in (ZOE, NOEL):
        village.types(utc("2026-06-06T12:00"), "notifications", address, "--on", "opening")

    village.run(A_DAY_BEFORE)

    (told,) = news(village)
    assert ZOE not in told
    assert f"({NOEL}), le samedi 6 juin 2026\u00a0: fermeture, appel" in told


PIER = "- id: quai\n  name: Quai\n  members: pier.csv\n  contact: {name: Paul, email: paul@example.org}\n"


def with_the_pier(village: Village, extra: str = "") -> Path:
    """Let there be another group, with a list of its own, in which Noël is, too."""
    groups = village.coop.folder / "groups.yaml"
    village.coop.write("groups.yaml", f"{groups.read_text()}{PIER}{extra}")
    village.coop.replace("members.csv", "partner_email\n", "partner_email;groups\n")
    for line in (";zoe@example.org;;", "maelle@example.org", ";lea@example.org;;"):
        village.coop.replace("members.csv", line, f"{line};lac")
    return village.coop.write("pier.csv", f"id;email\n1;{NOEL}\n2;lulu@example.org\n")


def heard_by(village: Village, contact: str) -> list[str]:
    told = [one for one in village.server.delivered if "désinscrit" in one.subject]
    return [one.message["TextPart"] for one in told if one.address == contact]


@pytest.mark.dear
def test_the_contact_of_a_group_whose_list_cannot_be_read_waits_alone(village: Village) -> None:
    pier = with_the_pier(village)
    its_list = pier.read_bytes()
    village.run(OPENED)
    village.presses(NOEL, village.mail_to(NOEL))
    pier.unlink()

    for hours in range(2):
        village.run(A_DAY_BEFORE + hours * HOUR)
    at_first = heard_by(village, "paul@example.org")
    village.presses(ZOE, village.mail_to(ZOE, 0), at="2026-06-11T17:10:00Z")
    village.coop.write("pier.csv", its_list)
    a_letter(village, A_DAY_BEFORE + 2 * HOUR, "Fête", "--to", "coordinators")
    for hours in range(2, 4):
        village.run(A_DAY_BEFORE + hours * HOUR)

    assert at_first == []
    assert [NOEL in one for one in heard_by(village, "paul@example.org")] == [True]
    told = heard_by(village, "coordination@paniersdulac.example")
    assert [(NOEL in one, ZOE in one) for one in told] == [(True, False), (False, True)]


def test_nobody_waits_for_the_list_of_a_group_that_is_disabled(village: Village) -> None:
    with_the_pier(village, "  disabled: yes\n").unlink()
    village.run(OPENED)
    village.presses(ZOE, village.mail_to(ZOE))

    village.run(A_DAY_BEFORE)

    assert len(heard_by(village, "coordination@paniersdulac.example")) == 1
    assert rows(village.coop.folder / "ledger.sqlite3", "SELECT is_said FROM unsubscribed") == [(1,)]


def test_news_that_was_put_off_ends_where_all_was_switched_on_since(village: Village) -> None:
    village.run(OPENED)
    village.presses(ZOE, village.mail_to(ZOE))
    village.server.script += [accept, status(429)]
    village.run(A_DAY_BEFORE)
    query = "SELECT status FROM notices WHERE kind = 'summary'"
    at_first = rows(village.coop.folder / "ledger.sqlite3", query)
    village.types(A_DAY_BEFORE + HOUR, "notifications", ZOE, "--on", "opening")

    village.run(A_DAY_BEFORE + HOUR)

    assert (at_first, rows(village.coop.folder / "ledger.sqlite3", query)) == (
        [("deferred",)],
        [("dropped",)],
    )
    assert not news(village)


@pytest.mark.long
@pytest.mark.parametrize("kind", OPERATOR_KINDS)
def test_pressed_on_a_mail_to_those_who_run_the_service_stops_nothing_and_is_not_said(
    village: Village, kind: Kind
) -> None:
    village.coop.replace("groups.yaml", "coordination@paniersdulac.example", ZOE)
    village.run(OPENED)
    village.presses(NOEL, village.mail_to(NOEL))
    village.run(A_DAY_BEFORE)
    change(
        village.coop.folder / "ledger.sqlite3",
        f"UPDATE notices SET kind = '{kind.value}' WHERE kind = 'summary'",
    )
    village.presses(ZOE, village.mail_to(ZOE), at="2026-06-11T17:00:00Z")
    village.coop.replace("distributions.yaml", "2026-06-", "2026-07-")

    village.run(OPENED + timedelta(days=30))

    assert village.kept()[-1] == (ZOE, "2026-06-11T17:00:00+00:00", "")
    assert village.got("opening").count(ZOE) == 2
    assert len(news(village)) == 1
    said = village.types(OPENED + timedelta(days=30, hours=1), "check-member", ZOE, "--offline")
    assert "has stopped" not in said.output


def test_check_member_says_what_was_stopped_and_the_reply_too(village: Village) -> None:
    village.run(OPENED)
    village.presses(ZOE, village.mail_to(ZOE))
    village.run(A_DAY_BEFORE)

    said = village.types(A_DAY_BEFORE + HOUR, "check-member", ZOE, "--offline")

    assert f"{ZOE} has stopped opening with Mailjet's link (Saturday 6 June 2026)" in " ".join(
        said.output.split()
    )
    assert "--on opening" in said.output
    assert "Une désinscription a été enregistrée pour l’adresse" in said.output


@pytest.mark.parametrize("option", [(), ("--offline",)])
def test_the_reply_names_what_was_stopped_of_what_was_on(village: Village, option: tuple[str, ...]) -> None:
    village.run(OPENED)
    village.presses(ZOE)
    village.run(A_DAY_BEFORE)

    reply = village.types(A_DAY_BEFORE + HOUR, "check-member", ZOE, *option).output

    said = "dans un de nos messages. Elle concerne : l’annonce de l’ouverture des commandes. Si c’était"
    assert said in reply.replace("\u00a0", " ")


@pytest.mark.parametrize("is_on_since", [False, True])
def test_check_member_foretells_nothing_that_it_hears_to_be_stopped_and_keeps_nothing(
    village: Village, *, is_on_since: bool
) -> None:
    village.run(OPENED)
    village.run(A_DAY_BEFORE)
    village.presses(ZOE, village.mail_to(ZOE), at="2026-06-11T18:00:00Z")
    if is_on_since:
        village.types(utc("2026-06-11T19:00"), "notifications", ZOE, "--on", "recap_24h")
    village.coop.write(
        "distributions.yaml",
        DISTRIBUTIONS + DISTRIBUTIONS.replace("id: d1", "id: d2").replace("2026-06-1", "2026-06-2"),
    )
    village.coop.write("orders.csv", ORDERS + "1;d2;Tomates;2;2,50\n2;d2;Panier;1;12,50\n")

    shown = village.types(utc("2026-06-21T18:00"), "check-member", ZOE, "--json").output
    of_noel = village.types(utc("2026-06-21T18:00"), "check-member", NOEL, "--json").output

    ahead = [
        [one for one in json.loads(each)["members"][0]["upcoming"] if one["kind"] == "recap_24h"]
        for each in (shown, of_noel)
    ]
    assert [{one["status"] for one in those} for those in ahead] == [
        {"will_send"} if is_on_since else set(),
        {"will_send"},
    ]
    assert village.kept() == []


@pytest.mark.parametrize("kind", ["opening", "recap_24h"])
def test_what_check_member_has_just_heard_is_switched_on_as_what_a_run_heard(
    village: Village, kind: str
) -> None:
    village.run(OPENED)
    village.run(A_DAY_BEFORE)
    village.presses(ZOE, village.mail_to(ZOE, 0 if kind == "opening" else 1), at="2026-06-11T18:00:00Z")
    at = utc("2026-06-11T19:00")

    said = " ".join(village.types(at, "check-member", ZOE).output.split())
    switched = " ".join(village.types(at, "notifications", ZOE, "--on", kind).output.split())

    assert f"{ZOE} has stopped {kind} with Mailjet's link" in said
    assert f"notifications lac/1 --on {kind}" in said
    assert "It changes nothing" not in switched
    assert "whether Mailjet still keeps it is told by: cagette-notify" in switched
    assert switched.endswith("check-member lac/1")
    assert village.kept() == []


@pytest.mark.long
@pytest.mark.parametrize("option", [(), ("--offline",)])
def test_switched_on_and_taken_back_at_mailjet_nothing_is_said_any_more(
    village: Village, option: tuple[str, ...]
) -> None:
    village.run(OPENED)
    village.presses(ZOE, village.mail_to(ZOE))
    a_letter(village, utc("2026-06-07T10:00"), "Fête", "--to", "coordinators")
    before = village.types(utc("2026-06-07T11:00"), "check-member", ZOE, *option)
    village.types(utc("2026-06-07T12:00"), "notifications", ZOE, "--on", "opening")
    still = village.types(utc("2026-06-07T12:00"), "check-member", ZOE)
    village.server.account.contacts[ZOE][0]["UnsubscribedAt"] = ""

    after = village.types(utc("2026-06-07T13:00"), "check-member", ZOE, *option)

    assert "désinscription" in before.output
    assert (
        "PROBLEM: zoe@example.org was unsubscribed with Mailjet's link on Saturday 6 June 2026"
        in " ".join(still.output.split())
    )
    assert "opens Contacts there" in " ".join(still.output.split())
    assert ("PROBLEM" in after.output, "désinscription" in after.output) == (False, False)


@pytest.mark.long
@pytest.mark.parametrize(
    ("settings", "command"),
    [
        ("", "--on opening"),
        ("notices: {closing: {default: yes}}", "--on opening --on closing"),
        ("notices: {opening: {default: no}}", ""),
    ],
)
def test_what_was_not_on_is_not_to_be_switched_on_again(
    village: Village, settings: str, command: str
) -> None:
    village.run(OPENED)
    village.presses(ZOE)
    a_letter(village, utc("2026-06-07T10:00"), "Fête", "--to", "coordinators")
    village.coop.replace("config.yaml", "delivery", f"{settings}\ndelivery")

    said = village.types(utc("2026-06-07T12:00"), "check-member", ZOE, "--offline", "-v")

    assert "has stopped opening, closing, duty_vacant with Mailjet's link" in " ".join(said.output.split())
    commands = [" ".join(one.split()) for one in said.output.split("cagette-notify ")[1:]]
    found = [one.partition("--on")[2] for one in commands if "--on" in one]
    assert [f"--on{one}".startswith(command) for one in found] == [True] * bool(command)
    assert "--on duty" not in said.output


def a_letter(village: Village, at: datetime, subject: str, *more: str) -> Result:
    body = village.coop.write("body.md", f"Bonjour, {subject}")
    return village.types(at, "broadcast", "lac", "-s", subject, "--body", str(body), "--yes", *more)


def test_pressed_on_a_broadcast_stops_broadcasts_alone_and_is_named_under_left_out(village: Village) -> None:
    a_letter(village, OPENED, "Fête")
    village.presses(ZOE, village.mail_to(ZOE))

    a_letter(village, OPENED + timedelta(days=2), "Chantier")
    third = a_letter(village, OPENED + timedelta(days=2, hours=2), "Marché", "--dry-run")

    assert village.kept() == [(ZOE, "2026-06-06T10:00:00+00:00", "broadcast")]
    assert village.got("broadcast").count(ZOE) == 1
    assert f"unsubscribed from such mails with Mailjet's link: Zoé Martin <{ZOE}>" in " ".join(
        third.output.split()
    )
    village.run(A_DAY_BEFORE)
    assert ZOE in village.got("recap_24h")
    village.types(A_DAY_BEFORE, "notifications", ZOE, "--on", "broadcast")
    a_letter(village, A_DAY_BEFORE + HOUR, "Bilan")
    assert village.got("broadcast").count(ZOE) == 2


@pytest.mark.long
@pytest.mark.parametrize("more", [(), ("--send-at", "2026-06-08 10:00")])
def test_given_with_yes_a_broadcast_names_who_has_unsubscribed(
    village: Village, more: tuple[str, ...]
) -> None:
    a_letter(village, OPENED, "Fête")
    at_first = a_letter(village, OPENED + HOUR, "Marché", *more)
    village.presses(ZOE, village.mail_to(ZOE))

    said = a_letter(village, utc("2026-06-07T10:00"), "Chantier", *more)

    assert "left out" not in at_first.stderr
    assert f"left out: unsubscribed from such mails with Mailjet's link: Zoé Martin <{ZOE}>" in said.stderr
    assert (said.exit_code, ZOE in said.stdout) == (0, False)


CANCELLED_AT = utc("2026-06-11T17:00")


@pytest.mark.dear
@pytest.mark.parametrize("had_recap", [False, True])
def test_who_stopped_broadcasts_is_told_of_a_cancellation_by_no_letter_and_that_is_said(
    village: Village, *, had_recap: bool
) -> None:
    village.run(OPENED)
    a_letter(village, OPENED + HOUR, "Fête")
    if had_recap:
        village.run(A_DAY_BEFORE)
    village.presses(ZOE, village.mail_to(ZOE, 1))
    village.coop.replace("distributions.yaml", "place:", "cancelled: yes\n  place:")
    village.run(CANCELLED_AT)
    written = a_letter(village, CANCELLED_AT + HOUR, "Annulé", "--to", "told:d1")

    status = village.types(CANCELLED_AT + 2 * HOUR, "status")
    about_zoe = village.types(CANCELLED_AT + 2 * HOUR, "check-member", ZOE)
    about_lea = village.types(CANCELLED_AT + 2 * HOUR, "check-member", "lea@example.org")

    assert (written.exit_code, ZOE in written.stderr) == (0, True)
    assert "no letter reaches 1 address that was told of distribution d1" in status.output
    assert f"such as the telephone: {ZOE}" in status.output
    assert "--to told:d1" not in status.output
    assert "tell the member by another way, such as the telephone" in " ".join(about_zoe.output.split())
    assert "told:d1" not in about_zoe.output.partition("The last 30 days")[0]
    assert "telephone" not in about_lea.output


@pytest.mark.parametrize("is_alone", [True, False])
def test_a_run_names_the_telephone_alone_where_no_letter_reaches_anybody_who_was_told(
    village: Village, *, is_alone: bool
) -> None:
    if is_alone:
        village.coop.replace("orders.csv", "2;d1;Panier;1;12,50\n", "")
    village.run(OPENED)
    a_letter(village, OPENED + HOUR, "Fête")
    village.presses(ZOE, village.mail_to(ZOE, 1))
    village.run(A_DAY_BEFORE)
    village.coop.replace("distributions.yaml", "place:", "cancelled: yes\n  place:")

    report = village.coop.run(CANCELLED_AT, says_once=True)
    status = village.types(CANCELLED_AT + HOUR, "status").output

    unheard = "distribution d1 is cancelled, and no letter reaches those who were told of it, as they have "
    assert any(line.startswith(unheard) and ZOE in line for line in report.news) is is_alone
    assert any("--to told:d1" in line for line in (*report.news, status)) is not is_alone


def test_who_only_heard_that_it_is_off_and_has_stopped_broadcasts_since_is_told_by_telephone(
    village: Village,
) -> None:
    lea = "lea@example.org"
    village.coop.replace("orders.csv", "1;d1;Tomates;2;2,50\n", "1;d1;Tomates;2;2,50\n3;d1;Tomates;2;2,50\n")
    settings = "3;recap_24h;no;2026-06-01\n1;recap_4h;yes;2026-06-01\n"
    village.coop.write("notifications.csv", f"member;kind;value;date\n{settings}")
    village.run(OPENED - HOUR)
    village.run(A_DAY_BEFORE)
    village.coop.replace("distributions.yaml", "place:", "cancelled: yes\n  place:")
    village.run(CANCELLED_AT)
    a_letter(village, CANCELLED_AT + HOUR, "Annulé", "--to", "told:d1", "--to", "with-order:d1")
    village.coop.replace("distributions.yaml", "cancelled: yes\n  place:", "place:")
    before = village.types(CANCELLED_AT + 2 * HOUR, "check-member", lea).output
    village.presses(lea, village.mail_to(lea), at="2026-06-11T20:00:00Z")
    village.run(utc("2026-06-12T12:05"))

    shown = [
        " ".join(one.split())
        for one in (before, village.types(utc("2026-06-12T12:10"), "check-member", lea).output)
    ]

    assert all(f"takes place, but a mail had said to {lea} that it is off" in one for one in shown)
    assert ["to tell all who got that" in one for one in shown] == [True, False]
    assert [f"such as the telephone: no letter reaches {lea}" in one for one in shown] == [False, True]


def test_who_is_forgotten_is_forgotten_there_too(village: Village) -> None:
    village.run(OPENED)
    village.presses(ZOE, village.mail_to(ZOE))
    village.run(A_DAY_BEFORE)
    village.types(A_DAY_BEFORE + HOUR, "notifications", ZOE, "--on", "opening")

    village.types(A_DAY_BEFORE + HOUR, "forget", ZOE, "--yes")

    assert village.kept() == []
    assert rows(village.coop.folder / "ledger.sqlite3", "SELECT * FROM switched_on") == []
