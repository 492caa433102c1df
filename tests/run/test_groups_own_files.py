"""Groups with members files of their own: who gets mail is the same whichever of them has something due."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fixtures.coop import A_DAY_BEFORE, Coop, counted
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "id;first_name;last_name;email\n"
OF_MER = "- {id: m1, group: mer, starts_at: 2026-06-12 18:00, place: Plage}\n"
OF_LAC = "- {id: l1, group: lac, starts_at: 2026-06-12 18:00, place: Salle}\n"
OF_BOTH = "member;distribution;product;quantity\n1;m1;Pain;2\n2;m1;Lait;3\n1;l1;Lait;0\n"
EARLY = utc("2026-06-01T06:00")


@pytest.fixture
def two(tmp_path: Path) -> Coop:
    """Make two groups that count their members from 1, each in its own file; only Mer has a day ahead."""
    coop = Coop(tmp_path)
    coop.replace("config.yaml", "  members: members.csv\n", "")
    coop.write(
        "groups.yaml",
        "- {id: lac, name: Lac, members: lac.csv}\n- {id: mer, name: Mer, members: mer.csv}\n",
    )
    coop.write("lac.csv", f"{HEADER}1;Zoé;Martin;zoe@example.org\n2;Luc;Bo;luc@example.org\n")
    coop.write("mer.csv", f"{HEADER}1;Ana;Ci;ana@example.org\n2;Eve;Do;eve@example.org\n")
    coop.write("distributions.yaml", OF_MER)
    coop.write("orders.csv", "member;distribution;product;quantity\n1;m1;Pain;2\n2;m1;Lait;3\n")
    coop.run(EARLY)
    return coop


def let_both_have_a_day(two: Coop) -> None:
    two.write("distributions.yaml", OF_MER + OF_LAC)
    two.write("orders.csv", OF_BOTH)


@pytest.mark.parametrize("has_both", [False, True])
def test_a_change_of_an_id_that_two_groups_have_holds_back_for_both_whatever_is_due(
    two: Coop, *, has_both: bool
) -> None:
    if has_both:
        let_both_have_a_day(two)
    two.write("notifications.csv", "member;kind;value;date\n2;recap_24h;no;2026-05-29\n")

    report = two.run(A_DAY_BEFORE)

    assert two.mailed() == ["ana@example.org"]
    assert report.news == (
        (
            "notifications.csv:2: member: 2 is several people: recap_24h is held back for lac/2, mer/2, "
            "until it says whose it is; write lac/2;recap_24h;no, mer/2;recap_24h;no"
        ),
    )


def test_what_one_of_two_groups_files_says_of_somebody_holds_while_only_the_other_has_something_due(
    two: Coop,
) -> None:
    two.write(
        "lac.csv",
        "id;first_name;last_name;email;partner_email;language;recap_24h\n"
        "1;Ana;Ci;ana@example.org;max@example.org;en;\n2;Eve;Do;eve@example.org;;;non\n",
    )

    report = two.run(A_DAY_BEFORE)

    assert counted(report) == {"sent": 2, "skipped": 1}
    assert two.mailed() == ["ana@example.org", "max@example.org"]
    assert all("Friday" in mail["Subject"] for mail in two.mails())


def test_a_file_of_another_group_that_cannot_be_read_holds_nobody_up(two: Coop) -> None:
    (two.folder / "lac.csv").unlink()

    report = two.run(A_DAY_BEFORE)

    assert two.mailed() == ["ana@example.org", "eve@example.org"]
    assert (report.news, report.held_groups) == ((), frozenset())


@pytest.mark.parametrize("file", ["lac.csv", "groups.yaml"])
def test_while_another_groups_members_cannot_be_read_changes_hold_for_who_has_the_id_and_that_is_said(
    two: Coop, file: str
) -> None:
    two.write("notifications.csv", "member;kind;value\n2;recap_24h;no\nmer/1;recap_24h;no\n9;opening;no\n")
    if file == "lac.csv":
        (two.folder / file).unlink()
    else:
        two.replace(file, "name: Lac,", "")

    report = two.run(A_DAY_BEFORE)

    assert two.mailed() == []
    (said,) = (line for line in report.news if not line.startswith("groups.yaml:"))
    assert said == (
        "notifications.csv:2: member: the members of lac can't be read, and may have these ids too; "
        "changes hold for whoever has them elsewhere, unless they say group/id: 2"
    )


def test_a_file_of_a_disabled_group_that_is_gone_makes_no_words(two: Coop) -> None:
    two.write("notifications.csv", "member;kind;value\n2;recap_24h;no\n")
    two.replace("groups.yaml", "name: Lac,", "name: Lac, disabled: yes,")
    (two.folder / "lac.csv").unlink()

    report = two.run(A_DAY_BEFORE)

    assert two.mailed() == ["ana@example.org"]
    assert report.news == ()


def test_a_change_that_may_be_of_somebody_whose_row_is_set_aside_holds_back_for_the_other_and_says_so(
    two: Coop,
) -> None:
    two.write("notifications.csv", "member;kind;value\n2;recap_24h;no\n")
    two.write("lac.csv", f"{HEADER}1;Zoé;Martin;zoe@example.org\n2;#N/A;Bo;luc@example.org;too;many\n")

    report = two.run(A_DAY_BEFORE)

    assert two.mailed() == ["ana@example.org"]
    assert report.news == (
        (
            "notifications.csv:2: member: 2 is several people: recap_24h is held back for mer/2, lac/2, "
            "until it says whose it is; write mer/2;recap_24h;no, lac/2;recap_24h;no"
        ),
    )


def test_new_ids_take_along_what_may_be_switched_off_and_leave_it_to_somebody_whose_row_is_set_aside(
    two: Coop,
) -> None:
    two.write("lac.csv", f"{HEADER}1;Zoé;Martin;zoe@example.org\n2;Luc;Bo;luc@example.org;too;many\n")
    two.run(A_DAY_BEFORE)
    written = two.write(
        "notifications.csv",
        "member;kind;value\n2;recap_24h;no\nmer/2;recap_4h;no\n2;opening;yes\n2;recap_4h;no\n",
    )
    for name, header in (("mer.csv", HEADER), ("orders.csv", "member;distribution;product;quantity\n")):
        rows = (two.folder / name).read_text(encoding="utf-8").splitlines()[1:]
        two.write(name, header + "".join(f"7{row}\n" for row in rows))

    two.run(utc("2026-06-11T16:15"), accept_data=frozenset({"mer"}))

    assert written.read_text(encoding="utf-8-sig").splitlines()[1:] == [
        "2;recap_24h;no",
        "mer/72;recap_24h;no",
        "mer/72;recap_4h;no",
        "2;opening;yes",
        "2;recap_4h;no",
    ]


def test_what_is_wrong_in_the_file_of_a_group_is_said_once_that_group_has_something_due(two: Coop) -> None:
    two.write("lac.csv", f"{HEADER}1;Zoé;Martin;zoe@\n")

    only_mer = two.run(A_DAY_BEFORE)
    let_both_have_a_day(two)
    both = two.run(utc("2026-06-11T16:15"))

    assert only_mer.news == ()
    assert both.news == ("lac.csv:2: email: not an address: 'zoe@'",)


def test_a_family_of_two_names_at_one_address_is_greeted_and_obeyed_in_each_group(
    two: Coop,
) -> None:
    family = "first_name;last_name;email\n{};Martin;famille@example.org\n"
    two.write("lac.csv", family.format("Zoé"))
    two.write("mer.csv", family.format("Luc") + "Eve;Do;eve@example.org\n")
    two.write("distributions.yaml", OF_MER + OF_LAC)
    two.write(
        "orders.csv",
        "member;distribution;product;quantity\n"
        "famille@example.org;l1;Pain;2\nfamille@example.org;m1;Lait;3\neve@example.org;m1;Lait;1\n",
    )

    two.run(A_DAY_BEFORE)
    two.write("notifications.csv", "member;kind;value\nfamille@example.org;recap_4h;yes\n")
    later = two.run(utc("2026-06-12T14:05"))

    zoe, luc = "Zoé Martin <famille@example.org>", "Luc Martin <famille@example.org>"
    assert sorted(str(mail["To"]) for mail in two.mails()) == ["Eve Do <eve@example.org>", luc, luc, zoe, zoe]
    assert later.news == ()
