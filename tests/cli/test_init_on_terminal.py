"""Somebody who begins: what is asked, what is found, what is written, and that nothing is before the end."""

from __future__ import annotations

import os
import re
import shutil

import pytest
import time_machine
from click.testing import CliRunner

from cagette_notify.cli import main
from cagette_notify.config.load import load
from tests.data.test_cagette import EXPORT
from tests.fixtures.command import run
from tests.fixtures.desk import (
    CRONTAB_LINE,
    DAY,
    EXPORTED,
    GROUP,
    OTHERS,
    REVIEW,
    SYSTEM,
    WITH_EXPORTS,
    Desk,
    Question,
    answer,
    begun,
    plain,
    put,
    typeset,
)
from tests.fixtures.memory import utc
from tests.fixtures.rfc5322 import parsed
from tests.fixtures.terminal import Keyboard


@pytest.mark.usefixtures("exports")
def test_around_exports_it_asks_for_the_rest_and_ends_with_what_check_says(desk: Desk) -> None:
    with desk.sits() as keyboard:
        found = keyboard.sees("Nom du groupe")
        keyboard.types("\n")
        answer(keyboard, WITH_EXPORTS[1:])
        ended = keyboard.ends()

    assert ended == 0
    assert "  membres.csv: 24 membres\n" in plain(found)
    assert f"  {EXPORT}: commandes du 12 juin, 48 lignes\n" in plain(found)
    assert "24 membres, 25 adresses, 1 à corriger selon check ; premier rappel" in plain(keyboard.screen)
    assert "  cagette-notify check\n" in plain(keyboard.screen)
    groups, distributions = (
        (desk.folder / f"{name}.yaml").read_text("utf-8") for name in ("groups", "distributions")
    )
    assert "- id: amap-du-lac\n  nom: Amap du lac\n  nom du contact: Claire Fontaine\n" in groups
    assert "  membres: membres*\n" in groups
    assert (
        "- groupe: amap-du-lac\n  début: 2026-06-12 18:00\n  fin: 19:30\n"
        "  ouverture: 2026-06-05 08:00\n"
        "  fermeture: 2026-06-10 20:00\n  lieu: Salle des fêtes, 3 rue de l'Église\n"
        "  orders: Export-commandes-{date}-Cagette*\n  repeat: {every: 7d, until: "
    ) in distributions


@pytest.mark.usefixtures("exports")
def test_every_wrong_answer_is_said_in_a_line_and_asked_again(desk: Desk) -> None:
    with desk.sits() as keyboard:
        answer(keyboard, WITH_EXPORTS, wrongly=True)
        assert keyboard.ends() == 0

    checked = run(desk.folder, "check", "-c", "config.yaml")
    assert checked.stderr.count("\n") == 1
    assert "membres.csv:9: email: not an address" in checked.stderr


@pytest.mark.long
@pytest.mark.parametrize("key", ["\x03", "\x04"], ids=["Ctrl-C", "Ctrl-D"])
@pytest.mark.usefixtures("exports")
def test_stopped_at_any_question_nothing_is_left_behind(desk: Desk, key: str) -> None:
    before = desk.all_files()

    for number, question in enumerate(WITH_EXPORTS):
        with desk.sits("init", "neuf", "--exports", ".") as keyboard:
            questions = [one._replace(asks=one.asks.replace("Amap du lac", "Neuf")) for one in WITH_EXPORTS]
            answer(keyboard, questions[:number])
            keyboard.sees(typeset(questions[number].asks))
            keyboard.types(key)
            assert keyboard.ends() == 1
        assert plain(keyboard.screen).endswith("arrêté : rien n’a été écrit\n"), question
        assert desk.all_files() == before, question


@pytest.mark.usefixtures("exports")
def test_the_crontab_keeps_its_lines_and_a_second_init_changes_nothing(desk: Desk) -> None:
    with desk.sits() as keyboard:
        answer(keyboard, WITH_EXPORTS[:-2])
        shown = keyboard.sees(typeset(CRONTAB_LINE.asks))
        keyboard.types("o\n")
        answer(keyboard, [REVIEW])
        assert keyboard.ends() == 0
    written = desk.all_files()

    with desk.sits() as again:
        assert again.ends() == 0

    line = f"cagette-notify --config {desk.folder}/config.yaml send-due\n"
    assert desk.crontab.text.decode().startswith(f"{OTHERS}*/10 * * * * ")
    assert desk.crontab.text.decode().endswith(line)
    assert desk.crontab.text.decode().count("\n") == 3
    assert shown.count("  0 3 * * * /usr/bin/sauvegarde\n") == 2
    assert "config.yaml existe déjà : conservé" in plain(again.screen)
    assert "La crontab lance déjà send-due pour cette configuration" in plain(again.screen)
    assert "24 membres, 25 adresses, 1 à corriger" in plain(again.screen)
    assert "Nom du groupe" not in plain(again.screen)
    assert desk.all_files() == written


