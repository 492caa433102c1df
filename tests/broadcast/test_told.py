"""What is off after its recaps left: the very command that is printed reaches those who were told."""

from __future__ import annotations

import json
import re
import shlex
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.errors import DataError, UsageError
from cagette_notify.core.formatting import long_day
from cagette_notify.core.notices import Reason
from tests.broadcast.test_audience import addresses, choose
from tests.fixtures.builders import PARIS
from tests.fixtures.command import run
from tests.fixtures.coop import GROUPS, MEMBERS, Coop
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TOLD = ["maelle@example.org", "noel@example.org", "zoe@example.org"]
NOW = datetime.now(timezone.utc).replace(microsecond=0)
STARTS_AT = NOW + timedelta(hours=20)
ORDERED = "member;distribution;product;quantity\n1;{id};Tomates;2\n2;{id};Panier;1\n"
COMMAND = re.compile(r"(?:cagette-notify|\S+) --config \S+ (broadcast .*)")


def distributions(coop: Coop, *lines: str) -> None:
    coop.write("distributions.yaml", "".join(f"{line}\n" for line in lines) or "[]\n")


def day(at: datetime = STARTS_AT, **fields: str) -> str:
    given = {"group": "lac", "starts_at": at.isoformat(), "place": "Salle", **fields}
    return "- {" + ", ".join(f"{name}: {value}" for name, value in given.items()) + "}"


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    """Give a co-op in the time of this machine, whose recaps are about to leave."""
    coop = Coop(tmp_path)
    coop.write("letter.md", "Pas de distribution.\n")
    distributions(coop)
    assert run(tmp_path, "send-due").returncode == 0
    return coop


def tells(coop: Coop, one: str, distribution_id: str) -> None:
    """Let the recaps of a distribution leave, an hour ago."""
    distributions(coop, one)
    coop.write("orders.csv", ORDERED.format(id=distribution_id))
    coop.run(NOW, lookback=timedelta(hours=24), reads_at_once=True)
    assert coop.mailed() == TOLD


def printed(coop: Coop) -> str:
    [line] = [line for line in run(coop.folder, "send-due").stderr.splitlines() if " --to " in line]
    found = COMMAND.search(line)
    assert found, line
    return found[1]


def written_to(coop: Coop, command: str) -> list[str]:
    """Type the command that was printed; return to whom the letter went."""
    done = run(coop.folder, *shlex.split(command), "-s", "Annulée", "--body", "letter.md", "--yes")
    assert done.returncode == 0, done.stderr
    return sorted(m["To"].addresses[0].addr_spec for m in coop.mails() if m["Subject"] == "Annulée")


def deleted(coop: Coop) -> None:
    distributions(coop)


def disabled(coop: Coop) -> None:
    coop.write("groups.yaml", GROUPS + "  disabled: yes\n")


def cancelled(coop: Coop) -> None:
    coop.replace("distributions.yaml", "{group", "{cancelled: yes, group")


def renamed(coop: Coop) -> None:
    coop.write("groups.yaml", GROUPS.replace("id: lac", "id: etang"))
    distributions(coop)


@pytest.mark.long
@pytest.mark.parametrize("off", [deleted, disabled, cancelled, renamed])
def test_the_printed_command_reaches_those_who_were_told(coop: Coop, off: Callable[[Coop], None]) -> None:
    tells(coop, day(id="d1"), "d1")
    off(coop)

    assert written_to(coop, printed(coop)) == TOLD


def test_it_does_for_a_distribution_whose_day_moved_and_that_has_no_id(coop: Coop) -> None:
    tells(coop, day(), f"lac-{STARTS_AT.astimezone(PARIS):%Y-%m-%d}")
    distributions(coop, day(STARTS_AT + timedelta(days=3)))

    assert written_to(coop, printed(coop)) == TOLD


def test_it_does_for_a_repeat_that_was_removed(coop: Coop) -> None:
    first = (STARTS_AT.astimezone(PARIS) - timedelta(days=7)).replace(tzinfo=None)
    tells(
        coop,
        day(first, id="d1", repeat=f"{{every: 7d, until: {first + timedelta(days=21):%Y-%m-%d}}}"),
        f"d1-{first + timedelta(days=7):%Y-%m-%d}",
    )
    distributions(coop, day(first, id="d1"))

    assert written_to(coop, printed(coop)) == TOLD


