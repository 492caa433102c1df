"""What the French guide shows of ``init`` is what it shows."""

from __future__ import annotations

import re
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from tests.data.test_cagette import EXPORT
from tests.fixtures.desk import Desk, begun, plain, put
from tests.fixtures.documents import DOCS

if TYPE_CHECKING:
    from pathlib import Path

TYPED = [
    *(
        "AMAP du Lac",
        "Claire Fontaine",
        "claire@example.org",
        "",
        "18h-19h30",
        "Salle des fêtes",
        "vendredi 8h",
    ),
    *("mercredi 20h", "du 1/8 au 31/8", "", "", "n", "6", "Gymnase", ""),
]


@pytest.mark.parametrize("begins", ["Trouvé :", "Voici ce qui a été répondu :", "24 membres, 25 adresses"])
def test_the_transcripts_of_the_guide_are_real(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, begins: str
) -> None:
    (tmp_path / "amap").mkdir()
    put(tmp_path / "amap", "membres.csv", EXPORT)
    installation = (DOCS / "fr" / "guide.md").read_text("utf-8").partition("## Page trois")[2]
    blocks = [
        dedent(block) for block in re.findall(r"^ *```\n(.*?)^ *```$", installation, re.MULTILINE | re.DOTALL)
    ]
    (block,) = [plain(block) for block in blocks if plain(block).startswith(begins)]

    screen = begun(desk._replace(folder=tmp_path / "amap"), monkeypatch, *TYPED)

    # Lines break elsewhere, as the folder of the guide is another one.
    shown = " ".join(screen.replace(str(tmp_path), "/home/claire").split())
    assert " ".join(block.split()) in shown
