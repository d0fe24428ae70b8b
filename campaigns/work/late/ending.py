"""Late languages that do not open after all: somebody calls one off, or what it was made from has changed."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlmodel import Session, col, select

from campaigns.channels.notices import NoticeKind
from campaigns.domain.access import Actor, Permission
from campaigns.domain.errors import N_, NotThere, Refused
from campaigns.store import audit
from campaigns.store.engine import writing
from campaigns.store.tables import Campaign, Delivery, Release, ReleasedText
from campaigns.work.late.languages import is_open, waiting_releases
from campaigns.work.launch.freezing import thaw
from campaigns.work.launch.lifting import has_begun
from campaigns.work.launch.scheduling import LAST_MOMENT
from campaigns.work.loading import own_campaign
from campaigns.work.partners.leaving import WAITING, stop
from campaigns.work.telling import owners, tell
from campaigns.work.workplace import Workplace


class LanguageIsOpen(Refused):
    """Its page opens by the clock, and a stop that is stored after that would come too late."""

    message = N_(
        "The language opens {opens_at} or is open already, so it is too late to stop it. Correct or withdraw its texts "
        "instead."
    )


def call_off_language(place: Workplace, actor: Actor, campaign_id: str, *, language: str, now: datetime) -> None:
    """Stop a late language before its instant; one person is enough to stop. Its texts can be edited again.

    Raises NotThere where nothing is approved, or LanguageIsOpen from one second before its instant. One that is held
    can be called off at any time.
    """
    actor.must(Permission.HOLD)
    with before_it_opens(place, actor, campaign_id, language, now=now) as (session, campaign, release):
        call_off(session, place, campaign, [release], actor=actor, now=now)


@contextmanager
def before_it_opens(
    place: Workplace, actor: Actor, campaign_id: str, language: str, *, now: datetime
) -> Iterator[tuple[Session, Campaign, Release]]:
    """A transaction that stops a late language, while it still can: as before T, judged under the lock and at its end.

    Where something has left already its instant has come, even if it is not recorded and a clock was set back since.
    Raises NotThere where nothing is approved, or LanguageIsOpen.
    """
    with writing(place.engine) as session:
        campaign = own_campaign(session, actor, campaign_id)
        release = waiting_releases(session, campaign.id).get(language)
        if release is None or release.opens_at is None:
            raise NotThere
        opens_at, opens_by_clock = release.opens_at, release.held_at is None
        too_late = place.latest(now) >= opens_at - LAST_MOMENT or has_begun(session, campaign, release_id=release.id)
        if opens_by_clock and too_late:
            raise LanguageIsOpen(opens_at=opens_at)
        yield session, campaign, release
        session.flush()
        if opens_by_clock and place.clock() >= opens_at - LAST_MOMENT / 2:
            raise LanguageIsOpen(opens_at=opens_at)


def call_off(
    session: Session, place: Workplace, campaign: Campaign, releases: Iterable[Release], *, actor: Actor, now: datetime
) -> None:
    """Take late languages out again, in the caller's transaction: none of it was ever public."""
    for release in releases:
        thaw(session, release, now=now)
        _stop_deliveries(session, release)
        details = {"language": release.language, "release": release.id}
        audit.record(session, actor, "language.called_off", now=now, campaign_id=campaign.id, details=details)
        members = owners(session, campaign)
        tell(session, place, NoticeKind.LANGUAGE_CALLED_OFF, members, campaign=campaign, now=now, besides=actor)


def end_held(session: Session, place: Workplace, campaign: Campaign, *, actor: Actor, now: datetime) -> None:
    """Call off what is on hold when the work is ended: nobody would resume it. What waits for its instant opens."""
    held = [one for one in waiting_releases(session, campaign.id).values() if one.held_at is not None]
    call_off(session, place, campaign, held, actor=actor, now=now)


def _stop_deliveries(session: Session, release: Release) -> None:
    waiting = select(Delivery).where(col(Delivery.release_id) == release.id, col(Delivery.state).in_(WAITING))
    for delivery in session.exec(waiting.with_for_update()):
        stop(delivery)
        session.add(delivery)


def overtake(
    session: Session,
    place: Workplace,
    campaign: Campaign,
    *,
    actor: Actor,
    message_id: str | None = None,
    now: datetime,
) -> None:
    """Call off what waits and would say what was corrected or withdrawn since; of the whole campaign without a message.

    Once its instant has come it is public, unless it is held, and is corrected or withdrawn as any other text.
    """
    waiting = [one for one in waiting_releases(session, campaign.id).values() if not is_open(one, now=now)]
    if message_id is not None:
        holds = select(ReleasedText.release_id).where(
            col(ReleasedText.message_id) == message_id, col(ReleasedText.superseded_at).is_(None)
        )
        concerned = set(session.exec(holds))
        waiting = [one for one in waiting if one.id in concerned]
    call_off(session, place, campaign, waiting, actor=actor, now=now)
