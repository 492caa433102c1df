"""What a correction says has changed: in its subject, its heading and its box, and in bold nothing else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from cagette_notify.config.load import Style
from cagette_notify.core.kinds import Kind
from cagette_notify.core.model import Contact
from cagette_notify.core.notices import Told
from cagette_notify.mails.renderer import Renderer
from tests.fixtures.builders import a_distribution, a_group, a_notice, paris

if TYPE_CHECKING:
    from cagette_notify.core.messages import Content

RENDERER = Renderer(Style(Contact("noreply@mj.cagette.net", "Cagette.net"), None))
THURSDAY, FRIDAY = paris("2026-06-11T18:00"), paris("2026-06-12T08:00")
START, PLACE = paris("2026-06-12T18:00"), a_distribution().place
SCHOOL = "Cour de l’école, 12 avenue Jean-Jaurès"
HALL = "Salle des fêtes, 1 place de la Mairie"  # of another village, by the same name


def corrected(told: Told, *, language: str = "fr", now: Any = THURSDAY, **overrides: Any) -> Content:
    """Render what corrects it for somebody."""
    group = a_group(language=language)
    return RENDERER.render([a_notice(correction=True, told=told, group=group, **overrides)], now)


def words(text: str) -> str:
    return " ".join(text.split())


def in_bold(html: str) -> list[str]:
    """Return what stands in bold in the box of the day."""
    box = html.partition("border-left:4px")[2].partition("</table>")[0]
    return [words(re.sub("<.*?>", "", one)) for one in re.findall("<strong>(.*?)</strong>", box)]


@pytest.mark.parametrize(
    ("told", "fr", "en"),
    [
        (
            Told(START, SCHOOL),
            "Changement de lieu : Salle des fêtes, vendredi 12 juin",
            "New place: Salle des fêtes, Friday 12 June",
        ),
        (
            Told(START, HALL),
            "Changement de lieu : Salle des fêtes, 3 rue de l’Église, Bordeaux, vendredi 12 juin",
            "New place: Salle des fêtes, 3 rue de l’Église, Bordeaux, Friday 12 June",
        ),
        (
            Told(paris("2026-06-12T17:00"), PLACE),
            "Changement d’horaire : vendredi 12 juin, 18 h – 19 h 30",
            "New time: Friday 12 June, 6:00 pm – 7:30 pm",
        ),
        (
            Told(paris("2026-06-13T18:00"), PLACE),
            "Changement de date : vendredi 12 juin, 18 h – 19 h 30",
            "New date: Friday 12 June, 6:00 pm – 7:30 pm",
        ),
        (
            Told(paris("2026-06-12T17:00"), SCHOOL),
            "Changement d’horaire et de lieu : vendredi 12 juin, 18 h – 19 h 30, Salle des fêtes",
            "New time and place: Friday 12 June, 6:00 pm – 7:30 pm, Salle des fêtes",
        ),
    ],
)
def test_a_subject_names_what_changed_and_what_holds_now(told: Told, fr: str, en: str) -> None:
    assert [corrected(told, language=language).subject for language in ("fr", "en")] == [fr, en]


@pytest.mark.parametrize(
    ("told", "bold", "instead"),
    [
        (Told(START, SCHOOL), [PLACE], [SCHOOL]),
        (Told(paris("2026-06-12T17:00"), PLACE), ["de 18 h à 19 h 30"], ["17 h"]),
        (
            Told(paris("2026-06-13T18:00"), PLACE),
            ["Demain, vendredi 12 juin 2026"],
            ["samedi 13 juin"],
        ),
        (
            Told(paris("2026-06-13T09:30"), SCHOOL),
            ["Demain, vendredi 12 juin 2026", "de 18 h à 19 h 30", PLACE],
            ["samedi 13 juin, 9 h 30", SCHOOL],
        ),
        (Told(START, ""), [PLACE], []),
    ],
)
def test_only_what_changed_is_in_bold_and_stands_beside_what_was_told(
    told: Told, bold: list[str], instead: list[str]
) -> None:
    content = corrected(told)

    assert in_bold(content.html) == bold
    assert re.findall(r"\(au lieu de : (.*?)\)", words(content.text)) == instead
    assert [one in words(content.html) for one in instead] == [True] * len(instead)


def test_a_first_recap_has_the_day_in_bold_and_what_there_is_to_fetch() -> None:
    assert in_bold(RENDERER.render([a_notice()], THURSDAY).html) == [
        "Demain, vendredi 12 juin 2026",
        "de 18 h à 19 h 30",
        "3 produits – 11,30 €",
    ]


@pytest.mark.parametrize(("language", "said"), [("fr", "aujourd’hui"), ("en", "today")])
def test_on_the_day_itself_a_subject_says_today(language: str, said: str) -> None:
    place = corrected(Told(START, SCHOOL), language=language, now=FRIDAY).subject
    hour = corrected(Told(paris("2026-06-12T17:00"), PLACE), language=language, now=FRIDAY).subject

    assert f", {said}" in place
    assert f" {said}, " in hour


def test_a_place_that_was_not_known_before_did_not_change() -> None:
    assert "Le lieu de votre distribution est maintenant connu." in words(corrected(Told(START, "")).text)


@pytest.mark.parametrize("kind", [Kind.RECAP_24H, Kind.DUTY])
@pytest.mark.parametrize(
    ("told", "instead"),
    [
        (Told(paris("2026-06-12T17:00"), SCHOOL, ("Accueil",)), ["17 h"]),
        (Told(START, SCHOOL, ("Accueil",)), []),
    ],
)
def test_a_place_that_is_blank_now_is_said_to_stand_in_place_of_none(
    kind: Kind, told: Told, instead: list[str]
) -> None:
    blank = a_distribution(place="")
    notice = a_notice(kind, correction=True, told=told, distribution=blank, roles=("Accueil",))

    content = RENDERER.render([notice], THURSDAY)

    assert content.subject.endswith(" : vendredi 12 juin, 18 h – 19 h 30")
    assert re.findall(r"\(au lieu de : (.*?)\)", words(content.text)) == instead
    assert SCHOOL not in words(content.text)


@pytest.mark.parametrize(
    ("told", "roles", "subject", "instead"),
    [
        (
            Told(START, PLACE, ("Accueil",)),
            ("Pesée",),
            "Changement de permanence : Pesée, vendredi 12 juin",
            ["Accueil"],
        ),
        (
            Told(START, SCHOOL, ("Accueil",)),
            ("Accueil",),
            "Changement de lieu de permanence : Salle des fêtes, vendredi 12 juin",
            [SCHOOL],
        ),
        (
            Told(paris("2026-06-12T17:00"), PLACE, ("Accueil",)),
            ("Accueil", "Pesée"),
            "Changement de permanence : vendredi 12 juin, 18 h – 19 h 30",
            ["17 h", "Accueil"],
        ),
    ],
)
def test_a_duty_s_correction_says_what_changed_of_it(
    told: Told, roles: tuple[str, ...], subject: str, instead: list[str]
) -> None:
    content = RENDERER.render([a_notice(Kind.DUTY, correction=True, told=told, roles=roles)], THURSDAY)

    assert content.subject == subject
    assert re.findall(r"\(au lieu de : (.*?)\)", words(content.text)) == instead


def test_a_role_that_stays_is_not_in_bold_where_the_place_changed() -> None:
    notice = a_notice(Kind.DUTY, correction=True, told=Told(START, SCHOOL, ("Accueil",)), roles=("Accueil",))

    moved, handed_over = (
        RENDERER.render([one], THURSDAY)
        for one in (notice, replace(notice, told=Told(START, PLACE, ("Pesée",))))
    )

    assert in_bold(moved.html) == [PLACE]
    assert in_bold(handed_over.html) == ["Accueil"]
