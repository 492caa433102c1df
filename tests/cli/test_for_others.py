"""Several people on one server: what a coordinator gets who runs the command as the user with the keys."""

from __future__ import annotations

import email
import email.policy
import os
import re
import shutil
import stat
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from cagette_notify.cli import main
from cagette_notify.cli.for_others import OPEN_TO_OTHERS, is_called_by_another
from cagette_notify.config.paths import installed_config
from cagette_notify.core.given_files import is_held_open
from tests.fixtures.command import ROOT
from tests.fixtures.coop import CONFIG, DISTRIBUTIONS, GROUPS, MEMBERS, ORDERS
from tests.fixtures.documents import DOCS, between
from tests.fixtures.images import a_png
from tests.fixtures.two_users import AS_ROOT, CALLER, OWNER, Answer, Call, as_owner, give_to

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

as_root = pytest.mark.skipif(not AS_ROOT, reason="only root can be two other users")
SECRET = "5eedsecret"
BY_SUDO = {"SUDO_UID": str(CALLER)}
HELD = "through sudo, only standard input and files that are open already are read"
NO_PROGRAM = "through sudo, no file is written and no program started"
OTHER_CONFIG = "through sudo, only the configuration that is installed is used: leave this out"
NO_EDITOR = "through sudo, no editor opens"
KEYS = "it holds keys or a password, and is never read as anything else"
NO_PATH = getattr(os, "O_PATH", 0)  # gives a descriptor to anybody, and no byte


def a_coop(folder: Path, settings: str = "") -> Path:
    files = {
        "config.yaml": f"{CONFIG}language: en\n{settings}",
        "groups.yaml": GROUPS,
        "members.csv": MEMBERS,
        "distributions.yaml": DISTRIBUTIONS,
        "orders.csv": ORDERS,
        "mailjet.key": f"{SECRET}public\n{SECRET}private\n",
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "mailjet.key").chmod(0o600)
    return folder


class House:
    """A server's disk: the tool's folder, a coordinator's, and what belongs to whom."""

    def __init__(self, top: Path) -> None:
        top.chmod(0o755)
        self.tool, self.theirs, self.home = top / "tool", top / "theirs", top / "home"
        self.scratch = top / "tmp"
        for folder in (self.tool, self.theirs, self.home, self.scratch):
            folder.mkdir()
        a_coop(self.tool)
        self.config, self.key = str(self.tool / "config.yaml"), str(self.tool / "mailjet.key")
        (self.tool / "drafts").mkdir()
        (self.tool / "drafts" / "evil.md").write_text("x: 1\n")
        (self.tool / "drafts" / "link.md").symlink_to(self.key)
        place = self.home / ".config" / "cagette-notify"
        place.parent.mkdir()
        place.symlink_to(self.tool)
        self._fill_theirs()
        give_to(OWNER, self.tool)
        give_to(OWNER, self.home)
        give_to(OWNER, self.scratch)
        give_to(CALLER, self.theirs)

    def _fill_theirs(self) -> None:
        a_coop(self.theirs, f"mailjet: {{credentials: {self.key}}}\n")
        (self.theirs / "mailjet.key").unlink()
        (self.theirs / "pain.md").write_text("Du pain pour {{ member.first_name }}\n")
        (self.theirs / "own.md").write_text("![x](own.png)\n")
        (self.theirs / "own.png").write_bytes(a_png())
        (self.theirs / "own.png").chmod(0o600)
        (self.theirs / "affiche.pdf").write_bytes(b"%PDF-1.7 affiche")
        (self.theirs / "own.pdf").write_bytes(b"%PDF-1.7 own")
        (self.theirs / "own.pdf").chmod(0o600)  # which the tool's user may not read
        (self.theirs / "link.md").symlink_to(self.key)
        (self.theirs / "fr.yaml").write_text("language: fr\n")
        shell = self.theirs / "shell"
        shell.write_text(f"#!/bin/sh\n/bin/cat {self.key}\n")
        shell.chmod(0o755)
        for name in ("bash", "less", "nano", "sensible-editor", "vi", "xdg-open"):
            shutil.copy(shell, self.theirs / name)

    def fill_in(self, text: str) -> str:
        return text.format(key=self.key, theirs=self.theirs, tool=self.tool, config=self.config)


