"""Look up which distributions may be meant by what is no id: a day, a name, an id misspelt."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from cagette_notify.core.text import all_near, fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime, timedelta

    from cagette_notify.core.model import Distribution

_MONTHS = (
    *("janvier|january|janv?", "fevrier|february|fevr?|feb", "mars|march|mar", "avril|april|avr|apr"),
    *("mai|may", "juin|june?", "juillet|july?|juil", "aout|august|aug", "septembre|september|sept?"),
    *("octobre|october|oct", "novembre|november|nov", "decembre|december|dec"),
)
"""What a month is called, once its accents are gone."""

# Texts, not compiled patterns: few runs meet what they are for, and compiling costs every run.
_BETWEEN_NAMES = r"\s*[|;,&+]\s*|\s+(?:et|and|ou|or)\s+"
_BETWEEN = r"\s?[\s/.,_-]\s?"
_DAYS = (
    rf"(?P<year>\d{{4}}){_BETWEEN}(?P<month>\d\d?){_BETWEEN}(?P<day>\d\d?)",
    rf"(?P<day>\d\d?){_BETWEEN}(?P<month>\d\d?){_BETWEEN}(?P<year>\d{{4}}|\d\d)",
    r"(?P<year>20\d\d)(?P<month>\d\d)(?P<day>\d\d)",
    r"(?P<day>\d\d?)\s?[/.]\s?(?P<month>\d\d?)(?P<year>)",
)


class _SpeltDay(NamedTuple):
    month: int
    day: int
    year: int = 0  # where one is named


class DistributionLookup:
    """The distributions to read, as rows call them that name none there is.

    ``known`` are all the ids there are; ``home`` is the distribution whose own rows these are, if they are.
    """

    def __init__(self, wanted: Iterable[Distribution], known: frozenset[str], home: str) -> None:
        """Index nothing yet: few files have such a row."""
        self._wanted = {each.id: each for each in wanted}
        self._known = known
        self._home = home
        self._found: dict[str, tuple[str, ...]] = {}

    def perhaps_meant(self, named: str) -> tuple[str, ...]:
        """Return the ids that a text may mean, of several that it names each; without any, all of them.

        Whose own rows these are is meant by each that says no other day.
        """
        if named not in self._found:
            self._found[named] = tuple(id_ for id_ in self._meant(named) if id_ in self._wanted)
        return self._found[named]

    def _meant(self, named: str) -> Iterable[str]:
        if not named:
            return [self._home] if self._home else self._wanted
        if named in self._known:
            return [named]
        meant = {id_ for text in {named, *_names_in(named)} for id_ in self._meant_by(text)}
        if not meant and self._home and not any(spelt.year for spelt in _days_in(named)):
            return [self._home]
        return sorted(meant)

    def names_several(self, text: str) -> bool:
        """Tell whether a text names several distributions: an order line can be of one only."""
        names = [name for name in _names_in(text) if _days_in(name) or any(self._meant_by(name))]
        return len(names) > 1 or (not _days_in(text) and len(self._ids_in(text)) > 1)

    def _meant_by(self, name: str) -> Iterable[str]:
        days = _days_in(name)
        meant = set(all_near(name, self._known)).union(*map(self._on, days))
        meant.update(self._by_name.get(fold(name), ()))
        return meant if days else meant.union(self._ids_in(name))  # the 12 of 12/06 is no id

    def _ids_in(self, text: str) -> set[str]:
        """Return the ids that stand in a text, the longest at each place: ``d1/d2``, ``lac/d1``."""
        text = fold(text)
        ids = sorted((id_ for id_ in self._by_folded_id if id_ in text), key=len, reverse=True)
        names = "|".join(map(re.escape, ids))
        return {self._by_folded_id[one] for one in re.findall(rf"(?<!\w)(?:{names})(?!\w)", text) if one}

    def _on(self, spelt: _SpeltDay) -> Iterator[str]:
        for each in self._by_day.get((spelt.month, spelt.day), ()):
            if spelt.year in (0, each.starts_at.year):
                yield each.id

    @cached_property
    def _by_folded_id(self) -> Mapping[str, str]:
        return {fold(id_): id_ for id_ in self._known}

    @cached_property
    def _by_day(self) -> Mapping[tuple[int, int], list[Distribution]]:
        index: dict[tuple[int, int], list[Distribution]] = defaultdict(list)
        for each in self._wanted.values():
            index[each.starts_at.month, each.starts_at.day].append(each)
        return index

    @cached_property
    def _by_name(self) -> Mapping[str, list[str]]:
        index: dict[str, list[str]] = defaultdict(list)
        for each in self._wanted.values():
            index[fold(each.name)].append(each.id)
        return index


def nearest_first(named: str, those: Sequence[Distribution], now: datetime) -> list[Distribution]:
    """Sort distributions by how likely a text means them that names none: by id, then by day, else the next.

    What is like its id comes first; then what is near to the day that it names, or else to now.
    """
    known = frozenset(one.id for one in those)
    meant = set(DistributionLookup(those, known, "").perhaps_meant(named)) if named else set()
    meant |= {id_ for id_ in known if named and fold(named) in fold(id_)}
    days = [day for spelt in _days_in(named) if (day := _as_day(spelt, now.year))]

    def how_far(one: Distribution) -> tuple[bool, timedelta]:
        away = (abs(one.starts_at.date() - day) for day in days)
        return one.id not in meant, min(away, default=abs(one.starts_at - now))

    return sorted(those, key=how_far)


def days_named(text: str, years: Iterable[int]) -> frozenset[date]:
    """Return the days that a text names; of one without a year, that of each of the ``years``."""
    spelt = {each for name in (text, *_names_in(text)) for each in _days_in(name)}
    return frozenset(day for each in spelt for year in years if (day := _as_day(each, year)))


def _as_day(spelt: _SpeltDay, year: int) -> date | None:
    try:
        return date(spelt.year or year, spelt.month, spelt.day)
    except ValueError:  # the 45 of 45/12
        return None


def _names_in(text: str) -> Iterator[str]:
    """Yield what one text names in a row, the last first; days take their month from those after them."""
    month = ""
    for name in reversed(re.split(_BETWEEN_NAMES, text)):
        whole = name + month if re.fullmatch(r"(?:.*\s)?\d\d?(?:er)?", name) else name
        month = re.sub(r"^\D*\d+", "", whole)
        yield whole


def _days_in(text: str) -> list[_SpeltDay]:
    """Return the days that a text spells: ``12/06/2026 18h``, ``lac-2026-06-12``, ``vendredi 12 juin``."""
    text = re.sub(r"(?<=\b1)er\b", "", fold(text))
    for number, names in enumerate(_MONTHS, 1):
        text = re.sub(rf"\s?(?<![^\W\d_])(?:{names})(?![^\W\d_])\.?\s?", f"/{number}/", text)
    for pattern in _DAYS:
        if found := [*re.finditer(rf"(?<!\d){pattern}(?!\d)", text)]:
            return [_spelt(one) for one in found]
    return []


def _spelt(found: re.Match[str]) -> _SpeltDay:
    year = int(found["year"] or 0)
    return _SpeltDay(int(found["month"]), int(found["day"]), year + 2000 if 0 < year < 100 else year)
