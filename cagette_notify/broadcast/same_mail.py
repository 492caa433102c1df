"""Tell whether two broadcasts are the same mail, given twice. Pure."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cagette_notify.core.messages import Attachment


def identity_of(  # noqa: PLR0913 - one argument for each thing that makes it another mail
    *, group_id: str, audience: str, reply_to: str, subject: str, body: str, attachments: Sequence[Attachment]
) -> str:
    """Return what two givings of the same mail have in common; line ends don't count."""
    files = [(one.filename, hashlib.sha256(one.base64.encode()).hexdigest()) for one in attachments]
    text = "\n".join(line.rstrip() for line in body.strip().splitlines())
    parts = [group_id, audience, reply_to.casefold(), subject, text, files]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
