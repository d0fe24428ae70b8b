"""Rehearsing a release: does every channel answer, with the right credentials? Nothing of the campaign is shown."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from campaigns.channels.base import Destination
from campaigns.channels.notices import NoticeKind
from campaigns.domain.access import Actor, Permission
from campaigns.domain.errors import N_, SamklangError
from campaigns.domain.lifecycle import Stage
from campaigns.domain.release import REHEARSE_AHEAD, ChannelKind, rehearsal_is_due
from campaigns.store import audit
from campaigns.store.credentials import Vault
from campaigns.store.engine import reading, writing
from campaigns.store.tables import AuditEvent, Campaign, Channel, Organisation
from campaigns.work.loading import campaign_by_slug, invited_organisations, lock
from campaigns.work.telling import tell, tell_of_channel, who_may
from campaigns.work.workplace import Workplace

AT_ONCE = 16
NO_SUCH_CHANNEL = N_("this installation has no such channel")
PAUSED = N_("it is paused, so nothing leaves through it")
BEGUN = "release.rehearsal_begun"
DONE = "release.rehearsed"


@dataclass(frozen=True, kw_only=True)
class Rehearsed:
    """One channel after a rehearsal; `problem` is None when it is ready."""

    organisation: str
    kind: ChannelKind
    address: str
    problem: str | None


Results = list[tuple[Channel, Rehearsed]]


def rehearse(place: Workplace, actor: Actor, slug: str, *, now: datetime) -> list[Rehearsed]:
    """Check every channel that takes part, several at once; the database is released meanwhile. Raises NotThere."""
    actor.must(Permission.REHEARSE)
    with reading(place.engine) as session:
        campaign = campaign_by_slug(session, actor, slug)
        campaign_id, channels = campaign.id, _channels(session, campaign)
    results = _asked(place, channels, now)
    with writing(place.engine) as session:
        _kept(session, actor, campaign_id, results, now)
    return [result for _, result in results]


def _asked(place: Workplace, channels: Sequence[tuple[Channel, str]], now: datetime) -> Results:
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        results = pool.map(lambda row: _rehearsed(place, *row, now=now), channels)
        return [(channel, result) for (channel, _), result in zip(channels, results, strict=True)]


def _kept(session: Session, actor: Actor | None, campaign_id: str, results: Results, now: datetime) -> None:
    _keep(session, {channel.id: result for channel, result in results}, now)
    details = {"channels": len(results), "problems": sum(result.problem is not None for _, result in results)}
    audit.record(session, actor, DONE, now=now, campaign_id=campaign_id, details=details)


def rehearse_coming(place: Workplace, *, now: datetime) -> int:
    """Rehearse by itself what is lifted within a day or an hour, and tell those whose channel does not answer.

    Returns how many campaigns were rehearsed.
    """
    with reading(place.engine) as session:
        due = [campaign.id for campaign in _coming(session, now) if _is_due(session, campaign, now)]
    return sum(_rehearse_by_itself(place, campaign_id, now) for campaign_id in due)


def _coming(session: Session, now: datetime) -> Sequence[Campaign]:
    until = now + max(REHEARSE_AHEAD)
    return session.exec(
        select(Campaign).where(
            col(Campaign.stage) == Stage.APPROVED, col(Campaign.lift_at) > now, col(Campaign.lift_at) <= until
        )
    ).all()


def _is_due(session: Session, campaign: Campaign, now: datetime) -> bool:
    made = select(func.max(col(AuditEvent.at))).where(
        col(AuditEvent.campaign_id) == campaign.id, col(AuditEvent.action).in_([BEGUN, DONE])
    )
    return rehearsal_is_due(lift_at=campaign.lift_at, last=session.exec(made).one(), now=now)


def _rehearse_by_itself(place: Workplace, campaign_id: str, now: datetime) -> bool:
    """Of several workers the one that records the beginning asks. Problems are told with the outcome."""
    with writing(place.engine) as session:
        campaign = session.get_one(Campaign, campaign_id)
        lock(session, campaign)
        if campaign.stage is not Stage.APPROVED or not _is_due(session, campaign, now):
            return False
        audit.record(session, None, BEGUN, now=now, campaign_id=campaign_id)
        channels = _channels(session, campaign)
    results = _asked(place, channels, now)
    with writing(place.engine) as session:
        _kept(session, None, campaign_id, results, now)
        _tell(session, place, session.get_one(Campaign, campaign_id), results, now)
    return True


def _tell(session: Session, place: Workplace, campaign: Campaign, results: Results, now: datetime) -> None:
    failing = [channel for channel, result in results if result.problem not in {None, PAUSED}]
    for channel in failing:
        keepers = who_may(session, channel.organisation_id, Permission.KEEP_ORGANISATION)
        tell_of_channel(session, place, NoticeKind.CHANNEL_SILENT, keepers, channel=channel, now=now)
    if failing:
        police = who_may(session, campaign.owner_id, Permission.REHEARSE)
        tell(session, place, NoticeKind.REHEARSAL_FAILED, police, campaign=campaign, now=now)


def _channels(session: Session, campaign: Campaign) -> Sequence[tuple[Channel, str]]:
    taking_part = [campaign.owner_id]
    if campaign.stage is not Stage.DRAFT:
        taking_part += invited_organisations(session, campaign)
    rows = session.exec(
        select(Channel, Organisation.name)
        .join(Organisation, col(Organisation.id) == col(Channel.organisation_id))
        .where(col(Channel.organisation_id).in_(taking_part), col(Channel.removed_at).is_(None))
        .order_by(col(Organisation.name), col(Channel.kind), col(Channel.address))
    ).all()
    for channel, _ in rows:
        session.expunge(channel)
    return rows


def _keep(session: Session, results: Mapping[str, Rehearsed], now: datetime) -> None:
    """Note on each channel that was asked what it said: the board and its organisation read it there."""
    for channel in session.exec(select(Channel).where(col(Channel.id).in_(results)).with_for_update()):
        problem = results[channel.id].problem
        if problem != PAUSED:
            channel.checked_at, channel.problem = now, problem or ""
            session.add(channel)


def _rehearsed(place: Workplace, channel: Channel, organisation: str, *, now: datetime) -> Rehearsed:
    problem = PAUSED if channel.paused_at else problem_of(place, channel, now=now)
    return Rehearsed(organisation=organisation, kind=channel.kind, address=channel.address, problem=problem)


def problem_of(place: Workplace, channel: Channel, *, now: datetime) -> str | None:
    """What is wrong with one channel, as a sentence to translate; None when it answers. One never stops the others."""
    if channel.kind not in place.channels:
        return NO_SUCH_CHANNEL
    try:
        return place.channels[channel.kind].check(destination(channel, place.vault), now=now)
    except SamklangError as error:
        return str(error)


def destination(channel: Channel, vault: Vault) -> Destination:
    """Where a channel leads, with its secrets in the clear. They live only as long as this value. Raises LostKey."""
    return Destination(address=channel.address, secrets=tuple(vault.open(secret) for secret in channel.secrets))
