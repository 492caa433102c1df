"""Read text that a program wrote for another one: the source of a web page, of a mail or of a program."""

from __future__ import annotations

import re
from typing import Final

# An accent in the source of a web page (&eacute; &#233; &#xE9;), of a mail (=C3=A9) or of a program (\u00e9).
_ENTITY: Final = re.compile(r"&(?:[A-Za-z]+\d*|#\d+|#[xX][\dA-Fa-f]+);")
# Browsers take these without their end, too, and letters alone: R&D, &co and Sel&poivre stay what they are.
_UNENDED: Final = re.compile(
    r"&(?:[A-Za-z](?:acute|grave|circ|uml|cedil|tilde)|[Aa]ring|[Oo]slash|AElig|aelig|szlig"
    r"|#(?:19[2-9]|2[0-4]\d|25[0-5])(?!\d))(?!;)"
)
_TAG: Final = re.compile(
    r"</?(?:[abiups]|em|strong|small|big|sub|sup|span|font|div|br|hr|img|h[1-6]|ul|ol|li|t[dr]|center)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_IN_A_MAIL: Final = re.compile(r"(?:=[C-F][\dA-F](?:=[89AB][\dA-F])+)+")
_IN_A_LINK: Final = re.compile(r"(?:%[C-F][\dA-F](?:%[89AB][\dA-F])+)+")
# A byte alone, of Windows-1252: within a word, at the end of one, or a capital before one. An equation, a
# building, a vitamin and a discount have none: x=E5, Salle=E2, Vitamine=D3, 10%EAU; nor has Zo=CAFE.
_BYTE: Final = re.compile(
    r"(?<=[A-Za-zà-ÿ])(?:[=%](?:E[0124789ABDEF]|F[13469ABC]))+(?=[a-zà-ÿ])"
    r"|(?<=[A-Za-zà-ÿ][a-zà-ÿ])(?:[=%](?:E[09ABE]|F[BC]))+(?!\w)"
    r"|(?<![^\s-])[=%]C[0-9A-F](?=[a-z])"
)
_IN_A_WORKBOOK: Final = re.compile(r"_x(00[\dA-Fa-f]{2})_")  # _x000D_ is the end of a line
_IN_A_PROGRAM: Final = re.compile(r"(?:\\{1,2}u[\dA-Fa-f]{4})+")
_BYTES_IN_A_PROGRAM: Final = re.compile(r"(?:\\{1,2}x[89A-Fa-f][\dA-Fa-f])+")
_OCTAL_IN_A_PROGRAM: Final = re.compile(r"(?<!\d)(?:\\{1,2}[23][0-7]{2}(?!\d))+")
_PYTHON: Final = re.compile(r"""b(['"])(.*)\1""")


def as_meant(text: str) -> str:
    """Return what a text says to whoever reads it where a program wrote it for another one."""
    if "&" in text:
        text = _ENTITY.sub(_of_a_page, _ENTITY.sub(_of_a_page, text))  # &amp;eacute; went through two
        text = _UNENDED.sub(lambda found: _of_a_page_unended(found[0]), text)
    if "=" in text or "%" in text:
        text = _IN_A_MAIL.sub(lambda found: _read("utf-8", found[0].replace("=", "")) or found[0], text)
        text = _IN_A_LINK.sub(lambda found: _read("utf-8", found[0].replace("%", "")) or found[0], text)
        text = _BYTE.sub(lambda found: _read("cp1252", re.sub("[=%]", "", found[0])) or found[0], text)
    if "_x00" in text:
        text = _IN_A_WORKBOOK.sub(lambda one: chr(int(one[1], 16)), text)
    if text[:1] == "b" and (found := _PYTHON.fullmatch(text)):
        text = found[2]
    return _out_of_a_program(text) if "\\" in text else text


def without_tags(text: str) -> str:
    """Return what a text says without the marks of a web page, ``<3`` and ``a < b`` being none."""
    return _TAG.sub(" ", text) if "<" in text else text


def _out_of_a_program(text: str) -> str:
    text = _IN_A_PROGRAM.sub(lambda one: _read("utf-16-be", re.sub(r"\\+u", "", one[0])) or one[0], text)
    text = _BYTES_IN_A_PROGRAM.sub(lambda one: _of_bytes(re.sub(r"\\+x", "", one[0])), text)
    return _OCTAL_IN_A_PROGRAM.sub(lambda one: _of_bytes(_of_octal(one[0])), text)


def _of_octal(text: str) -> str:
    return "".join(f"{int(digits, 8):02x}" for digits in re.findall(r"\d{3}", text))


def _of_bytes(digits: str) -> str:
    """Return what bytes say as UTF-8, or, where they are none, as Windows-1252."""
    raw = bytes.fromhex(digits)
    try:
        return raw.decode("utf-8")
    except ValueError:
        return raw.decode("cp1252", errors="replace")


def _of_a_page_unended(text: str) -> str:
    from html import unescape

    return unescape(f"{text};")


def _of_a_page(found: re.Match[str]) -> str:
    from html import unescape
    from html.entities import html5  # 2,000 names, for a file in a hundred

    name = found[0][1:]  # the whole of it, though a browser takes the &not of &nothing; for one
    return unescape(found[0]) if name[0] == "#" or name in html5 else found[0]


def _read(encoding: str, digits: str) -> str:
    return bytes.fromhex(digits).decode(encoding, errors="ignore")
