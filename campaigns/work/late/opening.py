"""That a late language is open: recorded once, by whoever comes first; its page opens by the clock without that."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, select

from campaigns.channels.notices import NoticeKind
from campaigns.domain.lifecycle import TextState
from campaigns.store import audit
from campaigns.store.disarming import standing
from campaigns.store.engine import writing
from campaigns.store.tables import Campaign, Release, ReleasedText, Text
from campaigns.work.launch.lifting import ComingLift, opens_by_the_clock, publish_texts
from campaigns.work.library.wanting import want_material
from campaigns.work.telling import briefed_members, tell
from campaigns.work.workplace import Workplace


def record_lift(place: Workplace, lift: ComingLift, *, now: datetime) -> None:
    """What may wait until everything has left: the texts of a lift count as published, late languages as open."""
    if lift.is_late:
        open_languages(place, lift.campaign_id, now=now)
    else:
        publish_texts(place.engine, lift.campaign_id)


def open_languages(place: Workplace, campaign_id: str, *, now: datetime) -> None:
    """Record every late language of a campaign whose instant has come. Nothing where nothing has, or while disarmed."""
    with writing(place.engine) as session:
        campaign = session.exec(select(Campaign).where(col(Campaign.id) == campaign_id).with_for_update()).one()
        if standing(session) is not None:
            return
        due = session.exec(
            select(Release).where(col(Release.campaign_id) == campaign_id, opens_by_the_clock(now))
        ).all()
        for release in due:
            record_open(session, campaign, release, now=now)
            audit.record(
                session, None, "language.added", now=now, campaign_id=campaign_id,
                details={"language": release.language, "release": release.id},
            )  # fmt: skip
        if due:
            tell_and_make(session, place, campaign, now=now)


def record_open(session: Session, campaign: Campaign, release: Release, *, now: datetime) -> None:
    """Write it down: from here on it stays open whatever a clock says, and what was decided of the language before T
    no longer counts.
    """
    release.opened_at = now
    session.add(release)
    for released, text in _texts(session, release):
        released.opened_at = now
        if text.state is TextState.APPROVED:
            text.state = TextState.PUBLISHED
        session.add(released)
        session.add(text)
    for choice in ("left_out", "in_swedish"):
        setattr(campaign, choice, {tag: by for tag, by in getattr(campaign, choice).items() if tag != release.language})
    session.add(campaign)
    session.flush()


def _texts(session: Session, release: Release) -> Iterable[tuple[ReleasedText, Text]]:
    return session.exec(
        select(ReleasedText, Text)
        .join(Text, col(Text.id) == col(ReleasedText.text_id))
        .where(col(ReleasedText.release_id) == release.id, col(ReleasedText.superseded_at).is_(None))
    ).all()


def tell_and_make(session: Session, place: Workplace, campaign: Campaign, *, now: datetime) -> None:
    """Everyone who takes part is told, and the library's makers find what they shall make."""
    want_material(session, place, campaign, now=now)
    members = briefed_members(session, campaign)
    tell(session, place, NoticeKind.LANGUAGE_ADDED, members, campaign=campaign, now=now)
