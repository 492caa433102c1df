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


@contextmanager
def stopping_at_ctrl_c(stop: Callable[[], None], stops: list[Stop]) -> Iterator[None]:
    """Stop the mail the moment Ctrl-C is pressed, or at once if one was put off until here.

    Not once the calls under way were heard out: that can take as long as ``mailjet.timeout``. Whoever sees
    nothing happen closes the window, and the next send-due would send the rest. A thread does it: the
    handler may have interrupted a transaction. ``stops`` holds what was begun.
    """
    if _can_not_be_pressed():
        yield
        return

    def stop_soon(_signal: int, _frame: FrameType | None) -> None:
        stops.append(Stop(stop))
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, stop_soon)
    try:
        if isinstance(before, PutOff) and before.is_pressed:
            stop_soon(signal.SIGINT, None)
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class Stop:
    """A mail being stopped, by a thread."""

    def __init__(self, stop: Callable[[], None]) -> None:
        """Begin."""
        self._is_done = False
        self._thread = threading.Thread(target=self._try, args=(stop,))
        self._thread.start()

    def succeeds(self) -> bool:
        """Wait until it has ended; once the calls were heard out, it is tried again, and said."""
        self._thread.join()
        return self._is_done

    def _try(self, stop: Callable[[], None]) -> None:
        with suppress(NotifyError):
            stop()
            self._is_done = True


def _can_not_be_pressed() -> bool:
    """Tell whether this is a shell's background job, or a thread that no signal reaches."""
    is_background_job = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    return is_background_job or threading.current_thread() is not threading.main_thread()
