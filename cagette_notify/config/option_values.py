"""Parse the values of options that only config.yaml has; ValueError says what was expected."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _
from cagette_notify.core.parsing import duration, local_path
from cagette_notify.core.text import quoted

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

_ATOM = r"""[^@\s<>()\[\],;:"\\.]+"""
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_ATOM}(?:\.{_ATOM})+")
_CONTROL = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029]")
_LINK = re.compile(r"https?://[^\s/?#@]+(?:[/?#]\S*)?|mailto:[^\s@]+@[^\s@]+", re.IGNORECASE)
_API_URL = re.compile(r"(https?)://([a-z0-9.-]+|\[::1\])(?::[0-9]{1,5})?(?:/\S*)?", re.IGNORECASE)
_LOOPBACK = re.compile(r"localhost|127(?:\.[0-9]{1,3}){3}|\[::1\]|::1")


def sender_address(text: str) -> str:
    """Read the address mail comes from; what only a mail server can tell is left to it."""
    if not _ADDRESS.fullmatch(text) or not text.isprintable():
        raise ValueError(
            _("expected an address such as noreply@example.org, not {value}", value=quoted(text))
        )
    if text.isascii():
        return text
    from cagette_notify.core.addresses import mailable_address  # a run at rest does without

    return mailable_address(text)


def alert_places(text: str) -> tuple[str, ...]:
    """Read whom to tell: addresses, and ``syslog`` for the system's log, with ``|`` between them."""
    places = dict.fromkeys(part.strip() for part in text.split("|") if part.strip())
    return tuple(place if place == "syslog" else sender_address(place) for place in places)


def header_text(text: str) -> str:
    """Read a text that can stand in a mail's header."""
    if _CONTROL.search(text):
        raise ValueError(_("expected one line without control characters, not {value}", value=quoted(text)))
    return text


def link(text: str) -> str:
    """Read the target of a link in a mail."""
    if text and not (_LINK.fullmatch(text) and text.isprintable()):
        raise ValueError(
            _("expected a link that begins with https:// or mailto:, not {value}", value=quoted(text))
        )
    return text


def map_link(text: str) -> str:
    """Read the target of a link to a map: ``{place}`` is where a distribution's place goes."""
    marks = re.findall(r"\{[^{}]*\}?|\}", text)
    if text and (marks != ["{place}"] or not link(text.replace("{place}", "x")).startswith("http")):
        raise ValueError(
            _(
                "expected a link with {mark} in it, such as {example}, not {value}",
                mark="{place}",
                example="https://www.openstreetmap.org/search?query={place}",
                value=quoted(text),
            )
        )
    return text


def api_url(text: str) -> str:
    """Read where Mailjet is; the keys travel there, so it is https unless it is this machine."""
    found = _API_URL.fullmatch(text)
    host = found[2].lower() if found else ""
    is_here = is_loopback(host)
    if not found or not (is_here or host.endswith(".mailjet.com")):
        raise ValueError(
            _(
                "expected https://api.mailjet.com/ or another address of Mailjet's, not {value}",
                value=quoted(text),
            )
        )
    if found[1].lower() != "https" and not is_here:
        raise ValueError(
            _("the keys would travel unencrypted: https:// is required, not {value}", value=quoted(text))
        )
    return text if text.endswith("/") else f"{text}/"


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine, so that nobody else reads what is sent there."""
    return bool(_LOOPBACK.fullmatch(host))


def path(text: str) -> Path:
    """Read a file's or a folder's path; the loader places it in the configuration's folder."""
    if _CONTROL.search(text):
        raise ValueError(_("expected a path, not {value}", value=quoted(text)))
    try:
        return Path(local_path(text)).expanduser()
    except RuntimeError:
        raise ValueError(_("nobody's home folder is known as in {value}", value=quoted(text))) from None


def span(text: str) -> timedelta:
    """Read a duration that isn't nothing."""
    length = duration(text)
    if not length:
        raise ValueError(_("expected a duration above zero, not {value}", value=quoted(text)))
    return length


def resolver(text: str) -> tuple[str, int]:
    """Read the address of a DNS resolver, and its port if it isn't the usual one."""
    host, _colon, port = (text, "", "53") if _is_ip_address(text) else text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not (_is_ip_address(host) and re.fullmatch("[0-9]{1,5}", port) and 0 < int(port) < 2**16):
        raise ValueError(
            _(
                "expected a resolver's address, such as 9.9.9.9 or 127.0.0.1:5353, not {value}",
                value=quoted(text),
            )
        )
    return host, int(port)


def _is_ip_address(text: str) -> bool:
    import ipaddress  # few configurations name one

    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def or_none(read: Callable[[str], object]) -> Callable[[str], object]:
    """Let a setting be off: an empty text, ``no``, ``off`` or ``none``."""
    return lambda text: None if text.casefold() in ("", "no", "off", "none", "non") else read(text)


def one_of(*choices: str) -> Callable[[str], object]:
    """Read one of a few words."""

    def read(text: str) -> str:
        if text.casefold() not in choices:
            raise ValueError(
                _("expected {choices}, not {value}", choices=" | ".join(choices), value=quoted(text))
            )
        return text.casefold()

    return read


def whole(least: int, most: int) -> Callable[[str], object]:
    """Read a whole number within bounds."""

    def read(text: str) -> int:
        if not re.fullmatch("[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise ValueError(
                _(
                    "expected a whole number from {least} to {most}, not {value}",
                    least=least,
                    most=most,
                    value=quoted(text),
                )
            )
        return int(text)

    return read
