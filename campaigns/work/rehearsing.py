"""Rehearsing a release: does every channel answer, with the right credentials? Nothing of the campaign is shown."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from campaigns.channels.base import Destination
from campaigns.domain.access import Actor, Permission
from campaigns.domain.errors import N_, SamklangError
from campaigns.domain.lifecycle import Stage
from campaigns.domain.release import ChannelKind
from campaigns.store import audit
from campaigns.store.credentials import Vault
from campaigns.store.engine import reading, writing
from campaigns.store.tables import Campaign, Channel, Organisation
from campaigns.work.loading import campaign_by_slug, invited_organisations
from campaigns.work.workplace import Workplace

AT_ONCE = 16
NO_SUCH_CHANNEL = N_("this installation has no such channel")
PAUSED = N_("it is paused, so nothing leaves through it")


@dataclass(frozen=True, kw_only=True)
class Rehearsed:
    """One channel after a rehearsal; `problem` is None when it is ready."""

    organisation: str
    kind: ChannelKind
    address: str
    problem: str | None


def rehearse(place: Workplace, actor: Actor, slug: str, *, now: datetime) -> list[Rehearsed]:
    """Check every channel that takes part, several at once; the database is released meanwhile. Raises NotThere."""
    actor.must(Permission.REHEARSE)
    with reading(place.engine) as session:
        campaign = campaign_by_slug(session, actor, slug)
        campaign_id, channels = campaign.id, _channels(session, campaign)
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        results = list(pool.map(lambda row: _rehearsed(place, *row, now=now), channels))
    with writing(place.engine) as session:
        _keep(session, {channel.id: result for (channel, _), result in zip(channels, results, strict=True)}, now)
        details = {"channels": len(results), "problems": sum(result.problem is not None for result in results)}
        audit.record(session, actor, "release.rehearsed", now=now, campaign_id=campaign_id, details=details)
    return results


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