def attack(
    line: str,
    environ: Mapping[str, str] | None = None,
    held: Mapping[int, tuple[str, int]] | None = None,
    *,
    stdin: str = "hello",
    at_terminal: bool = False,
) -> Call:
    return Call(line.split("|"), dict(environ or {}), dict(held or {}), stdin, at_terminal)


IN_TWO_DAYS = f"{datetime.now(timezone.utc) + timedelta(days=2):%Y-%m-%d}"
PINNED = "--lang|en|--for-others|--config|{config}|"
REHEARSE = "broadcast|lac|-s|x|--dry-run|--body|"
SHELL = dict.fromkeys(("EDITOR", "VISUAL", "PAGER", "BROWSER"), "{theirs}/shell") | {
    "PATH": "{theirs}",
    "DISPLAY": ":0",
}
ATTACKS = {
    "the keys as a text": (attack(PINNED + REHEARSE + "{key}"), HELD),
    "a link of theirs as a text": (attack(PINNED + REHEARSE + "{theirs}/link.md"), HELD),
    "a link among the drafts": (attack(PINNED + REHEARSE + "{tool}/drafts/link.md"), HELD),
    "the keys as an attachment": (attack(PINNED + REHEARSE + "-|--attach|{key}"), HELD),
    "the keys as a list": (attack(PINNED + REHEARSE + "-|--to|file:{key}"), HELD),
    "the keys as a list, in French": (attack(PINNED + REHEARSE + "-|--to|fichier:{key}"), HELD),
    "the keys as a list, in capitals": (attack(PINNED + REHEARSE + "-|--to|FILE: {key}"), HELD),
    "the keys as a list, with a letter that folds": (
        attack(PINNED + REHEARSE + "-|--to|ﬁle:{key}"),
        HELD,
    ),
    "a path below that of descriptors": (attack(PINNED + REHEARSE + "/dev/fd/../..{key}"), HELD),
    "the tool's root by way of /proc": (attack(PINNED + REHEARSE + "/proc/self/root{key}"), HELD),
    "the tool's environment": (attack(PINNED + REHEARSE + "/proc/self/environ"), HELD),
    "a descriptor that the tool opened": (attack(PINNED + REHEARSE + "-|--attach|/dev/fd/{own}"), HELD),
    "standard input without the right to read": (
        attack(PINNED + REHEARSE + "/dev/stdin", held={0: ("{key}", NO_PATH)}),
        "/dev/stdin: --body: ",
    ),
    "a descriptor without the right to read": (
        attack(PINNED + REHEARSE + "/dev/fd/9", held={9: ("{key}", NO_PATH)}),
        "/dev/fd/9: --body: ",
    ),
    "an attachment without the right to read": (
        attack(PINNED + REHEARSE + "-|--attach|/dev/fd/9", held={9: ("{key}", NO_PATH)}),
        "/dev/fd/9: --attach: ",
    ),
    "a link of theirs as an image": (attack(PINNED + REHEARSE + "-", stdin="![x](link.md)"), HELD),
    "a path as an image": (attack(PINNED + REHEARSE + "-", stdin="![x](/etc/hostname)"), HELD),
    "a file beside the tool's drafts as an image": (
        attack(PINNED + REHEARSE + "/dev/fd/9", held={9: ("{theirs}/own.md", os.O_RDONLY)}),
        HELD,
    ),
    "the keys that they hold open as an image": (
        attack(PINNED + REHEARSE + "-", stdin="![x](/dev/fd/9)", held={9: ("{key}", NO_PATH)}),
        "the image '/dev/fd/9': ",
    ),
    "a descriptor that the tool opened as an image": (
        attack(PINNED + REHEARSE + "-", stdin="![x](/dev/fd/{own})"),
        HELD,
    ),
    "a configuration of theirs": (attack(PINNED + "check|-c|{theirs}/config.yaml"), OTHER_CONFIG),
    "a second configuration before the command": (
        attack(PINNED + "--config={theirs}/config.yaml|check"),
        OTHER_CONFIG,
    ),
    "a configuration among other letters": (attack(PINNED + "check|-vc|{theirs}/config.yaml"), OTHER_CONFIG),
    "the keys as a configuration": (attack(PINNED + "check|-c|{key}"), OTHER_CONFIG),
    "a draft as a configuration": (attack(PINNED + "check|-c|{tool}/drafts/evil.md"), OTHER_CONFIG),
    "a pin of theirs": (
        attack("--lang|en|--for-others|--config|{theirs}/config.yaml|check"),
        "config.yaml: belongs to ",
    ),
    "no pin, as an older recipe has it": (
        attack("--lang|en|--config|{theirs}/config.yaml|check", BY_SUDO),
        "no configuration is installed",
    ),
    "no pin, and the one installed elsewhere": (
        attack("--lang|en|--config|{theirs}/config.yaml|check", BY_SUDO | {"HOME": "{home}"}),
        OTHER_CONFIG,
    ),
    "a home of theirs": (
        attack("--lang|en|check", BY_SUDO | {"HOME": "{theirs}"}),
        "no configuration is installed",
    ),
    "a configuration by the environment": (
        attack("--lang|en|check", BY_SUDO | {"CAGETTE_NOTIFY_CONFIG": "{theirs}/config.yaml"}),
        "no configuration is installed",
    ),
    "a configuration in the folder at hand": (
        attack("--lang|en|check", BY_SUDO),
        "no configuration is install",
    ),
    "sudo, without a word": (attack("--lang|en|" + REHEARSE + "{key}", BY_SUDO | {"HOME": "{home}"}), HELD),
    "doas": (attack("--lang|en|" + REHEARSE + "{key}", {"DOAS_USER": "nobody", "HOME": "{home}"}), HELD),
    "doas for a name that is nobody's": (
        attack("--lang|en|" + REHEARSE + "{key}", {"DOAS_USER": "no-such-name", "HOME": "{home}"}),
        HELD,
    ),
    "pkexec": (attack("--lang|en|" + REHEARSE + "{key}", {"PKEXEC_UID": "65534", "HOME": "{home}"}), HELD),
    "an option that undoes it": (
        attack(PINNED + "--no-for-others|" + REHEARSE + "{key}"),
        "No such option",
    ),
    "an editor": (attack(PINNED + "broadcast|lac|-s|x", SHELL, at_terminal=True), NO_EDITOR),
    "a browser": (attack(PINNED + "preview|--open", SHELL), NO_PROGRAM),
    "a file to write": (attack(PINNED + "preview|-o|{theirs}/out.html"), NO_PROGRAM),
    "a file to write over": (attack(PINNED + "preview|-o{config}"), NO_PROGRAM),
    "a folder to begin in": (attack(PINNED + "init|{theirs}/begun"), "there is no init"),
    "a folder to try in": (attack(PINNED + "demo|{theirs}/begun"), "there is no demo"),
}


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with TemporaryDirectory() as top:
        yield House(Path(top))


