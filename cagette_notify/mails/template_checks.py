"""Check templates and overrides for syntax, unknown variables and missing files."""

from __future__ import annotations

from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING

from jinja2 import meta, nodes

from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _
from cagette_notify.mails.jinja_environment import MailEnvironment, TemplateProblem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet
    from pathlib import Path


_MAYBE_MISSING = frozenset(("defined", "undefined", "default", "d"))


def template_problems(
    environment: MailEnvironment, variables: AbstractSet[str], *, of_all: bool
) -> list[Problem]:
    """Compile every override, or all templates, and return what is wrong with any of them.

    Overrides are also searched for templates that don't exist and variables that nobody gives them, in
    branches too that the next mails may not take. The shipped ones are held to that by the tests.
    """
    overrides = environment.overrides
    if overrides and not overrides.is_dir():
        return [Problem(_("no such folder"), str(overrides), field="templates")]
    if overrides and (odd := list(_no_plain_files(overrides))):
        return odd
    if not (overrides or of_all):
        return []
    names = [name for name in environment.own.list_templates() if name.endswith(".j2")]
    own = [name for name in names if overrides and (overrides / name).is_file()]
    found = [problem for name in (names if of_all else own) for problem in _compile(environment, name)]
    if overrides and not found:
        found += _override_problems(environment, overrides, own, variables)
    return found


def _no_plain_files(overrides: Path) -> Iterator[Problem]:
    """Name what Jinja2 would pass over in silence: the shipped template would be sent in its place."""
    for path in sorted(overrides.rglob("*.j2")):
        if not path.is_file():
            yield Problem(_("not a plain file"), str(path))


def _compile(environment: MailEnvironment, name: str) -> tuple[Problem, ...]:
    try:
        environment.guarded(name, partial(environment.get_template, name))
    except TemplateProblem as error:
        return tuple(error.problems)
    return ()


def _override_problems(
    environment: MailEnvironment, overrides: Path, names: list[str], variables: AbstractSet[str]
) -> Iterator[Problem]:
    trees = {name: environment.parse((overrides / name).read_text("utf-8"), name) for name in names}
    # What one template sets, those that it extends or includes may read.
    set_somewhere = {
        node.name for tree in trees.values() for node in tree.find_all(nodes.Name) if node.ctx == "store"
    }
    templates = frozenset(environment.list_templates())
    for name, tree in trees.items():
        for line, reason in (*_strangers(tree, variables | set_somewhere), *_missing(tree, templates)):
            yield environment.problem(str(overrides / name), line, reason)


def _strangers(tree: nodes.Template, known: AbstractSet[str]) -> Iterator[tuple[int, str]]:
    """Yield the line and the reason for each variable that is unknown, unless the template expects that."""
    asked_for = {
        name.name
        for test in tree.find_all((nodes.Test, nodes.Filter))
        if test.name in _MAYBE_MISSING
        for name in test.find_all(nodes.Name)
    }
    unknown = meta.find_undeclared_variables(tree) - known - asked_for
    for node in tree.find_all(nodes.Name):
        if node.name in unknown:
            near = get_close_matches(node.name, known, n=1)
            hint = _("; did you mean {name!r}?", name=near[0]) if near else ""
            yield node.lineno, _("{name!r} is undefined", name=node.name) + hint


def _missing(tree: nodes.Template, templates: AbstractSet[str]) -> Iterator[tuple[int, str]]:
    for node in tree.find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
        wanted = getattr(getattr(node, "template", None), "value", None)
        if isinstance(wanted, str) and wanted not in templates and not getattr(node, "ignore_missing", False):
            yield node.lineno, _("no such template: {name!r}", name=wanted)
