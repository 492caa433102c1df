from __future__ import annotations

import base64
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cagette_notify.core.messages import Attachment
from cagette_notify.core.model import Contact
from cagette_notify.delivery.outbox.eml import eml_bytes
from tests.fixtures.messages import SENDER, a_message
from tests.fixtures.rfc5322 import faults, parsed

if TYPE_CHECKING:
    from email.message import EmailMessage

NOON = datetime(2026, 6, 11, 12, 30, tzinfo=timezone(timedelta(hours=2)))

GOLDEN = """\
From: =?utf-8?q?AMAP_de_l=27=C3=89tang?= <noreply@mj.cagette.net>
To: "Ana Martin" <ana@example.org>
Reply-To: =?utf-8?q?Zo=C3=A9_Durand?= <contact@example.org>
Subject: Votre commande de vendredi
Date: Thu, 11 Jun 2026 12:30:00 +0200
Message-ID: <l1-1@mj.cagette.net>
Auto-Submitted: auto-generated
List-Unsubscribe:\x20
 <mailto:contact@example.org?subject=unsubscribe%20AMAP%20de%20l%27%C3%89tang>
X-MJ-CustomID: l1-1
X-Cagette-Campaign: l1-recap-r0
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="=_alternative_="

--=_alternative_=
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: quoted-printable

12,50 =E2=82=AC =3D pay=C3=A9

--=_alternative_=
Content-Type: text/html; charset="utf-8"
Content-Transfer-Encoding: quoted-printable
MIME-Version: 1.0

<p>12,50 =E2=82=AC</p>

--=_alternative_=--
"""

_printable = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Zl", "Zp")), max_size=120)
_any_text = st.text(st.characters(codec="utf-8"), max_size=300)