def filled(house: House, call: Call, own: int = 5) -> Call:
    def fill_in(text: str) -> str:
        return text.replace("{home}", str(house.home)).replace("{own}", str(own))

    return Call(
        [house.fill_in(fill_in(word)) for word in call.arguments],
        {"TMPDIR": str(house.scratch)}
        | {name: house.fill_in(fill_in(value)) for name, value in call.environ.items()},
        {number: (house.fill_in(path), flags) for number, (path, flags) in call.held.items()},
        fill_in(call.stdin),
        call.at_terminal,
    )


@pytest.fixture(scope="module")
def attacked(house: House) -> dict[str, Answer]:
    """Return what came of every attack: one after the other, in one interpreter."""
    calls = [filled(house, call) for call, _says in ATTACKS.values()]
    return dict(zip(ATTACKS, as_owner(calls, house.theirs), strict=True))


@pytest.mark.dear
@pytest.mark.parametrize("name", ATTACKS)
def test_others_get_neither_keys_nor_files_nor_a_program(
    name: str, attacked: dict[str, Answer], house: House
) -> None:
    answer = attacked[name]
    if name == "a pin of theirs" and not AS_ROOT:
        pytest.skip("only root can make files somebody else's")

    assert SECRET not in answer.said
    assert ATTACKS[name][1] in answer.said
    assert answer.status in {2, 78}
    assert not (house.theirs / "begun").exists()
    assert not (house.theirs / "out.html").exists()
    assert (house.tool / "config.yaml").read_text("utf-8").startswith("data:")


