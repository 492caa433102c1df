"""Keep who unsubscribed at Mailjet, from which kinds of mail, and what was switched on again since."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.core.unsubscriptions import Unsubscription, kinds_stopped
from cagette_notify.ledger.rows import from_utc_text, kind, utc_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cagette_notify.core.kinds import Kind
    from cagette_notify.ledger.engine import LedgerRow
    from cagette_notify.ledger.ledger import Ledger

_ASKED = "unsubscriptions_asked"
_ASKED_EVERY = timedelta(hours=1)


class UnsubscriptionBook:
    """The unsubscriptions from one delivery's mails, each with Mailjet's date. Addresses are casefolded."""

    def __init__(self, ledger: Ledger, account: str) -> None:
        """Look at the ledger's books of ``account``."""
        self._ledger = ledger
        self._account = account

    def standing(self) -> dict[str, dict[Kind, datetime]]:
        """Return, by address, each kind that is stopped and since when: not what was switched on since."""
        found: defaultdict[str, dict[Kind, datetime]] = defaultdict(dict)
        for act in self._standing_acts("TRUE"):
            found[act.address].update(dict.fromkeys(act.kinds, act.at))
        return dict(found)

    def known(self) -> frozenset[tuple[str, datetime]]:
        """Return the acts that are kept, as address and time."""
        return frozenset((act.address, act.at) for act in self._acts("TRUE"))

    def attributed(self, address: str) -> frozenset[str]:
        """Return the CustomIDs of the mails whose links an address is known to have pressed."""
        return frozenset(act.custom_id for act in self._acts("TRUE") if act.address == address) - {""}

    def addresses_written_to(self) -> dict[str, datetime]:
        """Return every address to which a mail left, or may have, with when the first was claimed."""
        query = """
            SELECT address, min(claimed_at) AS first FROM notices
            WHERE account = ? AND claimed_at IS NOT NULL GROUP BY address ORDER BY first DESC
            """
        rows = self._ledger.rows(query, [self._account])
        return {row["address"].casefold(): from_utc_text(row["first"]) for row in rows}

    def pressed_in(self, address: str, at: datetime, custom_id: str) -> Unsubscription:
        """Return an act, scoped by the mail that was pressed, where that is one of ours to that address."""
        rows = self._ledger.rows(
            """
            SELECT DISTINCT kind FROM notices
            WHERE account = ? AND custom_id = ? AND custom_id <> '' AND address = ? COLLATE NOCASE
            """,
            [self._account, custom_id, address],
        )
        kinds = [kind(row["kind"]) for row in rows]
        return Unsubscription(address, at, kinds_stopped(kinds), custom_id if kinds else "")

    def note(self, acts: Iterable[Unsubscription]) -> None:
        """Keep acts that are yet to be said."""
        rows = [
            (self._account, act.address, utc_text(act.at), act.custom_id, "|".join(sorted(act.kinds)))
            for act in acts
        ]
        with self._ledger.transaction() as connection:
            connection.executemany(
                """
                INSERT INTO unsubscribed (account, address, at, custom_id, kinds)
                VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                """,
                rows,
            )

    def switch_on(self, addresses: Iterable[str], kinds: Iterable[Kind], now: datetime) -> None:
        """Remember that these kinds were switched on: what was pressed before counts no more."""
        rows = [
            (self._account, address, one.value, utc_text(now)) for one in kinds for address in set(addresses)
        ]
        with self._ledger.transaction() as connection:
            connection.executemany(
                """
                INSERT INTO switched_on VALUES (?, ?, ?, ?)
                ON CONFLICT (account, address, kind) DO UPDATE SET at = excluded.at
                """,
                rows,
            )

    def unsaid(self) -> list[Unsubscription]:
        """List the acts of which no contact has heard, each with what is stopped by it still."""
        return self._standing_acts("is_said = 0")

    def keep_said(self, acts: Iterable[Unsubscription]) -> None:
        """Remember that they were said."""
        rows = [(self._account, act.address, utc_text(act.at)) for act in acts]
        with self._ledger.transaction() as connection:
            connection.executemany(
                "UPDATE unsubscribed SET is_said = 1 WHERE account = ? AND address = ? AND at = ?", rows
            )

    def is_time_to_ask(self, now: datetime) -> bool:
        """Tell whether Mailjet may be asked again; a mark ahead of now is a clock's that had jumped ahead."""
        last = self._ledger.marks(self._account, _ASKED).get("")
        return last is None or not timedelta(0) <= now - from_utc_text(last) < _ASKED_EVERY

    def keep_asked(self, now: datetime) -> None:
        """Remember that it was."""
        self._ledger.set_marks(self._account, _ASKED, {"": utc_text(now)})

    def _standing_acts(self, condition: str) -> list[Unsubscription]:
        """Return the acts by which something is stopped still, each with that alone."""
        query = "SELECT address, kind, at FROM switched_on WHERE account = ?"
        rows = self._ledger.rows(query, [self._account])
        on = {(row["address"], row["kind"]): from_utc_text(row["at"]) for row in rows}
        found = []
        for act in self._acts(condition):
            since = {one: on.get((act.address, one.value)) for one in act.kinds}
            still = frozenset(one for one, at in since.items() if at is None or at < act.at)
            if still:
                found.append(replace(act, kinds=still))
        return found

    def _acts(self, condition: str) -> list[Unsubscription]:
        query = f"SELECT * FROM unsubscribed WHERE account = ? AND {condition} ORDER BY at"  # noqa: S608 - literals of this module
        return [_act_of(row) for row in self._ledger.rows(query, [self._account])]


def _act_of(row: LedgerRow) -> Unsubscription:
    kinds = frozenset(kind(one) for one in row["kinds"].split("|") if one)
    return Unsubscription(row["address"], from_utc_text(row["at"]), kinds, row["custom_id"])
