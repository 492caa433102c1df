"""Runs after somebody was forgotten: nothing leaves twice, and nothing is called missed that had left."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from cagette_notify.config import load as config
from cagette_notify.core.kinds import Kind
from cagette_notify.core.notices import Reason, Skip
from cagette_notify.helpdesk.forget import Forgotten, forget
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.ledger.known_people import KnownPeople
from cagette_notify.ledger.skips import SkipBook
from cagette_notify.run.exit_status import exit_status_of
from tests.fixtures.coop import A_DAY_BEFORE, DISTRIBUTIONS, LONG_AGO, OPENED, ORDERS, Coop, counted
from tests.fixtures.mailjet_server import MailjetServer, accept_then_hang
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


TEN_MINUTES = timedelta(minutes=10)
CLOSED = utc("2026-06-10T18:30")
STARTED = utc("2026-06-12T16:00")
HERS = {"zoe@example.org"}


@pytest.fixture
def early(tmp_path: Path) -> Coop:
    """Make a co-op whose first run was before orders opened."""
    made = Coop(tmp_path)
    made.run(LONG_AGO)
    return made


@pytest.fixture
def coop(tmp_path: Path, _no_other_kinds: None) -> Coop:
    """Make a co-op whose first run was after orders had closed."""
    made = Coop(tmp_path)
    made.run(CLOSED)
    return made


def forgotten(coop: Coop, at: datetime, who: str = "zoe@example.org") -> Forgotten:
    return forget(config.load(coop.folder / "config.yaml"), who, at)


def hashes(coop: Coop, account: str = "outbox") -> int:
    with open_ledger(coop.folder / "ledger.sqlite3", read_only=True) as ledger:
        return len(ledger.forgotten(account))


def test_a_run_sends_nothing_again(early: Coop) -> None:
    early.run(OPENED)
    forgotten(early, OPENED)

    report = early.run(OPENED + TEN_MINUTES)

    assert counted(report) == {"skipped": 4}
    assert {line.reason for line in report.lines} == {"already_sent"}
    assert len(early.mails()) == 3


def test_what_is_due_later_still_leaves_to_whom_the_data_name(early: Coop) -> None:
    early.run(OPENED)
    forgotten(early, OPENED)

    report = early.run(A_DAY_BEFORE)

    assert counted(report) == {"sent": 3, "skipped": 1}


def test_a_time_that_changes_is_told_even_so(coop: Coop) -> None:
    coop.run(A_DAY_BEFORE)
    forgotten(coop, A_DAY_BEFORE)
    coop.replace("distributions.yaml", "2026-06-12 18:00", "2026-06-12 17:00")

    report = coop.run(A_DAY_BEFORE + TEN_MINUTES)

    assert counted(report) == {"sent": 3, "skipped": 1}


@pytest.mark.parametrize("at", [STARTED - TEN_MINUTES, STARTED + timedelta(minutes=5)])
def test_what_had_left_is_never_called_missed(coop: Coop, at: datetime) -> None:
    coop.run(A_DAY_BEFORE)
    coop.run(STARTED - TEN_MINUTES)

    forgotten(coop, at)
    report = coop.run(STARTED + TEN_MINUTES)

    assert (counted(report), exit_status_of(report)) == ({}, 0)


def test_hashes_go_once_everything_is_too_late(coop: Coop) -> None:
    coop.run(A_DAY_BEFORE)
    forgotten(coop, A_DAY_BEFORE)
    assert hashes(coop) == 1

    coop.run(STARTED - TEN_MINUTES)
    assert hashes(coop) == 1
    coop.run(STARTED + timedelta(days=1))

    assert hashes(coop) == 0


def test_what_surely_did_not_leave_is_owed_to_whom_the_data_name(coop: Coop) -> None:
    coop.run(A_DAY_BEFORE)
    with open_ledger(coop.folder / "ledger.sqlite3") as ledger, ledger.transaction() as connection:
        connection.execute("UPDATE notices SET status = 'deferred' WHERE address = 'zoe@example.org'")

    assert forgotten(coop, A_DAY_BEFORE).erased.ended == 1

    assert counted(coop.run(A_DAY_BEFORE + TEN_MINUTES)) == {"sent": 1, "skipped": 3}


@pytest.fixture
def server() -> Iterator[MailjetServer]:
    with MailjetServer(tls=False) as running:
        yield running


@pytest.mark.dear
def test_a_doubt_about_somebody_who_was_forgotten_is_over(tmp_path: Path, server: MailjetServer) -> None:
    extra = f"delivery: mailjet\nmailjet: {{api_url: '{server.url}', timeout: 1s, settle_after: 0s}}\n"
    coop = Coop(tmp_path, extra=extra, environ=server.environment)
    coop.run(CLOSED)
    server.script.append(accept_then_hang)
    assert counted(coop.run(A_DAY_BEFORE)) == {"in_doubt": 3, "skipped": 1}
    server.script.clear()
    arrived = len(server.delivered)

    forgotten(coop, A_DAY_BEFORE)
    coop.run(A_DAY_BEFORE + TEN_MINUTES)

    to_her = [copy for copy in server.delivered if copy.address in HERS]
    assert len(to_her) == 1
    assert len(server.delivered) == arrived
    assert hashes(coop, "mailjet") == 1


def test_mails_that_a_dead_run_left_half_written_go_too(coop: Coop) -> None:
    coop.run(A_DAY_BEFORE)
    half = coop.folder / "outbox" / ".unfinished-x.eml"
    half.write_bytes(b"To: zoe@exam")

    assert forgotten(coop, A_DAY_BEFORE).files == 1
    assert not half.exists()
    assert coop.mailed() == ["maelle@example.org", "noel@example.org"]


def test_only_what_is_to_somebody_is_deleted(coop: Coop) -> None:
    coop.run(A_DAY_BEFORE)
    other = coop.folder / "outbox" / "other.eml"
    other.write_bytes(b'To: "zoe@example.org" <noel@example.org>\r\nReply-To: zoe@example.org\r\n\r\n')

    forgotten(coop, A_DAY_BEFORE)

    assert other.exists()
    assert len(coop.mails()) == 3


def test_an_address_of_before_is_forgotten_with_its_member(early: Coop) -> None:
    early.run(OPENED)
    early.run(A_DAY_BEFORE)
    early.replace("members.csv", "zoe@example.org", "zoe.new@example.org")

    done = forgotten(early, A_DAY_BEFORE, "lac/1")

    assert (done.erased.mails, done.files) == (2, 2)


@pytest.mark.long
@pytest.mark.parametrize(("who", "left"), [("zoe@example.org", 2), ("noel@example.org", 1), ("lac/3", 0)])
def test_mails_of_others_that_still_name_somebody_are_counted_and_stay(
    coop: Coop, who: str, left: int
) -> None:
    coop.write("orders.csv", "member;distribution;product;quantity;shared_with\n1;d1;Pain;2;2\n")
    coop.run(A_DAY_BEFORE)
    mails = len(coop.mails())

    done = forgotten(coop, A_DAY_BEFORE, who)

    assert (done.named_in, len(coop.mails())) == (left, mails - done.files)


def test_an_address_in_a_cell_that_is_none_is_forgotten_with_its_member(early: Coop) -> None:
    early.run(OPENED)
    early.replace("members.csv", "zoe@example.org", '"zoe.new@example.org, zoe@example.org"')

    done = forgotten(early, OPENED, "zoe.new@example.org")

    assert {"zoe@example.org", "zoe.new@example.org"} <= done.whom.person.addresses
    assert done.files == 1


@pytest.mark.long
@pytest.mark.parametrize("who", ["lac/1", "zoe.new@example.org"])
@pytest.mark.parametrize("has_left", [False, True], ids=["member", "departed"])
def test_an_address_to_which_only_openings_and_closings_went_is_forgotten_with_its_member(
    tmp_path: Path, who: str, *, has_left: bool
) -> None:
    coop = Coop(tmp_path, extra="notices: {closing: {default: yes}}\n")
    for at in (LONG_AGO, OPENED, utc("2026-06-09T18:05"), CLOSED):
        coop.run(at)
    coop.replace("members.csv", "zoe@example.org", "zoe.new@example.org")
    coop.run(A_DAY_BEFORE)
    if has_left:
        coop.replace("members.csv", "1;Zoé;Martin;zoe.new@example.org;;\n", "")

    done = forgotten(coop, A_DAY_BEFORE, who)

    assert (done.erased.mails, done.files) == (3, 3)
    assert not any(address.startswith("zoe") for address in coop.mailed())


def test_who_was_forgotten_is_named_by_no_mail_that_another_reads_too(early: Coop) -> None:
    early.replace("members.csv", "3;Léa;Roux;lea@example.org", "3;Léa;Roux;zoe@example.org")
    early.run(OPENED)

    done = forgotten(early, OPENED, "lac/1")

    assert (done.erased.mails, early.mailed().count("zoe@example.org")) == (0, 1)
    with open_ledger(early.folder / "ledger.sqlite3", read_only=True) as ledger:
        assert KnownPeople(ledger).members_at("zoe@example.org") == {("lac", "3")}


def test_a_group_of_before_is_forgotten_with_its_member(coop: Coop) -> None:
    coop.run(A_DAY_BEFORE)
    coop.replace("members.csv", "zoe@example.org", "zoe.new@example.org")
    coop.run(A_DAY_BEFORE + TEN_MINUTES)
    coop.write("groups.yaml", "- {id: lac, name: Lac}\n- {id: mer, name: Mer}\n")
    coop.write("members.csv", "id;email;groups\n1;zoe.new@example.org;mer\n2;noel@example.org;lac\n")

    assert forgotten(coop, A_DAY_BEFORE, "mer/1").erased.mails == 2


def test_an_id_that_somebody_else_has_too_is_left_among_the_settings(coop: Coop) -> None:
    coop.write(
        "groups.yaml", "- {id: lac, name: Lac, members: lac.csv}\n- {id: mer, name: Mer, members: mer.csv}\n"
    )
    coop.replace("config.yaml", "  members: members.csv\n", "")
    coop.write("lac.csv", "id;email\n1;zoe@example.org\n")
    coop.write("mer.csv", "id;email\n1;ana@example.org\n")
    coop.write("notifications.csv", "member;kind;value\nlac/1;opening;no\n1;opening;no\nmer/1;opening;no\n")

    assert forgotten(coop, A_DAY_BEFORE).settings == 1
    kept = (coop.folder / "notifications.csv").read_text(encoding="utf-8-sig")
    assert kept == "member;kind;value\n1;opening;no\nmer/1;opening;no\n"


DUTIES = """\
distribution;rôle;bénévole
d1;Accueil;Martin Zoé
d1;Pesée;zoe@example.org
2026-06-12;Camion;1
2026-06-05;Camion;Zoé Martin
d1;Table;Noël Bœuf / Zoé Martin
d1;Table;Zoé Bœuf
"""


@pytest.mark.long
@pytest.mark.parametrize("is_member", [True, False])
def test_it_says_in_which_lines_of_orders_and_duties_ahead_somebody_stands(
    coop: Coop, *, is_member: bool
) -> None:
    coop.replace("config.yaml", "  orders: orders.csv\n", "  orders: orders.csv\n  duties: duties.csv\n")
    coop.write("duties.csv", DUTIES)
    coop.run(A_DAY_BEFORE)
    if not is_member:
        coop.replace("members.csv", "1;Zoé;Martin;zoe@example.org;;\n", "")

    rows = forgotten(coop, A_DAY_BEFORE + TEN_MINUTES).whom.rows

    of_duties = [place.line for place in rows.places if place.file == "duties.csv"]
    of_orders = [place.line for place in rows.places if place.file == "orders.csv"]
    hers = [at for at, row in enumerate(ORDERS.splitlines(), 1) if row.startswith("1;")]
    assert (of_duties, of_orders, rows.unread) == ([2, 3, 4, 6], hers, ())
    assert forgotten(coop, STARTED + TEN_MINUTES, "noel@example.org").whom.rows.places == ()


def test_the_rows_of_a_namesake_by_id_in_another_group_are_not_hers(coop: Coop) -> None:
    coop.write(
        "groups.yaml", "- {id: lac, name: Lac, members: lac.csv}\n- {id: mer, name: Mer, members: mer.csv}\n"
    )
    coop.replace("config.yaml", "  members: members.csv\n", "")
    coop.write("lac.csv", "id;email\n1;zoe@example.org\n")
    coop.write("mer.csv", "id;email\n1;ana@example.org\n")
    coop.write(
        "distributions.yaml", f"{DISTRIBUTIONS}- {{id: m1, group: mer, starts_at: 2026-06-12 18:00}}\n"
    )
    coop.write("orders.csv", "member;distribution;product;quantity\n1;m1;Pain;1\n1;d1;Pain;1\n")

    assert [place.line for place in forgotten(coop, A_DAY_BEFORE).whom.rows.places] == [3]


def test_what_can_not_be_read_may_name_somebody_still(coop: Coop) -> None:
    coop.write("orders.csv", "member\n")

    assert forgotten(coop, A_DAY_BEFORE).whom.rows.unread == ("orders.csv",)


def skipped(coop: Coop, *who: tuple[str, str, str]) -> None:
    skips = [
        Skip(Kind.OPENING, group_id, f"of {group_id}", member_id, address, Reason.SETTING_OFF)
        for group_id, member_id, address in who
    ]
    with open_ledger(coop.folder / "ledger.sqlite3") as ledger:
        SkipBook(ledger, "outbox").note(skips, CLOSED)


def test_whoever_else_once_had_the_address_is_not_forgotten_with_it(coop: Coop) -> None:
    skipped(coop, ("lac", "9", "zoe@example.org"), ("lac", "9", "ana@example.org"))

    assert forgotten(coop, A_DAY_BEFORE).erased.skips == 1


def test_somebody_of_the_same_id_who_once_had_the_address_is_not_forgotten_with_it(coop: Coop) -> None:
    coop.write("groups.yaml", "- {id: lac, name: Lac}\n- {id: mer, name: Mer, members: mer.csv}\n")
    coop.write("members.csv", "id;email;groups\n1;zoe@example.org;lac\n")
    coop.write("mer.csv", "id;email\n1;ana@example.org\n")
    skipped(coop, ("mer", "1", "zoe@example.org"), ("mer", "1", "ana@example.org"))

    assert forgotten(coop, A_DAY_BEFORE).erased.skips == 1


def test_an_address_of_before_is_not_the_whole_member(coop: Coop) -> None:
    coop.run(A_DAY_BEFORE)
    coop.replace("members.csv", "zoe@example.org", "zoe.new@example.org")
    coop.run(A_DAY_BEFORE + TEN_MINUTES)
    coop.write("notifications.csv", "member;kind;value\n1;opening;no\n")

    done = forgotten(coop, A_DAY_BEFORE)

    assert (done.erased.mails, done.files, done.settings, done.whom.places) == (1, 1, 0, ())
    assert "zoe.new@example.org" in coop.mailed()


def test_of_two_who_once_had_an_address_only_one_has_left(coop: Coop) -> None:
    skipped(coop, ("lac", "2", "old@example.org"), ("lac", "9", "old@example.org"))
    skipped(coop, ("lac", "9", "ana@example.org"))

    assert forgotten(coop, A_DAY_BEFORE, "old@example.org").erased.skips == 3


@pytest.mark.long
@pytest.mark.parametrize(
    ("old", "new"), [("place: Salle des fêtes", "place: Gymnase"), ("2026-06-12 1", "2026-06-13 1")]
)
def test_whoever_was_told_and_forgotten_is_told_that_it_changed(coop: Coop, old: str, new: str) -> None:
    coop.run(A_DAY_BEFORE)
    forgotten(coop, A_DAY_BEFORE)
    coop.replace("distributions.yaml", old, new)

    coop.run(A_DAY_BEFORE + TEN_MINUTES)
    coop.run(A_DAY_BEFORE + 2 * TEN_MINUTES)

    [again] = [mail for mail in coop.mails() if "zoe@example.org" in str(mail["To"])]
    assert str(again["Subject"]).startswith("Changement")


def test_whoever_was_told_nothing_before_they_were_forgotten_gets_no_correction(coop: Coop) -> None:
    coop.replace("orders.csv", "1;d1;Tomates;2;2,50\n", "")
    coop.run(A_DAY_BEFORE)
    forgotten(coop, A_DAY_BEFORE, "noel@example.org")
    forgotten(coop, A_DAY_BEFORE)
    coop.replace("distributions.yaml", "place: Salle des fêtes", "place: Gymnase")
    coop.write("orders.csv", "member;distribution;product;quantity;price\n1;d1;Tomates;2;2,50\n")

    coop.run(A_DAY_BEFORE + TEN_MINUTES, reads_at_once=True)

    [hers] = [mail for mail in coop.mails() if "zoe@example.org" in str(mail["To"])]
    assert not str(hers["Subject"]).startswith("Changement")


@pytest.mark.parametrize(
    ("text", "is_hers"),
    [
        ("Avec Zoé Martin.", True),
        ("Avec Anne Zoé Martin", False),
        ("Avec Zoé Martin-Durand", False),
        ("Avec Anne Zoé Martin et Martin Zoé", True),
        ("Avec Zoé Martinez", False),
    ],
)
def test_a_longer_name_of_somebody_else_is_not_that_of_who_is_forgotten(
    coop: Coop, text: str, *, is_hers: bool
) -> None:
    with (coop.folder / "members.csv").open("a") as file:
        file.write("4;Anne Zoé;Martin;anne@example.org;;\n")
    head = "To: noel@example.org\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    (coop.folder / "outbox").mkdir(exist_ok=True)
    coop.write("outbox/other.eml", f"{head}{text}\r\n")
    (coop.folder / "drafts").mkdir(exist_ok=True)
    draft = coop.write("drafts/one.md", text)

    done = forgotten(coop, CLOSED)

    assert (done.named_in, done.texts) == ((1, (draft,)) if is_hers else (0, ()))


def test_an_alert_about_an_address_that_hers_is_part_of_stays(coop: Coop) -> None:
    (coop.folder / "outbox").mkdir(exist_ok=True)
    alert = coop.write("outbox/a-alert-b.eml", "Content-Type: text/plain\r\n\r\nto azoe@example.org: no\r\n")

    forgotten(coop, CLOSED)

    assert alert.exists()
