"""Approval as people see it: exactly what will go out, what stands in its way, who asked and who may say yes."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypedDict

from sqlmodel import Session, col, select

from campaigns.domain.access import Actor, Permission, roles_with
from campaigns.domain.embargo import is_public
from campaigns.domain.errors import Fault, Refused
from campaigns.domain.lifecycle import Stage
from campaigns.domain.reading import Attachment
from campaigns.domain.release import ChannelKind
from campaigns.domain.texts import revision_of
from campaigns.domain.times import check_lift
from campaigns.domain.translating import SOURCE
from campaigns.markup import with_lower_headings
from campaigns.store import visibility
from campaigns.store.engine import reading
from campaigns.store.tables import Campaign, Member, Membership, Message, Organisation, Release, ReleasedText
from campaigns.work.campaign.at_hand import campaign_of_one
from campaigns.work.launch.approval_values import ApprovalDesk, Finding, Frozen, GoesOut, Planned, Secrecy
from campaigns.work.launch.approving import (
    Kinds,
    NoCoreMessage,
    chosen_texts,
    gate_of,
    pieces_beside,
    release_revision,
)
from campaigns.work.launch.deliveries import lines_of
from campaigns.work.launch.freezing import Row, freeze_text
from campaigns.work.launch.planning import Plan, content_of, organisations_of, plan_release, rendered_release
from campaigns.work.launch.proposals import APPROVE, open_proposals
from campaigns.work.launch.typesetting import Typesetter, phones_of
from campaigns.work.loading import release_of, texts_in, wanted_kinds
from campaigns.work.texts.glossary_terms import terms_in
from campaigns.work.texts.writing import authors_since_release, faults_beside
from campaigns.work.uploads.freezing import Pieces, frozen_uploads, hashed, makers_of
from campaigns.work.uploads.reading import attachment_of
from campaigns.work.workplace import Workplace


@dataclass(frozen=True, kw_only=True)
class _Trial:
    """What planning the release came to, had it been approved now."""

    planned: Planned
    typesetter: Typesetter
    gaps: tuple[tuple[str, ChannelKind], ...] = ()
    refusal: Refused | None = None


def approval_desk(place: Workplace, actor: Actor, campaign_id: str, *, now: datetime) -> ApprovalDesk:
    """What a release made now would hold, or what the one that stands holds. Raises NotThere."""
    actor.must(Permission.READ_BRIEFING)
    with reading(place.engine) as session:
        campaign = campaign_of_one(session, actor, campaign_id)
        release = release_of(session, campaign)
        if release is not None and campaign.stage not in {Stage.DRAFT, Stage.BRIEFING}:
            return _frozen_desk(session, campaign, release, now)
    trial = _tried(place, actor, campaign_id, now)
    with reading(place.engine) as session:
        return _open_desk(session, actor, campaign_of_one(session, actor, campaign_id), trial, now)


def _open_desk(session: Session, actor: Actor, campaign: Campaign, trial: _Trial, now: datetime) -> ApprovalDesk:
    rows, kinds = chosen_texts(session, campaign), wanted_kinds(session, campaign)
    pieces = pieces_beside(session, campaign, rows)
    revision = release_revision(campaign, rows, kinds, pieces)
    proposals = open_proposals(session, actor, campaign.id, {APPROVE}, now=now)
    asked = next((one for one in proposals if one.revision == revision), None)
    outdated = proposals[0] if proposals and asked is None else None
    core = [text.id for message, text, _ in rows if message.answers_id is None]
    authors = authors_since_release(session, core) | makers_of(pieces)
    names = names_of(session, {text.edited_by for _, text, _ in rows})
    typesetter = trial.typesetter.for_phones(phones_of(campaign))
    texts = tuple(goes_out(row, kinds, names, typesetter) for row in rows)
    return ApprovalDesk(
        revision=revision,
        lift_at=campaign.lift_at,
        secrecy=_secrecy(campaign),
        left_out=tuple(sorted(campaign.left_out)),
        in_swedish=tuple(sorted(campaign.in_swedish)),
        texts=texts,
        planned=trial.planned,
        gaps=trial.gaps,
        findings=_findings(session, campaign, rows),
        refusal=trial.refusal,
        asked=asked,
        outdated=outdated,
        changed_since=tuple(t for t in texts if outdated and t.edited_at and t.edited_at > outdated.at),
        wrote=actor.member_id in authors,
        may_approve=approvers(session, actor, campaign, authors),
        **_material(session, pieces),
    )


class _Shown(TypedDict):
    material: tuple[Attachment, ...]
    partners_material: tuple[tuple[str, int], ...]
    material_mark: str


def _material(session: Session, pieces: Pieces) -> _Shown:
    """The police's own in full; of the partners', whose they are and how many."""
    counted = Counter(upload.organisation_id for upload, core in pieces if not core)
    names = organisations_of(session, set(counted))
    return {
        "material": tuple(attachment_of(upload) for upload, core in pieces if core),
        "partners_material": tuple(sorted((names[one], count) for one, count in counted.items())),
        "material_mark": revision_of(hashed(pieces)),
    }


def goes_out(row: Row, kinds: Kinds, names: Mapping[str, str], typesetter: Typesetter) -> GoesOut:
    """A text as its page of approval shows it."""
    message, text, organisation = row
    channels = tuple(dict.fromkeys(kinds[message.id]))
    return GoesOut(
        text_id=text.id,
        organisation=organisation.name,
        message=message.name,
        is_core=message.answers_id is None,
        language=text.language,
        content=text.content,
        html=with_lower_headings(typesetter.of(text.long).html),
        channels=channels,
        mark=_mark(text.revision, channels),
        edited_at=text.edited_at,
        edited_by=names.get(text.edited_by or "", ""),
    )


def _mark(revision: str, channels: Iterable[ChannelKind]) -> str:
    return f"{revision.removeprefix('sha256:')[:24]}-{'+'.join(sorted(channels))}"


def _tried(place: Workplace, actor: Actor, campaign_id: str, now: datetime) -> _Trial:
    """Plan the release as approval would, render every byte, and store none of it: what does not fit shows here."""
    with reading(place.engine) as session, session.no_autoflush:
        campaign = campaign_of_one(session, actor, campaign_id)
        rows, typesetter = chosen_texts(session, campaign), Typesetter(phones_of(campaign))
        nothing = Planned(
            deliveries=0, organisations=(), languages=tuple(dict.fromkeys(t.language for _, t, _ in rows))
        )
        try:
            _must_be_plannable(place, campaign, rows, now)
            released = [freeze_text(session, campaign, campaign.id, row, typesetter) for row in rows]
            plan = plan_release(session, place, campaign, released)
            for _ in rendered_release(session, place, campaign, campaign.id, plan, typesetter, now=now):
                pass  # what does not fit is refused here
        except Refused as error:
            return _Trial(planned=nothing, typesetter=typesetter, refusal=error)
        return _weighed(session, plan, nothing, typesetter)


def _must_be_plannable(place: Workplace, campaign: Campaign, rows: Sequence[Row], now: datetime) -> None:
    check_lift(campaign.lift_at, now=now, step=place.lift_step, briefing_opens_at=campaign.briefing_opens_at)
    if all(message.answers_id is not None for message, _, _ in rows):
        raise NoCoreMessage


def _weighed(session: Session, plan: Plan, nothing: Planned, typesetter: Typesetter) -> _Trial:
    told = {dispatch.way.organisation_id for dispatch in plan.dispatches}
    names = organisations_of(session, told | {organisation for organisation, _ in plan.gaps})
    return _Trial(
        planned=replace(
            nothing, deliveries=len(plan.dispatches), organisations=tuple(sorted(names[one] for one in told))
        ),
        typesetter=typesetter,
        gaps=tuple((names[organisation], kind) for organisation, kind in plan.gaps),
    )


def _findings(session: Session, campaign: Campaign, rows: Sequence[Row]) -> tuple[Finding, ...]:
    """What the gate and the checks say of the core messages, language by language, the campaign's order first."""
    core = [(message, text) for message, text, _ in rows if message.answers_id is None]
    found: dict[str, list[Fault]] = {language: [] for language in campaign.languages}
    for fault in gate_of(session, campaign):
        found[str(fault.facts["language"])].append(fault)
    swedish = texts_in(session, {message.id for message, _ in core}, SOURCE)
    terms = terms_in(session, found)
    for message, text in core:
        found.setdefault(text.language, []).extend(
            faults_beside(campaign, message, text, source=swedish.get(message.id), terms=terms[text.language])
        )
    return tuple(
        Finding(
            language=language,
            faults=tuple(faults),
            is_left_out=language in campaign.left_out,
            is_in_swedish=language in campaign.in_swedish,
        )
        for language, faults in found.items()
    )


