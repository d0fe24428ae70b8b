"""Publishing that is disarmed, as after a restore: nothing of a campaign leaves or opens until two people agree to it.

So it is in a file that was copied, too.

Time has passed since a copy was made, and what it knows may no longer be true: its campaigns may have been released,
corrected or withdrawn elsewhere, its links used, its people gone.
"""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, Delete, ScalarSelect, Update, and_, delete, exists, func, update
from sqlmodel import Session, col, select

from campaigns.domain.ids import new_id
from campaigns.domain.lifecycle import DeliveryState, Stage, TextState
from campaigns.domain.release import Event
from campaigns.store import audit
from campaigns.store.tables import (
    AccountSession,
    AuditEvent,
    Campaign,
    Channel,
    Delivery,
    Disarming,
    Member,
    MemberInvitation,
    Release,
    ReleasedText,
    Text,
)

FREE_OF_EMBARGO = (Event.NOTICE, Event.PING)
"""These never carry a word of a campaign. They leave also while publishing is disarmed: people must be told of it."""
RESTORED, COPIED = "restored", "copied"
"""Why publishing is disarmed: a backup was restored, or the file of the database was copied or moved."""
KNOWN = {"error": "restored from a backup"}


def is_armed() -> ColumnElement[bool]:
    """Anything may be published: nothing has disarmed it, or two people have armed it again."""
    return ~exists().where(col(Disarming.armed_at).is_(None))


def disarmed_since() -> ScalarSelect[datetime | None]:
    """Since when publishing is disarmed, as a part of another query; nothing while it is armed."""
    return select(func.max(Disarming.disarmed_at)).where(col(Disarming.armed_at).is_(None)).scalar_subquery()


def standing(session: Session) -> Disarming | None:
    """What disarms publishing now, if anything does."""
    return session.exec(
        select(Disarming).where(col(Disarming.armed_at).is_(None)).order_by(col(Disarming.disarmed_at).desc())
    ).first()


def disarm(session: Session, *, now: datetime, reason: str = RESTORED) -> None:
    """Make a copy harmless, in the transaction that fills it or finds that it is one.

    Approved campaigns are held and what was on its way is for a person to decide; what was public stays public.
    Sessions end, and so do mailed links: since the copy was made they may have been ended or used elsewhere.
    """
    for statement in _harmless(known_until=_known_until(session, now), now=now):
        session.connection().execute(statement)
    _end_mailed_links(session)
    session.add(Disarming(id=new_id(), reason=reason, disarmed_at=now))
    audit.record(session, None, "publishing.disarmed", now=now)


def _known_until(session: Session, now: datetime) -> datetime | None:
    """The last instant of which the copy knows, and never one to come: it was made then or later."""
    return session.exec(select(func.max(AuditEvent.at)).where(col(AuditEvent.at) <= now)).one()


def _harmless(*, known_until: datetime | None, now: datetime) -> Iterator[Update | Delete]:
    if known_until is not None:
        yield _opened(known_until)
    yield from _late_languages(known_until, now)
    yield _held()
    yield from _deliveries()
    yield update(Channel).values(unpaused_at=now)  # what ends with a person here is no fault of the channel's
    yield delete(AccountSession)
    unused = and_(col(MemberInvitation.accepted_at).is_(None), col(MemberInvitation.expires_at) > now)
    yield update(MemberInvitation).where(unused).values(expires_at=now)
    yield delete(Disarming).where(col(Disarming.armed_at).is_(None))  # what was asked for there is not asked for here


def _opened(known_until: datetime) -> Update:
    """What was public by the clock alone when the copy was made is recorded as public."""
    opened = and_(col(Campaign.stage) == Stage.APPROVED, col(Campaign.lift_at) <= known_until)
    return update(Campaign).where(opened).values(stage=Stage.LIVE, lifted_at=col(Campaign.lift_at))


def _late_languages(known_until: datetime | None, now: datetime) -> Iterator[Update]:
    """What was open by the clock stays open. What was to come, or held, is called off, and takes two people anew."""
    for table in (Release, ReleasedText):
        waits = and_(
            col(table.opens_at).is_not(None), col(table.opened_at).is_(None), col(table.superseded_at).is_(None)
        )
        if known_until is not None:
            opened = update(table).where(waits, col(table.held_at).is_(None), col(table.opens_at) <= known_until)
            yield opened.values(opened_at=col(table.opens_at))
    gone = and_(
        col(Release.opens_at).is_not(None), col(Release.opened_at).is_(None), col(Release.superseded_at).is_(None)
    )
    releases = select(col(Release.id)).where(gone)
    frozen = select(col(ReleasedText.text_id)).where(col(ReleasedText.release_id).in_(releases))
    approved = col(Text.state) == TextState.APPROVED
    yield update(Text).where(col(Text.id).in_(frozen), approved).values(state=TextState.TRANSLATED)
    yield update(ReleasedText).where(col(ReleasedText.release_id).in_(releases)).values(superseded_at=now)
    unsent = col(Delivery.state).in_([DeliveryState.PLANNED, DeliveryState.ARMED, DeliveryState.HELD])
    stopped = {"claimed_by": None, "lease_until": None, "fence": col(Delivery.fence) + 1}
    yield (
        update(Delivery)
        .where(col(Delivery.release_id).in_(releases), unsent)
        .values(state=DeliveryState.CANCELLED, **KNOWN, **stopped)
    )
    yield update(Release).where(gone).values(superseded_at=now)


def _held() -> Update:
    waits = update(Campaign).where(col(Campaign.stage) == Stage.APPROVED)
    return waits.values(stage=Stage.HELD, generation=col(Campaign.generation) + 1)


def _deliveries() -> Iterator[Update]:
    ended = select(col(Campaign.id)).where(col(Campaign.stage).in_([Stage.LIVE, Stage.CLOSED, Stage.WITHDRAWN]))
    loose = {"claimed_by": None, "lease_until": None, "fence": col(Delivery.fence) + 1}
    unsent = [DeliveryState.PLANNED, DeliveryState.ARMED]
    waits = update(Delivery).where(col(Delivery.state).in_(unsent))
    yield waits.where(col(Delivery.event).in_(FREE_OF_EMBARGO)).values(state=DeliveryState.CANCELLED, **KNOWN, **loose)
    yield waits.where(col(Delivery.campaign_id).in_(ended)).values(state=DeliveryState.LATE, **KNOWN, **loose)
    yield waits.values(state=DeliveryState.HELD, **loose)
    under_way = update(Delivery).where(col(Delivery.state) == DeliveryState.SENDING)
    yield under_way.values(state=DeliveryState.UNKNOWN, **KNOWN, **loose)


def _end_mailed_links(session: Session) -> None:
    """Everyone's links are sealed with their uniquifier, and a session without it ends too."""
    for member in session.exec(select(Member)):
        member.uniquifier = new_id()
        session.add(member)
