"""Keep who unsubscribed at Mailjet, from which kinds of mail, and what was switched on again since."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.core.unsubscriptions import (
    NOT_LOOKED_UP,
    OF_UNKNOWN_MAIL,
    Act,
    Unsubscription,
    kinds_stopped,
)
from cagette_notify.ledger.rows import from_utc_text, kind, utc_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from cagette_notify.core.kinds import Kind
    from cagette_notify.ledger.engine import LedgerRow
    from cagette_notify.ledger.ledger import Ledger

_ASKED = "unsubscriptions_asked"
_ASKED_EVERY = timedelta(hours=1)
_HEARD = "unsubscriptions_heard"
_LOOKED_UP_AGAIN = "unsubscriptions_looked_up_again"


class UnsubscriptionBook:
    """The unsubscriptions from one delivery's mails, each with Mailjet's date. Addresses are casefolded."""

    def __init__(self, ledger: Ledger, account: str) -> None:
        """Look at the ledger's books of ``account``."""
        self._ledger = ledger
        self._account = account

    def standing(self, heard: Iterable[Unsubscription] = ()) -> dict[str, dict[Kind, datetime]]:
        """Return, by address, each kind that is stopped and since when: not what was switched on since.

        What was ``heard`` counts, though it is not kept.
        """
        found: defaultdict[str, dict[Kind, datetime]] = defaultdict(dict)
        for act in self._standing_acts("TRUE", heard):
            found[act.address].update(dict.fromkeys(act.kinds, act.at))
        return dict(found)

    def known(self) -> frozenset[Act]:
        """Return the acts that are kept, but for those whose mail is yet to be looked up."""
        return frozenset(one.act for one in self._acts("TRUE") if not one.is_provisional)

    def attributed(self, address: str | None = None) -> frozenset[str]:
        """Return the CustomIDs of the mails whose links an address, or anybody, is known to have pressed."""
        acts = (
            act for act in self._acts("TRUE") if address in {None, act.address} and not act.is_provisional
        )
        return frozenset(custom_id for act in acts for custom_id in act.custom_ids)

    def addresses_written_to(self) -> dict[str, datetime]:
        """Return every address to which a mail left, or may have, with when the first was claimed."""
        query = """
            SELECT address, min(claimed_at) AS first FROM notices
            WHERE account = ? AND claimed_at IS NOT NULL GROUP BY address ORDER BY first DESC
            """
        rows = self._ledger.rows(query, [self._account])
        return {row["address"].casefold(): from_utc_text(row["first"]) for row in rows}

    def kinds_by_mail(self, address: str, custom_ids: Collection[str]) -> dict[str, frozenset[Kind]]:
        """Return which kinds stop by each of these mails, of those that are ours to that address."""
        if not custom_ids:
            return {}
        rows = self._ledger.rows(
            f"""
            SELECT DISTINCT custom_id, kind FROM notices
            WHERE account = ? AND address = ? COLLATE NOCASE AND custom_id <> ''
                AND custom_id IN ({", ".join("?" * len(custom_ids))})
            """,  # noqa: S608 - question marks
            [self._account, address, *custom_ids],
        )
        found: defaultdict[str, set[Kind]] = defaultdict(set)
        for row in rows:
            found[row["custom_id"]].add(kind(row["kind"]))
        return {custom_id: kinds_stopped(kinds) for custom_id, kinds in found.items()}

    def note(self, act: Act, kinds_by_mail: Mapping[str, frozenset[Kind]]) -> None:
        """Keep that the links of these mails were pressed, beside those that are known to be of that date.

        What more is stopped by it is yet to be said.
        """
        before = [one for one in self._acts("TRUE") if one.act == act and not one.is_provisional]
        custom_ids = frozenset(kinds_by_mail).union(*(one.custom_ids for one in before))
        kinds: frozenset[Kind] = frozenset().union(*kinds_by_mail.values(), *(one.kinds for one in before))
        self._keep([Unsubscription(*act, kinds, custom_ids)])

    def hold(self, acts: Iterable[Act]) -> None:
        """Keep acts that are yet to be looked up: until then they stop what one in an unknown mail does."""
        custom_ids = frozenset((NOT_LOOKED_UP,))
        self._keep([Unsubscription(*act, OF_UNKNOWN_MAIL, custom_ids) for act in acts])

    def some_wait(self) -> bool:
        """Tell whether any are held."""
        return any(act.is_provisional for act in self._acts("TRUE"))

    def whose_turn(self, acts: Sequence[Act], count: int) -> Sequence[Act]:
        """Return so many of the acts, each time those after the last ones, and remember how far that is."""
        if not acts or count <= 0:
            return ()
        begin = int(self._ledger.marks(self._account, _LOOKED_UP_AGAIN).get("", "0")) % len(acts)
        found = [*acts[begin:], *acts[:begin]][:count]
        self._ledger.set_marks(self._account, _LOOKED_UP_AGAIN, {"": str(begin + len(found))})
        return found

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
        return [act for act in self._standing_acts("is_said = 0") if not act.is_provisional]

    def heard_by_groups(self) -> dict[str, frozenset[str]]:
        """Return, by group, what stands for the unsaid acts of which its contact has heard all the same."""
        marks = self._ledger.marks(self._account, _HEARD)
        return {group_id: frozenset(digests.split()) for group_id, digests in marks.items()}

    def keep_heard(self, digests: Mapping[str, Iterable[str]]) -> None:
        """Remember of which acts the contacts of some groups have heard, while others' wait."""
        before = self.heard_by_groups()
        now = {
            id_: " ".join(sorted(before.get(id_, frozenset()).union(those))) for id_, those in digests.items()
        }
        self._ledger.set_marks(self._account, _HEARD, now)

    def keep_said(self, acts: Iterable[Unsubscription]) -> None:
        """Remember that they were said to all whom they concern."""
        self._ledger.set_marks(self._account, _HEARD, dict.fromkeys(self.heard_by_groups()))
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

    def _keep(self, acts: Iterable[Unsubscription]) -> None:
        rows = [
            (
                *(self._account, act.address, utc_text(act.at)),
                *("|".join(sorted(act.custom_ids)), "|".join(sorted(act.kinds))),
            )
            for act in acts
        ]
        with self._ledger.transaction() as connection:
            connection.executemany(
                """
                INSERT INTO unsubscribed (account, address, at, custom_id, kinds) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (account, address, at) DO UPDATE SET
                    custom_id = excluded.custom_id, kinds = excluded.kinds,
                    is_said = CASE unsubscribed.kinds
                        WHEN excluded.kinds THEN unsubscribed.is_said ELSE 0 END
                """,
                rows,
            )

    def _standing_acts(self, condition: str, heard: Iterable[Unsubscription] = ()) -> list[Unsubscription]:
        """Return the acts by which something is stopped still, each with that alone."""
        query = "SELECT address, kind, at FROM switched_on WHERE account = ?"
        rows = self._ledger.rows(query, [self._account])
        on = {(row["address"], row["kind"]): from_utc_text(row["at"]) for row in rows}
        found = []
        for act in (*self._acts(condition), *heard):
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
    custom_ids = frozenset(row["custom_id"].split("|"))
    return Unsubscription(row["address"], from_utc_text(row["at"]), kinds, custom_ids)
