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
def test_the_days_of_a_calendar_are_copied_once_hours_and_orders_were_asked(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, *, with_group: bool
) -> None:
    lines = CALENDAR.splitlines()
    grouped = [f"{lines[0]};GROUPE", *(f"{line};AMAP des Prés Salés" for line in lines[1:])]
    put_calendar(desk, "\n".join(grouped if with_group else lines) + "\n")

    screen = begun(desk, monkeypatch, "", *GROUP, "", "", "vendredi 8h", "J-2 20h", *END)

    said = " ".join(screen.split())
    assert "calendrier.csv: 3 jours, du 12 juin au 7 juillet" in said
    assert "Heures, par exemple 18h-19h30 [17h45 - 19h] :" in said
    assert "Comme le dit le calendrier : 18h30 à 19h30 le 7 juillet." in said
    assert "Comme le dit le calendrier : Cour de l'école le 7 juillet." in said
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
