"""README and docs against the program: with ``REFRESH_README=1`` this file writes them."""

from __future__ import annotations

import ast
import re
import shlex
from functools import cache

import click
import pytest
from click.testing import CliRunner

from cagette_notify.cli import main
from cagette_notify.config.options import OPTIONS
from cagette_notify.core import errors
from cagette_notify.core.notices import SKIPPED, Reason, Status
from cagette_notify.data.rows.column_matching import FileColumns, plain
from cagette_notify.data.rows.columns import DISTRIBUTIONS, GROUPS, MEMBERS, ORDERS
from cagette_notify.helpdesk.check_member.findings.finding import Check
from tests.fixtures.documents import DOCS, DOCUMENTS, FRENCH, README, ROOT, agree, between, rows

TROUBLES = DOCS / "troubleshooting.md"

COMMANDS = main.list_commands(click.Context(main))
WHOLE = "cagette-notify"


def help_of(command: str) -> str:
    names = [] if command == WHOLE else [command]
    return (
        CliRunner()
        .invoke(main, ["--lang", "en", *names, "--help"], prog_name=WHOLE, terminal_width=80)
        .stdout
    )


@pytest.mark.parametrize("command", [WHOLE, *COMMANDS])
def test_each_command_is_described_by_its_own_help(command: str) -> None:
    page = README if command == WHOLE else DOCS / "commands.md"

    agree(page, f"help: {command}", "/help", f"```\n{help_of(command)}```\n")


def test_each_setting_is_there_with_its_default() -> None:
    table = ["| setting | default | what it is |", "| --- | --- | --- |"]
    for option in OPTIONS:
        default = (
            "**required**" if option.default is None else f"`{option.default}`" if option.default else ""
        )
        table.append(f"| `{option.key}` | {default} | {option.about.replace('|', chr(92) + '|')} |")

    agree(DOCS / "settings.md", "settings", "/settings", "\n".join([*table, ""]))


@pytest.mark.parametrize(
    "command",
    [
        "python3 -m venv .venv && .venv/bin/pip install --quiet . && .venv/bin/cagette-notify demo",
        "python3 -m venv .venv && .venv/bin/pip install --quiet -e '.[test]' && .venv/bin/pytest",
    ],
)
def test_the_two_commands_stand_on_a_line_each(command: str) -> None:
    assert README.read_text("utf-8").splitlines().count(command) == 1


@pytest.mark.parametrize(
    "line", re.findall(r"^python3 .*|^\*/10 .*", FRENCH.read_text("utf-8"), re.MULTILINE)
)
def test_the_french_page_gives_the_same_lines_to_copy(line: str) -> None:
    assert line.replace("/amap/", "/co-op/") in README.read_text("utf-8").splitlines()


@pytest.mark.parametrize("reason", Reason)
def test_each_reason_for_getting_nothing_is_explained(reason: Reason) -> None:
    assert f"`{reason}`" in TROUBLES.read_text("utf-8")


@cache
def messages() -> list[str]:
    """Return every text of the code: messages are among them."""
    trees = (ast.parse(path.read_text("utf-8")) for path in (ROOT / "cagette_notify").rglob("*.py"))
    return [
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


def complaints() -> list[str]:
    explained = rows(between(TROUBLES, "messages", "/messages"))
    return [complaint for says, *_do in explained for complaint in re.findall("`([^`]+)`", says)]


@pytest.mark.long
@pytest.mark.parametrize("complaint", complaints())
def test_each_complaint_that_is_explained_exists(complaint: str) -> None:
    pattern = ".*".join(re.escape(part) for part in complaint.split("…"))

    assert any(re.search(pattern, message) for message in messages())


@pytest.mark.parametrize("status", [*Status, SKIPPED])
def test_each_status_that_log_shows_is_explained(status: str) -> None:
    assert f"`{status}`" in "".join(first for first, *_ in rows(TROUBLES.read_text("utf-8")))


@pytest.mark.parametrize("check", Check)
def test_each_check_of_a_member_is_explained(check: Check) -> None:
    assert f"`{check}`" in {first for first, *_ in rows(between(DOCS / "commands.md", "checks", "/checks"))}


def test_each_exit_status_is_explained() -> None:
    told = {int(first) for first, *_ in rows(README.read_text("utf-8")) if first.isdecimal()}

    assert told == {value for name, value in vars(errors).items() if name.startswith("EXIT_")}


@pytest.mark.parametrize("schema", [GROUPS, MEMBERS, DISTRIBUTIONS, ORDERS], ids=lambda schema: schema.title)
def test_each_field_of_a_data_file_is_named(schema: FileColumns) -> None:
    page = DOCS / "data-files.md"
    (fields,) = [cells[1] for cells in rows(between(page, "fields", "/fields")) if cells[0] == schema.title]
    listed = re.sub(r"\([^)]*\)|\*\*", "", fields).split(", ")
    nested = re.findall(r"`(\w+)[`:]", page.read_text("utf-8"))

    assert [name for name in listed if plain(name) not in schema.names] == []
    assert set(schema.names.values()) - {*nested} <= {schema.names[plain(name)] for name in listed}
    assert {each[0] for each in schema.required} <= set(re.findall(r"\*\*(\w+)\*\*", fields))


def typed() -> list[str]:
    """Return each command that a document shows, as code or in a block."""
    text = "\n".join(document.read_text("utf-8") for document in DOCUMENTS)
    shown = re.sub("Usage: .*|Defaults!.*", "", text)
    return sorted(set(re.findall(r"(?:(?<=[`/])|^ *)cagette-notify ([a-z][^`\n]*)", shown, re.MULTILINE)))


@pytest.mark.parametrize("line", typed())
def test_the_program_takes_what_the_documents_type(line: str) -> None:
    name, *arguments = shlex.split(line, comments=True)
    command = main.get_command(click.Context(main), name)

    assert command, name
    options = {option for parameter in command.params for option in parameter.opts}
    assert {argument for argument in arguments if argument[0] == "-"} <= options | {"--help"}
