from __future__ import annotations

import pytest
from msgspec.structs import replace

from cagette_notify.core.messages import Attachment, Message
from cagette_notify.core.model import Contact
from cagette_notify.core.notices import Status
from cagette_notify.delivery.header_injection import refusal_of_unsafe
from tests.fixtures.messages import CONTACT, SENDER, a_message

CONTROLS = ["\0", "\t", "\n", "\r", "\r\n", "\x0b", "\x1b", "\x7f", "\x85", "\u2028", "\u2029"]


@pytest.mark.parametrize(
    "message",
    [
        a_message(),
        a_message("o'neil+panier=x@sub.example.org", to_name=""),
        a_message('"a b"@example.org'),
        a_message("a@[192.0.2.1]"),
        a_message(to_name='Ana "la" d\'Été, <ana@x> 🍅', subject="\u202etêtu \u200b"),
        a_message(text="tab\there\r\nand \x0b there\0", html="<p>\x0c</p>", reply_to=None),
    ],
)
def test_what_can_be_written_has_no_flaw(message: Message) -> None:
    assert refusal_of_unsafe(message) is None


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ana",
        "ana@",
        "@example.org",
        "ana@example.org, bob@example.org",
        "ana@example.org>, <bob@example.org",
        "ana@example.org\r\nBcc: bob@example.org",
        "ana@example.org\n",
        "ana bob@example.org",
        '"ana" <ana@example.org>',
        "anaé@example.org",
        "ana@exämple.org",
        '"a\nb"@example.org',
    ],
)
def test_a_recipient_that_is_no_single_address_is_refused_for_good(address: str) -> None:
    outcome = refusal_of_unsafe(a_message(address))

    assert outcome
    assert (outcome.status, outcome.about_content) == (Status.FAILED, False)
    assert "\n" not in outcome.detail


@pytest.mark.parametrize("control", CONTROLS)
@pytest.mark.parametrize(
    "field", ["subject", "to", "sender", "reply_to", "header", "filename", "image", "campaign"]
)
def test_no_line_of_the_header_may_break(field: str, control: str) -> None:
    text = f"a{control}Bcc: b@example.org"
    hostile = {
        "subject": a_message(subject=text),
        "to": a_message(to_name=text),
        "sender": a_message(sender=replace(SENDER, name=text)),
        "reply_to": a_message(reply_to=replace(CONTACT, name=text)),
        "header": a_message(headers=(("X-Test", text),)),
        "filename": a_message(attachments=(Attachment(text, "a/b", ""),)),
        "image": a_message(attachments=(Attachment("a.png", "image/png", "", text),)),
        "campaign": a_message(campaign=text),
    }
    outcome = refusal_of_unsafe(hostile[field])

    assert outcome
    assert (outcome.status, outcome.about_content) == (Status.FAILED, True)
    assert "\n" not in outcome.detail


@pytest.mark.parametrize(
    "message",
    [
        a_message(sender=Contact("not an address")),
        a_message(reply_to=Contact("a@example.org, b@example.org")),
        a_message(headers=(("X Test", "a"),)),
        a_message(headers=(("X-Test:", "a"),)),
        a_message(headers=(("", "a"),)),
        a_message(attachments=(Attachment("a.pdf", "pdf", ""),)),
        a_message(attachments=(Attachment("a.pdf", "application/pdf; x=y", ""),)),
        a_message(text="\ud800"),
        a_message(html="\udfff"),
        a_message(subject="\ud83c"),
    ],
)
def test_what_has_no_bytes_or_no_single_meaning_is_refused(message: Message) -> None:
    outcome = refusal_of_unsafe(message)

    assert outcome
    assert (outcome.status, outcome.about_content) == (Status.FAILED, True)
    assert outcome.detail.isprintable()
