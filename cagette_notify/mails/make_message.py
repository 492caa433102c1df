"""Make the message of a notice's mail, or of a broadcast's copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.messages import AnyMail, Copy, Message, OperatorMail
from cagette_notify.core.model import Contact

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from cagette_notify.mails.renderer import Renderer


def message_maker(renderer: Renderer) -> Callable[[AnyMail, datetime], Message]:
    """Return what makes a message of any of them."""

    def message_of(mail: AnyMail, now: datetime) -> Message:
        if isinstance(mail, OperatorMail):
            return mail.message
        return message_of_copy(mail) if isinstance(mail, Copy) else renderer.message(mail, now)

    return message_of


def message_of_copy(copy: Copy) -> Message:
    """Return the copy with its reader's names, and what is attached for them.

    The rest was recorded when it was confirmed.
    """
    from cagette_notify.mails.broadcast_text.placeholders import with_reader_names

    broadcast, mailbox = copy.broadcast, copy.mailbox
    return Message(
        copy.custom_id,
        copy.campaign,
        sender=broadcast.sender,
        to=Contact(mailbox.address, mailbox.name),
        content=with_reader_names(broadcast.content, mailbox),
        reply_to=broadcast.reply_to,
        attachments=tuple(one for one in broadcast.attachments if one.reader in {"", mailbox.key}),
    )
