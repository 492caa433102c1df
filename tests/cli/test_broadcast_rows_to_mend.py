"""Members from whom a bad row, their own or of a list, keeps a broadcast: reached once the row is mended."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.fixtures.coop import A_DAY_BEFORE, DISTRIBUTIONS, Coop
from tests.fixtures.office import Office

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

GROUPS = """\
- {id: lac, name: Les Paniers du Lac, contact: {email: claire@example.org}}
- {id: mer, name: Les Paniers de la Mer, contact: {email: marc@example.org}}
"""
MEMBERS = """\
id;first_name;last_name;email;groups
1000;Zoé;Martin;zoe@example.org;{zoe}
1001;Noël;Bœuf;noel@example.org;lac
1002;Léa;Roux;lea@example.org;mer
"""
ODD = ["lac, mer", "Les Paniers", "mer|lacc", "#REF!"]


@pytest.fixture(name="coop")
def _coop(tmp_path: Path) -> Coop:
    coop = Coop(tmp_path)
    coop.write("groups.yaml", GROUPS)
    coop.write("letter.md", "On change de salle.\n")
    return coop


def writes(coop: Coop, *options: str, group: str = "lac") -> Result:
    office = Office(coop, None, A_DAY_BEFORE)  # type: ignore[arg-type]  # nothing here asks Mailjet
    letter = ("-s", "Salle", "--body", str(coop.folder / "letter.md"), "--yes", *options)
    return office.invoke("broadcast", group, *letter)


def left_out(coop: Coop, *options: str) -> list[tuple[str, str]]:
    document: dict[str, Any] = json.loads(writes(coop, "--json", "--dry-run", *options).stdout)
    return [(one["member"], one["reason"]) for one in document["broadcast"]["left_out"]]


@pytest.mark.long
@pytest.mark.parametrize("groups", ODD)
def test_whose_groups_cannot_be_read_is_named_among_the_left_out(coop: Coop, groups: str) -> None:
    coop.write("members.csv", MEMBERS.format(zoe=groups))

    shown = " ".join(writes(coop, "--dry-run").stdout.split())

    assert "whose row in the data is to be corrected: Zoé Martin (members.csv:2)" in shown
    assert left_out(coop) == [("1000", "set_aside")]


@pytest.mark.parametrize(("groups", "those"), [("lac|merr", []), ("mer", []), ("", [])])
def test_who_is_or_is_not_of_the_group_for_sure_is_not_left_out(
    coop: Coop, groups: str, those: list[tuple[str, str]]
) -> None:
    coop.write("members.csv", MEMBERS.format(zoe=groups))

    assert left_out(coop) == those


def test_whose_groups_cannot_be_read_is_left_out_of_the_list_that_her_order_makes(coop: Coop) -> None:
    coop.write("members.csv", MEMBERS.format(zoe="lac, mer"))
    coop.write("orders.csv", "member;distribution;product;quantity\n1000;d1;Pain;1\n1001;d1;Pain;1\n")

    assert left_out(coop, "--to", "with-order:d1") == [("1000", "set_aside")]
    coop.write("orders.csv", "member;distribution;product;quantity\n1001;d1;Pain;1\n")
    assert left_out(coop, "--to", "with-order:d1") == []


@pytest.mark.long
@pytest.mark.parametrize("groups", ODD)
def test_the_same_command_reaches_her_once_her_row_is_mended_and_nobody_twice(
    coop: Coop, groups: str
) -> None:
    coop.write("members.csv", MEMBERS.format(zoe=groups))

    first = writes(coop)

    assert "Those whose row is to be corrected are left out." in " ".join(first.stdout.split())
    assert coop.mailed() == ["noel@example.org"]
    coop.write("members.csv", MEMBERS.format(zoe="mer|lac"))
    assert writes(coop).exit_code == 0
    assert coop.mailed() == ["noel@example.org", "zoe@example.org"]
    assert writes(coop).exit_code == 1
    assert coop.mailed() == ["noel@example.org", "zoe@example.org"]


def test_a_row_that_is_bad_elsewhere_is_reached_once_it_is_mended(coop: Coop) -> None:
    coop.write("members.csv", MEMBERS.format(zoe=f"lac{';x' * 20}"))
    writes(coop)
    assert coop.mailed() == ["noel@example.org"]

    coop.write("members.csv", MEMBERS.format(zoe="lac"))

    assert writes(coop).exit_code == 0
    assert coop.mailed() == ["noel@example.org", "zoe@example.org"]


def test_before_her_row_is_mended_the_same_command_is_refused(coop: Coop) -> None:
    coop.write("members.csv", MEMBERS.format(zoe="lac, mer"))
    writes(coop)

    again = writes(coop)

    assert again.exit_code == 1
    assert "this very mail was written" in again.stderr
    assert coop.mailed() == ["noel@example.org"]


def test_whose_impossible_address_is_corrected_gets_the_mail_by_the_same_command(coop: Coop) -> None:
    coop.write("members.csv", MEMBERS.format(zoe="lac").replace("zoe@example.org", "zoe@"))
    first = writes(coop)
    coop.write("members.csv", MEMBERS.format(zoe="lac"))
    second = writes(coop)
    third = writes(coop)

    assert "Those whose row is to be corrected are left out" in first.stdout
    assert [one.exit_code for one in (first, second, third)] == [1, 0, 1]
    assert coop.mailed() == ["noel@example.org", "zoe@example.org"]


@pytest.mark.long
@pytest.mark.parametrize("address", ["", "zoe@no.mail"])
def test_for_who_has_no_address_a_mail_is_over_all_the_same(coop: Coop, address: str) -> None:
    coop.write("members.csv", MEMBERS.format(zoe="lac").replace("zoe@example.org", address))
    first = writes(coop)
    coop.write("members.csv", MEMBERS.format(zoe="lac"))
    second = writes(coop)

    assert (first.exit_code, second.exit_code) == (0, 1)
    assert "this very mail was written" in second.stderr
    assert coop.mailed() == ["noel@example.org"]


LISTS = {
    "volunteers:d1": ("duties.csv", "distribution;role;member\nd1;Caisse;1001\n", "d1;Pain;1000"),
    "with-order:d1": (
        "orders.csv",
        "member;distribution;product;quantity\n1001;d1;Pain;1\n",
        "1000;d1;Miel;1",
    ),
}


def lists(coop: Coop, wanted: str, row: str) -> None:
    """Write the file behind a list: Noël is on it, and whom a row names."""
    name, text, _good = LISTS[wanted]
    coop.write(name, f"{text}{row}\n")


@pytest.fixture
def listed(coop: Coop) -> Coop:
    """A co-op with duties, whose members' rows are all good."""
    coop.replace("config.yaml", "  orders: orders.csv\n", "  orders: orders.csv\n  duties: duties.csv\n")
    days = "id;group;starts_at\nd1;lac;2026-06-12 18:00\nd2;lac;2026-07-12 18:00\nmer;mer;2026-06-12 18:00\n"
    coop.write("distributions.csv", days)
    coop.replace("config.yaml", "distributions.yaml", "distributions.csv")
    coop.write("members.csv", MEMBERS.format(zoe="lac"))
    return coop


