from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from cagette_notify.core.errors import UsageError
from cagette_notify.core.kinds import NOTICE_KINDS, Kind
from cagette_notify.core.model import Setting
from cagette_notify.data.dataset import Members
from cagette_notify.data.member_settings.odd_rows import settings_of_nobody
from cagette_notify.data.member_settings.read import (
    MemberSettings,
    load_member_settings,
    names_in_settings,
    with_own_settings,
)
from cagette_notify.data.members.read import SetAside
from cagette_notify.data.roster import RosterBeforeSettings
from tests.data.files import calendar_of
from tests.fixtures.builders import a_mailbox, a_member

if TYPE_CHECKING:
    from pathlib import Path

    from cagette_notify.core.model import Member


def preferences(folder: Path, text: str) -> MemberSettings:
    (folder / "notifications.csv").write_text(text, encoding="utf-8")
    return load_member_settings(folder / "notifications.csv", folder)


def values(member: Member) -> dict[str, bool]:
    return {kind.value: setting.value for kind, setting in member.settings.items()}


def among(
    folder: Path, *members: Member, stopped: str = "", set_aside: tuple[Member, ...] = ()
) -> RosterBeforeSettings:
    return RosterBeforeSettings(
        calendar_of(folder, {}),
        Members(
            members,
            frozenset(stopped.split()),
            (),
            set_aside=tuple(SetAside(member, ()) for member in set_aside),
            unread_groups=frozenset(stopped.split()),
        ),
    )


def test_no_file_means_no_changes(tmp_path: Path) -> None:
    assert load_member_settings(tmp_path / "notifications.csv", tmp_path).settings == {}


def test_the_last_row_rules_and_knows_its_line_and_day(tmp_path: Path) -> None:
    text = "Membre;Type;Valeur;Le\n1;opening;oui;01/06/2026\n1;opening;non;02/06/2026\n"

    setting = preferences(tmp_path, text).settings["1"][Kind.OPENING]

    assert (setting.value, setting.changed_on) == (False, "2026-06-02")
    assert (setting.origin.file, setting.origin.line) == ("notifications.csv", 3)


@pytest.mark.parametrize(
    ("rows", "value", "line"),
    [
        (("no;2026-06-01", "yes;2026-05-01"), False, 2),
        (("yes;2026-06-01", "no;2026-05-01"), True, 2),
        (("no;2026-05-01", "yes;01/06/2026"), True, 3),
        (("no;2026-06-01", "yes;2026-06-01"), True, 3),
        (("no;", "yes;"), True, 3),
        (("yes;", "no;"), False, 3),
        (("no;", "yes;2026-06-01"), False, 2),
        (("yes;2026-06-01", "no;"), False, 3),
        (("no;2026-06-01", "yes;"), False, 2),
        (("yes;", "no;2026-06-01"), False, 3),
        (("no;", "no;2026-05-01", "yes;2026-06-01"), False, 2),
        (("no;2026-05-01", "yes;", "yes;2026-06-01"), True, 4),
    ],
)
def test_the_latest_date_rules_whatever_the_order_of_rows_and_off_where_one_has_none(
    tmp_path: Path, rows: tuple[str, ...], value: bool, line: int
) -> None:
    text = "".join(f"1;recap_24h;{row}\n" for row in rows)

    setting = preferences(tmp_path, f"member;kind;value;date\n{text}").settings["1"][Kind.RECAP_24H]

    assert (setting.value, setting.origin.line) == (value, line)


def test_a_row_with_a_mistake_is_said_and_is_no_change_for_sure(tmp_path: Path) -> None:
    found = preferences(
        tmp_path, "member;kind;value;date\n1;opening;maybe;\n1;openings;no;\n1;opening;no;soon\n"
    )

    assert found.settings == {}
    assert [(one.line, one.field) for one in found.problems] == [(2, "value"), (3, "kind"), (4, "date")]


def test_a_yaml_file_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "n.yaml").write_text("- {member: 1, kind: opening, value: no}\n")

    assert load_member_settings(tmp_path / "n.yaml", tmp_path).settings["1"][Kind.OPENING].value is False


def test_the_more_exact_name_rules_whatever_the_order_of_rows(tmp_path: Path) -> None:
    changes = preferences(tmp_path, "member;kind;value\nlac/1007;opening;no\n1007;opening;yes\n")

    (member,), problems = with_own_settings([a_member()], changes)

    assert (values(member), problems) == ({"opening": False}, [])
    assert names_in_settings(member, is_only=True) == ("1007", "lac/1007")


