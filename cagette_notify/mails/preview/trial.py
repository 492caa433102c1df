"""Try somebody's own templates, each kind and language of mail, with data that are made up."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from cagette_notify.core.model import Contact, Distribution, Group, Mailbox, Member
from cagette_notify.core.order_book import OrderBook, OrdersState
from cagette_notify.mails.jinja_environment import TemplateProblem
from cagette_notify.mails.preview.preview import LANGUAGES, PREVIEW_KINDS, PreviewInput, preview
from cagette_notify.mails.preview.sample_data import SampleData, made_up_order

if TYPE_CHECKING:
    from datetime import datetime

    from cagette_notify.config.load import Config
    from cagette_notify.core.errors import Problem
    from cagette_notify.mails.renderer import Renderer


def failing_templates(config: Config, renderer: Renderer, now: datetime) -> tuple[Problem, ...]:
    """Return where mails can't be made: each place once, though it may fail in several kinds."""
    stage = PreviewInput(config, renderer, _made_up(config, now), now)
    problems: dict[Problem, None] = {}
    for kind in PREVIEW_KINDS:
        for language in LANGUAGES:
            try:
                preview(stage, kind, language)
            except TemplateProblem as error:
                problems |= dict.fromkeys(error.problems)
    return tuple(problems)


def _made_up(config: Config, now: datetime) -> SampleData:
    """Return a group, a member and an order of which everything is known that there may be."""
    group = Group(
        id="exemple",
        name="Les Paniers du Lac",
        timezone=config.timezone,
        language=config.language,
        contact=Contact("contact@example.org", "Claire Fontaine"),
        coordinators=("contact@example.org",),
        url="https://example.org",
        logo="https://example.org/logo.png",
        contact_phone="06 39 98 12 34",
    )
    starts_at = now + timedelta(days=2)
    distribution = Distribution(
        id="exemple",
        group_id=group.id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        orders_open_at=now - timedelta(days=1),
        orders_close_at=now + timedelta(days=1),
        name="Distribution",
        place="Salle des fêtes",
        note="Apportez vos cabas",
        url="https://example.org",
        catalogs=("Légumes", "Œufs"),
    )
    mailbox = Mailbox("zoe@example.org", "Zoé", "Martin")
    member = Member("1", (group.id,), "Zoé", "Martin", (mailbox,))
    return SampleData(
        group,
        distribution,
        there=(distribution,),
        member=member,
        mailbox=mailbox,
        members=(member,),
        book=OrderBook(OrdersState.READY, made_up_order(member.id)),
        is_made_up=True,
    )
