"""Tell from an error of a call whether anything left, and what is to be mended."""

from __future__ import annotations

import os
import ssl
from typing import TYPE_CHECKING

import requests.exceptions
from urllib3.exceptions import (
    ConnectTimeoutError,
    LocationValueError,
    NameResolutionError,
    NewConnectionError,
    ProxyError,
    ReadTimeoutError,
    URLSchemeUnknown,
)

from cagette_notify.core.i18n import _
from cagette_notify.delivery.mailjet.http_answer import Silence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Where requests looks, in its order.
_PROXIES = tuple(each for name in ("https_proxy", "all_proxy", "http_proxy") for each in (name, name.upper()))
_CERTIFICATES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_READERS = ("X509", "PEM")  # parts of OpenSSL that read such a file, before a word is said to anybody

# What requests and urllib3 raise before they look for a connection, most of it for a proxy's address.
_NOWHERE_TO_CALL = (
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidURL,
    LocationValueError,
    URLSchemeUnknown,
)


def silence_of(error: BaseException) -> Silence:
    """Return what a call that ended with ``error`` came to."""
    causes = list(_chain(error))

    def has(*kinds: type[BaseException]) -> bool:
        return any(isinstance(cause, kinds) for cause in causes)

    if reason := _unusable_setting(error, causes, has) or _why_nothing_left(has):
        return Silence(nothing_left=True, reason=reason)
    if has(ReadTimeoutError):
        return Silence(nothing_left=False, reason=_("Mailjet did not answer in time"))
    if type(error) is ValueError:  # what breaks on the way is of a class of its own
        reason = _("the program that calls Mailjet refuses such a request")
        return Silence(nothing_left=False, reason=reason, was_refused_here=True)
    return Silence(nothing_left=False, reason=_("the connection to Mailjet broke"))


def _why_nothing_left(has: Callable[..., bool]) -> str:
    if has(ssl.SSLCertVerificationError):
        return _("Mailjet's certificate can't be verified")
    if has(NameResolutionError):
        return _("Mailjet's name can't be resolved: is the network up?")
    if has(NewConnectionError) or has(ConnectTimeoutError):
        return _("no connection to Mailjet: is the network up?")
    return ""


def _unusable_setting(error: BaseException, causes: list[BaseException], has: Callable[..., bool]) -> str:
    """Say which setting of the machine kept the call from being made; nothing where none did.

    No value of a variable is shown: a proxy's address may hold a password.
    """
    proxy, certificates = _first_set(_PROXIES), _first_set(_CERTIFICATES)
    if has(*_NOWHERE_TO_CALL):
        return _unusable_proxy(proxy) if proxy else _("mailjet.api_url can't be called")
    if has(ProxyError) and proxy:  # its tunnel comes before all that is Mailjet's
        return _("no way through the proxy that ${name} names", name=proxy)
    # requests looks for the file by itself, and raises what no call ends with.
    if certificates and type(error) is OSError and not os.path.exists(os.environ[certificates]):  # noqa: PTH110 - Path.exists raises for some names
        return _("the certificates that ${name} names are not there: mend or unset it", name=certificates)
    if certificates and any(getattr(cause, "library", "") in _READERS for cause in causes):
        return _("the certificates that ${name} names can't be read: mend or unset it", name=certificates)
    return ""


def _unusable_proxy(variable: str) -> str:
    if os.environ[variable].casefold().startswith("socks"):
        return _("${name} names a SOCKS proxy, which needs PySocks: pip install pysocks", name=variable)
    return _("${name} is no address of a proxy: mend or unset it", name=variable)


def _first_set(names: tuple[str, ...]) -> str:
    return next((name for name in names if os.environ.get(name)), "")


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield the errors that ``error`` is made of; what merely came before (``__context__``) is no proof."""
    queue = [error]
    seen: set[int] = set()
    while queue:
        found = queue.pop()
        if id(found) in seen:
            continue
        seen.add(id(found))
        yield found
        inner = (
            found.__cause__,
            getattr(found, "reason", None),
            getattr(found, "original_error", None),
            *found.args,
        )
        queue.extend(part for part in inner if isinstance(part, BaseException))
