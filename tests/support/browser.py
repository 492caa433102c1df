"""A real browser, if one is installed: it lays mails out and tells how they came out."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from html import escape, unescape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None
)
HEIGHT = 667  # pixels of a small phone

# What a frame prefers is what its element's color-scheme says, so one page shows both.
_PAGE = """\
<!DOCTYPE html>
<meta charset="utf-8">
<style>iframe {{ border: 0; height: {height}px }}</style>
{frames}
<pre id="out"></pre>
<script>
addEventListener("load", () => {{
  const found = {{}};
  for (const frame of document.querySelectorAll("iframe")) {{
    const page = frame.contentDocument, style = page.defaultView.getComputedStyle(page.body);
    const box = (selector) => {{
      const element = page.querySelector(selector);
      const place = element && element.getBoundingClientRect();
      return place && {{top: place.top, bottom: place.bottom, height: place.height, width: place.width}};
    }};
    const sizes = [...page.querySelectorAll("p, td, h1, h2, a, strong")].filter((e) => e.innerText.trim())
      .map((e) => parseFloat(page.defaultView.getComputedStyle(e).fontSize));
    found[frame.title] = {{
      overflow: page.documentElement.scrollWidth - page.documentElement.clientWidth,
      colour: style.color, smallest: Math.min(...sizes),
      day: box("td[style*=border-left]"), button: box("td[style*=center] a"), hidden: box("div div"),
    }};
  }}
  document.getElementById("out").textContent = JSON.stringify(found);
}});
</script>
"""


def laid_out(
    folder: Path, mails: Mapping[str, str], screens: Sequence[tuple[int, str]]
) -> dict[str, dict[str, Any]]:
    """Return what became of each mail on each screen: of a width in pixels, ``light`` or ``dark``.

    They are named after both: ``fr-opening, 375 dark``.
    """
    frames = "\n".join(
        f'<iframe title="{escape(name)}, {width} {scheme}" style="width: {width}px; color-scheme: {scheme}" '
        f'srcdoc="{escape(html)}"></iframe>'
        for name, html in mails.items()
        for width, scheme in screens
    )
    page = folder / "page.html"
    page.write_text(_PAGE.format(frames=frames, height=HEIGHT), encoding="utf-8")
    options = (
        *("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"),
        *("--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={folder}/profile", "--dump-dom"),
    )
    done = subprocess.run(
        [str(BROWSER), *options, page.as_uri()],
        env={**os.environ, "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    written = re.search(r'<pre id="out">(.*?)</pre>', done.stdout, re.DOTALL)
    assert written, done.stderr
    found: dict[str, dict[str, Any]] = json.loads(unescape(written[1]))
    return found
