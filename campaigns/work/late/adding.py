"""Publishing a late language: one person asks, another sees exactly what goes out and says yes, and that freezes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from campaigns.domain.access import Actor, Permission, must_not_be_an_author
from campaigns.domain.embargo import is_public
from campaigns.domain.errors import N_
from campaigns.domain.ids import new_id
from campaigns.domain.lifecycle import REMEDIES, NotInThisStage, Stage, TextState
from campaigns.domain.release import Event
from campaigns.domain.times import check_lift
from campaigns.store import audit, planned
from campaigns.store.engine import writing
from campaigns.store.tables import Campaign, Proposal, Release
from campaigns.work.late.languages import (
    NotLate,
    grounds_of,
    late_faults,
    late_revision,
    late_texts,
    may_be_late,
    must_have_grounds,
    waiting_releases,
)
from campaigns.work.late.opening import record_open, tell_and_make
from campaigns.work.launch.approving import NotAsked
from campaigns.work.launch.freezing import Row, freeze_text
from campaigns.work.launch.lifting import go_live, mark_published
from campaigns.work.launch.planning import Announced, plan_release, rendered_release
from campaigns.work.launch.scheduling import open_proposal, settle_proposal, void_proposals
from campaigns.work.launch.typesetting import Typesetter, phones_of
from campaigns.work.loading import own_campaign, wanted_kinds
from campaigns.work.service.publishing import must_be_armed
from campaigns.work.texts.writing import authors_since_release, must_pass
from campaigns.work.workplace import Workplace


@dataclass(frozen=True, kw_only=True)
class Added:
    """What was approved: how much leaves, and when. `opens_at` in the past or now means that it is public."""

    opens_at: datetime
    deliveries: int


ADD_LANGUAGE = "add_language:"


def add_language_action(language: str) -> str:
    """The name of the proposal to publish a language."""
    return ADD_LANGUAGE + language


def propose_language(
    place: Workplace, actor: Actor, campaign_id: str, *, language: str, opens_at: datetime | None, now: datetime
) -> str:
    """Ask a colleague to approve that a late language is published: at once, or at a later whole minute. Its revision.

    Raises NotInThisStage before T and when the work is ended, NotLate, SwedishIsNotPublished, what `check_lift`
    refuses, or BadInput with everything that the language lacks. It lapses after a day.
    """
    actor.must(Permission.ASK_APPROVAL)
    with writing(place.engine) as session:
        campaign = own_campaign(session, actor, campaign_id)
        rows = _ready(session, place, campaign, language, opens_at, now=now)
        revision = late_revision(campaign, language, rows, wanted_kinds(session, campaign), opens_at=opens_at)
        session.add(
            Proposal(
                id=new_id(),
                campaign_id=campaign.id,
                action=add_language_action(language),
                revision=revision,
                lift_at=opens_at,
                proposed_by=actor.member_id or "",
                proposed_at=now,
            )
        )
        details = {"language": language, "revision": revision}
        audit.record(session, actor, "language.addition_asked", now=now, campaign_id=campaign.id, details=details)
        return revision


def _ready(
    session: Session, place: Workplace, campaign: Campaign, language: str, opens_at: datetime | None, *, now: datetime
) -> list[Row]:
    """The texts that would go out, if nothing stands in their way."""
    if not is_public(campaign.embargo, now=now) or campaign.stage is Stage.CLOSED:
        move, remedy = N_("publish one more language"), REMEDIES[campaign.stage]
        raise NotInThisStage(stage=campaign.stage, move=move, remedy=remedy)
    must_be_armed(session)
    grounds, waiting = grounds_of(session, campaign), waiting_releases(session, campaign.id)
    if not may_be_late(campaign, language, core=grounds.core, waiting=waiting):
        raise NotLate(language=language)
    if opens_at is not None:
        check_lift(opens_at, now=place.latest(now), step=place.lift_step)
    must_have_grounds(grounds)
    must_pass(late_faults(campaign, language, grounds))
    return late_texts(session, campaign, language)


def approve_language(
    place: Workplace,
    actor: Actor,
    campaign_id: str,
    *,
    language: str,
    revision: str,
    opens_at: datetime | None,
    now: datetime,
) -> Added:
    """Approve exactly this revision for exactly this instant; None publishes it at once.

    Raises NotAsked if it is not what stands there now, NothingToConfirm if nobody asked for it, NeedsAnotherPerson if
    the approver asked or wrote any part of a core text, and what `propose_language` raises.
    """
    actor.must(Permission.APPROVE)
    with writing(place.engine) as session:
        campaign = own_campaign(session, actor, campaign_id)
        rows = _ready(session, place, campaign, language, opens_at, now=now)
        kinds, action = wanted_kinds(session, campaign), add_language_action(language)
        if late_revision(campaign, language, rows, kinds, opens_at=opens_at) != revision:
            raise NotAsked
        asked = open_proposal(session, campaign, action, actor, lift_at=opens_at, revision=revision, now=now)
        settle_proposal(session, asked, actor, now)
        core = [text.id for message, text, _ in rows if message.answers_id is None]
        must_not_be_an_author(actor.member_id, authors_since_release(session, core))
        void_proposals(session, campaign, [action], now=now)
        if go_live(session, campaign.id, now=now):  # public by the clock alone until now
            mark_published(session, campaign.id)
        release = Release(
            id=new_id(),
            campaign_id=campaign.id,
            revision=revision,
            asked_by=asked.proposed_by,
            approved_by=actor.member_id or "",
            approved_at=now,
            language=language,
            opens_at=opens_at or now,
        )
        session.add(release)
        session.flush()
        deliveries = _freeze(session, place, campaign, release, rows, now=now)
        details = {"language": language, "release": release.id, "revision": revision, "deliveries": deliveries}
        if opens_at is None:
            record_open(session, campaign, release, now=now)
            tell_and_make(session, place, campaign, now=now)
            audit.record(session, actor, "language.published", now=now, campaign_id=campaign.id, details=details)
        else:
            audit.record(session, actor, "language.approved", now=now, campaign_id=campaign.id, details=details)
        return Added(opens_at=opens_at or now, deliveries=deliveries)


def _freeze(
    session: Session, place: Workplace, campaign: Campaign, release: Release, rows: Sequence[Row], *, now: datetime
) -> int:
    opens_at = release.opens_at or now
    released, typesetter = [], Typesetter(phones_of(campaign))
    for row in rows:
        frozen = freeze_text(session, campaign, release.id, row, typesetter)
        frozen.opens_at = opens_at
        row[1].state = TextState.APPROVED
        released.append(frozen)
    session.flush()
    announced = Announced(event=Event.LANGUAGE_ADDED, at=opens_at, language=release.language)
    plan = plan_release(session, place, campaign, released, announced=announced)
    return planned.store(session, rendered_release(session, place, campaign, release.id, plan, typesetter, now=now))