def written(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part
    return as_lines(part.get_content())


def as_lines(text: str) -> str:
    """Return text as mail holds it: a line end is a line end, and the last line has one."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return lines if lines.endswith("\n") else lines + "\n"


def test_a_mail_is_written_to_the_letter() -> None:
    raw = eml_bytes(a_message(text="12,50 € = payé\n", html="<p>12,50 €</p>\n"), NOON)

    assert raw.decode("ascii").split("\r\n") == GOLDEN.split("\n")
    assert faults(raw) == []


@pytest.mark.parametrize(
    "address", ["coordination.des.paniers@paniersdulac.example", "o'neil+a%b&c@example.org"]
)
def test_whoever_answers_can_be_asked_for_no_more_mail(address: str) -> None:
    message = a_message(reply_to=Contact(address))
    raw = eml_bytes(replace(message, sender=Contact(message.sender.address)), NOON)

    link = parsed(raw)["List-Unsubscribe"].strip()
    assert unquote(link) == f"<mailto:{address}?subject=unsubscribe>"
    assert link.count("&") == 0
    assert faults(raw) == []
    assert max(map(len, raw.split(b"\r\n"))) <= 78


def test_who_unsubscribes_says_of_which_group() -> None:
    raw = eml_bytes(a_message(sender=Contact("noreply@mj.cagette.net", "Paniers & Cie")), NOON)

    link = parsed(raw)["List-Unsubscribe"].strip()
    assert link == "<mailto:contact@example.org?subject=unsubscribe%20Paniers%20%26%20Cie>"


def test_where_nobody_answers_nobody_can_be_asked() -> None:
    assert "List-Unsubscribe" not in parsed(eml_bytes(a_message(reply_to=None), NOON))


def test_an_attachment_follows_both_texts() -> None:
    content = base64.b64encode(b"\0\xff" * 500).decode()
    raw = eml_bytes(a_message(attachments=(Attachment("été 1.pdf", "application/pdf", content),)), NOON)
    mail = parsed(raw)

    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "application/pdf",
    ]
    (attachment,) = mail.iter_attachments()
    assert (attachment.get_filename(), attachment.get_content()) == ("été 1.pdf", b"\0\xff" * 500)
    assert faults(raw) == []


IMAGE = Attachment("fête du lac.png", "image/png", "iVBORw0KGgo=", "1a2b@inline")


def test_an_image_of_the_text_lies_beside_the_html_that_shows_it() -> None:
    raw = eml_bytes(a_message(attachments=(Attachment("a.pdf", "application/pdf", "QUJD"), IMAGE)), NOON)
    mail = parsed(raw)

    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "application/pdf",
    ]
    related = mail.get_body()
    assert related is not None
    assert related.get_param("type") == "text/html"
    _html, image = related.iter_parts()
    assert (image["Content-ID"], image.get_content_disposition()) == ("<1a2b@inline>", "inline")
    assert (image.get_filename(), image.get_content()) == ("fête du lac.png", b"\x89PNG\r\n\x1a\n")
    assert [file.get_filename() for file in mail.iter_attachments()] == ["a.pdf"]
    assert faults(raw) == []


def test_a_mail_with_nothing_but_images_of_its_text_has_no_files() -> None:
    raw = eml_bytes(a_message(attachments=(IMAGE, replace(IMAGE, content_id="3c4d@inline"))), NOON)

    assert parsed(raw).get_content_type() == "multipart/alternative"
    assert [part["Content-ID"] for part in parsed(raw).walk() if part["Content-ID"]] == [
        "<1a2b@inline>",
        "<3c4d@inline>",
    ]
    assert faults(raw) == []


@pytest.mark.parametrize("kind", ["message/rfc822", "multipart/mixed"])
def test_an_attached_mail_is_carried_as_mere_bytes(kind: str) -> None:
    mail = parsed(eml_bytes(a_message(attachments=(Attachment("a.eml", kind, "QUJD"),)), NOON))

    (attachment,) = mail.iter_attachments()
    assert (attachment.get_content_type(), attachment.get_content()) == ("application/octet-stream", b"ABC")


def test_an_attachment_that_is_no_base64_is_refused() -> None:
    with pytest.raises(ValueError, match="base64"):
        eml_bytes(a_message(attachments=(Attachment("a.pdf", "application/pdf", "QUJ?"),)), NOON)


def test_without_html_a_mail_is_plain_text() -> None:
    mail = parsed(eml_bytes(a_message(html=""), NOON))

    assert mail.get_content_type() == "text/plain"


@pytest.mark.parametrize(
    "name",
    [
        "Ana",
        "O'Brien",
        "Martin, Ana",
        'Ana "la grande" Martin',
        "back\\slash",
        "Zoé Élise, d'Été",
        "Ana <bob@example.org>",
        "ana@example.org",
        "🍅 Paniers du Lac",
        "=?utf-8?q?evil?=",
        " blanks around ",
        "(comment)",
        "a;b:c",
    ],
)
def test_a_name_is_read_back_as_it_is(name: str) -> None:
    raw = eml_bytes(a_message(to_name=name, sender=Contact(SENDER.address, name)), NOON)
    mail = parsed(raw)

    assert [(to.display_name, to.addr_spec) for to in mail["To"].addresses] == [(name, "ana@example.org")]
    assert [sender.display_name for sender in mail["From"].addresses] == [name]
    assert faults(raw) == []


@pytest.mark.parametrize(
    "subject",
    [
        "",
        "Paniers du Lac : vos commandes ouvrent pour vendredi 12 juin, à la salle des fêtes de Génissieux",
        "Les  commandes   ouvrent",
        "é" * 255,
        "🍅" * 255,
        "x" * 255,
        "word " * 51,
        "=?utf-8?b?w6k=?= =?utf-8?b?w6k=?=",
    ],
)
def test_a_subject_is_read_back_as_it_is_whatever_its_length(subject: str) -> None:
    raw = eml_bytes(a_message(subject=subject), NOON)

    assert parsed(raw)["Subject"] == subject
    assert faults(raw) == []
    assert max(map(len, raw.split(b"\r\n"))) <= 78


def test_plain_words_are_not_encoded_however_many_they_are() -> None:
    name = "Association pour le maintien d'une agriculture paysanne de Saint-Etienne-du-Bois"
    subject = "Orders are open: Friday 12 June, Saturday 13 June, Sunday 14 June and Monday 15 June"

    raw = eml_bytes(a_message(to_name=name, subject=subject), NOON)

    assert b"=?utf-8?" not in raw.partition(b"To:")[2].partition(b"Reply-To:")[0]
    assert b"=?utf-8?" not in raw.partition(b"Subject:")[2]
    assert parsed(raw)["Subject"] == subject
    assert [to.display_name for to in parsed(raw)["To"].addresses] == [name]
    assert faults(raw) == []
    assert max(map(len, raw.split(b"\r\n"))) <= 78


def test_encoded_words_stand_one_on_a_line() -> None:
    raw = eml_bytes(a_message(subject="é" * 200, to_name="é" * 100), NOON)

    assert not [line for line in raw.split(b"\r\n") if line.count(b"=?utf-8?") > 1]


@pytest.mark.dear
@given(_printable, _printable, _any_text, _any_text)
@settings(max_examples=60, deadline=None)
def test_any_mail_is_read_back_as_it_is(subject: str, name: str, text: str, html: str) -> None:
    raw = eml_bytes(a_message(subject=subject, to_name=name, text=text, html=f"<p>{html}"), NOON)
    mail = parsed(raw)

    assert faults(raw) == []
    assert str(mail["Subject"]) == subject
    assert [to.addr_spec for to in mail["To"].addresses] == ["ana@example.org"]
    assert written(mail, "plain") == as_lines(text)
    assert written(mail, "html") == as_lines(f"<p>{html}")