def test_an_id_of_two_people_turns_off_for_each_of_them_who_has_not_said_so_and_on_for_none(
    tmp_path: Path,
) -> None:
    changes = preferences(
        tmp_path,
        "member;kind;value\n1007;opening;no\nport/1007;opening;yes\n1007;recap_24h;no\n1007;recap_4h;yes\n",
    )
    off = {Kind.RECAP_4H: Setting(value=False)}

    (lac, port), problems = with_own_settings(
        [a_member(settings=off), a_member(group_ids=("port",), settings=off)], changes
    )

    assert values(lac) == {"opening": False, "recap_24h": False, "recap_4h": False}
    assert values(port) == {"opening": True, "recap_24h": False, "recap_4h": False}
    assert [str(one) for one in problems] == [
        (
            "notifications.csv:2: member: 1007 is several people: opening is held back for lac/1007, until "
            "it says whose it is; write lac/1007;opening;no"
        ),
        (
            "notifications.csv:4: member: 1007 is several people: recap_24h is held back for lac/1007, "
            "port/1007, until it says whose it is; write lac/1007;recap_24h;no, port/1007;recap_24h;no"
        ),
        (
            "notifications.csv:5: member: 1007 is several people: recap_4h is turned on for none of them; "
            "write lac/1007;recap_4h;yes, port/1007;recap_4h;yes"
        ),
    ]
    assert names_in_settings(lac, is_only=False) == ("lac/1007",)


def test_an_id_of_two_people_who_have_both_said_what_they_want_is_in_nobodys_way(tmp_path: Path) -> None:
    rows = "1007;opening;no\nport/1007;opening;yes\nlac/1007;opening;yes\n"
    changes = preferences(tmp_path, f"member;kind;value\n{rows}")

    changed, problems = with_own_settings([a_member(), a_member(group_ids=("port",))], changes)

    assert ([values(one) for one in changed], problems) == ([{"opening": True}] * 2, [])


def test_whoever_is_in_no_group_is_not_asked_for_and_one_person_with_two_rows_is_named_once(
    tmp_path: Path,
) -> None:
    changes = preferences(tmp_path, "member;kind;value\n1007;opening;no\n")
    nowhere = a_member(group_ids=(), mailboxes=(a_mailbox(address="luc@example.org"),))

    changed, [problem] = with_own_settings([a_member(), nowhere], changes, [a_member()])

    assert [values(one) for one in changed] == [{"opening": False}] * 2
    assert str(problem).endswith(
        "held back for lac/1007, until it says whose it is; write lac/1007;opening;no"
    )


def test_a_row_set_aside_of_the_same_person_or_group_takes_no_changes_away(tmp_path: Path) -> None:
    changes = preferences(tmp_path, "member;kind;value\n1007;opening;no\n")
    zoe, luc = a_member(), (a_mailbox(address="luc@example.org"),)
    same_address = a_member(group_ids=("port",))
    same_group, somebody_else = a_member(mailboxes=luc), a_member(mailboxes=luc, group_ids=("port",))

    for aside, is_hers in ((same_address, True), (same_group, True), (somebody_else, False)):
        (changed,), problems = with_own_settings([zoe], changes, [aside])

        assert (values(changed), problems == []) == ({"opening": False}, is_hers)
        assert ("1007" in among(tmp_path, zoe, set_aside=(aside,)).names_of(zoe)) is is_hers


def test_a_change_by_an_address_holds_for_each_who_has_no_other_id_until_they_change_it(
    tmp_path: Path,
) -> None:
    changes = preferences(
        tmp_path,
        "member;kind;value\nzoe@example.org;opening;no\nzoe@example.org;recap_24h;no\n"
        "port/zoe@example.org;recap_24h;yes\n",
    )
    zoe = a_member(id="zoe@example.org", mailboxes=(a_mailbox(address="zoe@example.org"),))
    luc = replace(zoe, first_name="Luc", group_ids=("port",))

    (in_lac, in_port), problems = with_own_settings([zoe, luc], changes)

    assert values(in_lac) == {"opening": False, "recap_24h": False}
    assert values(in_port) == {"opening": False, "recap_24h": True}
    assert problems == []
    assert names_in_settings(luc, is_only=False) == ("port/zoe@example.org",)


