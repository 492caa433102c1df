"""Tell whether a mail speaks of an attached file. Pure."""

from __future__ import annotations

import re

from cagette_notify.core.text import fold

_QUOTED = re.compile(r"^[ ]*(?:(?:-|\d+[.)]) +)*>.*$|«[^»]*»|“[^”]*”", re.MULTILINE)
_ADDRESS = re.compile(r"\S*(?:://|www\.|@|\.\w{2,}/)\S*")
_FILE = re.compile(
    r"\b(?:ci[-–— ]?joint(?:e?s?)|pieces?[-–— ]jointes?|pjs?|p\. ?j\.?|attached|attachments?)(?!\w)"
)


def promises_file(subject: str, text: str) -> bool:
    """Tell whether subject or text, as it leaves, says that a file goes with it, in French or in English.

    What is quoted is somebody else's mail, and its file may have come with that; what an address is made of
    says nothing.
    """
    own = _QUOTED.sub(" ", f"{subject}\n{text}")
    return bool(_FILE.search(fold(_ADDRESS.sub(" ", own))))
