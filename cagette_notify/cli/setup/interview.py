"""Ask what an installation begins with, show what was answered, and ask again what is to be corrected."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.cli.prompt import EMPTY, yes_or_no
from cagette_notify.cli.setup.file_choices import FileChoice, ask_files, choices_made, choose_again
from cagette_notify.cli.setup.questions import Question, questions
from cagette_notify.cli.setup.typed_answers import SAID_YES, Typed
from cagette_notify.core.i18n import _
from cagette_notify.core.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from cagette_notify.cli.prompt import Terminal
    from cagette_notify.data.files.found_tables import FoundTable

    Again = Callable[[Typed, str], Typed]


def ask_all(terminal: Terminal, tables: Sequence[FoundTable], folder_name: str, today: date) -> Typed:
    """Ask for everything; an answer that can't be read is asked for again."""
    return _ask_missing(terminal, Typed(ask_files(terminal, tables), folder_name, today))


def correctable(
    terminal: Terminal, tables: Sequence[FoundTable], typed: Typed
) -> Iterator[tuple[str, str, Again]]:
    """Yield for each answer its question's name, what was said, and what asks it again, or takes another."""
    for choice, said in choices_made(tables, typed.data):
        yield choice.name, said, _choosing_again(terminal, tables, choice)
    for question in questions(typed):
        if question.applies(typed):
            yield question.name, _answer_said(question, typed), _asking_again(terminal, question)


def _asking_again(terminal: Terminal, question: Question) -> Again:
    return lambda typed, text: _ask_missing(terminal, _taken_or_asked(terminal, question, typed, text))


def _choosing_again(terminal: Terminal, tables: Sequence[FoundTable], choice: FileChoice) -> Again:
    def again(typed: Typed, text: str) -> Typed:
        data = choose_again(terminal, tables, choice, typed.data, text)
        return _ask_missing(terminal, replace(typed, data=data))

    return again


def _ask_missing(terminal: Terminal, typed: Typed) -> Typed:
    """Ask what has no answer yet, or one that makes no sense beside another that was corrected."""
    for key in [question.key for question in questions(typed)]:
        question = next(each for each in questions(typed) if each.key == key)  # as what came before has it
        if not question.applies(typed):
            continue
        if trouble := _trouble_with(question, typed):
            said = _("{question}: {answer}", question=question.name, answer=typed.text(key))
            terminal.tell(f"  {said}", f"  {trouble}")
            typed = replace(typed, texts={each: text for each, text in typed.texts.items() if each != key})
        if key not in typed.texts:
            typed = _ask(terminal, question, typed)
    return typed


def _trouble_with(question: Question, typed: Typed) -> str:
    text = typed.text(question.key)
    try:
        if text and question.says_yes is None:
            question.read(text, typed)
    except ValueError as trouble:
        return str(trouble)
    return ""


def _ask(terminal: Terminal, question: Question, typed: Typed) -> Typed:
    """Ask a question; what was typed before is what Enter takes."""
    if question.hint:
        terminal.tell(question.hint)
    before = typed.texts.get(question.key)
    if question.says_yes is not None:
        default = question.says_yes if before is None else before == SAID_YES
        text = SAID_YES if terminal.confirm(question.asks, default=default) else ""
    else:
        offered = question.default(typed) if before is None else before
        text = terminal.ask_for(question.asks, partial(_as_typed, question, typed), offered) or ""
    return _with(terminal, question, typed, text)


def _taken_or_asked(terminal: Terminal, question: Question, typed: Typed, text: str) -> Typed:
    """Take what was typed at once, if it fits the question; else say why not, and ask it."""
    if question.says_yes is not None:
        answer = yes_or_no(text)
        if answer is None:
            return _ask(terminal, question, typed)
        return _with(terminal, question, typed, SAID_YES if answer else "")
    if not text:
        return _ask(terminal, question, typed)
    try:
        taken = "" if text == EMPTY else _as_typed(question, typed, text)
    except ValueError as trouble:
        terminal.tell(f"  {trouble}")
        return _ask(terminal, question, typed)
    return _with(terminal, question, typed, taken)


def _with(terminal: Terminal, question: Question, typed: Typed, text: str) -> Typed:
    """Return the answers with this one, and say what was understood by it."""
    typed = replace(typed, texts={**typed.texts, question.key: text})
    if said := question.after(typed):
        terminal.tell(said)
    return typed


def _as_typed(question: Question, typed: Typed, text: str) -> str:
    """Return a text; raise ``ValueError`` if the question can't be answered by it."""
    question.read(text, typed)
    return text


def _answer_said(question: Question, typed: Typed) -> str:
    text = typed.text(question.key)
    if question.says_yes is not None:
        return _("yes") if text == SAID_YES else _("no")
    dated = question.dated(typed) if text else ""
    is_news = dated and fold(dated) != fold(text)  # what was typed may be as it is said
    return f"{text or _('(empty)')}{f' ({dated})' if is_news else ''}"
