"""Coordinators' mails as they leave: the text within its templates, with its reader's names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from cagette_notify.config.load import Style
from cagette_notify.core.model import Contact, Mailbox
from cagette_notify.mails.broadcast_text.compose import compose
from cagette_notify.mails.broadcast_text.placeholders import with_reader_names
from cagette_notify.mails.renderer import Renderer
from tests.fixtures.builders import a_contact, a_group, a_mailbox, paris
from tests.fixtures.golden import golden

if TYPE_CHECKING:
    from pathlib import Path

    from cagette_notify.core.messages import Content

SENDER = Contact("noreply@mj.cagette.net", "Cagette.net")
PLAIN = Style(SENDER, None)
LINKS = replace(PLAIN, leave_url="https://app.cagette.net/leave", help_url="https://wiki.cagette.net/mails")
LETTER = """\
Bonjour {{ member.first_name }},

# Assemblée générale

Le **vendredi 12 juin** à _18 h_ (et non ~~17 h~~), venez nombreux à l'assemblée de {{ group.name }} !
Inscription : {{ group.url }}, [par ce formulaire](https://framaforms.org/ag?nom={{ member.name }}&x=1)
ou à {{ group.contact.email }}.

## Ordre du jour

1. Bilan de l'année
2. Élections
   - trésorerie
   - secrétariat
3. Pique-nique : chacun apporte quelque chose à partager et, si possible, sa propre assiette

> Un mot de Paul :
> « Merci à tous ! » 🥕

| Produit | Prix | Pour |
| --- | ---: | :-: |
| Tomates | 2,50 € | Ana |
| Œufs | 12,00 € | {{ member.first_name }} |

![Le lac au printemps](https://app.cagette.net/img/lac.png)

---

https://app.cagette.net/une/tres/longue/adresse/qui/ne/tient/pas/sur/un/telephone

<script>alert(1)</script> & [x](javascript:alert(1))

À bientôt,
{{ group.contact.name }}
--
{{ group.name }}
"""


def mailed(
    markdown: str = LETTER,
    style: Style = PLAIN,
    reader: Mailbox | None = None,
    subject: str = "AG",
    **group: object,
) -> Content:
    coop = a_group(**group)
    body = compose(markdown, coop)
    content = Renderer(style).broadcast(coop, subject, body, a_contact(), paris("2026-06-05T08:00"))
    return with_reader_names(content, reader or a_mailbox())


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    ("name", "style", "reader"),
    [("broadcast", LINKS, a_mailbox()), ("broadcast_without_names", PLAIN, Mailbox("zoe@example.org"))],
)
def test_a_mail_is_the_one_that_was_looked_at(
    name: str, style: Style, reader: Mailbox, language: str
) -> None:
    made = mailed(style=style, reader=reader, language=language, subject='AG & pique-nique "du lac"')

    text = f"Subject: {made.subject}\n\n{made.text}"
    assert text == golden(f"{language}/{name}.txt", text)
    assert made.html == golden(f"{language}/{name}.html", made.html)


def test_the_subject_passes_as_it_was_typed_and_is_escaped_in_the_page_alone() -> None:
    made = mailed(subject='<b> & "Été" {1} 🥕')

    assert made.subject == '<b> & "Été" {1} 🥕'
    assert "<title>&lt;b&gt; &amp; &#34;Été&#34; {1} 🥕</title>" in made.html


def test_no_token_is_left() -> None:
    made = mailed()

    assert not {"\ue000", "\ue001"} & {*made.subject, *made.text, *made.html}


def test_the_text_is_not_a_template() -> None:
    made = mailed("&#123;&#123; 7 * 7 }} et {&#37; raw %}")

    assert "{{ 7 * 7 }} et {% raw %}" in made.text
    assert "{{ 7 * 7 }} et {% raw %}" in made.html


@pytest.mark.parametrize(
    ("language", "contact", "is_signed", "says"),
    [
        (
            "fr",
            a_contact(),
            False,
            "La coordination du groupe « Les Paniers du Lac » a écrit ce message le vendredi 5 juin 2026 ;",
        ),
        (
            "fr",
            a_contact(),
            True,
            "Claire Fontaine a écrit ce message le vendredi 5 juin 2026, pour la coordination",
        ),
        (
            "fr",
            Contact("ana@lac.fr"),
            True,
            "ana@lac.fr a écrit ce message le vendredi 5 juin 2026, pour la coordination",
        ),
        (
            "en",
            a_contact(),
            False,
            "The coordinators of Les Paniers du Lac wrote this on Friday 5 June 2026;",
        ),
        (
            "en",
            a_contact(),
            True,
            "Claire Fontaine wrote this for the coordinators of Les Paniers du Lac on Friday",
        ),
    ],
)
def test_a_mail_names_who_wrote_it_if_somebody_said_so(
    language: str, contact: Contact, is_signed: bool, says: str
) -> None:
    coop = a_group(language=language)

    made = Renderer(PLAIN).broadcast(
        coop, "AG", compose("Bonjour", coop), contact, paris("2026-06-05T08:00"), is_signed=is_signed
    )

    assert says in " ".join(made.text.split())
    assert says in " ".join(made.html.split())
    assert contact.address in made.html


def test_a_mail_that_nobody_can_answer_says_so() -> None:
    coop = a_group(contact=None)

    made = Renderer(PLAIN).broadcast(
        coop, "AG", compose("Bonjour", coop), Contact(""), paris("2026-06-05T08:00")
    )

    assert "cette adresse ne reçoit pas de réponses" in made.html
    assert "ajoutez noreply@mj.cagette.net" in made.html


def test_a_template_of_ones_own_may_greet_by_name(tmp_path: Path) -> None:
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "broadcast.html.j2").write_text("<p>{{ member.name }}</p>{{ body }}", encoding="utf-8")
    (tmp_path / "fr" / "broadcast.subject.j2").write_text(
        "[{{ group.name }}] {{ subject }}", encoding="utf-8"
    )
    style = replace(PLAIN, overrides=tmp_path)
    Renderer(style).check()

    made = mailed("Bonjour", style, a_mailbox(first_name="<Zoé>"))

    assert made.subject == "[Les Paniers du Lac] AG"
    assert made.html.startswith("<p>&lt;Zoé&gt; Martin</p><p style")
