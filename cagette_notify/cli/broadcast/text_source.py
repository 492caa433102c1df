"""Take a broadcast's text from a file, stdin or the editor, and say where its draft stays."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.broadcast.drafts import Draft, about_draft, decoded, new_draft, overwrite_draft, read_text
from cagette_notify.cli.broadcast.editor import open_editor, with_hints, without_hints
from cagette_notify.cli.broadcast.options import is_time_ahead
from cagette_notify.cli.prompt import CancelledError, cancelled
from cagette_notify.cli.session import now, path_to_type
from cagette_notify.config.paths import drafts_folder
from cagette_notify.core.errors import NotifyError, Problem, UsageError
from cagette_notify.core.given_files import RefusedFileError, given_name, refuse_secret, works_for_others
from cagette_notify.core.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cagette_notify.cli.broadcast.options import BroadcastJob, BroadcastOptions


class GivenBeforeError(NotifyError):
    """The very mail has left already: it needs another word to leave once more."""


def stdin_holds_text(given: BroadcastOptions) -> bool:
    """Tell whether the text comes from standard input: asked for, or piped in."""
    return given.body == "-" or (given.body is None and not (sys.stdin and sys.stdin.isatty()))


class NobodyToAskError(UsageError):
    """There is no terminal, and nothing may leave unasked: what is piped in is let be."""


def unread_text_kept(given: BroadcastOptions, folder: Path) -> tuple[Problem, ...]:
    """Keep in a draft in ``folder`` what is piped in, and was not read before something stopped the command.

    Say where it is. Once it was read, nothing is left to be read, and whoever did so has kept it.
    """
    is_piped = sys.stdin and not sys.stdin.isatty() and stdin_holds_text(given)
    body = None if given.body in (None, "-") else Path(str(given.body))
    if given.dry_run or not (is_piped or (body and _is_fifo(body))):
        return ()
    try:
        text = read_text(body) if body else _read_stdin()
    except UsageError:
        return ()
    if not text.strip():
        return ()
    try:
        draft = new_draft(folder, given.group or "", now().astimezone(), text)
    except NotifyError as error:
        return tuple(error.problems)
    if not works_for_others():
        draft.remember(given.about("", given.subject or ""))
    kept = _("your text is kept in {file}", file=path_to_type(draft.path))
    return (Problem(kept, is_warning=True),)


def _is_fifo(path: Path) -> bool:
    try:
        return path.is_fifo()
    except OSError:  # a name that no disk takes
        return False


@contextmanager
def draft_of(job: BroadcastJob) -> Iterator[Draft]:
    """Give the text, out of its file, of standard input, or of an editor.

    However it goes on, the text is kept: an error, or Ctrl-C, comes out as a ``NotifyError`` that also
    says where it is.
    """
    if job.given.body not in (None, "-"):
        manuscript = _from_file(job, Path(str(job.given.body)))
    elif stdin_holds_text(job.given):
        text = _from_stdin(job)
        is_typed = bool(sys.stdin and sys.stdin.isatty())
        manuscript = _passing(job, text, Path(_("standard input")), is_typed=is_typed)
    else:
        manuscript = _draft(job, "")
    try:
        if not manuscript.text:
            edit_draft(job, manuscript)
        yield manuscript
    except KeyboardInterrupt:
        raise cancelled_with(job, manuscript, cancelled()) from None
    except NotifyError as error:
        raise cancelled_with(job, manuscript, error) from None


def cancelled_with(job: BroadcastJob, manuscript: Draft, error: NotifyError) -> NotifyError:
    """Return the error with a line that says where the text is, unless its author knows."""
    if manuscript.is_empty:
        manuscript.discard()
        return error
    if not manuscript.is_draft and (job.given.dry_run or not isinstance(error, CancelledError)):
        return error
    again = isinstance(error, GivenBeforeError)
    return type(error)(*error.problems, *where_the_text_is(job, manuscript, again=again))


def where_the_text_is(job: BroadcastJob, manuscript: Draft, *, again: bool = False) -> tuple[Problem, ...]:
    """Say where the text is, and what to type to go on with it, ``again`` where it has left already."""
    file = path_to_type(manuscript.path)
    once_more = _("your text is in {file}; to send it once more:", file=file)
    place = once_more if again else _("your text is in {file}; to go on with it:", file=file)
    if works_for_others():  # of this process' own files they can't name one
        kept = _("your text is kept in {file}", file=file)
        return (Problem(kept, is_warning=True),)
    if job.send_at and not is_time_ahead(job.send_at):  # with it the command would be refused
        job = replace(job, given=job.given.at_once)
    is_offered = job.terminal and manuscript.is_draft and not again
    command = job.command_that_asks if is_offered else job.same_command(manuscript.path, again=again)
    return Problem(place, is_warning=True), Problem(f"  {command}", is_warning=True)


def edit_draft(job: BroadcastJob, manuscript: Draft) -> None:
    """Let the person write, or change, the text in their editor; raise ``CancelledError`` if none is left.

    The editor works on the draft itself, so that a terminal which vanishes takes no text with it. A
    file of the person's own is left as it is; the text goes on in a draft.
    """
    terminal = job.terminal
    if terminal is None:
        raise UsageError(Problem(_("the text is missing: give it with --body FILE")))
    if works_for_others():  # an editor reads, writes and runs whatever its user likes
        raise UsageError(Problem(no_editor()))
    before = manuscript.text
    if not manuscript.is_draft:
        draft = _draft(job, before)
        manuscript.path, manuscript.is_draft = draft.path, True
    overwrite_draft(manuscript.path, with_hints(before))
    try:
        open_editor(terminal, manuscript.path, os.environ)
    finally:  # what ends with an error may have saved a text before
        written = without_hints(read_text(manuscript.path))
        manuscript.text = written if written.strip() else before
        overwrite_draft(manuscript.path, manuscript.text)
    if not written.strip():
        raise CancelledError(Problem(_("there is no text: cancelled, nothing was sent to the group")))


def no_editor() -> str:
    """Say how a text comes here without an editor."""
    return _("through sudo, no editor opens: write the text into a file, and give it with --body FILE")


def with_file_named(error: UsageError, manuscript: Draft) -> UsageError:
    """Return the error with the text's file named where it is the text that is wrong."""
    return UsageError(
        *(
            replace(problem, file=path_to_type(manuscript.path)) if problem.field == "body" else problem
            for problem in error.problems
        )
    )


