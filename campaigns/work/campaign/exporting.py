"""A campaign as a draft again, so that it can be written to a file, kept, and imported elsewhere."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from campaigns.domain.access import Actor, Permission
from campaigns.domain.release import ChannelKind
from campaigns.domain.texts import TextContent
from campaigns.store.engine import reading
from campaigns.store.tables import Campaign, Channel, Message, Organisation, Subscription, Text
from campaigns.work.campaign.drafts import CampaignDraft, ChannelDraft, MatchingDraft, MessageDraft, PartnerDraft
from campaigns.work.loading import campaign_by_slug, invited_organisations
from campaigns.work.workplace import Workplace


def export(place: Workplace, actor: Actor, slug: str) -> CampaignDraft:
    """Everything that was handed in for a campaign, as it stands now, with partners' drafts. For the operator only.

    Signing secrets are never part of it. Raises NotThere.
    """
    actor.must(Permission.FOUND_ORGANISATION)
    with reading(place.engine) as session:
        campaign = campaign_by_slug(session, actor, slug)
        messages = session.exec(
            select(Message).where(col(Message.campaign_id) == campaign.id).order_by(col(Message.position))
        ).all()
        core = [message for message in messages if message.answers_id is None]
        answers = [message for message in messages if message.answers_id is not None]
        partners = _partners(session, campaign, answers)
        return _draft(session, campaign, core, answers, partners)


def _draft(
    session: Session,
    campaign: Campaign,
    core: Sequence[Message],
    answers: Sequence[Message],
    partners: Sequence[Organisation],
) -> CampaignDraft:
    names = {partner.id: partner.name for partner in partners}
    texts = {message.id: _texts(session, message) for message in (*core, *answers)}
    return CampaignDraft(
        name=campaign.name,
        slug=campaign.slug,
        topics=tuple(campaign.topics),
        places=tuple(campaign.places),
        audiences=tuple(campaign.audiences),
        lift_at=campaign.lift_at,
        briefing_opens_at=campaign.briefing_opens_at,
        languages=tuple(campaign.languages),
        secrecy_ground=campaign.secrecy_ground,
        secrecy_decided_by=campaign.secrecy_decided_by,
        secrecy_condition=campaign.secrecy_condition,
        contact_name=campaign.contact_name,
        contact_email=campaign.contact_email,
        key_facts=campaign.facts,
        briefing=campaign.briefing,
        core_messages=tuple(MessageDraft(name=message.name, texts=texts[message.id]) for message in core),
        partners=tuple(_partner(session, partner) for partner in partners),
        matching_messages=tuple(
            MatchingDraft(
                by=names[message.organisation_id],
                answers=message.name,
                texts=texts[message.id],
                channels=tuple(ChannelKind(kind) for kind in message.channels),
            )
            for message in answers
            if texts[message.id]
        ),
        example=campaign.example,
    )


def _texts(session: Session, message: Message) -> dict[str, TextContent]:
    rows = session.exec(select(Text).where(col(Text.message_id) == message.id).order_by(col(Text.language)))
    return {row.language: row.content for row in rows}


def _partners(session: Session, campaign: Campaign, answers: Sequence[Message]) -> Sequence[Organisation]:
    """Who is invited, and who has a message from a file without being invited yet."""
    ids = {*invited_organisations(session, campaign), *(message.organisation_id for message in answers)}
    return session.exec(
        select(Organisation).where(col(Organisation.id).in_(ids)).order_by(col(Organisation.name))
    ).all()


def _partner(session: Session, partner: Organisation) -> PartnerDraft:
    followed = session.exec(select(Subscription).where(col(Subscription.organisation_id) == partner.id)).first()
    channels = session.exec(
        select(Channel)
        .where(col(Channel.organisation_id) == partner.id, col(Channel.removed_at).is_(None))
        .order_by(col(Channel.kind), col(Channel.address))
    )
    return PartnerDraft(
        name=partner.name,
        kind=partner.kind,
        places=tuple(partner.places),
        languages=tuple(partner.languages),
        topics=tuple(followed.topics) if followed else (),
        channels=tuple(ChannelDraft(kind=channel.kind, address=channel.address) for channel in channels),
    )
