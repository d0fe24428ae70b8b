"""What the public may read now. Every query here is scoped by `store.visibility`, so nothing can be read early."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Engine, case, func
from sqlalchemy.orm import load_only
from sqlalchemy.sql.base import ExecutableOption
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from campaigns.domain.errors import NotThere
from campaigns.domain.reading import Attachment, CampaignCard, CampaignPage, Feed, FeedEntry, SitemapEntry, Voice
from campaigns.store import upload_visibility, visibility
from campaigns.store.engine import reading
from campaigns.store.tables import Campaign, Organisation, ReleasedText
from campaigns.work.editions.feeding import editions_in_feed
from campaigns.work.uploads.reading import attachments_by_message

FALLBACK = "sv"
_OF_CAMPAIGN = ("slug", "name", "languages", "lift_at", "withdrawn_at")
Row = tuple[ReleasedText, Campaign, Organisation]


def public_campaigns(engine: Engine, *, language: str, now: datetime) -> list[CampaignCard]:
    """Public campaigns, newest first, each in the given language, else Swedish, else the first it has."""
    with reading(engine) as session:
        rows = session.exec(
            _published(now)
            .where(col(ReleasedText.is_core))
            .order_by(col(Campaign.lift_at).desc(), col(Campaign.slug))
            .options(*_only("headline", "short", "language", "is_core", "position", "withdrawn_at", "opens_at"))
        ).all()
        voices = _voices(session, now)
        return [_card(of_one, language, voices.get(of_one[0][1].id, 0)) for of_one in _by_campaign(rows)]


def public_campaign(engine: Engine, *, slug: str, language: str | None, now: datetime) -> CampaignPage:
    """A public campaign in one language; without a language in Swedish, else the first it has.

    Raises NotThere, the same for not yet, never, and a language it does not have.
    """
    with reading(engine) as session:
        rows = session.exec(_published(now).where(col(Campaign.slug) == slug)).all()
        if not rows:
            raise NotThere
        tags = _languages(rows)
        if language is not None and language not in {*tags, *_in_swedish(rows)}:
            raise NotThere
        attached = attachments_by_message(session, slug=slug, now=now)
        return _page(rows, language or _best(tags, FALLBACK), attached)


def public_feed(
    engine: Engine,
    *,
    now: datetime,
    campaign: str | None = None,
    language: str | None = None,
    organisation: str | None = None,
    most: int = 100,
) -> Feed:
    """Public messages, newest change first, of a campaign, in a language, by an organisation, or all.

    Raises NotThere for a campaign, language or organisation with nothing public.
    """
    query = _published(now)
    if campaign is not None:
        query = query.where(col(Campaign.slug) == campaign)
    if language is not None:
        query = query.where(col(ReleasedText.language) == language)
    if organisation is not None:
        query = query.where(col(Organisation.slug) == organisation)
    changed = func.coalesce(
        ReleasedText.withdrawn_at,
        Campaign.withdrawn_at,
        ReleasedText.corrected_at,
        ReleasedText.opens_at,
        Campaign.lift_at,
    )
    beside = upload_visibility.withdrawals()
    latest = case((beside.c.withdrawn_at > changed, beside.c.withdrawn_at), else_=changed)
    newest = (
        query.outerjoin(beside, beside.c.message_id == col(ReleasedText.message_id))
        .add_columns(beside.c.withdrawn_at)
        .order_by(latest.desc(), col(ReleasedText.message_id), col(ReleasedText.language))
        .limit(most)
    )
    with reading(engine) as session:
        rows = session.exec(newest).all()  # type: ignore[call-overload] # it knows no added columns
        attached = attachments_by_message(session, messages={row[0].message_id for row in rows}, now=now)
        entries = [_entry((text, campaign, by), attached, gone) for text, campaign, by, gone in rows]
        only = organisation if campaign is None and language is None else None
        editions = editions_in_feed(session, only, now=now, most=most) if only else ()
    if not (entries or editions) and (campaign or language or organisation):
        raise NotThere
    first = entries[0] if entries else None
    by = first.voice.organisation if first else next((one.organisation for one in editions), None)
    return Feed(
        entries=tuple(entries),
        editions=tuple(editions),
        campaign_slug=campaign,
        campaign_name=first.campaign_name if campaign and first else None,
        language=language,
        organisation=by if organisation else None,
        organisation_slug=organisation,
    )


def public_sitemap(engine: Engine, *, now: datetime) -> list[SitemapEntry]:
    """Every public campaign that is not withdrawn, for the sitemap."""
    with reading(engine) as session:
        found = session.exec(
            _published(now)
            .where(col(Campaign.withdrawn_at).is_(None))
            .order_by(col(Campaign.slug))
            .options(*_only("language", "is_core", "corrected_at", "withdrawn_at", "opens_at"))
        ).all()
        return [
            SitemapEntry(slug=rows[0][1].slug, languages=_languages(rows), updated_at=_updated(rows))
            for rows in _by_campaign(found)
        ]


def _only(*of_text: str) -> list[ExecutableOption]:
    """For a list: load the columns it shows, and neither long texts nor briefings."""
    return [
        load_only(*[getattr(ReleasedText, name) for name in of_text]),
        load_only(*[getattr(Campaign, name) for name in _OF_CAMPAIGN]),
        load_only(*[getattr(Organisation, name) for name in ("id",)]),
    ]


def _published(now: datetime) -> Select[ReleasedText, Campaign, Organisation]:
    """Current released texts of campaigns the public may know: the one query under everything the public reads."""
    return (
        select(ReleasedText, Campaign, Organisation)
        .join(Campaign, col(Campaign.id) == col(ReleasedText.campaign_id))
        .join(Organisation, col(Organisation.id) == col(ReleasedText.organisation_id))
        .where(visibility.exists_for_the_public(now), visibility.text_is_open(now))
    )


def _by_campaign(rows: Iterable[Row]) -> list[list[Row]]:
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row[1].id].append(row)
    return list(grouped.values())


def _languages(rows: Sequence[Row]) -> tuple[str, ...]:
    """The languages with a core message, in the campaign's own order."""
    written = {text.language for text, _, _ in rows if text.is_core}
    return tuple(tag for tag in rows[0][1].languages if tag in written) if rows else ()


