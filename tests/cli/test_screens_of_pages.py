"""What the French pages show of the program's screens is what it shows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from cagette_notify.config.load import load
from cagette_notify.config.paths import sources_of
from cagette_notify.data.dataset import load_calendar
from tests.data.test_cagette import EXPORT
from tests.fixtures.command import run
from tests.fixtures.coop import Coop
from tests.fixtures.desk import Desk, begun, plain, put
from tests.fixtures.documents import DOCS
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from pathlib import Path

INSTALL, COORDINATE, HELP = (
    DOCS / "fr" / f"{name}.md" for name in ("installer", "coordination", "aide-aux-membres")
)

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


def shown_on(page: Path, begins: str) -> str:
    """Return the block of a page that begins so, in one line: on another screen lines break elsewhere."""
    blocks = re.findall(r"^```\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    (block,) = [plain(block) for block in blocks if plain(block).startswith(begins)]
    return " ".join(block.split())


@pytest.mark.parametrize(
    ("page", "begins"),
    [(INSTALL, "Trouvé :"), (INSTALL, "24 membres, 25 adresses"), (COORDINATE, "À faire entre")],
)
def test_what_the_pages_show_of_init_is_real(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: Path, begins: str
) -> None:
    (tmp_path / "amap").mkdir()
    put(tmp_path / "amap", "membres.csv", EXPORT)

    screen = begun(desk._replace(folder=tmp_path / "amap"), monkeypatch, *TYPED)

    assert shown_on(page, begins) in " ".join(screen.replace(str(tmp_path), "/home/claire").split())


def test_what_the_page_for_who_helps_members_shows_of_check_member_is_real(tmp_path: Path) -> None:
    run(tmp_path, "demo")

    answer = run(
        tmp_path, "--lang", "fr", "-c", "cagette-demo/config.yaml", "check-member", "François L'Hôte"
    )

    assert " ".join(plain(answer.stdout).split()).startswith(shown_on(HELP, "François L'Hôte"))


def test_the_row_that_the_page_shows_for_a_day_that_differs_is_read(tmp_path: Path) -> None:
    (row,) = re.findall(r"^```yaml\n(.*?)^```$", INSTALL.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    coop = Coop(tmp_path)
    repeat = "{every: 7d, until: 2026-12-25, except: [2026-12-18]}"
    coop.write(
        "distributions.yaml", f"- {{group: lac, starts_at: 2026-12-11 18:00, repeat: {repeat}}}\n{row}"
    )

    calendar = load_calendar(sources_of(load(tmp_path / "config.yaml")))

    assert calendar.problems == ()
    (changed,) = [one for one in calendar.distributions if one.place == "Salle polyvalente"]
    assert [one.starts_at.day for one in calendar.distributions] == [11, 18, 25]
    assert (changed.starts_at, changed.ends_at) == (utc("2026-12-18T16:30"), utc("2026-12-18T17:45"))
    assert (changed.orders_open_at, changed.orders_close_at) == (
        utc("2026-12-12T07:00"),
        utc("2026-12-16T19:00"),
    )
    assert [*calendar.inputs.distributions.orders] == [changed.id]
