"""Search over what a member may see. What they may not see is left out in SQL, so no answer tells that it exists.

Letters are folded in SQL by hand: SQLite's `lower` knows only a to z, and PostgreSQL's depends on how it was set up.
"""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, func, or_
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select

from campaigns.domain.access import Actor, Permission
from campaigns.domain.embargo import is_public
from campaigns.domain.organisations import OrganisationKind
from campaigns.store import edition_visibility, visibility
from campaigns.store.engine import reading
from campaigns.store.tables import Campaign, LocalEdition, Member, Membership, Message, Organisation, Question, Text
from campaigns.work.workplace import Workplace

Column = ColumnElement[str] | Mapped[str]
MOST = 20
AROUND = 60
BEYOND_ASCII = "ÅÄÖÉÈÁÀÜØÆÇÑČŠŽĐŊŦ"
"""The capitals of the languages written here in Latin letters that are folded beside A to Z."""


class Kind(StrEnum):
    """What was found."""

    CAMPAIGN = "campaign"
    CORE = "core"
    OWN = "own"
    QUESTION = "question"
    EDITION = "edition"
    ORGANISATION = "organisation"
    MEMBER = "member"


@dataclass(frozen=True, kw_only=True)
class Hit:
    """One find: what it is called, and the words around the match as (before, match, after)."""

    kind: Kind
    title: str
    around: tuple[str, str, str]
    campaign_id: str | None = None
    slug: str = ""
    message_id: str | None = None
    edition_id: str | None = None
    language: str = ""
    is_mine: bool = True


@dataclass(frozen=True, kw_only=True)
class Group:
    """Finds of one kind. `more` says that there are others than those listed."""

    kind: Kind
    hits: tuple[Hit, ...]
    more: bool


def search(place: Workplace, actor: Actor, wanted: str, *, now: datetime) -> tuple[Group, ...]:
    """Everything the member may see that holds the words, in groups; nothing for an empty search."""
    needle = _folded(wanted)
    if not needle:
        return ()
    with reading(place.engine) as session:
        return tuple(_groups(session, actor, needle, now))


def _groups(session: Session, actor: Actor, needle: str, now: datetime) -> Iterable[Group]:
    searches: list[tuple[Kind, bool, Callable[[], Sequence[Hit]]]] = [
        (Kind.CAMPAIGN, actor.may(Permission.READ_BRIEFING), lambda: _campaigns(session, actor, needle, now)),
        (Kind.CORE, actor.may(Permission.READ_BRIEFING), lambda: _core(session, actor, needle, now)),
        (Kind.OWN, actor.may(Permission.READ_BRIEFING), lambda: _own(session, actor, needle, now)),
        (Kind.QUESTION, actor.may(Permission.READ_BRIEFING), lambda: _questions(session, actor, needle, now)),
        (Kind.EDITION, actor.may(Permission.READ_BRIEFING), lambda: _editions(session, actor, needle, now)),
        (Kind.ORGANISATION, True, lambda: _organisations(session, actor, needle)),
        (Kind.MEMBER, True, lambda: _members(session, actor, needle)),
    ]
    for kind, may, look in searches:
        hits = look() if may else ()
        if hits:
            yield Group(kind=kind, hits=tuple(hits[:MOST]), more=len(hits) > MOST)


def _folded(words: str) -> str:
    """What is searched for: composed, in small letters, with single blanks."""
    return " ".join(unicodedata.normalize("NFC", words).lower().split())[:200]


def _small(column: Column) -> ColumnElement[str]:
    """A column in small letters, on every database alike."""
    folded: ColumnElement[str] = func.coalesce(column, "")
    for capital in BEYOND_ASCII:
        folded = func.replace(folded, capital, capital.lower())
    return func.lower(folded)


def _holds(needle: str, *columns: Column) -> ColumnElement[bool]:
    """Whether any of the columns holds the words; `%` and `_` are letters like others."""
    escaped = needle.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return or_(*(_small(column).like(f"%{escaped}%", escape="\\") for column in columns))


def _around(needle: str, *texts: str) -> tuple[str, str, str]:
    """The first of the texts that holds the words, cut down to what stands around them."""
    for text in texts:
        plain = " ".join(unicodedata.normalize("NFC", text).split())
        at = plain.lower().find(needle)
        if at >= 0:
            start, end = max(0, at - AROUND), at + len(needle)
            before = ("…" if start else "") + plain[start:at]
            after = plain[end : end + AROUND] + ("…" if len(plain) > end + AROUND else "")
            return before, plain[at:end], after
    return "", "", ""


def _variants(text: Text) -> tuple[str, ...]:
    return (text.headline, text.long, text.short, text.sms, text.spoken)


_IN_TEXT = (col(Text.headline), col(Text.long), col(Text.short), col(Text.sms), col(Text.spoken))


def _campaigns(session: Session, actor: Actor, needle: str, now: datetime) -> Sequence[Hit]:
    """Campaigns whose name the member may know. A public one of others leads to its public page."""
    mine = visibility.is_owned_by(actor) | visibility.is_invited(actor)
    rows = session.exec(
        select(Campaign.id, Campaign.name, Campaign.slug, mine)
        .where(visibility.briefing_is_open(actor, now) | visibility.is_public(now), _holds(needle, col(Campaign.name)))
        .order_by(col(Campaign.lift_at).desc())
        .limit(MOST + 1)
    )
    return [
        Hit(
            kind=Kind.CAMPAIGN,
            title=name,
            around=_around(needle, name),
            campaign_id=campaign_id,
            slug=slug,
            is_mine=bool(is_mine),
        )
        for campaign_id, name, slug, is_mine in rows
    ]


