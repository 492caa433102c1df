"""Write the data files of the demo's co-op, with notices due now."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MARK = ".cagette-notify-demo"

_CONFIG = """\
timezone: Europe/Paris
language: fr
data:
  groups: groups.yaml
  members: members.csv
  distributions: distributions.yaml
  orders: orders.csv
sender: {email: noreply@mj.cagette.net, name: Cagette.net}
delivery: outbox                  # outbox writes .eml files, and nothing leaves | mailjet
outbox: outbox
"""

_GROUPS = """\
- id: lac
  name: Les Paniers du Lac
  contact: {name: Claire Fontaine, email: coordination@paniersdulac.example}
  coordinators: [coordination@paniersdulac.example]
  url: https://app.cagette.net/group/lac
  colour: '#2e7d32'
"""

_MEMBERS = """\
id;prénom;nom;email;prénom partenaire;nom partenaire;email partenaire;langue;recap_4h
1;Zoé;Martin;zoe.martin@example.org;;;;;
2;Noël;Bœuf;noel.boeuf@example.org;Maëlle;Le Goff;maelle.legoff@example.org;;
3;Emma;Wright;emma.wright@example.org;;;;en;oui
4;François;L'Hôte;4@no.mail;;;;;
"""

_DISTRIBUTIONS = """\
- id: paniers
  group: lac
  starts_at: {tomorrow}
  ends_at: {tomorrow_end}
  orders_close_at: {tomorrow_close}
  place: Salle des fêtes, 3 rue de l'Église
- id: marche
  group: lac
  name: Marché d'été
  starts_at: {soon}
  place: Cour de l'école
- id: prochaine
  group: lac
  starts_at: {next}
  ends_at: {next_end}
  orders_open_at: {opened}
  orders_close_at: {next_close}
  place: Salle des fêtes, 3 rue de l'Église
  catalogs: Légumes | Œufs | Pain
"""

_ORDERS = """\
member;distribution;product;quantity;unit;price;catalog;paid
1;paniers;Tomates;1,5;kg;3,20;Légumes;non
1;paniers;Œufs plein air;6;pièces;0,35;Œufs;oui
1;paniers;Pain de campagne 1 kg;1;;5;Pain;non
2;paniers;Panier de légumes;1;;12,50;Légumes;non
2;paniers;Fromage de chèvre frais;2;;3,80;Chèvre;oui
3;marche;Jus de pomme 1 L;3;;3;Verger;non
3;marche;Miel de châtaignier 500 g;1;;8,50;Miel;non
4;paniers;Tomates;1;kg;3,20;Légumes;non
"""


def write_coop(folder: Path, now: datetime) -> None:
    """Write the co-op into a new ``folder``: a recap for tomorrow, one for soon, and an opening."""
    folder.mkdir(mode=0o700, parents=True)
    files = {
        MARK: "",
        "config.yaml": _CONFIG,
        "groups.yaml": _GROUPS,
        "members.csv": _MEMBERS,
        "distributions.yaml": _DISTRIBUTIONS.format(**_times(now)),
        "orders.csv": _ORDERS,
    }
    for name, text in files.items():
        path = folder / name
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")


def _times(now: datetime) -> dict[str, str]:
    """Return times around now, in UTC with their offset: right in the nights the clocks change, too."""
    minute, hour, day = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
    tomorrow = now + day - 30 * minute
    times = {
        "tomorrow": tomorrow,
        "tomorrow_end": tomorrow + 2 * hour,
        "tomorrow_close": now - 2 * hour,
        "soon": now + 4 * hour - 20 * minute,
        "opened": now - 10 * minute,
        "next": now + 8 * day,
        "next_end": now + 8 * day + 2 * hour,
        "next_close": now + 6 * day,
    }
    return {name: time.strftime("%Y-%m-%d %H:%M+00:00") for name, time in times.items()}
