"""Tell whether an image surely lacks its end, as it is still being copied, or was cut. Pure."""

from __future__ import annotations

from cagette_notify.broadcast.image_headers import jpeg_segments, number_at

_PNG_END = b"IEND"
_JPEG_END = b"\xff\xd9"
_GIF_HEADER = 13  # bytes before the first table of colours
_GIF_EXTENSION, _GIF_PICTURE, _FILL = 0x21, 0x2C, 0x00


def lacks_end(content: bytes, kind: str) -> bool:
    """Tell whether nothing in an image of a kind says that it is over; what stands behind that is let be.

    Cameras and phones append more pictures, or what they know of one.
    """
    if kind == "image/png":
        return _PNG_END not in content
    if kind == "image/jpeg":
        # The small picture in what a camera says has an end of its own; the photo's is behind that.
        last = max(at for _marker, at in jpeg_segments(content))
        return content.find(_JPEG_END, last) < 0
    return _gif_lacks_end(content)


def _gif_lacks_end(content: bytes) -> bool:
    """Follow the blocks, as their data may hold the mark of the end: programs stop where there is none."""
    at = _GIF_HEADER + _colours(number_at(content, 10, 1))
    while at < len(content):
        if content[at] == _GIF_EXTENSION:
            at = _behind_data(content, at + 2)
        elif content[at] == _GIF_PICTURE:
            at = _behind_data(content, at + 11 + _colours(number_at(content, at + 9, 1)))
        elif content[at] == _FILL:
            at += 1
        else:
            return False
    return True


def _behind_data(content: bytes, at: int) -> int:
    while size := number_at(content, at, 1):
        at += 1 + size
    return at + 1


def _colours(flags: int) -> int:
    """Return how many bytes the table of colours takes that some flags announce."""
    return 3 * 2 ** (flags % 8 + 1) if flags & 0x80 else 0