@pytest.mark.usefixtures("attacked")
def test_what_is_refused_to_others_leaves_nobodys_order_in_a_file(house: House) -> None:
    assert list(house.scratch.iterdir()) == []


def test_no_descriptor_that_the_tool_opened_itself_is_an_attachment(house: House) -> None:
    calls = [filled(house, ATTACKS["a descriptor that the tool opened"][0], own) for own in range(3, 20)]

    assert [answer.status for answer in as_owner(calls, house.theirs)] == [2] * len(calls)


def test_what_others_hold_open_is_mailed_under_its_own_name(house: House) -> None:
    held = {
        7: ("{theirs}/pain.md", os.O_RDONLY),
        8: ("{theirs}/affiche.pdf", os.O_RDONLY),
        9: ("{theirs}/own.pdf", os.O_RDONLY),
    }
    line = PINNED + "broadcast|lac|-s|Pain|--yes|--body|/dev/fd/7|--attach|/dev/fd/8|--attach|/dev/fd/9"

    [answer] = as_owner([filled(house, attack(line, BY_SUDO, held))], house.theirs)

    mails = [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in (house.tool / "outbox").glob("*.eml")
    ]
    assert answer.status == 0, answer.said
    assert len(mails) == 4
    for mail in mails:
        text = mail.get_body(("plain",))
        assert text
        assert "Du pain pour" in text.get_content()
        attached = {one.get_filename(): one.get_content() for one in mail.iter_attachments()}
        assert attached == {"affiche.pdf": b"%PDF-1.7 affiche", "own.pdf": b"%PDF-1.7 own"}


def test_an_image_that_others_hold_open_is_shown(house: House) -> None:
    held = {9: ("{theirs}/own.png", os.O_RDONLY)}
    line = PINNED + "broadcast|lac|-s|Le lac|--yes|--body|-"

    [answer] = as_owner(
        [filled(house, attack(line, BY_SUDO, held, stdin="![Le lac](/dev/fd/9)"))], house.theirs
    )

    assert answer.status == 0, answer.said
    images = [
        part.get_content()
        for path in (house.tool / "outbox").glob("*.eml")
        for part in email.message_from_bytes(path.read_bytes(), policy=email.policy.default).walk()
        if part.get_filename() == "own.png"
    ]
    assert images == [a_png()] * 4


def test_a_list_that_others_hold_open_is_read_and_a_subject_may_begin_like_one(house: House) -> None:
    (house.theirs / "liste.csv").write_text("zoe@example.org\npaul@example.org\n")
    held = {7: ("{theirs}/liste.csv", os.O_RDONLY)}
    line = PINNED + "broadcast|lac|-s|File: a list|--dry-run|--body|-|--to|file:/dev/fd/7"

    unread = {7: ("{key}", NO_PATH)}

    answer, refused = as_owner(
        [filled(house, attack(line, BY_SUDO, those)) for those in (held, unread)], house.theirs
    )

    said = " ".join(answer.said.split())
    assert answer.status == 0, answer.said
    assert "the members named in liste.csv; households: 1, addresses: 1" in said
    assert "not a member of the group: paul@example.org (liste.csv:2)" in said
    assert (refused.status, SECRET in refused.said) == (65, False)


