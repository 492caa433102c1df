"""Say what an image in a file is to the text that shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from cagette_notify.core.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from cagette_notify.core.messages import Attachment


class Image(Struct, frozen=True):
    """An image in a file, and how many pixels it is wide."""

    file: Attachment
    width: int


ReadImage: TypeAlias = "Callable[[str], Image]"
"""Returns the image that a text names so, or raises ``OSError`` or ``ValueError`` with why there is none."""


def no_file(_name: str) -> Image:
    """Say what an image must be that is none."""
    raise ValueError(_("expected a file beside the text, or an address that begins with https://"))
