"""Approval: one person asks, another sees exactly what will go out and says yes, and that freezes the release."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import Session, col, select

from campaigns.channels.notices import NoticeKind
from campaigns.domain.access import Actor, Permission, must_not_be_an_author, two_people
from campaigns.domain.errors import N_, Fault, Refused
from campaigns.domain.gate import gate
from campaigns.domain.ids import MemberId, ReleaseId, new_id
from campaigns.domain.lifecycle import REMEDIES, Move, NotInThisStage, Stage, after
from campaigns.domain.release import ChannelKind
from campaigns.domain.texts import TextContent, revision_of
from campaigns.domain.times import check_lift
from campaigns.domain.translating import SOURCE, Progress
from campaigns.store import audit
from campaigns.store.engine import reading, writing
from campaigns.store.tables import Campaign, Message, Proposal, Release
from campaigns.work.campaign.at_hand import campaign_of_one
from campaigns.work.launch.freezing import Row, freeze
from campaigns.work.launch.planning import Plan, remind_by_hand
from campaigns.work.launch.scheduling import APPROVE, of_another, void_proposals
from campaigns.work.launch.typesetting import Typesetter, phones_of
from campaigns.work.library.wanting import want_material
from campaigns.work.loading import (
    core_texts,
    invited_organisations,
    own_campaign,
    texts_in,
    texts_of_campaign,
    wanted_kinds,
)
from campaigns.work.partners.matching import consented_texts
from campaigns.work.service.publishing import must_be_armed
from campaigns.work.telling import briefed_members, forget, tell
from campaigns.work.texts.writing import authors_since_release, faults_beside, must_pass
from campaigns.work.translating.progress import by_message, progress_of
from campaigns.work.uploads.freezing import Pieces, chosen_uploads, freeze_uploads, hashed, makers_of
from campaigns.work.workplace import Workplace


class NotAsked(Refused):
    """Nobody asked, or what was asked for has changed since."""

    message = N_(
        "Nobody has asked for approval of what the release holds now. Ask for it again, then let a colleague approve."
    )


class NoCoreMessage(Refused):
    """A release without a core message has nothing to gather around."""

    message = N_("There is no core message to publish. Write one first.")


class NotALanguage(Refused):
    """Only a language the campaign lists can be left out of it."""

    message = N_("The campaign is not in {language}, so there is nothing to leave out.")


class NoSwedish(Refused):
    """What is not there cannot stand in for anything."""

    message = N_("Swedish is left out of the release, so {language} cannot be shown in Swedish.")


class SwedishIsShown(Refused):
    """The other way round."""

    message = N_("These languages are shown in Swedish, so Swedish cannot be left out: {languages}.")


@dataclass(frozen=True, kw_only=True)
class GoingOut:
    """One text exactly as it will be published."""

    organisation: str
    is_core: bool
    language: str
    content: TextContent
    channels: tuple[ChannelKind, ...]
    revision: str


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """What approval was asked for: the revision to approve, and all that it holds."""

    revision: str
    lift_at: datetime
    texts: tuple[GoingOut, ...]


@dataclass(frozen=True, kw_only=True)
class Approved:
    """A frozen release: how many deliveries are planned, and which wanted channels nobody has (name, kind)."""

    release_id: ReleaseId
    deliveries: int
    gaps: tuple[tuple[str, ChannelKind], ...]


Kinds = Mapping[str, Sequence[ChannelKind]]


def leave_out(place: Workplace, actor: Actor, campaign_id: str, *, language: str, now: datetime) -> None:
    """Decide, by name, that a language is not part of this release. Raises NotALanguage or NotInThisStage."""
    actor.must(Permission.ASK_APPROVAL)
    with writing(place.engine) as session:
        campaign = _choosing_languages(session, actor, campaign_id)
        if language not in campaign.languages:
            raise NotALanguage(language=language)
        if language == SOURCE and campaign.in_swedish:
            raise SwedishIsShown(languages=sorted(campaign.in_swedish))
        _decide(session, campaign, language, left_out=actor.member_id or "")
        details = {"language": language}
        audit.record(session, actor, "language.left_out", now=now, campaign_id=campaign.id, details=details)


def show_in_swedish(place: Workplace, actor: Actor, campaign_id: str, *, language: str, now: datetime) -> None:
    """Decide, by name, that the core messages stand in Swedish on the language's page, labelled so.

    Raises NotALanguage for one the campaign does not list, or Swedish itself; NoSwedish where Swedish is left out; or
    NotInThisStage.
    """
    actor.must(Permission.ASK_APPROVAL)
    with writing(place.engine) as session:
        campaign = _choosing_languages(session, actor, campaign_id)
        if language not in campaign.languages or language == SOURCE:
            raise NotALanguage(language=language)
        if SOURCE in campaign.left_out or SOURCE not in campaign.languages:
            raise NoSwedish(language=language)
        _decide(session, campaign, language, in_swedish=actor.member_id or "")
        details = {"language": language}
        audit.record(session, actor, "language.in_swedish", now=now, campaign_id=campaign.id, details=details)


def _decide(session: Session, campaign: Campaign, language: str, **by: str) -> None:
    """What was decided of a language before no longer counts; `by` names who decides what now, or is empty."""
    for choice in ("left_out", "in_swedish"):
        others = {tag: member for tag, member in getattr(campaign, choice).items() if tag != language}
        setattr(campaign, choice, others | ({language: by[choice]} if choice in by else {}))
    session.add(campaign)


def take_in(place: Workplace, actor: Actor, campaign_id: str, *, language: str, now: datetime) -> None:
    """Decide that a language is part of this release after all, in its own words. Raises NotALanguage."""
    actor.must(Permission.ASK_APPROVAL)
    with writing(place.engine) as session:
        campaign = _choosing_languages(session, actor, campaign_id)
        if language not in {*campaign.left_out, *campaign.in_swedish}:
            raise NotALanguage(language=language)
        _decide(session, campaign, language)
        details = {"language": language}
        audit.record(session, actor, "language.taken_in", now=now, campaign_id=campaign.id, details=details)


def _choosing_languages(session: Session, actor: Actor, campaign_id: str) -> Campaign:
    campaign = own_campaign(session, actor, campaign_id)
    if campaign.stage not in {Stage.DRAFT, Stage.BRIEFING}:
        move, remedy = N_("choose the languages of the release"), REMEDIES[campaign.stage]
        raise NotInThisStage(stage=campaign.stage, move=move, remedy=remedy)
    return campaign


def going_out(place: Workplace, actor: Actor, campaign_id: str) -> Proposed:
    """Exactly what a release made now would hold, for the person who asks and the one who approves."""
    actor.must(Permission.READ_BRIEFING)
    with reading(place.engine) as session:
        campaign = own_campaign(session, actor, campaign_id)
        rows = chosen_texts(session, campaign)
        kinds = wanted_kinds(session, campaign)
        return Proposed(
            revision=release_revision(campaign, rows, kinds, pieces_beside(session, campaign, rows)),
            lift_at=campaign.lift_at,
            texts=tuple(_going_out(row, kinds) for row in rows),
        )


def _going_out(row: Row, kinds: Kinds) -> GoingOut:
    message, text, organisation = row
    return GoingOut(
        organisation=organisation.name,
        is_core=message.answers_id is None,
        language=text.language,
        content=text.content,
        channels=tuple(kinds[message.id]),
        revision=text.revision,
    )


def chosen_texts(session: Session, campaign: Campaign) -> list[Row]:
    """Core texts in languages that go out, and matching texts to whose revision an invited organisation consented."""
    invited = set(invited_organisations(session, campaign))
    consented = consented_texts(session, campaign.id)
    return [
        (message, text, organisation)
        for message, text, organisation in texts_of_campaign(session, campaign.id)
        if text.language not in campaign.left_out
        and (
            text.language not in campaign.in_swedish
            if message.answers_id is None
            else text.id in consented and organisation.id in invited
        )
    ]


def pieces_beside(session: Session, campaign: Campaign, rows: Sequence[Row]) -> Pieces:
    """The files and links that go out beside these texts."""
    return chosen_uploads(session, campaign, {message.id for message, _, _ in rows})


def release_revision(campaign: Campaign, rows: Sequence[Row], kinds: Kinds, pieces: Pieces) -> str:
    """The hash that approval binds to: T, every text with its place and its channels, what is made of it, and files."""
    return revision_of(
        {
            **hashed(pieces),
            "slug": campaign.slug,
            "name": campaign.name,
            "lift_at": campaign.lift_at.astimezone(UTC).isoformat(),
            "left_out": sorted(campaign.left_out),
            **({"in_swedish": sorted(campaign.in_swedish)} if campaign.in_swedish else {}),
            "phones": sorted(phones_of(campaign)),
            "texts": sorted([message.id, text.language, text.revision, message.position] for message, text, _ in rows),
            "channels": sorted([message.id, *sorted(set(kinds[message.id]))] for message, _, _ in rows),
        }
    )


def ask_approval(place: Workplace, actor: Actor, campaign_id: str, *, now: datetime) -> str:
    """Ask a colleague to approve what the release holds now. Returns its revision.

    Raises BadInput with everything that stands in the way: missing languages, faults in core texts.
    """
    actor.must(Permission.ASK_APPROVAL)
    with writing(place.engine) as session:
        campaign = own_campaign(session, actor, campaign_id)
        after(campaign.stage, Move.APPROVE)
        rows = chosen_texts(session, campaign)
        _check(session, place, campaign, rows, now)
        pieces = pieces_beside(session, campaign, rows)
        revision = release_revision(campaign, rows, wanted_kinds(session, campaign), pieces)
        session.add(
            Proposal(
                id=new_id(),
                campaign_id=campaign.id,
                action=APPROVE,
                revision=revision,
                proposed_by=actor.member_id or "",
                proposed_at=now,
            )
        )
        details = {"revision": revision}
        audit.record(session, actor, "approval.asked", now=now, campaign_id=campaign.id, details=details)
        return revision


def _check(session: Session, place: Workplace, campaign: Campaign, rows: Sequence[Row], now: datetime) -> None:
    """Raise what stands in the way of what goes out, if anything does."""
    check_lift(campaign.lift_at, now=now, step=place.lift_step, briefing_opens_at=campaign.briefing_opens_at)
    core = [(message, text) for message, text, _ in rows if message.answers_id is None]
    if not core:
        raise NoCoreMessage
    faults = gate_of(session, campaign)
    swedish = texts_in(session, {message.id for message, _ in core}, SOURCE)
    for message, text in core:
        faults += faults_beside(campaign, message, text, source=swedish.get(message.id))
    must_pass(faults)


def gate_of(session: Session, campaign: Campaign) -> list[Fault]:
    """What the gate says of the campaign's core messages, language by language."""
    core = core_texts(session, campaign.id)
    texts: dict[str, Mapping[str, Progress]] = {name: {} for name in _core_names(session, campaign)}
    texts |= by_message(core, progress_of(session, campaign, core))
    return gate(languages=campaign.languages, decided={*campaign.left_out, *campaign.in_swedish}, texts=texts)