def _in_swedish(rows: Sequence[Row]) -> tuple[str, ...]:
    """The languages whose page shows the Swedish core message, until their own is there; in the campaign's order."""
    campaign, tags = rows[0][1], _languages(rows)
    without = (tag for tag in campaign.languages if tag in campaign.in_swedish and tag not in tags)
    return tuple(without) if FALLBACK in tags else ()


def _best(tags: Sequence[str], wanted: str) -> str:
    return next((tag for tag in (wanted, FALLBACK) if tag in tags), tags[0])


def _voices(session: Session, now: datetime) -> dict[str, int]:
    """How many partners are heard in each public campaign."""
    counted = session.exec(
        select(ReleasedText.campaign_id, func.count(func.distinct(ReleasedText.organisation_id)))
        .join(Campaign, col(Campaign.id) == col(ReleasedText.campaign_id))
        .where(
            visibility.is_public(now),
            col(ReleasedText.is_core).is_(False),
            visibility.text_is_open(now),
            col(ReleasedText.withdrawn_at).is_(None),
        )
        .group_by(col(ReleasedText.campaign_id))
    )
    return dict(counted.all())


def _card(rows: Sequence[Row], wanted: str, voices: int) -> CampaignCard:
    """A campaign by the first core text that still stands; without one it has its name and no words."""
    campaign = rows[0][1]
    standing = [row for row in rows if row[0].withdrawn_at is None and campaign.withdrawn_at is None]
    tags = _languages(standing)
    language = _best(tags or _languages(rows), wanted)
    core = sorted((text for text, _, _ in standing if text.language == language), key=lambda text: text.position)
    return CampaignCard(
        slug=campaign.slug,
        name=campaign.name,
        language=language,
        headline=core[0].headline if core else "",
        short=core[0].short if core else "",
        lift_at=campaign.lift_at,
        languages=tags,
        voices=voices,
        withdrawn_at=campaign.withdrawn_at,
    )


