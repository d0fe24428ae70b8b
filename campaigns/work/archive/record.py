"""What the public record holds, read from the database: frozen values for the page, the JSON and the files."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from campaigns.domain.access import Actor, Permission
from campaigns.domain.embargo import WORKED_ON, is_public
from campaigns.domain.library import EVERYTHING, ZIP, Making
from campaigns.domain.lifecycle import Stage
from campaigns.store import shelves
from campaigns.store.engine import reading
from campaigns.store.tables import (
    Campaign,
    MaterialSet,
    Member,
    Organisation,
    Question,
    Release,
    ReleasedText,
    ReleasedUpload,
    Upload,
    UploadBody,
)
from campaigns.work.loading import campaign_by_slug
from campaigns.work.workplace import Workplace

File = tuple[str, bytes]
OWN_MATERIAL = "eget-material"
MATERIAL = "material"


@dataclass(frozen=True, kw_only=True)
class ArchivedText:
    """One version of a text that was published, or is approved and will be. `from_at` is when it began to count."""

    organisation: str
    is_core: bool
    language: str
    version: int
    revision: str
    headline: str
    html: str
    long: str
    short: str
    sms: str
    spoken: str
    from_at: datetime
    until_at: datetime | None
    withdrawn_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ArchivedRelease:
    """Who asked for a release and who approved it; `language` is empty for the campaign's own."""

    language: str
    revision: str
    asked_by: str
    approved_by: str
    approved_at: datetime
    opens_at: datetime


@dataclass(frozen=True, kw_only=True)
class ArchivedQuestion:
    """A question on the briefing and its answer. `organisation` is empty where it was asked without a name."""

    organisation: str
    question: str
    asked_at: datetime
    answer: str
    answered_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ArchivedUpload:
    """A file or a link that went out beside a message. `file` is its name in the archive, empty for a link."""

    organisation: str
    language: str
    title: str
    alternative: str
    link: str
    file: str
    sha256: str
    withdrawn_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Record:
    """A campaign as it stood when this was written. `secrecy` is its marking: the ground, who decided, a condition."""

    campaign_id: str
    slug: str
    name: str
    owner: str
    stage: Stage
    public: bool
    example: bool
    lift_at: datetime
    briefing_opens_at: datetime
    secrecy: Mapping[str, str]
    contact: tuple[str, str]
    briefing: str
    releases: tuple[ArchivedRelease, ...]
    texts: tuple[ArchivedText, ...]
    uploads: tuple[ArchivedUpload, ...]
    questions: tuple[ArchivedQuestion, ...]
    made_at: datetime

    @property
    def embargo_until(self) -> datetime | None:
        """When the last of it becomes public that is to come, a late language too.

        None where nothing is to come, and for a held campaign, which no clock opens.
        """
        if not self.public:
            return self.lift_at if self.stage in WORKED_ON - {Stage.HELD} else None
        return max((one.opens_at for one in self.releases if one.opens_at > self.made_at), default=None)


def record_of(place: Workplace, actor: Actor, slug: str, *, now: datetime) -> Record:
    """All that is said of a campaign, in one reading of the database. For the operator only. Raises NotThere."""
    actor.must(Permission.FOUND_ORGANISATION)
    with reading(place.engine) as session:
        campaign = campaign_by_slug(session, actor, slug)
        organisations = dict(session.exec(select(Organisation.id, Organisation.name)).all())
        return Record(
            campaign_id=campaign.id,
            slug=campaign.slug,
            name=campaign.name,
            owner=organisations[campaign.owner_id],
            stage=campaign.stage,
            public=is_public(campaign.embargo, now=now),
            example=campaign.example,
            lift_at=campaign.lift_at,
            briefing_opens_at=campaign.briefing_opens_at,
            secrecy={
                "ground": campaign.secrecy_ground,
                "decided_by": campaign.secrecy_decided_by,
                "condition": campaign.secrecy_condition,
            },
            contact=(campaign.contact_name, campaign.contact_email),
            briefing=campaign.briefing,
            releases=tuple(_releases(session, campaign)),
            texts=tuple(_texts(session, campaign, organisations)),
            uploads=tuple(_uploads(session, campaign, organisations)),
            questions=tuple(_questions(session, campaign, organisations)),
            made_at=now,
        )


