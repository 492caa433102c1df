"""Keep a command going where its output is closed, can't be written to, or lacks characters."""

from __future__ import annotations

import codecs
import errno
import io
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

import click

from cagette_notify.core.errors import EXIT_OK, EXIT_PARTIAL
from cagette_notify.core.i18n import _, why

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typing_extensions import Buffer


LEGIBLY = "cagette_notify.legibly"
"""The name of the way to deal with characters that can't be encoded."""

_NEAR = {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "…": "...", "œ": "oe", "Œ": "OE", "\u00a0": " "}


def write_legibly() -> None:
    """Let standard output and standard error take any text, whatever their encoding."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and not stream.encoding.casefold().startswith("utf"):
            stream.reconfigure(errors=LEGIBLY)


def _nearest(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(_NEAR.get(char, "?") for char in lacking), error.end


codecs.register_error(LEGIBLY, _nearest)


@contextmanager
def lasting_output() -> Iterator[None]:
    """Let a command print whatever becomes of it; where some was lost, say so at the end and exit with 1.

    What is asked for is done, whether or not it can be told: mails leave, and the status is theirs.
    """
    _fill_closed_descriptors()
    lasting = [file for name, number in (("stdout", 1), ("stderr", 2)) if (file := _replaced(name, number))]
    try:
        yield
    except SystemExit as ending:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        lost = next((file.lost for file in lasting if file.lost), None)
        if lost is None:
            raise
        click.echo(_said(lost), err=True)
        raise SystemExit(EXIT_PARTIAL if ending.code in (None, EXIT_OK) else ending.code) from None


class _LastingFile(io.FileIO):
    """An output that takes all it is given, and remembers why it lost some."""

    lost: OSError | None = None

    def write(self, data: Buffer, /) -> int:
        """Write, unless that failed before: half a line would follow upon the gap."""
        if self.lost is None:
            try:
                return super().write(data)
            except BrokenPipeError:
                raise  # nobody reads any more, as under "| head": click ends the command quietly
            except OSError as error:
                self.lost = error
        return memoryview(data).nbytes


def _fill_closed_descriptors() -> None:
    """Open /dev/null in the place of whatever is closed, or the next file opened would be the output."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free, which is this one


def _replaced(name: str, number: int) -> _LastingFile | None:
    """Replace the interpreter's own stream, but for a terminal, where somebody sees what happens."""
    stream: TextIO | None = getattr(sys, name)
    if stream is not getattr(sys, f"__{name}__") or (stream and stream.isatty()):
        return None
    file = _LastingFile(number, "w", closefd=False)
    encoding, errors = (stream.encoding, stream.errors) if stream else ("utf-8", "backslashreplace")
    setattr(
        sys, name, io.TextIOWrapper(io.BufferedWriter(file), encoding, errors, line_buffering=number == 2)
    )
    return file


def _said(lost: OSError) -> str:
    if lost.errno in (errno.ENOSPC, errno.EDQUOT):
        return _("the disk is full: not everything could be printed")
    return _("not everything could be printed: {reason}", reason=why(lost))