@pytest.fixture
def told(tmp_path: Path) -> Coop:
    """Give a co-op of which three addresses were told, and one of the opening only."""
    coop = Coop(tmp_path)
    coop.run(utc("2026-06-05T06:05"))
    coop.run(utc("2026-06-11T16:05"))
    return coop


@pytest.mark.parametrize("wanted", ["told:d1", "told:2026-06-12", "told:next", "prévenus:d1", "Prevenus:d1"])
def test_those_told_of_a_distribution_are_a_list(told: Coop, wanted: str) -> None:
    choice = choose(told, wanted, utc("2026-06-11T17:00"))

    assert (sorted(addresses(choice)), choice.name, choice.audience.households) == (TOLD, "told:d1", 2)


def test_those_who_are_members_no_more_were_told_all_the_same(told: Coop) -> None:
    told.write("members.csv", "id;first_name;email\n1;Zoé;zoe@example.org\n")

    choice = choose(told, "told:d1", utc("2026-06-11T17:00"))

    assert sorted(addresses(choice)) == TOLD
    assert [box.first_name for box in choice.audience.mailboxes if box.key == TOLD[2]] == ["Zoé"]


def test_those_who_are_members_no_more_get_what_goes_to_everybody_and_to_those_told(told: Coop) -> None:
    told.write("members.csv", "id;first_name;email\n1;Zoé;zoe@example.org\n3;Léa;lea@example.org\n")

    choice = choose(told, ("all", "told:d1"), utc("2026-06-11T17:00"))

    assert (sorted(addresses(choice)), choice.name) == (sorted([*TOLD, "lea@example.org"]), "all + told:d1")


def test_members_that_cannot_be_read_hold_up_no_such_letter(told: Coop) -> None:
    (told.folder / "members.csv").unlink()

    choice = choose(told, "told:d1", utc("2026-06-11T17:00"))

    assert sorted(addresses(choice)) == TOLD
    assert choice.problems


def test_where_no_recap_left_those_told_of_the_opening_count_who_are_members_still(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    coop.run(utc("2026-06-05T06:05"))
    coop.write("members.csv", MEMBERS.replace("3;Léa;Roux;lea@example.org;;\n", ""))

    assert sorted(addresses(choose(coop, "told:d1", utc("2026-06-06T06:00")))) == TOLD


MOVED = "lea.roux@example.org"


@pytest.fixture
def opened(tmp_path: Path) -> Coop:
    """Give a co-op of which all were told of an opening, and nobody of more."""
    coop = Coop(tmp_path)
    coop.run(utc("2026-06-05T06:05"))
    return coop


def test_who_was_told_of_the_opening_at_a_former_address_is_written_to_at_todays(opened: Coop) -> None:
    opened.replace("members.csv", "lea@example.org", MOVED)

    choice = choose(opened, "told:d1", utc("2026-06-08T06:00"))

    assert (sorted(addresses(choice)), choice.audience.households) == (sorted([*TOLD, MOVED]), 3)


def test_who_was_told_of_a_recap_at_a_former_address_is_written_to_at_both(told: Coop) -> None:
    told.replace("members.csv", "noel@example.org", "noel.boeuf@example.org")

    choice = choose(told, "told:d1", utc("2026-06-11T17:00"))

    assert (sorted(addresses(choice)), choice.audience.households) == (
        sorted([*TOLD, "noel.boeuf@example.org"]),
        2,
    )


def test_who_has_the_id_of_somebody_who_was_told_is_not_written_to_for_that(opened: Coop) -> None:
    opened.replace("members.csv", "3;Léa;Roux;lea@example.org", f"3;Tom;Girard;{MOVED}")

    assert sorted(addresses(choose(opened, "told:d1", utc("2026-06-08T06:00")))) == TOLD


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("3;Léa;Roux;lea.roux@;;", Reason.INVALID_ADDRESS),
        ("3;Léa;Roux;;;", Reason.NO_ADDRESS),
    ],
)
def test_who_was_told_at_a_former_address_and_cannot_be_reached_is_left_out_by_name(
    opened: Coop, row: str, reason: Reason
) -> None:
    opened.replace("members.csv", "3;Léa;Roux;lea@example.org;;", row)

    choice = choose(opened, "told:d1", utc("2026-06-08T06:00"))

    assert sorted(addresses(choice)) == TOLD
    assert [(one.member.id, one.reason) for one in choice.audience.left_out] == [("3", reason)]


