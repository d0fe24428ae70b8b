"""The embargo rule: first as a table that a person can read, then over random campaigns, readers and instants."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.domain.embargo import PUBLISHED, UNDER_EMBARGO, Embargo, Standing, What, is_public, may_read
from campaigns.domain.lifecycle import Stage

BRIEFING_AT = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
LIFT = datetime(2026, 12, 14, 5, 0, tzinfo=UTC)
A_MOMENT = timedelta(microseconds=1)

# The four times that matter: before and from the briefing's opening, before and from T.
BEFORE_BRIEFING, FROM_BRIEFING, BEFORE_T, FROM_T = BRIEFING_AT - A_MOMENT, BRIEFING_AT, LIFT - A_MOMENT, LIFT
TIMES = (BEFORE_BRIEFING, FROM_BRIEFING, BEFORE_T, FROM_T)

EXISTENCE, BRIEFING, CORE, MATCHING, OWN, MATERIAL = What
NOTHING: tuple[What, ...] = ()
TOMBSTONE = (EXISTENCE,)
SHOWN = (EXISTENCE, CORE, MATCHING, MATERIAL)
BRIEFED_EARLY = (EXISTENCE, OWN)
BRIEFED_OPEN = (EXISTENCE, BRIEFING, CORE, OWN, MATERIAL)
BRIEFED_AFTER = (EXISTENCE, BRIEFING, CORE, MATCHING, OWN, MATERIAL)

# Who, in which stage → what may be read (before the briefing opens, from then, just before T, from T).
RULE: dict[tuple[Standing, Stage], tuple[tuple[What, ...], ...]] = {
    (Standing.PUBLIC, Stage.DRAFT): (NOTHING, NOTHING, NOTHING, NOTHING),
    (Standing.PUBLIC, Stage.BRIEFING): (NOTHING, NOTHING, NOTHING, NOTHING),
    (Standing.PUBLIC, Stage.APPROVED): (NOTHING, NOTHING, NOTHING, SHOWN),
    (Standing.PUBLIC, Stage.LIVE): (SHOWN, SHOWN, SHOWN, SHOWN),
    (Standing.PUBLIC, Stage.CLOSED): (SHOWN, SHOWN, SHOWN, SHOWN),
    (Standing.PUBLIC, Stage.HELD): (NOTHING, NOTHING, NOTHING, NOTHING),
    (Standing.PUBLIC, Stage.CANCELLED): (NOTHING, NOTHING, NOTHING, NOTHING),
    (Standing.PUBLIC, Stage.WITHDRAWN): (TOMBSTONE, TOMBSTONE, TOMBSTONE, TOMBSTONE),
    (Standing.INVITED, Stage.DRAFT): (NOTHING, NOTHING, NOTHING, NOTHING),
    (Standing.INVITED, Stage.BRIEFING): (TOMBSTONE, TOMBSTONE, TOMBSTONE, TOMBSTONE),
    (Standing.INVITED, Stage.APPROVED): (TOMBSTONE, TOMBSTONE, TOMBSTONE, SHOWN),
    (Standing.INVITED, Stage.LIVE): (SHOWN, SHOWN, SHOWN, SHOWN),
    (Standing.INVITED, Stage.CLOSED): (SHOWN, SHOWN, SHOWN, SHOWN),
    (Standing.INVITED, Stage.HELD): (TOMBSTONE, TOMBSTONE, TOMBSTONE, TOMBSTONE),
    (Standing.INVITED, Stage.CANCELLED): (NOTHING, NOTHING, NOTHING, NOTHING),
    (Standing.INVITED, Stage.WITHDRAWN): (TOMBSTONE, TOMBSTONE, TOMBSTONE, TOMBSTONE),
    (Standing.BRIEFED, Stage.DRAFT): (NOTHING, NOTHING, NOTHING, NOTHING),
    (Standing.BRIEFED, Stage.BRIEFING): (BRIEFED_EARLY, BRIEFED_OPEN, BRIEFED_OPEN, BRIEFED_OPEN),
    (Standing.BRIEFED, Stage.APPROVED): (BRIEFED_EARLY, BRIEFED_OPEN, BRIEFED_OPEN, BRIEFED_AFTER),
    (Standing.BRIEFED, Stage.LIVE): ((*SHOWN, OWN), BRIEFED_AFTER, BRIEFED_AFTER, BRIEFED_AFTER),
    (Standing.BRIEFED, Stage.CLOSED): ((*SHOWN, OWN), BRIEFED_AFTER, BRIEFED_AFTER, BRIEFED_AFTER),
    (Standing.BRIEFED, Stage.HELD): (BRIEFED_EARLY, BRIEFED_OPEN, BRIEFED_OPEN, BRIEFED_OPEN),
    (Standing.BRIEFED, Stage.CANCELLED): ((OWN,), (OWN,), (OWN,), (OWN,)),
    (Standing.BRIEFED, Stage.WITHDRAWN): (BRIEFED_EARLY, BRIEFED_EARLY, BRIEFED_EARLY, BRIEFED_EARLY),
}
NEVER_PUBLIC = (Stage.DRAFT, Stage.BRIEFING, Stage.HELD, Stage.CANCELLED, Stage.WITHDRAWN)
NOT_THE_POLICE = (Standing.PUBLIC, Standing.INVITED, Standing.BRIEFED)


def campaign(stage: Stage, *, briefing_opens_at: datetime = BRIEFING_AT, lift_at: datetime = LIFT) -> Embargo:
    """A campaign as the rule sees it."""
    return Embargo(stage=stage, briefing_opens_at=briefing_opens_at, lift_at=lift_at)


def readable(standing: Standing, embargo: Embargo, now: datetime) -> set[What]:
    """All that a reader of a standing may read at an instant."""
    return {what for what in What if may_read(standing, what, embargo, now=now)}


INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants bounds without a zone
NEAR = st.sampled_from([timedelta(), A_MOMENT, -A_MOMENT, timedelta(seconds=1), -timedelta(seconds=1)])


@st.composite
def campaigns(draw: st.DrawFn, *, stages: tuple[Stage, ...] = tuple(Stage)) -> Embargo:
    """Any campaign, also one whose briefing would open only after its lift."""
    stage = draw(st.sampled_from(stages))
    return campaign(stage, briefing_opens_at=draw(INSTANTS), lift_at=draw(INSTANTS))


@st.composite
def moments(draw: st.DrawFn, embargo: Embargo) -> datetime:
    """Any instant, and very often one at, just before or just after a time that matters."""
    anchor = draw(st.sampled_from([embargo.lift_at, embargo.briefing_opens_at, None]))
    return draw(INSTANTS) if anchor is None else anchor + draw(NEAR)


@st.composite
def campaigns_and_moments(draw: st.DrawFn, *, stages: tuple[Stage, ...] = tuple(Stage)) -> tuple[Embargo, datetime]:
    """A campaign and an instant to look at it."""
    embargo = draw(campaigns(stages=stages))
    return embargo, draw(moments(embargo))


@pytest.mark.parametrize(("standing", "stage"), RULE, ids=lambda value: value.value)
def test_each_cell_of_the_table_is_what_the_rule_says(standing: Standing, stage: Stage) -> None:
    """The table above is the rule, written down a second time for people."""
    for now, expected in zip(TIMES, RULE[standing, stage], strict=True):
        assert readable(standing, campaign(stage), now) == set(expected), now


def test_the_table_leaves_no_cell_out() -> None:
    """Every standing outside the police, in every stage."""
    assert set(RULE) == {(standing, stage) for standing in NOT_THE_POLICE for stage in Stage}


@given(campaigns_and_moments(), st.sampled_from([Standing.OWNER, Standing.APPROVER]))
def test_the_police_who_registered_it_read_everything(found: tuple[Embargo, datetime], standing: Standing) -> None:
    """They wrote it, whatever its stage."""
    embargo, now = found
    assert readable(standing, embargo, now) == set(What)


@given(campaigns_and_moments(stages=(Stage.APPROVED,)))
def test_an_approved_campaign_is_public_from_its_lift_and_not_a_microsecond_earlier(
    found: tuple[Embargo, datetime],
) -> None:
    """T itself is included."""
    embargo, now = found
    assert is_public(embargo, now=now) is (now >= embargo.lift_at)
    assert is_public(embargo, now=embargo.lift_at)
    assert not is_public(embargo, now=embargo.lift_at - A_MOMENT)


@given(campaigns_and_moments(stages=NEVER_PUBLIC))
def test_what_was_not_approved_or_was_stopped_is_never_public(found: tuple[Embargo, datetime]) -> None:
    """Draft, briefing, held, cancelled and withdrawn: no clock opens them."""
    embargo, now = found
    assert not is_public(embargo, now=now)
    assert readable(Standing.PUBLIC, embargo, now) <= {What.EXISTENCE}


@given(campaigns_and_moments())
def test_nothing_is_read_by_the_public_before_it_is_public(found: tuple[Embargo, datetime]) -> None:
    """Only a withdrawn campaign's tombstone is known without being public."""
    embargo, now = found
    tombstone = {What.EXISTENCE} if embargo.stage is Stage.WITHDRAWN else set()
    assert readable(Standing.PUBLIC, embargo, now) == (set(PUBLISHED) if is_public(embargo, now=now) else tombstone)


