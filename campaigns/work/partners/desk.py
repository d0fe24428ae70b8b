"""A partner's own messages on a campaign: how far each has come, who said yes to it, and where it leaves."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from campaigns.domain.access import Actor, Permission
from campaigns.domain.embargo import is_public
from campaigns.domain.errors import Fault, NotThere, Severity
from campaigns.domain.lifecycle import Stage, TextState
from campaigns.domain.release import ChannelKind
from campaigns.domain.texts import TextContent
from campaigns.domain.translating import SOURCE
from campaigns.store import visibility
from campaigns.store.engine import reading
from campaigns.store.tables import Campaign, Channel, Consent, Member, Message, ReleasedText, Text, TextVersion
from campaigns.work.launch.scheduling import too_late_to_stop
from campaigns.work.loading import is_over
from campaigns.work.texts.writing import faults_beside, is_stale
from campaigns.work.workplace import Workplace


@dataclass(frozen=True, kw_only=True)
class Given:
    """A consent that stands: to which revision, by whom, and when."""

    revision: str
    member: str
    given_at: datetime


@dataclass(frozen=True, kw_only=True)
class OurText:
    """A text of the own organisation. `outdated` is a consent to what it said before it was changed.

    `core_before` is the version of the core text that stood when ours was written, where it says something else now.
    """

    text_id: str
    language: str
    content: TextContent
    state: TextState
    version: int
    revision: str
    edited_at: datetime
    stale: bool
    core_before: tuple[str, int] | None
    consent: Given | None
    outdated: Given | None
    released: bool
    withdrawn_at: datetime | None
    faults: tuple[Fault, ...]

    @property
    def errors(self) -> tuple[Fault, ...]:
        """What must be mended before anybody can say yes."""
        return tuple(fault for fault in self.faults if fault.severity is Severity.ERROR)


@dataclass(frozen=True, kw_only=True)
class OurMessage:
    """A message of the own organisation. `languages_left` are those of the campaign it is not written in yet."""

    message_id: str
    campaign_id: str
    name: str
    channels: tuple[ChannelKind, ...]
    texts: tuple[OurText, ...]
    languages_left: tuple[str, ...]

    @property
    def needs_consent(self) -> bool:
        """Whether a text of it waits for a yes."""
        return any(text.consent is None and text.withdrawn_at is None for text in self.texts)

    def in_language(self, language: str) -> OurText:
        """The text in a language. Raises NotThere."""
        for text in self.texts:
            if text.language == language:
                return text
        raise NotThere


@dataclass(frozen=True, kw_only=True)
class Core:
    """A core message that can be answered, by its Swedish headline."""

    message_id: str
    name: str
    headline: str


@dataclass(frozen=True, kw_only=True)
class OurDesk:
    """Everything the own organisation has on a campaign. `frozen`: approved, and the lift has not come."""

    languages: tuple[str, ...]
    messages: tuple[OurMessage, ...]
    unanswered: tuple[Core, ...]
    frozen: bool
    over: bool
    too_late: bool

    @property
    def texts(self) -> tuple[OurText, ...]:
        """Every text of every message."""
        return tuple(text for message in self.messages for text in message.texts)


@dataclass(frozen=True, kw_only=True)
class OurChannel:
    """A channel as a partner recognises it. `checked_at` is None for one that was never tested."""

    kind: ChannelKind
    name: str
    problem: str
    checked_at: datetime | None
    paused: bool


def our_desk(place: Workplace, actor: Actor, campaign_id: str, *, now: datetime) -> OurDesk:
    """The own organisation's messages, and the core messages it may still answer. Raises NotThere.

    Drafts stay one's own when the campaign is over; the core messages are shown only while the briefing is open.
    """
    actor.must(Permission.READ_BRIEFING)
    with reading(place.engine) as session:
        campaign, opened = _campaign(session, actor, campaign_id, now)
        return _desk(session, actor, campaign, opened=opened, now=now)


def our_message(place: Workplace, actor: Actor, message_id: str, *, now: datetime) -> tuple[str, OurMessage, OurDesk]:
    """One message of the own organisation, with its campaign's id and the rest of the desk. Raises NotThere."""
    actor.must(Permission.READ_BRIEFING)
    with reading(place.engine) as session:
        campaign_id = session.exec(
            select(Message.campaign_id).where(
                col(Message.id) == message_id, col(Message.organisation_id) == actor.organisation_id
            )
        ).first()
        campaign, opened = _campaign(session, actor, campaign_id or "", now)
        desk = _desk(session, actor, campaign, opened=opened, now=now)
    for message in desk.messages:
        if message.message_id == message_id:
            return message.campaign_id, message, desk
    raise NotThere


