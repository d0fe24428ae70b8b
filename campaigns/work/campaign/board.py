"""The readiness board: what every organisation has ready for a campaign, for the police that registered it.

It holds states, names and times. No text is on it: a partner's draft is the partner's own until T.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from campaigns.domain.access import Actor, Permission, roles_with
from campaigns.domain.errors import Severity
from campaigns.domain.lifecycle import Stage, TextState
from campaigns.domain.organisations import OrganisationKind
from campaigns.domain.readiness import Assessed, Figures, Lack, Line, Standing, Written, assess, figures, mended_by
from campaigns.domain.release import ChannelKind
from campaigns.domain.translating import SOURCE
from campaigns.store.engine import reading
from campaigns.store.tables import (
    Acceptance,
    AuditEvent,
    Campaign,
    Channel,
    Invitation,
    Member,
    Membership,
    Message,
    Organisation,
    Text,
)
from campaigns.work.campaign.at_hand import campaign_of_one
from campaigns.work.loading import texts_of_campaign, wanted_kinds
from campaigns.work.partners.matching import consented_texts
from campaigns.work.texts.writing import faults_beside, is_stale
from campaigns.work.workplace import Workplace

REMINDED = "partner.reminded"
REMINDER_RESTS = timedelta(hours=12)
"""How long an organisation is left in peace after a reminder."""
FROZEN = frozenset({TextState.APPROVED, TextState.PUBLISHED})


@dataclass(frozen=True, kw_only=True)
class ChannelLine:
    """One channel: how it answered, when, and what was wrong as a sentence to translate."""

    kind: ChannelKind
    name: str
    line: Line
    checked_at: datetime | None = None
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class Need:
    """Something that is missing, the languages it concerns, and who in the organisation could mend it."""

    lack: Lack
    languages: tuple[str, ...]
    permission: Permission
    people: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class BoardRow:
    """One organisation. `accepted` of its `members` have accepted the embargo terms."""

    organisation_id: str
    name: str
    kind: OrganisationKind
    is_police: bool
    places: tuple[str, ...]
    assessed: Assessed
    standing: Standing
    channels: tuple[ChannelLine, ...]
    needs: tuple[Need, ...]
    members: int
    accepted: int
    reminded_at: datetime | None
    may_be_reminded: bool


@dataclass(frozen=True, kw_only=True)
class Board:
    """The whole of it. `left_out` and `in_swedish` are the languages with the name of who decided so."""

    languages: tuple[str, ...]
    left_out: Mapping[str, str]
    in_swedish: Mapping[str, str]
    may_remind: bool
    figures: Figures
    rows: tuple[BoardRow, ...]

    @property
    def to_remind(self) -> tuple[BoardRow, ...]:
        """The organisations that wait and have not been reminded lately."""
        return tuple(row for row in self.rows if row.may_be_reminded)


def board(place: Workplace, actor: Actor, campaign_id: str, *, now: datetime) -> Board:
    """The board of one's own campaign. Raises NotThere."""
    actor.must(Permission.REHEARSE)
    with reading(place.engine) as session:
        return board_of(session, campaign_of_one(session, actor, campaign_id), now=now)


def board_of(session: Session, campaign: Campaign, *, now: datetime) -> Board:
    """The same in the caller's transaction. It takes as many queries for a hundred organisations as for one."""
    facts = _facts(session, campaign)
    rows = tuple(_row(campaign, facts, organisation, now=now) for organisation in facts.organisations)
    names = {member.id: member.name for people in facts.people.values() for member, _ in people}
    return Board(
        languages=tuple(campaign.languages),
        left_out={tag: names.get(member, "") for tag, member in campaign.left_out.items()},
        in_swedish={tag: names.get(member, "") for tag, member in campaign.in_swedish.items()},
        may_remind=campaign.stage is Stage.BRIEFING,
        figures=figures([(row.standing, row.assessed) for row in rows]),
        rows=rows,
    )