def _page(rows: Sequence[Row], language: str, attached: Mapping[str, tuple[Attachment, ...]]) -> CampaignPage:
    campaign = rows[0][1]
    gone = campaign.withdrawn_at is not None
    spoken = FALLBACK if language in _in_swedish(rows) else language
    core = [] if gone else [row for row in rows if row[0].is_core and row[0].language == spoken]
    voices = [] if gone else _one_of_each([row for row in rows if not row[0].is_core], language)
    return CampaignPage(
        slug=campaign.slug,
        name=campaign.name,
        language=language,
        languages=() if gone else _languages(rows),
        in_swedish=() if gone else _in_swedish(rows),
        core=tuple(_with(_voice(row), row, attached) for row in sorted(core, key=lambda row: row[0].position)),
        voices=tuple(_with(_voice(row), row, attached) for row in voices),
        topics=() if gone else tuple(campaign.topics),
        lift_at=campaign.lift_at,
        updated_at=_updated(rows),
        example=campaign.example,
        withdrawn_at=campaign.withdrawn_at,
    )


def _one_of_each(rows: Sequence[Row], language: str) -> list[Row]:
    """Each message once: in the page's language, else Swedish, else its first; the page's own language comes first."""
    by_message: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in rows:
        by_message[row[0].message_id][row[0].language] = row
    chosen = [texts[_best(sorted(texts), language)] for texts in by_message.values()]
    return sorted(chosen, key=lambda row: (row[0].language != language, row[2].name, row[0].position))


def _voice(row: Row) -> Voice:
    text, campaign, organisation = row
    withdrawn_at = text.withdrawn_at or campaign.withdrawn_at
    gone = withdrawn_at is not None
    return Voice(
        entry_id=f"{text.message_id}:{text.language}",
        organisation=organisation.name,
        organisation_slug=organisation.slug,
        organisation_kind=organisation.kind.value,
        is_core=text.is_core,
        language=text.language,
        headline="" if gone else text.headline,
        html="" if gone else text.html,
        short="" if gone else text.short,
        published_at=text.opens_at or campaign.lift_at,
        updated_at=_changed(row),
        corrected=text.corrected_at is not None,
        withdrawn_at=withdrawn_at,
    )


def _with(voice: Voice, row: Row, attached: Mapping[str, tuple[Attachment, ...]]) -> Voice:
    """A voice with what goes with it. Words that were withdrawn take their files along."""
    return voice if voice.withdrawn_at else replace(voice, attachments=attached.get(row[0].message_id, ()))


def _changed(row: Row) -> datetime:
    text, campaign, _ = row
    return text.withdrawn_at or campaign.withdrawn_at or text.corrected_at or text.opens_at or campaign.lift_at


def _updated(rows: Sequence[Row]) -> datetime:
    return max(_changed(row) for row in rows)


def _entry(row: Row, attached: Mapping[str, tuple[Attachment, ...]], gone: datetime | None) -> FeedEntry:
    """`gone` is when something that went with it was last withdrawn, which is a change of the entry."""
    voice = _with(_voice(row), row, attached)
    voice = replace(voice, updated_at=max(voice.updated_at, gone)) if gone else voice
    return FeedEntry(campaign_slug=row[1].slug, campaign_name=row[1].name, voice=voice)


def surfaces(session: Session, campaign_id: str, *, opens_at: datetime | None = None) -> Sequence[str]:
    """The languages whose pages will open with a campaign, for whoever watches them from outside.

    `opens_at` asks for late languages of that instant instead.
    """
    rows = session.exec(
        select(ReleasedText.language)
        .where(
            col(ReleasedText.campaign_id) == campaign_id,
            col(ReleasedText.is_core),
            col(ReleasedText.superseded_at).is_(None),
            col(ReleasedText.opens_at) == opens_at if opens_at else col(ReleasedText.opens_at).is_(None),
        )
        .distinct()
        .order_by(col(ReleasedText.language))
    )
    return rows.all()
