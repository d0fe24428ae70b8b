"""What becomes of a delivery after an attempt: first case by case, then over whole lives of random deliveries."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from campaigns.domain.lifecycle import DELIVERY_MOVES, NEEDS_A_PERSON, DeliveryState
from campaigns.domain.release import (
    LADDER,
    Answer,
    Outcome,
    Step,
    Traits,
    after_a_crash,
    next_step,
    pause_before,
    rehearsal_is_due,
    shall_pause,
    too_late,
)

T = datetime(2026, 12, 14, 5, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
A_MOMENT = timedelta(microseconds=1)
ASK_AGAIN = Traits(repeatable=True, greatest_lateness=timedelta(days=1))
LOOKS_UP = Traits(repeatable=False, looks_up=True, greatest_lateness=timedelta(days=1))
ONLY_ONCE = Traits(repeatable=False, greatest_lateness=timedelta(days=1))
MOST_ATTEMPTS = len(LADDER) + 1
NOT_OVER = (Answer.TRY_AGAIN, Answer.NOT_SENT, Answer.UNCLEAR)


def outcome(answer: Answer, *, finished_at: datetime = T + SECOND, retry_after: timedelta | None = None) -> Outcome:
    """An attempt as a channel reports it."""
    return Outcome(answer=answer, finished_at=finished_at, retry_after=retry_after)


def judged(
    answer: Answer,
    *,
    attempts: int = 2,
    traits: Traits = ASK_AGAIN,
    finished_at: datetime = T + SECOND,
    retry_after: timedelta | None = None,
    unclear: bool = False,
) -> Step:
    """What follows, without jitter."""
    one = outcome(answer, finished_at=finished_at, retry_after=retry_after)
    return next_step(one, attempts=attempts, planned_at=T, traits=traits, jitter=0.0, unclear=unclear)


def test_what_was_accepted_is_live_and_confirmed_when_the_answer_came() -> None:
    """The receipt's confirmed instant is the other side's answer."""
    assert judged(Answer.ACCEPTED) == Step(state=DeliveryState.LIVE, confirmed_at=T + SECOND)


def test_what_was_handed_to_a_person_is_on_its_way_until_that_person_says_so() -> None:
    """Nobody else can know."""
    assert judged(Answer.HANDED_OVER) == Step(state=DeliveryState.SENDING)


def test_a_no_is_a_no() -> None:
    """The other side would say it again, so a person is asked."""
    assert judged(Answer.REFUSED) == Step(state=DeliveryState.REFUSED)


@pytest.mark.parametrize("attempts", range(1, MOST_ATTEMPTS + 2))
def test_an_unclear_outcome_is_never_repeated_where_the_other_side_cannot_tell_twice_from_once(attempts: int) -> None:
    """Promise 4: then a person decides, on the first attempt as on any other."""
    assert judged(Answer.UNCLEAR, attempts=attempts, traits=ONLY_ONCE) == Step(
        state=DeliveryState.UNKNOWN, unclear=True
    )


@pytest.mark.parametrize("traits", [ASK_AGAIN, LOOKS_UP], ids=["a second copy is dropped", "one can look"])
def test_an_unclear_outcome_is_tried_again_where_that_does_no_harm(traits: Traits) -> None:
    """The id is the same on all tries, or one looks before the next; and that it was unclear is remembered."""
    step = judged(Answer.UNCLEAR, traits=traits)
    assert (step.state, step.unclear) == (DeliveryState.PLANNED, True)


def test_what_may_have_arrived_is_never_called_late() -> None:
    """After the last try it is unknown, also when only an earlier one was unclear: the receipt tells the truth."""
    assert judged(Answer.UNCLEAR, attempts=MOST_ATTEMPTS).state is DeliveryState.UNKNOWN
    assert judged(Answer.TRY_AGAIN, attempts=MOST_ATTEMPTS, unclear=True).state is DeliveryState.UNKNOWN
    assert judged(Answer.TRY_AGAIN, attempts=MOST_ATTEMPTS).state is DeliveryState.LATE


def test_that_an_earlier_try_was_unclear_is_not_forgotten_by_a_later_one() -> None:
    """Until an answer settles it."""
    assert judged(Answer.TRY_AGAIN, unclear=True).unclear
    assert not judged(Answer.ACCEPTED, unclear=True).unclear


@pytest.mark.parametrize(
    ("before_t", "last_before_t", "due"),
    [
        (timedelta(hours=25), None, False),
        (timedelta(hours=24), None, True),
        (timedelta(hours=23), timedelta(hours=25), True),
        (timedelta(hours=23), timedelta(hours=24), False),
        (timedelta(hours=1), timedelta(hours=24), True),
        (timedelta(minutes=59), timedelta(minutes=60), False),
        (timedelta(minutes=30), timedelta(minutes=61), True),
        (timedelta(minutes=10), None, False),
        (-timedelta(seconds=1), None, False),
    ],
)
def test_a_rehearsal_is_due_a_day_and_an_hour_before_the_lift_once_each(
    before_t: timedelta,
    last_before_t: timedelta | None,
    due: bool,  # noqa: FBT001 - a table of cases
) -> None:
    """One that a person had made since counts; and when nobody can mend anything, nobody is troubled."""
    last = None if last_before_t is None else T - last_before_t
    assert rehearsal_is_due(lift_at=T, last=last, now=T - before_t) is due


@pytest.mark.parametrize(("failed", "is_gone", "paused"), [(4, False, False), (5, False, True), (1, True, True)])
def test_a_channel_that_fails_again_and_again_or_is_gone_is_paused(failed: int, is_gone: bool, paused: bool) -> None:  # noqa: FBT001 - a table of cases
    """One bad day is no reason; a receiver that says it is gone is one at once."""
    assert shall_pause(failed=failed, is_gone=is_gone) is paused


def test_a_connection_that_was_only_cut_off_while_it_waited_is_made_again_at_once() -> None:
    """On the first attempt only: nothing has left, and the ordinary way may well work."""
    assert judged(Answer.NOT_SENT, attempts=1).next_attempt_at == T + SECOND
    assert judged(Answer.NOT_SENT, attempts=2).next_attempt_at == T + SECOND + LADDER[1]
    assert judged(Answer.TRY_AGAIN, attempts=1).next_attempt_at == T + SECOND + LADDER[0]


@pytest.mark.parametrize("attempts", range(1, MOST_ATTEMPTS))
def test_the_pauses_between_tries_climb_the_ladder(attempts: int) -> None:
    """5, 15, 45 s, then minutes."""
    assert judged(Answer.TRY_AGAIN, attempts=attempts).next_attempt_at == T + SECOND + LADDER[attempts - 1]


def test_after_the_last_rung_a_person_decides() -> None:
    """Nine attempts in all."""
    assert judged(Answer.TRY_AGAIN, attempts=MOST_ATTEMPTS) == Step(state=DeliveryState.LATE)
    assert pause_before(MOST_ATTEMPTS + 1, jitter=0.0) is None


@given(st.integers(2, MOST_ATTEMPTS), st.floats(0, 1))
def test_jitter_makes_a_pause_at_most_a_fifth_longer_and_never_shorter(attempt: int, jitter: float) -> None:
    """So that a receiver that fell over is not met by everyone at once."""
    pause = pause_before(attempt, jitter=jitter)
    rung = LADDER[attempt - 2]
    assert pause is not None
    assert rung <= pause <= rung * 1.2


def test_the_other_sides_wish_for_a_longer_pause_is_kept_and_for_a_shorter_one_is_not() -> None:
    """Retry-After counts from when its answer came."""
    assert judged(Answer.TRY_AGAIN, retry_after=timedelta(minutes=9)).next_attempt_at == T + SECOND + timedelta(
        minutes=9
    )
    assert judged(Answer.TRY_AGAIN, retry_after=timedelta()).next_attempt_at == T + SECOND + LADDER[1]
    assert judged(Answer.TRY_AGAIN, retry_after=-timedelta(days=1)).next_attempt_at == T + SECOND + LADDER[1]


@given(st.timedeltas(timedelta(days=2)))
def test_a_pause_beyond_any_calendar_is_late_and_no_error(retry_after: timedelta) -> None:
    """A receiver may ask for ten thousand years."""
    assert judged(Answer.TRY_AGAIN, retry_after=retry_after) == Step(state=DeliveryState.LATE)


def test_a_try_exactly_at_the_greatest_lateness_is_still_right_and_a_moment_later_is_not() -> None:
    """The bound is included."""
    last = T + ASK_AGAIN.greatest_lateness
    assert judged(Answer.TRY_AGAIN, finished_at=last - LADDER[1]).next_attempt_at == last
    assert judged(Answer.TRY_AGAIN, finished_at=last - LADDER[1] + A_MOMENT).state is DeliveryState.LATE
    assert not too_late(planned_at=T, now=last, traits=ASK_AGAIN)
    assert too_late(planned_at=T, now=last + A_MOMENT, traits=ASK_AGAIN)


def test_after_a_crash_only_what_may_be_repeated_is_sent_again() -> None:
    """The worker died between the stored intent and the stored outcome."""
    assert after_a_crash(traits=ASK_AGAIN, attempts=1) is DeliveryState.PLANNED
    assert after_a_crash(traits=LOOKS_UP, attempts=1) is DeliveryState.PLANNED
    assert after_a_crash(traits=ONLY_ONCE, attempts=1) is DeliveryState.UNKNOWN


def test_a_message_that_kills_every_worker_ends_with_a_person() -> None:
    """A crash must not be a way around the end of the ladder."""
    assert after_a_crash(traits=ASK_AGAIN, attempts=MOST_ATTEMPTS - 1) is DeliveryState.PLANNED
    assert after_a_crash(traits=ASK_AGAIN, attempts=MOST_ATTEMPTS) is DeliveryState.UNKNOWN


TRAITS = st.builds(Traits, repeatable=st.booleans(), greatest_lateness=st.timedeltas(timedelta(), timedelta(days=2)))
PAUSES = st.one_of(st.none(), st.timedeltas(timedelta(), timedelta(days=1)))


class ADeliverysLife(RuleBasedStateMachine):
    """One delivery in the hands of workers, receivers, crashes and time; every change goes through `move_to`."""

    @initialize(traits=TRAITS)
    def planned(self, traits: Traits) -> None:
        """It is stored, and waits for T."""
        self.traits = traits
        self.state = DeliveryState.PLANNED
        self.attempts = 0
        self.now = self.due_at = T
        self.may_have_arrived = self.with_worker = False

    def move_to(self, state: DeliveryState) -> None:
        """The table of moves holds for everything that workers do."""
        assert state is self.state or state in DELIVERY_MOVES[self.state], (self.state, state)
        self.state = state

    @rule(passed=st.timedeltas(timedelta(), timedelta(hours=12)))
    def time_passes(self, passed: timedelta) -> None:
        """Workers may be away for long."""
        self.now += passed

    @precondition(lambda self: self.state is DeliveryState.PLANNED)
    @rule()
    def taken_up(self) -> None:
        """A worker claims it when it is due; what has never left and is too late goes to a person instead."""
        self.now = max(self.now, self.due_at)
        self.attempts += 1
        self.move_to(DeliveryState.SENDING)
        self.with_worker = True
        if self.attempts == 1 and too_late(planned_at=T, now=self.now, traits=self.traits):
            self.move_to(DeliveryState.LATE)
            self.with_worker = False
        if self.state is DeliveryState.SENDING:
            assert self.traits.repeatable or not self.may_have_arrived, "sent again though it may have arrived"

    @precondition(lambda self: self.with_worker)
    @rule(answer=st.sampled_from(Answer), jitter=st.floats(0, 1), retry_after=PAUSES)
    def answered(self, answer: Answer, jitter: float, retry_after: timedelta | None) -> None:
        """The channel reports, the rule decides, and the claim ends: nobody reports twice (tests/store shows it)."""
        self.with_worker = False
        one = outcome(answer, finished_at=self.now, retry_after=retry_after)
        step = next_step(one, attempts=self.attempts, planned_at=T, traits=self.traits, jitter=jitter)
        self.may_have_arrived |= answer in {Answer.UNCLEAR, Answer.ACCEPTED, Answer.HANDED_OVER}
        self.move_to(step.state)
        assert (step.next_attempt_at is not None) is (step.state is DeliveryState.PLANNED)
        assert (step.confirmed_at is not None) is (step.state is DeliveryState.LIVE)
        if step.next_attempt_at is not None:
            assert self.now <= step.next_attempt_at <= T + self.traits.greatest_lateness
            self.due_at = step.next_attempt_at
        if answer is Answer.UNCLEAR and not self.traits.repeatable:
            assert step.state is DeliveryState.UNKNOWN

    @precondition(lambda self: self.with_worker)
    @rule()
    def worker_dies(self) -> None:
        """The intent is stored, the outcome is not."""
        self.with_worker = False
        self.may_have_arrived = True
        self.move_to(after_a_crash(traits=self.traits, attempts=self.attempts))
        self.due_at = max(self.due_at, self.now)

    @invariant()
    def tries_come_to_an_end(self) -> None:
        """However receivers and workers behave."""
        assert self.attempts <= MOST_ATTEMPTS

    @invariant()
    def a_worker_has_only_what_is_on_its_way(self) -> None:
        """What ended, or waits for a person, is in no worker's hands: no rule of this machine takes it up again."""
        if not DELIVERY_MOVES[self.state] or self.state in NEEDS_A_PERSON:
            assert not self.with_worker


ADeliverysLife.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestADeliverysLife = ADeliverysLife.TestCase
