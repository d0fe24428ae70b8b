"""The library of one campaign for the police: how far each language has come, and another try for what was refused."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col

from campaigns.domain.access import Actor, Permission
from campaigns.domain.errors import N_, Refused
from campaigns.domain.library import EVERYTHING, Making
from campaigns.store import audit, shelves
from campaigns.store.engine import reading, writing
from campaigns.store.tables import MaterialSet
from campaigns.work.campaign.at_hand import campaign_of_one
from campaigns.work.loading import own_campaign
from campaigns.work.workplace import Workplace


class NothingWasRefused(Refused):
    """There is nothing to try again: every language is made, or waits its turn already."""

    message = N_("No material of this language was refused, so there is nothing to make again.")


@dataclass(frozen=True, kw_only=True)
class Progress:
    """One language: how far its two kinds have come. `open` is what bears no embargo line; `closed` is none after T."""

    language: str
    version: int
    wanted_at: datetime
    closed: Making | None
    open: Making | None
    problem: str
    problem_facts: dict[str, str]
    left_out: tuple[str, ...]


def progress_of(place: Workplace, actor: Actor, campaign_id: str) -> list[Progress]:
    """Every language of one's own campaign, in order, the ZIP of all last. Empty before approval. Raises NotThere."""
    actor.must(Permission.READ_BRIEFING)
    with reading(place.engine) as session:
        campaign_of_one(session, actor, campaign_id)
        rows = session.exec(shelves.standing(campaign_id).order_by(col(MaterialSet.place))).all()
        by_language: dict[str, dict[bool, MaterialSet]] = {}
        for row in rows:
            by_language.setdefault(row.language, {})[row.embargoed] = row
        return [_progress(tag, kinds) for tag, kinds in by_language.items()]


def _progress(tag: str, kinds: dict[bool, MaterialSet]) -> Progress:
    some = next(iter(kinds.values()))
    refused = next((row for row in kinds.values() if row.state is Making.REFUSED), some)
    return Progress(
        language=tag,
        version=some.version,
        wanted_at=some.wanted_at,
        closed=kinds[True].state if True in kinds else None,
        open=kinds[False].state if False in kinds else None,
        problem=refused.problem,
        problem_facts=refused.problem_facts,
        left_out=tuple(some.left_out),
    )


def make_again(place: Workplace, actor: Actor, campaign_id: str, *, language: str, now: datetime) -> None:
    """Try a language again that was refused, as after a font was installed. Raises NothingWasRefused."""
    actor.must(Permission.EDIT_CORE)
    with writing(place.engine) as session:
        campaign = own_campaign(session, actor, campaign_id)
        rows = session.exec(
            shelves.standing(campaign.id).where(
                col(MaterialSet.language) == language, col(MaterialSet.state) == Making.REFUSED
            )
        ).all()
        if not rows or language == EVERYTHING:
            raise NothingWasRefused
        for row in rows:
            row.state, row.problem, row.problem_facts, row.attempts, row.made_at = Making.WAITING, "", {}, 0, None
            session.add(row)
        details = {"language": language}
        audit.record(session, actor, "material.asked_again", now=now, campaign_id=campaign.id, details=details)