def test_others_give_a_text_by_standard_input_or_name_the_configuration_that_is_installed(
    house: House,
) -> None:
    calls = [
        attack(PINNED + REHEARSE + "-"),
        attack("--lang|en|" + REHEARSE + "-", BY_SUDO | {"HOME": "{home}"}),
        attack("--lang|en|-c|{config}|" + REHEARSE + "/dev/stdin", BY_SUDO | {"HOME": "{home}"}),
    ]

    answers = as_owner([filled(house, call) for call in calls], house.theirs)

    assert [(answer.status, "hello" in answer.said) for answer in answers] == [(0, True)] * 3


def test_at_the_keyboard_others_are_told_what_they_can_type(house: House) -> None:
    held = {7: ("{theirs}/pain.md", os.O_RDONLY)}
    call = attack(PINNED + "broadcast|lac|-s|Pain|--yes|--body|-", stdin="{{ nothing }}")
    unread = attack(PINNED + "broadcast|lac|-s|Pain|--dry-run|--body|/dev/fd/7", held=held)

    kept, read = as_owner([filled(house, call), filled(house, unread)], house.theirs)

    assert "your text is kept in" in kept.said
    assert "--body" not in kept.said, "a command that they may not give"
    assert "kept" not in read.said


def test_what_others_pipe_in_is_kept_where_their_command_is_mistyped(house: House) -> None:
    call = attack(PINNED + "broadcast|lac|-s|Pain|--to|nobody|--yes|--body|-", stdin="Bonjour")

    (answer,) = as_owner([filled(house, call)], house.theirs)

    assert (answer.status, "your text is kept in" in answer.said) == (2, True)
    kept = house.tool / "drafts" / Path(answer.said.split()[-1]).name
    assert (kept.read_text(), kept.with_suffix(".json").exists()) == ("Bonjour", False)


def test_the_menu_opens_no_editor_for_others(house: House) -> None:
    held = {7: ("{theirs}/pain.md", os.O_RDONLY)}
    call = attack(
        PINNED + "broadcast|lac|-s|Menu|--body|/dev/fd/7", SHELL, held, stdin="m\nn\n", at_terminal=True
    )

    [answer] = as_owner([filled(house, call)], house.theirs)

    assert NO_EDITOR in answer.said
    assert "cancelled: nothing was sent to the group" in answer.said
    assert SECRET not in answer.said


def test_what_is_planned_is_shown_to_others_and_called_off_and_no_draft(house: House) -> None:
    held = {7: ("{theirs}/pain.md", os.O_RDONLY)}
    line = PINNED + "broadcast|lac|-s|Bientôt|--body|/dev/fd/7|--yes|--send-at|" + f"{IN_TWO_DAYS} 18:00"
    calls = [
        attack(line, SHELL, held),
        attack(PINNED + "broadcast|lac", SHELL, stdin="1\nc\n", at_terminal=True),
    ]

    _planned, seen = as_owner([filled(house, call) for call in calls], house.theirs)

    assert "1  'Bientôt', planned for" in seen.said
    assert "2  no, a new mail" in seen.said
    assert "Called off: nothing of it leaves." in seen.said
    assert SECRET not in seen.said


