"""Run ``demo``: write a made-up co-op and send its due notices into an outbox."""

from __future__ import annotations

import os
import shlex
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cagette_notify.cli.session import (
    Session,
    command,
    now,
    path_to_type,
    print_problems,
    print_prose,
    program_to_type,
)
from cagette_notify.cli.tables import listed
from cagette_notify.cli.translated_help import TranslatedCommand
from cagette_notify.config import load as configuration
from cagette_notify.core.commands_to_type import command_to_type
from cagette_notify.core.errors import Problem, UsageError
from cagette_notify.core.i18n import _, speak, why
from cagette_notify.core.labels import label
from cagette_notify.run.context import RunRequest
from cagette_notify.run.exit_status import exit_status_of
from cagette_notify.run.send_due import send_due

if TYPE_CHECKING:
    from cagette_notify.config.load import Config
    from cagette_notify.run.run_report import RunReport


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
  contact: {name: Claire Fontaine, email: coordination@paniersdulac.example, phone: 06 39 98 12 34}
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
  note: Apportez vos cabas, et rapportez les boîtes à œufs.
- id: marche
  group: lac
  name: Marché d'été
  starts_at: {soon}
  place: Cour de l'école
- id: paniers-2
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


@click.command("demo", cls=TranslatedCommand)
@click.argument("folder", metavar="[DIR]", default="cagette-demo", type=click.Path(path_type=Path))
@command
def demo_command(session: Session, *, folder: Path) -> int:
    """Try it with a made-up co-op in DIR. Its notices are due now, and are sent into its outbox."""
    at = now()
    try:
        _clear(folder)
        write_coop(folder, at)
    except OSError as error:
        raise UsageError(Problem(why(error), str(error.filename or folder))) from None
    config = configuration.load(folder / "config.yaml")
    speak(session.language or config.language)
    report = send_due(
        config, RunRequest(reads_at_once=True), clock=lambda: at, environ=os.environ, progress=lambda *_: None
    )
    print_problems(report.news)
    _show(config, report)
    return exit_status_of(report)


def _clear(folder: Path) -> None:
    """Start afresh in a folder that a demo made; anybody else's is left alone."""
    if folder.is_symlink():  # what it leads to would be emptied
        raise UsageError(Problem(_("a symbolic link, where a folder was expected"), path_to_type(folder)))
    if not folder.exists():
        return
    if not (folder / MARK).is_file():
        message = _("is there already, and no demo made it: name another folder")
        raise UsageError(Problem(message, path_to_type(folder)))
    shutil.rmtree(folder)


def _show(config: Config, report: RunReport) -> None:
    made = _(
        "A made-up co-op is in {folder}: its configuration, members, distributions and orders.",
        folder=path_to_type(config.folder),
    )
    mails = dict.fromkeys(
        (line.custom_id, line.address, line.kind) for line in report.lines if line.custom_id
    )
    outbox = path_to_type(config.outbox)
    print_prose([made, _("Its notices that are due now were written to {outbox}:", outbox=outbox)])
    # Without a margin: in French they just fit into 80 columns.
    for line in listed([(f"{custom_id}.eml", label(kind), address) for custom_id, address, kind in mails]):
        click.echo(line)
    print_prose(
        [_("Nothing left this machine. To look at a mail, open it with a mail program, for example:")]
    )
    click.echo(f"  {shlex.join(('xdg-open', f'{outbox}/{next(iter(mails))[0]}.eml'))}")
    click.echo(_("To see that nothing is sent twice, run it again:"))
    program = [program_to_type(), "-c", path_to_type(config.path)]
    click.echo(f"  {command_to_type('send-due', program=program)}")
