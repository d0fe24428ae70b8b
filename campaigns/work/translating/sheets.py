"""The texts that a member may translate on a campaign, as a sheet that travels to a translator and back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlmodel import Session, col, select

from campaigns import data
from campaigns.domain.access import Actor, Permission
from campaigns.domain.embargo import is_public
from campaigns.domain.errors import N_, NotThere
from campaigns.domain.glossary import Term, hits
from campaigns.domain.lifecycle import TextState
from campaigns.domain.texts import LENGTHS, Variant, facts_in, revision_of
from campaigns.domain.translating import SOURCE, Job
from campaigns.i18n import words_for
from campaigns.interchange import Sheet, Unit
from campaigns.store import visibility
from campaigns.store.tables import Campaign, Message, Organisation, Text
from campaigns.work.loading import lock, texts_in
from campaigns.work.texts.glossary_terms import terms_in

KEEP = N_("Keep exactly: {fact}")
AT_MOST = N_("At most {limit} characters.")
SAY = N_("The glossary says {swedish} = {preferred}.")
EMBARGO = N_("EMBARGO until {when}. For {organisation}.")
TITLE = N_("{message}: {part}")


@dataclass(frozen=True, kw_only=True)
class Translated:
    """A message whose Swedish text is translated, and the translation if one was begun."""

    message: Message
    source: Text
    target: Text | None

    def parts(self) -> Iterator[Variant]:
        """The parts that are written in Swedish."""
        return (variant for variant in Variant if self.source.content[variant].strip())

    def said(self, variant: Variant) -> str:
        """What the translation says in a part."""
        return self.target.content[variant] if self.target else ""


@dataclass(frozen=True, kw_only=True)
class Translating:
    """Everything in one language that a member may translate on a campaign, as it stands now.

    `keeps`: they write for an organisation whose texts these are, and were not only asked for them by name.
    """

    campaign: Campaign
    language: str
    keeps: bool
    is_core: bool
    texts: tuple[Translated, ...]
    terms: tuple[Term, ...]
    notice: str
    made_at: datetime

    @cached_property
    def sheet(self) -> Sheet:
        """The same for a translator's tools."""
        return Sheet(
            campaign_id=self.campaign.id,
            slug=self.campaign.slug,
            version=self.campaign.version,
            source=data.languages()[SOURCE],
            target=data.languages()[self.language],
            made_at=self.made_at,
            units=tuple(self._unit(text, variant) for text in self.texts for variant in text.parts()),
            notice=self.notice,
        )

    def _unit(self, text: Translated, variant: Variant) -> Unit:
        source = text.source.content[variant]
        return Unit(
            key=key_of(text.message, variant),
            source=source,
            source_hash=revision_of(source),
            title=_title(text.message, variant),
            translation=text.said(variant),
            state=text.target.state if text.target else TextState.MISSING,
            notes=tuple(self._notes(source, variant)),
        )

    def _notes(self, source: str, variant: Variant) -> Iterator[str]:
        swedish = words_for(SOURCE)
        for found in facts_in(variant, source, language=data.languages()[SOURCE], facts=self.campaign.facts):
            if found.kept:
                yield swedish._(KEEP).format(fact=found.fact.shown_in(self.language))
        for term in dict.fromkeys(term for term, _, _ in hits(source, self.terms)):
            yield swedish._(SAY).format(swedish=term.swedish, preferred=term.preferred)
        yield swedish._(AT_MOST, limit=LENGTHS[variant])

    def titles(self) -> Mapping[str, str]:
        """What people call each unit, by its key."""
        return {unit.key: unit.title for unit in self.sheet.units}


def key_of(message: Message, variant: Variant) -> str:
    """What names a part of a message in every file, for ever."""
    return f"{message.id}.{variant.value}"


def _title(message: Message, variant: Variant) -> str:
    swedish = words_for(SOURCE)
    return swedish._(TITLE).format(message=message.name, part=swedish.value(variant))


def translating(
    session: Session, actor: Actor, campaign_id: str, language: str, *, locked: bool = False, now: datetime
) -> Translating:
    """The texts that the actor may translate: those of an organisation they write for, and those they were asked for.

    Raises NotThere for any other campaign, for whoever may translate none, and for a language that it is not in.
    """
    door = _door(session, actor, campaign_id, now=now)
    if language == SOURCE or language not in door.campaign.languages:
        raise NotThere
    if locked:
        lock(session, door.campaign)
    messages = _messages(session, actor, door, language, now=now)
    if not messages and not door.keeps:
        raise NotThere
    return Translating(
        campaign=door.campaign,
        language=language,
        keeps=door.keeps,
        is_core=door.is_core,
        texts=tuple(_texts(session, messages, language)),
        terms=terms_in(session, [language])[language],
        notice=_notice(door.campaign, door.organisation, now),
        made_at=now,
    )


@dataclass(frozen=True, kw_only=True)
class _Door:
    """A campaign, and whether the actor writes for an organisation that has messages of its own on it."""

    campaign: Campaign
    organisation: str
    is_core: bool
    keeps: bool


def _door(session: Session, actor: Actor, campaign_id: str, *, now: datetime) -> _Door:
    own = visibility.own_drafts_are_open(actor)
    asked = visibility.is_asked_in(actor) & visibility.asked_texts_are_open(actor, now)
    row = session.exec(
        select(Campaign, Organisation.name, visibility.is_owned_by(actor), own.label("own"))
        .join(Organisation, col(Organisation.id) == actor.organisation_id)
        .where(col(Campaign.id) == campaign_id, own | asked)
    ).first()
    if row is None or not actor.may(Permission.READ_BRIEFING):
        raise NotThere
    campaign, organisation, is_core, is_open = row
    may = actor.may(Permission.EDIT_CORE if is_core else Permission.WRITE_MATCHING)
    return _Door(campaign=campaign, organisation=organisation, is_core=bool(is_core), keeps=bool(is_open) and may)


def _messages(session: Session, actor: Actor, door: _Door, language: str, *, now: datetime) -> Sequence[Message]:
    own = col(Message.organisation_id) == actor.organisation_id
    asked = visibility.is_asked_for(actor, language, Job.TRANSLATE) & visibility.asked_texts_are_open(actor, now)
    return session.exec(
        select(Message)
        .join(Campaign, col(Campaign.id) == col(Message.campaign_id))
        .where(col(Campaign.id) == door.campaign.id, own | asked if door.keeps else asked)
        .order_by(col(Message.position), col(Message.created_at), col(Message.id))
    ).all()


def _texts(session: Session, messages: Sequence[Message], language: str) -> Iterator[Translated]:
    ids = [message.id for message in messages]
    sources, targets = texts_in(session, ids, SOURCE), texts_in(session, ids, language)
    for message in messages:
        if message.id in sources:
            yield Translated(message=message, source=sources[message.id], target=targets.get(message.id))


def _notice(campaign: Campaign, organisation: str, now: datetime) -> str:
    """What every page of a copy says until T. It is in Swedish, as the sheet is."""
    if is_public(campaign.embargo, now=now):
        return ""
    swedish = words_for(SOURCE)
    return swedish._(EMBARGO).format(when=swedish.when(campaign.lift_at), organisation=organisation)
