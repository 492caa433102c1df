"""Generate faster code for Jinja2 templates, where they read views or escape again."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from jinja2 import Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup, escape

from cagette_notify.mails.template_variables import VIEW_FIELDS

_LONGEST_KEPT = 200  # characters of a text that many mails may show
_VIEWS_WITH = {
    field: frozenset(view for view, fields in VIEW_FIELDS.items() if field in fields)
    for field in frozenset().union(*VIEW_FIELDS.values())
}


class MailCode(CodeGenerator):
    """Code that reads the fields of views at once, as they hold but words.

    The sandbox's search for what is internal would take half the time of a recap.
    """

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802 - Jinja2's name
        """Write ``x.attr`` for views that have such a field; all else goes through the sandbox."""
        if node.attr not in _VIEWS_WITH:
            super().visit_Getattr(node, frame)
            return
        found = self.temporary_identifier()
        self.write(f"({found}.{node.attr} if type({found} := ")
        self.visit(node.node, frame)
        self.write(f") in views_with_{node.attr} else environment.getattr({found}, {node.attr!r}))")


class MailTemplate(Template):
    """A template whose code goes by some names of ours."""

    @classmethod
    def from_code(cls, *args: Any, **options: Any) -> Template:
        """Make the template; what it escapes was mostly escaped before, and is looked up."""
        template = super().from_code(*args, **options)
        names = {f"views_with_{field}": views for field, views in _VIEWS_WITH.items()}
        template.root_render_func.__globals__.update(names, escape=_escaped)
        return template


def _escaped(value: object) -> str:
    if type(value) is str and len(value) <= _LONGEST_KEPT:
        return _escaped_text(value)
    return value if isinstance(value, Markup) else escape(value)


# Catalogs, units, hours, prices: most mails show what others have shown.
_escaped_text = lru_cache(maxsize=4096)(escape)