@pytest.mark.parametrize("today", ["lea@example.org", MOVED])
def test_who_was_told_of_the_opening_and_whose_row_is_set_aside_is_left_out_by_name(
    opened: Coop, today: str
) -> None:
    opened.replace("members.csv", "id;first_name", "opening;id;first_name")
    for row in ("1;", "2;"):
        opened.replace("members.csv", f"\n{row}", f"\n;{row}")
    opened.replace("members.csv", "\n3;Léa;Roux;lea@example.org", f"\nperhaps;3;Léa;Roux;{today}")

    choice = choose(opened, "told:d1", utc("2026-06-08T06:00"))

    assert sorted(addresses(choice)) == TOLD
    assert [(one.address, one.reason) for one in choice.audience.left_out] == [(today, Reason.SET_ASIDE)]


@pytest.mark.parametrize(("later", "reached"), [("2026-06-19T15:59:59", 3), ("2026-06-19T16:00:00", 0)])
def test_the_list_lasts_for_seven_days_after_the_start(told: Coop, later: str, reached: int) -> None:
    assert len(addresses(choose(told, "told:d1", utc(later)))) == reached


def test_a_deleted_distribution_is_unknown_once_its_list_is_over(told: Coop) -> None:
    told.write("distributions.yaml", "[]\n")

    with pytest.raises(UsageError, match="no distribution 'd1'"):
        choose(told, "told:d1", utc("2026-06-19T16:00"))


def test_the_list_of_another_group_is_not_ones_own(told: Coop) -> None:
    told.write("groups.yaml", GROUPS + "- {id: mer, name: Mer}\n")
    told.write("members.csv", "id;email;groups\n1;zoe@example.org;lac|mer\n")
    told.replace("distributions.yaml", "group: lac", "group: mer")
    told.replace("distributions.yaml", "id: d1", "id: d9")

    with pytest.raises((UsageError, DataError)):
        choose(told, "told:d8", utc("2026-06-11T17:00"))


def test_what_was_moved_since_is_found_by_the_day_that_was_told(coop: Coop) -> None:
    tells(coop, day(id="d1"), "d1")
    distributions(coop, day(STARTS_AT + timedelta(days=3), id="d1"))
    told_on = STARTS_AT.astimezone(PARIS).date()

    asked = f"told:{told_on.isoformat()}"
    letter = ("--to", asked, "-s", "Autre jour", "--body", "letter.md", "--dry-run")
    done = run(coop.folder, "broadcast", "lac", *letter)

    assert sorted(addresses(choose(coop, asked, NOW))) == TOLD
    assert done.returncode == 0
    shown = " ".join(done.stdout.split())
    assert f"told of the distribution of {long_day(told_on, 'en')}" in shown
    with pytest.raises(UsageError, match="no distribution"):
        choose(coop, f"told:{(told_on - timedelta(days=1)).isoformat()}", NOW)


def test_those_who_were_perhaps_told_are_among_them(told: Coop) -> None:
    with closing(sqlite3.connect(told.folder / "ledger.sqlite3")) as raw:
        for address, status in zip(TOLD, ("claimed", "in_doubt", "failed"), strict=True):
            raw.execute("UPDATE notices SET status = ? WHERE address = ?", (status, address))
        raw.commit()

    assert sorted(addresses(choose(told, "told:d1", utc("2026-06-11T17:00")))) == TOLD[:2]


def test_a_distribution_of_another_group_that_only_was_told_is_not_ones_own(told: Coop) -> None:
    told.write("groups.yaml", GROUPS + "- {id: mer, name: Mer}\n")
    told.write("members.csv", "id;email;groups\n1;zoe@example.org;lac|mer\n")
    with closing(sqlite3.connect(told.folder / "ledger.sqlite3")) as raw:
        raw.execute("UPDATE notices SET group_id = 'mer'")
        raw.commit()
    told.write("distributions.yaml", "[]\n")

    with pytest.raises(UsageError, match="no distribution 'd1'"):
        choose(told, "told:d1", utc("2026-06-11T17:00"))


def entries(coop: Coop, subject: str) -> list[str]:
    """Return the calendar entries of the mails of a subject."""
    parts = [part for mail in coop.mails() if re.search(subject, mail["Subject"]) for part in mail.walk()]
    return [part.get_content() for part in parts if part.get_content_type() == "text/calendar"]


