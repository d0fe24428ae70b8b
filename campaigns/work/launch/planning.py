"""From frozen texts to deliveries: one row an event, language and channel, rendered now so that faults show now.

A release is planned first, which is quick and takes little memory, and rendered delivery by delivery.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select as select_columns  # SQLModel's own takes four of them at most
from sqlmodel import Session, col, select

from campaigns import data, markup
from campaigns.channels.base import Enclosure, Outgoing
from campaigns.channels.notices import NoticeKind
from campaigns.domain.errors import N_
from campaigns.domain.ids import new_id
from campaigns.domain.languages import ui_language
from campaigns.domain.lifecycle import DeliveryState
from campaigns.domain.release import ChannelKind, Event
from campaigns.domain.texts import TextContent
from campaigns.i18n import words_for
from campaigns.store.planned import Row, lots, planned
from campaigns.store.tables import Campaign, Channel, Delivery, Organisation, ReleasedText
from campaigns.work.launch.typesetting import Typesetter
from campaigns.work.loading import invited_organisations, members_of, wanted_kinds
from campaigns.work.organisations.channel_logins import NEED_A_LOGIN
from campaigns.work.telling import tell
from campaigns.work.uploads.enclosing import enclosed
from campaigns.work.uploads.freezing import frozen_uploads
from campaigns.work.workplace import Workplace

REMIND_BEFORE = timedelta(minutes=15)
WITHDRAWN = N_("The message was withdrawn.")


class Way(NamedTuple):
    """A channel as far as planning needs it: a large release has tens of thousands."""

    id: str
    organisation_id: str
    kind: ChannelKind
    address: str
    paused_at: datetime | None = None


COLUMNS = (Channel.id, Channel.organisation_id, Channel.kind, Channel.address, Channel.paused_at)


@dataclass(frozen=True, kw_only=True)
class Dispatch:
    """One delivery to be: an event through a channel, with its text if it has one."""

    way: Way
    event: Event
    text: ReleasedText | None
    language: str = ""
    """What an event without a text is about."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a release will send, and which wanted channels it cannot use (organisation, kind)."""

    at: datetime
    dispatches: tuple[Dispatch, ...]
    gaps: tuple[tuple[str, ChannelKind], ...]


@dataclass(frozen=True, kw_only=True)
class Announced:
    """What every webhook of those who take part is told, and the instant at which all of it leaves."""

    event: Event
    at: datetime
    language: str = ""


def lifted(campaign: Campaign) -> Announced:
    """What is told at T."""
    return Announced(event=Event.CAMPAIGN_LIFTED, at=campaign.lift_at)


def plan_release(
    session: Session,
    place: Workplace,
    campaign: Campaign,
    released: Sequence[ReleasedText],
    *,
    announced: Announced | None = None,
) -> Plan:
    """Each message through each wanted channel, and `campaign.lifted` to every webhook. Nothing is rendered yet.

    `announced` is what leaves to every webhook instead, and when all of it leaves, for a late language.
    """
    said = announced or lifted(campaign)
    ways = _ways(session, place, campaign, released)
    wanted = wanted_kinds(session, campaign)
    dispatches: list[Dispatch] = []
    gaps: list[tuple[str, ChannelKind]] = []
    for text in released:
        own = ways[text.organisation_id]
        for kind in _possible(place, wanted[text.message_id], own):
            usable = [way for way in own if way.kind is kind and not way.paused_at]
            dispatches += [Dispatch(way=way, event=Event.MESSAGE_PUBLISHED, text=text) for way in usable]
            gaps += [] if usable else [(text.organisation_id, kind)]
    everyones = [way for own in ways.values() for way in own if not way.paused_at]
    webhooks = [way for way in everyones if way.kind is ChannelKind.WEBHOOK]
    dispatches += [Dispatch(way=way, event=said.event, text=None, language=said.language) for way in webhooks]
    return Plan(dispatches=tuple(dispatches), gaps=tuple(dict.fromkeys(gaps)), at=said.at)


