"""Draw the pictures of docs/fr with a browser: ``python -m tests.pictures``.

They are of the demo's made-up co-op, and of the program as it stands: a mail on a phone, the page of
``preview --all``, and what ``broadcast`` asks on a terminal.
"""

from __future__ import annotations

import re
import sys
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.fixtures.browser import BROWSER, photograph
from tests.fixtures.command import run
from tests.fixtures.documents import DOCS
from tests.fixtures.terminal import Keyboard

if TYPE_CHECKING:
    from collections.abc import Callable

IMAGES = DOCS / "fr" / "images"
_CONFIG = ("--lang", "fr", "--config", "cagette-demo/config.yaml")
_LETTER = """\
Bonjour {{ prénom }},

la distribution de vendredi a lieu **au gymnase**.

À vendredi !
"""
_PHONE = """\
<!DOCTYPE html>
<meta charset="utf-8">
<style>
  body {{ margin: 0; background: white }}
  iframe {{ width: 375px; height: 720px; margin: 8px; border: 4px solid #333; border-radius: 24px }}
</style>
<iframe srcdoc="{mail}"></iframe>
"""
_TERMINAL = """\
<!DOCTYPE html>
<meta charset="utf-8">
<style>
  body {{ margin: 0; background: white }}
  pre {{ margin: 8px; padding: 14px 18px; width: 84ch; border-radius: 8px; background: #1e1e1e; color: #eee;
    font: 14px/1.4 "DejaVu Sans Mono", monospace; white-space: pre-wrap }}
</style>
<pre>{screen}</pre>
"""


def draw(folder: Path) -> None:
    """Make each picture anew in ``folder``."""
    for name, (page_of, width, height, scale) in _PICTURES.items():
        with TemporaryDirectory() as scratch:
            desk = Path(scratch)
            run(desk, "demo").check_returncode()
            _tidy(desk / "cagette-demo" / "distributions.yaml")
            photograph(page_of(desk), folder / name, width=width, height=height, scale=scale)


def _tidy(distributions: Path) -> None:
    """Give the distributions the hours that people keep: a demo's follow the minute at which it is made."""
    text = distributions.read_text("utf-8")
    for field, hour in (("starts_at", "18:00"), ("orders_open_at", "08:00"), ("orders_close_at", "20:00")):
        text = re.sub(rf"({field}: \S+) .*", rf"\1 {hour}", text)
    distributions.write_text(re.sub("ends_at: .*", "ends_at: 20:00", text), encoding="utf-8")


def _mail(desk: Path) -> Path:
    arguments = ("preview", "recap-24h", "--member", "1", "-o", "mail.html")
    run(desk, *_CONFIG, *arguments).check_returncode()
    return _page(desk, _PHONE.format(mail=escape((desk / "mail.html").read_text("utf-8"))))


def _gallery(desk: Path) -> Path:
    run(desk, *_CONFIG, "preview", "--all", "-o", "page.html").check_returncode()
    return desk / "page.html"


def _confirmation(desk: Path) -> Path:
    (desk / "lettre.md").write_text(_LETTER, encoding="utf-8")
    asked = ("broadcast", "lac", "-s", "On change de salle", "--body", "lettre.md")
    with Keyboard(desk, *_CONFIG, *asked, environ={"COLUMNS": "84"}) as keyboard:
        screen = keyboard.sees("[N] quitter")
        keyboard.types("\n")
        keyboard.ends()
    typed = "$ cagette-notify broadcast lac -s 'On change de salle' --body lettre.md"
    return _page(desk, _TERMINAL.format(screen=escape(f"{typed}\n{screen}")))


def _page(desk: Path, html: str) -> Path:
    page = desk / "page.html"
    page.write_text(html, encoding="utf-8")
    return page


_PICTURES: dict[str, tuple[Callable[[Path], Path], int, int, float]] = {
    "recapitulatif.png": (_mail, 399, 744, 1),
    "apercu.png": (_gallery, 860, 1345, 0.75),
    "lettre.png": (_confirmation, 770, 378, 1),
}
"""Who writes the page that each picture is of, how much of it is shown, in pixels, and how large."""


if __name__ == "__main__":
    if not BROWSER:
        sys.exit("No chromium is installed: sudo apt install chromium")
    IMAGES.mkdir(exist_ok=True)
    draw(IMAGES)