@pytest.mark.usefixtures("exports")
def test_enter_leaves_the_crontab_alone_and_says_what_to_add(desk: Desk) -> None:
    with desk.sits() as keyboard:
        answer(keyboard, [*WITH_EXPORTS[:-2], CRONTAB_LINE._replace(answer=""), REVIEW])
        assert keyboard.ends() == 0

    assert desk.crontab.text == OTHERS.encode()
    assert "tapez crontab -e, et ajoutez" in plain(keyboard.screen)
    assert f"config {desk.folder}/config.yaml send-due\n" in keyboard.screen[keyboard.screen.index("tapez") :]


@pytest.mark.usefixtures("exports")
def test_where_there_is_no_cron_it_is_said_once_with_what_to_install_before_the_line(
    desk: Desk,
) -> None:
    desk.crontab.command.unlink()
    environ = {"HOME": str(desk.home), "PATH": str(desk.crontab.command.parent)}
    with Keyboard(desk.folder, "--lang", "fr", "init", environ=environ) as keyboard:
        answer(keyboard, [*GROUP, *DAY, *SYSTEM[:2], REVIEW])
        assert keyboard.ends() == 0

    shown = plain(keyboard.screen)
    assert shown.count("pas encore cron") == 1
    assert "  sudo apt install cron\nLaissez ensuite cron envoyer ce qui est dû : tapez crontab -e" in shown


@pytest.mark.usefixtures("exports")
def test_the_short_command_knows_the_configuration(desk: Desk) -> None:
    with desk.sits() as keyboard:
        answer(keyboard, WITH_EXPORTS)
        keyboard.ends()

    command = desk.home / ".local/bin/cagette-notify"
    assert os.access(command, os.X_OK)
    assert f"--config {desk.folder}/config.yaml " in command.read_text("utf-8")


