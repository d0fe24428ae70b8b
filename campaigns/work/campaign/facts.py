"""A campaign's facts and briefing: reading and saving them, with every version kept and nobody overwritten unseen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError
from sqlmodel import Session, col, select

from campaigns.domain.access import Actor, Permission
from campaigns.domain.errors import N_, BadInput, Fault, Refused
from campaigns.domain.ids import CampaignId
from campaigns.domain.texts import TextContent
from campaigns.domain.times import check_lift
from campaigns.domain.translating import SOURCE
from campaigns.domain.word_diff import word_diff
from campaigns.store import audit
from campaigns.store.engine import reading, writing
from campaigns.store.tables import Campaign, CampaignVersion, Member, Message, Text
from campaigns.work.campaign.at_hand import campaign_of_one
from campaigns.work.campaign.drafts import LONGEST_SLUG, SLUG, CampaignDraft, MessageDraft, slug_of
from campaigns.work.campaign.facts_rules import (
    APPROVED_WITH,
    FIELD_NAMES,
    FIELDS,
    PRINTED,
    UNFIT,
    CampaignFacts,
    Meeting,
    changed,
    closed_fields,
    facts_from,
    facts_in,
    facts_of,
    joined,
    must_be_open,
    stored,
    stored_field,
)
from campaigns.work.campaign.registering import register
from campaigns.work.campaign_file.sections import NOT_A_SLUG
from campaigns.work.launch.scheduling import APPROVE, void_proposals
from campaigns.work.loading import own_campaign
from campaigns.work.workplace import Workplace

FIRST_MESSAGE = "huvudbudskap"
STILL_WRITTEN = N_("There are texts in {languages}. Keep the language here, or leave it out on the page Approval.")
NO_HEADLINE = N_("Write the headline of the first core message. All the rest of it can wait.")


class SomeoneElseSaved(Refused):
    """Two people changed the same facts. Whoever saves last chooses, and sees both."""

    message = N_(
        "Somebody saved the same facts after you opened them: {fields}. Nothing was overwritten. "
        "Choose what shall stand."
    )

    def __init__(self, *, current: int, by: str, merged: CampaignFacts, meetings: tuple[Meeting, ...]) -> None:
        self.current = current
        self.by = by
        self.merged = merged
        self.meetings = meetings
        super().__init__(fields=[FIELD_NAMES[meeting.field] for meeting in meetings])


class NoSuchVersion(Refused):
    """An edit says what it was made from."""

    message = N_("The page you sent from is too old to be compared. Open the facts anew and put your changes in there.")


@dataclass(frozen=True, kw_only=True)
class FactsAtHand:
    """A campaign's facts as they stand, which version that is, and which of them cannot be changed now."""

    facts: CampaignFacts
    version: int
    edited_by: str
    edited_at: datetime
    closed: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class SavedFacts:
    """What a save made: the version, what it changed, and what of somebody else's edit was joined into it."""

    version: int
    changed: tuple[str, ...]
    joined: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class FieldChange:
    """What became of one field in a version, word by word."""

    name: str
    diff: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class KeptVersion:
    """One version of the facts: who saved it, when, and what changed from the one before."""

    version: int
    by: str
    at: datetime
    changes: tuple[FieldChange, ...]


def facts_at_hand(place: Workplace, actor: Actor, campaign_id: str, *, now: datetime) -> FactsAtHand:
    """The facts of one's own campaign. Raises NotThere."""
    actor.must(Permission.READ_BRIEFING)
    with reading(place.engine) as session:
        campaign = campaign_of_one(session, actor, campaign_id)
        by, at = _last_edit(session, campaign)
        return FactsAtHand(
            facts=facts_of(campaign),
            version=campaign.version,
            edited_by=by,
            edited_at=at,
            closed=closed_fields(campaign, now=now),
        )


def _last_edit(session: Session, campaign: Campaign) -> tuple[str, datetime]:
    kept = session.get(CampaignVersion, (campaign.id, campaign.version))
    who = kept.edited_by if kept else campaign.created_by
    member = session.get(Member, who) if who else None
    return member.name if member else "", kept.edited_at if kept else campaign.created_at