def approvers(session: Session, actor: Actor, campaign: Campaign, authors: Collection[str]) -> tuple[str, ...]:
    """Colleagues who hold the right to approve and wrote nothing of it."""
    wanted = roles_with(Permission.APPROVE)
    rows = session.exec(
        select(Member.id, Member.name, Membership.roles)
        .join(Membership, col(Membership.member_id) == col(Member.id))
        .where(col(Membership.organisation_id) == campaign.owner_id, col(Member.active))
        .order_by(col(Member.name))
    )
    return tuple(
        name
        for member_id, name, roles in rows
        if member_id not in authors and member_id != actor.member_id and not wanted.isdisjoint(roles)
    )


def names_of(session: Session, ids: Iterable[str | None]) -> Mapping[str, str]:
    """What members are called, by id."""
    wanted = [member_id for member_id in ids if member_id]
    return dict(session.exec(select(Member.id, Member.name).where(col(Member.id).in_(wanted))).all())


def _secrecy(campaign: Campaign) -> Secrecy:
    return Secrecy(
        ground=campaign.secrecy_ground,
        decided_by=campaign.secrecy_decided_by,
        condition=campaign.secrecy_condition,
    )


def _frozen_desk(session: Session, campaign: Campaign, release: Release, now: datetime) -> ApprovalDesk:
    """What was approved: the words as the public reads them, not as they may have been edited since."""
    texts = _released(session, campaign)
    names = names_of(session, [release.asked_by, release.approved_by])
    lines = lines_of(session, campaign, release)
    return ApprovalDesk(
        revision=release.revision,
        lift_at=campaign.lift_at,
        secrecy=_secrecy(campaign),
        left_out=tuple(sorted(campaign.left_out)),
        in_swedish=tuple(sorted(campaign.in_swedish)),
        texts=texts,
        planned=Planned(
            deliveries=len(lines),
            organisations=tuple(sorted({line.organisation for line in lines})),
            languages=tuple(dict.fromkeys(text.language for text in texts)),
        ),
        frozen=Frozen(
            asked_by=names.get(release.asked_by, ""),
            approved_by=names.get(release.approved_by, ""),
            approved_at=release.approved_at,
        ),
        can_reopen=campaign.stage in {Stage.APPROVED, Stage.HELD} and not is_public(campaign.embargo, now=now),
        **_material(session, frozen_uploads(session, campaign)),
    )


def _released(session: Session, campaign: Campaign) -> tuple[GoesOut, ...]:
    kinds = wanted_kinds(session, campaign)
    rows = session.exec(
        select(ReleasedText, Message, Organisation)
        .join(Message, col(Message.id) == col(ReleasedText.message_id))
        .join(Organisation, col(Organisation.id) == col(ReleasedText.organisation_id))
        .where(col(ReleasedText.campaign_id) == campaign.id, visibility.text_is_recorded())
        .order_by(
            col(ReleasedText.is_core).desc(),
            col(ReleasedText.position),
            col(Organisation.name),
            col(ReleasedText.language),
        )
    )
    return tuple(
        GoesOut(
            text_id=text.text_id,
            organisation=organisation.name,
            message=message.name,
            is_core=text.is_core,
            language=text.language,
            content=content_of(text),
            html=text.html,
            channels=tuple(dict.fromkeys(kinds[message.id])),
            mark=text.revision,
            withdrawn_at=text.withdrawn_at,
        )
        for text, message, organisation in rows
    )
