"""A public text and what it may become: what the public reads now, what would replace it, and who must say yes."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from campaigns.domain.access import Actor
from campaigns.domain.embargo import is_public
from campaigns.domain.errors import Fault, NotThere
from campaigns.domain.lifecycle import Stage
from campaigns.domain.texts import TextContent, Variant
from campaigns.domain.word_diff import word_diff
from campaigns.store import visibility
from campaigns.store.engine import reading
from campaigns.store.tables import Campaign, Member, Message, Organisation, ReleasedText, Text
from campaigns.work.launch.correcting import AlreadyWithdrawn, NotInRelease, NotPublicYet
from campaigns.work.launch.correction_checks import Weight, weight_of
from campaigns.work.launch.planning import content_of
from campaigns.work.launch.proposals import WITHDRAW_TEXT, OpenProposal, open_proposals
from campaigns.work.loading import is_over
from campaigns.work.partners.matching import standing_consent
from campaigns.work.texts.writing import authors_since_release, faults_of
from campaigns.work.workplace import Workplace


@dataclass(frozen=True, kw_only=True)
class PublicText:
    """A text of the member's own organisation that is public. `published` is read, `now` was written since.

    `consented`: the organisation said yes to what stands now. `wrote`: the reader wrote part of what is new.
    """

    text_id: str
    message_id: str
    campaign_id: str
    message: str
    organisation: str
    language: str
    is_core: bool
    published: TextContent
    now: TextContent
    revision: str
    version: int
    is_same: bool
    is_over: bool
    edited_by: str
    edited_at: datetime
    consented: bool
    wrote: bool
    faults: tuple[Fault, ...]
    weight: Weight
    withdrawals: tuple[OpenProposal, ...]

    @property
    def differences(self) -> tuple[tuple[Variant, list[tuple[str, str]]], ...]:
        """What differs, word by word, for each variant that does."""
        return tuple(
            (variant, word_diff(self.published[variant], self.now[variant]))
            for variant in Variant
            if self.published[variant] != self.now[variant]
        )


def public_text(place: Workplace, actor: Actor, text_id: str, *, now: datetime) -> PublicText:
    """A text of one's own organisation after T. Raises NotThere, NotPublicYet, NotInRelease or AlreadyWithdrawn."""
    with reading(place.engine) as session:
        text, message, campaign, organisation = _own(session, actor, text_id)
        published = _published(session, campaign, text, now)
        faults = faults_of(session, campaign, message, text)
        asked = open_proposals(session, actor, campaign.id, {WITHDRAW_TEXT}, now=now)
        editor = session.get(Member, text.edited_by) if text.edited_by else None
        return PublicText(
            text_id=text.id,
            message_id=message.id,
            campaign_id=campaign.id,
            message=message.name,
            organisation=organisation.name,
            language=text.language,
            is_core=message.answers_id is None,
            published=content_of(published),
            now=text.content,
            revision=text.revision,
            version=published.version,
            is_same=published.revision == text.revision,
            is_over=is_over(campaign.stage),
            edited_by=editor.name if editor else "",
            edited_at=text.edited_at,
            consented=standing_consent(session, text) is not None,
            wrote=actor.member_id in authors_since_release(session, [text.id]),
            faults=tuple(faults),
            weight=weight_of(session, campaign, message, text, content_of(published)),
            withdrawals=tuple(one for one in asked if one.revision == published.id),
        )


def _own(session: Session, actor: Actor, text_id: str) -> tuple[Text, Message, Campaign, Organisation]:
    row = session.exec(
        select(Text, Message, Campaign, Organisation)
        .join(Message, col(Message.id) == col(Text.message_id))
        .join(Campaign, col(Campaign.id) == col(Message.campaign_id))
        .join(Organisation, col(Organisation.id) == col(Message.organisation_id))
        .where(
            col(Text.id) == text_id,
            col(Message.organisation_id) == actor.organisation_id,
            visibility.own_drafts_are_open(actor),
        )
    ).first()
    if row is None:
        raise NotThere
    text, message, campaign, organisation = row
    return text, message, campaign, organisation


def _published(session: Session, campaign: Campaign, text: Text, now: datetime) -> ReleasedText:
    if not is_public(campaign.embargo, now=now):
        if campaign.stage is Stage.WITHDRAWN:
            raise AlreadyWithdrawn(withdrawn_at=campaign.withdrawn_at)
        raise NotPublicYet
    published = session.exec(
        select(ReleasedText).where(col(ReleasedText.text_id) == text.id, visibility.text_is_open(now))
    ).first()
    if published is None:
        raise NotInRelease
    if published.withdrawn_at is not None:
        raise AlreadyWithdrawn(withdrawn_at=published.withdrawn_at)
    return published
