"""Read no more of an answer than one may hold: compressed, a megabyte can hold a thousand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from requests.adapters import HTTPAdapter

if TYPE_CHECKING:
    import requests

LARGEST_ANSWER = 20_000_000  # bytes; a page of a thousand messages is a twentieth of that
_PIECE = 16_384  # bytes as they come: inflated at most a thousand times, before anybody can stop


class BoundedAdapter(HTTPAdapter):
    """An adapter that reads answers piece by piece, and cuts those off that don't end.

    What was cut is no JSON any more: a doubt where a mail was sent, no answer where a question was asked.
    """

    def send(self, *args: Any, **options: Any) -> requests.Response:
        """Send a request and read its answer."""
        response = super().send(*args, **options)
        pieces: list[bytes] = []
        length = 0
        for piece in response.iter_content(_PIECE):
            pieces.append(piece)
            length += len(piece)
            if length > LARGEST_ANSWER:
                response.close()  # with what is left in it the connection serves nobody
                break
        response._content = b"".join(pieces)  # where requests itself puts it
        return response