@dataclass(frozen=True, kw_only=True)
class _Facts:
    """Everything the board is made of, each loaded once, by organisation id."""

    organisations: Sequence[Organisation]
    messages: Mapping[str, Mapping[str, Sequence[Written]]]
    wanted: Mapping[str, set[ChannelKind]]
    channels: Mapping[str, Sequence[Channel]]
    people: Mapping[str, Sequence[tuple[Member, frozenset[str]]]]
    accepted: Mapping[str, int]
    reminded: Mapping[str, datetime]


def _facts(session: Session, campaign: Campaign) -> _Facts:
    organisations = _organisations(session, campaign)
    ids = [organisation.id for organisation in organisations]
    messages, wanted = _messages(session, campaign)
    return _Facts(
        organisations=organisations,
        messages=messages,
        wanted=wanted,
        channels=_channels(session, ids),
        people=_people(session, ids),
        accepted=_accepted(session, campaign),
        reminded=reminded_at(session, campaign),
    )


def _organisations(session: Session, campaign: Campaign) -> Sequence[Organisation]:
    """The police first, then every organisation whose invitation stands, by name."""
    invited = select(Invitation.organisation_id).where(
        col(Invitation.campaign_id) == campaign.id, col(Invitation.revoked_at).is_(None)
    )
    return session.exec(
        select(Organisation)
        .where((col(Organisation.id) == campaign.owner_id) | col(Organisation.id).in_(invited))
        .order_by(col(Organisation.id) != campaign.owner_id, col(Organisation.name))
    ).all()


def _messages(
    session: Session, campaign: Campaign
) -> tuple[Mapping[str, Mapping[str, Sequence[Written]]], Mapping[str, set[ChannelKind]]]:
    """The state of each text by organisation and message, and the kinds of channel an organisation's messages want."""
    texts: dict[str, dict[str, list[Written]]] = defaultdict(lambda: defaultdict(list))
    wanted: dict[str, set[ChannelKind]] = defaultdict(set)
    kinds = wanted_kinds(session, campaign)
    for message_id, organisation_id in session.exec(
        select(Message.id, Message.organisation_id).where(col(Message.campaign_id) == campaign.id)
    ):
        texts[organisation_id][message_id] = []
        wanted[organisation_id].update(kinds[message_id])
    rows = texts_of_campaign(session, campaign.id)
    sources = {message.id: text for message, text, _ in rows if text.language == SOURCE}
    agreed = consented_texts(session, campaign.id)
    for message, text, _ in rows:
        is_agreed = message.answers_id is None or text.id in agreed
        written = _written(campaign, message, text, sources.get(message.id), is_agreed=is_agreed)
        texts[message.organisation_id][message.id].append(written)
    return texts, wanted


def _written(campaign: Campaign, message: Message, text: Text, source: Text | None, *, is_agreed: bool) -> Written:
    """What was approved is as it is: only a text that can still be written has faults."""
    frozen = text.state in FROZEN
    faults = () if frozen else faults_beside(campaign, message, text, source=source)
    return Written(
        language=text.language,
        sound=all(fault.severity is not Severity.ERROR for fault in faults),
        stale=not frozen and is_stale(text, source),
        agreed=is_agreed,
    )


def _channels(session: Session, ids: Sequence[str]) -> Mapping[str, Sequence[Channel]]:
    found: dict[str, list[Channel]] = defaultdict(list)
    for channel in session.exec(
        select(Channel)
        .where(col(Channel.organisation_id).in_(ids), col(Channel.removed_at).is_(None))
        .order_by(col(Channel.kind), col(Channel.address))
    ):
        found[channel.organisation_id].append(channel)
    return found


def _people(session: Session, ids: Sequence[str]) -> Mapping[str, Sequence[tuple[Member, frozenset[str]]]]:
    """The active members of each organisation with their roles in it."""
    found: dict[str, list[tuple[Member, frozenset[str]]]] = defaultdict(list)
    for member, membership in session.exec(
        select(Member, Membership)
        .join(Membership, col(Membership.member_id) == col(Member.id))
        .where(col(Membership.organisation_id).in_(ids), col(Member.active))
        .order_by(col(Member.name), col(Member.email))
    ):
        found[membership.organisation_id].append((member, frozenset(membership.roles)))
    return found