@given(campaigns_and_moments())
def test_what_is_public_is_shut_to_nobody(found: tuple[Embargo, datetime]) -> None:
    """A member must not be worse off than a passer-by."""
    embargo, now = found
    if is_public(embargo, now=now):
        assert all(readable(standing, embargo, now) >= PUBLISHED for standing in Standing)


@given(campaigns_and_moments())
def test_whoever_stands_nearer_reads_at_least_as_much(found: tuple[Embargo, datetime]) -> None:
    """Public, invited, briefed, police: each reads what the one before does."""
    embargo, now = found
    in_order = [readable(standing, embargo, now) for standing in Standing]
    assert all(farther <= nearer for farther, nearer in pairwise(in_order))


@given(campaigns_and_moments(), st.timedeltas(timedelta(), timedelta(days=9_999)), st.sampled_from(Standing))
def test_what_may_be_read_now_may_be_read_later(
    found: tuple[Embargo, datetime], later: timedelta, standing: Standing
) -> None:
    """As long as nobody changes the campaign, time only opens."""
    embargo, now = found
    assert readable(standing, embargo, now) <= readable(standing, embargo, now + later)


@given(campaigns(stages=(Stage.LIVE, Stage.CLOSED)), INSTANTS, st.sampled_from(Standing))
def test_what_was_recorded_as_live_stays_public_when_a_clock_steps_back(
    embargo: Embargo, now: datetime, standing: Standing
) -> None:
    """Fault 9: the record counts, and no clock closes what people have read."""
    assert is_public(embargo, now=now)
    assert readable(standing, embargo, now) >= PUBLISHED


