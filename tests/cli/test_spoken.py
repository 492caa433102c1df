"""French and English on the command line: whose word counts, and that help and mistakes follow it."""

from __future__ import annotations

import itertools
import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner, Result

from cagette_notify.cli import main
from cagette_notify.cli.main import COMMANDS
from cagette_notify.cli.translated_help import TranslatedCommand
from cagette_notify.core.i18n import speak
from cagette_notify.core.kinds import Kind
from cagette_notify.core.labels import label
from cagette_notify.core.notices import Reason, Status
from tests.fixtures.catalogs import commands, english_in
from tests.fixtures.command import ROOT
from tests.fixtures.coop import A_DAY_BEFORE, Coop, write_quiet_coop
from tests.fixtures.mailjet_server import MailjetServer
from tests.fixtures.memory import utc
from tests.fixtures.office import Office

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FRENCH = {"LC_ALL": "fr_FR.UTF-8"}
ENGLISH = {"LC_ALL": "C"}
LEFT_IN_ENGLISH = re.compile(
    r"\b(usage:|options:|show|missing|no such|invalid|error|try|default|the|only|your|print)\b", re.IGNORECASE
)


def types(*arguments: str, environ: dict[str, str] = FRENCH) -> Result:
    return CliRunner().invoke(main, list(arguments), env=environ, prog_name="cagette-notify")


@pytest.mark.parametrize("name", commands())
def test_every_help_is_all_french(name: str) -> None:
    said = types(*([] if name == "cagette-notify" else [name]), "--help").stdout

    assert said.startswith("Usage\u00a0:")
    assert LEFT_IN_ENGLISH.findall(said) == []


@pytest.mark.parametrize("name", commands())
def test_no_line_of_help_ends_within_a_word(name: str) -> None:
    for columns, language in itertools.product((60, 80, 120), ("fr", "en")):
        of_the_screen = {"LC_ALL": language, "COLUMNS": str(columns)}
        said = types(*([] if name == "cagette-notify" else [name]), "--help", environ=of_the_screen).stdout

        assert [line for line in said.splitlines() if line.endswith("-")] == []
        assert "\u2011" not in said


@pytest.mark.parametrize("command", commands().values(), ids=commands())
def test_every_command_translates_its_help(command: click.Command) -> None:
    assert isinstance(command, TranslatedCommand)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["--bogus"], "Erreur\u00a0: Pas d’option '--bogus'"),
        (["xyzzy"], "Erreur\u00a0: Pas de commande 'xyzzy'."),
        (["forget"], "Erreur\u00a0: Il manque l’argument 'QUI'."),
        (["forget", "a", "b"], "Erreur\u00a0: Argument en trop\u00a0: b"),
        (["status", "--days", "x"], "Valeur incorrecte pour '--days'\u00a0: 'x' n’est pas un nombre entier."),
        (["status", "--days", "0"], "0 n’est pas dans l’intervalle 1<=x<=366."),
        (["settle", "x", "y"], "'y' n’est pas parmi 'sent', 'resend', 'drop'."),
        (["send-due", "--group"], "L’option '--group' demande une valeur."),
    ],
)
def test_a_mistake_on_the_line_is_told_in_french(typed: list[str], said: str) -> None:
    result = types(*typed)

    assert result.exit_code == 2
    assert said in result.stderr
    assert LEFT_IN_ENGLISH.findall(result.stderr) == []


def mistakes(name: str, command: click.Command) -> Iterator[list[str]]:
    """Yield lines that somebody gets wrong: each option without a value, with an odd one, and so on."""
    those = [["--bogus"], ["a", "b", "c", "d"], ["--lang", "xx"], ["--verbose=1"], ["-c"]]
    those += [[]] if name != "preview" else []  # which shows a mail then
    for option in (param for param in command.params if isinstance(param, click.Option)):
        longest = max(option.opts, key=len)
        if option.is_flag:
            those.append([f"{longest}=x"])
        elif longest not in {"--config", "--lang"}:
            those += [[longest], [longest, ""], [longest, "zzz"], ["1", longest, "zzz"]]
    yield from ([name, *typed] for typed in (*those, *_OTHER_MISTAKES.get(name, ())))