def test_the_menu_starts_no_browser_and_attaches_no_path_for_others(house: House) -> None:
    held = {7: ("{theirs}/pain.md", os.O_RDONLY)}
    call = attack(
        PINNED + "broadcast|lac|-s|Menu|--body|/dev/fd/7",
        SHELL,
        held,
        stdin="a\np\n{key}\n\nd\nfile:{key}\n\nn\n".replace("{key}", house.key),
        at_terminal=True,
    )

    [answer] = as_owner([filled(house, call)], house.theirs)

    said = " ".join(answer.said.split())
    assert NO_PROGRAM in said
    assert said.count(HELD) == 2
    assert "cancelled: nothing was sent to the group" in said
    assert SECRET not in said
    assert list(house.scratch.iterdir()) == []


def test_no_program_is_started_for_others_whatever_asks_for_it(house: House) -> None:
    completion = attack("", BY_SUDO | SHELL | {"_CAGETTE_NOTIFY_COMPLETE": "bash_source"})

    [answer] = as_owner([filled(house, completion)], house.theirs)

    assert SECRET not in answer.said
    assert "_complete" not in answer.said


def test_help_for_others_reads_no_file_that_they_name(house: House) -> None:
    calls = [attack(f"{flag}-c|{{theirs}}/fr.yaml|--help") for flag in ("--for-others|", "")]

    others, own = as_owner([filled(house, call) for call in calls], house.theirs)

    assert "Mail the members of Cagette groups" in others.said
    assert "Mail the members of Cagette groups" not in own.said


def test_the_configuration_that_is_installed_is_found_where_it_really_is(tmp_path: Path) -> None:
    real, home, link = tmp_path / "real", tmp_path / "home", tmp_path / "link"
    for folder in (real, home / ".config"):
        folder.mkdir(parents=True)
    (real / "config.yaml").touch()
    (home / ".config" / "cagette-notify").symlink_to(real)
    link.symlink_to(real)

    assert installed_config(None, {"HOME": str(home)}) == real / "config.yaml"
    assert installed_config(str(link / "config.yaml"), {}) == real / "config.yaml"