def _core(session: Session, actor: Actor, needle: str, now: datetime) -> Sequence[Hit]:
    """Core messages of campaigns whose briefing the member may read."""
    rows = session.exec(
        select(Campaign, Message, Text)
        .join(Message, col(Message.campaign_id) == col(Campaign.id))
        .join(Text, col(Text.message_id) == col(Message.id))
        .where(visibility.briefing_is_open(actor, now), col(Message.answers_id).is_(None), _holds(needle, *_IN_TEXT))
        .order_by(col(Campaign.lift_at).desc(), col(Campaign.id), col(Message.position), col(Text.language))
        .limit(MOST + 1)
    )
    return [
        _of_text(Kind.CORE, needle, campaign.name, message, text, is_mine=campaign.owner_id == actor.organisation_id)
        for campaign, message, text in rows
    ]


def _own(session: Session, actor: Actor, needle: str, now: datetime) -> Sequence[Hit]:
    """Messages that the member's own organisation answers with. Nobody else's are looked at."""
    opened = visibility.briefing_is_open(actor, now)
    rows = session.exec(
        select(Campaign, Message, Text, opened)
        .join(Message, col(Message.campaign_id) == col(Campaign.id))
        .join(Text, col(Text.message_id) == col(Message.id))
        .where(
            visibility.own_drafts_are_open(actor),
            col(Message.organisation_id) == actor.organisation_id,
            col(Message.answers_id).is_not(None),
            _holds(needle, *_IN_TEXT),
        )
        .order_by(col(Campaign.lift_at).desc(), col(Campaign.id), col(Text.language))
        .limit(MOST + 1)
    )
    return [
        _of_text(
            Kind.OWN,
            needle,
            campaign.name if is_open or is_public(campaign.embargo, now=now) else "",
            message,
            text,
        )
        for campaign, message, text, is_open in rows
    ]


def _of_text(kind: Kind, needle: str, title: str, message: Message, text: Text, *, is_mine: bool = True) -> Hit:
    return Hit(
        kind=kind,
        title=title,
        around=_around(needle, *_variants(text)),
        campaign_id=message.campaign_id,
        message_id=message.id,
        language=text.language,
        is_mine=is_mine,
    )


def _questions(session: Session, actor: Actor, needle: str, now: datetime) -> Sequence[Hit]:
    """The police find every question on their campaigns; a partner those that are answered, whoever asked."""
    rows = session.exec(
        select(Campaign, Question)
        .join(Question, col(Question.campaign_id) == col(Campaign.id))
        .where(
            visibility.briefing_is_open(actor, now),
            visibility.is_owned_by(actor) | col(Question.answered_at).is_not(None),
            _holds(needle, col(Question.question), col(Question.answer)),
        )
        .order_by(col(Question.asked_at).desc())
        .limit(MOST + 1)
    )
    return [
        Hit(
            kind=Kind.QUESTION,
            title=campaign.name,
            around=_around(needle, question.question, question.answer),
            campaign_id=campaign.id,
            is_mine=campaign.owner_id == actor.organisation_id,
        )
        for campaign, question in rows
    ]


def _editions(session: Session, actor: Actor, needle: str, now: datetime) -> Sequence[Hit]:
    """One's own organisation's local editions, and those of others that everyone may have."""
    own = edition_visibility.is_own(actor, now)
    columns = col(LocalEdition.title), col(LocalEdition.place), col(LocalEdition.introduction)
    rows = session.exec(
        select(LocalEdition, Campaign.slug, Organisation.name, own)
        .join(Campaign, col(Campaign.id) == col(LocalEdition.campaign_id))
        .join(Organisation, col(Organisation.id) == col(LocalEdition.organisation_id))
        .where(own | edition_visibility.has_its_page(now), _holds(needle, *columns, col(Organisation.name)))
        .order_by(col(Campaign.lift_at).desc(), col(LocalEdition.title), col(LocalEdition.id))
        .limit(MOST + 1)
    )
    return [
        Hit(
            kind=Kind.EDITION,
            title=edition.title,
            around=_around(needle, edition.title, edition.place, edition.introduction, organisation),
            campaign_id=edition.campaign_id,
            slug=f"{slug}/{edition.language}/lokalt/{edition.slug}",
            edition_id=edition.id,
            language=edition.language,
            is_mine=bool(is_mine),
        )
        for edition, slug, organisation, is_mine in rows
    ]


def _organisations(session: Session, actor: Actor, needle: str) -> Sequence[Hit]:
    """Only the police look up organisations: partners do not learn here who else there is."""
    own = session.get(Organisation, actor.organisation_id)
    if own is None or own.kind is not OrganisationKind.POLICE:
        return ()
    rows = session.exec(
        select(Organisation.name)
        .where(_holds(needle, col(Organisation.name)))
        .order_by(col(Organisation.name))
        .limit(MOST + 1)
    )
    return [Hit(kind=Kind.ORGANISATION, title=name, around=_around(needle, name)) for name in rows]


def _members(session: Session, actor: Actor, needle: str) -> Sequence[Hit]:
    """Colleagues in the member's own organisation, by name or address."""
    rows = session.exec(
        select(Member.name, Member.email)
        .join(Membership, col(Membership.member_id) == col(Member.id))
        .where(
            col(Membership.organisation_id) == actor.organisation_id,
            col(Member.active),
            _holds(needle, col(Member.name), col(Member.email)),
        )
        .order_by(col(Member.name))
        .limit(MOST + 1)
    )
    return [Hit(kind=Kind.MEMBER, title=name, around=_around(needle, name, email)) for name, email in rows]
