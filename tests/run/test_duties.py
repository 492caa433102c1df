"""Duties, and calls for volunteers: to whom they leave, when, and who is told otherwise."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from cagette_notify.broadcast.proposal import BroadcastRequest, propose
from cagette_notify.config import load as config
from cagette_notify.config.paths import sources_of
from cagette_notify.core.kinds import Kind
from cagette_notify.core.notices import Status
from cagette_notify.data.dataset import load_calendar
from cagette_notify.helpdesk.forget import forget
from tests.fixtures.coop import Coop, let_rest
from tests.fixtures.mailjet_server import MailjetServer, status
from tests.fixtures.memory import utc
from tests.fixtures.raw_ledger import change

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from pathlib import Path

BEGUN = utc("2026-06-01T06:00")
OPENED = utc("2026-06-05T06:05")
CALLED = utc("2026-06-05T16:00")  # seven days before the distribution, at 18:00 in Paris
DUE = utc("2026-06-08T16:00")  # four days before
STARTS = utc("2026-06-12T16:00")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
OFF = "opening: {default: no}, recap_24h: {default: no}"
NAMED = "  orders: orders.csv\n", "  orders: orders.csv\n  duties: permanences.csv\n"
DUTIES = """\
distribution;role;member;needed
d1;Accueil;1;
d1;Pesée;Noël Bœuf;
"""
ZOE, LEA, COUPLE = "zoe@example.org", "lea@example.org", ["maelle@example.org", "noel@example.org"]
EVERYBODY = [LEA, *COUPLE, ZOE]


def made(folder: Path, notices: str = OFF, extra: str = "", duties: str = DUTIES) -> Coop:
    coop = Coop(folder, extra=f"notices: {{{notices}}}\n{extra}")
    coop.replace("config.yaml", *NAMED)
    coop.write("permanences.csv", duties)
    coop.run(BEGUN)
    return coop


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    """Give a co-op that has been served since before anything was due; Zoé and Noël serve."""
    return made(tmp_path)


@pytest.fixture
def told(coop: Coop) -> Coop:
    """Give the same once they have been told so."""
    coop.run(DUE)
    assert coop.mailed() == [*COUPLE, ZOE]
    return coop


def news(coop: Coop, at: datetime) -> list[tuple[str, str]]:
    """Run, and return subject and address of what left then."""
    before = {str(mail["Message-ID"]) + str(mail["To"]) for mail in coop.mails()}
    coop.run(at)
    fresh = [mail for mail in coop.mails() if str(mail["Message-ID"]) + str(mail["To"]) not in before]
    return sorted((str(mail["Subject"]).partition(" : ")[0], address_of(mail)) for mail in fresh)


def address_of(mail: EmailMessage) -> str:
    address: str = mail["To"].addresses[0].addr_spec
    return address


def last_text_to(coop: Coop, address: str) -> str:
    mails = [mail for mail in coop.mails() if address_of(mail) == address]
    body = max(mails, key=lambda mail: mail["Date"].datetime).get_body(("plain",))
    assert body
    return " ".join(str(body.get_content()).split())


def test_whoever_serves_is_told_four_days_before_at_each_address_once(coop: Coop) -> None:
    early = news(coop, DUE - MINUTE)
    left = news(coop, DUE)
    again = news(coop, DUE + 10 * MINUTE)

    assert (early, again) == ([], [])
    assert left == [("Votre permanence", address) for address in (*COUPLE, ZOE)]
    text = last_text_to(coop, ZOE)
    assert "Vendredi 12 juin 2026, de 18 h à 19 h 30 Salle des fêtes" in text
    assert "Votre rôle : Accueil" in text
    assert "Avec vous (Pesée) : Noël Bœuf" in text
    assert "noel@example.org" not in text
    assert "Bonjour Maëlle" in last_text_to(coop, "maelle@example.org")


def test_of_a_couple_it_is_said_who_serves_to_others_and_to_both(tmp_path: Path) -> None:
    duties = f"{DUTIES}d1;Accueil;maelle@example.org;\n"
    coop = made(tmp_path, duties=duties)
    coop.run(DUE)

    to_zoe = last_text_to(coop, ZOE)
    assert "(Accueil) : Maëlle" in to_zoe
    assert "(Pesée) : Noël Bœuf" in to_zoe
    for address in COUPLE:
        text = last_text_to(coop, address)
        assert "Vos rôles : Pesée (Noël Bœuf) et Accueil (Maëlle)" in text


@pytest.mark.parametrize(
    ("cell", "taker"),
    [
        ("Noël Bœuf", "Noël Bœuf"),
        ("noel@example.org", "Noël Bœuf"),
        ("maelle@example.org", "Maëlle"),
        ("2", None),
    ],
)
def test_both_of_a_couple_read_who_of_them_serves_as_far_as_the_row_tells(
    tmp_path: Path, cell: str, taker: str | None
) -> None:
    coop = made(tmp_path, duties=DUTIES.replace("Noël Bœuf", cell))
    coop.run(DUE)

    said = f"Votre rôle : Pesée ({taker})" if taker else "Votre rôle : Pesée Avec vous"
    assert [said in last_text_to(coop, address) for address in COUPLE] == [True, True]


def test_an_id_that_reads_like_a_first_name_is_an_id(tmp_path: Path) -> None:
    coop = made(tmp_path, duties=DUTIES.replace("Noël Bœuf", "noel"))
    coop.replace("members.csv", "2;Noël", "noel;Noël")
    coop.run(DUE)

    assert all("Votre rôle : Pesée Avec vous" in last_text_to(coop, address) for address in COUPLE)


@pytest.mark.long
@pytest.mark.parametrize(
    ("before", "after", "are_told"),
    [
        ("Noël Bœuf", "maelle@example.org", True),
        ("maelle@example.org", "Noël Bœuf", True),
        ("Noël Bœuf", "noel@example.org", False),
        ("maelle@example.org", "2", False),
        ("2", "maelle@example.org", False),
    ],
)
def test_a_couple_is_told_once_that_the_other_of_them_serves(
    tmp_path: Path, before: str, after: str, *, are_told: bool
) -> None:
    coop = made(tmp_path, duties=DUTIES.replace("Noël Bœuf", before))
    coop.run(DUE)
    coop.replace("permanences.csv", f"Pesée;{before}", f"Pesée;{after}")

    found, again = news(coop, DUE + HOUR), news(coop, DUE + 2 * HOUR)

    assert found == [("Changement de permanence", address) for address in COUPLE if are_told]
    assert again == []
    if are_told:
        taker = after.replace("maelle@example.org", "Maëlle")
        assert all(f"Votre rôle : Pesée ({taker})" in last_text_to(coop, address) for address in COUPLE)


def test_who_of_a_couple_has_which_role_is_between_the_two(tmp_path: Path) -> None:
    coop = made(tmp_path, duties=f"{DUTIES}d1;Accueil;maelle@example.org;\n")
    coop.run(DUE)
    coop.replace(
        "permanences.csv",
        "d1;Pesée;Noël Bœuf;\nd1;Accueil;maelle@example.org",
        "d1;Accueil;Noël Bœuf;\nd1;Pesée;maelle@example.org",
    )
    swapped = news(coop, DUE + HOUR)
    coop.replace("permanences.csv", "d1;Pesée;maelle@example.org", "d1;Pesée;Noël Bœuf")

    assert swapped == []
    assert news(coop, DUE + 2 * HOUR) == [("Changement de permanence", address) for address in COUPLE]


def test_a_name_that_is_mended_is_the_same_partner_s(tmp_path: Path) -> None:
    coop = made(tmp_path, duties=DUTIES.replace("Noël Bœuf", "maelle@example.org"))
    coop.run(DUE)
    coop.replace("members.csv", "Maëlle", "Maëlle-Anne")

    assert news(coop, DUE + HOUR) == []


def test_what_an_earlier_version_told_a_couple_is_not_told_again(tmp_path: Path) -> None:
    coop = made(tmp_path)
    coop.run(DUE)
    change(tmp_path / "ledger.sqlite3", "UPDATE notices SET served_by = ''")
    coop.replace("permanences.csv", "Noël Bœuf", "maelle@example.org")

    assert news(coop, DUE + HOUR) == []


def test_that_the_other_of_a_couple_serves_came_too_late_is_said(tmp_path: Path) -> None:
    coop = made(tmp_path)
    coop.run(DUE)
    coop.run(STARTS - HOUR)
    coop.replace("permanences.csv", "Noël Bœuf", "maelle@example.org")

    report = coop.run(STARTS + MINUTE)

    (reason,) = {line.reason for line in report.lines if line.status == "expired" and line.is_correction}
    assert reason.startswith(
        "told Friday 12 June 2026 at 6:00\u00a0pm, Salle des fêtes, the account's holder serves; it is "
    )
    assert reason.endswith("the partner serves")


LACKS_ROWS = "Une ligne au moins des permanences n’a pas pu être lue"


@pytest.mark.parametrize(
    ("row", "is_incomplete"),
    [
        ("d1;Accueil;Léa Roux et Noël Bœuf;\n", True),
        ("99/99/2026;Accueil;3;\n", True),
        ("d1;Accueil;;\n", False),
        ("d1;Accueil;3;\n", False),
    ],
    ids=["unknown", "of_no_day", "vacant", "known"],
)
def test_where_a_row_can_not_be_read_nobody_is_told_that_these_are_all_who_serve(
    tmp_path: Path, row: str, *, is_incomplete: bool
) -> None:
    coop = made(tmp_path, duties=DUTIES + row)
    coop.run(DUE)
    first = last_text_to(coop, ZOE)
    coop.replace("distributions.yaml", "Salle des fêtes", "Gymnase")
    coop.run(DUE + HOUR)
    moved = last_text_to(coop, ZOE)

    assert "Ce message remplace le précédent" in moved
    assert [LACKS_ROWS in text for text in (first, moved)] == [is_incomplete] * 2


def test_whoever_gave_up_hears_nothing_of_rows_that_can_not_be_read(told: Coop) -> None:
    told.replace("permanences.csv", "d1;Accueil;1;\n", "d1;Accueil;;\nd1;Pesée;Léa Roux et Noël Bœuf;\n")
    told.run(DUE + HOUR)

    text = last_text_to(told, ZOE)
    assert "Vous n’avez plus de permanence" in text
    assert LACKS_ROWS not in text


def test_how_long_before_may_be_set(tmp_path: Path) -> None:
    coop = made(tmp_path, f"{OFF}, duty: {{before: 2d}}")

    assert news(coop, STARTS - timedelta(days=2) - MINUTE) == []
    assert len(news(coop, STARTS - timedelta(days=2))) == 3


def test_it_leaves_until_the_distribution_starts_and_then_is_said_to_be_too_late(coop: Coop) -> None:
    at_last = coop.run(STARTS - MINUTE, kinds=frozenset((Kind.OPENING,)))
    report = coop.run(STARTS)
    again = coop.run(STARTS + 10 * MINUTE)

    assert at_last.counts["sent"] == report.counts["sent"] == 0
    assert (report.counts["expired"], again.counts["expired"]) == (3, 0)


def test_whoever_does_not_want_it_gets_none_and_why_is_kept(tmp_path: Path) -> None:
    coop = made(tmp_path)
    coop.replace("members.csv", "partner_email\n", "partner_email;permanence\n")
    coop.replace("members.csv", "zoe@example.org;;", "zoe@example.org;;;non")

    report = coop.run(DUE)

    assert coop.mailed() == COUPLE
    reasons = {(line.member, line.reason) for line in report.lines if line.status == "skipped"}
    assert {("1", "setting_off"), ("3", "no_duty")} <= reasons


@pytest.mark.parametrize(
    ("old", "new", "left"),
    [
        ("d1;Accueil;1;\n", "d1;Accueil;3;\n", [("Votre permanence", LEA), ("off", ZOE)]),
        ("d1;Accueil;1;\n", "d1;Accueil;;\n", [("off", ZOE)]),
        ("d1;Accueil;1;\n", "", [("off", ZOE)]),
        ("d1;Accueil;1;\n", "d1;Rangement;1;\n", [("Changement de permanence", ZOE)]),
        ("d1;Accueil;1;\n", "d1;Accueil;1;\nd1;Rangement;1;\n", [("Changement de permanence", ZOE)]),
        ("d1;Accueil;1;\n", "d1;accueil;1;\n", []),
        ("d1;Accueil;1;\n", "d1;Accueil;1;\nd1;Accueil;1;\n", []),
        ("d1;Accueil;1;\n", "d1;Accueil;1;\nd1;Pesée;3;\n", [("Votre permanence", LEA)]),
        ("d1;Accueil;1;\n", "d1;Accueil;personne d’ici;\n", []),
        ("d1;Accueil;1;\n", "d9;Accueil;1;\nd1;Accueil;1;\n", []),
        ("d1;Accueil;1;\n", 'd1;"Accueil;1;\n', []),
        ("d1;Accueil;1;\n", "46185;Accueil;1;\n", []),
        ("d1;Accueil;1;\n", "12/06/2027;Accueil;1;\n", [("off", ZOE)]),
        ("d1;Accueil;1;\n", "5 mars;Accueil;1;\n", [("off", ZOE)]),
        ("d1;Accueil;1;\n", "vendredi 12;Accueil;1;\n", []),
        ("d1;Accueil;1;\n", "lac-99;Accueil;1;\n", [("off", ZOE)]),
        ("d1;Accueil;1;\n", "12/05/2026;Accueil;1;\n", [("off", ZOE)]),
    ],
    ids=[
        *("handed_over", "given_up", "taken_out", "another_role", "a_role_more", "spelt_otherwise", "twice"),
        *("somebody_more", "an_unknown_name", "another_distribution", "torn"),
        *("a_number_for_a_day", "another_day", "another_day_in_words", "half_a_day"),
        *("an_id_that_is_gone", "a_day_that_is_over"),
    ],
)
def test_exactly_those_told_otherwise_are_told_once(
    told: Coop, old: str, new: str, left: list[tuple[str, str]]
) -> None:
    told.replace("permanences.csv", old, new)

    found = news(told, DUE + HOUR)
    again = news(told, DUE + 2 * HOUR)

    assert found == sorted(
        (subject.replace("off", "Vous n’êtes plus de permanence"), to) for subject, to in left
    )
    assert again == []


def test_whoever_gave_up_and_takes_it_back_is_told_each_time(told: Coop) -> None:
    told.replace("permanences.csv", "d1;Accueil;1;\n", "d1;Accueil;;\n")
    gave_up = news(told, DUE + HOUR)
    told.replace("permanences.csv", "d1;Accueil;;\n", "d1;Accueil;1;\n")
    took_back = news(told, DUE + 2 * HOUR)
    told.replace("permanences.csv", "d1;Accueil;1;\n", "d1;Accueil;;\n")
    again = news(told, DUE + 3 * HOUR)

    assert [len(one) for one in (gave_up, took_back, again)] == [1, 1, 1]
    assert took_back == [("Changement de permanence", ZOE)]
    sequences = [mail["Message-ID"] for mail in told.mails() if address_of(mail) == ZOE]
    assert len(sequences) == len(set(sequences)) == 4


def test_the_old_duty_back_before_anybody_was_told_otherwise_is_no_news(told: Coop) -> None:
    told.replace("permanences.csv", "d1;Accueil;1;\n", "d1;Accueil;;\n")
    told.replace("permanences.csv", "d1;Accueil;;\n", "d1;Accueil;1;\n")

    assert news(told, DUE + HOUR) == []


def test_one_correction_is_due_to_whoever_was_told_whatever_they_have_switched_off_since(told: Coop) -> None:
    told.replace("members.csv", "partner_email\n", "partner_email;permanence\n")
    told.replace("members.csv", "zoe@example.org;;", "zoe@example.org;;;non")
    told.replace("permanences.csv", "d1;Accueil;1;\n", "d1;Accueil;3;\n")

    assert news(told, DUE + HOUR) == [("Votre permanence", LEA), ("Vous n’êtes plus de permanence", ZOE)]


def test_a_move_is_told_to_all_who_serve_and_in_one_mail_to_whoever_had_a_recap_too(tmp_path: Path) -> None:
    coop = made(tmp_path, "opening: {default: no}", "calendar: yes\n")
    coop.run(DUE)
    coop.run(STARTS - 24 * HOUR)
    coop.replace("distributions.yaml", "18:00", "19:00")
    coop.replace("permanences.csv", "d1;Pesée;Noël Bœuf;", "d1;Pesée;3;")

    left = news(coop, STARTS - 20 * HOUR)

    assert left == [
        *[("Changement d’horaire", address) for address in (*COUPLE, ZOE)],
        ("Votre permanence", LEA),
    ]
    assert "Votre permanence ce jour-là : Accueil" in last_text_to(coop, ZOE)
    assert "Vous n’y avez plus de permanence." in last_text_to(coop, "noel@example.org")
    newest = max(
        (mail for mail in coop.mails() if address_of(mail) == ZOE), key=lambda mail: mail["Date"].datetime
    )
    files = sorted(part.get_filename() or "" for part in newest.iter_attachments())
    assert files == ["distribution-2026-06-12.ics", "permanence-2026-06-12.ics"]
    assert news(coop, STARTS - 19 * HOUR) == []


def test_a_correction_of_a_recap_and_one_of_a_duty_are_two_mails_of_two_campaigns(tmp_path: Path) -> None:
    coop = made(tmp_path, "opening: {default: no}")
    coop.run(DUE)
    coop.run(STARTS - 24 * HOUR)
    coop.replace("permanences.csv", "d1;Accueil;1;", "d1;Accueil;;")
    coop.run(STARTS - 22 * HOUR)
    coop.replace("distributions.yaml", "Salle des fêtes", "Gymnase")
    coop.run(STARTS - 20 * HOUR)

    corrections = [one for one in coop.entries() if one.is_correction and one.key.address == ZOE]

    assert len({one.custom_id for one in corrections}) == 2
    assert len({one.campaign for one in corrections}) == 2


def test_an_entry_in_calendars_is_the_duty_s_own_and_leaves_them_once_it_is_given_up(tmp_path: Path) -> None:
    coop = made(tmp_path, "opening: {default: no}", "calendar: yes\n")
    coop.run(DUE)
    coop.run(STARTS - 24 * HOUR)
    coop.replace("permanences.csv", "d1;Accueil;1;", "d1;Accueil;;")
    coop.run(STARTS - 20 * HOUR)

    entries = [
        dict(line.split(":", 1) for line in str(part.get_content()).splitlines() if ":" in line)
        for mail in sorted(coop.mails(), key=lambda mail: mail["Date"].datetime)
        for part in mail.iter_attachments()
        if address_of(mail) == ZOE
    ]

    duty, recap, given_up = entries
    assert duty["UID"] == given_up["UID"] != recap["UID"]
    assert [one["METHOD"] for one in entries] == ["PUBLISH", "PUBLISH", "CANCEL"]
    assert [one["SEQUENCE"] for one in (duty, given_up)] == ["1", "2"]
    assert duty["SUMMARY"] == "Permanence\\, Accueil – Les Paniers du Lac"


@pytest.mark.parametrize("damage", ["emptied", "another column", "gone", "no file"])
def test_a_file_of_duties_that_is_broken_or_lost_half_tells_nobody_anything(
    tmp_path: Path, damage: str
) -> None:
    coop = made(tmp_path, OFF, duties=f"{DUTIES}d1;Rangement;3;\n")
    coop.run(DUE)
    path = tmp_path / "permanences.csv"
    if damage == "emptied":
        path.write_text(DUTIES.partition("\n")[0] + "\n", encoding="utf-8")
    elif damage == "another column":
        coop.replace("permanences.csv", ";role;", ";tâche à faire;")
    elif damage == "gone":
        coop.write("permanences.csv", DUTIES.replace("d1;Accueil;1;\n", ""))
    else:
        path.unlink()

    report = coop.run(DUE + HOUR)

    assert len(coop.mailed()) == len(EVERYBODY)
    assert report.problems
    assert {entry.status for entry in coop.entries()} == {Status.SENT}


def test_what_half_of_those_told_have_no_more_waits_until_somebody_says_that_it_is_right(
    tmp_path: Path,
) -> None:
    coop = made(tmp_path, OFF, duties=f"{DUTIES}d1;Rangement;3;\n")
    coop.run(DUE)
    coop.write("permanences.csv", DUTIES.replace("d1;Accueil;1;\n", ""))
    held = coop.run(DUE + HOUR)

    accepted = coop.run(DUE + 2 * HOUR, accept_data=frozenset(("lac",)))
    after = coop.run(DUE + 3 * HOUR)

    assert "2" in str(held.problems[-1])
    assert "--accept-data lac" in str(held.problems[-1])
    assert (held.counts["sent"], accepted.counts["sent"], after.counts["sent"]) == (0, 2, 0)
    assert after.problems == ()


def test_what_came_too_late_as_nobody_knew_who_serves_says_so_and_which_duties(tmp_path: Path) -> None:
    coop = made(tmp_path, OFF, duties=f"{DUTIES}d1;Rangement;3;\n")
    coop.run(DUE)
    coop.write("permanences.csv", DUTIES.replace("d1;Accueil;1;\n", ""))
    for at in (DUE + HOUR, STARTS - HOUR):
        coop.run(at)

    news = coop.run(STARTS + HOUR, says_once=True).news

    when = "Friday 12 June 2026 at 6:00\u00a0pm, Salle des fêtes"
    said = f"told {when}, Rangement; it is {when}, no duty; nobody knew who serves"
    assert any(said in line for line in news), news


def test_a_hold_of_duties_holds_no_recap(tmp_path: Path) -> None:
    coop = made(tmp_path, "opening: {default: no}", duties=f"{DUTIES}d1;Rangement;3;\n")
    coop.run(DUE)
    coop.write("permanences.csv", DUTIES.partition("\n")[0] + "\n")

    assert [subject for subject, _to in news(coop, STARTS - 24 * HOUR)] != []


def test_places_that_are_vacant_are_made_known_a_week_before_to_who_wants_it(tmp_path: Path) -> None:
    coop = made(tmp_path, duties=f"{DUTIES}d1;Pain;;3\nd1;Rangement;;\n")
    coop.replace("members.csv", "partner_email\n", "partner_email;appel\n")
    coop.replace("members.csv", "lea@example.org;;", "lea@example.org;;;oui")

    early, left = news(coop, CALLED - MINUTE), news(coop, CALLED)

    assert (early, left) == ([], [("Bénévoles recherchés", LEA)])
    text = last_text_to(coop, LEA)
    assert "Pain : 3 places" in text
    assert "Rangement : 1 place " in text
    assert "Accueil" not in text
    assert news(coop, CALLED + HOUR) == []


def test_no_place_is_vacant_whose_row_names_nobody_that_can_be_read(tmp_path: Path) -> None:
    coop = made(tmp_path, f"{OFF}, duty_vacant: {{default: yes}}", duties=f"{DUTIES}d1;Pain;Inconnue;\n")

    report = coop.run(CALLED)

    assert coop.mailed() == []
    assert {line.reason for line in report.lines if line.kind == "duty_vacant"} == {"none_vacant"}


def test_vacant_places_of_several_days_make_one_mail_an_address(tmp_path: Path) -> None:
    coop = made(
        tmp_path, f"{OFF}, duty_vacant: {{default: yes}}", duties="distribution;role\nd1;Pain\nd2;Pain\n"
    )
    text = (tmp_path / "distributions.yaml").read_text(encoding="utf-8")
    coop.write("distributions.yaml", text + text.replace("d1", "d2").replace("06-12 18", "06-12 17"))

    left = news(coop, CALLED)

    assert left == [("Bénévoles recherchés", address) for address in EVERYBODY]
    assert news(coop, CALLED + HOUR) == []


def test_a_place_taken_since_is_not_made_known_again_when_it_is_free_again(tmp_path: Path) -> None:
    coop = made(tmp_path, f"{OFF}, duty_vacant: {{default: yes}}", duties="distribution;role\nd1;Pain\n")
    first = news(coop, CALLED)
    coop.write("permanences.csv", "distribution;role;member\nd1;Pain;1\n")
    coop.run(CALLED + HOUR)
    coop.write("permanences.csv", "distribution;role;member\nd1;Pain;\n")

    assert len(first) == len(EVERYBODY)
    assert news(coop, CALLED + 2 * HOUR) == []


def test_the_first_run_that_knows_of_duties_floods_nobody(tmp_path: Path) -> None:
    coop = Coop(tmp_path, extra=f"notices: {{{OFF}}}\n")
    coop.run(BEGUN)
    coop.write("permanences.csv", DUTIES)
    coop.replace("config.yaml", *NAMED)

    report = coop.run(DUE + 2 * HOUR)
    back = coop.run(DUE + 3 * HOUR, lookback=timedelta(hours=12))

    assert report.counts["sent"] == 0
    assert any("--lookback" in str(problem) for problem in report.events)
    assert back.counts["sent"] == 3


def test_a_file_that_is_just_being_written_is_left_to_the_next_run(tmp_path: Path) -> None:
    coop = made(tmp_path)

    def now() -> datetime:
        return datetime.fromtimestamp(time.time(), utc("2026-06-01T00:00").tzinfo)

    at = now() + timedelta(days=3)
    coop.write(
        "distributions.yaml",
        f"- {{id: d1, group: lac, starts_at: {at:%Y-%m-%d %H:%M}Z, place: Salle des fêtes}}\n",
    )
    coop.write("permanences.csv", DUTIES)
    first = coop.run_by(now, lookback=timedelta(days=4), says_once=True)
    let_rest(tmp_path / "permanences.csv")
    second = coop.run_by(now, lookback=timedelta(days=4), says_once=True)
    coop.replace("distributions.yaml", "Salle des fêtes", "Gymnase")
    coop.write("permanences.csv", DUTIES)
    third = coop.run_by(now, says_once=True)

    assert (first.counts["sent"], first.problems) == (0, ())
    assert second.counts["sent"] == 3
    assert (third.counts["sent"], third.news) == (0, ())


def test_a_cancelled_distribution_names_whom_to_tell_who_serves(told: Coop) -> None:
    told.replace("distributions.yaml", "  place:", "  cancelled: yes\n  place:")

    report = told.run(DUE + HOUR)

    assert len(told.mailed()) == 3
    (problem,) = report.events
    assert "reminders of duties there had left" in str(problem)
    assert "--to told:d1" in str(problem)


def test_a_correction_that_came_too_late_is_said_once(told: Coop) -> None:
    told.replace("permanences.csv", "d1;Accueil;1;\n", "d1;Accueil;3;\n")

    report = told.run(STARTS + MINUTE)
    again = told.run(STARTS + HOUR)

    late = [line for line in report.lines if line.status == "expired"]
    assert sorted((line.address, line.kind) for line in late) == [(LEA, "duty"), (ZOE, "duty")]
    assert [line for line in again.lines if line.status == "expired"] == []


def test_re_dated_once_it_took_place_it_has_ordinary_reminders_again(told: Coop) -> None:
    told.replace("distributions.yaml", "2026-06-12", "2026-06-19")
    coming = news(told, STARTS + 4 * MINUTE)
    early = news(told, STARTS + timedelta(days=2, hours=12))

    assert (coming, early) == ([], [])
    assert news(told, STARTS + timedelta(days=3)) == [
        ("Votre permanence", address) for address in (*COUPLE, ZOE)
    ]


def test_whoever_left_the_group_is_told_nothing_of_a_duty(told: Coop) -> None:
    told.replace("members.csv", "1;Zoé;Martin;zoe@example.org;;\n", "")
    told.replace("permanences.csv", "d1;Accueil;1;\n", "d1;Accueil;3;\n")

    assert news(told, DUE + HOUR) == [("Votre permanence", LEA)]


def test_whoever_is_numbered_anew_is_not_told_again(told: Coop) -> None:
    told.replace("members.csv", "1;Zoé", "101;Zoé")
    told.replace("permanences.csv", "d1;Accueil;1;", "d1;Accueil;101;")

    assert news(told, DUE + HOUR) == []


def test_what_was_told_under_another_id_of_the_distribution_counts(told: Coop) -> None:
    for name in ("distributions.yaml", "permanences.csv", "orders.csv"):
        told.replace(name, "d1", "vendredi")

    assert news(told, DUE + HOUR) == []
    told.replace("permanences.csv", "vendredi;Accueil;1;", "vendredi;Accueil;;")
    assert news(told, DUE + 2 * HOUR) == [("Vous n’êtes plus de permanence", ZOE)]


def test_a_place_that_nobody_can_read_was_not_moved(told: Coop) -> None:
    told.replace("distributions.yaml", "Salle des fêtes", "Salle des fÃªtes")

    assert news(told, DUE + HOUR) == []


def test_whoever_gave_up_is_not_told_that_it_moved(told: Coop) -> None:
    told.replace("permanences.csv", "d1;Accueil;1;\n", "d1;Accueil;;\n")
    told.run(DUE + HOUR)
    told.replace("distributions.yaml", "18:00", "19:00")

    assert [address for _subject, address in news(told, DUE + 2 * HOUR)] == COUPLE


def test_week_after_week_under_one_id_a_duty_handed_over_is_told(tmp_path: Path) -> None:
    coop = made(tmp_path, "opening: {default: no}")
    coop.run(DUE)
    coop.run(STARTS - 24 * HOUR)
    coop.run(STARTS + HOUR)
    coop.replace("distributions.yaml", "2026-06-12", "2026-06-19")
    coop.replace("permanences.csv", "d1;Accueil;1;", "d1;Accueil;3;")
    week = timedelta(days=7)
    reminded = news(coop, DUE + week)
    coop.replace("permanences.csv", "d1;Accueil;3;", "d1;Accueil;;")

    assert [address for _subject, address in reminded] == [LEA, *COUPLE]
    assert news(coop, DUE + week + HOUR) == [("Vous n’êtes plus de permanence", LEA)]


def test_week_after_week_under_one_id_rows_of_before_keep_nobody_from_being_released(tmp_path: Path) -> None:
    """The rows name days; what took place was dated anew, and its own row is there still."""
    header, first = "date;role;member\n", "12/06/2026;Accueil;1\n12/06/2026;Pesée;2\n"
    coop = made(tmp_path, duties=header + first)
    coop.run(DUE)
    coop.run(STARTS + HOUR)
    coop.replace("distributions.yaml", "2026-06-12", "2026-06-19")
    coop.write("permanences.csv", f"{header}{first}19/06/2026;Accueil;1\n19/06/2026;Pesée;2\n")
    week = timedelta(days=7)
    reminded = news(coop, DUE + week)
    coop.write("permanences.csv", f"{header}{first}19/06/2026;Accueil;3\n19/06/2026;Pesée;2\n")

    assert [address for _subject, address in reminded] == [*COUPLE, ZOE]
    assert news(coop, DUE + week + HOUR) == [
        ("Votre permanence", LEA),
        ("Vous n’êtes plus de permanence", ZOE),
    ]


@pytest.fixture
def mailed(tmp_path: Path) -> Iterator[tuple[Coop, MailjetServer]]:
    """Give a co-op whose mail goes through Mailjet, of which three serve and were told so."""
    with MailjetServer(tls=False) as server:
        coop = Coop(
            tmp_path,
            extra=f"notices: {{{OFF}}}\ndelivery: mailjet\n"
            f"mailjet: {{api_url: '{server.url}', parallel: 1}}\n",
            environ=server.environment,
        )
        coop.replace("config.yaml", *NAMED)
        coop.write("permanences.csv", f"{DUTIES}d1;Rangement;3;\n")
        for name in ("permanences.csv", "orders.csv"):
            let_rest(tmp_path / name)
        coop.run(BEGUN, says_once=True)
        yield coop, server


def test_what_was_put_off_waits_while_nobody_can_read_who_serves(mailed: tuple[Coop, MailjetServer]) -> None:
    coop, server = mailed
    coop.run(DUE, reads_at_once=True)
    coop.replace("permanences.csv", "d1;Rangement;3;", "d1;Pain;3;")
    server.script[:] = [status(429)]
    coop.run(DUE + HOUR, reads_at_once=True)
    coop.replace("permanences.csv", ";role;", ";x;")
    coop.run(DUE + 2 * HOUR, reads_at_once=True)
    waiting = [
        entry.key.address for entry in coop.entries(account="mailjet") if entry.status == Status.DEFERRED
    ]
    coop.replace("permanences.csv", ";x;", ";role;")

    report = coop.run(DUE + 3 * HOUR, reads_at_once=True)

    assert waiting == [LEA]
    assert report.counts["sent"] == 1


def test_corrections_that_somebody_took_as_right_and_that_were_put_off_leave_with_the_next_run(
    mailed: tuple[Coop, MailjetServer],
) -> None:
    coop, server = mailed
    coop.run(DUE, reads_at_once=True)
    coop.write("permanences.csv", DUTIES.replace("d1;Accueil;1;\n", ""))
    server.script[:] = [status(429)]
    accepted = coop.run(DUE + HOUR, reads_at_once=True, accept_data=frozenset(("lac",)))

    report = coop.run(DUE + 2 * HOUR, reads_at_once=True)

    assert (accepted.counts["deferred"], accepted.counts["sent"]) == (2, 0)
    assert report.counts["sent"] == 2
    assert "--accept-data" not in " ".join(map(str, report.problems))


def test_a_distribution_that_is_moved_while_its_duties_stand_under_the_old_day_takes_nobody_s(
    tmp_path: Path,
) -> None:
    coop = made(tmp_path, duties="date;role;member\n12/06/2026;Accueil;1\n12/06/2026;Pesée;2\n")
    coop.run(DUE)
    coop.replace("distributions.yaml", "2026-06-12", "2026-06-13")
    moved = news(coop, DUE + HOUR)
    coop.write("permanences.csv", "date;role;member\n13/06/2026;Accueil;1\n13/06/2026;Pesée;2\n")

    assert moved == [("Changement de date de permanence", address) for address in (*COUPLE, ZOE)]
    assert news(coop, DUE + 2 * HOUR) == []


def put_off_to_the_nineteenth(folder: Path) -> Coop:
    """Have all who serve on the 12th told so, then of the 19th, while the rows still say the 12th."""
    coop = made(folder, duties="date;role;member\n12/06/2026;Accueil;1\n12/06/2026;Pesée;2\n")
    coop.run(DUE)
    coop.replace("distributions.yaml", "2026-06-12", "2026-06-19")
    moved = news(coop, DUE + HOUR)
    assert moved == [("Changement de date de permanence", address) for address in (*COUPLE, ZOE)]
    return coop


@pytest.mark.parametrize("at", ["2026-06-12T16:00", "2026-06-13T07:00", "2026-06-19T15:00"])
def test_put_off_and_the_rows_still_say_the_old_day_nobody_loses_a_duty_once_that_is_over(
    tmp_path: Path, at: str
) -> None:
    coop = put_off_to_the_nineteenth(tmp_path)

    assert news(coop, utc(at)) == []


def test_put_off_and_handed_over_once_the_rows_say_the_new_day(tmp_path: Path) -> None:
    coop = put_off_to_the_nineteenth(tmp_path)
    coop.write("permanences.csv", "date;role;member\n19/06/2026;Accueil;1\n19/06/2026;Pesée;3\n")

    assert news(coop, utc("2026-06-13T07:00")) == [
        ("Vous n’êtes plus de permanence", address) for address in COUPLE
    ]


def test_a_row_that_names_no_distribution_leaves_no_place_vacant(tmp_path: Path) -> None:
    coop = made(
        tmp_path,
        f"{OFF}, duty_vacant: {{default: yes}}",
        duties="date;role;member;needed\n12/06/2026;Accueil;1;2\n46185;Accueil;2;\n",
    )

    assert news(coop, CALLED) == []


@pytest.mark.parametrize("day", ["05/03/2027", "vendredi 5 mars 2027", "19 et 26 juin"])
def test_a_row_of_a_day_without_distribution_silences_no_other_day(tmp_path: Path, day: str) -> None:
    """A roster may go on where the calendar ends."""
    header = "date;role;member;needed\n12/06/2026;Accueil;1;2\n"
    roster = f"{header}{day};Accueil;2;\n"
    coop = made(tmp_path, "opening: {default: no}, duty_vacant: {default: yes}", duties=roster)
    called, reminded = news(coop, CALLED), news(coop, DUE)
    coop.write("permanences.csv", roster.replace("Accueil;1", "Accueil;3"))

    assert [address for _subject, address in called] == EVERYBODY
    assert reminded == [("Votre permanence", ZOE)]
    assert LACKS_ROWS not in last_text_to(coop, ZOE)
    assert news(coop, DUE + HOUR) == [("Votre permanence", LEA), ("Vous n’êtes plus de permanence", ZOE)]


@pytest.mark.parametrize(("told_before", "left"), [(True, []), (False, EVERYBODY)])
def test_a_row_of_the_day_that_was_told_leaves_no_place_vacant_of_what_was_put_off(
    tmp_path: Path, told_before: bool, left: list[str]
) -> None:
    coop = made(
        tmp_path,
        "recap_24h: {default: no}, duty_vacant: {default: yes}",
        duties="distribution;role;member;needed\nd1;Accueil;1;2\n12/06/2026;Accueil;2;\n",
    )
    if told_before:
        coop.run(OPENED)
    coop.replace("distributions.yaml", "2026-06-12", "2026-06-13")
    coop.run(OPENED + HOUR)

    assert [address for _subject, address in news(coop, CALLED + timedelta(days=1))] == left


def test_where_no_place_is_vacant_no_row_that_names_no_distribution_is_waited_for(tmp_path: Path) -> None:
    """Such a row may be somebody's there, and frees no place."""
    coop = made(
        tmp_path,
        f"{OFF}, duty_vacant: {{default: yes}}",
        duties="date;role;member\n12/06/2026;Accueil;1\n46184;Accueil;2\n",
    )

    report = coop.run(CALLED)

    assert {line.reason for line in report.lines if line.kind == "duty_vacant"} == {"none_vacant"}


