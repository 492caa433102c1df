"""Compile and render Jinja2 templates: sandboxed, strict, escaped, bounded in work."""

from __future__ import annotations

import re
from functools import wraps
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    Template,
    TemplateSyntaxError,
    nodes,
)
from jinja2.exceptions import SecurityError
from jinja2.sandbox import SandboxedEnvironment

from cagette_notify.core.errors import ConfigError, Problem
from cagette_notify.core.given_files import refuse_secret
from cagette_notify.core.i18n import _
from cagette_notify.core.package_files import templates_folder
from cagette_notify.core.stamps import watch
from cagette_notify.mails.template_code import MailCode, MailTemplate
from cagette_notify.mails.template_filters import breakable, upfirst, wrap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, MutableMapping


_Made = TypeVar("_Made")

MOST_STEPS = 50_000  # turns of loops and calls of one template; a recap of 200 lines takes a thousand
_LONGEST = 100_000  # characters or items that one multiplication may make
_LARGEST_POWER = 64
_LONGEST_MAIL = 2_000_000  # characters; a recap of 200 lines is a tenth of that in HTML

_FRENCH_SPACES = re.compile(r'(?<=\S) (?=[:;!?](?:[\s<"]|$)|»)|(?<=«) ')


class TemplateProblem(ConfigError):  # noqa: N818 - it carries a Problem, as all errors here do
    """A template that can't be compiled or rendered, with its file and line."""


class MailTooLarge(TemplateProblem):
    """A mail that goes beyond what one may take; it can be one member's order as much as the template."""


class _BeyondBoundsError(SecurityError):
    """A template that takes more steps, or writes more, than a mail may."""


