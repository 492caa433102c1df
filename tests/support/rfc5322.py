"""What a strict reader would find wrong with a mail."""

from __future__ import annotations

import email
import email.policy
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from email.message import EmailMessage


def parsed(raw: bytes) -> EmailMessage:
    """Read a mail as today's readers do."""
    return email.message_from_bytes(raw, policy=email.policy.default)


def faults(raw: bytes) -> list[str]:
    """List the breaches of RFC 5322 and of good manners: none, for a mail that may leave."""
    return [*_of_bytes(raw), *_of_parts(raw)]


def _of_bytes(raw: bytes) -> list[str]:
    rest = raw.replace(b"\r\n", b"")
    found = ["bare line end"] * (b"\n" in rest or b"\r" in rest)
    found += ["8-bit"] * (not raw.isascii()) + ["NUL"] * (b"\0" in raw)
    return found + [f"long line: {line!r}" for line in raw.split(b"\r\n") if len(line) > 998]


def _of_parts(raw: bytes) -> list[str]:
    mail = email.message_from_bytes(raw, policy=email.policy.strict + email.policy.SMTP)
    found = []
    for part in mail.walk():
        found += [f"{part.get_content_type()}: {defect!r}" for defect in part.defects]
        for name, value in part.items():
            found += [f"{name}: {defect!r}" for defect in getattr(value, "defects", ())]
    for name in ("Date", "From", "To", "Subject", "Message-ID"):
        found += [f"{name}: not once"] * (len(mail.get_all(name, [])) != 1)
    return found