def _campaign(session: Session, actor: Actor, campaign_id: str, now: datetime) -> tuple[Campaign, bool]:
    row = session.exec(
        select(Campaign, visibility.briefing_is_open(actor, now)).where(
            col(Campaign.id) == campaign_id,
            visibility.own_drafts_are_open(actor),
            col(Campaign.owner_id) != actor.organisation_id,
        )
    ).first()
    if row is None:
        raise NotThere
    return row[0], bool(row[1])


def _desk(session: Session, actor: Actor, campaign: Campaign, *, opened: bool, now: datetime) -> OurDesk:
    messages = session.exec(
        select(Message)
        .where(col(Message.campaign_id) == campaign.id, col(Message.organisation_id) == actor.organisation_id)
        .order_by(col(Message.created_at), col(Message.id))
    ).all()
    facts = _Facts(session, campaign, messages, opened=opened)
    answered = {message.answers_id for message in messages}
    public = is_public(campaign.embargo, now=now)
    return OurDesk(
        languages=tuple(campaign.languages),
        messages=tuple(facts.message(message) for message in messages),
        unanswered=tuple(core for core in facts.cores(session) if core.message_id not in answered),
        frozen=campaign.stage in {Stage.APPROVED, Stage.HELD} and not public,
        over=is_over(campaign.stage),
        too_late=too_late_to_stop(campaign, now=now),
    )


class _Facts:
    """What several queries say of all messages at once, so that no text needs a query of its own."""

    def __init__(self, session: Session, campaign: Campaign, messages: Sequence[Message], *, opened: bool) -> None:
        self._campaign, self._opened = campaign, opened
        ids = [message.id for message in messages]
        self._texts: dict[str, list[Text]] = defaultdict(list)
        for text in session.exec(select(Text).where(col(Text.message_id).in_(ids)).order_by(col(Text.language))):
            self._texts[text.message_id].append(text)
        text_ids = [text.id for texts in self._texts.values() for text in texts]
        self._consents = _consents(session, text_ids)
        self._released = _released(session, text_ids)
        self._core = _core_versions(session, [message.answers_id or "" for message in messages]) if opened else {}

    def cores(self, session: Session) -> list[Core]:
        """The core messages, in the campaign's order; none while the briefing is closed."""
        if not self._opened:
            return []
        rows = session.exec(
            select(Message.id, Message.name, Text.headline)
            .outerjoin(Text, (col(Text.message_id) == col(Message.id)) & (col(Text.language) == SOURCE))
            .where(col(Message.campaign_id) == self._campaign.id, col(Message.answers_id).is_(None))
            .order_by(col(Message.position), col(Message.created_at))
        )
        return [Core(message_id=i, name=name, headline=headline or name) for i, name, headline in rows]

    def message(self, message: Message) -> OurMessage:
        """One message with its texts."""
        texts = self._texts[message.id]
        source = next((text for text in texts if text.language == SOURCE), None)
        written = {text.language for text in texts}
        return OurMessage(
            message_id=message.id,
            campaign_id=message.campaign_id,
            name=message.name,
            channels=tuple(ChannelKind(kind) for kind in message.channels),
            texts=tuple(self._text(message, text, source) for text in texts),
            languages_left=tuple(tag for tag in self._campaign.languages if tag not in written),
        )

    def _text(self, message: Message, text: Text, source: Text | None) -> OurText:
        given = self._consents.get(text.id, [])
        released = self._released.get(text.id)
        return OurText(
            text_id=text.id,
            language=text.language,
            content=text.content,
            state=text.state,
            version=text.version,
            revision=text.revision,
            edited_at=text.edited_at,
            stale=is_stale(text, source),
            core_before=self._core_before(message, text),
            consent=next((one for one in given if one.revision == text.revision), None),
            outdated=next((one for one in given if one.revision != text.revision), None),
            released=released is not None and released.withdrawn_at is None,
            withdrawn_at=released.withdrawn_at if released else None,
            faults=tuple(faults_beside(self._campaign, message, text, source=source)),
        )

    def _core_before(self, message: Message, text: Text) -> tuple[str, int] | None:
        """The core text is the one in the same language, else the Swedish; its versions are given oldest first."""
        of_core = self._core.get(message.answers_id or "", {})
        versions = of_core.get(text.language) or of_core.get(SOURCE) or []
        before = [version for version in versions if version.edited_at <= text.edited_at]
        if not before or before[-1].revision == versions[-1].revision:
            return None
        return before[-1].text_id, before[-1].version