def _from_file(job: BroadcastJob, path: Path) -> Draft:
    text = read_text(path)
    if not text.strip():
        raise UsageError(Problem(_("there is no text in it"), str(path), field="--body"))
    if not path.is_file():  # a pipe can't be read again
        return _passing(job, text, path, is_typed=path.is_char_device())
    if path.resolve().parent == drafts_folder(job.config.ledger).resolve():
        about = about_draft(path)
        draft = Draft(path.absolute(), without_hints(text), is_draft=True, attempt=about.attempt)
        draft.images_in = Path(about.images_in)
        return draft
    if works_for_others():  # the name by which they know it
        return Draft(Path(given_name(path)), text, is_draft=False)
    return Draft(path, text, is_draft=False)


def _from_stdin(job: BroadcastJob) -> str:
    if job.terminal and sys.stdin and sys.stdin.isatty():
        job.terminal.say(_("Type the text; Ctrl-D on a line of its own ends it."))
    text = _read_stdin()
    if not text.strip():
        raise UsageError(Problem(_("the text is missing: give it with --body FILE")))
    return text


def _read_stdin() -> str:
    if not sys.stdin:
        return ""
    try:
        refuse_secret(os.fstat(sys.stdin.fileno()))
    except RefusedFileError as refused:
        raise UsageError(Problem(str(refused), _("standard input"), field="--body")) from None
    except (OSError, ValueError):
        pass  # no file at all
    return decoded(sys.stdin.buffer.read(), _("standard input"))


def _passing(job: BroadcastJob, text: str, source: Path, *, is_typed: bool) -> Draft:
    """Keep a text that can't be read again, but for a dry run's: what is piped in can be piped in again."""
    if job.given.dry_run and not is_typed:
        return Draft(source, text, is_draft=False)
    return _draft(job, text)


def _draft(job: BroadcastJob, text: str) -> Draft:
    local_time = now().astimezone(job.group.timezone)
    draft = new_draft(drafts_folder(job.config.ledger), job.group.id, local_time, text)
    remember(job, draft)
    return draft


def remember(job: BroadcastJob, draft: Draft) -> None:
    """Keep beside a draft what belongs to it, unless it is for others, to whom no draft is offered."""
    if not works_for_others():
        draft.remember(job.about)
