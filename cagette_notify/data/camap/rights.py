"""Read what the database's user may do, and name what is more than this program needs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from cagette_notify.data.camap.mended import mended

if TYPE_CHECKING:
    from cagette_notify.data.camap.snapshot import Snapshot

_GRANT: Final = re.compile(r"GRANT (?P<rights>.+?) ON (?:TABLE )?(?P<schema>\S+?)\.(?P<table>\S+) TO ")
_COLUMNS: Final = re.compile(r"\s*\([^)]*\)")
_NEEDED: Final = frozenset(("USAGE", "SELECT", "SHOW VIEW"))
_ALL: Final = "ALL PRIVILEGES"


class TooManyRights(Struct, frozen=True):
    """What a user may do beside reading, and whether that is the passwords of members, too."""

    beside_reading: tuple[str, ...] = ()
    reads_passwords: bool = False


def rights_too_many(snapshot: Snapshot) -> TooManyRights:
    """Return them. What the server says of a user has their password's hash, and stays here."""
    beside: dict[str, None] = {}
    reads_passwords = False
    for (line,) in snapshot.rows("SHOW GRANTS"):
        text = mended(line)
        found = _GRANT.match(text)
        if not found:
            continue
        rights = [part.strip() for part in _COLUMNS.sub("", found["rights"]).split(",")]
        beside |= dict.fromkeys(one for one in rights if one not in _NEEDED)
        if text.endswith("WITH GRANT OPTION"):
            beside["GRANT OPTION"] = None
        is_of_user = found["table"].strip("`*") in {"", "User"}
        reads_all = _ALL in rights or re.search(r"\bSELECT\b(?!\s*\()", found["rights"]) is not None
        reads_passwords |= is_of_user and reads_all
    return TooManyRights(tuple(beside), reads_passwords)