def _possible(place: Workplace, wanted: Sequence[ChannelKind], own: Sequence[Way]) -> list[ChannelKind]:
    """The wanted kinds, each once. A person publishes by hand for one that this installation does not have, and for
    one that an organisation has not given a login for yet.
    """
    logged_in = {way.kind for way in own}
    by_hand = {kind for kind in wanted if kind not in place.channels or kind in NEED_A_LOGIN - logged_in}
    return list(dict.fromkeys(ChannelKind.BY_HAND if kind in by_hand else kind for kind in wanted))


def _ways(
    session: Session, place: Workplace, campaign: Campaign, released: Iterable[ReleasedText]
) -> Mapping[str, list[Way]]:
    """The channels of everyone who takes part, the paused ones too: who has a message, and who is invited."""
    voices = (text.organisation_id for text in released)
    taking_part = {*invited_organisations(session, campaign), campaign.owner_id, *voices}
    found: dict[str, list[Way]] = {organisation: [] for organisation in taking_part}
    for some in lots(sorted(taking_part)):
        rows = session.connection().execute(
            select_columns(*map(col, COLUMNS))
            .where(col(Channel.organisation_id).in_(some), col(Channel.removed_at).is_(None))
            .order_by(col(Channel.organisation_id), col(Channel.kind), col(Channel.address))
        )
        for way in map(Way._make, rows):
            if way.kind in place.channels:
                found[way.organisation_id].append(way)
    return found


def organisations_of(session: Session, ids: Iterable[str]) -> Mapping[str, str]:
    """The names of organisations by their ids."""
    names: dict[str, str] = {}
    for some in lots(ids):
        rows = session.exec(select(Organisation.id, Organisation.name).where(col(Organisation.id).in_(some)))
        names.update(rows.all())
    return names


def rendered_release(
    session: Session,
    place: Workplace,
    campaign: Campaign,
    release_id: str,
    plan: Plan,
    typesetter: Typesetter,
    *,
    now: datetime,
) -> Iterator[Row]:
    """Every delivery of a plan, ready to be stored, rendered one after the other as they are asked for.

    Raises DoesNotFit at a text that a channel cannot take.
    """
    names = organisations_of(session, {dispatch.way.organisation_id for dispatch in plan.dispatches})
    beside = enclosed(place, campaign, frozen_uploads(session, campaign))
    for dispatch in plan.dispatches:
        text = dispatch.text
        yield _planned(
            place,
            campaign,
            dispatch,
            plain=typesetter.of(text.long).plain if text else "",
            organisation=names[dispatch.way.organisation_id],
            enclosures=beside.get(text.message_id, ()) if text else (),
            release_id=release_id,
            at=plan.at,
            now=now,
        )


def plan_event(
    place: Workplace,
    campaign: Campaign,
    channel: Channel,
    event: Event,
    text: ReleasedText | None,
    *,
    names: Mapping[str, str],
    enclosures: tuple[Enclosure, ...] = (),
    release_id: str,
    at: datetime,
    now: datetime,
    language: str = "",
    in_reply_to: str | None = None,
) -> Delivery:
    """A single delivery beside or after a release, rendered. It is not added to a session. Raises DoesNotFit."""
    way = Way(channel.id, channel.organisation_id, channel.kind, channel.address)
    row = _planned(
        place,
        campaign,
        Dispatch(way=way, event=event, text=text, language=language),
        plain=markup.plain_text(text.long) if text else "",
        organisation=names[channel.organisation_id],
        enclosures=enclosures,
        release_id=release_id,
        at=at,
        now=now,
        in_reply_to=in_reply_to,
    )
    return Delivery(**row)


