"""What was answered is shown before anything is written, and a number asks its question again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from cagette_notify.config.load import load
from cagette_notify.config.paths import sources_of
from cagette_notify.data.dataset import load_calendar
from tests.fixtures.desk import DAY, GROUP, REVIEW, SYSTEM, WITH_EXPORTS, Desk, answer, begun, plain, put

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cagette_notify.core.model import Distribution

ANSWERS = [question.answer for question in WITH_EXPORTS[:-1]]  # all but the Enter that writes
HOLIDAYS = len(GROUP) + len(DAY)  # its number


def distributions(desk: Desk) -> Sequence[Distribution]:
    calendar = load_calendar(sources_of(load(desk.folder / "config.yaml")))
    assert not calendar.problems
    return calendar.distributions


def members_named(desk: Desk) -> str:
    """Return what the group's row names as its list of members."""
    return (desk.folder / "groups.yaml").read_text("utf-8").partition("  membres: ")[2].strip()


def pattern_named(file: str) -> str:
    return f"{file.removesuffix('.csv')}*"


def shown(screen: str) -> list[str]:
    """Return the answers as they stood when they were written."""
    block = screen.rpartition("Voici ce qui a été répondu :\n")[2].partition("Entrée écrit tout")[0]
    return re.findall(r"^ +[0-9]+  (.*)$", re.sub(r"\n {4}(?=\S)", " ", block), re.MULTILINE)


@pytest.mark.usefixtures("exports")
def test_all_that_was_answered_is_shown_on_one_screen(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = shown(begun(desk, monkeypatch, *ANSWERS, ""))

    assert answers == [
        "Groupe : Amap du lac",
        "Contact : Claire Fontaine",
        "Son adresse : claire@exemple.org",
        "Jour : vendredi (chaque semaine dès vendredi 12 juin 2026)",
        "Heures : 18h-19h30",
        "Lieu : Salle des fêtes, 3 rue de l'Église",
        "Ouverture des commandes : vendredi 8h (vendredi 5 juin 2026 à 8 h)",
        "Fermeture des commandes : mercredi 20h (mercredi 10 juin 2026 à 20 h)",
        "Sans distribution : (vide)",
        "Expéditeur : (vide)",
        "Sur cette machine : la commande courte, la ligne de crontab",
    ]


@pytest.mark.long
@pytest.mark.parametrize(
    ("typed", "said"),
    [("12/06/2026", "chaque semaine dès vendredi 12"), ("un vendredi sur deux", "toutes les 2 semaines dès")],
)
@pytest.mark.usefixtures("exports")
def test_how_often_it_comes_again_is_shown_whatever_was_typed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, typed: str, said: str
) -> None:
    answers = shown(begun(desk, monkeypatch, *ANSWERS, "4", typed, ""))

    assert answers[3].startswith(f"Jour : {typed} ({said}")


