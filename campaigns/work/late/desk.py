"""Late languages as people see them: how far each has come, and for one of them exactly what would go out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from campaigns.domain.access import Actor, Permission
from campaigns.domain.embargo import is_public
from campaigns.domain.errors import Fault, NotThere, Refused, Severity
from campaigns.domain.lifecycle import Stage
from campaigns.domain.translating import SOURCE
from campaigns.store.engine import reading
from campaigns.store.tables import Campaign, Release
from campaigns.work.campaign.at_hand import campaign_of_one
from campaigns.work.late.adding import add_language_action
from campaigns.work.late.languages import (
    Grounds,
    grounds_of,
    is_open,
    late_faults,
    late_revision,
    late_texts,
    may_be_late,
    must_have_grounds,
    waiting_releases,
)
from campaigns.work.launch.approval_desk import approvers, goes_out, names_of
from campaigns.work.launch.approval_values import GoesOut
from campaigns.work.launch.freezing import Row
from campaigns.work.launch.proposals import OpenProposal, open_proposals
from campaigns.work.launch.typesetting import Typesetter, phones_of
from campaigns.work.loading import wanted_kinds
from campaigns.work.texts.writing import authors_since_release
from campaigns.work.workplace import Workplace


class LateStep(StrEnum):
    """How far a late language has come."""

    WRITING = "writing"  # something is missing
    READY = "ready"  # somebody may ask for its publication
    ASKED = "asked"  # a second person has to look at it
    WAITING = "waiting"  # approved, and its instant is to come
    HELD = "held"  # approved, and stopped until somebody resumes it


@dataclass(frozen=True, kw_only=True)
class LateLanguage:
    """A language that the public has nothing in yet. `opens_at` is set once it is approved."""

    language: str
    step: LateStep
    opens_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a colleague asked for and still holds word for word."""

    proposal: OpenProposal
    revision: str


@dataclass(frozen=True, kw_only=True)
class Held:
    """Who stopped a late language, and when. `by_me`: the reader did, so a colleague resumes it."""

    by: str
    at: datetime
    by_me: bool


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """The approved release of a late language. `held` while it is on hold: then its instant opens nothing."""

    opens_at: datetime
    asked_by: str
    approved_by: str
    approved_at: datetime
    is_open: bool
    held: Held | None


@dataclass(frozen=True, kw_only=True)
class LateDesk:
    """Everything the page of one late language shows.

    `refusal` is why nothing can be published as it is, `faults` what its texts lack. `outdated`: it was asked for, and
    something has changed since. `wrote`: the reader wrote part of a core text; `may_approve` are those who can, the
    reader not among them.
    """

    language: str
    step: LateStep
    texts: tuple[GoesOut, ...]
    faults: tuple[Fault, ...]
    refusal: Refused | None
    asked: tuple[Asked, ...]
    outdated: bool
    agreed: Agreed | None
    wrote: bool
    may_approve: tuple[str, ...]
    in_swedish: bool


def late_languages(place: Workplace, actor: Actor, campaign_id: str, *, now: datetime) -> tuple[LateLanguage, ...]:
    """The late languages of one's own public campaign, in its own order; none before T and after its end."""
    actor.must(Permission.READ_BRIEFING)
    with reading(place.engine) as session:
        campaign = campaign_of_one(session, actor, campaign_id)
        if not is_worked_on(campaign, now):
            return ()
        grounds, waiting = grounds_of(session, campaign), waiting_releases(session, campaign.id)
        actions = {add_language_action(tag) for tag in campaign.languages}
        asked = {one.action for one in open_proposals(session, actor, campaign.id, actions, now=now)}
        return tuple(
            LateLanguage(
                language=tag,
                step=_step(campaign, tag, grounds, waiting, is_asked=add_language_action(tag) in asked),
                opens_at=waiting[tag].opens_at if tag in waiting else None,
            )
            for tag in campaign.languages
            if tag in waiting or may_be_late(campaign, tag, core=grounds.core, waiting=waiting)
        )