class MailEnvironment(SandboxedEnvironment):
    """Jinja2's sandbox, with bounds: by itself it stops escapes, not a loop within a loop within a loop.

    The bounds guard against slips of whoever edits a template on their own server, not against
    malice. One render at a time: the steps are counted here.
    """

    intercepted_binops = frozenset(("*", "**"))
    code_generator_class = MailCode
    template_class = MailTemplate

    def __init__(self, overrides: Path | None) -> None:
        """Look in ``overrides`` first, file by file.

        What an override replaces stays within its reach as ``shipped/fr/opening.html.j2``, so that it
        may extend it and change one block.
        """
        shipped = templates_folder()
        self.overrides = overrides
        for path in (overrides, *overrides.rglob("*")) if overrides else ():
            watch(path)
        self.own = _TemplateFiles([overrides, shipped] if overrides else shipped)
        super().__init__(
            loader=ChoiceLoader([self.own, PrefixLoader({"shipped": FileSystemLoader(shipped)})]),
            undefined=StrictUndefined,
            autoescape=_is_markup,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self.filters = {name: _bounded(each) for name, each in self.filters.items()}
        self.filters.update(counted=self._counted, breakable=breakable, upfirst=upfirst, wrap=wrap)
        self._steps = 0
        self._compiled: dict[object, Template] = {}

    def get_template(self, name: Any, *args: Any, **options: Any) -> Template:
        """Return a template; one that is compiled already at once, which Jinja2's own cache doesn't."""
        if name not in self._compiled:
            self._compiled[name] = super().get_template(name, *args, **options)
        return self._compiled[name]

    def make_globals(self, own: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return what every template knows. None has globals of its own, so that no chain need be walked."""
        return super().make_globals(own) if own else self.globals

    def render(self, name: str, values: dict[str, object]) -> str:
        """Render the template called ``name``, or raise TemplateProblem."""
        self._steps = 0
        return self.guarded(name, lambda: self._text_of(name, values))

    def guarded(self, name: str, make: Callable[[], _Made]) -> _Made:
        """Return what ``make`` does with the template called ``name``, or raise TemplateProblem."""
        try:
            return make()
        except MemoryError:
            raise  # no template's fault
        except Exception as error:  # whatever goes wrong in a template is its author's to mend
            filename, line = _place(error)
            reason = str(error) or type(error).__name__
            kind = MailTooLarge if isinstance(error, _BeyondBoundsError) else TemplateProblem
            raise kind(self.problem(filename or name, line, reason)) from error

    def problem(self, file: str, line: int, reason: str) -> Problem:
        """Word a problem, with the file (a path or a template's name) as people call it."""
        shipped = templates_folder()
        path = Path(file)
        if path.is_relative_to(shipped):
            file = f"templates/{path.relative_to(shipped).as_posix()}"
        elif not path.is_absolute():
            file = str(self.overrides / path) if self.overrides else f"templates/{file}"
        return Problem(_("the template fails: {reason}", reason=reason), file, line)

    def preprocess(self, source: str, name: str | None = None, filename: str | None = None) -> str:
        """Put the no-break spaces of French typography, for which keyboards have no key."""
        source = super().preprocess(source.removeprefix("\ufeff"), name, filename)
        return _FRENCH_SPACES.sub("\u00a0", source) if name and "fr/" in name else source

    def compile(self, source: Any, name: Any = None, filename: Any = None, *args: Any, **options: Any) -> Any:
        """Compile as Jinja2 does, with every loop counting its turns."""
        tree = self.parse(source, name, filename) if isinstance(source, str) else source
        for loop in tree.find_all(nodes.For):
            loop.iter = nodes.Filter(loop.iter, "counted", [], [], None, None, lineno=loop.lineno)
        return super().compile(tree, name, filename, *args, **options)

    def call(self, /, *args: Any, **keywords: Any) -> Any:
        """Call as the sandbox does, and count."""
        self._step()
        _refuse_large((*args, *keywords.values()))
        return super().call(*args, **keywords)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Multiply, unless the result would fill the memory."""
        if operator == "**" and abs(right) > _LARGEST_POWER:
            raise SecurityError(_("a power above {limit} is refused", limit=_LARGEST_POWER))
        if isinstance(left, int) and isinstance(right, int) and _digits(operator, left, right) > _LONGEST:
            raise SecurityError(_("a number above {limit} binary digits is refused", limit=_LONGEST))
        if operator == "*" and _repeated(left, right) > _LONGEST:
            raise SecurityError(_("a text or list above {limit} items is refused", limit=_LONGEST))
        return super().call_binop(context, operator, left, right)

    def _text_of(self, name: str, values: dict[str, object]) -> str:
        parts: list[str] = []
        length = 0
        made = self.get_template(name).generate(values)
        while some := list(islice(made, 100)):
            parts.append("".join(some))
            length += len(parts[-1])
            if length > _LONGEST_MAIL:
                raise _BeyondBoundsError(_("a mail above {limit} characters is refused", limit=_LONGEST_MAIL))
        return "".join(parts)

    def _counted(self, items: Iterable[Any]) -> Iterator[Any]:
        for item in items:
            self._step()
            yield item

    def _step(self) -> None:
        self._steps += 1
        if self._steps > MOST_STEPS:
            message = _("stopped after {limit} steps: a loop that never ends?", limit=MOST_STEPS)
            raise _BeyondBoundsError(message)


class _TemplateFiles(FileSystemLoader):
    """Templates of a folder: any file of it or that it links to, but that of the keys."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """Return a template's text, where it is, and whether it is still the same."""
        text, filename, is_the_same = super().get_source(environment, template)
        refuse_secret(Path(filename).stat())
        return text, filename, is_the_same


def _is_markup(name: str | None) -> bool:
    # select_autoescape(["html"]) would look at the last ending only, which is .j2.
    return not (name or "").endswith((".txt.j2", ".subject.j2"))


def _repeated(left: object, right: object) -> int:
    """Return the length of a text or list repeated by ``*``; 0 where numbers are multiplied."""
    if isinstance(left, (str, list, tuple)) and isinstance(right, int):
        return len(left) * right
    if isinstance(right, (str, list, tuple)) and isinstance(left, int):
        return len(right) * left
    return 0


def _digits(operator: str, left: int, right: int) -> int:
    """Return about how many binary digits a product or a power will have."""
    return left.bit_length() * right if operator == "**" else left.bit_length() + right.bit_length()


def _bounded(filter_: Callable[..., Any]) -> Callable[..., Any]:
    """Return a filter that no one number can make fill the memory, as ``center`` and ``slice`` would."""
    filtered = 2 if hasattr(filter_, "jinja_pass_arg") else 1  # what it filters may be any number

    @wraps(filter_)
    def apply(*args: Any, **keywords: Any) -> Any:
        _refuse_large((*args[filtered:], *keywords.values()))
        return filter_(*args, **keywords)

    return apply


def _refuse_large(values: Iterable[object]) -> None:
    for value in values:  # any() would take twice the time, at every call
        if isinstance(value, int) and value > _LONGEST:
            raise SecurityError(_("a number above {limit} is refused here", limit=_LONGEST))


def _place(error: Exception) -> tuple[str, int]:
    """Return the innermost template and line an error comes from; Jinja2 rewrites its traceback so."""
    if isinstance(error, TemplateSyntaxError):
        return error.filename or error.name or "", error.lineno
    place, trace = ("", 0), error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename.endswith(".j2"):
            place = trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next
    return place