@pytest.mark.parametrize(
    ("wanted", "file", "row"),
    [
        ("volunteers:d1", "duties.csv", "distribution;role;member\nd1;Pain;1000\n"),
        ("without-order:d1", "orders.csv", "member;distribution;product;quantity\n1001;d1;Pain;1\n"),
        ("with-order:d1", "orders.csv", "member;distribution;product;quantity\n1000;d1;Pain;1\n"),
    ],
)
def test_an_empty_list_says_who_is_left_out_of_it_and_why(
    listed: Coop, wanted: str, file: str, row: str
) -> None:
    listed.write(file, row)
    listed.write("members.csv", MEMBERS.format(zoe="lac, mer"))
    to_mend = writes(listed, "--to", wanted)
    listed.write("members.csv", MEMBERS.format(zoe="lac").replace("zoe@example.org", "zoe@no.mail"))
    without = writes(listed, "--to", wanted)

    nobody = f"nobody to write to: no address in the list {wanted}; left out: "
    assert (to_mend.exit_code, without.exit_code) == (65, 65)
    assert f"{nobody}whose row in the data is to be corrected: Zoé Martin (members.csv:2)" in to_mend.stderr
    assert f"{nobody}placeholder addresses: 1" in without.stderr
    assert "; looked at: the distribution of Friday 12 June 2026" in without.stderr


