"""Delete one person's mails from the outbox, and count those of others in which the person is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.errors import DataError, Problem
from cagette_notify.core.i18n import _, why
from cagette_notify.core.text import names_any
from cagette_notify.delivery.outbox.transport import UNFINISHED

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

_LONGEST_HEAD = 100_000  # bytes, of those that mime.py writes


def delete_mails(folder: Path, *, addresses: Collection[str], custom_ids: Collection[str]) -> int:
    """Delete the mails to these addresses, casefolded, and those of these CustomIDs; return how many.

    What a dead run left half written goes as well. Hold the run's lock: nobody may be writing.
    """
    count = 0
    try:
        for file in sorted(folder.glob("*.eml")):
            half_written = file.name.startswith(UNFINISHED)
            if half_written or file.stem in custom_ids or _is_to(addresses, file) or _tells(addresses, file):
                file.unlink()
                count += not half_written
    except OSError as error:
        message = _("can't delete the mails in it: {error}", error=why(error))
        raise DataError(Problem(message, str(folder))) from None
    return count


def count_naming(folder: Path, names: Collection[str], longer: Collection[str]) -> int:
    """Return how many mails have one of the names in their text, not within a ``longer`` one; casefolded."""
    texts = (" ".join(_text_of(file).split()) for file in folder.glob("*.eml") if names)
    return sum(names_any(text, names, longer) for text in texts)


def _tells(addresses: Collection[str], file: Path) -> bool:
    """Tell whether an alert or a summary names one of the addresses."""
    if not any(kind in file.stem for kind in ("-alert-", "-summary-")):
        return False
    return names_any(_text_of(file), addresses)


def _text_of(file: Path) -> str:
    """Return a mail's plain text, casefolded."""
    import email
    import email.policy

    body = email.message_from_bytes(file.read_bytes(), policy=email.policy.default).get_body(("plain",))
    return str(body.get_content()).casefold() if body else ""


def _is_to(addresses: Collection[str], file: Path) -> bool:
    """Tell whether a mail is to one of the addresses; its body is not looked at."""
    with file.open("rb") as stream:
        head = stream.read(_LONGEST_HEAD).partition(b"\r\n\r\n")[0]
    if not any(address.encode() in head.lower() for address in addresses):
        return False  # as are most of them, and a header takes long to parse
    import email
    import email.policy

    to = email.message_from_bytes(head, policy=email.policy.default)["To"]
    return bool(to) and any(one.addr_spec.casefold() in addresses for one in to.addresses)
