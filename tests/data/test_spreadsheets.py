"""Data in spreadsheets: the sheet that is meant, the cell that a problem names, the same as from a CSV."""

from __future__ import annotations

import os
from datetime import datetime, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from cagette_notify.core.errors import Origin
from cagette_notify.core.order_book import OrdersState
from tests.data.files import SAMPLES, calendar_of, lines_of, members_of, orders_of
from tests.data.test_cagette import EXPORT, LAYOUTS

if TYPE_CHECKING:
    from pathlib import Path

    from cagette_notify.core.model import Member
    from cagette_notify.data.dataset import Orders

SUFFIXES = ("xlsx", "ods", "xls")


def an_amap(folder: Path, suffix: str) -> dict[str, Any]:
    """Write a co-op that has all its data in one file, a sheet for each; return where each is."""
    name = f"amap.{suffix}"
    (folder / name).write_bytes((SAMPLES / name).read_bytes())
    return {
        "groups": folder / f"{name}#Groupes",
        "members": folder / f"{name}#Membres",
        "distributions": folder / name,
        "orders": str(folder / f"{name}#{{date}}"),
    }


@pytest.mark.dear
@pytest.mark.parametrize("suffix", SUFFIXES[:2])
def test_one_file_may_hold_everything_a_sheet_each(tmp_path: Path, suffix: str) -> None:
    names = an_amap(tmp_path, suffix)

    [first] = calendar_of(tmp_path, {}, **names).distributions
    assert f"{first.id} {first.starts_at:%d/%m %H:%M} {first.place}" == "1 12/06 18:00 Salle des fêtes"
    assert [one.name for one in members_of(tmp_path, {}, **names).members] == [
        *("Zoé Martin", "Noël Bœuf", "Léa Roux")
    ]
    assert [
        (line.member_id, line.product, line.total)
        for line in orders_of(tmp_path, {}, **names).books["1"].lines
    ] == [("1", "Tomates", Decimal("6.25")), ("2", "Pain", Decimal("3.20"))]


@pytest.mark.dear
@pytest.mark.parametrize("suffix", SUFFIXES[:2])
def test_a_problem_names_the_cell(tmp_path: Path, suffix: str) -> None:
    names = an_amap(tmp_path, suffix)

    [late] = lines_of(calendar_of(tmp_path, {}, **names).problems)
    [address] = lines_of(members_of(tmp_path, {}, **names).problems)
    [total] = lines_of(orders_of(tmp_path, {}, **names).problems)

    assert late.startswith(f"amap.{suffix}:F5: fermeture: expected a date and an hour")
    assert address == f"amap.{suffix}#Membres:D4: courriel: not an address: 'lea@'"
    assert total.startswith(f"amap.{suffix}#2026-06-12:4: product: 'TOTAL' sums up other rows")


def exported(folder: Path, layout: str, export: str) -> tuple[list[Member], Orders]:
    files: dict[str, str | bytes] = {
        "groups.csv": f"id;nom;membres\nlac;Le Lac;{layout}\n",
        "distributions.csv": f"groupe;début;commandes\nlac;12/06/2026 18h;{export}\n",
        layout: (SAMPLES / layout).read_bytes(),
        export: (SAMPLES / export).read_bytes(),
    }
    members = [replace(member, origin=Origin()) for member in members_of(folder, files).members]
    return members, orders_of(folder, files)


@pytest.mark.dear
@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_exports_that_went_through_a_spreadsheet_say_the_same(
    tmp_path: Path, layout: str, suffix: str
) -> None:
    (tmp_path / "csv").mkdir()
    (tmp_path / suffix).mkdir()
    members, orders = exported(tmp_path / "csv", layout, EXPORT)

    same_members, same_orders = exported(
        tmp_path / suffix, layout.replace("csv", suffix), EXPORT.replace("csv", suffix)
    )

    assert same_members == members
    [book], [same] = orders.books.values(), same_orders.books.values()
    assert (same.state, same_orders.problems) == (OrdersState.READY, orders.problems)
    assert [replace(line, origin=Origin()) for line in same.lines] == [
        replace(line, origin=Origin()) for line in book.lines
    ]


@pytest.mark.long
@pytest.mark.parametrize(("modified", "state"), [(9, OrdersState.STALE), (11, OrdersState.READY)])
def test_the_orders_in_a_sheet_are_as_old_as_its_file(
    tmp_path: Path, modified: int, state: OrdersState
) -> None:
    names = an_amap(tmp_path, "xlsx")
    when = datetime(2026, 6, modified, tzinfo=timezone.utc).timestamp()
    os.utime(tmp_path / "amap.xlsx", (when, when))

    assert orders_of(tmp_path, {}, hold_stale=True, **names).books["1"].state is state
