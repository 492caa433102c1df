"""What helps on the day itself: a note, a telephone, a map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from cagette_notify.config.load import Style
from cagette_notify.core.kinds import Kind
from cagette_notify.core.model import Contact
from cagette_notify.mails.renderer import Renderer
from tests.fixtures.builders import a_contact, a_distribution, a_group, a_notice, paris

if TYPE_CHECKING:
    from cagette_notify.core.messages import Content
    from cagette_notify.core.notices import Notice

PLAIN = Style(Contact("noreply@mj.cagette.net", "Cagette.net"), None)
MAPS = replace(PLAIN, map_url="https://maps.example/?q={place}&z=15")
NOW = paris("2026-06-12T08:00")
DAY = a_distribution(note="Apportez vos cabas, code 1234")
GROUP = a_group(contact_phone="+33 (0)6 39 98 12 34")


def told(notice: Notice, style: Style = PLAIN) -> Content:
    return Renderer(style).render([replace(notice, group=GROUP, distribution=DAY)], NOW)


@pytest.mark.parametrize(
    "notice",
    [a_notice(), a_notice(Kind.RECAP_4H), a_notice(correction=True), a_notice(Kind.DUTY, roles=("Accueil",))],
)
def test_whoever_comes_reads_the_note_and_whom_to_call(notice: Notice) -> None:
    content = told(notice)

    assert "  Apportez vos cabas, code 1234\n" in content.text
    assert "  Sur place\u00a0: Claire Fontaine, +33 (0)6 39 98 12 34\n" in content.text
    assert ">Apportez vos cabas, code 1234</p>" in content.html
    assert '<a href="tel:+33639981234">+33 (0)6 39 98 12 34</a>' in content.html.replace("\u00a0", " ")


@pytest.mark.parametrize(
    "notice",
    [
        a_notice(Kind.OPENING),
        a_notice(Kind.CLOSING),
        a_notice(Kind.DUTY_VACANT, vacant=(("Accueil", 1),)),
        a_notice(Kind.DUTY, correction=True),
    ],
)
def test_the_code_of_the_door_is_not_for_the_whole_group_nor_for_who_no_longer_comes(notice: Notice) -> None:
    content = told(notice)

    assert "1234" not in content.text
    assert "1234" not in content.html


def test_a_number_without_a_contact_is_shown_alone() -> None:
    notice = a_notice(group=a_group(contact=None, contact_phone="0639981234"))
    nameless = replace(notice, group=replace(notice.group, contact=a_contact(name="")))

    for one in (notice, nameless):
        assert "  Sur place\u00a0: 0639981234\n" in Renderer(PLAIN).render([one], NOW).text


@pytest.mark.parametrize("kind", [Kind.OPENING, Kind.RECAP_24H])
def test_a_place_has_a_link_to_a_map_where_there_is_one(kind: Kind) -> None:
    place = "Chez Léa & Co, 3 rue d’Arès"
    notice = a_notice(kind, distribution=a_distribution(place=place))
    address = "https://maps.example/?q=Chez%20L%C3%A9a%20%26%20Co%2C%203%20rue%20d%E2%80%99Ar%C3%A8s&z=15"

    with_map, without = (Renderer(style).render([notice], NOW) for style in (MAPS, PLAIN))
    nowhere = Renderer(MAPS).render([a_notice(kind, distribution=a_distribution(place=""))], NOW)

    assert f"  Carte\u00a0: {address}\n" in with_map.text
    assert f'<a href="{address.replace("&", "&amp;")}">Voir sur la carte</a>' in with_map.html
    for content in (without, nowhere):
        assert "carte" not in (content.text + content.html).casefold()