def test_changes_are_written_under_the_id_where_it_calls_nobody_else(tmp_path: Path) -> None:
    zoe, namesake = a_member(), a_member(group_ids=("port",))

    assert among(tmp_path, zoe).names_to_write(zoe) == ("1007",)
    assert among(tmp_path, zoe, namesake).names_to_write(zoe) == ("lac/1007",)
    assert among(tmp_path, zoe, set_aside=(namesake,)).names_to_write(zoe) == ("lac/1007",)
    assert among(tmp_path, zoe, stopped="port").names_to_write(zoe) == ("lac/1007",)


def test_whom_no_name_tells_apart_can_change_nothing(tmp_path: Path) -> None:
    nowhere, namesake = a_member(group_ids=()), a_member(group_ids=("port",))

    assert among(tmp_path, nowhere).names_to_write(nowhere) == ("1007",)
    with pytest.raises(UsageError, match="is in no group, and 1007 is somebody else's id too"):
        among(tmp_path, nowhere, namesake).names_to_write(nowhere)


def test_a_change_made_while_an_address_was_the_id_holds_for_each_name_that_has_it(tmp_path: Path) -> None:
    rows = (
        "zoe@example.org;opening;non\nzoe@example.org;recap_24h;non\nzoe@example.org jo petit;recap_24h;oui\n"
    )
    found = preferences(tmp_path, f"member;kind;value\n{rows}")
    boxes = (a_mailbox(address="zoe@example.org"),)
    zoe = a_member(id="zoe@example.org zoe martin", mailboxes=boxes)
    jo = a_member(id="zoe@example.org jo petit", mailboxes=boxes)
    odd = a_member(id="zoe@example.org lea roux", mailboxes=(a_mailbox(address="lea@example.org"),))

    changed, _problems = with_own_settings((zoe, jo, odd), found)

    assert [values(one) for one in changed] == [
        {"opening": False, "recap_24h": False},
        {"opening": False, "recap_24h": True},
        {},
    ]
    roster = among(tmp_path, zoe, jo)
    assert values(roster.with_changes(zoe, found)) == {"opening": False, "recap_24h": False}
    assert "zoe@example.org" not in roster.names_of(zoe)  # what is forgotten with one of them


def test_a_change_made_while_another_name_had_the_address_stays_with_whoever_has_it_alone(
    tmp_path: Path,
) -> None:
    rows = "zoe@example.org zoe martin;opening;non\nzoe@example.org jo petit;recap_24h;non\n"
    zoe = a_member(id="zoe@example.org", mailboxes=(a_mailbox(address="zoe@example.org"),))

    changed, _problems = with_own_settings((zoe,), preferences(tmp_path, f"member;kind;value\n{rows}"))

    assert [values(one) for one in changed] == [{"opening": False}]


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "récap 24h",
            "recap 24h",
            "Récap 24 h",
            "récap–24h",
            "récap—24h",
            "RECAP_24H",
            "recap24h",
            "récap\u00a024h",
        ),
        *("recap‑24h", "Rappel 24h", "récapitulatif 24h"),
    ],
)
def test_a_kind_is_read_as_the_columns_of_members_are(tmp_path: Path, typed: str) -> None:
    found = preferences(tmp_path, f"member;kind;value\n1007;{typed};non\n")

    assert found.problems == ()
    assert {kind: one.value for kind, one in found.settings["1007"].items()} == {Kind.RECAP_24H: False}


@pytest.mark.parametrize("name", ["9999", "Jo Petit", "port/1007", "jo@example.org"])
def test_a_change_that_names_nobody_is_said(tmp_path: Path, name: str) -> None:
    found = preferences(
        tmp_path, f"member;kind;value\n1007;opening;non\n{name};opening;non\n{name};recap_4h;oui\n"
    )

    [problem] = settings_of_nobody([a_member()], found).values()

    assert str(problem).startswith(f"notifications.csv:3: member: names no member: {name!r}")


@pytest.mark.parametrize("name", ["1007", "lac/1007"])
def test_a_change_of_a_member_is_somebody_s(tmp_path: Path, name: str) -> None:
    found = preferences(tmp_path, f"member;kind;value\n{name};opening;non\n")

    assert settings_of_nobody([a_member()], found) == {}


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("1000;;non;2026-01-01", "kind"),
        ("1000;;;2026-01-01", "kind"),
        ("1000", "kind"),
        ("1000 opening no", "kind"),
        ("1000;opening;;2026-01-01", "value"),
        ("1000,opening,no,2026-01-01", ""),
        ('"1000;opening;no;2026-01-01"', ""),
        ("1000\topening\tno\t2026-01-01", ""),
    ],
)
def test_a_row_without_a_kind_or_a_value_of_its_own_is_said_of_whom_it_names(
    tmp_path: Path, row: str, field: str
) -> None:
    found = preferences(tmp_path, f"member;kind;value;date\n{row}\n")

    assert [(one.line, one.field, one.is_warning) for one in found.problems] == [(2, field, False)]
    assert found.unread == {"1000": found.problems}


