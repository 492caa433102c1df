"""Put Ctrl-C in order around a broadcast: put off, or a stop at once."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from cagette_notify.core.errors import NotifyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType


class PutOff:
    """Whether Ctrl-C was pressed while nothing could be done about it; a handler of the signal."""

    def __init__(self) -> None:
        """Begin with nothing pressed."""
        self.is_pressed = False

    def __call__(self, _signal: int, _frame: FrameType | None) -> None:
        """Remember that it was."""
        self.is_pressed = True


@contextmanager
def ctrl_c_given_back() -> Iterator[None]:
    """Let Ctrl-C do at the end of the block what it did before, whatever was put off in it."""
    before = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        if not _can_not_be_pressed():
            signal.signal(signal.SIGINT, before)


def put_off_ctrl_c() -> PutOff:
    """Remember a Ctrl-C for whoever looks, instead of breaking off, until it is given back.

    A mail whose attempt isn't known yet can't be stopped, and once it has left, what became of it must be
    said. In between ``stopping_at_ctrl_c`` takes over.
    """
    pressed = PutOff()
    if not _can_not_be_pressed():
        signal.signal(signal.SIGINT, pressed)
    return pressed


class StopAtCtrlC:
    """Stops a mail the moment Ctrl-C is pressed; a handler of the signal.

    Not once the calls under way were heard out: that can take as long as ``mailjet.timeout``. Whoever sees
    nothing happen closes the window, and the next send-due would send the rest. A thread does it: the
    handler may have interrupted a transaction.
    """

    def __init__(self, stop: Callable[[], None], tell: Callable[[], None]) -> None:
        """Begin with nothing pressed; ``stop`` stops the mail, ``tell`` says what it waits for."""
        self._stop = stop
        self._tell = tell
        self._stops: list[_Stop] = []
        self._breaks_off = True

    @property
    def is_pressed(self) -> bool:
        """Tell whether the mail is being stopped."""
        return bool(self._stops)

    def hear_out(self) -> None:
        """From here on break nothing off: what leaves, or has left, must be recorded and counted."""
        self._breaks_off = False

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take over in the block, from one that was put off, too; after it the mail is stopped if pressed."""
        if _can_not_be_pressed():
            yield
            return
        before = signal.signal(signal.SIGINT, self)
        try:
            if isinstance(before, PutOff) and before.is_pressed:
                self(signal.SIGINT, None)
            yield
        finally:
            signal.signal(signal.SIGINT, before)
            # Once is enough: while the calls under way were heard out, somebody may have confirmed it anew.
            if self._stops and not any(one.succeeds() for one in self._stops):
                self._stop()

    def __call__(self, _signal: int, _frame: FrameType | None) -> None:
        """Begin to stop the mail, and break off what may be."""
        is_awaited = not (self._stops or self._breaks_off)
        self._stops.append(_Stop(self._stop, self._tell if is_awaited else lambda: None))
        if self._breaks_off:
            raise KeyboardInterrupt


class _Stop:
    """A mail being stopped, by a thread."""

    def __init__(self, stop: Callable[[], None], tell: Callable[[], None]) -> None:
        """Begin."""
        self._is_done = False
        self._thread = threading.Thread(target=self._try, args=(stop, tell))
        self._thread.start()

    def succeeds(self) -> bool:
        """Wait until it has ended; if it failed, it is tried again, and said."""
        self._thread.join()
        return self._is_done

    def _try(self, stop: Callable[[], None], tell: Callable[[], None]) -> None:
        with suppress(OSError, ValueError):  # of a screen that is gone
            tell()
        with suppress(NotifyError):
            stop()
            self._is_done = True


def _can_not_be_pressed() -> bool:
    """Tell whether this is a shell's background job, or a thread that no signal reaches."""
    is_background_job = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    return is_background_job or threading.current_thread() is not threading.main_thread()