def is_worked_on(campaign: Campaign, now: datetime) -> bool:
    """Whether a language may still be added: from T until the work on the campaign is ended."""
    return is_public(campaign.embargo, now=now) and campaign.stage is not Stage.CLOSED


def _step(
    campaign: Campaign, language: str, grounds: Grounds, waiting: Mapping[str, Release], *, is_asked: bool
) -> LateStep:
    if language in waiting:
        return LateStep.HELD if waiting[language].held_at else LateStep.WAITING
    if not grounds.core or grounds.unpublished or _bad(late_faults(campaign, language, grounds)):
        return LateStep.WRITING
    return LateStep.ASKED if is_asked else LateStep.READY


def _bad(faults: list[Fault]) -> bool:
    return any(fault.severity is Severity.ERROR for fault in faults)


def late_desk(place: Workplace, actor: Actor, campaign_id: str, language: str, *, now: datetime) -> LateDesk:
    """What would go out in one late language, or what is approved to. Raises NotThere where it is not late."""
    actor.must(Permission.READ_BRIEFING)
    with reading(place.engine) as session:
        campaign = campaign_of_one(session, actor, campaign_id)
        grounds, waiting = grounds_of(session, campaign), waiting_releases(session, campaign.id)
        late = language in waiting or may_be_late(campaign, language, core=grounds.core, waiting=waiting)
        if not is_worked_on(campaign, now) or language == SOURCE or not late:
            raise NotThere
        rows = late_texts(session, campaign, language) if language not in waiting else []
        return _desk(session, actor, campaign, language, grounds, waiting, rows, now)


def _desk(
    session: Session,
    actor: Actor,
    campaign: Campaign,
    language: str,
    grounds: Grounds,
    waiting: Mapping[str, Release],
    rows: list[Row],
    now: datetime,
) -> LateDesk:
    kinds = wanted_kinds(session, campaign)
    open_ones = open_proposals(session, actor, campaign.id, {add_language_action(language)}, now=now)
    asked = tuple(
        Asked(proposal=one, revision=one.revision)
        for one in open_ones
        if one.revision == late_revision(campaign, language, rows, kinds, opens_at=one.lift_at)
    )
    core = [text.id for message, text, _ in rows if message.answers_id is None]
    authors = authors_since_release(session, core)
    names = names_of(session, {text.edited_by for _, text, _ in rows})
    faults = [] if language in waiting else late_faults(campaign, language, grounds)
    return LateDesk(
        language=language,
        step=_step(campaign, language, grounds, waiting, is_asked=bool(asked)),
        texts=tuple(goes_out(row, kinds, names, Typesetter(phones_of(campaign))) for row in rows),
        faults=tuple(faults),
        refusal=_refusal(grounds),
        asked=asked,
        outdated=bool(open_ones) and not asked,
        agreed=_agreed(session, actor, waiting[language], now) if language in waiting else None,
        wrote=actor.member_id in authors,
        may_approve=approvers(session, actor, campaign, authors),
        in_swedish=language in campaign.in_swedish,
    )


def _refusal(grounds: Grounds) -> Refused | None:
    try:
        must_have_grounds(grounds)
    except Refused as error:
        return error
    return None


def _agreed(session: Session, actor: Actor, release: Release, now: datetime) -> Agreed:
    held_by = release.held_by or ""
    names = names_of(session, [release.asked_by, release.approved_by, held_by])
    by_me = held_by == actor.member_id
    opens_at = release.opens_at or release.approved_at
    return Agreed(
        opens_at=opens_at,
        asked_by=names.get(release.asked_by, ""),
        approved_by=names.get(release.approved_by, ""),
        approved_at=release.approved_at,
        is_open=is_open(release, now=now),
        held=Held(by=names.get(held_by, ""), at=release.held_at, by_me=by_me) if release.held_at else None,
    )
