"""``check`` makes a mail of each kind by somebody's own templates: what would stop a run, it names."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.command import ROOT
from tests.fixtures.command import run as run_command
from tests.fixtures.coop import Coop

if TYPE_CHECKING:
    from pathlib import Path

SHIPPED = ROOT / "templates"


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    (tmp_path / "ours").mkdir()
    return Coop(tmp_path, extra="templates: ours\n")


def own(coop: Coop, name: str, text: str) -> None:
    path = coop.folder / "ours" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("fr/recap_body.txt.j2", "Bonjour,\n{{ group.nom }}\n", "ours/fr/recap_body.txt.j2:2: "),
        ("fr/opening.subject.j2", "{{ distributions[0].zzz }}", "ours/fr/opening.subject.j2:1: "),
        ("fr/correction.subject.j2", "{{ distribution.zzz }}", "ours/fr/correction.subject.j2:1: "),
        ("en/recap_4h.html.j2", "<p>\n\n{{ 1 / 0 }}</p>", "ours/en/recap_4h.html.j2:3: "),
        ("en/broadcast.txt.j2", "{{ group.nom }}{{ body }}", "ours/en/broadcast.txt.j2:1: "),
    ],
)
def test_a_field_that_fails_in_a_mail_is_named_with_its_line(
    coop: Coop, name: str, text: str, said: str
) -> None:
    own(coop, name, text)

    checked = run_command(coop.folder, "check", "--offline")

    assert checked.returncode == 78
    assert checked.stderr.count(said) == 1
    assert "All is well" not in checked.stdout


def test_templates_are_tried_where_there_are_no_data_yet(coop: Coop) -> None:
    own(coop, "fr/recap_body.txt.j2", "{{ group.nom }}\n")
    coop.write("groups.yaml", "[]\n")
    coop.write("distributions.yaml", "[]\n")

    assert "ours/fr/recap_body.txt.j2:1: " in run_command(coop.folder, "check", "--offline").stderr


@pytest.mark.dear
def test_the_shipped_templates_as_ones_own_are_well(coop: Coop) -> None:
    shutil.copytree(SHIPPED, coop.folder / "ours", dirs_exist_ok=True)

    assert run_command(coop.folder, "check", "--offline").returncode == 0