def told_of(entry: str, name: str) -> str:
    found = re.search(f"^{name}:(.*?)\r?$", entry, re.MULTILINE)
    assert found, entry
    return found[1]


@pytest.mark.dear
@pytest.mark.parametrize("off", [deleted, disabled, cancelled, renamed])
def test_what_is_off_leaves_the_calendars_of_those_who_were_told(
    coop: Coop, off: Callable[[Coop], None]
) -> None:
    coop.write("config.yaml", (coop.folder / "config.yaml").read_text() + "calendar: yes\n")
    tells(coop, day(id="d1"), "d1")
    off(coop)

    written_to(coop, printed(coop))

    before, after = entries(coop, "commande|order"), entries(coop, "Annulée")
    assert (len(before), len(after)) == (3, 3)
    assert {told_of(entry, "METHOD") for entry in after} == {"CANCEL"}
    assert {told_of(entry, "STATUS") for entry in after} == {"CANCELLED"}
    assert {told_of(entry, "UID") for entry in after} == {told_of(entry, "UID") for entry in before}
    assert min(told_of(entry, "SEQUENCE") for entry in after) > max(
        told_of(entry, "SEQUENCE") for entry in before
    )


def still_on(coop: Coop) -> None:
    coop.write("letter.md", "Venez avec vos sacs.\n")


def set_aside(coop: Coop) -> None:
    coop.replace("distributions.yaml", "place: Salle", "colour: blue")


def of_another_group(coop: Coop) -> None:
    coop.write("groups.yaml", f"{GROUPS}- {{id: mer, name: Mer}}\n")
    coop.replace("members.csv", "partner_email\n", "partner_email;groups\n")
    coop.replace("members.csv", ";;\n", ";;;lac\n")
    coop.replace("members.csv", "maelle@example.org", "maelle@example.org;lac|mer")
    coop.replace("distributions.yaml", "group: lac", "group: mer")


@pytest.mark.long
@pytest.mark.parametrize("on", [still_on, set_aside, of_another_group])
def test_a_letter_about_what_takes_place_takes_nothing_out_of_calendars(
    coop: Coop, on: Callable[[Coop], None]
) -> None:
    coop.write("config.yaml", (coop.folder / "config.yaml").read_text() + "calendar: yes\n")
    tells(coop, day(id="d1"), "d1")
    on(coop)

    assert written_to(coop, "broadcast lac --to told:d1") == TOLD
    assert entries(coop, "Annulée") == []


def test_where_mails_have_no_calendar_entry_a_letter_has_none(coop: Coop) -> None:
    tells(coop, day(id="d1"), "d1")
    deleted(coop)

    assert written_to(coop, printed(coop)) == TOLD
    assert entries(coop, "Annulée") == []


def test_the_same_letter_to_those_who_were_told_is_still_the_same_a_minute_later(coop: Coop) -> None:
    coop.write("config.yaml", (coop.folder / "config.yaml").read_text() + "calendar: yes\n")
    tells(coop, day(id="d1"), "d1")
    deleted(coop)
    command = printed(coop)
    written_to(coop, command)

    again = run(coop.folder, *shlex.split(command), "-s", "Annulée", "--body", "letter.md", "--yes")

    assert again.returncode == 1
    assert len(entries(coop, "Annulée")) == 3


@pytest.mark.dear
def test_those_told_for_a_group_that_it_is_of_no_more_can_be_written_to(coop: Coop) -> None:
    tells(coop, day(id="d1"), "d1")
    of_another_group(coop)

    command = printed(coop)

    assert command == "broadcast lac --to told:d1"
    assert run(coop.folder, "send-due").stderr == ""
    assert "is of group mer now" in run(coop.folder, "--lang", "en", "status").stdout
    assert written_to(coop, command) == TOLD
    assert "told:d1" not in run(coop.folder, "status").stdout


def test_what_is_called_off_after_it_went_over_to_another_group_is_said_again(coop: Coop) -> None:
    tells(coop, day(id="d1"), "d1")
    of_another_group(coop)
    printed(coop)
    distributions(coop, day(id="d1", group="mer", cancelled="yes"))

    command = printed(coop)

    assert command == "broadcast mer --to told:d1"
    assert written_to(coop, command) == TOLD


def a_forgotten_one(coop: Coop, who: str = "1") -> None:
    assert run(coop.folder, "forget", who, "--yes").returncode == 0


def without(coop: Coop, line: str) -> None:
    coop.replace("members.csv", line, "")


