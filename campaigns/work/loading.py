"""Fetching a campaign or a text for a task: only what the acting member may know, locked where it will change."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, true
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from campaigns.domain.access import Actor, Role
from campaigns.domain.errors import N_, NotThere, Refused
from campaigns.domain.lifecycle import Stage
from campaigns.domain.release import ChannelKind
from campaigns.store import visibility
from campaigns.store.planned import lots
from campaigns.store.tables import (
    Campaign,
    Channel,
    Invitation,
    Member,
    Membership,
    Message,
    Organisation,
    Release,
    Text,
)

Found = TypeVar("Found")


class TermsNotAccepted(Refused):
    """The briefing opens for a member only after that member accepted the embargo terms."""

    message = N_("Accept the embargo terms first. Then the briefing opens.")


class BriefingNotOpen(Refused):
    """The briefing has its own opening time."""

    message = N_("The briefing opens {briefing_opens_at}.")


def own_campaign(session: Session, actor: Actor, campaign_id: str) -> Campaign:
    """A campaign of the police organisation the member acts for, locked. Raises NotThere."""
    return _one(
        session.exec(
            select(Campaign)
            .where(col(Campaign.id) == campaign_id, visibility.is_owned_by(actor))
            .with_for_update(of=Campaign)
        ).first()
    )


def invited_campaign(session: Session, actor: Actor, campaign_id: str, *, now: datetime) -> Campaign:
    """A campaign that the member's organisation is invited to. Raises NotThere."""
    return _one(
        session.exec(
            select(Campaign).where(
                col(Campaign.id) == campaign_id, visibility.is_invited(actor), visibility.exists_for(actor, now)
            )
        ).first()
    )


def asked_campaign(session: Session, actor: Actor, campaign_id: str, *, now: datetime) -> Campaign:
    """The same, or one for a text of which the member was asked by name. Raises NotThere."""
    takes_part = visibility.is_invited(actor) | visibility.is_asked_in(actor)
    return _one(
        session.exec(
            select(Campaign).where(col(Campaign.id) == campaign_id, takes_part, visibility.exists_for(actor, now))
        ).first()
    )


def briefed_campaign(session: Session, actor: Actor, campaign_id: str, *, now: datetime) -> Campaign:
    """A campaign whose briefing the member may read, as a partner or as its owner.

    Raises NotThere, TermsNotAccepted or BriefingNotOpen.
    """
    open_to = select(Campaign).where(col(Campaign.id) == campaign_id, visibility.briefing_is_open(actor, now))
    campaign = session.exec(open_to).first()
    if campaign is None:
        invited = invited_campaign(session, actor, campaign_id, now=now)
        if not _has_accepted(session, actor, campaign_id):
            raise TermsNotAccepted
        if invited.briefing_opens_at > now:
            raise BriefingNotOpen(briefing_opens_at=invited.briefing_opens_at)
        raise NotThere  # withdrawn: its tombstone is public, its briefing is gone
    return campaign


def _has_accepted(session: Session, actor: Actor, campaign_id: str) -> bool:
    accepted = select(Campaign.id).where(col(Campaign.id) == campaign_id, visibility.has_accepted(actor))
    return session.exec(accepted).first() is not None


def campaign_by_slug(session: Session, actor: Actor, slug: str) -> Campaign:
    """A campaign by its friendly name, among those the actor looks after. Raises NotThere."""
    return _one(session.exec(select(Campaign).where(col(Campaign.slug) == slug, looks_after(actor))).first())


def looks_after(actor: Actor) -> ColumnElement[bool]:
    """Every campaign for the operator at the machine itself; for anyone else those of their own organisation."""
    return true() if Role.OPERATOR in actor.roles else visibility.is_owned_by(actor)


def lock(session: Session, campaign: Campaign) -> None:
    """Wait for whoever works on the campaign, and read it as it is then."""
    session.refresh(campaign, with_for_update=True)


def invited_organisations(session: Session, campaign: Campaign) -> Sequence[str]:
    """The ids of the organisations whose invitation stands."""
    return session.exec(
        select(Invitation.organisation_id).where(
            col(Invitation.campaign_id) == campaign.id, col(Invitation.revoked_at).is_(None)
        )
    ).all()


