"""Templates compiled once for many runs, which would spend most of their time on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cagette_notify.mails.jinja_environment import MailEnvironment

if TYPE_CHECKING:
    import pytest


def compile_once(patch: pytest.MonkeyPatch) -> None:
    """Let all environments of this process, and of its forks, share what was compiled."""
    compiled: dict[tuple[object, ...], Any] = {}
    compile_anew = MailEnvironment.compile

    def shared(environment: MailEnvironment, *template: Any) -> Any:
        if template not in compiled:
            compiled[template] = compile_anew(environment, *template)
        return compiled[template]

    patch.setattr(MailEnvironment, "compile", shared)
