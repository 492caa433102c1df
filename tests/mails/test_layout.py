"""What mail programs need that know less than a browser: widths, paddings, lines under links."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from cagette_notify.config.load import Style
from cagette_notify.core.kinds import Kind
from cagette_notify.core.model import Contact
from cagette_notify.mails.broadcast_text.compose import compose
from cagette_notify.mails.renderer import Renderer
from tests.fixtures.builders import a_distribution, a_group, a_notice, an_order_line, paris

RENDERER = Renderer(Style(Contact("noreply@mj.cagette.net", "Cagette.net"), None))
NOW = paris("2026-06-05T08:00")


def test_outlook_which_knows_no_max_width_keeps_the_card_at_600_pixels() -> None:
    html = RENDERER.render([a_notice()], NOW).html

    assert '<td style="width:600px;' in html
    assert "max-width" not in html


def test_a_logo_of_any_size_keeps_its_shape() -> None:
    html = RENDERER.render([a_notice(group=a_group(logo="https://img.example/lac.png"))], NOW).html

    [logo] = re.findall("<img .*?>", html)
    assert "height:auto;max-height:48px;max-width:100%;" in logo
    assert 'height="48"' in logo  # Outlook's


def test_each_of_several_links_is_a_button_whose_cell_is_padded() -> None:
    days = [
        a_notice(Kind.OPENING, distribution=a_distribution(id=str(n), url=f"https://x.example/{n}"))
        for n in (1, 2)
    ]

    html = RENDERER.render(days, NOW).html

    buttons = re.findall(r"<td style=\"[^\"]*padding:6px 16px;[^\"]*\"><a href=\"(.*?)\"", html)
    assert buttons == ["https://x.example/1", "https://x.example/2"]


@pytest.mark.parametrize(
    ("text", "is_underlined"),
    [(f"https://lac.fr/{'a' * 40}", True), (f"[{'b' * 40}](https://lac.fr)", True), ("c" * 40, False)],
)
def test_a_long_link_in_boxes_keeps_its_line(text: str, is_underlined: bool) -> None:
    boxes = re.findall(r"<span style=\"(.*?)\">", compose(text, a_group()).html)

    assert boxes
    assert {"text-decoration:underline" in box for box in boxes} == {is_underlined}


@pytest.mark.parametrize(("columns", "longest"), [(1, 24), (2, 12), (3, 8), (8, 6)])
def test_the_more_columns_a_table_has_the_sooner_its_words_are_broken(columns: int, longest: int) -> None:
    row = "|".join(["a" * 30] * columns)
    table = compose(f"|{row}|\n|{'---|' * columns}\n|{row}|", a_group()).html

    assert {len(part) for part in re.findall(">(a+)<", table)} == {longest} | (
        {30 % longest} if 30 % longest else set()
    )


def test_a_photo_on_the_web_has_a_width_for_outlook_alone() -> None:
    html = compose("![Le lac](https://lac.fr/lac.jpg)", a_group()).html

    assert '<img src="https://lac.fr/lac.jpg" alt="Le lac" width="560" style="max-width:100%;' in html
    assert "width:auto;" in html


def test_no_line_of_a_text_part_is_wider_than_a_terminal() -> None:
    name = "Association pour le maintien d’une agriculture paysanne de Saint-Étienne-du-Bois et alentour"
    lines = tuple(
        an_order_line(product=product, catalog=name, fees=Decimal("0.15"), total=Decimal("5.15"), **more)
        for product, more in (
            (name, {"paid": True}),
            ("Anti" * 30, {"shared_with": "1014"}),
            ("Tomates", {"quantity": Decimal("12.5"), "unit": "pièces"}),
        )
    )
    notice = a_notice(group=a_group(name=name), lines=lines, sharers={"1014": name})

    lines_of_text = RENDERER.render([notice], NOW).text.splitlines()

    assert [line for line in lines_of_text if len(line) > 78] == []
    assert [[*filter(None, line[44:].split(" "))] for line in lines_of_text if "5,15" in line] == [
        ["2,50\u00a0€", "5,15\u00a0€", "payé"],
        ["2,50\u00a0€", "5,15\u00a0€"],
        ["2,50\u00a0€", "5,15\u00a0€"],
    ]


def test_a_title_is_as_short_as_a_validator_wants_it() -> None:
    days = [
        a_notice(
            Kind.OPENING, distribution=a_distribution(id=str(day), starts_at=paris(f"2026-07-{day}T18:00"))
        )
        for day in range(10, 20)
    ]

    content = RENDERER.render(days, NOW)

    [title] = re.findall("<title>(.*?)</title>", content.html)
    assert len(content.subject) > len(title) <= 70
    assert content.subject.startswith(title.removesuffix("…"))