def _planned(
    place: Workplace,
    campaign: Campaign,
    dispatch: Dispatch,
    *,
    plain: str,
    organisation: str,
    enclosures: tuple[Enclosure, ...],
    release_id: str,
    at: datetime,
    now: datetime,
    in_reply_to: str | None = None,
) -> Row:
    """One delivery, with its id made here, once, and its bytes."""
    delivery_id, way, text = new_id(), dispatch.way, dispatch.text
    outgoing = _outgoing(
        place,
        campaign,
        dispatch,
        plain=plain,
        delivery_id=delivery_id,
        organisation=organisation,
        enclosures=enclosures,
        at=at,
        in_reply_to=in_reply_to,
    )
    rendered = place.channels[way.kind].render(outgoing)
    return planned(
        delivery_id=delivery_id,
        event=dispatch.event,
        kind=way.kind,
        recipient=way.address,
        content_type=rendered.content_type,
        headers=dict(rendered.headers),
        body=rendered.body,
        generation=campaign.generation,
        at=at,
        now=now,
        campaign_id=campaign.id,
        release_id=release_id,
        released_text_id=text.id if text else None,
        organisation_id=way.organisation_id,
        channel_id=way.id,
        language=text.language if text else dispatch.language,
    )


def _outgoing(
    place: Workplace,
    campaign: Campaign,
    dispatch: Dispatch,
    *,
    plain: str,
    delivery_id: str,
    organisation: str,
    enclosures: tuple[Enclosure, ...],
    at: datetime,
    in_reply_to: str | None,
) -> Outgoing:
    text, event = dispatch.text, dispatch.event
    says_something = text is not None and event is not Event.MESSAGE_WITHDRAWN
    language = text.language if text else dispatch.language
    outgoing = Outgoing(
        delivery_id=delivery_id,
        event=event,
        campaign_id=campaign.id,
        campaign_name=campaign.name,
        campaign_url=place.public_address(campaign.slug),
        message_id=text.message_id if text else None,
        organisation=organisation,
        language=language,
        direction=data.languages()[language].direction if language else "ltr",
        content=content_of(text) if text and says_something else TextContent(),
        html=text.html if text and says_something else "",
        plain=plain if says_something else "",
        url=place.public_address(campaign.slug, language or None),
        planned_at=at,
        updated_at=_updated_at(text, event, at),
        in_reply_to=in_reply_to,
        enclosures=enclosures if says_something else (),
    )
    withdrawn_letter = event is Event.MESSAGE_WITHDRAWN and dispatch.way.kind is ChannelKind.EMAIL
    return _saying_withdrawn(outgoing) if withdrawn_letter else outgoing


def _updated_at(text: ReleasedText | None, event: Event, at: datetime) -> datetime | None:
    """When the message changed; with a correction, also one of what stands beside it, that is when it leaves."""
    if event is Event.MESSAGE_CORRECTED:
        return at
    return text.corrected_at if text else None


def _saying_withdrawn(outgoing: Outgoing) -> Outgoing:
    """A letter about a withdrawn text says so, in the text's language where the interface has it, else in Swedish."""
    words = words_for(ui_language(outgoing.language))
    return replace(outgoing, plain=words._(WITHDRAWN), language=words.language, direction="ltr")


def content_of(text: ReleasedText) -> TextContent:
    """What a released text says, as a value."""
    return TextContent(headline=text.headline, long=text.long, short=text.short, sms=text.sms, spoken=text.spoken)


def remind_by_hand(session: Session, place: Workplace, campaign: Campaign, *, now: datetime) -> None:
    """A quarter of an hour before T, tell those who publish by hand to be ready. The text itself comes at T."""
    at = campaign.lift_at - REMIND_BEFORE
    if at <= now:
        return
    by_hand = session.exec(
        select(Delivery.organisation_id)
        .where(
            col(Delivery.campaign_id) == campaign.id,
            col(Delivery.event) == Event.MESSAGE_PUBLISHED,
            col(Delivery.state).in_([DeliveryState.PLANNED, DeliveryState.ARMED]),
            col(Delivery.kind) == ChannelKind.BY_HAND,
        )
        .distinct()
    ).all()
    members = members_of(session, sorted(organisation for organisation in by_hand if organisation))
    tell(session, place, NoticeKind.BY_HAND_REMINDER, members, campaign=campaign, now=now, at=at)