def test_semicolons_below_a_header_of_commas_are_said(tmp_path: Path) -> None:
    found = preferences(tmp_path, "member,kind,value,date\nZoé Martin;opening;no;\n1000;opening;no\n")

    assert [one.line for one in found.problems] == [2, 3]
    assert found.unread.keys() == {"Zoé Martin", "1000"}


def held_back(folder: Path, *rows: str) -> dict[str, bool]:
    """Return what member 1000 gets, beside other people's rows."""
    found = preferences(folder, "member;kind;value;date\n" + "".join(f"{row}\n" for row in rows))
    (member,), _problems = with_own_settings([a_member(id="1000")], found)
    return values(member)


ALL_OFF = dict.fromkeys(map(str, NOTICE_KINDS), False)


@pytest.mark.parametrize(
    ("row", "off"),
    [
        ("1000;;non;2026-01-01", ALL_OFF),
        ("1000;tout;non;", ALL_OFF),
        ("1000;opening,recap_24h;no;", ALL_OFF),
        ("1000;openning;no;", {"opening": False}),
        ("1000;récapp 24 heures;no;", {"recap_24h": False}),
        ("1000;opening recap_24h;no;", ALL_OFF),
        ("1000;recap_25h;no;", {"recap_24h": False, "recap_4h": False}),
        ("1000;récap 2h;no;", {"recap_24h": False, "recap_4h": False}),
        ("1000;recap;no;", {"recap_24h": False, "recap_4h": False}),
        ("1000;opening;no;bientôt", {"opening": False}),
        ("1000,opening,no,2026-01-01", {"opening": False}),
        ("1000 opening no", {"opening": False}),
        ("1000;opening;no;;;x", {"opening": False}),
        ("1000;broadcast;no;", {}),
        ("1000;rectificatif;no;", {}),
        ("1000;;oui;", {}),
        ("1000;openning;perhaps;", {"opening": False}),
        ("1000;opening;Non !;", {"opening": False}),
        ("1000;opening;N;", {"opening": False}),
        ("1000;opening;désactivé;", {"opening": False}),
        ("1000;opening;nn;2026-01-01", {"opening": False}),
        ("1000;opening;;2026-01-01", {"opening": False}),
        ("1000;non;;", ALL_OFF),
        ("1000;tout;stop;", ALL_OFF),
        ("1000;opening;Oui !;", {}),
        ("1000;openning;OUI.;", {}),
        ("1000;oui;;", {}),
        ("1000;;;2026-01-01", {}),
        ("1001;;non;", {}),
    ],
)
def test_what_a_row_may_turn_off_that_cannot_be_read_is_held_back(
    tmp_path: Path, row: str, off: dict[str, bool]
) -> None:
    assert held_back(tmp_path, row) == off


@pytest.mark.parametrize(
    ("sure", "perhaps", "value"),
    [
        ("2026-01-02", "2026-01-01", True),
        ("2026-01-01", "2026-01-01", False),
        ("2026-01-01", "2026-01-02", False),
        ("2026-01-01", "", False),
        ("", "2026-01-02", False),
        ("", "", False),
    ],
)
def test_a_row_that_can_be_read_rules_where_it_is_the_later_one(
    tmp_path: Path, sure: str, perhaps: str, value: bool
) -> None:
    settings = held_back(tmp_path, f"1000;opening;yes;{sure}", f"1000;;no;{perhaps}")

    assert settings == {**ALL_OFF, "opening": value}


@pytest.mark.parametrize("day", ["02/13/2026", "hier", "2 janvier 2027", "26-02-20"])
@pytest.mark.parametrize("is_first", [True, False])
def test_a_refusal_whose_date_cannot_be_read_is_held_back_whatever_its_place(
    tmp_path: Path, day: str, is_first: bool
) -> None:
    rows = [f"1000;opening;non;{day}", "1000;opening;oui;2026-01-02"]

    assert held_back(tmp_path, *(rows if is_first else reversed(rows))) == {"opening": False}


def test_a_row_that_can_be_read_takes_the_place_of_one_of_its_day_above_it(tmp_path: Path) -> None:
    settings = held_back(tmp_path, "1000;;no;2026-01-01", "1000;opening;yes;2026-01-01")

    assert settings == {**ALL_OFF, "opening": True}
