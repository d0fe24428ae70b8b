"""The tables of states and moves: what leads where, and that everything else is refused with a way out."""

import pytest

from campaigns.domain.embargo import OPEN_BY_RECORD
from campaigns.domain.lifecycle import (
    CAMPAIGN_MOVES,
    DELIVERY_MOVES,
    NEEDS_A_PERSON,
    REMEDIES,
    UNSETTLED,
    DeliveryState,
    Move,
    NotInThisStage,
    Stage,
    after,
)

ENDS = {Stage.CANCELLED, Stage.WITHDRAWN}
# The way of a campaign, written as a person would tell it.
STORIES: dict[str, tuple[Stage, tuple[Move, ...]]] = {
    "published and closed": (Stage.CLOSED, (Move.BRIEF, Move.APPROVE, Move.GO_LIVE, Move.CLOSE)),
    "held, resumed and published": (Stage.LIVE, (Move.BRIEF, Move.APPROVE, Move.HOLD, Move.RESUME, Move.GO_LIVE)),
    "taken back and approved again": (Stage.APPROVED, (Move.BRIEF, Move.APPROVE, Move.REOPEN, Move.APPROVE)),
    "held and taken back": (Stage.BRIEFING, (Move.BRIEF, Move.APPROVE, Move.HOLD, Move.REOPEN)),
    "dropped as a draft": (Stage.CANCELLED, (Move.CANCEL,)),
    "dropped while held": (Stage.CANCELLED, (Move.BRIEF, Move.APPROVE, Move.HOLD, Move.CANCEL)),
    "withdrawn": (Stage.WITHDRAWN, (Move.BRIEF, Move.APPROVE, Move.GO_LIVE, Move.WITHDRAW)),
    "withdrawn when closed": (Stage.WITHDRAWN, (Move.BRIEF, Move.APPROVE, Move.GO_LIVE, Move.CLOSE, Move.WITHDRAW)),
}
REFUSED_MOVES = [(stage, move) for stage in Stage for move in Move if (stage, move) not in CAMPAIGN_MOVES]


def reachable(start: Stage) -> set[Stage]:
    """Every stage that moves can lead to."""
    found, new = set[Stage](), {start}
    while new:
        found |= new
        new = {end for (stage, _), end in CAMPAIGN_MOVES.items() if stage in found} - found
    return found


@pytest.mark.parametrize("story", STORIES)
def test_a_campaign_goes_the_ways_people_know(story: str) -> None:
    """From a draft, move by move."""
    end, moves = STORIES[story]
    stage = Stage.DRAFT
    for move in moves:
        stage = after(stage, move)
    assert stage is end


@pytest.mark.parametrize(("stage", "move"), REFUSED_MOVES, ids=lambda value: value.value)
def test_every_other_move_is_refused_with_what_to_do_instead(stage: Stage, move: Move) -> None:
    """The sentence names the stage, the move and a remedy."""
    with pytest.raises(NotInThisStage) as refused:
        after(stage, move)
    sentence = str(refused.value)
    assert stage.value in sentence
    assert move.value in sentence
    assert sentence.endswith(REMEDIES[stage])
    assert REMEDIES[stage].endswith(".")


def test_every_stage_has_its_remedy_and_can_be_reached() -> None:
    """A stage nothing leads to would be a word without a meaning."""
    assert set(REMEDIES) == set(Stage)
    assert reachable(Stage.DRAFT) == set(Stage)


def test_nothing_becomes_public_except_through_approval() -> None:
    """Promise 5: the one way to live is from approved."""
    assert {stage for (stage, _), end in CAMPAIGN_MOVES.items() if end is Stage.LIVE} == {Stage.APPROVED}
    assert {move for (_, move), end in CAMPAIGN_MOVES.items() if end is Stage.APPROVED} == {Move.APPROVE, Move.RESUME}


def test_what_was_public_never_goes_back_under_embargo() -> None:
    """From live and closed the only ways are closed and withdrawn."""
    for stage in OPEN_BY_RECORD:
        assert reachable(stage) <= OPEN_BY_RECORD | {Stage.WITHDRAWN}


def test_cancelled_and_withdrawn_are_the_ends() -> None:
    """No move starts there, and somewhere one starts from everywhere else."""
    assert {stage for stage, _ in CAMPAIGN_MOVES} == set(Stage) - ENDS


def test_a_delivery_ends_live_or_cancelled_and_nowhere_else() -> None:
    """Every other state has a way on, so that nothing is stuck."""
    assert set(DELIVERY_MOVES) == set(DeliveryState)
    assert {state for state, ways in DELIVERY_MOVES.items() if not ways} == {
        DeliveryState.LIVE,
        DeliveryState.CANCELLED,
    }


def test_a_delivery_leaves_only_through_sending() -> None:
    """Before it is live by a machine's word, the intent to send was stored; a person may also say that it is out."""
    before_live = {state for state, ways in DELIVERY_MOVES.items() if DeliveryState.LIVE in ways}
    before_sending = {state for state, ways in DELIVERY_MOVES.items() if DeliveryState.SENDING in ways}
    assert before_live == {DeliveryState.SENDING} | NEEDS_A_PERSON
    assert before_sending == {DeliveryState.PLANNED, DeliveryState.ARMED}


def test_a_person_can_settle_what_waits_for_one_in_three_ways() -> None:
    """It did arrive, send it once more, or leave it."""
    ways = {DeliveryState.LIVE, DeliveryState.PLANNED, DeliveryState.CANCELLED}
    assert all(DELIVERY_MOVES[state] == ways for state in NEEDS_A_PERSON)


def test_what_is_stopped_goes_on_or_ends_and_never_straight_out() -> None:
    """Held deliveries wait in the row of the planned ones before they leave."""
    assert DELIVERY_MOVES[DeliveryState.HELD] == {DeliveryState.PLANNED, DeliveryState.CANCELLED}
    assert all(DeliveryState.HELD in DELIVERY_MOVES[state] for state in UNSETTLED if state is not DeliveryState.SENDING)