def _accepted(session: Session, campaign: Campaign) -> Mapping[str, int]:
    """How many of each organisation's members accepted the terms, of those who still belong to it."""
    rows = session.exec(
        select(Acceptance.organisation_id, func.count())
        .join(Membership, col(Membership.member_id) == col(Acceptance.member_id))
        .join(Member, col(Member.id) == col(Acceptance.member_id))
        .where(
            col(Acceptance.campaign_id) == campaign.id,
            col(Membership.organisation_id) == col(Acceptance.organisation_id),
            col(Member.active),
        )
        .group_by(col(Acceptance.organisation_id))
    )
    return dict(rows.all())


def reminded_at(session: Session, campaign: Campaign) -> Mapping[str, datetime]:
    """When each organisation was last reminded of a campaign."""
    events = session.exec(
        select(AuditEvent)
        .where(col(AuditEvent.campaign_id) == campaign.id, col(AuditEvent.action) == REMINDED)
        .order_by(col(AuditEvent.number))
    )
    return {organisation: event.at for event in events for organisation in event.details["organisations"]}


def _row(campaign: Campaign, facts: _Facts, organisation: Organisation, *, now: datetime) -> BoardRow:
    is_police = organisation.id == campaign.owner_id
    people = facts.people.get(organisation.id, ())
    lines = _lines(facts.channels.get(organisation.id, ()), facts.wanted.get(organisation.id, set()))
    standing = Standing(
        is_police=is_police,
        messages=list(facts.messages.get(organisation.id, {}).values()),
        works_in=organisation.languages,
        channels=[(line.kind, line.line) for line in lines],
        members=len(people),
        accepted=facts.accepted.get(organisation.id, 0),
    )
    assessed = assess(standing, languages=campaign.languages, left_out=campaign.left_out)
    reminded = facts.reminded.get(organisation.id)
    rests = reminded is not None and now < reminded + REMINDER_RESTS
    return BoardRow(
        organisation_id=organisation.id,
        name=organisation.name,
        kind=organisation.kind,
        is_police=is_police,
        places=tuple(organisation.places),
        assessed=assessed,
        standing=standing,
        channels=lines,
        needs=tuple(_need(lack, tags, people, is_police=is_police) for lack, tags in assessed.lacks),
        members=standing.members,
        accepted=standing.accepted,
        reminded_at=reminded,
        may_be_reminded=campaign.stage is Stage.BRIEFING and not is_police and assessed.waits and not rests,
    )


def _lines(channels: Sequence[Channel], wanted: set[ChannelKind]) -> tuple[ChannelLine, ...]:
    """Every channel, and every kind that a message wants without there being one."""
    there = [
        ChannelLine(
            kind=channel.kind,
            name=channel.name,
            line=_line(channel),
            checked_at=channel.checked_at,
            problem=channel.problem,
        )
        for channel in channels
    ]
    absent = wanted - {channel.kind for channel in channels}
    return (*there, *(ChannelLine(kind=kind, name="", line=Line.ABSENT) for kind in sorted(absent)))


def _line(channel: Channel) -> Line:
    if channel.paused_at is not None:
        return Line.PAUSED
    if channel.problem:
        return Line.PROBLEM
    return Line.ANSWERS if channel.checked_at is not None else Line.UNTRIED


def _need(
    lack: Lack, tags: tuple[str, ...], people: Sequence[tuple[Member, frozenset[str]]], *, is_police: bool
) -> Need:
    permission = mended_by(lack, is_police=is_police)
    able = {role.value for role in roles_with(permission)}
    names = tuple(member.name for member, roles in people if able & roles)
    return Need(lack=lack, languages=tags, permission=permission, people=names)