_MAIL = ["lac", "-s", "Salut", "--body", "m.md"]
_OTHER_MISTAKES = {
    "check-member": [["1", "--all"], ["zzz"], ["--group", "zzz", "1"], ["--group", "zzz", "--all"]],
    "preview": [
        *(["zzz"], ["--all", "opening"], ["--all", "--text"], ["--all", "--member", "1"], ["-o", "."]),
        *(["opening", "--member", "zzz"], ["recap_24h", "--distribution", "zzz"], ["-o", "zzz/x.html"]),
    ],
    "broadcast": [
        *(_MAIL, ["lac"], ["zzz", *_MAIL[1:]], [*_MAIL[:3], "--body", "zzz.md"], [*_MAIL[:3], "--body", "."]),
        *([*_MAIL, "--to", "told:zzz", "--yes"], [*_MAIL, "--to", "with-order:", "--yes"]),
        *([*_MAIL, "--as", "zzz@example.org", "--yes"], [*_MAIL, "--attach", ".", "--yes"]),
        *([*_MAIL, "-s", "", "--yes"], [*_MAIL, "--test", "zzz"]),
    ],
    "notifications": [
        *(["zzz"], ["1", "--on", "opening", "--off", "opening"], ["1", "--on", "opening", "--reset"]),
    ],
    "log": [["--since", "2026-13-01"], ["--status", "zzz"]],
    "report": [["--since", "2099-01-01"]],
    "send-due": [["--at", "2026-06-12"], ["--lookback", "0s"]],
    "settle": [["zzz", "sent"], ["zzz", "zzz"]],
    "forget": [["zzz"], ["", "--yes"]],
    "check": [["1"]],
    "demo": [["."]],
    "init": [["config.yaml"]],
    "status": [["--days", "1.5"], ["--days", "9999"]],
}


@pytest.mark.long
@pytest.mark.parametrize("name", [*commands()])
def test_whatever_is_typed_wrong_is_told_in_french_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """By the locale, and by a configuration whatever the locale: a server's is often C."""
    Coop(tmp_path).write("m.md", "Bonjour,\n")
    monkeypatch.chdir(tmp_path)
    config = ["--config", "config.yaml"]
    command = commands()[name]
    lines = [*mistakes(name, command)] if command is not main else [["zzz"], ["send-du"], ["--zzz"], ["-c"]]

    in_english = {
        " ".join(typed): found
        for line in lines
        for typed, environ in ((line, FRENCH), ([*config, *line], ENGLISH))
        if (found := english_in(types(*typed, environ=environ).output))
    }

    assert in_english == {}


def test_a_mistake_is_told_in_english_where_nobody_asked_for_french(tmp_path: Path) -> None:
    coop = Coop(tmp_path, extra="language: en\n")
    config = ["--config", str(coop.folder / "config.yaml")]

    assert {"give", "both"} <= english_in(types(*config, "check-member", "1", "--all").stderr)
    assert {"unexpected", "try"} <= english_in(types(*config, "status", "x").stderr)


@pytest.mark.parametrize(
    "typed",
    [
        ["--lang", "fr", "status", "--help"],
        ["--lang=fr", "status", "--help"],
        ["status", "--lang", "fr", "--help"],
        ["status", "--help", "--lang", "fr"],
        ["--lang", "en", "status", "--lang", "fr", "-h"],
    ],
)
def test_lang_rules_wherever_it_stands(typed: list[str]) -> None:
    assert types(*typed, environ=ENGLISH).stdout.startswith("Usage\u00a0:")


def test_without_a_word_the_locale_rules() -> None:
    assert types("status", "--help", environ=ENGLISH).stdout.startswith("Usage:")
    assert types("status", "--help", environ=FRENCH).stdout.startswith("Usage\u00a0:")


@pytest.mark.parametrize(("language", "usage"), [("fr", "Usage\u00a0:"), ("en", "Usage:")])
def test_help_goes_by_the_configuration_before_the_locale(tmp_path: Path, language: str, usage: str) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(f"language: {language}\nother: mistakes\n", encoding="utf-8")

    for environ in (FRENCH, ENGLISH):
        assert types("-c", str(config), "status", "--help", environ=environ).stdout.startswith(usage)


@pytest.mark.parametrize(
    ("line", "environ", "said"),
    [
        ("language: fr", ENGLISH, "réglage inconnu"),
        ("language: en", FRENCH, "unknown setting"),
        ("language: de", ENGLISH, "unknown setting"),
        ("language: de", FRENCH, "réglage inconnu"),
        ("a: [", FRENCH, "jamais fermé"),
    ],
)
def test_a_configuration_s_mistakes_are_told_in_its_language(
    tmp_path: Path, line: str, environ: dict[str, str], said: str
) -> None:
    (tmp_path / "config.yaml").write_text(f"{line}\nbogus: 1\n", encoding="utf-8")

    result = types("-c", str(tmp_path / "config.yaml"), "send-due", environ=environ)

    assert result.exit_code == 78
    assert said in result.stderr


def test_a_co_op_s_command_speaks_its_language_whatever_the_locale(tmp_path: Path) -> None:
    config = str(Coop(tmp_path).folder / "config.yaml")

    assert "Aucun passage encore" in types("-c", config, "status", environ=ENGLISH).stdout
    assert "No run yet" in types("-c", config, "--lang", "en", "status").stdout