def save_facts(
    place: Workplace,
    actor: Actor,
    campaign_id: str,
    *,
    content: Mapping[str, object],
    expected_version: int,
    now: datetime,
) -> SavedFacts:
    """Save the facts as the next version. What others changed since `expected_version` is kept beside it.

    Saving what stands there already makes no version. Raises SomeoneElseSaved where both changed the same field,
    FactsAreFrozen, FactsArePublic, CampaignIsOver, NoSuchVersion or BadInput.
    """
    actor.must(Permission.EDIT_CORE)
    mine = facts_from(content)
    with writing(place.engine) as session:
        campaign = own_campaign(session, actor, campaign_id)
        base, theirs = _version(session, campaign, expected_version), facts_of(campaign)
        merged, meetings = joined(base, mine, theirs)
        must_be_open(campaign, changed(base, mine), now=place.latest(now))
        if meetings:
            by, _ = _last_edit(session, campaign)
            raise SomeoneElseSaved(current=campaign.version, by=by, merged=merged, meetings=meetings)
        fields = changed(theirs, merged)
        _must_keep_written(session, campaign, merged)
        if fields:
            _store(session, campaign, merged, actor, now)
        if (APPROVED_WITH | PRINTED).intersection(fields):
            void_proposals(session, campaign, [APPROVE], now=now)
        details = {"version": campaign.version, "fields": list(fields)}
        audit.record(session, actor, "facts.saved", now=now, campaign_id=campaign.id, details=details)
        return SavedFacts(version=campaign.version, changed=fields, joined=changed(base, theirs))


def _version(session: Session, campaign: Campaign, version: int) -> CampaignFacts:
    if version == campaign.version:
        return facts_of(campaign)
    kept = session.get(CampaignVersion, (campaign.id, version))
    if kept is None:
        raise NoSuchVersion
    return facts_in(kept.content)


def _must_keep_written(session: Session, campaign: Campaign, facts: CampaignFacts) -> None:
    """A language in which something is written cannot be taken out of the list unseen."""
    dropped = set(campaign.languages) - set(facts.languages)
    if not dropped:
        return
    written = session.exec(
        select(Text.language)
        .join(Message, col(Message.id) == col(Text.message_id))
        .where(col(Message.campaign_id) == campaign.id, col(Text.language).in_(sorted(dropped)))
        .distinct()
    ).all()
    if written:
        raise BadInput([Fault(message=STILL_WRITTEN, field="languages", facts={"languages": sorted(written)})])


def _store(session: Session, campaign: Campaign, facts: CampaignFacts, actor: Actor, now: datetime) -> None:
    if session.get(CampaignVersion, (campaign.id, campaign.version)) is None:
        session.add(_kept(campaign, edited_by=campaign.created_by, at=campaign.created_at))
    for name, value in stored(facts).items():
        setattr(campaign, name, value)
    for choice in ("left_out", "in_swedish"):
        decided = getattr(campaign, choice)
        setattr(campaign, choice, {tag: member for tag, member in decided.items() if tag in campaign.languages})
    campaign.version += 1
    session.add(campaign)
    session.add(_kept(campaign, edited_by=actor.member_id, at=now))
    session.flush()


def _kept(campaign: Campaign, *, edited_by: str | None, at: datetime) -> CampaignVersion:
    return CampaignVersion(
        campaign_id=campaign.id,
        version=campaign.version,
        content=stored(facts_of(campaign)),
        edited_by=edited_by,
        edited_at=at,
    )


def facts_of_version(place: Workplace, actor: Actor, campaign_id: str, version: int) -> CampaignFacts:
    """The facts as they were in a version. Raises NotThere or NoSuchVersion."""
    actor.must(Permission.READ_BRIEFING)
    with reading(place.engine) as session:
        return _version(session, campaign_of_one(session, actor, campaign_id), version)