@pytest.mark.usefixtures("exports")
def test_the_line_for_the_crontab_stands_right_above_what_to_type_next(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [question.answer for question in [*GROUP, *DAY, *SYSTEM[:2]]]

    lines = begun(desk, monkeypatch, *answers, "n", "").splitlines()

    heading = lines.index("À taper ensuite :")
    assert lines[heading - 1] == ""
    assert lines[heading - 2].startswith("  */10 * * * * /opt/cagette-notify")
    assert lines[heading + 1].startswith("  cagette-notify preview")


@pytest.mark.usefixtures("exports")
def test_where_its_folder_is_not_on_the_path_commands_to_type_are_found_all_the_same(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"{desk.crontab.command.parent}:/usr/bin:/bin"
    monkeypatch.setattr(Desk, "environ", {"HOME": str(desk.home), "PATH": path})

    ended = begun(desk, monkeypatch, *(question.answer for question in WITH_EXPORTS))

    commands = ended.partition("À taper ensuite :\n")[2]
    assert commands.startswith("  export PATH=")
    assert "n’est pas dans le PATH" in commands.partition("  cagette-notify preview")[0]
    assert "\n  cagette-notify status\n" in commands


@pytest.mark.usefixtures("exports")
def test_where_that_name_is_taken_the_configuration_may_go_where_it_is_found(desk: Desk) -> None:
    taken = desk.crontab.command.with_name("cagette-notify")
    taken.write_text("#!/bin/sh\n", encoding="utf-8")
    taken.chmod(0o755)
    with desk.sits() as keyboard:
        answer(
            keyboard,
            [*WITH_EXPORTS[:-3], Question("plutôt que dans ce dossier ? [o/N] ", "o"), CRONTAB_LINE, REVIEW],
        )
        assert keyboard.ends() == 0

    found = load(desk.home / ".config/cagette-notify/config.yaml")
    assert (found.ledger, found.outbox, found.data.groups) == (
        desk.folder / "ledger.sqlite3",
        desk.folder / "outbox",
        desk.folder / "groups.yaml",
    )
    assert not (desk.folder / "config.yaml").exists()
    assert not (desk.home / ".local").exists()
    assert taken.read_text("utf-8") == "#!/bin/sh\n"
    assert f"--config {desk.home}/.config/cagette-notify/config.yaml send-due" in desk.crontab.text.decode()
    assert f"configuration dans {desk.home}/.config/cagette-notify/config.yaml," in " ".join(
        plain(keyboard.screen).split()
    )

    with desk.sits() as again:
        assert again.ends() == 0
    assert "24 membres" in plain(again.screen)
    assert not (desk.folder / "config.yaml").exists()


def test_with_nothing_there_the_contact_is_the_first_member_and_gets_the_first_mail(desk: Desk) -> None:
    day = [DAY[0]._replace(asks="un vendredi sur deux…) : ", answer="12/06/2026"), *DAY[1:]]
    first = Question("pour un premier essai ? [O/n] ", "")
    with desk.sits() as keyboard:
        nothing = keyboard.sees(typeset("Nom du groupe [Amap du lac] : "))
        keyboard.types("\n")
        answer(keyboard, [*GROUP[1:], *day, first, *SYSTEM])
        assert keyboard.ends() == 0
    sent = run(desk.folder, "send-due", "--at", "2026-06-05 08:05")

    assert f"Aucun export, aucune liste dans {desk.folder}." in " ".join(nothing.split())
    assert "1 membre, 1 adresse ; " in plain(keyboard.screen)
    assert sent.returncode == 0
    assert len(list((desk.folder / "outbox").glob("*.eml"))) == 1
    assert "1;Claire;Fontaine;claire@exemple.org\n" in (desk.folder / "members.csv").read_text("utf-8")


@pytest.mark.dear
def test_a_spreadsheet_that_holds_everything_leaves_little_to_ask(desk: Desk) -> None:
    put(desk.folder, "amap.xlsx")
    with desk.sits() as keyboard:
        taken = Question("Prendre les distributions de amap.xlsx#Calendrier ? [O/n] ", "")
        answer(keyboard, [taken, *SYSTEM])
        assert keyboard.ends() == 0

    assert "amap.xlsx#Membres: 3 membres" in plain(keyboard.screen)
    assert "amap.xlsx#2026-06-12: commandes du 12 juin, 3 lignes" in plain(keyboard.screen)
    assert "3 membres, 2 adresses, 3 à corriger" in plain(keyboard.screen)
    config = (desk.folder / "config.yaml").read_text("utf-8")
    for line in ("groups: amap.xlsx#Groupes", "members: amap.xlsx#Membres", "orders: amap.xlsx#{date}"):
        assert f"  {line}" in config
    assert not list(desk.folder.glob("*.csv"))
    sent = run(desk.folder, "send-due", "--at", "2026-06-11 18:05")
    assert (sent.returncode, len(list((desk.folder / "outbox").glob("*.eml")))) == (1, 2)


@pytest.mark.dear
@pytest.mark.usefixtures("exports")
def test_beside_cagette_s_exports_a_calendar_is_taken_only_if_somebody_says_so(desk: Desk) -> None:
    put(desk.folder, "amap.xlsx")
    answers = [
        Question("Prendre les distributions de amap.xlsx#Calendrier ? [o/N] ", ""),
        *(Question("Numéro [1] : ", ""), Question("Numéro [1] : ", "")),
        *WITH_EXPORTS,
    ]
    with desk.sits() as keyboard:
        answer(keyboard, answers)
        assert keyboard.ends() == 0

    assert "24 membres, 25 adresses, 1 à corriger" in plain(keyboard.screen)
    assert "  membres: membres*\n" in (desk.folder / "groups.yaml").read_text("utf-8")


@pytest.mark.usefixtures("exports")
def test_of_several_lists_of_members_one_is_chosen_by_its_number(desk: Desk) -> None:
    put(desk.folder, "membres-passes-par-excel.csv")
    with desk.sits() as keyboard:
        shown = keyboard.sees(typeset("Numéro [1] : "))
        keyboard.types("7\n")
        keyboard.sees("un nombre de 1 à 2")
        keyboard.sees(typeset("Numéro [1] : "))
        keyboard.types("2\n" if "2  membres.csv" in shown else "1\n")
        answer(keyboard, WITH_EXPORTS)
        assert keyboard.ends() == 0

    assert "  membres: membres*\n" in (desk.folder / "groups.yaml").read_text("utf-8")
    assert "25 adresses, 1 à corriger" in plain(keyboard.screen), "an export left aside needs no correction"


def test_what_nobody_gave_stays_a_comment_and_check_says_so(desk: Desk) -> None:
    put(desk.folder, "membres.csv")
    empty = [
        question._replace(answer="")
        for question in [*GROUP, DAY[0]._replace(asks="sur deux…) : "), *DAY[1:3], *SYSTEM]
    ]
    with desk.sits() as keyboard:
        answer(keyboard, empty)
        assert keyboard.ends() == 0

    checked = run(desk.folder, "check", "-c", "config.yaml").stderr
    for field in (*("groups.yaml:4: e-mail du contact", "début", "fin", "ouverture", "fermeture"),):
        assert f"{field}: to be filled in, and the # in front of it taken off" in checked
    assert "aucun rappel n’est encore prévu" in " ".join(plain(keyboard.screen).split())
    distributions = (desk.folder / "distributions.yaml").read_text("utf-8")
    assert "orders: Export-commandes-{date}-Cagette*\n" in distributions


def test_the_orders_that_are_to_come_may_be_a_spreadsheet(desk: Desk) -> None:
    put(desk.folder, "membres.csv")
    run(desk.folder, "init", "--yes", environ=desk.environ)

    distributions = (desk.folder / "distributions.yaml").read_text("utf-8")
    assert "orders: Export-commandes-{date}-Cagette*\n" in distributions


def test_once_filled_in_the_comments_are_a_distribution(desk: Desk) -> None:
    put(desk.folder, "membres.csv")
    run(desk.folder, "init", "--yes", environ=desk.environ)
    file = desk.folder / "distributions.yaml"
    head, rows = file.read_text("utf-8").split("distributions:\n")
    rows = re.sub("^  #", "  ", rows, flags=re.MULTILINE)
    for name, value in (
        ("starts_at", "2026-06-12 18:00"),
        ("ends_at", "19:30"),
        ("orders_open_at", "2026-06-05 08:00"),
    ):
        rows = rows.replace(f"{name}:", f"{name}: {value}")
    file.write_text(f"{head}distributions:\n{rows}", encoding="utf-8")

    checked = run(desk.folder, "check", "-c", "config.yaml")

    assert "distributions.yaml" not in checked.stderr
    assert "24 members, 25 addresses" in checked.stdout


@pytest.mark.usefixtures("exports")
def test_it_ends_with_the_first_mails_and_the_command_that_writes_them(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = begun(desk, monkeypatch, *(question.answer for question in WITH_EXPORTS))

    understood = (
        "La première : vendredi 12 juin 2026, commandes ouvertes vendredi 5 juin 2026 à 8 h, "
        "fermées mercredi 10 juin 2026 à 20 h. "
    )
    assert understood in " ".join(screen.split())
    assert "24 membres, 25 adresses, 1 à corriger selon check ; premier rappel jeudi 18 h\n" in screen
    recap, opening = "récap-24h, à 22 adresses", "ouverture, à 25 adresses"
    recap += "\n      une fois les commandes exportées (entre mercredi 20 h et jeudi 18 h)"
    assert f"  jeudi 11 juin 2026 à 18 h : {recap}\n  vendredi 12 juin 2026 à 8 h : {opening}\n" in screen
    typed = f"  cagette-notify --config {desk.folder}-essai/config.yaml send-due --at '2026-06-11 18:05'\n"
    assert typed in screen


@pytest.mark.usefixtures("exports")
def test_the_first_command_to_type_shows_a_recap_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = begun(desk, monkeypatch, *(question.answer for question in WITH_EXPORTS))

    typed = screen.partition("À taper ensuite :\n")[2].partition("\n")[0].split()
    assert typed == ["cagette-notify", "preview", "--distribution", "2026-06-12"]
    shown = run(desk.folder, "-c", "config.yaml", *typed[1:], "--text", environ=desk.environ)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "Salle des fêtes" in shown.stdout


def test_where_no_mail_can_be_shown_no_command_does_so(desk: Desk) -> None:
    begun_without = run(desk.folder, "init", "--yes", environ=desk.environ)

    assert " status\n" in begun_without.stdout
    assert " preview" not in begun_without.stdout


@pytest.mark.long
@pytest.mark.parametrize(
    ("typed", "said"),
    [("vendredi 8h", "vendredi 5 juin 2026 à 8 h"), ("J-7 9h", "vendredi 5 juin 2026 à 9 h")],
)
@pytest.mark.usefixtures("exports")
def test_of_the_weekday_of_the_distribution_the_date_is_said_at_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, typed: str, said: str
) -> None:
    answers = [question.answer for question in WITH_EXPORTS]
    opens = [one.asks for one in WITH_EXPORTS].index("par exemple vendredi 8h : ")

    for answer_, is_said in ((typed, True), ("jeudi 8h", False)):
        answers[opens] = answer_
        screen = begun(desk, monkeypatch, *answers, "")
        after = screen.partition("par exemple vendredi 8h : ")[2].partition("Fermeture")[0]
        assert (f"\n  {said}\n" in after) is is_said
        for name in ("config", "groups", "distributions"):
            (desk.folder / f"{name}.yaml").unlink()


@pytest.mark.usefixtures("exports")
def test_whoever_does_not_know_is_told_that_enter_leaves_it_empty(desk: Desk) -> None:
    with desk.sits() as keyboard:
        answer(keyboard, [*GROUP, *DAY])
        keyboard.sees(typeset("validée chez Mailjet : "))
        keyboard.types("je ne sais pas\n")
        keyboard.sees("'je ne sais pas'")
        keyboard.sees("Entrée laisse vide.")
        keyboard.types("\x03")
        keyboard.ends()


@pytest.mark.usefixtures("exports")
def test_only_lines_to_copy_are_wider_than_the_terminal(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = begun(desk, monkeypatch, *(question.answer for question in WITH_EXPORTS))

    lines = screen.partition("À taper ensuite :\n")[2].splitlines()
    assert [line for line in lines if line.startswith("      écrivent les premiers e-mails")]
    assert not [
        line for line in lines if len(line) > 80 and not line.startswith(("  cagette-notify ", "  cp "))
    ]


@pytest.mark.usefixtures("exports")
def test_where_the_export_is_old_the_next_distribution_is_said_too(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [question.answer for question in WITH_EXPORTS]

    screen = " ".join(begun(desk, monkeypatch, *answers, at=utc("2026-06-25T08:00")).split())

    assert "La première : vendredi 12 juin 2026, " in screen
    assert "la prochaine : vendredi 26 juin 2026. " in screen
    assert "premier rappel aujourd’hui 18 h" in screen


@pytest.mark.usefixtures("exports")
def test_the_first_run_of_the_day_after_writes_the_first_mails(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(desk, monkeypatch, *(question.answer for question in WITH_EXPORTS))

    with time_machine.travel(utc("2026-06-11T16:05"), tick=False):
        sent = CliRunner().invoke(main, ["-c", str(desk.folder / "config.yaml"), "send-due"])

    assert sent.exit_code == 1  # for the address that is to be corrected
    assert len(list((desk.folder / "outbox").glob("*.eml"))) == 22


@pytest.mark.usefixtures("exports")
def test_two_exports_two_weeks_apart_make_every_other_week(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(desk.folder / EXPORT, desk.folder / EXPORT.replace("06-12", "05-29"))

    screen = begun(desk, monkeypatch, *(question.answer for question in WITH_EXPORTS))

    assert "[un vendredi sur deux]" in screen
    assert "repeat: {every: 14d, until: 2027-06-11}" in (desk.folder / "distributions.yaml").read_text(
        "utf-8"
    )


@pytest.mark.long
@pytest.mark.parametrize(("at_once", "delivery"), [("", "outbox"), ("o", "mailjet")])
@pytest.mark.usefixtures("exports")
def test_a_sender_is_kept_and_mails_leave_only_once_that_was_said(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, at_once: str, delivery: str
) -> None:
    answers = [question.answer for question in [*GROUP, *DAY]]

    begun(desk, monkeypatch, *answers, "lettre@amap.example", at_once, "", "", "")

    config = load(desk.folder / "config.yaml")
    assert (config.account, config.style.sender.address, config.style.sender.name) == (
        *(delivery, "lettre@amap.example"),
        "Amap du lac",
    )


@pytest.mark.usefixtures("exports")
def test_without_a_sender_it_says_in_the_end_that_one_is_needed_and_no_mail_names_cagette(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = begun(desk, monkeypatch, *(question.answer for question in WITH_EXPORTS))
    run(desk.folder, "send-due", "--at", "2026-06-11 18:05")

    said = " ".join(screen.partition("À taper ensuite")[0].split())
    assert "Pour envoyer pour de vrai, il reste : un expéditeur à vous, les deux clés de l’API" in said
    (mail, *_others) = (parsed(path.read_bytes()) for path in (desk.folder / "outbox").glob("*.eml"))
    body = mail.get_body(("plain",))
    assert body
    assert "Cagette.net" not in body.get_content()


@pytest.mark.dear
@pytest.mark.usefixtures("exports")
def test_in_french_where_the_locale_is(desk: Desk) -> None:
    french = {**desk.environ, "LANG": "fr_FR.UTF-8", "LANGUAGE": "fr"}

    with Keyboard(desk.folder, "init", environ=french) as keyboard:
        keyboard.sees(typeset("Nom du groupe [Amap du lac] : "))


@pytest.mark.parametrize("arguments", [("--yes",), ("--exports", ".")])
@pytest.mark.usefixtures("exports")
def test_without_a_terminal_defaults_are_taken_and_crontab_and_path_stay(
    desk: Desk, arguments: tuple[str, ...]
) -> None:
    made = run(desk.folder, "init", *arguments, environ=desk.environ)

    assert (made.returncode, made.stderr) == (0, "")
    assert "membres.csv: 24 members\n" in made.stdout
    assert "name: Amap du lac" in (desk.folder / "groups.yaml").read_text("utf-8")
    assert desk.crontab.text == OTHERS.encode()
    assert [*desk.home.iterdir()] == []


@pytest.mark.dear
def test_orders_of_which_none_is_a_member_s_are_said_at_the_end(desk: Desk) -> None:
    put(desk.folder, "amap.xlsx")
    rows = "".join(f"{id_};;Pain;1\n" for id_ in range(70, 75))
    (desk.folder / "Commandes-2026-06-12.csv").write_text(
        f"userId;userName;productName;Quantité\n{rows}", "utf-8"
    )
    os.utime(desk.folder / "Commandes-2026-06-12.csv", (EXPORTED, EXPORTED))
    (desk.folder / "config.yaml").write_text(
        "data: {groups: 'amap.xlsx#Groupes', members: 'amap.xlsx#Membres', "
        "distributions: 'amap.xlsx#Calendrier', orders: 'Commandes-{date}*'}\n"
        "sender: {email: amap@exemple.org, name: Amap}\n",
        "utf-8",
    )
    with time_machine.travel(utc("2026-06-11T08:00")):
        made = CliRunner().invoke(main, ["--lang", "en", "init", str(desk.folder), "--yes"])

    assert "no order for 1 is of a member of the group, so that nobody gets a recap; why: " in made.stdout


def test_files_that_are_there_are_kept_and_built_around(desk: Desk) -> None:
    put(desk.folder, "membres.csv")
    groups = "- {id: lac, name: Les Paniers du Lac, members: membres.csv}\n"
    (desk.folder / "groups.yaml").write_text(groups, encoding="utf-8")

    run(desk.folder, "init", "--yes", environ=desk.environ)

    assert (desk.folder / "groups.yaml").read_text("utf-8") == groups
    assert "#- group: lac" in (desk.folder / "distributions.yaml").read_text("utf-8")


def test_a_folder_of_exports_that_is_not_there_is_said(desk: Desk) -> None:
    made = run(desk.folder, "init", "--exports", "nulle-part", environ=desk.environ)

    assert (made.returncode, made.stderr) == (2, "--exports: no such folder: nulle-part\n")
    assert [*desk.folder.iterdir()] == []


@pytest.mark.usefixtures("exports")
def test_who_chooses_between_orders_reads_that_one_file_of_a_day_is_read(desk: Desk) -> None:
    bread = desk.folder / "Pain-2026-06-12.csv"
    bread.write_bytes((desk.folder / EXPORT).read_bytes())

    with desk.sits() as keyboard:
        keyboard.sees("Où sont les commandes")
        keyboard.types("\x03")
        keyboard.ends()

    said = " ".join(plain(keyboard.screen).split())
    assert "D’un jour, un seul fichier est lu : le plus récent de ce nom." in said
    assert "réunissez leurs lignes dans un seul, sous un seul en-tête, et recommencez. Où sont" in said
