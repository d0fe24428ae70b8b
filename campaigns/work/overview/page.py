"""The first page after login: what waits for this member, what is coming, what has happened.

However many campaigns there are, it takes the same number of queries.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from campaigns.domain.access import Actor, Permission
from campaigns.domain.organisations import OrganisationKind
from campaigns.store.engine import reading
from campaigns.store.tables import Organisation
from campaigns.work.overview.cards import ORDER, Card, Step, Waits
from campaigns.work.overview.home import first_steps, home_cards
from campaigns.work.overview.news import Coming, Happened, coming, happened
from campaigns.work.overview.partner import partner_cards
from campaigns.work.overview.police import police_cards
from campaigns.work.translating.mine import tasks_of
from campaigns.work.workplace import Workplace


@dataclass(frozen=True, kw_only=True)
class Overview:
    """All of it. `steps` are the first steps of an organisation that has not come far yet."""

    waiting: tuple[Card, ...]
    coming: tuple[Coming, ...]
    happened: tuple[Happened, ...]
    steps: tuple[Step, ...]


def overview(place: Workplace, actor: Actor, *, now: datetime) -> Overview:
    """What the member sees first, for the organisation they act for."""
    with reading(place.engine) as session:
        organisation = session.get(Organisation, actor.organisation_id)
        is_police = organisation is not None and organisation.kind is OrganisationKind.POLICE
        return Overview(
            waiting=_waiting(session, actor, is_police=is_police, now=now),
            coming=coming(session, actor, now=now),
            happened=happened(session, actor, now=now),
            steps=first_steps(session, actor, is_police=is_police),
        )


def _waiting(session: Session, actor: Actor, *, is_police: bool, now: datetime) -> tuple[Card, ...]:
    """The most urgent first: by what it is, then by whose embargo is lifted first."""
    cards = police_cards(session, actor, now=now) if is_police else partner_cards(session, actor, now=now)
    found = [*cards, *_texts_asked_for(session, actor, now=now), *home_cards(session, actor, now=now)]
    return tuple(sorted(found, key=lambda card: (ORDER[card.waits], card.lift_at or card.at or now)))


def _texts_asked_for(session: Session, actor: Actor, *, now: datetime) -> list[Card]:
    """One card for all texts that wait for the member by name."""
    waiting = [task for task in tasks_of(session, actor, now=now) if task.waits_for_me]
    if not waiting or not actor.may(Permission.READ_BRIEFING):
        return []
    languages = tuple(dict.fromkeys(task.language for task in waiting))
    return [Card(waits=Waits.TEXTS, count=len(waiting), lift_at=waiting[0].lift_at, languages=languages)]
