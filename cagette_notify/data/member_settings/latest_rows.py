"""Tell which of several rows of notifications.csv rules that speak of one kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cagette_notify.core.kinds import Kind
    from cagette_notify.core.model import Setting

    Settings = Mapping[str, Mapping[Kind, Setting]]


class SettingRow(Struct, frozen=True):
    """One row: who, by ``id`` or ``group/id``, and what they want."""

    name: str
    kind: Kind
    setting: Setting


def latest_settings(changes: Iterable[SettingRow]) -> dict[str, dict[Kind, Setting]]:
    """Return the change of the latest day of each name and kind, of one day the last: people sort such files.

    One without a day may be later or earlier than those that have one: of the two, what turns off rules.
    """
    settings: dict[str, dict[Kind, Setting]] = {}
    undated: dict[tuple[str, Kind], Setting] = {}
    for name, kind, setting in ((one.name, one.kind, one.setting) for one in changes):
        mine = settings.setdefault(name, {})
        if not setting.changed_on:
            undated[name, kind] = setting
        elif kind not in mine or mine[kind].changed_on <= setting.changed_on:
            mine[kind] = setting
    for (name, kind), setting in undated.items():
        if not setting.value or kind not in settings[name]:
            settings[name][kind] = setting
    return settings


def later(one: Setting, other: Setting) -> Setting:
    """Return which of two changes rules, as if they stood under one name."""
    if bool(one.changed_on) != bool(other.changed_on):
        return other if not other.value else one
    return max(one, other, key=lambda setting: (setting.changed_on, setting.origin.line))


def settings_held_back(sure: Settings, perhaps_off: Settings) -> dict[str, Mapping[Kind, Setting]]:
    """Return what holds: what may be off, unless a row says otherwise that can be read, and is the later one.

    Where only one of the two has a day that can be read, nobody can tell: it may be off.
    """
    settings = {**sure}
    for name, perhaps in perhaps_off.items():
        mine = sure.get(name, {})
        settings[name] = {
            **mine,
            **{
                kind: later(one.over(mine[kind]), mine[kind]) if kind in mine else one
                for kind, one in perhaps.items()
            },
        }
    return settings
