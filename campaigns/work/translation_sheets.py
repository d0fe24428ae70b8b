"""The texts that a member's organisation may have translated, as a sheet that travels to a translator and back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlmodel import Session, col, select

from campaigns import data
from campaigns.domain.access import Actor
from campaigns.domain.embargo import is_public
from campaigns.domain.errors import N_, NotThere
from campaigns.domain.glossary import Term, hits
from campaigns.domain.lifecycle import TextState
from campaigns.domain.texts import LENGTHS, Variant, facts_in, revision_of
from campaigns.i18n import words_for
from campaigns.interchange import Sheet, Unit
from campaigns.store import visibility
from campaigns.store.tables import Campaign, Message, Organisation, Text
from campaigns.work.glossary_terms import terms_in
from campaigns.work.loading import lock, texts_in
from campaigns.work.text_desk import may_write
from campaigns.work.writing import SOURCE

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
    """Everything in one language that one organisation may have translated on a campaign, as it stands now."""

    campaign: Campaign
    language: str
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
    """The texts that the actor's organisation may have translated: the police's core messages, or a partner's own.

    Raises NotThere for any other campaign, for whoever may not write, and for a language that it is not translated to.
    """
    campaign, organisation = _campaign(session, actor, campaign_id, locked=locked)
    if language == SOURCE or language not in campaign.languages:
        raise NotThere
    return Translating(
        campaign=campaign,
        language=language,
        texts=tuple(_texts(session, _messages(session, actor, campaign), language)),
        terms=terms_in(session, [language])[language],
        notice=_notice(campaign, organisation, now),
        made_at=now,
    )


def _campaign(session: Session, actor: Actor, campaign_id: str, *, locked: bool) -> tuple[Campaign, str]:
    row = session.exec(
        select(Campaign, Organisation.name, visibility.is_owned_by(actor))
        .join(Organisation, col(Organisation.id) == actor.organisation_id)
        .where(col(Campaign.id) == campaign_id, visibility.own_drafts_are_open(actor))
    ).first()
    if row is None or not may_write(actor, is_core=bool(row[2])):
        raise NotThere
    if locked:
        lock(session, row[0])
    return row[0], row[1]


def _messages(session: Session, actor: Actor, campaign: Campaign) -> Sequence[Message]:
    return session.exec(
        select(Message)
        .where(col(Message.campaign_id) == campaign.id, col(Message.organisation_id) == actor.organisation_id)
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