@pytest.mark.long
@pytest.mark.parametrize(
    ("wanted", "bad"),
    [
        ("volunteers:d1", "d1;#N/A;1000"),
        ("volunteers:d1", "d1;Pain;10000"),
        ("volunteers:d1", "d1;Pain;#N/A"),
        ("volunteers:d1", "#N/A;Pain;1000"),
        ("volunteers:d1", "dd1;Pain;1000"),
        ("volunteers:d1", "d1;Pain;1000;x;y"),
        ("with-order:d1", "#N/A;d1;Miel;1"),
        ("with-order:d1", "77;d1;Miel;1"),
        ("with-order:d1", "1000;dd1;Miel;1"),
        ("with-order:d1", "1000;d1;Miel;some"),
    ],
)
def test_the_same_command_reaches_who_was_not_on_a_list_once_its_row_is_mended(
    listed: Coop, wanted: str, bad: str
) -> None:
    lists(listed, wanted, bad)
    first = writes(listed, "--to", wanted)
    too_early = writes(listed, "--to", wanted)

    assert "Those whose row is to be corrected are left out." in " ".join(first.stdout.split())
    assert too_early.exit_code == 1
    assert listed.mailed() == ["noel@example.org"]
    lists(listed, wanted, LISTS[wanted][2])
    assert writes(listed, "--to", wanted).exit_code == 0
    assert listed.mailed() == ["noel@example.org", "zoe@example.org"]
    assert writes(listed, "--to", wanted).exit_code == 1
    assert listed.mailed() == ["noel@example.org", "zoe@example.org"]


@pytest.mark.long
@pytest.mark.parametrize(
    ("wanted", "bad"),
    [
        ("volunteers:d1", "d2;#N/A;1000"),
        ("volunteers:d1", "d2;Pain;10000"),
        ("volunteers:d1", "d1;#N/A;"),
        ("volunteers:d1", "mer;Pain;1000"),
        ("volunteers:d1", "gone;Pain;1000"),
        ("with-order:d1", "#N/A;d2;Miel;1"),
        ("with-order:d1", "1001;d1;Miel;some"),
    ],
)
def test_a_bad_row_that_keeps_nobody_from_a_list_leaves_the_mail_one_to_all_of_it(
    listed: Coop, wanted: str, bad: str
) -> None:
    lists(listed, wanted, bad)

    first = writes(listed, "--to", wanted)

    assert "are left out" not in first.stdout
    assert listed.mailed() == ["noel@example.org"]


@pytest.mark.parametrize(
    ("row", "is_said"),
    [("d1;Pain;zzz", False), ("d9;Pain;1000", True), ("46185;Pain;1000", True), ("d2;Pain;zzz", True)],
)
def test_of_a_list_of_volunteers_only_rows_are_said_that_may_be_of_it(
    listed: Coop, row: str, *, is_said: bool
) -> None:
    second = DISTRIBUTIONS.replace("d1", "d2").replace("2026-06-12", "2026-06-13")
    listed.write("distributions.yaml", f"{DISTRIBUTIONS}{second}")
    listed.write("duties.csv", f"distribution;role;member\n{row}\nd2;Caisse;1001\n")

    result = writes(listed, "--to", "volunteers:d2", "--dry-run")

    assert ("duties.csv:2" in result.stderr, result.exit_code) == (is_said, int(is_said))


def test_lists_of_which_one_lacks_rows_lack_them_together(listed: Coop) -> None:
    lists(listed, "volunteers:d1", "d1;Pain;10000")
    lists(listed, "with-order:d1", "1001;d1;Miel;1")
    both = ("--to", "with-order:d1", "--to", "volunteers:d1")

    writes(listed, *both)
    lists(listed, "volunteers:d1", "d1;Pain;1000")
    writes(listed, *both)

    assert listed.mailed() == ["noel@example.org", "zoe@example.org"]
