"""Which languages reach which parts of the country in a campaign, through partners whose consent stands."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from campaigns import data
from campaigns.domain.access import Actor, Permission
from campaigns.domain.coverage import Coverage, cover
from campaigns.store.engine import reading
from campaigns.store.tables import Campaign, Consent, Invitation, Message, Organisation, Text
from campaigns.work.campaign.at_hand import campaign_of_one
from campaigns.work.workplace import Workplace


@dataclass(frozen=True, kw_only=True)
class Covered:
    """The coverage, how many partners' voices it is made of, and the languages that are left out of the release."""

    coverage: Coverage
    voices: int
    left_out: tuple[str, ...]


def coverage(place: Workplace, actor: Actor, campaign_id: str, *, now: datetime) -> Covered:
    """The coverage of one's own campaign as it would be if it were lifted at `now`. Raises NotThere."""
    actor.must(Permission.REHEARSE)
    with reading(place.engine) as session:
        return coverage_of(session, campaign_of_one(session, actor, campaign_id), now=now)


def coverage_of(session: Session, campaign: Campaign, *, now: datetime) -> Covered:
    """The same in the caller's transaction."""
    voices = session.exec(
        select(Text.language, Organisation.id, Organisation.places)
        .join(Message, col(Message.id) == col(Text.message_id))
        .join(Organisation, col(Organisation.id) == col(Message.organisation_id))
        .join(Consent, (col(Consent.text_id) == col(Text.id)) & (col(Consent.revision) == col(Text.revision)))
        .join(
            Invitation,
            (col(Invitation.organisation_id) == col(Organisation.id))
            & (col(Invitation.campaign_id) == col(Message.campaign_id)),
        )
        .where(
            col(Message.campaign_id) == campaign.id,
            col(Message.answers_id).is_not(None),
            col(Consent.given_at) <= now,
            col(Consent.taken_back_at).is_(None),
            col(Invitation.revoked_at).is_(None),
        )
    ).all()
    languages = [tag for tag in campaign.languages if tag not in campaign.left_out]
    return Covered(
        coverage=cover(
            data.places(),
            languages=languages,
            places=campaign.places,
            voices=[(tag, places) for tag, _, places in voices],
        ),
        voices=len({organisation_id for _, organisation_id, _ in voices}),
        left_out=tuple(tag for tag in campaign.languages if tag in campaign.left_out),
    )
