"""The mails kept in tests/mails/golden as a real browser lays them out, on phones and on a screen."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cagette_notify.config.load import Style
from cagette_notify.core.kinds import Kind
from cagette_notify.core.model import Contact
from cagette_notify.core.notices import Told
from cagette_notify.mails.broadcast_text.compose import compose
from cagette_notify.mails.renderer import Renderer
from tests.fixtures.browser import BROWSER, HEIGHT, laid_out
from tests.fixtures.builders import a_contact, a_distribution, a_group, a_mailbox, a_notice, an_order_line

if TYPE_CHECKING:
    from collections.abc import Iterator

GOLDEN = Path(__file__).parent / "golden"
SCREENS = ((375, "light"), (320, "dark"), (1200, "light"))  # pixels wide
TEXT = {"light": "rgb(0, 0, 0)", "dark": "rgb(255, 255, 255)"}
AT_ONCE = HEIGHT * 0.65  # what a small phone shows before the thumb moves, less the mail program's own bars
# What has no one day, or much to say before it, or in its box.
LONG = ("broadcast", "openings", "closings", "long_name", "alert", "summary", "with_note")


LONG_WORD = "Saintentrainsurlesmarches"  # 25 letters, and one more where a sign is beside it
LONGEST = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"


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


@pytest.mark.dear
@pytest.mark.skipif(BROWSER is None, reason="no browser is installed (apt install chromium)")
@pytest.mark.parametrize("word", [LONG_WORD, LONGEST])
def test_no_long_word_makes_a_phone_scroll(tmp_path: Path, word: str) -> None:
    contact = a_contact(name=f"{word} {word}", address=f"{word}@{word}.example")
    day = a_distribution(name=word, place=f"{word}, {word}", catalogs=(word, word), url="https://x.example")
    rest: dict[str, Any] = {
        "group": a_group(name=word, contact=contact),
        "distribution": day,
        "mailbox": a_mailbox(first_name=word),
    }
    lines = (an_order_line(product=word, catalog=word, shared_with="1014", price=Decimal("1234.5678")),)
    told = Told(day.starts_at, f"{word} {word}", (word, "Pain"))
    notices = {
        "opening": a_notice(Kind.OPENING, **rest),
        "recap": a_notice(lines=lines, sharers={"1014": word}, **rest),
        "correction": a_notice(lines=lines, correction=True, told=told, **rest),
        "duty": a_notice(
            Kind.DUTY, correction=True, told=told, roles=(word,), helpers=((word, word),), **rest
        ),
        "vacant": a_notice(Kind.DUTY_VACANT, vacant=((word, 12),), **rest),
    }
    table = f"| {word} | Prix | Pour |\n| --- | --- | --- |\n| {word} | 12,00 € | {word} |\n\n{word}"
    renderer = Renderer(Style(Contact(f"noreply@{word}.example", word), None))
    mails = {name: renderer.render([one], day.starts_at).html for name, one in notices.items()}
    group = rest["group"]
    mails["letter"] = renderer.broadcast(group, word, compose(table, group), contact, day.starts_at).html

    found = laid_out(tmp_path, mails, ((320, "light"), (1200, "light")))

    assert {name: view["overflow"] for name, view in found.items() if view["overflow"]} == {}
    cards = {name: round(view["card"]["width"]) for name, view in found.items() if "1200" in name}
    assert cards == dict.fromkeys(cards, 600)
