"""Freezing what was approved, texts as the public will read them and deliveries as they will leave; and thawing it."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from campaigns.domain.ids import new_id
from campaigns.domain.lifecycle import TextState
from campaigns.store import planned
from campaigns.store.tables import Campaign, Message, Organisation, Release, ReleasedText, Text
from campaigns.work.launch.planning import Plan, plan_release, rendered_release
from campaigns.work.launch.typesetting import Typesetter
from campaigns.work.translating.progress import state_when_thawed
from campaigns.work.workplace import Workplace

Row = tuple[Message, Text, Organisation]


def freeze(
    session: Session,
    place: Workplace,
    campaign: Campaign,
    release_id: str,
    rows: Sequence[Row],
    typesetter: Typesetter,
    *,
    now: datetime,
) -> Plan:
    """Store what a release says and all that it will send, in the caller's transaction. Returns what was planned.

    Raises DoesNotFit for a text that a channel cannot take.
    """
    released = [freeze_text(session, campaign, release_id, row, typesetter) for row in rows]
    session.flush()
    plan = plan_release(session, place, campaign, released)
    planned.store(session, rendered_release(session, place, campaign, release_id, plan, typesetter, now=now))
    return plan


def freeze_text(
    session: Session,
    campaign: Campaign,
    release_id: str,
    row: Row,
    typesetter: Typesetter,
    *,
    version: int = 1,
    now: datetime | None = None,
) -> ReleasedText:
    """The text as the public will read it, rendered and cleaned once. `now` is set for a correction."""
    message, text, organisation = row
    text.state = TextState.PUBLISHED if now else TextState.APPROVED
    released = ReleasedText(
        id=new_id(),
        release_id=release_id,
        campaign_id=campaign.id,
        message_id=message.id,
        text_id=text.id,
        organisation_id=organisation.id,
        position=message.position,
        is_core=message.answers_id is None,
        language=text.language,
        version=version,
        revision=text.revision,
        headline=text.headline,
        long=text.long,
        html=typesetter.of(text.long).html,
        short=text.short,
        sms=text.sms,
        spoken=text.spoken,
        corrected_at=now,
    )
    session.add(text)
    session.add(released)
    return released


def thaw(session: Session, release: Release, *, now: datetime) -> None:
    """Take a release back that was never public: it is never used again, and its texts can be edited as before."""
    release.superseded_at = now
    session.add(release)
    frozen = session.exec(
        select(ReleasedText, Text)
        .join(Text, col(Text.id) == col(ReleasedText.text_id))
        .where(col(ReleasedText.release_id) == release.id, col(ReleasedText.superseded_at).is_(None))
    ).all()
    states = state_when_thawed(session, [text for _, text in frozen])
    for released, text in frozen:
        released.superseded_at = now
        text.state = states[text.id]
        session.add(released)
        session.add(text)
