"""A certificate for loopback, as mailjet-rest misbehaves only over TLS."""

from __future__ import annotations

import ssl
from functools import lru_cache
from typing import TYPE_CHECKING

import trustme

if TYPE_CHECKING:
    from contextlib import AbstractContextManager


@lru_cache(maxsize=1)
def _authority() -> trustme.CA:
    return trustme.CA()


@lru_cache(maxsize=1)
def server_context() -> ssl.SSLContext:
    """Return the server's side of TLS for ``localhost`` and ``127.0.0.1``."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    _authority().issue_cert("localhost", "127.0.0.1").configure_cert(context)
    return context


def bundle() -> AbstractContextManager[str]:
    """Lend the path of a file to put into ``REQUESTS_CA_BUNDLE``."""
    return _authority().cert_pem.tempfile()
