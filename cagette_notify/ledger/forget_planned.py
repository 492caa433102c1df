"""Take a person out of the lists to which mails are planned, and nobody else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from cagette_notify.core.addresses import address_key
from cagette_notify.core.text import fold, fold_name, whole_words
from cagette_notify.ledger.errors import as_written

if TYPE_CHECKING:
    import re
    from collections.abc import Collection, Set

    from cagette_notify.ledger.engine import Connection
    from cagette_notify.ledger.history import Person


def erase_from_plans(connection: Connection, person: Person, words: Collection[str]) -> int:
    """Delete the rows of lists that mean a person; return how many.

    ``words``, casefolded, have their whole names. What others' rows say of them besides goes, too.
    """
    whole_names = {folded(word) for word in words if " " in word for folded in (fold, fold_name)}
    naming = whole_words(whole_names)
    query = "SELECT planned_rows.*, group_id FROM planned_rows JOIN broadcasts USING (attempt)"
    rows = connection.execute(query).fetchall()
    taken = []
    for row in rows:
        place = {key: row[key] for key in ("attempt", "list", "position")}
        with as_written():
            addresses, names = json.loads(row["addresses"]), json.loads(row["names"])
        listed = _Listed(addresses, names, row["shown"], row["group_id"])
        left = listed.without(person, naming)
        if listed.is_of(person, whole_names) or (listed.addresses and not left.addresses):
            taken.append(place)
        elif left != listed:
            connection.execute(
                """
                UPDATE planned_rows SET addresses = :addresses, shown = :shown
                WHERE attempt = :attempt AND list = :list AND position = :position
                """,
                {**place, "addresses": json.dumps(left.addresses, ensure_ascii=False), "shown": left.shown},
            )
    connection.executemany(
        "DELETE FROM planned_rows WHERE attempt = :attempt AND list = :list AND position = :position", taken
    )
    return len(taken)


class _Listed(NamedTuple):
    """Whom a row of a list means: of a member, it has the addresses, and the id and the name."""

    addresses: list[str]
    names: list[str]
    shown: str
    group_id: str

    def without(self, person: Person, naming: re.Pattern[str]) -> _Listed:
        """Return it without the addresses of a person, and without what it shows of their names."""
        left = [address for address in self.addresses if address_key(address) not in person.addresses]
        shown = self.shown
        if not self.names and left != self.addresses:
            shown = ", ".join(left)
        elif self.names and naming.search(fold(shown)) and not naming.search(fold(self.names[-1])):
            shown = self.names[-1]
        return self._replace(addresses=left, shown=shown)

    def is_of(self, person: Person, names: Set[str]) -> bool:
        """Tell whether it means a person who has these whole names, folded.

        An id may be another's by now, and a name is others', too: of a member, one alone doesn't do where the
        name is known, unless an address is the person's.
        """
        ids = {(self.group_id, name.removeprefix(f"{self.group_id}/")) for name in self.names}
        has_id = not ids.isdisjoint(person.ids)
        is_called = any(fold_name(name) in names for name in self.names)
        if not (self.addresses and self.names):
            return has_id or is_called
        has_address = any(address_key(address) in person.addresses for address in self.addresses)
        return (has_id and (is_called or not names)) or (is_called and has_address)