def test_settle_says_in_french_what_became_of_a_mail(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    coop.run(A_DAY_BEFORE)
    custom_id = next((tmp_path / "outbox").glob("*.eml")).stem

    result = types("-c", str(tmp_path / "config.yaml"), "settle", custom_id, "sent")

    assert result.stderr == f"l’e-mail {custom_id} n’est pas en doute, mais écrit\n"


def test_ctrl_c_while_a_command_is_loaded_is_answered_in_the_configuration_s_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    coop = Coop(tmp_path, extra="language: fr\n")
    coop.write("interrupted.py", "raise KeyboardInterrupt\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(COMMANDS, "status", COMMANDS["status"]._replace(module="interrupted"))

    result = types("-c", str(tmp_path / "config.yaml"), "status", environ=ENGLISH)

    assert (result.exit_code, result.stderr.strip()) == (1, "Interrompu.")


def test_a_document_has_the_same_keys_and_words_in_both_languages(office: Office) -> None:
    office.sends()
    in_english, in_french = (
        json.loads(office.invoke("--lang", language, "log", "--json").stdout) for language in ("en", "fr")
    )

    assert in_english == in_french


@pytest.mark.parametrize("kind", ["opening", "ouverture", "Ouverture"])
def test_an_opening_has_a_french_name_everywhere(office: Office, kind: str) -> None:
    office.coop.run(utc("2026-06-05T06:05"))

    assert (
        json.loads(office.invoke("send-due", "--dry-run", "--json", "--kind", kind).stdout)["problems"] == []
    )
    assert len(json.loads(office.invoke("log", "--json", "--kind", kind).stdout)["notices"]) == 4
    assert "opening    no" in office.invoke("notifications", "1", "--off", kind).stdout


@pytest.mark.parametrize("kind", ["recap_24h", "recap-24h", "récap-24h"])
def test_a_recap_may_be_written_as_one_writes_it(office: Office, kind: str) -> None:
    assert "recap_24h  no" in office.invoke("notifications", "1", "--off", kind).stdout


def test_status_says_in_a_sentence_that_all_is_well(tmp_path: Path) -> None:
    with MailjetServer(tls=False) as server:
        office = Office(Coop(tmp_path), server)
        office.coop.run(utc("2026-06-08T06:00"))
        office.at = utc("2026-06-08T06:04")

        first, *_others = office.invoke("--lang", "fr", "status", "--lang", "fr").stdout.splitlines()

    assert first.replace("\u00a0", " ") == (
        "Tout va bien. Dernier passage il y a 4 min. Prochain envoi : jeudi 18 h, 3 récapitulatifs, "
        "une fois les commandes exportées (entre mercredi 20 h et jeudi 18 h)."
    )


def test_the_report_counts_as_people_do(office: Office) -> None:
    office.sends(A_DAY_BEFORE)

    assert "3 sur 3 acceptés par la messagerie" in office.invoke("report", "--lang", "fr").stdout


@pytest.mark.dear
def test_a_run_of_cron_s_with_nothing_to_say_reads_no_catalog(tmp_path: Path) -> None:
    write_quiet_coop(tmp_path)
    code = f"""
import sys
sys.addaudithook(lambda event, args: event == "open" and str(args[0]).endswith(".mo") and print(args[0]))
from cagette_notify.cli import main
print(main({["--config", str(tmp_path / "config.yaml"), "send-due"]}, standalone_mode=False))
"""
    environ = {**os.environ, **FRENCH, "PYTHONPATH": str(ROOT)}

    for _first_or_second in range(2):
        done = subprocess.run(
            [sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=False, timeout=60
        )

        assert (done.stdout, done.stderr) == ("0\n", "")


@pytest.mark.dear
@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("latin-1", "Rien n'a quitté cette machine."),
        ("iso8859-15", "Rien n'a quitté cette machine."),
        ("cp1252", "Rien n’a quitté cette machine."),
        ("utf-8", "Rien n’a quitté cette machine."),
    ],
)
def test_a_terminal_of_an_old_encoding_shows_what_it_can(tmp_path: Path, encoding: str, said: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from cagette_notify.cli import main; main()", "--lang", "fr", "demo"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding},
        capture_output=True,
        check=False,
        timeout=60,
    )

    assert (done.returncode, done.stderr) == (0, b"")
    assert said in done.stdout.decode(encoding)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (
            ("--lang", "fr", "check-membre"),
            "pas de commande 'check-membre' ; vouliez-vous dire 'check-member'",
        ),
        (("--lang", "en", "send-du"), "no command 'send-du'; did you mean 'send-due'?"),
        (("--lang", "en", "xyzzy"), "No such command 'xyzzy'."),
    ],
)
def test_a_misspelt_command_is_told_the_nearest(typed: tuple[str, ...], said: str) -> None:
    done = CliRunner().invoke(main, typed)

    assert (done.exit_code, said in done.stderr.replace("\u00a0", " ")) == (2, True)


@pytest.mark.parametrize("value", [*Kind, *Status, *Reason, "skipped", "would_send"])
def test_tables_say_the_words_of_the_ledger_in_french_and_as_they_are_in_english(value: str) -> None:
    speak("fr")
    french = label(str(value))
    speak("en")

    assert label(str(value)) == str(value)
    assert "_" not in french
    assert french != str(value)