def _core_names(session: Session, campaign: Campaign) -> Sequence[str]:
    """Every core message, also one whose only texts are in languages that were left out."""
    return session.exec(
        select(Message.name).where(col(Message.campaign_id) == campaign.id, col(Message.answers_id).is_(None))
    ).all()


def approve(place: Workplace, actor: Actor, campaign_id: str, *, revision: str, now: datetime) -> Approved:
    """Approve exactly this revision and freeze the release, with one stored delivery a message, language and channel.

    Raises NotAsked if the revision is not what was asked for or no longer what stands there, NeedsAnotherPerson if the
    approver asked or wrote any part of a core text, BadInput or DoesNotFit for texts that cannot go out, and
    PublishingIsDisarmed in a restored copy.
    """
    actor.must(Permission.APPROVE)
    typesetter = _set_ahead(place, actor, campaign_id)
    with writing(place.engine) as session:
        campaign = own_campaign(session, actor, campaign_id)
        stage = after(campaign.stage, Move.APPROVE)
        must_be_armed(session)
        proposal = _asked(session, campaign, revision, actor)
        rows = chosen_texts(session, campaign)
        pieces = pieces_beside(session, campaign, rows)
        if release_revision(campaign, rows, wanted_kinds(session, campaign), pieces) != revision:
            raise NotAsked
        _check(session, place, campaign, rows, place.latest(now))
        _must_be_another(session, actor, proposal, rows, pieces)
        proposal.settled_by, proposal.settled_at = actor.member_id, now
        void_proposals(session, campaign, [APPROVE], now=now)
        release = Release(
            id=new_id(),
            campaign_id=campaign.id,
            revision=revision,
            asked_by=proposal.proposed_by,
            approved_by=actor.member_id or "",
            approved_at=now,
        )
        session.add(release)
        session.flush()
        campaign.stage = stage
        campaign.generation += 1
        session.add(campaign)
        freeze_uploads(session, campaign, release, pieces)
        ours = typesetter.for_phones(phones_of(campaign))
        plan = freeze(session, place, campaign, release.id, rows, ours, now=now)
        remind_by_hand(session, place, campaign, now=now)
        want_material(session, place, campaign, now=now)
        forget(session, campaign, [NoticeKind.REVIEW_WAITS], now=now)  # it was read, or it is not needed
        members = briefed_members(session, campaign)
        tell(session, place, NoticeKind.APPROVED, members, campaign=campaign, now=now, besides=actor)
        details = {"release": release.id, "revision": revision, "deliveries": len(plan.dispatches)}
        audit.record(session, actor, "release.approved", now=now, campaign_id=campaign.id, details=details)
        return _approved(release, plan, rows)


