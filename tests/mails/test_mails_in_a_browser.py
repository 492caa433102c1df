"""The mails kept in tests/mails/golden as a real browser lays them out, on phones and on a screen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.fixtures.browser import BROWSER, HEIGHT, laid_out

if TYPE_CHECKING:
    from collections.abc import Iterator

GOLDEN = Path(__file__).parent / "golden"
SCREENS = ((375, "light"), (320, "dark"), (1200, "light"))  # pixels wide
TEXT = {"light": "rgb(0, 0, 0)", "dark": "rgb(255, 255, 255)"}
AT_ONCE = HEIGHT * 0.65  # what a small phone shows before the thumb moves, less the mail program's own bars
LONG = ("broadcast", "openings", "closings", "long_name")  # what has no one day, or much to say before it


@pytest.mark.dear
@pytest.mark.skipif(BROWSER is None, reason="no browser is installed (apt install chromium)")
def test_a_browser_lays_every_mail_out_well(tmp_path: Path) -> None:
    mails = {
        f"{path.parent.name}-{path.stem}": path.read_text(encoding="utf-8")
        for path in sorted(GOLDEN.glob("*/*.html"))
    }

    found = laid_out(tmp_path, mails, SCREENS)

    assert len(found) == len(mails) * len(SCREENS)
    assert [f"{name}: {fault}" for name, view in found.items() for fault in faults(name, view)] == []


def faults(name: str, view: dict[str, Any]) -> Iterator[str]:
    """Yield what somebody with a phone in one hand would have against a mail."""
    if view["overflow"] > 0:
        yield f"scrolls sideways by {view['overflow']} px"
    if view["smallest"] < 14:
        yield f"text of {view['smallest']} px"
    if view["colour"] != TEXT[name.rpartition(" ")[2]]:
        yield f"text in {view['colour']}"
    if view["hidden"]["height"]:
        yield "the line for the inbox takes room in the mail"
    if "375" in name and not any(word in name for word in LONG) and view["day"]["bottom"] > AT_ONCE:
        yield f"when and where is only read at {view['day']['bottom']} px"
    if "-opening, " in name and (view["button"]["height"] < 48 or view["button"]["bottom"] > HEIGHT):
        yield f"a button that a thumb doesn't find: {view['button']}"