def test_what_is_called_off_once_duties_were_told_is_told_to_who_read_of_its_orders_too(
    tmp_path: Path,
) -> None:
    coop = made(tmp_path, "recap_24h: {default: no}")
    coop.run(utc("2026-06-05T06:00"))
    coop.run(DUE)
    coop.replace("distributions.yaml", "  place:", "  cancelled: yes\n  place:")

    (problem,) = coop.run(DUE + HOUR).events

    assert "the opening of its orders was announced" in str(problem)
    loaded = config.load(tmp_path / "config.yaml")
    calendar = load_calendar(sources_of(loaded))
    request = BroadcastRequest(calendar.groups["lac"], "Annulée", "Bonjour,", lists=("told:d1",))
    audience = propose(loaded, calendar, request, DUE + HOUR).audience
    assert sorted(box.address for box in audience.mailboxes) == EVERYBODY


def test_a_role_that_two_rows_spell_otherwise_is_one(tmp_path: Path) -> None:
    coop = made(
        tmp_path,
        f"{OFF}, duty_vacant: {{default: yes}}",
        duties="distribution;role;member;needed\nd1;Accueil;1;2\nd1;accueil ;2;\n",
    )

    assert news(coop, CALLED) == []
    coop.run(DUE)
    assert "Avec vous (Accueil) : Noël Bœuf" in last_text_to(coop, ZOE).replace("\xa0", " ")