def _approved(release: Release, plan: Plan, rows: Sequence[Row]) -> Approved:
    names = {organisation.id: organisation.name for _, _, organisation in rows}
    return Approved(
        release_id=ReleaseId(release.id),
        deliveries=len(plan.dispatches),
        gaps=tuple((names[organisation], kind) for organisation, kind in plan.gaps),
    )


def _asked(session: Session, campaign: Campaign, revision: str, actor: Actor) -> Proposal:
    asked = session.exec(
        select(Proposal)
        .where(
            col(Proposal.campaign_id) == campaign.id,
            col(Proposal.action) == APPROVE,
            col(Proposal.revision) == revision,
            col(Proposal.settled_at).is_(None),
        )
        .order_by(col(Proposal.proposed_at).desc())
    ).all()
    if not asked:
        raise NotAsked
    return of_another(asked, actor)


def _must_be_another(session: Session, actor: Actor, proposal: Proposal, rows: Sequence[Row], pieces: Pieces) -> None:
    two_people(MemberId(proposal.proposed_by), actor.member_id)
    core = [text.id for message, text, _ in rows if message.answers_id is None]
    must_not_be_an_author(actor.member_id, authors_since_release(session, core) | makers_of(pieces))


def _set_ahead(place: Workplace, actor: Actor, campaign_id: str) -> Typesetter:
    """Every text that would go out, set while nothing is locked: it is most of the work, and others may go on."""
    with reading(place.engine) as session:
        campaign = campaign_of_one(session, actor, campaign_id)
        phones, texts = phones_of(campaign), [text.long for _, text, _ in chosen_texts(session, campaign)]
    typesetter = Typesetter(phones)
    typesetter.set_ahead(texts)
    return typesetter
