"""Made-up co-ops of any size: one group, one distribution, orders of six lines, names with accents."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta, timezone
from itertools import islice
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from tests.fixtures.coop import let_rest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

LINES = 6  # of an order
SOON = timedelta(hours=20)  # a recap that is due, and stays so while the benchmarks run
FAR = timedelta(days=60)

_FIRST_NAMES = ("Zoé", "Noël", "Maëlle", "François", "Inès", "Gaëtan", "Agnès", "Loïc", "Chloé", "Jérôme")
_LAST_NAMES = ("Martin", "Bœuf", "Le Goff", "L'Hôte", "Lefèvre", "Núñez", "Garçon", "Müller", "Dupré")
_PRODUCTS = (
    ("Tomates anciennes", "kg", "3,20", "Légumes"),
    ("Panier de légumes de saison", "", "12,50", "Légumes"),
    ("Pommes de terre primeurs", "kg", "2,10", "Légumes"),
    ("Œufs plein air, boîte de 6", "pièces", "2,10", "Œufs"),
    ("Pain de campagne au levain 1 kg", "", "5", "Pain"),
    ("Fromage de chèvre frais", "", "3,80", "Chèvre"),
    ("Jus de pomme & coing 1 L", "", "3", "Verger"),
    ("Miel de châtaignier 500 g", "", "8,50", "Verger"),
)
_GROUPS = """\
- id: lac
  name: Les Paniers du Lac
  contact: {name: Claire Fontaine, email: coordination@paniersdulac.example}
  url: https://app.cagette.net/group/lac
  colour: '#2e7d32'
"""
_DISTRIBUTION = """\
- id: paniers
  group: lac
  starts_at: {starts}
  ends_at: {ends}
  place: Salle des fêtes, 3 rue de l'Église
"""
_CONFIG = """\
timezone: Europe/Paris
language: fr
data: {{groups: {data}/groups.yaml, members: {data}/members.{form}, distributions: {data}/distributions.yaml,
  orders: {data}/orders.{form}}}
sender: {{email: noreply@mj.cagette.net, name: Cagette.net}}
first_run_lookback: 1d
delivery: mailjet
mailjet: {{api_url: '{api_url}', parallel: {parallel}}}
"""
_NOBODY = "http://127.0.0.1:9/"  # the port of nothing: for co-ops that send nothing

KEYS = {"MJ_APIKEY_PUBLIC": "public-key", "MJ_APIKEY_PRIVATE": "private-key"}


class Household(NamedTuple):
    """A row of members; every fifth has a partner."""

    id: str
    first_name: str
    last_name: str
    email: str
    partner_first_name: str = ""
    partner_last_name: str = ""
    partner_email: str = ""


class OrderRow(NamedTuple):
    """A row of orders."""

    member: str
    distribution: str
    product: str
    quantity: str
    unit: str
    price: str
    catalog: str


def households_with(addresses: int) -> int:
    """Return how many households have so many addresses."""
    return addresses * 5 // 6


def households(count: int) -> Iterator[Household]:
    """Yield so many households, always the same."""
    for number in range(count):
        names = _FIRST_NAMES[number % 10], _LAST_NAMES[number % 9]
        one = Household(str(number), *names, f"membre{number}@example.org")
        partner = (_FIRST_NAMES[(number + 3) % 10], names[1], f"conjoint{number}@example.org")
        yield one if number % 5 else Household(*one[:4], *partner)


def orders(count: int) -> Iterator[OrderRow]:
    """Yield the orders of so many households: six products each, all different."""
    chance = Random(2026)
    for number in range(count):
        for product, unit, price, catalog in chance.sample(_PRODUCTS, LINES):
            quantity = chance.choice(("1", "2", "0,5", "3"))
            yield OrderRow(str(number), "paniers", product, quantity, unit, price, catalog)


def write_data(
    folder: Path, count: int, starts_in: timedelta, *, form: str = "csv", rows: int | None = None
) -> Path:
    """Write the data files of a co-op of ``count`` households, and return their folder.

    ``form``: csv or yaml, of members and orders. ``rows``: the most rows of orders.
    """
    folder.mkdir()
    starts = datetime.now(timezone.utc) + starts_in
    hours = {"starts": written(starts), "ends": written(starts + timedelta(hours=2))}
    (folder / "groups.yaml").write_text(_GROUPS, encoding="utf-8")
    (folder / "distributions.yaml").write_text(_DISTRIBUTION.format(**hours), encoding="utf-8")
    write = write_csv if form == "csv" else _write_yaml
    write(folder / f"members.{form}", Household._fields, households(count))
    write(folder / f"orders.{form}", OrderRow._fields, islice(orders(count), rows))
    let_rest(folder / f"orders.{form}")
    return folder


def write_config(
    folder: Path, data: Path, *, form: str = "csv", api_url: str = _NOBODY, parallel: int = 4
) -> Path:
    """Write a co-op's configuration into a new ``folder``, where its ledger will be; return the file."""
    folder.mkdir()
    path = folder / "config.yaml"
    text = _CONFIG.format(data=data, form=form, api_url=api_url, parallel=parallel)
    path.write_text(text, encoding="utf-8")
    return path


def written(moment: datetime) -> str:
    """Write a moment as data files may have it."""
    return moment.strftime("%Y-%m-%d %H:%M+00:00")


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a CSV as a spreadsheet of French people does."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(header)
        writer.writerows(rows)


def _write_yaml(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a list of mappings, every value quoted as somebody careful would."""
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            values = (value.replace("'", "''") for value in row)
            pairs = [f"{name}: '{value}'" for name, value in zip(header, values, strict=True) if value]
            file.write("- " + "\n  ".join(pairs) + "\n")
