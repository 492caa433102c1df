"""Images in a broadcast's text that are files: in both parts of the mail, and refused with their line."""

from __future__ import annotations

import re

import pytest

from cagette_notify.core.errors import UsageError
from cagette_notify.core.messages import Attachment
from cagette_notify.mails.broadcast_text.compose import BroadcastBody, compose
from cagette_notify.mails.broadcast_text.image_files import Image
from tests.fixtures.builders import a_group, a_mailbox

WIDTHS = {
    "lac.png": 120,
    "mes photos/été (1).jpg": 4_000,
    "grand.png": 561,
    "juste.png": 560,
    "Lac : rive.png": 7,
}


def found(name: str) -> Image:
    assert not re.search(":(?! )|\ue000", name), "no file is called so"
    if name not in WIDTHS:
        raise ValueError(f"no such file: {name}")
    kind = "image/png"
    return Image(Attachment(name.rpartition("/")[2], kind, name, f"{WIDTHS[name]}@inline"), WIDTHS[name])


def composed(markdown: str) -> BroadcastBody:
    return compose(markdown, a_group(), found)


def images_in(body: BroadcastBody) -> list[str]:
    return [re.sub(r' style="[^"]*"', "", image) for image in re.findall("<img[^>]*>", body.html)]


@pytest.mark.parametrize(
    ("typed", "image", "text"),
    [
        ("![Le lac](lac.png)", '120@inline" alt="Le lac', "Le lac (lac.png)"),
        ("![Le **lac**]( lac.png )", '120@inline" alt="Le lac', "Le lac (lac.png)"),
        ("![](<lac.png>)", '120@inline" alt="', "lac.png"),
        ("![lac.png](lac.png)", '120@inline" alt="lac.png', "lac.png"),
        ('![a "b" <c>](lac.png)', '120@inline" alt="a &quot;b&quot; &lt;c&gt;', 'a "b" <c> (lac.png)'),
        ('![Le lac](lac.png "au printemps")', '120@inline" alt="Le lac', "Le lac (lac.png) (au printemps)"),
        ("![Le lac](lac.png 'en été')", '120@inline" alt="Le lac', "Le lac (lac.png) (en été)"),
        ("![Juste](juste.png)", '560@inline" alt="Juste', "Juste (juste.png)"),
        ("![](Lac : rive.png)", '7@inline" alt="', "Lac : rive.png"),
        ("![Grand](grand.png)", '561@inline" alt="Grand" width="560', "Grand (grand.png)"),
        ("![Photo](mes photos/été (1).jpg)", '4000@inline" alt="Photo" width="560', "Photo (été (1).jpg)"),
        ("![Photo](<mes photos/été (1).jpg>)", '4000@inline" alt="Photo" width="560', "Photo (été (1).jpg)"),
    ],
)
def test_an_image_in_a_file_is_shown_and_has_its_words_in_the_text(typed: str, image: str, text: str) -> None:
    body = composed(f"Voici {typed}")

    assert images_in(body) == [f'<img src="cid:{image}">']
    assert body.text == f"Voici {text}\n"
    assert [file.content_id for file in body.images] == [image.partition('"')[0]]


def test_no_image_is_wider_than_what_shows_it() -> None:
    assert 'style="max-width:100%;' in composed("![](grand.png)").html


def test_an_image_that_is_shown_twice_travels_once() -> None:
    body = composed("![a](lac.png) et ![b](lac.png)\n\n- ![c](grand.png)\n\n| ![d](lac.png) |\n|---|\n")

    assert len(images_in(body)) == 4
    assert [file.filename for file in body.images] == ["lac.png", "grand.png"]


def test_an_image_may_be_a_link_and_what_an_image_is_called_shows_none() -> None:
    body = composed("[![Le lac](lac.png)](https://lac.fr) ![![x](grand.png)](https://lac.fr/a.png)")

    assert '<a href="https://lac.fr"><img src="cid:120@inline"' in re.sub(
        r'(href="[^"]*") style="[^"]*"', r"\1", body.html
    )
    assert [file.filename for file in body.images] == ["lac.png"]
    assert body.text.startswith("Le lac (lac.png) (https://lac.fr) ")


def test_the_words_of_an_image_may_greet_its_reader() -> None:
    body = composed("![Merci {{ prénom }} et {{ groupe }}](lac.png)")

    assert body.text_for(a_mailbox(first_name="Zoé")) == "Merci Zoé et Les Paniers du Lac (lac.png)\n"


def test_an_image_on_the_web_stays_there() -> None:
    body = composed("![Le lac](https://lac.fr/lac.png)")

    assert images_in(body) == ['<img src="https://lac.fr/lac.png" alt="Le lac" width="560">']
    assert body.images == ()


@pytest.mark.parametrize(
    "name",
    ["nulle-part.png", "data:image/png;base64,AAAA", "file:///lac.png", "cid:120@inline", "a/{{ nom }}.png"],
)
def test_what_is_no_image_is_refused_with_its_line(name: str) -> None:
    with pytest.raises(UsageError) as caught:
        composed(f"Bonjour,\n\nVoici\nle lac : ![Photo]({name})\n\n> - ![](<{name}>)")

    assert [(one.line, one.field) for one in caught.value.problems] == [(4, "body"), (6, "body")]
    assert all(one.message.startswith("the image '") for one in caught.value.problems)
    assert "\ue000" not in str(caught.value)


@pytest.mark.parametrize("typed", ["![ ](", "![x]()", "![x] (lac.png)", "![x](lac\n.png)", "![x](a(b.png)"])
def test_what_names_no_file_is_text(typed: str) -> None:
    body = composed(f"Bonjour {typed}")

    assert (images_in(body), body.images) == ([], ())
