"""Messages, one line each."""

from __future__ import annotations

from cagette_notify.core.messages import Attachment, Content, Message
from cagette_notify.core.model import Contact

SENDER = Contact("noreply@mj.cagette.net", "AMAP de l'Étang")
CONTACT = Contact("contact@example.org", "Zoé Durand")


def a_message(
    to: str = "ana@example.org",
    *,
    custom_id: str = "l1-1",
    campaign: str = "l1-recap-r0",
    to_name: str = "Ana Martin",
    subject: str = "Votre commande de vendredi",
    text: str = "Bonjour Ana,\nvotre panier vous attend.\n",
    html: str = "<p>Bonjour Ana,</p>\n<p>votre panier vous attend.</p>\n",
    sender: Contact = SENDER,
    reply_to: Contact | None = CONTACT,
    headers: tuple[tuple[str, str], ...] = (("Auto-Submitted", "auto-generated"),),
    attachments: tuple[Attachment, ...] = (),
) -> Message:
    """Return a message that every transport takes."""
    return Message(
        custom_id,
        campaign,
        sender,
        Contact(to, to_name),
        Content(subject, text, html),
        reply_to,
        headers,
        attachments,
    )


def messages(count: int) -> list[Message]:
    """Return ``count`` messages to as many people."""
    return [
        a_message(f"member{n}@example.org", custom_id=f"l1-{n}", to_name=f"Member {n}") for n in range(count)
    ]
