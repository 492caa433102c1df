"""Choose one person, where what was typed may be several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.cli.prompt import CancelledError, own_terminal
from cagette_notify.cli.session import program_words
from cagette_notify.core.commands_to_type import command_to_type
from cagette_notify.core.errors import NotifyError, Problem, UsageError
from cagette_notify.core.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cagette_notify.config.load import Config
    from cagette_notify.data.members.find_member import SeveralPeopleError


def choose_person(
    error: SeveralPeopleError, command: str, config: Config, options: Sequence[str] = ()
) -> str:
    """Return what means the person whose number was typed; without a terminal, raise with the list.

    The list ends with the command to type, its ``options`` with it.

    Somebody of whose name only a part was typed needs no number: who it is can be seen before it counts.
    """
    terminal = own_terminal(quiet=False)
    if terminal is None:
        raise UsageError(*list_of_people(error, command, config, options)) from None
    if len(error.namesakes) == 1:
        return error.namesakes[0].handle
    names = [one.description for one in error.namesakes]
    try:
        return error.namesakes[terminal.choose(str(error.problems[0]), names)].handle
    except CancelledError:
        raise NotifyError(Problem(_("nobody was chosen"))) from None


def list_of_people(
    error: SeveralPeopleError, command: str, config: Config, options: Sequence[str] = ()
) -> list[Problem]:
    """Return the numbered people, and how to mean one of them, by the first one's example."""
    first = error.namesakes[0].handle
    typed = command_to_type(command, first, options=options, program=program_words(config))
    to_mean = (
        _("To mean one of them, type what stands in brackets; for the first one:")
        if len(error.namesakes) > 1
        else _("To mean this member, type:")
    )
    return [*error.problems, Problem(to_mean), Problem(typed)]