def facts_history(place: Workplace, actor: Actor, campaign_id: str) -> tuple[KeptVersion, ...]:
    """Every version of the facts, the newest first. One that was never edited has none but the present."""
    actor.must(Permission.READ_BRIEFING)
    with reading(place.engine) as session:
        campaign = campaign_of_one(session, actor, campaign_id)
        rows = session.exec(
            select(CampaignVersion, Member.name)
            .outerjoin(Member, col(Member.id) == col(CampaignVersion.edited_by))
            .where(col(CampaignVersion.campaign_id) == campaign.id)
            .order_by(col(CampaignVersion.version))
        ).all()
        befores = [None, *(facts_in(kept.content) for kept, _ in rows)]
        found = [
            KeptVersion(version=kept.version, by=name or "", at=kept.edited_at, changes=_changes(before, kept))
            for before, (kept, name) in zip(befores, rows, strict=False)
        ]
        return tuple(reversed(found))


def _changes(before: CampaignFacts | None, kept: CampaignVersion) -> tuple[FieldChange, ...]:
    after = facts_in(kept.content)
    if before is None:
        return ()
    return tuple(
        FieldChange(name=name, diff=tuple(word_diff(in_lines(before, name), in_lines(after, name))))
        for name in changed(before, after)
    )


def in_lines(facts: CampaignFacts, name: str) -> str:
    """A field as text of one thing a line, so that two can be compared by eye."""
    if name == "key_facts":
        return "\n".join(
            f"{fact.value or ' / '.join(f'{tag}: {wording}' for tag, wording in fact.wordings)} {fact.says}".strip()
            for fact in facts.key_facts
        )
    if name == "materials":
        return "\n".join(f"{material.title} {material.address}" for material in facts.materials)
    value = stored_field(facts, name)
    return "\n".join(str(one) for one in value) if isinstance(value, list) else str(value)


def register_first(
    place: Workplace,
    actor: Actor,
    *,
    content: Mapping[str, object],
    slug: str,
    headline: str,
    long: str,
    lift_at: datetime,
    briefing_opens_at: datetime,
    now: datetime,
) -> CampaignId:
    """Register a campaign from a form: the least one needs, and a first core message to gather around.

    Raises what `registering.register` refuses, and BadInput.
    """
    facts = facts_from(content)
    _must_begin(headline, slug)
    check_lift(lift_at, now=now, step=place.lift_step, briefing_opens_at=briefing_opens_at)
    draft = CampaignDraft(
        **{name: getattr(facts, name) for name in FIELDS if name not in {"materials", "languages"}},
        languages=tuple(dict.fromkeys((SOURCE, *facts.languages))),
        slug=slug or slug_of(facts.name),
        lift_at=lift_at,
        briefing_opens_at=briefing_opens_at,
        core_messages=(_first_message(headline, long),),
    )
    return register(place, actor, draft, now=now).campaign_id


def _must_begin(headline: str, slug: str) -> None:
    faults = [Fault(message=NO_HEADLINE, field="headline")] * (not headline.strip())
    if slug and (len(slug) > LONGEST_SLUG or not SLUG.fullmatch(slug)):
        faults.append(Fault(message=NOT_A_SLUG, field="slug", facts={"value": slug, "most": LONGEST_SLUG}))
    if faults:
        raise BadInput(faults)


def _first_message(headline: str, long: str) -> MessageDraft:
    try:
        return MessageDraft(name=FIRST_MESSAGE, texts={SOURCE: TextContent(headline=headline, long=long)})
    except ValidationError:
        raise BadInput([Fault(message=UNFIT, field="headline")]) from None


@dataclass(frozen=True, kw_only=True)
class MeetingShown:
    """A meeting as it is read: each side as text, what differs between them, and whether a third wording can stand."""

    field: str
    name: str
    mine: str
    theirs: str
    diff: tuple[tuple[str, str], ...]
    is_text: bool


def meetings_shown(error: SomeoneElseSaved) -> tuple[MeetingShown, ...]:
    """Where two people's changes met, from what stands there to what is now handed in."""
    return tuple(_meeting_shown(error.merged, meeting) for meeting in error.meetings)


def _meeting_shown(merged: CampaignFacts, meeting: Meeting) -> MeetingShown:
    theirs_all = merged.model_copy(update={meeting.field: meeting.theirs})
    mine, theirs = in_lines(merged, meeting.field), in_lines(theirs_all, meeting.field)
    return MeetingShown(
        field=meeting.field,
        name=FIELD_NAMES[meeting.field],
        mine=mine,
        theirs=theirs,
        diff=tuple(word_diff(theirs, mine)),
        is_text=isinstance(meeting.mine, str),
    )
