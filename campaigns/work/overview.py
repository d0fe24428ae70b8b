"""The first page after login: what waits for this member, what is coming, what has happened.

However many campaigns there are, it takes the same number of queries.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from campaigns.domain.access import Actor
from campaigns.domain.organisations import OrganisationKind
from campaigns.store.engine import reading
from campaigns.store.tables import Organisation
from campaigns.work.overview_cards import ORDER, Card, Step
from campaigns.work.overview_home import first_steps, home_cards
from campaigns.work.overview_news import Coming, Happened, coming, happened
from campaigns.work.overview_partner import partner_cards
from campaigns.work.overview_police import police_cards
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
    found = [*cards, *home_cards(session, actor, now=now)]
    return tuple(sorted(found, key=lambda card: (ORDER[card.waits], card.lift_at or card.at or now)))
