"""Rows of notifications.csv that call somebody by an address, by name or by something like the id."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cagette_notify.data.member_settings.odd_rows import settings_of_nobody
from cagette_notify.data.member_settings.read import load_member_settings, with_own_settings
from tests.fixtures.builders import a_mailbox, a_member

if TYPE_CHECKING:
    from pathlib import Path

    from cagette_notify.core.model import Member
    from cagette_notify.data.member_settings.read import MemberSettings

ZOE = a_member(
    id="A-07",
    first_name="Zoé",
    last_name="Martin",
    mailboxes=(
        a_mailbox(address="Zoe@xn--caf-dma.fr", first_name="Zoé", last_name="Martin"),
        a_mailbox(address="luc@example.org", first_name="Luc", last_name="Petit", of_partner=True),
    ),
)
JO = a_member(
    id="12",
    first_name="Jo",
    last_name="Xn",
    mailboxes=(a_mailbox(address="jo@example.org", first_name="Jo"),),
)


def preferences(folder: Path, *rows: str) -> MemberSettings:
    text = "".join(f"{row}\n" for row in rows)
    (folder / "notifications.csv").write_text(f"member;kind;value;date\n{text}", encoding="utf-8")
    return load_member_settings(folder / "notifications.csv", folder)


def changed(
    folder: Path, *rows: str, members: tuple[Member, ...] = (ZOE, JO), set_aside: tuple[Member, ...] = ()
) -> tuple[list[dict[str, bool]], list[str]]:
    """Return what each member has changed, and what is said of the rows."""
    those, problems = with_own_settings(members, preferences(folder, *rows), set_aside)
    values = [{kind.value: one.value for kind, one in member.settings.items()} for member in those]
    return values, list(map(str, problems))


@pytest.mark.parametrize(
    "typed", ["zoe@café.fr", "ZOE@CAFE\u0301.fr", "zoe@xn--caf-dma.fr", "Luc@Example.org"]
)
@pytest.mark.parametrize(("value", "is_on"), [("no", False), ("yes", True)])
def test_an_address_that_only_one_member_has_is_theirs(
    tmp_path: Path, typed: str, value: str, is_on: bool
) -> None:
    assert changed(tmp_path, f"{typed};opening;{value}") == ([{"opening": is_on}, {}], [])


@pytest.mark.parametrize(
    ("by_id", "by_address", "is_on"),
    [
        ("yes;2026-05-01", "no;2026-06-01", False),
        ("no;2026-06-01", "yes;2026-05-01", False),
        ("no;2026-05-01", "yes;2026-06-01", True),
        ("yes;2026-05-01", "no;", False),
        ("no;2026-05-01", "yes;", False),
        ("no;", "yes;", True),
    ],
)
def test_a_change_by_an_address_rules_where_it_is_the_later_one(
    tmp_path: Path, by_id: str, by_address: str, is_on: bool
) -> None:
    rows = f"12;opening;{by_id}", f"JO@example.org;opening;{by_address}"

    assert changed(tmp_path, *rows) == ([{}, {"opening": is_on}], [])


def test_an_address_of_two_members_turns_off_for_each_of_them_and_on_for_none(tmp_path: Path) -> None:
    rows = "Jo@example.org;opening;no", "Jo@example.org;recap_4h;yes"
    other = a_member(id="13", mailboxes=JO.mailboxes)

    values, said = changed(tmp_path, *rows, members=(JO, other))

    assert values == [{"opening": False}, {"opening": False}]
    assert said == [
        (
            "notifications.csv:2: member: Jo@example.org is several people: opening is held back for lac/12, "
            "lac/13, until it says whose it is; write lac/12;opening;no, lac/13;opening;no"
        ),
        (
            "notifications.csv:3: member: Jo@example.org is several people: recap_4h is turned on for none "
            "of them; write lac/12;recap_4h;yes, lac/13;recap_4h;yes"
        ),
    ]


def test_whoever_has_an_address_and_a_row_that_is_set_aside_may_be_meant_too(tmp_path: Path) -> None:
    other = a_member(id="13", mailboxes=JO.mailboxes)

    values, said = changed(tmp_path, "JO@example.org;opening;yes", members=(JO,), set_aside=(other,))

    assert (values, len(said)) == ([{}], 1)
    assert settings_of_nobody([other], preferences(tmp_path, "JO@example.org;opening;yes")) == {}


@pytest.mark.parametrize("typed", ["Zoé Martin", "MARTIN zoe", "luc petit", "a-07", "A7", "LAC/A-07"])
def test_a_name_or_what_is_like_an_id_turns_off_for_whom_it_may_mean_and_on_for_nobody(
    tmp_path: Path, typed: str
) -> None:
    values, said = changed(tmp_path, f"{typed};opening;no", f"{typed};recap_4h;yes")

    assert values == [{"opening": False}, {}]
    assert said == [
        (
            f"notifications.csv:2: member: {typed!r} is nobody's id: opening is held back for lac/A-07, "
            "until it says whose it is; write lac/A-07;opening;no"
        ),
        (
            f"notifications.csv:3: member: {typed!r} is nobody's id: recap_4h is turned on for nobody; write "
            "lac/A-07;recap_4h;yes"
        ),
    ]


@pytest.mark.parametrize("name", ["A-07", "lac/A-07"])
def test_what_somebody_says_under_their_id_ends_the_doubt(tmp_path: Path, name: str) -> None:
    rows = "Zoé Martin;opening;no", f"{name};opening;yes"

    assert changed(tmp_path, *rows) == ([{"opening": True}, {}], [])


def test_an_address_in_capitals_is_everybodys_whose_only_id_it_is(tmp_path: Path) -> None:
    boxes = (a_mailbox(address="jo@example.org"),)
    both = (
        a_member(id="jo@example.org jo xn", mailboxes=boxes),
        a_member(id="jo@example.org al xn", mailboxes=boxes),
    )

    assert changed(tmp_path, "JO@example.org;opening;yes", members=both) == ([{"opening": True}] * 2, [])


def test_somebody_elses_id_is_nothing_like_ones_own(tmp_path: Path) -> None:
    namesake = a_member(id="012", first_name="Al", mailboxes=(a_mailbox(address="al@example.org"),))

    assert changed(tmp_path, "012;opening;no", members=(JO, namesake)) == ([{}, {"opening": False}], [])


@pytest.mark.parametrize(
    "typed",
    [
        *("A-07, 12", "A-07|12", "a7 et 12", "lac/A-07, lac/12", "Zoé Martin & jo@example.org"),
        *("luc@example.org,jo@example.org", "12 A-07", "Luc Petit + 12"),
    ],
)
def test_a_cell_that_names_two_members_turns_off_for_each_of_them_and_on_for_none(
    tmp_path: Path, typed: str
) -> None:
    values, said = changed(tmp_path, f"{typed};opening;no", f"{typed};recap_4h;yes")

    assert values == [{"opening": False}, {"opening": False}]
    assert [line.rpartition("; write ")[2] for line in said] == [
        "lac/A-07;opening;no, lac/12;opening;no",
        "lac/A-07;recap_4h;yes, lac/12;recap_4h;yes",
    ]


@pytest.mark.parametrize(
    "typed", ["A-07 Zoé Martin", "Mme Zoé Martin", "A-07, 99", "luc@example.org, 99", "A-07 luc@example.org"]
)
def test_a_cell_that_names_one_member_among_other_words_turns_off_for_them_and_on_for_nobody(
    tmp_path: Path, typed: str
) -> None:
    values, said = changed(tmp_path, f"{typed};opening;no", f"{typed};recap_4h;yes")

    assert values == [{"opening": False}, {}]
    assert [line.rpartition("; write ")[2] for line in said] == [
        "lac/A-07;opening;no",
        "lac/A-07;recap_4h;yes",
    ]


@pytest.mark.parametrize(
    "gone", ["port/12", "jo+lac@example.org", "jo@example.org al durand", "99 Al Durand", "99, 98"]
)
def test_whoever_has_left_is_nobody_who_is_left(tmp_path: Path, gone: str) -> None:
    assert changed(tmp_path, f"{gone};opening;no") == ([{}, {}], [])
