"""What mails say and to whom; how they look is kept in tests/golden."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from cagette_notify.config.load import Style
from cagette_notify.core.kinds import Kind
from cagette_notify.core.messages import LONGEST_SUBJECT
from cagette_notify.core.model import Contact
from cagette_notify.mails.renderer import Renderer, TemplateProblem
from tests.fixtures.builders import (
    a_contact,
    a_distribution,
    a_group,
    a_mail,
    a_mailbox,
    a_member,
    a_notice,
    an_order,
    an_order_line,
    paris,
)

if TYPE_CHECKING:
    from cagette_notify.core.notices import Notice
    from cagette_notify.core.order_book import OrderLine

GOLDEN = Path(__file__).parent / "golden"
SENDER = Contact("noreply@mj.cagette.net", "Cagette.net")
NOW = paris("2026-06-11T18:00")
PLAIN = Renderer(Style(SENDER, None))


def the_text(notice: Notice, **style: Any) -> str:
    """Return subject and text with ordinary spaces on one line, to look for words in."""
    content = Renderer(replace(Style(SENDER, None), **style)).render([notice], NOW)
    return " ".join(f"{content.subject} {content.text}".split())


def overridden(folder: Path, **templates: str) -> Renderer:
    """Make a renderer whose French templates are replaced: ``opening_html="..."``."""
    (folder / "fr").mkdir()
    for name, source in templates.items():
        kind, _, part = name.rpartition("_")
        (folder / "fr" / f"{kind}.{part}.j2").write_text(source, encoding="utf-8")
    return Renderer(Style(SENDER, folder))


def test_the_shipped_templates_are_sound() -> None:
    PLAIN.check()


def test_a_mail_comes_from_the_group_and_is_answered_by_its_contact() -> None:
    message = PLAIN.message(a_mail(), NOW)

    assert message.sender == Contact("noreply@mj.cagette.net", "Les Paniers du Lac")
    assert message.reply_to == Contact("coordination@paniersdulac.example", "Claire Fontaine")
    assert message.to == Contact("zoe.martin@example.org", "Zoé Martin")
    assert message.headers == (("Auto-Submitted", "auto-generated"),)
    assert (message.custom_id, message.campaign) == ("lac.1", "lac.recap")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_foot_says_who_sends_it_unless_that_is_the_group(language: str) -> None:
    group = a_group(language=language, name="Amap du Lac")
    notice = a_notice(group=group)
    for_group = {"fr": "pour le groupe « Amap du Lac »", "en": "for Amap du Lac"}[language]

    others, own = (
        Renderer(Style(replace(SENDER, name=name), None)).render([notice], NOW)
        for name in ("Cagette.net", "Amap du Lac")
    )

    for text in (others.text, others.html):
        assert for_group in " ".join(text.split())
        assert "Cagette.net" in text
    for text in (own.text, own.html):
        assert for_group not in " ".join(text.split())


def test_a_contact_without_a_name_answers_in_the_group_s() -> None:
    notice = a_notice(group=a_group(contact=a_contact(name="")))

    reply_to = PLAIN.message(a_mail([notice]), NOW).reply_to

    assert reply_to == Contact("coordination@paniersdulac.example", "Les Paniers du Lac")


def test_without_a_contact_nobody_is_promised_to_read_replies() -> None:
    notice = a_notice(group=a_group(contact=None))

    assert PLAIN.message(a_mail([notice]), NOW).reply_to is None
    assert "Cette adresse ne reçoit pas de réponses" in the_text(notice)


def test_names_cannot_inject_headers() -> None:
    notice = a_notice(
        group=a_group(name="Le Lac\r\nBcc: x@example.org"),
        mailbox=a_mailbox(first_name="Zoé\n", last_name="\x00Martin\u202e"),
    )

    message = PLAIN.message(a_mail([notice]), NOW)

    assert message.sender.name == "Le Lac Bcc: x@example.org"
    assert message.to.name == "Zoé Martin"


def test_a_subject_is_cut_at_255_characters() -> None:
    days = [
        a_notice(
            Kind.OPENING, distribution=a_distribution(id=str(day), starts_at=paris(f"2026-02-{day}T18:00"))
        )
        for day in range(10, 28)
    ]

    subject = PLAIN.render(days, NOW).subject

    assert len(subject) == LONGEST_SUBJECT
    assert subject.endswith("…")


@pytest.mark.parametrize(
    ("kind", "correction", "subject"),
    [
        (Kind.OPENING, False, "Commandez pour vendredi 12 juin"),
        (Kind.RECAP_24H, False, "Vendredi 12 juin, 18 h – 19 h 30 : votre commande"),
        (Kind.RECAP_4H, False, "Rappel : demain, 18 h – 19 h 30"),
        (Kind.RECAP_24H, True, "Changement : vendredi 12 juin, 18 h – 19 h 30"),
        (Kind.RECAP_4H, True, "Changement : vendredi 12 juin, 18 h – 19 h 30"),
    ],
)
def test_a_subject_says_what_and_when(kind: Kind, correction: bool, subject: str) -> None:
    assert PLAIN.render([a_notice(kind, correction=correction)], NOW).subject == subject


@pytest.mark.parametrize("correction", [False, True])
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("kind", [Kind.RECAP_24H, Kind.RECAP_4H])
def test_a_subject_names_no_end_on_another_day(kind: Kind, language: str, *, correction: bool) -> None:
    long = a_distribution(starts_at=paris("2026-06-12T18:00"), ends_at=paris("2026-07-12T19:30"))
    notice = a_notice(kind, correction=correction, distribution=long, group=a_group(language=language))

    mail = PLAIN.render([notice], NOW)

    assert {"fr": "18 h", "en": "6:00 pm"}[language] in mail.subject
    assert {"fr": "19 h", "en": "7:30"}[language] not in mail.subject
    last = {"fr": "dimanche 12 juillet", "en": "Sunday 12 July"}[language]
    assert last in mail.text.replace("\u00a0", " ")


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("kind", [Kind.OPENING, Kind.CLOSING, Kind.RECAP_24H, Kind.RECAP_4H])
def test_a_phone_that_shows_35_characters_shows_which_day(kind: Kind, language: str) -> None:
    longest = a_distribution(starts_at=paris("2026-09-30T18:00"), ends_at=paris("2026-09-30T19:30"))
    notice = a_notice(kind, distribution=longest, group=a_group(language=language))

    subject = PLAIN.render([notice], NOW).subject

    assert {"fr": "ercredi 30 ", "en": "ednesday 30 "}[language] in subject[:35]


def test_the_partner_is_greeted_as_the_partner() -> None:
    partner = a_mailbox(address="noe@example.org", first_name="Noé")

    assert "Bonjour Noé," in the_text(a_notice(mailbox=partner))


def test_somebody_without_a_name_is_greeted_all_the_same() -> None:
    assert "Bonjour, " in the_text(a_notice(mailbox=a_mailbox(first_name="", last_name="")))


@pytest.mark.parametrize(
    ("member", "group", "greeting"), [("en", "fr", "Hello"), ("", "en", "Hello"), ("fr", "en", "Bonjour")]
)
def test_a_member_s_language_wins_over_the_group_s(member: str, group: str, greeting: str) -> None:
    notice = a_notice(member=a_member(language=member), group=a_group(language=group))

    assert greeting in the_text(notice)


def test_openings_are_named_by_day_in_the_order_they_come() -> None:
    later = a_distribution(id="later", starts_at=paris("2026-06-19T18:00"), ends_at=None)

    content = PLAIN.render([a_notice(Kind.OPENING, distribution=later), a_notice(Kind.OPENING)], NOW)

    assert content.subject == "Commandez pour vendredi 12 juin et vendredi 19 juin"
    assert content.text.index("vendredi 12 juin 2026") < content.text.index("Vendredi 19 juin 2026")


@pytest.mark.parametrize(
    ("kind", "language", "subject"),
    [
        (Kind.OPENING, "fr", "Commandez pour vendredi 12 juin"),
        (Kind.CLOSING, "fr", "Fin des commandes pour vendredi 12 juin"),
        (Kind.OPENING, "en", "Orders are open: Friday 12 June"),
    ],
)
def test_a_day_of_two_distributions_is_named_once(kind: Kind, language: str, subject: str) -> None:
    group = a_group(language=language)
    second = a_distribution(id="second", starts_at=paris("2026-06-12T18:30"), ends_at=None)

    notices = [a_notice(kind, group=group), a_notice(kind, group=group, distribution=second)]
    content = PLAIN.render(notices, NOW)

    assert content.subject == subject
    at = {"fr": "à 18\u00a0h\u00a030", "en": "at 6:30\u00a0pm"}[language]
    assert at in content.text  # each still has its hours


def test_an_opening_without_any_link_has_no_button() -> None:
    content = PLAIN.render([a_notice(Kind.OPENING, group=a_group(url=""))], NOW)

    assert "Pour commander" not in content.text
    assert "<a " not in content.html


def test_a_link_that_is_no_web_address_is_left_out() -> None:
    notice = a_notice(Kind.OPENING, group=a_group(url="javascript:alert(1)", logo="data:image/png;base64,x"))

    assert "javascript:" not in PLAIN.render([notice], NOW).html
    assert "data:" not in PLAIN.render([notice], NOW).html


def test_nothing_ordered_by_the_name_of_zero_is_listed() -> None:
    lines = (an_order_line(), an_order_line(product="Poireaux", quantity=Decimal(0)))

    assert "Poireaux" not in the_text(a_notice(lines=lines))


def test_a_total_is_the_sum_of_its_lines() -> None:
    assert "Total : 11,30 €" in the_text(a_notice())


def test_a_total_that_would_leave_a_line_out_is_not_given() -> None:
    lines = (an_order_line(), an_order_line(price=None))

    assert "Total" not in the_text(a_notice(lines=lines))


def test_an_order_paid_in_full_says_so_once() -> None:
    text = the_text(a_notice(lines=(an_order_line(paid=True), an_order_line(paid=True))))

    assert "Total : 10,00 € – payé" in text
    assert text.count("payé") == 1


@pytest.mark.parametrize(("language", "said"), [("fr", "frais compris"), ("en", "fees included")])
def test_a_total_with_fees_in_it_says_so(language: str, said: str) -> None:
    with_fees = an_order_line(fees=Decimal("0.15"), total=Decimal("5.15"))
    without = an_order_line(fees=Decimal("0.15"), total=Decimal("5.00"))
    group = a_group(language=language)

    assert the_text(a_notice(lines=(with_fees, without), group=group)).count(said) == 1
    assert said not in the_text(a_notice(lines=(without,), group=group))


def test_an_order_paid_in_part_says_for_which_line() -> None:
    text = the_text(a_notice(lines=(an_order_line(paid=True), an_order_line(product="Navets"))))

    assert "5,00 € payé 2 × Navets" in text
    assert "Total : 10,00 € Reste à payer : 5,00 € Bonne distribution" in text


@pytest.mark.parametrize(
    ("paid", "left"),
    [
        ((True, False, False), "6,30 €"),
        ((False, True, True), "5,00 €"),
        ((True, True, True), ""),
        ((False, False, False), ""),
    ],
)
def test_what_is_left_to_pay_stands_in_the_box_and_below_where_some_is_paid(
    paid: tuple[bool, ...], left: str
) -> None:
    lines = tuple(replace(line, paid=is_paid) for line, is_paid in zip(an_order(), paid, strict=True))

    content = PLAIN.render([a_notice(lines=lines)], NOW)

    plain = {part.replace("\u00a0", " ") for part in (content.text, content.html)}
    assert all(("este à payer" in part) is bool(left) for part in plain)
    assert all(f"Reste à payer : {left}" in part for part in plain if left)
    box = content.html.replace("\u00a0", " ").partition("border-left:4px")[2].partition("</table>")[0]
    assert (f"3 produits – 11,30 € – reste à payer {left}" in box) is bool(left)


@pytest.mark.parametrize(
    ("unpaid", "left"), [("-2.00", ""), ("0.00", ""), ("0.01", "Reste à payer : 0,01 €")]
)
def test_where_nothing_is_left_to_pay_nothing_is_said(unpaid: str, left: str) -> None:
    rest = an_order_line(product="Remise", price=Decimal(unpaid), quantity=Decimal(1), total=Decimal(unpaid))

    content = PLAIN.render([a_notice(lines=(an_order_line(paid=True), rest))], NOW)

    for part in (content.text, content.html):
        plain = part.replace("\u00a0", " ")
        assert ("este à payer" in plain, left in plain) == (bool(left), True)
        assert "Total : " in plain


@pytest.mark.parametrize(
    ("lines", "subtotals"),
    [
        (an_order(), ["9,20 €", "2,10 €"]),
        (an_order()[:2], []),
        ((*an_order()[:2], an_order_line(product="Pain", catalog="Pain", price=None)), ["9,20 €"]),
    ],
)
def test_each_of_several_catalogs_has_a_subtotal_where_it_is_known(
    lines: tuple[OrderLine, ...], subtotals: list[str]
) -> None:
    text = the_text(a_notice(lines=lines))

    assert re.findall(r"Sous-total ([\d,]+ €)", text) == subtotals
    assert "Sous-total" not in the_text(a_notice(lines=lines, has_unread=True))


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (an_order_line(quantity=Decimal(1)), "1 × Tomates 1 Kg. 2,50 €"),
        (an_order_line(quantity=Decimal(1), unit="kg"), "1 kg Tomates 1 Kg. 2,50 €"),
        (an_order_line(quantity=Decimal(1), total=Decimal("2.65")), "1 × Tomates 1 Kg. 2,50 € 2,65 €"),
        (an_order_line(), "2 × Tomates 1 Kg. 2,50 € 5,00 €"),
    ],
)
def test_the_price_of_one_piece_is_said_once(line: OrderLine, shown: str) -> None:
    assert f"Légumes {shown} Total" in the_text(a_notice(lines=(line,)))


def test_hidden_prices_are_nowhere() -> None:
    content = Renderer(Style(SENDER, None, show_prices=False)).render([a_notice()], NOW)

    assert "€" not in content.text + content.html
    assert "otal" not in content.text + content.html


def test_lines_without_a_catalog_are_listed_too() -> None:
    assert "Bordeaux 2 × Tomates 1 Kg." in the_text(a_notice(lines=(an_order_line(catalog=""),)))


def test_lines_of_a_catalog_stay_together_wherever_they_stood() -> None:
    lines = tuple(
        an_order_line(product=p, catalog=c) for p, c in (("A", "Pain"), ("B", "Œufs"), ("C", "Pain"))
    )

    said = "Pain 2 × A 2,50 € 5,00 € 2 × C 2,50 € 5,00 € Sous-total 10,00 € Œufs 2 × B"
    assert said in the_text(a_notice(lines=lines))


def test_a_shared_order_says_that_another_household_has_part_in_it() -> None:
    lines = (an_order_line(shared_with="1014"),)

    assert "Cette commande est partagée avec un autre foyer." in the_text(a_notice(lines=lines))


def test_who_shares_an_order_is_named() -> None:
    shared = an_order_line(product="Pain", shared_with="1014")
    notice = a_notice(lines=(shared,), sharers={"1014": "Noël Bœuf"})

    assert "Cette commande est partagée avec Noël Bœuf." in the_text(notice)
    assert "(partagé avec Noël Bœuf)" in the_text(replace(notice, lines=(shared, an_order_line())))


def test_an_order_shared_with_two_households_says_for_each_line_with_whom() -> None:
    lines = (an_order_line(shared_with="1014"), an_order_line(member_id="1015", shared_with="1007"))

    text = the_text(a_notice(lines=lines, sharers={"1014": "Noël Bœuf", "1015": "Ana"}))

    assert "(partagé avec Noël Bœuf)" in text
    assert "(partagé avec Ana)" in text
    assert "Cette commande est partagée" not in text


def test_an_order_shared_with_oneself_is_one_s_own() -> None:
    assert "partagé" not in the_text(a_notice(lines=(an_order_line(shared_with="1007"),)))


@pytest.mark.parametrize(
    ("closes", "said"),
    [
        ("2026-06-11T17:59", False),
        ("2026-06-11T18:00", False),
        ("2026-06-11T18:01", True),
    ],
)
def test_a_recap_says_until_when_the_order_can_change_while_it_can(closes: str, said: bool) -> None:
    notice = a_notice(distribution=a_distribution(orders_close_at=paris(closes)))

    assert ("Vous pouvez encore modifier votre commande" in the_text(notice)) is said


def test_today_is_the_group_s_own() -> None:
    late = a_notice(distribution=a_distribution(starts_at=paris("2026-06-12T00:30"), ends_at=None))

    content = PLAIN.render([late], paris("2026-06-11T23:30"))

    assert "Demain, vendredi 12 juin 2026" in content.text


# A broadcast is left out: coordinators type as they like.
@pytest.mark.parametrize("path", sorted(GOLDEN.glob("fr/[!b]*")), ids=lambda path: path.name)
def test_french_mails_are_typeset_as_french_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace("\nSubject: ", "")
    body = text.partition("\n\n")[2] if path.suffix == ".txt" else text.partition("</head>")[2]

    assert not [
        mark for mark in (" :\n", " : ", " ?", " !", " ;", "« ", " »") if mark in body.replace("<!", "")
    ]


@pytest.mark.parametrize(
    "path", sorted(GOLDEN.glob("*/*")), ids=lambda path: f"{path.parent.name}-{path.name}"
)
def test_no_mail_is_too_long_or_asks_for_money(path: Path) -> None:
    assert path.stat().st_size < 30_000
    is_paid_in_part = path.stem == "recap_24h_open_shared"
    assert ("à payer" in path.read_text(encoding="utf-8")) is (is_paid_in_part and path.parent.name == "fr")


def test_a_long_order_is_no_longer_than_what_mail_programs_show_whole() -> None:
    lines = tuple(
        an_order_line(product=f"Pommes de terre nouvelles n° {n}", unit="kg", catalog=f"Ferme {n % 4}")
        for n in range(60)
    )

    html = PLAIN.render([a_notice(lines=lines)], NOW).html

    assert html.count("Pommes de terre nouvelles") == 60
    assert len(html.encode()) < 30_000


@pytest.mark.parametrize("part", ["subject", "txt", "html"])
def test_a_template_that_fails_names_its_file_and_line(tmp_path: Path, part: str) -> None:
    renderer = overridden(tmp_path, **{f"recap_24h_{part}": "one\ntwo\n{{ distribution.nmae }}\n"})

    with pytest.raises(TemplateProblem) as caught:
        renderer.render([a_notice()], NOW)

    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == (str(tmp_path / "fr" / f"recap_24h.{part}.j2"), 3)
    assert "nmae" in problem.message
    assert caught.value.exit_status == 78


def test_an_override_may_extend_what_ships(tmp_path: Path) -> None:
    renderer = overridden(
        tmp_path,
        recap_24h_html='{% extends "shipped/fr/recap_24h.html.j2" %}{% block title %}À demain{% endblock %}',
        recap_24h_subject="{{ group.name }}",
    )

    content = renderer.render([a_notice()], NOW)

    assert ">À demain</h1>" in content.html
    assert content.subject == "Les Paniers du Lac"
    assert content.text == PLAIN.render([a_notice()], NOW).text


def test_an_override_may_use_the_shipped_layout(tmp_path: Path) -> None:
    source = '{% extends "layout.html.j2" %}{% block content %}<p>Bon appétit & à demain</p>{% endblock %}'

    html = overridden(tmp_path, recap_24h_html=source).render([a_notice()], NOW).html

    assert "<p>Bon appétit & à demain</p>" in html
    assert "ajoutez noreply@mj.cagette.net" in html


def test_values_are_escaped_in_an_override_too(tmp_path: Path) -> None:
    renderer = overridden(tmp_path, recap_24h_html="{{ group.name }}", recap_24h_txt="{{ group.name }}")

    content = renderer.render([a_notice(group=a_group(name="<b>Lac</b>"))], NOW)

    assert content.html == "&lt;b&gt;Lac&lt;/b&gt;"
    assert content.text == "<b>Lac</b>\n"
