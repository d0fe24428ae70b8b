"""What each kind of channel would send of a text, rendered by the channel itself from what stands there now."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from sqlmodel import Session

from campaigns import markup
from campaigns.channels.base import DoesNotFit, Enclosure
from campaigns.domain.access import Actor
from campaigns.domain.errors import NotThere
from campaigns.domain.release import ChannelKind, Event
from campaigns.domain.texts import TextContent
from campaigns.store.engine import reading
from campaigns.store.tables import Campaign, Channel, Delivery, Message, Organisation, ReleasedText, Text
from campaigns.work.launch.planning import plan_event
from campaigns.work.launch.typesetting import phones_of
from campaigns.work.loading import text_of, wanted_kinds
from campaigns.work.texts.desk import message_on_desk
from campaigns.work.uploads.enclosing import enclosed
from campaigns.work.uploads.freezing import chosen_uploads
from campaigns.work.workplace import Workplace

SAMPLE = "0" * 32
ADDRESSES = {ChannelKind.WEBHOOK: "https://example.org/samklang", ChannelKind.WORDPRESS: "https://example.org"}


@dataclass(frozen=True, kw_only=True)
class ChannelPreview:
    """What one kind of channel would send. `subject`, `plain` and `html` are a letter's, `json` is a webhook's.

    `refused` is why the text does not fit; then the rest is empty. All HTML is clean.
    """

    kind: ChannelKind
    refused: DoesNotFit | None = None
    subject: str = ""
    plain: str = ""
    html: str = ""
    json: str = ""


@dataclass(frozen=True, kw_only=True)
class Previews:
    """A text as the public page shows it, and as each channel sends it. `chosen` says whether these were chosen."""

    campaign_id: str
    message_id: str
    name: str
    is_core: bool
    organisation: str
    language: str
    content: TextContent
    html: str
    chosen: bool
    channels: tuple[ChannelPreview, ...]


def channel_previews(place: Workplace, actor: Actor, message_id: str, language: str, *, now: datetime) -> Previews:
    """How a text of one's own organisation will leave. Raises NotThere for every other, and for one not begun."""
    with reading(place.engine) as session:
        message, campaign, _ = message_on_desk(session, actor, message_id, language, now=now)
        text = text_of(session, message.id, language)
        if text is None:
            raise NotThere
        wanted = [kind for kind in wanted_kinds(session, campaign)[message.id] if kind in place.channels]
        organisation = session.get_one(Organisation, message.organisation_id)
        frozen = _as_released(campaign, message, text)
        ours = actor.organisation_id == message.organisation_id  # who was asked by name sees the text alone
        pieces = chosen_uploads(session, campaign, [message.id] if ours else [])
        enclosures = enclosed(place, campaign, pieces).get(message.id, ())
        return Previews(
            campaign_id=campaign.id,
            message_id=message.id,
            name=message.name,
            is_core=message.answers_id is None,
            organisation=organisation.name,
            language=language,
            content=text.content,
            html=frozen.html,
            chosen=bool(wanted),
            channels=_previews(
                place, session, campaign, frozen, organisation, wanted or list(place.channels), enclosures
            ),
        )


def _as_released(campaign: Campaign, message: Message, text: Text) -> ReleasedText:
    """The text as approval would freeze it. It is not added to a session."""
    return ReleasedText(
        id=SAMPLE,
        release_id=SAMPLE,
        campaign_id=campaign.id,
        message_id=message.id,
        text_id=text.id,
        organisation_id=message.organisation_id,
        is_core=message.answers_id is None,
        language=text.language,
        revision=text.revision,
        html=markup.typeset(text.long, phones_of(campaign)).html,
        **{part: getattr(text, part) for part in ("headline", "long", "short", "sms", "spoken")},
    )


def _previews(
    place: Workplace,
    session: Session,
    campaign: Campaign,
    text: ReleasedText,
    organisation: Organisation,
    kinds: Sequence[ChannelKind],
    enclosures: tuple[Enclosure, ...],
) -> tuple[ChannelPreview, ...]:
    with session.no_autoflush:
        return tuple(_preview(place, campaign, text, organisation, kind, enclosures) for kind in kinds)


def _preview(
    place: Workplace,
    campaign: Campaign,
    text: ReleasedText,
    organisation: Organisation,
    kind: ChannelKind,
    enclosures: tuple[Enclosure, ...],
) -> ChannelPreview:
    channel = Channel(
        id=SAMPLE,
        organisation_id=organisation.id,
        kind=kind,
        address=ADDRESSES.get(kind, "mottagare@example.org"),
        created_at=campaign.created_at,
    )
    try:
        delivery = plan_event(
            place,
            campaign,
            channel,
            Event.MESSAGE_PUBLISHED,
            text,
            names={organisation.id: organisation.name},
            enclosures=enclosures,
            release_id=SAMPLE,
            at=campaign.lift_at,
            now=campaign.lift_at,
        )
    except DoesNotFit as refused:
        return ChannelPreview(kind=kind, refused=refused)
    return _opened(kind, delivery)


def _opened(kind: ChannelKind, delivery: Delivery) -> ChannelPreview:
    """What stands in the bytes that would leave."""
    if delivery.content_type.startswith("application/json"):
        whole = json.dumps(json.loads(delivery.body), ensure_ascii=False, indent=2)
        return ChannelPreview(kind=kind, json=whole)
    if delivery.content_type != "message/rfc822":
        return ChannelPreview(kind=kind, plain=delivery.body.decode(errors="replace"))
    letter = message_from_bytes(delivery.body, _class=EmailMessage, policy=default)
    html = _part(letter, "html")
    body = html.partition("<main>")[2].rpartition("</main>")[0] or html
    return ChannelPreview(
        kind=kind, subject=str(letter["Subject"]), plain=_part(letter, "plain"), html=_shown_alone(body)
    )


def _part(letter: EmailMessage, kind: str) -> str:
    part = letter.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part is not None else ""


def _shown_alone(html: str) -> str:
    """A letter's HTML within a page of ours: clean, its heading below the page's own, its pieces still set apart."""
    below = html.replace("<h1>", "<h3>").replace("</h1>", "</h3>")
    return markup.clean_html(below.replace("<div ", "<blockquote ").replace("</div>", "</blockquote>"))