@pytest.mark.dear
def test_who_was_forgotten_and_is_a_member_is_told_that_it_is_off(coop: Coop) -> None:
    tells(coop, day(id="d1"), "d1")
    a_forgotten_one(coop)
    cancelled(coop)

    command = printed(coop)
    dry = run(coop.folder, *shlex.split(command), "-s", "x", "--body", "letter.md", "--dry-run", "--json")

    assert sorted(one["address"] for one in json.loads(dry.stdout)["notices"]) == TOLD
    assert written_to(coop, command) == TOLD


def test_who_was_forgotten_and_is_gone_is_neither_counted_nor_written_to(coop: Coop) -> None:
    tells(coop, day(id="d1"), "d1")
    a_forgotten_one(coop, "2")
    without(coop, "2;Noël;Bœuf;noel@example.org;Maëlle;maelle@example.org\n")
    cancelled(coop)

    choice = choose(coop, "told:d1", NOW)

    assert (addresses(choice), choice.audience.households) == ([TOLD[2]], 1)


def test_who_was_forgotten_and_has_a_name_today_is_greeted_by_it_whatever_their_row_lacks(coop: Coop) -> None:
    tells(coop, day(id="d1"), "d1")
    a_forgotten_one(coop, "2")
    coop.replace("members.csv", "maelle@example.org", "maelle@example..org")

    choice = choose(coop, "told:d1", NOW)

    assert [(box.address, box.first_name) for box in choice.audience.mailboxes] == [
        ("zoe@example.org", "Zoé"),
        ("noel@example.org", "Noël"),
    ]


def test_a_row_set_aside_hides_nobody_who_was_forgotten(coop: Coop) -> None:
    tells(coop, day(id="d1"), "d1")
    a_forgotten_one(coop)
    coop.replace("members.csv", "partner_email", "partner_email;last_seen")
    coop.replace("members.csv", "zoe@example.org;;", "zoe@example.org;;;never")

    choice = choose(coop, "told:d1", NOW)

    assert sorted(addresses(choice)) == TOLD
    assert any("last_seen" in str(problem) for problem in choice.problems)


def test_who_was_told_of_the_opening_and_forgotten_counts_as_long_as_they_are_members(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    opens_at = (NOW - timedelta(hours=1)).isoformat()
    coop.run(NOW - timedelta(hours=2))
    distributions(coop, day(NOW + timedelta(days=3), id="d1", orders_open_at=opens_at))
    coop.run(NOW)
    a_forgotten_one(coop)
    a_forgotten_one(coop, "3")
    without(coop, "3;Léa;Roux;lea@example.org;;\n")

    choice = choose(coop, "told:d1", NOW)

    assert (sorted(addresses(choice)), choice.audience.households) == (TOLD, 2)


def of_no_day(coop: Coop) -> None:
    distributions(coop, "- {id: d9, group: lac, starts_at: 2026-08-32, place: Salle}")


@pytest.mark.long
@pytest.mark.parametrize(
    ("aside", "why"),
    [(set_aside, "what the data says of it was set aside"), (of_no_day, r"\(distributions.yaml:1\)")],
)
def test_the_screen_says_why_what_may_be_a_bad_row_stays_in_calendars(
    coop: Coop, aside: Callable[[Coop], None], why: str
) -> None:
    coop.write("config.yaml", (coop.folder / "config.yaml").read_text() + "calendar: yes\n")
    tells(coop, day(id="d1"), "d1")
    aside(coop)

    command = ("broadcast", "lac", "--to", "told:d1", "-s", "Annulée", "--body", "letter.md", "--dry-run")
    done = run(coop.folder, "--lang", "en", *command)

    assert re.search(f"takes distribution d1 out of no calendar: .*{why}", done.stdout + done.stderr)
    assert written_to(coop, "broadcast lac --to told:d1") == TOLD
    assert entries(coop, "Annulée") == []


def test_a_bad_row_of_another_day_keeps_nothing_in_calendars(coop: Coop) -> None:
    coop.write("config.yaml", (coop.folder / "config.yaml").read_text() + "calendar: yes\n")
    tells(coop, day(id="d1"), "d1")
    later = STARTS_AT + timedelta(days=3)
    distributions(coop, day(later, id="d5", ends_at=STARTS_AT.isoformat()))

    assert written_to(coop, printed(coop)) == TOLD
    assert len(entries(coop, "Annulée")) == 3
