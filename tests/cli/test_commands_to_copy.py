"""Commands that the tool prints, pasted: whatever ids the co-op has, each means what it was printed for."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from click.testing import CliRunner

from cagette_notify.cli import main
from cagette_notify.cli.broadcast.options import BroadcastJob, BroadcastOptions
from cagette_notify.config.load import load
from cagette_notify.config.paths import sources_of
from cagette_notify.data.dataset import load_calendar
from tests.fixtures.coop import A_DAY_BEFORE, Coop
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

IDS = ("-x", "a b", "d'é", "é;rm", "--yes")
LATER = utc("2026-06-11T16:15")
OTHERS = range(3, 14)  # enough of them that losing most is noticed


@pytest.fixture(params=IDS)
def odd(request: pytest.FixtureRequest) -> str:
    """Give an id that a shell, or our own options, would take for something else."""
    return str(request.param)


@pytest.fixture
def coop(tmp_path: Path, odd: str, monkeypatch: pytest.MonkeyPatch) -> Coop:
    """Give a co-op whose group, distribution and two members of one name bear that id."""
    quoted, coop = json.dumps(odd, ensure_ascii=False), Coop(tmp_path)
    coop.replace("groups.yaml", "id: lac", f"id: {quoted}")
    coop.replace("distributions.yaml", "id: d1\n  group: lac", f"id: {quoted}\n  group: {quoted}")
    others = "".join(f"{number};Paul;Durand {number};p{number}@example.org\n" for number in OTHERS)
    two = f'"{odd}";Zoé;Martin;zoe@example.org\n"{odd}2";Zoé;Martin;zoe2@example.org\n'
    coop.write("members.csv", f"id;first_name;last_name;email\n{two}{others}")
    coop.write("orders.csv", f'member;distribution;product;quantity\n"{odd}";"{odd}";Pain;2\n')
    coop.run(utc("2026-06-10T18:30"))
    monkeypatch.setattr("sys.argv", ["cagette-notify"])
    return coop


def ask(coop: Coop, *arguments: str, status: int) -> str:
    with time_machine.travel(LATER, tick=False):
        result = CliRunner().invoke(
            main,
            ["-c", str(coop.folder / "config.yaml"), "--lang", "en", *arguments],
            prog_name="cagette-notify",
        )
    assert result.exit_code == status, result.output
    return result.output


def pasted(said: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the name of each command in what was said, and what our own command line makes of its words."""
    for line in said.splitlines():
        _before, mark, typed = line.partition("cagette-notify ")
        if not mark or not typed:
            continue
        words = shlex.split(typed)
        name, *rest = words[2:] if words[0] == "--config" else words
        found = main.get_command(None, name)  # type: ignore[arg-type]
        assert found, line
        yield name, found.make_context(name, rest).params


def test_a_shrunken_export_is_accepted_by_the_command_that_says_so(coop: Coop, odd: str) -> None:
    coop.run(A_DAY_BEFORE)
    coop.write("members.csv", f'id;first_name;last_name;email\n"{odd}";Zoé;Martin;zoe@example.org\n')

    ((name, meant),) = pasted("\n".join(coop.run(LATER).news))

    assert (name, meant["accept_data"]) == ("send-due", (odd,))


def test_those_told_of_what_is_off_are_written_to_by_the_command_that_says_so(coop: Coop, odd: str) -> None:
    coop.run(A_DAY_BEFORE)
    coop.write("distributions.yaml", "[]\n")

    found = [one for one in pasted("\n".join(coop.run(LATER).news)) if one[0] == "broadcast"]

    assert [(meant["group"], meant["lists"]) for _name, meant in found] == [(odd, (f"told:{odd}",))]


@pytest.mark.parametrize("command", ["check-member", "notifications", "forget"])
def test_one_of_two_is_meant_by_the_command_that_says_so(coop: Coop, odd: str, command: str) -> None:
    said = ask(coop, command, "Zoé Martin", status=2)

    ((name, meant),) = pasted(said)
    who = meant["who"] if isinstance(meant["who"], str) else " ".join(meant["who"])
    assert (name, who) == (command, f"{odd}/{odd}")


def test_the_nearest_is_meant_by_the_command_that_says_so(coop: Coop, odd: str) -> None:
    said = ask(coop, "check-member", "zoe@exemple.org", "--offline", status=1)

    found = list(pasted(said))
    assert [(name, " ".join(meant["who"]), meant["offline"]) for name, meant in found] == [
        ("check-member", f"{odd}/{odd}", True),
        ("check-member", f"{odd}/{odd}2", True),
    ]


def test_whoever_is_to_be_forgotten_is_meant_by_the_command_that_says_so(coop: Coop, odd: str) -> None:
    said = ask(coop, "forget", "--", odd, status=2)

    assert list(pasted(said)) == [("forget", {"who": f"{odd}/{odd}", "yes": True} | _NOT_GIVEN)]


@pytest.mark.long
def test_notices_are_turned_on_again_by_the_command_that_says_so(coop: Coop, odd: str) -> None:
    ask(coop, "notifications", "--off", "opening", "--off", "recap_24h", "--", odd, status=0)

    found = list(pasted(ask(coop, "check-member", "--", odd, status=1).partition("Reply to paste")[0]))

    assert [(name, meant["who"], meant["on"]) for name, meant in found if name == "notifications"] == [
        ("notifications", f"{odd}/{odd}", ("opening", "recap_24h"))
    ]


@pytest.mark.long
def test_settings_that_can_not_be_read_are_shown_by_the_command_that_says_so(coop: Coop, odd: str) -> None:
    ask(coop, "notifications", "--off", "opening", "--", odd, status=0)
    with (coop.folder / "notifications.csv").open("a") as file:
        file.write(f'"{odd}";recap_24h;peut-être;2026-01-01\n')

    said = ask(coop, "check-member", "--", odd, status=1).partition("Reply to paste")[0]

    found = [(name, meant["who"], meant["on"]) for name, meant in pasted(said) if name == "notifications"]
    assert sorted(found) == [
        ("notifications", f"{odd}/{odd}", ()),
        ("notifications", f"{odd}/{odd}", ("opening",)),
        ("notifications", f"{odd}/{odd}", ("recap_24h",)),
    ]


def test_check_passes_whom_it_was_asked_about_on(coop: Coop, odd: str) -> None:
    said = ask(coop, "check", "--", odd, status=2)

    assert [(name, meant["who"]) for name, meant in pasted(said)] == [("check-member", (odd,))]


def test_a_broadcast_goes_on_by_the_command_that_says_so(coop: Coop, odd: str) -> None:
    loaded = load(coop.folder / "config.yaml")
    calendar = load_calendar(sources_of(loaded))
    given = BroadcastOptions(
        *(None, odd, odd, None, (f"told:{odd}",), odd, (coop.folder / odd,), ""),
        dry_run=False,
        yes=False,
        again=False,
        as_document=False,
    )
    job = BroadcastJob(given, loaded, calendar, None, calendar.groups[odd], odd)

    ((name, meant),) = pasted(job.same_command(coop.folder / "m.md"))

    assert (name, meant["group"], meant["subject"], meant["lists"]) == (
        "broadcast",
        odd,
        odd,
        (f"told:{odd}",),
    )
    assert (meant["answers_to"], [one.name for one in meant["attachments"]]) == (odd, [odd])


_NOT_GIVEN = {"config_file": None, "lang": None, "verbose": False}
