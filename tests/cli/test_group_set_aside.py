"""A group whose row is set aside while members and distributions still name it: everybody else is served."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.command import run
from tests.fixtures.coop import DISTRIBUTIONS, GROUPS, Coop

if TYPE_CHECKING:
    from pathlib import Path

BAD_GROUP = "- {id: bois, name: Bois, contact: bo@example.org, timezone: Europe/Pariss}\n"
MEMBERS = """\
id;first_name;last_name;email;groups
1;Zoé;Martin;zoe@example.org;lac|bois
2;Noël;Bœuf;noel@example.org;bois|lac
3;Bo;Duval;bo@example.org;bois
"""
SEND = ["send-due", "--at", "2026-06-11 18:05"]


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    coop = Coop(tmp_path)
    coop.write("groups.yaml", GROUPS + BAD_GROUP)
    coop.write("members.csv", MEMBERS)
    others = DISTRIBUTIONS.replace("d1", "d2").replace("group: lac", "group: bois")
    coop.write("distributions.yaml", DISTRIBUTIONS + others)
    coop.write("body.md", "Bonjour")
    return coop


@pytest.mark.parametrize(
    ("command", "exit_status"),
    [
        (["status"], 1),
        (["status", "--json", "--days", "365"], 1),
        (["check", "--offline"], 1),
        (["check-member", "zoe", "--offline"], 0),
        (["check-member", "duval", "--offline"], 1),
        (["notifications", "duval", "--off", "opening"], 0),
        (["notifications", "zoe", "--off", "recap_4h"], 0),
        (["preview", "--member", "noel@example.org"], 0),
        (["preview", "--all", "-o", "page.html"], 0),
        (["broadcast", "lac", "-s", "x", "--body", "body.md", "--yes"], 0),
        (["broadcast", "bois", "-s", "x", "--body", "body.md", "--yes"], 2),
        (["log"], 0),
        (["report", "--offline"], 0),
        (["forget", "bois/3", "--yes"], 0),
    ],
    ids=lambda each: each if isinstance(each, int) else " ".join(each),
)
def test_every_command_answers(coop: Coop, command: list[str], exit_status: int) -> None:
    result = run(coop.folder, *command)

    assert "Traceback" not in result.stderr
    assert result.returncode == exit_status, result.stderr


def test_the_members_of_the_other_group_get_their_mails(coop: Coop) -> None:
    result = run(coop.folder, *SEND, "--json")

    assert result.returncode == 1
    assert json.loads(result.stdout)["counts"]["sent"] == 2
    assert coop.mailed() == ["noel@example.org", "zoe@example.org"]


def test_status_names_the_row_that_is_set_aside(coop: Coop) -> None:
    found = json.loads(run(coop.folder, "status", "--json").stdout)

    assert [(problem["file"], problem["field"]) for problem in found["problems"]] == [
        ("groups.yaml", "timezone")
    ]


def test_a_broadcast_to_it_says_what_is_wrong_with_its_row(coop: Coop) -> None:
    result = run(coop.folder, "broadcast", "bois", "-s", "x", "--body", "body.md", "--yes")

    assert result.stderr.splitlines() == [
        "group bois is set aside: nothing is sent to it until its row is mended",
        "groups.yaml:4: timezone: no such time zone: 'Europe/Pariss'; did you mean 'Europe/Paris'?",
    ]


def test_a_broadcast_to_a_group_that_there_is_not_says_only_that(coop: Coop) -> None:
    result = run(coop.folder, "broadcast", "forêt", "-s", "x", "--body", "body.md", "--yes")

    assert result.stderr.splitlines() == ["no group 'forêt'; known here: lac"]
