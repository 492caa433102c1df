"""What a transport raises when nobody can tell whether a mail left."""

from __future__ import annotations

from cagette_notify.core.errors import NotifyError


class LookupFailed(NotifyError):  # noqa: N818 - it is an answer, "unknown", more than an error
    """The evidence can't be had now: neither found nor not found. The doubt waits."""


class NoAnswer(LookupFailed):
    """Nothing came back: the next question would most likely cost as long a wait."""


class AboutSomethingElse(LookupFailed):
    """An answer came, about somebody or something else than what was asked."""


class CanNotBeAsked(LookupFailed):
    """No question can be put about that one name; about another it can."""
