"""Own material under the embargo: the SQL says what the rule says, over random campaigns, readers and instants."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session, col, select
from visible_world import LONG_AGO, READERS, Stored, people, store_campaigns, worlds

from campaigns.domain.access import Actor
from campaigns.domain.embargo import Standing
from campaigns.domain.lifecycle import TextState
from campaigns.domain.uploads import UploadKind, may_read_upload
from campaigns.store import upload_visibility
from campaigns.store.engine import writing
from campaigns.store.tables import Campaign, Message, Release, ReleasedText, ReleasedUpload, Text, Upload

World = tuple[list[Stored], datetime]


@dataclass(frozen=True)
class Handed:
    """One piece: whose, and what became of it. Released only if all of it holds."""

    is_core: bool
    frozen: bool
    is_as_frozen: bool
    was_withdrawn: bool
    left_again: bool
    words_stand: bool

    @property
    def is_released(self) -> bool:
        """Whether it is part of what was approved and still stands."""
        return self.frozen and self.is_as_frozen and self.words_stand and not self.was_withdrawn and not self.left_again


HANDED = st.builds(Handed, *[st.booleans()] * 6)
OFTEN = st.builds(Handed, st.booleans(), *[st.just(value) for value in (True, True, False, False, True)])


@pytest.fixture
def world_engine(engine: Engine) -> Engine:
    """A database of each kind, with the organisations and members of the small world."""
    with writing(engine) as session:
        for row in people():
            session.add(row)
            session.flush()
    return engine


def hand_in(session: Session, number: int, owner: str, pieces: Sequence[Handed]) -> None:
    """Store the pieces of one campaign, each beside a message of its own."""
    campaign_id = f"c{number}"
    session.add(
        Release(
            id=campaign_id,
            campaign_id=campaign_id,
            revision="r",
            asked_by="communicator",
            approved_by="approver",
            approved_at=LONG_AGO,
        )
    )
    core = Message(
        id=f"{campaign_id}-core", campaign_id=campaign_id, organisation_id=owner, name="core", created_at=LONG_AGO
    )
    session.add(core)
    session.flush()
    for place, piece in enumerate(pieces):
        _store(session, campaign_id, place, piece, owner=owner if piece.is_core else "partner", core=core.id)
    session.flush()


def _store(session: Session, campaign_id: str, place: int, piece: Handed, *, owner: str, core: str) -> None:
    name = f"{campaign_id}-{place}"
    common: Any = {"campaign_id": campaign_id, "organisation_id": owner}
    answers = None if piece.is_core else core
    session.add(Message(id=name, name=name, answers_id=answers, created_at=LONG_AGO, **common))
    session.flush()
    text = Text(id=name, message_id=name, language="sv", state=TextState.APPROVED, revision="r", edited_at=LONG_AGO)
    session.add(text)
    session.add(
        Upload(
            id=name,
            message_id=name,
            kind=UploadKind.SIGN_VIDEO,
            language="sv",
            title="t",
            revision="r",
            edited_at=LONG_AGO,
            created_at=LONG_AGO,
            **common,
        )
    )
    session.flush()
    session.add(
        ReleasedText(
            id=name,
            release_id=campaign_id,
            message_id=name,
            text_id=name,
            is_core=piece.is_core,
            language="sv",
            revision="r",
            headline="",
            long="",
            html="",
            withdrawn_at=None if piece.words_stand else LONG_AGO,
            **common,
        )
    )
    if piece.frozen:
        session.add(
            ReleasedUpload(
                id=name,
                release_id=campaign_id,
                upload_id=name,
                message_id=name,
                revision="r" if piece.is_as_frozen else "another",
                withdrawn_at=LONG_AGO if piece.was_withdrawn else None,
                superseded_at=LONG_AGO if piece.left_again else None,
                **common,
            )
        )


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=worlds(most=4), pieces=st.lists(st.one_of(HANDED, OFTEN), min_size=1, max_size=5))
def test_a_piece_is_found_exactly_by_those_who_may_read_it(
    world_engine: Engine, world: World, pieces: list[Handed]
) -> None:
    """By anyone, and by every reader in every standing: nothing early, nothing of another's, nothing altered."""
    campaigns, now = world
    with Session(world_engine) as session:
        store_campaigns(session, campaigns)
        for number, one in enumerate(campaigns):
            hand_in(session, number, one.owner, pieces)
        assert _found(session, upload_visibility.is_public(now)) == _ruled(campaigns, pieces, None, now)
        for actor in READERS:
            assert _found(session, upload_visibility.is_open(actor, now)) == _ruled(campaigns, pieces, actor, now)


def _found(session: Session, condition: object) -> set[str]:
    return set(
        session.exec(
            select(Upload.id)
            .join(Message, col(Message.id) == col(Upload.message_id))
            .join(Campaign, col(Campaign.id) == col(Upload.campaign_id))
            .where(condition)  # type: ignore[arg-type] # one of the conditions
        )
    )


def _ruled(campaigns: list[Stored], pieces: list[Handed], actor: Actor | None, now: datetime) -> set[str]:
    return {
        f"c{number}-{place}"
        for number, one in enumerate(campaigns)
        for place, piece in enumerate(pieces)
        if may_read_upload(
            one.standing_of(actor) if actor else Standing.PUBLIC,
            one.embargo,
            is_own=actor is not None and actor.organisation_id == (one.owner if piece.is_core else "partner"),
            is_core=piece.is_core,
            is_released=piece.is_released,
            now=now,
        )
    }