def own_message(session: Session, actor: Actor, message_id: str) -> tuple[Message, Campaign]:
    """A message of the member's own organisation and its campaign, locked. Raises NotThere for any other."""
    row = session.exec(
        select(Message, Campaign)
        .join(Campaign, col(Campaign.id) == col(Message.campaign_id))
        .where(
            col(Message.id) == message_id,
            col(Message.organisation_id) == actor.organisation_id,
            visibility.own_drafts_are_open(actor),
        )
        .with_for_update(of=[Message, Campaign])
    ).first()
    return _one(row)


def text_of(session: Session, message_id: str, language: str) -> Text | None:
    """The text of a message in a language, if it was begun."""
    return session.exec(_text_of(message_id, language)).first()


def locked_text_of(session: Session, message_id: str, language: str) -> Text | None:
    """The same, locked, for whoever writes it."""
    return session.exec(_text_of(message_id, language).with_for_update()).first()


def _text_of(message_id: str, language: str) -> SelectOfScalar[Text]:
    return select(Text).where(col(Text.message_id) == message_id, col(Text.language) == language)


def texts_in(session: Session, message_ids: Iterable[str], language: str) -> Mapping[str, Text]:
    """The texts of several messages in a language by their message's id, in one query."""
    rows = session.exec(
        select(Text).where(col(Text.message_id).in_(list(message_ids)), col(Text.language) == language)
    ).all()
    return {text.message_id: text for text in rows}


def wanted_kinds(session: Session, campaign: Campaign) -> Mapping[str, Sequence[ChannelKind]]:
    """The kinds each message wants, by its id. A core message that names none leaves through all the police have."""
    kinds_of_police = (
        select(Channel.kind)
        .where(col(Channel.organisation_id) == campaign.owner_id, col(Channel.removed_at).is_(None))
        .distinct()
    )
    police = sorted(ChannelKind(kind) for kind in session.exec(kinds_of_police))
    rows = session.exec(
        select(Message.id, Message.channels, Message.answers_id).where(col(Message.campaign_id) == campaign.id)
    )
    return {
        message_id: [ChannelKind(kind) for kind in kinds] if kinds or answers_id else police
        for message_id, kinds, answers_id in rows
    }


def texts_of_campaign(session: Session, campaign_id: str) -> Sequence[tuple[Message, Text, Organisation]]:
    """Every begun text of a campaign with its message and organisation: core first, then by organisation."""
    return session.exec(
        select(Message, Text, Organisation)
        .join(Text, col(Text.message_id) == col(Message.id))
        .join(Organisation, col(Organisation.id) == col(Message.organisation_id))
        .where(col(Message.campaign_id) == campaign_id)
        .order_by(
            col(Message.answers_id).is_not(None), col(Message.position), col(Organisation.name), col(Text.language)
        )
    ).all()


def core_texts(session: Session, campaign_id: str) -> list[tuple[Message, Text]]:
    """Every begun text of the core messages, in the same order: the few that a gate asks for, however many answer."""
    rows = session.exec(
        select(Message, Text)
        .join(Text, col(Text.message_id) == col(Message.id))
        .where(col(Message.campaign_id) == campaign_id, col(Message.answers_id).is_(None))
        .order_by(col(Message.position), col(Text.language))
    ).all()
    return [(message, text) for message, text in rows]


def release_of(session: Session, campaign: Campaign) -> Release | None:
    """The release that stands, if the campaign was approved. Those of late languages are beside it."""
    return session.exec(select(Release).where(*standing_releases(campaign.id), col(Release.language) == "")).first()


def standing_releases(campaign_id: str) -> tuple[ColumnElement[bool], ...]:
    """The campaign's own release, and those of late languages, as long as they count."""
    return col(Release.campaign_id) == campaign_id, col(Release.superseded_at).is_(None)


def members_of(session: Session, organisation_ids: Iterable[str]) -> Sequence[Member]:
    """The active members of organisations, each once."""
    found: dict[str, Member] = {}
    for some in lots(organisation_ids):
        belonging = select(Membership.member_id).where(col(Membership.organisation_id).in_(some))
        members = session.exec(select(Member).where(col(Member.id).in_(belonging), col(Member.active)))
        found |= {member.id: member for member in members}
    return sorted(found.values(), key=lambda member: member.email)


def is_over(stage: Stage) -> bool:
    """Whether nothing more will be written on a campaign."""
    return stage in {Stage.CLOSED, Stage.CANCELLED, Stage.WITHDRAWN}


def _one(found: Found | None) -> Found:
    if found is None:
        raise NotThere
    return found