@dataclass(frozen=True)
class _Version:
    text_id: str
    version: int
    revision: str
    edited_at: datetime


def _consents(session: Session, text_ids: Sequence[str]) -> Mapping[str, list[Given]]:
    """The consents that stand, the newest first, by their text."""
    rows = session.exec(
        select(Consent, Member.name)
        .join(Member, col(Member.id) == col(Consent.member_id))
        .where(col(Consent.text_id).in_(text_ids), col(Consent.taken_back_at).is_(None))
        .order_by(col(Consent.given_at).desc())
    )
    found: dict[str, list[Given]] = defaultdict(list)
    for consent, name in rows:
        found[consent.text_id].append(Given(revision=consent.revision, member=name, given_at=consent.given_at))
    return found


def _released(session: Session, text_ids: Sequence[str]) -> Mapping[str, ReleasedText]:
    rows = session.exec(
        select(ReleasedText).where(col(ReleasedText.text_id).in_(text_ids), visibility.text_is_recorded())
    )
    return {row.text_id: row for row in rows}


def _core_versions(session: Session, message_ids: Iterable[str]) -> Mapping[str, Mapping[str, list[_Version]]]:
    """Every version of the core texts, by message and language, without what they say."""
    rows = session.exec(
        select(
            Text.message_id, Text.language, TextVersion.text_id, TextVersion.version, TextVersion.revision,
            TextVersion.edited_at,
        )  # type: ignore[call-overload] # typed for four columns at most
        .join(TextVersion, col(TextVersion.text_id) == col(Text.id))
        .where(col(Text.message_id).in_(list(message_ids)))
        .order_by(col(TextVersion.version))
    )  # fmt: skip
    found: dict[str, dict[str, list[_Version]]] = defaultdict(lambda: defaultdict(list))
    for message_id, language, *version in rows:
        found[message_id][language].append(_Version(*version))
    return found


def our_channels(place: Workplace, actor: Actor) -> tuple[OurChannel, ...]:
    """Where the own organisation publishes."""
    with reading(place.engine) as session:
        rows = session.exec(
            select(Channel)
            .where(col(Channel.organisation_id) == actor.organisation_id, col(Channel.removed_at).is_(None))
            .order_by(col(Channel.kind), col(Channel.name), col(Channel.address))
        ).all()
        return tuple(
            OurChannel(
                kind=row.kind,
                name=row.name or row.address,
                problem=row.problem,
                checked_at=row.checked_at,
                paused=row.paused_at is not None,
            )
            for row in rows
        )