@pytest.mark.long
@pytest.mark.parametrize("typed", ["4 vendredi 19 juin", "4 le 19 juin 2026", "4 vendredi 19/06"])
@pytest.mark.usefixtures("exports")
def test_the_day_of_the_first_may_be_typed_in_words(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    answers = shown(begun(desk, monkeypatch, *ANSWERS, typed, ""))

    assert answers[3] == f"Jour : {typed[2:]} (chaque semaine dès vendredi 19 juin 2026)"
    assert f"{distributions(desk)[0].starts_at:%Y-%m-%d}" == "2026-06-19"


@pytest.mark.usefixtures("exports")
def test_a_day_of_the_week_that_the_date_contradicts_is_asked_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = begun(desk, monkeypatch, *ANSWERS, "4 jeudi 19 juin", "vendredi 19 juin", "")

    assert "19/06/2026 n’est pas un jeudi" in " ".join(screen.split())
    assert f"{distributions(desk)[0].starts_at:%Y-%m-%d}" == "2026-06-19"


@pytest.mark.usefixtures("exports")
def test_a_number_asks_that_question_again_and_enter_keeps_what_was_typed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    corrected = ["2", "Claire Fontaine-Roy", "6", "", "7", "jeudi 9h", ""]

    answers = shown(begun(desk, monkeypatch, *ANSWERS, *corrected))

    assert "nom du contact: Claire Fontaine-Roy\n" in (desk.folder / "groups.yaml").read_text("utf-8")
    assert "Lieu : Salle des fêtes, 3 rue de l'Église" in answers
    opens_at = distributions(desk)[0].orders_open_at
    assert opens_at
    assert f"{opens_at:%Y-%m-%d %H:%M}" == "2026-06-04 09:00"


@pytest.mark.long
@pytest.mark.parametrize(
    "typed", ["7 : jeudi 9h", "7 jeudi 9h", "7: jeudi 9h", "7. jeudi 9h", "7) jeudi 9 heures"]
)
@pytest.mark.usefixtures("exports")
def test_a_number_with_the_new_answer_behind_it_is_the_correction(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    begun(desk, monkeypatch, *ANSWERS, typed, "6 -", "")

    first = distributions(desk)[0]
    assert (f"{first.orders_open_at:%Y-%m-%d %H:%M}", first.place) == ("2026-06-04 09:00", "")


@pytest.mark.usefixtures("exports")
def test_a_new_answer_that_does_not_fit_is_said_and_asked_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = begun(desk, monkeypatch, *ANSWERS, "7 jeudi", "", "8 lundi", "lundi 9h", "11 non", "n", "n", "")

    said, answers = " ".join(screen.split()), shown(screen)
    assert "il manque l’heure : un jour et une heure tels que vendredi 8h" in said
    assert "il manque l’heure : un jour et une heure tels que mercredi 20h" in said
    assert [one.partition(" (")[0] for one in answers[6:8]] == [
        "Ouverture des commandes : vendredi 8h",
        "Fermeture des commandes : lundi 9h",
    ]
    assert answers[-1] == "Sur cette machine : rien ne change"


@pytest.mark.long
@pytest.mark.parametrize("typed", ["non", "n", "12", "0 x", "vendredi 9h"])
@pytest.mark.usefixtures("exports")
def test_what_is_neither_enter_nor_a_number_says_how_to_stop(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    said = " ".join(begun(desk, monkeypatch, *ANSWERS, typed, "").split())

    assert "attendu : Entrée, ou un nombre de 1 à 11" in said
    assert "Ctrl-C arrête sans rien écrire" in said


@pytest.mark.usefixtures("exports")
def test_a_correction_moves_what_hangs_on_it_and_asks_again_what_makes_no_sense_any_more(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = begun(
        desk, monkeypatch, *ANSWERS, *(str(HOLIDAYS), "25/12/2026"), *("4", "samedi"), "26/12/2026", ""
    )

    first = distributions(desk)[0]
    assert f"{first.starts_at:%A %H:%M}" == "Saturday 18:00"
    assert "aucune distribution le 25/12/2026 ; la plus proche : samedi 26 décembre 2026" in " ".join(
        screen.split()
    )
    assert "2026-12-26" not in [f"{one.starts_at:%Y-%m-%d}" for one in distributions(desk)]


@pytest.mark.long
@pytest.mark.usefixtures("exports")
@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("19 juin et 25 décembre", "19 juin et 25 décembre"),
        ("19 Juin et 25 decembre", "19 Juin et 25 decembre"),
        ("19/6, 25/12/2026", "19/6, 25/12/2026 (19 juin et 25 décembre)"),
    ],
)
def test_what_was_typed_as_it_is_said_is_not_said_twice(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, typed: str, answer: str
) -> None:
    screen = begun(desk, monkeypatch, *ANSWERS, *(str(HOLIDAYS), typed), "")

    assert f"Sans distribution : {answer}" in shown(screen)


@pytest.mark.usefixtures("exports")
def test_a_day_taken_back_leaves_its_orders_out_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = shown(begun(desk, monkeypatch, *ANSWERS, "4", "-", ""))

    assert not [each for each in answers if "commandes" in each]
    assert "#- groupe: " in (desk.folder / "distributions.yaml").read_text("utf-8")


@pytest.mark.usefixtures("exports")
def test_what_the_machine_changes_is_asked_again_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    before = desk.crontab.text

    answers = shown(begun(desk, monkeypatch, *ANSWERS, "11", "n", "n", ""))

    assert answers[-1] == "Sur cette machine : rien ne change"
    assert desk.crontab.text == before
    assert [*desk.home.iterdir()] == []


@pytest.mark.usefixtures("exports")
def test_files_that_were_chosen_can_be_chosen_anew(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    put(desk.folder, "membres-passes-par-excel.csv")

    screen = begun(desk, monkeypatch, "2", *ANSWERS, "1", "", "1", "1", "")

    names = re.findall("Liste des membres : (.*): 24 membres\n", screen)
    assert sorted({*names}) == ["membres-passes-par-excel.csv", "membres.csv"]
    assert names == [names[0], names[0], names[2]], "Enter keeps the one that was chosen"
    assert f"2  {names[0]}: 24 membres\nNuméro [2] : \n" in screen
    assert members_named(desk) == pattern_named(names[2])


@pytest.mark.dear
@pytest.mark.usefixtures("exports")
def test_a_file_s_number_behind_that_of_its_question_chooses_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(desk.folder, "membres-passes-par-excel.csv", "amap.xlsx")

    screen = begun(desk, monkeypatch, "n", "", "", *ANSWERS, "2 2", "2 7", "", "")

    second = re.findall("  2  (.*): 24 membres\n", screen)[0]
    assert " nombre de 1 à 3" in screen
    assert members_named(desk) == pattern_named(second)


@pytest.mark.dear
@pytest.mark.usefixtures("exports")
def test_yes_or_no_behind_the_number_of_its_question_answers_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(desk.folder, "amap.xlsx")
    by_mailjet = [*ANSWERS[:HOLIDAYS], "amap@exemple.org", "n", *ANSWERS[HOLIDAYS + 1 :]]

    answers = shown(begun(desk, monkeypatch, "n", "", "", *by_mailjet, "14 oui", "1 o", "1 n", ""))

    assert answers[0] == "Distributions : (vide)"
    assert answers[13] == "Par Mailjet tout de suite : oui"
    assert "delivery: mailjet" in (desk.folder / "config.yaml").read_text("utf-8")


@pytest.mark.parametrize("key", ["\x03", "\x04"], ids=["Ctrl-C", "Ctrl-D"])
@pytest.mark.usefixtures("exports")
def test_stopped_in_a_correction_nothing_is_left_behind(desk: Desk, key: str) -> None:
    before = desk.all_files()

    with desk.sits() as keyboard:
        answer(keyboard, [*WITH_EXPORTS[:-1], REVIEW._replace(answer="5")])
        keyboard.sees("Heures, par exemple 18h-19h30 [18h-19h30]")
        keyboard.types(key)
        assert keyboard.ends() == 1

    assert plain(keyboard.screen).endswith("arrêté : rien n’a été écrit\n")
    assert desk.all_files() == before


@pytest.mark.usefixtures("exports")
def test_holidays_are_days_without_a_distribution(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [question.answer for question in [*GROUP, *DAY[:-1]]]

    screen = begun(
        desk,
        monkeypatch,
        *answers,
        "en août",
        "du 1/8 au 31/8, 25/12/2026",
        *(question.answer for question in SYSTEM),
    )

    days = [f"{one.starts_at:%Y-%m-%d}" for one in distributions(desk)]
    assert "des dates telles que 25/12/2026, 19/12/2026-03/01/2027 étaient attendues" in " ".join(
        screen.split()
    )
    assert not [day for day in days if day.startswith("2026-08") or day == "2026-12-25"]
    assert {"2026-07-31", "2026-09-04", "2026-12-18"} <= set(days)
    text = (desk.folder / "distributions.yaml").read_text("utf-8")
    assert "except: [2026-08-07, 2026-08-14, 2026-08-21, 2026-08-28, 2026-12-25]}\n" in text