@pytest.mark.parametrize("cut", ["d1;Pesée;", "d1;Pesée;2\nd1;Pain;", "d1;Pesée;2\nd1;Pa"])
def test_a_file_that_ends_before_a_name_tells_nobody_anything(tmp_path: Path, cut: str) -> None:
    whole = "distribution;role;member\nd1;Accueil;1\n"
    coop = made(tmp_path, f"{OFF}, duty_vacant: {{default: yes}}", duties=f"{whole}d1;Pesée;2\n")
    coop.run(DUE)
    coop.write("permanences.csv", whole + cut)

    left, report = news(coop, DUE + HOUR), coop.run(DUE + HOUR)

    assert left == []
    assert "it ends in the middle of this row" in str(report.problems[0])


def test_who_was_forgotten_and_still_serves_is_told_once_more_where_it_moved_and_else_not(told: Coop) -> None:
    forget(config.load(told.folder / "config.yaml"), "1", DUE + HOUR)
    unmoved = news(told, DUE + 2 * HOUR)
    told.replace("distributions.yaml", "2026-06-12", "2026-06-13")

    left = news(told, DUE + timedelta(days=1))
    again = news(told, DUE + timedelta(days=2))

    assert (unmoved, again) == ([], [])
    assert ("Votre permanence", ZOE) in left
    assert len(left) == 3
