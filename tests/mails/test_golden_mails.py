"""Mails compared byte for byte with those kept in tests/golden: see tests/fixtures/golden.py."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from cagette_notify.config.load import Style
from cagette_notify.core.kinds import Kind
from cagette_notify.core.model import Contact
from cagette_notify.core.notices import Told
from cagette_notify.mails.renderer import Renderer
from tests.fixtures.builders import (
    a_contact,
    a_distribution,
    a_group,
    a_mailbox,
    a_notice,
    an_order,
    an_order_line,
    paris,
)
from tests.fixtures.golden import golden

if TYPE_CHECKING:
    from cagette_notify.core.notices import Notice

SENDER = Contact("noreply@mj.cagette.net", "Cagette.net")
PLAIN = Style(SENDER, None)
LINKS = Style(
    SENDER, None, settings_url="https://app.cagette.net/account", help_url="https://wiki.cagette.net/mails"
)
SECOND = a_distribution(
    id="2026-06-13",
    name="Marché de printemps",
    starts_at=paris("2026-06-13T09:00"),
    ends_at=paris("2026-06-13T12:00"),
    orders_close_at=None,
    place="",
    catalogs=("Fleurs",),
    url="https://app.cagette.net/shop/2",
)
HOSTILE = 'Les "bio" <script>alert(1)</script>\r\nBcc: x@example.org'


A_DUTY = a_notice(
    Kind.DUTY,
    roles=("Accueil",),
    helpers=(("Pesée", "Noël Bœuf"), ("Pesée", "Maëlle Le Goff"), ("Rangement", "Léa Roux")),
)


ELSEWHERE = Told(paris("2026-06-12T18:00"), "Cour de l’école, 12 avenue Jean-Jaurès, Bordeaux")
AN_HOUR_EARLIER = Told(paris("2026-06-12T17:00"), a_distribution().place, ("Accueil",))


@dataclass(frozen=True)
class Case:
    name: str
    notices: tuple[Notice, ...]
    now_text: str = "2026-06-11T18:00"
    style: Style = PLAIN


CASES = (
    Case("opening", (a_notice(Kind.OPENING, group=a_group(colour="#7a2e5d")),), "2026-06-05T08:00"),
    Case(
        "openings",
        tuple(
            a_notice(Kind.OPENING, group=a_group(logo="https://img.example/lac.png"), distribution=one)
            for one in (SECOND, a_distribution())
        ),
        "2026-06-10T08:00",
        LINKS,
    ),
    Case("closing", (a_notice(Kind.CLOSING),), "2026-06-09T20:00"),
    Case(
        "closings_without_an_order",
        tuple(
            a_notice(Kind.CLOSING, distribution=one, orders_known_at=paris(at))
            for one, at in ((a_distribution(), "2026-06-09T18:30"), (SECOND, "2026-06-08T23:00"))
        ),
        "2026-06-09T20:00",
        LINKS,
    ),
    Case("recap_24h", (a_notice(),)),
    Case(
        "recap_24h_open_shared",
        (
            a_notice(
                distribution=a_distribution(orders_close_at=paris("2026-06-11T23:59")),
                lines=(
                    *an_order(),
                    an_order_line(product="Radis", unit="botte", price=Decimal("1.60"), paid=True),
                    an_order_line(product="Pain de campagne", catalog="Pain", shared_with="1014"),
                    an_order_line(product="Absent", quantity=Decimal(0)),
                ),
                sharers={"1014": "Noël Bœuf"},
            ),
        ),
    ),
    Case(
        "recap_4h_paid",
        (a_notice(Kind.RECAP_4H, lines=tuple(replace(line, paid=True) for line in an_order())),),
        "2026-06-12T14:00",
    ),
    Case("recap_4h_without_prices", (a_notice(Kind.RECAP_4H),), style=replace(LINKS, show_prices=False)),
    Case(
        "recap_with_note",
        (
            a_notice(
                group=a_group(contact_phone="+33 (0)6 39 98 12 34"),
                distribution=a_distribution(note="Apportez vos cabas. Portail de la cour, code 1234."),
            ),
        ),
        style=replace(PLAIN, map_url="https://www.openstreetmap.org/search?query={place}"),
    ),
    Case("recap_incomplete", (a_notice(lines=an_order()[:2], has_unread=True),)),
    Case(
        "correction",
        tuple(a_notice(kind, correction=True, told=ELSEWHERE) for kind in (Kind.RECAP_24H, Kind.RECAP_4H)),
        style=replace(PLAIN, calendar=True),
    ),
    Case(
        "correction_of_day",
        (a_notice(correction=True, told=Told(paris("2026-06-11T17:00"), "")),),
        "2026-06-10T18:00",
    ),
    Case("duty", (A_DUTY,), "2026-06-08T18:00", replace(PLAIN, calendar=True)),
    Case(
        "duty_correction",
        (
            replace(
                A_DUTY,
                correction=True,
                roles=("Accueil", "Pesée des légumes"),
                told=Told(A_DUTY.distribution.starts_at, A_DUTY.distribution.place, ("Accueil",)),
                revision=2,
            ),
        ),
        "2026-06-08T18:00",
        replace(LINKS, calendar=True),
    ),
    Case(
        "duty_given_up",
        (
            replace(
                A_DUTY,
                correction=True,
                roles=(),
                told=Told(A_DUTY.distribution.starts_at, A_DUTY.distribution.place, ("Accueil",)),
                revision=2,
            ),
        ),
        "2026-06-11T18:00",
        replace(PLAIN, calendar=True),
    ),
    Case(
        "duty_vacant",
        tuple(
            a_notice(Kind.DUTY_VACANT, distribution=one, vacant=vacant)
            for one, vacant in ((a_distribution(), (("Accueil", 1), ("Pesée", 3))), (SECOND, (("Pain", 2),)))
        ),
        "2026-06-05T18:00",
    ),
    Case(
        "correction_with_duty",
        (
            a_notice(correction=True, told=AN_HOUR_EARLIER),
            replace(A_DUTY, correction=True, told=AN_HOUR_EARLIER, revision=2),
        ),
        style=replace(PLAIN, calendar=True),
    ),
    Case(
        "correction_without_duty",
        (
            a_notice(correction=True, told=AN_HOUR_EARLIER),
            replace(
                A_DUTY,
                correction=True,
                roles=(),
                told=Told(AN_HOUR_EARLIER.starts_at, AN_HOUR_EARLIER.place, ("Accueil",)),
                revision=2,
            ),
        ),
        style=replace(PLAIN, calendar=True),
    ),
    Case(
        "recap_shared",
        (
            a_notice(
                lines=tuple(replace(line, shared_with="1014") for line in an_order()),
                sharers={"1014": "Noël Bœuf"},
            ),
        ),
        style=replace(LINKS, calendar=True),
    ),
    Case(
        "recap_one_line_long_name",
        (
            a_notice(
                lines=(an_order_line(product="Panier", quantity=Decimal(1), unit="pièce", catalog=""),),
                mailbox=a_mailbox(first_name="Nabuchodonosor" * 6, last_name="d’Orléans de Saint-Aubin" * 3),
                group=a_group(
                    name="Association pour le maintien d’une agriculture paysanne de Saint-Étienne-du-Bois"
                ),
                distribution=a_distribution(
                    name="Distribution-exceptionnelle-de-printemps", orders_close_at=None
                ),
            ),
        ),
    ),
    Case(
        "hostile",
        (
            a_notice(
                group=a_group(name=HOSTILE, contact=None, colour="#ffff00", url="javascript:alert(1)"),
                mailbox=a_mailbox(first_name="سلمى 🥕", last_name="O'Neil & Cie"),
                distribution=a_distribution(place="<b>Lac</b>\x00", ends_at=None),
                lines=(
                    an_order_line(product='Fromage "frais" <i>150 g</i>', catalog="{{ 7 * 7 }}", price=None),
                    an_order_line(product="Anti" * 20, catalog="{{ 7 * 7 }}"),
                    an_order_line(product="جبنة بيضاء 🧀 500 غ", unit="pièce", catalog="خضار"),
                ),
            ),
        ),
    ),
    Case("contact_without_name", (a_notice(group=a_group(contact=a_contact(name=""), url="")),)),
)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_mail_is_the_one_that_was_looked_at(case: Case, language: str) -> None:
    notices = [replace(one, group=replace(one.group, language=language)) for one in case.notices]

    content = Renderer(case.style).render(notices, paris(case.now_text))

    text = f"Subject: {content.subject}\n\n{content.text}"
    assert text == golden(f"{language}/{case.name}.txt", text)
    assert content.html == golden(f"{language}/{case.name}.html", content.html)
