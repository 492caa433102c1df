"""Name every variable that templates know, and the fields of what they hold."""

from __future__ import annotations

from cagette_notify.core.model import Contact
from cagette_notify.mails.reply_views import FindingView, LeftView, NextView, ReplyView
from cagette_notify.mails.views import (
    BroadcastView,
    CatalogView,
    ChangeView,
    DistributionView,
    DutyView,
    GroupView,
    HelpersView,
    LineView,
    MailView,
    OperatorView,
    OrderView,
    Reader,
    VacancyView,
)

VARIABLES = frozenset(
    (
        *(n for view in (MailView, BroadcastView, ReplyView, OperatorView) for n in view.__struct_fields__),
        *("subject", "body"),
    )
)
VIEW_FIELDS: dict[type, frozenset[str]] = {
    view: frozenset(view.__struct_fields__)
    for view in (
        *(GroupView, Reader, Contact, DistributionView, LineView, CatalogView, OrderView),
        *(VacancyView, HelpersView, DutyView, ChangeView),
        *(FindingView, LeftView, NextView),
    )
}
