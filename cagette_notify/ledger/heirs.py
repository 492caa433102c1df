"""Say under which group and id what was told of a distribution is kept from now on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from cagette_notify.core.notices import Entry


class Heirs(Struct, frozen=True):
    """The group and id that distributions ahead of ``now`` have, by those they were told under.

    ``revisions`` are, by a new id, the last of those that were told under it of something that is over:
    what it takes over counts on from there, or the rows of both would be the same.
    """

    now: datetime
    ids: Mapping[tuple[str, str], tuple[str, str]]
    revisions: Mapping[str, int] = {}

    def old_ids(self, distribution_ids: Collection[str]) -> set[str]:
        """Return under which other ids these distributions were told."""
        return {old for (_group, old), (_heir, new) in self.ids.items() if new in distribution_ids}

    @property
    def distribution_ids(self) -> frozenset[str]:
        """The ids that mean another distribution now, or none."""
        return frozenset({old for _group, old in self.ids} | {new for _group, new in self.ids.values()})

    def taking_over(self, entry: Entry) -> Entry:
        """Return an entry as it is once the new ids have taken over."""
        heir = self.ids.get((entry.group_id, entry.key.distribution_id))
        if heir is None or entry.starts_at <= self.now:
            return entry
        group_id, new = heir
        occasion, revision = entry.key.occasion, entry.revision
        if entry.key.kind.traits.is_corrected:
            revision += self.revisions.get(new, 0)
            occasion = f"r{revision}{occasion.removeprefix(f'r{entry.revision}')}"
        key = replace(entry.key, distribution_id=new, occasion=occasion)
        return replace(entry, group_id=group_id, key=key, revision=revision)
