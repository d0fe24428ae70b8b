"""A late language on hold, as a release is before T: one person stops it at once, another lets it go on."""

from datetime import datetime

from sqlmodel import Session, col, select

from campaigns.channels.notices import NoticeKind
from campaigns.domain.access import Actor, Permission, two_people
from campaigns.domain.errors import N_, NotThere, Refused
from campaigns.domain.ids import MemberId
from campaigns.domain.lifecycle import REMEDIES, DeliveryState, NotInThisStage, Stage
from campaigns.domain.release import ChannelKind
from campaigns.domain.times import check_lift
from campaigns.store import audit, generations
from campaigns.store.engine import writing
from campaigns.store.tables import Campaign, Release, ReleasedText
from campaigns.work.late.ending import before_it_opens
from campaigns.work.late.languages import grounds_of, must_have_grounds, waiting_releases
from campaigns.work.late.opening import record_open, tell_and_make
from campaigns.work.launch.scheduling import LAST_MOMENT
from campaigns.work.loading import own_campaign
from campaigns.work.service.publishing import must_be_armed
from campaigns.work.telling import owners, tell
from campaigns.work.workplace import Workplace


class LanguageIsHeld(Refused):
    """Held is held: the first hold says who and when."""

    message = N_("The language is on hold already. Resume it, or call it off.")


class InstantHasPassed(Refused):
    """Going on towards an instant that is over would publish at once, which nobody decided."""

    message = N_("The time {opens_at} passed while the language was held. Choose a new time, or publish it at once.")


class EarlierThanAgreed(Refused):
    """Two people agreed on an instant; earlier than that is two people's decision, later is one's."""

    message = N_(
        "Two people agreed on {opens_at}, and this would be earlier. Call it off and ask for the new time, or choose a "
        "later one."
    )


def hold_language(place: Workplace, actor: Actor, campaign_id: str, *, language: str, now: datetime) -> None:
    """Stop an approved late language before its instant; one person is enough. Nothing of it opens or leaves.

    Its words stay frozen, and what a worker holds armed of it is refused when it would leave. Raises NotThere where
    nothing is approved, LanguageIsHeld, or LanguageIsOpen from one second before its instant.
    """
    actor.must(Permission.HOLD)
    with before_it_opens(place, actor, campaign_id, language, now=now) as (session, campaign, release):
        if release.held_at is not None:
            raise LanguageIsHeld
        _put(session, release, held_by=actor.member_id, held_at=now, opens_at=release.opens_at)
        _take_back(session, campaign, release, DeliveryState.HELD)
        members = owners(session, campaign)
        tell(session, place, NoticeKind.LANGUAGE_HELD, members, campaign=campaign, now=now, besides=actor)
        details = {"language": release.language, "release": release.id}
        audit.record(session, actor, "language.held", now=now, campaign_id=campaign.id, details=details)


def resume_language(
    place: Workplace, actor: Actor, campaign_id: str, *, language: str, opens_at: datetime | None, now: datetime
) -> None:
    """Let a held late language go on, as another person than who held it: at its own instant, a later one, or at once.

    `opens_at` is None for at once, which is possible when its own instant has passed. Later is one person's decision,
    earlier never. Raises NotThere where nothing is held, NeedsAnotherPerson, InstantHasPassed, EarlierThanAgreed,
    SwedishIsNotPublished, NotInThisStage for a campaign whose work is ended, PublishingIsDisarmed, or what `check_lift`
    refuses.
    """
    actor.must(Permission.HOLD)
    with writing(place.engine) as session:
        campaign = own_campaign(session, actor, campaign_id)
        release = waiting_releases(session, campaign.id).get(language)
        if release is None or release.held_at is None or release.opens_at is None:
            raise NotThere
        must_be_armed(session)
        if campaign.stage is Stage.CLOSED:
            raise NotInThisStage(stage=campaign.stage, move=N_("resume a language"), remedy=REMEDIES[campaign.stage])
        two_people(MemberId(release.held_by or ""), actor.member_id)
        must_have_grounds(grounds_of(session, campaign))
        _must_not_be_earlier(place, release.opens_at, opens_at, now=now)
        _go_on(session, place, campaign, release, opens_at or now)
        details = {"language": release.language, "release": release.id}
        if opens_at is None:
            record_open(session, campaign, release, now=now)
            tell_and_make(session, place, campaign, now=now)
            audit.record(session, actor, "language.resumed_now", now=now, campaign_id=campaign.id, details=details)
        else:
            members = owners(session, campaign)
            tell(session, place, NoticeKind.LANGUAGE_RESUMED, members, campaign=campaign, now=now, besides=actor)
            details |= {"opens_at": opens_at.isoformat()}
            audit.record(session, actor, "language.resumed", now=now, campaign_id=campaign.id, details=details)


def _must_not_be_earlier(place: Workplace, agreed: datetime, wanted: datetime | None, *, now: datetime) -> None:
    passed = place.latest(now) >= agreed - LAST_MOMENT
    if wanted == agreed and passed:
        raise InstantHasPassed(opens_at=agreed)
    if (wanted or now) < agreed:
        raise EarlierThanAgreed(opens_at=agreed)
    if wanted is not None:
        check_lift(wanted, now=place.latest(now), step=place.lift_step)


def _go_on(session: Session, place: Workplace, campaign: Campaign, release: Release, to: datetime) -> None:
    """Every delivery keeps its id and its words; where the instant is another, its bytes say so."""

    def moved(kind: ChannelKind, body: bytes) -> bytes:
        return place.channels[kind].moved(body, to=to)

    is_moved = to != release.opens_at
    _put(session, release, held_by=None, held_at=None, opens_at=to)
    _take_back(session, campaign, release, DeliveryState.PLANNED)
    if is_moved:
        generations.move(
            session,
            campaign_id=campaign.id,
            generation=campaign.generation,
            release_id=release.id,
            to=to,
            moved=moved,
        )


def _put(
    session: Session, release: Release, *, held_by: str | None, held_at: datetime | None, opens_at: datetime | None
) -> None:
    """The release and each of its words say the same, so that no query has to ask both."""
    release.held_by, release.held_at, release.opens_at = held_by, held_at, opens_at
    session.add(release)
    frozen = select(ReleasedText).where(
        col(ReleasedText.release_id) == release.id, col(ReleasedText.superseded_at).is_(None)
    )
    for text in session.exec(frozen):
        text.held_at, text.opens_at = held_at, opens_at
        session.add(text)
    session.flush()


def _take_back(session: Session, campaign: Campaign, release: Release, state: DeliveryState) -> None:
    generations.take_back(
        session, campaign_id=campaign.id, generation=campaign.generation, release_id=release.id, state=state
    )