@pytest.mark.parametrize("how", [["--dry-run"], ["--yes"], ["--yes", "--to", "nobody"]])
def test_the_keys_are_no_text_by_standard_input(tmp_path: Path, how: list[str]) -> None:
    coop = a_coop(tmp_path)
    words = ["--lang", "en", "broadcast", "lac", "-s", "x", *how, "--body", "-"]

    with (coop / "mailjet.key").open("rb") as key:
        done = subprocess.run(
            [sys.executable, "-c", "from cagette_notify.cli import main; main()", *words],
            stdin=key,
            cwd=coop,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 2
    assert KEYS in done.stderr or "nobody" in how
    assert SECRET not in done.stdout + done.stderr
    assert not (coop / "drafts").exists()


@pytest.mark.long
@pytest.mark.parametrize("environ", [{}, {"SUDO_UID": "0"}, {"SUDO_UID": str(OWNER)}, {"PKEXEC_UID": "0"}])
def test_root_and_the_owner_do_as_they_like_but_mail_no_keys(house: House, environ: dict[str, str]) -> None:
    os.link(house.key, house.tool / f"hard{len(environ)}{environ.get('SUDO_UID', '')}.md")
    hard = next(house.tool.glob("hard*.md"))
    (house.tool / "image.md").write_text(f"![x]({hard.name})\n")
    names = [house.key, "link.md", *map(str, house.tool.glob("hard*.md"))]
    lines = [
        "--lang|en|--config|{config}|" + REHEARSE + "pain.md|--attach|affiche.pdf",
        *("--lang|en|--config|{config}|" + REHEARSE + name for name in (*names, "{tool}/image.md")),
        *("--lang|en|--config|{config}|" + REHEARSE + "pain.md|--attach|" + name for name in names),
    ]
    calls = [attack(line, environ) for line in lines]
    by_stdin = attack(
        "--lang|en|--config|{config}|" + REHEARSE + "-", environ, {0: ("{theirs}/pain.md", os.O_RDONLY)}
    )

    fine, *refused, text = as_owner([filled(house, call) for call in (*calls, by_stdin)], house.theirs)

    assert (fine.status, text.status) == (0, 0), fine.said + text.said
    for answer in refused:
        assert answer.status == 2
        assert KEYS in answer.said
        assert SECRET not in answer.said


@pytest.mark.dear
@as_root
@pytest.mark.parametrize("what", ["config.yaml", ".", "templates"])
def test_what_belongs_neither_to_root_nor_to_oneself_is_refused_to_everybody(what: str) -> None:
    with TemporaryDirectory() as top:
        house = House(Path(top))
        (house.tool / "templates").mkdir()
        with (house.tool / "config.yaml").open("a") as file:
            file.write("templates: templates\n")
        os.chown(house.tool / "templates", 0, 0)
        check = attack("--lang|en|check", BY_SUDO | {"HOME": "{home}"})
        by_owner = attack("--lang|en|--config|{config}|check")
        before = as_owner([filled(house, call) for call in (check, by_owner)], house.theirs)
        os.chown(house.tool / what, CALLER, CALLER)

        after = as_owner([filled(house, call) for call in (check, by_owner)], house.theirs)

    assert [answer.status for answer in before] == [0, 0], before
    assert [answer.status for answer in after] == [78, 78]
    assert all("belongs to nobody" in answer.said or f"#{CALLER}" in answer.said for answer in after)
    assert not any("Read:" in answer.said for answer in after)


@pytest.mark.parametrize("by", [Path.symlink_to, Path.hardlink_to])
def test_the_keys_are_no_template_and_no_data(tmp_path: Path, by: Callable[[Path, Path], None]) -> None:
    coop = a_coop(tmp_path, "templates: own\n")
    template = coop / "own" / "fr" / "opening.txt.j2"
    template.parent.mkdir(parents=True)
    by(template, coop / "mailjet.key")
    (coop / "members.csv").unlink()
    by(coop / "members.csv", coop / "mailjet.key")
    check = ["--lang", "en", "-c", str(coop / "config.yaml"), "check"]
    first = CliRunner().invoke(main, check)
    (coop / "members.csv").unlink()
    (coop / "members.csv").write_text(MEMBERS)
    by(coop / "notifications.csv", coop / "mailjet.key")

    second = CliRunner().invoke(main, check)

    said = re.findall(rf"(\S+?): (?:the template fails: )?{KEYS}", first.output + second.output)
    assert {Path(name).name for name in said} == {"members.csv", "opening.txt.j2", "notifications.csv"}
    assert SECRET not in first.output + second.output


@pytest.mark.long
@pytest.mark.parametrize(
    "start", ["subprocess.run(['true'])", "os.system('true')", "os.fork()", "os.execv('/bin/true', ['true'])"]
)
def test_once_it_works_for_others_python_itself_starts_no_program(start: str) -> None:
    code = (
        "import os, subprocess\nfrom cagette_notify.cli.for_others import enter\n"
        f"from cagette_notify.core.errors import UsageError\nenter(['--for-others'], {{}})\n"
        f"try:\n    {start}\nexcept UsageError as refused:\n    print(refused)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == f"{NO_PROGRAM}\n"


def test_who_is_somebody_else_is_told_by_the_number() -> None:
    me, root = {"SUDO_UID": str(os.geteuid())}, {"SUDO_UID": "0", "PKEXEC_UID": "0", "DOAS_USER": "root"}

    assert not is_called_by_another({})
    assert not is_called_by_another(me)
    assert not is_called_by_another(root)
    for name in ("SUDO_UID", "PKEXEC_UID", "DOAS_USER"):
        assert is_called_by_another(root | {name: str(os.geteuid() + 1)})
        assert is_called_by_another(root | {name: "-0x0"})


@pytest.mark.parametrize(
    "name", ["/dev/stdin/../../etc/passwd", "/dev/fd/0/x", "/dev/fd/../fd/0", "0", "/dev/fd/"]
)
def test_a_path_below_descriptors_is_none(name: str) -> None:
    os.set_inheritable(0, True)

    assert not is_held_open(name)
    assert is_held_open("/dev/fd/0")


def files_of(name: str) -> list[str]:
    """Return the options of a command that take a file or a folder, as its help words them."""
    command = main.get_command(click.Context(main), name)
    assert command
    return [
        max(param.opts, key=len)
        for param in command.params
        if isinstance(param, click.Option)
        and (isinstance(param.type, click.Path) or re.search("FILE|FOLDER|DIR", param.metavar or ""))
    ]


@pytest.mark.parametrize("name", main.list_commands(click.Context(main)))
def test_no_option_of_any_command_takes_a_path_from_others(name: str, tmp_path: Path) -> None:
    coop = a_coop(tmp_path)
    start = ["--lang", "en", "--for-others", "--config", str(coop / "config.yaml"), name]
    word = {"check-member": ["1"], "notifications": ["1"], "forget": ["1"], "settle": ["x", "sent"]}
    new = str(tmp_path / "new")
    word["ledger"] = ["copy", str(coop / "ledger.sqlite3"), new]
    alone = [] if name in OPEN_TO_OTHERS else [[] if name == "ledger" else [new]]

    for words in [*([option, new] for option in files_of(name)), *alone]:
        done = CliRunner().invoke(main, [*start, *word.get(name, []), *words])

        assert done.exit_code == 2, words
        assert "through sudo, " in done.output
        assert not (tmp_path / "new").exists()


def in_recipe(mark: str) -> str:
    return re.sub(r"^```\w*\n", "", between(DOCS / "server.md", mark, f"/{mark}"), flags=re.MULTILINE)


@pytest.mark.parametrize("word", ["file", "fichier"])
def test_the_wrapper_opens_what_is_named_and_hands_over_no_path(tmp_path: Path, word: str) -> None:
    wrapper = tmp_path / "wrapper"
    wrapper.write_text(in_recipe("wrapper").replace("exec sudo", f"exec {tmp_path}/sudo"))
    sudo = tmp_path / "sudo"
    sudo.write_text('#!/bin/sh\nfor word do echo "$word"; done\ncat /dev/fd/3 /dev/fd/4 /dev/fd/5\n')
    for path in (wrapper, sudo):
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
    for name in ("a b.md", "=c.pdf", "$(touch d)"):
        (tmp_path / name).write_text(f"in {name}\n")

    words = ["broadcast", "lac", "-s", "à  b", "--body", "a b.md", "--attach==c.pdf", "--to", "all", "--to"]
    done = subprocess.run(
        [str(wrapper), *words, f"{word}:$(touch d)", "--yes"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.splitlines() == [
        *("-C", "6", "-u", "cagette", "/opt/cagette-notify/.venv/bin/cagette-notify", "--for-others"),
        *(
            "--config",
            "/var/lib/cagette/config.yaml",
            "broadcast",
            "lac",
            "-s",
            "à  b",
            "--body",
            "/dev/fd/3",
        ),
        *("--attach=/dev/fd/4", "--to", "all", "--to", "file:/dev/fd/5", "--yes"),
        *("in a b.md", "in =c.pdf", "in $(touch d)"),
    ]
    assert not (tmp_path / "d").exists()


def test_sudoers_says_all_that_the_wrapper_says_before_what_was_typed() -> None:
    fixed = re.search(r"(--for-others --config \S+) \"\$@\"", in_recipe("wrapper"))

    assert fixed
    assert in_recipe("sudoers").rstrip().endswith(f"{fixed[1]} *")


@as_root
@pytest.mark.skipif(not shutil.which("sudo"), reason="needs sudo: apt install sudo")
def test_sudo_reads_the_lines_of_the_recipe(tmp_path: Path) -> None:
    lines = tmp_path / "cagette"
    lines.write_text(in_recipe("sudoers"))
    lines.chmod(0o440)

    done = subprocess.run(["visudo", "-cf", str(lines)], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
