"""Write messages as .eml files into the outbox, and look up those in doubt."""

from __future__ import annotations

import contextlib
import os
import re
import stat
from typing import TYPE_CHECKING

from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _, why
from cagette_notify.core.messages import Message, Outcome, StopReason
from cagette_notify.core.notices import Status
from cagette_notify.core.transport_traits import OUTBOX
from cagette_notify.delivery.header_injection import refusal_of_unsafe
from cagette_notify.delivery.outbox.folder import no_folder, not_writable, refuse_unusable
from cagette_notify.delivery.transport import LookupFailed, MayCall, whenever

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path


UNFINISHED = ".unfinished-"
_SAFE_NAME = re.compile(r"[\w-]+(?:\.[\w-]+)*", re.ASCII)  # also what a Message-ID may hold


class OutboxTransport:
    """A folder of .eml files named by CustomID, as the ledger knows it."""

    traits = OUTBOX
    batch = 50
    parallel = 4  # a disk syncs several files at once

    def __init__(self, folder: Path, now: datetime) -> None:
        """Remember where to write. ``now`` becomes the mails' Date."""
        self._folder = folder
        self._now = now

    def prepare(self) -> None:
        """Make the folder, clear out what a dead run left, prove that it takes files; raises ConfigError."""
        refuse_unusable(self._folder)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for left_by_a_dead_run in self._folder.glob(f"{UNFINISHED}*"):
                left_by_a_dead_run.unlink()
            trial = self._folder / f"{UNFINISHED}trial"
            trial.touch(mode=0o600)
            trial.unlink()
        except FileExistsError:
            raise no_folder(self._folder) from None
        except OSError as error:
            raise not_writable(self._folder, error) from None

    def send(self, messages: Sequence[Message], _may_call: MayCall = whenever) -> list[Outcome]:
        """Write each message whole, durably, or not at all; one outcome each, in order."""
        outcomes: list[Outcome] = []
        for message in messages:
            stop = next((outcome for outcome in outcomes if outcome.stop), None)
            outcomes.append(stop or self._write_or_say_why(message))
        try:
            _sync(self._folder)
        except OSError as error:
            return [_unless_durable(outcome, error) for outcome in outcomes]
        return outcomes

    def look_up(self, custom_ids: Sequence[str], *, since: datetime, until: datetime) -> dict[str, Outcome]:  # noqa: ARG002 - a file is there or not, whenever it was written
        """Return those whose file is there; raises LookupFailed if the folder can't be read."""
        return {custom_id: _sent(custom_id) for custom_id in custom_ids if self._has(custom_id)}

    def _has(self, custom_id: str) -> bool:
        try:
            return stat.S_ISREG(self._file(custom_id).lstat().st_mode)
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as error:
            raise LookupFailed(
                Problem(_("can't read the outbox {folder}: {error}", folder=self._folder, error=why(error)))
            ) from None

    def _file(self, custom_id: str) -> Path:
        if not _SAFE_NAME.fullmatch(custom_id):
            msg = f"a CustomID that can't name a file: {custom_id!r}"
            raise ValueError(msg)
        return self._folder / f"{custom_id}.eml"

    def _write_or_say_why(self, message: Message) -> Outcome:
        if refusal := refusal_of_unsafe(message):
            return refusal
        from cagette_notify.delivery.outbox import (
            eml as mime,  # and with it the email package: not for a run with nothing due
        )

        file = self._file(message.custom_id)
        try:
            content = mime.eml_bytes(message, self._now)
        except ValueError as error:
            detail = _("an attachment can't be decoded: {error}", error=error)
            return Outcome(Status.FAILED, detail, about_content=True)
        try:
            _write_whole(file, content)
        except OSError as error:
            # A full disk refuses the next mail as well; the next run tries them all again.
            detail = _("can't write {file}: {error}", file=file, error=why(error))
            return Outcome(Status.DEFERRED, detail, stop=StopReason.SLOW_DOWN)
        return _sent(message.custom_id)


def _write_whole(file: Path, content: bytes) -> None:
    """Put ``content`` in place at once, mode 600; a kill leaves the whole file or none."""
    unfinished = file.with_name(f"{UNFINISHED}{file.name}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(descriptor)
        unfinished.replace(file)
    except BaseException:
        with contextlib.suppress(OSError):
            unfinished.unlink()
        raise


def _sync(folder: Path) -> None:
    # Until its folder is on disk, a renamed file can vanish with the power.
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unless_durable(outcome: Outcome, error: OSError) -> Outcome:
    if outcome.status is not Status.SENT:
        return outcome
    return Outcome(Status.IN_DOUBT, _("written, but perhaps not to stay: {error}", error=why(error)))


def _sent(custom_id: str) -> Outcome:
    return Outcome(Status.SENT, message_id=f"{custom_id}.eml")
