"""From frozen texts to deliveries: one row an event, language and channel, rendered now so that faults show now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from campaigns import data, markup
from campaigns.channels.base import Outgoing
from campaigns.channels.notices import NoticeKind
from campaigns.domain.errors import N_
from campaigns.domain.ids import new_id
from campaigns.domain.languages import ui_language
from campaigns.domain.lifecycle import DeliveryState
from campaigns.domain.release import ChannelKind, Event
from campaigns.domain.texts import TextContent
from campaigns.i18n import words_for
from campaigns.store.tables import Campaign, Channel, Delivery, Organisation, ReleasedText
from campaigns.work.channel_logins import NEED_A_LOGIN
from campaigns.work.loading import invited_organisations, members_of, wanted_kinds
from campaigns.work.telling import tell
from campaigns.work.workplace import Workplace

REMIND_BEFORE = timedelta(minutes=15)
WITHDRAWN = N_("The message was withdrawn.")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a release will send, and which wanted channels it cannot use (organisation, kind)."""

    deliveries: tuple[Delivery, ...]
    gaps: tuple[tuple[str, ChannelKind], ...]


@dataclass(frozen=True, kw_only=True)
class Announced:
    """What every webhook of those who take part is told, and the instant at which all of it leaves."""

    event: Event
    at: datetime
    language: str = ""


def plan_release(
    session: Session,
    place: Workplace,
    campaign: Campaign,
    release_id: str,
    released: Sequence[ReleasedText],
    *,
    announced: Announced | None = None,
    now: datetime,
) -> Plan:
    """Every delivery of a release: each message through each wanted channel, and `campaign.lifted` to every webhook.

    `announced` is what leaves to every webhook instead, and when all of it leaves, for a late language.
    Raises DoesNotFit for a text that a channel cannot take.
    """
    said = announced or Announced(event=Event.CAMPAIGN_LIFTED, at=campaign.lift_at)
    channels = _channels(session, place, campaign, released)
    names = organisations_of(session, channels)
    wanted = wanted_kinds(session, campaign)

    def event(channel: Channel, what: Event, text: ReleasedText | None) -> Delivery:
        return plan_event(
            place, campaign, channel, what, text, names=names, release_id=release_id, at=said.at, now=now,
            language=said.language,
        )  # fmt: skip

    deliveries, gaps = [], []
    for text in released:
        own = channels[text.organisation_id]
        for kind in _possible(place, wanted[text.message_id], own):
            usable = [channel for channel in own if channel.kind is kind and not channel.paused_at]
            deliveries += [event(channel, Event.MESSAGE_PUBLISHED, text) for channel in usable]
            gaps += [] if usable else [(text.organisation_id, kind)]
    everyones = [channel for own in channels.values() for channel in own if not channel.paused_at]
    webhooks = [channel for channel in everyones if channel.kind is ChannelKind.WEBHOOK]
    deliveries += [event(channel, said.event, None) for channel in webhooks]
    session.add_all(deliveries)
    return Plan(deliveries=tuple(deliveries), gaps=tuple(dict.fromkeys(gaps)))


def _possible(place: Workplace, wanted: Sequence[ChannelKind], own: Sequence[Channel]) -> list[ChannelKind]:
    """The wanted kinds, each once. A person publishes by hand for one that this installation does not have, and for
    one that an organisation has not given a login for yet.
    """
    logged_in = {channel.kind for channel in own}
    by_hand = {kind for kind in wanted if kind not in place.channels or kind in NEED_A_LOGIN - logged_in}
    return list(dict.fromkeys(ChannelKind.BY_HAND if kind in by_hand else kind for kind in wanted))


def _channels(
    session: Session, place: Workplace, campaign: Campaign, released: Iterable[ReleasedText]
) -> Mapping[str, list[Channel]]:
    """The channels of everyone who takes part, the paused ones too: who has a message, and who is invited."""
    voices = (text.organisation_id for text in released)
    taking_part = {*invited_organisations(session, campaign), campaign.owner_id, *voices}
    found: dict[str, list[Channel]] = {organisation: [] for organisation in taking_part}
    rows = session.exec(
        select(Channel)
        .where(col(Channel.organisation_id).in_(taking_part), col(Channel.removed_at).is_(None))
        .order_by(col(Channel.organisation_id), col(Channel.kind), col(Channel.address))
    )
    for channel in rows:
        if channel.kind in place.channels:
            found[channel.organisation_id].append(channel)
    return found


def organisations_of(session: Session, ids: Iterable[str]) -> Mapping[str, str]:
    """The names of organisations by their ids, in one query."""
    rows = session.exec(select(Organisation.id, Organisation.name).where(col(Organisation.id).in_(list(ids))))
    return dict(rows.all())


def plan_event(
    place: Workplace,
    campaign: Campaign,
    channel: Channel,
    event: Event,
    text: ReleasedText | None,
    *,
    names: Mapping[str, str],
    release_id: str,
    at: datetime,
    now: datetime,
    language: str = "",
    in_reply_to: str | None = None,
) -> Delivery:
    """One delivery, with its id made here, once, and its bytes rendered. It is not added to a session.

    `language` is what an event without a text is about.
    """
    delivery = Delivery(
        id=new_id(),
        event=event,
        campaign_id=campaign.id,
        release_id=release_id,
        released_text_id=text.id if text else None,
        organisation_id=channel.organisation_id,
        channel_id=channel.id,
        kind=channel.kind,
        language=text.language if text else language,
        recipient=channel.address,
        state=DeliveryState.PLANNED,
        generation=campaign.generation,
        planned_at=at,
        due_at=at,
        created_at=now,
    )
    render(place, campaign, delivery, text, organisation=names[channel.organisation_id], in_reply_to=in_reply_to)
    return delivery


def render(
    place: Workplace,
    campaign: Campaign,
    delivery: Delivery,
    text: ReleasedText | None,
    *,
    organisation: str,
    in_reply_to: str | None = None,
) -> None:
    """Put the bytes that will leave into the delivery. They hold its planned instant, so a new T renders anew."""
    outgoing = _outgoing(place, campaign, delivery, text, organisation=organisation, in_reply_to=in_reply_to)
    if delivery.event is Event.MESSAGE_WITHDRAWN and delivery.kind is ChannelKind.EMAIL:
        outgoing = _saying_withdrawn(outgoing)
    rendered = place.channels[delivery.kind].render(outgoing)
    delivery.content_type = rendered.content_type
    delivery.headers = dict(rendered.headers)
    delivery.body = rendered.body


def _outgoing(
    place: Workplace,
    campaign: Campaign,
    delivery: Delivery,
    text: ReleasedText | None,
    *,
    organisation: str,
    in_reply_to: str | None,
) -> Outgoing:
    says_something = text is not None and delivery.event is not Event.MESSAGE_WITHDRAWN
    language = text.language if text else delivery.language
    return Outgoing(
        delivery_id=delivery.id,
        event=delivery.event,
        campaign_id=campaign.id,
        campaign_name=campaign.name,
        campaign_url=place.public_address(campaign.slug),
        message_id=text.message_id if text else None,
        organisation=organisation,
        language=language,
        direction=data.languages()[language].direction if language else "ltr",
        content=content_of(text) if text and says_something else TextContent(),
        html=text.html if text and says_something else "",
        plain=markup.plain_text(text.long) if text and says_something else "",
        url=place.public_address(campaign.slug, language or None),
        planned_at=delivery.planned_at,
        updated_at=text.corrected_at if text else None,
        in_reply_to=in_reply_to,
    )


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
