"""What is left of a mail to somebody who was forgotten: a hash, so that it is not sent again. Pure."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cagette_notify.model import NoticeKey


def hash_of(key: NoticeKey, ledger_id: str) -> str:
    """Return what the ledger keeps in place of a key.

    Salted with the ledger's own id, so that the hashes of two co-ops tell nothing of who is in both.
    """
    parts = (ledger_id, key.kind.value, key.distribution_id, key.occasion, key.member_id, key.address)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
