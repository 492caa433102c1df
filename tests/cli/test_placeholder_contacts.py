"""Cagette's placeholder for nobody, where somebody who answers for a group is named: no mail goes there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.coop import A_DAY_BEFORE, GROUPS, Coop
from tests.fixtures.office import Office

if TYPE_CHECKING:
    from pathlib import Path

CONTACT = "email: coordination@paniersdulac.example"
LETTER = ("broadcast", "lac", "-s", "Salle", "--body")


@pytest.fixture(name="coop")
def _coop(tmp_path: Path) -> Coop:
    """Give a co-op whose contact, and one of whose coordinators, has no mailbox."""
    coop = Coop(tmp_path)
    with_coordinators = f"{GROUPS}  coordinators: [x@no.mail, ZOE@example.org]\n"
    coop.write("groups.yaml", with_coordinators.replace(CONTACT, "email: Claire@NO.mail"))
    coop.write("letter.md", "On change de salle.\n")
    return coop


def desk(coop: Coop) -> Office:
    return Office(coop, None, A_DAY_BEFORE)  # type: ignore[arg-type]  # nothing here asks Mailjet


def test_placeholders_are_left_out_of_the_coordinators_with_their_reason(coop: Coop) -> None:
    letter = (*LETTER, str(coop.folder / "letter.md"), "--to", "coordinators", "--yes", "--json")

    document = json.loads(desk(coop).invoke(*letter).stdout)

    assert coop.mailed() == ["zoe@example.org"]
    assert document["broadcast"]["addresses"] == 1
    assert [(one["address"], one["reason"]) for one in document["broadcast"]["left_out"]] == [
        ("Claire@no.mail", "placeholder_address"),
        ("x@no.mail", "placeholder_address"),
    ]


def test_replies_never_go_to_a_placeholder(coop: Coop) -> None:
    coop.run(A_DAY_BEFORE)
    letter = (*LETTER, str(coop.folder / "letter.md"), "--yes")
    assert desk(coop).invoke(*letter).exit_code == 0

    replies = {mail["Subject"]: mail["Reply-To"] for mail in coop.mails()}

    assert replies.pop("Salle") == "ZOE@example.org"
    assert set(replies.values()) == {None}
    assert not [mail for mail in coop.mails() if "no.mail" in mail.as_string()]


def test_check_names_the_placeholders_in_a_warning(coop: Coop) -> None:
    done = desk(coop).invoke("check")

    assert done.exit_code == 0
    assert [line for line in done.stderr.splitlines() if "no.mail" in line] == [
        "groups.yaml:1: Claire@no.mail is Cagette's placeholder: nobody reads it",
        "groups.yaml:1: x@no.mail is Cagette's placeholder: nobody reads it",
    ]
    assert coop.run(A_DAY_BEFORE).news == ()


@pytest.mark.parametrize("option", ["--as", "--test"])
def test_nobody_writes_as_or_to_a_placeholder(coop: Coop, option: str) -> None:
    done = desk(coop).invoke(*LETTER, str(coop.folder / "letter.md"), "--yes", option, "x@no.mail")

    assert (done.exit_code, coop.mailed()) == (2, [])
    assert f"{option}: x@no.mail is Cagette's placeholder: nobody reads it" in done.stderr