@given(campaigns_and_moments(stages=(Stage.APPROVED,)), INSTANTS)
def test_recording_a_public_campaign_as_live_takes_nothing_away(
    found: tuple[Embargo, datetime], any_time: datetime
) -> None:
    """Between the clock's opening and the worker's record no reader sees a difference."""
    embargo, now = found
    live = campaign(Stage.LIVE, briefing_opens_at=embargo.briefing_opens_at, lift_at=embargo.lift_at)
    if is_public(embargo, now=now):
        for standing in Standing:
            assert readable(standing, live, now) == readable(standing, embargo, now)
    assert readable(Standing.PUBLIC, live, any_time) == set(PUBLISHED)


@given(campaigns_and_moments(), st.sampled_from([Standing.PUBLIC, Standing.INVITED]))
def test_own_drafts_and_the_briefing_are_never_for_those_who_did_not_accept_the_terms(
    found: tuple[Embargo, datetime], standing: Standing
) -> None:
    """Not before the lift and not after it."""
    embargo, now = found
    assert not readable(standing, embargo, now) & {What.OWN_DRAFT, What.BRIEFING}


@given(campaigns_and_moments())
def test_a_briefed_partner_never_reads_another_partners_message_under_embargo(found: tuple[Embargo, datetime]) -> None:
    """Promise 6: nobody else reads its drafts."""
    embargo, now = found
    if not is_public(embargo, now=now):
        assert not may_read(Standing.BRIEFED, What.MATCHING_TEXT, embargo, now=now)


@given(campaigns_and_moments(stages=tuple(UNDER_EMBARGO)))
def test_a_briefing_stays_closed_until_its_own_opening_time(found: tuple[Embargo, datetime]) -> None:
    """Terms accepted, and still not early."""
    embargo, now = found
    assert may_read(Standing.BRIEFED, What.BRIEFING, embargo, now=now) is (now >= embargo.briefing_opens_at)


@given(campaigns_and_moments(stages=(Stage.WITHDRAWN,)), st.sampled_from(NOT_THE_POLICE))
def test_a_withdrawn_campaign_leaves_only_that_it_existed(found: tuple[Embargo, datetime], standing: Standing) -> None:
    """A partner keeps its own words; everybody else has a tombstone."""
    embargo, now = found
    own = {What.OWN_DRAFT} if standing is Standing.BRIEFED else set()
    assert readable(standing, embargo, now) == {What.EXISTENCE} | own


@given(campaigns_and_moments(stages=(Stage.DRAFT,)), st.sampled_from(NOT_THE_POLICE))
def test_a_campaign_that_is_being_written_does_not_exist_for_anyone_else(
    found: tuple[Embargo, datetime], standing: Standing
) -> None:
    """Not even for those who will be invited."""
    embargo, now = found
    assert readable(standing, embargo, now) == set()
