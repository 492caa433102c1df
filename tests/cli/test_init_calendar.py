"""Somebody who begins beside a calendar of their own: its days are copied, and what it lacks is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cagette_notify.cli.setup.guided import Beginning, begin
from cagette_notify.cli.setup.schedule import ScheduledCall
from cagette_notify.config.load import load
from cagette_notify.config.paths import sources_of
from cagette_notify.core.formatting import instant
from cagette_notify.data.dataset import load_calendar
from tests.fixtures.desk import Desk, begun

if TYPE_CHECKING:
    from datetime import datetime

    from cagette_notify.core.model import Distribution

GROUP = ("AMAP des Prés Salés", "Sylvie Tapin", "sylvie@exemple.org")
END = ("", "n", "n", "")  # no sender, no short command, no line in the crontab
CALENDAR = (
    "DATE;HORAIRE;LIEU;PERMANENCE\n"
    "12/06/2026;17h45 - 19h;Salle du Marché;Sylvie\n"
    "19/06/2026;17h45 - 19h;Salle du Marché;Loïc\n"
    "2026-07-07;18h30 à 19h30;Cour de l'école;\n"
)


def distributions_of(desk: Desk) -> tuple[Distribution, ...]:
    calendar = load_calendar(sources_of(load(desk.folder / "config.yaml")))
    assert calendar.problems == ()
    return calendar.distributions


def put_calendar(desk: Desk, text: str) -> None:
    (desk.folder / "calendrier.csv").write_text(text, encoding="utf-8")


@pytest.mark.usefixtures("exports")
@pytest.mark.parametrize("with_group", [False, True])
def test_the_days_of_a_calendar_are_copied_and_only_what_it_lacks_is_asked(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, *, with_group: bool
) -> None:
    lines = CALENDAR.splitlines()
    grouped = [f"{lines[0]};GROUPE", *(f"{line};AMAP des Prés Salés" for line in lines[1:])]
    put_calendar(desk, "\n".join(grouped if with_group else lines) + "\n")

    screen = begun(desk, monkeypatch, "", *GROUP, "vendredi 8h", "J-2 20h", *END)

    said = " ".join(screen.split())
    assert "calendrier.csv: 3 jours, du 12 juin au 7 juillet" in said
    assert "Distributions : calendrier.csv : 3 jours : 12 juin, 19 juin et 7 juillet" in said
    assert "Heures, par exemple" not in said
    assert "Lieu :" not in said
    assert said.count("La colonne PERMANENCE de calendrier.csv n’est pas copiée. Qui est de") == 2
    assert "calendrier.csv ont été copiés dans distributions.yaml" in said
    assert "Jour de la distribution" not in said
    assert "Dates sans distribution" not in said
    assert [(one.id, one.place) for one in distributions_of(desk)] == [
        ("amap-des-pres-sales-2026-06-12", "Salle du Marché"),
        ("amap-des-pres-sales-2026-06-19", "Salle du Marché"),
        ("amap-des-pres-sales-2026-07-07", "Cour de l'école"),
    ]
    first, _second, last = distributions_of(desk)
    assert [instant(at, "fr") for at in moments_of(first)] == [
        "vendredi 12 juin 2026 à 17\u00a0h\u00a045",
        "vendredi 12 juin 2026 à 19\u00a0h",
        "vendredi 5 juin 2026 à 8\u00a0h",
        "mercredi 10 juin 2026 à 20\u00a0h",
    ]
    assert [instant(at, "fr") for at in moments_of(last)] == [
        "mardi 7 juillet 2026 à 18\u00a0h\u00a030",
        "mardi 7 juillet 2026 à 19\u00a0h\u00a030",
        "vendredi 3 juillet 2026 à 8\u00a0h",
        "dimanche 5 juillet 2026 à 20\u00a0h",
    ]


def moments_of(one: Distribution) -> list[datetime]:
    return [at for at in (one.starts_at, one.ends_at, one.orders_open_at, one.orders_close_at) if at]


@pytest.mark.usefixtures("exports")
def test_what_the_calendar_says_of_orders_is_copied_and_not_asked(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_calendar(
        desk,
        "Date;Ouverture;Clôture;À savoir\n"
        "12/06/2026;01/06/2026 7h;11/06/2026 12h;Apportez vos cabas\n"
        "26/06/2026;15/06/2026 7h;25/06/2026 12h;\n",
    )

    screen = begun(desk, monkeypatch, "o", *GROUP, "18h-19h", "Halle", *END)

    assert "Ouverture des commandes, par exemple" not in screen
    first, second = distributions_of(desk)
    assert (first.note, second.note, second.place) == ("Apportez vos cabas", "", "Halle")
    assert [instant(at, "fr") for at in moments_of(second)[2:]] == [
        "lundi 15 juin 2026 à 7\u00a0h",
        "jeudi 25 juin 2026 à 12\u00a0h",
    ]


@pytest.mark.usefixtures("exports")
def test_days_that_are_not_copied_leave_all_to_be_asked(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    put_calendar(desk, CALENDAR)

    screen = begun(
        desk, monkeypatch, "n", *GROUP, "", "18h", "Halle", "vendredi 8h", "mercredi 20h", "", *END
    )

    assert "copiés" not in screen
    assert len(distributions_of(desk)) > 40


@pytest.mark.usefixtures("exports")
def test_a_calendar_that_has_all_is_read_as_it_is_under_a_short_id(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "Date;Groupe;Lieu\n12/06/2026 17h45;AMAP des Prés Salés;Halle\n"
    put_calendar(desk, text)

    begun(desk, monkeypatch, "o", *GROUP, *END)

    assert not (desk.folder / "distributions.yaml").exists()
    assert [one.id for one in distributions_of(desk)] == ["amap-des-pres-sales-2026-06-12"]


@pytest.mark.usefixtures("exports")
def test_nobody_asked_takes_the_days_and_hours_of_the_calendar(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_calendar(desk, CALENDAR)
    monkeypatch.setenv("HOME", str(desk.home))
    call = ScheduledCall("/opt/cagette-notify", f"{desk.folder}/config.yaml", str(desk.folder), "claire")

    begin(None, Beginning(desk.folder, None, "fr", call, systemd=False))

    assert [f"{one.starts_at:%d/%m %H:%M}" for one in distributions_of(desk)] == [
        *("12/06 17:45", "19/06 17:45", "07/07 18:30"),
    ]


@pytest.mark.usefixtures("exports")
def test_what_a_day_of_a_calendar_lacks_is_asked_for_that_day_alone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_calendar(desk, CALENDAR + "10/07/2026;;Halle;\n17/07/2026;18h;;\n")

    screen = begun(desk, monkeypatch, "", *GROUP, "20h", "Parvis", "vendredi 8h", "J-2 20h", *END)

    said = " ".join(screen.split())
    assert "Pour les jours dont le calendrier ne le dit pas : 10 juillet. Heures" in said
    assert "[17h45 - 19h] : 20h" in said
    assert "Pour les jours dont le calendrier ne le dit pas : 17 juillet. Lieu" in said
    assert [(f"{one.starts_at:%d/%m %H:%M}", one.place) for one in distributions_of(desk)] == [
        ("12/06 17:45", "Salle du Marché"),
        ("19/06 17:45", "Salle du Marché"),
        ("07/07 18:30", "Cour de l'école"),
        ("10/07 20:00", "Halle"),
        ("17/07 18:00", "Parvis"),
    ]


ODD_ROWS = (
    "26/06/2026;PAS DE DISTRIB;Salle du Marché;\n"
    "vendredi 3 juillet;17h45 - 19h;Salle du Marché;\n"
    "10/07/2026;selon météo;Salle du Marché;\n"
    "bientôt;17h45 - 19h;Salle du Marché;\n"
)


@pytest.mark.usefixtures("exports")
def test_no_row_that_is_no_distribution_is_copied_or_dropped_in_silence(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_calendar(desk, CALENDAR + ODD_ROWS)

    screen = begun(desk, monkeypatch, "", *GROUP, "vendredi 8h", "J-2 20h", *END)

    said = " ".join(screen.split())
    assert [f"{one.starts_at:%d/%m}" for one in distributions_of(desk)] == [
        "12/06",
        "19/06",
        "03/07",
        "07/07",
    ]
    assert "4 jours, du 12 juin au 7 juillet, 3 lignes laissées de côté" in said
    left_out = (
        "calendrier.csv:5: HORAIRE: pas de distribution : 'PAS DE DISTRIB' (26 juin)",
        "calendrier.csv:7: HORAIRE: des heures telles que 18h-19h30 étaient attendues, et non 'selon météo'",
        "calendrier.csv:8: DATE: aucun jour lisible dans 'bientôt'",
    )
    text = (desk.folder / "distributions.yaml").read_text("utf-8").replace("\u00a0", " ")
    for line in left_out:
        assert said.count(line) == 3  # at the question, before Enter writes it, and at the end
        assert f"\n# {line}" in text
    assert text.index("2026-06-19 17:45") < text.index(left_out[0]) < text.index("2026-07-03 17:45")


@pytest.mark.usefixtures("exports")
def test_days_without_a_distribution_are_left_out_where_it_comes_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_calendar(desk, "DATE;Motif\n26/06/2026;férié\n10/07/2026;vacances\n")

    screen = begun(
        desk, monkeypatch, *GROUP, "vendredi", "18h", "Halle", "vendredi 8h", "mercredi 20h", "", *END
    )

    assert "calendrier.csv: dit quand il n’y a pas de distribution : 26 juin et 10 juillet" in screen
    assert "[26/06/2026, 10/07/2026] :" in screen
    days = {f"{one.starts_at:%d/%m}" for one in distributions_of(desk)}
    assert {"19/06", "03/07", "17/07"} <= days
    assert not {"26/06", "10/07"} & days
