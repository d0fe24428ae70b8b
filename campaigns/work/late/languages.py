"""What a late language would publish: the core messages that stand, in that language, and partners' finished words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import Session, col, select

from campaigns.domain.embargo import text_is_open
from campaigns.domain.errors import N_, Fault, Refused
from campaigns.domain.gate import gate
from campaigns.domain.texts import FactKind, revision_of
from campaigns.domain.translating import SOURCE, Progress
from campaigns.store import visibility
from campaigns.store.tables import Campaign, Message, Release, ReleasedText, Text
from campaigns.work.launch.approving import Kinds, NoCoreMessage
from campaigns.work.launch.freezing import Row
from campaigns.work.launch.lifting import waits_to_open
from campaigns.work.loading import core_texts, invited_organisations, texts_of_campaign
from campaigns.work.partners.matching import consented_texts
from campaigns.work.texts.writing import faults_beside
from campaigns.work.translating.progress import by_message, progress_of


class NotLate(Refused):
    """A language that is out is corrected, and one that the campaign does not list would never be shown."""

    message = N_(
        "{language} is published already, or the campaign is not in it. A published text is corrected instead."
    )


class SwedishIsNotPublished(Refused):
    """A translation of Swedish words that nobody has confirmed would publish them in another language."""

    message = N_(
        "The Swedish text of {names} has been edited since it was published. Publish that correction first, or write "
        "the published words again; then this language can follow."
    )


def standing_core(session: Session, campaign: Campaign) -> Mapping[str, Mapping[str, ReleasedText]]:
    """What the public has of the core messages, by message and language; also what was withdrawn in a language."""
    rows = session.exec(
        select(ReleasedText).where(
            col(ReleasedText.campaign_id) == campaign.id, col(ReleasedText.is_core), visibility.text_is_recorded()
        )
    )
    found: dict[str, dict[str, ReleasedText]] = {}
    for row in rows:
        found.setdefault(row.message_id, {})[row.language] = row
    return {
        message_id: texts
        for message_id, texts in found.items()
        if any(text.withdrawn_at is None for text in texts.values())
    }


def waiting_releases(session: Session, campaign_id: str) -> Mapping[str, Release]:
    """The approved late languages that are not recorded as open, by language; those that are held too."""
    rows = session.exec(select(Release).where(col(Release.campaign_id) == campaign_id, waits_to_open()))
    return {row.language: row for row in rows}


def is_open(release: Release, *, now: datetime) -> bool:
    """Whether the public reads a late language, by the clock or by record."""
    return text_is_open(opens_at=release.opens_at, held_at=release.held_at, opened_at=release.opened_at, now=now)


def may_be_late(
    campaign: Campaign, language: str, *, core: Mapping[str, Mapping[str, ReleasedText]], waiting: Mapping[str, Release]
) -> bool:
    """Whether the campaign is in this language and the public has never had a core text in it."""
    if language not in campaign.languages or language in waiting or language == SOURCE:
        return False
    return not any(language in texts for texts in core.values())


def late_texts(session: Session, campaign: Campaign, language: str) -> list[Row]:
    """Core texts of what still stands, and partners' texts that their organisation consented to and nobody has read."""
    core, consented = standing_core(session, campaign), consented_texts(session, campaign.id)
    invited = set(invited_organisations(session, campaign))
    had = set(session.exec(_had_once(campaign, language)))
    return [
        (message, text, organisation)
        for message, text, organisation in texts_of_campaign(session, campaign.id)
        if text.language == language
        and (
            message.id in core
            if message.answers_id is None
            else text.id in consented and organisation.id in invited and text.id not in had
        )
    ]


def _had_once(campaign: Campaign, language: str):  # type: ignore[no-untyped-def] # SQLModel's own select
    return select(ReleasedText.text_id).where(
        col(ReleasedText.campaign_id) == campaign.id,
        col(ReleasedText.language) == language,
        col(ReleasedText.superseded_at).is_(None),
    )


def late_revision(
    campaign: Campaign, language: str, rows: Sequence[Row], kinds: Kinds, *, opens_at: datetime | None
) -> str:
    """The hash that its approval binds to: the language, its instant, every text with its place and its channels."""
    return revision_of(
        {
            "campaign": campaign.id,
            "language": language,
            "opens_at": opens_at.astimezone(UTC).isoformat() if opens_at else "",
            "phones": sorted(fact.value for fact in campaign.facts if fact.kind is FactKind.PHONE),
            "texts": sorted([message.id, text.revision, message.position] for message, text, _ in rows),
            "channels": sorted([message.id, *sorted(set(kinds[message.id]))] for message, _, _ in rows),
        }
    )


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """What late languages are judged by: the core messages that stand, and how far each of their texts has come."""

    core: Mapping[str, Mapping[str, ReleasedText]]
    written: Sequence[tuple[Message, Text]]
    progress: Mapping[str, Mapping[str, Progress]]

    @property
    def unpublished(self) -> list[str]:
        """The core messages whose Swedish text is not the one that the public reads."""
        return sorted(
            message.name
            for message, text in self.written
            if text.language == SOURCE
            and (published := self.core[message.id].get(SOURCE)) is not None
            and published.revision != text.revision
        )


def grounds_of(session: Session, campaign: Campaign) -> Grounds:
    """Loaded in as many queries for many languages as for one."""
    core = standing_core(session, campaign)
    written = [(message, text) for message, text in core_texts(session, campaign.id) if message.id in core]
    names = session.exec(select(Message.name).where(col(Message.id).in_(sorted(core)))).all()
    progress: dict[str, Mapping[str, Progress]] = {name: {} for name in names}
    progress |= by_message(written, progress_of(session, campaign, written))
    return Grounds(core=core, written=written, progress=progress)


def must_have_grounds(grounds: Grounds) -> None:
    """Raise NoCoreMessage, or SwedishIsNotPublished where a message's Swedish text is not the one that is public."""
    if not grounds.core:
        raise NoCoreMessage
    if grounds.unpublished:
        raise SwedishIsNotPublished(names=grounds.unpublished)


def late_faults(campaign: Campaign, language: str, grounds: Grounds) -> list[Fault]:
    """What the gate and the checks say of the core texts in this language, as at any approval."""
    swedish = {message.id: text for message, text in grounds.written if text.language == SOURCE}
    faults = gate(languages=[language], decided=(), texts=grounds.progress)
    for message, text in grounds.written:
        if text.language == language:
            faults += faults_beside(campaign, message, text, source=swedish.get(message.id))
    return faults