def _releases(session: Session, campaign: Campaign) -> Iterator[ArchivedRelease]:
    """Those that count. One that was reopened before T was never public, nor a late language that is held; that it was
    is in the events.
    """
    rows = session.exec(
        select(Release).where(col(Release.campaign_id) == campaign.id, *_counts()).order_by(col(Release.approved_at))
    ).all()
    who = {member for row in rows for member in (row.asked_by, row.approved_by)}
    names = dict(session.exec(select(Member.id, Member.name).where(col(Member.id).in_(who))).all())
    for row in rows:
        yield ArchivedRelease(
            language=row.language,
            revision=row.revision,
            asked_by=names.get(row.asked_by, ""),
            approved_by=names.get(row.approved_by, ""),
            approved_at=row.approved_at,
            opens_at=row.opens_at or campaign.lift_at,
        )


def _counts() -> tuple[ColumnElement[bool], ...]:
    return col(Release.superseded_at).is_(None), col(Release.held_at).is_(None)


def _texts(session: Session, campaign: Campaign, organisations: Mapping[str, str]) -> Iterator[ArchivedText]:
    rows = session.exec(
        select(ReleasedText)
        .join(Release, col(Release.id) == col(ReleasedText.release_id))
        .where(col(ReleasedText.campaign_id) == campaign.id, *_counts())
        .order_by(
            col(ReleasedText.is_core).desc(),
            col(ReleasedText.position),
            col(ReleasedText.organisation_id),
            col(ReleasedText.message_id),
            col(ReleasedText.language),
            col(ReleasedText.version),
        )
    )
    for row in rows:
        yield ArchivedText(
            organisation=organisations[row.organisation_id],
            is_core=row.is_core,
            language=row.language,
            version=row.version,
            revision=row.revision,
            headline=row.headline,
            html=row.html,
            long=row.long,
            short=row.short,
            sms=row.sms,
            spoken=row.spoken,
            from_at=row.corrected_at or row.opens_at or campaign.lift_at,
            until_at=row.superseded_at,
            withdrawn_at=row.withdrawn_at,
        )


def _questions(session: Session, campaign: Campaign, organisations: Mapping[str, str]) -> Iterator[ArchivedQuestion]:
    asked = select(Question).where(col(Question.campaign_id) == campaign.id).order_by(col(Question.asked_at))
    for row in session.exec(asked):
        yield ArchivedQuestion(
            organisation=organisations.get(row.organisation_id or "", ""),
            question=row.question,
            asked_at=row.asked_at,
            answer=row.answer,
            answered_at=row.answered_at,
        )


def _uploads(session: Session, campaign: Campaign, organisations: Mapping[str, str]) -> Iterator[ArchivedUpload]:
    """What a release that counts holds, in the revision that was approved."""
    rows = session.exec(
        select(Upload, ReleasedUpload)
        .join(ReleasedUpload, col(ReleasedUpload.upload_id) == col(Upload.id))
        .join(Release, col(Release.id) == col(ReleasedUpload.release_id))
        .where(
            col(ReleasedUpload.campaign_id) == campaign.id,
            col(ReleasedUpload.superseded_at).is_(None),
            col(ReleasedUpload.revision) == col(Upload.revision),
            col(Release.superseded_at).is_(None),
        )
        .order_by(col(Upload.organisation_id), col(Upload.created_at), col(Upload.id))
    ).all()
    for number, (row, released) in enumerate(rows, start=1):
        is_file = row.sha256 is not None
        yield ArchivedUpload(
            organisation=organisations[row.organisation_id],
            language=row.language,
            title=row.title,
            alternative=row.alternative,
            link=row.link,
            file=f"{OWN_MATERIAL}/{number:03}_{row.language}.{row.extension}" if is_file else "",
            sha256=row.sha256 or "",
            withdrawn_at=released.withdrawn_at,
        )


def files_beside(place: Workplace, record: Record) -> Iterator[File]:
    """Own material, then the newest material of every language without the embargo line, one file at a time."""
    for upload in record.uploads:
        if upload.file:
            with reading(place.engine) as session:
                yield (
                    upload.file,
                    session.exec(select(UploadBody.content).where(col(UploadBody.sha256) == upload.sha256)).one(),
                )
    with reading(place.engine) as session:
        made = [
            (row.id, row.language)
            for row in session.exec(shelves.standing(record.campaign_id).order_by(col(MaterialSet.place)))
            if row.state is Making.MADE and not row.embargoed and row.language != EVERYTHING
        ]
    for set_id, language in made:
        yield from _material(place, set_id, language)


def _material(place: Workplace, set_id: str, language: str) -> Iterator[File]:
    with reading(place.engine) as session:
        names = [file.name for file in shelves.files_of(session, set_id) if file.kind != ZIP]
    for name in names:
        with reading(place.engine) as session:
            parts = shelves.parts_of(session, set_id, name)
            found = shelves.bodies(session, [part.sha256 for part in parts])
        yield f"{MATERIAL}/{language}/{name}", b"".join(found[part.sha256] for part in parts)
